package detectors

// Pass is the scratch space of one goroutine for scanning with an engine. It is
// not safe for concurrent use.
type Pass struct {
	e          *Engine
	batch      *batch // of its own: it begins at the edge of a cache line
	window     Window
	alone      bool // cells are scanned one by one, without the caches of a piece
	edges      [64 * maxEdges]byte
	edgeAt     [maxEdges]int32
	list       []int32    // starts of the windows of a piece worth classifying
	blunt      int        // pieces for which the list is taken as it is
	full       int        // pieces for which all windows are listed
	runs       []runQueue // by class
	measured   runList
	fresh      []candidate // of this piece, kind by kind
	found      []candidate // sorted by start
	counts     []int32     // of fresh by place, to sort them
	emitted    int         // of found: those that are only kept as neighbours
	kinds      uint64      // detectors that found something worth reporting in this scan
	refused    []Match
	ownMatches int64
	cells      cellIndex
	hits       hitCache
	terms      terms
	anchored   [anchorRoom]int32   // places where anchors may begin
	blocks     [pieceBlocks]uint32 // of a piece: where anchors may begin
	nextCell   int                 // first cell that wholeCells has not seen
	said       [4]said             // of the last cells
	spans      memory[Span]        // of values, by detector: what Cell says
	token      []byte
	normal     []byte
}

// candidate is what Verify accepted or rejected, in offsets of Chunk.Data.
type candidate struct {
	rank       uint64 // 0: not worked out yet
	start, end int32
	field      int32
	why        Evidence
	detector   uint8
	outcome    Outcome
	score      uint8 // alone; once settled, with all that speaks for it
	own        uint8 // without neighbours of Near
	raised     uint8
	placed     bool // nothing more changes its score
	dropped    bool
	ours       bool // the organisation's own
}

// Pass returns new scratch space.
func (e *Engine) Pass() *Pass {
	p := &Pass{e: e, batch: new(batch), list: make([]int32, 0, pieceWindows+2+groupWindows), counts: make([]int32, pieceWindows*windowStep>>4+2)}
	p.runs = make([]runQueue, len(e.runs.list))
	p.batch.whole = len(e.shapes) > 0
	p.token = make([]byte, 0, 2*maxToken)
	return p
}

// pieceWindows is how many windows are worked on at a time: their text, 36 KiB,
// stays near through all steps, and what a piece costs however little it holds
// weighs less than with short ones.
const pieceWindows = 768

// Scan appends the matches of the core of c to dst and returns it: those of a
// score of at least Options.Min, sorted by Start, that no better candidate
// overlaps. It does not keep c. In a table every cell is a text of its own, and
// a chunk holds whole rows; Cells detectors look into the next cell of the row.
func (p *Pass) Scan(c *Chunk, dst []Match) []Match {
	p.found, p.refused, p.emitted, p.kinds = p.found[:0], p.refused[:0], 0, 0
	clear(p.said[:])
	p.ownMatches = 0
	p.terms.spans = p.terms.spans[:0]
	n := len(dst)
	from, to := max(0, c.From-p.e.margin), min(len(c.Data), c.To+p.e.margin)
	p.alone = len(c.Starts) > 0 && !separated(c)
	if p.alone {
		for i := range c.Starts {
			p.cell(c, i)
		}
		p.collect(c, from, to)
		return p.addTerms(c, p.finish(c, to, true, dst), n)
	}
	p.nextCell = 0
	p.cells.start(c, from)
	p.hits.reset(from - p.e.margin)
	for low := from; low < to; low += pieceWindows * windowStep {
		high := min(to, low+pieceWindows*windowStep)
		p.cells.piece(c, low, high)
		p.hits.forget(high + p.e.margin)
		p.piece(c, low, high)
		dst = p.finish(c, high, high == to, dst)
	}
	return p.addTerms(c, dst, n)
}

// Refused returns what the last Scan did not report: candidates whose check is
// wrong (score 0) and those below the minimum score, sorted by Start. It is
// valid until the next Scan.
func (p *Pass) Refused() []Match { return p.refused }

// finish emits, in the order of text, all that nothing found beyond high can
// change: everything when the scan is at its end. Emitted candidates stay for a
// margin, since they may stand near the next ones.
func (p *Pass) finish(c *Chunk, high int, end bool, dst []Match) []Match {
	limit := int32(high - p.e.margin)
	found, e := p.found, p.e
	i := p.emitted
	for ; i < len(found) && (end || found[i].start < limit); i++ {
		f := &found[i]
		if !f.placed || i+1 < len(found) && found[i+1].start < f.end {
			p.arbitrate(c, i)
		}
		if f.dropped {
			continue
		}
		if !f.ours && e.vocabulary != nil {
			p.stands(c, f)
		}
		if int(f.start) < c.From || int(f.start) >= c.To {
			continue
		}
		if f.ours {
			if f.score >= e.min {
				p.ownMatches++
			}
			continue
		}
		// Written where it stays: a copy of what was just written in parts is slow.
		var m *Match
		if f.outcome == Accepted && f.score >= e.min {
			dst = oneMore(dst)
			m = &dst[len(dst)-1]
		} else {
			p.refused = oneMore(p.refused)
			m = &p.refused[len(p.refused)-1]
		}
		m.Detector, m.Start, m.End = e.detectors[f.detector], int(f.start), int(f.end)
		m.Score, m.Why, m.Field = f.score, f.why, f.field
	}
	gone := 0
	for gone < i && p.found[gone].start < limit-int32(p.e.margin) {
		gone++
	}
	n := copy(p.found, p.found[gone:])
	p.found, p.emitted = p.found[:n], i-gone
	return dst
}

// oneMore makes list longer by one, with whatever is there.
func oneMore(list []Match) []Match {
	if len(list) < cap(list) {
		return list[:len(list)+1]
	}
	return append(list, Match{})
}
