package keyset

import (
	"encoding/binary"
	"strings"
)

// Position writes the values of a key: each with its length in front.
func Position(dst []byte, values [][]byte) []byte {
	for _, v := range values {
		dst = binary.AppendUvarint(dst, uint64(len(v)))
		dst = append(dst, v...)
	}
	return dst
}

// Values reads what Position wrote.
func Values(position string) (values []string) {
	for b := []byte(position); len(b) > 0; {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return values
		}
		values = append(values, string(b[size:size+int(n)]))
		b = b[size+int(n):]
	}
	return values
}

// AppendOrdinal writes the position of a row that is told by its number.
func AppendOrdinal(dst []byte, n int64) []byte { return binary.BigEndian.AppendUint64(dst, uint64(n)) }

// Ordinal reads it; 0 when there is none.
func Ordinal(position string) int64 {
	if len(position) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64([]byte(position)))
}

// Behind writes that the columns called names come behind literals, column by
// column: engines use an index for this form more often than for rows of values.
func Behind(names, literals []string) string {
	var any []string
	equal := ""
	for i, name := range names {
		any = append(any, "("+equal+name+" > "+literals[i]+")")
		equal += name + " = " + literals[i] + " AND "
	}
	return "(" + strings.Join(any, " OR ") + ")"
}

// Where chooses the rows of a range, "low:high" of the column that is one whole number
// ("" when none is), behind the literals of the last row read, nil for none. It is ""
// for all rows.
func Where(whole, spec string, names, last []string) string {
	var all []string
	if low, high, ok := strings.Cut(spec, ":"); ok && whole != "" {
		if low != "" {
			all = append(all, whole+" >= "+low)
		}
		if high != "" {
			all = append(all, whole+" < "+high)
		}
	}
	if last != nil {
		all = append(all, Behind(names, last))
	}
	if len(all) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(all, " AND ")
}

// Equal writes that they are equal.
func Equal(names, literals []string) string {
	var all []string
	for i, name := range names {
		all = append(all, name+" = "+literals[i])
	}
	return strings.Join(all, " AND ")
}

// Flags reads the numbers of values that did not come along: "3,7,".
func Flags(dst []int, v []byte) []int {
	n, digit := 0, false
	for _, c := range v {
		if c >= '0' && c <= '9' {
			n, digit = 10*n+int(c-'0'), true
			continue
		}
		if digit {
			dst = append(dst, n)
		}
		n, digit = 0, false
	}
	if digit {
		dst = append(dst, n)
	}
	return dst
}
