package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/cells/cellstest"
	"recense/sources/files/parts"
)

// What LibreOffice writes: a title above the names, an empty row between two
// tables, a formula, a comment, a link, dates, a hidden sheet. The samples were
// made by soffice --convert-to from a flat document with invented values.
var libreOffice = []string{
	"Adhérents![1]=Liste des adhérents au 1er mai",
	"Adhérents!Nom[3]=Nom", "Adhérents!NIR[4]=180017500100123", "Adhérents!Né le[4]=1980-01-02", "Adhérents!Nom[5]=Zoé Martin",
	"Adhérents!NIR[5]=2 80 01 75 001 001 20", "Adhérents!Solde[5]=25",
	"Adhérents!Ville[9]=Lyon", "Adhérents!Code postal[10]=06000",
	"Cachée!IBAN[2]=FR1420041010050500013M02606",
	"Adhérents!=rappeler au 06 12 34 56 78",
	"xl/worksheets/_rels/sheet1.xml.rels!=mailto:mairie@exemple.fr",
}

func TestLibreOffice(t *testing.T) {
	for _, file := range []string{"testdata/adherents.xlsx", "testdata/adherents.xlsm"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, r := range bothReaders(t, data) {
			for _, w := range libreOffice {
				if !strings.Contains(r.Lines(), w+"\n") {
					t.Errorf("%s, %s: no %s in\n%s", file, name, w, r.Lines())
				}
			}
			for _, c := range r.Cells {
				if strings.HasPrefix(c.Text, "rappeler") && (c.At.Row != 4 || c.At.Column != 1) {
					t.Errorf("%s, %s: comment at %+v", file, name, c.At)
				}
			}
		}
	}
}

// bothReaders reads a workbook by excelize and by our own reader.
func bothReaders(t *testing.T, data []byte) map[string]*cellstest.Recorder {
	t.Helper()
	r, _, err := cellstest.Read(Format, "x.xlsx", data, sources.Limits{})
	if err != nil || len(r.Wrong) > 0 {
		t.Fatal(err, r.Wrong)
	}
	return map[string]*cellstest.Recorder{"excelize": r, "own": ownReader(t, data)}
}

func ownReader(t *testing.T, data []byte) *cellstest.Recorder {
	t.Helper()
	own := &cellstest.Recorder{}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	b := &book{ctx: t.Context(), out: own, parts: parts.OfArchive(z)}
	if err := b.own(); err != nil || len(own.Wrong) > 0 {
		t.Fatal(err, own.Wrong)
	}
	return own
}

// parted makes a workbook of the parts it is given.
func parted(t testing.TB, parts ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = io.WriteString(w, parts[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	types    = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`
	listing  = `<workbook xmlns:r="r"><sheets><sheet name="Un" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="x">"06 12 34 56 78"</definedName></definedNames></workbook>`
	relation = `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`
)

// Cells of every type that the standard knows, transitional and strict.
func TestCellTypes(t *testing.T) {
	sheet := `<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>` +
		`<x:row r="2"><x:c r="A2" t="s"><x:v>0</x:v></x:c><x:c r="B2" t="inlineStr"><x:is><x:r><x:t>1 80 </x:t></x:r><x:r><x:t>01 75</x:t></x:r></x:is></x:c>` +
		`<x:c r="C2" t="d"><x:v>1980-01-02</x:v></x:c><x:c r="D2" t="str"><x:f>A2&amp;"x"</x:f><x:v>calculé</x:v></x:c>` +
		`<x:c r="E2" t="b"><x:v>1</x:v></x:c><x:c r="AA2"><x:v>1.80017500100123E+14</x:v></x:c></x:row>` +
		`<x:row><x:c><x:v>7</x:v></x:c><x:c><x:v>8</x:v></x:c></x:row></x:sheetData></x:worksheet>`
	data := parted(t, "[Content_Types].xml", types, "xl/workbook.xml", listing, "xl/_rels/workbook.xml.rels", relation,
		"xl/sharedStrings.xml", `<sst><si><t xml:space="preserve">Zo&#233; </t><rPh sb="0" eb="1"><t>x</t></rPh><phoneticPr fontId="1"/></si></sst>`,
		"xl/worksheets/sheet1.xml", sheet)
	r := ownReader(t, data)
	for _, want := range []string{"[2]=Zoé \n", "[2]=1 80 01 75\n", "[2]=1980-01-02\n", "[2]=calculé\n", "[2]=1\n", "[2]=180017500100123\n", "[3]=7\n", "[3]=8\n", `"06 12 34 56 78"`} {
		if !strings.Contains(r.Lines(), want) {
			t.Errorf("no %q in\n%s", want, r.Lines())
		}
	}
	for _, c := range r.Cells {
		if c.Text == "180017500100123" && c.At.Column != 27 {
			t.Errorf("AA2 is column %d", c.At.Column)
		}
	}
}

// Every place, opened with excelize, holds the value.
func TestPlacesHoldValues(t *testing.T) {
	data := workbook(t, 300)
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, r := range bothReaders(t, data) {
		n := 0
		for _, c := range r.Cells {
			if c.Row == 0 || c.Part != "Sheet1" || strings.HasPrefix(c.Text, "19") || c.Text[0] == '0' {
				continue // comments; dates and padded numbers are written out
			}
			ref, _ := excelize.CoordinatesToCellName(int(c.At.Column), int(c.At.Row))
			got, err := f.GetCellValue(c.Part, ref, excelize.Options{RawCellValue: true})
			if n++; err != nil || cells.Number(got, cells.Style{}, false) != c.Text {
				t.Fatalf("%s: %s holds %q, not %q", name, ref, got, c.Text)
			}
		}
		if n < 900 {
			t.Errorf("%s: %d cells", name, n)
		}
	}
}

// A workbook cut off anywhere, or with a bit flipped, ends with a clear reason.
func TestCutAnywhere(t *testing.T) {
	data, err := os.ReadFile("testdata/adherents.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(data); n += 11 {
		_, _, err := cellstest.Read(Format, "x.xlsx", data[:n], sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != sources.Partial && fe.Status != sources.Unreadable {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
	random := rand.New(rand.NewPCG(7, 8))
	for range 150 {
		bad := bytes.Clone(data)
		at := random.IntN(len(bad))
		bad[at] ^= 1 << random.IntN(8)
		r, _, err := cellstest.Read(Format, "x.xlsx", bad, sources.Limits{})
		var fe *sources.FormatError
		if err != nil && !errors.As(err, &fe) || len(r.Wrong) > 0 {
			t.Fatalf("bit at %d: %v %q", at, err, r.Wrong)
		}
	}
}

// A workbook that expands beyond measure is stopped, what came before is kept.
func TestBomb(t *testing.T) {
	var sheet strings.Builder
	sheet.WriteString(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>avant</t></is></c></row>`)
	for sheet.Len() < 40<<20 {
		sheet.WriteString(strings.Repeat("<row/>", 1000))
	}
	data := parted(t, "[Content_Types].xml", types, "xl/workbook.xml", listing, "xl/_rels/workbook.xml.rels", relation, "xl/worksheets/sheet1.xml", sheet.String())
	r, _, err := cellstest.Read(Format, "x.xlsx", data, sources.Limits{Ratio: 20})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Status != sources.Partial || fe.Reason != sources.RatioLimit {
		t.Fatal(err)
	}
	if !strings.Contains(r.Values(), "avant") {
		t.Errorf("lost what stood before: %q", r.Values())
	}
}

// Shared strings beyond the bound are still read, as text.
func TestManyStrings(t *testing.T) {
	var b strings.Builder
	b.WriteString("<sst>")
	for i := range 1000 {
		fmt.Fprintf(&b, "<si><t>mot%d</t></si>", i)
	}
	b.WriteString("</sst>")
	data := parted(t, "[Content_Types].xml", types, "xl/workbook.xml", listing, "xl/_rels/workbook.xml.rels", relation, "xl/sharedStrings.xml", b.String(),
		"xl/worksheets/sheet1.xml", `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>999</v></c></row></sheetData></worksheet>`)
	z, _ := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	r := &cellstest.Recorder{}
	book := &book{ctx: t.Context(), out: r, parts: parts.OfArchive(z), strings: cells.Strings{Most: 4096}}
	if err := book.own(); err != nil || len(r.Wrong) > 0 {
		t.Fatal(err, r.Wrong)
	}
	for _, want := range []string{"Un![1]=mot0\n", "mot999\n", "mot998\n"} {
		if !strings.Contains(r.Lines(), want) {
			t.Errorf("no %q", want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(parted(f, "[Content_Types].xml", types, "xl/workbook.xml", listing, "xl/_rels/workbook.xml.rels", relation,
		"xl/worksheets/sheet1.xml", `<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, _, err := cellstest.Read(Format, "x.xlsx", data, sources.Limits{Fields: 5})
		var fe *sources.FormatError
		if err != nil && !errors.As(err, &fe) || len(r.Wrong) > 0 {
			t.Fatal(err, r.Wrong)
		}
	})
}

// FuzzSheet reads any sheet, as its XML.
func FuzzSheet(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>1</v></c><c t="inlineStr"><is><t>a</t></is></c></row></sheetData></worksheet>`, `<sst><si><t>a</t></si><si/></sst>`)
	f.Fuzz(func(t *testing.T, sheet, shared string) {
		r := &cellstest.Recorder{}
		b := &book{ctx: t.Context(), out: r, parts: &parts.Archive{Left: 1 << 30, Data: map[string][]byte{
			"xl/worksheets/sheet1.xml": []byte(sheet), "xl/sharedStrings.xml": []byte(shared), "xl/comments1.xml": []byte(sheet),
		}, Order: []string{"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/comments1.xml"}}}
		err := b.own()
		var fe *sources.FormatError
		if err != nil && !errors.As(err, &fe) || len(r.Wrong) > 0 {
			t.Fatal(err, r.Wrong)
		}
	})
}
