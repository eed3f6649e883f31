package detectors

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Normal forms are those of slow functions that look at one byte after the other.
func TestNormalTables(t *testing.T) {
	upper := func(dst, raw []byte) []byte {
		for _, b := range raw {
			if b >= 'a' {
				b &^= 0x20
			}
			if isNum(b) || isCapital(b) {
				dst = append(dst, b)
			}
		}
		return dst
	}
	digits := func(dst, raw []byte) []byte {
		for _, b := range raw {
			if isNum(b) {
				dst = append(dst, b)
			}
		}
		return dst
	}
	letters := func(dst, raw []byte) []byte {
		for i := 0; i < len(raw); {
			switch {
			case isNum(raw[i]):
				dst = append(dst, raw[i])
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
	r := rand.New(rand.NewPCG(4, 2))
	room := []byte("avant")
	for n := range 100_000 {
		raw := make([]byte, r.IntN(40))
		for i := range raw {
			switch {
			case n%3 == 0:
				raw[i] = byte(r.Uint32())
			case n%3 == 1 && r.IntN(6) == 0:
				raw = append(raw[:i], append([]byte("éÉœ’ñ"), raw[i:]...)...)
			default:
				raw[i] = byte(0x20 + r.IntN(0x60))
			}
		}
		for name, f := range map[string][2]func(dst, raw []byte) []byte{"upper": {upper, normalUpper}, "digits": {digits, normalDigits}, "letters": {letters, normalLetters}} {
			for _, dst := range [][]byte{nil, room[:5:5]} {
				if want, got := f[0](bytes.Clone(dst), raw), f[1](dst, raw); !bytes.Equal(got, want) {
					t.Fatalf("%s of %q: %q, want %q", name, raw, got, want)
				}
			}
		}
	}
}
