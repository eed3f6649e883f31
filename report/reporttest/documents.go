package reporttest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"recense/detectors"
	"recense/report"
	"recense/report/inventory"
	"recense/scanner"
	"recense/sources"
)

// Later returns the share of Example a week later: the column of IBANs is gone from
// the claims, a telephone list was added, the archive was not readable, and the
// workbook is no longer there.
func Later() *Results {
	r := Example()
	at := Started.AddDate(0, 0, 7)
	r.R.ID, r.R.Started, r.R.Ended = "20261129T093000-7b20d4", at, at.Add(80*time.Second)
	e := Detectors()
	claims := &r.Locations[0]
	claims.Elements = append(claims.Elements[:1:1], claims.Elements[2:]...)
	claims.Cells = append(claims.Cells[:1:1], claims.Cells[2:]...)
	list := scanner.Location{Place: file("/divers/nouveau.csv")}
	list.ID = ID(4)
	list.Elements = []scanner.Element{{Index: 0, Name: "tel", Field: "tel", Column: 1, Table: true, Values: 60, Sample: e.Sample(60, 60, "phone_fr")}}
	list.Cells = []scanner.Cell{{Element: 0, Kind: "phone_fr", Matches: 60, Whole: 60, Best: 80, Why: detectors.Structure | detectors.ColumnName, Distinct: Distinct(60)}}
	r.Locations[1], r.Found[1] = list, nil
	archive := &r.Locations[2]
	archive.Status, archive.Detail, archive.Elements, archive.Cells = sources.Unreadable, sources.PermissionDenied, nil, nil
	r.Found[2] = nil
	return r
}

// Document writes a document of the share, alone or, when compared, of Later after
// Example, twice, and returns its only file. Both times have to give the same bytes.
func Document(t *testing.T, w *report.Writer, compared bool) []byte {
	t.Helper()
	results := Example()
	if compared {
		results = Later()
	}
	var last []byte
	for i := range 2 {
		inv, err := New(results, "")
		if err != nil {
			t.Fatal(err)
		}
		in := report.Input{Inventory: inv}
		if compared {
			before, err := New(Example(), "")
			if err != nil {
				t.Fatal(err)
			}
			if in.Earlier, err = inventory.NewEarlier(context.Background(), []inventory.Past{{Inventory: before}}, []string{"partage"}); err != nil {
				t.Fatal(err)
			}
		}
		dir := t.TempDir()
		names, err := w.Write(context.Background(), dir, in)
		if err != nil || len(names) != 1 {
			t.Fatalf("%v, files %q", err, names)
		}
		b, err := os.ReadFile(filepath.Join(dir, names[0]))
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 && string(b) != string(last) {
			t.Error("the same data gives other bytes the second time")
		}
		last = b
	}
	return last
}

// Golden compares a document with testdata/name; update writes that anew.
func Golden(t *testing.T, name string, got []byte, update bool) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs from its golden file (go test -update writes it anew):\n%s", name, got)
	}
}
