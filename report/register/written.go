package register

import (
	"bytes"
	"errors"
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

// WithExceptions returns the text of a register file with exceptions in place of
// those it has. The rest of it, comments included, is kept.
func WithExceptions(data []byte, exceptions []Exception) ([]byte, error) {
	var file, list yaml.Node
	if err := yaml.Unmarshal(data, &file); err != nil || len(file.Content) != 1 || file.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("not a register file")
	}
	if err := list.Encode(exceptions); err != nil {
		return nil, err
	}
	tidy(&list, false)
	root := file.Content[0]
	at := slices.IndexFunc(root.Content, func(n *yaml.Node) bool { return n.Value == "exceptions" })
	if at < 0 || at%2 != 0 {
		root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "exceptions"}, nil)
		at = len(root.Content) - 2
	}
	root.Content[at+1] = &list
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(&file); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

// tidy writes lists of plain values, and short entries of lists, on one line each,
// as a person would.
func tidy(n *yaml.Node, inList bool) {
	size := 0
	for _, c := range n.Content {
		tidy(c, n.Kind == yaml.SequenceNode)
		size += len(c.Value) + 2
		if c.Kind != yaml.ScalarNode {
			size += 2 * lineWidth
		}
	}
	if n.Kind == yaml.SequenceNode && size < 2*lineWidth || n.Kind == yaml.MappingNode && inList && size <= lineWidth {
		n.Style = yaml.FlowStyle
	}
}

// lineWidth is about how long a line may be, in bytes.
const lineWidth = 120
