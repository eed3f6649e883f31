// Package yamldoc reads YAML files that people write by hand: registers, policies,
// configurations. A file is checked whole, against the struct that will hold it,
// and every problem names its file, line and field and, for a wrong name, the
// nearest right one. Problems never quote the parser, whose messages quote the file.
package yamldoc

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Problem is something wrong in a file, with its place.
type Problem struct {
	File  string
	Line  int    // from 1; 0 when there is none
	Field string // "processings[2].retention[0]"
	Text  string // what is wrong, and what was expected
}

func (p Problem) Error() string {
	s := p.File
	if p.Line > 0 {
		s = fmt.Sprint(s, ":", p.Line)
	}
	if p.Field != "" {
		s += ": " + p.Field
	}
	return s + ": " + p.Text
}

// Problems are all the problems of one file, in the order of its lines.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, 0, len(ps))
	for i, p := range ps {
		if i == 20 {
			lines = append(lines, fmt.Sprintf("and %d more", len(ps)-i))
			break
		}
		lines = append(lines, p.Error())
	}
	return strings.Join(lines, "\n")
}

// Document is a YAML file being checked. It keeps the lines of the fields, so
// that every problem names its place.
type Document struct {
	Root     *yaml.Node // a mapping
	name     string
	problems Problems
	nodes    int // looked at
}

// Bounds of a file, which is written by hand: bytes, and values.
const (
	maxDocument = 16 << 20
	maxNodes    = 4 << 20
)

// Read parses data and fills into, a pointer to a struct with yaml tags. Unknown
// fields and values of the wrong form are Problems. name is the file in them.
func Read(name string, data []byte, into any) (*Document, error) {
	d := &Document{name: name}
	if len(data) > maxDocument {
		return nil, Problems{{File: name, Text: "larger than 16 MiB"}}
	}
	var node yaml.Node
	if err := yaml.Unmarshal(data, &node); err != nil {
		return nil, Problems{notYAML(name, data, yamlLine(err))}
	}
	if len(node.Content) == 0 { // nothing but comments
		node.Content = []*yaml.Node{{Kind: yaml.MappingNode, Line: 1}}
	}
	if len(node.Content) != 1 || node.Content[0].Kind != yaml.MappingNode {
		return nil, Problems{{File: name, Line: 1, Text: "expected fields and values"}}
	}
	d.Root = node.Content[0]
	d.check(d.Root, reflect.TypeOf(into).Elem(), "")
	if err := d.Err(); err != nil {
		return nil, err
	}
	if err := d.Root.Decode(into); err != nil {
		return nil, Problems{{File: name, Line: yamlLine(err), Text: "a value of the wrong form"}}
	}
	return d, nil
}

// notYAML names what editors leave behind most: another encoding, tabs before a field.
func notYAML(name string, data []byte, line int) Problem {
	p := Problem{File: name, Line: line, Text: "not valid YAML"}
	at := 0
	for l := range bytes.Lines(data) {
		at++
		if !utf8.Valid(l) {
			return Problem{File: name, Line: at, Text: "not UTF-8: save the file as UTF-8"}
		}
		if blank := l[:len(l)-len(bytes.TrimLeft(l, " \t"))]; bytes.IndexByte(blank, '\t') >= 0 && len(blank) < len(bytes.TrimRight(l, "\r\n")) {
			return Problem{File: name, Line: at, Text: "not valid YAML: lines are indented with spaces, never with tabs"}
		}
	}
	return p
}

// yamlLine takes the line out of an error of the parser, whose text may quote
// the file.
func yamlLine(err error) int {
	var line int
	text := err.Error()
	var te *yaml.TypeError
	if errors.As(err, &te) && len(te.Errors) > 0 {
		text = te.Errors[0]
	}
	if i := strings.Index(text, "line "); i >= 0 {
		fmt.Sscanf(text[i:], "line %d", &line)
	}
	return line
}

// check compares a node with the type that will hold it.
func (d *Document) check(n *yaml.Node, t reflect.Type, field string) {
	if d.nodes++; d.nodes > maxNodes { // references may stand for much more than they write
		if d.nodes == maxNodes+1 {
			d.add(n.Line, field, "too many values")
		}
		return
	}
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n.Tag == "!!null" || t == reflect.TypeFor[yaml.Node]() || t.Kind() == reflect.Interface {
		return
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[yaml.Unmarshaler]()) {
		if err := n.Decode(reflect.New(t).Interface()); err != nil {
			d.add(n.Line, field, strings.TrimPrefix(err.Error(), "yaml: "))
		}
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		d.checkStruct(n, t, field)
	case reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			d.add(n.Line, field, "expected a list")
			return
		}
		for i, item := range n.Content {
			d.check(item, t.Elem(), fmt.Sprintf("%s[%d]", field, i))
		}
	case reflect.Map:
		if n.Kind != yaml.MappingNode {
			d.add(n.Line, field, "expected fields and values")
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			d.check(n.Content[i+1], t.Elem(), join(field, n.Content[i].Value))
		}
	default:
		d.checkScalar(n, t, field)
	}
}

func (d *Document) checkStruct(n *yaml.Node, t reflect.Type, field string) {
	if n.Kind != yaml.MappingNode {
		d.add(n.Line, field, "expected fields and values")
		return
	}
	types := map[string]reflect.Type{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name != "" && name != "-" {
			types[name] = t.Field(i).Type
		}
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		at := join(field, key)
		switch ft, ok := types[key]; {
		case !ok:
			d.add(n.Content[i].Line, at, "unknown field"+Nearest(key, types))
		case seen[key]:
			d.add(n.Content[i].Line, at, "given twice")
		default:
			seen[key] = true
			d.check(n.Content[i+1], ft, at)
		}
	}
}

func (d *Document) checkScalar(n *yaml.Node, t reflect.Type, field string) {
	want := map[reflect.Kind]string{reflect.Bool: "!!bool", reflect.Int: "!!int", reflect.Int64: "!!int"}[t.Kind()]
	switch {
	case n.Kind != yaml.ScalarNode && t.Kind() == reflect.String:
		d.add(n.Line, field, "expected a text")
	case want == "" || n.Kind == yaml.ScalarNode && n.ShortTag() == want:
	case want == "!!bool":
		d.add(n.Line, field, "expected true or false")
	default:
		d.add(n.Line, field, "expected a whole number")
	}
}

// Nearest proposes the known name that is closest to a wrong one; the text goes behind a
// message and is empty when none is close.
func Nearest[V any](name string, known map[string]V) string {
	if near := Near(name, known); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// Near is the known name that is closest to a wrong one; empty when none is close.
func Near[V any](name string, known map[string]V) string {
	best, at := "", 3
	for k := range known {
		if n := distance(name, k); n < at || n == at && best != "" && k < best {
			best, at = k, n
		}
	}
	return best
}

// distance is the number of letters to insert, drop or change between two names.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func join(field, name string) string {
	if field == "" {
		return name
	}
	return field + "." + name
}

func (d *Document) add(line int, field, text string) {
	d.problems = append(d.problems, Problem{d.name, line, field, text})
}

// Wrong adds a problem about the field at path: names and indices from the root.
func (d *Document) Wrong(text string, path ...any) {
	n, field := d.Root, ""
	line := n.Line
	for _, step := range path {
		switch s := step.(type) {
		case string:
			field = join(field, s)
			n = Member(n, s)
		case int:
			field = fmt.Sprintf("%s[%d]", field, s)
			if n != nil && n.Kind == yaml.SequenceNode && s < len(n.Content) {
				n = n.Content[s]
			} else {
				n = nil
			}
		}
		if n != nil {
			line = n.Line
		}
	}
	d.add(line, field, text)
}

// Member returns the value of a field, nil when there is none.
func Member(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

// OneOf adds a problem unless value is one of a closed list.
func (d *Document) OneOf(value string, list []string, path ...any) {
	for _, v := range list {
		if v == value {
			return
		}
	}
	d.Wrong(fmt.Sprintf("%q is none of %s", value, strings.Join(list, ", ")), path...)
}

// Unique checks that the entries of a list have a name, each its own.
func (d *Document) Unique(list, key string, n int, name func(int) string) {
	seen := map[string]bool{}
	for i := range n {
		switch v := name(i); {
		case v == "":
			d.Wrong("is needed", list, i, key)
		case seen[v]:
			d.Wrong(fmt.Sprintf("%q is used twice", v), list, i, key)
		default:
			seen[v] = true
		}
	}
}

// Texts reads a text, or a list of them: for types that implement yaml.Unmarshaler.
func Texts(n *yaml.Node) ([]string, error) {
	items := n.Content
	switch n.Kind {
	case yaml.ScalarNode:
		items = []*yaml.Node{n}
	case yaml.SequenceNode:
	default:
		return nil, errors.New("expected a text, or a list of texts")
	}
	var list []string
	for _, item := range items {
		if item.Kind != yaml.ScalarNode {
			return nil, errors.New("expected a text, or a list of texts")
		}
		list = append(list, item.Value)
	}
	return list, nil
}

// Err returns the problems found, nil when there is none.
func (d *Document) Err() error {
	if len(d.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(d.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return d.problems
}
