package parquet

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
	"time"

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
		return appendTime(b, day*86_400, int64(binary.LittleEndian.Uint64(d.b)))
	case floatType:
		return appendReal(b, float64(math.Float32frombits(uint32(d.n))), 32)
	case doubleType:
		return appendReal(b, math.Float64frombits(uint64(d.n)), 64)
	}
	switch l.logical.kind {
	case decimal:
		return appendDecimal(b, signed(d.b), l.logical.scale)
	case uuid:
		if len(d.b) == 16 {
			b = hex.AppendEncode(b, d.b[:4])
			for _, part := range [...][]byte{d.b[4:6], d.b[6:8], d.b[8:10], d.b[10:]} {
				b = hex.AppendEncode(append(b, '-'), part)
			}
			return b
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
		if u.scale == 0 {
			return strconv.AppendInt(b, n, 10)
		}
		return appendDecimal(b, big.NewInt(n), u.scale)
	case date:
		return time.Unix(n*86_400, 0).UTC().AppendFormat(b, time.DateOnly)
	case timestamp:
		if u.unit > 0 {
			return appendTime(b, floor(n, u.unit), 0)
		}
	case clock:
		if u.unit > 0 {
			return time.Unix(floor(n, u.unit), 0).UTC().AppendFormat(b, time.TimeOnly)
		}
	case unsigned:
		if l.kind == int32Type {
			return strconv.AppendUint(b, uint64(uint32(n)), 10)
		}
		return strconv.AppendUint(b, uint64(n), 10)
	}
	return strconv.AppendInt(b, n, 10)
}

func floor(n, unit int64) int64 {
	if q := n / unit; n%unit >= 0 {
		return q
	}
	return n/unit - 1
}

// appendTime writes a time, or the day alone when it is midnight.
func appendTime(b []byte, seconds, nanoseconds int64) []byte {
	t := time.Unix(seconds, nanoseconds).UTC()
	if h, m, s := t.Clock(); h == 0 && m == 0 && s == 0 {
		return t.AppendFormat(b, time.DateOnly)
	}
	return t.AppendFormat(b, time.DateTime)
}

// appendReal writes whole numbers without a power of ten.
func appendReal(b []byte, v float64, size int) []byte {
	if v == math.Trunc(v) && math.Abs(v) < 1e18 {
		return strconv.AppendInt(b, int64(v), 10)
	}
	return strconv.AppendFloat(b, v, 'g', -1, size)
}

// signed reads a big-endian number in two's complement.
func signed(b []byte) *big.Int {
	b = b[:min(len(b), 64)]
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// appendDecimal writes n with a point in front of its last digits.
func appendDecimal(b []byte, n *big.Int, scale int) []byte {
	if scale <= 0 || scale > 100 {
		return n.Append(b, 10)
	}
	if n.Sign() < 0 {
		b = append(b, '-')
		n = new(big.Int).Neg(n)
	}
	digits := n.Append(nil, 10)
	for len(digits) <= scale {
		digits = append([]byte{'0'}, digits...)
	}
	b = append(b, digits[:len(digits)-scale]...)
	return append(append(b, '.'), digits[len(digits)-scale:]...)
}
