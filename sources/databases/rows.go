package databases

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/files"
	"recense/sources/files/cells"
)

// batchSize is how much text of cells is collected before it is handed over.
const batchSize = 128 << 10

// rows makes chunks of the rows of one range. Plain values stand row by row, so
// that what is beside each other in the table is beside each other in the chunk;
// values of JSON and XML follow in chunks of their own, whose columns are paths.
type rows struct {
	r     *reader
	table sources.Table
	chunk sources.Chunk
	data  []byte
	count int64 // rows of the range so far
	bytes int64

	// keys hold, for each row of the batch, its key or its position.
	first   int64 // number of the first row of the batch
	keys    []byte
	keyEnds []int
	byKey   bool
	shown   []bool // of the key's columns, whose values may be; nil when none may
	scratch []byte

	inner   map[int]*inner // by column: of JSON and XML
	order   []int
	element func(key, value []byte)
	column  int          // that element is for
	row     *dialect.Row // and its row
	err     error        // of a document among the elements
}

func (w *rows) begin(r *reader) {
	*w = rows{r: r, first: 1, inner: map[int]*inner{}}
	w.chunk.Table, w.chunk.Locator = &w.table, w
	for i := range r.table.Columns {
		c := &r.table.Columns[i]
		label := c.Comment
		if len(label) > labelLongest {
			label = ""
		}
		text := slices.Contains(r.text, i)
		w.table.Columns = append(w.table.Columns, sources.Column{Name: c.Name, Label: label, Text: text, Aside: text && !r.drawn.Text})
		if c.Form == dialect.JSON || c.Form == dialect.XML {
			w.below(i).listed = true
			w.order = append(w.order, i)
		}
	}
	w.byKey = len(r.table.Key) > 0
	for _, k := range r.table.Key {
		w.byKey = w.byKey && slices.Contains(r.query.Columns, k)
	}
	w.element, w.shown = w.addElement, r.harmless()
}

// add takes a row.
func (w *rows) add(row *dialect.Row) error {
	w.count++
	before := len(w.data)
	for i, value := range row.Values {
		column := w.r.query.Columns[i]
		if len(value) == 0 || w.r.drawn.Text && !w.r.counts(column) {
			continue
		}
		w.bytes += int64(len(value))
		switch c := &w.r.table.Columns[column]; c.Form {
		case dialect.Text:
			w.text(column, value)
		case dialect.Array, dialect.Map:
			w.column, w.row = column, row
			if w.r.s.dialect.Elements(c.Form, value, w.element); w.err != nil {
				return w.err
			}
		case dialect.JSON, dialect.XML:
			w.inner[column].add(value, w.count)
		case dialect.Binary:
			if err := w.binary(row, column, value); err != nil {
				return err
			}
		}
	}
	w.key(row)
	if len(w.data)-before == 0 && w.pending() < batchSize || len(w.data)+w.pending() < batchSize {
		return nil
	}
	return w.flush()
}

// addPlain hands a block over whose values are all texts of cells, behind what waits.
// The sink may keep it while it is given the next ones.
func (w *rows) addPlain(b *block) error {
	if len(w.keyEnds) > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	w.count += int64(b.rows)
	w.bytes += b.bytes
	w.first = w.count + 1
	n := len(b.data)
	if err := w.lend(b); err != nil {
		return err
	}
	return w.r.s.pace(w.r.ctx, n)
}

// lend hands a block over as a chunk of its own.
func (w *rows) lend(b *block) error {
	if b.fields.Len() == 0 {
		b.release()
		return nil
	}
	b.of = w
	b.chunk = sources.Chunk{Data: b.data, Table: &w.table, Fields: b.fields, Locator: b}
	if !utf8.Valid(b.data) { // keys are made of the values as they came
		b.chunk.Fields.Start, b.chunk.Fields.End = slices.Clone(b.fields.Start), slices.Clone(b.fields.End)
		b.chunk.Data = decoded(b.data, &b.chunk.Fields)
	}
	b.chunk.To = len(b.chunk.Data)
	if out, ok := w.r.out.(sources.Borrower); ok {
		return out.Lend(&b.chunk, b.release)
	}
	err := w.r.out.Chunk(&b.chunk)
	b.release()
	return err
}

// pending is how much waits in columns of JSON and XML.
func (w *rows) pending() (n int) {
	for _, i := range w.order {
		n += len(w.inner[i].data)
	}
	return n
}

func (w *rows) cell(column int, value []byte) {
	start := len(w.data)
	w.data = append(append(w.data, value...), '\n')
	w.chunk.Fields.Add(start, len(w.data)-1, column, w.count)
}

// addElement takes an element of an array, or a value with its key.
func (w *rows) addElement(key, value []byte) {
	column := w.column
	if key != nil {
		column = w.path(column, string(key))
	}
	switch {
	case len(value) == 0 || w.err != nil:
	case cells.Known(value):
		w.err = w.document(w.row, w.count, column, int64(len(value)), bytes.NewReader(value))
	case bytes.IndexByte(value, 0) >= 0 && !utf8.Valid(value):
		if len(value) > shortBinary {
			w.err = w.r.out.Skip(sources.Location{Field: w.table.Columns[column].Name, Byte: -1}, sources.UnknownFormat)
		}
	default:
		w.cell(column, value)
	}
}

// maxPath is how long a key may be that names a column; longer ones are data.
const maxPath = 128

// path returns the column of a path below a column.
func (w *rows) path(column int, path string) int {
	in := w.below(column)
	if len(path) > maxPath {
		path = cells.Overflow
	}
	return int(in.at(path))
}

// text takes a text, which may be JSON: many programs keep it so, and some engines
// know no other type for it.
func (w *rows) text(column int, value []byte) {
	if value[0] != '{' || !json.Valid(value) {
		w.cell(column, value)
		return
	}
	in := w.below(column)
	if !in.listed {
		in.listed = true
		w.order = append(w.order, column)
	}
	in.add(value, w.count)
}

// below returns what reads the values inside those of a column.
func (w *rows) below(column int) *inner {
	in := w.inner[column]
	if in == nil {
		in = &inner{rows: w, column: column, paths: map[string]int32{}}
		w.inner[column] = in
	}
	return in
}

// shortBinary is how long keys, digests and identifiers are: bytes that are no
// document, whatever they are.
const shortBinary = 64

// binary takes bytes that are text as a text, and hands a document over. Others are
// not looked into; that they were not read is a reason.
func (w *rows) binary(row *dialect.Row, column int, value []byte) error {
	if cells.Known(value) {
		return w.document(row, w.count, column, int64(len(value)), bytes.NewReader(value))
	}
	if text := cells.BinaryText(value); text != nil {
		w.text(column, text)
		return nil
	}
	if len(value) <= shortBinary {
		return nil
	}
	return w.r.out.Skip(sources.Location{Field: w.r.table.Columns[column].Name, Byte: -1}, sources.UnknownFormat)
}

// document hands a value over as a member, named after its column and its row.
func (w *rows) document(row *dialect.Row, number int64, column int, size int64, r io.Reader) error {
	place := w.r.s.dialect.Place(row.Position)
	if place == "" {
		place = strconv.FormatInt(number, 10)
	}
	if n := w.r.unit.Index; n > 0 { // places of partitions and numbers repeat
		place = strconv.Itoa(int(n)) + "." + place
	}
	if w.byKey && row.Values != nil {
		w.scratch = w.appendKey(w.scratch[:0], row)
		place = w.keyText(w.scratch)
	}
	if w.r.inner == nil {
		w.r.inner = files.NewInner(w.r.s.limits, w.r.s.opt.Recogniser)
	}
	name := w.table.Columns[column].Name + "[" + place + "]"
	return w.r.inner.Member(w.r.ctx, w.r.out, w.r.unit, sources.Member{Name: name, Size: size, Reader: r, Embedded: true})
}

// flush hands the batch over.
func (w *rows) flush() error {
	if err := w.flushCells(); err != nil {
		return err
	}
	for _, i := range w.order {
		if err := w.inner[i].flush(); err != nil {
			return err
		}
	}
	n := len(w.data)
	w.data, w.keys, w.keyEnds = w.data[:0], w.keys[:0], w.keyEnds[:0]
	w.first = w.count + 1
	return w.r.s.pace(w.r.ctx, n)
}

func (w *rows) flushCells() error {
	if w.chunk.Fields.Len() == 0 {
		return nil
	}
	if !utf8.Valid(w.data) {
		w.data = decoded(w.data, &w.chunk.Fields)
	}
	w.chunk.Data, w.chunk.To = w.data, len(w.data)
	err := w.r.out.Chunk(&w.chunk)
	w.chunk.Fields.Reset()
	return err
}

// decoded makes UTF-8 of the cells f of old that are none: databases without an encoding
// hold what their programs wrote.
func decoded(old []byte, f *sources.Fields) []byte {
	data := make([]byte, 0, len(old)+len(old)/4)
	for i := range f.Len() {
		start := len(data)
		data = append(append(data, cells.UTF8Text(old[f.Start[i]:f.End[i]])...), '\n')
		f.Start[i], f.End[i] = int32(start), int32(len(data)-1)
	}
	return data
}

// pace waits so long that no more than Options.Rate bytes a second are read.
func (s *Source) pace(ctx context.Context, n int) error {
	if s.opt.Rate <= 0 || n == 0 {
		return nil
	}
	return s.wait(ctx, time.Duration(float64(n)/float64(s.opt.Rate)*float64(time.Second)))
}

// endOf is the end of a value, or its failure.
func endOf(err error) error {
	if err != nil {
		return errPiece
	}
	return io.EOF
}
