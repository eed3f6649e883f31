package scanner

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func random(n int, seed uint64) []uint64 {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]uint64, n)
	for i := range out {
		out[i] = r.Uint64() | 1
	}
	return out
}

func sampleOf(hashes []uint64, kinds func(uint64) uint64) Sample {
	var s sampler
	for _, h := range hashes {
		s.add(h, kinds(h))
	}
	return s.sample()
}

// The sample is the smallest hashes with all their bits, whatever the order and
// however often a value comes.
func TestSample(t *testing.T) {
	kinds := func(h uint64) uint64 { return h % 7 }
	for _, n := range []int{0, 1, 15, 16, 17, 1023, 1024, 1025, 2047, 2048, 2049, 50000} {
		values := random(n, uint64(n))
		twice := slices.Concat(values, values)
		rand.New(rand.NewPCG(3, 4)).Shuffle(len(twice), func(i, j int) { twice[i], twice[j] = twice[j], twice[i] })
		want := slices.Clone(values)
		slices.Sort(want)
		full := len(want) > sampleSize
		want = want[:min(len(want), sampleSize)]
		got := sampleOf(twice, kinds)
		if !slices.Equal(got.Hashes, want) || got.Full != full {
			t.Errorf("%d values: %d in the sample, full %v", n, len(got.Hashes), got.Full)
		}
		for i, h := range got.Hashes {
			if got.Kinds[i] != kinds(h) {
				t.Errorf("%d values: kinds of %x", n, h)
			}
		}
	}
}

func TestSampleMerge(t *testing.T) {
	values := random(5000, 9)
	parts := [][]uint64{values[:300], values[200:900], values[800:5000], nil}
	one := func(uint64) uint64 { return 1 }
	want := sampleOf(values, one)
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}} {
		var got Sample
		for _, i := range order {
			got.Merge(sampleOf(parts[i], one))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("order %v: another sample", order)
		}
	}
	a := Sample{Hashes: []uint64{1, 2}, Kinds: []uint64{1, 0}}
	a.Merge(Sample{Hashes: []uint64{2, 3}, Kinds: []uint64{4, 4}})
	if m, n := a.Count(2); m != 2 || n != 3 {
		t.Errorf("%d of %d", m, n)
	}
}

func countOf(values []uint64, memory int64) Distinct {
	var c counter
	b := budget{left: memory}
	for _, v := range values {
		c.add(v, &b)
	}
	return c.distinct(&b)
}

func TestDistinct(t *testing.T) {
	for _, n := range []int{0, 1, 100, 65536, 65537, 200000} {
		d := countOf(slices.Concat(random(n, 5), random(n, 5)), 1<<30)
		got, estimate := d.Count()
		if estimate != (n > exactDistinct) {
			t.Errorf("%d: estimate %v", n, estimate)
		}
		if !estimate && got != int64(n) {
			t.Errorf("%d: %d", n, got)
		}
		if off := math.Abs(float64(got)-float64(n)) / max(1, float64(n)); off > 0.05 {
			t.Errorf("%d: %d, off by %.3f", n, got, off)
		}
	}
}

// The mean error of the sketch is what the theory says.
func TestSketchAccuracy(t *testing.T) {
	for _, n := range []int{50, 1000, 9000, 12000, 100000} {
		sum := 0.0
		for seed := range uint64(30) {
			d := countOf(random(n, seed+100), 0)
			got, estimate := d.Count()
			if !estimate {
				t.Fatal("no memory, but exact")
			}
			off := (float64(got) - float64(n)) / float64(n)
			sum += off * off
		}
		if e := math.Sqrt(sum / 30); e > 0.03 {
			t.Errorf("%d: standard error %.4f", n, e)
		}
	}
}

func TestDistinctMerge(t *testing.T) {
	values := random(90000, 6)
	parts := []Distinct{
		countOf(values[:40000], 1<<30), countOf(values[30000:60000], 1<<30),
		countOf(values[50000:], 0), countOf(nil, 1<<30),
	}
	var want *Distinct
	for _, order := range [][]int{{0, 1, 2, 3}, {2, 1, 0, 3}, {3, 0, 2, 1}, {1, 0, 3, 2}} {
		var got Distinct
		for _, i := range order {
			got.Merge(Distinct{slices.Clone(parts[i].Exact), slices.Clone(parts[i].HLL)})
		}
		if want == nil {
			want = &got
		}
		if !reflect.DeepEqual(got, *want) {
			t.Errorf("order %v: another count", order)
		}
	}
	whole := countOf(values, 0)
	if !slices.Equal(whole.HLL, want.HLL) {
		t.Error("merged and whole differ")
	}
	exact := countOf(values[:100], 1<<20)
	exact.Merge(countOf(values[50:150], 1<<20))
	if n, estimate := exact.Count(); n != 150 || estimate {
		t.Errorf("%d, estimate %v", n, estimate)
	}
}

// A budget that is used up and given back ends where it began.
func TestBudget(t *testing.T) {
	b := budget{left: 1 << 20}
	var c counter
	for round := range 3 {
		for _, v := range random(100000, uint64(round)) {
			c.add(v, &b)
		}
		if b.left < 0 {
			t.Fatalf("overdrawn: %d", b.left)
		}
		c.reset(&b)
	}
	b.give(int64(len(c.slots)) * 8)
	if b.left != 1<<20 {
		t.Errorf("%d left", b.left)
	}
}

func FuzzSampleMerge(f *testing.F) {
	f.Add([]byte{1, 2, 3}, []byte{3, 4, 5})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		hashes := func(in []byte) (out []uint64) {
			for i := range in {
				out = append(out, uint64(in[i])<<3|1)
			}
			return out
		}
		kinds := func(h uint64) uint64 { return h & 24 }
		got := sampleOf(hashes(a), kinds)
		got.Merge(sampleOf(hashes(b), kinds))
		want := sampleOf(slices.Concat(hashes(a), hashes(b)), kinds)
		if !slices.Equal(got.Hashes, want.Hashes) || !slices.Equal(got.Kinds, want.Kinds) || got.Full != want.Full {
			t.Error("merged and whole differ")
		}
	})
}

// smallest is what sorting tells.
func TestSmallest(t *testing.T) {
	for n := 1; n < 70; n++ {
		values := random(n, uint64(n)+7)
		sorted := slices.Clone(values)
		slices.Sort(sorted)
		for k := range n {
			for name, list := range map[string][]uint64{"any order": slices.Clone(values), "sorted": slices.Clone(sorted)} {
				if got := smallest(list, k); got != sorted[k] {
					t.Fatalf("%s: %d of %d: %d, want %d", name, k, n, got, sorted[k])
				}
			}
		}
	}
}
