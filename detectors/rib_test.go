package detectors

import (
	"math/rand/v2"
	"testing"
)

// TestMayBeParts holds the quick look at what follows a bank to the account read whole.
func TestMayBeParts(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	gaps := []string{"", " ", "  ", "-", " - ", "\t", "\n", " -\r\n ", ";", "\";\"", ", ", " | ", "\u00a0", "\u202f", "/", ".", "      ", "x"}
	found, quick := 0, 0
	for range 200_000 {
		text := []byte("30006")
		for _, n := range []int{5, 11, 2} {
			if r.IntN(6) == 0 {
				n += r.IntN(5) - 2
			}
			set := "0123456789"
			if r.IntN(4) == 0 {
				set = "0123456789Aa"
			}
			text = append(append(text, gaps[r.IntN(len(gaps))]...), randomFrom(r, set, n)...)
		}
		ok, s := mayBeParts(text, 5), ribParted(text, 0)
		if !ok {
			quick++
			if s.Outcome != None {
				t.Fatalf("%q is an account in parts", text)
			}
		} else if s.Outcome != None {
			found++
		}
	}
	if found < 100 || quick < 100 {
		t.Errorf("%d accounts, %d told by little", found, quick)
	}
}
