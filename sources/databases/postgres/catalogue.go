package postgres

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"recense/sources"
	"recense/sources/databases/dialect"
)

// blockSize is that of nearly every server; another one only changes how large
// ranges are.
const blockSize = 8192

// relation is what this package knows of a table.
type relation struct {
	oid   string
	parts []part
	large bool // the large objects
}

// part is where rows are: the table itself, or one of its partitions.
type part struct {
	oid, schema, name string
	bytes, toast      int64
	parent            bool // to be read through the table: the account has no right of its own
	foreign           bool
	// unplaced says that the account may read some columns only: ctid is none of
	// them. The part is then read in one go, rows are told by their number.
	unplaced bool
}

// Databases implements dialect.Session.
func (c *session) Databases(ctx context.Context) (list []dialect.Database, err error) {
	err = c.query(ctx, `SELECT datname, datallowconn AND has_database_privilege(oid, 'CONNECT')
FROM pg_database WHERE datname <> 'template0' ORDER BY datname COLLATE "C"`, func(v [][]byte) error {
		d := dialect.Database{Name: string(v[0])}
		if !yes(v[1]) {
			d.Status, d.Detail = sources.NotListable, sources.PermissionDenied
		}
		list = append(list, d)
		return nil
	})
	return list, err
}

// sized runs f with queries as they are. The size of a relation is that of its
// files; asking for it waits while the table is locked or rewritten. Then f runs
// again with the sizes that the last vacuum or analyse left.
func sized(f func(query func(string) string) error) error {
	err := f(func(query string) string { return query })
	if class, _ := dialect.ClassOf(err); err == nil || class != dialect.Busy {
		return err
	}
	return f(func(query string) string {
		return strings.ReplaceAll(query, "pg_relation_size(", "(SELECT 8192 * greatest(s.relpages, 1)::int8 FROM pg_class s WHERE s.oid = ")
	})
}

// tablesQuery lists what a database holds. The version of a table is made of the file
// it is in, the server's counters of rows written (which lag by up to a minute, and are
// reset by a crash: the start of the server and the last reset are part of it), its
// columns, comments and rights. A standby counts nothing, and no change of a
// materialised view but the making of its file. relacl says who may read: an empty
// name stands for PUBLIC.
const tablesQuery = `SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relispartition,
 pg_get_userbyid(c.relowner), c.reltuples::int8,
 CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) ELSE 0 END,
 CASE WHEN c.reltoastrelid <> 0 THEN pg_relation_size(c.reltoastrelid) ELSE 0 END,
 obj_description(c.oid, 'pg_class'),
 has_schema_privilege(n.oid, 'USAGE'), has_table_privilege(c.oid, 'SELECT'), has_any_column_privilege(c.oid, 'SELECT'),
 c.relkind IN ('r', 'p') AND row_security_active(c.oid),
 concat_ws(' ', c.relfilenode, pg_stat_get_tuples_inserted(c.oid), pg_stat_get_tuples_updated(c.oid), pg_stat_get_tuples_deleted(c.oid),
  (SELECT hashtext(string_agg(concat_ws(' ', a.attname, a.atttypid, col_description(c.oid, a.attnum), has_column_privilege(c.oid, a.attnum, 'SELECT')), ',' ORDER BY a.attnum)) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  hashtext(obj_description(c.oid, 'pg_class')), pg_stat_get_db_stat_reset_time((SELECT oid FROM pg_database WHERE datname = current_database())), pg_postmaster_start_time()),
 (SELECT string_agg(DISTINCT CASE x.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(x.grantee) END, E'\n') FROM
  (SELECT grantee, privilege_type FROM aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) UNION ALL
   SELECT g.grantee, g.privilege_type FROM pg_attribute a, aclexplode(a.attacl) g WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL) x
  WHERE x.privilege_type = 'SELECT' AND x.grantee <> c.relowner),
 EXISTS (SELECT FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x WHERE x.grantee = 0 AND x.privilege_type = 'USAGE'),
 NOT pg_is_in_recovery() AND current_setting('track_counts')::bool,
 c.relispopulated
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`

// partsQuery lists the partitions that hold rows, with the table at the top.
const partsQuery = `SELECT r.oid, c.oid, n.nspname, c.relname, pg_relation_size(c.oid),
 CASE WHEN c.reltoastrelid <> 0 THEN pg_relation_size(c.reltoastrelid) ELSE 0 END,
 has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'), c.relkind = 'f', row_security_active(c.oid),
 concat_ws(' ', c.relfilenode, pg_stat_get_tuples_inserted(c.oid), pg_stat_get_tuples_updated(c.oid), pg_stat_get_tuples_deleted(c.oid))
FROM pg_class r, pg_partition_tree(r.oid) t, pg_class c, pg_namespace n
WHERE r.relkind = 'p' AND NOT r.relispartition AND t.isleaf AND c.oid = t.relid AND c.relkind <> 'p' AND n.oid = c.relnamespace`

// Tables implements dialect.Session.
func (c *session) Tables(ctx context.Context) ([]dialect.Table, error) {
	var list []dialect.Table
	err := sized(func(query func(string) string) (err error) {
		list, err = c.tables(ctx, query)
		return err
	})
	slices.SortStableFunc(list, func(a, b dialect.Table) int {
		return cmp.Or(strings.Compare(a.Schema, b.Schema), strings.Compare(a.Name, b.Name))
	})
	return list, err
}

func (c *session) tables(ctx context.Context, query func(string) string) (list []dialect.Table, err error) {
	at := map[string]int{} // oid → index of a partitioned table
	err = c.transaction(ctx, func() error {
		err := c.rows(ctx, query(tablesQuery), nil, func(v [][]byte) error {
			if yes(v[5]) {
				return nil // a partition: rows of its table
			}
			t := tableOf(v)
			if string(v[3]) == "p" {
				at[string(v[0])] = len(list)
			}
			list = append(list, t)
			return nil
		})
		if err != nil {
			return err
		}
		if len(at) > 0 {
			if err := c.rows(ctx, query(partsQuery), nil, func(v [][]byte) error { addPart(list, at, v); return nil }); err != nil {
				return err
			}
		}
		return c.rows(ctx, `SELECT pg_get_userbyid(min(lomowner)), count(*) FROM pg_largeobject_metadata HAVING count(*) > 0`, nil, func(v [][]byte) error {
			list = append(list, dialect.Table{Schema: largeSchema, Name: largeName, Owner: string(v[0]), Rows: number(v[1]), Bytes: number(v[1]) * largeSize, Version: string(v[1]), Engine: &relation{large: true}})
			return nil
		})
	})
	return list, err
}

// tableOf reads a row of tablesQuery.
func tableOf(v [][]byte) dialect.Table {
	r := &relation{oid: string(v[0])}
	t := dialect.Table{Schema: string(v[1]), Name: string(v[2]), Owner: string(v[6]), Rows: number(v[7]),
		Bytes: number(v[8]) + number(v[9]), Comment: string(v[10]), Version: string(v[15]), Engine: r}
	switch string(v[3]) {
	case "v":
		t.Status, t.Detail = sources.Excluded, sources.View
	case "f":
		t.Status, t.Detail = sources.Excluded, sources.ForeignTable
	case "r", "m":
		r.parts = []part{{oid: r.oid, schema: t.Schema, name: t.Name, bytes: number(v[8]), toast: number(v[9]), unplaced: !yes(v[12])}}
	}
	if !yes(v[19]) { // a materialised view WITH NO DATA: the server refuses to read it until it is filled
		t.Status, t.Detail = sources.Excluded, sources.View
	}
	switch {
	case t.Status != sources.Scanned:
	case string(v[4]) == "t":
		t.Status, t.Detail = sources.Excluded, sources.TemporaryTable
	case !yes(v[11]) || !yes(v[13]):
		t.Status, t.Detail = sources.Unreadable, sources.PermissionDenied
	case yes(v[14]):
		t.Status, t.Detail = sources.Filtered, sources.RowSecurity
	}
	t.Access, t.Groups = access(v[16], yes(v[17]))
	if yes(v[18]) && string(v[3]) != "m" {
		t.Fresh = dialect.Counted
	}
	return t
}

// maxGroups is how many roles are named.
const maxGroups = 32

// access says who may read a table: everyone, some roles, or its owner alone.
func access(grantees []byte, open bool) (scope string, groups []string) {
	scope = "private"
	if grantees == nil {
		return scope, nil
	}
	for _, name := range strings.Split(string(grantees), "\n") {
		switch {
		case name == "" && open:
			scope = "everyone_authenticated"
		case name != "":
			groups = append(groups, name)
		}
	}
	if scope == "private" && len(groups) > 0 {
		scope = "group"
	}
	slices.Sort(groups)
	return scope, groups[:min(len(groups), maxGroups)]
}

// addPart adds a row of partsQuery to its table.
func addPart(list []dialect.Table, at map[string]int, v [][]byte) {
	i, ok := at[string(v[0])]
	if !ok {
		return
	}
	t := &list[i]
	p := partOf(v[1:])
	r := t.Engine.(*relation)
	r.parts = append(r.parts, p)
	t.Bytes += p.bytes + p.toast
	if yes(v[8]) && t.Status == sources.Scanned {
		t.Status, t.Detail = sources.Filtered, sources.RowSecurity
	}
	t.Version += " " + p.oid + " " + string(v[9])
}

func partOf(v [][]byte) part {
	return part{oid: string(v[0]), schema: string(v[1]), name: string(v[2]), bytes: number(v[3]), toast: number(v[4]),
		parent: !yes(v[5]), foreign: yes(v[6])}
}

// columnsQuery describes the columns of one table: a domain counts as the type
// below it.
const columnsQuery = `SELECT a.attname, col_description(a.attrelid, a.attnum), has_column_privilege(a.attrelid, a.attnum, 'SELECT'),
 b.typname, b.typcategory, e.typname, e.typcategory, b.typlen > 0 OR b.typcategory = 'E' OR a.atttypmod > 0 AND b.typname IN ('varchar', 'bpchar', 'numeric') AND a.atttypmod < 60000,
 coalesce(array_position((SELECT i.indkey::int2[] FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary), a.attnum), -1),
 b.typname IN ('text', 'citext', 'varchar') AND (a.atttypmod < 0 OR a.atttypmod >= 4 + %d),
 format_type(a.atttypid, a.atttypmod), a.attnotnull
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
CROSS JOIN LATERAL (WITH RECURSIVE d AS (SELECT t.oid, t.typbasetype UNION ALL SELECT p.oid, p.typbasetype FROM d JOIN pg_type p ON p.oid = d.typbasetype)
 SELECT d.oid FROM d WHERE d.typbasetype = 0) u
JOIN pg_type b ON b.oid = u.oid LEFT JOIN pg_type e ON e.oid = b.typelem AND b.typcategory = 'A'
WHERE a.attrelid = `

// relationQuery finds one table.
const relationQuery = `SELECT c.oid, n.nspname, c.relname, pg_relation_size(c.oid),
 CASE WHEN c.reltoastrelid <> 0 THEN pg_relation_size(c.reltoastrelid) ELSE 0 END, true, false, obj_description(c.oid, 'pg_class'), c.relkind, has_table_privilege(c.oid, 'SELECT')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = `

// Describe implements dialect.Session.
func (c *session) Describe(ctx context.Context, t *dialect.Table) error {
	return sized(func(query func(string) string) error { return c.describe(ctx, t, query) })
}

func (c *session) describe(ctx context.Context, t *dialect.Table, query func(string) string) error {
	if t.Schema == largeSchema && t.Name == largeName {
		describeLarge(t)
		return nil
	}
	r := &relation{}
	t.Engine, t.Columns, t.Key = r, nil, nil
	keys := map[int]int{} // place in the key → column
	return c.transaction(ctx, func() error {
		err := c.rows(ctx, query(relationQuery)+literal(t.Schema)+` AND c.relname = `+literal(t.Name), nil, func(v [][]byte) error {
			p := partOf(v)
			r.oid, t.Comment = p.oid, string(v[7])
			p.unplaced = !yes(v[9])
			if string(v[8]) != "p" {
				r.parts = []part{p}
			}
			return nil
		})
		if err == nil && r.oid == "" {
			err = &dialect.Error{Class: dialect.Gone, Reason: sources.Vanished}
		}
		if err != nil {
			return err
		}
		if len(r.parts) == 0 {
			err = c.rows(ctx, query(partsQuery)+" AND r.oid = "+r.oid, nil, func(v [][]byte) error {
				r.parts = append(r.parts, partOf(v[1:]))
				return nil
			})
			if err != nil {
				return err
			}
		}
		err = c.rows(ctx, fmt.Sprintf(columnsQuery, dialect.ProseFrom)+r.oid+` AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, nil, func(v [][]byte) error {
			if at := int(number(v[8])); at >= 0 {
				keys[at] = len(t.Columns)
			}
			t.Columns = append(t.Columns, columnOf(v))
			return nil
		})
		for _, at := range slices.Sorted(maps.Keys(keys)) {
			t.Key = append(t.Key, keys[at])
		}
		return err
	})
}

func columnOf(v [][]byte) dialect.Column {
	return dialect.Column{Name: string(v[0]), Comment: string(v[1]), Denied: !yes(v[2]),
		Form: formOf(string(v[3]), string(v[4]), string(v[5]), string(v[6])), Bounded: yes(v[7]), Prose: yes(v[9]), Type: string(v[10]), Required: yes(v[11])}
}

// unread are types that say nothing about anybody, or repeat other columns.
var unread = map[string]bool{"oid": true, "xid": true, "cid": true, "tid": true, "xid8": true, "pg_lsn": true, "pg_snapshot": true,
	"txid_snapshot": true, "tsquery": true, "regclass": true, "regtype": true, "regproc": true, "regprocedure": true, "regrole": true,
	"regnamespace": true, "regoper": true, "regoperator": true, "regconfig": true, "regdictionary": true}

// formOf says what values of a type look like: categories are those of pg_type.
func formOf(name, category, element, elementCategory string) dialect.Form {
	switch name {
	case "bytea":
		return dialect.Binary
	case "json", "jsonb":
		return dialect.JSON
	case "xml":
		return dialect.XML
	case "hstore":
		return dialect.Map
	}
	switch category {
	case "B", "T", "V": // boolean, timespan, bit string
		return dialect.None
	case "A":
		if f := formOf(element, elementCategory, "", ""); f == dialect.None || f == dialect.Binary {
			return dialect.None
		}
		return dialect.Array
	case "C":
		return dialect.Array // a row of values
	}
	if unread[name] {
		return dialect.None
	}
	return dialect.Text
}

// Split implements dialect.Session. The last range of a part has no end: what is
// added behind while others are read is read as well.
func (c *session) Split(_ context.Context, t *dialect.Table, size int64) (list []dialect.Range, err error) {
	if t.Engine.(*relation).large {
		return []dialect.Range{{Bytes: t.Bytes}}, nil
	}
	for _, p := range t.Engine.(*relation).parts {
		if p.foreign {
			list = append(list, dialect.Range{Spec: p.oid + ":foreign"})
			continue
		}
		blocks := (p.bytes + blockSize - 1) / blockSize
		total := p.bytes + p.toast
		n := max(total/size, 1)
		if c.version < 140000 || p.unplaced {
			n = 1
		}
		step := max((blocks+n-1)/n, 1)
		for from := int64(0); ; from += step {
			spec := p.oid + ":" + strconv.FormatInt(from, 10) + "-"
			if from+step >= blocks {
				list = append(list, dialect.Range{Spec: spec, Bytes: total * max(blocks-from, 0) / max(blocks, 1)})
				break
			}
			list = append(list, dialect.Range{Spec: spec + strconv.FormatInt(from+step, 10), Bytes: total * step / blocks})
		}
	}
	return list, nil
}

// Sample implements dialect.Session: every block is drawn with the same
// probability (TABLESAMPLE SYSTEM), in each partition.
func (c *session) Sample(_ context.Context, t *dialect.Table, size, seed int64) (list []dialect.Range, err error) {
	if t.Engine.(*relation).large {
		return c.Split(context.Background(), t, size)
	}
	fraction := min(float64(size)/float64(max(t.Bytes, 1)), 1)
	for _, p := range t.Engine.(*relation).parts {
		if p.foreign {
			list = append(list, dialect.Range{Spec: p.oid + ":foreign"})
			continue
		}
		list = append(list, dialect.Range{
			Spec:   fmt.Sprintf("%s:sample %s %d", p.oid, strconv.FormatFloat(100*fraction, 'g', 6, 64), seed),
			Bytes:  int64(fraction * float64(p.bytes+p.toast)),
			Method: "blocks", Fraction: fraction, Clusters: (p.bytes + blockSize - 1) / blockSize,
		})
	}
	return list, nil
}

// Widths implements dialect.Session: what the last analyse of the table left.
func (c *session) Widths(ctx context.Context, t *dialect.Table, columns []int) ([]int64, error) {
	list := dialect.UnknownWidths(columns)
	err := c.query(ctx, `SELECT attname, max((avg_width * (1 - null_frac))::bigint) FROM pg_stats WHERE schemaname = `+literal(t.Schema)+` AND tablename = `+literal(t.Name)+` GROUP BY attname`, func(v [][]byte) error {
		for i, column := range columns {
			if t.Columns[column].Name == string(v[0]) {
				list[i] = number(v[1])
			}
		}
		return nil
	})
	return list, err
}

// strainQuery asks a primary how far its standbys are behind (NULL for accounts without
// pg_monitor), and a standby how old what it has not replayed yet is.
const strainQuery = `SELECT CASE WHEN pg_is_in_recovery() THEN
  CASE WHEN pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn() THEN extract(epoch FROM now() - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()))::bigint END
 ELSE (SELECT max(extract(epoch FROM r.replay_lag))::bigint FROM pg_stat_replication r) END`

// Strain implements dialect.Strained.
func (c *session) Strain(ctx context.Context) (s dialect.Strain, err error) {
	err = c.query(ctx, strainQuery, func(v [][]byte) error {
		s.Lag = time.Duration(number(v[0])) * time.Second
		return nil
	})
	return s, err
}

// Writes implements dialect.Session.
func (c *session) Writes(ctx context.Context) (may bool, err error) {
	err = c.query(ctx, `SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR EXISTS (
 SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relpersistence <> 't'
 AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))`, func(v [][]byte) error {
		may = yes(v[0])
		return nil
	})
	return may, err
}

// Connections implements dialect.Bounded. What is below zero bounds nothing.
func (c *session) Connections(ctx context.Context) (most int64, err error) {
	err = c.query(ctx, `SELECT coalesce(min(n), 0) FROM (
 SELECT rolconnlimit AS n FROM pg_roles WHERE rolname = current_user AND NOT rolsuper
 UNION ALL SELECT datconnlimit FROM pg_database WHERE datname = current_database() AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)) AS l WHERE n > 0`, func(v [][]byte) error {
		most = number(v[0])
		return nil
	})
	return most, err
}

func yes(v []byte) bool { return bytes.Equal(v, []byte{'t'}) }

func number(v []byte) int64 {
	n, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
