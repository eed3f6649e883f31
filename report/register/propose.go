package register

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"recense/report/inventory"
	"recense/report/taxonomy"
)

// Proposal gathers what a run found and the register does not declare, as a second
// file for the DPO to merge by hand: recense never edits a register. It is for one
// goroutine: every location goes through Observe, then every one through Add.
type Proposal struct {
	// Identities are those of the file systems of sources, as the run saw them; nil: not
	// known.
	Identities map[string]string

	tax      *taxonomy.Taxonomy
	reg      *Register
	audience string
	uris     map[string]string // of sources that the register does not know

	declared map[string]bool     // folders with a location of a processing
	folders  map[string]*finding // by source and pattern
	missing  map[string]*finding // by processing
	hidden   int                 // locations whose place is for other readers
	left     int                 // beyond maxProposed
}

// finding is what lies under one pattern, or in one processing.
type finding struct {
	source, path string
	categories   map[string]bool
	locations    int
	persons      int64
}

// Bounds of a proposal.
const (
	maxProposed = 2000 // patterns
	maxDepth    = 4    // folders of a pattern
)

// NewProposal returns a proposal for the readers of an audience. uris are the
// sources of the run.
func NewProposal(tax *taxonomy.Taxonomy, reg *Register, audience string, uris map[string]string) *Proposal {
	return &Proposal{tax: tax, reg: reg, audience: audience, uris: uris, declared: map[string]bool{}, folders: map[string]*finding{}, missing: map[string]*finding{}}
}

// Observe takes note of the folders that processings already have.
func (p *Proposal) Observe(l *inventory.Location) {
	if len(p.reg.Match(l.Source, l.Path)) == 0 {
		return
	}
	for _, f := range foldersOf(l) {
		p.declared[l.Source+"\x00"+f] = true
	}
}

// Add takes what a location holds that is not declared.
func (p *Proposal) Add(l *inventory.Location) {
	categories := FactsOf(l).Categories
	if len(categories) == 0 {
		return
	}
	matching := p.reg.Match(l.Source, l.Path)
	if len(matching) == 0 {
		p.undeclared(l, categories)
		return
	}
	for _, c := range categories {
		if !slices.ContainsFunc(matching, func(m Matching) bool { return slices.Contains(m.Processing.Declared, c) }) {
			ref := matching[0].Processing.Ref
			note(p.missing, ref, &finding{}, l, c)
		}
	}
}

func (p *Proposal) undeclared(l *inventory.Location, categories []string) {
	for _, c := range categories {
		if inventory.Secret(c) && p.tax.Reserved(c, p.audience) != nil {
			p.hidden++
			return
		}
	}
	path := p.patternOf(l)
	key := l.Source + "\x00" + path
	if p.folders[key] == nil && len(p.folders) >= maxProposed {
		p.left++
		return
	}
	note(p.folders, key, &finding{source: l.Source, path: path}, l, categories...)
}

func note(in map[string]*finding, key string, first *finding, l *inventory.Location, categories ...string) {
	f := in[key]
	if f == nil {
		f = first
		f.categories = map[string]bool{}
		in[key] = f
	}
	f.locations++
	f.persons = max(f.persons, l.Persons)
	for _, c := range categories {
		f.categories[c] = true
	}
}

// placeholder is what stands in masked names; a pattern has a wildcard there.
var placeholder = regexp.MustCompile(`\[[A-Z0-9_]+\]`)

func outerPath(l *inventory.Location) string {
	path, _, _ := strings.Cut(l.Path, "!/")
	return "/" + strings.Trim(placeholder.ReplaceAllString(path, "*"), "/")
}

// foldersOf returns the folders above a location, the outermost first.
func foldersOf(l *inventory.Location) []string {
	path := outerPath(l)
	var out []string
	for i := 1; i < len(path) && len(out) < maxDepth; i++ {
		if path[i] == '/' {
			out = append(out, path[:i])
		}
	}
	return out
}

// patternOf is the largest folder around a location that holds nothing of any
// processing, else the location itself.
func (p *Proposal) patternOf(l *inventory.Location) string {
	for _, f := range foldersOf(l) {
		if !p.declared[l.Source+"\x00"+f] {
			return f + "/**"
		}
	}
	return outerPath(l)
}

// YAML returns the proposal as a register file, which passes the same checks.
// date and run say what it was made from.
func (p *Proposal) YAML(date, run string) ([]byte, error) {
	out := &Register{Schema: "recense/register", Version: 1, Policy: p.reg.Policy}
	for i := range p.reg.Processings {
		x := &p.reg.Processings[i]
		if f := p.missing[x.Ref]; f != nil {
			out.Processings = append(out.Processings, p.draft(x.Ref, x.Name, f))
		}
	}
	keys := sortedKeys(p.folders)
	for i, key := range keys {
		f := p.folders[key]
		name := fmt.Sprintf("À rattacher : %d emplacement(s)", f.locations)
		if f.persons > 0 {
			name += fmt.Sprintf(", %d personne(s) au plus dans un même emplacement (est.)", f.persons)
		}
		d := p.draft(p.newRef(i+1), name, f)
		d.Locations = []LocationRef{{Source: f.source, Path: f.path}}
		out.Processings = append(out.Processings, d)
		p.source(out, f.source)
	}
	own, notes := OwnProcessing()
	if p.reg.Processing(OwnRef) == nil {
		out.Processings = append(out.Processings, own)
	} else {
		notes = nil
	}
	return out.YAML(p.head(date, run, notes))
}

func sortedKeys(m map[string]*finding) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// newRef returns a reference that the register does not use.
func (p *Proposal) newRef(n int) string {
	ref := fmt.Sprintf("A-%02d", n)
	for p.reg.Processing(ref) != nil {
		ref += "bis"
	}
	return ref
}

func (p *Proposal) draft(ref, name string, f *finding) Processing {
	d := Processing{Ref: ref, Name: name}
	for i := range p.tax.Categories {
		c := &p.tax.Categories[i]
		if !f.categories[c.ID] {
			continue
		}
		d.Categories = append(d.Categories, Category{ID: c.ID})
		if c.Art9 {
			d.Art9Condition = NotStated
		}
	}
	return d
}

func (p *Proposal) source(out *Register, id string) {
	if out.Source(id) != nil {
		return
	}
	s := RegisterSource{ID: id, Kind: "file_share", URI: p.uris[id]}
	if known := p.reg.Source(id); known != nil {
		s = *known
	}
	if s.Identity == "" {
		s.Identity = p.Identities[id]
	}
	out.Sources = append(out.Sources, s)
}

// head is the comment in front of the file.
func (p *Proposal) head(date, run string, notes []string) string {
	lines := []string{
		fmt.Sprintf("Proposition du %s (analyse %s) : ce qui a été trouvé et que le registre ne déclare pas.", date, run),
		"À relire et à reporter à la main dans le registre ; recense ne le modifie pas. L'inscription ne vaut pas conformité.",
		"Sous la référence d'un traitement existant : les catégories à ajouter. Si sa liste est héritée de la politique,",
		"une liste locale la remplace entièrement.",
		"Références A-… : des emplacements rattachés à aucun traitement, par dossier.",
	}
	if p.hidden > 0 {
		lines = append(lines, fmt.Sprintf("%d emplacement(s) non déclaré(s) à détail réservé : voir --audience medical ou --audience aml.", p.hidden))
	}
	if p.left > 0 {
		lines = append(lines, fmt.Sprintf("%d emplacement(s) au-delà de %d dossiers ne sont pas listés.", p.left, maxProposed))
	}
	if len(p.missing)+len(p.folders)+p.hidden == 0 {
		lines = append(lines, "Rien de non déclaré n'a été trouvé.")
	}
	if len(notes) > 0 {
		lines = append(lines, "", OwnRef+" : "+strings.Join(notes, "\n"))
	}
	return strings.Join(lines, "\n")
}
