package scanner

import (
	"cmp"
	"slices"

	"recense/detectors"
	"recense/sources"
)

// Interrupted says that some ranges of a location were not read before the run
// stopped.
const Interrupted sources.Reason = "interrupted"

// joined is a location being put together from the fragments of its ranges, in
// order, with where its findings are.
type joined struct {
	Location
	pieces  []piece
	count   int32 // ranges it should have
	seen    int32
	next    int32
	version uint64
	changed bool
	status  statuses
	rows    int64 // of the ranges before, -1 when unknown
	lines   int64
}

// piece is what one fragment adds to the findings of a location.
type piece struct {
	stage    int64
	sections []section
	own      []Element // of the fragment
	remap    []int32   // index of an element of the fragment → of the location; nil when equal
	rows     int64
	lines    int64
}

func newJoined(f *fragment, stage int64) *joined {
	j := &joined{}
	j.begin(f, stage)
	return j
}

// begin makes j the first fragment of a location.
func (j *joined) begin(f *fragment, stage int64) {
	j.Location, j.pieces, j.status = f.Location, j.pieces[:0], statuses{}
	j.count, j.seen, j.next, j.version = f.Count, 1, f.Index+1, f.Version
	j.changed = f.Count > 1 && f.Index != 0
	if f.Location.Sampling.Text {
		j.Sampling, j.Records = sources.Sampling{}, 0
		j.addText(&f.Location)
	}
	j.status.add(f.Location.Status, f.Location.Detail)
	j.rows, j.lines = j.Records, f.Lines
	if len(f.Sections) > 0 {
		j.pieces = append(j.pieces, piece{stage: stage, sections: f.Sections, own: f.Location.Elements})
	}
}

// accepts reports whether f is a range of the same location.
func (j *joined) accepts(f *fragment) bool {
	return f.Count > 1 && j.count > 1 && f.Location.ID == j.ID && f.Location.Source == j.Source
}

// holds reports whether f is a member of the same location.
func (j *joined) holds(f *fragment) bool {
	return j.count > 1 && f.Count <= 1 && f.Location.Container != "" && f.Location.Source == j.Source && f.Location.URI == j.URI
}

// add joins the next range. Rows and lines of its places become absolute.
func (j *joined) add(f *fragment, stage int64) {
	if f.Version != j.version || f.Index != j.next {
		j.changed = true
	}
	j.seen++
	j.next = f.Index + 1
	j.status.add(f.Location.Status, f.Location.Detail)
	p := piece{stage: stage, sections: f.Sections, own: f.Location.Elements, rows: max(j.rows, 0), lines: j.lines}
	p.remap = j.addElements(f.Location.Elements)
	j.addCells(f.Location.Cells, p.remap)
	j.addLists(f.Location.Lists)
	j.Young.Merge(f.Location.Young)
	j.addSkips(f.Location.Skips, &p)
	j.pieces = append(j.pieces, p)
	j.Read += f.Location.Read
	if f.Location.ReadAt.After(j.ReadAt) {
		j.ReadAt = f.Location.ReadAt
	}
	j.Masked = j.Masked || f.Location.Masked
	j.lines += f.Lines
	switch {
	case f.Location.Sampling.Text:
		j.addText(&f.Location)
		return
	case f.Location.Records < 0 || j.rows < 0:
		j.rows = -1
	default:
		j.rows += f.Location.Records
	}
	addSampling(&j.Sampling, &f.Location.Sampling)
	j.Records = j.rows
}

// addText joins a range of columns of running text, whose rows are those of other
// ranges.
func (j *joined) addText(l *Location) {
	addSampling(&j.Text, &l.Sampling)
	j.TextRows += max(l.Records, 0)
}

// addSampling joins that of another range: a table is sampled when one of its
// ranges is.
func addSampling(to, s *sources.Sampling) {
	if s.Method == "" {
		return
	}
	if to.Method == "" {
		*to = *s
	}
	to.Cluster = max(to.Cluster, s.Cluster)
}

// elementIdentity tells an element of a location from the others.
type elementIdentity struct {
	name, part, field string
	column, page      int32
	table             bool
}

func keyOf(e *Element) elementIdentity {
	return elementIdentity{e.Name, e.Part, e.Field, e.Column, e.Page, e.Table}
}

// named reports whether e is a column that has a name to be known by.
func (e *Element) named() bool { return e.Table && e.Field != "" }

// placeless is the identity of a column wherever it stands.
func placeless(e *Element) elementIdentity {
	k := keyOf(e)
	k.column = 0
	return k
}

// elsewhere finds the columns of j that the fragment of elements does not have at their
// place: paths (of JSON, of documents) become columns in the order in which a range meets
// them, so that another range may have them at other places.
func (j *joined) elsewhere(elements []Element) map[elementIdentity]int {
	here := map[elementIdentity]bool{}
	for i := range elements {
		here[keyOf(&elements[i])] = true
	}
	there := map[elementIdentity]int{}
	for i := range j.Elements {
		if e := &j.Elements[i]; e.named() && !here[keyOf(e)] {
			there[placeless(e)] = i
		}
	}
	return there
}

func (j *joined) addElements(elements []Element) []int32 {
	remap := []int32{}
	at := map[elementIdentity]int{}
	highest := int32(-1)
	for i := range j.Elements {
		at[keyOf(&j.Elements[i])] = i
		highest = max(highest, j.Elements[i].Index)
	}
	elsewhere := j.elsewhere(elements)
	for i := range elements {
		e := &elements[i]
		k, ok := at[keyOf(e)]
		if !ok && e.named() {
			if k, ok = elsewhere[placeless(e)]; ok {
				delete(elsewhere, placeless(e))
			}
		}
		if !ok {
			highest++
			n := *e
			n.Index = highest
			j.Elements = append(j.Elements, n)
			k = len(j.Elements) - 1
			at[keyOf(e)] = k
		} else {
			j.Elements[k].Values += e.Values
			j.Elements[k].Text = j.Elements[k].Text || e.Text
			j.Elements[k].Sample.Merge(e.Sample)
			j.Elements[k].Days.Merge(&e.Days)
		}
		for int(e.Index) >= len(remap) {
			remap = append(remap, -1)
		}
		remap[e.Index] = j.Elements[k].Index
	}
	return remap
}

func (j *joined) addCells(cells []Cell, remap []int32) {
	type key struct {
		element int32
		kind    detectors.Kind
	}
	at := map[key]int{}
	for i := range j.Cells {
		at[key{j.Cells[i].Element, j.Cells[i].Kind}] = i
	}
	for i := range cells {
		c := cells[i]
		if c.Element < 0 || int(c.Element) >= len(remap) {
			continue
		}
		c.Element = remap[c.Element]
		k, ok := at[key{c.Element, c.Kind}]
		if !ok {
			j.Cells = append(j.Cells, c)
			continue
		}
		j.Cells[k].merge(&c)
	}
	slices.SortStableFunc(j.Cells, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.Element, b.Element), cmp.Compare(a.Kind, b.Kind))
	})
}

func (c *Cell) merge(o *Cell) {
	c.Matches += o.Matches
	c.Weak += o.Weak
	c.Rejected += o.Rejected
	c.Whole += o.Whole
	c.Best = max(c.Best, o.Best)
	for i := range c.Levels {
		c.Levels[i] += o.Levels[i]
	}
	c.Why |= o.Why
	c.Linked += o.Linked
	c.Moved += o.Moved
	c.Agreed += o.Agreed
	c.Repaired += o.Repaired
	c.Named = c.Named || o.Named
	c.Distinct.Merge(o.Distinct)
}

func (j *joined) addSkips(skips []Skip, p *piece) {
	for _, s := range skips {
		p.place(&s.First)
		i := slices.IndexFunc(j.Skips, func(x Skip) bool { return x.Reason == s.Reason })
		switch {
		case i >= 0:
			j.Skips[i].Count += s.Count
		case len(j.Skips) < maxSkips:
			j.Skips = append(j.Skips, s)
		}
	}
}

// place makes a location of the fragment absolute.
func (p *piece) place(at *sources.Location) {
	if at.Row > 0 {
		at.Row += p.rows
	}
	if at.Line > 0 {
		at.Line += p.lines
	}
}

// finish settles the status.
func (j *joined) finish() *Location {
	j.Status, j.Detail = j.status.result()
	switch {
	case j.count <= 1:
	case j.changed && j.seen == j.count:
		j.Status, j.Detail = worse(j.Status, j.Detail, sources.Changed)
	case j.seen != j.count:
		j.Status, j.Detail = worse(j.Status, j.Detail, Interrupted)
	}
	return &j.Location
}

// worse makes a location partial that would pass for complete.
func worse(s sources.Status, d sources.Reason, r sources.Reason) (sources.Status, sources.Reason) {
	if s == sources.Scanned || s == sources.Sampled {
		return sources.Partial, r
	}
	return s, d
}

// statuses folds those of the ranges of one location, in any order: the worst
// one, and partial when some ranges were read and others not.
type statuses struct {
	worst  sources.Status
	detail sources.Reason
	read   bool // a range was read, at least in part
	any    bool
}

// severity orders the statuses; those that are not here are the worst.
var severity = []sources.Status{
	sources.Scanned, sources.Unchanged, sources.Sampled, sources.Partial, sources.Filtered, sources.Excluded,
	sources.PrivateMarked, sources.Offline, sources.TooLarge, sources.Unsupported, sources.Encrypted,
	sources.NotListable, sources.Unreadable, sources.Failed,
}

func severityOf(s sources.Status) int {
	if i := slices.Index(severity, s); i >= 0 {
		return i
	}
	return len(severity)
}

func (x *statuses) add(s sources.Status, d sources.Reason) {
	x.read = x.read || severityOf(s) <= severityOf(sources.Filtered)
	order := cmp.Or(cmp.Compare(severityOf(s), severityOf(x.worst)), -cmp.Compare(d, x.detail))
	if !x.any || order > 0 {
		x.worst, x.detail = s, d
	}
	x.any = true
}

func (x *statuses) result() (sources.Status, sources.Reason) {
	if x.read && severityOf(x.worst) > severityOf(sources.Filtered) {
		return sources.Partial, x.detail
	}
	return x.worst, x.detail
}
