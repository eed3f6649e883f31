package scanner

import (
	"math"
	"math/bits"
	"slices"
)

// sampleSize is the capacity of a Sample.
const sampleSize = 1024

// exactDistinct is the highest count that Distinct keeps exactly.
const exactDistinct = 65536

// hllBits is the precision of the HyperLogLog: 2^12 registers, a standard error
// of 1.6 % (Flajolet et al., 2007; Heule et al., 2013).
const hllBits = 12

// Sample holds distinct values of a column as keyed 64-bit hashes, the smallest
// ones when there are more than its capacity, each with the set of detectors
// that matched it as a whole cell (bit = index of the detector in the engine).
// Two samples under one key can be merged in any order.
type Sample struct {
	Hashes []uint64 // sorted
	Kinds  []uint64 // bit sets, parallel to Hashes
	Full   bool     // some values were left out: the sample is an estimate
}

// Count returns how many of the sampled values carry the bit of a detector, and
// how many values there are.
func (s *Sample) Count(bit int) (matching, total int) {
	for _, k := range s.Kinds {
		if k>>uint(bit)&1 != 0 {
			matching++
		}
	}
	return matching, len(s.Hashes)
}

// empty reports whether nothing was counted.
func (d *Distinct) empty() bool { return len(d.Exact) == 0 && d.HLL == nil }

// Merge adds the values of o, which must be under the same key.
func (s *Sample) Merge(o Sample) {
	if len(o.Hashes) == 0 {
		s.Full = s.Full || o.Full
		return
	}
	out := Sample{Full: s.Full || o.Full}
	i, j := 0, 0
	for i < len(s.Hashes) || j < len(o.Hashes) {
		if len(out.Hashes) == sampleSize {
			out.Full = true
			break
		}
		switch {
		case j == len(o.Hashes) || i < len(s.Hashes) && s.Hashes[i] < o.Hashes[j]:
			out.Hashes = append(out.Hashes, s.Hashes[i])
			out.Kinds = append(out.Kinds, s.Kinds[i])
			i++
		case i == len(s.Hashes) || o.Hashes[j] < s.Hashes[i]:
			out.Hashes = append(out.Hashes, o.Hashes[j])
			out.Kinds = append(out.Kinds, o.Kinds[j])
			j++
		default:
			out.Hashes = append(out.Hashes, s.Hashes[i])
			out.Kinds = append(out.Kinds, s.Kinds[i]|o.Kinds[j])
			i, j = i+1, j+1
		}
	}
	*s = out
}

// Distinct counts distinct values: exactly to 65,536, then by a sketch. Two
// counts under one key can be merged in any order.
type Distinct struct {
	// Exact holds the keyed digests, sorted, until there are too many.
	Exact []uint64
	// HLL are the registers of a HyperLogLog (p = 12) once Exact was given up.
	HLL []uint8
}

// Count returns the number of distinct values, and whether it is an estimate.
func (d *Distinct) Count() (n int64, estimate bool) {
	if d.HLL == nil {
		return int64(len(d.Exact)), false
	}
	return hllCount(d.HLL), true
}

// Merge adds the values of o, which must be under the same key.
func (d *Distinct) Merge(o Distinct) {
	if d.HLL == nil && o.HLL == nil {
		d.Exact = union(d.Exact, o.Exact)
		if len(d.Exact) > exactDistinct {
			d.HLL = hllOf(d.Exact)
			d.Exact = nil
		}
		return
	}
	if d.HLL == nil {
		d.HLL = hllOf(d.Exact)
		d.Exact = nil
	}
	for i, r := range o.HLL {
		d.HLL[i] = max(d.HLL[i], r)
	}
	for _, h := range o.Exact {
		hllAdd(d.HLL, h)
	}
}

// union merges two sorted sets.
func union(a, b []uint64) []uint64 {
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 {
		return a
	}
	out := make([]uint64, 0, len(a)+len(b))
	out = append(append(out, a...), b...)
	slices.Sort(out)
	return slices.Compact(out)
}

func hllOf(hashes []uint64) []uint8 {
	r := make([]uint8, 1<<hllBits)
	for _, h := range hashes {
		hllAdd(r, h)
	}
	return r
}

func hllAdd(r []uint8, h uint64) {
	i := h >> (64 - hllBits)
	rank := uint8(bits.LeadingZeros64(h<<hllBits|1<<(hllBits-1))) + 1
	if r[i] < rank {
		r[i] = rank
	}
}

// hllCount is the original estimator, with linear counting for small counts: a
// memory budget may put even those into a sketch.
func hllCount(r []uint8) int64 {
	const m = float64(1 << hllBits)
	sum, zeros := 0.0, 0
	for _, v := range r {
		sum += math.Ldexp(1, -int(v))
		if v == 0 {
			zeros++
		}
	}
	estimate := 0.7213 / (1 + 1.079/m) * m * m / sum
	if estimate <= 2.5*m && zeros > 0 {
		estimate = m * math.Log(m/float64(zeros))
	}
	return int64(estimate + 0.5)
}

// sampler builds a Sample. It keeps up to twice the capacity before it drops the
// larger half: a value of the final sample has been under every bound, so its
// bits are complete.
type sampler struct {
	keys, kinds []uint64 // open addressing; key 0 is an empty slot
	n           int
	bound       uint64 // values above it are left out; 0 means none are
	scratch     []uint64
}

func (s *sampler) add(h, kinds uint64) {
	if h == 0 {
		h = 1
	}
	if s.bound != 0 && h > s.bound {
		return
	}
	if 2*s.n >= len(s.keys) {
		s.grow()
	}
	mask := uint64(len(s.keys) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s.keys[i] {
		case h:
			s.kinds[i] |= kinds
			return
		case 0:
			s.keys[i], s.kinds[i] = h, kinds
			s.n++
			return
		}
	}
}

func (s *sampler) grow() {
	if s.n >= 2*sampleSize {
		s.prune()
		return
	}
	s.rebuild(max(16, 2*len(s.keys)))
}

// prune leaves the smallest values, as many as a sample holds, in the table as it is.
func (s *sampler) prune() {
	s.scratch = s.scratch[:0]
	for _, h := range s.keys {
		if h != 0 {
			s.scratch = append(s.scratch, h)
		}
	}
	s.bound = smallest(s.scratch, sampleSize-1)
	s.scratch = s.scratch[:0]
	for i, h := range s.keys {
		if h != 0 && h <= s.bound {
			s.scratch = append(s.scratch, h, s.kinds[i])
		}
	}
	clear(s.keys)
	s.n = len(s.scratch) / 2
	mask := uint64(len(s.keys) - 1)
	for i := 0; i < len(s.scratch); i += 2 {
		at := s.scratch[i] & mask
		for s.keys[at] != 0 {
			at = (at + 1) & mask
		}
		s.keys[at], s.kinds[at] = s.scratch[i], s.scratch[i+1]
	}
}

// smallest returns the value of list, which it puts into another order, that k are smaller
// than: keyed hashes, all different (Hoare, "Algorithm 65: Find", 1961).
func smallest(list []uint64, k int) uint64 {
	for low, high := 0, len(list)-1; low < high; {
		pivot := list[low+(high-low)/2]
		i, j := low, high
		for i <= j {
			for list[i] < pivot {
				i++
			}
			for list[j] > pivot {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return list[k]
		}
	}
	return list[k]
}

// rebuild puts the values into a table of size slots.
func (s *sampler) rebuild(size int) {
	keys, kinds := s.keys, s.kinds
	s.keys, s.kinds, s.n = make([]uint64, size), make([]uint64, size), 0
	mask := uint64(size - 1)
	for i, h := range keys {
		if h == 0 {
			continue
		}
		at := h & mask
		for s.keys[at] != 0 {
			at = (at + 1) & mask
		}
		s.keys[at], s.kinds[at] = h, kinds[i]
		s.n++
	}
}

func (s *sampler) sorted(dst []uint64) []uint64 {
	for _, h := range s.keys {
		if h != 0 {
			dst = append(dst, h)
		}
	}
	slices.Sort(dst)
	return dst
}

func (s *sampler) sample() Sample {
	if s.n > sampleSize {
		s.prune()
	}
	out := Sample{Hashes: s.sorted(make([]uint64, 0, s.n)), Full: s.bound != 0}
	out.Kinds = make([]uint64, len(out.Hashes))
	mask := uint64(len(s.keys) - 1)
	for i, h := range out.Hashes {
		at := h & mask
		for s.keys[at] != h {
			at = (at + 1) & mask
		}
		out.Kinds[i] = s.kinds[at]
	}
	return out
}

// reset empties s; a large table is given back.
func (s *sampler) reset() {
	if len(s.keys) > 1024 {
		*s = sampler{}
		return
	}
	clear(s.keys)
	s.n, s.bound = 0, 0
}

// counter builds a Distinct. The memory of its table comes from a budget; when
// there is none left it becomes a sketch.
type counter struct {
	slots   []uint64 // open addressing; 0 is an empty slot
	n       int
	hll     []uint8
	waiting []uint64 // not yet in a large table
	passed  uint64   // what settle reads in passing: reads without a use would be left out
}

// Places in a table of largeTable slots and more are mostly far from the processor:
// waitingValues values go there together, so that it waits for memory once and not
// for each of them.
const (
	largeTable    = 4096
	largestTable  = 2 * exactDistinct // half full when it becomes a sketch
	waitingValues = 64
)

func (c *counter) add(h uint64, b *budget) {
	switch {
	case c.hll != nil:
		hllAdd(c.hll, h)
	case len(c.slots) < largeTable:
		c.put(h, b)
	default:
		if c.waiting == nil {
			c.waiting = make([]uint64, 0, waitingValues)
		}
		if c.waiting = append(c.waiting, h); len(c.waiting) == waitingValues {
			c.settle(b)
		}
	}
}

// settle puts the waiting values into the table, whose places it reads first.
func (c *counter) settle(b *budget) {
	if c.hll == nil {
		mask := uint64(len(c.slots) - 1)
		for _, h := range c.waiting {
			c.passed ^= c.slots[h&mask]
		}
	}
	for _, h := range c.waiting {
		c.put(h, b)
	}
	c.waiting = c.waiting[:0]
}

func (c *counter) put(h uint64, b *budget) {
	if c.hll != nil {
		hllAdd(c.hll, h)
		return
	}
	if h == 0 {
		h = 1
	}
	if 2*c.n >= len(c.slots) && len(c.slots) < largestTable && !c.grow(b) {
		hllAdd(c.hll, h)
		return
	}
	mask := uint64(len(c.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch c.slots[i] {
		case h:
			return
		case 0:
			c.slots[i] = h
			if c.n++; c.n > exactDistinct {
				c.sketch(b)
			}
			return
		}
	}
}

// grow makes the table four times as large; false means that c has become a sketch.
func (c *counter) grow(b *budget) bool {
	size := min(max(16, 4*len(c.slots)), largestTable)
	if !b.take(int64(size-len(c.slots)) * 8) {
		c.sketch(b)
		return false
	}
	old := c.slots
	c.slots = b.table(size)
	mask := uint64(size - 1)
	for _, h := range old {
		if h == 0 {
			continue
		}
		at := h & mask
		for c.slots[at] != 0 {
			at = (at + 1) & mask
		}
		c.slots[at] = h
	}
	return true
}

func (c *counter) sketch(b *budget) {
	c.hll = make([]uint8, 1<<hllBits)
	for _, h := range c.slots {
		if h != 0 {
			hllAdd(c.hll, h)
		}
	}
	b.give(int64(len(c.slots)) * 8)
	b.recycle(c.slots)
	c.slots, c.n = nil, 0
}

func (c *counter) distinct(b *budget) Distinct {
	c.settle(b)
	if c.hll != nil {
		return Distinct{HLL: c.hll}
	}
	if c.n == 0 {
		return Distinct{}
	}
	out := make([]uint64, 0, c.n)
	for _, h := range c.slots {
		if h != 0 {
			out = append(out, h)
		}
	}
	slices.Sort(out)
	return Distinct{Exact: out}
}

// reset empties c and gives its memory back to the budget, except a small table
// that it keeps for the next location.
func (c *counter) reset(b *budget) {
	b.give(int64(len(c.slots)) * 8)
	c.n, c.hll, c.waiting = 0, nil, c.waiting[:0]
	if len(c.slots) > 64 || !b.take(int64(len(c.slots))*8) {
		b.recycle(c.slots)
		c.slots = nil
		return
	}
	clear(c.slots)
}
