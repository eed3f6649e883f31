package sqlserver

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/databases/keyset"
)

// Databases implements dialect.Session.
func (c *session) Databases(ctx context.Context) (list []dialect.Database, err error) {
	err = c.rows(ctx, "SELECT name, state, HAS_DBACCESS(name) FROM sys.databases WHERE name NOT IN (N'master', N'model', N'msdb', N'tempdb')", func(v [][]byte) error {
		d := dialect.Database{Name: string(v[0])}
		switch {
		case string(v[1]) != "0":
			d.Status, d.Detail = sources.NotListable, sources.Unreachable
		case string(v[2]) != "1":
			d.Status, d.Detail = sources.NotListable, sources.PermissionDenied
		}
		list = append(list, d)
		return nil
	})
	slices.SortFunc(list, func(a, b dialect.Database) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}

// tablesQuery lists tables and views. Without VIEW DEFINITION those on which the
// account has no right at all are not in it (Metadata visibility configuration). Sizes
// are those of the heap or clustered index with what is stored apart: allocation units
// of kind 2 belong to a partition, others to its heap or tree (sys.allocation_units).
const tablesQuery = `SELECT o.object_id, s.name, o.name, o.type, o.create_date, USER_NAME(OBJECTPROPERTY(o.object_id, 'OwnerId')),
 (SELECT SUM(p.rows) FROM sys.partitions p WHERE p.object_id = o.object_id AND p.index_id IN (0, 1)),
 (SELECT SUM(a.used_pages) FROM sys.partitions p JOIN sys.allocation_units a ON a.container_id = CASE a.type WHEN 2 THEN p.partition_id ELSE p.hobt_id END WHERE p.object_id = o.object_id AND p.index_id IN (0, 1)),
 HAS_PERMS_BY_NAME(QUOTENAME(s.name) + '.' + QUOTENAME(o.name), 'OBJECT', 'SELECT'),
 (SELECT MAX(HAS_PERMS_BY_NAME(QUOTENAME(s.name) + '.' + QUOTENAME(o.name), 'OBJECT', 'SELECT', k.name, 'COLUMN')) FROM sys.columns k WHERE k.object_id = o.object_id),
 %s
FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id LEFT JOIN sys.tables t ON t.object_id = o.object_id
WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0`

// since2016 says whether rows are filtered and whether the table is external.
const since2016 = `(SELECT COUNT(*) FROM sys.security_predicates f JOIN sys.security_policies y ON y.object_id = f.object_id
 WHERE f.target_object_id = o.object_id AND f.predicate_type = 0 AND y.is_enabled = 1), COALESCE(t.is_external, 0), COALESCE(t.is_memory_optimized, 0)`

// table is what this package knows of a table.
type table struct {
	memory bool     // in memory: no TABLESAMPLE
	whole  bool     // the key is one whole number
	keys   []string // columns of the key, as texts in the order of the key
	kinds  []string // their types
	pages  []string // their collations
}

// Tables implements dialect.Session.
func (c *session) Tables(ctx context.Context) (list []dialect.Table, err error) {
	more := "0, 0, 0"
	if c.version >= version2016 {
		more = since2016
	}
	at := map[string]int{}
	err = c.rows(ctx, fmt.Sprintf(tablesQuery, more), func(v [][]byte) error {
		t := dialect.Table{Schema: string(v[1]), Name: string(v[2]), Owner: string(v[5]), Rows: -1, Engine: &table{memory: number(v[12]) > 0}, Created: instant(v[4])}
		if v[6] != nil {
			t.Rows = number(v[6])
		}
		t.Bytes = number(v[7]) * 8192
		t.Version = string(v[0]) + " " + string(v[6]) + " " + string(v[7])
		switch {
		case strings.TrimSpace(string(v[3])) == "V":
			t.Status, t.Detail = sources.Excluded, sources.View
		case number(v[11]) > 0:
			t.Status, t.Detail = sources.Excluded, sources.ForeignTable
		case number(v[8]) != 1 && number(v[9]) != 1:
			t.Status, t.Detail = sources.Unreadable, sources.PermissionDenied
		case number(v[10]) > 0:
			t.Status, t.Detail = sources.Filtered, sources.RowSecurity
		}
		at[string(v[0])] = len(list)
		list = append(list, t)
		return nil
	})
	if err == nil {
		err = c.readers(ctx, list, at)
	}
	slices.SortFunc(list, func(a, b dialect.Table) int {
		return cmp.Or(strings.Compare(a.Schema, b.Schema), strings.Compare(a.Name, b.Name))
	})
	return list, err
}

// readersQuery lists who may read, of the database (0), a schema (3) or an object (1),
// as far as the account may know it; db_datareader and db_owner read everything.
const readersQuery = `SELECT DISTINCT p.class, p.major_id, u.name, 0 FROM sys.database_permissions p JOIN sys.database_principals u ON u.principal_id = p.grantee_principal_id
 WHERE p.state IN ('G', 'W') AND p.permission_name IN ('SELECT', 'CONTROL') AND p.class IN (0, 1, 3)
UNION ALL SELECT 0, 0, r.name, 0 FROM sys.database_principals r WHERE r.name IN (N'db_datareader', N'db_owner')
 AND EXISTS (SELECT 1 FROM sys.database_role_members m WHERE m.role_principal_id = r.principal_id)
UNION ALL SELECT 4, o.object_id, NULL, o.schema_id FROM sys.objects o WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0`

// readers tells who may read the tables.
func (c *session) readers(ctx context.Context, list []dialect.Table, at map[string]int) error {
	names := map[string][]string{} // class and id
	schema := map[string]string{}
	err := c.rows(ctx, readersQuery, func(v [][]byte) error {
		if string(v[0]) == "4" {
			schema[string(v[1])] = string(v[3])
			return nil
		}
		k := string(v[0]) + " " + string(v[1])
		names[k] = append(names[k], string(v[2]))
		return nil
	})
	if err != nil {
		return err
	}
	for id, i := range at {
		t := &list[i]
		t.Access = "private"
		for _, name := range slices.Concat(names["0 0"], names["3 "+schema[id]], names["1 "+id]) {
			switch {
			case name == "public":
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

// maxGroups is how many roles are named.
const maxGroups = 32

// columnsQuery describes the columns of one table. A type of one's own counts as the
// one below it.
const columnsQuery = `SELECT k.name, TYPE_NAME(k.system_type_id), k.max_length, COALESCE(k.collation_name, ''),
 HAS_PERMS_BY_NAME(%[1]s, 'OBJECT', 'SELECT', k.name, 'COLUMN'), CONVERT(nvarchar(4000), e.value),
 COALESCE((SELECT MAX(x.key_ordinal) FROM sys.indexes i JOIN sys.index_columns x ON x.object_id = i.object_id AND x.index_id = i.index_id
  WHERE i.object_id = k.object_id AND i.is_primary_key = 1 AND x.column_id = k.column_id), 0), %[2]s,
 (SELECT CONVERT(nvarchar(4000), g.value) FROM sys.extended_properties g WHERE g.class = 1 AND g.major_id = k.object_id AND g.minor_id = 0 AND g.name = N'MS_Description'),
 HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'VIEW DEFINITION'), k.is_nullable, k.is_computed
FROM sys.columns k LEFT JOIN sys.extended_properties e ON e.class = 1 AND e.major_id = k.object_id AND e.minor_id = k.column_id AND e.name = N'MS_Description'
WHERE k.object_id = OBJECT_ID(%[1]s) ORDER BY k.column_id`

// hidden2016 says whether a column is masked for the account, and encrypted. Before
// 2022 the right to see what is masked is one on the database alone; asked for a
// column, these versions answer NULL or 0. HAS_PERMS_BY_NAME takes the names of columns
// without brackets.
const hidden2016 = `CASE WHEN k.is_masked = 1 AND COALESCE(HAS_PERMS_BY_NAME(%[1]s, 'OBJECT', 'UNMASK', k.name, 'COLUMN'), 0) <> 1
  AND COALESCE(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'UNMASK'), 0) <> 1 THEN 1 ELSE 0 END,
 CASE WHEN k.encryption_type IS NULL THEN 0 ELSE 1 END`

// Describe implements dialect.Session.
func (c *session) Describe(ctx context.Context, t *dialect.Table) error {
	k := &table{}
	if old, ok := t.Engine.(*table); ok {
		k.memory = old.memory
	}
	t.Columns, t.Key, t.Engine = nil, nil, k
	name := literal(identifier(t.Schema) + "." + identifier(t.Name))
	hidden := "0, 0"
	if c.version >= version2016 {
		hidden = fmt.Sprintf(hidden2016, name)
	}
	place, kinds, pages := map[int]int{}, []string{}, []string{}
	var computed []int
	masked := false
	err := c.rows(ctx, fmt.Sprintf(columnsQuery, name, hidden), func(v [][]byte) error {
		column := columnOf(v)
		if at := int(number(v[6])); at > 0 {
			place[at] = len(t.Columns)
		}
		t.Comment = string(v[9])
		masked = masked || column.Hidden == sources.MaskedValues
		if number(v[12]) == 1 {
			computed = append(computed, len(t.Columns))
		}
		if number(v[10]) != 1 && c.version >= version2016 {
			t.Doubt = sources.RightsUnknown // policies are not shown
		}
		t.Columns, kinds, pages = append(t.Columns, column), append(kinds, strings.ToLower(string(v[1]))), append(pages, string(v[3]))
		return nil
	})
	if err == nil && len(t.Columns) == 0 {
		err = &dialect.Error{Class: dialect.Gone, Reason: sources.Vanished}
	}
	if err != nil {
		return err
	}
	// A computed column has no mask of its own and shows what the masks of those leave that it
	// is made of (Dynamic data masking, limitations). Which these are, not every account is
	// told.
	for _, i := range computed {
		if masked && t.Columns[i].Hidden == "" {
			t.Columns[i].Hidden = sources.MaskedValues
		}
	}
	for i := 1; i <= len(place); i++ {
		at, ok := place[i]
		if !ok || t.Columns[at].Denied || t.Columns[at].Hidden != "" || !ordered[kinds[at]] {
			t.Key, k.keys, k.kinds, k.pages = nil, nil, nil, nil
			break
		}
		t.Key = append(t.Key, at)
		k.keys, k.kinds, k.pages = append(k.keys, identifier(t.Columns[at].Name)), append(k.kinds, kinds[at]), append(k.pages, pages[at])
	}
	k.whole = len(k.keys) == 1 && strings.HasSuffix(k.kinds[0], "int")
	return nil
}

// ordered are the types of keys by which pages are read.
var ordered = map[string]bool{"tinyint": true, "smallint": true, "int": true, "bigint": true, "decimal": true, "numeric": true, "uniqueidentifier": true,
	"char": true, "varchar": true, "nchar": true, "nvarchar": true, "date": true, "datetime2": true}

func columnOf(v [][]byte) dialect.Column {
	kind := strings.ToLower(string(v[1]))
	column := dialect.Column{Name: string(v[0]), Comment: string(v[5]), Denied: number(v[4]) != 1, Form: formOf(kind), Type: kind, Required: number(v[11]) == 0}
	switch kind {
	case "uniqueidentifier", "sql_variant", "datetimeoffset", "vector":
		column.Convert = true
	}
	length := number(v[2]) // bytes; -1: without limit
	switch kind {
	case "text", "ntext":
		column.Prose = true
	case "varchar":
		column.Prose = length < 0 || length >= dialect.ProseFrom
	case "nvarchar":
		column.Prose = length < 0 || length >= 2*dialect.ProseFrom
	}
	switch {
	case kind == "text" || kind == "ntext" || kind == "image" || kind == "xml" || kind == "sql_variant":
	case length >= 0 && 3*length <= dialect.MaxValue:
		column.Bounded = true
	}
	switch {
	case number(v[8]) > 0:
		column.Hidden = sources.EncryptedValues
	case number(v[7]) > 0:
		column.Hidden = sources.MaskedValues
	}
	return column
}

// formOf says what the values of a type look like.
func formOf(kind string) dialect.Form {
	switch kind {
	case "bit", "time", "timestamp", "rowversion", "geography", "geometry", "hierarchyid", "sysname", "":
		if kind == "sysname" {
			return dialect.Text
		}
		return dialect.None
	case "xml":
		return dialect.XML
	case "json":
		return dialect.JSON
	case "binary", "varbinary", "image":
		return dialect.Binary
	}
	return dialect.Text
}

// Split implements dialect.Session.
func (c *session) Split(ctx context.Context, t *dialect.Table, size int64) ([]dialect.Range, error) {
	n := t.Bytes / size
	if n < 2 {
		return []dialect.Range{{Bytes: t.Bytes}}, nil
	}
	s := keyset.Span{Low: 0, High: -1, Rows: t.Rows, Bytes: t.Bytes}
	d := *t
	err := c.Describe(ctx, &d)
	if k := d.Engine.(*table); err == nil && k.whole {
		err = c.rows(ctx, "SELECT MIN("+k.keys[0]+"), MAX("+k.keys[0]+") FROM "+from(&d), func(v [][]byte) error {
			if v[0] != nil {
				s.Low, s.High = number(v[0]), number(v[1])
			}
			return nil
		})
	}
	if class, _ := dialect.ClassOf(err); err != nil && class != dialect.Lost && ctx.Err() == nil {
		err = nil // the reader tells
	}
	return s.Split(n), err
}

// Sample implements dialect.Session: every page is drawn with the same probability.
func (c *session) Sample(ctx context.Context, t *dialect.Table, size, seed int64) ([]dialect.Range, error) {
	if k, ok := t.Engine.(*table); ok && k.memory {
		return c.Split(ctx, t, max(32<<20, t.Bytes/1000))
	}
	fraction := min(float64(size)/float64(max(t.Bytes, 1)), 1)
	return []dialect.Range{{
		Spec:   "sample " + strconv.FormatFloat(100*fraction, 'f', 6, 64) + " " + strconv.FormatInt(1+seed&(1<<31-2), 10),
		Bytes:  int64(fraction * float64(t.Bytes)),
		Method: "blocks", Fraction: fraction, Clusters: (t.Bytes + 8191) / 8192,
	}}, nil
}

// Widths implements dialect.Session: the engine keeps none.
func (c *session) Widths(_ context.Context, _ *dialect.Table, columns []int) ([]int64, error) {
	return dialect.UnknownWidths(columns), nil
}

// Writes implements dialect.Session.
func (c *session) Writes(ctx context.Context) (may bool, err error) {
	err = c.rows(ctx, `SELECT CASE WHEN IS_SRVROLEMEMBER('sysadmin') = 1 OR EXISTS (SELECT 1 FROM (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('ALTER'), ('CONTROL')) p (name)
 WHERE HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', p.name) = 1) OR EXISTS (SELECT 1 FROM sys.tables t CROSS JOIN (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('ALTER')) p (name)
 WHERE t.is_ms_shipped = 0 AND HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(t.schema_id)) + '.' + QUOTENAME(t.name), 'OBJECT', p.name) = 1) THEN 1 ELSE 0 END`, func(v [][]byte) error {
		may = number(v[0]) == 1
		return nil
	})
	return may, err
}

func number(v []byte) int64 {
	if string(v) == "true" {
		return 1 // of the type bit
	}
	n, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// instant reads a time of the catalogue, in the time zone of the server, which is
// taken for ours.
func instant(v []byte) time.Time {
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, string(v), time.Local); err == nil {
			return t
		}
	}
	return time.Time{}
}
