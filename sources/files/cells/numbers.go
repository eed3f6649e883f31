package cells

import (
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
	"time"
)

// AppendReal writes a number of size bits as a person would: whole ones without a
// power of ten.
func AppendReal(b []byte, v float64, size int) []byte {
	if v == math.Trunc(v) && math.Abs(v) < 1e18 {
		return strconv.AppendInt(b, int64(v), 10)
	}
	return strconv.AppendFloat(b, v, 'g', -1, size)
}

// AppendDays writes the date that is so many days after 1970-01-01.
func AppendDays(b []byte, days int64) []byte {
	return time.Unix(days*86_400, 0).UTC().AppendFormat(b, time.DateOnly)
}

// AppendClock writes the time of day of n parts of a second.
func AppendClock(b []byte, n, unit int64) []byte {
	return time.Unix(floor(n, unit), 0).UTC().AppendFormat(b, time.TimeOnly)
}

// AppendTime writes the time that is n parts of a second after 1970-01-01, or its
// day alone when it is midnight.
func AppendTime(b []byte, n, unit int64) []byte {
	t := time.Unix(floor(n, unit), 0).UTC()
	if h, m, s := t.Clock(); h == 0 && m == 0 && s == 0 {
		return t.AppendFormat(b, time.DateOnly)
	}
	return t.AppendFormat(b, time.DateTime)
}

func floor(n, unit int64) int64 {
	if q := n / unit; n%unit >= 0 {
		return q
	}
	return n/unit - 1
}

// Signed reads a big-endian number in two's complement, of at most 64 bytes.
func Signed(b []byte) *big.Int {
	b = b[:min(len(b), 64)]
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// AppendDecimal writes n with a point in front of its last scale digits.
func AppendDecimal(b []byte, n *big.Int, scale int) []byte {
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

// AppendUUID writes 16 bytes as a UUID.
func AppendUUID(b, id []byte) []byte {
	b = hex.AppendEncode(b, id[:4])
	for _, part := range [...][]byte{id[4:6], id[6:8], id[8:10], id[10:16]} {
		b = hex.AppendEncode(append(b, '-'), part)
	}
	return b
}
