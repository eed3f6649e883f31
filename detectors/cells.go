package detectors

import (
	"math/bits"
	"slices"
)

// cellIndex finds the cell of a position in a piece of a table: one bit where
// each cell begins, and how many begin before each word of bits.
type cellIndex struct {
	base   int
	starts [pieceWindows*windowStep/64 + 3]uint64
	before [pieceWindows*windowStep/64 + 3]int32
	next   int // first cell that begins at or behind the next piece
}

// start prepares the index for a scan that begins at from.
func (x *cellIndex) start(c *Chunk, from int) {
	x.next = 0
	for x.next < len(c.Starts) && int(c.Starts[x.next]) < from {
		x.next++
	}
}

// piece fills the index for the positions from low to a window behind high.
func (x *cellIndex) piece(c *Chunk, low, high int) {
	if len(c.Starts) == 0 {
		return
	}
	x.base = low
	clear(x.starts[:])
	end, i := low+64*len(x.starts), x.next
	for ; i < len(c.Starts) && int(c.Starts[i]) < end; i++ {
		at := int(c.Starts[i]) - low
		x.starts[at>>6] |= 1 << (at & 63)
		if int(c.Starts[i]) < high {
			x.next = i + 1
		}
	}
	n := int32(x.next)
	for n > 0 && int(c.Starts[n-1]) >= low {
		n--
	}
	for w, s := range x.starts {
		x.before[w] = n
		n += int32(bits.OnesCount64(s))
	}
}

// cellText returns the text that detector i sees at c.Data[at], where it begins
// and its cell; the cell is -1 between two cells.
func (p *Pass) cellText(c *Chunk, at int, i uint8) (text []byte, base int, field int32) {
	x := &p.cells
	w, bit := (at-x.base)>>6, (at-x.base)&63
	field = x.before[w] + int32(bits.OnesCount64(x.starts[w]<<(63-bit))) - 1
	if field < 0 || at >= int(c.Ends[field]) {
		return nil, 0, -1
	}
	low, high := int(c.Starts[field]), int(c.Ends[field])
	if p.e.wide>>i&1 != 0 {
		high = nextCell(c, int(field))
	}
	return c.Data[low:high], low, field
}

// separated reports whether the bytes around every cell say nothing to a shape,
// so that windows may run over the edges of cells. All the usual separators and
// quotes do; cells that touch, or with letters or the marks of numbers between
// them, do not.
func separated(c *Chunk) bool {
	end := int32(-1)
	for i, s := range c.Starts {
		if s <= end || s > 0 && !isSeparator(c.Data[s-1]) {
			return false
		}
		end = c.Ends[i]
		if int(end) < len(c.Data) && !isSeparator(c.Data[end]) {
			return false
		}
	}
	return true
}

func isSeparator(b byte) bool { return classes[b] == 0 || b == ' ' || b == '\t' }

// cell scans cell i alone, with plain functions: the slow way for the rare
// tables whose cells are not separated.
func (p *Pass) cell(c *Chunk, i int) {
	start, end := int(c.Starts[i]), int(c.Ends[i])
	if end <= start || start >= c.To+p.e.margin || end <= c.From-p.e.margin {
		return
	}
	p.wholeCell(c, i)
	p.cellWindows(c.Data[start:end], end-start, int32(i), start, false)
	if p.e.wide != 0 {
		p.cellWindows(c.Data[start:nextCell(c, i)], end-start, int32(i), start, true)
	}
}

// cellWindows looks at the first size positions of a text, for the Cells
// detectors (wide) or for the others.
func (p *Pass) cellWindows(text []byte, size int, field int32, base int, wide bool) {
	for at := 0; at < size; at += windowStep {
		w := &p.window
		w.classify(text, at-lookBehind)
		decided := Decided
		if left := size - at; left < windowStep {
			decided &= 1<<(left+lookBehind) - 1
		}
		for i, d := range p.e.detectors {
			if d.Cells != wide || d.Shape == nil {
				continue
			}
			for m := d.Shape(w) & decided; m != 0; m &= m - 1 {
				if s := d.Verify(text, at-lookBehind+bits.TrailingZeros64(m)); s.Outcome != None {
					p.add(s, uint8(i), base, field)
				}
			}
		}
		for i := at; p.e.anchors != nil && i < min(size, at+windowStep); i++ {
			p.cellAnchor(text, i, field, base, wide)
		}
		for i := at; p.e.capitalSet != 0 && i < min(size, at+windowStep); i++ {
			p.cellPair(text, i, field, base, wide)
		}
		for m := w.Digit &^ (w.Word << 1) & decided; m != 0; m &= m - 1 {
			p.cellRun(text, at-lookBehind+bits.TrailingZeros64(m), field, base, wide)
		}
	}
}

func (p *Pass) cellRun(text []byte, at int, field int32, base int, wide bool) {
	n := runLength(text, at)
	for i, d := range p.e.detectors[:p.e.vocabularies] {
		if d.Cells == wide && slices.Contains(d.Runs, n) {
			if s := d.Run(text, at, n); s.Outcome != None {
				p.add(s, uint8(i), base, field)
			}
		}
	}
}

func (p *Pass) cellAnchor(text []byte, at int, field int32, base int, wide bool) {
	if midWord(text, at) {
		return
	}
	for set := p.e.anchors.find(text, at); set != 0; set &= set - 1 {
		i := uint8(bits.TrailingZeros64(set))
		if d := p.e.detectors[i]; d.Cells == wide {
			if s := d.Verify(text, at); s.Outcome != None {
				p.add(s, i, base, field)
			}
		}
	}
}

func (p *Pass) cellPair(text []byte, at int, field int32, base int, wide bool) {
	start := pairStart(text, at)
	for set := p.e.capitalSet; start >= 0 && set != 0; set &= set - 1 {
		i := uint8(bits.TrailingZeros64(set))
		if d := p.e.detectors[i]; d.Cells == wide {
			if s := d.Verify(text, start); s.Outcome != None {
				p.add(s, i, base, field)
			}
		}
	}
}
