package detectors

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestDateValidEqualsCalendar(t *testing.T) {
	for year := 1580; year <= 2110; year++ {
		for month := -1; month <= 14; month++ {
			for day := -1; day <= 33; day++ {
				c := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
				want := c.Year() == year && int(c.Month()) == month && c.Day() == day
				if got := (date{year, month, day}).valid(); got != want {
					t.Fatalf("%04d-%02d-%02d: %v, want %v", year, month, day, got, want)
				}
			}
		}
	}
}

// numericLayouts and writtenLayouts are the forms as package time names them.
var numericLayouts = []string{"2/1/2006", "02/01/2006", "2-1-2006", "02-01-2006", "2.1.2006", "02.01.2006",
	"2006-01-02", "2006/01/02", "2006.01.02", "2006-1-2"}

// slowNumericDate is the slow and obvious reading of a whole text.
func slowNumericDate(s string) (date, bool) {
	for _, layout := range numericLayouts {
		if c, err := time.Parse(layout, s); err == nil {
			return date{c.Year(), int(c.Month()), c.Day()}, true
		}
	}
	return date{}, false
}

func checkNumericDate(t *testing.T, s string) {
	t.Helper()
	want, ok := slowNumericDate(s)
	got, end, short := parseNumericDate([]byte(s), 0)
	found := end == len(s) && end > 0 && !short && got.valid()
	if found != ok || ok && got != want {
		t.Errorf("%q: %v %v, want %v %v", s, got, found, want, ok)
	}
}

func TestParseNumericDateEqualsTime(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for range 20000 {
		sep := string("/-."[r.IntN(3)])
		form := []string{"%02d" + sep + "%02d" + sep + "%04d", "%d" + sep + "%d" + sep + "%04d"}[r.IntN(2)]
		checkNumericDate(t, fmt.Sprintf(form, r.IntN(34), r.IntN(15), 1800+r.IntN(400)))
		form = []string{"%04d" + sep + "%02d" + sep + "%02d"}[0]
		checkNumericDate(t, fmt.Sprintf(form, 1800+r.IntN(400), r.IntN(15), r.IntN(34)))
	}
	if t.Failed() {
		return
	}
	for _, s := range []string{"", "1", "12/03", "12/03/", "12/03-1980", "12-03/1980", "012/03/1980", "12/003/1980", "12/03/980",
		"12/03/19800", "1980-03", "1980-003-12", "198-03-12", "12 03 1980", "//1980", "1980--12", "29/02/1900"} {
		checkNumericDate(t, s)
	}
}

func FuzzNumericDate(f *testing.F) {
	for _, s := range []string{"12/03/1980", "1980-03-12", "1.3.1980", "29/02/2000", "31-04-1980"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		// Mixed widths in a date that begins with its year are a form of neither.
		if len(s) > 0 && strings.IndexAny(s, "/-.") == 4 && len(s) != 10 {
			return
		}
		if d, _, _ := parseNumericDate([]byte(s), 0); d.year < 1 {
			return // package time knows a year 0
		}
		checkNumericDate(t, s)
	})
}

func TestMonthNames(t *testing.T) {
	for name, month := range map[string]int{
		"janvier": 1, "janv": 1, "jan": 1, "JANVIER": 1, "January": 1, "févr": 2, "FÉVRIER": 2, "f\xE9vrier": 2, "fev": 2, "Feb": 2,
		"mars": 3, "mar": 3, "march": 3, "avril": 4, "avr": 4, "apr": 4, "mai": 5, "may": 5, "juin": 6, "june": 6, "jun": 6,
		"juil": 7, "juillet": 7, "jul": 7, "july": 7, "août": 8, "AO\xDBT": 8, "aout": 8, "aoû": 8, "aug": 8, "sept": 9, "sep": 9,
		"september": 9, "oct": 10, "octobre": 10, "nov": 11, "déc": 12, "D\xC9C": 12, "december": 12, "décembre": 12,
		"": 0, "m": 0, "ma": 0, "jui": 0, "marsouin": 0, "mois": 0, "janvierr": 0, "décembres": 0, "octets": 0, "mer": 0, "mardi": 0, "samedi": 0,
	} {
		if got, n := monthName([]byte(name), 0); got != month || month != 0 && n != len(name) {
			t.Errorf("%q: month %d, %d bytes, want %d", name, got, n, month)
		}
	}
}

// slowSum7 is the sum of the key of CIP7, UCD7 and LPP, digit by digit.
func slowSum7(s string) (sum int) {
	for i := range 6 {
		sum += (i + 2) * int(s[i]-'0')
	}
	return sum % 11
}

func slowEAN(s string) bool {
	sum := 0
	for i, c := range s[:12] {
		sum += int(c-'0') * (1 + 2*(i%2))
	}
	return byte('0'+(10-sum%10)%10) == s[12]
}

func TestHealthKeysEqualSlowOnes(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	for range 50000 {
		s := fmt.Sprintf("%07d", r.IntN(10_000_000))
		sum := slowSum7(s)
		if got, want := key7([]byte(s)), sum < 10 && byte('0'+sum) == s[6]; got != want {
			t.Fatalf("key7 of %s: %v", s, got)
		}
		if got, want := keyLPP([]byte(s)), byte('0'+sum%10) == s[6]; got != want {
			t.Fatalf("keyLPP of %s: %v", s, got)
		}
		s = fmt.Sprintf("%013d", r.Int64N(10_000_000_000_000))
		if got := keyEAN([]byte(s)); got != slowEAN(s) {
			t.Fatalf("keyEAN of %s: %v", s, got)
		}
	}
}

// TestIPEqualsNetip holds the readers of addresses equal to net/netip.
func TestIPEqualsNetip(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26))
	for range 30000 {
		s := randomAddress(r)
		checkAddress(t, s)
	}
}

func randomAddress(r *rand.Rand) string {
	if r.IntN(3) == 0 {
		return fmt.Sprintf("%d.%d.%d.%d", r.IntN(300), r.IntN(300), r.IntN(12), r.IntN(300))
	}
	var b strings.Builder
	for range 2 + r.IntN(9) {
		switch r.IntN(12) {
		case 0:
			b.WriteString(":")
		case 1:
			fmt.Fprintf(&b, "%d.%d.%d.%d", r.IntN(260), r.IntN(256), r.IntN(256), r.IntN(256))
		default:
			fmt.Fprintf(&b, "%x", r.IntN(1<<(4*(1+r.IntN(4)))))
		}
		if r.IntN(10) > 0 {
			b.WriteString(":")
		}
	}
	return strings.TrimSuffix(b.String(), ":")
}

func checkAddress(t *testing.T, s string) {
	t.Helper()
	want, err := netip.ParseAddr(s)
	if got, end := parseIPv4([]byte(s), 0); (end == len(s) && end > 0) != (err == nil && want.Is4()) {
		t.Errorf("IPv4 %q: %v to %d", s, got, end)
	}
	p := parseIPv6([]byte(s), 0)
	found := p.end == len(s) && p.end > 0
	if found != (err == nil && want.Is6() && want.Zone() == "") || found && want.As16() != p.addr {
		t.Errorf("IPv6 %q: %x to %d, want %v", s, p.addr, p.end, want)
	}
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{"::", "::1", "2001:db8::1", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1.2.3.4", "1::2::3", "fe80::1%eth0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !strings.Contains(s, "%") {
			checkAddress(t, s)
		}
	})
}
