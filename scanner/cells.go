package scanner

import (
	"slices"

	"recense/detectors"
	"recense/sources"
)

// item is a candidate of a chunk: kept, weak or rejected.
type item struct {
	detectors.Match
	detector uint8
	outcome  outcome
	fills    bool // its cell, blanks aside
	linked   bool // another match of its record identifies a person
	moved    bool // another match of its record changes its category
	agreed   bool // a NIR or date of its record has the same year and month
}

type outcome uint8

const (
	kept outcome = iota
	weak
	rejected
	repaired // of the kind once repaired
)

// table is what is known of one table of a location: its elements, and what
// their names tell the engine.
type table struct {
	of       *sources.Table
	part     string // real name: for comparing only
	masked   string
	nameless bool // the first row is data
	byShare  bool // columns found by the share of their values, which have no names
	names    []detectors.Column
	elements []*element
	repairs  []repairs // by column
	paths    []string  // by column: of their records, see pathOfName
	aside    []bool    // by column: counted elsewhere; nil where none is
	deep     bool      // some columns have records below them
	parent   parent
}

// plain scans text outside any table.
func (s *unitSink) plain(t *tally, c *sources.Chunk) {
	s.chunk = detectors.Chunk{Data: c.Data, From: c.From, To: c.To}
	s.detect()
	if len(s.items) == 0 {
		return
	}
	e := s.textElement(t, c)
	for i := range s.items {
		it := &s.items[i]
		cl := e.cell(s, int(it.detector))
		switch it.outcome {
		case rejected:
			cl.Rejected++
		case weak:
			cl.Weak++
		default:
			var at sources.Location
			if s.wanted(cl.staged) {
				at = place(c, it.Start)
				at.Key = s.key(at.Key)
				s.look(t, c, it, at)
			}
			s.keep(t, e, cl, it, c.Data[it.Start:it.End], at)
		}
	}
}

// look shows a candidate to UnitOptions.Look.
func (s *unitSink) look(t *tally, c *sources.Chunk, it *item, at sources.Location) {
	if s.opt.Look != nil {
		s.opt.Look(Candidate{Container: t.place.Container, Kind: it.Detector.Kind, At: at, Text: c.Data, Start: it.Start, End: it.End})
	}
}

// textElement returns the element of the part and page of c.
func (s *unitSink) textElement(t *tally, c *sources.Chunk) *element {
	key := elementKey{part: c.Part, column: -1, page: c.Page}
	if e := t.byKey[key]; e != nil {
		return e
	}
	part, found := s.mask.name(c.Part)
	s.nameFindings(t, found)
	return t.element(s, key, part, "")
}

// cells scans the cells of a table.
func (s *unitSink) cells(t *tally, c *sources.Chunk) {
	tb := s.tableOf(t, c)
	s.tallyCells(t, tb, c)
}

// tallyCells scans cells and counts values, matches and rows.
func (s *unitSink) tallyCells(t *tally, tb *table, c *sources.Chunk) {
	if ends := s.cut(c); len(ends) > 1 {
		s.tallyParts(t, tb, c, ends)
		return
	}
	s.chunk = cellsOf(c, tb.names)
	s.detect()
	s.tallyItems(t, tb, c)
}

// tallyItems counts the values of a chunk, its rows, and the candidates in s.items.
func (s *unitSink) tallyItems(t *tally, tb *table, c *sources.Chunk) {
	if tb.byShare {
		s.shareForName(c)
	}
	s.wholes(c)
	if len(tb.repairs) > 0 {
		s.repair(t, tb, c)
	}
	s.link(tb, c)
	s.values(tb, c)
	for i := range s.items {
		s.tallyItem(t, tb, c, &s.items[i])
	}
}

// shareForName corrects the reasons in columns that were found by their share:
// the engine took the word for a name.
func (s *unitSink) shareForName(c *sources.Chunk) {
	for i := range s.items {
		it := &s.items[i]
		if it.column(c) >= 0 && it.Why&detectors.ColumnName != 0 {
			it.Why = it.Why&^detectors.ColumnName | detectors.ColumnShare
		}
	}
}

// tallyItem counts one candidate of a table. Weak ones are staged as well: their
// column may be promoted by its share when all of it is known.
func (s *unitSink) tallyItem(t *tally, tb *table, c *sources.Chunk, it *item) {
	column := it.column(c)
	e := tb.element(column)
	if e == nil {
		e = s.textElement(t, c)
	}
	cl := e.cell(s, int(it.detector))
	if cl.named != tb && !cl.Named && column >= 0 && int(column) < len(tb.names) {
		cl.Named, cl.named = tb.names[column].Names(s.engine, it.Detector.Kind), tb
	}
	if tb.isAside(column) {
		it.beside(cl)
		return
	}
	if it.outcome == rejected {
		cl.Rejected++
		return
	}
	it.count(cl)
	raw := slices.Clip(c.Data)[it.Start:it.End]
	staged := &cl.staged
	if it.outcome != kept {
		staged = &cl.weak
	}
	var at sources.Location
	if s.wanted(*staged) {
		at = place(c, it.Start)
		at.Key = s.key(at.Key)
		it.locate(c, &at)
		s.look(t, c, it, at)
	}
	if it.outcome == kept {
		s.keep(t, e, cl, it, raw, at)
		return
	}
	if it.outcome == repaired {
		cl.Repaired++
		s.repaired(tb.repairs[column], raw)
		raw = s.undone
	} else {
		cl.Weak++
	}
	digest := s.distinct(t, cl, it, raw)
	if s.wanted(cl.weak) {
		cl.weak++
		s.append(t, s.finding(e, it, raw, at, digest, true))
	}
}

// count counts how a candidate fills its cell and what it is beside.
func (it *item) count(cl *cell) {
	if it.fills {
		cl.Whole++
	}
	it.beside(cl)
}

// beside counts what a candidate is beside.
func (it *item) beside(cl *cell) {
	if it.linked {
		cl.Linked++
	}
	if it.moved {
		cl.Moved++
	}
	if it.agreed {
		cl.Agreed++
	}
}

// detect runs the engine over s.chunk and leaves its candidates in s.items,
// sorted by their start.
func (s *unitSink) detect() {
	s.found.matches = s.pass.Scan(&s.chunk, s.found.matches[:0])
	s.found.refused, s.found.own = s.pass.Refused(), s.pass.Own()
	s.itemsOf(&s.found)
}

// itemsOf makes s.items of what the engine found, sorted by their start.
func (s *unitSink) itemsOf(r *scanned) {
	s.head.Own += r.own
	matches, refused := r.matches, r.refused
	n := len(matches) + len(refused)
	s.items = slices.Grow(s.items[:0], n)[:n]
	i, j := 0, 0
	for k := range s.items { // written where they stay
		it := &s.items[k]
		it.outcome, it.fills, it.linked, it.moved, it.agreed = kept, false, false, false, false
		if j == len(refused) || i < len(matches) && matches[i].Start <= refused[j].Start {
			it.Match = matches[i]
			i++
		} else {
			it.Match, it.outcome = refused[j], weak
			if refused[j].Score == 0 {
				it.outcome = rejected
			}
			j++
		}
		it.detector = uint8(s.engine.Place(it.Detector))
	}
}

// wholes finds the candidates that fill their cells and puts into s.bits, for each cell,
// the detectors that match all of it, but for nine digits, which are a telephone number without its zero where a name says so.
func (s *unitSink) wholes(c *sources.Chunk) {
	n := c.Fields.Len()
	if cap(s.bits) < n {
		s.bits = make([]uint64, n+n/4)
	}
	s.bits = s.bits[:n]
	clear(s.bits)
	for i := range s.items {
		it := &s.items[i]
		it.fills = it.outcome != rejected && it.whole(c)
		if it.fills && !it.Detector.Vocabulary() && !(it.Score == detectors.ScoreByName && it.Detector.Kind == "phone_fr") {
			s.bits[it.Field] |= 1 << it.detector
		}
	}
}

// values counts the non-empty cells of each column and samples their distinct
// values with the detectors that matched the whole of each.
func (s *unitSink) values(tb *table, c *sources.Chunk) {
	data, starts, ends, columns := slices.Clip(c.Data), c.Fields.Start, c.Fields.End, c.Fields.Column
	for i, from := range starts {
		value := data[from:ends[i]]
		if n := len(value); n == 0 || value[0] <= ' ' || value[n-1] <= ' ' {
			if value = trim(value); len(value) == 0 {
				continue
			}
		}
		if e := tb.element(columns[i]); e != nil && (tb.aside == nil || !tb.isAside(columns[i])) {
			e.Values++
			s.sample(e, value, s.bits[i])
			if !e.dates.off {
				s.date(&e.dates, value)
			}
		}
	}
}

// sample adds a value of a column to its sample, which may have it already.
func (s *unitSink) sample(e *element, value []byte, kinds uint64) {
	at, again := e.repeats.slot(s, value)
	if again && kinds&^at.known == 0 {
		return
	}
	if at != nil {
		if !again {
			at.known = 0
		}
		at.known |= kinds
	}
	e.sample.add(s.pass.Hash(value), kinds)
}

// keep counts a kept match and puts it into the sample.
func (s *unitSink) keep(t *tally, e *element, cl *cell, it *item, raw []byte, at sources.Location) {
	s.count(t, cl, it.Score, it.Detector.Max, it.Why)
	t.person = t.person || it.Score >= detectors.ScoreProbable && somebody[it.Detector.Kind]
	digest := s.distinct(t, cl, it, raw)
	if s.wanted(cl.staged) {
		s.stage(t, cl, s.finding(e, it, raw, at, digest, false))
	}
}

func (s *unitSink) count(t *tally, cl *cell, score uint8, most detectors.Strength, why detectors.Evidence) {
	strength := min(detectors.StrengthOf(score), most)
	cl.Matches++
	cl.Levels[strength]++
	cl.Best = max(cl.Best, score)
	cl.Why |= why
	t.kept++
	t.best = max(t.best, strength)
}

func (s *unitSink) distinct(t *tally, cl *cell, it *item, raw []byte) uint64 {
	digest, ok := s.counted(cl, int(it.detector), raw)
	if !ok {
		return 0
	}
	if int(it.detector) == s.nir && it.outcome == kept && minor(raw, s.today) {
		t.young.add(digest, &s.budget)
	}
	if len(s.lists) > 0 {
		s.listed(t, it, digest)
	}
	return digest
}

// counted returns the digest of a value, which it counts in its cell: once is enough.
func (s *unitSink) counted(cl *cell, detector int, raw []byte) (digest uint64, ok bool) {
	at, again := cl.repeats.slot(s, raw)
	if again {
		return at.known, true
	}
	digest, ok = s.pass.DigestAt(detector, raw)
	switch {
	case ok && at != nil:
		at.known = digest
	case at != nil:
		at.forget()
	}
	if ok {
		cl.distinct.add(digest, &s.budget)
	}
	return digest, ok
}

// wanted reports whether a sample of n findings takes one more.
func (s *unitSink) wanted(n int) bool { return s.opt.Findings < 0 || n < s.opt.Findings }

func (s *unitSink) finding(e *element, it *item, raw []byte, at sources.Location, digest uint64, weak bool) Finding {
	f := Finding{Element: e.Index, Kind: it.Detector.Kind, Score: it.Score, Strength: it.Strength(), Why: it.Why, Weak: weak, At: at}
	if !it.Detector.HideLength {
		f.Len = int32(len(raw))
	}
	if s.opt.Digests {
		f.Digest = digest
	}
	if s.opt.Subjects {
		if normal, ok := s.pass.Normal(it.Detector, raw); ok {
			f.Subject = subjectID(s.mac, f.Kind, normal)
		}
	}
	return f
}

func (s *unitSink) stage(t *tally, cl *cell, f Finding) {
	if !s.wanted(cl.staged) {
		return
	}
	cl.staged++
	s.append(t, f)
}

func (s *unitSink) append(t *tally, f Finding) {
	e := encoder{t.findings}
	e.finding(&f)
	t.findings = e.buf
}

// place asks the format where Data[at] is in the original.
func place(c *sources.Chunk, at int) sources.Location {
	l := sources.Location{Byte: -1}
	if c.Locator != nil {
		l = c.Locator.Locate(at)
	}
	if l.Page == 0 {
		l.Page = c.Page
	}
	l.Container, l.Part, l.Field = "", "", ""
	return l
}

// column returns the column of the cell of it, -1 for none.
func (it *item) column(c *sources.Chunk) int32 {
	if it.Field < 0 {
		return -1
	}
	return c.Fields.Column[it.Field]
}

// locate completes a place by what the cell tells.
func (it *item) locate(c *sources.Chunk, l *sources.Location) {
	if it.Field < 0 {
		return
	}
	if c.Width > 0 && l.Line > 0 {
		return // fixed-width records are lines
	}
	if l.Row == 0 && l.Key == "" && int(it.Field) < len(c.Fields.Row) {
		l.Row = c.Fields.Row[it.Field]
	}
	if l.Column == 0 {
		l.Column = c.Fields.Column[it.Field] + 1
	}
}

// whole reports whether it fills its cell, blanks aside.
func (it *item) whole(c *sources.Chunk) bool {
	if it.Field < 0 {
		return false
	}
	from, to := int(c.Fields.Start[it.Field]), int(c.Fields.End[it.Field])
	return it.Start-from <= leading(c.Data[from:to]) && it.End >= from+len(trimRight(c.Data[from:to]))
}

func leading(b []byte) int { return len(b) - len(trimLeft(b)) }

func trim(b []byte) []byte { return trimLeft(trimRight(b)) }

func trimLeft(b []byte) []byte {
	for len(b) > 0 && b[0] <= ' ' {
		b = b[1:]
	}
	return b
}

func trimRight(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] <= ' ' {
		b = b[:len(b)-1]
	}
	return b
}

// isAside reports whether a column is counted elsewhere.
func (tb *table) isAside(column int32) bool {
	return int(column) < len(tb.aside) && column >= 0 && tb.aside[column]
}

// element returns the element of a column, nil for none.
func (tb *table) element(column int32) *element {
	if column < 0 || int(column) >= len(tb.elements) {
		return nil
	}
	return tb.elements[column]
}

// tableOf returns what is known of the table of c, with all its columns.
func (s *unitSink) tableOf(t *tally, c *sources.Chunk) *table {
	i := slices.IndexFunc(t.tables, func(tb *table) bool { return tb.of == c.Table && tb.part == c.Part })
	if i < 0 {
		masked, found := s.mask.name(c.Part)
		s.nameFindings(t, found)
		t.tables = append(t.tables, &table{of: c.Table, part: c.Part, masked: masked})
		i = len(t.tables) - 1
	}
	tb := t.tables[i]
	if len(tb.elements) < len(c.Table.Columns) {
		s.extend(t, tb, c)
	}
	return tb
}

// extend adds the columns that a table has gained. Names are looked at first: a
// first row that holds a kept match is data, whatever the format took it for.
func (s *unitSink) extend(t *tally, tb *table, c *sources.Chunk) {
	first := len(tb.elements) == 0
	columns := c.Table.Columns[len(tb.elements):]
	s.header.set(columns)
	s.header.scan(&s.mask)
	header := slices.ContainsFunc(columns, func(c sources.Column) bool { return c.Header })
	if first && header && len(s.header.found) > 0 {
		tb.nameless = true
	}
	for i := range columns {
		s.addColumn(t, tb, &columns[i])
	}
	if first && tb.nameless && s.unit.Index == 0 {
		row := s.header.chunk(c)
		s.tallyCells(t, tb, &row)
	}
}

func (s *unitSink) addColumn(t *tally, tb *table, col *sources.Column) {
	name := col.Name
	if tb.nameless && col.Header {
		name = ""
	}
	masked := name
	if name != "" && len(s.header.found) > 0 {
		var found []detectors.Match
		masked, found = s.mask.name(name)
		s.nameFindings(t, found)
	}
	key := elementKey{part: tb.part, name: name, column: int32(len(tb.elements))}
	e := t.element(s, key, tb.masked, masked)
	e.dates.digits, e.Text = namesDates(name), col.Text
	if col.Aside {
		tb.aside = append(tb.aside, make([]bool, len(tb.elements)+1-len(tb.aside))...)
		tb.aside[len(tb.elements)] = true
	}
	tb.elements = append(tb.elements, e)
	known := s.columnNamed(name, col.Label)
	tb.names = append(tb.names, known)
	tb.repairs = append(tb.repairs, s.repairsOf(known, name == "" && col.Label == ""))
	path := pathOfName(name)
	tb.paths = append(tb.paths, path)
	tb.deep = tb.deep || path != ""
}

// columnKey is what a column is named by.
type columnKey struct{ name, label string }

// columnNamed remembers what names tell: the files of a share repeat them.
func (s *unitSink) columnNamed(name, label string) detectors.Column {
	key := columnKey{name, label}
	if c, ok := s.columns[key]; ok {
		return c
	}
	if len(s.columns) >= 4096 {
		clear(s.columns)
	}
	c := s.engine.Column(name, label)
	s.columns[key] = c
	return c
}

// headerRow is the first row of a table as a text of cells.
type headerRow struct {
	data   []byte
	fields sources.Fields
	none   []int32
	found  []detectors.Match
}

func (h *headerRow) set(columns []sources.Column) {
	h.data = h.data[:0]
	h.fields.Reset()
	h.none = h.none[:0]
	for i := range columns {
		start := len(h.data)
		h.data = append(h.data, columns[i].Name...)
		h.fields.Add(start, len(h.data), i, 1)
		h.data = append(h.data, '\n')
		h.none = append(h.none, -1)
	}
}

// scan looks for kept matches among the names, each on its own evidence.
func (h *headerRow) scan(m *masker) {
	m.chunk = detectors.Chunk{Data: h.data, To: len(h.data), Starts: h.fields.Start, Ends: h.fields.End, Columns: h.none}
	h.found = m.pass.Scan(&m.chunk, h.found[:0])
}

// chunk returns the row as data of the table of c. Its place in the original is
// known by its row only.
func (h *headerRow) chunk(c *sources.Chunk) sources.Chunk {
	return sources.Chunk{Data: h.data, To: len(h.data), Part: c.Part, Page: c.Page, Table: c.Table, Fields: h.fields, Locator: firstLine{}}
}

// firstLine locates the header row.
type firstLine struct{}

func (firstLine) Locate(int) sources.Location { return sources.Location{Row: 1, Byte: -1} }
