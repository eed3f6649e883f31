package databases

import (
	"context"
	"errors"
	"slices"
	"sync"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/files/cells"
)

// A range is read ahead: one goroutine takes rows from the session and copies them into
// blocks while the caller looks at those of the block before. What the driver decodes
// and what the engine finds so go on at the same time, and a server never waits for the
// detectors as long as they keep up. A sink that can looks through some blocks while it
// counts those before. aheadBlocks bounds what waits: a block is handed on as soon as it
// holds blockSize bytes or blockValues values, so that it is larger by one row at most.
const (
	aheadBlocks = sources.LentChunks + 4
	blockSize   = 64 << 10
	blockValues = 4 << 10
)

// block is a run of rows. Where every value is the text of its cell, data and fields are
// those of a chunk as they are.
type block struct {
	data      []byte         // values that hold something, each with a line end behind it
	fields    sources.Fields // they
	cells     []int32        // of each row, the number of its first cell; one more behind the last
	positions []byte
	placed    []int // ends of the positions
	long      []longFlag
	columns   []column // of the values of a row
	rows      int
	first     int64 // number of the first row
	plain     bool
	bytes     int64

	of      *rows         // once it is handed over as it is
	chunk   sources.Chunk // it
	release func()        // gives the block back to be filled; called by whoever took it
}

// longFlag is a value that did not come along: the row of the block, and the value of
// the row.
type longFlag struct{ row, value int }

func (b *block) reset(columns []column, first int64) {
	b.data, b.cells, b.positions, b.placed, b.long = b.data[:0], append(b.cells[:0], 0), b.positions[:0], b.placed[:0], b.long[:0]
	b.columns, b.rows, b.first, b.plain, b.bytes = columns, 0, first, true, 0
	b.fields.Reset()
	if cap(b.data) > 8*blockSize { // a row of long values
		b.data = nil
	}
}

func (b *block) full() bool {
	return len(b.data) >= blockSize || b.rows*max(len(b.columns), 1) >= blockValues
}

// add copies a row. What it writes of each cell is written in place: there are millions.
func (b *block) add(row *dialect.Row) {
	values, columns := row.Values, b.columns[:len(row.Values)]
	size := len(values)
	for _, v := range values {
		size += len(v)
	}
	at, f, n := len(b.data), &b.fields, len(b.fields.Start)
	b.data = slices.Grow(b.data, size)
	data := b.data[:at+size]
	f.Start, f.End = slices.Grow(f.Start, len(values)), slices.Grow(f.End, len(values))
	f.Column, f.Row = slices.Grow(f.Column, len(values)), slices.Grow(f.Row, len(values))
	starts, ends := f.Start[n:n+len(values)], f.End[n:n+len(values)]
	indices, numbers := f.Column[n:n+len(values)], f.Row[n:n+len(values)]
	number, k := b.first+int64(b.rows), 0
	for j, v := range values {
		if len(v) == 0 {
			continue
		}
		end := at + copy(data[at:], v)
		data[end] = '\n'
		starts[k], ends[k], indices[k], numbers[k] = int32(at), int32(end), columns[j].index, number
		k++
		b.bytes += int64(len(v))
		at = end + 1
		if v[0] == '{' || columns[j].form != dialect.Text {
			b.plain = b.plain && isPlain(columns[j].form, v)
		}
	}
	b.data = data[:at]
	f.Start, f.End, f.Column, f.Row = f.Start[:n+k], f.End[:n+k], f.Column[:n+k], f.Row[:n+k]
	b.cells = append(b.cells, int32(n+k))
	b.positions = append(b.positions, row.Position...)
	b.placed = append(b.placed, len(b.positions))
	for _, j := range row.Long {
		b.long = append(b.long, longFlag{b.rows, j})
	}
	b.rows++
}

// isPlain reports whether rows.add would make a cell of a value, as it is.
func isPlain(form dialect.Form, v []byte) bool {
	switch {
	case v[0] == '{':
		return false
	case form == dialect.Text:
		return true
	case form != dialect.Binary || cells.Known(v):
		return false
	}
	text := cells.BinaryText(v)
	return len(text) == len(v) && &text[0] == &v[0]
}

// value returns value j of a row, nil when it holds nothing.
func (b *block) value(row, j int) []byte {
	f := &b.fields
	for i := b.cells[row]; i < b.cells[row+1]; i++ {
		if f.Column[i] == b.columns[j].index {
			return b.data[f.Start[i]:f.End[i]:f.End[i]]
		}
	}
	return nil
}

func (b *block) position(row int) []byte {
	from := 0
	if row > 0 {
		from = b.placed[row-1]
	}
	return b.positions[from:b.placed[row]:b.placed[row]]
}

// each calls fn for the rows, which are valid until fn returns. row is where they are
// put.
func (b *block) each(row *dialect.Row, fn func(*dialect.Row) error) error {
	if cap(row.Values) < len(b.columns) {
		row.Values = make([][]byte, len(b.columns))
	}
	row.Values = row.Values[:len(b.columns)]
	f, long := &b.fields, b.long
	for i := range b.rows {
		k, last := b.cells[i], b.cells[i+1]
		for j := range row.Values { // cells stand in their order
			row.Values[j] = nil
			if k < last && f.Column[k] == b.columns[j].index {
				row.Values[j] = b.data[f.Start[k]:f.End[k]:f.End[k]]
				k++
			}
		}
		row.Position = b.position(i)
		row.Long = row.Long[:0]
		for len(long) > 0 && long[0].row == i {
			row.Long = append(row.Long, long[0].value)
			long = long[1:]
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return nil
}

// column is what a block knows of one.
type column struct {
	index int32
	form  dialect.Form
}

var errStopped = errors.New("databases: reading ahead was stopped")

// ahead reads the rows of a query in a goroutine of its own, which alone uses the
// session meanwhile.
type ahead struct {
	session dialect.Session
	query   dialect.Query
	columns []column
	first   int64 // number of the first row of the next block
	full    chan *block
	free    chan *block
	now     *block
	err     error // of the session; to be read once full is closed
	crashed any   // what the session panicked with
}

// readAhead calls take for the rows of q, block by block, and reads on meanwhile. The first
// row has a number; a block is valid until it is released, which take sees to unless it
// fails. No goroutine outlives the call. A panic of the session is that of the caller.
func readAhead(ctx context.Context, s dialect.Session, q *dialect.Query, first int64, take func(*block) error) error {
	a := &ahead{session: s, query: *q, first: first, full: make(chan *block, aheadBlocks), free: make(chan *block, aheadBlocks)}
	for _, i := range q.Columns {
		a.columns = append(a.columns, column{int32(i), q.Table.Columns[i].Form})
	}
	for range aheadBlocks {
		b := new(block)
		b.release = func() { a.free <- b } // there is room for them all
		a.free <- b
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var group sync.WaitGroup
	group.Go(func() { a.read(ctx) })
	var err error
	for b := range a.full {
		if err != nil {
			b.release()
		} else if err = take(b); err != nil {
			stop() // what is under way is still taken
		}
	}
	group.Wait()
	if a.crashed != nil {
		panic(a.crashed)
	}
	if err != nil {
		return err
	}
	return a.err
}

// read hands the rows over, those in front of a failure too.
func (a *ahead) read(ctx context.Context) {
	defer close(a.full)
	defer func() {
		a.crashed = recover()
		if a.now != nil {
			a.full <- a.now
		}
	}()
	a.now = <-a.free
	a.now.reset(a.columns, a.first)
	a.err = a.session.Rows(ctx, &a.query, func(row *dialect.Row) error {
		a.now.add(row)
		if !a.now.full() {
			return nil
		}
		return a.next(ctx)
	})
}

// next hands the block over and takes an empty one.
func (a *ahead) next(ctx context.Context) error {
	a.first += int64(a.now.rows)
	a.full <- a.now // there is room for them all
	a.now = nil
	select {
	case a.now = <-a.free:
		a.now.reset(a.columns, a.first)
		return nil
	case <-ctx.Done():
		return errStopped
	}
}
