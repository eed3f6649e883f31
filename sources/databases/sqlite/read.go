package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"zombiezen.com/go/sqlite"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/databases/keyset"
)

// pageRows is how many rows a statement reads: the lock is held no longer.
const pageRows = 5000

// Rows implements dialect.Session: page by page.
func (c *session) Rows(ctx context.Context, q *dialect.Query, each func(*dialect.Row) error) error {
	page := *q
	k, ok := q.Table.Engine.(*table)
	if !ok {
		return &dialect.Error{Class: dialect.Gone, Reason: sources.Changed}
	}
	if w, ok := keyset.Parse(q.Spec); ok {
		return c.windows(ctx, &page, w, each)
	}
	for {
		where, values := k.behind(page.After)
		if from, to, _ := strings.Cut(q.Spec, ":"); k.rowid != "" {
			where += bound(k.rowid, ">=", from) + bound(k.rowid, "<", to)
		}
		n, err := c.page(ctx, &page, where, values, each)
		if err == errGuard {
			continue
		}
		if err != nil || n < pageRows {
			return err
		}
	}
}

// windows reads those of a sample.
func (c *session) windows(ctx context.Context, q *dialect.Query, w keyset.Windows, each func(*dialect.Row) error) error {
	k := q.Table.Engine.(*table)
	from := w.Low
	if after := keyOf(q.After); len(after) == 1 {
		n, _ := after[0].(int64)
		from = n + 1
	}
	for {
		low, high, last, ok := w.Next(from)
		if !ok {
			return nil
		}
		where := bound(k.rowid, ">=", strconv.FormatInt(low, 10)) + bound(k.rowid, "<", strconv.FormatInt(high, 10))
		n, err := c.page(ctx, q, where, nil, each)
		if err != nil && err != errGuard || err == nil && last && n < pageRows {
			return err
		}
		if err == nil {
			from = high
		}
		if n == pageRows || err == errGuard && n > 0 { // more of it
			if after := keyOf(q.After); len(after) == 1 {
				r, _ := after[0].(int64)
				from = r + 1
			}
		}
	}
}

func bound(name, operator, value string) string {
	if value == "" {
		return ""
	}
	return " AND " + name + " " + operator + " " + value
}

// order lists what rows are ordered by.
func (k *table) order() []string {
	if k.rowid != "" {
		return []string{k.rowid}
	}
	return k.keys
}

// behind chooses the rows behind a position.
func (k *table) behind(after string) (where string, values []any) {
	values = keyOf(after)
	names := k.order()
	if len(values) != len(names) || after == "" {
		return " WHERE true", nil
	}
	return " WHERE (" + strings.Join(names, ", ") + ") > (?" + strings.Repeat(", ?", len(names)-1) + ")", values
}

// errGuard says that a page ended early: what follows is to be read with a guard.
var errGuard = errors.New("sqlite: a value may be too long")

// page reads the rows of one statement and moves q.After on. To measure every value costs
// as much as to read it, so that pages are read without: the engine is told to refuse
// what is too long, and where it refuses anything the next page is measured.
func (c *session) page(ctx context.Context, q *dialect.Query, where string, values []any, each func(*dialect.Row) error) (n int, err error) {
	guarded := c.guarded
	c.guarded = false
	if !guarded {
		before := c.conn.Limit(sqlite.LimitLength, dialect.MaxValue)
		defer c.conn.Limit(sqlite.LimitLength, before)
	}
	k := q.Table.Engine.(*table)
	names := k.order()
	list := append([]string{}, names...)
	for _, column := range q.Columns {
		name := identifier(q.Table.Columns[column].Name)
		if guarded {
			// What is too long comes as a blob of no bytes. One that is stored as such is
			// asked for in vain.
			name = "iif(octet_length(" + name + ") > " + strconv.Itoa(dialect.MaxValue) + ", x'', " + name + ")"
		}
		list = append(list, name)
	}
	if !strings.HasPrefix(where, " WHERE ") {
		where = " WHERE true" + where
	}
	query := "SELECT " + strings.Join(list, ", ") + " FROM " + identifier(q.Table.Name) + where + " ORDER BY " + strings.Join(names, ", ") + " LIMIT " + strconv.Itoa(pageRows)
	var row dialect.Row
	var at []byte
	var taken error
	err = c.rows(ctx, query, func(s *sqlite.Stmt) { bind(s, values) }, func(v [][]byte, s *sqlite.Stmt) error {
		n++
		at = position(at[:0], s, len(names), v)
		row.Position, row.Values, row.Long = at, v[len(names):len(names)+len(q.Columns)], row.Long[:0]
		for i, value := range row.Values {
			if guarded && value != nil && len(value) == 0 && s.ColumnType(len(names)+i) == sqlite.TypeBlob {
				row.Long = append(row.Long, i)
			}
		}
		taken = each(&row)
		return taken
	})
	if n > 0 {
		q.After = string(at)
	}
	if err != nil && taken == nil && !guarded && ctx.Err() == nil {
		c.guarded = true
		return n, errGuard
	}
	return n, err
}

// The kinds of values in a position.
const (
	whole = 'i'
	real  = 'r'
	text  = 't'
	bytes = 'b'
)

// position writes the values of a key: each with its kind and length in front,
// because values of different kinds are not compared alike.
func position(dst []byte, s *sqlite.Stmt, n int, values [][]byte) []byte {
	for i := range n {
		switch s.ColumnType(i) {
		case sqlite.TypeInteger:
			dst = binary.BigEndian.AppendUint64(append(dst, whole), uint64(s.ColumnInt64(i)))
		case sqlite.TypeFloat:
			dst = binary.BigEndian.AppendUint64(append(dst, real), math.Float64bits(s.ColumnFloat(i)))
		case sqlite.TypeText:
			dst = append(binary.AppendUvarint(append(dst, text), uint64(len(values[i]))), values[i]...)
		default:
			dst = append(binary.AppendUvarint(append(dst, bytes), uint64(len(values[i]))), values[i]...)
		}
	}
	return dst
}

// keyOf reads what position wrote.
func keyOf(p string) (values []any) {
	for b := []byte(p); len(b) > 0; {
		kind := b[0]
		b = b[1:]
		if kind == whole || kind == real {
			if len(b) < 8 {
				return nil
			}
			n := binary.BigEndian.Uint64(b)
			b = b[8:]
			if kind == whole {
				values = append(values, int64(n))
			} else {
				values = append(values, math.Float64frombits(n))
			}
			continue
		}
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return nil
		}
		v := b[size : size+int(n)]
		b = b[size+int(n):]
		if kind == text {
			values = append(values, string(v))
		} else {
			values = append(values, v)
		}
	}
	return values
}

func bind(s *sqlite.Stmt, values []any) {
	for i, v := range values {
		switch v := v.(type) {
		case int64:
			s.BindInt64(i+1, v)
		case float64:
			s.BindFloat(i+1, v)
		case string:
			s.BindText(i+1, v)
		case []byte:
			s.BindBytes(i+1, v)
		}
	}
}

// Next implements dialect.Session.
func (c *session) Next(ctx context.Context, q *dialect.Query) (next string, err error) {
	k := q.Table.Engine.(*table)
	where, values := k.behind(q.After)
	if from, to, ranged := strings.Cut(q.Spec, ":"); ranged && k.rowid != "" {
		where += bound(k.rowid, ">=", from) + bound(k.rowid, "<", to)
	}
	names := strings.Join(k.order(), ", ")
	err = c.rows(ctx, "SELECT "+names+" FROM "+identifier(q.Table.Name)+where+" ORDER BY "+names+" LIMIT 1", func(s *sqlite.Stmt) { bind(s, values) }, func(v [][]byte, s *sqlite.Stmt) error {
		next = string(position(nil, s, len(v), v))
		return nil
	})
	return next, err
}

// Value implements dialect.Session: bytes of the value. In tables with a rowid they
// are read where they lie; in others the engine holds the whole value meanwhile.
func (c *session) Value(ctx context.Context, q *dialect.Query, at string, column int, from, n int64) (out []byte, err error) {
	k := q.Table.Engine.(*table)
	values := keyOf(at)
	name := q.Table.Columns[column].Name
	if k.rowid != "" && len(values) == 1 {
		if row, ok := values[0].(int64); ok {
			if out, err = c.blob(ctx, q.Table.Name, name, row, from, n); err == nil {
				return out, nil
			}
		}
	}
	names := k.order()
	query := "SELECT substr(CAST(" + identifier(name) + " AS BLOB), " + strconv.FormatInt(from+1, 10) + ", " + strconv.FormatInt(n, 10) + ") FROM " +
		identifier(q.Table.Name) + " WHERE (" + strings.Join(names, ", ") + ") = (?" + strings.Repeat(", ?", len(names)-1) + ")"
	err = c.rows(ctx, query, func(s *sqlite.Stmt) { bind(s, values) }, func(v [][]byte, _ *sqlite.Stmt) error {
		if v[0] != nil {
			out = append([]byte{}, v[0]...)
		}
		return nil
	})
	return out, err
}

// blob reads a part of a value without the rest.
func (c *session) blob(ctx context.Context, table, column string, row, from, n int64) ([]byte, error) {
	c.conn.SetInterrupt(ctx.Done())
	defer c.conn.SetInterrupt(nil)
	b, err := c.conn.OpenBlob("main", table, column, row, false)
	if err != nil {
		return nil, wrap(ctx, err)
	}
	defer b.Close()
	left := b.Size() - from
	if left <= 0 {
		return []byte{}, nil
	}
	if _, err := b.Seek(from, io.SeekStart); err != nil {
		return nil, wrap(ctx, err)
	}
	out := make([]byte, min(n, left))
	if _, err := io.ReadFull(b, out); err != nil {
		return nil, wrap(ctx, err)
	}
	return out, nil
}

// place names a row by its rowid.
func place(position []byte) string {
	if v := keyOf(string(position)); len(v) == 1 {
		if n, ok := v[0].(int64); ok {
			return "rowid" + strconv.FormatInt(n, 10)
		}
	}
	return ""
}
