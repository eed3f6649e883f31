package sqltext

import (
	"bytes"
	"io"

	"recense/sources"
	"recense/sources/files/cells"
)

// lexer reads the bytes of a dump one by one and knows where they stand.
type lexer struct {
	r    *cells.Reader
	buf  []byte
	pos  int
	end  int
	base int64 // of buf[0]
	line int64
	err  error
}

func newLexer(r *cells.Reader) *lexer { return &lexer{r: r, buf: make([]byte, 64<<10), line: 1} }

// peek returns the next byte; false at the end.
func (l *lexer) peek() (byte, bool) {
	if l.pos < l.end || l.fill(1) {
		return l.buf[l.pos], true
	}
	return 0, false
}

// ahead returns the next n bytes, or what is left of them.
func (l *lexer) ahead(n int) []byte {
	if l.end-l.pos < n {
		l.fill(n)
	}
	return l.buf[l.pos:min(l.end, l.pos+n)]
}

// next takes a byte that peek has seen.
func (l *lexer) next() byte {
	c := l.buf[l.pos]
	l.pos++
	if c == '\n' {
		l.line++
	}
	return c
}

// run takes the bytes in front of the next one of stop, as far as they are there.
func (l *lexer) run(stop *[256]bool) []byte {
	b := l.buf[l.pos:l.end]
	n := 0
	for n < len(b) && !stop[b[n]] {
		n++
	}
	l.pos += n
	if !stop['\n'] {
		l.line += int64(bytes.Count(b[:n], newline))
	}
	return b[:n]
}

var newline = []byte{'\n'}

// set returns the bytes of s.
func set(s string) *[256]bool {
	var t [256]bool
	for _, c := range []byte(s) {
		t[c] = true
	}
	return &t
}

var (
	fieldStop  = set("\t\n\\")
	stringStop = set("'\\")
	valueStop  = set("',()")
	textStop   = set("'\"`$-/\n;")
)

// fill reads on until n bytes wait.
func (l *lexer) fill(n int) bool {
	if l.pos > 0 {
		l.base += int64(l.pos)
		l.end = copy(l.buf, l.buf[l.pos:l.end])
		l.pos = 0
		l.r.Forget(l.base)
	}
	for idle := 0; l.end < n && l.err == nil; {
		k, err := l.r.Read(l.buf[l.end:])
		l.end += k
		l.err = err
		if idle++; k > 0 {
			idle = 0
		} else if idle > 100 && err == nil {
			l.err = io.ErrNoProgress
		}
	}
	return l.end >= n
}

// at returns the place of the next byte.
func (l *lexer) at() sources.Location {
	return sources.Location{Byte: l.r.Original(l.base + int64(l.pos)), Line: l.line}
}
