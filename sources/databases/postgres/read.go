package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"recense/sources"
	"recense/sources/databases/dialect"
)

// spec is a range: blocks of a part, from the first to before the second; -1: to
// the end.
type spec struct {
	part     *part
	from, to int64
	sample   string // TABLESAMPLE clause
}

func specOf(t *dialect.Table, s string) (spec, error) {
	oid, blocks, _ := strings.Cut(s, ":")
	out := spec{to: -1}
	r := t.Engine.(*relation)
	for i := range r.parts {
		if r.parts[i].oid == oid {
			out.part = &r.parts[i]
		}
	}
	if out.part == nil { // dropped since, or made anew
		return out, &dialect.Error{Class: dialect.Gone, Reason: sources.Changed}
	}
	if out.part.foreign {
		return out, &dialect.Error{Class: dialect.Other, Reason: sources.ForeignTable}
	}
	var percent float64
	var seed int64
	if n, _ := fmt.Sscanf(blocks, "sample %g %d", &percent, &seed); n == 2 {
		out.sample = fmt.Sprintf(" TABLESAMPLE SYSTEM (%g) REPEATABLE (%d)", percent, seed)
		return out, nil
	}
	from, to, _ := strings.Cut(blocks, "-")
	out.from, _ = strconv.ParseInt(from, 10, 64)
	if to != "" {
		out.to, _ = strconv.ParseInt(to, 10, 64)
	}
	return out, nil
}

// source writes the part as it stands behind FROM, and the condition that chooses
// its rows.
func (s *spec) source(t *dialect.Table) (from, where string) {
	if s.part.parent {
		return identifier(t.Schema) + "." + identifier(t.Name) + " t", "t.tableoid = " + s.part.oid
	}
	return "ONLY " + identifier(s.part.schema) + "." + identifier(s.part.name) + " t", "true"
}

// condition chooses the rows of the range behind a position.
func (s *spec) condition(t *dialect.Table, after string) string {
	from, where := s.source(t)
	from += s.sample
	if s.part.unplaced {
		return " FROM " + from + " OFFSET " + strconv.FormatInt(ordinal(after), 10)
	}
	switch {
	case after != "":
		where += " AND t.ctid > '" + ctidOf(after).String() + "'"
	case s.from > 0:
		where += " AND t.ctid >= '(" + strconv.FormatInt(s.from, 10) + ",0)'"
	}
	if s.to >= 0 {
		where += " AND t.ctid < '(" + strconv.FormatInt(s.to, 10) + ",0)'"
	}
	return " FROM " + from + " WHERE " + where
}

// place is the expression that gives the position of a row.
func (s *spec) place() string {
	if s.part.unplaced {
		return "'\\x'::bytea" // its number is counted
	}
	return "t.ctid"
}

// ordinal reads the position of a row that is told by its number.
func ordinal(position string) int64 {
	if len(position) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64([]byte(position)))
}

// stored is the stored size, in bytes, up to which a value is taken to be short
// without looking: compression makes 100 of one at the very most.
const stored = 8 << 10

// Rows implements dialect.Session.
func (c *session) Rows(ctx context.Context, q *dialect.Query, each func(*dialect.Row) error) error {
	if r, ok := q.Table.Engine.(*relation); ok && r.large {
		return c.largeRows(ctx, q, each)
	}
	s, err := specOf(q.Table, q.Spec)
	if err != nil {
		return err
	}
	sql, formats, guarded := s.rowsQuery(q)
	row := dialect.Row{}
	number, position := ordinal(q.After), make([]byte, 8)
	return c.transaction(ctx, func() error {
		return c.rows(ctx, sql, formats, func(v [][]byte) error {
			row.Position = v[0]
			if s.part.unplaced {
				number++
				binary.BigEndian.PutUint64(position, uint64(number))
				row.Position = position
			}
			row.Values = v[1 : 1+len(q.Columns)]
			row.Long = row.Long[:0]
			if guarded {
				row.Long = longOf(row.Long, v[len(v)-1])
			}
			return each(&row)
		})
	})
}

// rowsQuery selects ctid, the columns and, where values may be long, the numbers
// of those that are. Without a table of values stored apart there are none.
func (s *spec) rowsQuery(q *dialect.Query) (sql string, formats []int16, guarded bool) {
	var list, long strings.Builder
	list.WriteString("SELECT " + s.place())
	formats = append(formats, 1)
	for i, column := range q.Columns {
		c := &q.Table.Columns[column]
		name := "t." + identifier(c.Name)
		format := int16(0)
		size := "octet_length(" + name + "::text)"
		if c.Form == dialect.Binary {
			format, size = 1, "octet_length("+name+"::bytea)"
		}
		formats = append(formats, format)
		if c.Bounded || s.part.toast == 0 {
			list.WriteString(", " + name)
			continue
		}
		guarded = true
		test := "pg_column_size(" + name + ") > " + strconv.Itoa(stored) + " AND " + size + " > " + strconv.Itoa(dialect.MaxValue)
		list.WriteString(", CASE WHEN " + test + " THEN NULL ELSE " + name + " END")
		long.WriteString(", CASE WHEN " + test + " THEN '" + strconv.Itoa(i) + "' END")
	}
	if guarded {
		list.WriteString(", concat_ws(','" + long.String() + ")")
		formats = append(formats, 0)
	}
	return list.String() + s.condition(q.Table, q.After), formats, guarded
}

// longOf reads the numbers of long values: "3,7".
func longOf(dst []int, v []byte) []int {
	for len(v) > 0 {
		n, i := 0, 0
		for ; i < len(v) && v[i] != ','; i++ {
			n = 10*n + int(v[i]-'0')
		}
		dst = append(dst, n)
		v = v[min(i+1, len(v)):]
	}
	return dst
}

// Next implements dialect.Session.
func (c *session) Next(ctx context.Context, q *dialect.Query) (position string, err error) {
	s, err := specOf(q.Table, q.Spec)
	if err != nil {
		return "", err
	}
	err = c.transaction(ctx, func() error {
		return c.rows(ctx, "SELECT "+s.place()+s.condition(q.Table, q.After)+" LIMIT 1", []int16{1}, func(v [][]byte) error {
			if position = string(v[0]); s.part.unplaced {
				position = string(binary.BigEndian.AppendUint64(nil, uint64(ordinal(q.After)+1)))
			}
			return nil
		})
	})
	return position, err
}

// stream is a long value on its way. The server puts it together once, and gives it
// piece by piece, each as a row of one statement.
type stream struct {
	table    *dialect.Table
	spec     string
	position string
	column   int
	from, n  int64 // of the next piece
	rows     *pgconn.ResultReader
}

// Value implements dialect.Session: bytes, in the encoding of the connection. The value is
// valid until the next call. When pieces are asked for one behind the other, they come
// from one statement, which ends with the last of them or with the next call of another
// method.
func (c *session) Value(ctx context.Context, q *dialect.Query, position string, column int, from, n int64) ([]byte, error) {
	if r, ok := q.Table.Engine.(*relation); ok && r.large {
		return c.largeValue(ctx, position, from, n)
	}
	v := c.stream
	if v == nil || v.table != q.Table || v.spec != q.Spec || v.position != position || v.column != column || v.from != from || v.n != n {
		if err := c.endStream(ctx); err != nil {
			return nil, err
		}
		if err := c.beginStream(ctx, q, position, column, from, n); err != nil {
			return nil, err
		}
		v = c.stream
	}
	if !v.rows.NextRow() {
		return nil, c.endStream(ctx)
	}
	piece := v.rows.Values()[0]
	if piece == nil {
		return nil, c.endStream(ctx)
	}
	c.piece = append(c.piece[:0], piece...)
	if v.from += n; int64(len(c.piece)) < n { // the last
		return c.piece, c.endStream(ctx)
	}
	return c.piece, nil
}

// beginStream asks for a value from a place on.
func (c *session) beginStream(ctx context.Context, q *dialect.Query, position string, column int, from, n int64) error {
	s, err := specOf(q.Table, q.Spec)
	if err != nil {
		return err
	}
	table, where := s.source(q.Table)
	where += " AND t.ctid = '" + ctidOf(position).String() + "'"
	if s.part.unplaced {
		where = "true OFFSET " + strconv.FormatInt(ordinal(position)-1, 10) + " LIMIT 1"
	} else {
		where += " OFFSET 0" // so that the value is put together before it is cut
	}
	col := &q.Table.Columns[column]
	// Of texts too, bytes are counted: characters would be counted from the start for each.
	whole := "convert_to(t." + identifier(col.Name) + "::text, '" + c.encoding + "')"
	if col.Form == dialect.Binary {
		whole = "t." + identifier(col.Name) + "::bytea || ''::bytea"
	}
	first, size := strconv.FormatInt(from, 10), strconv.FormatInt(n, 10)
	sql := "SELECT substr(v, " + first + " + 1 + k * " + size + ", " + size + ") FROM (SELECT " + whole + " AS v FROM " + table + " WHERE " + where + ") s," +
		" LATERAL generate_series(0, greatest(octet_length(v) - " + first + ", 0) / " + size + ") k"
	if _, err := c.conn.Exec(ctx, c.begin).ReadAll(); err != nil {
		return wrap(ctx, err)
	}
	rows := c.conn.ExecParams(ctx, sql, nil, nil, nil, []int16{1})
	c.stream = &stream{table: q.Table, spec: q.Spec, position: position, column: column, from: from, n: n, rows: rows}
	return nil
}

// endStream ends a value that was begun. What is left of it is not waited for: the
// connection goes with it.
func (c *session) endStream(ctx context.Context) error {
	v := c.stream
	if v == nil {
		return nil
	}
	c.stream = nil
	for v.rows.NextRow() {
		if len(v.rows.Values()[0]) == 0 {
			continue // behind the end, when it comes with that of a piece
		}
		_ = c.conn.Conn().Close()
		_, _ = v.rows.Close()
		return &dialect.Error{Class: dialect.Lost, Reason: sources.ConnectionLost}
	}
	if _, err := v.rows.Close(); err != nil {
		if !c.conn.IsClosed() {
			_, _ = c.conn.Exec(ctx, "ROLLBACK").ReadAll()
		}
		return wrap(ctx, err)
	}
	_, err := c.conn.Exec(ctx, "ROLLBACK").ReadAll()
	return wrap(ctx, err)
}
