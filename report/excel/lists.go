package excel

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"recense/detectors"
	"recense/report/inventory"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/scanner"
	"recense/sources"
)

// lists are the sheets with a row for each location or detection.
type lists struct {
	book                                   *book
	inventory, elements, locations, failed *sheet
}

var inventoryColumns = []column{
	{"Source", "Source", 18, plain},
	{"Emplacement", "Location", 64, wrapped},
	{"Catégorie", "Category", 42, plain},
	{"Détecteur", "Detector", 34, plain},
	{"Niveau de preuve", "Evidence level", 26, plain},
	{"Occurrences", "Occurrences", 14, integer},
	{"Candidats écartés (clé fausse)", "Candidates refused (wrong key)", 18, integer},
	{"Valeurs distinctes", "Distinct values", 12, integer},
	{"Champs concernés", "Fields concerned", 40, plain},
	{"Plus ancienne date", "Oldest date", 14, date},
	{"Plus récente date", "Newest date", 14, date},
	{"Niveau d'impact", "Impact level", 26, plain},
	{"Règles", "Rules", 16, plain},
}

var elementColumns = []column{
	{"Source", "Source", 18, plain},
	{"Emplacement", "Location", 64, wrapped},
	{"Champ", "Field", 34, plain},
	{"Détecteur", "Detector", 34, plain},
	{"Constat", "Finding", 20, plain},
	{"Niveau de preuve", "Evidence level", 26, plain},
	{"Preuves", "Evidence", 44, plain},
	{"Valeurs", "Values", 12, integer},
	{"Occurrences", "Occurrences", 14, integer},
	{"Candidats écartés (clé fausse)", "Candidates refused (wrong key)", 18, integer},
	{"Valeurs distinctes", "Distinct values", 12, integer},
	{"Part des valeurs", "Share of values", 11, percent},
	{"Au plus", "At most", 12, integer},
	{"Liées à une personne", "Beside a person", 12, integer},
	{"Lecture", "Reading", 60, plain},
}

var locationColumns = []column{
	{"Source", "Source", 18, plain},
	{"Emplacement", "Location", 64, wrapped},
	{"Type", "Type", 16, plain},
	{"Taille", "Size", 12, size},
	{"Enregistrements", "Records", 18, integer},
	{"Modifié le", "Modified on", 13, date},
	{"Propriétaire", "Owner", 18, plain},
	{"Accès", "Access", 28, plain},
	{"Pays", "Country", 8, plain},
	{"Environnement", "Environment", 18, plain},
	{"Personnes (est.)", "Persons (est.)", 12, integer},
	{"Mineurs", "Minors", 10, integer},
	{"Niveau d'impact", "Impact level", 26, plain},
	{"Traitements", "Processings", 20, plain},
	{"Statut", "Status", 26, plain},
	{"Signalements", "Flags", 30, plain},
	{"Dernière lecture réelle", "Last real reading", 17, instant},
}

var failedColumns = []column{
	{"Emplacement", "Location", 72, wrapped},
	{"Statut", "Status", 34, plain},
	{"Motif", "Reason", 44, plain},
	{"Taille", "Size", 12, size},
	{"Traitement", "Processing", 20, plain},
	{"Dernière lecture réelle", "Last real reading", 17, instant},
}

func (b *book) newLists() *lists {
	l := &lists{book: b, inventory: b.sheet(b.say("Inventaire", "Inventory"), inventoryColumns)}
	if !b.folds {
		l.elements = b.sheet(b.say("Champs", "Fields"), elementColumns)
	}
	l.locations = b.sheet(b.say("Emplacements", "Locations"), locationColumns)
	return l
}

// add writes the rows of a location.
func (s *lists) add(l *inventory.Location) {
	s.locationRow(l)
	for i := range l.Inventory {
		s.inventoryRow(l, &l.Inventory[i])
	}
	for i := range l.Elements {
		if l.Elements[i].Matches > 0 && s.elements != nil {
			s.elementRow(l, &l.Elements[i])
		}
	}
	if !wholly(l) {
		s.failedRow(l)
	}
}

// wholly reports whether a location was read as it was meant to.
func wholly(l *inventory.Location) bool {
	return l.Status == sources.Scanned || l.Status == sources.Unchanged || l.Status == sources.Sampled
}

func (s *lists) locationRow(l *inventory.Location) {
	w, t := &s.book.words, s.locations
	t.word(w.box(l.Source))
	t.text(l.URI)
	t.word(w.box(s.mediaType(l)))
	t.int(l.Size)
	t.int(l.Records)
	t.time(l.Modified)
	t.word(w.box(l.Owner))
	t.word(w.access[l.Access])
	t.word(w.box(l.Country))
	t.word(w.environment[l.Environment])
	t.int(l.Persons)
	t.int(l.Minors)
	t.word(w.impact(&l.LocationRow))
	t.text(strings.Join(l.Processings, ", "))
	t.word(w.box(s.status(l)))
	t.text(s.remarks(l))
	t.time(l.ReadAt)
	t.end()
}

// mediaType names the format that read a location, or what it is.
func (s *lists) mediaType(l *inventory.Location) string {
	switch l.MediaType {
	case "application/x-empty":
		return s.book.say("Vide", "Empty")
	case "inode/directory":
		return s.book.say("Dossier", "Folder")
	}
	return cmp.Or(strings.ToUpper(l.Format), l.MediaType)
}

func (s *lists) inventoryRow(l *inventory.Location, r *inventory.InventoryRow) {
	w, t := &s.book.words, s.inventory
	t.word(w.box(l.Source))
	t.text(l.URI)
	t.word(w.category[r.Category])
	t.word(w.detector(r.Detector))
	t.word(w.strength[r.Strength])
	t.int(r.Matches)
	t.int(r.Rejected)
	t.int(r.Distinct)
	if s.book.inv.ReservedTo(r.Detector) != nil {
		t.word(w.reserved)
	} else {
		t.text(names(r.Elements, int(r.ElementCount), s.book.lang))
	}
	t.time(r.Oldest)
	t.time(r.Newest)
	t.word(w.impact(&l.LocationRow))
	t.text(strings.Join(l.ImpactRules, " "))
	t.end()
}

// names joins the names of elements and says when there are more of them.
func names(elements []string, count int, lang string) string {
	s := strings.Join(elements, ", ")
	if more := count - len(elements); more > 0 && len(elements) > 0 {
		if lang == "en" {
			return s + "… (" + strconv.Itoa(more) + " more)"
		}
		return s + "… (" + strconv.Itoa(more) + " de plus)"
	}
	return s
}

func (s *lists) elementRow(l *inventory.Location, r *inventory.ElementRow) {
	w, t := &s.book.words, s.elements
	t.word(w.box(l.Source))
	t.text(l.URI)
	if s.book.inv.ReservedTo(r.Detector) != nil {
		t.word(w.reserved)
	} else {
		t.text(r.Name)
	}
	t.word(w.detector(r.Detector))
	t.word(w.verdict[r.Verdict])
	t.word(w.strength[r.Strength])
	t.word(w.evidence(r.Evidence))
	t.int(r.Values)
	t.int(r.Matches)
	t.int(r.Rejected)
	t.int(r.Distinct)
	t.fraction(r.Share)
	t.int(r.AtMost)
	t.int(r.Linked)
	t.text(s.reading(r))
	t.end()
}

// reading says in words what the column is or contains, and from what.
func (s *lists) reading(r *inventory.ElementRow) string {
	en := s.book.lang == "en"
	var text string
	switch {
	case r.Verdict == inventory.Is && r.Sampled > 0:
		format := "La colonne est de ce type : %.0f %% de %d valeurs distinctes"
		if en {
			format = "The column is of this kind: %.0f%% of %d distinct values"
		}
		text = fmt.Sprintf(format, 100*r.Share, r.Sampled)
	case r.Verdict == inventory.Contains && r.Values > 0:
		format := "Occurrences isolées parmi %d valeurs : %d, au plus %d"
		if en {
			format = "Single occurrences among %d values: %d, at most %d"
		}
		text = fmt.Sprintf(format, r.Values, r.Matches, r.AtMost)
	}
	if r.Missed > 0 {
		format := " ; échantillon : au plus %d autres lignes (à 95 %%)"
		if en {
			format = "; sample: at most %d more rows (at 95%%)"
		}
		text += fmt.Sprintf(format, r.Missed)
	}
	if r.Repaired > 0 {
		format := " ; %d valeurs abîmées par un tableur (zéros de tête perdus, dates en nombre de jours)"
		if en {
			format = "; %d values damaged by a spreadsheet (leading zeros lost, dates as days)"
		}
		text += fmt.Sprintf(format, r.Repaired)
	}
	return text
}

func (s *lists) failedRow(l *inventory.Location) {
	w, t := &s.book.words, s.failed
	t.text(l.URI)
	t.word(w.box(s.status(l)))
	t.text(s.reasons(l))
	t.int(l.Size)
	t.text(strings.Join(l.Processings, ", "))
	t.time(l.ReadAt)
	t.end()
}

func (s *lists) status(l *inventory.Location) string {
	b := s.book
	if l.Status != sources.Unchanged {
		return b.words.status[l.Status]
	}
	return words.Status(b.lang, b.tax, l.Status, l.ReadAt.In(b.zone).Format("02/01/2006"))
}

// reasons are the detail of the status, then the parts not read with their
// number; of an excluded folder, how many files it holds.
func (s *lists) reasons(l *inventory.Location) string {
	b := s.book
	var parts []string
	if l.Detail != "" && !skipped(l.Skips, l.Detail) {
		parts = append(parts, words.Reason(b.lang, b.tax, l.Detail))
	}
	for _, k := range l.Skips {
		text := words.Reason(b.lang, b.tax, k.Reason)
		if k.Count > 1 {
			text += " × " + strconv.FormatInt(k.Count, 10)
		}
		parts = append(parts, text)
	}
	if l.Files > 0 {
		parts = append(parts, strconv.FormatInt(l.Files, 10)+b.say(" fichier(s)", " file(s)"))
	}
	return strings.Join(parts, " ; ")
}

func skipped(skips []scanner.Skip, r sources.Reason) bool {
	for _, k := range skips {
		if k.Reason == r {
			return true
		}
	}
	return false
}

// remarks are the flags of a location, and how it was sampled.
func (s *lists) remarks(l *inventory.Location) string {
	text := s.flags(l.Flags)
	if l.Sampling.Method == "" {
		return text
	}
	return strings.TrimSpace(text + " " + words.Sampled(s.book.lang, l.Sample()))
}

func (s *lists) flags(flags []string) string {
	if len(flags) == 0 {
		return ""
	}
	out := make([]string, len(flags))
	for i, f := range flags {
		out[i] = taxonomy.Label(s.book.tax.Enums.Flags, f, s.book.lang)
	}
	return strings.Join(out, " ")
}

// vocabulary holds the words of enumerated values as cells, made once: a sheet
// repeats them a million times.
type vocabulary struct {
	book        *book
	access      map[string]word
	environment map[string]word
	category    map[string]word
	status      map[sources.Status]string
	detectors   map[string]word
	strength    [4]word
	verdict     map[string]word
	evidences   map[detectors.Evidence]word
	levels      map[string]word
	boxed       map[string]word
	notRead     word
	notAssessed word
	reserved    word
}

func newVocabulary(b *book) vocabulary {
	v := vocabulary{
		book: b, access: cells(b.tax.Enums.AccessScope, b.lang), environment: cells(b.tax.Enums.Environment, b.lang),
		category: map[string]word{}, status: map[sources.Status]string{}, detectors: map[string]word{},
		evidences: map[detectors.Evidence]word{}, levels: map[string]word{},
		verdict: map[string]word{
			inventory.Is:       newWord(b.say("Champ de ce type", "Field of this kind"), 0, b.lang),
			inventory.Contains: newWord(b.say("En contient", "Contains some"), 0, b.lang),
		},
		notRead:     newWord(b.tax.Enums.NullImpact.Label.In(b.lang), b.styles.muted, b.lang),
		notAssessed: newWord(b.tax.Enums.NullImpact.Other.In(b.lang), b.styles.muted, b.lang),
		reserved:    newWord(b.say("détail réservé", "reserved detail"), b.styles.muted, b.lang),
	}
	v.boxed = map[string]word{"": {}}
	for _, c := range b.tax.Categories {
		v.category[c.ID] = newWord(c.Label.In(b.lang), 0, b.lang)
	}
	for _, s := range b.tax.Enums.Coverage {
		st := sources.Status(s.ID)
		if s.ID == sources.Scanned.String() {
			st = sources.Scanned
		}
		v.status[st] = words.Status(b.lang, b.tax, sources.Status(s.ID), "")
	}
	for s := detectors.Possible; s <= detectors.Verified; s++ {
		v.strength[s] = newWord(taxonomy.Label(b.tax.Enums.Strength, s.String(), b.lang), b.styles.strength[s], b.lang)
	}
	for _, l := range b.tax.Scale.Levels {
		v.levels[l.ID] = newWord(l.Label.In(b.lang), b.styles.level[l.Rank], b.lang)
	}
	return v
}

// box returns a text that many rows repeat as a cell. Owners and the like are
// few; when they are not, the table of them does not grow.
func (v *vocabulary) box(text string) word {
	if c, ok := v.boxed[text]; ok {
		return c
	}
	c := newWord(text, 0, v.book.lang)
	if len(v.boxed) < 4096 {
		v.boxed[text] = c
	}
	return c
}

func cells(values []taxonomy.Value, lang string) map[string]word {
	m := map[string]word{}
	for _, e := range values {
		m[e.ID] = newWord(e.Label.In(lang), 0, lang)
	}
	return m
}

// impact returns the level of a location, or why there is none.
func (v *vocabulary) impact(l *inventory.LocationRow) word {
	if c, ok := v.levels[l.Impact]; ok {
		return c
	}
	if l.Status == sources.Encrypted {
		return v.notRead
	}
	return v.notAssessed
}

// detector returns the title of a detector, or that it is reserved.
func (v *vocabulary) detector(id string) word {
	if c, ok := v.detectors[id]; ok {
		return c
	}
	c := v.reserved
	if v.book.inv.ReservedTo(id) == nil {
		c = newWord(v.book.title(id), 0, v.book.lang)
	}
	v.detectors[id] = c
	return c
}

// title returns what a detector finds, in the language of the workbook.
func (b *book) title(id string) string {
	d := b.inv.Detector(id)
	if d == nil {
		return id
	}
	title := d.Title(b.lang)
	if title == "" {
		return id
	}
	return capital(strings.TrimRight(title, "."))
}

// capital writes a title with a capital in front.
func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

// evidence returns the reasons in words.
func (v *vocabulary) evidence(e detectors.Evidence) word {
	if c, ok := v.evidences[e]; ok {
		return c
	}
	var parts []string
	for i, name := range e.Names() {
		w := evidenceWords[name][0]
		if v.book.lang == "en" {
			w = evidenceWords[name][1]
		}
		if i == 0 && w != "" {
			r := []rune(w)
			w = strings.ToUpper(string(r[:1])) + string(r[1:])
		}
		parts = append(parts, w)
	}
	c := newWord(strings.Join(parts, ", "), 0, v.book.lang)
	v.evidences[e] = c
	return c
}

var evidenceWords = map[string][2]string{
	"structure":    {"structure", "structure"},
	"key":          {"clé de contrôle", "check key"},
	"list":         {"liste officielle", "official list"},
	"context_word": {"mot voisin", "word nearby"},
	"column_name":  {"nom du champ", "field name"},
	"column_share": {"part du champ", "share of the field"},
	"linked":       {"même enregistrement", "same record"},
}
