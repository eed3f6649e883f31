package sqlserver

import (
	"context"
	"strconv"
	"strings"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/databases/keyset"
)

// pageRows is how many rows a statement asks for at most: none runs for long.
const pageRows = 20_000

// from writes a table as it stands behind FROM.
func from(t *dialect.Table) string { return identifier(t.Schema) + "." + identifier(t.Name) }

// known returns what Describe found out.
func known(t *dialect.Table) (*table, error) {
	if k, ok := t.Engine.(*table); ok && len(t.Columns) > 0 {
		return k, nil
	}
	return nil, &dialect.Error{Class: dialect.Gone, Reason: sources.Changed}
}

// text writes a column of the key so that literal can write it again.
func (k *table) text(i int) string {
	switch k.kinds[i] {
	case "uniqueidentifier":
		return "CONVERT(nvarchar(36), " + k.keys[i] + ")"
	case "date", "datetime2":
		return "CONVERT(nvarchar(33), " + k.keys[i] + ", 126)" // ISO 8601
	case "decimal", "numeric":
		return "CONVERT(nvarchar(60), " + k.keys[i] + ")"
	}
	return k.keys[i]
}

// literals write the values of a key in the types of its columns, so that indexes
// count.
func (k *table) literals(values []string) (list []string) {
	for i, v := range values {
		if i >= len(k.kinds) {
			break
		}
		text := literal(v)
		switch k.kinds[i] {
		case "char", "varchar":
			text = "CONVERT(varchar(max), " + text + collate(k.pages[i]) + ")"
		case "uniqueidentifier":
			text = "CONVERT(uniqueidentifier, " + text + ")"
		case "date":
			text = "CONVERT(date, " + text + ", 126)"
		case "datetime2":
			text = "CONVERT(datetime2(7), " + text + ", 126)"
		case "decimal", "numeric":
			text = "CONVERT(decimal(38, " + strconv.Itoa(scale(v)) + "), " + text + ")"
		case "nchar", "nvarchar":
		default:
			if n, err := strconv.ParseInt(v, 10, 64); err == nil {
				text = strconv.FormatInt(n, 10)
			}
		}
		list = append(list, text)
	}
	return list
}

// collate names a collation, whose names are letters, digits and underscores.
func collate(name string) string {
	if name == "" || strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		return ""
	}
	return " COLLATE " + name
}

// scale is how many digits stand behind the point.
func scale(v string) int {
	_, digits, _ := strings.Cut(v, ".")
	return len(digits)
}

// condition chooses the rows of a range behind a position.
func (k *table) condition(spec, after string) string {
	whole := ""
	if k.whole {
		whole = k.keys[0]
	}
	var last []string
	if v := keyset.Values(after); len(v) == len(k.keys) && after != "" {
		last = k.literals(v)
	}
	return keyset.Where(whole, spec, k.keys, last)
}

// sampleOf reads the Spec of a sample.
func sampleOf(spec string) (clause string, ok bool) {
	f := strings.Fields(spec)
	if len(f) != 3 || f[0] != "sample" {
		return "", false
	}
	return " TABLESAMPLE SYSTEM (" + f[1] + " PERCENT) REPEATABLE (" + f[2] + ")", true
}

// Rows implements dialect.Session: page by page along the key; a sample, and a table
// without a key, in one statement.
func (c *session) Rows(ctx context.Context, q *dialect.Query, each func(*dialect.Row) error) error {
	k, err := known(q.Table)
	if err != nil {
		return err
	}
	page := *q
	if sample, ok := sampleOf(q.Spec); ok || len(k.keys) == 0 {
		return c.stream(ctx, &page, k, sample, each)
	}
	for {
		n, err := c.page(ctx, &page, k, each)
		if err != nil || n < pageRows {
			return err
		}
	}
}

// page runs one statement and moves q.After on.
func (c *session) page(ctx context.Context, q *dialect.Query, k *table, each func(*dialect.Row) error) (n int, err error) {
	var texts []string
	for i := range k.keys {
		texts = append(texts, k.text(i))
	}
	list, guarded := selection(q)
	query := "SELECT TOP (" + strconv.Itoa(pageRows) + ") " + strings.Join(append(texts, list...), ", ") + " FROM " + from(q.Table) + k.condition(q.Spec, q.After) +
		" ORDER BY " + strings.Join(k.keys, ", ")
	var row dialect.Row
	var at []byte
	err = c.rows(ctx, query, func(v [][]byte) error {
		n++
		at = keyset.Position(at[:0], v[:len(texts)])
		fill(&row, v[len(texts):], len(q.Columns), guarded)
		row.Position = at
		if err := each(&row); err != nil {
			return err
		}
		q.After = string(at)
		return nil
	})
	return n, err
}

// stream reads in one statement; rows are told by their number, and those that were
// read before are passed over.
func (c *session) stream(ctx context.Context, q *dialect.Query, k *table, sample string, each func(*dialect.Row) error) error {
	list, guarded := selection(q)
	if len(list) == 0 {
		list = []string{"0"}
	}
	before, n := keyset.Ordinal(q.After), int64(0)
	var row dialect.Row
	var at []byte
	return c.rows(ctx, "SELECT "+strings.Join(list, ", ")+" FROM "+from(q.Table)+sample, func(v [][]byte) error {
		if n++; n <= before {
			return nil
		}
		at = keyset.AppendOrdinal(at[:0], n)
		fill(&row, v, len(q.Columns), guarded)
		row.Position = at
		return each(&row)
	})
}

func fill(row *dialect.Row, v [][]byte, n int, guarded bool) {
	row.Values, row.Long = v[:n], row.Long[:0]
	if guarded {
		row.Long = keyset.Flags(row.Long, v[len(v)-1])
	}
}

// selection lists the columns and, where values may be long, the numbers of those
// that are.
func selection(q *dialect.Query) (parts []string, guarded bool) {
	var long []string
	for i, column := range q.Columns {
		c := &q.Table.Columns[column]
		name := identifier(c.Name)
		value := name
		if c.Form == dialect.Text || c.Form == dialect.XML || c.Form == dialect.JSON {
			value = textOf(c, name)
		}
		if c.Bounded {
			parts = append(parts, value)
			continue
		}
		test := "DATALENGTH(" + name + ") > " + strconv.Itoa(dialect.MaxValue)
		parts = append(parts, "CASE WHEN "+test+" THEN NULL ELSE "+value+" END")
		long = append(long, "CASE WHEN "+test+" THEN '"+strconv.Itoa(i)+",' ELSE '' END")
	}
	if len(long) > 0 {
		parts = append(parts, "CONCAT('', "+strings.Join(long, ", ")+")")
	}
	return parts, len(long) > 0
}

// textOf writes a column so that its value comes as a text: what a driver makes of
// identifiers, variants and XML differs.
func textOf(c *dialect.Column, name string) string {
	if c.Form == dialect.XML || c.Form == dialect.JSON {
		return "CONVERT(nvarchar(max), " + name + ")"
	}
	if c.Convert {
		return "CONVERT(nvarchar(4000), " + name + ")"
	}
	return name
}

// Next implements dialect.Session.
func (c *session) Next(ctx context.Context, q *dialect.Query) (next string, err error) {
	k, err := known(q.Table)
	if err != nil {
		return "", err
	}
	if len(k.keys) == 0 {
		return "", &dialect.Error{Class: dialect.Other, Reason: sources.IOError}
	}
	var texts []string
	for i := range k.keys {
		texts = append(texts, k.text(i))
	}
	err = c.rows(ctx, "SELECT TOP (1) "+strings.Join(texts, ", ")+" FROM "+from(q.Table)+k.condition(q.Spec, q.After)+" ORDER BY "+strings.Join(k.keys, ", "), func(v [][]byte) error {
		next = string(keyset.Position(nil, v))
		return nil
	})
	return next, err
}

// Value implements dialect.Session: characters of a text, bytes of a binary value.
func (c *session) Value(ctx context.Context, q *dialect.Query, position string, column int, first, n int64) (out []byte, err error) {
	k, err := known(q.Table)
	if err != nil {
		return nil, err
	}
	col := &q.Table.Columns[column]
	name := identifier(col.Name)
	if col.Form == dialect.XML || col.Form == dialect.JSON || col.Convert {
		name = "CONVERT(nvarchar(max), " + name + ")"
	}
	value := "SUBSTRING(" + name + ", " + strconv.FormatInt(first+1, 10) + ", " + strconv.FormatInt(n, 10) + ")"
	tail := ""
	if sample, ok := sampleOf(q.Spec); ok || len(k.keys) == 0 {
		tail = sample + " ORDER BY (SELECT NULL) OFFSET " + strconv.FormatInt(keyset.Ordinal(position)-1, 10) + " ROWS FETCH NEXT 1 ROWS ONLY"
	} else {
		tail = " WHERE " + keyset.Equal(k.keys, k.literals(keyset.Values(position)))
	}
	err = c.rows(ctx, "SELECT "+value+" FROM "+from(q.Table)+tail, func(v [][]byte) error {
		if v[0] != nil {
			out = append([]byte{}, v[0]...)
		}
		return nil
	})
	return out, err
}
