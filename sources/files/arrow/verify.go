package arrow

import "encoding/binary"

// The library believes the lengths of the lists in the description of the columns
// and takes memory for them, and follows lists that lie within themselves: they
// are looked at before it sees them.

// maxFields bounds the fields of a schema with those within them, and its entries
// of metadata.
const maxFields = 1 << 16

// verifier walks a schema.
type verifier struct {
	b    []byte
	left int
}

// table is a table of FlatBuffers: where it begins, and its fields.
type table struct{ at, fields, size int64 }

// table returns the table that begins at an offset.
func (v *verifier) table(at int64) (t table, ok bool) {
	n := int64(len(v.b))
	if at < 4 || at+4 > n {
		return t, false
	}
	fields := at - int64(int32(uint32At(v.b, at)))
	if fields < 0 || fields+4 > n {
		return t, false
	}
	size := int64(binary.LittleEndian.Uint16(v.b[fields:]))
	return table{at, fields, size}, size >= 4 && fields+size <= n
}

// field returns where field i of a table stands, 0 where it is left out.
func (v *verifier) field(t table, i int64) int64 {
	if 6+2*i > t.size {
		return 0
	}
	off := int64(binary.LittleEndian.Uint16(v.b[t.fields+4+2*i:]))
	if off == 0 {
		return 0
	}
	return t.at + off
}

// follow returns what the offset that stands at a place leads to, 0 for none.
func (v *verifier) follow(at int64) int64 {
	if at == 0 || at+4 > int64(len(v.b)) {
		return 0
	}
	return at + int64(uint32At(v.b, at))
}

// list returns the first element of field i and how many there are; each takes width
// bytes at least.
func (v *verifier) list(t table, i, width int64) (first int64, n int, ok bool) {
	f := v.field(t, i)
	if f == 0 {
		return 0, 0, true
	}
	at := v.follow(f)
	if at == 0 || at+4 > int64(len(v.b)) {
		return 0, 0, false
	}
	count := int64(uint32At(v.b, at))
	if at+4+width*count > int64(len(v.b)) {
		return 0, 0, false
	}
	v.left -= int(count)
	return at + 4, int(count), v.left >= 0
}

// schema reports whether the schema of a message can be handed on.
func (v *verifier) schema() bool {
	v.left = maxFields
	m, ok := v.table(int64(uint32At(v.b, 0)))
	if !ok {
		return false
	}
	s, ok := v.table(v.follow(v.field(m, 2)))
	if !ok {
		return false
	}
	if _, _, ok := v.list(s, 2, 4); !ok { // metadata
		return false
	}
	return v.children(s, 1, 0)
}

// children looks at the fields in list i of a table.
func (v *verifier) children(t table, i int64, depth int) bool {
	first, n, ok := v.list(t, i, 4)
	if !ok || depth > maxDepth {
		return false
	}
	for k := range int64(n) {
		f, ok := v.table(v.follow(first + 4*k))
		if !ok {
			return false
		}
		const children, metadata = 5, 6
		if _, _, ok := v.list(f, metadata, 4); !ok || !v.children(f, children, depth+1) {
			return false
		}
	}
	return true
}
