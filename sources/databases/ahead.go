package databases

import (
	"context"
	"errors"
	"sync"

	"recense/sources/databases/dialect"
)

// A range is read ahead: one goroutine takes rows from the session and copies them into
// blocks while the caller looks at those of the block before. What the driver decodes
// and what the engine finds so go on at the same time, and a server never waits for the
// detectors as long as they keep up. aheadBlocks bounds what waits: a block is handed on
// as soon as it holds blockSize bytes or blockValues values, so that it is larger by one
// row at most.
const (
	aheadBlocks = 3
	blockSize   = 128 << 10
	blockValues = 16 << 10
)

// block is a run of rows, each of so many values and its position behind them.
type block struct {
	data []byte
	ends []int // of each value in data, and of each position
	long []longFlag
	rows int
}

// longFlag is a value that did not come along: the row of the block, and the value of
// the row.
type longFlag struct{ row, value int }

func (b *block) reset() {
	b.data, b.ends, b.long, b.rows = b.data[:0], b.ends[:0], b.long[:0], 0
	if cap(b.data) > 8*blockSize { // a row of long values
		b.data = nil
	}
}

func (b *block) full() bool { return len(b.data) >= blockSize || len(b.ends) >= blockValues }

func (b *block) add(row *dialect.Row) {
	for _, v := range row.Values {
		b.data = append(b.data, v...)
		b.ends = append(b.ends, len(b.data))
	}
	b.data = append(b.data, row.Position...)
	b.ends = append(b.ends, len(b.data))
	for _, i := range row.Long {
		b.long = append(b.long, longFlag{b.rows, i})
	}
	b.rows++
}

// each calls fn for the rows, which are valid until fn returns. row is where they are
// put.
func (b *block) each(row *dialect.Row, fn func(*dialect.Row) error) error {
	if b.rows == 0 {
		return nil
	}
	n := len(b.ends)/b.rows - 1
	if cap(row.Values) < n {
		row.Values = make([][]byte, n)
	}
	row.Values = row.Values[:n]
	at, k, long := 0, 0, b.long
	for i := range b.rows {
		for j := range row.Values {
			end := b.ends[k]
			row.Values[j] = b.data[at:end:end]
			at, k = end, k+1
		}
		row.Position = b.data[at:b.ends[k]:b.ends[k]]
		at, k = b.ends[k], k+1
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

var errStopped = errors.New("databases: reading ahead was stopped")

// ahead reads the rows of a query in a goroutine of its own, which alone uses the
// session meanwhile.
type ahead struct {
	session dialect.Session
	query   dialect.Query
	full    chan *block
	free    chan *block
	now     *block
	err     error // of the session; to be read once full is closed
	crashed any   // what the session panicked with
}

// readAhead calls each for the rows of q, as Session.Rows does, and reads on meanwhile.
// Nothing outlives the call. A panic of the session is that of the caller.
func readAhead(ctx context.Context, s dialect.Session, q *dialect.Query, each func(*dialect.Row) error) error {
	a := &ahead{session: s, query: *q, full: make(chan *block, aheadBlocks), free: make(chan *block, aheadBlocks)}
	for range aheadBlocks {
		a.free <- new(block)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var group sync.WaitGroup
	group.Go(func() { a.read(ctx) })
	var row dialect.Row
	var err error
	for b := range a.full {
		if err == nil {
			if err = b.each(&row, each); err != nil {
				stop() // what is under way is still taken
			}
		}
		b.reset()
		a.free <- b
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
	a.full <- a.now // there is room for them all
	a.now = nil
	select {
	case a.now = <-a.free:
		return nil
	case <-ctx.Done():
		return errStopped
	}
}
