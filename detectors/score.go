package detectors

// settle gives a candidate its score, but for what depends on neighbours of Near.
func (p *Pass) settle(c *Chunk, f *candidate) {
	if f.outcome != Accepted {
		f.rank, f.placed = noRank, true
		return
	}
	p.weigh(c, f)
	if p.e.own != nil && p.e.own.has(p, f.detector, c.Data[f.start:f.end]) {
		f.ours = true
	}
	p.weighed(f)
}

// weighed keeps what a candidate is worth by itself.
func (p *Pass) weighed(f *candidate) {
	d := f.detector & (maxDetectors - 1)
	if !f.ours {
		f.own = f.score
	}
	if f.own >= ScorePossible {
		p.kinds |= 1 << d
	}
	if f.why&(ColumnName|ContextWord) != 0 || p.e.near[d] == 0 {
		f.score = min(f.score, p.e.caps[d])
		f.placed = true
	}
}

// weigh works out the score of an accepted candidate by itself.
func (p *Pass) weigh(c *Chunk, f *candidate) {
	if p.e.lists[f.detector] != nil {
		p.lookUp(c, f)
	}
	f.score = min(99, f.score)
	f.raised = min(99, max(f.raised, f.score))
	d := f.detector
	column := columnOf(c, f.field)
	if column.named>>d&1 != 0 {
		f.why |= ColumnName
		f.score = min(99, f.raised+3)
		return
	}
	var words wordSets
	if p.e.wantsWords(f, column) {
		p.addContext(c, f, &words)
	}
	speaksFor, against := (words.context|column.context)>>d&1 != 0, (words.against|column.against)>>d&1 != 0
	if f.why&ContextWord != 0 { // its own label stands in front of it
		against = false
	}
	if speaksFor {
		f.why |= ContextWord
	}
	switch {
	case speaksFor && against: // a telephone number on an invoice: at least what it is worth alone
		f.raised = max(f.score, lowered(f.raised))
		f.score = f.raised
	case speaksFor:
		f.score = f.raised
	case against:
		f.raised = lowered(f.raised)
		f.score = lowered(f.score)
	}
}

// lookUp raises a candidate whose code is in the imported list of its kind.
func (p *Pass) lookUp(c *Chunk, f *candidate) {
	d := p.e.detectors[f.detector]
	if d.Normal == nil {
		return
	}
	p.normal = d.Normal(p.normal[:0], c.Data[f.start:f.end])
	if p.e.lists[f.detector].Has(p.normal) {
		f.why |= Listed
		f.score, f.raised = min(99, f.score)+10, min(99, f.raised)+10
	}
}

// lowered is a score with an Against word.
func lowered(score uint8) uint8 {
	if score <= 30 {
		return 1
	}
	return score - 30
}

func columnOf(c *Chunk, field int32) *Column {
	if field < 0 || int(field) >= len(c.Columns) {
		return &noColumn
	}
	if i := c.Columns[field]; i >= 0 && int(i) < len(c.Names) {
		return &c.Names[i]
	}
	return &noColumn
}

// columnIndex is the place of the column of a cell, 0 where there is none.
func columnIndex(c *Chunk, field int32) int32 {
	if int(field) >= len(c.Columns) {
		return 0
	}
	return c.Columns[field]
}

// noColumn is the column of plain text; it is never written.
var noColumn Column

// bounds returns the text whose words are about a candidate: all of the data, or its
// cell; the tag of the next cell is not about it.
func bounds(c *Chunk, f *candidate) (low, high int) {
	if f.field < 0 {
		return 0, len(c.Data)
	}
	return int(c.Starts[f.field]), max(int(f.end), int(c.Ends[f.field]))
}

// wantsWords reports whether the words around an accepted candidate may change what
// it is worth, its column apart.
func (e *Engine) wantsWords(f *candidate, column *Column) bool {
	d := f.detector
	return f.raised > f.score && e.context>>d&^(column.context>>d)&1 != 0 || e.against>>d&^(column.against>>d)&1 != 0
}

// addContext adds what the words around a candidate speak for and against, as
// far as its detector is concerned:
// Window bytes in front, contextAfter bytes behind on the same line, never
// beyond its text. A word counts when it begins there.
func (p *Pass) addContext(c *Chunk, f *candidate, s *wordSets) {
	from, to := p.contextOf(c, f)
	start, end := int(f.start), int(f.end)
	if !p.alone {
		p.hitsAround(c.Data, from, start, end, to, f.detector, s)
		return
	}
	low, high := bounds(c, f)
	text := c.Data[low:high]
	p.wordsBefore(text, from-low, start-low, f.detector, s)
	for to > end && !sameLine(c.Data[end:to]) {
		to--
	}
	p.wordsIn(text, end-low, to-low, s)
}

// contextOf returns the text in which words count for a candidate.
func (p *Pass) contextOf(c *Chunk, f *candidate) (from, to int) {
	low, high := bounds(c, f)
	return max(low, int(f.start)-int(p.e.windows[f.detector])), min(high, int(f.end)+contextAfter)
}

// askWords asks for the words around the fresh candidates of text[low:high].
func (p *Pass) askWords(c *Chunk, low, high int) {
	kinds := uint64(0)
	if len(c.Starts) == 0 && len(p.fresh) > (high-low)>>6 {
		for i := range p.fresh {
			kinds |= 1 << (p.fresh[i].detector & (maxDetectors - 1))
		}
		p.hits.ask(max(0, low-p.e.margin), min(len(c.Data), high+p.e.margin))
	} else {
		for i := range p.fresh {
			f := &p.fresh[i]
			if column := columnOf(c, f.field); f.outcome == Accepted && column.named>>f.detector&1 == 0 && p.e.wantsWords(f, column) {
				kinds |= 1 << (f.detector & (maxDetectors - 1))
				p.hits.ask(p.contextOf(c, f))
			}
		}
	}
	p.about(kinds)
	p.readWords(c.Data, max(0, low-p.e.margin), min(len(c.Data), high+p.e.margin))
}

// place gives candidate i its final score, raised when it stands near one of a
// kind in Near which is worth reporting by itself, unless alone it is worth nothing. A column with a
// name is what the name says, whatever stands in the next one: surnames of eight
// letters are no bank codes.
func (p *Pass) place(c *Chunk, i int) {
	f := &p.found[i]
	near := p.e.near[f.detector] & p.kinds
	if near != 0 && f.score > scoreByName && !columnOf(c, f.field).titled && p.isNear(c, i, near) {
		f.why |= Linked
		f.score = f.raised
	}
	f.score = min(f.score, p.e.caps[f.detector])
	f.placed = true
}

// isNear reports whether a candidate of one of the kinds stands near candidate
// i, in the same record.
func (p *Pass) isNear(c *Chunk, i int, kinds uint64) bool {
	f := &p.found[i]
	first := f.start - nearDistance - int32(p.e.reach)
	for j := i - 1; j >= 0 && p.found[j].start >= first; j-- {
		if p.links(c, f, &p.found[j], kinds) {
			return true
		}
	}
	for j := i + 1; j < len(p.found) && p.found[j].start <= f.end+nearDistance; j++ {
		if p.links(c, f, &p.found[j], kinds) {
			return true
		}
	}
	return false
}

func (p *Pass) links(c *Chunk, f, g *candidate, kinds uint64) bool {
	return kinds>>g.detector&1 != 0 && g.outcome == Accepted && g.own >= ScorePossible &&
		g.start-f.end <= nearDistance && f.start-g.end <= nearDistance && sameRecord(c, f.field, g.field)
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
	if int(b) >= len(c.Columns) {
		return a == b
	}
	for ; a < b; a++ {
		if c.Columns[a+1] <= c.Columns[a] {
			return false
		}
	}
	return true
}

// nextCell returns where the text ends that Cells detectors see in cell i: with
// the next cell of the row, if there is one.
func nextCell(c *Chunk, i int) int {
	if i+1 < len(c.Starts) && sameRecord(c, int32(i), int32(i+1)) {
		return int(c.Ends[i+1])
	}
	return int(c.Ends[i])
}

// Ranks of candidates: noRank for rejected ones, 0 while it is not known.
const noRank = 1

// highest is the highest score that a strength allows.
var highest = [...]uint8{Weak: ScorePossible - 1, Possible: ScoreProbable - 1, Probable: ScoreVerified - 1, Verified: 99}

// ranked returns the rank: strength, context, length, score, and the order of the
// list. Few candidates need one.
func (f *candidate) ranked() uint64 {
	if f.rank == 0 {
		f.rank = scoreRanks[f.score&127] | contextRanks[f.why&127] | uint64(f.end-f.start)<<24 |
			uint64(f.raised)<<8 | uint64(maxDetectors-1-f.detector)
	}
	return f.rank
}

// scoreRanks and contextRanks are the parts of ranks that scores and reasons make.
var (
	scoreRanks   = scoreRankTable()
	contextRanks = contextRankTable()
)

func scoreRankTable() (t [128]uint64) {
	for i := range t {
		t[i] = uint64(StrengthOf(uint8(i)))<<40 | uint64(i)<<16
	}
	return t
}

func contextRankTable() (t [128]uint64) {
	for i := range t {
		switch why := Evidence(i); {
		case why&ColumnName != 0:
			t[i] = 2 << 38
		case why&(ContextWord|Linked) != 0:
			t[i] = 1 << 38
		}
	}
	return t
}

// arbitrate holds candidate i against those behind it. A candidate is dropped if
// and only if an overlapping one ranks higher, even if that one is dropped
// itself; so the decision is local. A rejected one is dropped by any overlapping
// candidate worth reporting. Called for one candidate after the other, it has
// decided on i when it returns.
func (p *Pass) arbitrate(c *Chunk, i int) {
	f := &p.found[i]
	if !f.placed {
		p.place(c, i)
	}
	for j := i + 1; j < len(p.found) && p.found[j].start < f.end; j++ {
		g := &p.found[j]
		if !g.placed {
			p.place(c, j)
		}
		if f.loses(g) {
			f.dropped = true
		}
		if g.loses(f) {
			g.dropped = true
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
	if a, b := f.ranked(), g.ranked(); a != b {
		return a < b
	}
	return f.start > g.start
}
