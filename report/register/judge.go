package register

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"recense/detectors"
	"recense/report/inventory"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/sources"
)

// judge emits the verdicts of C.2.
func (p *place) judge() {
	p.content()
	asserted := p.facts.Categories
	p.declaration(asserted)
	p.perimeters()
	p.hosting()
	p.access()
	p.lists()
	p.states()
	p.keeping(asserted)
	for _, row := range p.l.Inventory {
		if _, ok := p.best[row.Category]; !ok {
			p.add(inventory.Verdict{Kind: "to_confirm", Status: ToConfirm, Category: row.Category}, "category", p.label(row.Category))
			p.best[row.Category] = detectors.Weak // once
		}
	}
	for c, s := range p.best {
		if s == detectors.Weak {
			delete(p.best, c)
		}
	}
}

// content says what was not read.
func (p *place) content() {
	switch p.l.Status {
	case sources.Scanned, sources.Unchanged, sources.Excluded, sources.PrivateMarked:
		return
	}
	v := inventory.Verdict{Kind: "not_verified", Status: Info}
	if p.l.Detail == sources.BackupFile || p.sensitiveProcessing() {
		v.Severity = "modere"
	}
	reason := func(lang string) string {
		return cmp.Or(words.Reason(lang, p.tax, p.l.Detail), words.Status(lang, p.tax, p.l.Status, ""))
	}
	p.add(v, "reason", [2]string{reason("fr"), reason("en")})
}

// sensitiveProcessing reports whether a matching processing declares a sensitive
// category.
func (p *place) sensitiveProcessing() bool {
	return slices.ContainsFunc(p.matching, func(m Matching) bool { return sensitive(p.tax, m.Processing.Declared) })
}

func sensitive(t *taxonomy.Taxonomy, categories []string) bool {
	return slices.ContainsFunc(categories, func(c string) bool { return t.In(c, "@sensitive_any") })
}

// declaredBy returns the first matching processing that declares a category.
func (p *place) declaredBy(category string) *Processing {
	for _, m := range p.matching {
		if slices.Contains(m.Processing.Declared, category) {
			return m.Processing
		}
	}
	return nil
}

// openLists reports whether every matching list of categories is inherited and
// not exhaustive: then what it lacks is to be confirmed.
func (p *place) openLists() bool {
	return len(p.matching) > 0 && !slices.ContainsFunc(p.matching, func(m Matching) bool {
		return !m.Processing.Inherited || m.Processing.Exhaustive
	})
}

func (p *place) declaration(asserted []string) {
	if len(asserted) > 0 && len(p.matching) == 0 {
		p.add(inventory.Verdict{Kind: "undeclared_location", Status: Gap}, "n", fmt.Sprint(len(asserted)))
		if ref := p.copies[string(p.l.ContentID)]; ref != "" && len(p.l.ContentID) > 0 {
			p.add(inventory.Verdict{Kind: "uncontrolled_copy", Status: Gap, Processing: ref}, "ref", ref)
		}
	}
	status := Gap
	if p.openLists() {
		status = ToConfirm
	}
	for _, c := range asserted {
		switch by := p.declaredBy(c); {
		case by != nil:
			p.add(inventory.Verdict{Kind: "declared", Status: OK, Category: c, Processing: by.Ref}, "ref", by.Ref)
		case len(p.matching) > 0:
			ref := p.matching[0].Processing.Ref
			p.add(inventory.Verdict{Kind: "undeclared_category", Status: status, Category: c, Processing: ref}, "ref", ref, "category", p.label(c))
		}
		if (c == "health" || c == "benefits") && p.declaredBy(c) == nil && p.facts.has(p.tax, "@identifying") {
			p.add(inventory.Verdict{Kind: "health_undeclared", Status: status, Category: c, Processing: p.firstRef()})
		}
	}
}

func (p *place) firstRef() string {
	if len(p.matching) == 0 {
		return ""
	}
	return p.matching[0].Processing.Ref
}

// perimeters: medical secrecy, NIR, credentials.
func (p *place) perimeters() {
	if p.asserted("medical") && !p.some(func(x *Processing) bool { return x.Medical }) {
		status, silent := Gap, p.policy != nil && p.policy.HealthAccess.silent()
		if p.declaredBy("medical") != nil || silent {
			status = ToConfirm
		}
		p.add(inventory.Verdict{Kind: "medical_outside_perimeter", Status: status, Category: "medical", Processing: p.firstRef()})
		if silent {
			p.say(" La politique de référence ne dit pas qui peut y accéder : à confirmer.", " The reference policy does not say who may have access: to be confirmed.")
		}
	}
	if p.asserted("nir") && !p.some(func(x *Processing) bool { return x.NIRAllowed }) {
		p.nirOutside()
	}
	if p.asserted("credentials") {
		p.add(inventory.Verdict{Kind: "cleartext_credentials", Status: Gap, Category: "credentials", Processing: p.firstRef()})
	}
}

// nirOutside tells a NIR that no matching processing may use. A DSN of a legal
// obligation only lacks its ground in the register; a policy that names no processing
// refuses none, but one that the register itself refuses.
func (p *place) nirOutside() {
	v := inventory.Verdict{Kind: "nir_outside_allowed_purposes", Status: Gap, Category: "nir", Processing: p.firstRef()}
	refused := p.some(func(x *Processing) bool { return x.NIRSet != nil })
	switch {
	case p.l.Format == "dsn" && p.some(func(x *Processing) bool { return slices.Contains(x.LegalBasis, "legal_obligation") }):
		v.Status = ToConfirm
		p.add(v)
	case p.policy != nil && p.policy.NIR.silent() && !refused:
		p.add(v) // in the words of a gap
		p.verdicts[len(p.verdicts)-1].Status = ToConfirm
		p.say(" La politique de référence n'en nomme aucun : à confirmer.", " The reference policy names none: to be confirmed.")
	default:
		p.add(v)
	}
}

// say goes on with the message of the last verdict.
func (p *place) say(fr, en string) {
	v := &p.verdicts[len(p.verdicts)-1]
	v.FR += fr
	v.EN += en
}

func (p *place) asserted(category string) bool { return slices.Contains(p.facts.Categories, category) }

func (p *place) some(is func(*Processing) bool) bool {
	return slices.ContainsFunc(p.matching, func(m Matching) bool { return is(m.Processing) })
}

// hosting: where the data physically is.
func (p *place) hosting() {
	if p.source == nil || len(p.facts.Categories) == 0 {
		return
	}
	country := p.source.Country
	switch {
	case country == "": // told once for the source: Rest
	case p.facts.CountryRefused:
		status := ToConfirm
		if p.policy != nil && p.policy.Locations.Outside != "" {
			status = p.policy.Locations.Outside
		}
		p.add(inventory.Verdict{Kind: "location_outside_allowed", Status: status, Processing: p.firstRef(), Rule: "locations"}, "country", country)
	case p.policy != nil:
		if preferred, some := p.policy.Locations.Preferred.Stated(); some && !p.inRegions(country, preferred) {
			p.add(inventory.Verdict{Kind: "location_outside_preferred", Status: Info, Processing: p.firstRef(), Rule: "locations"}, "country", country)
		}
	}
	if operator := p.source.Operator; operator != "" && operator != "internal" && !p.source.HDS && p.facts.has(p.tax, "@health_any") {
		p.add(inventory.Verdict{Kind: "health_hosting_to_confirm", Status: ToConfirm, Processing: p.firstRef()}, "operator", operator)
	}
}

// access: who can read.
func (p *place) access() {
	wide := p.l.Access == "world" || p.l.Access == "everyone_authenticated"
	if wide && p.facts.any(p.tax, []string{"@sensitive_any", "bank_details", "identity_document", "credentials"}) {
		readers := [2]string{"tous", "everyone"}
		if p.l.Access != "world" {
			readers = [2]string{"tous les comptes authentifiés", "all authenticated accounts"}
		}
		p.add(inventory.Verdict{Kind: "world_readable_sensitive", Status: Gap, Processing: p.firstRef()}, "readers", readers)
	}
	var declared Texts
	for _, m := range p.matching {
		declared = append(declared, m.Processing.AccessGroups...)
	}
	if len(declared) == 0 {
		return
	}
	var others []string
	for _, g := range p.l.Groups {
		if !slices.Contains(declared, g) {
			others = append(others, g)
		}
	}
	if len(others) > 0 {
		p.add(inventory.Verdict{Kind: "access_wider_than_declared", Status: ToConfirm, Processing: p.firstRef()}, "group", strings.Join(others, ", "))
	}
}

// lists: objections and consents.
func (p *place) lists() {
	for _, hit := range p.l.Lists {
		for _, list := range p.reg.Lists {
			if list.ID == hit.List && hit.Persons > 0 && p.some(func(x *Processing) bool { return slices.Contains(list.AppliesTo, x.Ref) }) {
				p.add(inventory.Verdict{Kind: "opposition_not_applied", Status: Gap, Category: p.categoryOf(list.Kind), Processing: p.firstRef(), Rule: list.ID, Count: hit.Persons},
					"n", fmt.Sprint(hit.Persons), "list", list.ID)
			}
		}
		for _, list := range p.reg.Consents {
			if list.ID == hit.List && hit.Absent > 0 && p.some(func(x *Processing) bool { return slices.Contains(list.AppliesTo, x.Ref) }) {
				p.add(inventory.Verdict{Kind: "consent_missing", Status: ToConfirm, Category: p.categoryOf(list.Kind), Processing: p.firstRef(), Rule: list.ID, Count: hit.Absent},
					"n", fmt.Sprint(hit.Absent))
			}
		}
	}
}

func (p *place) categoryOf(kind string) string {
	if d := p.tax.Detector(detectors.Kind(kind)); d != nil {
		return d.Category
	}
	return ""
}

// states: pseudonymised sets, copies of production.
func (p *place) states() {
	state := p.facts.DeclaredState
	if state != "" && state != "identified" {
		for _, c := range p.facts.Categories {
			if p.tax.Category(c).Role == "direct" {
				p.add(inventory.Verdict{Kind: "identified_in_pseudonymised", Status: Gap, Category: c, Processing: p.firstRef()},
					"state", p.enum(p.tax.Enums.DeclaredState, state))
			}
		}
	}
	if env := p.l.Environment; len(p.facts.Categories) > 0 && (env == "pre_production" || env == "test") {
		p.add(inventory.Verdict{Kind: "production_data_outside_production", Status: ToConfirm, Processing: p.firstRef()},
			"environment", p.enum(p.tax.Enums.Environment, env))
	}
}

func (p *place) enum(values []taxonomy.Value, id string) [2]string {
	for _, v := range values {
		if v.ID == id {
			return [2]string{v.Label.FR, v.Label.EN}
		}
	}
	return [2]string{id, id}
}

// keeping: retention.
func (p *place) keeping(asserted []string) {
	over, unknown := p.retention(p.l, p.matching, asserted)
	for _, o := range over {
		p.overdue(&o)
	}
	for _, x := range unknown {
		if len(asserted) == 0 {
			break
		}
		status := Info
		if slices.Contains(x.Declared, "aml") || p.policy.confirms(x) {
			status = ToConfirm
		}
		p.add(inventory.Verdict{Kind: "retention_unknown", Status: status, Processing: x.Ref}, "ref", x.Ref)
	}
}

func (p *place) overdue(o *overdue) {
	v := inventory.Verdict{
		Kind: "retention_exceeded", Status: Gap, Category: o.category, Processing: o.ref, Rule: o.rule.ID, Certainty: o.certainty,
		Start: o.start, Limit: o.limit, DaysOver: int32(o.days), RecordsOver: o.records, Count: o.records,
	}
	if o.certainty == Possible {
		v.Kind, v.Status = "retention_to_confirm", ToConfirm
	}
	if o.stage.Action == RenewConsent {
		v.Kind = "consent_expired"
	}
	v.Keeping = p.keepingWords(o)
	if p.held() {
		v.Status = Info
	}
	p.add(v, "days", fmt.Sprint(o.days), "rule", o.rule.ID, "limit", [2]string{o.limit.Format("02/01/2006"), o.limit.Format(time.DateOnly)})
	last := &p.verdicts[len(p.verdicts)-1]
	if o.stage.Action == MoveOffSite {
		last.FR = "À verser en archivage intermédiaire (durée sur site échue). " + last.FR
		last.EN = "To be moved to intermediate archives (period on site is over). " + last.EN
	}
	if o.rule.ReviewFR != "" && o.category == "aml" {
		last.FR += " " + o.rule.ReviewFR
	}
}

// held reports whether a legal hold covers the location.
func (p *place) held() bool {
	return slices.ContainsFunc(p.reg.Holds, func(h Hold) bool {
		return (h.Until.IsZero() || !p.today.After(h.Until.Time)) &&
			slices.ContainsFunc(h.Locations, func(l LocationRef) bool { return p.covers(&l) })
	})
}

func (p *place) covers(l *LocationRef) bool {
	if p.source == nil || l.Source != p.l.Source {
		return false
	}
	path := strings.ReplaceAll(normalPath(p.l.Path, !p.source.CaseSensitive), "!/", "/")
	return l.pattern.match(split(path, p.source.Kind == "database"))
}
