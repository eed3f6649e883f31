package databases

import (
	"context"
	"errors"
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
	data         []byte // values, each with a line end behind it
	starts, ends []int  // of each value of each row in data; alike for none
	positions    []byte
	placed       []int // ends of the positions
	long         []longFlag
	rows, width  int
	first        int64 // number of the first row

	plain  bool
	fields sources.Fields
	bytes  int64

	of      *rows         // once it is handed over as it is
	chunk   sources.Chunk // it
	release func()        // gives the block back to be filled; called by whoever took it
}

// longFlag is a value that did not come along: the row of the block, and the value of
// the row.
type longFlag struct{ row, value int }

func (b *block) reset(width int, first int64) {
	b.data, b.starts, b.ends = b.data[:0], b.starts[:0], b.ends[:0]
	b.positions, b.placed, b.long = b.positions[:0], b.placed[:0], b.long[:0]
	b.rows, b.width, b.first, b.plain, b.bytes = 0, width, first, true, 0
	b.fields.Reset()
	if cap(b.data) > 8*blockSize { // a row of long values
		b.data = nil
	}
}

func (b *block) full() bool { return len(b.data) >= blockSize || len(b.ends) >= blockValues }

// add copies a row, whose values are of columns.
func (b *block) add(row *dialect.Row, columns []column) {
	number := b.first + int64(b.rows)
	for j, v := range row.Values {
		start := len(b.data)
		end := start + len(v)
		if end > start {
			b.data = append(append(b.data, v...), '\n')
			b.fields.Add(start, end, columns[j].index, number)
			b.plain = b.plain && isPlain(columns[j].form, v)
			b.bytes += int64(len(v))
		}
		b.starts, b.ends = append(b.starts, start), append(b.ends, end)
	}
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

func (b *block) value(row, j int) []byte {
	k := row*b.width + j
	return b.data[b.starts[k]:b.ends[k]:b.ends[k]]
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
	if cap(row.Values) < b.width {
		row.Values = make([][]byte, b.width)
	}
	row.Values = row.Values[:b.width]
	long := b.long
	for i := range b.rows {
		for j := range row.Values {
			row.Values[j] = b.value(i, j)
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
	index int
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
		a.columns = append(a.columns, column{i, q.Table.Columns[i].Form})
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
	a.now.reset(len(a.columns), a.first)
	a.err = a.session.Rows(ctx, &a.query, func(row *dialect.Row) error {
		a.now.add(row, a.columns)
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
		a.now.reset(len(a.columns), a.first)
		return nil
	case <-ctx.Done():
		return errStopped
	}
}
