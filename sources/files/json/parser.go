package jsontext

import (
	"bytes"
	"io"
	"sort"

	"recense/sources"
	"recense/sources/files/cells"
)

// maxDepth bounds nesting: a deeper text is not written by any program.
const maxDepth = 10_000

// frame is an open object or array.
type frame struct {
	path  *node
	last  *node // the child met last, whose next is the likely following key
	array bool
}

// parser moves over a window token by token. buf and n mirror the window; pos is
// the next byte to look at.
//
//	text  = { value }
//	value = '{' [ key ':' value { ',' key ':' value } ] '}' | '[' [ value { ',' value } ] ']' | scalar
type parser struct {
	w     *cells.Window
	buf   []byte
	pos   int
	stack []frame
	paths paths

	values  int64 // values at the top
	row     int64 // of cells; unique in the text
	array   int   // length of the stack inside the outermost array, 0 outside
	arrays  int   // outermost arrays met
	bases   []base
	fhir    bool
	comment int32 // column of comments, -1 before the first
}

// base says that from row on, rows count from before+1 in their own array.
type base struct{ row, before int64 }

func newParser(w *cells.Window) *parser {
	p := &parser{w: w, comment: -1}
	p.paths.columns = w.Columns
	w.Row = p.count
	return p
}

// count turns a unique row into the index of the record in its own array.
func (p *parser) count(row int64) int64 {
	i := sort.Search(len(p.bases), func(i int) bool { return p.bases[i].row >= row })
	if i == 0 {
		return row
	}
	return row - p.bases[i-1].before
}

// maxBases is how many outermost arrays are remembered, twice what fits into a
// window: only those of the chunk at hand are asked for.
const maxBases = 1 << 16

// rebase lets rows beyond row count from before+1.
func (p *parser) rebase(row, before int64) {
	if n := len(p.bases); n > 0 && p.bases[n-1].before == before {
		return
	}
	if len(p.bases) >= maxBases {
		p.bases = append(p.bases[:0], p.bases[maxBases/2:]...)
	}
	p.bases = append(p.bases, base{row, before})
}

func (p *parser) records() int64 {
	if p.values > 1 || p.row == 0 {
		return p.values
	}
	return p.row
}

// more keeps what stands from keep on and reads on; pos moves along. At the end
// of the input it returns io.EOF.
func (p *parser) more(keep int) error {
	err := p.w.More(keep)
	p.buf = p.w.Bytes()
	if err == cells.ErrFull {
		return err
	}
	p.pos -= keep
	return err
}

// next returns the next byte that is not space, without taking it.
func (p *parser) next() (byte, error) {
	for {
		for i := p.pos; i < len(p.buf); i++ {
			if c := p.buf[i]; c > ' ' {
				p.pos = i
				if c == '/' {
					break
				}
				return c, nil
			} else if c != ' ' && c != '\n' && c != '\r' && c != '\t' && c != 0x1e {
				p.pos = i
				return c, nil
			}
			p.pos = i + 1
		}
		if p.pos < len(p.buf) {
			if err := p.skipComment(); err != nil {
				return 0, err
			}
			continue
		}
		if err := p.more(p.pos); err != nil {
			return 0, err
		}
	}
}

// run reads all values of the text.
func (p *parser) run() error {
	err := p.text()
	if _, bad := err.(*syntaxError); bad {
		if err := p.w.Rest(p.pos); err != nil {
			return err
		}
		return err
	}
	if err == nil {
		err = p.w.End(p.pos)
	}
	return err
}

func (p *parser) text() error {
	for {
		_, err := p.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		p.values++
		if p.arrays == 0 {
			p.row = p.values
		} else {
			p.row++
			p.rebase(p.row-1, p.row-p.values)
		}
		if err := p.value(p.paths.root()); err != nil {
			return unexpected(err)
		}
	}
}

// unexpected makes the end of the input inside a value an error of syntax.
func unexpected(err error) error {
	if err == io.EOF {
		return &syntaxError{sources.Truncated}
	}
	return err
}

// value reads one value at the top, with all it holds.
func (p *parser) value(path *node) error {
	depth := len(p.stack)
	if err := p.open(path); err != nil {
		return err
	}
	for len(p.stack) > depth {
		if err := p.step(&p.stack[len(p.stack)-1]); err != nil {
			return err
		}
	}
	return nil
}

// step reads one element or member of f, or its end.
func (p *parser) step(f *frame) error {
	c, err := p.next()
	if err != nil {
		return err
	}
	if c == ',' {
		p.pos++
		if c, err = p.next(); err != nil {
			return err
		}
	}
	if f.array {
		if c == ']' {
			return p.end()
		}
		if len(p.stack) == p.array {
			p.row++
		}
		return p.open(f.path)
	}
	if c == '}' {
		return p.end()
	}
	if c != '"' {
		return &syntaxError{sources.Corrupt}
	}
	path, err := p.key(f)
	if err != nil {
		return err
	}
	if c, err = p.next(); err != nil {
		return err
	}
	if c != ':' {
		return &syntaxError{sources.Corrupt}
	}
	p.pos++
	return p.open(path)
}

func (p *parser) end() error {
	p.pos++
	if len(p.stack) == p.array {
		p.array = 0
	}
	p.stack = p.stack[:len(p.stack)-1]
	return nil
}

// open reads a scalar, or the opening bracket of a container.
func (p *parser) open(path *node) error {
	c, err := p.next()
	if err != nil {
		return err
	}
	switch {
	case c == '"':
		return p.str(path)
	case c == '{':
		return p.push(frame{path: path})
	case c == '[':
		if p.array == 0 {
			p.outermost()
		}
		return p.push(frame{path: p.paths.element(path), array: true})
	case literal[c]:
		return p.scalar(path)
	}
	return &syntaxError{sources.Corrupt}
}

// outermost begins an array whose elements are records.
func (p *parser) outermost() {
	if p.values > 1 {
		return // the values of a sequence are the records
	}
	p.array = len(p.stack) + 1
	if p.arrays == 0 {
		p.row = 0
	}
	p.arrays++
	p.rebase(p.row, p.row)
}

func (p *parser) push(f frame) error {
	if len(p.stack) >= maxDepth {
		return &syntaxError{sources.DepthLimit}
	}
	p.pos++
	p.stack = append(p.stack, f)
	return nil
}

// scalar reads a number or a word.
func (p *parser) scalar(path *node) error {
	start, i := p.pos, p.pos
	for {
		for i < len(p.buf) && literal[p.buf[i]] {
			i++
		}
		if i < len(p.buf) {
			break
		}
		kept := i - start
		if err := p.more(start); err == io.EOF {
			start, i = p.pos, p.pos+kept
			break
		} else if err == cells.ErrFull {
			return &syntaxError{sources.Corrupt}
		} else if err != nil {
			return err
		}
		start, i = p.pos, p.pos+kept
	}
	word := p.buf[start:i]
	if !isLiteral(word) {
		if i == len(p.buf) { // only at the end of the input
			return &syntaxError{sources.Truncated}
		}
		return &syntaxError{sources.Corrupt}
	}
	p.pos = i
	if word[0] == 'n' || word[0] == 'N' {
		return nil
	}
	if start > 0 && p.buf[start-1] == ':' {
		p.buf[start-1] = ' ' // bytes that say nothing around a cell let the cells be scanned together
	}
	return p.cell(path, start, i)
}

// cell adds a value; empty ones are none.
func (p *parser) cell(path *node, start, end int) error {
	if start == end {
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

// str reads a string value; pos stands on its opening quote.
func (p *parser) str(path *node) error {
	start, end, long, err := p.quoted()
	if err != nil || long {
		return err
	}
	if path.fhir && bytes.ContainsAny(p.buf[start:min(start+1, end)], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		p.fhir = true
	}
	return p.cell(path, start, end)
}

// quoted reads a string and decodes it in place; long strings go straight out.
func (p *parser) quoted() (start, end int, long bool, err error) {
	i := p.pos + 1
	escaped := false
	for {
		for i < len(p.buf) && !special[p.buf[i]] {
			i++
		}
		if i+1 < len(p.buf) && p.buf[i] == '\\' {
			escaped = true
			i += 2
			continue
		}
		if i < len(p.buf) && p.buf[i] == '"' {
			break
		}
		kept := i - p.pos
		err := p.more(p.pos)
		i = p.pos + kept
		if err == cells.ErrFull {
			p.pos, err = p.w.Long(p.pos+1, p.decode)
			p.buf = p.w.Bytes()
			if err == nil && p.pos == len(p.buf) {
				err = io.EOF
			}
			p.pos++
			return 0, 0, true, err
		}
		if err != nil {
			return 0, 0, false, err
		}
	}
	start, end = p.pos+1, i
	p.pos = i + 1
	if escaped {
		to, _, _ := p.decode(p.buf[:i+1], start, start, true)
		p.w.Erase(to, end)
		end = to
	}
	return start, end, false, nil
}

// skipComment takes a comment as a cell of its own column.
func (p *parser) skipComment() error {
	for len(p.buf)-p.pos < 2 {
		if err := p.more(p.pos); err != nil {
			return unexpected(err)
		}
	}
	stop := []byte("\n")
	if p.buf[p.pos+1] == '*' {
		stop = []byte("*/")
	} else if p.buf[p.pos+1] != '/' {
		return &syntaxError{sources.Corrupt}
	}
	for {
		if i := bytes.Index(p.buf[p.pos+2:], stop); i >= 0 {
			end := p.pos + 2 + i
			if err := p.commentCell(p.pos+2, end); err != nil {
				return err
			}
			p.pos = end + len(stop)
			return nil
		}
		switch err := p.more(p.pos); {
		case err == cells.ErrFull:
			return &syntaxError{sources.Corrupt}
		case err == io.EOF && stop[0] == '\n':
			end := len(p.buf)
			start := p.pos + 2
			p.pos = end
			return p.commentCell(start, end)
		case err != nil:
			return unexpected(err)
		}
	}
}

func (p *parser) commentCell(start, end int) error {
	if p.comment < 0 {
		c, err := p.w.Columns.Add("//", "")
		if err != nil {
			return err
		}
		p.comment = c
	}
	if start < end {
		p.w.Cell(start, end, p.comment, p.row)
	}
	return nil
}
