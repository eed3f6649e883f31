package scanner

import (
	"encoding/binary"
	"math/bits"
)

// Many columns of a table hold few values again and again: a civility, a town, a code, a
// rate. repeats remembers the last values of such a column with what was worked out for
// them, so that it is not worked out again: hashes, normal forms and keyed digests of a
// value are the same whenever it comes. It forgets whenever it likes; nothing but the
// speed depends on it. A column whose values hardly repeat gives it up.
//
// The values stay in the memory of the worker, like those of a chunk, until the location
// is closed.
type repeats struct {
	table        *repeatTable
	asked, found int32
	off          bool
}

const (
	repeatSlots   = 256
	repeatLongest = 23   // bytes of a value
	repeatTrial   = 1024 // values, of which one in repeatRate must have been there
	repeatRate    = 4
	repeatTables  = 64 // of all columns of the locations that are open
)

type repeatTable [repeatSlots]repeat

// repeat is a value as three words, the last of which ends with its length, 0 for none:
// two of them fill a cache line.
type repeat struct {
	a, b, c uint64
	known   uint64 // what the owner keeps with it
}

// slot returns the place of a value, and whether what is known there is about it. When it
// is not, the caller sets known, or forgets the value. It returns nil for values that are
// not remembered.
func (r *repeats) slot(s *unitSink, value []byte) (at *repeat, again bool) {
	n := len(value)
	if r.off || n == 0 || n > repeatLongest {
		return nil, false
	}
	if r.table == nil {
		if r.table = s.repeatTable(); r.table == nil {
			r.off = true
			return nil, false
		}
	}
	if r.asked == repeatTrial {
		if repeatRate*r.found < r.asked {
			r.end(s)
			r.off = true
			return nil, false
		}
		r.asked, r.found = 0, 0
	}
	r.asked++
	a, b, c := repeatWords(value)
	h := (a ^ bits.RotateLeft64(b, 29) ^ bits.RotateLeft64(c, 47)) * 0x9e3779b97f4a7c15
	at = &r.table[h>>56]
	if at.a^a|at.b^b|at.c^c == 0 {
		r.found++
		return at, true
	}
	at.a, at.b, at.c = a, b, c
	return at, false
}

// repeatWords puts a value and its length into three words. What stands behind it in its
// text is read with it, since how long values are is hard to foresee.
func repeatWords(value []byte) (a, b, c uint64) {
	n := len(value)
	if cap(value) < 24 {
		value = append(make([]byte, 0, 24), value...)
	}
	w, m := value[:24], &repeatMasks[n]
	a, b, c = binary.LittleEndian.Uint64(w)&m[0], binary.LittleEndian.Uint64(w[8:])&m[1], binary.LittleEndian.Uint64(w[16:])&m[2]
	return a, b, c | uint64(n)<<56
}

// repeatMasks are the bytes of the three words that a value of a length has.
var repeatMasks = func() (masks [repeatLongest + 1][3]uint64) {
	for n := range masks {
		for i := range n {
			masks[n][i/8] |= 0xff << (i % 8 * 8)
		}
	}
	return masks
}()

// forget leaves a value out after all.
func (r *repeat) forget() { r.c = 0 }

// end forgets everything.
func (r *repeats) end(s *unitSink) {
	if r.table != nil {
		*r.table = repeatTable{}
		s.freeRepeats = append(s.freeRepeats, r.table)
	}
	*r = repeats{}
}

// repeatTable returns an empty table, nil when there are enough.
func (s *unitSink) repeatTable() *repeatTable {
	if n := len(s.freeRepeats); n > 0 {
		t := s.freeRepeats[n-1]
		s.freeRepeats = s.freeRepeats[:n-1]
		return t
	}
	if s.repeatTables == repeatTables {
		return nil
	}
	s.repeatTables++
	return new(repeatTable)
}
