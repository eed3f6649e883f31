// Package subject answers requests of data subjects (GDPR Art. 12 to 22;
// domain/register.md D.1): what was asked, by when it is due, where the person's data
// was found, and what is proposed for each place. It holds identifiers only while it
// searches; nothing that it writes repeats one.
package subject

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"recense/report/register"
	"recense/report/yamldoc"
)

// Rights that may be exercised.
var Rights = []string{"access", "rectification", "erasure", "restriction", "objection", "portability", "consent_withdrawal", "post_mortem_directives"}

var requesters = []string{"person", "legal_representative", "heir"}

// Kinds of identifiers that are searched for.
var kinds = []string{"nir", "nia", "email", "phone_fr", "phone_intl", "iban", "member_number", "contract_number", "person_name"}

// Request is the file of a request.
type Request struct {
	Schema      string        `yaml:"schema"` // recense/request
	Version     int           `yaml:"version"`
	Reference   string        `yaml:"reference"`
	Right       string        `yaml:"right"`
	Received    register.Date `yaml:"received_on"`
	Confirmed   register.Date `yaml:"identity_confirmed_on"` // where proof was asked
	Requester   string        `yaml:"requester"`
	Identifiers []Identifier  `yaml:"identifiers"`
}

// Identifier is what a person is searched by. A name is given in two parts, with the
// birth date when it is known.
type Identifier struct {
	Kind   string        `yaml:"kind"`
	Value  string        `yaml:"value"`
	Family string        `yaml:"family_name"`
	Given  string        `yaml:"given_name"`
	Birth  register.Date `yaml:"birth_date"`
}

// ReadRequest reads and checks a request. Problems name line and field, never a
// value.
func ReadRequest(name string, data []byte) (*Request, error) {
	r := &Request{}
	d, err := yamldoc.Read(name, data, r)
	if err != nil {
		return nil, err
	}
	if r.Schema != "recense/request" || r.Version != 1 {
		d.Wrong("expected recense/request, version 1", "schema")
		return nil, d.Err()
	}
	if r.Reference == "" {
		d.Wrong("is needed", "reference")
	}
	if !slices.Contains(Rights, r.Right) {
		d.Wrong("expected one of "+strings.Join(Rights, ", "), "right")
	}
	if r.Received.IsZero() {
		d.Wrong("is needed", "received_on")
	}
	if r.Confirmed.Before(r.Received.Time) && !r.Confirmed.IsZero() {
		d.Wrong("is before the day of receipt", "identity_confirmed_on")
	}
	if r.Requester != "" && !slices.Contains(requesters, r.Requester) {
		d.Wrong("expected one of "+strings.Join(requesters, ", "), "requester")
	}
	if len(r.Identifiers) == 0 {
		d.Wrong("at least one is needed", "identifiers")
	}
	for i := range r.Identifiers {
		r.Identifiers[i].check(d, i)
	}
	return r, d.Err()
}

func (x *Identifier) check(d *yamldoc.Document, i int) {
	switch {
	case !slices.Contains(kinds, x.Kind):
		d.Wrong("expected one of "+strings.Join(kinds, ", "), "identifiers", i, "kind")
	case x.Kind == "person_name" && (x.Family == "" || x.Given == "" || x.Value != ""):
		d.Wrong("a name has family_name and given_name, and no value", "identifiers", i)
	case x.Kind != "person_name" && (x.Value == "" || x.Family+x.Given != "" || !x.Birth.IsZero()):
		d.Wrong("expected kind and value", "identifiers", i)
	}
}

// Form is one way in which an identifier may stand in a file.
type Form struct {
	Kind string
	Text string
	// Identifier is the index of the identifier; Alone says that the form says little by
	// itself: a family name.
	Identifier int
	Alone      bool
}

// Forms returns what to search for.
func (r *Request) Forms() []Form {
	var out []Form
	for i, x := range r.Identifiers {
		if x.Kind != "person_name" {
			out = append(out, Form{x.Kind, x.Value, i, false})
			continue
		}
		out = append(out, Form{"person_name", x.Given + " " + x.Family, i, false}, Form{"person_name", x.Family + " " + x.Given, i, false}, Form{"person_name", x.Family, i, true})
		if !x.Birth.IsZero() {
			out = append(out, Form{"birth_date", x.Birth.Format("02/01/2006"), i, true})
		}
	}
	return out
}

// Masker returns what takes the identifiers of the request out of a text: names of
// files may hold what no detector recognises, a surname above all. Capitals, accents
// and marks between characters do not count.
func (r *Request) Masker() func(string) string {
	var words [][]rune
	add := func(s string) {
		var w []rune
		for _, c := range s {
			if f, ok := letter(c); ok {
				w = append(w, f)
			}
		}
		if len(w) >= 3 {
			words = append(words, w)
		}
	}
	for _, x := range r.Identifiers {
		add(x.Value)
		for _, name := range []string{x.Family, x.Given} {
			add(name)
			for _, part := range strings.FieldsFunc(name, func(r rune) bool { _, ok := letter(r); return !ok }) {
				add(part)
			}
		}
		if !x.Birth.IsZero() {
			add(x.Birth.Format("20060102"))
			add(x.Birth.Format("02012006"))
		}
		local, _, _ := strings.Cut(x.Value, "@")
		add(local)
	}
	return func(s string) string {
		for _, w := range words {
			s = maskWord([]rune(norm.NFC.String(s)), w)
		}
		return s
	}
}

// maskWord replaces each run of characters that spell w by a star.
func maskWord(s, w []rune) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if n := spells(s[i:], w); n > 0 {
			b.WriteByte('*')
			i += n
			continue
		}
		b.WriteRune(s[i])
		i++
	}
	return b.String()
}

// spells returns how many runes at the start of s spell w; 0 when they do not. One
// mark may stand between two characters, unless it parts folders.
func spells(s, w []rune) int {
	at, mark := 0, true
	for i, c := range s {
		f, ok := letter(c)
		switch {
		case !ok && (mark || c == '/'):
			return 0
		case !ok:
			mark = true
		case f != w[at]:
			return 0
		default:
			if at++; at == len(w) {
				return i + 1
			}
			mark = false
		}
	}
	return 0
}

// letter folds a letter or digit; false for anything else.
func letter(r rune) (rune, bool) {
	if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		return 0, false
	}
	for _, d := range norm.NFD.String(string(r)) {
		return unicode.ToLower(d), true
	}
	return r, true
}

// Delays are the days by which a request is due.
type Delays struct {
	Due, Extended time.Time // one month; three in all
}

// DelaysFrom counts calendar months from a day (Art. 12(3)); the day is clamped to the
// end of its month.
func DelaysFrom(day time.Time) Delays {
	return Delays{register.Period{Months: 1}.After(day), register.Period{Months: 3}.After(day)}
}

// Prudent returns the last working day on or before a day, and whether it is another.
func Prudent(day time.Time) (time.Time, bool) {
	d := day
	for !working(d) {
		d = d.AddDate(0, 0, -1)
	}
	return d, !d.Equal(day)
}

// working reports whether a day is one: not Saturday, Sunday or a public holiday of
// metropolitan France (Code du travail, art. L. 3133-1).
func working(d time.Time) bool {
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	switch fmt.Sprintf("%02d-%02d", d.Month(), d.Day()) {
	case "01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25":
		return false
	}
	e := easter(d.Year())
	for _, after := range []int{1, 39, 50} { // Easter Monday, Ascension, Whit Monday
		if d.Equal(e.AddDate(0, 0, after)) {
			return false
		}
	}
	return true
}

// easter returns Easter Sunday of the Gregorian calendar (the algorithm of Meeus,
// Jones and Butcher).
func easter(y int) time.Time {
	a, b, c := y%19, y/100, y%100
	d, e, f := b/4, b%4, (b+8)/25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(y, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

// readable writes a URI as a person reads it, so that nothing hides behind escapes.
func readable(uri string) string {
	if s, err := url.PathUnescape(uri); err == nil {
		return s
	}
	return uri
}
