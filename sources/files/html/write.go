package htmltext

import (
	"bytes"
	"html"
)

// spaces are the bytes that browsers fold.
var spaces = [256]bool{' ': true, '\n': true, '\r': true, '\t': true, '\f': true}

func isSpace(c byte) bool { return spaces[c] }

// write adds text that stands at the decoded offset at to the cell or to the
// running text, entities decoded.
func (p *page) write(b []byte, at int64, plain bool) {
	for len(b) > 0 {
		n := len(b)
		if i := bytes.IndexByte(b, '&'); i >= 0 && !plain {
			n = i
		}
		p.words(b[:n], at, true)
		if n == len(b) {
			return
		}
		decoded, size := entity(b[n:])
		p.words(decoded, at+int64(n), false)
		b, at = b[n+size:], at+int64(n+size)
	}
}

// words adds text, white space folded. Inside a run of words with single blanks
// between them, offsets go along with those of the original; each run is marked.
func (p *page) words(b []byte, at int64, linear bool) {
	for i := 0; i < len(b); {
		if spaces[b[i]] && p.pre == 0 {
			p.space = true
			i++
			continue
		}
		from := i
		if p.pre > 0 {
			i = lineEnd(b, i)
		} else {
			i = runEnd(b, i)
		}
		place := at
		if linear {
			place += int64(from)
		}
		p.run(b[from:i], place)
	}
}

// runEnd returns where a run of words from i on ends: at white space that is not
// one blank between two words.
func runEnd(b []byte, i int) int {
	for ; i < len(b); i++ {
		if spaces[b[i]] && (b[i] != ' ' || i+1 == len(b) || spaces[b[i+1]]) {
			return i
		}
	}
	return i
}

// lineEnd returns the offset behind the next line end.
func lineEnd(b []byte, i int) int {
	if n := bytes.IndexByte(b[i:], '\n'); n >= 0 {
		return i + n + 1
	}
	return len(b)
}

// run adds text without white space to fold, which stands at a decoded offset.
func (p *page) run(b []byte, at int64) {
	if t := p.table(); t != nil && t.inCell {
		if len(t.cell) == 0 {
			t.at.Byte, t.at.Line = p.src.Original(at), p.lex.lineAt(at)
		} else if p.space && t.cell[len(t.cell)-1] != '\n' {
			t.cell = append(t.cell, ' ')
		}
		p.space = false
		t.cell = append(t.cell, b...)
		return
	}
	if p.space && p.text.Len() > 0 && p.text.Last() != '\n' {
		p.text.AppendString(" ")
	}
	p.space = false
	p.text.Mark(p.src.Original(at), p.lex.lineAt(at))
	p.text.Append(b...)
}

// entity decodes the entity that b begins with and returns its length; an
// ampersand that begins none is itself.
func entity(b []byte) ([]byte, int) {
	n := 1
	for n < len(b) && n < longestEntity && (isLetter(b[n]) || '0' <= b[n] && b[n] <= '9' || n == 1 && b[n] == '#') {
		n++
	}
	if n < len(b) && b[n] == ';' {
		n++
	}
	for i := range usual {
		if string(b[:n]) == usual[i].name {
			return usual[i].text, n
		}
	}
	if n < 3 {
		return b[:n], n
	}
	return []byte(html.UnescapeString(string(b[:n]))), n
}

// usual are the entities met most, which cost no allocation.
var usual = []struct {
	name string
	text []byte
}{
	{"&amp;", []byte("&")}, {"&lt;", []byte("<")}, {"&gt;", []byte(">")}, {"&quot;", []byte(`"`)}, {"&nbsp;", []byte("\u00a0")},
	{"&#39;", []byte("'")}, {"&eacute;", []byte("é")}, {"&egrave;", []byte("è")}, {"&agrave;", []byte("à")}, {"&#8217;", []byte("’")},
	{"&#160;", []byte("\u00a0")}, {"&#xA0;", []byte("\u00a0")}, {"&ccedil;", []byte("ç")}, {"&ecirc;", []byte("ê")},
}
