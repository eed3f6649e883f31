package mysql

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/databases/keyset"
)

// pageRows is how many rows a statement asks for at most: none runs for long.
const pageRows = 20_000

// keyed reports whether positions are keys rather than numbers of rows.
func keyed(t *dialect.Table) bool { return len(t.Key) > 0 }

// value writes a value of a key: numbers as they are, all else as texts.
func value(s string, form dialect.Form) string {
	if form == dialect.Binary {
		return strings.TrimPrefix(literal(s), "_utf8mb4 ")
	}
	digits := strings.TrimLeft(s, "-")
	if digits != "" && len(s)-len(digits) < 2 && strings.Trim(digits, "0123456789") == "" && len(digits) < 20 && (digits[0] != '0' || len(digits) == 1) {
		return "'" + s + "'"
	}
	return literal(s)
}

// keyNames lists the columns of the key.
func keyNames(t *dialect.Table) (names []string) {
	for _, k := range t.Key {
		names = append(names, identifier(t.Columns[k].Name))
	}
	return names
}

// condition chooses the rows of a range behind a position, in the order of the key.
func condition(q *dialect.Query) string {
	names, spec, whole := keyNames(q.Table), q.Spec, ""
	if w, ok := keyset.Parse(spec); ok {
		spec = fmt.Sprintf("%d:%d", w.Low, w.High+1) // Next and Value alone come here
	}
	if len(names) > 0 {
		whole = names[0]
	}
	var last []string
	if after := keyset.Values(q.After); len(after) == len(names) && q.After != "" {
		last = literals(q.Table, after)
	}
	return keyset.Where(whole, spec, names, last)
}

// literals writes the values of a key.
func literals(t *dialect.Table, values []string) (list []string) {
	for i, v := range values {
		if i < len(t.Key) {
			list = append(list, value(v, t.Columns[t.Key[i]].Form))
		}
	}
	return list
}

// Rows implements dialect.Session: page by page.
func (c *session) Rows(ctx context.Context, q *dialect.Query, each func(*dialect.Row) error) error {
	page := *q
	if !keyed(q.Table) {
		_, err := c.page(ctx, &page, " LIMIT "+strconv.FormatInt(keyset.Ordinal(q.After), 10)+", 18446744073709551615", each)
		return err
	}
	if w, ok := keyset.Parse(q.Spec); ok {
		return c.windows(ctx, &page, w, each)
	}
	order := " ORDER BY " + strings.Join(keyNames(q.Table), ", ") + " LIMIT " + strconv.Itoa(pageRows)
	for {
		n, err := c.page(ctx, &page, order, each)
		if err != nil || n < pageRows {
			return err
		}
	}
}

// windows reads those of a sample, page by page: a window holds all rows whose key begins
// with one of its numbers.
func (c *session) windows(ctx context.Context, q *dialect.Query, w keyset.Windows, each func(*dialect.Row) error) error {
	order := " ORDER BY " + strings.Join(keyNames(q.Table), ", ") + " LIMIT " + strconv.Itoa(pageRows)
	part := *q
	for from := w.First(q.After); ; {
		low, high, last, ok := w.Next(from)
		if !ok {
			return nil
		}
		part.Spec = strconv.FormatInt(low, 10) + ":" + strconv.FormatInt(high, 10)
		for {
			n, err := c.page(ctx, &part, order, each)
			if err != nil {
				return err
			}
			if n < pageRows {
				break
			}
		}
		if from = high; last {
			return nil
		}
	}
}

// page runs one statement and moves q.After on.
func (c *session) page(ctx context.Context, q *dialect.Query, tail string, each func(*dialect.Row) error) (n int, err error) {
	k := len(q.Table.Key)
	list, guarded := selection(q)
	where := ""
	if k > 0 {
		where = condition(q)
	}
	count := keyset.Ordinal(q.After)
	var row dialect.Row
	var at []byte
	err = c.rows(ctx, "SELECT "+list+" FROM "+place(q.Table)+where+tail, func(v [][]byte) error {
		n++
		if k > 0 {
			at = keyset.Position(at[:0], v[:k])
		} else {
			count++
			at = keyset.AppendOrdinal(at[:0], count)
		}
		row.Position, row.Values, row.Long = at, v[k:k+len(q.Columns)], row.Long[:0]
		if guarded {
			row.Long = keyset.Flags(row.Long, v[len(v)-1])
		}
		return each(&row)
	})
	if n > 0 {
		q.After = string(at)
	}
	return n, err
}

// selection lists the key, the columns and, where values may be long, the numbers
// of those that are.
func selection(q *dialect.Query) (list string, guarded bool) {
	parts := keyNames(q.Table)
	var long []string
	for i, column := range q.Columns {
		c := &q.Table.Columns[column]
		name := identifier(c.Name)
		if c.Bounded {
			parts = append(parts, name)
			continue
		}
		test := "length(" + name + ") > " + strconv.Itoa(dialect.MaxValue)
		parts = append(parts, "if("+test+", NULL, "+name+")")
		long = append(long, "if("+test+", '"+strconv.Itoa(i)+"', NULL)")
	}
	if len(long) > 0 {
		parts = append(parts, "concat_ws(',', "+strings.Join(long, ", ")+")")
	}
	return strings.Join(parts, ", "), len(long) > 0
}

// Next implements dialect.Session.
func (c *session) Next(ctx context.Context, q *dialect.Query) (string, error) {
	if !keyed(q.Table) {
		return "", &dialect.Error{Class: dialect.Other, Reason: sources.IOError}
	}
	next := ""
	names := strings.Join(keyNames(q.Table), ", ")
	err := c.rows(ctx, "SELECT "+names+" FROM "+place(q.Table)+condition(q)+" ORDER BY "+names+" LIMIT 1", func(v [][]byte) error {
		next = string(keyset.Position(nil, v))
		return nil
	})
	return next, err
}

// Value implements dialect.Session: characters of a text, bytes of a blob.
func (c *session) Value(ctx context.Context, q *dialect.Query, at string, column int, from, n int64) (out []byte, err error) {
	tail := ""
	if keyed(q.Table) {
		tail = " WHERE " + keyset.Equal(keyNames(q.Table), literals(q.Table, keyset.Values(at)))
	} else {
		tail = " LIMIT " + strconv.FormatInt(keyset.Ordinal(at)-1, 10) + ", 1"
	}
	sel := "SELECT substring(" + identifier(q.Table.Columns[column].Name) + ", " + strconv.FormatInt(from+1, 10) + ", " + strconv.FormatInt(n, 10) + ")"
	err = c.rows(ctx, sel+" FROM "+place(q.Table)+tail, func(v [][]byte) error {
		if v[0] != nil {
			out = append([]byte{}, v[0]...)
		}
		return nil
	})
	return out, err
}
