package codepage

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

func le(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

func TestRuns(t *testing.T) {
	long := strings.Repeat("a", 48)
	for _, test := range []struct {
		name, in string
		want     []string
	}{
		{"among numbers", "\x01\x02\x00" + le("Zoé Martin") + "\x00\x00\xff" + le("180017500100104"), []string{"Zoé Martin", "180017500100104"}},
		{"its length in front", le("0"+long) + "\x00\x00", []string{long}},
		{"its length with the zero", le("1"+long) + "\x00\x00", []string{long}},
		{"a digit that is no length", le("2"+long) + "\x00\x00", []string{"2" + long}},
		{"too short", le("abcd"), nil},
		{"single bytes", "Zoé Martin 180017500100104", nil},
		{"another script", le("Привет мир"), nil},
		{"cut", le("abcdef")[:11], []string{"abcde"}},
	} {
		var got []string
		Runs([]byte(test.in), func(s string) { got = append(got, s) })
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
