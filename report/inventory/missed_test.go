package inventory

import (
	"math"
	"math/rand/v2"
	"testing"

	"recense/sources"
)

// The limits are those of the tables of exact Poisson intervals (one-sided, 95 %).
func TestPoissonUpper(t *testing.T) {
	for n, want := range map[float64]float64{0: 2.9957, 1: 4.7439, 2: 6.2958, 5: 10.5130, 10: 16.9622, 100: 118.0793} {
		if got := poissonUpper(n); math.Abs(got-want) > 1e-3 {
			t.Errorf("%v: %.4f, want %.4f", n, got, want)
		}
	}
	if a, b := poissonUpper(exactTo), poissonUpper(exactTo+1); b < a {
		t.Errorf("%v, then %v", a, b)
	}
}

// The bound holds in at least 95 of 100 samples, whether the matching rows lie
// together or apart.
func TestMissedHolds(t *testing.T) {
	const blocks, rows, fraction = 4000, 50, 0.02
	for name, each := range map[string]int64{"alone": 1, "together": rows} {
		for _, hit := range []int{3, 100, 2000} {
			g := rand.New(rand.NewPCG(uint64(hit), 7))
			broken := 0
			for range 1000 {
				seen := int64(0)
				for range hit {
					if g.Float64() < fraction {
						seen += each
					}
				}
				s := sources.Sampling{Method: "blocks", Fraction: fraction, Cluster: rows, Total: blocks * rows}
				if seen+missed(&s, seen) < int64(hit)*each {
					broken++
				}
			}
			if broken > 60 {
				t.Errorf("%d blocks with matches %s: the bound is wrong in %d of 1000 samples", hit, name, broken)
			}
		}
	}
}
