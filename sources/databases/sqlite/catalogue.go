package sqlite

import (
	"cmp"
	"context"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"zombiezen.com/go/sqlite"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/databases/keyset"
)

// table is what this package knows of a table.
type table struct {
	rowid string // an expression for it; empty in tables without
	keys  []string
}

// Databases implements dialect.Session.
func (c *session) Databases(context.Context) ([]dialect.Database, error) {
	return []dialect.Database{{Name: filepath.Base(c.file)}}, nil
}

// Tables implements dialect.Session.
func (c *session) Tables(ctx context.Context) (list []dialect.Table, err error) {
	proto, err := c.whole(ctx)
	if err != nil {
		return nil, err
	}
	err = c.rows(ctx, `SELECT l.name, l.type, coalesce(s.sql, '') FROM pragma_table_list l LEFT JOIN sqlite_schema s ON s.name = l.name AND s.type IN ('table', 'view') WHERE l.schema = 'main'`, nil, func(v [][]byte, _ *sqlite.Stmt) error {
		t := proto
		t.Name = string(v[0])
		if strings.HasPrefix(t.Name, "sqlite_") {
			return nil // the engine's own
		}
		if kind := string(v[1]); kind == "view" || kind == "virtual" {
			t.Status, t.Detail = sources.Excluded, sources.View
		}
		sum := fnv.New64a()
		_, _ = sum.Write(v[2])
		t.Version += " " + strconv.FormatUint(sum.Sum64(), 16)
		list = append(list, t)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if c.unread != "" {
		t := proto
		t.Name, t.Status, t.Detail = "("+strings.TrimPrefix(c.unread, "-")+")", sources.Unsupported, sources.Changed
		list = append(list, t)
	}
	for i := range list {
		if t := &list[i]; t.Status == sources.Scanned {
			if err := c.measure(ctx, t); err != nil {
				if _, reason := dialect.ClassOf(err); ctx.Err() != nil || reason == sources.LockTimeout {
					return nil, err
				}
				t.Rows, t.Bytes = -1, 0 // the reader tells what is wrong
			}
		}
	}
	slices.SortFunc(list, func(a, b dialect.Table) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// whole is what all tables of the file have in common: times, and a version made of
// the size and times of the file, of its log, and of the counter in its header.
func (c *session) whole(context.Context) (t dialect.Table, err error) {
	info, err := os.Stat(c.file)
	if err != nil {
		return t, &dialect.Error{Class: dialect.Other, Reason: sources.Unreachable}
	}
	t.Rows, t.Modified, t.Fresh = -1, info.ModTime(), info.ModTime()
	t.Version = strconv.FormatInt(info.Size(), 10) + " " + strconv.FormatInt(info.ModTime().UnixNano(), 10)
	if f, err := os.Open(c.file); err == nil {
		var counter [4]byte
		if _, err := f.ReadAt(counter[:], 24); err == nil || err == io.EOF {
			t.Version += " " + strconv.FormatUint(uint64(counter[0])<<24|uint64(counter[1])<<16|uint64(counter[2])<<8|uint64(counter[3]), 10)
		}
		f.Close()
	}
	if log, err := os.Stat(c.file + "-wal"); err == nil && log.Size() > 0 {
		t.Version += " " + strconv.FormatInt(log.Size(), 10) + " " + strconv.FormatInt(log.ModTime().UnixNano(), 10)
		if log.ModTime().After(t.Fresh) {
			t.Fresh, t.Modified = log.ModTime(), log.ModTime()
		}
	}
	t.Owner, t.Access = permissions(info)
	return t, nil
}

// probes is at how many places a table is looked at to estimate its size, and
// probeRows how many rows are measured there.
const (
	probes    = 16
	probeRows = 16
)

// measure estimates rows and bytes from rows at evenly spaced keys. Small files are
// not worth it.
func (c *session) measure(ctx context.Context, t *dialect.Table) error {
	info, err := os.Stat(c.file)
	if err != nil || info.Size() < 1<<20 {
		t.Bytes = max(1, t.Bytes) // no more than a moment's work
		return nil
	}
	d := *t
	if err := c.Describe(ctx, &d); err != nil {
		return err
	}
	k := d.Engine.(*table)
	if k.rowid == "" {
		return nil
	}
	span, err := c.span(ctx, &d)
	if err != nil || span.High < span.Low {
		return err
	}
	var size []string
	for i := range d.Columns {
		size = append(size, "coalesce(octet_length("+identifier(d.Columns[i].Name)+"), 0)")
	}
	rows, keys, bytes := 0.0, 0.0, 0.0
	step := max((span.High-span.Low)/probes, 1)
	query := "SELECT " + k.rowid + ", " + strings.Join(size, " + ") + " FROM " + identifier(d.Name) + " WHERE " + k.rowid + " >= ? ORDER BY 1 LIMIT " + strconv.Itoa(probeRows)
	for i := range int64(probes) {
		from := span.Low + i*step
		if from > span.High {
			break
		}
		last := from
		err := c.rows(ctx, query, func(s *sqlite.Stmt) { s.BindInt64(1, from) }, func(v [][]byte, s *sqlite.Stmt) error {
			last = s.ColumnInt64(0)
			rows++
			bytes += float64(s.ColumnInt64(1))
			return nil
		})
		if err != nil {
			return err
		}
		keys += float64(last-from) + 1
	}
	if rows == 0 {
		return nil
	}
	t.Rows = int64(rows / keys * (float64(span.High-span.Low) + 1))
	t.Bytes = min(int64(float64(t.Rows)*bytes/rows), info.Size())
	return nil
}

// span asks for the first and the last rowid.
func (c *session) span(ctx context.Context, t *dialect.Table) (s keyset.Span, err error) {
	s = keyset.Span{Low: 0, High: -1, Rows: t.Rows, Bytes: t.Bytes}
	k := t.Engine.(*table)
	err = c.rows(ctx, "SELECT (SELECT min("+k.rowid+") FROM "+identifier(t.Name)+"), (SELECT max("+k.rowid+") FROM "+identifier(t.Name)+")", nil, func(v [][]byte, stmt *sqlite.Stmt) error {
		if v[0] != nil {
			s.Low, s.High = stmt.ColumnInt64(0), stmt.ColumnInt64(1)
		}
		return nil
	})
	return s, err
}

// Describe implements dialect.Session.
func (c *session) Describe(ctx context.Context, t *dialect.Table) error {
	k := &table{}
	t.Columns, t.Key, t.Engine = nil, nil, k
	without, place := false, map[int]int{}
	err := c.rows(ctx, "SELECT wr, type FROM pragma_table_list WHERE schema = 'main' AND name = "+literal(t.Name), nil, func(v [][]byte, s *sqlite.Stmt) error {
		without = s.ColumnInt64(0) != 0
		return nil
	})
	if err != nil {
		return err
	}
	alias := ""
	names := map[string]bool{}
	err = c.rows(ctx, "SELECT name, type, pk, hidden, \"notnull\" FROM pragma_table_xinfo("+literal(t.Name)+")", nil, func(v [][]byte, s *sqlite.Stmt) error {
		name := string(v[0])
		if s.ColumnInt64(3) == 1 {
			return nil // of a virtual table
		}
		names[strings.ToLower(name)] = true
		if pk := int(s.ColumnInt64(2)); pk > 0 {
			place[pk] = len(t.Columns)
			if strings.EqualFold(string(v[1]), "INTEGER") {
				alias = name
			}
		}
		// A value may be of any type, whatever its column says.
		kind := strings.ToUpper(string(v[1]))
		t.Columns = append(t.Columns, dialect.Column{Name: name, Type: string(v[1]), Required: s.ColumnInt64(4) != 0, Form: dialect.Binary, Prose: strings.Contains(kind, "TEXT") || strings.Contains(kind, "CLOB")})
		return nil
	})
	if err == nil && len(t.Columns) == 0 {
		err = &dialect.Error{Class: dialect.Gone, Reason: sources.Vanished}
	}
	if err != nil {
		return err
	}
	for i := 1; i <= len(place); i++ {
		t.Key = append(t.Key, place[i])
		k.keys = append(k.keys, identifier(t.Columns[place[i]].Name))
	}
	if without {
		return nil
	}
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		if !names[name] {
			k.rowid = name
			return nil
		}
	}
	if len(place) == 1 && alias != "" {
		k.rowid = identifier(alias)
		return nil
	}
	return &dialect.Error{Class: dialect.Other, Reason: sources.InvalidValue} // three columns hide it
}

// Split implements dialect.Session.
func (c *session) Split(ctx context.Context, t *dialect.Table, size int64) ([]dialect.Range, error) {
	whole := []dialect.Range{{Bytes: t.Bytes}}
	if t.Bytes/size < 2 {
		return whole, nil
	}
	span, err := c.keys(ctx, t)
	if err != nil {
		return whole, err
	}
	return span.Split(t.Bytes / size), nil
}

// Sample implements dialect.Session: windows of rowids.
func (c *session) Sample(ctx context.Context, t *dialect.Table, size, seed int64) ([]dialect.Range, error) {
	span, err := c.keys(ctx, t)
	if err != nil {
		return nil, err
	}
	if list, ok := span.Sample(size, seed); ok {
		return list, nil
	}
	return span.Split(t.Bytes / size), nil
}

func (c *session) keys(ctx context.Context, t *dialect.Table) (span keyset.Span, err error) {
	d := *t
	if err := c.Describe(ctx, &d); err != nil || d.Engine.(*table).rowid == "" {
		return keyset.Span{High: -1, Bytes: t.Bytes}, err
	}
	return c.span(ctx, &d)
}

// Widths implements dialect.Session: the mean of rows at evenly spaced rowids.
func (c *session) Widths(ctx context.Context, t *dialect.Table, columns []int) ([]int64, error) {
	list := dialect.UnknownWidths(columns)
	k := t.Engine.(*table)
	if k.rowid == "" {
		return list, nil
	}
	span, err := c.span(ctx, t)
	if err != nil {
		return list, err
	}
	var sizes []string
	for _, column := range columns {
		sizes = append(sizes, "coalesce(octet_length("+identifier(t.Columns[column].Name)+"), 0)")
	}
	query := "SELECT " + strings.Join(sizes, ", ") + " FROM " + identifier(t.Name) + " WHERE " + k.rowid + " >= ? ORDER BY " + k.rowid + " LIMIT " + strconv.Itoa(probeRows)
	rows, sums := int64(0), make([]int64, len(columns))
	for _, key := range span.Probes(probes) {
		err := c.rows(ctx, query, func(s *sqlite.Stmt) { s.BindInt64(1, key) }, func(_ [][]byte, s *sqlite.Stmt) error {
			rows++
			for i := range sums {
				sums[i] += s.ColumnInt64(i)
			}
			return nil
		})
		if err != nil {
			return list, err
		}
	}
	for i := range sums {
		if rows > 0 {
			list[i] = sums[i] / rows
		}
	}
	return list, nil
}

// Writes implements dialect.Session: the file was opened for reading alone.
func (c *session) Writes(context.Context) (bool, error) { return false, nil }

func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
