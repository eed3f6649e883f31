package htmltext

import (
	"bytes"
	"io"
)

// kind is what a token is.
type kind uint8

const (
	text    kind = iota // characters; raw ones where Lexer says so
	start               // <name …>
	end                 // </name …>
	comment             // <!--…-->, <!…>, <?…>, </!…>
)

// token is a piece of the input. All bytes are valid until the next call of next.
type token struct {
	kind  kind
	body  []byte // of text and comments
	at    int64  // decoded offset of body
	name  []byte // of tags, in lower case
	attrs []attr
	self  bool // <…/>
	plain bool // text without entities: of scripts and styles
}

// attr is an attribute as written, but for the case of its name.
type attr struct {
	key, value []byte
	at         int64 // decoded offset of the value
}

// lexer cuts an input into tokens after the rules of WHATWG HTML 13.2.5. Text
// comes in pieces of any length; tags and comments are whole. Scripts end at
// </script, also within what looks like a comment. buf holds at most maxToken.
type lexer struct {
	r     io.Reader
	buf   []byte
	pos   int    // of the next token
	base  int64  // decoded offset of buf[0]
	err   error  // of reading
	raw   []byte // name of the open element whose content is no markup
	tok   token
	line  int64 // line ends before lined
	lined int   // in buf
}

// firstBuffer is what a lexer holds as long as its tokens are short, in bytes.
const firstBuffer = 64 << 10

func newLexer(r io.Reader, size int) *lexer {
	return &lexer{r: r, buf: make([]byte, 0, size)}
}

// where is the decoded offset of the next token.
func (l *lexer) where() int64 { return l.base + int64(l.pos) }

// lineAt returns the line of a decoded offset at or behind that of the last call,
// from 1.
func (l *lexer) lineAt(at int64) int64 {
	if i := int(at - l.base); i > l.lined {
		l.line += int64(bytes.Count(l.buf[l.lined:i], newline))
		l.lined = i
	}
	return l.line + 1
}

var newline = []byte{'\n'}

// more reads on. It drops what stands before pos, and returns io.EOF at the end
// of the input, errLong when a token is too long.
func (l *lexer) more() error {
	if l.err != nil {
		return io.EOF
	}
	if l.pos > 0 && (len(l.buf) == cap(l.buf) || l.pos == len(l.buf)) {
		l.lineAt(l.where())
		l.base += int64(l.pos)
		l.lined -= l.pos
		l.buf = l.buf[:copy(l.buf, l.buf[l.pos:])]
		l.pos = 0
	}
	if cap(l.buf)-len(l.buf) < 4 {
		if cap(l.buf) >= maxToken {
			return errLong
		}
		grown := make([]byte, len(l.buf), min(2*cap(l.buf), maxToken))
		copy(grown, l.buf)
		l.buf = grown
	}
	for range 100 {
		n, err := l.r.Read(l.buf[len(l.buf):cap(l.buf)])
		l.buf = l.buf[:len(l.buf)+n]
		l.err = err
		if n > 0 {
			return nil
		}
		if err != nil {
			return io.EOF
		}
	}
	l.err = io.ErrNoProgress
	return io.EOF
}

// longToken says that a tag or a comment is longer than maxToken.
type longToken struct{}

func (longToken) Error() string { return "html: token too long" }

var errLong error = longToken{}

// next reads a token. At the end of the input it returns io.EOF, or
// io.ErrUnexpectedEOF inside a tag, whose bytes are then left at pos.
func (l *lexer) next() (*token, error) {
	if l.pos == len(l.buf) {
		if err := l.more(); err != nil {
			return nil, err
		}
	}
	if len(l.raw) > 0 {
		return l.rawText()
	}
	if l.buf[l.pos] != '<' {
		return l.text(l.pos)
	}
	for len(l.buf)-l.pos < 4 && l.more() == nil {
	}
	rest := l.buf[l.pos:]
	switch {
	case len(rest) > 1 && isLetter(rest[1]):
		return l.tag(1, start)
	case len(rest) > 2 && rest[1] == '/' && isLetter(rest[2]):
		return l.tag(2, end)
	case bytes.HasPrefix(rest, []byte("<!--")):
		return l.comment(4, "-->")
	case len(rest) > 1 && (rest[1] == '!' || rest[1] == '?'), len(rest) > 2 && rest[1] == '/':
		return l.comment(2, ">")
	}
	return l.text(l.pos + 1) // '<' is text
}

// text reads characters up to the next '<' at or behind from, or to the end of
// the buffer; an entity at that end is left for the next piece.
func (l *lexer) text(from int) (*token, error) {
	for {
		to := len(l.buf)
		if i := bytes.IndexByte(l.buf[from:], '<'); i >= 0 {
			return l.characters(from+i, false)
		}
		cut := to - longestEntity
		if amp := bytes.LastIndexByte(l.buf[max(l.pos, cut):], '&'); amp >= 0 {
			to = max(l.pos, cut) + amp
		}
		if to > l.pos && l.err == nil && len(l.buf) == cap(l.buf) {
			return l.characters(to, false)
		}
		from = len(l.buf) - l.pos
		switch err := l.more(); {
		case err == io.EOF:
			return l.characters(len(l.buf), false)
		case err != nil:
			return nil, err
		}
		from += l.pos
	}
}

func (l *lexer) characters(to int, plain bool) (*token, error) {
	l.tok = token{kind: text, body: l.buf[l.pos:to], at: l.where(), plain: plain, attrs: l.tok.attrs[:0]}
	l.pos = to
	return &l.tok, nil
}

// longestEntity is the length from which on an ampersand begins no entity.
const longestEntity = 40

// rawText reads the content of a script and the like, up to its end tag.
func (l *lexer) rawText() (*token, error) {
	plain := l.raw[0] != 't' // entities count in title and textarea
	for from := l.pos; ; {
		i := bytes.Index(l.buf[from:], []byte("</"))
		if i >= 0 {
			from += i
			switch closes(l.buf[from+2:], l.raw) {
			case yes:
				l.raw = l.raw[:0]
				if from == l.pos {
					return l.next()
				}
				return l.characters(from, plain)
			case no:
				from += 2
				continue
			}
		}
		to := len(l.buf) - 1
		if i >= 0 {
			to = from
		}
		if to > l.pos && l.err == nil && len(l.buf) == cap(l.buf) {
			return l.characters(to, plain)
		}
		from -= l.pos
		if err := l.more(); err != nil {
			return l.characters(len(l.buf), plain) // the element does not end
		}
		from += l.pos
		if i < 0 {
			from = max(l.pos, from)
		}
	}
}

// Answers of closes.
const (
	no = iota
	yes
	unsure // the input must go on
)

// closes tells whether an end tag of name stands at the start of b.
func closes(b, name []byte) int {
	for i, c := range name {
		if i == len(b) {
			return unsure
		}
		if lower(b[i]) != c {
			return no
		}
	}
	if len(b) == len(name) {
		return unsure
	}
	if c := b[len(name)]; isSpace(c) || c == '/' || c == '>' {
		return yes
	}
	return no
}

// comment reads up to stop; skip bytes stand in front.
func (l *lexer) comment(skip int, stop string) (*token, error) {
	for from := skip; ; {
		b := l.buf[l.pos:]
		if stop == "-->" && len(b) > 4 && b[4] == '>' { // <!-->
			return l.commented(skip, 4, 5)
		}
		if i := bytes.Index(b[min(from, len(b)):], []byte(stop)); i >= 0 {
			return l.commented(skip, from+i, from+i+len(stop))
		}
		from = max(skip, len(b)-len(stop)+1)
		switch err := l.more(); {
		case err == io.EOF:
			return l.commented(min(skip, len(b)), len(b), len(b))
		case err != nil:
			return nil, err
		}
	}
}

func (l *lexer) commented(from, to, next int) (*token, error) {
	b := l.buf[l.pos:]
	l.tok = token{kind: comment, body: b[from:to], at: l.where() + int64(from), attrs: l.tok.attrs[:0]}
	l.pos += next
	return &l.tok, nil
}

// tag reads a tag whose name begins skip bytes from pos.
func (l *lexer) tag(skip int, k kind) (*token, error) {
	for tried := 0; ; {
		// A tag without '>' cannot be whole: no need to look at it again.
		if bytes.IndexByte(l.buf[l.pos+tried:], '>') >= 0 {
			if n := l.attributes(skip); n > 0 {
				l.tok.kind, l.tok.at = k, l.where()
				l.pos += n
				if k == start && rawText(l.tok.name) && !l.tok.self {
					l.raw = append(l.raw[:0], l.tok.name...)
				}
				return &l.tok, nil
			}
		}
		tried = len(l.buf) - l.pos
		switch err := l.more(); {
		case err == io.EOF:
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		}
	}
}

// attributes parses the tag at pos into tok and returns its length, 0 when the
// buffer ends within it.
func (l *lexer) attributes(skip int) int {
	b := l.buf[l.pos:]
	t := token{attrs: l.tok.attrs[:0]}
	i := skip
	for i < len(b) && !isSpace(b[i]) && b[i] != '>' && b[i] != '/' {
		i++
	}
	t.name = b[skip:i]
	for i < len(b) {
		switch c := b[i]; {
		case c == '>':
			t.self = i > skip && b[i-1] == '/'
			lowerNames(&t)
			l.tok = t
			return i + 1
		case isSpace(c) || c == '/':
			i++
			continue
		}
		var a attr
		from := i
		for i++; i < len(b) && !isSpace(b[i]) && b[i] != '=' && b[i] != '>' && b[i] != '/'; i++ {
		}
		a.key = b[from:i]
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if i < len(b) && b[i] == '=' {
			if i = l.value(&a, b, i+1); i == 0 {
				return 0
			}
		}
		t.attrs = append(t.attrs, a)
	}
	return 0
}

// lowerNames makes the names of a whole tag lower case in place.
func lowerNames(t *token) {
	for i, c := range t.name {
		t.name[i] = lower(c)
	}
	for _, a := range t.attrs {
		for i, c := range a.key {
			a.key[i] = lower(c)
		}
	}
}

// value reads the value of an attribute from i on and returns where it ends, 0
// when the buffer ends within it.
func (l *lexer) value(a *attr, b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if i == len(b) {
		return 0
	}
	if q := b[i]; q == '"' || q == '\'' {
		n := bytes.IndexByte(b[i+1:], q)
		if n < 0 {
			return 0
		}
		a.value, a.at = b[i+1:i+1+n], l.where()+int64(i)+1
		return i + n + 2
	}
	from := i
	for i < len(b) && !isSpace(b[i]) && b[i] != '>' {
		i++
	}
	a.value, a.at = b[from:i], l.where()+int64(from)
	return i
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
