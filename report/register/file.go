package register

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"recense/report/taxonomy"
	"recense/report/yamldoc"
)

// Register is the organisation's register of processings (registre des
// activités de traitement, GDPR Art. 30) as a file (domain/register.md A.1). It
// is immutable once read.
type Register struct {
	Schema       string           `yaml:"schema"`
	Version      int              `yaml:"version"`
	Updated      Date             `yaml:"updated"`
	Policy       string           `yaml:"policy"`
	Organisation Organisation     `yaml:"organisation"`
	DPO          DPO              `yaml:"dpo"`
	Joint        []Joint          `yaml:"joint_controllers"`
	Sources      []RegisterSource `yaml:"sources"`
	Processings  []Processing     `yaml:"processings"`
	Lists        []List           `yaml:"lists"`
	Consents     []List           `yaml:"consent_lists"`
	Holds        []Hold           `yaml:"legal_holds"`
	Exceptions   []Exception      `yaml:"exceptions"`

	// SHA256 of the file, 64 hexadecimal digits.
	SHA256 string `yaml:"-"`
	policy *Policy
}

// Organisation is the controller.
type Organisation struct {
	Name    string `yaml:"name"`
	SIREN   string `yaml:"siren"`
	Address struct {
		Street     string `yaml:"street"`
		PostalCode string `yaml:"postal_code"`
		City       string `yaml:"city"`
		Country    string `yaml:"country"`
	} `yaml:"address"`
	Phone          string `yaml:"phone"`
	Email          string `yaml:"email"`
	Representative string `yaml:"representative"` // only if the controller is outside the EU
}

// DPO is the data protection officer.
type DPO struct {
	Name     string `yaml:"name"`
	Company  string `yaml:"company"`
	Phone    string `yaml:"phone"`
	Email    string `yaml:"email"`
	External bool   `yaml:"external"`
}

// Joint is a joint controller.
type Joint struct {
	Name    string `yaml:"name"`
	Contact string `yaml:"contact"`
	Role    string `yaml:"role"`
}

// RegisterSource is a perimeter that the organisation knows.
type RegisterSource struct {
	ID            string    `yaml:"id"`
	Kind          string    `yaml:"kind"`
	URI           string    `yaml:"uri"`
	Country       string    `yaml:"country"` // empty: unknown, never guessed
	Operator      string    `yaml:"operator"`
	Environment   string    `yaml:"environment"`
	HDS           bool      `yaml:"hds_certified"`
	CaseSensitive bool      `yaml:"case_sensitive"`
	Owner         string    `yaml:"owner"`
	Identity      string    `yaml:"identity"`
	Witnesses     []Witness `yaml:"witnesses"`
}

// Witness is a synthetic file that the owner of a source put in place.
type Witness struct {
	ID   string `yaml:"id"`
	Path string `yaml:"path"`
}

// Processing is one activity of the register.
type Processing struct {
	Ref           string        `yaml:"ref"`
	Name          string        `yaml:"name"`
	PolicyRef     string        `yaml:"policy_ref"`
	Status        string        `yaml:"status"`
	Owner         string        `yaml:"owner"`
	Created       Date          `yaml:"created"`
	Updated       Date          `yaml:"updated"`
	Software      Texts         `yaml:"software"`
	MainPurpose   string        `yaml:"main_purpose"`
	SubPurposes   Texts         `yaml:"sub_purposes"`
	Role          string        `yaml:"controller_role"`
	Clients       Texts         `yaml:"clients"`
	LegalBasis    Texts         `yaml:"legal_basis"`
	Interest      string        `yaml:"legitimate_interest"`
	Art9Condition string        `yaml:"art9_condition"`
	Subjects      Texts         `yaml:"data_subjects"`
	ExhaustiveSet *bool         `yaml:"categories_exhaustive"`
	Categories    []Category    `yaml:"categories"`
	Starts        []StartPoint  `yaml:"retention_starts"`
	DataSource    string        `yaml:"data_source"`
	Recipients    []Recipient   `yaml:"recipients"`
	Transfers     []Transfer    `yaml:"transfers"`
	Automated     bool          `yaml:"automated_decision"`
	Profiling     bool          `yaml:"profiling"`
	MedicalSet    *bool         `yaml:"medical_perimeter"`
	NIRSet        *bool         `yaml:"nir_allowed"`
	NIRBasis      string        `yaml:"nir_basis"`
	DeclaredState string        `yaml:"declared_state"`
	DPIA          DPIA          `yaml:"dpia"`
	Security      Security      `yaml:"security"`
	AccessGroups  Texts         `yaml:"access_groups"`
	Locations     []LocationRef `yaml:"locations"`

	// What is in force once the policy is inherited.
	Declared   Texts    `yaml:"-"` // categories, sorted
	Exhaustive bool     `yaml:"-"`
	Inherited  bool     `yaml:"-"` // the list of categories is the policy's
	Medical    bool     `yaml:"-"`
	NIRAllowed bool     `yaml:"-"`
	Rules      []string `yaml:"-"` // ids of retention rules, the policy's and those of categories
	cited      []string // those that the policy's processing cites
}

func (p *Processing) policyCites(rule string) bool { return slices.Contains(p.cited, rule) }

// Category is a category that a processing declares.
type Category struct {
	ID          string `yaml:"id"`
	Description string `yaml:"description"`
	Retention   string `yaml:"retention"` // id of a rule of the policy
	Heading     string `yaml:"heading"`   // where the CNIL heading of the category is a list
}

// StartPoint is the organisation's own starting point of a retention rule.
type StartPoint struct {
	Rule    string `yaml:"rule"`
	Event   string `yaml:"start_event_fr"`
	Columns Texts  `yaml:"columns"`
}

// Recipient receives data.
type Recipient struct {
	Name    string `yaml:"name"`
	Type    string `yaml:"type"`
	Country string `yaml:"country"`
}

// Transfer leaves the European Economic Area.
type Transfer struct {
	Recipient string `yaml:"recipient"`
	Country   string `yaml:"country"`
	Safeguard string `yaml:"safeguard"`
	Document  string `yaml:"document"`
}

// DPIA is the impact assessment (AIPD).
type DPIA struct {
	Required bool `yaml:"required"`
	DoneOn   Date `yaml:"done_on"`
}

// Security are the measures taken.
type Security struct {
	Technical      Texts `yaml:"technical"`
	Organisational Texts `yaml:"organisational"`
}

// LocationRef is a place where a processing keeps its data.
type LocationRef struct {
	Source     string `yaml:"source"`
	Path       string `yaml:"path"`
	Encryption struct {
		Declared     bool `yaml:"declared"`
		KeyElsewhere bool `yaml:"key_held_elsewhere"`
	} `yaml:"encryption"`

	pattern pattern
}

// List is a file of identifiers: objections or consents. It is read, normalised
// and hashed in memory; nothing of it is copied.
type List struct {
	ID         string `yaml:"id"`
	Kind       string `yaml:"kind"`
	Path       string `yaml:"path"`
	Column     string `yaml:"column"`
	DateColumn string `yaml:"date_column"`
	AppliesTo  Texts  `yaml:"applies_to"`
}

// Hold is a legal hold: nothing there is due for destruction.
type Hold struct {
	Ref       string        `yaml:"ref"`
	Locations []LocationRef `yaml:"locations"`
	Until     Date          `yaml:"until"` // zero: without end
}

// Exception is a decision on verdicts.
type Exception struct {
	ID        string       `yaml:"id"`
	VerdictID string       `yaml:"verdict_id"`
	Kind      string       `yaml:"kind"`
	Location  *LocationRef `yaml:"location"`
	Decision  string       `yaml:"decision"`
	Reason    string       `yaml:"reason"`
	DecidedBy string       `yaml:"decided_by"`
	DueOn     Date         `yaml:"due_on"`
	Until     Date         `yaml:"until"` // required with accept
	Comment   string       `yaml:"comment"`
}

// Date is a civil date of Europe/Paris, at midnight UTC; zero when absent.
type Date struct{ time.Time }

// UnmarshalYAML implements yaml.Unmarshaler.
func (d *Date) UnmarshalYAML(n *yaml.Node) error {
	if n.Value == "" || n.Tag == "!!null" {
		return nil
	}
	t, err := time.Parse(time.DateOnly, n.Value)
	if err != nil {
		return errors.New("expected a date such as 2026-11-20")
	}
	d.Time = t
	return nil
}

// Read reads a register and checks it whole: unknown fields, closed lists,
// references, dates. Errors are yamldoc.Problems. policy is that of a register that names
// none; policies finds the text of a policy file by its name, nil knows the
// embedded ones only.
func Read(name string, data []byte, tax *taxonomy.Taxonomy, policy string, policies func(string) ([]byte, error)) (*Register, error) {
	r := &Register{}
	doc, err := yamldoc.Read(name, data, r)
	if err != nil {
		return nil, err
	}
	d := document{doc}
	if r.Policy == "" {
		r.Policy = policy
	}
	if r.Schema != "recense/register" || r.Version != 1 {
		d.Wrong("expected recense/register, version 1", "schema")
		return nil, d.Err()
	}
	sum := sha256.Sum256(data)
	r.SHA256 = hex.EncodeToString(sum[:])
	if r.policy, err = r.loadPolicy(tax, policies); err != nil {
		var ps yamldoc.Problems
		if errors.As(err, &ps) {
			return nil, ps
		}
		d.Wrong(err.Error(), "policy")
		return nil, d.Err()
	}
	r.check(d, tax)
	if err := d.Err(); err != nil {
		return nil, err
	}
	for i := range r.Processings {
		r.inherit(&r.Processings[i])
	}
	return r, r.compile(d)
}

// PolicyInForce returns the policy that the processings inherit from, nil
// without one.
func (r *Register) PolicyInForce() *Policy { return r.policy }

func (r *Register) loadPolicy(tax *taxonomy.Taxonomy, policies func(string) ([]byte, error)) (*Policy, error) {
	if r.Policy == "" {
		return nil, nil
	}
	if slices.Contains(PolicyIDs(), r.Policy) {
		return LoadPolicy(r.Policy, tax)
	}
	if policies == nil {
		return nil, fmt.Errorf("no embedded policy %q; there are %s", r.Policy, strings.Join(PolicyIDs(), ", "))
	}
	data, err := policies(r.Policy)
	if err != nil {
		return nil, fmt.Errorf("policy %q cannot be read: %w", r.Policy, err)
	}
	return ReadPolicy(r.Policy, data, tax)
}

// inherit works out what is in force for a processing: a field that it has
// replaces the inherited one entirely.
func (r *Register) inherit(p *Processing) {
	var base *PolicyProcessing
	if r.policy != nil {
		base = r.policy.Processing(p.PolicyRef)
	}
	for _, c := range p.Categories {
		p.Declared = append(p.Declared, c.ID)
		if c.Retention != "" && c.Retention != NotStated {
			p.Rules = append(p.Rules, c.Retention)
		}
	}
	p.Exhaustive, p.Inherited = true, false
	if base != nil {
		p.inheritFrom(base, r.policy)
	}
	if p.ExhaustiveSet != nil {
		p.Exhaustive = *p.ExhaustiveSet
	}
	if p.MedicalSet != nil {
		p.Medical = *p.MedicalSet
	}
	if p.NIRSet != nil {
		p.NIRAllowed = *p.NIRSet
	}
	slices.Sort(p.Declared)
	p.Declared = slices.Compact(p.Declared)
}

func (p *Processing) inheritFrom(base *PolicyProcessing, policy *Policy) {
	if len(p.Categories) == 0 {
		p.Declared, p.Exhaustive, p.Inherited = base.Declared(), base.Exhaustive, true
	}
	p.Medical = base.Medical
	p.NIRAllowed = slices.Contains(policy.NIR.Allowed, base.Ref)
	if len(p.LegalBasis) == 0 {
		p.LegalBasis, _ = base.LegalBasis.Stated()
	}
	if len(p.Subjects) == 0 {
		p.Subjects, _ = base.Subjects.Stated()
	}
	p.cited, _ = base.Retention.Stated()
	for _, id := range p.cited {
		if !slices.Contains(p.Rules, id) {
			p.Rules = append(p.Rules, id)
		}
	}
}

// Processing returns the processing ref, nil when there is none.
func (r *Register) Processing(ref string) *Processing {
	for i := range r.Processings {
		if r.Processings[i].Ref == ref {
			return &r.Processings[i]
		}
	}
	return nil
}

// Source returns the source id, nil when there is none.
func (r *Register) Source(id string) *RegisterSource {
	for i := range r.Sources {
		if r.Sources[i].ID == id {
			return &r.Sources[i]
		}
	}
	return nil
}
