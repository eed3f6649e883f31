package scanner

import (
	"slices"
	"sync"

	"recense/detectors"
	"recense/sources"
)

// helper is a second goroutine that looks through parts while those before are counted,
// in their order. Whichever of the two comes first to a part that nobody has begun looks
// through it, so that nothing waits for a processor that others use. It ends as soon as
// there is nothing to begin, and is waited for before the unit ends.
type helper struct {
	pass    *detectors.Pass
	waiting []*part // to be counted, in order
	free    []*part

	mu      sync.Mutex
	parts   []*part // of waiting, those that nobody has begun
	running bool
	group   sync.WaitGroup
}

// Lend implements sources.Borrower.
func (s *unitSink) Lend(c *sources.Chunk, returned func()) error {
	h := &s.helper
	if len(s.stack) == 0 || !s.mayHelp(c) || c.Fields.Len() < partCells && len(h.waiting) == 0 {
		err := s.Chunk(c)
		returned()
		return err
	}
	if err := s.ctx.Err(); err != nil {
		return err
	}
	t := s.stack[len(s.stack)-1]
	if !t.knows(c) { // what its columns are called belongs behind what was counted before
		if err := s.Settle(); err != nil {
			return err
		}
	}
	s.progress.Add(int64(c.To - c.From))
	p := s.newPart(t, s.tableOf(t, c))
	p.chunk, p.returned = c, returned
	h.hand(p, s.engine)
	for s.broken == nil && (len(h.waiting) > sources.LentChunks || len(h.waiting) > 0 && h.waiting[0].isReady()) {
		s.countNext()
	}
	return s.broken
}

// Settle implements sources.Borrower.
func (s *unitSink) Settle() error {
	for len(s.helper.waiting) > 0 && s.broken == nil {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		s.countNext()
	}
	return s.broken
}

// knows reports whether t has the table of c with all its columns.
func (t *tally) knows(c *sources.Chunk) bool {
	return slices.ContainsFunc(t.tables, func(tb *table) bool {
		return tb.of == c.Table && tb.part == c.Part && len(tb.elements) >= len(c.Table.Columns)
	})
}

// newPart returns an empty part.
func (s *unitSink) newPart(t *tally, tb *table) (p *part) {
	h := &s.helper
	if n := len(h.free); n > 0 {
		p, h.free = h.free[n-1], h.free[:n-1]
	} else {
		p = &part{done: make(chan struct{}, 1)}
	}
	p.tally, p.table, p.names = t, tb, tb.names
	return p
}

// hand hands a part to the helper.
func (h *helper) hand(p *part, e *detectors.Engine) {
	h.waiting = append(h.waiting, p)
	if h.pass == nil {
		h.pass = e.Pass()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.parts = append(h.parts, p)
	if !h.running {
		h.running = true
		pass := h.pass
		h.group.Go(func() { h.run(pass) })
	}
}

// run looks through parts until there is none that nobody has begun.
func (h *helper) run(pass *detectors.Pass) {
	for p := h.begin(true); p != nil; p = h.begin(true) {
		p.guarded(pass)
	}
}

// begin takes the first part that nobody has begun, nil for none: then the helper, if it
// is the one that asks, ends.
func (h *helper) begin(helper bool) *part {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.parts) == 0 {
		h.running = h.running && !helper
		return nil
	}
	p := h.parts[0]
	n := copy(h.parts, h.parts[1:])
	h.parts = h.parts[:n]
	return p
}

// guarded is scan for the helper: a panic is kept for the goroutine that asked for it.
func (p *part) guarded(pass *detectors.Pass) {
	defer func() {
		p.crash = recover()
		p.done <- struct{}{}
	}()
	p.scan(pass, cellsOf(p.chunk, p.names))
}

// isReady reports whether the helper is done with a part.
func (p *part) isReady() bool {
	if !p.ready {
		select {
		case <-p.done:
			p.ready = true
		default:
		}
	}
	return p.ready
}

// countNext counts the first part that waits, once it is looked through; until then it
// looks through others.
func (s *unitSink) countNext() {
	h := &s.helper
	p := h.waiting[0]
	for !p.isReady() {
		if q := h.begin(false); q != nil {
			q.scan(s.pass, cellsOf(q.chunk, q.names))
			q.ready = true
			continue
		}
		<-p.done
		p.ready = true
	}
	if p.crash != nil {
		panic(p.crash)
	}
	s.itemsOf(&p.scanned)
	s.tallyItems(p.tally, p.table, p.chunk)
	if len(p.tally.findings) >= flushFrom && s.broken == nil {
		s.broken = s.flushFindings(p.tally)
	}
	n := copy(h.waiting, h.waiting[1:])
	h.waiting = h.waiting[:n]
	returned := p.returned
	*p = part{fields: p.fields, scanned: p.scanned, done: p.done}
	h.free = append(h.free, p)
	if returned != nil {
		returned()
	}
}

// abandon forgets what waits, once the helper is done with what it has begun.
func (s *unitSink) abandon() {
	h := &s.helper
	h.mu.Lock()
	h.parts = h.parts[:0]
	h.mu.Unlock()
	h.group.Wait()
	clear(h.waiting)
	h.waiting = h.waiting[:0]
}
