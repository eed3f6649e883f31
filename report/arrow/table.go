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
// schema. Until create is called only dictionaries are filled: the same code
// makes the rows in both walks, so that they cannot disagree.
type table struct {
	name   string
	schema *arrow.Schema
	lz4    bool
	dicts  []*dictionary   // by column, nil for the others
	cols   []array.Builder // by column; of the indices for dictionaries; nil in the first walk
	at     int             // next column of the current row
	rows   int             // in the current batch
	wrote  bool
	err    error // the first one; ends the document

	file *report.File
	out  *output
	ipc  *ipc.FileWriter
}

func newTable(name string, fields []arrow.Field, in report.Input) *table {
	md := metadata(name, in)
	t := &table{name: name, schema: arrow.NewSchema(fields, &md), lz4: in.LZ4, dicts: make([]*dictionary, len(fields))}
	for i, f := range fields {
		if f.Type.ID() == arrow.DICTIONARY {
			t.dicts[i] = &dictionary{index: map[string]int32{}}
		}
	}
	return t
}

// create ends the first walk: dictionaries are complete, rows can be written.
func (t *table) create(dir string) (err error) {
	t.at = 0
	for i, f := range t.schema.Fields() {
		if t.dicts[i] != nil {
			t.dicts[i].freeze()
			t.cols = append(t.cols, array.NewInt32Builder(memory.DefaultAllocator))
		} else {
			t.cols = append(t.cols, array.NewBuilder(memory.DefaultAllocator, f.Type))
		}
		t.cols[i].Reserve(batchRows)
	}
	if t.file, err = report.Create(dir, t.name+".arrow"); err != nil {
		return err
	}
	t.out = newOutput(t.file)
	t.ipc, err = newFileWriter(t.out, t.schema, t.lz4)
	return err
}

// dictionary returns that of a column.
func (t *table) dictionary(column int) *dictionary { return t.dicts[column] }

// writing reports whether this is the second walk, and moves to the next column.
func (t *table) next() (column int, writing bool) {
	column = t.at
	t.at++
	return column, t.cols != nil && t.err == nil
}

// end ends a row.
func (t *table) end() {
	if t.at != len(t.dicts) && t.err == nil {
		t.err = fmt.Errorf("%s: a row of %d columns, not %d", t.name, t.at, len(t.dicts))
	}
	t.at = 0
	if t.cols == nil {
		return
	}
	if t.rows++; t.rows == batchRows {
		t.flush()
	}
}

// flush writes the rows gathered as one record batch.
func (t *table) flush() {
	if t.err != nil {
		return
	}
	arrays := make([]arrow.Array, len(t.cols))
	for i, b := range t.cols {
		arrays[i] = b.NewArray()
		if d := t.dicts[i]; d != nil {
			indices := arrays[i]
			arrays[i] = array.NewDictionaryArray(t.schema.Field(i).Type, indices, d.array)
			indices.Release()
		}
		b.Reserve(batchRows)
	}
	rec := array.NewRecord(t.schema, arrays, int64(t.rows))
	if err := t.ipc.Write(rec); err != nil {
		t.err = fmt.Errorf("%s: %w", t.name, err)
	}
	rec.Release()
	for _, a := range arrays {
		a.Release()
	}
	t.rows, t.wrote = 0, true
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
	i, writing := t.next()
	if !writing {
		t.dicts[i].add(s)
		return
	}
	id, ok := t.dicts[i].index[s]
	if !ok {
		t.err = fmt.Errorf("%s: column %s: a value that the first walk did not give", t.name, t.schema.Field(i).Name)
		return
	}
	t.cols[i].(*array.Int32Builder).UnsafeAppend(id)
}

// dictOrNull appends a value of a dictionary column, null when it is empty.
func (t *table) dictOrNull(s string) {
	if s != "" {
		t.dict(s)
		return
	}
	if i, writing := t.next(); writing {
		t.cols[i].AppendNull()
	}
}

func (t *table) text(s string) {
	if i, writing := t.next(); writing {
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
	if i, writing := t.next(); writing {
		t.cols[i].AppendNull()
	}
}

func (t *table) bool(b bool) {
	if i, writing := t.next(); writing {
		t.cols[i].(*array.BooleanBuilder).Append(b)
	}
}

// id appends 16 bytes, null when there are none.
func (t *table) id(b []byte) {
	i, writing := t.next()
	switch {
	case !writing:
	case b == nil:
		t.cols[i].AppendNull()
	default:
		t.cols[i].(*array.FixedSizeBinaryBuilder).Append(b)
	}
}

func (t *table) int64(n int64) {
	if i, writing := t.next(); writing {
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
	if i, writing := t.next(); writing {
		t.cols[i].(*array.Int32Builder).Append(n)
	}
}

func (t *table) int8OrNull(n int8) {
	if n < 0 {
		t.null()
		return
	}
	if i, writing := t.next(); writing {
		t.cols[i].(*array.Int8Builder).Append(n)
	}
}

func (t *table) uint8(n uint8) {
	if i, writing := t.next(); writing {
		t.cols[i].(*array.Uint8Builder).Append(n)
	}
}

func (t *table) uint16(n uint16) {
	if i, writing := t.next(); writing {
		t.cols[i].(*array.Uint16Builder).Append(n)
	}
}

// uint64OrNull appends n, null when it is zero.
func (t *table) uint64OrNull(n uint64) {
	if n == 0 {
		t.null()
		return
	}
	if i, writing := t.next(); writing {
		t.cols[i].(*array.Uint64Builder).Append(n)
	}
}

// float64OrNull appends f, null when it is negative.
func (t *table) float64OrNull(f float64) {
	if f < 0 {
		t.null()
		return
	}
	if i, writing := t.next(); writing {
		t.cols[i].(*array.Float64Builder).Append(f)
	}
}

// time appends an instant, null when it is zero.
func (t *table) time(at time.Time) {
	if at.IsZero() {
		t.null()
		return
	}
	if i, writing := t.next(); writing {
		t.cols[i].(*array.TimestampBuilder).Append(arrow.Timestamp(at.UnixMilli()))
	}
}

// date appends a civil date, null when it is zero.
func (t *table) date(at time.Time) {
	if at.IsZero() {
		t.null()
		return
	}
	if i, writing := t.next(); writing {
		t.cols[i].(*array.Date32Builder).Append(arrow.Date32FromTime(at))
	}
}

func (t *table) list(values []string) {
	i, writing := t.next()
	if !writing {
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
}

func (d *dictionary) add(s string) {
	if _, ok := d.index[s]; !ok {
		d.index[s] = int32(len(d.values))
		d.values = append(d.values, s)
	}
}

func (d *dictionary) freeze() {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	defer b.Release()
	b.AppendValues(d.values, nil)
	d.array = b.NewArray()
}
