package register

import (
	"testing"
	"time"
)

func TestParsePeriod(t *testing.T) {
	tests := []struct {
		in      string
		want    Period
		ok      bool
		fr, en  string
		printed string
	}{
		{"P5Y", Period{Years: 5}, true, "5 ans", "5 years", "P5Y"},
		{"P1Y", Period{Years: 1}, true, "1 an", "1 year", "P1Y"},
		{"P13M", Period{Months: 13}, true, "13 mois", "13 months", "P13M"},
		{"P1Y6M", Period{Years: 1, Months: 6}, true, "1 an 6 mois", "1 year 6 months", "P1Y6M"},
		{"P2W", Period{Days: 14}, true, "14 jours", "14 days", "P14D"},
		{"PT72H", Period{Hours: 72}, true, "72 heures", "72 hours", "PT72H"},
		{in: ""}, {in: "P"}, {in: "PT"}, {in: "5Y"}, {in: "P5"}, {in: "PY"}, {in: "P1M1Y"}, {in: "P1Y1Y"},
		{in: "P1.5Y"}, {in: "-P1Y"}, {in: "P1H"}, {in: "PT5M"}, {in: "P99999Y"}, {in: "P5Y "}, {in: "p5y"}, {in: "not stated"},
	}
	for _, tt := range tests {
		p, err := ParsePeriod(tt.in)
		if (err == nil) != tt.ok || p != tt.want {
			t.Errorf("ParsePeriod(%q) = %+v, %v", tt.in, p, err)
			continue
		}
		if tt.ok && (p.Words("fr") != tt.fr || p.Words("en") != tt.en || p.String() != tt.printed) {
			t.Errorf("%s: %q %q %q", tt.in, p.Words("fr"), p.Words("en"), p)
		}
	}
}

func TestAfter(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	tests := []struct{ start, period, want string }{
		{"2026-01-31", "P1M", "2026-02-28"},
		{"2028-01-31", "P1M", "2028-02-29"},
		{"2024-02-29", "P1Y", "2025-02-28"},
		{"2024-02-29", "P4Y", "2028-02-29"},
		{"2024-02-29", "P12M", "2025-02-28"},
		{"2022-06-30", "P3Y", "2025-06-30"},
		{"2026-03-02", "P6M", "2026-09-02"},
		{"2026-08-31", "P6M", "2027-02-28"},
		{"2026-11-30", "P13M", "2027-12-30"},
		{"2026-12-31", "P2M", "2027-02-28"},
		{"2026-01-31", "P1M1D", "2026-03-01"},
		{"1996-12-15", "P30Y", "2026-12-15"},
	}
	for _, tt := range tests {
		p, err := ParsePeriod(tt.period)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.After(day(tt.start)); !got.Equal(day(tt.want)) {
			t.Errorf("%s + %s = %s, want %s", tt.start, tt.period, got.Format(time.DateOnly), tt.want)
		}
	}
}

// A day begins at midnight in Paris, winter and summer.
func TestDay(t *testing.T) {
	for instant, want := range map[string]string{
		"2026-01-01T22:59:59Z": "2026-01-01",
		"2026-01-01T23:00:00Z": "2026-01-02",
		"2026-07-01T21:59:59Z": "2026-07-01",
		"2026-07-01T22:00:00Z": "2026-07-02",
		"2026-03-29T00:59:59Z": "2026-03-29",
	} {
		at, err := time.Parse(time.RFC3339, instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := Day(at).Format(time.DateOnly); got != want {
			t.Errorf("%s is %s in Paris, want %s", instant, got, want)
		}
	}
}
