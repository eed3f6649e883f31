package odf

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What LibreOffice 7.4 and pandoc 2.17 wrote of invented documents.
var produced = map[string][]string{
	"libreoffice.odt": {"sociale est le 1 80 01 75 001 001 04.\n", "Table1!NIR[2]=280017500100151\n", "meta.xml!=title: Lettre\ninitial-creator: Zoé Martin"},
	"pandoc.odt":      {"sociale est le 1 80 01 75 001 001 04.\n", "Table1!NIR[2]=280017500100151\n"},
	"libreoffice_riche.odt": {
		"paul.durand@exemple.fr\nLéa Correctrice\n", "coupé 1 80 01 75 001 001 04 et note.\n1\n IBAN de la note : FR14 2004",
		"Commenté, puis supprimé.\nPaul Relecteur\nà rappeler au 06 12 34 56 78\n", "écrire\nmailto:mairie@exemple.fr\n",
	},
	"libreoffice.ods": {
		"Adhérents![1]=Liste des adhérents au 1er mai\n", "Adhérents!Nom[3]=Nom\n", "Adhérents!NIR[4]=180017500100104\n", "Adhérents!Né le[4]=1980-01-02\n",
		"Adhérents!NIR[5]=2 80 01 75 001 001 51\n", "Adhérents!Solde[5]=25\n", "Adhérents!Code postal[10]=06000\n",
		"Cachée!IBAN[2]=FR1420041010050500013M02606\n", "rappeler au 06 12 34 56 78\n", "mailto:mairie@exemple.fr\n",
	},
	"libreoffice.odp": {"=Adhérents\nZoé Martin, 1 80 01 75 001 001 04\n", "notes!=Rappeler zoe.martin@exemple.fr\n", "IBAN FR14 2004 1010 0505 0001 3M02 606\n"},
}

func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.od?") {
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || len(produced[name]) == 0 || !strings.HasSuffix(name, res.Format) {
			t.Fatal(name, err, r.Wrong, res)
		}
		for _, want := range produced[name] {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, r.Lines())
			}
		}
	}
}

// content makes a document of the inside of its body.
func content(t testing.TB, kind, inside string, more ...string) []byte {
	t.Helper()
	return sourcetest.Zip(t, append([]string{"mimetype", prefix + kind, "content.xml",
		`<office:document-content><office:body>` + inside + "</office:body></office:document-content>"}, more...)...)
}

func TestVocabulary(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"spans", `<text:p>1 80 <text:span>01</text:span></text:p><text:p>2</text:p>`, "=1 80 01\n2\n\n"},
		{"blanks", "<text:p>a<text:s text:c=\"2\"/>b<text:tab/>c\n  d<text:line-break/>e</text:p>", "=a  b\tc d\ne\n\n"},
		{"note in a number", `<text:p>12<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>note</text:p></text:note-body></text:note>34</text:p>`, "=1234\n1\nnote\n\n"},
		{"values", `<table:table table:name="F"><table:table-row><table:table-cell office:value-type="float" office:value="1.5E2"><text:p>150,0</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="float" office:value="6000"><text:p>06000</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="1980-03-12T00:00:00"><text:p>12 mars</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="string"><text:p>12</text:p><text:p>34</text:p></table:table-cell></table:table-row></table:table>`,
			"F![1]=150\nF![1]=06000\nF![1]=1980-03-12\nF![1]=12\n34\n"},
		{"repeated cells and rows", `<table:table table:name="F"><table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"><text:p>a</text:p></table:table-cell><table:table-cell table:number-columns-repeated="3"/><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>`,
			"F![1]=a\nF![1]=a\nF![1]=b\nF![2]=a\nF![2]=a\nF![2]=b\n"},
		{"empty rows count", `<table:table table:name="F"><table:table-row table:number-rows-repeated="4"><table:table-cell/></table:table-row><table:table-row><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>`, "F![5]=b\n"},
		{"table in a box", `<text:p>a<draw:frame><draw:text-box><text:p>boîte</text:p></draw:text-box></draw:frame>b</text:p>`, "=ab\nboîte\n\n"},
		{"alternative text", `<draw:frame><svg:desc>photo de Zoé</svg:desc></draw:frame>`, "=photo de Zoé\n\n"},
	} {
		r, _, err := cellstest.Read(Format, "x.odt", content(t, "text", test.in), sources.Limits{})
		if got := r.Lines(); len(r.Wrong) > 0 || err != nil || got != test.want {
			t.Errorf("%s: %q, want %q (%v %v)", test.name, got, test.want, err, r.Wrong)
		}
	}
}

// A sheet that says a million times a million cells is read in no time.
func TestRepeatBomb(t *testing.T) {
	row := `<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>`
	data := content(t, "spreadsheet", `<table:table table:name="F">`+strings.Repeat(row, 50)+`</table:table>`)
	r := &cellstest.Recorder{Quiet: true}
	if _, err := Format.Read(t.Context(), cellstest.Input("x.ods", data), r); err != nil {
		t.Fatal(err)
	}
	if r.Count > 3*maxRepeats || len(r.Skips) == 0 {
		t.Errorf("%d cells, skipped %v", r.Count, r.Skips)
	}
}

func TestStates(t *testing.T) {
	whole := content(t, "text", `<text:p>a</text:p>`, "Object 1", "\xd0\xcf\x11\xe0x")
	r, _, err := cellstest.Read(Format, "x.odt", whole, sources.Limits{})
	if err != nil || len(r.Members) != 1 {
		t.Error(r.Members, err)
	}
	locked := content(t, "text", "", "META-INF/manifest.xml", `<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`)
	for _, test := range []struct {
		name   string
		data   []byte
		status sources.Status
		reason sources.Reason
	}{
		{"locked", locked, sources.Encrypted, sources.PasswordProtected},
		{"cut", whole[:len(whole)/2], sources.Partial, sources.Truncated},
		{"nothing in it", sourcetest.Zip(t, "mimetype", prefix+"text"), sources.Unreadable, sources.Corrupt},
	} {
		_, _, err := cellstest.Read(Format, test.name, test.data, sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != test.status || fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.od?")) }

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, content(f, "text", `<text:p>a</text:p>`), content(f, "spreadsheet", `<table:table><table:table-row><table:table-cell/></table:table-row></table:table>`))
}

// FuzzBody reads any inside of a document, without the archive around it.
func FuzzBody(f *testing.F) {
	f.Add(`<text:p>a<text:s/></text:p><office:annotation><dc:creator>b</dc:creator></office:annotation>`)
	f.Add(`<table:table><table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="9" office:value-type="float" office:value="1"/></table:table-row></table:table>`)
	f.Fuzz(func(t *testing.T, inside string) {
		r, _, err := cellstest.Read(Format, "x.odt", content(t, "text", inside), sources.Limits{Fields: 8})
		var fe *sources.FormatError
		if err != nil && !errors.As(err, &fe) || len(r.Wrong) > 0 {
			t.Fatal(err, r.Wrong)
		}
	})
}

func BenchmarkSheet(b *testing.B) {
	var s strings.Builder
	s.WriteString(`<table:table table:name="F">`)
	for i := range 20_000 {
		fmt.Fprintf(&s, `<table:table-row table:style-name="ro1"><table:table-cell office:value-type="string" calcext:value-type="string"><text:p>Martin %d</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="%d" calcext:value-type="float"><text:p>%d</text:p></table:table-cell></table:table-row>`, i, i, i)
	}
	s.WriteString(`</table:table>`)
	sourcetest.Benchmark(b, Format, "x.ods", content(b, "spreadsheet", s.String()))
}

// TestStyles reads templates that hold styles alone: nothing is missing of them,
// unless the manifest says so.
func TestStyles(t *testing.T) {
	for manifest, want := range map[string]bool{
		`<manifest:manifest><manifest:file-entry manifest:full-path="styles.xml"/></manifest:manifest>`:  false,
		`<manifest:manifest><manifest:file-entry manifest:full-path="content.xml"/></manifest:manifest>`: true,
		"": true,
	} {
		entries := []string{"mimetype", "application/vnd.oasis.opendocument.text-template", "styles.xml", "<office:document-styles/>"}
		if manifest != "" {
			entries = append(entries, "META-INF/manifest.xml", manifest)
		}
		_, err := sourcetest.Read(t, Format, "a.ott", sourcetest.Zip(t, entries...))
		if (err != nil) != want {
			t.Errorf("%s: %v", manifest, err)
		}
	}
}
