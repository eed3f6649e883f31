package csv

import (
	"bytes"
	"encoding/csv"
	"flag"
	"testing"

	"recense/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	for name, compared := range map[string]bool{"alone.csv": false, "later.csv": true} {
		got := reporttest.Document(t, &Writer, compared)
		reporttest.Golden(t, name, got, *update)
		rows, err := csv.NewReader(bytes.NewReader(got)).ReadAll()
		if err != nil || len(rows) < 4 {
			t.Fatalf("%s: %v, %d rows", name, err, len(rows))
		}
		for _, row := range rows[1:] {
			if known := row[21] != ""; known != compared {
				t.Errorf("%s: state %q", name, row[21])
			}
		}
	}
}

// No cell is computed by a spreadsheet.
func TestInert(t *testing.T) {
	for in, want := range map[string]string{"=1+1": "'=1+1", "+33": "'+33", "-1": "'-1", "@a": "'@a", "\tx": "'\tx", "a=1": "a=1", "": ""} {
		if got := inert(in); got != want {
			t.Errorf("%q gives %q", in, got)
		}
	}
}
