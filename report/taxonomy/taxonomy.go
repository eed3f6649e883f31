// Package taxonomy reads the taxonomy of personal data that recense embeds:
// categories, detectors, severity levels, audiences, and the words shown for
// every enumerated value. It is the only package that knows the layout of that
// YAML file.
//
// What it does not do: it applies no rule. The inventory decides what is
// asserted, the register what it means.
package taxonomy

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"

	"recense/detectors"
)

//go:embed taxonomy.yaml
var embedded []byte

// General is the audience of every output not written for a reserved one.
const General = "general"

// Words is a text in the two languages of the documents.
type Words struct {
	FR string `yaml:"fr"`
	EN string `yaml:"en"`
}

// In returns the text in the language lang, "fr" or "en".
func (w Words) In(lang string) string {
	if lang == "en" {
		return w.EN
	}
	return w.FR
}

// Category is one category of personal data.
type Category struct {
	ID          string `yaml:"id"`
	Label       Words  `yaml:"label"`
	ExamplesFR  string `yaml:"examples_fr"`
	Sensitivity string `yaml:"sensitivity"`
	Art9        bool   `yaml:"art9"`
	NIR         bool   `yaml:"nir"`
	Role        string `yaml:"identity_role"` // direct, quasi, none
	Audience    string `yaml:"audience"`      // reserved audience of its detail; empty: none
	Severity    string `yaml:"severity"`      // default impact of the category alone

	// Headings are those of the CNIL template that it may stand under, the usual one
	// first; ids of Taxonomy.Headings.
	Headings Headings `yaml:"cnil_heading"`
}

// Headings is a list of ids; one alone is a list of one.
type Headings []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (h *Headings) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*h = Headings{n.Value}
		return nil
	}
	return n.Decode((*[]string)(h))
}

// Pairs are ids with their words, in the order of the file.
type Pairs [][2]string

// UnmarshalYAML implements yaml.Unmarshaler.
func (p *Pairs) UnmarshalYAML(n *yaml.Node) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		*p = append(*p, [2]string{n.Content[i].Value, n.Content[i+1].Value})
	}
	return nil
}

// Of returns the words of an id, the id itself when it has none.
func (p Pairs) Of(id string) string {
	for _, pair := range p {
		if pair[0] == id {
			return pair[1]
		}
	}
	return id
}

// Detector says which category the matches of a kind belong to and when they
// assert it.
type Detector struct {
	ID            detectors.Kind `yaml:"id"`
	Category      string         `yaml:"category"`
	StrengthName  string         `yaml:"strength"`
	MinMatches    int64          `yaml:"min_matches"`    // fewer at one location do not assert the category
	CountsPersons bool           `yaml:"counts_persons"` // distinct values estimate a number of persons
	Note          string         `yaml:"note"`

	// Strength is the highest the detector may reach, parsed from StrengthName.
	Strength detectors.Strength `yaml:"-"`
	// Index is the position in Taxonomy.Detectors.
	Index int `yaml:"-"`
}

// Level is one level of the severity scale.
type Level struct {
	ID           string `yaml:"id"`
	Rank         int    `yaml:"rank"`
	Label        Words  `yaml:"label"`
	DefinitionFR string `yaml:"definition_fr"`
	DefinitionEN string `yaml:"definition_en"`
}

// Audience is a group of readers.
type Audience struct {
	ID          string   `yaml:"id"`
	Label       Words    `yaml:"label"`
	DetailOf    []string `yaml:"detail_of"`
	Placeholder string   `yaml:"placeholder"` // what the detectors of DetailOf read for everybody else
}

// Value is one value of an enumeration with its words.
type Value struct {
	ID       string `yaml:"id"`
	Of       string `yaml:"of"`
	CountsAs string `yaml:"counts_as"` // of a status: its term of the coverage equation
	Label    Words  `yaml:"label"`
}

// Taxonomy is the file, parsed and checked. It is immutable.
type Taxonomy struct {
	Schema     string     `yaml:"schema"`
	Version    int        `yaml:"version"`
	Categories []Category `yaml:"categories"`
	Detectors  []Detector `yaml:"detectors"`
	Audiences  []Audience `yaml:"audiences"`
	Headings   Pairs      `yaml:"cnil_headings"` // of the CNIL template, in its order, in French

	// SHA256 of the file, 64 hexadecimal digits.
	SHA256 string `yaml:"-"`

	Scale struct {
		Levels []Level `yaml:"levels"`
	} `yaml:"severity_scale"`
	Groups   map[string]Group    `yaml:"groups"`
	Impact   Impact              `yaml:"impact"`
	Regions  map[string][]string `yaml:"regions"`
	Subjects []Value             `yaml:"data_subjects"`
	Priority struct {
		Points []struct {
			ID string `yaml:"id"`
		} `yaml:"points"`
		LegendFR string `yaml:"legend_fr"`
		LegendEN string `yaml:"legend_en"`
	} `yaml:"priority"`
	Enums struct {
		Strength       []Value `yaml:"strength"`
		AccessScope    []Value `yaml:"access_scope"`
		AccessBasis    []Value `yaml:"access_basis"`
		Coverage       []Value `yaml:"coverage"`
		CoverageDetail []Value `yaml:"coverage_detail"`
		Flags          []Value `yaml:"flags"`
		Environment    []Value `yaml:"environment"`
		VerdictStatus  []Value `yaml:"verdict_status"`
		VerdictState   []Value `yaml:"verdict_state"`
		Certainty      []Value `yaml:"certainty"`
		DeclaredState  []Value `yaml:"declared_state"`
		Decision       []Value `yaml:"decision"`
		NullSeverity   struct {
			Label Words `yaml:"label"` // of a verdict that is no gap
		} `yaml:"null_severity"`
		NullImpact struct {
			Label Words `yaml:"label"` // content that was not read
			Other Words `yaml:"other"` // not assessed for another reason
		} `yaml:"null_impact"`
	} `yaml:"enums"`

	categories map[string]*Category
	detectors  map[detectors.Kind]*Detector
	audiences  map[string]*Audience
	reserved   map[string]*Audience // by category
}

// Load returns the embedded taxonomy, parsed once: callers share it and change nothing.
var Load = sync.OnceValues(func() (*Taxonomy, error) { return Parse(embedded) })

// Parse reads a taxonomy file and checks that its references resolve.
func Parse(data []byte) (*Taxonomy, error) {
	t := &Taxonomy{}
	if err := yaml.Unmarshal(data, t); err != nil {
		// The parser quotes the line it stumbled on; an organisation's own file may
		// hold what it must not show.
		return nil, errors.New("taxonomy: not valid YAML, or a value of the wrong type")
	}
	if t.Schema != "recense/taxonomy" || t.Version != 1 {
		return nil, errors.New("taxonomy: schema is not recense/taxonomy version 1")
	}
	sum := sha256.Sum256(data)
	t.SHA256 = hex.EncodeToString(sum[:])
	if err := t.index(); err != nil {
		return nil, fmt.Errorf("taxonomy: %w", err)
	}
	return t, nil
}

func (t *Taxonomy) index() error {
	t.categories = make(map[string]*Category, len(t.Categories))
	t.detectors = make(map[detectors.Kind]*Detector, len(t.Detectors))
	t.audiences = make(map[string]*Audience, len(t.Audiences))
	t.reserved = map[string]*Audience{}
	for i := range t.Categories {
		c := &t.Categories[i]
		if c.ID == "" || t.categories[c.ID] != nil {
			return fmt.Errorf("category %d has no id or one used before", i)
		}
		if t.Level(c.Severity) == nil {
			return fmt.Errorf("category %s: unknown severity", c.ID)
		}
		t.categories[c.ID] = c
	}
	for i := range t.Audiences {
		a := &t.Audiences[i]
		t.audiences[a.ID] = a
		for _, id := range a.DetailOf {
			if t.categories[id] == nil || a.Placeholder == "" {
				return fmt.Errorf("audience %s: unknown category, or no placeholder", a.ID)
			}
			t.reserved[id] = a
		}
	}
	if t.audiences[General] == nil {
		return errors.New("no general audience")
	}
	for name, g := range t.Groups {
		for _, id := range g.AnyOf {
			if t.categories[id] == nil {
				return fmt.Errorf("group %s: unknown category", name)
			}
		}
	}
	if err := t.indexDetectors(); err != nil {
		return err
	}
	return t.checkRules()
}

func (t *Taxonomy) indexDetectors() error {
	for i := range t.Detectors {
		d := &t.Detectors[i]
		d.Index = i
		if d.ID == "" || t.detectors[d.ID] != nil {
			return fmt.Errorf("detector %d has no id or one used before", i)
		}
		if t.categories[d.Category] == nil {
			return fmt.Errorf("detector %s: unknown category", d.ID)
		}
		switch d.StrengthName {
		case "possible":
			d.Strength = detectors.Possible
		case "probable":
			d.Strength = detectors.Probable
		case "verified":
			d.Strength = detectors.Verified
		default:
			return fmt.Errorf("detector %s: unknown strength", d.ID)
		}
		t.detectors[d.ID] = d
	}
	return nil
}

// With returns a taxonomy that has the rows of detectors as well, for kinds that an
// organisation adds.
func (t *Taxonomy) With(rows []Detector) (*Taxonomy, error) {
	more := *t
	more.Categories, more.Audiences = slices.Clone(t.Categories), slices.Clone(t.Audiences)
	more.Detectors = slices.Concat(t.Detectors, rows)
	if err := more.index(); err != nil {
		return nil, fmt.Errorf("taxonomy: %w", err)
	}
	return &more, nil
}

// Category returns the category id, nil when there is none.
func (t *Taxonomy) Category(id string) *Category { return t.categories[id] }

// Detector returns the row of a kind, nil when there is none.
func (t *Taxonomy) Detector(k detectors.Kind) *Detector { return t.detectors[k] }

// Audience returns the audience id, nil when there is none.
func (t *Taxonomy) Audience(id string) *Audience { return t.audiences[id] }

// Level returns the severity level id, nil when there is none.
func (t *Taxonomy) Level(id string) *Level {
	for i := range t.Scale.Levels {
		if t.Scale.Levels[i].ID == id {
			return &t.Scale.Levels[i]
		}
	}
	return nil
}

// Reserved returns the audience that the detail of a category is reserved to,
// nil when everybody may read it or when audience is that one.
func (t *Taxonomy) Reserved(category, audience string) *Audience {
	if a := t.reserved[category]; a != nil && a.ID != audience {
		return a
	}
	return nil
}

// Label returns the words of the value id in values, id itself when it has none.
func Label(values []Value, id, lang string) string {
	for i := range values {
		if values[i].ID == id {
			return values[i].Label.In(lang)
		}
	}
	return id
}
