package scanner

import (
	"runtime"

	"recense/detectors"
	"recense/sources"
)

// To look for matches takes as long as to count them. A chunk of many cells is therefore
// cut into parts of whole rows, which a helper looks through while those before are
// counted (see helper.go).
const partCells = 2048

// part is some rows of a chunk, or all of a chunk that was lent.
type part struct {
	chunk   *sources.Chunk
	own     sources.Chunk // of some rows: its Data and Fields begin with the part
	fields  sources.Fields
	shifted shifted

	tally    *tally
	table    *table
	names    []detectors.Column // of the table when the part was handed over
	returned func()             // nil for some rows

	scanned
	done  chan struct{} // holds one when the helper has ended
	ready bool          // it is looked through, as far as its owner knows
	crash any           // what the helper panicked with
}

// scanned is what the engine found in a chunk.
type scanned struct {
	matches, refused []detectors.Match
	own              int64
}

// shifted is the Locator of a part.
type shifted struct {
	of sources.Locator
	by int
}

func (l shifted) Locate(at int) sources.Location { return l.of.Locate(at + l.by) }

// mayHelp reports whether a chunk is one of whole rows, all of it core, so that it may be
// looked through in parts and out of turn.
func (s *unitSink) mayHelp(c *sources.Chunk) bool {
	return c.Table != nil && len(c.Fields.Row) == c.Fields.Len() && c.From == 0 && c.To == len(c.Data) && c.Width == 0 && s.opt.Look == nil && runtime.GOMAXPROCS(0) > 1
}

// cut returns where the parts of a chunk end, in cells: where a row does. Fewer than two
// when it is not worth it.
func (s *unitSink) cut(c *sources.Chunk) []int {
	f, n := &c.Fields, c.Fields.Len()
	s.ends = s.ends[:0]
	if n < 2*partCells || !s.mayHelp(c) {
		return nil
	}
	from := 0
	for at := partCells; at < n; at++ {
		if at-from >= partCells && n-at >= partCells/2 && f.Row[at] != f.Row[at-1] && f.Column[at] <= f.Column[at-1] && f.End[at-1] <= f.Start[at] {
			s.ends = append(s.ends, at)
			from = at
		}
	}
	s.ends = append(s.ends, n)
	return s.ends
}

// be makes p the part of the cells from to before to.
func (p *part) be(c *sources.Chunk, from, to int) {
	low, high := 0, len(c.Data)
	if from > 0 {
		low = int(c.Fields.Start[from])
	}
	if to < c.Fields.Len() {
		high = int(c.Fields.Start[to])
	}
	p.fields.Reset()
	for i := from; i < to; i++ {
		p.fields.Start = append(p.fields.Start, c.Fields.Start[i]-int32(low))
		p.fields.End = append(p.fields.End, c.Fields.End[i]-int32(low))
	}
	p.own = *c
	p.own.Data, p.own.To = c.Data[low:high], high-low
	p.own.Fields = sources.Fields{Start: p.fields.Start, End: p.fields.End, Column: c.Fields.Column[from:to], Row: c.Fields.Row[from:to]}
	if c.Locator != nil {
		p.shifted = shifted{c.Locator, low}
		p.own.Locator = &p.shifted
	}
	p.chunk = &p.own
}

// tallyParts does what tallyCells does, for the parts of a chunk that end at ends.
func (s *unitSink) tallyParts(t *tally, tb *table, c *sources.Chunk, ends []int) {
	defer func() {
		if len(s.helper.waiting) > 0 { // a panic left them
			s.abandon()
		}
	}()
	from := 0
	for _, to := range ends {
		p := s.newPart(t, tb)
		p.be(c, from, to)
		s.helper.hand(p, s.engine)
		from = to
	}
	for len(s.helper.waiting) > 0 {
		s.countNext()
	}
}

// scan keeps what the engine finds, which the pass gives until its next scan.
func (r *scanned) scan(pass *detectors.Pass, c detectors.Chunk) {
	r.matches = pass.Scan(&c, r.matches[:0])
	r.refused = append(r.refused[:0], pass.Refused()...)
	r.own = pass.Own()
}

// cellsOf is a chunk of cells for the engine.
func cellsOf(c *sources.Chunk, names []detectors.Column) detectors.Chunk {
	return detectors.Chunk{Data: c.Data, From: c.From, To: c.To,
		Starts: c.Fields.Start, Ends: c.Fields.End, Columns: c.Fields.Column, Names: names}
}
