package parquet

import (
	"encoding/binary"
	"math"
)

// thrift reads the compact protocol of Apache Thrift. After a failure it gives
// zeros; short says that the bytes ended.
type thrift struct {
	b     []byte
	at    int
	short bool
	bad   bool
}

// The types of the protocol.
const (
	stop       = 0
	yes        = 1
	no         = 2
	typeByte   = 3
	typeI16    = 4
	typeI32    = 5
	typeI64    = 6
	typeDouble = 7
	typeBinary = 8
	typeList   = 9
	typeSet    = 10
	typeMap    = 11
	typeStruct = 12
)

func (t *thrift) end() {
	t.short, t.bad, t.at = true, true, len(t.b)
}

func (t *thrift) byte() byte {
	if t.at >= len(t.b) {
		t.end()
		return 0
	}
	t.at++
	return t.b[t.at-1]
}

func (t *thrift) uvarint() uint64 {
	v, n := binary.Uvarint(t.b[t.at:])
	if n <= 0 {
		t.bad = true
		t.short = t.short || n == 0
		t.at = len(t.b)
		return 0
	}
	t.at += n
	return v
}

// int reads a number.
func (t *thrift) int() int64 {
	v := t.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

// binary reads a string of bytes.
func (t *thrift) binary() []byte {
	n := t.uvarint()
	if n > uint64(len(t.b)-t.at) {
		t.end()
		return nil
	}
	b := t.b[t.at : t.at+int(n)]
	t.at += int(n)
	return b
}

// list reads the head of a list: at most as many elements as bytes are left.
func (t *thrift) list() (n int, kind byte) {
	h := t.byte()
	size := uint64(h >> 4)
	if size == 15 {
		size = t.uvarint()
	}
	if size > uint64(len(t.b)-t.at) {
		t.end()
		return 0, 0
	}
	return int(size), h & 15
}

// fields calls f for each field of a struct. What f does not take, it must skip.
func (t *thrift) fields(f func(id int, kind byte)) {
	id := 0
	for !t.bad {
		h := t.byte()
		if t.bad || h == stop {
			return
		}
		if delta := int(h >> 4); delta > 0 {
			id += delta
		} else {
			id = int(t.int())
		}
		f(id, h&15)
	}
}

// maxNested bounds structs within structs that are passed over.
const maxNested = 32

// skip passes over a value.
func (t *thrift) skip(kind byte) { t.pass(kind, 0) }

func (t *thrift) pass(kind byte, depth int) {
	if depth > maxNested {
		t.bad = true
		return
	}
	switch kind {
	case yes, no:
	case typeByte:
		t.byte()
	case typeI16, typeI32, typeI64:
		t.uvarint()
	case typeDouble:
		for range 8 {
			t.byte()
		}
	case typeBinary:
		t.binary()
	case typeList, typeSet:
		n, of := t.list()
		for i := 0; i < n && !t.bad; i++ {
			if of == yes || of == no { // in lists, booleans take a byte
				of = typeByte
			}
			t.pass(of, depth+1)
		}
	case typeMap:
		n := t.uvarint()
		if n > uint64(len(t.b)-t.at) {
			t.end()
			return
		}
		of := byte(0)
		if n > 0 {
			of = t.byte()
		}
		for i := uint64(0); i < n && !t.bad; i++ {
			t.pass(of>>4, depth+1)
			t.pass(of&15, depth+1)
		}
	case typeStruct:
		t.fields(func(_ int, k byte) { t.pass(k, depth+1) })
	default:
		t.bad = true
	}
}

// small returns v where it is a sensible 32-bit number, -1 otherwise.
func small(v int64) int {
	if v < 0 || v > math.MaxInt32 {
		return -1
	}
	return int(v)
}
