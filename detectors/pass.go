package detectors

import (
	"cmp"
	"math/bits"
	"slices"
)

// Pass is the scratch space of one goroutine for scanning with an engine. It is
// not safe for concurrent use.
type Pass struct {
	e       *Engine
	found   []candidate
	refused []Match
	token   []byte
	normal  []byte
}

// candidate is what Verify accepted or rejected, in offsets of Chunk.Data.
type candidate struct {
	start, end int32
	low, high  int32 // bounds of the text it was found in
	field      int32
	detector   uint8
	outcome    Outcome
	span       Span
	score      uint8
	named      bool
	dropped    bool
	why        Evidence
	rank       uint64
}

// Pass returns new scratch space.
func (e *Engine) Pass() *Pass { return &Pass{e: e} }

// Scan appends the matches of the core of c to dst and returns it: those of a
// score of at least Options.Min, sorted by Start, that no better candidate
// overlaps. It does not keep c. In a table every cell is a text of its own, and
// a chunk holds whole rows; Cells detectors look into the next cell of the row.
func (p *Pass) Scan(c *Chunk, dst []Match) []Match {
	p.found, p.refused = p.found[:0], p.refused[:0]
	if len(c.Starts) == 0 {
		from, to := max(0, c.From-p.e.margin), min(len(c.Data), c.To+p.e.margin)
		p.text(c.Data, from, to, -1, 0, len(c.Data), false)
		p.text(c.Data, from, to, -1, 0, len(c.Data), true)
	} else {
		for i := range c.Starts {
			p.cell(c, i)
		}
	}
	slices.SortFunc(p.found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), cmp.Compare(a.detector, b.detector))
	})
	p.found = slices.CompactFunc(p.found, func(a, b candidate) bool {
		return a.start == b.start && a.end == b.end && a.detector == b.detector
	})
	for i := range p.found {
		p.settle(c, &p.found[i])
	}
	p.applyNear(c)
	p.arbitrate()
	return p.emit(c, dst)
}

// Refused returns what the last Scan did not report: candidates whose check is
// wrong (score 0) and those below the minimum score, sorted by Start. It is
// valid until the next Scan.
func (p *Pass) Refused() []Match { return p.refused }

// cell scans cell i alone.
func (p *Pass) cell(c *Chunk, i int) {
	start, end := int(c.Starts[i]), int(c.Ends[i])
	if end <= start || start >= c.To+p.e.margin || end <= c.From-p.e.margin {
		return
	}
	p.text(c.Data, start, end, int32(i), start, end, false)
	if p.e.wide != 0 {
		p.text(c.Data, start, end, int32(i), start, nextCell(c, i), true)
	}
}

// nextCell returns where the text ends that Cells detectors see in cell i: with
// the next cell of the row, if there is one.
func nextCell(c *Chunk, i int) int {
	if i+1 < len(c.Starts) && sameRecord(c, int32(i), int32(i+1)) {
		return int(c.Ends[i+1])
	}
	return int(c.Ends[i])
}

// text looks at the positions data[from:to] of the text data[low:high], for the
// Cells detectors (wide) or for the others.
func (p *Pass) text(data []byte, from, to int, field int32, low, high int, wide bool) {
	var w Window
	text := data[low:high]
	for at := from - low; at < to-low; at += windowStep {
		w.classify(text, at-lookBehind)
		decided := Decided
		if left := to - low - at; left < windowStep {
			decided &= 1<<(left+lookBehind) - 1
		}
		p.window(&w, text, at-lookBehind, decided, field, low, wide)
	}
}

// window offers the positions of one window to the detectors.
func (p *Pass) window(w *Window, text []byte, base int, decided uint64, field int32, low int, wide bool) {
	for m := w.Digit &^ (w.Word << 1) & decided; m != 0; m &= m - 1 {
		at := base + bits.TrailingZeros64(m)
		n := runLength(text, at)
		if n == 0 || n > maxRun {
			continue
		}
		for _, i := range p.e.runs[n] {
			if p.e.detectors[i].Cells != wide {
				continue
			}
			p.add(i, p.e.detectors[i].Run(text, at, n), len(text), field, low)
		}
	}
	for _, i := range p.e.shapes {
		d := p.e.detectors[i]
		if d.Cells != wide {
			continue
		}
		for m := d.Shape(w) & decided; m != 0; m &= m - 1 {
			p.add(i, d.Verify(text, base+bits.TrailingZeros64(m)), len(text), field, low)
		}
	}
}

// runLength measures the bare run of digits at text[at], 0 when a word byte
// follows it.
func runLength(text []byte, at int) int {
	n := 0
	for at+n < len(text) && n <= maxRun && classes[text[at+n]]&classDigit != 0 {
		n++
	}
	if at+n < len(text) && classes[text[at+n]]&classWord != 0 {
		return 0
	}
	return n
}

func (p *Pass) add(detector uint8, s Span, size int, field int32, low int) {
	if s.Outcome == None {
		return
	}
	p.found = append(p.found, candidate{
		start: s.Start + int32(low), end: s.End + int32(low), low: int32(low), high: int32(low + size),
		field: field, detector: detector, outcome: s.Outcome, span: s,
	})
}

// settle gives a candidate its score, neighbours of Near apart.
func (p *Pass) settle(c *Chunk, f *candidate) {
	if f.outcome != Accepted {
		return
	}
	d, bit := p.e.detectors[f.detector], uint64(1)<<f.detector
	f.why = f.span.Why
	bonus := uint8(0)
	if l := p.e.lists[f.detector]; l != nil && d.Normal != nil {
		p.normal = d.Normal(p.normal[:0], c.Data[f.start:f.end])
		if l.Has(p.normal) {
			f.why |= Listed
			bonus = 10
		}
	}
	f.span.Score = min(99, f.span.Score+bonus)
	f.span.Raised = min(99, max(f.span.Raised+bonus, f.span.Score))
	f.score = f.span.Score
	column := columnOf(c, f.field)
	if column.named&bit != 0 {
		f.named = true
		f.why |= ColumnName
		f.score = min(99, f.span.Raised+3)
		return
	}
	text := c.Data[f.low:f.high]
	words := p.contextOf(text, int(f.start-f.low), int(f.end-f.low), int(p.e.windows[f.detector]))
	if (words.context|column.context)&bit != 0 {
		f.why |= ContextWord
		f.score = f.span.Raised
	}
	if (words.against|column.against)&bit != 0 {
		f.span.Raised = lowered(f.span.Raised)
		f.score = lowered(f.score)
	}
}

// lowered is a score with an Against word.
func lowered(score uint8) uint8 {
	if score <= 30 {
		return 1
	}
	return score - 30
}

func columnOf(c *Chunk, field int32) Column {
	if field < 0 || int(field) >= len(c.Columns) {
		return Column{}
	}
	if i := c.Columns[field]; i >= 0 && int(i) < len(c.Names) {
		return c.Names[i]
	}
	return Column{}
}

// applyNear raises the candidates that stand near one of a kind in Near which
// is itself worth reporting, and ranks all.
func (p *Pass) applyNear(c *Chunk) {
	for i := range p.found {
		f := &p.found[i]
		near := p.e.near[f.detector]
		if f.outcome != Accepted || f.why&(ColumnName|ContextWord) != 0 || near == 0 {
			continue
		}
		for j := range p.found {
			g := &p.found[j]
			if g.outcome == Accepted && near>>g.detector&1 != 0 && i != j && g.why&Linked == 0 &&
				g.score >= ScorePossible && g.start-f.end <= nearDistance && f.start-g.end <= nearDistance && sameRecord(c, f.field, g.field) {
				f.why |= Linked
				f.score = f.span.Raised
				break
			}
		}
	}
	for i := range p.found {
		p.found[i].finish(p.e.detectors[p.found[i].detector])
	}
}

// sameRecord reports whether two cells stand in one row: columns grow from one
// to the other. In plain text all is one record.
func sameRecord(c *Chunk, a, b int32) bool {
	if a > b {
		a, b = b, a
	}
	if a < 0 {
		return b < 0
	}
	for ; a < b; a++ {
		if int(b) >= len(c.Columns) || c.Columns[a+1] <= c.Columns[a] {
			return false
		}
	}
	return true
}

// finish caps the score by the strength the detector may reach and works out
// the rank: strength, context, length, score, and the order of the list.
func (f *candidate) finish(d *Detector) {
	if f.outcome != Accepted {
		return
	}
	switch d.Max {
	case Possible:
		f.score = min(f.score, ScoreProbable-1)
	case Probable:
		f.score = min(f.score, ScoreVerified-1)
	}
	context := uint64(0)
	if f.why&(ContextWord|Linked) != 0 {
		context = 1
	}
	if f.named {
		context = 2
	}
	f.rank = uint64(StrengthOf(f.score))<<40 | context<<38 | uint64(f.end-f.start)<<24 |
		uint64(f.score)<<16 | uint64(f.span.Raised)<<8 | uint64(maxDetectors-1-f.detector)
}

// arbitrate drops a candidate if and only if an overlapping one ranks higher,
// even if that one is dropped itself; so the decision is local. A rejected one
// is dropped by any overlapping candidate worth reporting.
func (p *Pass) arbitrate() {
	for i := range p.found {
		f := &p.found[i]
		for j := i + 1; j < len(p.found) && p.found[j].start < f.end; j++ {
			g := &p.found[j]
			if f.loses(g) {
				f.dropped = true
			}
			if g.loses(f) {
				g.dropped = true
			}
		}
	}
}

// loses reports whether an overlapping candidate g drops f.
func (f *candidate) loses(g *candidate) bool {
	if g.outcome != Accepted {
		return false
	}
	if f.outcome != Accepted {
		return g.score >= ScorePossible
	}
	if f.rank != g.rank {
		return f.rank < g.rank
	}
	return f.start > g.start
}

// emit sorts what is left into matches and refused ones.
func (p *Pass) emit(c *Chunk, dst []Match) []Match {
	for i := range p.found {
		f := &p.found[i]
		if f.dropped || int(f.start) < c.From || int(f.start) >= c.To {
			continue
		}
		m := Match{Detector: p.e.detectors[f.detector], Start: int(f.start), End: int(f.end), Score: f.score, Why: f.why, Field: f.field}
		if f.outcome == Accepted && f.score >= p.e.min {
			dst = append(dst, m)
			continue
		}
		if f.outcome == Rejected {
			m.Score, m.Why = 0, 0
		}
		p.refused = append(p.refused, m)
	}
	return dst
}
