package mysql

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"recense/sources"
	"recense/sources/databases/dialect"
)

// Databases implements dialect.Session. The server lists those in which the account
// has some right.
func (c *session) Databases(ctx context.Context) (list []dialect.Database, err error) {
	err = c.rows(ctx, "SHOW DATABASES", func(v [][]byte) error {
		switch name := string(v[0]); strings.ToLower(name) {
		case "information_schema", "performance_schema", "mysql", "sys":
		default:
			list = append(list, dialect.Database{Name: name})
		}
		return nil
	})
	slices.SortFunc(list, func(a, b dialect.Database) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}

// far are storage engines whose rows are elsewhere.
var far = map[string]bool{"FEDERATED": true, "CONNECT": true, "SPIDER": true}

// Tables implements dialect.Session.
func (c *session) Tables(ctx context.Context) (list []dialect.Table, err error) {
	err = c.rows(ctx, `SELECT table_name, table_type, engine, table_rows, coalesce(data_length, 0), create_time, update_time, auto_increment, table_comment, table_schema
FROM information_schema.tables WHERE table_schema = database()`, func(v [][]byte) error {
		t := dialect.Table{Name: string(v[0]), Rows: -1, Bytes: number(v[4]), Created: instant(v[5]), Modified: instant(v[6]), Engine: string(v[9]),
			Version: strings.Join([]string{string(v[5]), string(v[6]), string(v[7])}, " ")}
		if v[3] != nil {
			t.Rows = number(v[3])
		}
		switch kind := string(v[1]); {
		case kind == "VIEW" || kind == "SYSTEM VIEW":
			t.Status, t.Detail = sources.Excluded, sources.View
		case kind == "SEQUENCE":
			return nil
		case far[strings.ToUpper(string(v[2]))]:
			t.Status, t.Detail = sources.Excluded, sources.ForeignTable
		}
		list = append(list, t)
		return nil
	})
	slices.SortFunc(list, func(a, b dialect.Table) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}

// key is what this package knows of the primary key.
type key struct {
	whole bool // one column of whole numbers, by which ranges are cut
}

// Describe implements dialect.Session.
func (c *session) Describe(ctx context.Context, t *dialect.Table) error {
	t.Columns, t.Key, t.Engine = nil, nil, key{}
	at, whole := map[string]int{}, map[string]bool{}
	err := c.rows(ctx, `SELECT c.column_name, c.data_type, coalesce(c.character_maximum_length, 0), c.column_comment, c.privileges, t.table_comment
FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
WHERE c.table_schema = database() AND c.table_name = `+literal(t.Name)+` ORDER BY c.ordinal_position`, func(v [][]byte) error {
		kind := strings.ToLower(string(v[1]))
		at[string(v[0])] = len(t.Columns)
		whole[string(v[0])] = strings.HasSuffix(kind, "int")
		t.Comment = string(v[5])
		t.Columns = append(t.Columns, dialect.Column{Name: string(v[0]), Comment: string(v[3]), Form: formOf(kind),
			Denied: !strings.Contains(strings.ToLower(string(v[4])), "select"), Bounded: number(v[2])*4 <= dialect.MaxValue && kind != "json"})
		return nil
	})
	if err == nil && len(t.Columns) == 0 {
		err = &dialect.Error{Class: dialect.Gone, Reason: sources.Vanished}
	}
	if err != nil {
		return err
	}
	var names []string
	err = c.rows(ctx, `SELECT column_name FROM information_schema.statistics WHERE table_schema = database() AND table_name = `+literal(t.Name)+
		` AND index_name = 'PRIMARY' AND sub_part IS NULL ORDER BY seq_in_index`, func(v [][]byte) error {
		names = append(names, string(v[0]))
		return nil
	})
	for _, name := range names {
		i, ok := at[name]
		if !ok || t.Columns[i].Denied {
			t.Key, names = nil, nil
			break
		}
		t.Key = append(t.Key, i)
	}
	t.Engine = key{whole: len(names) == 1 && whole[names[0]]}
	return err
}

// formOf says what the values of a type look like.
func formOf(kind string) dialect.Form {
	switch kind {
	case "bit", "time", "year", "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "vector":
		return dialect.None
	case "json":
		return dialect.JSON
	case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob":
		return dialect.Binary
	}
	return dialect.Text
}

// Split implements dialect.Session: ranges of equal length between the least and
// the greatest key. The first has no beginning and the last no end.
func (c *session) Split(ctx context.Context, t *dialect.Table, size int64) ([]dialect.Range, error) {
	whole := []dialect.Range{{Bytes: t.Bytes}}
	n := t.Bytes / size
	if n < 2 {
		return whole, nil
	}
	d := dialect.Table{Name: t.Name}
	if err := c.Describe(ctx, &d); err != nil {
		return nil, err
	}
	if !d.Engine.(key).whole {
		return whole, nil
	}
	name := identifier(d.Columns[d.Key[0]].Name)
	var low, high int64
	err := c.rows(ctx, "SELECT min("+name+"), max("+name+") FROM "+identifier(t.Name), func(v [][]byte) error {
		low, high = number(v[0]), number(v[1])
		return nil
	})
	if class, _ := dialect.ClassOf(err); err != nil && (class == dialect.Busy || class == dialect.Denied) {
		return whole, nil // the reader tells
	}
	if err != nil || high-low < n {
		return whole, err
	}
	var list []dialect.Range
	step := (high-low)/n + 1
	for i := range n {
		from, to := "", ""
		if i > 0 {
			from = strconv.FormatInt(low+i*step, 10)
		}
		if i < n-1 {
			to = strconv.FormatInt(low+(i+1)*step, 10)
		}
		list = append(list, dialect.Range{Spec: from + ":" + to, Bytes: t.Bytes / n})
	}
	return list, nil
}

// Sample implements dialect.Session: all of the table. The engine draws no rows
// without reading every one.
func (c *session) Sample(ctx context.Context, t *dialect.Table, _, _ int64) ([]dialect.Range, error) {
	return c.Split(ctx, t, max(32<<20, t.Bytes/1000))
}

// Writes implements dialect.Session.
func (c *session) Writes(ctx context.Context) (may bool, err error) {
	err = c.rows(ctx, "SHOW GRANTS", func(v [][]byte) error {
		privileges, _, ok := strings.Cut(strings.TrimPrefix(strings.ToUpper(string(v[0])), "GRANT "), " ON ")
		for _, p := range strings.Split(privileges, ",") {
			switch p, _, _ = strings.Cut(strings.TrimSpace(p), " ("); p {
			case "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "ALL PRIVILEGES", "ALL", "SUPER", "FILE", "INDEX", "DELETE HISTORY":
				may = may || ok
			}
		}
		return nil
	})
	return may, err
}

func number(v []byte) int64 {
	n, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// instant reads a time of the catalogue, in the time zone of the server, which is
// taken for ours.
func instant(v []byte) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", string(v), time.Local)
	if err != nil {
		return time.Time{}
	}
	return t
}
