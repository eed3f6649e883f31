package parquet

import (
	"math/bits"
	"strings"

	"recense/sources/files/cells"
)

// metadata are those of a file, as far as they are needed.
type metadata struct {
	leaves []leaf
	groups []group
}

// leaf is a column that holds values.
type leaf struct {
	path           string
	kind           int // physical type
	length         int // of values of a fixed length
	logical        logical
	raw            bool // bytes of which nothing says that they are text
	maxDef, maxRep int
}

// widths are the bits of the levels.
func (l *leaf) widths() (def, rep int) {
	return bits.Len(uint(l.maxDef)), bits.Len(uint(l.maxRep))
}

// group is a row group: a chunk for each leaf.
type group struct{ chunks []chunk }

// chunk is where the pages of a column lie.
type chunk struct {
	from, end int64
	values    int64 // entries, nulls included
	codec     int
	err       error // why it cannot be read
}

// maxLeaves bounds the columns of a file.
const maxLeaves = 1 << 16

// element is an element of the schema.
type element struct {
	kind, length int
	repetition   int
	name         string
	children     int
	logical      logical
	text         bool
	list         bool
	isMap        bool
}

// parse reads the metadata of a file whose pages end in front of limit.
func parse(data []byte, limit int64) (*metadata, error) {
	t := &thrift{b: data}
	m := &metadata{}
	var schema []element
	t.fields(func(id int, kind byte) {
		switch {
		case id == 2 && kind == typeList:
			n, _ := t.list()
			for i := 0; i < n && !t.bad; i++ {
				schema = append(schema, t.element())
			}
		case id == 4 && kind == typeList:
			n, _ := t.list()
			for i := 0; i < n && !t.bad; i++ {
				m.groups = append(m.groups, t.group(limit))
			}
		default:
			t.skip(kind)
		}
	})
	if t.bad || len(schema) == 0 {
		return nil, errDamaged
	}
	rest := schema[1:]
	for range schema[0].children {
		var ok bool
		if rest, ok = m.grow(rest, "", false, 0, 0, 0); !ok {
			return nil, errDamaged
		}
	}
	for i := range m.groups {
		if len(m.groups[i].chunks) != len(m.leaves) {
			return nil, errDamaged
		}
	}
	return m, nil
}

// element reads an element of the schema.
func (t *thrift) element() element {
	e := element{kind: -1}
	t.fields(func(id int, kind byte) {
		switch id {
		case 1:
			e.kind = small(t.int())
		case 2:
			e.length = small(t.int())
		case 3:
			e.repetition = small(t.int())
		case 4:
			e.name = strings.ToValidUTF8(string(cells.UTF8Text(t.binary())), "")
		case 5:
			e.children = small(t.int())
		case 6:
			e.converted(small(t.int()))
		case 7:
			e.logical.scale = small(t.int())
		case 10:
			t.logical(&e)
		default:
			t.skip(kind)
		}
	})
	return e
}

// converted takes a type of the older way to say them.
func (e *element) converted(c int) {
	switch c {
	case 0, 4, 19: // UTF8, ENUM, JSON
		e.text = true
	case 1, 2:
		e.isMap = true
	case 3:
		e.list = true
	case 5:
		e.logical.kind = decimal
	case 6:
		e.logical.kind = date
	case 7:
		e.logical.kind, e.logical.unit = clock, 1000
	case 8:
		e.logical.kind, e.logical.unit = clock, 1_000_000
	case 9:
		e.logical.kind, e.logical.unit = timestamp, 1000
	case 10:
		e.logical.kind, e.logical.unit = timestamp, 1_000_000
	case 11, 12, 13, 14:
		e.logical.kind = unsigned
	}
}

// logical reads the logical type, a union of structs.
func (t *thrift) logical(e *element) {
	t.fields(func(id int, kind byte) {
		switch id {
		case 1, 4, 12: // STRING, ENUM, JSON
			e.text = true
		case 2:
			e.isMap = true
		case 3:
			e.list = true
		case 5:
			e.logical.kind = decimal
			t.fields(func(id int, kind byte) {
				if id == 1 && kind == typeI32 {
					e.logical.scale = small(t.int())
					return
				}
				t.skip(kind)
			})
			return
		case 6:
			e.logical.kind = date
		case 7, 8:
			e.logical.kind = timestamp
			if id == 7 {
				e.logical.kind = clock
			}
			t.unit(e)
			return
		case 10:
			t.fields(func(id int, kind byte) {
				if id == 2 && kind == no {
					e.logical.kind = unsigned
				}
				t.skip(kind)
			})
			return
		case 14:
			e.logical.kind = uuid
		case 15:
			e.logical.kind = float16
		}
		t.skip(kind)
	})
}

// unit reads the unit of a time.
func (t *thrift) unit(e *element) {
	t.fields(func(id int, kind byte) {
		if id != 2 || kind != typeStruct {
			t.skip(kind)
			return
		}
		t.fields(func(id int, kind byte) {
			e.logical.unit = map[int]int64{1: 1000, 2: 1_000_000, 3: 1_000_000_000}[id]
			t.skip(kind)
		})
	})
}

// grow adds the leaves of the first element of the schema and returns the rest.
func (m *metadata) grow(schema []element, path string, inList bool, def, rep, depth int) ([]element, bool) {
	if len(schema) == 0 || depth > 100 || len(m.leaves) > maxLeaves {
		return nil, false
	}
	e := schema[0]
	schema = schema[1:]
	if !inList || !synthetic(e.name) {
		if path != "" {
			path += "."
		}
		path += e.name
	}
	switch e.repetition {
	case 1:
		def++
	case 2:
		def, rep = def+1, rep+1
		path += "[*]"
	}
	if len(path) > 1024 {
		path = path[:1024]
	}
	if e.children > 0 {
		for range e.children {
			var ok bool
			if schema, ok = m.grow(schema, path, e.list || e.isMap || inList && synthetic(e.name), def, rep, depth+1); !ok {
				return nil, false
			}
		}
		return schema, true
	}
	l := leaf{path: path, kind: e.kind, length: e.length, logical: e.logical, maxDef: def, maxRep: rep}
	l.raw = (e.kind == byteArray || e.kind == fixedArray) && !e.text && e.logical.kind == none
	if e.kind < 0 || e.kind > fixedArray || e.kind == fixedArray && (e.length < 1 || e.length > maxPage) {
		return nil, false
	}
	m.leaves = append(m.leaves, l)
	return schema, true
}

// synthetic reports whether a name only stands for the structure of a list or map.
func synthetic(name string) bool {
	switch name {
	case "list", "element", "array", "bag", "array_element", "item", "key_value", "map":
		return true
	}
	return false
}

// group reads a row group.
func (t *thrift) group(limit int64) (g group) {
	t.fields(func(id int, kind byte) {
		if id != 1 || kind != typeList {
			t.skip(kind)
			return
		}
		n, _ := t.list()
		for i := 0; i < n && !t.bad; i++ {
			g.chunks = append(g.chunks, t.chunk(limit))
		}
	})
	return g
}

// chunk reads where a column lies.
func (t *thrift) chunk(limit int64) (c chunk) {
	var data, dictionary, size int64
	known := false
	t.fields(func(id int, kind byte) {
		switch {
		case id == 1 && kind == typeBinary: // another file
			t.skip(kind)
			c.err = errMethod
		case id == 3 && kind == typeStruct:
			known = true
			t.fields(func(id int, kind byte) {
				switch id {
				case 4:
					c.codec = small(t.int())
				case 5:
					c.values = t.int()
				case 7:
					size = t.int()
				case 9:
					data = t.int()
				case 11:
					dictionary = t.int()
				default:
					t.skip(kind)
				}
			})
		case id == 8 || id == 9: // encryption
			t.skip(kind)
			c.err = errEncrypted
		default:
			t.skip(kind)
		}
	})
	c.from = data
	if dictionary > 0 && dictionary < data {
		c.from = dictionary
	}
	c.end = c.from + size
	if c.err == nil && (!known || c.from < 4 || size < 0 || c.end > limit || c.end < c.from) {
		c.err = errDamaged
	}
	return c
}
