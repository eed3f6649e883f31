package keyset

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// Ranges hold every key once, whatever the numbers.
func TestSplit(t *testing.T) {
	for _, c := range []struct{ low, high, n int64 }{
		{1, 10, 3}, {1, 100, 7}, {-50, 50, 4}, {0, 9, 10}, {5, 5, 2}, {9, 1, 3}, {1, 5, 4}, {math.MinInt64, math.MaxInt64, 4}, {1, 1_000_000, 31},
	} {
		s := Span{Low: c.low, High: c.high}
		list := s.Split(c.n)
		before := ""
		for i, r := range list {
			from, to, _ := strings.Cut(r.Spec, ":")
			if from != before || (to == "") != (i == len(list)-1) {
				t.Errorf("%v: range %d is %q behind %q", c, i, r.Spec, before)
			}
			if to != "" {
				a, _ := strconv.ParseInt(to, 10, 64)
				if a <= c.low || a > c.high {
					t.Errorf("%v: %q ends outside the keys", c, r.Spec)
				}
			}
			before = to
		}
	}
}

// Windows are drawn about as often as they should, the same with the same seed,
// and lie inside the keys without touching each other twice.
func TestWindows(t *testing.T) {
	s := Span{Low: 101, High: 100_100, Rows: 100_000, Bytes: 100_000 * 100}
	draw := func(seed int64) (keys int64, lows []int64) {
		list, ok := s.Sample(500_000, seed)
		if !ok || len(list) != 1 || list[0].Method != "windows" || list[0].Fraction != 0.05 {
			t.Fatalf("%v %v", list, ok)
		}
		w, ok := Parse(list[0].Spec)
		if !ok {
			t.Fatalf("%q", list[0].Spec)
		}
		for from := s.Low; ; {
			low, high, _, ok := w.Next(from)
			if !ok {
				return keys, lows
			}
			if low < from || high <= low {
				t.Fatalf("window [%d, %d) behind %d", low, high, from)
			}
			keys += high - low
			lows, from = append(lows, low), high
		}
	}
	total := int64(0)
	for seed := range int64(40) {
		n, _ := draw(seed)
		total += n
	}
	if mean := float64(total) / 40; mean < 4000 || mean > 6000 {
		t.Errorf("%.0f keys drawn on average, not 5000", mean)
	}
	_, a := draw(1)
	_, b := draw(1)
	_, c := draw(2)
	if len(a) == 0 || !equal(a, b) || equal(a, c) {
		t.Errorf("%v %v %v", a, b, c)
	}
	// Reading that goes on inside a window sees the rest of it.
	list, _ := s.Sample(500_000, 1)
	w, _ := Parse(list[0].Spec)
	if low, high, _, ok := w.Next(a[0] + 5); !ok || low != a[0]+5 || high != a[0]+w.Keys {
		t.Errorf("[%d, %d) %v", low, high, ok)
	}
	if _, ok := (&Span{Low: 1, High: 1 << 60, Rows: 1000, Bytes: 1 << 20}).Sample(1, 1); ok {
		t.Error("sparse keys are sampled")
	}
	if _, ok := Parse("1:5"); ok {
		t.Error("a range passes for a sample")
	}
}

func equal(a, b []int64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
