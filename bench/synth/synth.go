// Package synth makes synthetic persons and identifiers, for corpora, test data
// and benchmarks.
//
// Everything is drawn from a seed, so the same seed gives the same values for
// ever. Nothing is copied from a real register and no value is meant to belong
// to anyone: communes, countries and banks carry numbers that were never
// attributed, telephone numbers lie in the ranges kept for works of fiction,
// e-mail addresses in the reserved example domains, card numbers are the public
// test numbers, surnames and streets are invented. Keys and check digits are
// right, by the rules that the comments name; the functions whose names begin
// with Bad give the near misses.
//
// What it does not do: it does not use package detectors, so that a mistake in
// a rule there cannot hide behind the same mistake here.
package synth

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// Gen draws synthetic values. It is not safe for concurrent use.
type Gen struct {
	r *rand.Rand
}

// New returns a generator whose values depend on seed alone.
func New(seed uint64) *Gen {
	return &Gen{r: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))}
}

// IntN returns a number in [0, n).
func (g *Gen) IntN(n int) int { return g.r.IntN(n) }

// Between returns a number in [lo, hi].
func (g *Gen) Between(lo, hi int) int { return lo + g.r.IntN(hi-lo+1) }

// OneIn reports true once in n calls on average.
func (g *Gen) OneIn(n int) bool { return g.r.IntN(n) == 0 }

// Pick returns one of list.
func (g *Gen) Pick(list []string) string { return list[g.r.IntN(len(list))] }

// Digits returns n random decimal digits.
func (g *Gen) Digits(n int) string { return g.from("0123456789", n) }

// Hex returns n random lower-case hexadecimal digits.
func (g *Gen) Hex(n int) string { return g.from("0123456789abcdef", n) }

// Letters returns n random upper-case ASCII letters.
func (g *Gen) Letters(n int) string { return g.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ", n) }

func (g *Gen) from(alphabet string, n int) string {
	var buf [64]byte
	b := buf[:0]
	for range n {
		b = append(b, alphabet[g.r.IntN(len(alphabet))])
	}
	return string(b)
}

// pad writes v with at least n digits.
func pad(v, n int) string {
	s := strconv.Itoa(v)
	if len(s) >= n {
		return s
	}
	return "0000000000000000"[:n-len(s)] + s
}

// Group cuts s into groups of the given lengths, joined by sep. What is left
// over forms a last group.
func Group(s, sep string, lengths ...int) string {
	var parts []string
	for _, n := range lengths {
		n = min(n, len(s))
		parts, s = append(parts, s[:n]), s[n:]
	}
	if s != "" {
		parts = append(parts, s)
	}
	return strings.Join(parts, sep)
}

// mod97 returns the remainder of a number written in decimal digits.
func mod97(digits string) int {
	m := 0
	for i := range len(digits) {
		m = (m*10 + int(digits[i]-'0')) % 97
	}
	return m
}

// luhn returns the digit that, appended to digits, makes the Luhn sum a
// multiple of ten (ISO/IEC 7812-1 annex B).
func luhn(digits string) string {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return strconv.Itoa((10 - sum%10) % 10)
}

// bump returns s with its last digit replaced by another one.
func bump(s string) string {
	return s[:len(s)-1] + string('0'+(s[len(s)-1]-'0'+1)%10)
}
