package detectors

import (
	"encoding/binary"
	"math/bits"
)

// Many columns of a table hold few values again and again: a civility, a first name, a
// town, a label. memory remembers short values with what was worked out from their bytes
// alone, so that it is not worked out again. It forgets whenever it likes; nothing but the
// speed depends on it. Columns whose values hardly repeat leave it alone for a while.
//
// The values stay in the memory of the Pass, like the text that it reads.
type memory[T any] struct {
	slots []remembered[T] // made when there is something to remember
	trial [memoryTrials]memoryTrial
}

const (
	memoryBits    = 11
	memorySlots   = 1 << memoryBits
	memoryLongest = 32 // bytes of a value
	memoryTrials  = 64 // columns that are told apart
	trialAsks     = 1024
	trialRate     = 4        // one value in so many must have been there,
	trialRest     = 64 << 10 // or so many are not asked for
)

// remembered is a value as four words and its length, 0 for none; of tells apart those who ask.
type remembered[T any] struct {
	a, b, c, d uint64
	size       uint8
	of         uint8
	known      T
}

// memoryTrial is whether asking is worth while for a column.
type memoryTrial struct{ asked, found, rest int32 }

// slot returns the place of a value of a column, and whether what is known there is about
// it. When it is not, the caller sets it at once. It returns nil for values that are not
// remembered.
func (m *memory[T]) slot(column int32, value []byte, of uint8) (known *T, again bool) {
	n := len(value)
	if n == 0 || n > memoryLongest {
		return nil, false
	}
	t := &m.trial[column&(memoryTrials-1)]
	if t.rest > 0 {
		t.rest--
		return nil, false
	}
	if t.asked == trialAsks {
		if trialRate*t.found < t.asked {
			t.rest = trialRest
		}
		t.asked, t.found = 0, 0
	}
	t.asked++
	if m.slots == nil {
		m.slots = make([]remembered[T], memorySlots)
	}
	// What stands behind the value in its text is read with it: how long values are is hard
	// to foresee.
	if cap(value) < memoryLongest {
		value = append(make([]byte, 0, memoryLongest), value...)
	}
	w, mask := value[:memoryLongest], &memoryMasks[n]
	a, b := binary.LittleEndian.Uint64(w)&mask[0], binary.LittleEndian.Uint64(w[8:])&mask[1]
	c, d := binary.LittleEndian.Uint64(w[16:])&mask[2], binary.LittleEndian.Uint64(w[24:])&mask[3]
	h := (a ^ bits.RotateLeft64(b, 29) ^ bits.RotateLeft64(c, 47) ^ bits.RotateLeft64(d, 13) ^ uint64(n)<<8 ^ uint64(of)) * 0x9e3779b97f4a7c15
	at := &m.slots[h>>(64-memoryBits)]
	if at.a^a|at.b^b|at.c^c|at.d^d == 0 && at.size == uint8(n) && at.of == of {
		t.found++
		return &at.known, true
	}
	at.a, at.b, at.c, at.d, at.size, at.of = a, b, c, d, uint8(n), of
	return &at.known, false
}

// memoryMasks are the bytes of the four words that a value of a length has.
var memoryMasks = func() (masks [memoryLongest + 1][4]uint64) {
	for n := range masks {
		for i := range n {
			masks[n][i/8] |= 0xff << (i % 8 * 8)
		}
	}
	return masks
}()
