package inventory

import (
	"math"

	"recense/detectors"
)

// A check digit is passed by chance: one number in ten passes Luhn or an EAN
// check, one in a hundred a mod 97 key. With few values a share of 60 % of such
// numbers is no rarity, so that the binomial law has its word: what chance gives
// more often than once in a million columns proves nothing.

// chances are the shares of random numbers of the right form that pass the check
// of a kind (SIRET has two Luhn keys, the tax number a mod 511 key).
var chances = map[detectors.Kind]float64{
	"siren": 0.1, "finess": 0.1, "rpps": 0.1, "payment_card": 0.1, "lpp": 0.1, "cip": 0.1, "ucd": 0.1,
	"siret": 0.01, "nir": 0.0104, "nia": 0.0104, "iban": 0.0104, "rib": 0.0104, "vat_fr": 0.0104, "tax_number_fr": 0.002,
}

// rarest is the probability from which on chance is no explanation.
const rarest = 1e-6

// beyondChance reports whether n matches among total distinct values are more
// than chance gives a kind. Kinds without a check have no chance to speak of:
// their rules ask for shares instead.
func beyondChance(k detectors.Kind, n, total int) bool {
	p, ok := chances[k]
	return !ok || tail(n, total, p) < rarest
}

// tail returns the probability that at least n of total independent values pass,
// each with probability p.
func tail(n, total int, p float64) float64 {
	sum := 0.0
	for k := n; k <= total; k++ {
		sum += math.Exp(choose(total, k) + float64(k)*math.Log(p) + float64(total-k)*math.Log1p(-p))
	}
	return min(sum, 1)
}

// choose is the logarithm of the binomial coefficient.
func choose(n, k int) float64 {
	f := func(x int) float64 { v, _ := math.Lgamma(float64(x + 1)); return v }
	return f(n) - f(k) - f(n-k)
}
