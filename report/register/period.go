package register

import (
	"errors"
	"fmt"
	"time"
)

// Period is a duration of ISO 8601 in calendar units: years, months, days and
// hours. A duration of weeks is kept in days.
type Period struct{ Years, Months, Days, Hours int }

// ParsePeriod reads the forms that retention rules use: P5Y, P13M, P2W, P1Y6M,
// PT72H. It accepts no fraction and no sign.
func ParsePeriod(s string) (Period, error) {
	var p Period
	bad := errors.New("not an ISO 8601 duration such as P5Y, P13M or PT72H")
	if len(s) < 3 || s[0] != 'P' {
		return p, bad
	}
	order, hours, n, digits := 0, false, 0, 0
	for _, c := range []byte(s[1:]) {
		switch {
		case c >= '0' && c <= '9':
			if digits++; digits > 4 {
				return Period{}, bad
			}
			n = 10*n + int(c-'0')
			continue
		case c == 'T' && !hours && digits == 0:
			hours = true
			continue
		case digits == 0:
			return Period{}, bad
		}
		unit, place := p.unit(c, hours)
		if unit == nil || place <= order {
			return Period{}, bad
		}
		if c == 'W' {
			n *= 7
		}
		*unit += n
		order, n, digits = place, 0, 0
	}
	if digits > 0 || order == 0 {
		return Period{}, bad
	}
	return p, nil
}

// unit returns the field of a letter and its place in the order of ISO 8601.
func (p *Period) unit(c byte, hours bool) (*int, int) {
	switch {
	case c == 'H' && hours:
		return &p.Hours, 5
	case hours:
	case c == 'Y':
		return &p.Years, 1
	case c == 'M':
		return &p.Months, 2
	case c == 'W':
		return &p.Days, 3
	case c == 'D':
		return &p.Days, 4
	}
	return nil, 0
}

// IsZero reports whether the period is none at all.
func (p Period) IsZero() bool { return p == Period{} }

// String returns the ISO 8601 form.
func (p Period) String() string {
	s := "P"
	for _, u := range []struct {
		n    int
		unit string
	}{{p.Years, "Y"}, {p.Months, "M"}, {p.Days, "D"}} {
		if u.n != 0 {
			s += fmt.Sprint(u.n, u.unit)
		}
	}
	if p.Hours != 0 {
		s += fmt.Sprint("T", p.Hours, "H")
	}
	return s
}

// Words returns the period for a reader: "5 ans", "13 mois", "72 heures".
func (p Period) Words(lang string) string {
	s := ""
	for _, u := range []struct {
		n                       int
		one, more, oneEN, more2 string
	}{
		{p.Years, "an", "ans", "year", "years"},
		{p.Months, "mois", "mois", "month", "months"},
		{p.Days, "jour", "jours", "day", "days"},
		{p.Hours, "heure", "heures", "hour", "hours"},
	} {
		if u.n == 0 {
			continue
		}
		word := [2]string{u.one, u.more}
		if lang == "en" {
			word = [2]string{u.oneEN, u.more2}
		}
		if s != "" {
			s += " "
		}
		// In French, below two is singular.
		s += fmt.Sprint(u.n, " ", word[min(u.n/2, 1)])
	}
	return s
}

// After returns the day that lies the period after start, a day without clock
// time. Years and months come first and the day is clamped to the end of its
// month: 31 January and one month is 28 or 29 February (register.md C.4, 3).
// Hours do not count: they are for deadlines in elapsed time.
func (p Period) After(start time.Time) time.Time {
	y, m, d := start.Date()
	months := int(m) - 1 + 12*p.Years + p.Months
	y, m = y+months/12, time.Month(months%12+1)
	d = min(d, daysIn(y, m))
	return time.Date(y, m, d+p.Days, 0, 0, 0, 0, time.UTC)
}

// Longer reports whether p ends after q when both start on day.
func (p Period) Longer(q Period, day time.Time) bool { return p.After(day).After(q.After(day)) }

// twice returns the period two times over.
func (p Period) twice() Period { return Period{2 * p.Years, 2 * p.Months, 2 * p.Days, 2 * p.Hours} }

func daysIn(y int, m time.Month) int { return time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day() }

// Day returns the civil day of an instant in Europe/Paris, at midnight UTC, so
// that days compare and subtract without clock time.
func Day(t time.Time) time.Time {
	y, m, d := t.In(paris).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// paris is the zone of all civil dates of the register. Where the system has no
// zone data, the fixed winter time would be wrong in summer: time/tzdata, which
// cmd/recense embeds, makes sure of it.
var paris = func() *time.Location {
	if z, err := time.LoadLocation("Europe/Paris"); err == nil {
		return z
	}
	return time.FixedZone("CET", 3600)
}()

// Paris returns an instant in the zone of all civil dates of the register.
func Paris(t time.Time) time.Time { return t.In(paris) }

// ParisTime reads a clock time of Europe/Paris: "2026-11-29 10:00", or an instant of
// RFC 3339.
func ParisTime(s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "02/01/2006 15:04"} {
		if t, err := time.ParseInLocation(layout, s, paris); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("expected a time such as 2026-11-29 10:00")
}
