package scanner

import (
	"reflect"
	"testing"

	"recense/sources"
)

// TestLists: distinct values of a list's kind are counted by location, those that are
// in it and, for consents, those that are not; ranges of one location together.
func TestLists(t *testing.T) {
	e := testEngine(t)
	p := e.Pass()
	var digests []uint64
	for _, n := range []int{100, 101, 250, 100} {
		h, ok := p.Digest(e.Detectors()[e.Index("nir")], []byte(testNIR(n)))
		if !ok {
			t.Fatal("no digest")
		}
		digests = append(digests, h)
	}
	lists := []List{NewList("oppositions", "nir", false, digests), NewList("accords", "nir", true, digests[:1]), NewList("autre", "email", false, nil)}
	table := columns("num_secu", "ville")
	found := scanScript(t, UnitOptions{Lists: lists}, testUnit("a.csv"), func(out sources.Sink) error {
		for _, place := range []sources.Place{{}, {Container: "b.csv"}} {
			out.Open(place)
			for i := range 10 {
				if err := out.Chunk(rows(table, []string{testNIR(100 + i%5), "Saumur"})); err != nil {
					return err
				}
			}
			if err := out.Close(sources.Result{Records: 10}); err != nil {
				return err
			}
		}
		return nil
	})
	if len(found) != 2 {
		t.Fatalf("%d locations", len(found))
	}
	for _, f := range found {
		got := map[string][2]int64{}
		for _, h := range f.Lists {
			present, _ := h.Present.Count()
			absent, _ := h.Absent.Count()
			got[h.List] = [2]int64{present, absent}
		}
		if want := map[string][2]int64{"oppositions": {2, 0}, "accords": {1, 4}}; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", f.Container, got, want)
		}
	}
	j := newJoined(&fragment{Count: 2, Location: Location{Lists: found[0].Lists}}, 0)
	j.addLists(found[1].Lists)
	j.addLists([]ListHit{{List: "autre", Present: Distinct{Exact: []uint64{1}}}})
	if n, _ := j.Lists[0].Present.Count(); n != 2 || len(j.Lists) != 3 {
		t.Errorf("the same persons in two ranges: %d, %d lists", n, len(j.Lists))
	}
}

// Fragments of earlier versions end before lists and contents.
func TestFragmentWithoutLists(t *testing.T) {
	f := testFragment()
	f.Location.Lists, f.Location.ContentID = nil, nil
	var e encoder
	e.fragment(&f)
	d := decoder{buf: e.buf}
	if got := d.fragment(); d.bad || got.Location.Lists != nil || got.Location.ContentID != nil {
		t.Errorf("bad %v, %+v", d.bad, got.Location)
	}
	f.Location.ContentID = []byte("0123456789abcdef")
	e = encoder{}
	e.fragment(&f)
	d = decoder{buf: e.buf}
	if got := d.fragment(); d.bad || !reflect.DeepEqual(got, f) {
		t.Errorf("bad %v, %+v", d.bad, got.Location)
	}
}
