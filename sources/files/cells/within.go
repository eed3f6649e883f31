package cells

import "recense/sources"

// Within returns an output for a text that stands in another, of which another
// format reads it: its part is named part, its offsets mean nothing.
func Within(out sources.Output, part string) sources.Output { return &within{out, part} }

type within struct {
	sources.Output
	part string
}

// Chunk implements sources.Output.
func (o *within) Chunk(c *sources.Chunk) error {
	k := *c
	if k.Part = o.part; c.Part != "" {
		k.Part += ", " + c.Part
	}
	if c.Locator != nil {
		k.Locator = &unplaced{c.Locator}
	}
	return o.Output.Chunk(&k)
}

// Recogniser is that of the Output.
func (o *within) Recogniser() sources.Recogniser { return sources.RecogniserOf(o.Output) }

// unplaced drops the offset, which is that in the inner text.
type unplaced struct{ of sources.Locator }

// Locate implements sources.Locator.
func (u *unplaced) Locate(at int) sources.Location {
	l := u.of.Locate(at)
	l.Byte = -1
	return l
}
