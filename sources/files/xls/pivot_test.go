package xls

import (
	"slices"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/files/cfb"
	"recense/sources/sourcetest"
)

// TestPivot reads the copy of the table that LibreOffice 7.4 keeps with a pivot table
// (soffice --convert-to xls, of a flat .fods).
func TestPivot(t *testing.T) {
	data := sourcetest.Samples(t, "pivot_libreoffice.xls")["pivot_libreoffice.xls"]
	r, _, err := cellstest.Read(Format, "a.xls", data, sources.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range r.Cells {
		if c.Part == "pivot 0001" {
			got = append(got, c.Column+"="+c.Text)
		}
	}
	for _, want := range []string{"Assure=Camille Roux", "Assure=Zoé Martin", "Service=Accueil", "Montant=12.5", "Nir=185057800608491"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing in %q", want, got)
		}
	}
}

// TestPivotRows: values that stand in the rows belong to the fields without a list of
// theirs, in turn; a value beyond them belongs to none.
func TestPivotRows(t *testing.T) {
	record := func(kind int, data string) string {
		return string([]byte{byte(kind), byte(kind >> 8), byte(len(data)), 0}) + data
	}
	field := func(items byte, name string) string {
		return record(recSXFDB, string(make([]byte, 12))+string([]byte{items, 0, byte(len(name)), 0, 0})+name)
	}
	text := func(s string) string { return record(recSXString, string([]byte{byte(len(s)), 0, 0})+s) }
	stream := field(1, "ville") + text("Nantes") + field(0, "nom") + field(0, "nir") +
		record(recSXDBB, "\x00") + text("Roux") + record(recSXDate, "\xbc\x07\x05\x00\x02\x00\x00\x00") + text("trop") +
		record(recSXDBB, "\x00") + text("Petit") + record(recSXInt, "\xff\xff") + record(recSXString, "\xff\xff") + record(recSXNum, "12") + record(recEOF, "")
	for _, cut := range []int{0, 5} {
		r := &cellstest.Recorder{}
		b := &book{ctx: t.Context(), out: r, page: 1252}
		f := cfb.Of([]*cfb.Stream{cfb.NewStream("_SX_DB_CUR/0001", strings.NewReader(stream), int64(len(stream)-cut))})
		if err := b.pivots(f); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range r.Cells {
			got = append(got, c.String())
		}
		const want = "pivot 0001!ville[1]=Nantes pivot 0001!nom[2]=Roux pivot 0001!nir[3]=1980-05-02 pivot 0001!nom[4]=Petit pivot 0001!nir[5]=-1"
		if s := strings.Join(got, " "); s != want || len(r.Wrong) > 0 || len(r.Skips) != min(cut, 1) {
			t.Errorf("cut by %d: %s %v, skips %v", cut, s, r.Wrong, r.Skips)
		}
	}
}
