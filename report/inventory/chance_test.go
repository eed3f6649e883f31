package inventory

import (
	"math"
	"testing"

	"recense/detectors"
	"recense/scanner"
)

// TestTail compares the law with the sum by hand for small numbers.
func TestTail(t *testing.T) {
	for _, c := range []struct {
		n, total int
		p, want  float64
	}{
		{0, 8, 0.1, 1}, {8, 8, 0.1, 1e-8}, {7, 8, 0.1, 7.3e-7}, {5, 8, 0.1, 4.3165e-4}, {1, 1, 0.5, 0.5}, {2, 3, 0.5, 0.5},
	} {
		if got := tail(c.n, c.total, c.p); math.Abs(got-c.want) > 1e-4*c.want {
			t.Errorf("%d of %d at %v: %v, want %v", c.n, c.total, c.p, got, c.want)
		}
	}
	if v := tail(700, 1024, 0.1); v > 1e-100 || v < 0 || math.IsNaN(v) {
		t.Errorf("a full sample: %v", v)
	}
}

// TestEvidenceOfColumns: what promotes a column, and what nearly does.
func TestEvidenceOfColumns(t *testing.T) {
	for _, c := range []struct {
		name             string
		cell             scanner.Cell
		matching, values int
		want             bool
	}{
		{"five of eight pass Luhn by chance", scanner.Cell{Kind: "payment_card", Matches: 5}, 5, 8, false},
		{"seven of eight do not", scanner.Cell{Kind: "payment_card", Matches: 7}, 7, 8, true},
		{"sixty of a hundred do not", scanner.Cell{Kind: "rpps", Matches: 60}, 60, 100, true},
		{"dates that agree with NIRs", scanner.Cell{Kind: "birth_date", Weak: 10, Agreed: 9}, 10, 10, true},
		{"dates of which few agree", scanner.Cell{Kind: "birth_date", Weak: 100, Agreed: 9}, 100, 100, false},
		{"dates that nothing agrees with", scanner.Cell{Kind: "birth_date", Weak: 100}, 100, 100, false},
		{"NIRs without key, dates agree", scanner.Cell{Kind: "nir", Weak: 10, Agreed: 10}, 10, 10, true},
		{"NIRs without key, alone", scanner.Cell{Kind: "nir", Weak: 10}, 10, 10, false},
		{"FINESS without zero, named", scanner.Cell{Kind: "finess", Repaired: 10, Named: true}, 10, 10, true},
		{"eight digits, not named", scanner.Cell{Kind: "finess", Repaired: 4, Weak: 1}, 5, 10, false},
		{"named, and few values", scanner.Cell{Kind: "finess", Repaired: 3, Named: true}, 3, 10, false},
	} {
		j := judged{cell: &c.cell, share: float64(c.matching) / float64(c.values)}
		if got := j.qualifies(c.values); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestRepairedCount: promoted, repaired cells are matches; otherwise they are not
// even candidates.
func TestRepairedCount(t *testing.T) {
	for _, promoted := range []bool{true, false} {
		sample := scanner.Sample{}
		for i := range uint64(20) {
			sample.Hashes, sample.Kinds = append(sample.Hashes, i+1), append(sample.Kinds, 1)
		}
		cell := scanner.Cell{Kind: "phone_fr", Repaired: 20, Named: promoted}
		j := []judged{{cell: &cell, kind: kind{d: &detectors.Detector{Max: detectors.Probable}}}}
		if !promoted {
			clear(sample.Kinds[:15])
		}
		judge(&scanner.Element{Table: true, Sample: sample}, j)
		if want := map[bool]int64{true: 20}[promoted]; j[0].matches != want || j[0].rejected != 0 || j[0].promoted != promoted {
			t.Errorf("%v: %d matches, %d refused", promoted, j[0].matches, j[0].rejected)
		}
	}
}
