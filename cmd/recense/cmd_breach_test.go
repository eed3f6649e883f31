package main

import (
	"regexp"
	"strings"
	"testing"
)

// A reference is what a regular expression that is easier to read says.
func TestReference(t *testing.T) {
	plain := regexp.MustCompile(`^[\pL\pN][\pL\pN._-]{0,63}$`)
	for _, s := range []string{"", "a", "É", "2026-11", "VIOL_2026.03-b", "-a", ".a", "_", "a/b", "a b", "a\n", "\xff", "a\xff", "e\u0301", "Ⅷ", "٣", "a:b",
		strings.Repeat("a", 64), strings.Repeat("a", 65), strings.Repeat("é", 64), strings.Repeat("é", 65)} {
		if got, want := isReference(s), plain.MatchString(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}
