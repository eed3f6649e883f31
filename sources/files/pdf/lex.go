package pdf

import (
	"bytes"
	"math"
)

// The objects of PDF (ISO 32000-1, 7.3) are nil, bool, int64, float64, str, name,
// array, dict, ref and *stream; a lexer also gives word, an operator or keyword.
type (
	str   string
	name  string
	word  string
	array []any
	dict  map[name]any
	ref   struct{ num, gen int }
)

// stream is a stream whose content has not been read.
type stream struct {
	dict dict
	at   int64  // of its first byte in the file
	held []byte // instead, where the stream was made from memory
	id   ref    // for decryption
}

// maxDepth bounds the nesting of arrays and dictionaries.
const maxDepth = 64

// lexer reads objects from b. It never fails: what makes no sense is passed over.
type lexer struct {
	b     []byte
	p     int
	refs  bool // "1 0 R" is a reference: in files, not in contents
	depth int
	id    ref                           // of the object that is read
	plain func(id ref, s string) string // decrypts strings; nil when they are clear
}

// class of a byte: 1 white space, 2 delimiter.
var class = func() (c [256]uint8) {
	for _, b := range []byte("\x00\t\n\f\r ") {
		c[b] = 1
	}
	for _, b := range []byte("()<>[]{}/%") {
		c[b] = 2
	}
	return c
}()

// space passes over white space and comments.
func (l *lexer) space() {
	for l.p < len(l.b) {
		switch c := l.b[l.p]; {
		case class[c] == 1:
			l.p++
		case c == '%':
			for l.p < len(l.b) && l.b[l.p] != '\n' && l.b[l.p] != '\r' {
				l.p++
			}
		default:
			return
		}
	}
}

// ended reports whether nothing is left.
func (l *lexer) ended() bool {
	l.space()
	return l.p >= len(l.b)
}

// closing marks the end of an array or dictionary.
type closing byte

// next reads an object or a word. At the end it returns word("").
func (l *lexer) next() any {
	l.space()
	if l.p >= len(l.b) {
		return word("")
	}
	c := l.b[l.p]
	switch c {
	case '/':
		l.p++
		return l.name()
	case '(':
		l.p++
		return l.decrypt(l.literal())
	case '[':
		l.p++
		return l.array()
	case '<':
		if l.p+1 < len(l.b) && l.b[l.p+1] == '<' {
			l.p += 2
			return l.dict()
		}
		l.p++
		return l.decrypt(l.hex())
	case ']', '}':
		l.p++
		return closing(']')
	case '>':
		l.p++
		if l.p < len(l.b) && l.b[l.p] == '>' {
			l.p++
		}
		return closing('>')
	case ')', '{':
		l.p++
		return word(string(c))
	}
	return l.plainToken()
}

// plainToken reads a number, a keyword or a reference.
func (l *lexer) plainToken() any {
	from := l.p
	for l.p < len(l.b) && class[l.b[l.p]] == 0 {
		l.p++
	}
	t := l.b[from:l.p]
	if v, ok := number(t); ok {
		if n, whole := v.(int64); whole && l.refs && n >= 0 {
			if g, ok := l.reference(); ok {
				return ref{int(n), g}
			}
		}
		return v
	}
	switch string(t) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	return word(t)
}

// reference looks for the rest of "1 0 R" and takes it when it is there.
func (l *lexer) reference() (gen int, ok bool) {
	p := l.p
	for p < len(l.b) && class[l.b[p]] == 1 {
		p++
	}
	from := p
	for p < len(l.b) && p-from < 5 && '0' <= l.b[p] && l.b[p] <= '9' {
		gen = gen*10 + int(l.b[p]-'0')
		p++
	}
	if p == from {
		return 0, false
	}
	from = p
	for p < len(l.b) && class[l.b[p]] == 1 {
		p++
	}
	if p == from || p >= len(l.b) || l.b[p] != 'R' || p+1 < len(l.b) && class[l.b[p+1]] == 0 {
		return 0, false
	}
	l.p = p + 1
	return gen, true
}

// number reads an integer or a real; exponents do not exist in PDF.
func number(t []byte) (any, bool) {
	sign, i := int64(1), 0
	for i < len(t) && (t[i] == '-' || t[i] == '+') {
		if t[i] == '-' {
			sign = -1
		}
		i++
	}
	var whole int64
	digits, point := 0, -1
	frac, scale := 0.0, 1.0
	for ; i < len(t); i++ {
		switch c := t[i]; {
		case '0' <= c && c <= '9' && point < 0:
			if whole > math.MaxInt64/10-1 {
				return int64(0), true
			}
			whole = whole*10 + int64(c-'0')
			digits++
		case '0' <= c && c <= '9':
			scale /= 10
			frac += float64(c-'0') * scale
			digits++
		case c == '.' && point < 0:
			point = i
		case c == '-' && digits > 0: // "12-34" is written by some: 12
			i = len(t)
		default:
			return nil, false
		}
	}
	if digits == 0 && point < 0 {
		return nil, false
	}
	if point < 0 {
		return sign * whole, true
	}
	return float64(sign) * (float64(whole) + frac), true
}

// name reads a name behind its slash.
func (l *lexer) name() name {
	from, escaped := l.p, false
	for l.p < len(l.b) && class[l.b[l.p]] == 0 {
		escaped = escaped || l.b[l.p] == '#'
		l.p++
	}
	t := l.b[from:l.p]
	if !escaped {
		return name(t)
	}
	out := make([]byte, 0, len(t))
	for i := 0; i < len(t); i++ {
		if t[i] == '#' && i+2 < len(t) && unhex(t[i+1]) >= 0 && unhex(t[i+2]) >= 0 {
			out = append(out, byte(unhex(t[i+1])<<4|unhex(t[i+2])))
			i += 2
			continue
		}
		out = append(out, t[i])
	}
	return name(out)
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func (l *lexer) decrypt(s str) str {
	if l.plain == nil {
		return s
	}
	return str(l.plain(l.id, string(s)))
}

// hex reads a hexadecimal string behind its "<".
func (l *lexer) hex() str {
	var out []byte
	half := -1
	for l.p < len(l.b) {
		c := l.b[l.p]
		l.p++
		if c == '>' {
			break
		}
		v := unhex(c)
		switch {
		case v < 0:
		case half < 0:
			half = v
		default:
			out, half = append(out, byte(half<<4|v)), -1
		}
	}
	if half >= 0 {
		out = append(out, byte(half<<4))
	}
	return str(out)
}

// literal reads a string behind its "(".
func (l *lexer) literal() str {
	var out []byte
	for open := 1; l.p < len(l.b); {
		c := l.b[l.p]
		l.p++
		switch c {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return str(out)
			}
		case '\\':
			out = l.escape(out)
			continue
		case '\r':
			if l.p < len(l.b) && l.b[l.p] == '\n' {
				l.p++
			}
			c = '\n'
		}
		out = append(out, c)
	}
	return str(out)
}

// escape reads what follows a backslash.
func (l *lexer) escape(out []byte) []byte {
	if l.p >= len(l.b) {
		return out
	}
	c := l.b[l.p]
	l.p++
	switch {
	case c == '\r':
		if l.p < len(l.b) && l.b[l.p] == '\n' {
			l.p++
		}
		return out
	case c == '\n':
		return out
	case '0' <= c && c <= '7':
		v := int(c - '0')
		for i := 0; i < 2 && l.p < len(l.b) && '0' <= l.b[l.p] && l.b[l.p] <= '7'; i++ {
			v = v<<3 | int(l.b[l.p]-'0')
			l.p++
		}
		return append(out, byte(v))
	}
	if i := bytes.IndexByte([]byte("nrtbf"), c); i >= 0 {
		c = "\n\r\t\b\f"[i]
	}
	return append(out, c)
}

// array reads up to the closing bracket.
func (l *lexer) array() any {
	var a array
	if l.depth++; l.depth > maxDepth {
		l.p = len(l.b)
	}
	defer func() { l.depth-- }()
	for !l.ended() {
		switch v := l.next().(type) {
		case closing:
			if v == ']' {
				return a
			}
		case word:
			if v == "endobj" || v == "endstream" { // never closed
				l.p -= len(v)
				return a
			}
		default:
			a = append(a, v)
		}
	}
	return a
}

// dict reads up to the closing brackets.
func (l *lexer) dict() any {
	d := dict{}
	if l.depth++; l.depth > maxDepth {
		l.p = len(l.b)
	}
	defer func() { l.depth-- }()
	for !l.ended() {
		switch k := l.next().(type) {
		case closing:
			if k == '>' {
				return d
			}
		case name:
			before := l.p
			switch v := l.next().(type) {
			case closing, word:
				l.p = before // a key without value
				if w, ok := v.(word); ok {
					if w == "endobj" || w == "stream" || w == "" {
						return d
					}
					l.p += len(w)
				}
			default:
				d[k] = v
			}
		case word:
			if k == "endobj" || k == "stream" {
				l.p -= len(k)
				return d
			}
		}
	}
	return d
}
