package scanner

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"recense/detectors"
	"recense/sources"
)

// script is a source of one unit that does what a function says.
type script func(out sources.Sink) error

func (script) Name() string { return "partage" }
func (script) Units(context.Context) iter.Seq2[sources.Unit, error] {
	return func(func(sources.Unit, error) bool) {}
}
func (s script) Read(_ context.Context, _ sources.Unit, out sources.Sink) error { return s(out) }

const testID = "000102030405060708090a0b0c0d0e0f"

func testUnit(path string) sources.Unit {
	return sources.Unit{Source: "partage", ID: testID, Count: 1, Path: path, Meta: sources.Place{ID: testID, URI: "file:///srv/" + path}}
}

func testEngine(t testing.TB) *detectors.Engine {
	t.Helper()
	e, err := detectors.NewEngine(detectors.All(), detectors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func scanScript(t *testing.T, o UnitOptions, u sources.Unit, s script) []Found {
	t.Helper()
	found, err := ScanUnit(context.Background(), s, u, testEngine(t), o)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// testNIR is made up: born in May 1985, order number n.
func testNIR(n int) string {
	v := 1850578006000 + int64(n)
	return fmt.Sprintf("%d%02d", v, 97-v%97)
}

// rows makes a chunk of a table from lines of cells.
func rows(t *sources.Table, lines ...[]string) *sources.Chunk {
	c := &sources.Chunk{Table: t}
	for r, cells := range lines {
		for i, cell := range cells {
			at := len(c.Data)
			c.Data = append(c.Data, cell...)
			c.Fields.Add(at, len(c.Data), i, int64(r+2))
			c.Data = append(c.Data, ';')
		}
	}
	c.To = len(c.Data)
	return c
}

func columns(names ...string) *sources.Table {
	t := &sources.Table{}
	for _, n := range names {
		t.Columns = append(t.Columns, sources.Column{Name: n, Header: true})
	}
	return t
}

func cellOf(f *Found, kind detectors.Kind, field string) *Cell {
	for i := range f.Cells {
		if e := elementOf(f.Elements, f.Cells[i].Element); f.Cells[i].Kind == kind && e != nil && e.Field == field {
			return &f.Cells[i]
		}
	}
	return nil
}

func TestTable(t *testing.T) {
	table := columns("num_secu", "ville", "vide")
	found := scanScript(t, UnitOptions{}, testUnit("a.csv"), func(out sources.Sink) error {
		out.Open(sources.Place{})
		for i := range 30 {
			if err := out.Chunk(rows(table, []string{testNIR(100 + i), "Saumur", ""}, []string{testNIR(100 + i), "Niort", " "})); err != nil {
				return err
			}
		}
		return out.Close(sources.Result{Records: 61})
	})
	if len(found) != 1 || found[0].Status != sources.Scanned || found[0].Records != 61 {
		t.Fatalf("%+v", found)
	}
	f := &found[0]
	c := cellOf(f, "nir", "num_secu")
	if c == nil || c.Matches != 60 || c.Whole != 60 || len(c.Distinct.Exact) != 30 || c.Levels[detectors.Verified] != 60 {
		t.Errorf("cell %+v", c)
	}
	if v := []int64{f.Elements[0].Values, f.Elements[1].Values, f.Elements[2].Values}; !slices.Equal(v, []int64{60, 60, 0}) {
		t.Errorf("values %v", v)
	}
	if m, n := f.Elements[0].Sample.Count(testEngine(t).Index("nir")); m != 30 || n != 30 {
		t.Errorf("sample %d of %d", m, n)
	}
	if len(f.Findings) != 10 || f.Findings[3].At.Row != 3 || f.Findings[3].At.Column != 1 || f.Findings[3].At.Field != "num_secu" || f.Findings[3].Len != 15 {
		t.Errorf("%d findings, %+v", len(f.Findings), f.Findings)
	}
}

// A first row that holds a match is data.
func TestHeaderIsData(t *testing.T) {
	table := columns(testNIR(7), "Saumur")
	found := scanScript(t, UnitOptions{}, testUnit("a.csv"), func(out sources.Sink) error {
		out.Open(sources.Place{})
		out.Chunk(rows(table, []string{testNIR(8), "Niort"}))
		return out.Close(sources.Result{Records: 2})
	})
	f := &found[0]
	c := cellOf(f, "nir", "")
	if c == nil || c.Matches != 2 || c.Whole != 2 || len(c.Distinct.Exact) != 2 {
		t.Fatalf("cell %+v", c)
	}
	if f.Elements[0].Name != "col.1" || f.Elements[0].Values != 2 || f.Elements[1].Field != "" {
		t.Errorf("elements %+v", f.Elements)
	}
	if f.Findings[0].At.Row != 1 || f.Findings[1].At.Row != 2 {
		t.Errorf("findings %+v", f.Findings)
	}
}

func TestNamesAreMasked(t *testing.T) {
	n := testNIR(9)
	spaced := fmt.Sprintf("%s %s %s %s %s %s %s", n[:1], n[1:3], n[3:5], n[5:7], n[7:10], n[10:13], n[13:])
	u := testUnit("rh/" + spaced + ".zip")
	u.Meta.URI = "file:///srv/rh/dossier%20%C3%A9t%C3%A9/" + strings.ReplaceAll(spaced, " ", "%20") + ".zip"
	u.Meta.Aliases = []string{"copie/" + n + ".zip"}
	member := "lettre " + n + ".txt"
	key := []byte("installation")
	found := scanScript(t, UnitOptions{Key: key}, u, func(out sources.Sink) error {
		out.Open(u.Meta)
		for _, m := range []string{member, "a.txt"} {
			p := sources.Place{Container: m}
			out.Open(p)
			tab := &sources.Table{Columns: []sources.Column{{Name: "clients." + n}}}
			c := rows(tab, []string{"Niort"})
			c.Part = "feuille " + n
			out.Chunk(c)
			out.Skip(sources.Location{Part: n, Field: n}, sources.Corrupt)
			out.Close(sources.Result{})
		}
		return out.Close(sources.Result{Container: true})
	})
	if len(found) != 2 {
		t.Fatalf("%d locations, want the two members", len(found))
	}
	if s := fmt.Sprintf("%+v", found); strings.Contains(s, n) || strings.Contains(s, spaced) || strings.Contains(s, strings.ReplaceAll(spaced, " ", "%20")) || strings.Contains(s, n[:13]) {
		t.Errorf("a value is left in\n%s", s)
	}
	f := &found[1]
	if f.URI != "file:///srv/rh/dossier%20%C3%A9t%C3%A9/[NIR].zip" || f.Container != "lettre [NIR].txt" || !f.Masked {
		t.Errorf("uri %q, container %q, masked %v", f.URI, f.Container, f.Masked)
	}
	if f.Elements[0].Name != nameElement || f.Cells[0].Kind != "nir" || f.Cells[0].Matches < 2 {
		t.Errorf("elements %+v cells %+v", f.Elements, f.Cells)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("L\x00partage\x00" + u.Path + "\x00" + member))
	if string(f.ID[:]) != string(mac.Sum(nil)[:16]) {
		t.Errorf("id %s", f.ID)
	}
	if f.Status != sources.Partial || f.Detail != sources.Corrupt || f.Skips[0].First.Part != "[NIR]" {
		t.Errorf("status %s:%s, skips %+v", f.Status, f.Detail, f.Skips)
	}
}

func TestLinked(t *testing.T) {
	table := columns("assure", "d1", "d2")
	found := scanScript(t, UnitOptions{}, testUnit("a.csv"), func(out sources.Sink) error {
		out.Open(sources.Place{})
		out.Chunk(rows(table, []string{testNIR(1), "12/05/1985", "12/06/1985"}))
		return out.Close(sources.Result{})
	})
	f := &found[0]
	agreed, other := cellOf(f, "birth_date", "d1"), cellOf(f, "birth_date", "d2")
	if agreed == nil || agreed.Matches != 1 || agreed.Why&detectors.Linked == 0 || agreed.Best < detectors.ScoreProbable {
		t.Errorf("date that agrees: %+v", agreed)
	}
	if other == nil || other.Matches != 0 || other.Weak != 1 || other.Linked != 1 {
		t.Errorf("date that does not: %+v", other)
	}
	if n := cellOf(f, "nir", "assure"); n == nil || n.Linked != 1 {
		t.Errorf("nir %+v", n)
	}
	if !slices.ContainsFunc(f.Findings, func(x Finding) bool { return x.Weak && x.At.Field == "d2" }) {
		t.Errorf("the weak candidate is not staged: %+v", f.Findings)
	}
}

func TestSameBirth(t *testing.T) {
	nir := []byte("1 85 05 78 006 084 91")
	tests := map[string]bool{
		"12/05/1985": true, "1985-05-12": true, "19850512": true, "12051985": true, "12/05/85": true, "850512": true,
		"12/06/1985": false, "1985-12-05": false, "05/12/1985": false, "12/05/1986": false, "": false, "85": false,
	}
	for date, want := range tests {
		if got := sameBirth(nir, []byte(date)); got != want {
			t.Errorf("%q: %v", date, got)
		}
	}
	if sameBirth([]byte("185"), []byte("12/05/1985")) {
		t.Error("short number")
	}
}

func TestFindingsOptions(t *testing.T) {
	text := strings.Repeat("NIR "+testNIR(5)+" ", 50)
	read := func(out sources.Sink) error {
		out.Open(sources.Place{})
		out.Chunk(&sources.Chunk{Data: []byte(text), To: len(text)})
		return out.Close(sources.Result{})
	}
	for _, test := range []struct {
		name    string
		o       UnitOptions
		want    int
		digests bool
	}{
		{"default", UnitOptions{}, 10, false},
		{"three", UnitOptions{Findings: 3}, 3, false},
		{"all", UnitOptions{Findings: -1, Digests: true}, 50, true},
	} {
		f := scanScript(t, test.o, testUnit("a"), read)[0]
		if len(f.Findings) != test.want || (f.Findings[0].Digest != 0) != test.digests {
			t.Errorf("%s: %d findings, digest %x", test.name, len(f.Findings), f.Findings[0].Digest)
		}
		if c := cellOf(&f, "nir", ""); c.Matches != 50 || len(c.Distinct.Exact) != 1 {
			t.Errorf("%s: %+v", test.name, c)
		}
	}
}

// What was found before a failure stays, and every way to misbehave ends in a
// status.
func TestFailures(t *testing.T) {
	text := []byte("NIR " + testNIR(5))
	begin := func(out sources.Sink) {
		out.Open(sources.Place{})
		out.Chunk(&sources.Chunk{Data: text, To: len(text)})
	}
	tests := []struct {
		name   string
		read   script
		status sources.Status
		detail sources.Reason
		found  int
	}{
		{"panic", func(out sources.Sink) error { begin(out); panic("x") }, sources.Failed, sources.WorkerCrashed, 1},
		{"panic before", func(sources.Sink) error { panic("x") }, sources.Failed, sources.WorkerCrashed, 0},
		{"error", func(out sources.Sink) error { begin(out); return errors.New("x") }, sources.Failed, sources.IOError, 1},
		{"nothing", func(sources.Sink) error { return nil }, sources.Failed, sources.IOError, 0},
		{"left open", func(out sources.Sink) error { begin(out); return nil }, sources.Failed, sources.Truncated, 1},
		{"unbalanced", func(out sources.Sink) error {
			begin(out)
			out.Close(sources.Result{})
			return out.Close(sources.Result{})
		}, sources.Scanned, "", 1},
		{"encrypted", func(out sources.Sink) error {
			out.Open(sources.Place{})
			return out.Close(sources.Result{Status: sources.Encrypted, Detail: sources.PasswordProtected})
		}, sources.Encrypted, sources.PasswordProtected, 0},
		{"no place", func(out sources.Sink) error { return out.Chunk(&sources.Chunk{Data: text, To: len(text)}) }, sources.Failed, sources.IOError, 0},
		{"too deep", func(out sources.Sink) error {
			for range 1000 {
				if err := out.Open(sources.Place{}); err != nil {
					return err
				}
			}
			return nil
		}, sources.Failed, sources.IOError, 0},
	}
	for _, test := range tests {
		f := scanScript(t, UnitOptions{}, testUnit("a"), test.read)[0]
		if f.Status != test.status || f.Detail != test.detail || len(f.Findings) != test.found {
			t.Errorf("%s: %s:%s, %d findings", test.name, f.Status, f.Detail, len(f.Findings))
		}
	}
}

func TestFieldsLimit(t *testing.T) {
	var names, cells []string
	for i := range 50 {
		names = append(names, fmt.Sprint("c", i))
		cells = append(cells, testNIR(i+1))
	}
	f := scanScript(t, UnitOptions{Limits: sources.Limits{Fields: 8}}, testUnit("a"), func(out sources.Sink) error {
		out.Open(sources.Place{})
		out.Chunk(rows(columns(names...), cells))
		return out.Close(sources.Result{})
	})[0]
	if len(f.Elements) != 9 || f.Elements[8].Name != overflowElement || f.Elements[8].Values != 42 {
		t.Errorf("%d elements, last %+v", len(f.Elements), f.Elements[len(f.Elements)-1])
	}
	if f.Status != sources.Scanned || len(f.Skips) != 1 || f.Skips[0].Reason != sources.FieldsLimit || f.Skips[0].Count != 42 {
		t.Errorf("status %s, skips %+v", f.Status, f.Skips)
	}
	if c := cellOf(&f, "nir", overflowElement); c == nil || c.Matches != 42 {
		t.Errorf("%+v", c)
	}
}

func TestEvidence(t *testing.T) {
	f := scanScript(t, UnitOptions{}, testUnit("a"), func(out sources.Sink) error {
		out.Open(sources.Place{})
		out.Evidence("noemie", sources.Location{Line: 1, Byte: -1})
		out.Evidence("noemie", sources.Location{Line: 9, Byte: -1})
		return out.Close(sources.Result{})
	})[0]
	if len(f.Cells) != 1 || f.Cells[0].Kind != "noemie" || f.Cells[0].Matches != 2 || len(f.Findings) != 2 || f.Findings[1].At.Line != 9 {
		t.Errorf("%+v", f)
	}
}

// Columns of fixed-width records are found without knowing the format.
func TestFixedWidth(t *testing.T) {
	var data []byte
	for i := range 60 {
		data = append(data, fmt.Sprintf("040%s%08d00012345%-10s\r\n", testNIR(i+1), i*7919, "SAUMUR")...)
	}
	c := &sources.Chunk{Data: data, To: len(data), Width: len(data) / 60, Locator: lineOf{len(data) / 60}}
	f := scanScript(t, UnitOptions{}, testUnit("a"), func(out sources.Sink) error {
		out.Open(sources.Place{})
		out.Chunk(c)
		return out.Close(sources.Result{})
	})[0]
	var nir *Cell
	for i := range f.Cells {
		if f.Cells[i].Kind == "nir" {
			nir = &f.Cells[i]
		}
	}
	if nir == nil || nir.Matches != 60 || nir.Why&detectors.ColumnShare == 0 || nir.Why&detectors.ColumnName != 0 || len(nir.Distinct.Exact) != 60 {
		t.Fatalf("%+v\n%+v", f.Elements, f.Cells)
	}
	e := elementOf(f.Elements, nir.Element)
	if !strings.HasSuffix(e.Name, "4-18") || e.Values != 60 {
		t.Errorf("element %+v", e)
	}
	at := f.Findings[2].At
	if at.Line != 3 || at.Byte != int64(2*c.Width+3) || at.Row != 0 {
		t.Errorf("at %+v", at)
	}
}

type lineOf struct{ width int }

func (l lineOf) Locate(at int) sources.Location {
	return sources.Location{Line: int64(at/l.width) + 1, Byte: int64(at)}
}

// A unit with many members overflows its parts and comes back sorted.
func TestManyMembers(t *testing.T) {
	const n = 20000
	found := scanScript(t, UnitOptions{}, testUnit("a.zip"), func(out sources.Sink) error {
		out.Open(sources.Place{})
		for i := range n {
			out.Open(sources.Place{Container: fmt.Sprintf("%05d.txt", i*7919%n)})
			text := "NIR " + testNIR(i%900+1)
			out.Chunk(&sources.Chunk{Data: []byte(text), To: len(text)})
			if err := out.Close(sources.Result{}); err != nil {
				return err
			}
		}
		return out.Close(sources.Result{Container: true})
	})
	if len(found) != n {
		t.Fatalf("%d members", len(found))
	}
	for i := range found {
		if found[i].Container != fmt.Sprintf("%05d.txt", i) || len(found[i].Findings) != 1 {
			t.Fatalf("member %d: %q, %d findings", i, found[i].Container, len(found[i].Findings))
		}
	}
}

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{"a%20b": "a b", "%": "%", "%4": "%4", "%zz": "%zz", "%C3%A9": "é", "a%2Fb": "a/b"} {
		if got := string(unescape(nil, in)); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	if got := string(unescape(nil, escape("é à[x]%\n/z"))); got != "é à[x]%\n/z" {
		t.Errorf("%q", got)
	}
}

// TestRepaired: what a spreadsheet damaged is told again, where the column says
// what it should be; the near misses have the same digits and another name.
func TestRepaired(t *testing.T) {
	e := testEngine(t)
	zeroLost := func(k detectors.Kind, n int) string {
		for i := range 100_000 {
			v := fmt.Sprintf("%08d%05d", 10_000_001+i/100, 10+i%100)[:n]
			if standsAlone(e.Detectors()[e.Index(k)], []byte("0"+v)) {
				return v
			}
		}
		t.Fatalf("no number of %s begins with a zero", k)
		return ""
	}
	wrong := func(v string) string { return v[:len(v)-1] + string('0'+(v[len(v)-1]-'0'+1)%10) }
	for _, test := range []struct {
		name, column, value string
		kind                detectors.Kind
		repaired            int64
	}{
		{"FINESS without its zero", "finess", zeroLost("finess", 8), "finess", 1},
		{"eight digits of something else", "quantite", zeroLost("finess", 8), "finess", 0},
		{"FINESS of nine digits", "finess", "0" + zeroLost("finess", 8), "finess", 0},
		{"a FINESS's key is wrong", "finess", wrong(zeroLost("finess", 8)), "finess", 0},
		{"SIRET without its zero, no name", "", zeroLost("siret", 13), "siret", 1},
		{"SIRET without its zero", "siret", zeroLost("siret", 13), "siret", 1},
		{"thirteen digits of something else", "horodatage", zeroLost("siret", 13), "siret", 0},
		{"days of birth", "date de naissance", "28914", "birth_date", 1},
		{"days of something else", "date de commande", "28914", "birth_date", 0},
		{"days in the future", "date de naissance", "99999", "birth_date", 0},
		{"a year of birth", "date de naissance", "1985", "birth_date", 0},
		{"an amount", "date de naissance", "28914,50", "birth_date", 0},
		{"NIR as a power of ten with all its digits", "nir", "1,80017598512344E+14", "nir", 1},
		{"with zeros left out at its end", "siret", "5.521005540002E+13", "siret", 0},
		{"its key is wrong", "nir", "1,80017598512345E+14", "nir", 0},
		{"its last digits are lost", "nir", "1,80017598512E+14", "nir", 0},
		{"a power of ten of something else", "quantite", "1,80017598512344E+14", "nir", 0},
	} {
		found := scanScript(t, UnitOptions{}, testUnit("a.csv"), func(out sources.Sink) error {
			out.Open(sources.Place{})
			out.Chunk(rows(columns(test.column, "ville"), []string{test.value, "Niort"}))
			return out.Close(sources.Result{Records: 2})
		})
		got := int64(0)
		if c := cellOf(&found[0], test.kind, test.column); c != nil {
			got = c.Repaired
			if c.Matches+c.Weak > 0 && test.repaired > 0 {
				t.Errorf("%s: counted twice: %+v", test.name, c)
			}
		}
		if got != test.repaired {
			t.Errorf("%s: %d repaired, want %d", test.name, got, test.repaired)
		}
	}
}

// TestPowersOfTen: identifiers that lost their digits are reported, not made up.
func TestPowersOfTen(t *testing.T) {
	for value, want := range map[string]int64{
		"2,84E+14": 1, "1.85058E+12": 1, "2,84E14": 1,
		"2,84": 0, "2,84E+1": 0, "2,84E+99": 0, "E+14": 0, "28400000000": 0, "2,84E-14": 0,
	} {
		found := scanScript(t, UnitOptions{}, testUnit("a.csv"), func(out sources.Sink) error {
			out.Open(sources.Place{})
			out.Chunk(rows(columns("nir", "mesure"), []string{value, value}))
			return out.Close(sources.Result{Records: 2})
		})
		n := int64(0)
		for _, s := range found[0].Skips {
			if s.Reason == sources.DamagedNumbers {
				n += s.Count
			}
		}
		if n != want || found[0].Status != sources.Scanned {
			t.Errorf("%q: %d reported, want %d; status %q", value, n, want, found[0].Status)
		}
	}
}

// TestParentRecords: a person is beside what stands below it in a hierarchy, and
// beside nothing else.
func TestParentRecords(t *testing.T) {
	table := &sources.Table{Columns: []sources.Column{
		{Name: "assures/assure/nir"}, {Name: "assures/assure/actes/acte/email"}, {Name: "assures/caisse/email"},
	}}
	chunk := func(cells ...string) *sources.Chunk { // one cell a row: "column value"
		c := &sources.Chunk{Table: table}
		for i, cell := range cells {
			at := len(c.Data)
			c.Data = append(c.Data, cell[1:]...)
			c.Fields.Add(at, len(c.Data), int(cell[0]-'0'), int64(i+1))
			c.Data = append(c.Data, '\n')
		}
		c.To = len(c.Data)
		return c
	}
	all := []string{"2caisse@exemple.org", "1avant@exemple.org", "0" + testNIR(1), "1a@exemple.org", "1b@exemple.org", "2caisse@exemple.org"}
	for _, split := range []int{0, 1, 3, 4} {
		found := scanScript(t, UnitOptions{}, testUnit("a.xml"), func(out sources.Sink) error {
			out.Open(sources.Place{})
			if split > 0 {
				out.Chunk(chunk(all[:split]...))
				c := chunk(all[split:]...)
				for i := range c.Fields.Row {
					c.Fields.Row[i] += int64(split)
				}
				out.Chunk(c)
			} else {
				out.Chunk(chunk(all...))
			}
			return out.Close(sources.Result{})
		})
		f := &found[0]
		below, beside := cellOf(f, "email", table.Columns[1].Name), cellOf(f, "email", table.Columns[2].Name)
		if below == nil || below.Linked != 2 || below.Matches != 3 || beside == nil || beside.Linked != 0 {
			t.Errorf("cut at %d: below %+v, elsewhere %+v", split, below, beside)
		}
	}
}

// TestMoved: an e-mail address beside a SIRET is a professional one.
func TestMoved(t *testing.T) {
	found := scanScript(t, UnitOptions{}, testUnit("a.csv"), func(out sources.Sink) error {
		out.Open(sources.Place{})
		out.Chunk(rows(columns("email", "siret"), []string{"a@exemple.org", "55200155400005"}, []string{"b@exemple.org", ""}))
		return out.Close(sources.Result{Records: 3})
	})
	c, siret := cellOf(&found[0], "email", "email"), cellOf(&found[0], "siret", "siret")
	if siret == nil || siret.Matches != 1 {
		t.Fatalf("the SIRET of the test: %+v", siret)
	}
	if c == nil || c.Matches != 2 || c.Moved != 1 {
		t.Errorf("%+v", c)
	}
}
