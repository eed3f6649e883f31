package register

import (
	"slices"
	"time"

	"recense/report/inventory"
)

// overdue is what one retention rule says of one location (C.4).
type overdue struct {
	rule      *Rule
	stage     Stage
	category  string // empty: the whole location
	ref       string // of the processing
	certainty string
	start     time.Time
	limit     time.Time
	days      int
	records   int64    // inventory.Unknown without a column
	others    []string // rules that apply too and are longer
	fallback  bool     // 1b: no rule names the category
	basis     string   // of start
}

// start is the date that stands for the event a period runs from.
type start struct {
	oldest, newest time.Time
	certainty      string
	basis          string // name of the column, file_name_date, modified_at
	column         *inventory.DateColumn
}

// startOf returns the first basis of a rule that exists at a location; the
// organisation's own starting points come before the policy's.
func startOf(r *Rule, p *Processing, l *inventory.Location) (start, bool) {
	for _, own := range p.Starts {
		if own.Rule != r.ID {
			continue
		}
		if c := column(l, own.Columns); c != nil {
			return start{c.Oldest, c.Newest, Certain, c.Name, c}, true
		}
	}
	for _, b := range r.Approximation {
		switch b.Basis {
		case ByColumn:
			if c := column(l, b.Names); c != nil {
				return start{c.Oldest, c.Newest, b.Certainty, c.Name, c}, true
			}
		case ByFileName:
			if d, ok := fileDate(l.Path); ok {
				return start{d, d, b.Certainty, b.Basis, nil}, true
			}
		case ByModified:
			if !l.Modified.IsZero() {
				d := Day(l.Modified)
				return start{d, d, b.Certainty, b.Basis, nil}, true
			}
		}
	}
	return start{}, false
}

func column(l *inventory.Location, names []string) *inventory.DateColumn {
	for _, name := range names {
		for i := range l.Dates {
			if l.Dates[i].Name == columnName(name) {
				return &l.Dates[i]
			}
		}
	}
	return nil
}

// candidates returns the rules of a processing that may concern a location:
// those it cites and those that name it, where persons and scope terms fit.
func (r *Reconciler) candidates(p *Processing, l *inventory.Location, words []string) (fit, usable []*Rule) {
	if r.policy == nil {
		return nil, nil
	}
	for i := range r.policy.Rules {
		rule := &r.policy.Rules[i]
		cited := slices.Contains(p.Rules, rule.ID)
		if !cited && !slices.Contains(rule.Processings, p.PolicyRef) || rule.Processings == nil && !cited {
			continue
		}
		if len(rule.Stages) == 0 {
			continue
		}
		usable = append(usable, rule)
		if p.onlyCategory(rule.ID) {
			continue // for the categories that name it
		}
		if subjects, some := rule.Subjects.Stated(); some && len(p.Subjects) > 0 && !overlap(subjects, p.Subjects) {
			continue
		}
		if terms, some := rule.Scope.Stated(); some && !slices.ContainsFunc(terms, func(t string) bool { return hasTerm(words, r.tokensOf(t)) }) {
			continue
		}
		fit = append(fit, rule)
	}
	return fit, usable
}

// onlyCategory reports whether a rule is the processing's by a category alone.
func (p *Processing) onlyCategory(rule string) bool {
	return !p.policyCites(rule) && slices.ContainsFunc(p.Categories, func(c Category) bool { return c.Retention == rule })
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

// ruleFor chooses the rule of a category: the one whose scope term fits, else
// that of the shortest destroy stage; the others are named. A category that the
// processing itself gives a rule has that one.
func (r *Reconciler) ruleFor(p *Processing, category string, fit []*Rule) (best *Rule, others []string) {
	for _, c := range p.Categories {
		if c.ID == category && c.Retention != "" && c.Retention != NotStated {
			return r.policy.Rule(c.Retention), nil
		}
	}
	for _, rule := range fit {
		if categories, some := rule.Categories.Stated(); some && !slices.Contains(categories, category) {
			continue
		}
		if best == nil {
			best = rule
			continue
		}
		longer := rule
		if r.before(rule, best) {
			best, longer = rule, best
		}
		others = append(others, longer.ID)
	}
	return best, others
}

// before reports whether rule a goes before rule b for one category.
func (r *Reconciler) before(a, b *Rule) bool {
	if (len(a.Scope) > 0) != (len(b.Scope) > 0) {
		return len(a.Scope) > 0
	}
	if pa, pb := period(a), period(b); pa.Longer(pb, r.today) || pb.Longer(pa, r.today) {
		return pb.Longer(pa, r.today)
	}
	return len(a.Categories) > 0 && len(b.Categories) == 0 // as long: the one that names it
}

// period is how long a rule keeps data: the longer of its stage and the legal
// minimum.
func period(r *Rule) Period {
	s, ok := r.Limit()
	if !ok && len(r.Stages) > 0 {
		s = r.Stages[len(r.Stages)-1]
	}
	if r.Minimum != nil && r.Minimum.After.Longer(s.After, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)) {
		return r.Minimum.After
	}
	return s.After
}

// fallback is rule 1b: the longest duration among the rules of a processing
// without scope terms, else among those with them.
func fallback(usable []*Rule, day time.Time) *Rule {
	var best *Rule
	for _, scoped := range []bool{false, true} {
		for _, rule := range usable {
			if (len(rule.Scope) > 0) == scoped && !onlyRenews(rule) && (best == nil || period(rule).Longer(period(best), day)) {
				best = rule
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

func onlyRenews(r *Rule) bool {
	_, ok := r.Limit()
	return !ok && !slices.ContainsFunc(r.Stages, func(s Stage) bool { return s.Action == MoveOffSite })
}

// retention works out what is kept too long at a location. unknown are the
// processings that have no usable rule at all.
func (r *Reconciler) retention(l *inventory.Location, matching []Matching, asserted []string) (out []overdue, unknown []*Processing) {
	words := r.scopeWords(l)
	whole := map[string]bool{}
	for _, m := range matching {
		p := m.Processing
		fit, usable := r.candidates(p, l, words)
		if len(usable) == 0 {
			unknown = append(unknown, p)
			continue
		}
		for _, category := range asserted {
			if !slices.Contains(p.Declared, category) && len(matching) > 1 {
				continue // another processing declares it, or none does
			}
			rule, others := r.ruleFor(p, category, fit)
			o := overdue{category: category, ref: p.Ref, others: others}
			if rule == nil {
				rule, o.fallback = fallback(usable, r.today), true
			}
			if rule == nil {
				continue
			}
			if len(rule.Categories) == 0 && !o.fallback { // one verdict for the whole location
				if whole[p.Ref+rule.ID] {
					continue
				}
				whole[p.Ref+rule.ID] = true
				o.category = ""
			}
			o.rule = rule
			r.note(rule, category, p, l)
			out = r.measure(out, o, p, l)
		}
	}
	return out, unknown
}

// note writes the dates that retention runs from beside the matches of a
// category.
func (r *Reconciler) note(rule *Rule, category string, p *Processing, l *inventory.Location) {
	s, ok := startOf(rule, p, l)
	if !ok {
		return
	}
	for i := range l.Inventory {
		if row := &l.Inventory[i]; row.Category == category && row.DateBasis == "" {
			row.Oldest, row.Newest, row.DateBasis = s.oldest, s.newest, s.basis
		}
	}
}

// measure appends what is over of the stages of a rule: the destruction, else
// the move, and the consent beside them.
func (r *Reconciler) measure(out []overdue, o overdue, p *Processing, l *inventory.Location) []overdue {
	s, ok := startOf(o.rule, p, l)
	if !ok {
		return out
	}
	done := false
	for _, stage := range slices.Backward(o.rule.Stages) {
		renew := stage.Action == RenewConsent
		if done && !renew {
			continue
		}
		if !renew && o.rule.Minimum != nil && o.rule.Minimum.After.Longer(stage.After, r.today) {
			stage.After = o.rule.Minimum.After
		}
		x := o
		if x.over(stage, s, r.today) {
			x.certainty = r.certainty(&x, s, l)
			out = append(out, x)
			done = done || !renew
		}
	}
	return out
}

// over fills o when the stage is over on day: all records when the newest is,
// some when only the oldest is.
func (o *overdue) over(stage Stage, s start, day time.Time) bool {
	if limit := stage.After.After(s.oldest); !day.After(limit) {
		return false
	}
	from := s.oldest
	if newest := stage.After.After(s.newest); day.After(newest) {
		from = s.newest
	}
	o.stage, o.start, o.limit, o.basis = stage, from, stage.After.After(from), s.basis
	o.days = int(day.Sub(o.limit).Hours() / 24)
	o.records = inventory.Unknown
	if s.column != nil {
		o.records = 0
		for _, d := range s.column.Days {
			if day.After(stage.After.After(d.Day)) {
				o.records += d.Records
			}
		}
	}
	return true
}

// certainty is the basis's, lowered for the fallback, raised when the dates are
// far beyond the limit (C.4, 5).
func (r *Reconciler) certainty(o *overdue, s start, l *inventory.Location) string {
	aml := o.category == "aml"
	differs := o.rule.Differs == "to_confirm"
	switch {
	case aml, o.fallback, o.rule.ExceptFR != "", differs:
		return Possible
	case s.certainty != Possible:
		return s.certainty
	}
	old := r.today.After(o.stage.After.twice().After(s.newest)) || r.today.After(Period{Years: 5}.After(o.stage.After.After(s.newest)))
	if old {
		return Probable
	}
	return Possible
}

// scopeWords are the tokens of the names of a location: path, sheets, columns.
func (r *Reconciler) scopeWords(l *inventory.Location) []string {
	words := tokens(nil, l.Path)
	for _, e := range l.Elements {
		// A border that no term crosses.
		words = append(append(words, ""), r.tokensOf(e.Name)...)
	}
	return words
}

// maxTokens bounds the texts whose tokens are kept: terms, and the names of columns,
// which a share repeats.
const maxTokens = 10_000

// tokensOf returns the tokens of a text.
func (r *Reconciler) tokensOf(s string) []string {
	t, ok := r.tokens[s]
	if !ok {
		t = tokens(nil, s)
		if len(r.tokens) < maxTokens {
			r.tokens[s] = t
		}
	}
	return t
}
