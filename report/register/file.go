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
	Schema       string           `yaml:"schema,omitempty"`
	Version      int              `yaml:"version,omitempty"`
	Updated      Date             `yaml:"updated,omitempty"`
	Policy       string           `yaml:"policy,omitempty"`
	Organisation Organisation     `yaml:"organisation,omitempty"`
	DPO          DPO              `yaml:"dpo,omitempty"`
	Joint        []Joint          `yaml:"joint_controllers,omitempty"`
	Sources      []RegisterSource `yaml:"sources,omitempty"`
	Processings  []Processing     `yaml:"processings,omitempty"`
	Lists        []List           `yaml:"lists,omitempty"`
	Consents     []List           `yaml:"consent_lists,omitempty"`
	Holds        []Hold           `yaml:"legal_holds,omitempty"`
	Exceptions   []Exception      `yaml:"exceptions,omitempty"`

	// SHA256 of the file, 64 hexadecimal digits.
	SHA256  string `yaml:"-"`
	policy  *Policy
	written *Register
}

// Organisation is the controller.
type Organisation struct {
	Name    string `yaml:"name,omitempty"`
	SIREN   string `yaml:"siren,omitempty"`
	Address struct {
		Street     string `yaml:"street,omitempty"`
		PostalCode string `yaml:"postal_code,omitempty"`
		City       string `yaml:"city,omitempty"`
		Country    string `yaml:"country,omitempty"`
	} `yaml:"address,omitempty"`
	Phone          string `yaml:"phone,omitempty"`
	Email          string `yaml:"email,omitempty"`
	Representative string `yaml:"representative,omitempty"` // only if the controller is outside the EU
}

// DPO is the data protection officer.
type DPO struct {
	Name     string `yaml:"name,omitempty"`
	Company  string `yaml:"company,omitempty"`
	Phone    string `yaml:"phone,omitempty"`
	Email    string `yaml:"email,omitempty"`
	External bool   `yaml:"external,omitempty"`
}

// Joint is a joint controller.
type Joint struct {
	Name    string `yaml:"name,omitempty"`
	Contact string `yaml:"contact,omitempty"`
	Role    string `yaml:"role,omitempty"`
}

// RegisterSource is a perimeter that the organisation knows.
type RegisterSource struct {
	ID            string    `yaml:"id,omitempty"`
	Kind          string    `yaml:"kind,omitempty"`
	URI           string    `yaml:"uri,omitempty"`
	Country       string    `yaml:"country,omitempty"` // empty: unknown, never guessed
	Operator      string    `yaml:"operator,omitempty"`
	Environment   string    `yaml:"environment,omitempty"`
	HDS           bool      `yaml:"hds_certified,omitempty"`
	CaseSensitive bool      `yaml:"case_sensitive,omitempty"`
	Owner         string    `yaml:"owner,omitempty"`
	Identity      string    `yaml:"identity,omitempty"`
	Witnesses     []Witness `yaml:"witnesses,omitempty"`
}

// Witness is a synthetic file that the owner of a source put in place.
type Witness struct {
	ID   string `yaml:"id,omitempty"`
	Path string `yaml:"path,omitempty"`
}

// Processing is one activity of the register.
type Processing struct {
	Ref           string        `yaml:"ref,omitempty"`
	Name          string        `yaml:"name,omitempty"`
	PolicyRef     string        `yaml:"policy_ref,omitempty"`
	Status        string        `yaml:"status,omitempty"`
	Owner         string        `yaml:"owner,omitempty"`
	Created       Date          `yaml:"created,omitempty"`
	Updated       Date          `yaml:"updated,omitempty"`
	Software      Texts         `yaml:"software,omitempty"`
	MainPurpose   string        `yaml:"main_purpose,omitempty"`
	SubPurposes   Texts         `yaml:"sub_purposes,omitempty"`
	Role          string        `yaml:"controller_role,omitempty"`
	Clients       Texts         `yaml:"clients,omitempty"`
	LegalBasis    Texts         `yaml:"legal_basis,omitempty"`
	Interest      string        `yaml:"legitimate_interest,omitempty"`
	Art9Condition string        `yaml:"art9_condition,omitempty"`
	Subjects      Texts         `yaml:"data_subjects,omitempty"`
	ExhaustiveSet *bool         `yaml:"categories_exhaustive,omitempty"`
	Categories    []Category    `yaml:"categories,omitempty"`
	Starts        []StartPoint  `yaml:"retention_starts,omitempty"`
	DataSource    string        `yaml:"data_source,omitempty"`
	Recipients    []Recipient   `yaml:"recipients,omitempty"`
	Transfers     []Transfer    `yaml:"transfers,omitempty"`
	Automated     bool          `yaml:"automated_decision,omitempty"`
	Profiling     bool          `yaml:"profiling,omitempty"`
	MedicalSet    *bool         `yaml:"medical_perimeter,omitempty"`
	NIRSet        *bool         `yaml:"nir_allowed,omitempty"`
	NIRBasis      string        `yaml:"nir_basis,omitempty"`
	DeclaredState string        `yaml:"declared_state,omitempty"`
	DPIA          DPIA          `yaml:"dpia,omitempty"`
	Security      Security      `yaml:"security,omitempty"`
	AccessGroups  Texts         `yaml:"access_groups,omitempty"`
	Locations     []LocationRef `yaml:"locations,omitempty"`

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
	ID          string `yaml:"id,omitempty"`
	Description string `yaml:"description,omitempty"`
	Retention   string `yaml:"retention,omitempty"` // id of a rule of the policy
	Heading     string `yaml:"heading,omitempty"`   // where the CNIL heading of the category is a list
}

// StartPoint is the organisation's own starting point of a retention rule.
type StartPoint struct {
	Rule    string `yaml:"rule,omitempty"`
	Event   string `yaml:"start_event_fr,omitempty"`
	Columns Texts  `yaml:"columns,omitempty"`
}

// Recipient receives data.
type Recipient struct {
	Name    string `yaml:"name,omitempty"`
	Type    string `yaml:"type,omitempty"`
	Country string `yaml:"country,omitempty"`
}

// Transfer leaves the European Economic Area.
type Transfer struct {
	Recipient string `yaml:"recipient,omitempty"`
	Country   string `yaml:"country,omitempty"`
	Safeguard string `yaml:"safeguard,omitempty"`
	Document  string `yaml:"document,omitempty"`
}

// DPIA is the impact assessment (AIPD).
type DPIA struct {
	Required bool `yaml:"required,omitempty"`
	DoneOn   Date `yaml:"done_on,omitempty"`
}

// Security are the measures taken.
type Security struct {
	Technical      Texts `yaml:"technical,omitempty"`
	Organisational Texts `yaml:"organisational,omitempty"`
}

// LocationRef is a place where a processing keeps its data.
type LocationRef struct {
	Source     string `yaml:"source,omitempty"`
	Path       string `yaml:"path,omitempty"`
	Encryption struct {
		Declared     bool `yaml:"declared,omitempty"`
		KeyElsewhere bool `yaml:"key_held_elsewhere,omitempty"`
	} `yaml:"encryption,omitempty"`

	pattern pattern
}

// List is a file of identifiers: objections or consents. It is read, normalised
// and hashed in memory; nothing of it is copied.
type List struct {
	ID         string `yaml:"id,omitempty"`
	Kind       string `yaml:"kind,omitempty"`
	Path       string `yaml:"path,omitempty"`
	Column     string `yaml:"column,omitempty"`
	DateColumn string `yaml:"date_column,omitempty"`
	AppliesTo  Texts  `yaml:"applies_to,omitempty"`
}

// Hold is a legal hold: nothing there is due for destruction.
type Hold struct {
	Ref       string        `yaml:"ref,omitempty"`
	Locations []LocationRef `yaml:"locations,omitempty"`
	Until     Date          `yaml:"until,omitempty"` // zero: without end
}

// Exception is a decision on verdicts.
type Exception struct {
	ID        string       `yaml:"id,omitempty"`
	VerdictID string       `yaml:"verdict_id,omitempty"`
	Kind      string       `yaml:"kind,omitempty"`
	Location  *LocationRef `yaml:"location,omitempty"`
	Decision  string       `yaml:"decision,omitempty"`
	Reason    string       `yaml:"reason,omitempty"`
	DecidedBy string       `yaml:"decided_by,omitempty"`
	DueOn     Date         `yaml:"due_on,omitempty"`
	Until     Date         `yaml:"until,omitempty"` // required with accept
	Comment   string       `yaml:"comment,omitempty"`
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
	r.written = r.clone()
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
