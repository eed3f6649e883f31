package charset

import (
	"encoding/binary"
	"unicode/utf8"
)

// Bytes that Windows-1252 leaves free stand for what it lacks, one for each length in
// UTF-8: the length of the original can be told from the window.
const (
	lacks2    = 0x81
	lacks3    = 0x8D
	lacks4    = 0x8F
	noUTF8    = 0x90 // a byte that belongs to no character
	latinFrom = 0xA0 // from here on Windows-1252 is Unicode
)

// narrow appends the characters of src, in UTF-8, to dst, one byte for each: that of
// Windows-1252, or one that says how long it was. A sequence that src cuts short is
// left unless it is the end. It returns how much of src it used. dst may begin where
// src does.
func narrow(dst, src []byte, end bool) (_ []byte, used int) {
	i := 0
	for i < len(src) {
		if len(src)-i >= 8 && binary.LittleEndian.Uint64(src[i:])&0x8080808080808080 == 0 {
			dst = append(dst, src[i:i+8]...)
			i += 8
			continue
		}
		if src[i] < utf8.RuneSelf {
			dst = append(dst, src[i])
			i++
			continue
		}
		if !end && !utf8.FullRune(src[i:]) {
			break
		}
		r, n := utf8.DecodeRune(src[i:])
		dst = append(dst, narrowed(r, n))
		i += n
	}
	return dst, i
}

// narrowed returns the byte of a character from 80 up that takes n bytes.
func narrowed(r rune, n int) byte {
	switch {
	case n == 1:
		return noUTF8
	case latinFrom <= r && r <= 0xFF:
		return byte(r)
	case n == 4:
		return lacks4
	}
	for i, p := range punctuation {
		if p == r && p >= latinFrom {
			return byte(0x80 + i)
		}
	}
	if n == 2 {
		return lacks2
	}
	return lacks3
}

// narrowSizes8 and narrowSizes16 are how many bytes of UTF-8 and of UTF-16 a byte that
// narrow wrote stands for.
var narrowSizes8, narrowSizes16 = func() (eight, sixteen [256]uint8) {
	for c := range 256 {
		r := rune(c)
		if 0x80 <= c && c < latinFrom {
			r = punctuation[c-0x80]
		}
		eight[c], sixteen[c] = uint8(utf8.RuneLen(r)), 2
	}
	eight[lacks3], eight[lacks4], eight[noUTF8] = 3, 4, 1
	sixteen[lacks4] = 4
	return eight, sixteen
}()

// Narrow is Text for a stream that OpenNarrow opens.
func Narrow(head []byte, e Encoding, mark, max int) []byte {
	text := Text(head, e, mark, max)
	if e != UTF8 && e.Unit() == 1 {
		return text
	}
	text, _ = narrow(nil, text, false)
	return text
}
