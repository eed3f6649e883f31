package scanner

import (
	"bytes"
	"fmt"
	"sort"
	"strings"

	"recense/detectors"
	"recense/sources"
)

// fixedTries is how many chunks of a location are looked at for a layout before
// it is taken for plain text.
const fixedTries = 4

// fixed is what is known of the fixed-width records of a location.
type fixed struct {
	tries   int
	columns []detectors.LayoutColumn
	table   *table
	rows    int64 // records before the chunk
}

// fixedWidth scans text made of records of one length, whose numbers are glued to
// their neighbours. Engine.Layout finds the columns; they and the text between
// them are then scanned as cells. The core of the chunk begins with a record.
func (s *unitSink) fixedWidth(t *tally, c *sources.Chunk) {
	if t.fixed.table == nil && t.fixed.tries < fixedTries {
		t.fixed.tries++
		if numbers(c.Data[c.From:min(c.To, c.From+fixedLook)]) {
			s.layOut(t, c)
		}
	}
	if t.fixed.table == nil {
		s.plain(t, c)
		return
	}
	w := fixedChunk{of: c}
	w.cut(&t.fixed)
	cells := sources.Chunk{Data: w.data, To: len(w.data), Part: c.Part, Page: c.Page, Width: c.Width, Fields: w.fields, Locator: &w}
	s.tallyCells(t, t.fixed.table, &cells)
}

// fixedLook is how much of a chunk decides whether its records hold numbers.
const fixedLook = 16 << 10

// numbers reports whether text has the digits of records: one NIR in 400 bytes.
// Prose, whose lines may happen to be of one length, has a fifth of that.
func numbers(text []byte) bool {
	n := 0
	for _, c := range text {
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n*30 >= len(text)
}

// records calls fn for each record of the core of c, without its line end.
func records(c *sources.Chunk, fn func(at int, record []byte)) {
	for at := c.From; at < c.To; at += c.Width {
		fn(at, bytes.TrimRight(c.Data[at:min(at+c.Width, c.To)], "\r\n"))
	}
}

// layOut looks for columns and makes elements of them.
func (s *unitSink) layOut(t *tally, c *sources.Chunk) {
	var list [][]byte
	records(c, func(_ int, r []byte) { list = append(list, r) })
	found := s.engine.Layout(list)
	if len(found) == 0 {
		return
	}
	part, _ := s.mask.name(c.Part)
	tb := &table{part: c.Part, masked: part, byShare: true}
	for i, col := range found {
		// The type of a record is no value: many records begin alike. It is masked
		// all the same, like any other name.
		field, _ := s.mask.name(strings.TrimSpace(fmt.Sprintf("%s %d-%d", printable(col.Type), col.Start+1, col.End)))
		key := elementKey{part: c.Part, name: field, column: int32(i)}
		tb.elements = append(tb.elements, t.element(s, key, part, field))
		var name detectors.Column
		if i := s.engine.Index(col.Kind); i >= 0 && len(s.detectors[i].Columns) > 0 {
			name = s.columnNamed("", s.detectors[i].Columns[0])
		}
		tb.names = append(tb.names, name)
		// Typed records are a hierarchy: what follows a person is about them.
		tb.paths = append(tb.paths, col.Type)
		tb.deep = tb.deep || col.Type != ""
	}
	t.fixed.columns, t.fixed.table = found, tb
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}

// fixedChunk is a copy of a chunk with its columns apart, and the way back.
type fixedChunk struct {
	of     *sources.Chunk
	data   []byte
	fields sources.Fields
	from   []int32 // of each cell, its offset in the original chunk
}

func (w *fixedChunk) cut(f *fixed) {
	w.data = make([]byte, 0, (w.of.To-w.of.From)*5/4)
	records(w.of, func(at int, record []byte) {
		f.rows++
		done := 0
		for i, col := range f.columns {
			if col.Start < done || col.End > len(record) || !strings.HasPrefix(string(record[:min(len(record), 4)]), col.Type) {
				continue
			}
			w.add(at, record, done, col.Start, -1, f.rows)
			w.add(at, record, col.Start, col.End, i, f.rows)
			done = col.End
		}
		w.add(at, record, done, len(record), -1, f.rows)
	})
}

func (w *fixedChunk) add(at int, record []byte, from, to, column int, row int64) {
	if from >= to {
		return
	}
	start := len(w.data)
	w.data = append(w.data, record[from:to]...)
	w.fields.Add(start, len(w.data), column, row)
	w.data = append(w.data, '\n')
	w.from = append(w.from, int32(at+from))
}

// Locate implements sources.Locator.
func (w *fixedChunk) Locate(at int) sources.Location {
	if w.of.Locator == nil {
		return sources.Location{Byte: -1}
	}
	i := sort.Search(len(w.from), func(i int) bool { return int(w.fields.Start[i]) > at }) - 1
	return w.of.Locator.Locate(at - int(w.fields.Start[i]) + int(w.from[i]))
}
