package xmltext

import (
	"os"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
)

// A flat document of LibreOffice: values stand in attributes and as text, spans
// split words.
func TestFlatDocument(t *testing.T) {
	data, err := os.ReadFile("testdata/flat.fods")
	if err != nil {
		t.Fatal(err)
	}
	if !Format.Sniff(data, "flat.fods", int64(len(data))) {
		t.Error("not known as XML")
	}
	r, _, err := cellstest.Read(Format, "flat.fods", data, sources.Limits{})
	if err != nil || len(r.Wrong) > 0 {
		t.Fatal(err, r.Wrong)
	}
	got := r.Values()
	for _, want := range []string{"Zoé Martin", "Lefèvre & Petit", "180017500100123", "1980-01-02", "mailto:mairie@exemple.fr", "rappeler au 06 12 34 56 78", "FR1420041010050500013M02606"} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("no %q in %q", want, got)
		}
	}
}
