// Package charset tells in which encoding a text is written, and reads it as
// text that is ASCII-compatible: UTF-8, or single bytes of Windows-1252.
//
// UTF-8 and the Latin pages are passed through as they are. Code page 850 and
// EBCDIC are turned into Windows-1252 byte for byte, UTF-16 into UTF-8; in every
// case Stream.Offset gives the place in the original.
//
// Detection follows the bytes, never the name: byte order mark, zero bytes by
// parity, valid UTF-8, blanks at 40 against 20 for EBCDIC, then the score of
// French letters in each 8-bit page. What it does not know: UTF-32, Mac Roman,
// pages of other scripts (they are read as Latin: digits and ASCII are right).
package charset

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Encoding is how a text is written.
type Encoding uint8

// The encodings.
const (
	Binary    Encoding = iota // not a text
	UTF8                      // ASCII included
	Latin                     // Windows-1252, ISO 8859-1 and -15
	CP850                     // DOS, Western Europe
	EBCDIC297                 // French mainframes, 297 and 1147
	EBCDIC037                 // 037 and 1140
	UTF16LE
	UTF16BE
)

var names = [...]string{"binary", "utf-8", "windows-1252", "cp850", "ebcdic-297", "ebcdic-037", "utf-16le", "utf-16be"}

// String returns the usual name of e.
func (e Encoding) String() string { return names[e] }

// table returns the map of a single-byte page, nil for the others.
func (e Encoding) table() *[256]byte {
	switch e {
	case CP850:
		return &cp850
	case EBCDIC297:
		return &ebcdic297
	case EBCDIC037:
		return &ebcdic037
	}
	return nil
}

// Unit returns the size in bytes of the smallest step of e: 2 for UTF-16.
func (e Encoding) Unit() int64 {
	if e == UTF16LE || e == UTF16BE {
		return 2
	}
	return 1
}

// inspected is how much of a head the counts of Detect look at; validity of
// UTF-8 and the scores of letters use all of it.
const inspected = 4096

// Detect returns the encoding of the text that begins with head, and the length
// of its byte order mark. It returns Binary for what is not a text.
func Detect(head []byte) (e Encoding, mark int) {
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		return UTF8, 3
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return UTF16LE, 2
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return UTF16BE, 2
	}
	part := inspect(head)
	if bytes.IndexByte(part, 0) >= 0 {
		if e := parity(part); e != Binary {
			return e, 0
		}
	}
	ascii := isASCII(head)
	if !ascii {
		if e := ebcdic(part); e != Binary {
			return e, 0
		}
	}
	if !printable(part) {
		return Binary, 0
	}
	if ascii || mostlyUTF8(head) {
		return UTF8, 0
	}
	return latin(head), 0
}

// inspect returns what Detect counts.
func inspect(head []byte) []byte { return head[:min(len(head), inspected)] }

// IsText reports whether Detect takes head for a text, whatever its encoding. It
// costs a fraction of Detect.
func IsText(head []byte) bool {
	part := inspect(head)
	if printable(part) {
		return true
	}
	e, _ := Detect(head)
	return e != Binary
}

// KeepsLines reports whether the lines of head end where they do in the text that a
// Stream makes of it, which has nothing in front of them: no byte order mark, UTF-16 or
// EBCDIC. It costs a fraction of Detect.
func KeepsLines(head []byte) bool {
	part := inspect(head)
	return len(part) > 0 && part[0] < 0xEF && bytes.IndexByte(part, 0) < 0 && ebcdic(part) == Binary
}

// Plain reports whether head is ASCII without a zero byte where Detect looks for
// one: if it is a text at all, it is read as it stands. It costs a fraction of
// Detect.
func Plain(head []byte) bool {
	return isASCII(head) && bytes.IndexByte(inspect(head), 0) < 0
}

// isASCII reports whether b has no byte from 80 up, eight at a time.
func isASCII(b []byte) bool {
	for len(b) >= 32 {
		if (binary.LittleEndian.Uint64(b)|binary.LittleEndian.Uint64(b[8:])|
			binary.LittleEndian.Uint64(b[16:])|binary.LittleEndian.Uint64(b[24:]))&0x8080808080808080 != 0 {
			return false
		}
		b = b[32:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// high counts the bytes from 80 up.
func high(b []byte) (n int) {
	for ; len(b) >= 8; b = b[8:] {
		n += bits.OnesCount64(binary.LittleEndian.Uint64(b) & 0x8080808080808080)
	}
	for _, c := range b {
		n += int(c >> 7)
	}
	return n
}

// parity recognises UTF-16 without a mark: text in Latin letters has a zero in
// nearly every second byte.
func parity(b []byte) Encoding {
	pairs := len(b) / 2
	if pairs < 2 {
		return Binary
	}
	var even, odd int
	for i := 0; i+1 < len(b); i += 2 {
		if b[i] == 0 {
			even++
		}
		if b[i+1] == 0 {
			odd++
		}
	}
	switch {
	case odd*10 >= pairs*7 && even*50 <= pairs && textUnits(b, 0):
		return UTF16LE
	case even*10 >= pairs*7 && odd*50 <= pairs && textUnits(b, 1):
		return UTF16BE
	}
	return Binary
}

// textUnits reports whether the low bytes of UTF-16, at low in each pair, look
// like text rather than like small binary numbers.
func textUnits(b []byte, low int) bool {
	var bad, n int
	for i := low; i < len(b); i += 2 {
		n++
		if control[b[i]] {
			bad++
		}
	}
	return bad*50 <= n
}

// control are the bytes that texts do not hold. Form feeds, tabulators, escapes
// of terminals and the end mark of DOS (1A) are at home in logs and listings.
var control = func() (t [256]bool) {
	for c := range 0x20 {
		t[c] = true
	}
	t[0x7F] = true
	for _, c := range []byte("\t\n\v\f\r\b\x1b\x1a") {
		t[c] = false
	}
	return t
}()

// printable reports whether b looks like text in an ASCII-compatible encoding:
// at most two control bytes in a hundred, zeros at the end left out (logs that
// were written ahead of time end in zeros).
func printable(b []byte) bool {
	if n := len(bytes.TrimRight(b, "\x00")); n > 0 || len(b) == 0 {
		b = b[:n]
	}
	return controls(b)*50 <= len(b)
}

// controls counts the control bytes of b, 32 at a time where there are none.
func controls(b []byte) (n int) {
	for ; len(b) >= 32; b = b[32:] {
		a, c := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
		d, e := binary.LittleEndian.Uint64(b[16:]), binary.LittleEndian.Uint64(b[24:])
		if mayControl(a)|mayControl(c)|mayControl(d)|mayControl(e) != 0 {
			n += countControls(b[:32])
		}
	}
	return n + countControls(b)
}

func countControls(b []byte) (n int) {
	for _, c := range b {
		if control[c] {
			n++
		}
	}
	return n
}

// mayControl is not zero when one of eight bytes is below 08, from 0E to 1F, or
// 7F. It may be wrong in saying so, never in denying it.
func mayControl(x uint64) uint64 {
	const ones, top = 0x0101010101010101, 0x8080808080808080
	low := x &^ top // of a byte from 80 up, what it is does not matter
	// Bit 7 of each sum: from 20 up, from 0E up, from 08 up, 7F.
	return (^(low+0x60*ones)&(low+0x72*ones|^(low+0x78*ones)) | (low + ones)) & ^x & top
}

// mostlyUTF8 reports whether the bytes from 80 up are sequences of UTF-8 more
// often than not. A sequence cut by the end of b counts for nothing.
func mostlyUTF8(b []byte) bool {
	for i := 1; i <= 3 && i <= len(b); i++ {
		if utf8.RuneStart(b[len(b)-i]) && !utf8.FullRune(b[len(b)-i:]) {
			b = b[:len(b)-i]
			break
		}
	}
	if utf8.Valid(b) {
		return true
	}
	var good, bad int
	for i := 0; i < len(b); {
		if b[i] < 0x80 {
			i++
			continue
		}
		_, n := utf8.DecodeRune(b[i:])
		switch {
		case n > 1:
			good++
		case utf8.FullRune(b[i:]):
			bad++
		}
		i += n
	}
	return good > bad
}

// ebcdic recognises the two mainframe pages: blanks are 40, digits F0–F9,
// letters 81–A9 and C1–E9, and ASCII blanks and line ends are rare.
func ebcdic(b []byte) Encoding {
	if len(b) < 16 {
		return Binary
	}
	// Most texts have more blanks or more line ends of ASCII than they could have if
	// every byte from 80 up were a digit.
	most := bytes.Count(b, []byte{0x40})
	if !isASCII(b) {
		most += high(b)
	}
	if bytes.Count(b, []byte{' '})*4 > most || bytes.Count(b, []byte{'\n'})*4 > most {
		return Binary
	}
	var count [256]int
	for _, c := range b {
		count[c]++
	}
	blanks, digits, letters, punct := count[0x40], 0, 0, count[0x4B]+count[0x6B]+count[0x60]+count[0x61]+count[0x7D]+count[0x7A]+count[0x5E]
	for c := 0xF0; c <= 0xF9; c++ {
		digits += count[c]
	}
	for _, r := range [...][2]int{{0x81, 0x89}, {0x91, 0x99}, {0xA2, 0xA9}, {0xC1, 0xC9}, {0xD1, 0xD9}, {0xE2, 0xE9}} {
		for c := r[0]; c <= r[1]; c++ {
			letters += count[c]
		}
	}
	ends := count[0x15] + count[0x25] + count[0x0D]
	known := blanks + digits + letters + punct + ends
	switch {
	case known*100 < len(b)*80, digits+blanks == 0, count[' ']*4 > blanks+digits, count['\n']*4 > blanks+digits:
		return Binary
	}
	// é è ç à ù of each page; those of the other are signs.
	french := count[0xC0] + count[0xD0] + count[0xE0] + count[0x7C] + count[0x6A]
	american := count[0x51] + count[0x54] + count[0x48] + count[0x44] + count[0xDD]
	if american > french {
		return EBCDIC037
	}
	return EBCDIC297
}

// Letters of French in the two 8-bit pages, by how common they are; negative
// for what is not a letter there.
var (
	letters1252 = weights(map[string]int{"\xe9": 10, "\xe8\xe0": 5, "\xe7\xea\xf9": 3, "\xee\xf4\xe2\xfb\xeb\xef\x9c\xfc": 2,
		"\xc9\xc8\xc0\xc7\xca": 2, "\x92": 3, "\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8d\x8e\x8f\x90\x93\x95\x96\x97\x98": -3})
	letters850 = weights(map[string]int{"\x82": 10, "\x8a\x85": 5, "\x87\x88\x97": 3, "\x8c\x93\x83\x96\x89\x8b\x81": 2,
		"\x90\xd4\xb7\x80\xd2": 2, "\xe9\xe8\xe0\xe7\xea\xf9\xee\xf4\xe2\xfb\xeb\xef": -3})
)

func weights(m map[string]int) (t [256]int8) {
	for letters, w := range m {
		for i := range len(letters) {
			t[letters[i]] = int8(w)
		}
	}
	return t
}

// latin tells code page 850 from Windows-1252 by the letters that stand beside
// ASCII letters.
func latin(b []byte) Encoding {
	windows, dos := 0, 0
	for i, c := range b {
		if c < 0x80 || !(i > 0 && isLetter(b[i-1]) || i+1 < len(b) && isLetter(b[i+1])) {
			continue
		}
		windows += int(letters1252[c])
		dos += int(letters850[c])
	}
	if dos > windows {
		return CP850
	}
	return Latin
}

func isLetter(c byte) bool { c |= 0x20; return 'a' <= c && c <= 'z' }

// Name returns a name, a header or a key that stands in a text read by a Stream,
// as UTF-8.
func Name(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c)
		if 0x80 <= c && c < 0xA0 {
			out[i] = punctuation[c-0x80]
		}
	}
	return string(out)
}

// punctuation is 80–9F of Windows-1252.
var punctuation = [32]rune{
	'€', '\u0081', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u008d', 'Ž', '\u008f',
	'\u0090', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u009d', 'ž', 'Ÿ',
}

// Text returns head as a Stream would give it, at most max bytes of the
// original, for looking at: it may be head itself.
func Text(head []byte, e Encoding, mark, max int) []byte {
	head = head[mark:]
	head = head[:min(len(head), max)]
	switch {
	case e.table() != nil:
		out := make([]byte, len(head))
		translate(out, head, e.table())
		return out
	case e == UTF16LE || e == UTF16BE:
		out, _ := decode16(nil, head, e)
		return out
	}
	return head
}

func translate(dst, src []byte, t *[256]byte) {
	for i, c := range src {
		dst[i] = t[c]
	}
}
