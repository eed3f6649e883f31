package avro

import (
	"encoding/json"
	"math"
	"strings"

	"recense/sources/files/cells"
)

// kind is what a node holds.
type kind uint8

const (
	null kind = iota
	boolean
	integer
	float
	double
	bytesKind
	text
	record
	enum
	array
	mapKind
	union
	fixed
)

var kinds = map[string]kind{
	"null": null, "boolean": boolean, "int": integer, "long": integer, "float": float, "double": double, "bytes": bytesKind, "string": text,
	"record": record, "error": record, "enum": enum, "array": array, "map": mapKind, "fixed": fixed,
}

// The meanings that change how a value is written.
const (
	plain = iota
	decimal
	date
	clock
	timestamp
	uuid
)

// node is a type at a path.
type node struct {
	kind    kind
	path    string
	column  int32   // -1 before the first value
	keys    int32   // of a map
	parts   []*node // fields, branches, or what an array or a map holds
	symbols []string
	size    int // of a fixed
	meaning int
	scale   int
	unit    int64
}

const (
	maxDepth = 64
	maxNodes = 1 << 16
)

// compiler makes nodes of a schema.
type compiler struct {
	named map[string]*open
	nodes int
}

// open is a named type: what defines it, and its node while it is being made.
type open struct {
	definition map[string]any
	node       *node
}

// compile makes the tree of a schema. encoding/json quotes what it reads in its
// errors: they are dropped.
func compile(schema []byte) (*node, error) {
	var v any
	if json.Unmarshal(schema, &v) != nil {
		return nil, errDamaged
	}
	c := &compiler{named: make(map[string]*open)}
	n := c.node(v, "", "", 0)
	if n == nil {
		return nil, errDamaged
	}
	return n, nil
}

// node makes the node of a type at a path; nil when it cannot.
func (c *compiler) node(v any, path, space string, depth int) *node {
	if c.nodes++; depth > maxDepth || c.nodes > maxNodes {
		return nil
	}
	n := &node{path: path[:min(len(path), 1024)], column: -1, keys: -1}
	switch v := v.(type) {
	case string:
		return c.byName(n, v, path, space, depth)
	case []any:
		n.kind = union
		for _, b := range v {
			n.parts = append(n.parts, c.node(b, path, space, depth+1))
		}
	case map[string]any:
		name, ok := v["type"].(string)
		if !ok {
			return c.node(v["type"], path, space, depth+1)
		}
		k, known := kinds[name]
		if !known {
			return c.byName(n, name, path, space, depth)
		}
		n.kind = k
		c.define(n, v, path, space, depth)
		n.mean(v)
	default:
		return nil
	}
	for _, p := range n.parts {
		if p == nil {
			return nil
		}
	}
	return n
}

// byName makes the node of a simple type or of one that was named before.
func (c *compiler) byName(n *node, name, path, space string, depth int) *node {
	if k, ok := kinds[name]; ok && k < record {
		n.kind = k
		return n
	}
	t := c.named[full(name, space)]
	if t == nil {
		t = c.named[name]
	}
	switch {
	case t == nil:
		return nil
	case t.node != nil:
		return t.node // within itself
	}
	return c.node(t.definition, path, "", depth+1)
}

// full returns a name with its space.
func full(name, space string) string {
	if space == "" || strings.Contains(name, ".") {
		return name
	}
	return space + "." + name
}

// define takes the parts of a type.
func (c *compiler) define(n *node, v map[string]any, path, space string, depth int) {
	if n.kind == record || n.kind == enum || n.kind == fixed {
		if s, ok := v["namespace"].(string); ok {
			space = s
		}
		name, _ := v["name"].(string)
		name = full(name, space)
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			space = name[:i]
		}
		t := &open{definition: v, node: n}
		c.named[name] = t
		defer func() { t.node = nil }()
	}
	switch n.kind {
	case record:
		fields, _ := v["fields"].([]any)
		for _, f := range fields {
			field, _ := f.(map[string]any)
			name, _ := field["name"].(string)
			if name = strings.ToValidUTF8(string(cells.UTF8Text([]byte(name))), ""); path != "" {
				name = path + "." + name
			}
			n.parts = append(n.parts, c.node(field["type"], name, space, depth+1))
		}
	case array:
		n.parts = []*node{c.node(v["items"], path+"[*]", space, depth+1)}
	case mapKind:
		n.parts = []*node{c.node(v["values"], strings.TrimPrefix(path+".*", "."), space, depth+1)}
	case enum:
		symbols, _ := v["symbols"].([]any)
		for _, s := range symbols {
			symbol, _ := s.(string)
			n.symbols = append(n.symbols, symbol)
		}
	case fixed:
		size, _ := v["size"].(float64)
		if size < 0 || size > maxBlock || size != math.Trunc(size) {
			n.parts = []*node{nil}
		}
		n.size = int(size)
	}
}

// mean takes the logical type.
func (n *node) mean(v map[string]any) {
	logical, _ := v["logicalType"].(string)
	logical = strings.TrimPrefix(logical, "local-")
	switch {
	case logical == "decimal" && (n.kind == bytesKind || n.kind == fixed):
		scale, _ := v["scale"].(float64)
		n.meaning, n.scale = decimal, int(min(max(scale, 0), 1000))
	case logical == "date" && n.kind == integer:
		n.meaning = date
	case logical == "uuid" && n.kind == fixed && n.size == 16:
		n.meaning = uuid
	case n.kind == integer && (strings.HasPrefix(logical, "time-") || strings.HasPrefix(logical, "timestamp-")):
		n.meaning = timestamp
		if logical[4] == '-' {
			n.meaning = clock
		}
		n.unit = map[string]int64{"millis": 1000, "micros": 1_000_000, "nanos": 1_000_000_000}[logical[strings.IndexByte(logical, '-')+1:]]
		if n.unit == 0 {
			n.meaning = plain
		}
	}
}
