package registerbook

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"recense/report/register"
	"recense/report/taxonomy"
	"recense/report/yamldoc"
)

func load(t *testing.T) *taxonomy.Taxonomy {
	t.Helper()
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	return tax
}

// example returns the register of testdata and its text in the form that the
// program writes.
func example(t *testing.T, tax *taxonomy.Taxonomy) (*register.Register, string) {
	t.Helper()
	data, err := os.ReadFile("testdata/registre.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := register.Read("registre.yaml", data, tax, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := r.Written().YAML("")
	if err != nil {
		t.Fatal(err)
	}
	return r, string(text)
}

func write(t *testing.T, r *register.Register, tax *taxonomy.Taxonomy, lang string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, tax, lang); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestRoundTrip: a register with every field, as a workbook and back, is the same
// file; and again.
func TestRoundTrip(t *testing.T) {
	tax := load(t)
	for _, lang := range []string{"fr", "en"} {
		t.Run(lang, func(t *testing.T) {
			r, want := example(t, tax)
			for range 2 {
				got, err := Import("registre.xlsx", write(t, r, tax, lang), tax, "", nil)
				if err != nil {
					t.Fatal(err)
				}
				if string(got) != want {
					t.Fatalf("got:\n%s\nwant:\n%s", got, want)
				}
				if r, err = register.Read("registre.yaml", got, tax, "", nil); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestLibreOffice: a workbook that LibreOffice opened and saved again says the
// same.
func TestLibreOffice(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("soffice is not installed")
	}
	tax := load(t)
	r, want := example(t, tax)
	dir := t.TempDir()
	path := filepath.Join(dir, "registre.xlsx")
	if err := os.WriteFile(path, write(t, r, tax, "fr"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "saved")
	c := exec.Command(office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "xlsx", "--outdir", out, path)
	if text, err := c.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, text)
	}
	data, err := os.ReadFile(filepath.Join(out, "registre.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Import("registre.xlsx", data, tax, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Fatalf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestProblems: what is wrong is told with its sheet and cell.
func TestProblems(t *testing.T) {
	tax := load(t)
	r, _ := example(t, tax)
	data := write(t, r, tax, "fr")
	for _, c := range []struct{ name, sheet, cell, value, want string }{
		{"closed list", "Sources", "B2", "Classeur", `Sources!B2: "Classeur" is none of Partage de fichiers`},
		{"date", "Traitements", "F2", "mars 2019", "Traitements!F2: expected a date such as 20/11/2026"},
		{"yes or no", "Sources", "G2", "peut-être", "Sources!G2: expected oui or non"},
		{"unknown processing", "Destinataires", "A2", "T-99", `Destinataires!A2: "T-99" stands on no row of the sheet of Traitements`},
		{"unknown source", "Emplacements", "B2", "ailleurs", `Emplacements!B2: "ailleurs" is no source of this register`},
		{"unknown rule", "Données", "F4", "mut-rien", `Données!F4: the policy "mutuelle" has no retention rule "mut-rien"`},
		{"unknown heading", "Données", "B5", "Vie personnelle et autres", ""},
		{"heading of another category", "Données", "B7", "Vie personnelle", "Données!A7: the category stands under another heading"},
		{"wanting", "Exceptions", "J2", "", "Exceptions!J2: is needed with the decision accept"},
		{"twice", "Sources", "A3", "partage-commun", `Sources!A3: "partage-commun" is used twice`},
		{"no such column", "Listes", "G1", "Remarque", `Listes!G1: "Remarque" is no column of this sheet`},
		{"groups that differ", "Emplacements", "D3", "GG_AUTRE", "Emplacements!D3: not the same as on another row of this processing"},
		{"no such field", "Organisme", "A5", "Organisme : slogan", `Organisme!A5: "Organisme : slogan" is no field of this sheet`},
		{"policy", "Organisme", "B2", "inconnue", "Organisme!B2: no embedded policy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := excelize.OpenReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if err := f.SetCellStr(c.sheet, c.cell, c.value); err != nil {
				t.Fatal(err)
			}
			var changed bytes.Buffer
			if _, err := f.WriteTo(&changed); err != nil {
				t.Fatal(err)
			}
			_, err = Import("registre.xlsx", changed.Bytes(), tax, "", nil)
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var ps yamldoc.Problems
			if !errors.As(err, &ps) || !strings.Contains(err.Error(), "registre.xlsx: "+c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// TestDates: dates as days, as French and as ISO text, in both date systems.
func TestDates(t *testing.T) {
	for _, c := range []struct {
		text     string
		from1904 bool
		want     string
	}{
		{"46346", false, "2026-11-20"}, {"44884", true, "2026-11-20"}, {"46346.5", false, "2026-11-20"},
		{"20/11/2026", false, "2026-11-20"}, {"2026-11-20", false, "2026-11-20"}, {"20.11.2026", false, "2026-11-20"},
		{"31/02/2026", false, ""}, {"12", false, ""}, {"-5", false, ""}, {"1e300", false, ""}, {"NaN", false, ""}, {"", false, ""},
	} {
		b := &book{from1904: c.from1904}
		got, ok := b.date(c.text)
		if ok != (c.want != "") || ok && got.Format("2006-01-02") != c.want {
			t.Errorf("%q: %v, %v; want %s", c.text, got, ok, c.want)
		}
	}
}

// TestNotAWorkbook: what is no workbook is an error, never a panic.
func TestNotAWorkbook(t *testing.T) {
	tax := load(t)
	r, _ := example(t, tax)
	whole := write(t, r, tax, "fr")
	for name, data := range map[string][]byte{
		"empty": nil, "text": []byte("pas un classeur"), "cut": whole[:len(whole)/2], "zip without parts": []byte("PK\x05\x06" + strings.Repeat("\x00", 18)),
	} {
		if _, err := Import("registre.xlsx", data, tax, "", nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for i := 0; i < len(whole); i += len(whole) / 150 {
		damaged := bytes.Clone(whole)
		damaged[i] ^= 0x55
		_, _ = Import("registre.xlsx", damaged, tax, "", nil)
	}
}

// TestInert: texts that a spreadsheet would run stay texts.
func TestInert(t *testing.T) {
	tax := load(t)
	r, _ := example(t, tax)
	f, err := excelize.OpenReader(bytes.NewReader(write(t, r, tax, "fr")))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x := range row {
				cell, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if formula, _ := f.GetCellFormula(name, cell); formula != "" {
					t.Errorf("%s!%s is a formula", name, cell)
				}
			}
		}
	}
	if v, _ := f.GetCellValue("Traitements", "H2"); !strings.Contains(v, "=HYPERLINK") {
		t.Errorf("the text is not there: %q", v)
	}
}
