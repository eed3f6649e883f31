package register

import (
	"bytes"
	"slices"
	"time"

	"gopkg.in/yaml.v3"
)

// Written returns the register as its file has it: nothing in it is inherited
// from the policy. It is a copy of its own, for whoever writes the register in
// another form.
func (r *Register) Written() *Register { return r.written.clone() }

// clone copies what inheriting changes.
func (r *Register) clone() *Register {
	c := *r
	c.Processings = slices.Clone(r.Processings)
	return &c
}

// MarshalYAML implements yaml.Marshaler: a plain date, without quotes.
func (d Date) MarshalYAML() (any, error) {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!timestamp", Value: d.Format(time.DateOnly)}, nil
}

// YAML returns the register as a file: the fields in the order of
// domain/register.md A.1, those that are empty left out, head in front as a
// comment. What Read reads from it is the same register.
func (r *Register) YAML(head string) ([]byte, error) {
	var root yaml.Node
	if err := root.Encode(r); err != nil {
		return nil, err
	}
	root.HeadComment = head
	tidy(&root, false)
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(&root); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

// tidy writes lists of plain values, and entries of plain values in lists, on one
// line each, as a person would.
func tidy(n *yaml.Node, inList bool) {
	plain := n.Kind != yaml.ScalarNode
	for _, c := range n.Content {
		tidy(c, n.Kind == yaml.SequenceNode)
		plain = plain && (c.Kind == yaml.ScalarNode || n.Kind == yaml.MappingNode && c.Style == yaml.FlowStyle)
	}
	if plain && (n.Kind == yaml.SequenceNode || inList && len(n.Content) <= maxInline) {
		n.Style = yaml.FlowStyle
	}
}

// maxInline is how many names and values an entry may have on one line.
const maxInline = 12
