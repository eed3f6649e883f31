package scanner

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"recense/detectors"
)

// valuesOf draws values as columns have them: few that repeat, many, some too long.
func valuesOf(r *rand.Rand) func() []byte {
	pool := make([][]byte, 1<<r.IntN(14))
	for i := range pool {
		v := make([]byte, r.IntN(repeatLongest+6))
		for j := range v {
			v[j] = "ab\x00é1"[r.IntN(6)]
		}
		pool[i] = v
	}
	return func() []byte { return pool[r.IntN(len(pool))] }
}

// What is remembered of a value is what was worked out for that very value.
func TestRepeats(t *testing.T) {
	s, err := newUnitSink(engineForTest(t), UnitOptions{Key: []byte("k")})
	if err != nil {
		t.Fatal(err)
	}
	hits := 0
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		draw := valuesOf(r)
		ids := map[string]uint64{}
		var own repeats
		for range 20_000 {
			v := draw()
			id, ok := ids[string(v)]
			if !ok {
				id = uint64(len(ids)) + 1
				ids[string(v)] = id
			}
			at, again := own.slot(s, v)
			switch {
			case at == nil:
			case again && at.known != id:
				t.Fatalf("%q is taken for another value", v)
			case again:
				hits++
			case r.IntN(8) == 0:
				at.forget()
			default:
				at.known = id
			}
		}
		own.end(s)
	}
	if hits < 100_000 {
		t.Errorf("%d values were remembered", hits)
	}
	if s.repeatTables != 1 {
		t.Errorf("%d tables for one column at a time", s.repeatTables)
	}
}

// Samples and counts are those of a sink that remembers nothing.
func TestRepeatsChangeNothing(t *testing.T) {
	e := engineForTest(t)
	s, err := newUnitSink(e, UnitOptions{Key: []byte("k")})
	if err != nil {
		t.Fatal(err)
	}
	s.budget.left = distinctBudget
	email := e.Index("email")
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 2))
		draw := valuesOf(r)
		el, cl := &element{}, &cell{}
		var sample sampler
		var count counter
		for range 30_000 {
			v := draw()
			if len(v) == 0 {
				continue
			}
			kinds := uint64(1) << r.IntN(3) >> r.IntN(2)
			s.sample(el, v, kinds)
			sample.add(s.pass.Hash(v), kinds)
			got, ok := s.counted(cl, email, v)
			want, wantOK := s.pass.Digest(s.detectors[email], v)
			if got != want || ok != wantOK {
				t.Fatalf("%q: digest %x %v, want %x %v", v, got, ok, want, wantOK)
			}
			if ok {
				count.add(want, &s.budget)
			}
		}
		if !reflect.DeepEqual(el.sample.sample(), sample.sample()) {
			t.Fatalf("seed %d: the sample is another", seed)
		}
		got, want := cl.distinct.distinct(&s.budget), count.distinct(&s.budget)
		if n, _ := want.Count(); n == 0 {
			t.Fatalf("seed %d: nothing was counted", seed)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: the count is another", seed)
		}
		s.freeElement(el)
		s.freeCell(cl)
	}
}

func engineForTest(t *testing.T) *detectors.Engine {
	t.Helper()
	e, err := detectors.NewEngine(detectors.All(), detectors.Options{Key: [16]byte{7}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}
