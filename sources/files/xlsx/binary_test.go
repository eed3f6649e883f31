package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

func binarySample(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/sheetjs.xlsb")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// What SheetJS 0.18 wrote of invented members.
func TestBinary(t *testing.T) {
	r, res, err := cellstest.Read(Format, "x.xlsb", binarySample(t), sources.Limits{})
	if err != nil || len(r.Wrong) > 0 || res.Format != "xlsb" || res.MediaType != binary12 || res.Records != 42 {
		t.Fatalf("%v %v %+v", err, r.Wrong, res)
	}
	for _, want := range []string{
		"Adhérents!Nom[2]=Lefèvre Œdipe 1\n", "Adhérents!Nom[3]=Σωκράτης 😀\n", "Adhérents!NIR[41]=180017500100104\n", "Adhérents!Né le[2]=1980-01-12\n", "Adhérents!Tél[2]=0612345678\n",
		"Adhérents!Montant[2]=12.5\n", "Adhérents!Actif[2]=FALSE\n", "Caché![5]=secret\n", "à rappeler", "Auteur", "mailto:zoe@exemple.fr", "Zoé Martin",
	} {
		if !strings.Contains(r.Lines(), want) {
			t.Errorf("no %q in\n%s", want, r.Lines())
		}
	}
	for _, c := range r.Cells {
		if c.Text == "secret" && (c.At.Row != 5 || c.At.Column != 3) || strings.HasPrefix(c.Text, "à rappeler") && (c.At.Row != 2 || c.At.Column != 1) {
			t.Errorf("place of %s: %+v", c, c.At)
		}
	}
}

// A part that ends too early keeps the rows before.
func TestBinaryCut(t *testing.T) {
	data := binarySample(t)
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, _ := io.ReadAll(r)
		if f.Name == "xl/worksheets/sheet1.bin" {
			content = content[:len(content)/2]
		}
		w, _ := out.Create(f.Name)
		w.Write(content)
	}
	out.Close()
	r, _, err := cellstest.Read(Format, "x.xlsb", b.Bytes(), sources.Limits{})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Status != sources.Partial || fe.Reason != sources.Corrupt || !strings.Contains(r.Lines(), "Adhérents!NIR[10]=") || strings.Contains(r.Lines(), "Adhérents!NIR[41]=") {
		t.Errorf("%v\n%s", err, r.Lines())
	}
}

func FuzzBinary(f *testing.F) { sourcetest.Fuzz(f, Format, binarySample(f)) }
