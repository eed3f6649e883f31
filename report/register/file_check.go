package register

import (
	"fmt"
	"slices"
	"strings"

	"recense/report/taxonomy"
	"recense/report/yamldoc"
)

var (
	sourceKinds     = []string{"file_share", "database", "export", "mail_archive", "backup", "object_store"}
	environments    = []string{"production", "pre_production", "test", "archive", "backup"}
	statuses        = []string{"active", "planned", "ended"}
	roles           = []string{"controller", "joint_controller", "processor"}
	recipientTypes  = []string{"internal", "group", "processor", "partner"}
	states          = []string{"identified", "pseudonymised", "anonymised"}
	art9Conditions  = []string{"9.2.a", "9.2.b", "9.2.c", "9.2.d", "9.2.e", "9.2.f", "9.2.g", "9.2.h", "9.2.i", "9.2.j"}
	decisions       = []string{"fix", "accept", "false_positive", "examine"}
	securityMeasure = []string{"Contrôle d'accès des utilisateurs", "Mesures de traçabilité", "Mesures de protection des logiciels", "Sauvegarde des données", "Chiffrement des données", "Contrôle des sous-traitants", "Autres"}
)

// SecurityMeasures returns the measures that the CNIL template offers, in its
// order.
func SecurityMeasures() []string { return slices.Clone(securityMeasure) }

// check resolves every reference and closed list of a register.
func (r *Register) check(d document, tax *taxonomy.Taxonomy) {
	d.Unique("sources", "id", len(r.Sources), func(i int) string { return r.Sources[i].ID })
	d.Unique("processings", "ref", len(r.Processings), func(i int) string { return r.Processings[i].Ref })
	d.Unique("lists", "id", len(r.Lists), func(i int) string { return r.Lists[i].ID })
	d.Unique("consent_lists", "id", len(r.Consents), func(i int) string { return r.Consents[i].ID })
	d.Unique("exceptions", "id", len(r.Exceptions), func(i int) string { return r.Exceptions[i].ID })
	for i := range r.Sources {
		r.checkSource(d, i)
	}
	for i := range r.Processings {
		r.checkProcessing(d, tax, i)
	}
	for i, l := range r.Lists {
		r.checkList(d, tax, l, "lists", i)
	}
	for i, l := range r.Consents {
		r.checkList(d, tax, l, "consent_lists", i)
	}
	for i, h := range r.Holds {
		for j, l := range h.Locations {
			r.checkLocation(d, l, "legal_holds", i, "locations", j)
		}
	}
	for i := range r.Exceptions {
		r.checkException(d, i)
	}
}

func (r *Register) checkSource(d document, i int) {
	s := &r.Sources[i]
	d.OneOf(s.Kind, sourceKinds, "sources", i, "kind")
	if s.Environment != "" {
		d.OneOf(s.Environment, environments, "sources", i, "environment")
	}
	if s.Country != "" && !isCountry(s.Country) {
		d.Wrong("expected an ISO 3166-1 code of two capitals, such as FR", "sources", i, "country")
	}
	d.Unique("witnesses", "id", len(s.Witnesses), func(j int) string { return s.Witnesses[j].ID })
}

func (r *Register) checkProcessing(d document, tax *taxonomy.Taxonomy, i int) {
	p := &r.Processings[i]
	at := func(field string, more ...any) []any { return append([]any{"processings", i, field}, more...) }
	if p.PolicyRef != "" && (r.policy == nil || r.policy.Processing(p.PolicyRef) == nil) {
		d.Wrong(fmt.Sprintf("the policy %q has no processing %q", r.Policy, p.PolicyRef), at("policy_ref")...)
	}
	for _, c := range []struct {
		field, value string
		list         []string
	}{{"status", p.Status, statuses}, {"controller_role", p.Role, roles}, {"declared_state", p.DeclaredState, states}, {"art9_condition", p.Art9Condition, art9Conditions}} {
		if c.value != "" && c.value != NotStated {
			d.OneOf(c.value, c.list, at(c.field)...)
		}
	}
	d.stated(p.LegalBasis, legalBases, at("legal_basis")...)
	d.subjects(tax, p.Subjects, at("data_subjects")...)
	if slices.Contains(p.LegalBasis, "legitimate_interest") && p.Interest == "" {
		d.Wrong("is needed with the legal basis legitimate_interest", at("legitimate_interest")...)
	}
	if p.Role == "processor" && len(p.Clients) == 0 {
		d.Wrong("is needed with the role processor", at("clients")...)
	}
	if s := p.DataSource; s != "" && s != NotStated && s != "direct" && !strings.HasPrefix(s, "indirect") {
		d.Wrong(`expected direct, or "indirect: " and the origin`, at("data_source")...)
	}
	r.checkCategories(d, tax, p, at)
	for j, x := range p.Recipients {
		d.OneOf(x.Type, recipientTypes, at("recipients", j, "type")...)
	}
	for j, x := range p.Transfers {
		if !isCountry(x.Country) {
			d.Wrong("expected an ISO 3166-1 code of two capitals, such as US", at("transfers", j, "country")...)
		}
	}
	for j, l := range p.Locations {
		r.checkLocation(d, l, at("locations", j)...)
	}
}

func (r *Register) checkCategories(d document, tax *taxonomy.Taxonomy, p *Processing, at func(string, ...any) []any) {
	known := func(rule string) bool { return r.policy != nil && r.policy.Rule(rule) != nil }
	art9 := false
	for j, c := range p.Categories {
		d.categories(tax, Texts{c.ID}, at("categories", j, "id")...)
		if cat := tax.Category(c.ID); cat != nil {
			art9 = art9 || cat.Art9
		}
		if c.Retention != "" && c.Retention != NotStated && !known(c.Retention) {
			d.Wrong(fmt.Sprintf("the policy %q has no retention rule %q", r.Policy, c.Retention), at("categories", j, "retention")...)
		}
	}
	if art9 && p.Art9Condition == "" {
		d.Wrong("is needed when a category is one of GDPR Art. 9 (9.2.a to 9.2.j, or not stated)", at("art9_condition")...)
	}
	for j, s := range p.Starts {
		if !known(s.Rule) {
			d.Wrong(fmt.Sprintf("the policy %q has no retention rule %q", r.Policy, s.Rule), at("retention_starts", j, "rule")...)
		}
	}
}

func (r *Register) checkLocation(d document, l LocationRef, path ...any) {
	if r.Source(l.Source) == nil {
		d.Wrong(fmt.Sprintf("%q is no source of this register", l.Source), append(slices.Clone(path), "source")...)
	}
	if l.Path == "" {
		d.Wrong("is needed", append(slices.Clone(path), "path")...)
	}
}

func (r *Register) checkList(d document, tax *taxonomy.Taxonomy, l List, list string, i int) {
	known := map[string]bool{}
	for _, k := range tax.Detectors {
		known[string(k.ID)] = true
	}
	if !known[l.Kind] {
		d.Wrong(fmt.Sprintf("%q is no detector%s", l.Kind, yamldoc.Nearest(l.Kind, known)), list, i, "kind")
	}
	if l.Path == "" {
		d.Wrong("is needed", list, i, "path")
	}
	for j, ref := range l.AppliesTo {
		if r.Processing(ref) == nil {
			d.Wrong(fmt.Sprintf("%q is no processing of this register", ref), list, i, "applies_to", j)
		}
	}
}

func (r *Register) checkException(d document, i int) {
	e := &r.Exceptions[i]
	d.OneOf(e.Decision, decisions, "exceptions", i, "decision")
	byKind := e.Kind != "" || e.Location != nil
	if (e.VerdictID == "") != byKind {
		d.Wrong("expected either verdict_id, or kind and location", "exceptions", i)
	}
	if e.Kind != "" {
		d.OneOf(e.Kind, kindIDs(), "exceptions", i, "kind")
	}
	if e.Location != nil {
		r.checkLocation(d, *e.Location, "exceptions", i, "location")
	}
	if e.Decision == "accept" && e.Until.IsZero() {
		d.Wrong("is needed with the decision accept", "exceptions", i, "until")
	}
}
