package detectors

import (
	"encoding/binary"
	"slices"
)

// The normal forms that several kinds share. They are worked out for every value that is
// counted: eight letters and digits go together, and for the others a table says what
// becomes of each byte, 0 for nothing, so that none is a branch.

// normalUpper appends the ASCII letters and digits of raw, in capitals.
func normalUpper(dst, raw []byte) []byte {
	n := len(dst)
	dst = slices.Grow(dst, len(raw))[:n+len(raw)]
	i := 0
	for ; i+8 <= len(raw); i += 8 {
		w := binary.LittleEndian.Uint64(raw[i:])
		letters := asciiLetters(w)
		if letters|asciiDigits(w) != highBits {
			n = mapBytes(dst, n, raw[i:i+8], &upperOf)
			continue
		}
		binary.LittleEndian.PutUint64(dst[n:], w&^(letters>>2))
		n += 8
	}
	return dst[:mapBytes(dst, n, raw[i:], &upperOf)]
}

// normalDigits appends the ASCII digits of raw.
func normalDigits(dst, raw []byte) []byte { return appendMapped(dst, raw, &digitOf) }

// normalLetters appends the letters, folded, and the digits: the normal form of names
// and addresses.
func normalLetters(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		if n := min(8, len(raw)-i); isASCII(raw, i) {
			if n == 8 {
				w := binary.LittleEndian.Uint64(raw[i:])
				if letters := asciiLetters(w); letters|asciiDigits(w) == highBits {
					dst = binary.LittleEndian.AppendUint64(dst, w|letters>>2)
					i += 8
					continue
				}
			}
			dst = appendMapped(dst, raw[i:i+n], &smallOf)
			i += n
			continue
		}
		switch b := raw[i]; {
		case b < 0x80:
			if to := smallOf[b]; to != 0 {
				dst = append(dst, to)
			}
			i++
		case isLetter(raw, i):
			var n int
			dst, n = foldLetter(dst, raw[i:])
			i += n
		default:
			i++
		}
	}
	return dst
}

// isASCII reports whether the bytes of b from i are, eight at most.
func isASCII(b []byte, i int) bool {
	n := len(b) - i
	if n >= 8 {
		return binary.LittleEndian.Uint64(b[i:])&highBits == 0
	}
	if len(b) >= 8 { // the last of them, and some in front
		return binary.LittleEndian.Uint64(b[len(b)-8:])>>(64-8*n)&highBits == 0
	}
	var all byte
	for _, c := range b[i:] {
		all |= c
	}
	return all < 0x80
}

// appendMapped appends what a table makes of the bytes of raw.
func appendMapped(dst, raw []byte, table *[256]byte) []byte {
	n := len(dst)
	dst = slices.Grow(dst, len(raw))[:n+len(raw)]
	return dst[:mapBytes(dst, n, raw, table)]
}

// mapBytes writes what a table makes of the bytes of raw to dst[n:], which has room for
// them all, and returns where that ends.
func mapBytes(dst []byte, n int, raw []byte, table *[256]byte) int {
	for _, b := range raw {
		to := table[b]
		dst[n] = to
		n += int((uint(to) + 255) >> 8) // 1 but for 0
	}
	return n
}

// asciiDigits has the highest bit of each of eight bytes that is a digit.
func asciiDigits(w uint64) uint64 {
	low := w &^ highBits
	return (low + (0x80-'0')*oneBits) &^ (low + (0x80-'9'-1)*oneBits) &^ w & highBits
}

var (
	upperOf = mapped(func(b byte) byte {
		if b|0x20-'a' < 26 {
			return b &^ 0x20
		}
		return digitOnly(b)
	})
	smallOf = mapped(func(b byte) byte {
		if b|0x20-'a' < 26 {
			return b | 0x20
		}
		return digitOnly(b)
	})
	digitOf = mapped(digitOnly)
)

func digitOnly(b byte) byte {
	if isNum(b) {
		return b
	}
	return 0
}

func mapped(of func(byte) byte) (table [256]byte) {
	for b := range table {
		table[b] = of(byte(b))
	}
	return table
}
