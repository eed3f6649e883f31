package detectors

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// Anchors call Verify where a literal stands: a key word such as "password", the
// published beginning of a token. They are looked for in a step of their own, so
// that the windows of the shapes stay few: a filter by the first four bytes,
// half a byte at a time, in sixteen groups of literals, and then a table.

// Bounds of an anchor, in bytes, and of all of them together.
const (
	minAnchor  = 3
	maxAnchor  = 8
	maxAnchors = 512
)

// anchorTable finds anchors. The first three are the tables of the filter, in the
// form that its implementations want: to which groups of literals each of four
// bytes may belong.
type anchorTable struct {
	lanes [anchorSets][anchorBytes][2][16]uint8 // by the lower and the upper half of the byte
	seven [anchorSets][anchorBytes][128]uint8   // by its lower seven bits
	bytes [anchorBytes][256]uint16              // by the byte
	first [1 << 15 / 64]uint64                  // a bit for each hash of the first four bytes of a literal
	short [1 << 12 / 64]uint64                  // the same of the literals of three
	slots [anchorSlots]anchorSlot
}

// anchorSlot is an entry: the literal as it lies in memory, in small letters.
type anchorSlot struct {
	value, mask uint64
	detectors   uint64
}

// anchorSets is how many times eight groups there are, anchorBytes how many bytes
// the filter looks at.
const (
	anchorSets  = 2
	anchorBytes = 4
)

const anchorSlots = 4 * maxAnchors

// pieceBlocks is how many blocks of 32 bytes a piece has at most, and one more.
const pieceBlocks = pieceWindows*windowStep/32 + 2

// newAnchorTable returns nil when no detector has anchors.
func newAnchorTable(ds []*Detector) (*anchorTable, error) {
	sets := map[string]uint64{}
	var literals []string
	for i, d := range ds {
		for _, a := range d.Anchors {
			if sets[a] == 0 {
				literals = append(literals, a)
			}
			sets[a] |= 1 << i
		}
	}
	switch {
	case len(literals) == 0:
		return nil, nil
	case len(literals) > maxAnchors:
		return nil, fmt.Errorf("detectors: %d anchors, at most %d", len(literals), maxAnchors)
	}
	slices.Sort(literals)
	t := &anchorTable{}
	for i, group := range anchorGroups(literals) {
		for _, a := range group {
			t.add(a, sets[a], i/8, 1<<(i%8))
		}
	}
	return t, nil
}

// anchorGroups parts sorted literals into sixteen groups of neighbours, so that few
// words pass.
func anchorGroups(literals []string) [][]string {
	n := len(literals)
	best := make([][anchorSets*8 + 1]float64, n+1) // of the first i literals in g groups
	from := make([][anchorSets*8 + 1]int, n+1)
	for i := range best {
		for g := range best[i] {
			best[i][g] = math.Inf(1)
		}
	}
	best[0][0] = 0
	for i := range n {
		var halves [anchorBytes][2]uint16
		var shares [anchorBytes]float64
		for end := i; end < n; end++ {
			before := halves
			addHalves(&halves, literals[end])
			cost := 1.0
			for j := range halves {
				if halves[j] != before[j] {
					shares[j] = shareOf(halves[j])
				}
				cost *= shares[j]
			}
			for g := range anchorSets * 8 {
				if c := best[i][g] + cost; c < best[end+1][g+1] {
					best[end+1][g+1], from[end+1][g+1] = c, i
				}
			}
		}
	}
	g := 1
	for k := range best[n] {
		if best[n][k] < best[n][g] {
			g = k
		}
	}
	var groups [][]string
	for end := n; end > 0; g-- {
		groups = append(groups, literals[from[end][g]:end])
		end = from[end][g]
	}
	return groups
}

// addHalves adds the halves of the bytes that a literal begins with.
func addHalves(halves *[anchorBytes][2]uint16, a string) {
	for i := range anchorBytes {
		for _, b := range anchorByte(a, i) {
			halves[i][0] |= 1 << (b & 15)
			halves[i][1] |= 1 << (b >> 4)
		}
	}
}

// byteShare is the share of a byte in text, in a thousand.
type byteShare struct {
	b     byte
	share float64
}

// byteShares are those of bytes that may begin an anchor: letters of French and
// English, digits and marks of code and logs.
var byteShares = func() (shares []byteShare) {
	for i, share := range []float64{80, 12, 32, 38, 145, 12, 12, 22, 72, 4, 3, 50, 28, 72, 60, 28, 8, 65, 75, 75, 52, 13, 8, 4, 8, 3} {
		shares = append(shares, byteShare{'a' + byte(i), share})
	}
	for _, b := range []byte("0123456789.-:/_\"(") {
		shares = append(shares, byteShare{b, 12})
	}
	return append(shares, byteShare{' ', 60})
}()

// shareOf is about the share of bytes whose halves are in two sets.
func shareOf(h [2]uint16) float64 {
	sum := 2.0
	for _, s := range byteShares {
		if h[0]>>(s.b&15)&1 != 0 && h[1]>>(s.b>>4)&1 != 0 {
			sum += s.share
		}
	}
	return sum / 1000
}

func (t *anchorTable) add(a string, set uint64, k int, group uint8) {
	for i := range anchorBytes {
		for _, b := range anchorByte(a, i) {
			t.allow(k, i, group, b)
		}
	}
	s := anchorSlot{mask: ^uint64(0) >> (64 - 8*len(a)), detectors: set}
	for i := range len(a) {
		s.value |= uint64(a[i]) << (8 * i)
	}
	if len(a) > minAnchor {
		h := anchorHash4(uint32(s.value))
		t.first[h>>6] |= 1 << (h & 63)
	} else {
		h := anchorHash3(uint32(s.value))
		t.short[h>>6] |= 1 << (h & 63)
	}
	slot := anchorPlace(s.value)
	for t.slots[slot].mask != 0 {
		slot = (slot + 1) % anchorSlots
	}
	t.slots[slot] = s
}

// allow lets a group of set k pass byte b at place i.
func (t *anchorTable) allow(k, i int, group uint8, b byte) {
	t.lanes[k][i][0][b&15] |= group
	t.lanes[k][i][1][b>>4] |= group
	t.seven[k][i][b&127] |= group
	t.bytes[i][b] |= uint16(group) << (8 * k)
}

// anchorByte returns the bytes that may stand at place i of a literal: all of them
// behind its end.
func anchorByte(a string, i int) []byte {
	if i < len(a) {
		return []byte{a[i], capital(a[i])}
	}
	any := make([]byte, 256)
	for b := range any {
		any[b] = byte(b)
	}
	return any
}

func capital(b byte) byte {
	if b-'a' < 26 {
		return b - 'a' + 'A'
	}
	return b
}

// anchorPlace is where the literals that begin with three bytes are looked for
// first.
func anchorPlace(first uint64) uint64 { return anchorHash(first) % anchorSlots }

// anchorHash4 and anchorHash3 are places in the bitmaps of the first four and three
// bytes, whatever the case of their letters.
func anchorHash4(first uint32) uint32 { return (first | 0x20202020) * 0x9E3779B1 >> (32 - 15) }

func anchorHash3(first uint32) uint32 { return (first&0xFFFFFF | 0x202020) * 0x9E3779B1 >> (32 - 12) }

// mayBegin is 1 where a literal may begin with the four bytes, else 0.
func (t *anchorTable) mayBegin(first uint32) uint64 {
	h, s := anchorHash4(first), anchorHash3(first)
	return (t.first[h>>6]>>(h&63) | t.short[s>>6]>>(s&63)) & 1
}

func anchorHash(first uint64) uint64 { return (first & 0xFFFFFF) * 0x9E3779B97F4A7C15 >> 49 }

// find returns the detectors that want text[at]; n bytes of it are there.
func (t *anchorTable) find(text []byte, at int) (set uint64) {
	var w uint64
	switch last := len(text) - 8; {
	case at <= last:
		w = binary.LittleEndian.Uint64(text[at:])
	case last >= 0:
		w = binary.LittleEndian.Uint64(text[last:]) >> (8 * (at - last))
	default:
		for i, b := range text[at:] {
			w |= uint64(b) << (8 * i)
		}
	}
	w = smallLetters(w)
	if t.mayBegin(uint32(w)) == 0 {
		return 0
	}
	for slot := anchorPlace(w); t.slots[slot].mask != 0; slot = (slot + 1) % anchorSlots {
		if s := &t.slots[slot]; w&s.mask == s.value {
			set |= s.detectors
		}
	}
	return set
}

// smallLetters turns the capitals among eight bytes into small letters.
func smallLetters(w uint64) uint64 {
	low := w &^ highBits
	upper := (low + (0x80-'A')*oneBits) &^ (low + (0x80-'Z'-1)*oneBits) &^ w & highBits
	return w | upper>>2
}

// anchorFilter is the first step, in one of its implementations.
type anchorFilter func(text []byte, at, n int, t *anchorTable, out []uint32)

// midWord reports whether a small letter stands at text[at] and a letter in front
// of it: no anchor begins there.
func midWord(text []byte, at int) bool {
	return at > 0 && text[at]-'a' < 26 && isLetterByte(text[at-1])
}

// anchorsGo is the filter in plain Go: bit i of out[k] says that one of the
// anchors may begin at text[at+32k+i]. n blocks of 32 bytes, three bytes more and
// one in front lie in text. The others may let more pass.
func anchorsGo(text []byte, at, n int, t *anchorTable, out []uint32) {
	first, second, third, fourth := &t.bytes[0], &t.bytes[1], &t.bytes[2], &t.bytes[3]
	for k := range n {
		block := text[at+32*k : at+32*k+35]
		mask := uint32(0)
		for i := range 32 {
			if first[block[i]]&second[block[i+1]]&third[block[i+2]]&fourth[block[i+3]] != 0 && !midWord(text, at+32*k+i) {
				mask |= 1 << i
			}
		}
		out[k] = mask
	}
}

// anchors offers the anchors that begin in c.Data[low:high] to their detectors.
func (p *Pass) anchors(c *Chunk, low, high int) {
	text := c.Data
	high = min(high, len(text))
	if low == 0 && high > 0 {
		p.anchor(c, 0)
		low++
	}
	n := max(0, min((high-low)/32, (len(text)-low-3)/32))
	t := p.e.anchors
	p.e.anchorFilter(text, low, n, t, p.blocks[:])
	// What passes the filter and then the bitmap is listed without a branch on the
	// second: hardly any of it is predictable.
	found := 0
	p.blocks[n] = 0
	for k := 0; k < n; k += 2 {
		for m := p.twoBlocks(k); m != 0; m &= m - 1 {
			at := low + 32*k + bits.TrailingZeros64(m)
			p.anchored[found&(anchorRoom-1)] = int32(at)
			found += int(t.mayBegin(binary.LittleEndian.Uint32(text[at:])))
		}
		if found > anchorRoom-64 {
			p.anchorsAt(c, found)
			found = 0
		}
	}
	p.anchorsAt(c, found)
	for at := low + 32*n; at < high; at++ {
		if !midWord(text, at) && t.passes(text, at) {
			p.anchor(c, at)
		}
	}
}

// passes is the filter for one place, where it is known to be one of text.
func (t *anchorTable) passes(text []byte, at int) bool {
	if at+anchorBytes > len(text) {
		return true
	}
	b := text[at : at+anchorBytes]
	return t.bytes[0][b[0]]&t.bytes[1][b[1]]&t.bytes[2][b[2]]&t.bytes[3][b[3]] != 0
}

// twoBlocks returns what the filter says of blocks k and k+1 of a piece: one loop
// over both ends less often than two, and every end is mispredicted.
func (p *Pass) twoBlocks(k int) uint64 { return uint64(p.blocks[k]) | uint64(p.blocks[k+1])<<32 }

// anchorRoom is how many places of anchors are listed before they are looked at.
const anchorRoom = 256

// anchorsAt looks at the first n places of the list.
func (p *Pass) anchorsAt(c *Chunk, n int) {
	for _, at := range p.anchored[:n] {
		p.anchor(c, int(at))
	}
}

func (p *Pass) anchor(c *Chunk, at int) {
	for set := p.e.anchors.find(c.Data, at); set != 0; set &= set - 1 {
		i := uint8(bits.TrailingZeros64(set))
		text, field, base := c.Data, int32(-1), 0
		if len(c.Starts) > 0 {
			if text, base, field = p.cellText(c, at, i); field < 0 {
				continue
			}
		}
		if s := p.e.detectors[i].Verify(text, at-base); s.Outcome != None {
			p.add(s, i, base, field)
		}
	}
}

// wholeCells gives the cells that begin in front of high, and were not given
// before, to the detectors after which their column is named.
func (p *Pass) wholeCells(c *Chunk, low, high int) {
	for ; p.nextCell < len(c.Starts) && int(c.Starts[p.nextCell]) < high; p.nextCell++ {
		if i := p.nextCell; int(c.Starts[i]) >= low {
			p.wholeCell(c, i)
		}
	}
}

func (p *Pass) wholeCell(c *Chunk, i int) {
	if c.Ends[i] <= c.Starts[i] {
		return
	}
	for set := columnOf(c, int32(i)).named & p.e.cellwise; set != 0; set &= set - 1 {
		d := uint8(bits.TrailingZeros64(set))
		if s := p.cellSpan(c, i, d); s.Outcome != None {
			p.add(s, d, int(c.Starts[i]), int32(i))
		}
	}
}

// cellSpan is what Cell of detector d says of cell i. Of two cells in columns
// beside each other that hold the parts of one value, the first speaks for both.
func (p *Pass) cellSpan(c *Chunk, i int, d uint8) Span {
	s := p.says(c, i, d)
	if s.Outcome == None || p.e.wide>>d&1 == 0 {
		return s
	}
	first := i
	for first > 0 && p.partner(c, first-1, d) {
		first--
	}
	switch {
	case (i-first)&1 != 0:
		return Span{}
	case i+1 < len(c.Starts) && p.partner(c, i, d):
		next := p.says(c, i+1, d)
		s.End = next.End + c.Starts[i+1] - c.Starts[i]
	}
	return s
}

// partner reports whether cells i and i+1 hold the parts of one value.
func (p *Pass) partner(c *Chunk, i int, d uint8) bool {
	a, b := columnOf(c, int32(i)), columnOf(c, int32(i+1))
	return (a.named&b.named)>>d&1 != 0 && (a.parts^b.parts)>>d&1 != 0 && sameRecord(c, int32(i), int32(i+1)) &&
		p.says(c, i, d).Outcome == Accepted && p.says(c, i+1, d).Outcome == Accepted
}

// said is what a detector said of a cell.
type said struct {
	cell int // 1 + its place
	d    uint8
	span Span
}

// says is what Cell of detector d says of cell i. Neighbours ask for it again.
func (p *Pass) says(c *Chunk, i int, d uint8) Span {
	if c.Ends[i] <= c.Starts[i] {
		return Span{}
	}
	m := &p.said[i%len(p.said)]
	if m.cell != i+1 || m.d != d {
		*m = said{i + 1, d, p.saysOf(columnIndex(c, int32(i)), slices.Clip(c.Data)[c.Starts[i]:c.Ends[i]], d)}
	}
	return m.span
}

// saysOf is what Cell of detector d says of a value of a column.
func (p *Pass) saysOf(column int32, value []byte, d uint8) Span {
	known, again := p.spans.slot(column, value, d)
	if again {
		return *known
	}
	s := p.e.detectors[d].Cell(value)
	if known != nil {
		*known = s
	}
	return s
}
