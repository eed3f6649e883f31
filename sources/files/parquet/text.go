package parquet

import (
	"encoding/binary"
	"math"
	"math/big"
	"strconv"

	"recense/sources/files/cells"
)

// logical says what a value means.
type logical struct {
	kind  int
	scale int   // of a decimal: digits behind the point
	unit  int64 // of a time: parts of a second
}

// The meanings that change how a value is written.
const (
	none = iota
	decimal
	date
	clock
	timestamp
	unsigned
	uuid
	float16
)

// append writes a value as a person would.
func (l *leaf) append(b []byte, d datum) []byte {
	switch l.kind {
	case boolean:
		return strconv.AppendBool(b, d.n != 0)
	case int32Type, int64Type:
		return l.integer(b, d.n)
	case int96Type:
		if len(d.b) != 12 {
			return b
		}
		const epoch = 2_440_588 // Julian day of 1970-01-01
		day := int64(binary.LittleEndian.Uint32(d.b[8:])) - epoch
		return cells.AppendTime(b, day*86_400+int64(binary.LittleEndian.Uint64(d.b))/1_000_000_000, 1)
	case floatType:
		return cells.AppendReal(b, float64(math.Float32frombits(uint32(d.n))), 32)
	case doubleType:
		return cells.AppendReal(b, math.Float64frombits(uint64(d.n)), 64)
	}
	switch l.logical.kind {
	case decimal:
		return cells.AppendDecimal(b, cells.Signed(d.b), l.logical.scale)
	case uuid:
		if len(d.b) == 16 {
			return cells.AppendUUID(b, d.b)
		}
	case float16:
		return b // no value that anybody looks for is a half
	}
	if l.raw {
		return append(b, d.b...)
	}
	return append(b, cells.UTF8Text(d.b)...)
}

// integer writes an integer, or what it means.
func (l *leaf) integer(b []byte, n int64) []byte {
	switch u := l.logical; u.kind {
	case decimal:
		if u.scale > 0 {
			return cells.AppendDecimal(b, big.NewInt(n), u.scale)
		}
	case date:
		return cells.AppendDays(b, n)
	case timestamp:
		if u.unit > 0 {
			return cells.AppendTime(b, n, u.unit)
		}
	case clock:
		if u.unit > 0 {
			return cells.AppendClock(b, n, u.unit)
		}
	case unsigned:
		if l.kind == int32Type {
			return strconv.AppendUint(b, uint64(uint32(n)), 10)
		}
		return strconv.AppendUint(b, uint64(n), 10)
	}
	return strconv.AppendInt(b, n, 10)
}
