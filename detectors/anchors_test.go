package detectors

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestAnchorFilters holds the filters equal, and both to a slow search.
func TestAnchorFilters(t *testing.T) {
	literals := []string{"abc", "abd", "$2b$", "xox", "password", "eyj", "a-b", "_ga="}
	table, err := newAnchorTable([]*Detector{{Anchors: literals}})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	const n = 40
	for range 200 {
		text := make([]byte, 32*n+4)
		const letters = "aAbBcCdD$2_-=gPpassword\x80\xC1xXoOeyj "
		for i := range text {
			text[i] = letters[r.IntN(len(letters))]
		}
		for range 10 {
			copy(text[r.IntN(len(text)):], literals[r.IntN(len(literals))])
		}
		var plain [n]uint32
		anchorsGo(text, 1, n, table, plain[:])
		for _, kernel := range Kernels() {
			var fast [n]uint32
			anchorFilterFor(kernel)(text, 1, n, table, fast[:])
			for k := range fast {
				if plain[k]&^fast[k] != 0 {
					t.Fatalf("%s: the filter passes over what the one in plain Go finds", kernel)
				}
			}
		}
		for at := 1; at <= 32*n; at++ {
			want := slices.ContainsFunc(literals, func(l string) bool {
				return at+len(l) <= len(text) && bytes.EqualFold(text[at:at+len(l)], []byte(l))
			})
			if got := table.find(text, at) != 0; got != want {
				t.Fatalf("at %d: found %v, want %v", at, got, want)
			}
			if want && !midWord(text, at) && plain[(at-1)/32]>>((at-1)%32)&1 == 0 {
				t.Fatalf("at %d: the filter passes over an anchor", at)
			}
		}
	}
}

func TestTooManyAnchors(t *testing.T) {
	d := &Detector{}
	for i := range maxAnchors + 1 {
		d.Anchors = append(d.Anchors, string([]byte{'a' + byte(i%26), 'a' + byte(i/26%26), 'a' + byte(i/676)}))
	}
	if _, err := newAnchorTable([]*Detector{d}); err == nil {
		t.Fatal("no error")
	}
}

// TestShareOf holds the estimate of what passes a group to the filter itself.
func TestShareOf(t *testing.T) {
	literals := []string{"contrat", "mme ", "nom ", "password", "$2b$", "://"}
	table, err := newAnchorTable([]*Detector{{Anchors: literals}})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(literals)
	for i, group := range anchorGroups(literals) {
		var halves [anchorBytes][2]uint16
		for _, l := range group {
			addHalves(&halves, l)
		}
		for j := range anchorBytes {
			sum := 2.0
			for _, s := range byteShares {
				if l := &table.lanes[i/8][j]; l[0][s.b&15]&l[1][s.b>>4]>>(i%8)&1 != 0 {
					sum += s.share
				}
			}
			if got := shareOf(halves[j]) * 1000; got < sum*0.999 || got > sum*1.001 {
				t.Errorf("%q, byte %d: %g was estimated, the filter says %g", group, j, got, sum)
			}
		}
	}
}
