package html

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"recense/report"
	"recense/report/inventory"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/sources"
)

// Bounds of the page.
const (
	maxLocations = 100_000 // rows that the page holds, the most severe first
	maxGaps      = 20_000
	maxFolders   = 60 // tiles of the map, the others together
	maxPlaces    = 12 // columns of the matrix
	firstRows    = 25 // of a table, without script
)

// page is what the template shows.
type page struct {
	in   report.Input
	inv  *inventory.Inventory
	tax  *taxonomy.Taxonomy
	lang string
	zone *time.Location

	Levels     []level // from the most severe
	Priorities []level // gaps, when there is a register
	Locations  []location
	Gaps       []gap
	Left       int64 // locations beyond maxLocations
	GapsLeft   int64
	NotRead    []counted
	Months     []month
	folders    map[string]*folder
	cells      map[cellKey]int64
	places     map[string]int64
	categories map[string]int64
	statuses   map[counted]int64
	months     map[string]*month
	kinds      map[string]string
	Total      int64
	WithData   int64
	order      int
}

// level is a bar: how many locations have it.
type level struct {
	ID, Label, Definition string
	Rank                  int
	Count                 int64
	Percent               float64
}

// location is a row of the table of locations. Its fields are short in JSON: a
// page may hold a hundred thousand.
type location struct {
	URI         string `json:"u"`
	Rank        int    `json:"r"`
	Persons     int64  `json:"p"`
	Categories  []int  `json:"c,omitempty"` // in the list of categories
	Access      string `json:"a"`
	Processings string `json:"t,omitempty"`
	Status      string `json:"s"`
}

// gap is a row of the table of gaps.
type gap struct {
	Priority   int    `json:"o"`
	Rank       int    `json:"r"`
	Finding    string `json:"k"`
	Category   string `json:"c,omitempty"`
	URI        string `json:"u"`
	Processing string `json:"t,omitempty"`
	Persons    int64  `json:"p"`
	Message    string `json:"m"`
	order      int
}

// folder is a tile of the map: a source and a first folder.
type folder struct {
	Name  string
	Count int64
	Rank  int // worst impact; -1: none
}

// weight keeps large folders from hiding the others: the square root of the
// number of locations with personal data.
func (f *folder) weight() float64 { return math.Sqrt(float64(f.Count)) }

type cellKey struct{ category, place string }

type counted struct {
	Status, Reason string
	Count          int64
}

// month is what comes due in a month.
type month struct {
	Name    string
	Over    int64 // gaps
	Confirm int64
}

func newPage(in report.Input) *page {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		zone = time.UTC
	}
	p := &page{
		in: in, inv: in.Inventory, tax: in.Inventory.Taxonomy(), lang: "fr", zone: zone,
		folders: map[string]*folder{}, cells: map[cellKey]int64{}, places: map[string]int64{}, categories: map[string]int64{},
		statuses: map[counted]int64{}, months: map[string]*month{}, kinds: map[string]string{},
	}
	if in.Lang == "en" {
		p.lang = "en"
	}
	for _, k := range register.Kinds() {
		p.kinds[k.ID] = k.Constat.In(p.lang)
	}
	for rank := len(p.tax.Scale.Levels) - 1; rank >= 0; rank-- {
		l := p.tax.LevelAt(rank)
		definition := l.DefinitionFR
		if p.lang == "en" {
			definition = l.DefinitionEN
		}
		p.Levels = append(p.Levels, level{ID: l.ID, Label: l.Label.In(p.lang), Definition: definition, Rank: rank})
	}
	p.Levels = append(p.Levels, level{ID: "none", Label: p.tax.Enums.NullImpact.Other.In(p.lang), Rank: -1})
	if p.inv.Register() != nil {
		for n := 1; n <= 4; n++ {
			p.Priorities = append(p.Priorities, level{ID: strconv.Itoa(n), Label: p.say("Priorité ", "Priority ") + strconv.Itoa(n), Rank: n})
		}
	}
	return p
}

func (p *page) say(fr, en string) string {
	if p.lang == "en" {
		return en
	}
	return fr
}

// add takes a location.
func (p *page) add(l *inventory.Location) {
	p.order++
	rank, n := int(l.ImpactRank), int64(1)
	switch { // as in the equation of coverage
	case l.Status == sources.NotListable:
		n = 0
	case l.Status == sources.Excluded && l.Files > 0:
		n = l.Files
	}
	for i := range p.Levels {
		if p.Levels[i].Rank == rank {
			p.Levels[i].Count += n
		}
	}
	place := p.place(l)
	var categories []int
	seen := ""
	for i := range l.Inventory {
		r := &l.Inventory[i]
		if !r.Asserted || r.Category == seen {
			continue
		}
		seen = r.Category
		categories = append(categories, p.category(r.Category))
		p.cells[cellKey{r.Category, place}]++
		p.categories[r.Category]++
	}
	if len(categories) > 0 {
		p.WithData++
		p.places[place]++
		f := p.folders[place]
		if f == nil {
			f = &folder{Name: place, Rank: -1}
			p.folders[place] = f
		}
		f.Count++
		f.Rank = max(f.Rank, rank)
	}
	p.notRead(l)
	p.location(l, rank, categories)
	for i := range l.Verdicts {
		p.verdict(&l.Verdicts[i], l.Persons)
	}
}

// short writes a place with the name of its source instead of its address.
func (p *page) short(uri string) string {
	for _, t := range p.inv.Run().Targets {
		if rest, ok := strings.CutPrefix(uri, strings.TrimRight(t.URI, "/")); ok && t.URI != "" {
			return t.Source + rest
		}
	}
	return uri
}

// place is the source and the first folder of a location; the folder alone when
// there is one source.
func (p *page) place(l *inventory.Location) string {
	path := strings.TrimPrefix(l.Path, "/")
	if l.Cut && l.Visible == 0 || strings.Contains(l.URI, "/… [") && !l.Cut {
		return l.Source
	}
	i := strings.IndexByte(path, '/')
	switch {
	case i <= 0:
		return l.Source
	case len(p.inv.Run().Targets) == 1:
		return path[:i]
	}
	return l.Source + " / " + path[:i]
}

func (p *page) category(id string) int {
	return slices.IndexFunc(p.tax.Categories, func(c taxonomy.Category) bool { return c.ID == id })
}

func (p *page) notRead(l *inventory.Location) {
	switch l.Status {
	case sources.Scanned, sources.Unchanged, sources.Sampled:
		return
	}
	n := int64(1)
	if l.Files > 0 {
		n = l.Files
	}
	p.statuses[counted{Status: words.Status(p.lang, p.tax, l.Status, ""), Reason: words.Reason(p.lang, p.tax, l.Detail)}] += n
}

func (p *page) location(l *inventory.Location, rank int, categories []int) {
	status := ""
	if l.Status != sources.Scanned {
		status = words.Status(p.lang, p.tax, l.Status, l.ReadAt.In(p.zone).Format("02/01/2006"))
	}
	if l.Sampling.Method != "" {
		status = strings.TrimPrefix(status+". "+words.Sampled(p.lang, l.Sample()), ". ")
	}
	if p.Locations == nil {
		p.Locations = make([]location, 0, min(p.expected(), 2*maxLocations))
	}
	p.Locations = append(p.Locations, location{
		URI: p.short(l.URI), Rank: rank, Persons: l.Persons, Categories: categories, Status: status,
		Access: taxonomy.Label(p.tax.Enums.AccessScope, l.Access, p.lang), Processings: strings.Join(l.Processings, ", "),
	})
	if len(p.Locations) >= 2*maxLocations {
		p.shrinkLocations()
	}
}

// expected is how many locations the run has, about.
func (p *page) expected() int64 {
	run := p.inv.Run()
	n, _, _, _, _, _ := run.Coverage.Terms()
	return n
}

func (p *page) shrinkLocations() {
	slices.SortStableFunc(p.Locations, func(a, b location) int {
		return cmp.Or(cmp.Compare(b.Rank, a.Rank), cmp.Compare(b.Persons, a.Persons))
	})
	if n := len(p.Locations) - maxLocations; n > 0 {
		p.Left += int64(n)
		p.Locations = p.Locations[:maxLocations]
	}
}

func (p *page) verdict(v *inventory.Verdict, persons int64) {
	if v.Status != register.Gap && v.Status != register.ToConfirm {
		return
	}
	if v.Status == register.Gap {
		p.Priorities[v.Priority-1].Count++
	}
	if !v.Limit.IsZero() {
		p.due(v)
	}
	priority := int(v.Priority)
	if priority < 1 {
		priority = 9 // to be confirmed: last
	}
	category := ""
	if c := p.tax.Category(v.Category); c != nil {
		category = c.Label.In(p.lang)
	}
	p.Gaps = append(p.Gaps, gap{
		Priority: priority, Rank: int(v.SeverityRank), Finding: p.kinds[v.Kind], Category: category, URI: p.short(v.URI),
		Processing: v.Processing, Persons: persons, Message: p.say(v.FR, v.EN), order: p.order,
	})
	if len(p.Gaps) >= 2*maxGaps {
		p.shrinkGaps()
	}
}

func (p *page) shrinkGaps() {
	slices.SortStableFunc(p.Gaps, func(a, b gap) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(b.Rank, a.Rank), cmp.Compare(b.Persons, a.Persons), cmp.Compare(a.order, b.order))
	})
	if n := len(p.Gaps) - maxGaps; n > 0 {
		p.GapsLeft += int64(n)
		p.Gaps = p.Gaps[:maxGaps]
	}
}

// due counts what came due, by the month of its limit.
func (p *page) due(v *inventory.Verdict) {
	name := v.Limit.Format("2006-01")
	m := p.months[name]
	if m == nil {
		m = &month{Name: name}
		p.months[name] = m
	}
	if v.Status == register.Gap {
		m.Over++
	} else {
		m.Confirm++
	}
}

// finish sorts what was collected.
func (p *page) finish() {
	if r := p.inv.Register(); r != nil {
		for _, v := range r.Rest() {
			p.verdict(&v, inventory.Unknown)
		}
	}
	p.Total = p.expected()
	p.shrinkLocations()
	p.shrinkGaps()
	percent(p.Levels)
	percent(p.Priorities)
	for c, n := range p.statuses {
		c.Count = n
		p.NotRead = append(p.NotRead, c)
	}
	slices.SortFunc(p.NotRead, func(a, b counted) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Reason, b.Reason))
	})
	for _, m := range p.months {
		p.Months = append(p.Months, *m)
	}
	slices.SortFunc(p.Months, func(a, b month) int { return cmp.Compare(a.Name, b.Name) })
}

func percent(levels []level) {
	most := int64(1)
	for _, l := range levels {
		most = max(most, l.Count)
	}
	for i := range levels {
		levels[i].Percent = 100 * float64(levels[i].Count) / float64(most)
	}
}

// Title, dates and lines of the page, for the template.

// Lang is the language of the page.
func (p *page) Lang() string { return p.lang }

// Marking says who may read the page.
func (p *page) Marking() string { return p.inv.Audience().Label.In(p.lang) }

// When says when the run was made.
func (p *page) When() string { return p.inv.Run().Started.In(p.zone).Format("02/01/2006 15:04") }

// Run is the identifier of the run.
func (p *page) Run() string { return p.inv.Run().ID }

// Program names what wrote the page.
func (p *page) Program() string { return "recense " + p.inv.Run().Version }

// Targets are the sources, masked.
func (p *page) Targets() []string {
	var out []string
	for _, t := range p.inv.Run().Targets {
		out = append(out, t.Source+" — "+t.URI)
	}
	return out
}

// Coverage is the equation of coverage.
func (p *page) Coverage() string {
	run := p.inv.Run()
	return words.CoverageLine(p.lang, &run)
}

// NoProof says what nothing found means.
func (p *page) NoProof() string { return words.NoProof(p.lang) }

// OutOfScope names what no scan sees.
func (p *page) OutOfScope() string { return words.OutOfScope(p.lang) }

// HasRegister says whether there are gaps to show.
func (p *page) HasRegister() bool { return p.inv.Register() != nil }

// Legend says what priority means.
func (p *page) Legend() string { return p.say(p.tax.Priority.LegendFR, p.tax.Priority.LegendEN) }

// LevelOf returns the word of a rank.
func (p *page) LevelOf(rank int) level {
	for _, l := range p.Levels {
		if l.Rank == rank {
			return l
		}
	}
	return p.Levels[len(p.Levels)-1]
}

// FirstGaps and FirstLocations are what is seen without script.
func (p *page) FirstGaps() []gap { return p.Gaps[:min(len(p.Gaps), firstRows)] }

// FirstLocations are what is seen without script.
func (p *page) FirstLocations() []location { return p.Locations[:min(len(p.Locations), firstRows)] }

// Names are the words of categories at a row, for the rows without script.
func (p *page) Names(categories []int) string {
	var out []string
	for _, c := range categories {
		out = append(out, p.tax.Categories[c].Label.In(p.lang))
	}
	return strings.Join(out, ", ")
}

// count writes a number with the separators of the language.
func count(lang string, n int64) string {
	if n < 0 {
		return ""
	}
	s := strconv.FormatInt(n, 10)
	sep := "\u202f"
	if lang == "en" {
		sep = ","
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	return s
}
