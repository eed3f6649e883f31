package databasestest

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"sync"
)

// Fake is a database/sql driver without a server, for what a dialect does whatever the
// protocol. Answer gives the rows of a query; it is called by one goroutine at a time.
type Fake struct {
	Answer func(query string) (rows [][]driver.Value, err error)
	// Cut is how many rows a connection gives before it breaks; 0: it does not. It is
	// asked for each connection.
	Cut func() int

	mu      sync.Mutex
	queries []string
	opened  int
}

// Connect returns a connection.
func (f *Fake) Connect() driver.Conn {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.opened++
	c := &fakeConn{f: f}
	if f.Cut != nil {
		c.left = f.Cut()
	}
	return c
}

// Queries returns what was asked so far, and how many connections were made.
func (f *Fake) Queries() (list []string, connections int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.queries, f.opened
}

type fakeConn struct {
	f      *Fake
	left   int
	broken bool
}

var errCut = errors.New("the connection was cut: canary 180017500100012")

func (c *fakeConn) Prepare(string) (driver.Stmt, error) { return nil, driver.ErrSkip }
func (c *fakeConn) Close() error                        { c.broken = true; return nil }
func (c *fakeConn) Begin() (driver.Tx, error)           { return fakeTx{}, nil }

type fakeTx struct{}

func (fakeTx) Commit() error   { return nil }
func (fakeTx) Rollback() error { return nil }

// ExecContext implements driver.ExecerContext.
func (c *fakeConn) ExecContext(ctx context.Context, query string, _ []driver.NamedValue) (driver.Result, error) {
	rows, err := c.QueryContext(ctx, query, nil)
	if err == nil {
		err = rows.Close()
	}
	return driver.RowsAffected(0), err
}

// QueryContext implements driver.QueryerContext.
func (c *fakeConn) QueryContext(ctx context.Context, query string, _ []driver.NamedValue) (driver.Rows, error) {
	if c.broken {
		return nil, driver.ErrBadConn
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.f.mu.Lock()
	defer c.f.mu.Unlock()
	c.f.queries = append(c.f.queries, query)
	rows, err := c.f.Answer(query)
	return &fakeRows{c: c, rows: rows}, err
}

type fakeRows struct {
	c    *fakeConn
	rows [][]driver.Value
}

func (r *fakeRows) Columns() []string {
	if len(r.rows) == 0 {
		return nil
	}
	return make([]string, len(r.rows[0]))
}

func (r *fakeRows) Close() error { return nil }

func (r *fakeRows) Next(dst []driver.Value) error {
	if len(r.rows) == 0 {
		return io.EOF
	}
	if c := r.c; c.left > 0 {
		if c.left--; c.left == 0 {
			c.broken = true
		}
	}
	if r.c.broken {
		return errCut
	}
	copy(dst, r.rows[0])
	r.rows = r.rows[1:]
	return nil
}
