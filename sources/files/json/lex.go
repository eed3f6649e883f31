package jsontext

import (
	"unicode/utf16"
	"unicode/utf8"
)

// literal are the bytes of numbers and of the words true, false, null, NaN and
// Infinity.
var literal = func() (t [256]bool) {
	for _, c := range []byte("0123456789+-.eEtrufalsnNIity") {
		t[c] = true
	}
	return t
}()

// special are the bytes at which a string is looked at closely.
var special = [256]bool{'"': true, '\\': true}

// space returns the offset of the first byte of text from i on that is not
// space.
func space(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t' || text[i] == 0x1e) {
		i++
	}
	return i
}

// endOfString returns the offset of the closing quote, -1 when there is none.
func endOfString(text []byte, i int) int {
	for ; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// isLiteral reports whether word is a number or one of the words of JSON.
func isLiteral(word []byte) bool {
	switch string(word) {
	case "true", "false", "null", "NaN", "Infinity", "-Infinity":
		return true
	}
	i := 0
	if i < len(word) && (word[i] == '-' || word[i] == '+') {
		i++
	}
	digits := 0
	for ; i < len(word) && isDigit(word[i]); i++ {
		digits++
	}
	if i < len(word) && word[i] == '.' {
		for i++; i < len(word) && isDigit(word[i]); i++ {
			digits++
		}
	}
	if digits > 0 && i < len(word) && (word[i] == 'e' || word[i] == 'E') {
		i++
		if i < len(word) && (word[i] == '-' || word[i] == '+') {
			i++
		}
		from := i
		for ; i < len(word) && isDigit(word[i]); i++ {
		}
		if from == i {
			return false
		}
	}
	return digits > 0 && i == len(word)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// decode undoes escapes in place, up to the closing quote, at which it stops
// with done, or to the last whole escape of b. It never writes more than it
// reads.
func (p *parser) decode(b []byte, to, r int, eof bool) (int, int, bool) {
	for r < len(b) {
		from := r
		for r < len(b) && !special[b[r]] {
			r++
		}
		if to != from {
			copy(b[to:], b[from:r])
		}
		to += r - from
		if r == len(b) {
			break
		}
		if b[r] == '"' {
			return to, r, true
		}
		c, size := unescape(b[r:])
		if size == 0 {
			if !eof {
				return to, r, false
			}
			c, size = rune(b[r]), 1
		}
		if c == '\n' {
			p.w.LineEnds(to, -1)
		}
		to += utf8.EncodeRune(b[to:], c)
		r += size
		p.w.Moved(to, r-to)
	}
	return to, r, false
}

// unescape returns the character that an escape at the start of b stands for
// and its length; 0 when b ends within it. A wrong escape stands for its own
// second byte. Control characters become spaces, but for the line end.
func unescape(b []byte) (rune, int) {
	if len(b) < 2 {
		return 0, 0
	}
	switch c := b[1]; c {
	case 'n':
		return '\n', 2
	case 'b', 'f', 'r', 't':
		return ' ', 2
	case 'u':
		return unicodeEscape(b)
	default:
		if c >= utf8.RuneSelf {
			return ' ', 1
		}
		return rune(c), 2
	}
}

func unicodeEscape(b []byte) (rune, int) {
	if len(b) < 6 {
		return 0, 0
	}
	r, ok := hex4(b[2:6])
	if !ok {
		return 'u', 2
	}
	if !utf16.IsSurrogate(r) {
		if r < ' ' && r != '\n' {
			r = ' '
		}
		return r, 6
	}
	if len(b) > 6 && b[6] != '\\' || len(b) > 7 && b[7] != 'u' {
		return utf8.RuneError, 6
	}
	if len(b) < 12 {
		return 0, 0
	}
	low, _ := hex4(b[8:12])
	if c := utf16.DecodeRune(r, low); c != utf8.RuneError {
		return c, 12
	}
	return utf8.RuneError, 6
}

func hex4(b []byte) (r rune, ok bool) {
	for _, c := range b {
		switch {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
