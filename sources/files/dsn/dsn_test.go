package dsn

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/sourcetest"
)

// declaration is an invented declaration of n persons.
func declaration(n int, end string) string {
	lines := []string{"S10.G00.00.001,'LOGIPAIE'", "S10.G00.01.001,'123456782'", "S10.G00.02.004,'paie@example.org'", "S20.G00.05.005,'01112026'"}
	for i := range n {
		lines = append(lines, fmt.Sprintf("S21.G00.30.001,'18503123456%02d'", i%100), "S21.G00.30.002,'MARTIN'", "S21.G00.30.004,'Élodie'",
			"S21.G00.30.006,'12031985'", "S21.G00.40.006,'Chargé d''accueil'", "S21.G00.60.007,'FR7630002005500000157841Z25'")
	}
	lines = append(lines, fmt.Sprintf("S90.G00.90.001,'%d'", len(lines)+2), "S90.G00.90.002,'1'")
	return strings.Join(lines, end) + end
}

func TestCells(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"LF", "S21.G00.30.001,'1850312345678'\nS21.G00.30.002,'MARTIN'\n", "1:S21.G00.30.001=1850312345678\n2:S21.G00.30.002=MARTIN\n"},
		{"CR LF and no last end", "S21.G00.30.001,'1850312345678'\r\nS21.G00.30.002,'MARTIN'", "1:S21.G00.30.001=1850312345678\n2:S21.G00.30.002=MARTIN\n"},
		{"doubled quotes", "S21.G00.30.002,''MARTIN''\n", "1:S21.G00.30.002=MARTIN\n"},
		{"no quotes", "S21.G00.30.002,MARTIN\n", "1:S21.G00.30.002=MARTIN\n"},
		{"apostrophe inside", "S21.G00.30.002,'D'ARTAGNAN'\n", "1:S21.G00.30.002=D'ARTAGNAN\n"},
		{"blank behind", "S21.G00.30.002,'MARTIN' \r\n", "1:S21.G00.30.002=MARTIN\n"},
		{"comma inside", "S21.G00.30.008,'1, RUE DU PORT'\n", "1:S21.G00.30.008=1, RUE DU PORT\n"},
		{"empty value and line", "S21.G00.30.003,''\n\nS21.G00.30.002,'A'\n", "3:S21.G00.30.002=A\n"},
		{"a line that is no rubric", "S21.G00.30.002,'A'\ncommentaire libre\n", "1:S21.G00.30.002=A\n2:=commentaire libre\n"},
		{"the same rubric twice", "S21.G00.30.002,'A'\nS21.G00.30.002,'B'\n", "1:S21.G00.30.002=A\n2:S21.G00.30.002=B\n"},
		{"byte order mark", "\xEF\xBB\xBFS21.G00.30.002,'Élodie'\n", "1:S21.G00.30.002=Élodie\n"},
		{"Latin-1", "S21.G00.30.002,'\xc9lodie'\n", "1:S21.G00.30.002=\xc9lodie\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !sniff([]byte(test.in), "", 0) {
				t.Error("not known")
			}
			l, err := sourcetest.Read(t, Format, "a.dsn", []byte(test.in))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, c := range l.Cells {
				got += fmt.Sprintf("%d:%s=%s\n", c.Row, c.Column, c.Value)
				if !strings.HasPrefix(test.in[c.At.Byte:], c.Value) || c.At.Line != c.Row {
					t.Errorf("%q is at byte %d, line %d", c.Value, c.At.Byte, c.At.Line)
				}
			}
			if got != test.want || l.Result.Bytes != int64(len(test.in)) {
				t.Errorf("%d bytes, got\n%swant\n%s", l.Result.Bytes, got, test.want)
			}
		})
	}
}

func TestLabels(t *testing.T) {
	l, err := sourcetest.Read(t, Format, "a.dsn", []byte(declaration(1, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range l.Cells {
		got[c.Column] = c.Label
	}
	for rubric, label := range map[string]string{"S21.G00.30.001": "nir", "S21.G00.30.006": "date de naissance", "S21.G00.60.007": "iban", "S10.G00.01.001": "siren"} {
		if got[rubric] != label {
			t.Errorf("%s: %q, not %q", rubric, got[rubric], label)
		}
	}
	for rubric := range labels {
		if !isRubric([]byte(rubric + ",")) {
			t.Errorf("label for %q, which is no rubric", rubric)
		}
	}
}

func TestNotDSN(t *testing.T) {
	for _, in := range []string{"", "S21", "S21.G00.30.001", "S21.G00.30.001;'x'", "S2X.G00.30.001,'x'", "nom;prenom\n", "s21.g00.30.001,'x'"} {
		if sniff([]byte(in), "a.dsn", int64(len(in))) {
			t.Errorf("%q is taken for a declaration", in)
		}
	}
}

func TestColumnsLimit(t *testing.T) {
	var b strings.Builder
	for i := range 50 {
		fmt.Fprintf(&b, "S21.G00.30.%03d,'v%d'\n", i, i)
	}
	in := sourcetest.Input(Format, "a.dsn", []byte(b.String()))
	r := sourcetest.ForFormat(sources.Limits{Fields: 10})
	res, err := Format.Read(t.Context(), in, r)
	r.Close(res)
	l := r.Last()
	if err != nil || r.Done() != nil || len(l.Cells) != 50 || len(l.Skips) != 1 || l.Skips[0] != sources.FieldsLimit {
		t.Errorf("%v, %v: %d cells, skips %v", err, r.Done(), len(l.Cells), l.Skips)
	}
}

func TestLongLine(t *testing.T) {
	in := []byte("S21.G00.30.002,'" + strings.Repeat("x", 300_000) + "'\nS21.G00.30.001,'1850312345678'\n")
	l, err := sourcetest.Read(t, Format, "a.dsn", in)
	if err != nil {
		t.Fatal(err)
	}
	last := l.Cells[len(l.Cells)-1]
	total := 0
	for _, c := range l.Cells[:len(l.Cells)-1] {
		total += len(c.Value)
	}
	if last.Value != "1850312345678" || total < 300_000 || l.Result.Bytes != int64(len(in)) {
		t.Errorf("%d bytes of the long value, last cell %q", total, last.Value)
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{
		"petite.dsn": []byte(declaration(2, "\r\n")),
		"latin.dsn":  bytes.ReplaceAll([]byte(declaration(2, "\n")), []byte("é"), []byte{0xe9}),
		"grosse.dsn": []byte(declaration(1500, "\n")),
	})
}

func TestRanges(t *testing.T) {
	sourcetest.Ranges(t, Format, "a.dsn", []byte(declaration(3, "\n")), 1, 10, 31, 100, 500)
	sourcetest.Ranges(t, Format, "a.dsn", []byte(declaration(3, "\r\n")), 7, 32, 33, 64)
	sourcetest.Ranges(t, Format, "a.dsn", []byte("\xEF\xBB\xBF"+declaration(3, "\n")), 40, 100)
	sourcetest.Ranges(t, Format, "a.dsn", []byte(declaration(3000, "\n")), 300_000)
}

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, []byte(declaration(2, "\r\n")), []byte(declaration(1, "\n")))
}
