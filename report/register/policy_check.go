package register

import (
	"fmt"
	"slices"

	"recense/report/taxonomy"
	"recense/report/yamldoc"
)

var (
	legalBases  = []string{"consent", "contract", "legal_obligation", "vital_interests", "public_interest", "legitimate_interest"}
	actions     = []string{Destroy, DestroyAnonymise, MoveOffSite, RenewConsent}
	bases       = []string{ByColumn, ByFileName, ByModified}
	certainties = []string{Certain, Probable, Possible}
	whenUnknown = []string{"retention_unknown", "to_confirm", "info"}
)

// document is the file of a register or a policy being checked.
type document struct{ *yamldoc.Document }

// check resolves the references of a policy. The places of what an extended
// policy says are those of its own file, so only entries that are new here name
// theirs.
func (p *Policy) check(d document, tax *taxonomy.Taxonomy) {
	if p.ID == "" {
		d.Wrong("a policy needs an id", "id")
	}
	refs := map[string]bool{}
	for _, x := range p.Processings {
		refs[x.Ref] = true
	}
	rules := map[string]bool{}
	for _, r := range p.Rules {
		rules[r.ID] = true
	}
	p.checkProcessings(d, tax, rules)
	p.checkRules(d, tax, refs)
	if allowed, _ := p.NIR.Allowed.Stated(); !allKnown(allowed, refs) {
		d.Wrong("names a processing that the policy does not have", "nir", "allowed_processings")
	}
	for _, list := range []struct {
		field  string
		values Texts
	}{{"allowed_regions", p.Locations.Allowed}, {"preferred", p.Locations.Preferred}, {"adequate_countries", p.Locations.Adequate}} {
		stated, _ := list.values.Stated()
		for _, v := range stated {
			if tax.Regions[v] == nil && !isCountry(v) {
				d.Wrong(fmt.Sprintf("%q is neither a region of the taxonomy nor a country code of two capitals", v), "locations", list.field)
			}
		}
	}
	if s := p.Assessment.RequiredFrom; s != "" && s != NotStated && tax.Level(s) == nil {
		d.Wrong(fmt.Sprintf("%q is no level of the taxonomy", s), "impact_assessment", "required_from")
	}
	if p.Locations.Outside != "" {
		d.OneOf(p.Locations.Outside, []string{"gap", "to_confirm", "info"}, "locations", "outside_allowed")
	}
}

func allKnown(names []string, known map[string]bool) bool {
	return !slices.ContainsFunc(names, func(n string) bool { return !known[n] })
}

func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// own returns the place of an entry in the file that is being read, -1 when it
// comes from the policy it extends.
func own(d document, list, key, value string) int {
	n := yamldoc.Member(d.Root, list)
	if n == nil {
		return -1
	}
	for i, item := range n.Content {
		if k := yamldoc.Member(item, key); k != nil && k.Value == value {
			return i
		}
	}
	return -1
}

func (p *Policy) checkProcessings(d document, tax *taxonomy.Taxonomy, rules map[string]bool) {
	seen := map[string]bool{}
	for i, x := range p.Processings {
		at := own(d, "processings", "ref", x.Ref)
		if at < 0 {
			if x.Ref == "" {
				d.Wrong("a processing needs a ref", "processings", i)
			}
			continue
		}
		if seen[x.Ref] {
			d.Wrong(fmt.Sprintf("ref %q is used twice", x.Ref), "processings", at, "ref")
		}
		seen[x.Ref] = true
		d.stated(x.LegalBasis, legalBases, "processings", at, "legal_basis")
		d.categories(tax, x.Categories, "processings", at, "categories")
		d.categories(tax, x.AlsoStated, "processings", at, "also_stated")
		d.subjects(tax, x.Subjects, "processings", at, "data_subjects")
		if cited, _ := x.Retention.Stated(); !allKnown(cited, rules) {
			d.Wrong("names a retention rule that the policy does not have", "processings", at, "retention")
		}
	}
}

func (p *Policy) checkRules(d document, tax *taxonomy.Taxonomy, refs map[string]bool) {
	seen := map[string]bool{}
	for i := range p.Rules {
		r := &p.Rules[i]
		at := own(d, "retention_rules", "id", r.ID)
		if at < 0 {
			if r.ID == "" {
				d.Wrong("a retention rule needs an id", "retention_rules", i)
			}
			continue
		}
		if seen[r.ID] {
			d.Wrong(fmt.Sprintf("id %q is used twice", r.ID), "retention_rules", at, "id")
		}
		seen[r.ID] = true
		d.checkRule(tax, r, refs, at)
		p.checkCovers(d, r, at)
	}
}

func (d document) checkRule(tax *taxonomy.Taxonomy, r *Rule, refs map[string]bool, at int) {
	const list = "retention_rules"
	if stated, _ := r.Processings.Stated(); !allKnown(stated, refs) {
		d.Wrong("names a processing that the policy does not have", list, at, "processings")
	}
	d.categories(tax, r.Categories, list, at, "categories")
	d.subjects(tax, r.Subjects, list, at, "data_subjects")
	switch {
	case len(r.Stages) == 0 && r.Duration != NotStated && r.Minimum == nil:
		d.Wrong(`expected stages, or "duration: not stated"`, list, at)
	case len(r.Stages) > 0 && r.Duration != "":
		d.Wrong("stages and a duration exclude each other", list, at, "duration")
	}
	for i, s := range r.Stages {
		d.OneOf(s.Action, actions, list, at, "stages", i, "action")
		if s.After.IsZero() {
			d.Wrong("a stage needs a delay above zero", list, at, "stages", i, "after")
		}
	}
	for i, b := range r.Approximation {
		d.OneOf(b.Basis, bases, list, at, "approximation", i, "basis")
		d.OneOf(b.Certainty, certainties, list, at, "approximation", i, "certainty")
		if (b.Basis == ByColumn) != (len(b.Names) > 0) {
			d.Wrong("names go with the basis column, and with it only", list, at, "approximation", i, "names")
		}
	}
	if r.WhenUnknown != "" {
		d.OneOf(r.WhenUnknown, whenUnknown, list, at, "verdict_when_unknown")
	}
}

// checkCovers reports a category that a rule names and one of its processings
// does not declare: the rule would speak of nothing.
func (p *Policy) checkCovers(d document, r *Rule, at int) {
	categories, _ := r.Categories.Stated()
	for _, x := range p.Processings {
		declared, some := x.Categories.Stated()
		if !slices.Contains(r.Processings, x.Ref) || !some {
			continue
		}
		also, _ := x.AlsoStated.Stated()
		for _, c := range categories {
			if !slices.Contains(declared, c) && !slices.Contains(also, c) {
				d.Wrong(fmt.Sprintf("processing %s declares no category %s", x.Ref, c), "retention_rules", at, "categories")
			}
		}
	}
}

// stated checks each value of a list that may be "not stated".
func (d document) stated(values Texts, list []string, path ...any) {
	stated, _ := values.Stated()
	for _, v := range stated {
		d.OneOf(v, list, path...)
	}
}

func (d document) categories(tax *taxonomy.Taxonomy, ids Texts, path ...any) {
	stated, _ := ids.Stated()
	for _, id := range stated {
		if tax.Category(id) == nil {
			d.Wrong(fmt.Sprintf("%q is no category of the taxonomy%s", id, yamldoc.Nearest(id, categoryIDs(tax))), path...)
		}
	}
}

func categoryIDs(tax *taxonomy.Taxonomy) map[string]bool {
	ids := map[string]bool{}
	for _, c := range tax.Categories {
		ids[c.ID] = true
	}
	return ids
}

func (d document) subjects(tax *taxonomy.Taxonomy, ids Texts, path ...any) {
	known := map[string]bool{}
	for _, s := range tax.Subjects {
		known[s.ID] = true
	}
	stated, _ := ids.Stated()
	for _, id := range stated {
		if !known[id] {
			d.Wrong(fmt.Sprintf("%q is none of the data subjects of the taxonomy%s", id, yamldoc.Nearest(id, known)), path...)
		}
	}
}
