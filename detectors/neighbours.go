package detectors

import (
	"encoding/binary"
	"math/bits"
)

// What stands around a candidate. These helpers serve the kinds whose form is
// so common that it means something only in a cell or a line of its own, or
// beside a word or a number that belongs to it.

// scoreByName is the score of a form that any other number or word has too (a
// date, four digits, three characters): only a word, a neighbour or the name of
// its column makes it worth anything. Unlike the other weak scores it says that
// not even the share of a column does: every cell of a column of years passes
// for a code of four digits.
const scoreByName = 5

// ScoreByName is scoreByName, for those who judge columns.
const ScoreByName = scoreByName

// maxPadding is how many spaces may stand between a value and the edge of its
// cell.
const maxPadding = 8

// isNum reports whether b is an ASCII digit.
func isNum(b byte) bool { return b-'0' < 10 }

// isCapital reports whether b is an ASCII capital.
func isCapital(b byte) bool { return b-'A' < 26 }

// isAlnum reports whether b is an ASCII letter or digit.
func isAlnum(b byte) bool { return b-'0' < 10 || b|0x20-'a' < 26 }

// isToken reports whether b goes on a token: ASCII letters, digits and '_'.
func isToken(b byte) bool { return isAlnum(b) || b == '_' }

// tokenBefore reports whether a token reaches up to at.
func tokenBefore(text []byte, at int) bool { return at > 0 && isToken(text[at-1]) }

// tokenAfter reports whether a token goes on at end.
func tokenAfter(text []byte, end int) bool { return end < len(text) && isToken(text[end]) }

// digits reports whether text[at:at+n] exists and holds digits only.
func digits(text []byte, at, n int) bool {
	if at < 0 || at+n > len(text) {
		return false
	}
	for _, b := range text[at : at+n] {
		if !isNum(b) {
			return false
		}
	}
	return true
}

// aloneIn reports whether text[start:end] fills its text or a line of it, padding
// apart; the engine gives every cell of a table as a text of its own. It looks at
// maxPadding+1 bytes on each side.
func aloneIn(text []byte, start, end int) bool {
	return beginsLine(text, start) && endsLine(text, end)
}

// beginsLine reports whether only padding stands between the edge of the text or
// of a line and at.
func beginsLine(text []byte, at int) bool {
	i := at - 1
	for i >= 0 && text[i] == ' ' && at-i <= maxPadding {
		i--
	}
	return i < 0 || text[i] == '\n' || text[i] == '\r'
}

// endsLine reports whether only padding stands between end and the edge of the
// line or of the text.
func endsLine(text []byte, end int) bool {
	i := end
	for i < len(text) && text[i] == ' ' && i-end < maxPadding {
		i++
	}
	return i == len(text) || text[i] == '\n' || text[i] == '\r'
}

// wordsBack calls f with the words of two ASCII letters or more that begin in the n
// bytes in front of at, n no more than 32, nearest first, until f returns true; it
// reports whether it did. A word cut by the limit is left out. Bytes from 0x80 up end
// a word like any other byte: "né" gives "n", and the callers know.
func wordsBack(text []byte, at, n int, f func(word []byte) bool) bool {
	n = min(n, at)
	letters := lettersBack(text, at, n)
	low := 64 - n
	if at > n && isLetterByte(text[at-n-1]) {
		letters &= letters + 1<<low // the word goes on in front
	}
	for letters &= letters<<1 | letters>>1; letters != 0; {
		end := bits.Len64(letters)
		start := end - bits.LeadingZeros64(^(letters << (64 - end)))
		if f(text[at-64+start : at-64+end]) {
			return true
		}
		letters &= 1<<start - 1
	}
	return false
}

// lettersBack has a bit for each of the n bytes in front of at that is an ASCII
// letter, the highest one for text[at-1].
func lettersBack(text []byte, at, n int) (letters uint64) {
	i := 8
	for ; i <= at && i-8 < n; i += 8 {
		letters |= asciiLetters(binary.LittleEndian.Uint64(text[at-i:])) >> 7 * gatherBits >> 56 << (64 - i)
	}
	for i -= 7; i <= n; i++ {
		if isLetterByte(text[at-i]) {
			letters |= 1 << (64 - i)
		}
	}
	return letters &^ (1<<(64-n) - 1)
}

// foldWord packs up to eight ASCII letters of word in lower case, first letter
// in the low byte; longer words keep their first eight. It lets a word be
// compared in a switch without allocation.
func foldWord(word []byte) uint64 {
	var v uint64
	for i, b := range word[:min(len(word), 8)] {
		v |= uint64(b|0x20) << (8 * i)
	}
	return v
}

// word8 is foldWord for constants.
func word8(s string) uint64 { return foldWord([]byte(s)) }

// listBefore is how far listedBeside looks on either side: a comma, a blank and
// a number.
const listBefore = 24

// listedBeside returns the number of 13 to 19 digits that stands beside
// text[at:end], behind or in front of a comma: nil for none. Lists of large numbers
// are addresses and counters, and some pass any check by chance; a number that
// stands there twice is no second one that passes.
func listedBeside(text []byte, at, end int) []byte {
	i := end
	if i < len(text) && text[i] == ',' {
		if i++; i < len(text) && text[i] == ' ' {
			i++
		}
		n := i
		for n < len(text) && n-i < 20 && isNum(text[n]) {
			n++
		}
		if n-i >= 13 && n-i < 20 {
			return text[i:n]
		}
	}
	i = at
	if i > 0 && text[i-1] == ' ' {
		i--
	}
	if i == 0 || text[i-1] != ',' {
		return nil
	}
	i--
	n := i
	for n > 0 && i-n < 20 && isNum(text[n-1]) {
		n--
	}
	if n > 1 && i-n < 3 && text[n-1] == '.' && isNum(text[n-2]) { // places behind a dot
		for i, n = n-1, n-1; n > 0 && i-n < 20 && isNum(text[n-1]); n-- {
		}
	}
	if i-n >= 13 && i-n < 20 {
		return text[n:i]
	}
	return nil
}
