package mysql

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/databases/keyset"
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
	err = c.rows(ctx, `SELECT table_name, table_type, engine, table_rows, coalesce(data_length, 0), create_time, update_time, auto_increment, table_comment, table_schema,
 unix_timestamp(update_time), unix_timestamp()
FROM information_schema.tables WHERE table_schema = database()`, func(v [][]byte) error {
		t := dialect.Table{Name: string(v[0]), Rows: -1, Bytes: number(v[4]), Created: instant(v[5]), Modified: instant(v[6]), Engine: string(v[9]),
			Version: strings.Join([]string{string(v[5]), string(v[6]), string(v[7])}, " ")}
		if v[3] != nil {
			t.Rows = number(v[3])
		}
		t.Fresh = c.fresh(v[10], v[11])
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
	if err != nil {
		return nil, err
	}
	if err = c.digests(ctx, list); err != nil {
		return nil, err
	}
	return list, c.readers(ctx, list)
}

// skew is how far the clocks of the server and of this machine may be from each other
// for times of the one to be compared with those of the other.
const skew = time.Second

// fresh reads the time of the last change. The server keeps it in memory: it is unknown
// after a restart until the next change, and always for some kinds of tables; such
// tables are read each time.
func (c *session) fresh(changed, now []byte) time.Time {
	if changed == nil || now == nil {
		return time.Time{}
	}
	if d := time.Since(time.Unix(number(now), 0)); d > skew+time.Second || d < -skew {
		return time.Time{}
	}
	whole, _, _ := strings.Cut(string(changed), ".")
	return time.Unix(number([]byte(whole)), 0)
}

// digests add what columns a table has to its version: a change of comments alone
// moves no time.
func (c *session) digests(ctx context.Context, list []dialect.Table) error {
	sums := map[string]string{}
	err := c.rows(ctx, `SELECT table_name, bit_xor(crc32(concat_ws(' ', ordinal_position, column_name, column_type, column_comment, privileges)))
FROM information_schema.columns WHERE table_schema = database() GROUP BY table_name`, func(v [][]byte) error {
		sums[string(v[0])] = string(v[1])
		return nil
	})
	for i := range list {
		list[i].Version += " " + sums[list[i].Name]
	}
	return err
}

// readersQueries list who may read: everything, the database, a table of it. They ask
// the tables of the server's own rights, which an account with SELECT on *.* sees.
var readersQueries = []string{
	"SELECT '', user FROM mysql.user WHERE select_priv = 'Y'",
	"SELECT '', user FROM mysql.db WHERE select_priv = 'Y' AND database() LIKE db",
	"SELECT table_name, user FROM mysql.tables_priv WHERE db = database() AND (find_in_set('Select', table_priv) OR find_in_set('Select', column_priv))",
}

// maxGroups is how many accounts are named.
const maxGroups = 32

// readers tells who may read the tables, unknown to an account that may not see it. An
// account without a name, or PUBLIC, stands for everybody.
func (c *session) readers(ctx context.Context, list []dialect.Table) error {
	names := map[string][]string{}
	for _, q := range readersQueries {
		err := c.rows(ctx, q, func(v [][]byte) error {
			names[string(v[0])] = append(names[string(v[0])], string(v[1]))
			return nil
		})
		var e *dialect.Error
		if errors.As(err, &e) && (e.Class == dialect.Denied || e.Class == dialect.Gone) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	for i := range list {
		t := &list[i]
		t.Access = "private"
		for _, name := range slices.Concat(names[""], names[t.Name]) {
			switch {
			case name == "" || name == "PUBLIC":
				t.Access = "everyone_authenticated"
			case !slices.Contains(t.Groups, name):
				t.Groups = append(t.Groups, name)
			}
		}
		if t.Access == "private" && len(t.Groups) > 0 {
			t.Access = "group"
		}
		slices.Sort(t.Groups)
		t.Groups = t.Groups[:min(len(t.Groups), maxGroups)]
	}
	return nil
}

// key is what this package knows of the primary key.
type key struct {
	whole   bool // its first column is one of whole numbers, by which ranges are cut
	history bool // the table keeps rows that were changed or deleted
}

// place names a table to read, with all that it keeps: an erased row of a system-versioned
// table is still there. Its key does not tell versions of a row apart, so Describe leaves it out.
func place(t *dialect.Table) string {
	if k, _ := t.Engine.(key); k.history {
		return identifier(t.Name) + " FOR SYSTEM_TIME ALL"
	}
	return identifier(t.Name)
}

// Describe implements dialect.Session.
func (c *session) Describe(ctx context.Context, t *dialect.Table) error {
	t.Columns, t.Key, t.Engine = nil, nil, key{}
	at, whole, history := map[string]int{}, map[string]bool{}, false
	err := c.rows(ctx, `SELECT c.column_name, c.data_type, coalesce(c.character_maximum_length, 0), c.column_comment, c.privileges, t.table_comment, c.column_type, c.is_nullable, t.table_type
FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
WHERE c.table_schema = database() AND c.table_name = `+literal(t.Name)+` ORDER BY c.ordinal_position`, func(v [][]byte) error {
		kind := strings.ToLower(string(v[1]))
		at[string(v[0])] = len(t.Columns)
		whole[string(v[0])] = strings.HasSuffix(kind, "int")
		t.Comment, history = string(v[5]), string(v[8]) == "SYSTEM VERSIONED"
		t.Columns = append(t.Columns, dialect.Column{Name: string(v[0]), Comment: string(v[3]), Form: formOf(kind),
			Denied: !strings.Contains(strings.ToLower(string(v[4])), "select"), Bounded: number(v[2])*4 <= dialect.MaxValue && kind != "json",
			Type: string(v[6]), Required: strings.EqualFold(string(v[7]), "no"),
			Prose: strings.HasSuffix(kind, "text") || kind == "varchar" && number(v[2]) >= dialect.ProseFrom})
		return nil
	})
	if err == nil && len(t.Columns) == 0 {
		err = &dialect.Error{Class: dialect.Gone, Reason: sources.Vanished}
	}
	if err != nil {
		return err
	}
	if history {
		t.Engine = key{history: true}
		return nil
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
	t.Engine = key{whole: len(names) > 0 && whole[names[0]]}
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
	n := t.Bytes / size
	if n < 2 {
		return []dialect.Range{{Bytes: t.Bytes}}, nil
	}
	span, err := c.span(ctx, t)
	return span.Split(n), err
}

// Sample implements dialect.Session: windows of keys, where the key begins with a whole
// number; all of the table elsewhere, because the engine draws no rows without
// reading every one.
func (c *session) Sample(ctx context.Context, t *dialect.Table, size, seed int64) ([]dialect.Range, error) {
	span, err := c.span(ctx, t)
	if err != nil {
		return nil, err
	}
	if list, ok := span.Sample(size, seed); ok {
		return list, nil
	}
	return span.Split(t.Bytes / max(32<<20, t.Bytes/1000)), nil
}

// span asks for the least and the greatest key; it is empty where the key does
// not begin with a whole number, or where the reader has to tell why it cannot be known.
func (c *session) span(ctx context.Context, t *dialect.Table) (keyset.Span, error) {
	s := keyset.Span{Low: 0, High: -1, Rows: t.Rows, Bytes: t.Bytes}
	d := dialect.Table{Name: t.Name}
	if err := c.Describe(ctx, &d); err != nil {
		return s, err
	}
	if !d.Engine.(key).whole {
		return s, nil
	}
	name := identifier(d.Columns[d.Key[0]].Name)
	err := c.rows(ctx, "SELECT min("+name+"), max("+name+") FROM "+identifier(t.Name), func(v [][]byte) error {
		low, err := strconv.ParseInt(string(v[0]), 10, 64)
		high, err2 := strconv.ParseInt(string(v[1]), 10, 64)
		if err == nil && err2 == nil {
			s.Low, s.High = low, high
		}
		return nil
	})
	if class, _ := dialect.ClassOf(err); err != nil && (class == dialect.Busy || class == dialect.Denied) {
		return s, nil
	}
	return s, err
}

// Strain implements dialect.Strained. How far behind a replica is, only accounts with
// REPLICA MONITOR or REPLICATION CLIENT may ask.
func (c *session) Strain(ctx context.Context) (s dialect.Strain, err error) {
	err = c.rows(ctx, "SHOW GLOBAL STATUS LIKE 'Threads_running'", func(v [][]byte) error {
		s.Running = int(number(v[1])) - 1
		return nil
	})
	if err != nil {
		return s, err
	}
	for _, query := range []string{"SHOW REPLICA STATUS", "SHOW SLAVE STATUS"} { // MySQL 8.4 knows the one, MariaDB to 10.4 the other
		names, err := c.named(ctx, query, func(name string, v []byte) {
			if name == "Seconds_Behind_Source" || name == "Seconds_Behind_Master" {
				s.Lag = max(s.Lag, time.Duration(number(v))*time.Second)
			}
		})
		var e *dialect.Error
		if err != nil && (!errors.As(err, &e) || e.Class == dialect.Lost) {
			return s, err
		}
		if err == nil && names {
			break
		}
	}
	return s, nil
}

// At how many places Widths looks at a table, and how many rows it measures there.
const (
	probes    = 16
	probeRows = 64
)

// Widths implements dialect.Session: the mean of rows at evenly spaced keys.
func (c *session) Widths(ctx context.Context, t *dialect.Table, columns []int) ([]int64, error) {
	list := dialect.UnknownWidths(columns)
	span, err := c.span(ctx, t)
	keys := span.Probes(probes)
	if err != nil || len(keys) == 0 {
		return list, err
	}
	name := identifier(t.Columns[t.Key[0]].Name)
	var sizes, means, parts []string
	for i, column := range columns {
		alias := "w" + strconv.Itoa(i)
		sizes = append(sizes, "coalesce(length("+identifier(t.Columns[column].Name)+"), 0) AS "+alias)
		means = append(means, "CAST(avg("+alias+") AS signed)")
	}
	for _, key := range keys {
		parts = append(parts, "(SELECT "+strings.Join(sizes, ", ")+" FROM "+identifier(t.Name)+" WHERE "+name+" >= "+strconv.FormatInt(key, 10)+" ORDER BY "+name+" LIMIT "+strconv.Itoa(probeRows)+")")
	}
	err = c.rows(ctx, "SELECT "+strings.Join(means, ", ")+" FROM ("+strings.Join(parts, " UNION ALL ")+") p", func(v [][]byte) error {
		for i := range list {
			if v[i] != nil {
				list[i] = number(v[i])
			}
		}
		return nil
	})
	return list, err
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

// Connections implements dialect.Bounded.
func (c *session) Connections(ctx context.Context) (most int64, err error) {
	err = c.rows(ctx, "SELECT @@max_user_connections", func(v [][]byte) error {
		most = number(v[0])
		return nil
	})
	return most, err
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
