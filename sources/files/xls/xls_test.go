package xls

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/cells/cellstest"
	"recense/sources/files/cfb"
	"recense/sources/sourcetest"
)

// What LibreOffice 7.4, Gnumeric 1.12, Spreadsheet::WriteExcel 2.40 and SheetJS
// 0.18 wrote of the same invented members. SheetJS knows no accents before BIFF 8.
var (
	table = []string{"!NIR[2]=180017500100104\n", "!Montant[2]=12.5\n"}
	typed = []string{"Adhérents!Nom[2]=Lefèvre Œdipe", "!Né le[2]=1980-01-12\n", "!Tél[2]=0612345678\n", "Caché![5]=secret\n"}
	rich  = []string{"!Né le[3]=1999-12-31\n", "!Tél[3]=0639980001\n", "!Montant[3]=25\n", "Adhérents!=Auteur\nà rappeler\n", "mailto:zoe@exemple.fr\n", "title: Portefeuille\n", "Dossier: D-2026-17\n"}

	produced = map[string][]string{
		"libreoffice.xls":    slices.Concat(table, typed, rich, []string{"!Nom[3]=Σωκράτης 😀\n", "author: Zoé Martin\nlast author: Paul Relecteur\n"}),
		"gnumeric.xls":       slices.Concat(table, typed, rich, []string{"!Clé[2]=clé-4\n", "!Nom[3]=Σωκράτης 😀\n"}),
		"gnumeric_biff7.xls": slices.Concat(table, typed, []string{"!Montant[3]=25\n", "!Clé[2]=clé-4\n", "Adhérents!=à rappeler\n"}),
		"writeexcel.xls":     slices.Concat(table, typed, []string{"Adhérents!Nom[301]=Lefèvre Œdipe 300\n", "Adhérents![2]=lien\n", "Adhérents!=Auteur\nà rappeler\n", "mailto:zoe@exemple.fr\n"}),
		"sheetjs.xls":        slices.Concat(table, typed, []string{"author: Zoé Martin\n"}),
		"sheetjs_biff5.xls":  slices.Concat(table, []string{"Adh_rents!Nom[41]=Lef_vre _dipe 40\n", "le[2]=1980-01-12\n", "l[2]=0612345678\n", "Cach_![5]=secret\n"}),
		"sheetjs_biff3.xls":  slices.Concat(table, []string{"Sheet1!Nom[41]=Lef_vre _dipe 40\n"}),
		"sheetjs_biff2.xls":  slices.Concat(table, []string{"Sheet1!Nom[41]=Lef_vre _dipe 40\n"}),
	}
)

// readable are the samples without a password.
func readable(t testing.TB) map[string][]byte {
	all := sourcetest.Samples(t, "*.xls")
	delete(all, "protege.xls")
	return all
}

func TestProducers(t *testing.T) {
	for name, data := range readable(t) {
		if name == "pivot_libreoffice.xls" || name == "libreoffice_cache.xls" { // see TestPivot, TestHiddenContent
			continue
		}
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || len(produced[name]) == 0 || res.Records < 4 {
			t.Fatal(name, err, r.Wrong, res.Records)
		}
		for _, want := range produced[name] {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, r.Lines())
			}
		}
		for _, c := range r.Cells {
			if c.Text == "secret" && (c.At.Row != 5 || c.At.Column != 3) || strings.HasSuffix(c.Text, "à rappeler") && (c.At.Row != 2 || c.At.Column != 1) {
				t.Errorf("%s: place of %s: %+v", name, c, c.At)
			}
		}
	}
}

func TestStates(t *testing.T) {
	whole := sourcetest.Samples(t, "*.xls")
	data := whole["writeexcel.xls"]
	for _, test := range []struct {
		name   string
		data   []byte
		status sources.Status
		reason sources.Reason
	}{
		{"password", whole["protege.xls"], sources.Encrypted, sources.PasswordProtected},
		{"cut in the directory", data[:700], sources.Unreadable, sources.Truncated},
		{"cut in the records", whole["sheetjs_biff2.xls"][:2000], sources.Partial, sources.Truncated},
		{"nothing in it", append([]byte(nil), "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"...), sources.Unreadable, sources.Truncated},
	} {
		_, _, err := cellstest.Read(Format, "x.xls", test.data, sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != test.status || fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestNumbers(t *testing.T) {
	minus := int32(-5)
	for _, test := range []struct {
		rk   uint32
		want string
	}{
		{0x3FF80000, "1.5"}, {12345<<2 | 2, "12345"}, {12345<<2 | 3, "123.45"}, {uint32(minus)<<2 | 2, "-5"}, {0x3FF80000 | 1, "0.015"},
	} {
		if got := cells.Float(cells.RK(test.rk)); got != test.want {
			t.Errorf("%x: %s, want %s", test.rk, got, test.want)
		}
	}
}

// stream writes records.
func stream(parts ...string) []byte {
	var b []byte
	for i := 0; i+1 < len(parts); i += 2 {
		b = append(append(b, parts[i]...), byte(len(parts[i+1])), byte(len(parts[i+1])>>8))
		b = append(b, parts[i+1]...)
	}
	return b
}

// Shared strings go on in the next record, in the middle of a character string,
// of its formats and of its length, in one or two bytes a character.
func TestContinued(t *testing.T) {
	const bof, eof, sst, cont = "\x09\x08", "\x0A\x00", "\xFC\x00", "\x3C\x00"
	globals := "\x00\x06\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	sheet := "\x00\x06\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	cell := func(i byte) string { return string([]byte{i, 0, 0, 0, 0, 0, i, 0, 0, 0}) }
	data := stream(bof, globals, sst, "\x04\x00\x00\x00\x04\x00\x00\x00"+"\x05\x00\x00ab", cont, "\x01c\x00\xe9\x00e\x00"+"\x03\x00\x08\x01\x00xyz\x00\x00",
		cont, "\x00\x00"+"\x02\x00\x01\xac\x20", cont, "\x00!"+"\x01\x00", cont, "\x00z", eof, "",
		bof, sheet, "\xFD\x00", cell(0), "\xFD\x00", cell(1), "\xFD\x00", cell(2), "\xFD\x00", cell(3), eof, "")
	r, _, err := cellstest.Read(Format, "x.xls", data, sources.Limits{})
	want := "Sheet1![1]=abcée\nSheet1![2]=xyz\nSheet1![3]=€!\nSheet1![4]=z\n"
	if err != nil || r.Lines() != want {
		t.Errorf("%v %q, want %q", err, r.Lines(), want)
	}
}

// Some programs fill the stream up with zeros.
func TestFilled(t *testing.T) {
	data := append(sourcetest.Samples(t, "sheetjs_biff2.xls")["sheetjs_biff2.xls"], make([]byte, 501)...)
	if _, _, err := cellstest.Read(Format, "x.xls", data, sources.Limits{}); err != nil {
		t.Error(err)
	}
}

// Strings beyond the bound are still read, as text.
func TestManyStrings(t *testing.T) {
	data := sourcetest.Samples(t, "libreoffice.xls")["libreoffice.xls"]
	r := &cellstest.Recorder{}
	f, err := cfb.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	b := &book{ctx: t.Context(), out: r, strings: cells.Strings{Most: 20}}
	if err := b.read(f.Stream("Workbook").Reader()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.Lines(), "shared strings!=") || !strings.Contains(r.Values(), "secret\n") {
		t.Errorf("%s", r.Lines())
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, readable(t)) }

func FuzzRead(f *testing.F) {
	var seeds [][]byte
	for _, s := range sourcetest.Samples(f, "*.xls") {
		seeds = append(seeds, s)
	}
	sourcetest.Fuzz(f, Format, seeds...)
}

func BenchmarkSheet(b *testing.B) {
	sourcetest.Benchmark(b, Format, "x.xls", sourcetest.Samples(b, "writeexcel.xls")["writeexcel.xls"])
}
