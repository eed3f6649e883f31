package jsontext

import (
	"recense/sources/files/cells"
)

// node is a path that was met: the root, a member, the elements of an array.
type node struct {
	key     string // of a member; "[*]" of elements; "*" of members whose key is data
	parent  *node
	column  int32 // -1 as long as no scalar stood there
	keys    int32 // column of the keys that are data, -1 before the first
	child   map[string]*node
	array   *node // its elements
	any     *node // its members whose key is data
	next    *node // the sibling that followed last time: records repeat their order
	fhir    bool  // resourceType
	dynamic bool  // so many keys that they must be data
}

// maxKeys is the number of different keys of one object, over all its
// occurrences, from which on further ones are taken for data.
const maxKeys = 256

// paths are the nodes of a text, bounded by the limit on columns.
type paths struct {
	columns *cells.Columns
	top     *node
	nodes   int
	over    *node // what stands beyond the limit
}

func newNode(parent *node, key string) *node {
	return &node{key: key, parent: parent, column: -1, keys: -1}
}

func (p *paths) root() *node {
	if p.top == nil {
		p.top = newNode(nil, "")
	}
	return p.top
}

// make adds a node, or gives that of the overflow: columns are what is limited,
// but a text may also have any number of paths without a scalar.
func (p *paths) make(parent *node, key string) *node {
	if parent == p.over && p.over != nil {
		return p.over
	}
	if p.columns.Full() || p.nodes >= 1<<16 {
		if p.over == nil {
			p.over = newNode(nil, cells.Overflow)
			p.over.dynamic = true
		}
		return p.over
	}
	p.nodes++
	return newNode(parent, key)
}

func (p *paths) element(path *node) *node {
	if path.array == nil {
		path.array = p.make(path, "[*]")
	}
	return path.array
}

// name gives a path its column.
func (p *paths) name(path *node) (err error) {
	path.column, err = p.columns.Add(path.path(), "")
	return err
}

// path writes a path: clients[*].adresse.ville.
func (n *node) path() string {
	var keys []*node
	size := 0
	for ; n != nil; n = n.parent {
		keys = append(keys, n)
		size += len(n.key) + 1
	}
	const longest = 1024
	b := make([]byte, 0, min(size, longest))
	for i := len(keys) - 1; i >= 0 && len(b) < longest; i-- {
		k := keys[i]
		if k.key == "" {
			continue
		}
		if len(b) > 0 && !(k.parent != nil && k.parent.array == k) {
			b = append(b, '.')
		}
		b = append(b, k.key...)
	}
	return string(b)
}

// key reads the key of a member of f and returns the path of its value.
func (p *parser) key(f *frame) (*node, error) {
	start, end, long, err := p.quoted()
	if err != nil {
		return nil, err
	}
	if long {
		return p.anyMember(f.path), nil
	}
	key := p.buf[start:end]
	if f.last != nil && f.last.next != nil && f.last.next.key == string(key) {
		f.last = f.last.next
		return f.last, nil
	}
	if child := f.path.child[string(key)]; child != nil {
		if f.last != nil {
			f.last.next = child
		}
		f.last = child
		return child, nil
	}
	if f.path.dynamic || isData(key) {
		return p.dataKey(f, start, end)
	}
	return p.newMember(f, string(key)), nil
}

// newMember makes the node of a key that was not met before.
func (p *parser) newMember(f *frame, key string) *node {
	child := p.paths.make(f.path, key)
	if child == p.paths.over {
		return child
	}
	if f.path.child == nil {
		f.path.child = make(map[string]*node)
	}
	f.path.child[key] = child
	f.path.dynamic = len(f.path.child) >= maxKeys
	child.fhir = key == "resourceType"
	if f.last != nil {
		f.last.next = child
	}
	f.last = child
	return child
}

func (p *parser) anyMember(path *node) *node {
	if path.any == nil {
		path.any = p.paths.make(path, "*")
	}
	return path.any
}

// dataKey takes a key that is data as a cell.
func (p *parser) dataKey(f *frame, start, end int) (*node, error) {
	if f.path.keys < 0 {
		name := f.path.path()
		if name != "" {
			name += "."
		}
		c, err := p.w.Columns.Add(name+"{key}", "")
		if err != nil {
			return nil, err
		}
		f.path.keys = c
	}
	if start < end {
		p.w.Cell(start, end, f.path.keys, p.row)
	}
	f.last = nil
	return p.anyMember(f.path), nil
}

// isData reports whether a key looks like a value rather than a name: a number,
// an address, a long run of digits or hexadecimal digits, a sentence.
func isData(key []byte) bool {
	if len(key) == 0 || len(key) > 64 {
		return len(key) > 64
	}
	digits, hex, spaces := 0, 0, 0
	for _, c := range key {
		switch {
		case c == '@':
			return true
		case isDigit(c):
			digits++
			hex++
		case 'a' <= c|0x20 && c|0x20 <= 'f' || c == '-':
			hex++
		case c == ' ':
			spaces++
		}
	}
	return digits == len(key) || digits >= 6 || digits > 0 && hex == len(key) && len(key) >= 16 || spaces >= 5
}
