package oracle

import (
	"cmp"
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

// Databases implements dialect.Session: the service is one.
func (c *session) Databases(context.Context) ([]dialect.Database, error) {
	return []dialect.Database{{Name: c.service}}, nil
}

// tablesQuery lists the tables of the users that Oracle did not make itself
// (ALL_USERS.ORACLE_MAINTAINED) and that the account has some right on. Estimates are
// those of the last statistics. The container of a materialised view is a table of its
// name.
const tablesQuery = `SELECT t.owner, t.table_name, t.num_rows, t.blocks, t.avg_row_len, t.temporary, t.external, t.iot_type, t.nested, c.comments,
 TO_CHAR(o.created, 'YYYY-MM-DD HH24:MI:SS'), TO_CHAR(o.last_ddl_time, 'YYYY-MM-DD HH24:MI:SS'), TO_CHAR(t.last_analyzed, 'YYYY-MM-DD HH24:MI:SS'), t.partitioned
FROM all_tables t JOIN all_users u ON u.username = t.owner AND u.oracle_maintained = 'N'
LEFT JOIN all_objects o ON o.owner = t.owner AND o.object_name = t.table_name AND o.object_type = 'TABLE'
LEFT JOIN all_tab_comments c ON c.owner = t.owner AND c.table_name = t.table_name
WHERE t.secondary = 'N' AND (t.iot_type IS NULL OR t.iot_type = 'IOT')`

const viewsQuery = `SELECT v.owner, v.view_name FROM all_views v JOIN all_users u ON u.username = v.owner AND u.oracle_maintained = 'N'`

// policiesQuery lists tables whose rows an enabled policy filters when they are read;
// accounts with EXEMPT ACCESS POLICY see all of them.
const policiesQuery = `SELECT p.object_owner, p.object_name FROM all_policies p WHERE p.enable = 'YES' AND p.sel = 'YES'
 AND NOT EXISTS (SELECT 1 FROM session_privs s WHERE s.privilege = 'EXEMPT ACCESS POLICY')`

// readersQuery lists who may read a table.
const readersQuery = `SELECT g.table_schema, g.table_name, g.grantee FROM all_tab_privs g WHERE g.privilege IN ('SELECT', 'READ')`

// table is what this package knows of a table.
type table struct {
	index bool // organised as an index: no rowids of blocks
	whole bool
	keys  []string
	kinds []string
}

// blockSize is the usual one; another only changes how large ranges are.
const blockSize = 8192

// Tables implements dialect.Session.
func (c *session) Tables(ctx context.Context) (list []dialect.Table, err error) {
	at := map[string]int{}
	err = c.rows(ctx, tablesQuery, func(v [][]byte) error {
		t := dialect.Table{Schema: string(v[0]), Name: string(v[1]), Owner: string(v[0]), Rows: -1, Comment: string(v[9]), Created: instant(v[10]), Access: "private",
			Engine: &table{index: v[7] != nil}, Version: strings.Join([]string{string(v[11]), string(v[12]), string(v[2]), string(v[3])}, " ")}
		if v[2] != nil {
			t.Rows = number(v[2])
		}
		t.Bytes = max(number(v[3])*blockSize, number(v[2])*number(v[4]))
		switch {
		case string(v[5]) == "Y":
			t.Status, t.Detail = sources.Excluded, sources.TemporaryTable
		case string(v[6]) == "YES":
			t.Status, t.Detail = sources.Excluded, sources.ForeignTable
		case string(v[8]) == "YES":
			return nil // rows of nested tables come with those of their parent
		}
		at[t.Schema+"\x00"+t.Name] = len(list)
		list = append(list, t)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = c.rows(ctx, policiesQuery, func(v [][]byte) error {
		if i, ok := at[string(v[0])+"\x00"+string(v[1])]; ok && list[i].Status == sources.Scanned {
			list[i].Status, list[i].Detail = sources.Filtered, sources.RowSecurity
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = c.rows(ctx, readersQuery, func(v [][]byte) error {
		if i, ok := at[string(v[0])+"\x00"+string(v[1])]; ok {
			addReader(&list[i], string(v[2]))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = c.rows(ctx, viewsQuery, func(v [][]byte) error {
		list = append(list, dialect.Table{Schema: string(v[0]), Name: string(v[1]), Owner: string(v[0]), Rows: -1, Status: sources.Excluded, Detail: sources.View})
		return nil
	})
	slices.SortFunc(list, func(a, b dialect.Table) int {
		return cmp.Or(strings.Compare(a.Schema, b.Schema), strings.Compare(a.Name, b.Name))
	})
	return list, err
}

// maxGroups is how many roles and users are named.
const maxGroups = 32

func addReader(t *dialect.Table, name string) {
	switch {
	case name == "PUBLIC":
		t.Access = "everyone_authenticated"
	case len(t.Groups) < maxGroups && !slices.Contains(t.Groups, name):
		t.Groups = append(t.Groups, name)
		slices.Sort(t.Groups)
	}
	if t.Access == "private" && len(t.Groups) > 0 {
		t.Access = "group"
	}
}

// columnsQuery describes the columns of one table, without those that the engine made
// for itself.
const columnsQuery = `SELECT k.column_name, k.data_type, k.data_length, c.comments, k.data_scale, k.data_type_owner, k.nullable
FROM all_tab_cols k LEFT JOIN all_col_comments c ON c.owner = k.owner AND c.table_name = k.table_name AND c.column_name = k.column_name
WHERE k.user_generated = 'YES' AND k.owner = `

const keyQuery = `SELECT x.column_name FROM all_constraints n JOIN all_cons_columns x ON x.owner = n.owner AND x.constraint_name = n.constraint_name
WHERE n.constraint_type = 'P' AND n.owner = `

// redactedQuery lists the columns that Data Redaction shows otherwise than they are.
const redactedQuery = `SELECT r.column_name FROM redaction_columns r JOIN redaction_policies p ON p.object_owner = r.object_owner AND p.object_name = r.object_name
WHERE p.enable LIKE 'YES%' AND r.object_owner = `

// Describe implements dialect.Session.
func (c *session) Describe(ctx context.Context, t *dialect.Table) error {
	k := &table{}
	if old, ok := t.Engine.(*table); ok {
		k.index = old.index
	}
	t.Columns, t.Key, t.Engine, t.Doubt = nil, nil, k, ""
	schema, name := literal(t.Schema), literal(t.Name)
	at, kinds := map[string]int{}, map[string]string{}
	err := c.rows(ctx, columnsQuery+schema+" AND k.table_name = "+name+" ORDER BY k.column_id", func(v [][]byte) error {
		column := columnOf(v)
		at[column.Name], kinds[column.Name] = len(t.Columns), kindOf(string(v[1]))
		if string(v[1]) == "NUMBER" && string(v[4]) == "0" {
			kinds[column.Name] = "INTEGER"
		}
		t.Columns = append(t.Columns, column)
		return nil
	})
	if err == nil && len(t.Columns) == 0 {
		err = &dialect.Error{Class: dialect.Gone, Reason: sources.Vanished}
	}
	if err != nil {
		return err
	}
	if err := c.redacted(ctx, t, at); err != nil {
		return err
	}
	var names []string
	err = c.rows(ctx, keyQuery+schema+" AND n.table_name = "+name+" ORDER BY x.position", func(v [][]byte) error {
		names = append(names, string(v[0]))
		return nil
	})
	if err != nil {
		return err
	}
	for _, n := range names {
		i, ok := at[n]
		if !ok || t.Columns[i].Hidden != "" || !ordered[kinds[n]] {
			t.Key, k.keys, k.kinds = nil, nil, nil
			break
		}
		t.Key, k.keys, k.kinds = append(t.Key, i), append(k.keys, identifier(n)), append(k.kinds, kinds[n])
	}
	k.whole = len(k.keys) == 1 && k.kinds[0] == "INTEGER"
	return nil
}

// redacted marks the columns that are shown otherwise. An account that may not see the
// policies and is not exempt from them cannot know.
func (c *session) redacted(ctx context.Context, t *dialect.Table, at map[string]int) error {
	exempt := false
	err := c.rows(ctx, "SELECT privilege FROM session_privs WHERE privilege = 'EXEMPT REDACTION POLICY'", func([][]byte) error {
		exempt = true
		return nil
	})
	if err != nil || exempt {
		return err
	}
	err = c.rows(ctx, redactedQuery+literal(t.Schema)+" AND r.object_name = "+literal(t.Name), func(v [][]byte) error {
		if i, ok := at[string(v[0])]; ok {
			t.Columns[i].Hidden = sources.MaskedValues
		}
		return nil
	})
	var e *dialect.Error
	if errors.As(err, &e) && (e.Class == dialect.Gone || e.Class == dialect.Denied) {
		t.Doubt, err = sources.RightsUnknown, nil
	}
	return err
}

// ordered are the types of keys by which pages are read.
var ordered = map[string]bool{"INTEGER": true, "NUMBER": true, "VARCHAR2": true, "CHAR": true, "NVARCHAR2": true, "DATE": true}

// kindOf is a type without its precision: TIMESTAMP(6) WITH TIME ZONE.
func kindOf(kind string) string {
	kind, _, _ = strings.Cut(kind, "(")
	return kind
}

func columnOf(v [][]byte) dialect.Column {
	kind := kindOf(string(v[1]))
	c := dialect.Column{Name: string(v[0]), Comment: string(v[3]), Type: string(v[1]), Required: string(v[6]) == "N", Form: formOf(kind), Bounded: true}
	switch kind {
	case "CLOB", "NCLOB", "BLOB", "XMLTYPE", "JSON":
		c.Bounded = false
	}
	switch kind {
	case "CLOB", "NCLOB":
		c.Prose = true
	case "VARCHAR2", "NVARCHAR2":
		c.Prose = number(v[2]) >= dialect.ProseFrom
	}
	return c
}

// formOf says what the values of a type look like. What is outside the database
// (BFILE), of a type of one's own, or LONG, which no expression takes, is not read.
func formOf(kind string) dialect.Form {
	switch kind {
	case "CLOB", "NCLOB", "CHAR", "NCHAR", "VARCHAR2", "NVARCHAR2", "VARCHAR", "NUMBER", "FLOAT", "BINARY_FLOAT", "BINARY_DOUBLE", "DATE", "TIMESTAMP":
		return dialect.Text
	case "XMLTYPE":
		return dialect.XML
	case "JSON":
		return dialect.JSON
	case "BLOB", "RAW":
		return dialect.Binary
	}
	return dialect.None
}

// extentsQuery lists the extents of a table and of its partitions. The number of an
// object in rowids is that of its segment.
const extentsQuery = `SELECT o.data_object_id, e.relative_fno, e.block_id, e.blocks FROM dba_extents e
JOIN all_objects o ON o.owner = e.owner AND o.object_name = e.segment_name AND o.object_type LIKE 'TABLE%' AND o.data_object_id IS NOT NULL AND (o.subobject_name = e.partition_name OR o.subobject_name IS NULL AND e.partition_name IS NULL)
WHERE e.segment_type LIKE 'TABLE%' AND e.owner = `

// Split implements dialect.Session: extents, each range as many as make size.
func (c *session) Split(ctx context.Context, t *dialect.Table, size int64) ([]dialect.Range, error) {
	k, _ := t.Engine.(*table)
	if k != nil && !k.index && c.extents >= 0 {
		list, err := c.split(ctx, t, size)
		if err == nil && len(list) > 0 {
			c.extents = 1
			return list, nil
		}
		var e *dialect.Error
		if err != nil && !(errors.As(err, &e) && (e.Class == dialect.Gone || e.Class == dialect.Denied)) {
			return nil, err
		}
		if err != nil {
			c.extents = -1
		}
	}
	n := t.Bytes / size
	if n < 2 {
		return []dialect.Range{{Bytes: t.Bytes}}, nil
	}
	s := keyset.Span{Low: 0, High: -1, Rows: t.Rows, Bytes: t.Bytes}
	d := *t
	err := c.Describe(ctx, &d)
	if k := d.Engine.(*table); err == nil && k.whole {
		err = c.rows(ctx, "SELECT TO_CHAR(MIN("+k.keys[0]+")), TO_CHAR(MAX("+k.keys[0]+")) FROM "+from(&d), func(v [][]byte) error {
			low, err := strconv.ParseInt(string(v[0]), 10, 64)
			high, err2 := strconv.ParseInt(string(v[1]), 10, 64)
			if err == nil && err2 == nil {
				s.Low, s.High = low, high
			}
			return nil
		})
	}
	if class, _ := dialect.ClassOf(err); err != nil && class != dialect.Lost && ctx.Err() == nil {
		err = nil // the reader tells
	}
	return s.Split(n), err
}

// split makes ranges of extents.
func (c *session) split(ctx context.Context, t *dialect.Table, size int64) (list []dialect.Range, err error) {
	var now dialect.Range
	err = c.rows(ctx, extentsQuery+literal(t.Schema)+" AND e.segment_name = "+literal(t.Name)+" ORDER BY 1, 2, 3", func(v [][]byte) error {
		x := extent{uint32(number(v[0])), uint32(number(v[1])), uint32(number(v[2])), uint32(number(v[3]))}
		if now.Spec == "" {
			now.Spec = extentMark
		}
		now.Spec += x.text()
		if now.Bytes += int64(x.blocks) * blockSize; now.Bytes >= size {
			list, now = append(list, now), dialect.Range{}
		}
		return nil
	})
	if now.Spec != "" {
		list = append(list, now)
	}
	return list, err
}

// Sample implements dialect.Session: every block is drawn with the same probability.
func (c *session) Sample(ctx context.Context, t *dialect.Table, size, seed int64) ([]dialect.Range, error) {
	fraction := min(max(float64(size)/float64(max(t.Bytes, 1)), 1e-6), 0.99)
	if k, ok := t.Engine.(*table); ok && k.index {
		return c.Split(ctx, t, max(32<<20, t.Bytes/1000))
	}
	return []dialect.Range{{
		Spec:   "sample " + strconv.FormatFloat(100*fraction, 'f', 6, 64) + " " + strconv.FormatInt(seed&(1<<32-1), 10),
		Bytes:  int64(fraction * float64(t.Bytes)),
		Method: "blocks", Fraction: fraction, Clusters: (t.Bytes + blockSize - 1) / blockSize,
	}}, nil
}

// Widths implements dialect.Session: what the last statistics left (ALL_TAB_COLS.AVG_COL_LEN,
// without what is stored outside the row, which is not known).
func (c *session) Widths(ctx context.Context, t *dialect.Table, columns []int) ([]int64, error) {
	list := dialect.UnknownWidths(columns)
	err := c.rows(ctx, "SELECT k.column_name, k.avg_col_len FROM all_tab_cols k WHERE k.avg_col_len IS NOT NULL AND k.data_type NOT LIKE '%LOB' AND k.owner = "+literal(t.Schema)+" AND k.table_name = "+literal(t.Name), func(v [][]byte) error {
		for i, column := range columns {
			if t.Columns[column].Name == string(v[0]) {
				list[i] = number(v[1])
			}
		}
		return nil
	})
	return list, err
}

// Writes implements dialect.Session: a right on everything, a right on a table of
// somebody else, or tables of one's own.
func (c *session) Writes(ctx context.Context) (may bool, err error) {
	err = c.rows(ctx, `SELECT COUNT(*) FROM (
 SELECT 1 FROM session_privs WHERE privilege IN ('INSERT ANY TABLE', 'UPDATE ANY TABLE', 'DELETE ANY TABLE', 'DROP ANY TABLE', 'ALTER ANY TABLE', 'CREATE TABLE', 'CREATE ANY TABLE')
 UNION ALL SELECT 1 FROM user_tables
 UNION ALL SELECT 1 FROM all_tab_privs g JOIN all_users u ON u.username = g.table_schema AND u.oracle_maintained = 'N'
  WHERE g.privilege IN ('INSERT', 'UPDATE', 'DELETE', 'ALTER') AND (g.grantee IN (USER, 'PUBLIC') OR g.grantee IN (SELECT role FROM session_roles)))`, func(v [][]byte) error {
		may = number(v[0]) > 0
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
