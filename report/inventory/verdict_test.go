package inventory_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"recense/detectors"
	"recense/report/inventory"
	"recense/report/reporttest"
	"recense/scanner"
)

const named = detectors.ColumnName

// one returns the rows of a location with a single element and these cells.
func one(t *testing.T, e scanner.Element, cells ...scanner.Cell) *inventory.Location {
	t.Helper()
	r := &reporttest.Results{Locations: []scanner.Location{{Elements: []scanner.Element{e}, Cells: cells}}}
	return first(t, r, "")
}

// first returns a copy of the first location of r.
func first(t *testing.T, r *reporttest.Results, audience string) *inventory.Location {
	t.Helper()
	return all(t, r, audience)[0]
}

func all(t *testing.T, r *reporttest.Results, audience string) []*inventory.Location {
	t.Helper()
	inv, err := reporttest.New(r, audience)
	if err != nil {
		t.Fatal(err)
	}
	var out []*inventory.Location
	err = inv.Walk(context.Background(), func(l *inventory.Location) error {
		c := *l
		c.Inventory = append([]inventory.InventoryRow(nil), l.Inventory...)
		c.Elements = append([]inventory.ElementRow(nil), l.Elements...)
		out = append(out, &c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestColumnVerdict(t *testing.T) {
	e := reporttest.Detectors()
	for _, c := range []struct {
		name            string
		kind            detectors.Kind
		total, matching int
		cell            scanner.Cell
		verdict         string
		matches, reject int64
		strength        detectors.Strength
		promoted        bool
	}{
		{"share of a keyed kind", "nir", 10, 6, scanner.Cell{Matches: 6, Rejected: 1, Best: 60}, inventory.Is, 6, 1, detectors.Verified, true},
		{"one value short of the share", "nir", 10, 5, scanner.Cell{Matches: 5, Best: 60}, inventory.Contains, 5, 0, detectors.Possible, false},
		{"too few values and no name", "nir", 7, 7, scanner.Cell{Matches: 7, Best: 60}, inventory.Contains, 7, 0, detectors.Possible, false},
		{"few values and a name", "nir", 3, 3, scanner.Cell{Matches: 3, Best: 97, Why: named}, inventory.Is, 3, 0, detectors.Verified, false},
		{"a name and a minority", "nir", 10, 2, scanner.Cell{Matches: 2, Best: 97, Why: named}, inventory.Contains, 2, 0, detectors.Verified, false},
		{"weak candidates become matches", "phone_fr", 60, 58, scanner.Cell{Weak: 58}, inventory.Is, 58, 0, detectors.Probable, true},
		{"weak candidates of a minority stay refused", "phone_fr", 60, 20, scanner.Cell{Weak: 20}, inventory.None, 0, 20, detectors.Possible, false},
		{"some weak, some kept", "phone_fr", 60, 58, scanner.Cell{Matches: 8, Weak: 50, Best: 70}, inventory.Is, 58, 0, detectors.Probable, true},
		{"nine digits make no ADELI numbers", "adeli", 400, 400, scanner.Cell{Weak: 400}, inventory.None, 0, 400, detectors.Possible, false},
		{"ADELI numbers, named", "adeli", 30, 30, scanner.Cell{Matches: 30, Best: 70, Why: named}, inventory.Is, 30, 0, detectors.Probable, true},
		{"a possible kind stays possible", "licence_plate_fr", 60, 60, scanner.Cell{Weak: 60}, inventory.Is, 60, 0, detectors.Possible, true},
		{"nine digits by 60 %", "siren", 30, 20, scanner.Cell{Weak: 20}, inventory.None, 0, 20, detectors.Possible, false},
		{"nine digits, 19 values", "siren", 19, 19, scanner.Cell{Weak: 19}, inventory.None, 0, 19, detectors.Possible, false},
		{"nine digits, 80 % of 20", "siren", 20, 16, scanner.Cell{Weak: 16}, inventory.Is, 16, 0, detectors.Verified, true},
		{"nine digits named", "siren", 10, 7, scanner.Cell{Matches: 7, Best: 90, Why: named}, inventory.Is, 7, 0, detectors.Verified, true},
		{"any date is not a birth date", "birth_date", 400, 400, scanner.Cell{Weak: 400}, inventory.None, 0, 400, detectors.Possible, false},
		{"a named birth date", "birth_date", 400, 400, scanner.Cell{Matches: 400, Best: 70, Why: named}, inventory.Is, 400, 0, detectors.Probable, true},
		{"NIR without key", "nir", 40, 36, scanner.Cell{Weak: 36}, inventory.None, 0, 36, detectors.Possible, false},
		{"NIR without key, named", "nir", 40, 36, scanner.Cell{Matches: 36, Best: 70, Why: named}, inventory.Is, 36, 0, detectors.Verified, true},
	} {
		c.cell.Kind = c.kind
		c.cell.Distinct = reporttest.Distinct(c.matching)
		l := one(t, scanner.Element{Table: true, Values: int64(c.total), Sample: e.Sample(c.total, c.matching, c.kind)}, c.cell)
		r := l.Elements[0]
		if r.Verdict != c.verdict || r.Matches != c.matches || r.Rejected != c.reject || r.Strength != c.strength || (r.Evidence&detectors.ColumnShare != 0) != c.promoted {
			t.Errorf("%s: %s, %d matches, %d refused, %s, %v; want %s, %d, %d, %s, promoted %v", c.name,
				r.Verdict, r.Matches, r.Rejected, r.Strength, r.Evidence.Names(), c.verdict, c.matches, c.reject, c.strength, c.promoted)
		}
		if kept := len(l.Inventory) > 0; kept != (c.matches > 0) {
			t.Errorf("%s: in the inventory: %v", c.name, kept)
		}
		if want := float64(c.matching) / float64(c.total); r.Share != want {
			t.Errorf("%s: share %v, want %v", c.name, r.Share, want)
		}
	}
}

// The shares that random strings reach promote no column of any size.
func TestChanceDoesNotPromote(t *testing.T) {
	e := reporttest.Detectors()
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		kind  detectors.Kind
		share float64
	}{
		{"siren", 0.10}, {"finess", 0.10}, {"lpp", 0.10}, {"siret", 0.01}, {"nir", 0.75}, {"cim10", 0.79}, {"iban", 0.01},
	} {
		for range 200 {
			total, matching := 8+rnd.IntN(300), 0
			for range total {
				if rnd.Float64() < c.share {
					matching++
				}
			}
			l := one(t, scanner.Element{Table: true, Sample: e.Sample(total, matching, c.kind)}, scanner.Cell{Kind: c.kind, Weak: int64(matching)})
			if r := l.Elements[0]; r.Verdict != inventory.None || r.Matches != 0 {
				t.Fatalf("%s: %d of %d values by chance make the column one", c.kind, matching, total)
			}
		}
	}
}

// When several kinds qualify, the one that the column names wins, else the most
// specific; the others keep what stands on its own.
func TestColumnOfSeveralKinds(t *testing.T) {
	e := reporttest.Detectors()
	el := scanner.Element{Table: true, Sample: e.Sample(40, 40, "lpp", "ucd", "cip")}
	weak := func(why detectors.Evidence, kinds ...detectors.Kind) (cells []scanner.Cell) {
		for _, k := range kinds {
			cells = append(cells, scanner.Cell{Kind: k, Weak: 40, Why: why})
		}
		return cells
	}
	is := func(l *inventory.Location) (kinds []string) {
		for _, r := range l.Elements {
			if r.Verdict == inventory.Is {
				kinds = append(kinds, r.Detector)
			}
		}
		return kinds
	}
	medical := func(cells ...scanner.Cell) *inventory.Location {
		return first(t, &reporttest.Results{Locations: []scanner.Location{{Elements: []scanner.Element{el}, Cells: cells}}}, "medical")
	}
	if got := is(medical(weak(0, "cip", "lpp", "ucd")...)); len(got) != 1 || got[0] != "cip" {
		t.Errorf("without a name: %v, want cip alone", got)
	}
	if got := is(medical(append(weak(0, "cip"), append(weak(named, "lpp"), weak(0, "ucd")...)...)...)); len(got) != 1 || got[0] != "lpp" {
		t.Errorf("with a name: %v, want lpp alone", got)
	}
	l := medical(scanner.Cell{Kind: "cip", Weak: 40}, scanner.Cell{Kind: "lpp", Weak: 30, Matches: 10, Best: 70})
	if r := l.Elements[1]; r.Detector != "lpp" || r.Verdict != inventory.Contains || r.Matches != 10 || r.Rejected != 30 {
		t.Errorf("the kind that lost: %+v", r)
	}
}

// Words that are only possible become probable in a column's name or beside an
// identifying match.
func TestWordsPromotion(t *testing.T) {
	for _, c := range []struct {
		name string
		cell scanner.Cell
		want detectors.Strength
	}{
		{"alone", scanner.Cell{Kind: "licence_plate_fr", Matches: 1, Best: 50}, detectors.Possible},
		{"named", scanner.Cell{Kind: "licence_plate_fr", Matches: 1, Best: 50, Why: named}, detectors.Probable},
		{"beside a person", scanner.Cell{Kind: "licence_plate_fr", Matches: 1, Best: 50, Linked: 1}, detectors.Probable},
		{"not a kind of words", scanner.Cell{Kind: "phone_fr", Matches: 1, Best: 50, Linked: 1}, detectors.Possible},
	} {
		if l := one(t, scanner.Element{}, c.cell); l.Inventory[0].Strength != c.want {
			t.Errorf("%s: %s, want %s", c.name, l.Inventory[0].Strength, c.want)
		}
	}
}

func TestTextHasNoShare(t *testing.T) {
	l := one(t, scanner.Element{Page: 1, Name: "p.1"}, scanner.Cell{Kind: "nir", Matches: 2, Weak: 3, Rejected: 1, Best: 90, Distinct: reporttest.Distinct(2)})
	r := l.Elements[0]
	if r.Verdict != inventory.Contains || r.Share >= 0 || r.Values >= 0 || r.Matches != 2 || r.Rejected != 4 {
		t.Errorf("%+v", r)
	}
}
