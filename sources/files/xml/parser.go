package xmltext

import (
	"bytes"
	"io"

	"recense/sources"
	"recense/sources/files/cells"
)

// maxDepth bounds nesting: a deeper text is not written by any program.
const maxDepth = 10_000

// frame is an open element.
type frame struct {
	path *node
	last *node // the child that closed last
}

// parser moves over a window from tag to tag.
//
//	text = { run | tag }
//	tag  = '<' name { attribute } ['/'] '>' | '</' name '>' | '<?…?>' | '<!--…-->' | '<![CDATA[…]]>' | '<!…>'
//
// A run of text joins the cell before it when only tags stand between the two
// and one of their elements holds the other: its bytes are then moved to the left
// over the tags.
type parser struct {
	w     *cells.Window
	buf   []byte // mirrors the window
	pos   int
	stack []frame
	paths paths

	cell    cell
	side    []byte    // attributes and comments inside a cell
	pending []aside   // where they are in side
	row     int64     // of cells
	records int64     // rows begun
	inside  int       // depth of the stack in which the open record stands, 0 outside
	ns      namespace // of the root
	note    *node     // comments
	damaged bool
}

// cell is a cell that may still grow.
type cell struct {
	open       bool
	closed     bool // its element ended, and no other began
	start, end int  // in the window
	raw        int  // where the bytes behind end come from
	depth      int  // of the stack at its element
	path       *node
}

// aside is a value that stood inside a cell; it goes out behind it.
type aside struct {
	from, to int // in side
	at       int // where it stood in the window
	path     *node
}

func newParser(w *cells.Window) *parser {
	p := &parser{w: w, row: 1}
	p.paths.columns = w.Columns
	p.note = &node{name: "#comment", column: -1}
	return p
}

// more keeps what is still needed from pos on and reads on. It returns io.EOF at
// the end of the input and cells.ErrFull when what is kept fills the window.
func (p *parser) more() error {
	keep := p.pos
	if p.cell.open {
		keep = p.cell.start
		if p.pos-keep > cells.Size/2 {
			if err := p.finish(); err != nil {
				return err
			}
			keep = p.pos
		}
	}
	err := p.w.More(keep)
	p.buf = p.w.Bytes()
	if err == cells.ErrFull {
		if p.cell.open {
			if err := p.finish(); err != nil {
				return err
			}
			return p.more()
		}
		return err
	}
	p.pos -= keep
	p.cell.start -= keep
	p.cell.end -= keep
	p.cell.raw -= keep
	for i := range p.pending {
		p.pending[i].at -= keep
	}
	return err
}

// run reads the whole text.
func (p *parser) run() error {
	err := p.text()
	if _, bad := err.(*syntaxError); bad {
		if err := p.finish(); err != nil {
			return err
		}
		if err := p.w.Rest(p.pos); err != nil {
			return err
		}
		return err
	}
	if err != nil {
		return err
	}
	if err := p.finish(); err != nil {
		return err
	}
	if err := p.w.End(p.pos); err != nil {
		return err
	}
	if len(p.stack) > 0 || p.paths.top == nil {
		return &syntaxError{sources.Truncated}
	}
	return nil
}

// text reads runs and tags in turn until the end of the input.
func (p *parser) text() error {
	for {
		end, err := p.find(0, '<')
		if err != nil && err != io.EOF {
			return err
		}
		last := err == io.EOF
		if end > p.pos {
			if err := p.runOfText(end, true); err != nil {
				return err
			}
		}
		if last {
			return nil
		}
		switch err := p.tag(); {
		case err == io.EOF:
			return p.cutTag()
		case err != nil:
			return err
		}
	}
}

// cutTag keeps what stands in a tag that does not end.
func (p *parser) cutTag() error {
	if err := p.finish(); err != nil {
		return err
	}
	if err := p.w.Rest(p.pos); err != nil {
		return err
	}
	p.pos = 0
	p.buf = nil
	return &syntaxError{sources.Truncated}
}

// find returns the offset of c from pos+skip on, reading on as needed. At the
// end of the input it returns its length and io.EOF. Text that fills the window
// goes out as running text.
func (p *parser) find(skip int, c byte) (int, error) {
	from := p.pos + skip
	for {
		if from < len(p.buf) {
			if i := bytes.IndexByte(p.buf[from:], c); i >= 0 {
				return from + i, nil
			}
		}
		seen := max(len(p.buf)-p.pos, skip)
		switch err := p.more(); {
		case err == cells.ErrFull && c == '<':
			if p.pos, err = p.w.Long(p.pos, p.decodeRun); err != nil {
				return 0, err
			}
			p.buf = p.w.Bytes()
			seen = 0
		case err == io.EOF:
			return len(p.buf), io.EOF
		case err != nil:
			return 0, err
		}
		from = p.pos + seen
	}
}

// top returns the innermost open element.
func (p *parser) top() *node {
	if n := len(p.stack); n > 0 {
		return p.stack[n-1].path
	}
	return p.paths.root()
}

// runOfText takes text up to end, as part of the open cell or as a new one.
func (p *parser) runOfText(end int, entities bool) error {
	start, depth := p.pos, len(p.stack)
	p.pos = end
	blank := isBlank(p.buf[start:end])
	c := &p.cell
	joins := c.open && !c.closed && start == c.raw || c.open && depth > 0 && (!c.closed && depth >= c.depth || c.closed && !blank && depth < c.depth)
	if !joins {
		if blank {
			return nil
		}
		if err := p.finish(); err != nil {
			return err
		}
		for start < end && space(p.buf[start]) {
			start++
		}
		p.cell = cell{open: true, start: start, end: start, raw: start, depth: depth, path: p.top()}
	} else if c.closed {
		c.closed, c.depth, c.path = false, depth, p.top()
	}
	p.append(start, end, entities)
	return nil
}

// append moves Bytes[from:to] behind the open cell.
func (p *parser) append(from, to int, entities bool) {
	c := &p.cell
	if from > c.end {
		if n := bytes.Count(p.buf[c.raw:from], newline); n > 0 {
			p.w.LineEnds(c.end, n)
		}
		p.w.Moved(c.end, from-c.end)
	}
	if entities {
		c.end, c.raw, _ = p.decode(p.buf[:to], c.end, from, true)
		return
	}
	c.end += copy(p.buf[c.end:], p.buf[from:to])
	c.raw = to
}

var newline = []byte{'\n'}

// part puts a line end between the text before and behind a tag, once.
func (p *parser) part(at int) {
	c := &p.cell
	if c.end == c.start || c.end > at || p.buf[c.end-1] == '\n' {
		return
	}
	if n := bytes.Count(p.buf[c.raw:at], newline); n > 0 {
		p.w.LineEnds(c.end, n)
	}
	p.buf[c.end] = '\n' // in the tag's place, at the latest over its first byte
	p.w.Moved(c.end, at-c.end)
	p.w.LineEnds(c.end+1, -1)
	c.end++
	c.raw = at + 1
}

// finish adds the open cell, and behind it what stood inside.
func (p *parser) finish() error {
	c := &p.cell
	if !c.open {
		return nil
	}
	c.open = false
	end := c.end
	for end > c.start && space(p.buf[end-1]) {
		end--
	}
	raw := c.raw
	for _, a := range p.pending {
		raw = max(raw, a.at+a.to-a.from)
	}
	if c.end < raw {
		clear(p.buf[c.end:raw])
		defer p.w.Moved(raw, 0)
	}
	if err := p.add(c.path, c.start, end); err != nil {
		return err
	}
	return p.asides(c.end+1, raw)
}

// asides puts the values that stood inside a cell behind it, where the tags they
// came from have left room.
func (p *parser) asides(at, limit int) error {
	for _, a := range p.pending {
		value := p.side[a.from:a.to]
		if at+len(value) > limit {
			break // cannot be: the tags were longer than their values
		}
		copy(p.buf[at:], value)
		p.w.Moved(at, a.at-at)
		if err := p.add(a.path, at, at+len(value)); err != nil {
			return err
		}
		at += len(value) + 1
	}
	p.pending, p.side = p.pending[:0], p.side[:0]
	return nil
}

// add adds a cell; empty ones are none.
func (p *parser) add(path *node, start, end int) error {
	if start >= end {
		return nil
	}
	if path.column < 0 {
		if err := p.paths.name(path); err != nil {
			return err
		}
	}
	p.w.Cell(start, end, path.column, p.row)
	return nil
}

// value takes an attribute or a comment: at once, or behind the open cell.
func (p *parser) value(path *node, start, end int) error {
	if start >= end {
		return nil
	}
	if !p.cell.open {
		return p.add(path, start, end)
	}
	from := len(p.side)
	p.side = append(p.side, p.buf[start:end]...)
	p.pending = append(p.pending, aside{from, len(p.side), start, path})
	return nil
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func isBlank(b []byte) bool {
	for _, c := range b {
		if !space(c) {
			return false
		}
	}
	return true
}
