package inventory

import (
	"math"

	"recense/sources"
)

// confidence is that of the bounds on what a sample did not show.
const confidence = 0.95

// missed bounds from above, at 95 %, the matching rows of a table of which a
// sample showed seen, without those. Rows are drawn in clusters (blocks, windows of
// a key), each with the same probability. The bound supposes the worst: that
// matching rows fill whole clusters, so that few draws decide over many of them.
// Then the clusters seen are a Poisson count; its exact upper limit, divided by the
// fraction, is how many there may be.
func missed(s *sources.Sampling, seen int64) int64 {
	if s.Fraction <= 0 || s.Fraction >= 1 {
		return 0
	}
	cluster := float64(max(s.Cluster, 1))
	clusters := math.Ceil(float64(seen) / cluster)
	bound := int64(math.Ceil(poissonUpper(clusters)/s.Fraction*cluster)) - seen
	if s.Total >= 0 {
		bound = min(bound, s.Total-seen)
	}
	return max(bound, 0)
}

// exactTo is the count up to which the limit of a Poisson count is worked out
// exactly; beyond it the approximation of Wilson and Hilferty is good to 0.1 %.
const exactTo = 200

// poissonUpper returns the mean of which a count of n or less has a probability of
// 1 − confidence: 3.00 for none, 4.74 for one.
func poissonUpper(n float64) float64 {
	const z = 1.6449 // quantile of the normal distribution at 95 %
	k := n + 1
	approximate := k * math.Pow(1-1/(9*k)+z/(3*math.Sqrt(k)), 3)
	if n > exactTo {
		return approximate * 1.001
	}
	low, high := n, approximate+3
	for high-low > 1e-6 {
		mid := (low + high) / 2
		if poissonAtMost(int(n), mid) > 1-confidence {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

// poissonAtMost is the probability of n or less when the mean is m.
func poissonAtMost(n int, m float64) float64 {
	term := math.Exp(-m)
	sum := term
	for i := 1; i <= n; i++ {
		term *= m / float64(i)
		sum += term
	}
	return sum
}
