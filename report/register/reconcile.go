package register

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"recense/detectors"
	"recense/report/inventory"
	"recense/report/taxonomy"
	"recense/scanner"
	"recense/sources"
)

// The statuses of a verdict.
const (
	OK        = "ok"
	Info      = "info"
	ToConfirm = "to_confirm"
	Gap       = "gap"
)

// Reconciler compares the locations of one run with a register. It is for one
// goroutine. Observe sees every location first, Assess gives the verdicts, Rest
// those about sources and processings.
type Reconciler struct {
	tax    *taxonomy.Taxonomy
	reg    *Register
	policy *Policy
	today  time.Time // civil day of the run
	run    time.Time

	// Previous tells what earlier runs know of a verdict, false for nothing; nil on
	// a first analysis.
	Previous func(id [16]byte) (Earlier, bool)

	// LastRead tells when the last complete run over a source began, zero for never; nil
	// when nobody knows.
	LastRead func(source string) time.Time

	found  map[pair]bool   // category of a processing that some location asserts
	unread map[string]bool // processings with a location that was not read whole
	seen   map[string]bool // processings with a location
	read   map[string]bool // sources that this run read
	copies map[string]string
	tokens map[string][]string // of texts that come again and again
	keeps  map[keepKey]*inventory.Keeping
	spare  []inventory.Verdict // room for the verdicts of the next location
}

// Earlier is what earlier runs know of a verdict.
type Earlier struct {
	First    time.Time
	Reopened bool // it was settled in between
}

type pair struct{ ref, category string }

// NewReconciler returns a reconciler for a run that began at start.
func NewReconciler(tax *taxonomy.Taxonomy, reg *Register, start time.Time) *Reconciler {
	return &Reconciler{
		tax: tax, reg: reg, policy: reg.PolicyInForce(), run: start, today: Day(start),
		found: map[pair]bool{}, unread: map[string]bool{}, seen: map[string]bool{}, read: map[string]bool{}, copies: map[string]string{}, tokens: map[string][]string{}, keeps: map[keepKey]*inventory.Keeping{},
	}
}

// Observe takes note of a location for the verdicts that need all of them.
func (r *Reconciler) Observe(l *inventory.Location) {
	r.read[l.Source] = true
	if r.reg.Witness(l) != nil {
		return
	}
	matching := r.reg.Match(l.Source, l.Path)
	whole := l.Status == sources.Scanned || l.Status == sources.Unchanged
	for _, m := range matching {
		ref := m.Processing.Ref
		r.seen[ref] = true
		if !whole {
			r.unread[ref] = true
		}
		for _, row := range l.Inventory {
			if row.Asserted {
				r.found[pair{ref, row.Category}] = true
			}
		}
	}
	if len(matching) > 0 && len(l.ContentID) > 0 {
		if id := string(l.ContentID); r.copies[id] == "" {
			r.copies[id] = matching[0].Processing.Ref
		}
	}
}

// place is one location being judged.
type place struct {
	*Reconciler
	l        *inventory.Location
	source   *RegisterSource
	matching []Matching
	facts    Facts
	best     map[string]detectors.Strength // of asserted categories
	rank     int                           // impact
	verdicts []inventory.Verdict
}

// Assess fills what only the register knows of a location: impact, processings,
// country, environment, persons concerned, and its verdicts, which are valid until the
// next call.
func (r *Reconciler) Assess(l *inventory.Location) {
	if r.reg.Witness(l) != nil {
		leaveOut(l)
		return
	}
	p := place{Reconciler: r, l: l, source: r.reg.Source(l.Source), matching: r.reg.Match(l.Source, l.Path), best: map[string]detectors.Strength{}, verdicts: r.spare[:0]}
	p.declare()
	p.facts = FactsOf(l)
	p.declaredFacts()
	SetImpact(r.tax, l, &p.facts)
	p.rank = int(l.ImpactRank)
	for _, row := range l.Inventory {
		if row.Asserted {
			p.best[row.Category] = max(p.best[row.Category], row.Strength)
		}
	}
	p.judge()
	p.subsume()
	for i := range p.verdicts {
		p.finish(&p.verdicts[i])
	}
	slices.SortStableFunc(p.verdicts, func(a, b inventory.Verdict) int {
		return cmp.Or(cmp.Compare(kindAt(a.Kind), kindAt(b.Kind)), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Rule, b.Rule))
	})
	l.Verdicts, r.spare = p.verdicts, p.verdicts
}

// Table returns the register as documents ask for it. id gives the identifier of
// a source: that of its empty path.
func (r *Reconciler) Table(id func(source string) scanner.ID) *inventory.Register {
	t := &inventory.Register{Digest: r.reg.SHA256, Earlier: r.Previous != nil, Rest: func() []inventory.Verdict { return r.Rest(id) }}
	if r.policy != nil {
		t.Policy = r.policy.SHA256
	}
	t.URIs = r.reg.Addresses()
	t.Decisions = map[string]inventory.Decision{}
	for _, e := range r.reg.Exceptions {
		t.Decisions[e.ID] = inventory.Decision{Reason: e.Reason, By: e.DecidedBy, Comment: e.Comment, Until: e.Until.Time}
	}
	for i := range r.reg.Processings {
		p := &r.reg.Processings[i]
		t.Processings = append(t.Processings, inventory.Processing{
			Ref: p.Ref, Name: p.Name, Owner: p.Owner, Purpose: p.MainPurpose, LegalBasis: p.LegalBasis, Declared: p.Declared,
			Medical: p.Medical, NIRAllowed: p.NIRAllowed, DPIADone: !p.DPIA.DoneOn.IsZero(),
		})
	}
	return t
}

// Cover marks a location whose path the general audience reads cut: that of a processing
// under medical secrecy, or of the fight against money laundering (F.3). It is for
// documents that compare places and need no verdict.
func (r *Register) Cover(l *inventory.Location) { cover(l, r.Match(l.Source, l.Path)) }

func cover(l *inventory.Location, matching []Matching) {
	for _, m := range matching {
		if m.Processing.Medical || slices.Contains(m.Processing.Declared, "aml") {
			l.Cut, l.Visible = true, m.Location.pattern.visible()
			return
		}
	}
}

// Addresses are what the register calls its sources, by name.
func (r *Register) Addresses() map[string]string {
	out := map[string]string{}
	for i := range r.Sources {
		out[r.Sources[i].ID] = r.Sources[i].URI
	}
	return out
}

// declare writes what the register says of the place.
func (p *place) declare() {
	cover(p.l, p.matching)
	if p.source != nil {
		p.l.Country = p.source.Country
		p.l.Environment = cmp.Or(p.source.Environment, "unknown")
		p.l.SourceKind = p.source.Kind
	}
	for _, m := range p.matching {
		p.l.Processings = append(p.l.Processings, m.Processing.Ref)
		for _, s := range m.Processing.Subjects {
			if !slices.Contains(p.l.Subjects, s) {
				p.l.Subjects = append(p.l.Subjects, s)
			}
		}
	}
}

func (p *place) declaredFacts() {
	f := &p.facts
	for _, m := range p.matching {
		f.DeclaredState = cmp.Or(f.DeclaredState, m.Processing.DeclaredState)
		f.EncryptionDeclared = f.EncryptionDeclared || m.Location.Encryption.Declared
		f.KeyElsewhere = f.KeyElsewhere || m.Location.Encryption.KeyElsewhere
	}
	f.CountryRefused = p.source != nil && p.source.Country != "" && !p.countryAllowed(p.source.Country) && !p.safeguarded(p.source.Country)
}

func (r *Reconciler) countryAllowed(country string) bool {
	if r.policy == nil {
		return r.inRegions(country, Texts{"EEA"})
	}
	allowed, some := r.policy.Locations.Allowed.Stated()
	if !some {
		allowed = Texts{"EEA"}
	}
	return r.inRegions(country, allowed) || r.policy.Locations.AdequateAllowed && slices.Contains(r.policy.Locations.Adequate, country)
}

func (r *Reconciler) inRegions(country string, names Texts) bool {
	return slices.ContainsFunc(names, func(n string) bool { return n == country || slices.Contains(r.tax.Regions[n], country) })
}

func (p *place) safeguarded(country string) bool {
	for _, m := range p.matching {
		for _, t := range m.Processing.Transfers {
			if t.Country == country && t.Safeguard != "" {
				return true
			}
		}
	}
	return false
}

// label returns the words of a category.
func (p *place) label(category string) [2]string {
	c := p.tax.Category(category)
	return [2]string{c.Label.FR, c.Label.EN}
}

// add gives a verdict its place, severity and messages. fields are names and
// values, a text or one per language.
func (p *place) add(v inventory.Verdict, fields ...any) {
	v.Location, v.URI = p.l.ID, p.l.URI
	if v.DaysOver == 0 && v.Limit.IsZero() {
		v.DaysOver = inventory.Unknown
	}
	if v.Limit.IsZero() {
		v.RecordsOver = inventory.Unknown
	}
	if v.Count == 0 {
		v.Count = inventory.Unknown
	}
	k := &kinds[kindAt(v.Kind)]
	p.severity(&v, k)
	message := k.Message
	if v.Status == ToConfirm && k.Softer.FR != "" {
		message = k.Softer
	}
	v.FR, v.EN = fill(message.FR, 0, fields), fill(message.EN, 1, fields)
	if v.Certainty == "" {
		v.Certainty = p.certain(v.Category)
	}
	p.verdicts = append(p.verdicts, v)
}

// fill writes the values of fields into a message, in the language lang of two.
func fill(message string, lang int, fields []any) string {
	if len(fields) == 0 {
		return message
	}
	var b strings.Builder
	b.Grow(len(message) + 32)
	for {
		from := strings.IndexByte(message, '{')
		to := strings.IndexByte(message, '}')
		if from < 0 || to < from {
			b.WriteString(message)
			return b.String()
		}
		b.WriteString(message[:from])
		b.WriteString(valueOf(message[from+1:to], lang, fields))
		message = message[to+1:]
	}
}

// valueOf returns the value of a field; one that is lacking stays in its braces.
func valueOf(name string, lang int, fields []any) string {
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i].(string) != name {
			continue
		}
		switch v := fields[i+1].(type) {
		case [2]string:
			return v[lang]
		case string:
			return v
		}
	}
	return "{" + name + "}"
}

// severity is the higher of the floor of the kind and the impact of the
// location; without an impact the floor, else modere.
func (p *place) severity(v *inventory.Verdict, k *Kind) {
	v.SeverityRank = NotAssessed
	if v.Kind == "declared" {
		return
	}
	rank := p.rank
	if rank < 0 {
		rank = p.tax.Level(cmp.Or(k.Floor, "modere")).Rank
	}
	if k.Floor != "" {
		rank = max(rank, p.tax.Level(k.Floor).Rank)
	}
	if k.Ceiling != "" {
		rank = min(rank, p.tax.Level(k.Ceiling).Rank)
	}
	if v.Severity != "" {
		rank = p.tax.Level(v.Severity).Rank
	}
	v.Severity, v.SeverityRank = p.tax.LevelAt(rank).ID, int8(rank)
}

// certain is the certainty of the best strength of a category, or of all.
func (p *place) certain(category string) string {
	best := detectors.Weak
	for _, row := range p.l.Inventory {
		if category == "" && row.Asserted || row.Category == category {
			best = max(best, row.Strength)
		}
	}
	switch best {
	case detectors.Verified:
		return Certain
	case detectors.Probable:
		return Probable
	}
	return Possible
}

// subsume drops the verdicts that others make superfluous (C.3).
func (p *place) subsume() {
	special, gaps := map[string]bool{}, map[string]bool{}
	nowhere := false
	for _, v := range p.verdicts {
		switch v.Kind {
		case "nir_outside_allowed_purposes", "medical_outside_perimeter", "health_undeclared":
			special[v.Category] = true
		case "undeclared_location":
			nowhere = true
		}
		if v.Status == Gap && v.Category != "" {
			gaps[v.Category] = true
		}
	}
	p.verdicts = slices.DeleteFunc(p.verdicts, func(v inventory.Verdict) bool {
		return v.Kind == "undeclared_category" && (nowhere || special[v.Category]) || v.Kind == "declared" && gaps[v.Category]
	})
}

// finish gives a verdict its identifier, exception, priority and state.
func (p *place) finish(v *inventory.Verdict) {
	v.ID = VerdictID(v.Location, v.Category, v.Kind, v.Rule)
	p.except(v)
	p.setState(v)
	v.Priority = inventory.Unknown
	if v.Status == Gap {
		v.Priority = p.priority(v)
	}
}

// VerdictID is stable between runs (B.3).
func VerdictID(location scanner.ID, category, kind, rule string) (id [16]byte) {
	var room [256]byte
	b := append(room[:0], location[:]...)
	for _, part := range [...]string{category, kind, rule} {
		b = append(append(b, 0), part...)
	}
	sum := sha256.Sum256(b)
	copy(id[:], sum[:])
	return id
}

func (p *place) except(v *inventory.Verdict) {
	for i := range p.reg.Exceptions {
		e := &p.reg.Exceptions[i]
		if e.VerdictID != "" && !strings.EqualFold(e.VerdictID, hex.EncodeToString(v.ID[:])) {
			continue
		}
		if e.VerdictID == "" && (e.Kind != "" && e.Kind != v.Kind || e.Location != nil && !p.covers(e.Location)) {
			continue
		}
		v.Exception, v.Decision, v.DueOn = e.ID, e.Decision, e.DueOn.Time
		ended := !e.Until.IsZero() && p.today.After(e.Until.Time)
		if (e.Decision == "accept" && !ended || e.Decision == "false_positive") && v.Status != OK {
			v.Status = Info
		}
		return
	}
}

func (r *Reconciler) setState(v *inventory.Verdict) {
	v.State, v.FirstSeen = "new", r.run
	if r.Previous == nil {
		return
	}
	if earlier, ok := r.Previous(v.ID); ok {
		v.State, v.FirstSeen = "persisting", earlier.First
		if earlier.Reopened {
			v.State = "reopened"
		}
	}
}

// priority is the order in which gaps are handled, 1 first (taxonomy, priority).
func (p *place) priority(v *inventory.Verdict) int8 {
	points := 0
	if len(p.matching) == 0 || v.Category != "" && p.declaredBy(v.Category) == nil {
		points++
	}
	if p.l.Access == "world" || p.l.Access == "everyone_authenticated" {
		points++
	}
	if p.Previous != nil && (v.State == "new" || v.State == "reopened") {
		points++
	}
	if p.l.Persons >= 1000 {
		points++
	}
	if v.Certainty == Certain {
		points++
	}
	priority := max(1, int8(4-points))
	if v.SeverityRank <= 1 {
		priority = max(priority, 3)
	}
	return priority
}
