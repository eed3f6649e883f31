// Package breach estimates what a breach of personal data reached (GDPR Art. 33 and
// 34; domain/register.md D.2), from the last inventory alone: the machine concerned may
// be out of reach. It says what is known, in the order of Art. 33(3), and what is not;
// the decision to notify stays with people.
package breach

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"recense/report/dossier"
	"recense/report/inventory"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/scanner"
	"recense/sources"
)

// Kinds of breaches.
var Kinds = []string{"confidentiality", "integrity", "availability"}

// Request says what was breached, and when the organisation became aware.
type Request struct {
	Reference string
	Kinds     []string
	Aware     time.Time
	Now       time.Time
	// The perimeter: sources, paths below a source ("source:/path"; without a source, of
	// any), and what accounts and groups could read. All empty: everything.
	Sources, Paths, Groups []string
	// Accounts, with the groups that each is known to belong to.
	Accounts map[string][]string
	Note     string // free text: measures taken
	Lang     string
}

// Impact adds up the locations of a perimeter. It is for one goroutine.
type Impact struct {
	req Request
	tax *taxonomy.Taxonomy
	reg *register.Register // nil: none

	locations, read        int64
	sources                map[string]string // date of the inventory
	countries              map[string]int64
	subjects               map[string]bool
	persons, minors        span
	categories             map[string]int64
	rank                   int8
	rules                  map[string]bool
	encrypted              int64
	scopes                 map[string]int64
	measures               map[string]bool
	unread, withoutRights  int64
	notListable            int64
	reasons                map[string]int64
	pending, withoutPerson int64
	rows                   [][]string
	left                   int
	places                 map[scanner.ID]bool // with personal data
	exact                  map[string]int64    // different values by detector; nil: no table
	coverage               []string

	reached map[string]bool // paths of the request with a location under them
	readers map[string]bool // groups and accounts that stand in the rights of a location
}

// span is what is known of a number of persons: at least the largest location, at
// most the sum of all.
type span struct{ largest, sum int64 }

func (s *span) add(n int64) {
	if n > 0 {
		s.largest, s.sum = max(s.largest, n), s.sum+n
	}
}

// maxRows bounds the locations that the dossier lists.
const maxRows = 5000

// New returns an empty impact. reg may be nil.
func New(req Request, tax *taxonomy.Taxonomy, reg *register.Register) *Impact {
	return &Impact{
		req: req, tax: tax, reg: reg, sources: map[string]string{}, countries: map[string]int64{}, subjects: map[string]bool{},
		categories: map[string]int64{}, rank: -1, rules: map[string]bool{}, scopes: map[string]int64{}, measures: map[string]bool{}, reasons: map[string]int64{},
		places: map[scanner.ID]bool{}, reached: map[string]bool{}, readers: map[string]bool{},
	}
}

// Places are the locations of the perimeter with personal data.
func (m *Impact) Places() map[scanner.ID]bool { return m.places }

// Exact takes the number of different values of each detector over all of Places: the
// union that a restricted table of keyed identifiers gives.
func (m *Impact) Exact(values map[string]int64) { m.exact = values }

// Run takes note of a run whose locations follow, for the sources given.
func (m *Impact) Run(run scanner.Run, from []string) {
	for _, s := range from {
		m.sources[s] = m.date(run.Started)
	}
	m.coverage = append(m.coverage, fmt.Sprintf("%s (%s) : %s", run.ID, m.date(run.Started), words.CoverageLine(m.lang(), &run)))
}

// Add takes a location, as the general audience may read it.
func (m *Impact) Add(l *inventory.Location) {
	m.note(l)
	if l.Status == sources.Excluded || !m.within(l) {
		return
	}
	if l.Status == sources.NotListable {
		m.notListable++
		return
	}
	m.locations++
	if l.Status != sources.Scanned && l.Status != sources.Unchanged {
		m.unread++
		m.reasons[words.Status(m.lang(), m.tax, l.Status, "")]++
	}
	if l.Status == sources.Encrypted {
		m.encrypted++
	}
	if l.Access == "unknown" {
		m.withoutRights++
	}
	m.scopes[l.Access]++
	m.countries[l.Country]++
	m.content(l)
}

// note remembers which names of the perimeter a location answers to.
func (m *Impact) note(l *inventory.Location) {
	for _, p := range m.req.Paths {
		if !m.reached[p] && under(l, p) {
			m.reached[p] = true
		}
	}
	if len(m.req.Groups)+len(m.req.Accounts) == 0 {
		return
	}
	for _, g := range l.Groups {
		m.readers[strings.TrimPrefix(g, "user:")] = true
	}
	if l.Owner != "" {
		m.readers[l.Owner] = true
	}
}

// Unknown is a name of a perimeter that the inventories do not have: its flag, and those
// they have in its place. A perimeter named wrongly would pass for one that holds nothing.
type Unknown struct {
	Flag, Name string
	Known      []string
}

// Unknown returns the names of the perimeter that none of the runs and locations given
// has. known tells which groups and accounts exist elsewhere: they could read nothing.
func (m *Impact) Unknown(known func(name string) bool) []Unknown {
	var out []Unknown
	for _, s := range m.req.Sources {
		if _, ok := m.sources[s]; !ok {
			out = append(out, Unknown{"--source", s, sorted(m.sources)})
		}
	}
	for _, p := range m.req.Paths {
		if m.reached[p] {
			continue
		}
		u := Unknown{Flag: "--path", Name: p}
		if source, _, ok := strings.Cut(p, ":"); ok && !strings.HasPrefix(p, "/") {
			if _, ok := m.sources[source]; !ok {
				u.Known = sorted(m.sources)
			}
		}
		out = append(out, u)
	}
	for _, g := range m.req.Groups {
		if !names(sorted(m.readers), g) && !known(g) {
			out = append(out, Unknown{"--group", g, sorted(m.readers)})
		}
	}
	for _, a := range sorted(m.req.Accounts) {
		if !names(sorted(m.readers), a) && !known(a) {
			out = append(out, Unknown{"--account", a, sorted(m.readers)})
		}
	}
	return out
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func (m *Impact) content(l *inventory.Location) {
	best := map[string]int64{} // the detectors of a category often see the same records
	for i := range l.Inventory {
		if r := &l.Inventory[i]; r.Asserted {
			best[r.Category] = max(best[r.Category], r.Matches)
		}
	}
	for c, n := range best {
		m.categories[c] += n
	}
	if len(best) == 0 {
		return
	}
	m.read++
	m.places[l.ID] = true
	m.persons.add(l.Persons)
	m.minors.add(l.Minors)
	if l.Persons <= 0 {
		m.withoutPerson++
	}
	for _, s := range l.Subjects {
		m.subjects[s] = true
	}
	for _, r := range l.ImpactRules {
		m.rules[r] = true
	}
	if l.ImpactRank < 0 {
		m.pending++
	}
	m.rank = max(m.rank, l.ImpactRank)
	m.declared(l)
	m.row(l, best)
}

// declared takes the measures that the register states for the processings there.
func (m *Impact) declared(l *inventory.Location) {
	if m.reg == nil {
		return
	}
	for _, ref := range l.Processings {
		if p := m.reg.Processing(ref); p != nil {
			for _, t := range slices.Concat(p.Security.Technical, p.Security.Organisational) {
				m.measures[t] = true
			}
		}
	}
}

func (m *Impact) row(l *inventory.Location, categories map[string]int64) {
	if len(m.rows) >= maxRows {
		m.left++
		return
	}
	var labels []string
	for i := range m.tax.Categories {
		if c := &m.tax.Categories[i]; categories[c.ID] > 0 {
			labels = append(labels, c.Label.In(m.lang()))
		}
	}
	persons := "—"
	if l.Persons > 0 {
		persons = fmt.Sprint(l.Persons)
	}
	m.rows = append(m.rows, []string{l.Source, l.URI, strings.Join(labels, " ; "), persons, m.level(l.ImpactRank), m.scope(l.Access), strings.Join(l.Processings, ", ")})
}

func (m *Impact) lang() string {
	if m.req.Lang == "en" {
		return "en"
	}
	return "fr"
}

func (m *Impact) say(fr, en string) string { return taxonomy.Words{FR: fr, EN: en}.In(m.lang()) }

func (m *Impact) level(rank int8) string {
	if l := m.tax.LevelAt(int(rank)); l != nil {
		return l.Label.In(m.lang())
	}
	return m.tax.Enums.NullImpact.Other.In(m.lang())
}

func (m *Impact) scope(id string) string {
	return taxonomy.Label(m.tax.Enums.AccessScope, id, m.lang())
}

func (m *Impact) date(t time.Time) string {
	if m.lang() == "en" {
		return register.Day(t).Format(time.DateOnly)
	}
	return register.Day(t).Format("02/01/2006")
}

// within reports whether a location is in the perimeter: in a source, under a path,
// or readable by an account or group.
func (m *Impact) within(l *inventory.Location) bool {
	r := &m.req
	if len(r.Sources)+len(r.Paths)+len(r.Groups)+len(r.Accounts) == 0 {
		return true
	}
	if slices.Contains(r.Sources, l.Source) || slices.ContainsFunc(r.Paths, func(p string) bool { return under(l, p) }) {
		return true
	}
	return m.readable(l)
}

func under(l *inventory.Location, prefix string) bool {
	if source, p, ok := strings.Cut(prefix, ":"); ok && !strings.HasPrefix(prefix, "/") {
		if source != l.Source {
			return false
		}
		prefix = p
	}
	path, prefix := "/"+strings.Trim(l.Path, "/"), "/"+strings.Trim(prefix, "/")
	return path == prefix || strings.HasPrefix(path, strings.TrimSuffix(prefix, "/")+"/") || strings.HasPrefix(path, prefix+"!/")
}

// readable reports whether an account or group of the request could read a location.
// Rights that were not read are no proof that they could not: those locations count.
func (m *Impact) readable(l *inventory.Location) bool {
	if len(m.req.Groups)+len(m.req.Accounts) == 0 {
		return false
	}
	switch l.Access {
	case "world", "everyone_authenticated", "unknown":
		return true
	}
	for _, g := range m.req.Groups {
		if names(l.Groups, g) {
			return true
		}
	}
	for account, groups := range m.req.Accounts {
		if strings.EqualFold(l.Owner, account) || names(l.Groups, "user:"+account) || slices.ContainsFunc(groups, func(g string) bool { return names(l.Groups, g) }) {
			return true
		}
	}
	return false
}

// names reports whether a list has a name, whatever its case: Windows knows none.
func names(list []string, name string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
}

// Deadline is when the authority must have been told at the latest: 72 elapsed hours
// after the organisation became aware (Art. 33(1)).
func Deadline(aware time.Time) time.Time { return aware.Add(72 * time.Hour) }

// Dossier returns the document.
func (m *Impact) Dossier() *dossier.Dossier {
	d := &dossier.Dossier{
		Title:  m.say("Violation de données : éléments d'appréciation", "Data breach: elements to judge it") + " — " + m.req.Reference,
		Marked: m.say("Diffusion restreinte DPO/RSSI", "Restricted to DPO and CISO"),
	}
	m.deadline(d)
	m.nature(d)
	m.people(d)
	m.records(d)
	m.contact(d)
	m.consequences(d)
	m.actions(d)
	m.others(d)
	m.limits(d)
	return d
}
