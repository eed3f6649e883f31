package register

import (
	"slices"
	"strings"

	"recense/report/inventory"
	"recense/report/taxonomy"
	"recense/sources"
)

// Facts is what the impact rules look at in one location.
type Facts struct {
	Categories []string // asserted
	Kinds      []string // detectors of asserted categories that found something
	// PathIdentifies says that the path itself holds an identifier.
	PathIdentifies bool
	// Unread is content that nothing was read of; Encrypted says why.
	Unread, Encrypted bool
	// EncryptionDeclared and KeyElsewhere come from the register.
	EncryptionDeclared, KeyElsewhere bool
	DeclaredState                    string // identified, pseudonymised, anonymised; empty: identified
	Access                           string
	CountryRefused                   bool // known, and allowed neither by policy nor by a safeguard
	Persons, Minors                  int64
	Subjects                         []string
}

// FactsOf collects what the scan knows of a location, before the detail
// reserved to an audience is taken out.
func FactsOf(l *inventory.Location) Facts {
	f := Facts{
		PathIdentifies: l.Masked, Access: l.Access, Persons: l.Persons, Minors: l.Minors,
		Subjects:  l.Subjects,
		Encrypted: l.Status == sources.Encrypted,
	}
	switch l.Status {
	case sources.Scanned, sources.Unchanged, sources.Sampled:
	default: // what a part read shows has a level, a part that shows nothing has none
		f.Unread = len(l.Inventory) == 0
	}
	for _, r := range l.Inventory {
		if !r.Asserted {
			continue
		}
		f.Kinds = append(f.Kinds, r.Detector)
		if !slices.Contains(f.Categories, r.Category) {
			f.Categories = append(f.Categories, r.Category)
		}
	}
	return f
}

// NotAssessed is the rank of a location that has no level.
const NotAssessed = -1

// Impact returns the rank of a location (0 to 4, NotAssessed for content that
// was not read) and the ids of the rules that applied, in their order: base,
// floors, reductions, modifiers, each whether it changed the level or not.
func Impact(t *taxonomy.Taxonomy, f *Facts) (rank int, rules []string) {
	if f.Unread && !f.Encrypted {
		return NotAssessed, nil
	}
	if len(f.Categories)+len(f.Kinds) == 0 && !f.Encrypted { // most files: no rule is about nothing
		return 0, nil
	}
	for _, c := range f.Categories {
		rank = max(rank, t.Level(t.Category(c).Severity).Rank)
	}
	for i := range t.Impact.Floors {
		r := &t.Impact.Floors[i]
		if floorApplies(t, f, r) {
			rank = max(rank, t.Level(r.Level).Rank)
			rules = append(rules, r.ID)
		}
	}
	rank, rules = reduce(t, f, rank, rules)
	return modify(t, f, rank, rules)
}

func floorApplies(t *taxonomy.Taxonomy, f *Facts, r *taxonomy.Floor) bool {
	if r.Quasi > 0 {
		n := 0
		for _, c := range f.Categories {
			if t.Category(c).Role == "quasi" {
				n++
			}
		}
		return n >= r.Quasi
	}
	for _, name := range r.AllOf {
		if !f.has(t, name) {
			return false
		}
	}
	return len(r.AllOf) > 0
}

// reduce applies the reductions. One that another replaces does not count.
func reduce(t *taxonomy.Taxonomy, f *Facts, rank int, rules []string) (int, []string) {
	var apply []*taxonomy.Reduction
	replaced := map[string]bool{}
	for i := range t.Impact.Reductions {
		if r := &t.Impact.Reductions[i]; reductionApplies(t, f, r) {
			apply = append(apply, r)
			replaced[r.Replaces] = true
		}
	}
	none := false
	for _, r := range apply {
		if replaced[r.ID] {
			continue
		}
		rules = append(rules, r.ID)
		switch {
		case r.Sets && r.LevelSet == "":
			none = true
		case r.Sets:
			rank = t.Level(r.LevelSet).Rank
		default:
			rank = min(rank, t.Level(r.LevelMax).Rank)
		}
	}
	if none {
		rank = NotAssessed
	}
	return rank, rules
}

func reductionApplies(t *taxonomy.Taxonomy, f *Facts, r *taxonomy.Reduction) bool {
	if r.Content == "encrypted" {
		return f.Encrypted && (!r.Declared || f.EncryptionDeclared) && (!r.KeyElsewhere || f.KeyElsewhere)
	}
	switch {
	case f.Encrypted, len(f.Categories) == 0:
		return false
	case len(r.AnyOf) > 0 && !f.any(t, r.AnyOf),
		f.any(t, r.NoneOf), f.any(t, r.Except),
		r.PathIdentifies != nil && *r.PathIdentifies != f.PathIdentifies,
		len(r.DeclaredState) > 0 && !slices.Contains(r.DeclaredState, f.DeclaredState):
		return false
	}
	return true
}

// modify adds what the modifiers add, together MaxTotal ranks at most, to a level
// of `faible` (rank 1) and above.
func modify(t *taxonomy.Taxonomy, f *Facts, rank int, rules []string) (int, []string) {
	if rank < 1 {
		return rank, rules
	}
	start, highest := rank, len(t.Scale.Levels)-1
	for i := range t.Impact.Modifiers.Rules {
		m := &t.Impact.Modifiers.Rules[i]
		add, limit := modifierAdds(t, f, m)
		if add == 0 {
			continue
		}
		rules = append(rules, m.ID)
		raised := min(start+add, start+t.Impact.Modifiers.MaxTotal, limit, highest)
		rank = max(rank, raised)
	}
	return rank, rules
}

// modifierAdds returns how many ranks a modifier adds and the rank that it does
// not go above; 0 when it does not apply.
func modifierAdds(t *taxonomy.Taxonomy, f *Facts, m *taxonomy.Modifier) (add, limit int) {
	limit = len(t.Scale.Levels) - 1
	switch {
	case len(m.AccessScope) > 0 && !slices.Contains(m.AccessScope, f.Access),
		m.CountryAllowed != nil && *m.CountryAllowed == f.CountryRefused,
		len(m.AnyOf) > 0 && !f.any(t, m.AnyOf),
		(m.Minors > 0 || len(m.OrSubjects) > 0) && !concerns(f, m):
		return 0, limit
	}
	if len(m.Tiers) == 0 {
		return m.Add, limit
	}
	for _, tier := range m.Tiers {
		if f.Persons >= tier.Persons {
			add, limit = tier.Add, len(t.Scale.Levels)-1
			if tier.UpTo != "" {
				limit = t.Level(tier.UpTo).Rank
			}
		}
	}
	return add, limit
}

func concerns(f *Facts, m *taxonomy.Modifier) bool {
	if m.Minors > 0 && f.Minors >= m.Minors {
		return true
	}
	return slices.ContainsFunc(m.OrSubjects, func(s string) bool { return slices.Contains(f.Subjects, s) })
}

// has reports whether a category, a @group or a detector:ID is asserted.
func (f *Facts) has(t *taxonomy.Taxonomy, name string) bool {
	if kind, ok := strings.CutPrefix(name, "detector:"); ok {
		return slices.Contains(f.Kinds, kind)
	}
	return slices.ContainsFunc(f.Categories, func(c string) bool { return t.In(c, name) })
}

func (f *Facts) any(t *taxonomy.Taxonomy, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return f.has(t, n) })
}

// Assess fills the impact columns of a location by what the scan alone knows:
// without a register, no declared state, country or encryption.
func Assess(t *taxonomy.Taxonomy, l *inventory.Location) {
	f := FactsOf(l)
	SetImpact(t, l, &f)
}

// SetImpact writes the level that f gives into the columns of l.
func SetImpact(t *taxonomy.Taxonomy, l *inventory.Location, f *Facts) {
	rank, rules := Impact(t, f)
	l.Impact, l.ImpactRank, l.ImpactRules = "", NotAssessed, rules
	if rank >= 0 {
		l.Impact, l.ImpactRank = t.LevelAt(rank).ID, int8(rank)
	}
}
