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

// Capitals become small letters, unless there is something else to decode.
func TestLowerPlain(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	plain := 0
	for range 100_000 {
		raw := make([]byte, r.IntN(40))
		for i := range raw {
			if raw[i] = "aZ@.-_[`09"[r.IntN(10)]; r.IntN(100) == 0 {
				raw[i] = byte(r.Uint32())
			}
		}
		want, ok := bytes.ToLower(raw), true
		for _, b := range raw {
			ok = ok && b < 0x80 && b != '%'
		}
		switch got := bytes.Clone(raw); {
		case lowerPlain(got) != ok:
			t.Fatalf("%q: want %v", raw, ok)
		case ok && !bytes.Equal(got, want):
			t.Fatalf("%q: %q", raw, got)
		case ok:
			plain++
		}
	}
	if plain < 50_000 {
		t.Errorf("%d plain addresses", plain)
	}
}

// A NIR is the same however it is written.
func TestNormalNIR(t *testing.T) {
	for _, raw := range []string{"186035198821554", "1860351988215", "1 86 03 51 988 215 54", "186035198821554 ", "18603519882 15"} {
		if got := normalNIR(nil, []byte(raw)); string(got) != "186035198821554" {
			t.Errorf("%q: %q", raw, got)
		}
	}
	for _, raw := range []string{"2 69 05 2a 588 157 17", "269052A58815717", "269052a588157"} {
		if got := normalNIR([]byte("x"), []byte(raw)); string(got) != "x269052A58815717" {
			t.Errorf("%q: %q", raw, got)
		}
	}
}
