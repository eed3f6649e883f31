// Package lines reads text whose lines, or what another byte ends, are made of
// values under names: journals, declarations, messages, settings. It cuts the text
// into lines, in ranges where the format allows them, and hands the cells out; what
// the parts of a line are is for the format to say.
//
// Cells stand in the window of the text itself: nothing is copied but what is escaped. A line longer
// than Form.Longest is cut near there, at a blank where there is one, and the rest is
// a line of its own.
package lines

import (
	"bytes"
	"context"
	"sort"
	"strconv"

	"recense/sources"
	"recense/sources/files/charset"
	"recense/sources/files/text"
)

// Form says how a text is cut.
type Form struct {
	End     byte // of a line: '\n', or '\r' in messages
	Longest int  // bytes of a line
	// Columns are known beforehand, and have numbers in places; others are met as they come.
	Columns []string
	// Split adds the cells of the line t[a:b], without its end, to c, in rising
	// order. Bytes that belong to no cell separate them.
	Split func(c *Cells, t []byte, a, b int)
}

// Cells gathers the cells of the window, and the columns they are in. The zero
// value is ready, and may be used again after Reset.
type Cells struct {
	Table *sources.Table
	// Row is that of the cells to come; Lines sets it to the number of the line.
	Row int64
	// Line counts the lines of the range from 1.
	Line int64

	fields sources.Fields
	lines  []int64
	names  map[string]int32
	known  int32 // columns that were known beforehand
	limit  int
	full   bool
	told   bool

	stream  charset.Stream
	chunk   sources.Chunk
	decoded decoded
}

// Reset makes c ready for a new text of at most limit columns.
func (c *Cells) Reset(limit int) {
	*c = Cells{Table: &sources.Table{}, fields: c.fields, lines: c.lines, names: map[string]int32{}, limit: limit, stream: c.stream, decoded: c.decoded}
}

// Column returns the column called name, and makes it where it is new; label is
// what the specification says of it. Beyond the limit all share the last one.
func (c *Cells) Column(name []byte, label string) int32 {
	if at, ok := c.names[string(name)]; ok {
		return at
	}
	if len(c.Table.Columns) >= c.limit {
		c.full = true
		return int32(c.limit - 1)
	}
	at := int32(len(c.Table.Columns))
	c.Table.Columns = append(c.Table.Columns, sources.Column{Name: charset.Name(name), Label: label})
	c.names[string(name)] = at
	return at
}

// Add adds t[a:b], without the blanks around it, as a cell, unless it is empty.
func (c *Cells) Add(t []byte, a, b int, column int32) {
	for a < b && blank(t[a]) {
		a++
	}
	for a < b && blank(t[b-1]) {
		b--
	}
	if a < b {
		c.fields.Add(a, b, int(column), c.Row)
		c.lines = append(c.lines, c.Line)
	}
}

func blank(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

// Numbered returns the column "name N".
func (c *Cells) Numbered(name string, n int) int32 {
	var room [48]byte
	return c.Column(strconv.AppendInt(append(append(room[:0], name...), ' '), int64(n), 10), "")
}

// Read reads in, or its range. Records of the result are lines.
func (c *Cells) Read(ctx context.Context, in sources.Input, out sources.Output, f Form) (sources.Result, error) {
	e, mark := charset.Detect(in.Head)
	if e == charset.Binary {
		e = charset.Latin
	}
	if err := text.Tell(in, out, e, mark); err != nil {
		return sources.Result{Records: -1}, err
	}
	for _, name := range f.Columns {
		c.known = c.Column([]byte(name), "") + 1
	}
	from, to := text.Bounds(in.Range)
	s, start := &c.stream, int64(mark)
	find := from > start // the first line of the range, behind the one before
	if find {
		start = from - e.Unit()
	}
	s.Open(in, e, start, -1)
	result := sources.Result{}
	for stuck := false; ; {
		for !s.End() && (stuck || len(s.Text()) < charset.BufferSize/2) {
			s.Fill()
			stuck = false
		}
		if find {
			k := bytes.IndexByte(s.Text(), f.End)
			if k < 0 && s.End() {
				return result, s.Err()
			}
			if find = k < 0; find {
				k = len(s.Text()) - 1
			}
			if s.Discard(k + 1); find {
				continue
			}
		}
		stop := len(s.Text()) + 1
		if to >= 0 && to-s.Start() <= s.Span(0, len(s.Text())) {
			stop = s.Index(to)
		}
		at, err := c.window(out, f, stop)
		if err == nil {
			err = ctx.Err()
		}
		result.Bytes, result.Records, result.Lines = result.Bytes+s.Span(0, at), c.Line, c.Line
		if err != nil {
			return result, err
		}
		if at >= stop || at == len(s.Text()) && s.End() {
			if from <= int64(mark) {
				result.Bytes += int64(mark)
			}
			return result, s.Err()
		}
		s.Discard(at)
		stuck = at == 0
	}
}

// window hands over the whole lines of the window that begin in front of stop, and
// returns where the next one begins.
func (c *Cells) window(out sources.Output, f Form, stop int) (at int, err error) {
	t := c.stream.Text()
	c.fields.Reset()
	c.lines = c.lines[:0]
	c.decoded.reset(c)
	for at < len(t) && at < stop {
		n := bytes.IndexByte(t[at:min(len(t), at+f.Longest+1)], f.End)
		next := at + n + 1
		if n < 0 {
			if !c.stream.End() && len(t)-at <= f.Longest {
				break
			}
			n = len(t) - at
			if n > f.Longest {
				n = cut(t[at : at+f.Longest])
				next = at + n + 1
			} else {
				next = at + n
			}
		}
		c.Line++
		c.Row = c.Line
		f.Split(c, t, at, at+n)
		at = next
	}
	if c.fields.Len() > 0 {
		c.chunk = sources.Chunk{Data: t[:at], To: at, Table: c.Table, Fields: c.fields, Locator: c}
		err = out.Chunk(&c.chunk)
	}
	if err == nil {
		err = c.decoded.give(out)
	}
	if err == nil && c.full && !c.told {
		c.told = true
		err = out.Skip(sources.Location{Byte: -1}, sources.FieldsLimit)
	}
	return at, err
}

// cut returns where a line that is too long ends: at a blank near its end. The byte
// there is no part of it, nor of the next.
func cut(line []byte) int {
	const near = 4 << 10
	n := len(line) - 1
	if k := bytes.LastIndexByte(line[max(1, n-near):], ' '); k >= 0 {
		return max(1, n-near) + k
	}
	return n
}

// Locate implements sources.Locator.
func (c *Cells) Locate(at int) sources.Location {
	f := &c.chunk.Fields
	l := sources.Location{Byte: c.stream.Start() + c.stream.Span(0, at)}
	if i := sort.Search(f.Len(), func(i int) bool { return int(f.Start[i]) > at }) - 1; i >= 0 {
		l.Row, l.Line = f.Row[i], c.lines[i]
		if f.Column[i] < c.known {
			l.Column = f.Column[i] + 1
		}
	}
	return l
}
