package scanner

import (
	"runtime"
	"sync"
	"sync/atomic"

	"recense/detectors"
	"recense/sources"
)

// To look for matches takes as long as to count them. A chunk of many cells is therefore
// cut into parts of whole rows: a helper looks through the next ones while those before
// are counted, in their order. Whichever of the two comes first to a part that nobody has
// begun looks through it, so that nothing waits for a processor that others use.
const partCells = 2048

// part is some rows of a chunk.
type part struct {
	chunk   sources.Chunk // whose Data and Fields begin with the part
	fields  sources.Fields
	shifted shifted
	scanned
	begun atomic.Bool
	done  chan struct{} // holds one when the helper has ended
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

// helper is what a second goroutine needs. It is used while Chunk runs only.
type helper struct {
	pass  *detectors.Pass
	parts []*part
	n     int // of parts, those of the chunk
}

// partsOf cuts a chunk where a row ends; fewer than two when it is not worth it, or when
// what is outside its core counts.
func (s *unitSink) partsOf(c *sources.Chunk) []*part {
	h, f := &s.helper, &c.Fields
	h.n = 0
	n := f.Len()
	if n < 2*partCells || len(f.Row) < n || c.From != 0 || c.To != len(c.Data) || c.Width > 0 || s.opt.Look != nil || runtime.GOMAXPROCS(0) < 2 {
		return nil
	}
	from := 0
	for at := partCells; at < n; at++ {
		if at-from >= partCells && n-at >= partCells/2 && f.Row[at] != f.Row[at-1] && f.Column[at] <= f.Column[at-1] && f.End[at-1] <= f.Start[at] {
			h.add(c, from, at)
			from = at
		}
	}
	h.add(c, from, n)
	return h.parts[:h.n]
}

// add makes a part of the cells from to before to.
func (h *helper) add(c *sources.Chunk, from, to int) {
	if h.n == len(h.parts) {
		h.parts = append(h.parts, &part{done: make(chan struct{}, 1)})
	}
	p := h.parts[h.n]
	h.n++
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
	p.chunk = *c
	p.chunk.Data, p.chunk.To = c.Data[low:high], high-low
	p.chunk.Fields = sources.Fields{Start: p.fields.Start, End: p.fields.End, Column: c.Fields.Column[from:to], Row: c.Fields.Row[from:to]}
	if c.Locator != nil {
		p.shifted = shifted{c.Locator, low}
		p.chunk.Locator = &p.shifted
	}
	p.begun.Store(false)
	p.crash = nil
}

// tallyParts does what tallyCells does, for the parts of a chunk.
func (s *unitSink) tallyParts(t *tally, tb *table, parts []*part) {
	if s.helper.pass == nil {
		s.helper.pass = s.engine.Pass()
	}
	var group sync.WaitGroup
	var stop atomic.Bool
	group.Go(func() { s.helper.ahead(parts, tb.names, &stop) })
	defer func() {
		stop.Store(true)
		group.Wait()
		for _, p := range parts { // some of which a panic may have left
			select {
			case <-p.done:
			default:
			}
			p.chunk = sources.Chunk{}
		}
	}()
	for _, p := range parts {
		if p.begun.CompareAndSwap(false, true) {
			p.scan(s.pass, cellsOf(&p.chunk, tb.names))
		} else if <-p.done; p.crash != nil {
			panic(p.crash)
		}
		s.itemsOf(&p.scanned)
		s.tallyItems(t, tb, &p.chunk)
	}
}

// ahead looks through the parts that nobody has begun.
func (h *helper) ahead(parts []*part, names []detectors.Column, stop *atomic.Bool) {
	for _, p := range parts[1:] {
		if stop.Load() {
			return
		}
		if p.begun.CompareAndSwap(false, true) {
			p.guarded(h.pass, cellsOf(&p.chunk, names))
		}
	}
}

// guarded is scan for the helper: a panic is kept for the goroutine that asked for it.
func (p *part) guarded(pass *detectors.Pass, c detectors.Chunk) {
	defer func() {
		p.crash = recover()
		p.done <- struct{}{}
	}()
	p.scan(pass, c)
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
