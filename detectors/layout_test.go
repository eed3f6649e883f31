package detectors

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// layoutEngine is an engine of all detectors; the fields whose detector is not
// in the list are not looked for.
func layoutEngine(t testing.TB) *Engine {
	t.Helper()
	e, err := NewEngine(All(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// syntheticNIR returns a NIR of fifteen characters in a commune that never was,
// and the date of birth it tells.
func syntheticNIR(r *rand.Rand) (nir string, born date) {
	born = date{1930 + r.IntN(90), 1 + r.IntN(12), 1 + r.IntN(28)}
	body := fmt.Sprintf("%d%02d%02d75985%03d", 1+r.IntN(2), born.year%100, born.month, 1+r.IntN(999))
	n, _ := nirNumber([]byte(body))
	return fmt.Sprintf("%s%02d", body, 97-n%97), born
}

// syntheticRIB returns a RIB of a bank that does not exist.
func syntheticRIB(r *rand.Rand) string {
	bank, branch, account := uint64(99950), uint64(r.IntN(100000)), uint64(r.Int64N(100_000_000_000))
	key := 97 - (89*bank+15*branch+3*account)%97
	return fmt.Sprintf("%05d%05d%011d%02d", bank, branch, account, key)
}

// frenchIBAN returns the IBAN of a RIB of digits.
func frenchIBAN(rib string) string {
	r := 0
	for _, c := range rib + "152700" {
		r = (10*r + int(c-'0')) % 97
	}
	return fmt.Sprintf("FR%02d%s", 98-r, rib)
}

func pad(s string, n int) []byte { return []byte(s + strings.Repeat(" ", n-len(s))) }

// noemie returns records of 128 characters: one header, lines 255 with a NIR and
// a date of birth, totals 990, one end.
func noemie(r *rand.Rand, n int) [][]byte {
	records := [][]byte{pad("000OC9999999999NOEMIE20240115", 128)}
	for i := range n {
		nir, born := syntheticNIR(r)
		records = append(records, pad(fmt.Sprintf("255%06d%s%02d%02d%02d1%09d%06dAMI%03d@",
			r.IntN(1000000), nir, born.year%100, born.month, born.day, r.IntN(1000000000), r.IntN(1000000), r.IntN(1000)), 128))
		if i%10 == 9 {
			records = append(records, pad(fmt.Sprintf("990%09d%012d@", r.IntN(1000000000), r.IntN(1000000000)), 128))
		}
	}
	return append(records, pad("999000001", 128))
}

func find(columns []LayoutColumn, typ string, start, end int, kind Kind) *LayoutColumn {
	for i, c := range columns {
		if c.Type == typ && c.Start == start && c.End == end && c.Kind == kind {
			return &columns[i]
		}
	}
	return nil
}

func need(t *testing.T, e *Engine, kinds ...Kind) {
	t.Helper()
	for _, k := range kinds {
		if e.Index(k) < 0 {
			t.Skipf("no detector %s", k)
		}
	}
}

func TestLayoutNOEMIE(t *testing.T) {
	e := layoutEngine(t)
	need(t, e, "nir", "birth_date")
	for _, lines := range []int{5, 25, 300, 1000} {
		got := e.Layout(noemie(rand.New(rand.NewPCG(1, uint64(lines))), lines))
		nir := find(got, "255", 9, 24, "nir")
		if nir == nil || nir.Share < 0.99 {
			t.Fatalf("%d lines: no NIR in %+v", lines, got)
		}
		want := 1
		if lines >= 25 {
			want = 2
			if find(got, "255", 24, 30, "birth_date") == nil {
				t.Errorf("%d lines: no date of birth in %+v", lines, got)
			}
		}
		if len(got) != want {
			t.Errorf("%d lines: %d columns, want %d: %+v", lines, len(got), want, got)
		}
	}
}

func TestLayoutNIRKeyElsewhere(t *testing.T) {
	e := layoutEngine(t)
	need(t, e, "nir")
	r := rand.New(rand.NewPCG(2, 2))
	var records [][]byte
	for range 40 {
		nir, _ := syntheticNIR(r)
		records = append(records, pad(fmt.Sprintf("2%08d%s%010d%s", r.IntN(100000000), nir[:13], r.Int64N(10000000000), nir[13:]), 120))
	}
	got := e.Layout(records)
	if len(got) != 1 || find(got, "", 9, 22, "nir") == nil {
		t.Errorf("got %+v", got)
	}
}

func TestLayoutCorsica(t *testing.T) {
	e := layoutEngine(t)
	need(t, e, "nir")
	var records [][]byte
	for _, body := range []string{"185052A985123", "290092B985077", "185052A985124", "290092B985078", "185062A985123", "185072B985123"} {
		n, ok := nirNumber([]byte(body))
		if !ok {
			t.Fatal("not a NIR")
		}
		records = append(records, fmt.Appendf(nil, "77%s%02d00", body, 97-n%97))
	}
	if got := e.Layout(records); len(got) != 1 || find(got, "", 2, 17, "nir") == nil {
		t.Errorf("got %+v", got)
	}
}

func TestLayoutCFONB(t *testing.T) {
	e := layoutEngine(t)
	need(t, e, "rib", "iban", "bic", "siret")
	r := rand.New(rand.NewPCG(3, 3))
	rib := [][]byte{pad("01  999500123400012345678EUR", 120)}
	iban := [][]byte{pad("0302 EMETTEUR", 160)}
	for i := range 60 {
		account := syntheticRIB(r)
		rib = append(rib, pad(fmt.Sprintf("0499%s%07d%06d", account, r.IntN(10000000), r.IntN(1000000)), 120))
		iban = append(iban, pad(fmt.Sprintf("0602%04d%sZZ%cAFRPPXXX%012d", i, frenchIBAN(syntheticRIB(r)), 'A'+rune(i%7), r.IntN(1000000000)), 160))
	}
	rib = append(rib, pad("07", 120))
	if got := e.Layout(rib); len(got) != 1 || find(got, "049", 4, 27, "rib") == nil {
		t.Errorf("CFONB 120: %+v", got)
	}
	// The first record is blank where the others have a BIC: nothing tells it apart
	// there, and blanks count for no column.
	got := e.Layout(iban)
	if find(got, "060", 8, 35, "iban") == nil || find(got, "", 35, 46, "bic") == nil || len(got) != 2 {
		t.Errorf("CFONB 160: %+v", got)
	}
}

func TestLayoutSIRETAndDates(t *testing.T) {
	e := layoutEngine(t)
	need(t, e, "siret", "nir")
	r := rand.New(rand.NewPCG(4, 4))
	var records [][]byte
	for range 80 {
		siren := withLuhn(r, 8)
		siret := siren + fmt.Sprintf("%04d", r.IntN(100))
		siret += luhnDigit(siret)
		day := fmt.Sprintf("%04d%02d%02d", 2000+r.IntN(25), 1+r.IntN(12), 1+r.IntN(28))
		records = append(records, fmt.Appendf(nil, "%05d%s%s%02d%02d%d%06d", r.IntN(100000), siret, day, 1+r.IntN(28), 1+r.IntN(12), 1950+r.IntN(50), r.IntN(1000000)))
	}
	got := e.Layout(records)
	if len(got) != 3 || find(got, "", 5, 19, "siret") == nil || find(got, "", 19, 27, "") == nil || find(got, "", 27, 35, "") == nil {
		t.Errorf("got %+v", got)
	}
}

// Fields as listings write them: with spaces, hyphens, slashes.
func TestLayoutListing(t *testing.T) {
	e := layoutEngine(t)
	need(t, e, "nir", "birth_date", "tax_number_fr", "ccam")
	r := rand.New(rand.NewPCG(6, 6))
	var records [][]byte
	for range 40 {
		n, _ := syntheticNIR(r)
		spaced := n[:1] + " " + n[1:3] + " " + n[3:5] + " " + n[5:7] + " " + n[7:10] + " " + n[10:13] + " " + n[13:]
		birth := fmt.Sprintf("19%s-%s-%02d", n[1:3], n[3:5], 1+r.IntN(28))
		tax := fmt.Sprintf("30999%05d", r.IntN(100000))
		tax += fmt.Sprintf("%03d", decimal([]byte(tax))%511)
		act := string([]byte{"HJKLN"[r.IntN(5)], "ABCDE"[r.IntN(5)], "FQM"[r.IntN(3)], "ABC"[r.IntN(3)]}) + fmt.Sprintf("%03d", 1+r.IntN(300))
		records = append(records, fmt.Appendf(nil, "%8d %s %s %s %s", r.IntN(1e8), spaced, birth, tax, act))
	}
	got := e.Layout(records)
	if find(got, "", 9, 30, "nir") == nil || find(got, "", 31, 41, "birth_date") == nil ||
		find(got, "", 42, 55, "tax_number_fr") == nil || find(got, "", 56, 63, "ccam") == nil || len(got) != 4 {
		t.Errorf("got %+v", got)
	}
}

func withLuhn(r *rand.Rand, n int) string {
	s := ""
	for range n {
		s += string(rune('1' + r.IntN(9)))
	}
	return s + luhnDigit(s)
}

func luhnDigit(s string) string {
	for c := '0'; c <= '9'; c++ {
		if luhn([]byte(s + string(c))) {
			return string(c)
		}
	}
	return ""
}

// TestLayoutByChance wants no column in records that hold none.
func TestLayoutByChance(t *testing.T) {
	e := layoutEngine(t)
	r := rand.New(rand.NewPCG(5, 5))
	build := map[string]func(i int) string{
		"digits":    func(int) string { return randomFrom(r, "0123456789", 128) },
		"few types": func(i int) string { return string(rune('1'+i%4)) + randomFrom(r, "0123456789", 127) },
		"letters":   func(int) string { return randomFrom(r, "ABCDEFGHIJKLMNOPQRSTUVWXYZ   ", 128) },
		"mixed":     func(int) string { return randomFrom(r, "ABCDEF0123456789", 240) },
		"counter":   func(i int) string { return fmt.Sprintf("%0120d", 101+i) },
		"constant":  func(int) string { return strings.Repeat("180017598512344", 9) },
		"two":       func(i int) string { return strings.Repeat([]string{"180017598512344", "000000000000000"}[i%2], 9) },
		"listing": func(int) string {
			return fmt.Sprintf("%d.1  7%012d  8%012d", 22+r.IntN(8), r.Int64N(1e12), r.Int64N(1e12))
		},
		"amounts": func(int) string { return fmt.Sprintf("%010d%010d%010d", r.IntN(20000), r.IntN(9999), r.IntN(1000000)) },
	}
	for name, f := range build {
		for _, lines := range []int{5, 7, 20, 25, 60, 400} {
			for range 3 {
				var records [][]byte
				for i := range lines {
					records = append(records, []byte(f(i)))
				}
				if got := e.Layout(records); len(got) != 0 {
					t.Errorf("%s, %d lines: %+v", name, lines, got)
				}
			}
		}
	}
}

func randomFrom(r *rand.Rand, alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

func TestLayoutBounds(t *testing.T) {
	e := layoutEngine(t)
	need(t, e, "nir")
	for name, records := range map[string][][]byte{
		"none":  nil,
		"empty": slices.Repeat([][]byte{{}}, 50),
		"short": slices.Repeat([][]byte{[]byte("1")}, 50),
		"zero":  slices.Repeat([][]byte{make([]byte, 200)}, 50),
		"few":   noemie(rand.New(rand.NewPCG(6, 6)), 2),
	} {
		if got := e.Layout(records); len(got) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	// A NIR beyond the bytes looked at is not found, one in front of them is.
	var far, near [][]byte
	r := rand.New(rand.NewPCG(7, 7))
	for range 600 {
		nir, _ := syntheticNIR(r)
		far = append(far, append(bytes.Repeat([]byte{' '}, layoutWidth-10), nir...))
		near = append(near, append(bytes.Repeat([]byte{' '}, layoutWidth-15), nir...))
	}
	if got := e.Layout(far); len(got) != 0 {
		t.Errorf("beyond: %+v", got)
	}
	if got := e.Layout(near); len(got) != 1 {
		t.Errorf("at the end: %+v", got)
	}
}

// TestLayoutDigits holds the fewest digits of every form to the examples of its kinds
// and to whatever still passes when two bytes of them change.
func TestLayoutDigits(t *testing.T) {
	e := layoutEngine(t)
	r := rand.New(rand.NewPCG(9, 9))
	for i := range layoutSpecs {
		s := &layoutSpecs[i]
		check, _ := s.checker(e)
		passed := 0
		for _, example := range layoutExamples(t, s) {
			for range 3000 {
				field := []byte(example)
				if check(field) > 0 {
					passed++
				}
				for range 2 {
					field[r.IntN(len(field))] = randomFrom(r, "0123456789ABab +", 1)[0]
				}
				n := 0
				for _, c := range field[:s.width] {
					if isNum(c) {
						n++
					}
				}
				if check(field) > 0 && n < int(s.digits) {
					t.Fatalf("%s of %d bytes: %q has %d digits", s.kind, s.width, field, n)
				}
			}
		}
		if passed == 0 {
			t.Errorf("%s of %d bytes: no example passes", s.kind, s.width)
		}
	}
}

// layoutExamples returns what is marked in the examples of a form's kinds and as long
// as the form, and a date in the forms of dates.
func layoutExamples(t *testing.T, s *layoutSpec) (list []string) {
	t.Helper()
	if s.date != nil {
		list = []string{"1985-03-12", "12/03/1985", "19850312", "12031985", "850312", "120385"}
	}
	for _, k := range s.kinds {
		text, err := os.ReadFile("testdata/" + string(k) + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		for rest, more := string(text), true; more; {
			_, rest, more = strings.Cut(rest, "«")
			example, _, _ := strings.Cut(rest, "»")
			list = append(list, example)
		}
	}
	return slices.DeleteFunc(list, func(x string) bool {
		return len(x) < s.width || len(x) > max(s.width, s.longest) || strings.Contains(x, `\`)
	})
}

func BenchmarkLayout(b *testing.B) {
	e := layoutEngine(b)
	records := noemie(rand.New(rand.NewPCG(8, 8)), 1000)
	for b.Loop() {
		e.Layout(records)
	}
}

// TestLayoutPhones: telephone numbers have no key, so that a slice of a longer
// number and a series of contracts must not be taken for them.
func TestLayoutPhones(t *testing.T) {
	e := layoutEngine(t)
	need(t, e, "phone_fr", "siret")
	r := rand.New(rand.NewPCG(5, 5))
	records := func(form func(i int) string) (list [][]byte) {
		for i := range 60 {
			list = append(list, []byte(form(i)))
		}
		return list
	}
	eight := func() string { return fmt.Sprintf("%08d", r.IntN(100000000)) }
	zone := func() string { return fmt.Sprintf("%d", 1+r.IntN(7)) }
	for _, c := range []struct {
		name       string
		form       func(i int) string
		start, end int // 0, 0: none
	}{
		{"plain", func(int) string { return fmt.Sprintf("ab  0%s%s  %s", zone(), eight(), eight()) }, 4, 14},
		{"mobile alone", func(int) string { return fmt.Sprintf("ab  06%s  %s", eight(), eight()) }, 4, 14},
		{"with the country, glued", func(int) string { return fmt.Sprintf("00336%s%s", eight(), eight()) }, 0, 13},
		{"some records without", func(i int) string {
			if i%3 == 0 {
				return fmt.Sprintf("ab  %10s  %s", "", eight())
			}
			return fmt.Sprintf("ab  0%s%s  %s", zone(), eight(), eight())
		}, 4, 14},
		{"some longer than their field", func(i int) string {
			if i%5 == 0 {
				n := eight()
				return fmt.Sprintf("ab  0%s %s %s %s %s  %s", zone(), n[:2], n[2:4], n[4:6], n[6:7], eight())
			}
			return fmt.Sprintf("ab  0%s%s     %s", zone(), eight(), eight())
		}, 4, 14},
		{"in pairs", func(int) string {
			n := eight()
			return fmt.Sprintf("%s 0%s %s %s %s %s %s", eight(), zone(), n[:2], n[2:4], n[4:6], n[6:], "x")
		}, 9, 23},
		{"series of contracts", func(i int) string { return fmt.Sprintf("ab  01%08d  %s", 45000000+i*7, eight()) }, 0, 0},
		{"part of longer numbers", func(int) string { return fmt.Sprintf("ab  9%s0%s%s", eight(), zone(), eight()) }, 0, 0},
		{"zeros in front", func(int) string { return fmt.Sprintf("ab  00%s  x", eight()) }, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := e.Layout(records(c.form))
			if c.end == 0 {
				if slices.ContainsFunc(got, func(l LayoutColumn) bool { return l.Kind == "phone_fr" }) {
					t.Errorf("got %+v", got)
				}
			} else if find(got, "", c.start, c.end, "phone_fr") == nil {
				t.Errorf("no column %d to %d in %+v", c.start, c.end, got)
			}
		})
	}
}

// TestLayoutWrongIBAN: the account number behind a wrong key of an IBAN is no RIB.
func TestLayoutWrongIBAN(t *testing.T) {
	e := layoutEngine(t)
	need(t, e, "rib", "iban")
	r := rand.New(rand.NewPCG(6, 6))
	var list [][]byte
	for i := range 80 {
		iban := []byte(frenchIBAN(syntheticRIB(r)))
		if i%8 == 0 {
			iban[3] = '0' + (iban[3]-'0'+1)%10
		}
		list = append(list, append(iban, "  x"...))
	}
	if got := e.Layout(list); slices.ContainsFunc(got, func(l LayoutColumn) bool { return l.Kind == "rib" }) {
		t.Errorf("got %+v", got)
	}
}
