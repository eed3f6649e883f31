package taxonomy

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// Group is a set of categories that rules name with an at sign: @identifying.
type Group struct {
	AnyOf []string `yaml:"any_of"`
}

// Impact holds the rules that give a location its level. An organisation may
// override them in its policy.
type Impact struct {
	Asserted struct {
		Strengths []string `yaml:"strengths"`
		Distinct  int      `yaml:"or_distinct_detectors"`
	} `yaml:"asserted"`
	Floors     []Floor     `yaml:"floors"`
	Reductions []Reduction `yaml:"reductions"`
	Modifiers  struct {
		MaxTotal int        `yaml:"max_total"` // ranks that all modifiers together add at most
		Rules    []Modifier `yaml:"rules"`
	} `yaml:"modifiers"`
}

// Floor lifts a location to Level at least.
type Floor struct {
	ID    string   `yaml:"id"`
	AllOf []string `yaml:"all_of"` // categories, @groups, detector:ID, all asserted together
	// Quasi is how many categories that identify indirectly stand together; 0: not asked.
	Quasi int    `yaml:"quasi_categories_at_least"`
	Level string `yaml:"level"`
	WhyFR string `yaml:"why_fr"`
	WhyEN string `yaml:"why_en"`
}

// Reduction lowers a location to LevelMax at most, or sets LevelSet.
type Reduction struct {
	ID             string   `yaml:"id"`
	AnyOf          []string `yaml:"any_of"`
	NoneOf         []string `yaml:"none_of"`
	Except         []string `yaml:"except"` // not when one of these is asserted
	PathIdentifies *bool    `yaml:"path_identifying"`
	Content        string   `yaml:"content"` // encrypted
	Declared       bool     `yaml:"declared_encryption"`
	KeyElsewhere   bool     `yaml:"key_held_elsewhere"`
	Replaces       string   `yaml:"replaces"`
	DeclaredState  []string `yaml:"declared_state"`
	LevelMax       string   `yaml:"level_max"`
	WhyFR          string   `yaml:"why_fr"`
	WhyEN          string   `yaml:"why_en"`

	// SetNode tells null, which is a level here, from absent.
	SetNode yaml.Node `yaml:"level_set"`
	// Sets says that the level is replaced by LevelSet, "" for none.
	Sets     bool   `yaml:"-"`
	LevelSet string `yaml:"-"`
}

// Modifier adds to the level of a location.
type Modifier struct {
	ID             string   `yaml:"id"`
	AccessScope    []string `yaml:"access_scope"`
	AnyOf          []string `yaml:"any_of"`
	CountryAllowed *bool    `yaml:"country_allowed"`
	Minors         int64    `yaml:"minors_at_least"`
	OrSubjects     []string `yaml:"or_data_subjects"`
	Add            int      `yaml:"add"`
	Tiers          []Tier   `yaml:"tiers"`
	WhyFR          string   `yaml:"why_fr"`
	WhyEN          string   `yaml:"why_en"`
}

// Tier is a step of a modifier that depends on the number of persons.
type Tier struct {
	Persons int64  `yaml:"persons_at_least"`
	Add     int    `yaml:"add"`
	UpTo    string `yaml:"up_to"` // not above this level; empty: no limit
	WhyFR   string `yaml:"why_fr"`
	WhyEN   string `yaml:"why_en"`
}

// checkRules resolves the references of the impact rules.
func (t *Taxonomy) checkRules() error {
	seen := map[string]bool{}
	once := func(id string) error {
		if id == "" || seen[id] {
			return fmt.Errorf("impact rule %q: no id or one used before", id)
		}
		seen[id] = true
		return nil
	}
	for i := range t.Impact.Floors {
		f := &t.Impact.Floors[i]
		if err := once(f.ID); err != nil {
			return err
		}
		if t.Level(f.Level) == nil {
			return fmt.Errorf("impact rule %s: unknown level", f.ID)
		}
		if err := t.checkNames(f.ID, f.AllOf); err != nil {
			return err
		}
	}
	for i := range t.Impact.Reductions {
		if err := t.checkReduction(&t.Impact.Reductions[i], once); err != nil {
			return err
		}
	}
	for i := range t.Impact.Modifiers.Rules {
		m := &t.Impact.Modifiers.Rules[i]
		if err := once(m.ID); err != nil {
			return err
		}
		for _, tier := range m.Tiers {
			if tier.UpTo != "" && t.Level(tier.UpTo) == nil {
				return fmt.Errorf("impact rule %s: unknown level", m.ID)
			}
		}
		if err := t.checkNames(m.ID, m.AnyOf); err != nil {
			return err
		}
	}
	return nil
}

func (t *Taxonomy) checkReduction(r *Reduction, once func(string) error) error {
	if err := once(r.ID); err != nil {
		return err
	}
	if r.SetNode.Kind != 0 {
		r.Sets = true
		if r.SetNode.Tag != "!!null" {
			r.LevelSet = r.SetNode.Value
		}
	}
	for _, level := range []string{r.LevelMax, r.LevelSet} {
		if level != "" && t.Level(level) == nil {
			return fmt.Errorf("impact rule %s: unknown level", r.ID)
		}
	}
	for _, names := range [][]string{r.AnyOf, r.NoneOf, r.Except} {
		if err := t.checkNames(r.ID, names); err != nil {
			return err
		}
	}
	return nil
}

// checkNames reports a category, @group or detector:ID that there is not.
func (t *Taxonomy) checkNames(rule string, names []string) error {
	for _, n := range names {
		known := t.categories[n] != nil
		if group, ok := strings.CutPrefix(n, "@"); ok {
			_, known = t.Groups[group]
		} else if kind, ok := strings.CutPrefix(n, "detector:"); ok {
			known = t.detectorNamed(kind)
		}
		if !known {
			return fmt.Errorf("impact rule %s: unknown category, group or detector %q", rule, n)
		}
	}
	return nil
}

func (t *Taxonomy) detectorNamed(id string) bool {
	for i := range t.Detectors {
		if string(t.Detectors[i].ID) == id {
			return true
		}
	}
	return false
}

// In reports whether category belongs to the name, which is itself a category or
// a @group.
func (t *Taxonomy) In(category, name string) bool {
	group, ok := strings.CutPrefix(name, "@")
	if !ok {
		return category == name
	}
	for _, c := range t.Groups[group].AnyOf {
		if c == category {
			return true
		}
	}
	return false
}

// LevelAt returns the level of a rank.
func (t *Taxonomy) LevelAt(rank int) *Level {
	for i := range t.Scale.Levels {
		if t.Scale.Levels[i].Rank == rank {
			return &t.Scale.Levels[i]
		}
	}
	return nil
}

// Why returns the words of an impact rule, empty for one that does not exist.
func (x *Impact) Why(id string) Words {
	for _, r := range x.Floors {
		if r.ID == id {
			return Words{r.WhyFR, r.WhyEN}
		}
	}
	for _, r := range x.Reductions {
		if r.ID == id {
			return Words{r.WhyFR, r.WhyEN}
		}
	}
	for _, r := range x.Modifiers.Rules {
		switch {
		case r.ID != id:
		case r.WhyFR == "" && len(r.Tiers) > 0:
			return Words{r.Tiers[0].WhyFR, r.Tiers[0].WhyEN}
		default:
			return Words{r.WhyFR, r.WhyEN}
		}
	}
	return Words{}
}
