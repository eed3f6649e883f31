package registerbook

import (
	"reflect"
	"slices"
	"strings"

	"recense/report/register"
)

// cnilHeading is the heading of the CNIL template that a category stands under.
func cnilHeading(b *book, _, row reflect.Value) string {
	x := category(row)
	c := b.tax.Category(x.ID)
	if c == nil {
		return ""
	}
	h := x.Heading
	if h == "" && len(c.Headings) > 0 {
		h = c.Headings[0]
	}
	return b.heading(h)
}

func (b *book) heading(id string) string { return b.tax.Headings.Of(id) }

// setHeading keeps a heading only where the category leaves the choice.
func setHeading(_, row reflect.Value, text string) string {
	category(row).Heading = text // settled once the category is known: settleHeadings
	return ""
}

// settleHeadings turns the words of headings into their ids and drops those that
// the category implies.
func settleHeadings(b *book, r *register.Register, wrong func(field, text string)) {
	for i := range r.Processings {
		for j := range r.Processings[i].Categories {
			x := &r.Processings[i].Categories[j]
			text := x.Heading
			x.Heading = ""
			c := b.tax.Category(x.ID)
			if c == nil || text == "" || len(c.Headings) < 2 {
				continue
			}
			for _, id := range c.Headings {
				if same(text, id) || same(text, b.heading(id)) {
					x.Heading = id
				}
			}
			if x.Heading == "" {
				wrong(entry("processings", i, "categories", j), "the category stands under another heading")
			}
			if x.Heading == c.Headings[0] {
				x.Heading = ""
			}
		}
	}
}

func sensitive(b *book, _, row reflect.Value) string {
	c := b.tax.Category(category(row).ID)
	if c == nil {
		return ""
	}
	return b.yes(c.Art9 || c.NIR)
}

// duration words the period of the rule of a category.
func duration(b *book, _, row reflect.Value) string { return b.period(category(row).Retention) }

func (b *book) period(id string) string {
	if b.policy == nil {
		return ""
	}
	rule := b.policy.Rule(id)
	if rule == nil {
		return ""
	}
	stage, ok := rule.Limit()
	if !ok {
		return b.say("durée non précisée", "period not stated")
	}
	return stage.After.Words(b.lang)
}

func start(outer, row reflect.Value) *register.StartPoint {
	p, rule := processing(outer), category(row).Retention
	for i := range p.Starts {
		if p.Starts[i].Rule == rule && rule != "" {
			return &p.Starts[i]
		}
	}
	return nil
}

func startEvent(b *book, outer, row reflect.Value) string {
	if s := start(outer, row); s != nil {
		return s.Event
	}
	return ""
}

func startColumns(_ *book, outer, row reflect.Value) string {
	if s := start(outer, row); s != nil {
		return strings.Join(s.Columns, "\n")
	}
	return ""
}

// startFor returns the starting point that a row speaks of, made when it is new.
func startFor(outer, row reflect.Value) *register.StartPoint {
	if s := start(outer, row); s != nil {
		return s
	}
	p := processing(outer)
	p.Starts = append(p.Starts, register.StartPoint{Rule: category(row).Retention})
	return &p.Starts[len(p.Starts)-1]
}

const (
	needsRule  = "a starting point needs the rule beside it"
	notTheSame = "not the same as on another row of this processing"
)

func setStartEvent(outer, row reflect.Value, text string) string {
	if text == "" {
		return ""
	}
	if category(row).Retention == "" {
		return needsRule
	}
	s := startFor(outer, row)
	if s.Event != "" && s.Event != text {
		return notTheSame
	}
	s.Event = text
	return ""
}

func setStartColumns(outer, row reflect.Value, text string) string {
	columns := lines(text)
	if len(columns) == 0 {
		return ""
	}
	if category(row).Retention == "" {
		return needsRule
	}
	s := startFor(outer, row)
	if len(s.Columns) > 0 && !slices.Equal(s.Columns, register.Texts(columns)) {
		return notTheSame
	}
	s.Columns = columns
	return ""
}

// startsAlone are the starting points of rules that no category names.
func startsAlone(outer reflect.Value) []reflect.Value {
	p := processing(outer)
	var rows []reflect.Value
	for i := range p.Starts {
		if !slices.ContainsFunc(p.Categories, func(c register.Category) bool { return c.Retention == p.Starts[i].Rule }) {
			rows = append(rows, reflect.ValueOf(&register.Category{Retention: p.Starts[i].Rule}).Elem())
		}
	}
	return rows
}

func accessGroups(_ *book, outer, _ reflect.Value) string {
	return strings.Join(processing(outer).AccessGroups, "\n")
}

// setAccessGroups: the groups are those of the processing, shown beside each of
// its places; an empty cell says nothing.
func setAccessGroups(outer, _ reflect.Value, text string) string {
	groups := lines(text)
	p := processing(outer)
	switch {
	case len(groups) == 0:
	case len(p.AccessGroups) == 0:
		p.AccessGroups = groups
	case !slices.Equal(p.AccessGroups, register.Texts(groups)):
		return notTheSame
	}
	return ""
}

func groupsAlone(outer reflect.Value) []reflect.Value {
	if p := processing(outer); len(p.Locations) > 0 || len(p.AccessGroups) == 0 {
		return nil
	}
	return []reflect.Value{reflect.ValueOf(&register.LocationRef{}).Elem()}
}
