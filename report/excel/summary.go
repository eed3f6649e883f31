package excel

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"recense/report/inventory"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/scanner"
	"recense/sources"
)

// totals are what the sheets Synthèse and Couverture add up over all locations.
type totals struct {
	book       *book
	withData   int64 // locations with at least one asserted category
	maxPersons int64
	estimate   bool
	sources    map[string]*sourceTotal
	excluded   map[sources.Reason]*exclusion
	oldest     time.Time
	levels     [5]int64 // locations by rank of impact
}

type sourceTotal struct {
	scanner.Coverage
	oldest time.Time
}

type exclusion struct{ files, bytes int64 }

func newTotals(b *book) *totals {
	return &totals{
		book: b, maxPersons: inventory.Unknown,
		sources: map[string]*sourceTotal{}, excluded: map[sources.Reason]*exclusion{},
	}
}

func (t *totals) add(l *inventory.Location) {
	if slices.ContainsFunc(l.Inventory, func(r inventory.InventoryRow) bool { return r.Asserted }) {
		t.withData++
	}
	if l.Persons > t.maxPersons {
		t.maxPersons, t.estimate = l.Persons, l.PersonsEstimate
	}
	if l.ImpactRank >= 0 {
		t.levels[l.ImpactRank]++
	}
	t.cover(l)
}

func (t *totals) cover(l *inventory.Location) {
	s := t.sources[l.Source]
	if s == nil {
		s = &sourceTotal{}
		t.sources[l.Source] = s
	}
	s.Add(&scanner.Place{Status: l.Status, Detail: l.Detail, Files: l.Files, Read: l.Read})
	s.oldest, t.oldest = earlier(s.oldest, l.ReadAt), earlier(t.oldest, l.ReadAt)
	switch l.Status {
	case sources.Excluded, sources.PrivateMarked, sources.Offline:
		reason := cmp.Or(l.Detail, sources.Reason(l.Status))
		e := t.excluded[reason]
		if e == nil {
			e = &exclusion{}
			t.excluded[reason] = e
		}
		if l.Files > 0 {
			e.files, e.bytes = e.files+l.Files, e.bytes+l.Bytes
		} else {
			e.files, e.bytes = e.files+1, e.bytes+max(l.Size, 0)
		}
	}
}

// earlier returns the earlier of two instants, zero meaning none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

var summaryColumns = []column{
	{"Indicateur", "Indicator", 52, plain},
	{"Valeur", "Value", 84, wrapped},
	{"Variation depuis l'analyse précédente", "Variation since the last analysis", 22, plain},
}

func (b *book) summary(s *sheet, t *totals, g *gaps) {
	pair := func(fr, en, value string) {
		s.text(b.say(fr, en))
		s.text(value)
		s.end()
	}
	counted := func(fr, en, key string, n int64) {
		s.text(b.say(fr, en))
		s.int(n)
		s.text(b.variation(key, n))
		s.end()
	}
	count := func(fr, en string, n int64) { counted(fr, en, "", n) }
	section := func(fr, en string) {
		s.styled(b.styles.section, b.say(fr, en))
		s.styled(b.styles.section, " ")
		s.styled(b.styles.section, " ")
		s.end()
	}
	section("Analyse", "Analysis")
	pair("Identifiant", "Identifier", b.run.ID)
	pair("Début", "Started", b.when(b.run.Started))
	pair("Fin", "Ended", b.when(b.run.Ended))
	pair("État", "State", words.Outcome(b.lang, &b.run))
	count("Code de sortie", "Exit code", int64(b.run.ExitCode))
	pair("Sources analysées", "Sources analysed", b.targets())
	section("Couverture", "Coverage")
	pair("Équation de couverture", "Coverage equation", words.CoverageLine(b.lang, &b.run))
	pair("Réserve", "Reservation", words.NoProof(b.lang))
	pair("Hors périmètre", "Out of scope", words.OutOfScope(b.lang))
	pair("Dernière lecture réelle la plus ancienne", "Oldest real reading", b.when(t.oldest))
	pair("Volume lu", "Bytes read", words.Bytes(b.lang, b.run.Coverage.Bytes))
	section("Données trouvées", "Data found")
	discovered, _, _, _, _, _ := b.run.Coverage.Terms()
	counted("Emplacements découverts", "Locations discovered", "locations", discovered)
	counted("Emplacements avec des données personnelles", "Locations with personal data", "with_data", t.withData)
	s.text(b.say("Personnes (est.) du plus gros emplacement", "Persons (est.) of the largest location"))
	s.text(b.persons(t))
	s.text(b.variation("persons", t.maxPersons))
	s.end()
	g.summary(counted, section)
	section("Emplacements par niveau d'impact", "Locations by impact level")
	for rank := len(t.levels) - 1; rank >= 0; rank-- {
		l := b.tax.LevelAt(rank)
		count(l.Label.FR, l.Label.EN, t.levels[rank])
		discovered -= t.levels[rank]
	}
	count(b.tax.Enums.NullImpact.Other.FR, b.tax.Enums.NullImpact.Other.EN, discovered)
	b.byCategory(pair, count, section)
	section("Versions", "Versions")
	pair("Programme", "Program", product+" "+b.run.Version)
	pair("Empreinte des détecteurs", "Digest of the detectors", b.run.Engine)
	pair("Empreinte de la taxonomie", "Digest of the taxonomy", b.tax.SHA256)
}

// variation is how much a figure differs from that of the run before; "" when that is
// not known.
func (b *book) variation(key string, n int64) string {
	before, ok := b.in.Before[key]
	switch {
	case key == "" || !ok:
		return ""
	case n == before:
		return "="
	}
	return fmt.Sprintf("%+d", n-before)
}

// percent writes a fraction in the language of the workbook.
func (b *book) percent(f float64) string {
	if b.lang == "en" {
		return fmt.Sprintf("%.1f%%", 100*f)
	}
	return strings.Replace(fmt.Sprintf("%.1f %%", 100*f), ".", ",", 1)
}

// byCategory lists the categories, those in most locations first.
func (b *book) byCategory(pair func(fr, en, value string), count func(fr, en string, n int64), section func(fr, en string)) {
	section("Emplacements par catégorie", "Locations by category")
	some, hints := false, false
	for _, c := range b.inv.Totals() {
		if n := c.All(); n > 0 {
			count(c.Category.Label.FR, c.Category.Label.EN, n)
			some = true
		}
		hints = hints || c.Hints > 0
	}
	if !some {
		pair("Aucune catégorie", "No category", words.NoProof(b.lang))
	}
	if !hints {
		return
	}
	section("Indices à confirmer, par catégorie", "Evidence to confirm, by category")
	for _, c := range b.inv.Totals() {
		if c.Hints > 0 {
			count(c.Category.Label.FR, c.Category.Label.EN, c.Hints)
		}
	}
}

func (b *book) persons(t *totals) string {
	if t.maxPersons < 0 {
		return b.say("non déterminé", "not determined")
	}
	n := strconv.FormatInt(t.maxPersons, 10)
	if t.estimate {
		return b.say("environ ", "about ") + n
	}
	return n
}

func (b *book) targets() string {
	var uris []string
	for _, t := range b.run.Targets {
		uris = append(uris, t.Source+" ("+t.URI+")")
	}
	return strings.Join(uris, ", ")
}

func (b *book) when(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(b.zone).Format("02/01/2006 15:04:05")
}

var coverageColumns = []column{
	{"Source", "Source", 40, plain},
	{"Découverts", "Discovered", 13, integer},
	{"Analysés", "Analysed", 13, integer},
	{"Inchangés", "Unchanged", 13, integer},
	{"Échantillonnés", "Sampled", 17, integer},
	{"Exclus", "Excluded", 13, integer},
	{"En échec", "Failed", 13, integer},
	{"Dossiers non listables", "Folders not listable", 13, integer},
	{"Octets lus", "Bytes read", 14, size},
	{"Écart de dénombrement", "Counting difference", 18, plain},
	{"Dernière lecture réelle", "Last real reading", 17, instant},
}

func (b *book) coverage(s *sheet, t *totals) {
	var gaps map[string]float64
	if b.in.Counted != nil {
		gaps = b.in.Counted()
	}
	for _, id := range slices.Sorted(maps.Keys(t.sources)) {
		s.text(id)
		b.terms(s, &t.sources[id].Coverage)
		if gap, ok := gaps[id]; ok {
			s.text(b.percent(gap))
		} else {
			s.empty()
		}
		s.time(t.sources[id].oldest)
		s.end()
	}
	s.styled(b.styles.total, b.say("Total", "Total"))
	b.terms(s, &b.run.Coverage)
	s.end()
	b.block(s, words.CoverageLine(b.lang, &b.run), words.NoProof(b.lang), words.OutOfScope(b.lang))
	b.exclusions(s, t)
	var limits []string
	for _, l := range b.run.Limits {
		limits = append(limits, words.Reason(b.lang, b.tax, sources.Reason(l)))
	}
	b.codes(s, b.say("Limites atteintes", "Limits reached"), limits)
	var notes []string
	for _, n := range b.run.Notes {
		notes = append(notes, words.Note(b.lang, n))
	}
	b.codes(s, b.say("À savoir", "To be known"), notes)
	var failures []string
	for _, f := range b.run.Failures {
		failures = append(failures, f.Source+" : "+words.Reason(b.lang, b.tax, f.Reason))
	}
	b.codes(s, b.say("Sources non analysées", "Sources not analysed"), failures)
}

func (b *book) terms(s *sheet, c *scanner.Coverage) {
	discovered, analysed, unchanged, sampled, excluded, failed := c.Terms()
	for _, n := range []int64{discovered, analysed, unchanged, sampled, excluded, failed, c.NotListable, c.Bytes} {
		s.int(n)
	}
}

// block writes lines of text below a blank row.
func (b *book) block(s *sheet, lines ...string) {
	s.end()
	for _, line := range lines {
		s.text(line)
		s.end()
	}
}

func (b *book) exclusions(s *sheet, t *totals) {
	s.end()
	for _, h := range [][2]string{{"Exclusions : motif", "Exclusions: reason"}, {"Auteur", "Author"}, {"Fichiers", "Files"}, {"Octets", "Bytes"}} {
		s.styled(b.styles.section, b.say(h[0], h[1]))
	}
	s.end()
	for _, r := range slices.Sorted(maps.Keys(t.excluded)) {
		text := words.Reason(b.lang, b.tax, r)
		if label := taxonomy.Label(b.tax.Enums.Coverage, string(r), b.lang); label != string(r) {
			text = label
		}
		s.text(text)
		if r == sources.ByPattern {
			s.text(cmp.Or(b.in.Author, b.say("non conservé", "not kept")))
		} else {
			s.text(b.say("par défaut", "by default"))
		}
		s.int(t.excluded[r].files)
		s.styledInt(b.styles.formats[size], t.excluded[r].bytes)
		s.end()
	}
	if len(t.excluded) == 0 {
		s.text(b.say("Aucune exclusion", "No exclusion"))
		s.end()
	}
}

// codes writes a list of fixed codes or sentences under a title.
func (b *book) codes(s *sheet, title string, lines []string) {
	s.end()
	s.styled(b.styles.section, title)
	s.end()
	for _, line := range lines {
		s.text(line)
		s.end()
	}
	if len(lines) == 0 {
		s.text(b.say("Néant", "None"))
		s.end()
	}
}

var legendColumns = []column{
	{"Rubrique", "Section", 28, plain},
	{"Terme", "Term", 44, wrapped},
	{"Signification", "Meaning", 110, wrapped},
}

func (b *book) legend(s *sheet, c *checks) {
	line := func(section, term, meaning string) {
		s.text(section)
		s.text(term)
		s.text(meaning)
		s.end()
	}
	level := b.say("Niveau d'impact", "Impact level")
	for _, l := range b.tax.Scale.Levels {
		s.text(level)
		s.styled(b.styles.level[l.Rank], l.Label.In(b.lang))
		s.text(b.say(l.DefinitionFR, l.DefinitionEN))
		s.end()
	}
	line(level, b.tax.Enums.NullImpact.Other.In(b.lang), b.say(
		"Le contenu n'a pas été lu : aucun niveau ; ne signifie pas « Inexistant ».", "The content was not read: no level; it does not mean \"None\"."))
	b.legendRules(line)
	line(level, b.say("Priorité", "Priority"), b.say(b.tax.Priority.LegendFR, b.tax.Priority.LegendEN))
	proof := b.say("Niveau de preuve", "Evidence level")
	for i, v := range b.tax.Enums.Strength {
		line(proof, v.Label.In(b.lang), b.say(proofs[min(i, 2)][0], proofs[min(i, 2)][1]))
	}
	b.legendFields(line)
	for _, c := range b.tax.Categories {
		line(b.say("Catégorie", "Category"), c.Label.In(b.lang), b.say(c.ExamplesFR, c.ID))
	}
	for _, d := range b.tax.Detectors {
		if b.inv.Detector(string(d.ID)) == nil {
			continue
		}
		text := string(d.ID) + " → " + b.tax.Category(d.Category).Label.In(b.lang)
		if m := words.Measured(b.lang, string(d.ID)); m != "" {
			text += " ; " + m
		}
		if rate := c.rate(string(d.ID)); rate != "" {
			text += b.say(" ; taux de confirmation ", "; rate of confirmation ") + rate
		}
		line(b.say("Détecteur", "Detector"), b.title(string(d.ID)), text)
	}
	line(b.say("Détecteur", "Detector"), b.say("Mesure", "Measure"), words.MeasuredWhen(b.lang))
	if b.inv.Register() != nil {
		for _, k := range register.Kinds() {
			line(b.say("Constat", "Finding"), k.Constat.In(b.lang), blanks(k.Message.In(b.lang)))
		}
	}
	for _, v := range b.tax.Enums.Coverage {
		line(b.say("Statut", "Status"), words.Status(b.lang, b.tax, sources.Status(v.ID), "…"), v.ID)
	}
	limits := b.say("Limites", "Limits")
	line(limits, b.say("Noms dans les chemins", "Names in paths"), b.say(
		"Les identifiants contrôlés ou probables d'un chemin sont remplacés par leur type ([NIR], [EMAIL]…). Un nom de famille seul dans un nom de fichier n'est pas reconnu de façon fiable.",
		"Checked or probable identifiers in a path are replaced by their kind ([NIR], [EMAIL]…). A bare surname in a file name is not reliably recognised."))
	line(limits, b.say("Détail réservé", "Reserved detail"), b.say(
		"Le détail des données de santé et des dossiers LCB-FT n'est écrit que dans les documents de leurs lecteurs habilités.",
		"The detail of health data and of anti-money-laundering files is written only in the documents of their authorised readers."))
	line(limits, b.say("Couverture", "Coverage"), words.CoverageLine(b.lang, &b.run)+" "+words.NoProof(b.lang))
}

// blanks writes a message of a verdict with … in place of what each fills in.
func blanks(message string) string {
	for {
		from := strings.IndexByte(message, '{')
		to := strings.IndexByte(message, '}')
		if from < 0 || to < from {
			return message
		}
		message = message[:from] + "…" + message[to+1:]
	}
}

// legendRules says what the ids in the column of rules mean.
func (b *book) legendRules(line func(section, term, meaning string)) {
	rule := b.say("Règle d'impact", "Impact rule")
	for _, r := range b.tax.Impact.Floors {
		line(rule, r.ID, b.say(r.WhyFR, r.WhyEN)+" → "+b.tax.Level(r.Level).Label.In(b.lang))
	}
	for _, r := range b.tax.Impact.Reductions {
		line(rule, r.ID, b.say(r.WhyFR, r.WhyEN))
	}
	for _, r := range b.tax.Impact.Modifiers.Rules {
		why := b.say(r.WhyFR, r.WhyEN)
		for _, tier := range r.Tiers {
			why = strings.TrimPrefix(why+" ; "+b.say(tier.WhyFR, tier.WhyEN), " ; ")
		}
		line(rule, r.ID, why)
	}
}

var proofs = [3][2]string{
	{"Clé de contrôle ou référentiel vérifié ; pour un nombre, confirmé par un mot, le nom ou le contenu du champ.", "Check digit or reference list verified; for a number, confirmed by a word, the name or the content of its field."},
	{"Format reconnu et confirmé par un mot voisin, le nom ou le contenu du champ.", "Form recognised and confirmed by a word nearby, the name or the content of its field."},
	{"Format ou mots seuls : insuffisant à lui seul.", "Form or words alone: not sufficient by itself."},
}

func (b *book) legendFields(line func(section, term, meaning string)) {
	field := b.say("Constat (Champs)", "Finding (Fields)")
	line(field, b.say("Champ de ce type", "Field of this kind"), b.say(
		"Au moins 60 % d'au moins 8 valeurs distinctes sont de ce type (davantage pour les formes que le hasard imite), ou le nom du champ le dit.",
		"At least 60 % of at least 8 distinct values are of this kind (more for forms that chance imitates), or the name of the field says so."))
	line(field, b.say("En contient", "Contains some"), b.say(
		"Le champ ou le texte contient des données de ce type sans y être consacré.",
		"The field or text holds data of this kind among others."))
}
