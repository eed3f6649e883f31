package detectors

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestWordsBack compares words in front of a place with those read byte by byte.
func TestWordsBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		text := []byte(randomFrom(r, "abyzABYZ@[`{ 1.\xE9\xC3", r.IntN(60)))
		at, n := r.IntN(len(text)+1), r.IntN(33)
		var want, got []string
		for end := at; end > max(0, at-n); end-- {
			start := end
			for start > 0 && isLetterByte(text[start-1]) {
				start--
			}
			if start < end-1 && start >= at-n {
				want = append(want, string(text[start:end]))
			}
			end = min(end, start+1)
		}
		wordsBack(text, at, n, func(w []byte) bool {
			got = append(got, string(w))
			return false
		})
		if !slices.Equal(got, want) {
			t.Fatalf("%q, %d in front of %d: %q, not %q", text, n, at, got, want)
		}
	}
}
