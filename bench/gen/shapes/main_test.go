package main

import "testing"

// TestUpToDate fails when a shape was changed and the code not generated again.
func TestUpToDate(t *testing.T) {
	if err := run("../../../detectors", true); err != nil {
		t.Fatal(err)
	}
}

func TestTruth(t *testing.T) {
	for _, outer := range []op{opAnd, opAndNot, opOr, opXor} {
		for _, inner := range []op{opAnd, opAndNot, opOr, opXor} {
			for i := range uint64(8) {
				a, b, c := i>>2, i>>1&1, i&1
				if got, want := truth(outer, inner, true)>>i&1, apply(outer, apply(inner, a, b), c)&1; got != want {
					t.Errorf("operations %d and %d of %03b: %d, want %d", outer, inner, i, got, want)
				}
				if got, want := truth(outer, inner, false)>>i&1, apply(outer, c, apply(inner, a, b))&1; got != want {
					t.Errorf("operations %d and %d of %03b, turned: %d, want %d", outer, inner, i, got, want)
				}
			}
		}
	}
}

func TestShortCutsChangeNothing(t *testing.T) {
	g := newGraph()
	a, b := g.mask(0), g.mask(1)
	n := g.binary(opOr, g.binary(opIf, g.binary(opAnd, a, g.shift(opShr, b, 3)), b), a)
	want := g.binary(opOr, g.binary(opAnd, a, g.shift(opShr, b, 3)), a)
	if got := g.plain(n, map[*node]*node{}); got != want {
		t.Error("a condition stays in the code of the vector kernels")
	}
}
