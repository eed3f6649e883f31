package detectors

import "slices"

// The normal forms that several kinds share. They are worked out for every value that is
// counted: a table says what becomes of each byte, 0 for nothing, and no byte is a branch.

// normalUpper appends the ASCII letters and digits of raw, in capitals.
func normalUpper(dst, raw []byte) []byte { return appendMapped(dst, raw, &upperOf) }

// normalDigits appends the ASCII digits of raw.
func normalDigits(dst, raw []byte) []byte { return appendMapped(dst, raw, &digitOf) }

// normalLetters appends the letters, folded, and the digits: the normal form of names
// and addresses.
func normalLetters(dst, raw []byte) []byte {
	or := byte(0)
	for _, b := range raw {
		or |= b
	}
	if or < 0x80 {
		return appendMapped(dst, raw, &smallOf)
	}
	for i := 0; i < len(raw); {
		switch b := raw[i]; {
		case isNum(b):
			dst = append(dst, b)
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

// appendMapped appends what a table makes of the bytes of raw.
func appendMapped(dst, raw []byte, table *[256]byte) []byte {
	n := len(dst)
	dst = slices.Grow(dst, len(raw))[:n+len(raw)]
	for _, b := range raw {
		to := table[b]
		dst[n] = to
		n += int((uint(to) + 255) >> 8) // 1 but for 0
	}
	return dst[:n]
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
