package arrow

import (
	"fmt"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"recense/report"
)

// table is one Arrow file. Rows are appended value by value in the order of the
// schema, by the same code in every phase, so that two walks cannot disagree.
type table struct {
	name   string
	schema *arrow.Schema
	lz4    bool
	phase  phase
	dicts  []*dictionary   // by column, nil for the others
	cols   []array.Builder // by column; of the indices for dictionaries
	at     int             // next column of the current row
	rows   int             // in the current batch
	wrote  bool
	err    error // the first one; ends the document

	kept      [][]arrow.Array // batches that wait for their dictionaries
	keptBytes int64

	file *report.File
	out  *output
	ipc  *ipc.FileWriter
}

// phase says what becomes of a row.
type phase int

const (
	keeping  phase = iota // dictionaries grow, batches wait
	counting              // dictionaries grow, rows are not built
	writing               // dictionaries are complete, batches are written
)

func newTable(name string, fields []arrow.Field, in report.Input) *table {
	md := metadata(name, in)
	t := &table{name: name, schema: arrow.NewSchema(fields, &md), lz4: in.LZ4, dicts: make([]*dictionary, len(fields))}
	for i, f := range fields {
		if f.Type.ID() == arrow.DICTIONARY {
			t.dicts[i] = &dictionary{index: map[string]int32{}, lastID: -1}
			t.cols = append(t.cols, array.NewInt32Builder(memory.DefaultAllocator))
		} else {
			t.cols = append(t.cols, array.NewBuilder(memory.DefaultAllocator, f.Type))
		}
	}
	return t
}

// drop gives up what was kept: only the dictionaries of the first walk remain.
func (t *table) drop() {
	t.phase = counting
	t.kept, t.keptBytes, t.rows = nil, 0, 0
	for _, b := range t.cols {
		b.NewArray().Release() // empties the builder
	}
}

// create ends the first walk: the dictionaries are complete, what was kept is
// written.
func (t *table) create(dir string) error { return t.createAs(dir, t.name+".arrow") }

// createAs is create under a name of the caller's.
func (t *table) createAs(dir, file string) (err error) {
	for _, d := range t.dicts {
		if d != nil {
			d.freeze()
		}
	}
	t.phase = writing
	if t.file, err = report.Create(dir, file); err != nil {
		return err
	}
	t.out = newOutput(t.file)
	if t.ipc, err = newFileWriter(t.out, t.schema, t.lz4); err != nil {
		return err
	}
	for i, arrays := range t.kept {
		t.writeBatch(arrays)
		t.kept[i] = nil
	}
	return t.err
}

// next moves to the next column of the row and reports whether rows are built.
func (t *table) next() (column int, build bool) {
	column = t.at
	t.at++
	return column, t.phase != counting && t.err == nil
}

// end ends a row.
func (t *table) end() {
	if t.at != len(t.dicts) && t.err == nil {
		t.err = fmt.Errorf("%s: a row of %d columns, not %d", t.name, t.at, len(t.dicts))
	}
	t.at = 0
	if t.phase == counting || t.err != nil {
		return
	}
	if t.rows++; t.rows == batchRows {
		t.flush()
	}
}

// flush makes a batch of the rows gathered.
func (t *table) flush() {
	if t.err != nil {
		return
	}
	arrays := make([]arrow.Array, len(t.cols))
	for i, b := range t.cols {
		arrays[i] = b.NewArray()
	}
	if t.rows == batchRows { // and so may the next one be
		for _, b := range t.cols {
			b.Reserve(batchRows)
		}
	}
	t.rows = 0
	if t.phase == writing {
		t.writeBatch(arrays)
		return
	}
	t.kept = append(t.kept, arrays)
	for _, a := range arrays {
		t.keptBytes += sizeOf(a.Data())
	}
}

// sizeOf returns the bytes that an array holds.
func sizeOf(d arrow.ArrayData) (n int64) {
	for _, b := range d.Buffers() {
		if b != nil {
			n += int64(b.Cap())
		}
	}
	for _, c := range d.Children() {
		n += sizeOf(c)
	}
	return n
}

// writeBatch writes a record batch and releases its columns.
func (t *table) writeBatch(columns []arrow.Array) {
	for i, d := range t.dicts {
		if d != nil {
			indices := columns[i]
			columns[i] = array.NewDictionaryArray(t.schema.Field(i).Type, indices, d.array)
			indices.Release()
		}
	}
	rec := array.NewRecord(t.schema, columns, int64(columns[0].Len()))
	if err := t.ipc.Write(rec); err != nil && t.err == nil {
		t.err = fmt.Errorf("%s: %w", t.name, err)
	}
	rec.Release()
	for _, a := range columns {
		a.Release()
	}
	t.wrote = true
}

// finish writes what is left and the footer. An empty table gets one batch
// without rows, so that its dictionaries exist for every reader.
func (t *table) finish() error {
	if t.rows > 0 || !t.wrote {
		t.flush()
	}
	if t.err != nil {
		return t.err
	}
	if err := t.ipc.Close(); err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	if err := t.out.Flush(); err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	return nil
}

func (t *table) abort() {
	if t.file != nil {
		t.file.Abort()
	}
}

// dict appends a value of a dictionary column.
func (t *table) dict(s string) {
	i, build := t.next()
	d := t.dicts[i]
	id, ok := d.lastID, s == d.last && d.lastID >= 0
	if !ok {
		id, ok = d.index[s]
	}
	switch {
	case ok:
	case t.phase == writing:
		if t.err == nil {
			t.err = fmt.Errorf("%s: column %s: a value that the first walk did not give", t.name, t.schema.Field(i).Name)
		}
		return
	default:
		id = d.add(s)
	}
	d.last, d.lastID = s, id
	if build {
		t.cols[i].(*array.Int32Builder).Append(id)
	}
}

// dictOrNull appends a value of a dictionary column, null when it is empty.
func (t *table) dictOrNull(s string) {
	if s != "" {
		t.dict(s)
		return
	}
	if i, build := t.next(); build {
		t.cols[i].AppendNull()
	}
}

func (t *table) text(s string) {
	if i, build := t.next(); build {
		t.cols[i].(*array.StringBuilder).Append(s)
	}
}

func (t *table) textOrNull(s string) {
	if s != "" {
		t.text(s)
		return
	}
	t.null()
}

func (t *table) null() {
	if i, build := t.next(); build {
		t.cols[i].AppendNull()
	}
}

func (t *table) bool(b bool) {
	if i, build := t.next(); build {
		t.cols[i].(*array.BooleanBuilder).Append(b)
	}
}

// id appends 16 bytes, null when there are none.
func (t *table) id(b []byte) {
	i, build := t.next()
	switch {
	case !build:
	case b == nil:
		t.cols[i].AppendNull()
	default:
		t.cols[i].(*array.FixedSizeBinaryBuilder).Append(b)
	}
}

func (t *table) int64(n int64) {
	if i, build := t.next(); build {
		t.cols[i].(*array.Int64Builder).Append(n)
	}
}

// int64OrNull appends n, null when it is negative.
func (t *table) int64OrNull(n int64) {
	if n >= 0 {
		t.int64(n)
		return
	}
	t.null()
}

func (t *table) int32(n int32) {
	if i, build := t.next(); build {
		t.cols[i].(*array.Int32Builder).Append(n)
	}
}

func (t *table) int8OrNull(n int8) {
	if n < 0 {
		t.null()
		return
	}
	if i, build := t.next(); build {
		t.cols[i].(*array.Int8Builder).Append(n)
	}
}

func (t *table) int32OrNull(n int32) {
	if n < 0 {
		t.null()
		return
	}
	t.int32(n)
}

func (t *table) uint8(n uint8) {
	if i, build := t.next(); build {
		t.cols[i].(*array.Uint8Builder).Append(n)
	}
}

func (t *table) uint16(n uint16) {
	if i, build := t.next(); build {
		t.cols[i].(*array.Uint16Builder).Append(n)
	}
}

// uint64OrNull appends n, null when it is zero.
func (t *table) uint64OrNull(n uint64) {
	if n == 0 {
		t.null()
		return
	}
	if i, build := t.next(); build {
		t.cols[i].(*array.Uint64Builder).Append(n)
	}
}

// float64OrNull appends f, null when it is negative.
func (t *table) float64OrNull(f float64) {
	if f < 0 {
		t.null()
		return
	}
	if i, build := t.next(); build {
		t.cols[i].(*array.Float64Builder).Append(f)
	}
}

// time appends an instant, null when it is zero.
func (t *table) time(at time.Time) {
	if at.IsZero() {
		t.null()
		return
	}
	if i, build := t.next(); build {
		t.cols[i].(*array.TimestampBuilder).Append(arrow.Timestamp(at.UnixMilli()))
	}
}

// date appends a civil date, null when it is zero.
func (t *table) date(at time.Time) {
	if at.IsZero() {
		t.null()
		return
	}
	if i, build := t.next(); build {
		t.cols[i].(*array.Date32Builder).Append(arrow.Date32FromTime(at))
	}
}

func (t *table) list(values []string) {
	i, build := t.next()
	if !build {
		return
	}
	b := t.cols[i].(*array.ListBuilder)
	b.Append(true)
	item := b.ValueBuilder().(*array.StringBuilder)
	for _, v := range values {
		item.Append(v)
	}
}

// dictionary is the values of one column, in the order of their first use.
type dictionary struct {
	index  map[string]int32
	values []string
	array  arrow.Array
	last   string // the value of the row before
	lastID int32  // its index; -1: there is none
}

// add returns the index of s, a new one when it has none yet.
func (d *dictionary) add(s string) int32 {
	id, ok := d.index[s]
	if !ok {
		id = int32(len(d.values))
		d.index[s] = id
		d.values = append(d.values, s)
	}
	return id
}

func (d *dictionary) freeze() {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	defer b.Release()
	b.AppendValues(d.values, nil)
	d.array = b.NewArray()
}
