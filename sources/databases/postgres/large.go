package postgres

import (
	"context"
	"strconv"

	"recense/sources/databases/dialect"
)

// Large objects are read as rows of a table of two columns: their number, and their
// content, which never comes along with its row. The right to read them is one on
// each; pg_read_all_data is none.
const (
	largeSchema = "pg_catalog"
	largeName   = "pg_largeobject"
	largeSize   = 1 << 20 // taken for that of one, which only reading it tells
	largeRows   = 10_000  // of one statement
)

func describeLarge(t *dialect.Table) {
	t.Engine, t.Key = &relation{large: true}, []int{0}
	t.Columns = []dialect.Column{{Name: "loid", Form: dialect.Text, Bounded: true}, {Name: "data", Form: dialect.Binary}}
}

// largeRows lists the large objects behind a position, the number of one.
func (c *session) largeRows(ctx context.Context, q *dialect.Query, each func(*dialect.Row) error) error {
	after := q.After
	for {
		n := 0
		where := ""
		if after != "" {
			where = " WHERE oid > " + after
		}
		row := dialect.Row{Values: make([][]byte, len(q.Columns))}
		err := c.query(ctx, "SELECT oid FROM pg_largeobject_metadata"+where+" ORDER BY oid LIMIT "+strconv.Itoa(largeRows), func(v [][]byte) error {
			row.Long = row.Long[:0]
			for i, column := range q.Columns {
				if row.Values[i] = v[0]; column == 1 {
					row.Values[i], row.Long = nil, append(row.Long, i)
				}
			}
			row.Position = append(row.Position[:0], v[0]...)
			after = string(v[0])
			n++
			return each(&row)
		})
		if err != nil || n < largeRows {
			return err
		}
	}
}

// largeValue reads a part of a large object.
func (c *session) largeValue(ctx context.Context, oid string, from, n int64) (value []byte, err error) {
	if _, err := strconv.ParseUint(oid, 10, 32); err != nil {
		return nil, nil
	}
	sql := "SELECT lo_get(" + oid + ", " + strconv.FormatInt(from, 10) + ", " + strconv.FormatInt(n, 10) + ")"
	err = c.transaction(ctx, func() error {
		return c.rows(ctx, sql, []int16{1}, func(v [][]byte) error {
			c.piece = append(c.piece[:0], v[0]...)
			value = c.piece
			return nil
		})
	})
	return value, err
}
