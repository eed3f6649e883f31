package htmltext

import (
	"os"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
)

// A sheet that LibreOffice wrote as a page.
func TestLibreOffice(t *testing.T) {
	data, err := os.ReadFile("testdata/libreoffice.html")
	if err != nil {
		t.Fatal(err)
	}
	r, res, err := cellstest.Read(Format, "x.html", data, sources.Limits{})
	if err != nil || len(r.Wrong) > 0 {
		t.Fatal(err, r.Wrong, res)
	}
	for _, want := range []string{
		"[1]=Liste des adhérents au 1er mai\n", "!NIR[4]=180017500100123\n", "!Nom[5]=Zoé Martin\n", "[10]=Nice\n",
		"href: mailto:mairie@exemple.fr\n", "06 12 34 56 78",
	} {
		if !strings.Contains(r.Lines(), want) {
			t.Errorf("no %q in\n%s", want, r.Lines())
		}
	}
}
