package detectors

import "math/bits"

// A piece of text goes through the steps in batches of windows: the kernel
// picks the windows worth classifying, turns a batch of them into masks and the
// masks into the positions that each shape asks for; then every kind verifies
// its positions in a loop of its own.

// batchWindows is the size of a batch. Windows are worked on in groups of
// groupWindows, one per lane of a vector.
const (
	batchWindows = 64
	groupWindows = 8
	maskCount    = 15
	maxEdges     = 3 // windows of a piece that lie partly outside the text: one in front, two behind
)

// batch is what the kernel fills. The order of masks is that of Window.
type batch struct {
	at    [batchWindows]int32                                          // of the first byte of each window
	masks [batchWindows / groupWindows][maskCount][groupWindows]uint64 // by group, class, window
	out   [fusedCount][batchWindows]uint64                             // by shape, window
	any   [fusedCount]uint64                                           // by shape: the windows where out is not zero
	whole bool                                                         // all masks are asked for, not only those of runs
}

// piece looks at the positions c.Data[low:high], leaves what it finds in
// p.found. high-low is a multiple of windowStep but at the end of a scan.
func (p *Pass) piece(c *Chunk, low, high int) {
	text, at := c.Data, low-lookBehind
	last := high - lookBehind // windows begin before it
	edges := 0
	for ; at < last && at < 0; at += windowStep {
		edges = p.edge(text, at, edges)
	}
	if n := min((last-at+windowStep-1)/windowStep, (len(text)-64-at)/windowStep+1); n > 0 && len(text)-64-at >= 0 {
		p.listWindows(text, at, n)
		at += n * windowStep
		for list := p.list; len(list) > 0; {
			n := copy(p.batch.at[:], list)
			list = list[n:]
			p.e.kernel.batch(text, p.batch, n)
			p.verify(c, n)
		}
	}
	for ; at < last; at += windowStep {
		edges = p.edge(text, at, edges)
	}
	p.verifyEdges(c, edges)
	p.verifyAllRuns(c)
	if p.e.anchors != nil {
		p.anchors(c, low, high)
	}
	if p.e.capitalSet != 0 {
		p.capitals(c, low, high)
	}
	if p.e.cellwise != 0 && len(c.Starts) > 0 {
		p.wholeCells(c, low, high)
	}
	p.collect(c, low, high)
}

// pickAgain is for how many pieces a step that picked little is left out: it changes
// nothing but the speed.
const pickAgain = 8

// listWindows lists those of n windows from text[at] on that may hold something.
// Tables and logs have something in nearly all of them: then all of them are listed.
func (p *Pass) listWindows(text []byte, at, n int) {
	if p.full > 0 {
		p.full--
		list := p.list[:n]
		for i := range list {
			list[i] = int32(at + i*windowStep)
		}
		p.list = list
		return
	}
	p.list = p.e.kernel.filter(text, at, n, p.list[:0])
	p.sharpen(text)
	if p.e.sharp && p.e.kernel.wide && 8*len(p.list) > 7*n {
		p.full = pickAgain
	}
}

// sharpen drops windows that hold nothing from the list. Where it finds few, as in
// tables, it is left out for the next pieces.
func (p *Pass) sharpen(text []byte) {
	if !p.e.sharp {
		return
	}
	if p.blunt > 0 {
		p.blunt--
		return
	}
	n := len(p.list)
	if p.list = p.e.kernel.sharpen(text, p.list); 8*(n-len(p.list)) < n {
		p.blunt = pickAgain
	}
}

// edge copies a window that lies partly outside the text, the n-th of a piece, for
// verifyEdges; it returns how many there are then.
func (p *Pass) edge(text []byte, at, n int) int {
	p.edgeAt[n] = int32(at)
	window := p.edges[64*n : 64*n+64]
	clear(window)
	low := max(at, 0)
	copy(window[low-at:], text[min(low, len(text)):min(at+64, len(text))])
	return n + 1
}

// verifyEdges looks at the n windows that were copied.
func (p *Pass) verifyEdges(c *Chunk, n int) {
	for i := range n {
		p.batch.at[i] = int32(64 * i)
	}
	if n > 0 {
		p.e.kernel.batch(p.edges[:], p.batch, n)
		copy(p.batch.at[:], p.edgeAt[:n])
		p.verify(c, n)
	}
}

// verify offers the positions that the shapes of a batch ask for to the detectors, and
// queues its runs of digits.
func (p *Pass) verify(c *Chunk, n int) {
	valid := ^uint64(0) >> (batchWindows - n)
	for _, s := range p.e.fused {
		if any := p.batch.any[s.shape] & valid; any != 0 {
			p.verifyShape(c, s.detector, &p.batch.out[s.shape], any)
		}
	}
	for _, i := range p.e.shapes {
		var out [batchWindows]uint64
		shape := p.e.detectors[i].Shape
		for w := range n {
			p.batch.load(&p.window, w)
			out[w] = shape(&p.window)
		}
		p.verifyShape(c, i, &out, valid)
	}
	if p.e.minRun > 0 {
		p.queueRuns(c, n)
	}
}

// load fills w with the masks of window i of the batch.
func (b *batch) load(w *Window, i int) {
	m, lane := &b.masks[i/groupWindows], i%groupWindows
	*w = Window{m[0][lane], m[1][lane], m[2][lane], m[3][lane], m[4][lane], m[5][lane], m[6][lane], m[7][lane],
		m[8][lane], m[9][lane], m[10][lane], m[11][lane], m[12][lane], m[13][lane], m[14][lane]}
}

// store is the reverse of load.
func (b *batch) store(w *Window, i int) {
	m, lane := &b.masks[i/groupWindows], i%groupWindows
	if !b.whole {
		m[0][lane], m[3][lane] = w.Digit, w.Word
		return
	}
	for class, mask := range [maskCount]uint64{w.Digit, w.Upper, w.Lower, w.Word, w.Hex, w.High, w.At, w.Space,
		w.Dot, w.Hyphen, w.Colon, w.Slash, w.Plus, w.Zero, w.Gap} {
		m[class][lane] = mask
	}
}

// verifyShape calls Verify of detector i at the positions in out.
func (p *Pass) verifyShape(c *Chunk, i uint8, out *[batchWindows]uint64, windows uint64) {
	if len(c.Starts) > 0 {
		p.verifyCells(c, i, out, windows)
		return
	}
	verify, text := p.e.detectors[i].Verify, c.Data
	for ; windows != 0; windows &= windows - 1 {
		w := bits.TrailingZeros64(windows) & (batchWindows - 1)
		for m := out[w] & Decided; m != 0; m &= m - 1 {
			at := int(p.batch.at[w]) + bits.TrailingZeros64(m)
			if at >= len(text) {
				break
			}
			if s := verify(text, at); s.Outcome != None {
				p.add(s, i, 0, -1)
			}
		}
	}
}

// verifyCells is verifyShape for a table.
func (p *Pass) verifyCells(c *Chunk, i uint8, out *[batchWindows]uint64, windows uint64) {
	verify := p.e.detectors[i].Verify
	for ; windows != 0; windows &= windows - 1 {
		w := bits.TrailingZeros64(windows) & (batchWindows - 1)
		for m := out[w] & Decided; m != 0; m &= m - 1 {
			at := int(p.batch.at[w]) + bits.TrailingZeros64(m)
			text, base, field := p.cellText(c, at, i)
			if field < 0 {
				continue
			}
			if s := verify(text, at-base); s.Outcome != None {
				p.add(s, i, base, field)
			}
		}
	}
}

// add keeps the verdict s of a text that begins at base. It writes the candidate
// where it stays: copies of what was just written in parts are slow.
func (p *Pass) add(s Span, detector uint8, base int, field int32) {
	p.fresh = append(p.fresh, candidate{})
	f := &p.fresh[len(p.fresh)-1]
	f.start, f.end, f.field = s.Start+int32(base), s.End+int32(base), field
	f.detector, f.outcome = detector, s.Outcome
	if s.Outcome == Accepted {
		f.why, f.score, f.raised = s.Why, s.Score, s.Raised
	}
}

// collect moves the fresh candidates, which lie kind by kind, to the end of p.found in
// the order of text, and settles them. The piece is c.Data[low:high].
func (p *Pass) collect(c *Chunk, low, high int) {
	const few, many = 24, 200
	if len(p.fresh) == 0 {
		return
	}
	if !p.alone {
		p.askWords(c, low, high)
	}
	n := len(p.found)
	p.found = grow(p.found, len(p.fresh))
	tail := p.found[n:]
	switch {
	case len(p.fresh) <= few:
		copy(tail, p.fresh)
		for i := range tail {
			p.settle(c, &tail[i])
		}
	// Places are small enough that most hold one candidate.
	case len(p.fresh) <= many:
		p.spread(c, low, 6, tail)
	default:
		p.spread(c, low, 4, tail)
	}
	p.fresh = p.fresh[:0]
	p.order(n)
}

// spread writes the fresh candidates to tail, in the order of the places of 1<<shift
// bytes in which they begin, and settles them there. Most stand in plain text where no
// word is about them: what Verify said of these is all there is.
func (p *Pass) spread(c *Chunk, low int, shift uint8, tail []candidate) {
	counts := p.counts[:pieceWindows*windowStep>>shift+2]
	clear(counts)
	last := len(counts) - 2
	for i := range p.fresh {
		counts[min(max(0, int(p.fresh[i].start)-low)>>shift, last)+1]++
	}
	sum := int32(0)
	for i, k := range counts {
		sum += k
		counts[i] = sum
	}
	quiet := ^(p.e.listed | p.hits.heard[0] | p.hits.heard[1])
	if p.e.own != nil {
		quiet &^= p.e.own.kinds
	}
	if len(c.Starts) > 0 {
		quiet = 0
	}
	for i := range p.fresh {
		at := &counts[min(max(0, int(p.fresh[i].start)-low)>>shift, last)]
		f := &tail[*at]
		*at++
		*f = p.fresh[i]
		if f.outcome != Accepted || quiet>>f.detector&1 == 0 {
			p.settle(c, f)
			continue
		}
		f.score = min(99, f.score)
		f.raised = min(99, max(f.raised, f.score))
		p.weighed(f)
	}
}

// grow makes s longer by n, with whatever is there.
func grow(s []candidate, n int) []candidate {
	if len(s)+n <= cap(s) {
		return s[:len(s)+n]
	}
	return append(s, make([]candidate, n)...)
}

// order sorts p.found, which is sorted up to n and nearly so from there on, and
// removes doubles: one span found from two positions.
func (p *Pass) order(n int) {
	kept := n
	for i := n; i < len(p.found); i++ {
		if kept == i && (i == 0 || p.found[i-1].start < p.found[i].start) {
			kept++
			continue
		}
		f := p.found[i]
		j := kept
		for j > 0 && f.before(&p.found[j-1]) {
			j--
		}
		if j > 0 && p.found[j-1].same(&f) {
			if p.found[j-1].weaker(&f) {
				p.found[j-1] = f
			}
			continue
		}
		copy(p.found[j+1:kept+1], p.found[j:kept])
		p.found[j] = f
		kept++
	}
	p.found = p.found[:kept]
}

func (f *candidate) before(g *candidate) bool {
	if f.start != g.start {
		return f.start < g.start
	}
	if f.end != g.end {
		return f.end < g.end
	}
	return f.detector < g.detector
}

// weaker reports whether f is worth less than g, the same span found from
// another position: behind a label, or in a column of its name.
func (f *candidate) weaker(g *candidate) bool {
	if f.outcome != g.outcome {
		return f.outcome < g.outcome
	}
	if f.raised != g.raised {
		return f.raised < g.raised
	}
	return f.score < g.score
}

func (f *candidate) same(g *candidate) bool {
	return f.start == g.start && f.end == g.end && f.detector == g.detector
}
