package parquet

import (
	"encoding/binary"
	"math"
)

// The physical types.
const (
	boolean    = 0
	int32Type  = 1
	int64Type  = 2
	int96Type  = 3
	floatType  = 4
	doubleType = 5
	byteArray  = 6
	fixedArray = 7
)

// datum is a value: a number, the bits of one, or bytes.
type datum struct {
	n int64
	b []byte
}

// values gives the values of a page; ok is false when there are no more.
type values interface{ next() (d datum, ok bool) }

// valuesOf returns the values of a page.
func valuesOf(l *leaf, encoding int, b []byte, dictionary []datum) (values, error) {
	switch encoding {
	case 0:
		return plainOf(l, b), nil
	case 2, 8:
		if len(b) == 0 {
			return &plain{leaf: l}, nil // all null
		}
		if b[0] > 32 {
			return nil, errDamaged
		}
		return &indices{hybrid: hybrid{b: b[1:], width: int(b[0])}, dictionary: dictionary}, nil
	case 3:
		if l.kind != boolean || len(b) < 4 {
			return nil, errDamaged
		}
		return &flags{hybrid{b: b[4:], width: 1}}, nil
	case 5:
		return &numbers{newDelta(b)}, nil
	case 6:
		d := newDelta(b)
		data, ok := d.rest()
		if !ok {
			return nil, errDamaged
		}
		return &lengths{delta: newDelta(b), data: data}, nil
	case 7:
		d := newDelta(b)
		suffixes, ok := d.rest()
		if !ok {
			return nil, errDamaged
		}
		s := newDelta(suffixes)
		data, ok := s.rest()
		if !ok {
			return nil, errDamaged
		}
		return &prefixes{prefix: newDelta(b), suffix: lengths{delta: newDelta(suffixes), data: data}}, nil
	case 9:
		w := widthOf(l)
		if w == 0 {
			return nil, errDamaged
		}
		return &split{leaf: l, b: b, width: w, count: len(b) / w}, nil
	}
	return nil, errMethod
}

// widthOf returns the bytes of a value, 0 when it varies.
func widthOf(l *leaf) int {
	return [...]int{0, 4, 8, 12, 4, 8, 0, l.length}[l.kind]
}

// plain are values one behind the other.
type plain struct {
	leaf *leaf
	b    []byte
	bit  int
}

func plainOf(l *leaf, b []byte) *plain { return &plain{leaf: l, b: b} }

func (p *plain) next() (datum, bool) {
	switch p.leaf.kind {
	case boolean:
		if p.bit/8 >= len(p.b) {
			return datum{}, false
		}
		p.bit++
		return datum{n: int64(p.b[(p.bit-1)/8] >> ((p.bit - 1) % 8) & 1)}, true
	case byteArray:
		if len(p.b) < 4 || uint64(binary.LittleEndian.Uint32(p.b)) > uint64(len(p.b)-4) {
			return datum{}, false
		}
		n := int(binary.LittleEndian.Uint32(p.b))
		d := datum{b: p.b[4 : 4+n]}
		p.b = p.b[4+n:]
		return d, true
	}
	w := widthOf(p.leaf)
	if len(p.b) < w {
		return datum{}, false
	}
	d := fixed(p.leaf.kind, p.b[:w])
	p.b = p.b[w:]
	return d, true
}

// fixed reads a value of a fixed length.
func fixed(kind int, b []byte) datum {
	switch kind {
	case int32Type, floatType:
		return datum{n: int64(int32(binary.LittleEndian.Uint32(b)))}
	case int64Type, doubleType:
		return datum{n: int64(binary.LittleEndian.Uint64(b))}
	}
	return datum{b: b}
}

// hybrid are numbers of width bits, in runs of one number and in packed groups of
// eight. With no bits all are 0.
type hybrid struct {
	b      []byte
	width  int
	run    uint64 // left of the run at hand
	value  int
	packed []byte // of a packed run
	bit    int
	bad    bool
}

func (h *hybrid) next() int {
	if h.width == 0 {
		return 0
	}
	if h.run == 0 && !h.begin() {
		h.bad = true
		return 0
	}
	h.run--
	if h.packed == nil {
		return h.value
	}
	v := bitsAt(h.packed, h.bit, h.width)
	h.bit += h.width
	return int(v)
}

// begin begins the next run.
func (h *hybrid) begin() bool {
	head, n := binary.Uvarint(h.b)
	if n <= 0 || head>>1 == 0 {
		return false
	}
	h.b = h.b[n:]
	if head&1 == 1 {
		size := min(head>>1, uint64(len(h.b))) * uint64(h.width)
		size = min(size, uint64(len(h.b)))
		h.packed, h.bit, h.b = h.b[:size], 0, h.b[size:]
		h.run = min(head>>1, math.MaxInt32) * 8
		h.run = min(h.run, size*8/uint64(h.width))
		return h.run > 0
	}
	size := (h.width + 7) / 8
	if len(h.b) < size {
		return false
	}
	h.value = 0
	for i := size - 1; i >= 0; i-- {
		h.value = h.value<<8 | int(h.b[i])
	}
	h.packed, h.b, h.run = nil, h.b[size:], head>>1
	return true
}

// bitsAt reads width bits, at most 64, from bit at on; what is missing is 0.
func bitsAt(b []byte, at, width int) uint64 {
	var v uint64
	for got := 0; got < width; {
		i := (at + got) / 8
		if i >= len(b) {
			break
		}
		shift := (at + got) % 8
		n := min(8-shift, width-got)
		v |= uint64(b[i]>>shift) & (1<<n - 1) << got
		got += n
	}
	return v
}

// indices are values by their place in the dictionary.
type indices struct {
	hybrid
	dictionary []datum
}

func (x *indices) next() (datum, bool) {
	i := x.hybrid.next()
	if x.bad || uint(i) >= uint(len(x.dictionary)) {
		return datum{}, false
	}
	return x.dictionary[i], true
}

// flags are booleans in runs.
type flags struct{ hybrid }

func (f *flags) next() (datum, bool) {
	v := f.hybrid.next()
	return datum{n: int64(v)}, !f.bad
}

// delta are numbers by their differences, in blocks of miniblocks.
type delta struct {
	b         []byte
	left      uint64 // numbers
	block     uint64 // numbers in a block
	minis     uint64 // miniblocks in it
	value     int64
	first     bool
	least     int64
	widths    []byte
	inMini    uint64 // numbers left in the miniblock
	bit       int
	data      []byte
	dataWidth int
	bad       bool
}

func newDelta(b []byte) *delta {
	d := &delta{b: b, first: true}
	d.block, d.minis, d.left = d.uvarint(), d.uvarint(), d.uvarint()
	d.value = d.varint()
	if d.minis == 0 || d.block%8 != 0 || d.block/max(d.minis, 1) == 0 || d.block/max(d.minis, 1)%8 != 0 || d.block > 1<<24 || d.minis > 1<<16 || d.left > math.MaxInt32 {
		d.bad = true
	}
	return d
}

func (d *delta) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *delta) varint() int64 {
	v := d.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

func (d *delta) next() (int64, bool) {
	if d.bad || d.left == 0 {
		return 0, false
	}
	d.left--
	if d.first {
		d.first = false
		return d.value, true
	}
	if d.inMini == 0 && !d.mini() {
		return 0, false
	}
	d.inMini--
	d.value += d.least + int64(bitsAt(d.data, d.bit, d.dataWidth))
	d.bit += d.dataWidth
	return d.value, true
}

// mini begins the next miniblock.
func (d *delta) mini() bool {
	if len(d.widths) == 0 {
		d.least = d.varint()
		if d.bad || uint64(len(d.b)) < d.minis {
			d.bad = true
			return false
		}
		d.widths, d.b = d.b[:d.minis], d.b[d.minis:]
	}
	w := int(d.widths[0])
	d.widths = d.widths[1:]
	per := d.block / d.minis
	size := per * uint64(w) / 8
	if w > 64 || size > uint64(len(d.b)) {
		d.bad = true
		return false
	}
	d.data, d.b = d.b[:size], d.b[size:]
	d.inMini, d.bit, d.dataWidth = per, 0, w
	return true
}

// rest passes over all numbers and returns the bytes behind them.
func (d *delta) rest() ([]byte, bool) {
	for d.left > 0 && !d.bad {
		if d.inMini > 0 && !d.first { // whole miniblocks at once
			n := min(d.inMini, d.left)
			d.inMini, d.left = d.inMini-n, d.left-n
			continue
		}
		d.next()
	}
	return d.b, !d.bad
}

// numbers are integers by their differences.
type numbers struct{ *delta }

func (n *numbers) next() (datum, bool) {
	v, ok := n.delta.next()
	return datum{n: v}, ok
}

// lengths are strings whose lengths stand together in front of them.
type lengths struct {
	*delta
	data []byte
}

func (l *lengths) next() (datum, bool) {
	n, ok := l.delta.next()
	if !ok || n < 0 || n > int64(len(l.data)) {
		return datum{}, false
	}
	d := datum{b: l.data[:n]}
	l.data = l.data[n:]
	return d, true
}

// prefixes are strings that repeat the beginning of the one before.
type prefixes struct {
	prefix *delta
	suffix lengths
	last   []byte
}

func (p *prefixes) next() (datum, bool) {
	n, ok := p.prefix.next()
	s, more := p.suffix.next()
	if !ok || !more || n < 0 || n > int64(len(p.last)) || len(s.b)+int(n) > maxPage {
		return datum{}, false
	}
	p.last = append(p.last[:n], s.b...)
	return datum{b: p.last}, true
}

// split are values whose first bytes stand together, then the second ones.
type split struct {
	leaf         *leaf
	b            []byte
	width, count int
	at           int
	buf          []byte
}

func (s *split) next() (datum, bool) {
	if s.at >= s.count {
		return datum{}, false
	}
	s.buf = s.buf[:0]
	for i := range s.width {
		s.buf = append(s.buf, s.b[i*s.count+s.at])
	}
	s.at++
	return fixed(s.leaf.kind, s.buf), true
}
