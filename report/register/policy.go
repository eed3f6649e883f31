package register

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"recense/report/taxonomy"
	"recense/report/words"
	"recense/report/yamldoc"
)

//go:embed policies/*.yaml
var embedded embed.FS

// Policy is what an organisation states in its published policy
// (domain/register.md A.3). Each entry keeps the words it comes from. It is
// immutable once read.
type Policy struct {
	Schema       string             `yaml:"schema"`
	Version      int                `yaml:"version"`
	ID           string             `yaml:"id"`
	Extends      string             `yaml:"extends"` // an embedded policy; entries of the same ref or id replace its own
	Label        taxonomy.Words     `yaml:"label"`
	Organisation PolicyOrganisation `yaml:"organisation"`
	Recipients   yaml.Node          `yaml:"recipients"`
	Processings  []PolicyProcessing `yaml:"processings"`
	Rules        []Rule             `yaml:"retention_rules"`
	Locations    LocationPolicy     `yaml:"locations"`
	Environments struct {
		OutsideProduction string `yaml:"production_data_outside_production"`
		Source            Source `yaml:"source"`
	} `yaml:"environments"`
	HealthAccess HealthAccess `yaml:"health_access"`
	NIR          NIRPolicy    `yaml:"nir"`
	Opposition   yaml.Node    `yaml:"opposition"`
	Rights       yaml.Node    `yaml:"rights"`
	Assessment   struct {
		RequiredFrom string `yaml:"required_from"`
		Source       Source `yaml:"source"`
	} `yaml:"impact_assessment"`
	Breach        yaml.Node `yaml:"breach"`
	AccessControl yaml.Node `yaml:"access_control"`
	SensitiveData yaml.Node `yaml:"sensitive_data"`

	// SHA256 of all the files it was made from, 64 hexadecimal digits.
	SHA256 string `yaml:"-"`
}

// Source says which words of which document an entry comes from.
type Source struct {
	Document string `yaml:"document"`
	Section  string `yaml:"section"`
	Quote    string `yaml:"quote"`
	NoteFR   string `yaml:"note_fr"`
}

// PolicyOrganisation is who the policy is of. Its own identifiers are never
// counted as personal data.
type PolicyOrganisation struct {
	Name           string `yaml:"name"`
	SIREN          string `yaml:"siren"`
	DPO            string `yaml:"dpo_contact"`
	Security       string `yaml:"security_contact"`
	RoleAddresses  Texts  `yaml:"role_addresses"`
	OwnIdentifiers Texts  `yaml:"own_identifiers"`
	Source         Source `yaml:"source"`
}

// PolicyProcessing is a processing as the policy states it, without places.
type PolicyProcessing struct {
	Ref           string         `yaml:"ref"`
	Label         taxonomy.Words `yaml:"label"`
	Purposes      Texts          `yaml:"purposes_fr"`
	Activities    Texts          `yaml:"activities_fr"`
	Recipients    Texts          `yaml:"recipients_fr"`
	LegalBasis    Texts          `yaml:"legal_basis"`
	BasisNote     string         `yaml:"legal_basis_note"`
	Subjects      Texts          `yaml:"data_subjects"`
	Categories    Texts          `yaml:"categories"`
	Exhaustive    bool           `yaml:"categories_exhaustive"`
	Note          string         `yaml:"categories_note"`
	AlsoStated    Texts          `yaml:"also_stated"`
	Medical       bool           `yaml:"medical_perimeter"`
	NIRBasis      string         `yaml:"nir_basis"`
	Controller    string         `yaml:"controller_note"`
	Retention     Texts          `yaml:"retention"`
	Inferred      bool           `yaml:"inferred"`
	InferredField Texts          `yaml:"inferred_fields"`
	Source        Source         `yaml:"source"`
}

// Rule says how long data may be kept (C.4).
type Rule struct {
	ID            string         `yaml:"id"`
	Label         taxonomy.Words `yaml:"label"`
	Processings   Texts          `yaml:"processings"` // empty: those that cite it
	Categories    Texts          `yaml:"categories"`  // empty: the whole location
	Subjects      Texts          `yaml:"data_subjects"`
	Scope         Texts          `yaml:"scope_terms"`
	Stages        []Stage        `yaml:"stages"`
	Duration      string         `yaml:"duration"` // not stated, or absent
	Minimum       *Minimum       `yaml:"legal_minimum"`
	StartEvent    string         `yaml:"start_event"`
	AssumedStart  string         `yaml:"assumed_start"`
	Approximation []Basis        `yaml:"approximation"`
	ExceptFR      string         `yaml:"except_fr"`
	ReviewFR      string         `yaml:"review_fr"`
	Differs       string         `yaml:"differs"` // to_confirm: the documents do not agree
	Stated        yaml.Node      `yaml:"stated"`
	WhenUnknown   string         `yaml:"verdict_when_unknown"`
	Inferred      bool           `yaml:"inferred"`
	Source        Source         `yaml:"source"`
	Sources       []Source       `yaml:"sources"`
}

// Stage is what has to be done when a period is over.
type Stage struct {
	Action string `yaml:"action"`
	After  Period `yaml:"after"`
}

// The actions of stages.
const (
	Destroy          = "destroy"
	DestroyAnonymise = "destroy_or_anonymise"
	MoveOffSite      = "move_off_site"
	RenewConsent     = "renew_consent"
)

// Minimum is the shortest lawful duration.
type Minimum struct {
	After     Period `yaml:"after"`
	Source    string `yaml:"source"`
	ToBeCheck bool   `yaml:"to_be_checked"`
}

// Basis is a date that stands for the event from which a period runs.
type Basis struct {
	Basis     string `yaml:"basis"` // column, file_name_date, modified_at
	Names     Texts  `yaml:"names"` // of columns, normalised
	Certainty string `yaml:"certainty"`
}

// The bases and certainties.
const (
	ByColumn   = "column"
	ByFileName = "file_name_date"
	ByModified = "modified_at"

	Certain  = "certain"
	Probable = "probable"
	Possible = "possible"
)

// LocationPolicy says where data may lie.
type LocationPolicy struct {
	Allowed         Texts     `yaml:"allowed_regions"` // regions of the taxonomy, or countries
	AdequateAllowed bool      `yaml:"adequate_countries_allowed"`
	Adequate        Texts     `yaml:"adequate_countries"`
	Preferred       Texts     `yaml:"preferred"`
	Outside         string    `yaml:"outside_allowed"` // gap, to_confirm, info; empty: to_confirm
	Inferred        bool      `yaml:"inferred"`
	Stated          yaml.Node `yaml:"stated"`
	Processors      yaml.Node `yaml:"processors"`
	Cookies         yaml.Node `yaml:"cookies_servers"`
	HealthHosting   string    `yaml:"health_hosting_fr"`
	Sources         []Source  `yaml:"sources"`
}

// HealthAccess names those who may read health detail.
type HealthAccess struct {
	Who         Texts     `yaml:"who_fr"`
	Differs     string    `yaml:"differs"`
	Stated      yaml.Node `yaml:"stated"`
	Scope       Texts     `yaml:"scope"`
	Authority   string    `yaml:"authority_rule_fr"`
	WhenUnknown string    `yaml:"verdict_when_unknown"`
	Source      Source    `yaml:"source"`
}

// NIRPolicy names the processings that may use the NIR.
type NIRPolicy struct {
	Allowed     Texts  `yaml:"allowed_processings"`
	Purposes    Texts  `yaml:"allowed_purposes_fr"`
	WhenUnknown string `yaml:"verdict_when_unknown"`
	Inferred    bool   `yaml:"inferred"`
	Note        string `yaml:"note"`
	Source      Source `yaml:"source"`
}

// silent reports whether the policy names no processing and asks to have that
// confirmed.
func (n *NIRPolicy) silent() bool {
	_, some := n.Allowed.Stated()
	return !some && n.WhenUnknown == ToConfirm
}

// silent reports whether the policy names nobody and asks to have that confirmed.
func (h *HealthAccess) silent() bool {
	_, some := h.Who.Stated()
	return !some && h.WhenUnknown == ToConfirm
}

// confirms reports whether a rule of a processing that states no duration asks to have
// that confirmed.
func (p *Policy) confirms(x *Processing) bool {
	return p != nil && slices.ContainsFunc(p.Rules, func(r Rule) bool {
		return r.WhenUnknown == ToConfirm && len(r.Stages) == 0 && (slices.Contains(x.Rules, r.ID) || slices.Contains(r.Processings, x.PolicyRef))
	})
}

// Texts is a list of texts; one text alone is a list of one.
type Texts []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (t *Texts) UnmarshalYAML(n *yaml.Node) (err error) {
	*t, err = yamldoc.Texts(n)
	return err
}

// Stated returns the values without "not stated", and whether there are any.
func (t Texts) Stated() (Texts, bool) {
	var out Texts
	for _, s := range t {
		if s != NotStated {
			out = append(out, s)
		}
	}
	return out, len(out) > 0
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (p *Period) UnmarshalYAML(n *yaml.Node) error {
	v, err := ParsePeriod(n.Value)
	if err != nil {
		return fmt.Errorf("%q is %w", n.Value, err)
	}
	*p = v
	return nil
}

// PolicyIDs returns the ids of the embedded policies, sorted.
func PolicyIDs() []string {
	files, err := fs.Glob(embedded, "policies/*.yaml")
	if err != nil {
		return nil
	}
	ids := make([]string, 0, len(files))
	for _, f := range files {
		ids = append(ids, strings.TrimSuffix(path.Base(f), ".yaml"))
	}
	slices.Sort(ids)
	return ids
}

// EmbeddedPolicy returns the text of an embedded policy.
func EmbeddedPolicy(id string) ([]byte, error) {
	data, err := embedded.ReadFile("policies/" + id + ".yaml")
	if err != nil || strings.ContainsAny(id, `/\`) {
		return nil, words.Errorf("no policy %q\nthe embedded ones are %s", "pas de politique %q\nles politiques fournies sont %s", id, strings.Join(PolicyIDs(), ", "))
	}
	return data, nil
}

// LoadPolicy returns an embedded policy.
func LoadPolicy(id string, tax *taxonomy.Taxonomy) (*Policy, error) {
	data, err := EmbeddedPolicy(id)
	if err != nil {
		return nil, err
	}
	return ReadPolicy(id+".yaml", data, tax)
}

// ReadPolicy reads a policy and what it extends, and checks every reference.
// Errors are yamldoc.Problems: file, line, field, and what was expected.
func ReadPolicy(name string, data []byte, tax *taxonomy.Taxonomy) (*Policy, error) {
	p := &Policy{}
	doc, err := yamldoc.Read(name, data, p)
	if err != nil {
		return nil, err
	}
	d := document{doc}
	sum := sha256.Sum256(data)
	if p.Schema != "recense/policy" || p.Version != 1 {
		d.Wrong("expected recense/policy, version 1", "schema")
		return nil, d.Err()
	}
	if p.Extends != "" {
		base, err := LoadPolicy(p.Extends, tax)
		if err != nil {
			d.Wrong("no such embedded policy; there are "+strings.Join(PolicyIDs(), ", "), "extends")
			return nil, d.Err()
		}
		p.extend(base, d)
		sum = sha256.Sum256(append([]byte(base.SHA256), sum[:]...))
	}
	p.SHA256 = hex.EncodeToString(sum[:])
	p.check(d, tax)
	if err := d.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

// extend takes from base whatever p does not say.
func (p *Policy) extend(base *Policy, d document) {
	p.Processings = override(base.Processings, p.Processings, func(x PolicyProcessing) string { return x.Ref })
	p.Rules = override(base.Rules, p.Rules, func(x Rule) string { return x.ID })
	has := func(field string) bool { return yamldoc.Member(d.Root, field) != nil }
	if !has("locations") {
		p.Locations = base.Locations
	}
	if !has("environments") {
		p.Environments = base.Environments
	}
	if !has("health_access") {
		p.HealthAccess = base.HealthAccess
	}
	if !has("nir") {
		p.NIR = base.NIR
	}
	if !has("impact_assessment") {
		p.Assessment = base.Assessment
	}
	for _, s := range []struct {
		field    string
		own, its *yaml.Node
	}{
		{"recipients", &p.Recipients, &base.Recipients},
		{"opposition", &p.Opposition, &base.Opposition},
		{"rights", &p.Rights, &base.Rights},
		{"breach", &p.Breach, &base.Breach},
		{"access_control", &p.AccessControl, &base.AccessControl},
		{"sensitive_data", &p.SensitiveData, &base.SensitiveData},
	} {
		if !has(s.field) {
			*s.own = *s.its
		}
	}
}

// override returns base with the entries of own in place of those of the same
// key, and the others of own behind.
func override[T any](base, own []T, key func(T) string) []T {
	out := slices.Clone(base)
	for _, x := range own {
		if i := slices.IndexFunc(out, func(y T) bool { return key(y) == key(x) }); i >= 0 {
			out[i] = x
		} else {
			out = append(out, x)
		}
	}
	return out
}

// Processing returns the processing ref, nil when there is none.
func (p *Policy) Processing(ref string) *PolicyProcessing {
	for i := range p.Processings {
		if p.Processings[i].Ref == ref {
			return &p.Processings[i]
		}
	}
	return nil
}

// Rule returns the retention rule id, nil when there is none.
func (p *Policy) Rule(id string) *Rule {
	for i := range p.Rules {
		if p.Rules[i].ID == id {
			return &p.Rules[i]
		}
	}
	return nil
}

// Declared returns the categories that a processing declares: those it names
// and those the document states elsewhere for it.
func (x *PolicyProcessing) Declared() Texts {
	own, _ := x.Categories.Stated()
	also, _ := x.AlsoStated.Stated()
	return append(own, also...)
}

// Limit returns the last stage that ends the conservation of data, or that
// moves it away; false when the rule states no duration.
func (r *Rule) Limit() (Stage, bool) {
	for _, s := range r.Stages {
		if s.Action == Destroy || s.Action == DestroyAnonymise {
			return s, true
		}
	}
	return Stage{}, false
}

// RightsDelays returns how long the policy takes to answer requests of data subjects,
// and complex ones; zero where it says nothing usable.
func (p *Policy) RightsDelays() (plain, complex Period) {
	plain, _ = ParsePeriod(scalar(&p.Rights, "delay"))
	complex, _ = ParsePeriod(scalar(&p.Rights, "delay_complex"))
	return plain, complex
}

func scalar(n *yaml.Node, name string) string {
	if v := yamldoc.Member(n, name); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}
