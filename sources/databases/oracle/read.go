package oracle

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/databases/keyset"
)

// pageRows is how many rows a statement asks for at most.
const pageRows = 20_000

// extent is a run of blocks.
type extent struct{ object, file, block, blocks uint32 }

// extentMark begins the Spec of a range of extents.
const extentMark = "extents"

func (x extent) text() string {
	return fmt.Sprintf(" %d.%d.%d.%d", x.object, x.file, x.block, x.blocks)
}

// extentsOf reads the Spec of a range.
func extentsOf(spec string) (list []extent) {
	rest, ok := strings.CutPrefix(spec, extentMark)
	if !ok {
		return nil
	}
	for _, f := range strings.Fields(rest) {
		var x extent
		if n, _ := fmt.Sscanf(f, "%d.%d.%d.%d", &x.object, &x.file, &x.block, &x.blocks); n == 4 {
			list = append(list, x)
		}
	}
	return list
}

// rowid writes one of the rowids of an extent. It is made a rowid again in SQL,
// because what DBMS_ROWID gives is compared as a text.
func (x extent) rowid(block, row uint32) string {
	return fmt.Sprintf("CHARTOROWID(DBMS_ROWID.ROWID_CREATE(1, %d, %d, %d, %d))", x.object, x.file, block, row)
}

// lastRow is the highest number of a row in a block.
const lastRow = 32767

// from writes a table as it stands behind FROM.
func from(t *dialect.Table) string { return identifier(t.Schema) + "." + identifier(t.Name) + " t" }

// known returns what Describe found out.
func known(t *dialect.Table) (*table, error) {
	if k, ok := t.Engine.(*table); ok && len(t.Columns) > 0 {
		return k, nil
	}
	return nil, &dialect.Error{Class: dialect.Gone, Reason: sources.Changed}
}

// Rows implements dialect.Session.
func (c *session) Rows(ctx context.Context, q *dialect.Query, each func(*dialect.Row) error) error {
	k, err := known(q.Table)
	if err != nil {
		return err
	}
	page := *q
	if list := extentsOf(q.Spec); len(list) > 0 {
		return c.blocks(ctx, &page, list, each)
	}
	if sample, ok := sampleOf(q.Spec); ok || len(k.keys) == 0 {
		return c.stream(ctx, &page, sample, each)
	}
	for {
		n, err := c.page(ctx, &page, k, each)
		if err != nil || n < pageRows {
			return err
		}
	}
}

// blocks reads extent by extent. A position is the number of the extent and the rowid;
// within an extent rows come in the order of their rowids, because that is how blocks
// are read.
func (c *session) blocks(ctx context.Context, q *dialect.Query, list []extent, each func(*dialect.Row) error) error {
	columns, guarded := selection(q)
	for i := range list {
		after := ""
		if v := keyset.Values(q.After); len(v) == 2 {
			done, _ := strconv.Atoi(v[0])
			if i < done {
				continue
			}
			if i == done {
				after = v[1]
			}
		}
		var row dialect.Row
		var at []byte
		number := strconv.AppendInt(nil, int64(i), 10)
		query := "SELECT /*+ ROWID(t) NO_PARALLEL(t) */ ROWIDTOCHAR(t.ROWID)" + prefixed(columns) + " FROM " + from(q.Table) + " WHERE " + within(list[i], after)
		err := c.rows(ctx, query, func(v [][]byte) error {
			at = keyset.Position(at[:0], [][]byte{number, v[0]})
			fill(&row, v[1:], len(q.Columns), guarded)
			row.Position = at
			if err := each(&row); err != nil {
				return err
			}
			q.After = string(at)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// within chooses the rows of an extent behind a rowid.
func within(x extent, after string) string {
	low := "t.ROWID >= " + x.rowid(x.block, 0)
	if after != "" {
		low = "t.ROWID > CHARTOROWID(" + literal(after) + ")"
	}
	return low + " AND t.ROWID <= " + x.rowid(x.block+x.blocks-1, lastRow)
}

// page runs one statement along the key and moves q.After on.
func (c *session) page(ctx context.Context, q *dialect.Query, k *table, each func(*dialect.Row) error) (n int, err error) {
	columns, guarded := selection(q)
	texts := k.texts()
	query := "SELECT * FROM (SELECT " + strings.Join(texts, ", ") + prefixed(columns) + " FROM " + from(q.Table) + k.condition(q.Spec, q.After) +
		" ORDER BY " + strings.Join(k.keys, ", ") + ") WHERE ROWNUM <= " + strconv.Itoa(pageRows)
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
func (c *session) stream(ctx context.Context, q *dialect.Query, sample string, each func(*dialect.Row) error) error {
	columns, guarded := selection(q)
	before, n := keyset.Ordinal(q.After), int64(0)
	var row dialect.Row
	var at []byte
	return c.rows(ctx, "SELECT /*+ NO_PARALLEL(t) */ 0"+prefixed(columns)+" FROM "+identifier(q.Table.Schema)+"."+identifier(q.Table.Name)+sample+" t", func(v [][]byte) error {
		if n++; n <= before {
			return nil
		}
		at = keyset.AppendOrdinal(at[:0], n)
		fill(&row, v[1:], len(q.Columns), guarded)
		row.Position = at
		return each(&row)
	})
}

// sampleOf reads the Spec of a sample.
func sampleOf(spec string) (clause string, ok bool) {
	f := strings.Fields(spec)
	if len(f) != 3 || f[0] != "sample" {
		return "", false
	}
	return " SAMPLE BLOCK (" + f[1] + ") SEED (" + f[2] + ")", true
}

func prefixed(columns []string) string {
	if len(columns) == 0 {
		return ""
	}
	return ", " + strings.Join(columns, ", ")
}

func fill(row *dialect.Row, v [][]byte, n int, guarded bool) {
	row.Values, row.Long = v[:n], row.Long[:0]
	if guarded {
		row.Long = keyset.Flags(row.Long, v[len(v)-1])
	}
}

// texts write the key so that literals can write it again.
func (k *table) texts() (list []string) {
	for i, name := range k.keys {
		switch k.kinds[i] {
		case "DATE":
			name = "TO_CHAR(" + name + ", 'YYYY-MM-DD HH24:MI:SS')"
		case "INTEGER", "NUMBER":
			name = "TO_CHAR(" + name + ", 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''')"
		}
		list = append(list, name)
	}
	return list
}

// literals write the values of a key.
func (k *table) literals(values []string) (list []string) {
	for i, v := range values {
		if i >= len(k.kinds) {
			break
		}
		switch k.kinds[i] {
		case "DATE":
			v = "TO_DATE(" + literal(v) + ", 'YYYY-MM-DD HH24:MI:SS')"
		case "INTEGER", "NUMBER":
			if strings.Trim(v, "-.0123456789") == "" {
				break // a number, with a point whatever the territory
			}
			v = literal(v)
		case "NVARCHAR2":
			v = "N" + literal(v)
		default:
			v = literal(v)
		}
		list = append(list, v)
	}
	return list
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

// selection lists the columns and, where values may be long, the numbers of those that
// are. DBMS_LOB counts characters of texts, which have four bytes at most.
func selection(q *dialect.Query) (parts []string, guarded bool) {
	var long []string
	for i, column := range q.Columns {
		c := &q.Table.Columns[column]
		name := "t." + identifier(c.Name)
		if c.Bounded {
			parts = append(parts, name)
			continue
		}
		value, length := lobOf(c, name), dialect.MaxValue
		if c.Form != dialect.Binary {
			length /= 4
		}
		test := "DBMS_LOB.GETLENGTH(" + value + ") > " + strconv.Itoa(length)
		parts = append(parts, "CASE WHEN "+test+" THEN NULL ELSE "+value+" END")
		long = append(long, "CASE WHEN "+test+" THEN '"+strconv.Itoa(i)+",' END")
	}
	if len(long) > 0 {
		parts = append(parts, strings.Join(long, " || ")+" || ''")
	}
	return parts, len(long) > 0
}

// lobOf writes a column as a large object.
func lobOf(c *dialect.Column, name string) string {
	switch c.Form {
	case dialect.XML:
		return "XMLSERIALIZE(CONTENT " + name + " AS CLOB)"
	case dialect.JSON:
		return "JSON_SERIALIZE(" + name + " RETURNING CLOB)"
	}
	return name
}

// Next implements dialect.Session.
func (c *session) Next(ctx context.Context, q *dialect.Query) (next string, err error) {
	k, err := known(q.Table)
	if err != nil {
		return "", err
	}
	if list := extentsOf(q.Spec); len(list) > 0 {
		none := *q
		none.Columns = nil
		err = c.blocks(ctx, &none, list, func(r *dialect.Row) error {
			next = string(r.Position)
			return errFound
		})
		if next != "" {
			return next, nil
		}
		return "", err
	}
	if len(k.keys) == 0 {
		return "", &dialect.Error{Class: dialect.Other, Reason: sources.IOError}
	}
	query := "SELECT * FROM (SELECT " + strings.Join(k.texts(), ", ") + " FROM " + from(q.Table) + k.condition(q.Spec, q.After) + " ORDER BY " + strings.Join(k.keys, ", ") + ") WHERE ROWNUM <= 1"
	err = c.rows(ctx, query, func(v [][]byte) error {
		next = string(keyset.Position(nil, v))
		return nil
	})
	return next, err
}

var errFound = fmt.Errorf("oracle: enough")

// How much of a large object one expression gives in SQL, in bytes or characters, and
// how many expressions a statement has.
const (
	pieceBytes = 1000
	pieces     = 100
)

// Value implements dialect.Session: characters of a text, bytes of a binary value, many
// pieces in each statement because SQL takes no long ones.
func (c *session) Value(ctx context.Context, q *dialect.Query, position string, column int, first, n int64) (out []byte, err error) {
	k, err := known(q.Table)
	if err != nil {
		return nil, err
	}
	where := ""
	switch v := keyset.Values(position); {
	case strings.HasPrefix(q.Spec, extentMark) && len(v) == 2:
		where = "t.ROWID = CHARTOROWID(" + literal(v[1]) + ")"
	case len(k.keys) > 0 && len(v) == len(k.keys) && !strings.HasPrefix(q.Spec, "sample"):
		where = keyset.Equal(k.keys, k.literals(v))
	default: // of a row that has no place: it cannot be found again
		return nil, &dialect.Error{Class: dialect.Gone, Reason: sources.SizeLimit}
	}
	col := &q.Table.Columns[column]
	value := lobOf(col, "t."+identifier(col.Name))
	if col.Bounded {
		err = c.rows(ctx, "SELECT "+value+" FROM "+from(q.Table)+" WHERE "+where, func(v [][]byte) error {
			out = append([]byte{}, v[0]...)
			return nil
		})
		return out, err
	}
	for int64(0) < n {
		var parts []string
		for i := int64(0); i < pieces && i*pieceBytes < n; i++ {
			parts = append(parts, fmt.Sprintf("DBMS_LOB.SUBSTR(%s, %d, %d)", value, min(pieceBytes, n-i*pieceBytes), first+i*pieceBytes+1))
		}
		got, seen := 0, false
		err = c.rows(ctx, "SELECT "+strings.Join(parts, ", ")+" FROM "+from(q.Table)+" WHERE "+where, func(v [][]byte) error {
			seen = true
			for _, p := range v {
				out, got = append(out, p...), got+len(p)
			}
			return nil
		})
		if err != nil || !seen {
			return nil, err
		}
		if out == nil {
			out = []byte{}
		}
		if got < len(parts)*pieceBytes && int64(got) < n {
			return out, nil // characters have a byte or more
		}
		first, n = first+pieces*pieceBytes, n-pieces*pieceBytes
	}
	return out, nil
}

// place names a row by its rowid.
func place(position []byte) string {
	if v := keyset.Values(string(position)); len(v) == 2 && len(v[1]) == 18 {
		return "rowid(" + v[1] + ")"
	}
	return ""
}
