package subject

import (
	"strings"
	"testing"
	"time"

	"recense/report/register"
	"recense/sources"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// TestDelays: calendar months, clamped to the end of the month.
func TestDelays(t *testing.T) {
	for _, c := range []struct{ received, due, extended string }{
		{"2026-01-31", "2026-02-28", "2026-04-30"},
		{"2028-01-31", "2028-02-29", "2028-04-30"},
		{"2028-02-29", "2028-03-29", "2028-05-29"},
		{"2026-11-30", "2026-12-30", "2027-02-28"},
		{"2026-12-15", "2027-01-15", "2027-03-15"},
	} {
		d := DelaysFrom(day(c.received))
		if !d.Due.Equal(day(c.due)) || !d.Extended.Equal(day(c.extended)) {
			t.Errorf("%s: %v, %v", c.received, d.Due, d.Extended)
		}
	}
}

func TestPrudent(t *testing.T) {
	for in, want := range map[string]string{
		"2026-11-27": "2026-11-27", // a Friday
		"2026-11-29": "2026-11-27", // a Sunday
		"2026-05-01": "2026-04-30", // Labour Day
		"2026-04-06": "2026-04-03", // Easter Monday: back to Good Friday
		"2026-05-14": "2026-05-13", // Ascension
		"2026-05-25": "2026-05-22", // Whit Monday
		"2027-01-01": "2026-12-31",
		"2026-12-25": "2026-12-24",
	} {
		got, other := Prudent(day(in))
		if !got.Equal(day(want)) || other != (in != want) {
			t.Errorf("%s: %v, %v", in, got, other)
		}
	}
}

// TestMasker: names of files hold the person in many ways; none is repeated.
func TestMasker(t *testing.T) {
	r := &Request{Identifiers: []Identifier{
		{Kind: "person_name", Family: "Lefèvre-Petit", Given: "Zoé", Birth: register.Date{Time: day("1980-01-31")}},
		{Kind: "phone_fr", Value: "06 12 34 56 78"},
		{Kind: "email", Value: "z.lefevre@example.org"},
	}}
	mask := r.Masker()
	for in, want := range map[string]string{
		"/rh/LEFEVREPETIT_zoe.pdf": "/rh/*_*.pdf",
		"/rh/lefèvre-petit.pdf":    "/rh/*.pdf",
		"/tel/06.12.34.56.78.txt":  "/tel/*.txt",
		"/tel/0612345678":          "/tel/*",
		"/né le 31-01-1980.txt":    "/né le *.txt",
		"/courriel/z.lefevre.msg":  "/courriel/z.*.msg",
		"/autre/dupont.pdf":        "/autre/dupont.pdf",
	} {
		if got := mask(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestReadRequest(t *testing.T) {
	head := "schema: recense/request\nversion: 1\nreference: D-1\nright: access\nreceived_on: 2026-01-31\n"
	for name, c := range map[string][2]string{
		"whole":               {head + "identifiers: [{kind: nir, value: x}]\n", ""},
		"no identifier":       {head, "identifiers: at least one is needed"},
		"unknown right":       {strings.Replace(head, "access", "oubli", 1) + "identifiers: [{kind: nir, value: x}]\n", "right: expected one of access"},
		"a name with a value": {head + "identifiers: [{kind: person_name, value: Confidentiel}]\n", "a name has family_name and given_name"},
		"an unknown field":    {head + "identifiers: [{kind: nir, valeur: Confidentiel}]\n", "unknown field"},
		"confirmed before":    {head + "identity_confirmed_on: 2026-01-30\nidentifiers: [{kind: nir, value: x}]\n", "is before the day of receipt"},
		"another schema":      {"schema: autre\n", "expected recense/request"},
	} {
		_, err := ReadRequest("demande.yaml", []byte(c[0]))
		switch {
		case c[1] == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c[1] != "" && (err == nil || !strings.Contains(err.Error(), c[1])):
			t.Errorf("%s: %v, want %s", name, err, c[1])
		case err != nil && strings.Contains(err.Error(), "Confidentiel"):
			t.Errorf("%s: the value is repeated: %v", name, err)
		}
	}
}

func TestStateOf(t *testing.T) {
	for _, c := range []struct {
		seen, hit bool
		status    sources.Status
		whole     bool
		want      string
	}{
		{true, true, sources.Partial, true, Present},
		{true, false, sources.Scanned, false, Absent},
		{true, false, sources.Partial, true, NotKnown},
		{true, false, sources.Encrypted, true, NotKnown},
		{false, false, "", true, Absent},
		{false, false, "", false, NotKnown},
	} {
		if got := StateOf(c.seen, c.hit, c.status, c.whole); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func FuzzMasker(f *testing.F) {
	f.Add("/rh/Martin.pdf", "Martin")
	f.Add("é\u0301x", "éx1")
	f.Fuzz(func(t *testing.T, path, name string) {
		r := &Request{Identifiers: []Identifier{{Kind: "email", Value: name}}}
		got := r.Masker()(path)
		if len(name) >= 3 && isPlain(name) && strings.Contains(strings.ToLower(got), strings.ToLower(name)) {
			t.Errorf("%q in %q", name, got)
		}
	})
}

func isPlain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7F || r < '0' || r > '9' && r < 'A' || r > 'Z' && r < 'a' || r > 'z' })
}
