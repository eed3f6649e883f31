package excel

import (
	"cmp"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"recense/report/inventory"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/report/words"
)

// gaps are the sheets that need a register: what differs from it, and the views
// of NIR, health data, retention and access (domain/register.md E).
type gaps struct {
	book      *book
	gaps      *sheet
	processes *sheet
	nir       *sheet
	health    *sheet
	keeping   *sheet
	access    *sheet
	decisions *sheet
	changes   *changes // nil on a first analysis
	constats  map[string]string

	processings map[string]*inventory.Processing
	sums        map[string]*processingSum
	kept        []gapRow            // for the sheet of gaps, whose order is that of urgency
	decided     []inventory.Verdict // that a decision took out of the gaps
	left        int64               // rows beyond maxGaps
	order       int
	levels      [5]int64 // gaps by rank of severity
	priorities  [5]int64 // gaps by priority
	kinds       map[string]word
	status      map[string]word
	state       map[string]word
	certainty   map[string]word
	decision    map[string]word
}

// maxGaps bounds the gaps that a workbook lists, the most urgent first. A reader
// cannot use more; verdicts.arrow has all.
const maxGaps = 100_000

// gapRow is a verdict that waits for its place.
type gapRow struct {
	verdict  inventory.Verdict
	persons  int64
	priority int8 // best of its location
	location int  // in the order of the walk
}

// processingSum adds up the locations of a processing.
type processingSum struct {
	found     map[string]bool // asserted categories
	locations int64
	persons   int64
	rank      int8
	pending   int64 // locations without a level
}

var gapColumns = []column{
	{"Priorité", "Priority", 9, integer},
	{"Gravité", "Severity", 12, plain},
	{"Constat", "Finding", 24, wrapped},
	{"Catégorie", "Category", 24, wrapped},
	{"Emplacement", "Location", 50, wrapped},
	{"Traitement", "Processing", 12, plain},
	{"Responsable", "Owner", 20, wrapped},
	{"Personnes (est.)", "Persons (est.)", 11, integer},
	{"Certitude", "Certainty", 11, plain},
	{"Échéance dépassée de (jours)", "Days over", 11, integer},
	{"État", "State", 15, plain},
	{"Vu depuis le", "Seen since", 12, date},
	{"Message", "Message", 54, wrapped},
	{"Décision", "Decision", 16, plain},
	{"Échéance de traitement", "Due on", 12, date},
	{"Commentaire", "Comment", 22, wrapped},
}

var processingColumns = []column{
	{"Référence", "Reference", 11, plain},
	{"Traitement", "Processing", 28, wrapped},
	{"Responsable", "Owner", 22, wrapped},
	{"Finalité principale", "Main purpose", 32, wrapped},
	{"Base légale", "Legal basis", 20, wrapped},
	{"Catégories déclarées", "Declared categories", 40, wrapped},
	{"Catégories trouvées", "Categories found", 40, wrapped},
	{"Non déclarées", "Not declared", 30, wrapped},
	{"Déclarées non trouvées", "Declared, not found", 30, wrapped},
	{"Emplacements", "Locations", 14, integer},
	{"Personnes (est.)", "Persons (est.)", 11, integer},
	{"Niveau d'impact", "Impact level", 13, plain},
	{"AIPD", "DPIA", 16, plain},
}

var nirColumns = []column{
	{"Emplacement", "Location", 64, wrapped},
	{"Traitement", "Processing", 12, plain},
	{"Autorisé", "Allowed", 10, plain},
	{"NIR distincts", "Distinct NIR", 12, integer},
	{"Clés invalides", "Wrong keys", 12, integer},
	{"Accès", "Access", 28, plain},
	{"Groupes lecteurs", "Reading groups", 34, plain},
	{"Lecteurs (est.)", "Readers (est.)", 12, integer},
	{"Niveau d'impact", "Impact level", 18, plain},
}

var healthColumns = []column{
	{"Emplacement", "Location", 64, wrapped},
	{"Traitement", "Processing", 12, plain},
	{"Périmètre médical", "Medical perimeter", 12, plain},
	{"Occurrences", "Occurrences", 14, integer},
	{"Personnes (est.)", "Persons (est.)", 12, integer},
	{"Accès", "Access", 28, plain},
	{"Groupes lecteurs", "Reading groups", 34, plain},
	{"Lecteurs (est.)", "Readers (est.)", 12, integer},
	{"Niveau d'impact", "Impact level", 18, plain},
}

var keepingColumns = []column{
	{"Emplacement", "Location", 64, wrapped},
	{"Traitement", "Processing", 12, plain},
	{"Règle", "Rule", 28, plain},
	{"Durée", "Period", 12, plain},
	{"Point de départ", "Counted from", 44, wrapped},
	{"Base de calcul", "Worked out from", 34, plain},
	{"Date de départ", "Starting date", 14, date},
	{"Échéance", "Due on", 14, date},
	{"Jours de dépassement", "Days over", 14, integer},
	{"Enregistrements concernés", "Records concerned", 16, integer},
	{"Certitude", "Certainty", 12, plain},
	{"Action à mener", "What to do", 40, plain},
}

var accessColumns = []column{
	{"Emplacement", "Location", 64, wrapped},
	{"Accès", "Access", 28, plain},
	{"Origine des droits", "Rights read from", 22, plain},
	{"Groupes lecteurs", "Reading groups", 34, plain},
	{"Lecteurs (est.)", "Readers (est.)", 12, integer},
	{"Catégories protégées", "Protected categories", 50, wrapped},
	{"Personnes (est.)", "Persons (est.)", 12, integer},
	{"Niveau d'impact", "Impact level", 18, plain},
}

var decisionColumns = []column{
	{"Constat n°", "Finding no.", 36, plain},
	{"Constat", "Finding", 34, plain},
	{"Emplacement", "Location", 64, wrapped},
	{"Décision", "Decision", 24, plain},
	{"Motif", "Reason", 34, plain},
	{"Décidé par", "Decided by", 18, plain},
	{"Échéance de traitement", "Due on", 14, date},
	{"Fin de validité", "Valid until", 14, date},
	{"Commentaire", "Comment", 34, plain},
}

// newGaps makes the sheets that stand in front of the lists; nil without a
// register.
func (b *book) newGaps() *gaps {
	r := b.inv.Register()
	if r == nil {
		return nil
	}
	g := &gaps{
		book: b, gaps: b.sheet(b.say("Écarts", "Gaps"), gapColumns),
		processings: map[string]*inventory.Processing{}, sums: map[string]*processingSum{}, kinds: map[string]word{}, constats: map[string]string{},
		status: cells(b.tax.Enums.VerdictStatus, b.lang), state: cells(b.tax.Enums.VerdictState, b.lang),
		certainty: cells(b.tax.Enums.Certainty, b.lang), decision: cells(b.tax.Enums.Decision, b.lang),
	}
	for i := range r.Processings {
		p := &r.Processings[i]
		g.processings[p.Ref] = p
		g.sums[p.Ref] = &processingSum{found: map[string]bool{}, rank: -1, persons: inventory.Unknown}
	}
	for _, k := range register.Kinds() {
		g.kinds[k.ID] = newWord(k.Constat.In(b.lang), 0, b.lang)
		g.constats[k.ID] = k.Constat.In(b.lang)
	}
	return g
}

// views makes the sheets that stand behind the lists.
func (g *gaps) views() {
	if g == nil {
		return
	}
	b := g.book
	g.processes = b.sheet(b.say("Registre", "Register"), processingColumns)
	g.nir = b.sheet("NIR", nirColumns)
	g.health = b.sheet(b.say("Santé", "Health"), healthColumns)
	g.keeping = b.sheet(b.say("Conservation", "Retention"), keepingColumns)
	g.access = b.sheet(b.say("Accès trop larges", "Access too wide"), accessColumns)
}

// decide makes the sheet of decisions.
func (g *gaps) decide() {
	if g != nil {
		g.decisions = g.book.sheet(g.book.say("Décisions", "Decisions"), decisionColumns)
	}
}

// add takes a location.
func (g *gaps) add(l *inventory.Location) {
	if g == nil {
		return
	}
	g.order++
	best := int8(5)
	for i := range l.Verdicts {
		if p := l.Verdicts[i].Priority; p > 0 {
			best = min(best, p)
		}
	}
	for i := range l.Verdicts {
		g.verdict(&l.Verdicts[i], l.Persons, best)
	}
	g.sum(l)
}

// view takes a location, or a folder, for the views of NIR, health data and access.
func (g *gaps) view(l *inventory.Location) {
	if g == nil {
		return
	}
	g.nirRow(l)
	g.healthRow(l)
	g.accessRow(l)
}

// change tells a verdict that is new, back or settled.
func (g *gaps) change(v *inventory.Verdict) {
	if g.changes == nil || !g.book.inv.Register().Earlier || v.State == "persisting" || v.Status == register.OK {
		return
	}
	g.changes.verdict(v, taxonomy.Label(g.book.tax.Enums.VerdictState, v.State, g.book.lang), g.constats[v.Kind])
}

func (g *gaps) verdict(v *inventory.Verdict, persons int64, best int8) {
	g.change(v)
	switch v.Status {
	case register.Gap:
		g.levels[max(0, v.SeverityRank)]++
		g.priorities[v.Priority]++
	case register.ToConfirm:
	default:
		if v.Decision != "" && len(g.decided) < maxGaps {
			g.decided = append(g.decided, *v)
		}
		return
	}
	if strings.HasPrefix(v.Kind, "retention_") && !v.Limit.IsZero() || v.Kind == "consent_expired" {
		g.keepingRow(v)
	}
	g.kept = append(g.kept, gapRow{*v, persons, best, g.order})
	if len(g.kept) >= 2*maxGaps {
		g.shrink()
	}
}

// shrink keeps the most urgent rows.
func (g *gaps) shrink() {
	slices.SortStableFunc(g.kept, func(a, b gapRow) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(a.location, b.location))
	})
	if n := len(g.kept) - maxGaps; n > 0 {
		g.left += int64(n)
		g.kept = g.kept[:maxGaps]
	}
}

func (g *gaps) sum(l *inventory.Location) {
	for _, ref := range l.Processings {
		s := g.sums[ref]
		s.locations++
		s.persons = max(s.persons, l.Persons)
		s.rank = max(s.rank, l.ImpactRank)
		if l.ImpactRank < 0 {
			s.pending++
		}
		for i := range l.Inventory {
			if l.Inventory[i].Asserted {
				s.found[l.Inventory[i].Category] = true
			}
		}
	}
}

// of returns the rows of some categories at a location, added up.
func of(l *inventory.Location, categories ...string) (matches, rejected, distinct int64, found bool) {
	for i := range l.Inventory {
		r := &l.Inventory[i]
		if slices.Contains(categories, r.Category) && r.Asserted {
			matches, rejected, distinct, found = matches+r.Matches, rejected+r.Rejected, distinct+max(0, r.Distinct), true
		}
	}
	return matches, rejected, distinct, found
}

func (g *gaps) nirRow(l *inventory.Location) {
	_, rejected, distinct, found := of(l, "nir")
	if !found {
		return
	}
	t := g.nir
	t.text(l.URI)
	t.text(strings.Join(l.Processings, ", "))
	t.word(g.yes(g.some(l, func(p *inventory.Processing) bool { return p.NIRAllowed })))
	t.int(distinct)
	t.int(rejected)
	g.readers(t, l)
	t.word(g.book.words.impact(&l.LocationRow))
	t.end()
}

func (g *gaps) healthRow(l *inventory.Location) {
	matches, _, _, found := of(l, "benefits", "health", "medical")
	if !found {
		return
	}
	t := g.health
	t.text(l.URI)
	t.text(strings.Join(l.Processings, ", "))
	t.word(g.yes(g.some(l, func(p *inventory.Processing) bool { return p.Medical })))
	t.int(matches)
	t.int(l.Persons)
	g.readers(t, l)
	t.word(g.book.words.impact(&l.LocationRow))
	t.end()
}

// readers writes access, groups and readers.
func (g *gaps) readers(t *sheet, l *inventory.Location) {
	t.word(g.book.words.access[l.Access])
	t.text(strings.Join(l.Groups, ", "))
	t.int(l.Readers)
}

func (g *gaps) some(l *inventory.Location, is func(*inventory.Processing) bool) bool {
	return slices.ContainsFunc(l.Processings, func(ref string) bool { return is(g.processings[ref]) })
}

func (g *gaps) yes(b bool) word {
	if b {
		return g.book.words.box(g.book.say("oui", "yes"))
	}
	return g.book.words.box(g.book.say("non", "no"))
}

func (g *gaps) accessRow(l *inventory.Location) {
	if !slices.ContainsFunc(l.Verdicts, func(v inventory.Verdict) bool { return v.Kind == "world_readable_sensitive" }) {
		return
	}
	b := g.book
	var protected []string
	for i := range l.Inventory {
		c := l.Inventory[i].Category
		if l.Inventory[i].Asserted && !slices.Contains(protected, c) &&
			(b.tax.In(c, "@sensitive_any") || c == "bank_details" || c == "identity_document" || c == "credentials") {
			protected = append(protected, c)
		}
	}
	t := g.access
	t.text(l.URI)
	t.word(b.words.access[l.Access])
	t.word(b.words.box(taxonomy.Label(b.tax.Enums.AccessBasis, l.Basis, b.lang)))
	t.text(strings.Join(l.Groups, ", "))
	t.int(l.Readers)
	t.text(g.labels(protected))
	t.int(l.Persons)
	t.word(b.words.impact(&l.LocationRow))
	t.end()
}

func (g *gaps) labels(categories []string) string {
	out := make([]string, 0, len(categories))
	for _, c := range categories {
		out = append(out, g.book.tax.Category(c).Label.In(g.book.lang))
	}
	return strings.Join(out, " ; ")
}

func (g *gaps) keepingRow(v *inventory.Verdict) {
	t, b := g.keeping, g.book
	k := v.Keeping
	if k == nil {
		k = &inventory.Keeping{}
	}
	say := func(w [2]string) string { return b.say(w[0], w[1]) }
	t.text(v.URI)
	t.text(v.Processing)
	t.text(v.Rule)
	t.word(b.words.box(say(k.Duration)))
	t.text(say(k.Event))
	t.word(b.words.box(say(k.Basis)))
	t.time(day(v.Start))
	t.time(day(v.Limit))
	t.int(int64(v.DaysOver))
	t.int(v.RecordsOver)
	t.word(g.certainty[v.Certainty])
	action := say(k.Action)
	if v.Status == register.ToConfirm {
		action = b.say("Vérifier le point de départ, puis : ", "Check the starting point, then: ") + action
	}
	t.text(action)
	t.end()
}

// day moves a civil day, at midnight UTC, to noon, so that it is the same day in
// the zone of the workbook.
func day(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(12 * time.Hour)
}

// finish writes the sheets whose order needs everything.
func (g *gaps) finish() {
	if g == nil {
		return
	}
	for _, v := range g.book.inv.Register().Rest() {
		g.order++
		g.verdict(&v, inventory.Unknown, 5)
	}
	g.shrink()
	for i := range g.kept {
		g.gapRow(&g.kept[i])
		g.decisionRow(&g.kept[i].verdict)
	}
	for i := range g.decided {
		g.decisionRow(&g.decided[i])
	}
	r := g.book.inv.Register()
	for i := range r.Processings {
		g.processingRow(&r.Processings[i])
	}
}

func (g *gaps) gapRow(r *gapRow) {
	v, t, b := &r.verdict, g.gaps, g.book
	t.int(int64(v.Priority))
	t.word(b.words.levels[v.Severity])
	t.word(g.kinds[v.Kind])
	t.word(b.words.category[v.Category])
	t.text(v.URI)
	t.text(v.Processing)
	owner := ""
	if p := g.processings[v.Processing]; p != nil {
		owner = p.Owner
	}
	t.word(b.words.box(owner))
	t.int(r.persons)
	t.word(g.certainty[v.Certainty])
	t.int(int64(v.DaysOver))
	t.word(g.state[v.State])
	t.time(v.FirstSeen)
	t.text(b.say(v.FR, v.EN))
	t.word(g.decision[v.Decision])
	t.time(day(v.DueOn))
	t.text(b.inv.Register().Decisions[v.Exception].Comment)
	t.end()
}

func (g *gaps) decisionRow(v *inventory.Verdict) {
	t := g.decisions
	t.text(hex.EncodeToString(v.ID[:]))
	t.word(g.kinds[v.Kind])
	t.text(v.URI)
	d := g.book.inv.Register().Decisions[v.Exception]
	t.word(g.decision[v.Decision])
	t.text(d.Reason)
	t.text(d.By)
	t.time(day(v.DueOn))
	t.time(day(d.Until))
	t.text(d.Comment)
	t.end()
}

func (g *gaps) processingRow(p *inventory.Processing) {
	s, t, b := g.sums[p.Ref], g.processes, g.book
	var found, undeclared, missing []string
	for _, c := range b.tax.Categories {
		declared := slices.Contains(p.Declared, c.ID)
		switch {
		case s.found[c.ID] && !declared:
			undeclared = append(undeclared, c.ID)
		case !s.found[c.ID] && declared:
			missing = append(missing, c.ID)
		}
		if s.found[c.ID] {
			found = append(found, c.ID)
		}
	}
	t.text(p.Ref)
	t.text(p.Name)
	t.text(p.Owner)
	t.text(p.Purpose)
	t.text(strings.Join(words.LegalBases(b.lang, p.LegalBasis), " ; "))
	t.text(g.labels(p.Declared))
	t.text(g.labels(found))
	t.text(g.labels(undeclared))
	t.text(g.labels(missing))
	t.int(s.locations)
	t.int(s.persons)
	level := ""
	if l := b.tax.LevelAt(int(s.rank)); l != nil {
		level = l.ID
	}
	t.word(b.words.levels[level])
	dpia := ""
	switch {
	case p.DPIADone:
		dpia = b.say("faite", "done")
	case s.rank >= 3: // Important: a DPIA is required from there on (C.5)
		dpia = b.say("AIPD à prévoir", "DPIA to plan")
	}
	t.text(dpia)
	t.end()
}

// summary adds the figures of the comparison to the first sheet.
func (g *gaps) summary(count func(fr, en, key string, n int64), section func(fr, en string)) {
	if g == nil {
		return
	}
	b := g.book
	section("Écarts avec le registre, par priorité", "Gaps with the register, by priority")
	for p := 1; p <= 4; p++ {
		digit := string(rune('0' + p))
		count("Priorité "+digit, "Priority "+digit, "priority:"+digit, g.priorities[p])
	}
	section("Écarts avec le registre, par gravité", "Gaps with the register, by severity")
	for rank := len(g.levels) - 1; rank >= 0; rank-- {
		l := b.tax.LevelAt(rank)
		count(l.Label.FR, l.Label.EN, "severity:"+l.ID, g.levels[rank])
	}
	if g.left > 0 {
		count("Constats non listés ici (tous sont dans verdicts.arrow)", "Findings not listed here (verdicts.arrow has all)", "", g.left)
	}
}
