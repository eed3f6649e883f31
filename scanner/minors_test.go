package scanner

import (
	"testing"
	"time"
)

func TestMinor(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for nir, want := range map[string]bool{
		"110017598512344":       true,  // January 2010
		"1 08 12 75 985 123 44": true,  // December 2008: 18 in December 2026
		"208117598512344":       false, // November 2008: of age in the present month
		"180017598512344":       false, // 1980
		"126117598512344":       true,  // November 2026: born in the present month
		"126127598512344":       false, // December 2026 is to come: 1926
		"135017598512344":       false, // 1935
		"110207598512344":       false, // no month
		"11":                    false,
		"210012A98512344":       true, // Corsica
	} {
		if got := minor([]byte(nir), now); got != want {
			t.Errorf("%s: %t", nir, got)
		}
	}
}
