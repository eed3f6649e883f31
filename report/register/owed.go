package register

import (
	"slices"
	"time"

	"recense/report/inventory"
)

// Owed says why a location has to be kept, when it has.
type Owed struct {
	Processing string
	Rule       string    // retention still running until Until
	Until      time.Time // zero: no rule
	Hold       string    // reference of a legal hold
	Obligation bool      // the processing rests on a legal obligation
}

// Owed returns the reasons to keep a location that Assess has seen: legal holds, legal
// obligations, retention that has not run out.
func (r *Reconciler) Owed(l *inventory.Location) []Owed {
	p := place{Reconciler: r, l: l, source: r.reg.Source(l.Source), matching: r.reg.Match(l.Source, l.Path)}
	var out []Owed
	for _, h := range r.reg.Holds {
		if (h.Until.IsZero() || !r.today.After(h.Until.Time)) && slices.ContainsFunc(h.Locations, func(x LocationRef) bool { return p.covers(&x) }) {
			out = append(out, Owed{Hold: h.Ref})
		}
	}
	words := r.scopeWords(l)
	for _, m := range p.matching {
		x := m.Processing
		if slices.Contains(x.LegalBasis, "legal_obligation") {
			out = append(out, Owed{Processing: x.Ref, Obligation: true})
		}
		fit, usable := r.candidates(x, l, words)
		if o, ok := r.running(x, l, fit, usable); ok {
			out = append(out, o)
		}
	}
	return out
}

// running returns the rule of a processing that ends last, when it has not ended.
func (r *Reconciler) running(p *Processing, l *inventory.Location, fit, usable []*Rule) (last Owed, ok bool) {
	for i := range l.Inventory {
		rule, _ := r.ruleFor(p, l.Inventory[i].Category, fit)
		if rule == nil {
			rule = fallback(usable, r.today)
		}
		if rule == nil {
			continue
		}
		s, known := startOf(rule, p, l)
		if !known {
			continue
		}
		if until := period(rule).After(s.newest); !r.today.After(until) && until.After(last.Until) {
			last, ok = Owed{Processing: p.Ref, Rule: rule.ID, Until: until}, true
		}
	}
	return last, ok
}
