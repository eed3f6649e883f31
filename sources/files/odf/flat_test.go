package odf

import (
	"os"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// flat is what LibreOffice wrote of an invented workbook as one XML document.
func flat(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("../xml/testdata/flat.fods")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestFlat(t *testing.T) {
	r, res, err := cellstest.Read(Flat, "flat.fods", flat(t), sources.Limits{})
	if err != nil || len(r.Wrong) > 0 || res.Format != "fods" || res.Records < 2 {
		t.Fatal(err, r.Wrong, res)
	}
	for _, want := range []string{"=180017500100123\n", "=Zoé Martin\n", "=1980-01-02\n", "mailto:mairie@exemple.fr\n", "rappeler au 06 12 34 56 78\n"} {
		if !strings.Contains(r.Lines(), want) {
			t.Errorf("no %q in\n%s", want, r.Lines())
		}
	}
}

func TestFlatParts(t *testing.T) {
	document := `<?xml version="1.0" encoding="UTF-8"?>
<office:document office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:meta><dc:creator>Zoé Martin</dc:creator>` +
		`<meta:generator>X/1.2.3.4</meta:generator><meta:user-defined meta:name="Dossier">180017500100104</meta:user-defined></office:meta>` +
		`<office:body><office:text><text:p>Bonjour<draw:object-ole><office:binary-data>QUJD</office:binary-data></draw:object-ole></text:p></office:text></office:body></office:document>`
	l, err := sourcetest.Read(t, Flat, "x.fodt", []byte(document))
	if err != nil || len(l.Skips) != 1 {
		t.Fatal(err, l.Skips)
	}
	if got, want := string(l.Text), "creator: Zoé Martin\nDossier: 180017500100104\nBonjour\n"; strings.ReplaceAll(got, "\n\n", "\n") != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, other := range []string{
		strings.Replace(document, "UTF-8", "ISO-8859-1", 1), // read as XML
		strings.Replace(document, "<office:document ", "<office:document-content ", 1),
		strings.Replace(document, "opendocument.text", "opendocument.database", 1),
	} {
		if Flat.Sniff([]byte(other), "x.fodt", int64(len(other))) {
			t.Errorf("taken for a flat document: %.100s", other)
		}
	}
}

func TestFlatHostile(t *testing.T) {
	sourcetest.Hostile(t, Flat, map[string][]byte{"flat.fods": flat(t)})
}

func FuzzFlat(f *testing.F) { sourcetest.Fuzz(f, Flat, flat(f)) }
