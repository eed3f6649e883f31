package scanner

import (
	"cmp"
	"slices"
	"strconv"

	"recense/detectors"
	"recense/sources"
)

// nameElement is the element that holds what was found in the names of a
// location: its path, its member path, its keys.
const nameElement = sources.NameField

// overflowElement takes the columns beyond Limits.Fields.
const overflowElement = "*"

// maxSkips bounds the distinct reasons kept for one location.
const maxSkips = 64

// tally is what a worker knows of one open location.
type tally struct {
	place    Place
	elements []*element
	byKey    map[elementKey]*element
	text     *element // the last element of plain text
	tables   []*table
	overflow *element
	findings []byte // encoded, not yet in the stream
	sections []section
	count    int64 // kept findings of the sample
	kept     int64 // kept matches
	best     detectors.Strength
	members  int64
	unread   sources.Reason // of the first part that was not read
	fixed    fixed
	named    []detectors.Match // words in its names
	lists    []listTally       // by list; nil: nothing of any
	young    counter           // NIRs of minors
	person   bool              // it holds a value that is about a person
}

// elementKey tells elements apart while a location is read. Its strings are
// real names, so it never leaves the worker.
type elementKey struct {
	part, name string
	column     int32 // -1 for text
	page       int32
}

// element is an Element in the making.
type element struct {
	Element
	sample  sampler
	repeats repeats // of its values: the detectors that the sample has of one
	dates   dayCounter
	cells   []*cell // by index of the detector; nil where nothing was found
	facts   []*cell // kinds that a format proved
}

// cell is a Cell in the making.
type cell struct {
	Cell
	distinct     counter
	repeats      repeats // of its values: the digest that was counted
	named        *table  // whose column was asked for its name last
	staged, weak int     // findings in the sample
}

// element returns the element of a key, made by with its masked names when it is
// new. Beyond limit elements the key goes to a common one.
func (t *tally) element(s *unitSink, key elementKey, part, field string) *element {
	if e := t.byKey[key]; e != nil {
		return e
	}
	if len(t.elements) >= s.opt.Limits.Fields {
		if t.overflow == nil {
			t.overflow = s.newElement()
			t.overflow.Element = Element{Index: int32(len(t.elements)), Name: overflowElement, Field: overflowElement, Table: key.column >= 0}
			t.elements = append(t.elements, t.overflow)
		}
		t.skip(sources.FieldsLimit, sources.Location{})
		return t.overflow
	}
	e := s.newElement()
	e.Element = Element{Index: int32(len(t.elements)), Part: part, Field: field, Page: key.page, Table: key.column >= 0}
	if key.column >= 0 {
		e.Column = key.column + 1
	}
	if key.name == nameElement && key.column == nameColumn {
		e.Table, e.Column = false, 0
		e.Name = nameElement
	} else {
		e.Name = elementName(&e.Element)
	}
	t.elements = append(t.elements, e)
	t.byKey[key] = e
	return e
}

// nameColumn marks the key of nameElement, so that no column takes its place.
const nameColumn = -2

// elementName composes what people read: "Feuil1!NIR", "clients[*].iban", "p.3".
func elementName(e *Element) string {
	name := e.Field
	switch {
	case name == "" && e.Table:
		name = "col." + strconv.Itoa(int(e.Column))
	case name == "" && e.Page > 0:
		name = "p." + strconv.Itoa(int(e.Page))
	}
	if e.Part == "" {
		return name
	}
	if name == "" {
		return e.Part
	}
	return e.Part + "!" + name
}

// skip counts a part that was not read.
func (t *tally) skip(r sources.Reason, at sources.Location) {
	for i := range t.place.Skips {
		if t.place.Skips[i].Reason == r {
			t.place.Skips[i].Count++
			return
		}
	}
	if len(t.place.Skips) < maxSkips {
		t.place.Skips = append(t.place.Skips, Skip{Reason: r, Count: 1, First: at})
	}
}

// fact returns the cell of a kind that a format proved.
func (e *element) fact(s *unitSink, k detectors.Kind) *cell {
	if i, ok := s.kinds[k]; ok {
		return e.cell(s, i)
	}
	for _, c := range e.facts {
		if c.Kind == k {
			return c
		}
	}
	c := s.newCell()
	c.Kind = k
	e.facts = append(e.facts, c)
	return c
}

// cell returns the cell of detector i.
func (e *element) cell(s *unitSink, i int) *cell {
	if e.cells == nil {
		e.cells = make([]*cell, len(s.detectors))
	}
	c := e.cells[i]
	if c == nil {
		c = s.newCell()
		c.Kind = s.detectors[i].Kind
		e.cells[i] = c
	}
	return c
}

// finish writes the elements and cells of t into l, whose memory it uses.
// Elements of text where nothing was found are left out; samples are kept where
// a share may be asked for, or where the ranges of a location have to be joined.
// b is the budget of the counters.
func (t *tally) finish(l *Location, ranged bool, b *budget) {
	l.Place, l.Elements, l.Cells = t.place, l.Elements[:0], l.Cells[:0]
	for _, e := range t.elements {
		n := len(l.Cells)
		for _, c := range e.cells {
			l.finish(e, c, b)
		}
		for _, c := range e.facts {
			l.finish(e, c, b)
		}
		if len(l.Cells) == n && !e.Table {
			continue
		}
		cells := l.Cells[n:]
		slices.SortFunc(cells, func(a, b Cell) int { return cmp.Compare(a.Kind, b.Kind) })
		e.Days = e.dates.finish()
		if e.Table && (ranged || slices.ContainsFunc(cells, func(c Cell) bool { return c.Whole > 0 })) {
			e.Sample = e.sample.sample()
		}
		l.Elements = append(l.Elements, e.Element)
	}
}

func (l *Location) finish(e *element, c *cell, b *budget) {
	if c == nil {
		return
	}
	c.Element = e.Index
	c.Distinct = c.distinct.distinct(b)
	l.Cells = append(l.Cells, c.Cell)
}

// containerOnly reports whether t is an archive that is counted by its members:
// read in full, and nothing of its own in it.
func (t *tally) containerOnly(r *sources.Result) bool {
	if !r.Container || t.members == 0 || t.place.Status != sources.Scanned {
		return false
	}
	for _, e := range t.elements {
		if e.Name != nameElement {
			return false
		}
	}
	return true
}
