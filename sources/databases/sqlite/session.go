package sqlite

import (
	"context"
	"errors"
	"net/url"
	"os"
	"strconv"
	"time"

	"zombiezen.com/go/sqlite"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/files/cells"
)

// busyTime is how long a statement waits for a writer.
const busyTime = 2 * time.Second

// session is an open file.
type session struct {
	conn *sqlite.Conn
	file string
	// still says that the file is read as one that does not change.
	still bool
	// unread is what stands beside the file and cannot be followed.
	unread string
	room   []byte
	// guarded says that the next page measures its values.
	guarded bool
}

func open(ctx context.Context, s dialect.Settings, _ string) (dialect.Session, error) {
	c := &session{file: s["file"]}
	f, err := os.Open(c.file)
	if err != nil {
		e := &dialect.Error{Class: dialect.Other, Reason: sources.Unreachable}
		if errors.Is(err, os.ErrPermission) {
			e = &dialect.Error{Class: dialect.Denied, Reason: sources.PermissionDenied}
		}
		return nil, e
	}
	var head [20]byte
	_, err = f.ReadAt(head[:], 0)
	info, statErr := f.Stat()
	f.Close()
	if err != nil || statErr != nil || !info.Mode().IsRegular() || string(head[:16]) != "SQLite format 3\x00" {
		return nil, &dialect.Error{Class: dialect.Other, Reason: sources.UnknownFormat}
	}
	wal := c.size("-wal") > 0
	switch {
	case wal && c.size("-shm") >= 0:
		err = c.connect("mode=ro&readonly_shm=1")
	case wal || head[18] == 2:
		c.still = !wal
		if wal {
			c.unread = "-wal"
		}
		err = c.connect("mode=ro&immutable=1")
	default:
		err = c.connect("mode=ro")
	}
	if err == nil {
		err = c.exec(ctx, "SELECT count(*) FROM sqlite_schema")
	}
	if err != nil && c.unread == "" && c.size("-journal") > 0 {
		c.Close() // a journal that only a writer may undo
		c.unread = "-journal"
		if err = c.connect("mode=ro&immutable=1"); err == nil {
			err = c.exec(ctx, "SELECT count(*) FROM sqlite_schema")
		}
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// size is that of a file beside the database, -1 when there is none.
func (c *session) size(suffix string) int64 {
	info, err := os.Stat(c.file + suffix)
	if err != nil {
		return -1
	}
	return info.Size()
}

// settings hold for the connection: nothing is written, nothing of the schema is
// trusted, pages are checked.
var settings = []string{"PRAGMA query_only = 1", "PRAGMA trusted_schema = 0", "PRAGMA cell_size_check = 1", "PRAGMA temp_store = memory", "PRAGMA cache_size = -8000"}

func (c *session) connect(parameters string) error {
	u := url.URL{Scheme: "file", OmitHost: true, Path: c.file, RawQuery: parameters}
	conn, err := sqlite.OpenConn(u.String(), sqlite.OpenReadOnly, sqlite.OpenURI)
	if err != nil {
		return wrap(context.Background(), err)
	}
	c.conn = conn
	conn.SetBusyTimeout(busyTime)
	for _, s := range settings {
		if err := c.exec(context.Background(), s); err != nil {
			return err
		}
	}
	return nil
}

// Close implements dialect.Session.
func (c *session) Close() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

func (c *session) exec(ctx context.Context, query string) error {
	return c.rows(ctx, query, nil, func([][]byte, *sqlite.Stmt) error { return nil })
}

// rows runs a query and calls each with its values as texts and bytes, which are
// valid until each returns.
func (c *session) rows(ctx context.Context, query string, bind func(*sqlite.Stmt), each func(values [][]byte, stmt *sqlite.Stmt) error) (err error) {
	if c.still && c.size("-wal") > 0 { // somebody has begun to write
		return &dialect.Error{Class: dialect.Lost, Reason: sources.ConnectionLost}
	}
	c.conn.SetInterrupt(ctx.Done())
	defer c.conn.SetInterrupt(nil)
	stmt, _, err := c.conn.PrepareTransient(query)
	if err != nil {
		return wrap(ctx, err)
	}
	defer func() { _ = stmt.Finalize() }() // says again what Step said
	if bind != nil {
		bind(stmt)
	}
	values := make([][]byte, stmt.ColumnCount())
	for {
		more, err := stmt.Step()
		if err != nil {
			return wrap(ctx, err)
		}
		if !more {
			return nil
		}
		c.room = c.room[:0]
		for i := range values {
			values[i] = c.value(stmt, i)
		}
		if err := each(values, stmt); err != nil {
			return err
		}
	}
}

// value gives a value as bytes; numbers as they are written.
func (c *session) value(stmt *sqlite.Stmt, i int) []byte {
	from := len(c.room)
	switch stmt.ColumnType(i) {
	case sqlite.TypeNull:
		return nil
	case sqlite.TypeInteger:
		c.room = strconv.AppendInt(c.room, stmt.ColumnInt64(i), 10)
	case sqlite.TypeFloat:
		c.room = cells.AppendReal(c.room, stmt.ColumnFloat(i), 64)
	default:
		n := stmt.ColumnLen(i)
		if cap(c.room)-from < n {
			grown := make([]byte, from, 2*(from+n))
			c.room = grown // values given before keep the old memory
		}
		c.room = c.room[:from+n]
		stmt.ColumnBytes(i, c.room[from:])
	}
	return c.room[from:len(c.room):len(c.room)]
}

// wrap turns an error of the library into one without text.
func wrap(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	code := sqlite.ErrCode(err)
	e := &dialect.Error{Class: dialect.Other, Code: strconv.Itoa(int(code)), Reason: sources.IOError}
	switch code.ToPrimary() {
	case sqlite.ResultBusy, sqlite.ResultLocked:
		e.Class, e.Reason = dialect.Busy, sources.LockTimeout
	case sqlite.ResultPerm, sqlite.ResultAuth:
		e.Class, e.Reason = dialect.Denied, sources.PermissionDenied
	case sqlite.ResultCorrupt, sqlite.ResultNotADB, sqlite.ResultFormat:
		e.Reason = sources.Corrupt
	case sqlite.ResultCantOpen: // the file, or -wal and -shm beside it
		e.Class, e.Reason = dialect.Denied, sources.PermissionDenied
	case sqlite.ResultError, sqlite.ResultTooBig, sqlite.ResultMismatch:
		e.Class, e.Reason = dialect.Data, sources.InvalidValue
	case sqlite.ResultNoMem:
		e.Reason = sources.OutOfMemory
	}
	return e
}
