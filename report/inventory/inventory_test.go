package inventory_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"recense/detectors"
	"recense/report/inventory"
	"recense/report/reporttest"
	"recense/report/taxonomy"
	"recense/scanner"
	"recense/sources"
)

func TestAsserted(t *testing.T) {
	cell := func(k detectors.Kind, n int64, best uint8) scanner.Cell {
		return scanner.Cell{Kind: k, Matches: n, Best: best, Distinct: reporttest.Distinct(int(n))}
	}
	for _, c := range []struct {
		name     string
		cells    []scanner.Cell
		asserted []string
	}{
		{"a strong match", []scanner.Cell{cell("nir", 1, 90)}, []string{"nir"}},
		{"a possible one", []scanner.Cell{cell("phone_fr", 3, 50)}, nil},
		{"two detectors that are possible", []scanner.Cell{cell("email", 1, 50), cell("phone_fr", 1, 50)}, []string{"contact"}},
		{"an organisation alone", []scanner.Cell{cell("siren", 5, 90)}, nil},
		{"two numbers of organisations", []scanner.Cell{cell("siren", 5, 90), cell("siret", 5, 90)}, nil},
		{"an organisation beside a contact", []scanner.Cell{cell("email", 1, 90), cell("siren", 5, 90)}, []string{"contact", "professional"}},
		{"an organisation beside a hint of one", []scanner.Cell{cell("phone_fr", 1, 50), cell("siren", 5, 90)}, nil},
		{"an establishment alone", []scanner.Cell{cell("finess", 1, 90)}, nil},
		{"an establishment beside a doctor", []scanner.Cell{cell("finess", 1, 90), cell("rpps", 1, 50)}, []string{"health_professional"}},
	} {
		l := one(t, scanner.Element{}, c.cells...)
		var got []string
		for _, r := range l.Inventory {
			if r.Asserted && !slices.Contains(got, r.Category) {
				got = append(got, r.Category)
			}
		}
		if !slices.Equal(got, c.asserted) {
			t.Errorf("%s: %v, want %v", c.name, got, c.asserted)
		}
	}
}

// min_matches of the taxonomy: fewer do not assert.
func TestMinMatches(t *testing.T) {
	for n, want := range map[int64]bool{1: false, 2: true} {
		r := &reporttest.Results{Locations: []scanner.Location{{
			Elements: []scanner.Element{{}},
			Cells:    []scanner.Cell{{Kind: "person_name", Matches: n, Best: 70}},
		}}}
		if l := first(t, r, ""); l.Inventory[0].Asserted != want {
			t.Errorf("%d names: asserted %v", n, !want)
		}
	}
}

func TestPersons(t *testing.T) {
	cell := func(k detectors.Kind, element int32, n int) scanner.Cell {
		return scanner.Cell{Element: element, Kind: k, Matches: int64(n), Best: 90, Distinct: reporttest.Distinct(n)}
	}
	elements := []scanner.Element{{Index: 0}, {Index: 1}}
	for _, c := range []struct {
		name  string
		cells []scanner.Cell
		want  int64
	}{
		{"nobody", []scanner.Cell{cell("iban", 0, 5)}, inventory.Unknown},
		{"the highest", []scanner.Cell{cell("email", 0, 5), cell("nir", 0, 7)}, 7},
		{"the same in two columns", []scanner.Cell{cell("nir", 0, 7), cell("nir", 1, 9)}, 9},
		{"doctors are not members", []scanner.Cell{cell("rpps", 0, 50)}, inventory.Unknown},
	} {
		r := &reporttest.Results{Locations: []scanner.Location{{Elements: elements, Cells: c.cells}}}
		if l := first(t, r, ""); l.Persons != c.want || l.PersonsEstimate {
			t.Errorf("%s: %d, want %d", c.name, l.Persons, c.want)
		}
	}
}

func TestPlaces(t *testing.T) {
	place := func(p scanner.Place) scanner.Location { return scanner.Location{Place: p} }
	r := &reporttest.Results{R: scanner.Run{Targets: []scanner.Target{{Source: "s", Kind: "database", URI: "pg://h/b"}}}, Locations: []scanner.Location{
		place(scanner.Place{Source: "s", URI: "file:///a.zip", Container: "b.csv", Size: -1, Records: 3}),
		place(scanner.Place{Source: "x", URI: "file:///a.zip", Container: "in.zip!/c.csv", Access: "world", Size: 4, Records: -1}),
		place(scanner.Place{URI: "file:///d", Status: sources.Excluded, Files: 12, Bytes: 345, Detail: sources.SnapshotFolder}),
		place(scanner.Place{URI: "file:///e", Status: sources.Partial, Skips: []scanner.Skip{{Reason: sources.NoTextLayer, Count: 2}}}),
		place(scanner.Place{URI: "file:///f", Groups: make([]string, 40), Aliases: make([]string, 40)}),
	}}
	l := all(t, r, "")
	check := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	check("member", []string{l[0].URI, l[0].Container, l[0].SourceKind}, []string{"file:///a.zip!/b.csv", "file:///a.zip", "database"})
	check("nested member", []string{l[1].URI, l[1].Container, l[1].Access, l[1].Basis}, []string{"file:///a.zip!/in.zip!/c.csv", "file:///a.zip!/in.zip", "world", "unknown"})
	check("unknown size", []int64{l[0].Size, l[0].Records, l[1].Size, l[1].Records}, []int64{-1, 3, 4, -1})
	check("excluded folder", []int64{l[2].Records, l[2].Size, l[2].RecordsRead}, []int64{12, 345, -1})
	check("reason of a part", l[3].Detail, sources.NoTextLayer)
	check("bounded lists", []int{len(l[4].Groups), len(l[4].Aliases)}, []int{32, 16})
	check("read, nothing found", []any{l[0].Impact, l[0].ImpactRank, l[0].Country, l[0].Environment, len(l[0].Processings)}, []any{"inexistant", int8(0), "", "unknown", 0})
	check("not read", []any{l[2].Impact, l[2].ImpactRank, l[3].Impact}, []any{"", int8(-1), ""})
}

// In the general audience the detail of health data reads a placeholder, and a
// place with medical data is not told.
func TestGeneralAudience(t *testing.T) {
	general, medical := all(t, reporttest.Example(), ""), all(t, reporttest.Example(), "medical")
	for _, l := range general {
		for _, r := range l.Inventory {
			if r.Detector == "ccam" || r.Detector == "cim10" || r.Category == "medical" && len(r.Elements) > 0 {
				t.Errorf("%s: %+v", l.URI, r)
			}
		}
		for _, r := range l.Elements {
			if r.Detector == "ccam" || r.Detector == "cim10" {
				t.Errorf("%s: %+v", l.URI, r)
			}
		}
	}
	cut := general[2]
	if cut.URI != "file:///srv/partage/… [03030303]" || cut.Container != "file:///srv/partage/…" || !cut.Masked || cut.Member != "" || cut.Outer != cut.URI {
		t.Errorf("a medical report is at %q in %q", cut.URI, cut.Container)
	}
	if got := medical[2].URI; got != "file:///srv/partage/temp/copie.zip!/dossiers.zip!/compte-rendu.pdf" {
		t.Errorf("the medical audience reads %q", got)
	}
	if got := general[0].URI; !strings.Contains(got, "/prestations/") {
		t.Errorf("health codes alone cut the path: %q", got)
	}
	var rows []string
	for _, r := range cut.Inventory {
		rows = append(rows, r.Category+" "+r.Detector)
	}
	if want := []string{"health health_detail_reserved", "medical health_detail_reserved", "nir nir"}; !slices.Equal(rows, want) {
		t.Errorf("rows %v, want %v", rows, want)
	}
	if r := cut.Inventory[1]; r.Matches != 4 || r.ElementCount != 2 {
		t.Errorf("counts stay: %+v", r)
	}
	if len(cut.Elements) != 3 {
		t.Errorf("one row per element and placeholder: %+v", cut.Elements)
	}
	for _, r := range cut.Elements {
		if r.Detector == "health_detail_reserved" && r.Name != "" {
			t.Errorf("a medical element is named: %+v", r)
		}
	}
}

// Several detectors of one reserved category are one row.
func TestReservedRowsAreSummed(t *testing.T) {
	cells := []scanner.Cell{
		{Kind: "ccam", Matches: 3, Rejected: 1, Best: 66, Distinct: reporttest.Distinct(2)},
		{Kind: "cip", Matches: 4, Rejected: 2, Best: 90, Distinct: reporttest.Distinct(3)},
	}
	l := one(t, scanner.Element{Name: "p.1"}, cells...)
	if len(l.Inventory) != 1 || len(l.Elements) != 1 {
		t.Fatalf("%+v %+v", l.Inventory, l.Elements)
	}
	r, e := l.Inventory[0], l.Elements[0]
	if r.Matches != 7 || r.Rejected != 3 || r.Distinct != 5 || r.Strength != detectors.Verified || r.ElementCount != 1 || !r.Asserted || !r.Art9 {
		t.Errorf("inventory: %+v", r)
	}
	if e.Matches != 7 || e.Rejected != 3 || e.Distinct != 5 || e.Strength != detectors.Verified || e.Name != "p.1" {
		t.Errorf("element: %+v", e)
	}
}

func findings(t *testing.T, r *reporttest.Results, audience string) (out []inventory.FindingRow) {
	t.Helper()
	inv, err := reporttest.New(r, audience)
	if err != nil {
		t.Fatal(err)
	}
	err = inv.Walk(context.Background(), func(l *inventory.Location) error {
		n := len(out)
		for f, err := range l.Findings() {
			if err != nil {
				return err
			}
			out = append(out, f)
		}
		again := 0
		for range l.Findings() {
			again++
		}
		if again != len(out)-n {
			t.Errorf("a second range gives %d findings, not %d", again, len(out)-n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFindings(t *testing.T) {
	kinds := func(f []inventory.FindingRow) (k []string) {
		for i := range f {
			k = append(k, f[i].Detector)
		}
		return k
	}
	general := findings(t, reporttest.Example(), "")
	if got, want := kinds(general), []string{"nir", "phone_fr", "nir"}; !slices.Equal(got, want) {
		t.Errorf("general: %v, want %v", got, want)
	}
	if got, want := kinds(findings(t, reporttest.Example(), "medical")), []string{"nir", "ccam", "phone_fr", "nir", "cim10"}; !slices.Equal(got, want) {
		t.Errorf("medical: %v, want %v", got, want)
	}
	if f := general[1]; f.Score != detectors.ScoreProbable || f.Strength != detectors.Probable || f.Evidence&detectors.ColumnShare == 0 {
		t.Errorf("a weak candidate of a promoted column: %+v", f)
	}
}

func TestHiddenLength(t *testing.T) {
	r := &reporttest.Results{
		Locations: []scanner.Location{{Elements: []scanner.Element{{}}, Cells: []scanner.Cell{{Kind: "email", Matches: 1, Best: 90}}}},
		Found:     [][]scanner.Finding{{{Kind: "email", Score: 90, Strength: detectors.Verified, Len: 23}}},
	}
	if f := findings(t, r, ""); f[0].Len != 0 {
		t.Errorf("the length of an e-mail address is told: %d", f[0].Len)
	}
}

// The assessor of the register sees everything, and what it fills in reaches the
// rows.
func TestAssess(t *testing.T) {
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	inv, err := inventory.New(reporttest.Example(), reporttest.Detectors(), tax, inventory.Options{Assess: func(l *inventory.Location) {
		for _, r := range l.Inventory {
			seen[r.Detector] = true
		}
		l.Impact, l.ImpactRank, l.Processings = "critique", 4, []string{"T-01"}
	}})
	if err != nil {
		t.Fatal(err)
	}
	err = inv.Walk(context.Background(), func(l *inventory.Location) error {
		if l.Impact != "critique" || l.ImpactRank != 4 || len(l.Processings) != 1 {
			t.Errorf("%s: %q %d %v", l.URI, l.Impact, l.ImpactRank, l.Processings)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !seen["cim10"] {
		t.Error("the assessor does not see reserved detectors")
	}
}

func TestWalkIsRepeatable(t *testing.T) {
	inv, err := reporttest.New(reporttest.Example(), "")
	if err != nil {
		t.Fatal(err)
	}
	dump := func() (rows []any) {
		err := inv.Walk(context.Background(), func(l *inventory.Location) error {
			rows = append(rows, l.LocationRow, slices.Clone(l.Inventory), slices.Clone(l.Elements))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	if a, b := dump(), dump(); !reflect.DeepEqual(a, b) {
		t.Error("two walks differ")
	}
}

func TestErrors(t *testing.T) {
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reporttest.New(reporttest.Example(), "everybody"); err == nil {
		t.Error("an unknown audience is accepted")
	}
	odd := reporttest.Engine{{Kind: "nosuch"}}
	if _, err := inventory.New(reporttest.Example(), odd, tax, inventory.Options{}); err == nil {
		t.Error("a detector outside the taxonomy is accepted")
	}
	walk := func(l scanner.Location) error {
		inv, err := reporttest.New(&reporttest.Results{Locations: []scanner.Location{l}}, "")
		if err != nil {
			t.Fatal(err)
		}
		return inv.Walk(context.Background(), func(*inventory.Location) error { return nil })
	}
	if walk(scanner.Location{Elements: []scanner.Element{{}}, Cells: []scanner.Cell{{Kind: "nosuch"}}}) == nil {
		t.Error("an unknown kind in the results is accepted")
	}
	if walk(scanner.Location{Cells: []scanner.Cell{{Element: 1, Kind: "nir"}}}) == nil {
		t.Error("a cell of no element is accepted")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	inv, err := reporttest.New(reporttest.Example(), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := inv.Walk(ctx, func(*inventory.Location) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled walk gives %v", err)
	}
}

// Minors are counted by the NIRs where no column of birth dates tells; nothing is said
// of runs that did not count them.
func TestMinorsByNIR(t *testing.T) {
	for _, c := range []struct {
		form  int
		young int
		want  int64
	}{{scanner.MinorsForm, 3, 3}, {scanner.MinorsForm, 0, 0}, {scanner.MinorsForm - 1, 0, inventory.Unknown}} {
		r := reporttest.Many(1)
		r.R.Form = c.form
		l := &r.Locations[0]
		l.Elements = []scanner.Element{{Index: 0, Name: "nir", Field: "nir", Column: 1, Table: true, Values: 60}}
		l.Cells = []scanner.Cell{{Element: 0, Kind: "nir", Matches: 60, Whole: 60, Best: 90, Distinct: reporttest.Distinct(60)}}
		if c.young > 0 {
			l.Young = reporttest.Distinct(c.young)
		}
		if got := first(t, r, "medical").Minors; got != c.want {
			t.Errorf("form %d, %d young: %d minors, want %d", c.form, c.young, got, c.want)
		}
	}
}
