package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/cells/cellstest"
	"recense/sources/files/parts"
	"recense/sources/sourcetest"
)

// workbook makes a workbook of two sheets, one of them hidden.
func workbook(t testing.TB, rows int) []byte {
	f := excelize.NewFile()
	defer f.Close()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, v := range []any{"Nom", "NIR", "Né le", "Tél", "Montant"} {
		must(f.SetCellValue("Sheet1", fmt.Sprintf("%c1", 'A'+i), v))
	}
	date, _ := f.NewStyle(&excelize.Style{NumFmt: 14})
	code := "00 00 00 00 00"
	pad, _ := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
	for r := 2; r < rows+2; r++ {
		must(f.SetCellValue("Sheet1", fmt.Sprintf("A%d", r), fmt.Sprintf("DUPONT & fils %d", r)))
		must(f.SetCellValue("Sheet1", fmt.Sprintf("B%d", r), 180017500100123.0))
		must(f.SetCellValue("Sheet1", fmt.Sprintf("C%d", r), time.Date(1980, 3, 12, 0, 0, 0, 0, time.UTC)))
		must(f.SetCellStyle("Sheet1", fmt.Sprintf("C%d", r), fmt.Sprintf("C%d", r), date))
		must(f.SetCellValue("Sheet1", fmt.Sprintf("D%d", r), 612345678))
		must(f.SetCellStyle("Sheet1", fmt.Sprintf("D%d", r), fmt.Sprintf("D%d", r), pad))
		must(f.SetCellValue("Sheet1", fmt.Sprintf("E%d", r), 12.5))
	}
	_, err := f.NewSheet("Caché")
	must(err)
	must(f.SetCellValue("Caché", "C5", "secret"))
	must(f.SetSheetVisible("Caché", false))
	must(f.AddComment("Sheet1", excelize.Comment{Cell: "A2", Author: "Auteur", Text: "à rappeler"}))
	must(f.SetDocProps(&excelize.DocProperties{Creator: "Jeanne Martin"}))
	var b bytes.Buffer
	must(f.Write(&b))
	return b.Bytes()
}

var want = []string{
	"Sheet1!Nom[1]=Nom", "Sheet1!NIR[2]=180017500100123", "Sheet1!Né le[2]=1980-03-12", "Sheet1!Tél[2]=0612345678",
	"Sheet1!Montant[2]=12.5", "Sheet1!Nom[3]=DUPONT & fils 3", "Caché![5]=secret", "Jeanne Martin", "à rappeler",
}

// Both readers give the same cells.
func TestReaders(t *testing.T) {
	data := workbook(t, 3)
	r, res, err := cellstest.Read(Format, "x.xlsx", data, sources.Limits{})
	if err != nil || len(r.Wrong) > 0 || res.Records != 5 {
		t.Fatal(err, r.Wrong, res.Records)
	}
	own := &cellstest.Recorder{}
	z, _ := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	b := &book{ctx: t.Context(), out: own, parts: parts.OfArchive(z)}
	if err := b.own(); err != nil {
		t.Fatal(err)
	}
	if r.Lines() != own.Lines() {
		t.Errorf("excelize:\n%s\nown:\n%s", r.Lines(), own.Lines())
	}
	for _, w := range want {
		if !strings.Contains(r.Lines(), w) {
			t.Errorf("no %s in\n%s", w, r.Lines())
		}
	}
	for _, c := range r.Cells {
		if c.Text == "secret" && (c.At.Row != 5 || c.At.Column != 3) {
			t.Errorf("place of a cell: %+v", c.At)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, test := range []struct {
		in   string
		code string
		want string
	}{
		{"1.80017500100123E+14", "General", "180017500100123"},
		{"1.5E-3", "General", "1.5E-3"},
		{"-1.25E1", "General", "-12.5"},
		{"6E8", "General", "600000000"},
		{"612345678", `00" "00" "00" "00" "00`, "0612345678"},
		{"75", "00000", "00075"},
		{"12.5", "0.00", "12.5"},
		{"29292", "dd/mm/yyyy", "1980-03-12"},
		{"29292.5", `[$-40C]d\ mmmm\ yyyy\ hh:mm`, "1980-03-12 12:00:00"},
		{"1", "yyyy", "1900-01-01"},
		{"29292", `0" jours"`, "29292"},
		{"29292", `#,##0 "d"`, "29292"},
		{"0.5", "hh:mm", "0.5"},
		{"abc", "dd/mm", "abc"},
	} {
		if got := cells.Number(test.in, cells.StyleOf(test.code), false); got != test.want {
			t.Errorf("%s as %s: %s, want %s", test.in, test.code, got, test.want)
		}
	}
	if got := cells.Number("27830", cells.Style{Date: true}, true); got != "1980-03-12" {
		t.Error("1904: ", got)
	}
}

func TestDamage(t *testing.T) {
	data := workbook(t, 200)
	check := func(name string, data []byte, status sources.Status, reason sources.Reason) *cellstest.Recorder {
		t.Helper()
		r, _, err := cellstest.Read(Format, name, data, sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != status || fe.Reason != reason {
			t.Errorf("%s: %v", name, err)
		}
		return r
	}
	check("cut.xlsx", data[:len(data)/2], sources.Partial, sources.Truncated)
	check("empty.xlsx", []byte("PK\x03\x04"), sources.Unreadable, sources.Truncated)
	ole := append([]byte(parts.OLE), make([]byte, 2048)...)
	check("not.xlsx", ole, sources.Unsupported, sources.UnknownFormat)
	copy(ole[1024:], "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
	check("locked.xlsx", ole, sources.Encrypted, sources.PasswordProtected)
}

// A sheet that is cut off keeps the rows before.
func TestSalvage(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, _ := z.Create("xl/worksheets/sheet1.xml")
	io.WriteString(w, "<worksheet><sheetData>")
	for i := 1; i < 5000; i++ {
		fmt.Fprintf(w, `<row r="%d"><c r="A%d" t="inlineStr"><is><t>texte %x</t></is></c></row>`, i, i, i*7919)
	}
	z.Flush()
	r, _, err := cellstest.Read(Format, "x.xlsx", b.Bytes(), sources.Limits{})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Status != sources.Partial {
		t.Fatal(err)
	}
	if len(r.Cells) < 1000 || r.Cells[0].Text != "texte 1eef" {
		t.Errorf("%d cells", len(r.Cells))
	}
}

func samples(t *testing.T) map[string][]byte {
	out := map[string][]byte{"excelize.xlsx": workbook(t, 5)}
	files, _ := filepath.Glob("testdata/*.xls[xmb]")
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = data
	}
	return out
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, samples(t)) }

// TestLarge reads a large workbook in bounded memory: make soak runs it with a
// million rows.
func TestLarge(t *testing.T) {
	rows := 20_000
	if os.Getenv("RECENSE_SOAK") != "" {
		rows = 1_000_000
	}
	f := excelize.NewFile()
	s, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= rows; i++ {
		cell, _ := excelize.CoordinatesToCellName(1, i)
		if err := s.SetRow(cell, []any{fmt.Sprintf("nom %d", i), i, "Lyon", "69001", 12.5, "jean@exemple.fr", "FR1420041010050500013M02606", "commentaire"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "x.xlsx")
	if err := f.SaveAs(file); err != nil {
		t.Fatal(err)
	}
	f.Close()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	info, _ := in.Stat()
	r := &cellstest.Recorder{Quiet: true}
	z, _ := zip.NewReader(in, info.Size())
	b := &book{ctx: t.Context(), out: r, parts: parts.OfArchive(z)}
	start := time.Now()
	if err := b.own(); err != nil || r.Count < 8*rows {
		t.Fatal(err, r.Count)
	}
	took := time.Since(start)
	t.Logf("own: %d rows, %.1f MB unpacked in %v: %.0f MB/s", rows, float64(b.parts.Total)/1e6, took, float64(b.parts.Total)/1e6/took.Seconds())
	if rows > 100_000 {
		return
	}
	data, _ := os.ReadFile(file)
	start = time.Now()
	if _, _, err := cellstest.Read(Format, "x.xlsx", data, sources.Limits{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("excelize: %v", time.Since(start))
}
