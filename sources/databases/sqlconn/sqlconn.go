// Package sqlconn runs queries on one connection of a database/sql driver, without
// the pool of database/sql: nothing runs beside it, and values come as the driver
// gives them. It is for dialects whose driver has no streaming interface of its own.
package sqlconn

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// Conn is a connection. It belongs to one goroutine at a time.
type Conn struct {
	Driver driver.Conn
	// Wrap turns an error of the driver into one without text; it is given those of a
	// statement that ran out of Time as context.DeadlineExceeded.
	Wrap func(err error) error
	// Time is how long one statement may take; 0: no limit.
	Time time.Duration

	room   []byte
	closed bool
}

// Close ends the connection, and Closed reports whether it did.
func (c *Conn) Close() {
	if !c.closed {
		c.closed = true
		_ = c.Driver.Close()
	}
}

// Closed reports whether the connection has ended.
func (c *Conn) Closed() bool { return c.closed }

// Begin begins a transaction, with what the driver takes for the default.
func (c *Conn) Begin(ctx context.Context) (tx driver.Tx, err error) {
	if b, ok := c.Driver.(driver.ConnBeginTx); ok {
		tx, err = b.BeginTx(ctx, driver.TxOptions{})
	} else {
		tx, err = c.Driver.Begin() //nolint:staticcheck // all that the driver has
	}
	return tx, c.failed(ctx, ctx, err)
}

// Exec runs a statement without rows.
func (c *Conn) Exec(ctx context.Context, query string) error {
	if e, ok := c.Driver.(driver.ExecerContext); ok {
		_, err := e.ExecContext(ctx, query, nil)
		return c.failed(ctx, ctx, err)
	}
	return c.Rows(ctx, query, func([][]byte) error { return nil })
}

// Rows runs a query and calls each with its values as texts and bytes, which are
// valid until each returns. An error of each comes back as it is and ends the
// connection: the rest of the rows is not worth waiting for.
func (c *Conn) Rows(ctx context.Context, query string, each func(values [][]byte) error) error {
	limited, cancel := ctx, context.CancelFunc(func() {})
	if c.Time > 0 {
		limited, cancel = context.WithTimeout(ctx, c.Time)
	}
	defer cancel()
	rows, done, err := c.query(limited, query)
	if err != nil {
		return c.failed(ctx, limited, err)
	}
	defer done()
	n := len(rows.Columns())
	values, texts := make([]driver.Value, n), make([][]byte, n)
	for {
		if err = rows.Next(values); err != nil {
			break
		}
		c.room = c.room[:0]
		for i, v := range values {
			texts[i] = c.text(v)
		}
		if err := each(texts); err != nil {
			cancel()
			c.Close()
			return err
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return c.failed(ctx, limited, err)
}

// query runs a query the way that the driver knows.
func (c *Conn) query(ctx context.Context, query string) (rows driver.Rows, done func(), err error) {
	if q, ok := c.Driver.(driver.QueryerContext); ok {
		if rows, err = q.QueryContext(ctx, query, nil); !errors.Is(err, driver.ErrSkip) {
			return rows, func() { c.end(rows.Close) }, err
		}
	}
	var stmt driver.Stmt
	if p, ok := c.Driver.(driver.ConnPrepareContext); ok {
		stmt, err = p.PrepareContext(ctx, query)
	} else {
		stmt, err = c.Driver.Prepare(query)
	}
	if err != nil {
		return nil, nil, err
	}
	if s, ok := stmt.(driver.StmtQueryContext); ok {
		rows, err = s.QueryContext(ctx, nil)
	} else {
		rows, err = stmt.Query(nil) //nolint:staticcheck // all that the driver has
	}
	if err != nil {
		_ = stmt.Close()
		return nil, nil, err
	}
	return rows, func() { c.end(rows.Close); c.end(stmt.Close) }, nil
}

// end closes rows or a statement, unless the connection is gone: some drivers then
// wait for an answer.
func (c *Conn) end(close func() error) {
	if !c.closed {
		_ = close()
	}
}

// failed turns an error of the driver into one of the dialect. A connection whose
// statement was cut short is in no known state: it ends.
func (c *Conn) failed(ctx, limited context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		c.Close()
		return ctx.Err()
	case limited.Err() != nil:
		c.Close()
		return c.Wrap(context.DeadlineExceeded)
	}
	return c.Wrap(err)
}

// text gives a value as a text, times as ISO 8601 without what they do not have.
func (c *Conn) text(v driver.Value) []byte {
	from := len(c.room)
	switch v := v.(type) {
	case nil:
		return nil
	case []byte:
		return v
	case string:
		c.room = append(c.room, v...)
	case int64:
		c.room = strconv.AppendInt(c.room, v, 10)
	case uint64:
		c.room = strconv.AppendUint(c.room, v, 10)
	case float32:
		c.room = strconv.AppendFloat(c.room, float64(v), 'f', -1, 32)
	case float64:
		c.room = strconv.AppendFloat(c.room, v, 'f', -1, 64)
	case bool:
		c.room = strconv.AppendBool(c.room, v)
	case time.Time:
		layout := "2006-01-02 15:04:05"
		if v.Hour() == 0 && v.Minute() == 0 && v.Second() == 0 {
			layout = "2006-01-02"
		}
		c.room = v.AppendFormat(c.room, layout)
	default: // a type of the driver's own
		c.room = fmt.Append(c.room, v)
	}
	return c.room[from:len(c.room):len(c.room)]
}
