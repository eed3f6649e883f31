package databases

import (
	"context"
	"database/sql/driver"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"recense/sources"
	"recense/sources/databases/databasestest"
	"recense/sources/databases/dialect"
	"recense/sources/databases/oracle"
	"recense/sources/databases/sqlconn"
	"recense/sources/databases/sqlserver"
	"recense/sources/sourcetest"
)

// The engines that no server of can be run here are tested over a driver that answers
// what their documentation says such a server answers: what they ask, how they page,
// go on behind a cut, and what they make of rights.

const fakeRows = 45_000

// fakeServer is a source over a driver that answers.
func fakeServer(t *testing.T, name string, f *databasestest.Fake, change func(*Options)) *Source {
	t.Helper()
	url := map[string]string{"sqlserver": "sqlserver://lecteur@127.0.0.1/base", "oracle": "oracle://lecteur@127.0.0.1/base"}[name]
	opt, err := Parse(url, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	opt.Name, opt.Limits.Range = "base", 1<<20
	if change != nil {
		change(&opt)
	}
	s, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	d := *s.dialect
	d.Open = func(ctx context.Context, _ dialect.Settings, database string) (dialect.Session, error) {
		conn := &sqlconn.Conn{Driver: f.Connect()}
		if name == "oracle" {
			return oracle.On(conn, database), nil
		}
		return sqlserver.On(ctx, conn)
	}
	s.dialect = &d
	s.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	t.Cleanup(func() { s.Close() })
	return s
}

// window reads which keys a query wants.
func window(query, key string) (low, high, limit int) {
	low, high, limit = 1, fakeRows, fakeRows
	for _, b := range regexp.MustCompile(`(?:t\.)?[\["]`+key+`[\]"] (>=|>|<) (\d+)`).FindAllStringSubmatch(query, -1) {
		n, _ := strconv.Atoi(b[2])
		switch b[1] {
		case ">=":
			low = max(low, n)
		case ">":
			low = max(low, n+1)
		case "<":
			high = min(high, n-1)
		}
	}
	if m := regexp.MustCompile(`TOP \((\d+)\)|ROWNUM <= (\d+)`).FindStringSubmatch(query); m != nil {
		limit, _ = strconv.Atoi(m[1] + m[2])
	}
	return low, min(high, low+limit-1), limit
}

// sqlServerAnswers are those of a server with some tables.
func sqlServerAnswers(views bool) func(string) ([][]driver.Value, error) {
	known := int64(0)
	if views {
		known = 1
	}
	type column = []driver.Value
	columns := map[string][]column{
		"[dbo].[grande]": {{"id", "int", int64(4), "", int64(1), nil, int64(1), int64(0), int64(0), "Contact : paie@example.com", known, int64(1), int64(0)},
			{"v", "varchar", int64(60), "French_CI_AS", int64(1), "Numéro de sécurité sociale", int64(0), int64(0), int64(0), nil, known, int64(1), int64(0)},
			{"refusee", "nvarchar", int64(60), "French_CI_AS", int64(0), nil, int64(0), int64(0), int64(0), nil, known, int64(1), int64(0)}},
		"[dbo].[masquee]": {{"id", "int", int64(4), "", int64(1), nil, int64(1), int64(0), int64(0), nil, known, int64(1), int64(0)},
			{"secret", "nvarchar", int64(60), "", int64(1), nil, int64(0), int64(1), int64(0), nil, known, int64(1), int64(0)},
			{"calculee", "nvarchar", int64(60), "", int64(1), nil, int64(0), int64(0), int64(0), nil, known, int64(1), int64(1)},
			{"chiffre", "varbinary", int64(60), "", int64(1), nil, int64(0), int64(0), int64(1), nil, known, int64(1), int64(0)}},
		"[dbo].[sans]": {{"v", "nvarchar", int64(-1), "", int64(1), nil, int64(0), int64(0), int64(0), nil, known, int64(1), int64(0)}, {"u", "uniqueidentifier", int64(16), "", int64(1), nil, int64(0), int64(0), int64(0), nil, known, int64(1), int64(0)}},
	}
	long := strings.Repeat("é", 300<<10) + " fin"
	return func(q string) (rows [][]driver.Value, err error) {
		made := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
		switch {
		case strings.HasPrefix(q, "SET "):
		case strings.Contains(q, "SERVERPROPERTY"):
			rows = [][]driver.Value{{int64(3), "16.0.1000.6"}}
		case strings.Contains(q, "sys.allocation_units"):
			for _, o := range []struct {
				name, kind                         string
				rows, pages, read, hidden, foreign int64
			}{{"grande", "U ", fakeRows, 512, 1, 0, 0}, {"masquee", "U ", 3, 1, 1, 0, 0}, {"sans", "U ", 3, 1, 1, 0, 0}, {"lignes", "U ", 3, 1, 1, 1, 0},
				{"refusee", "U ", 3, 1, 0, 0, 0}, {"loin", "U ", 3, 1, 1, 0, 1}, {"vue", "V ", 0, 0, 1, 0, 0}} {
				rows = append(rows, []driver.Value{int64(len(rows) + 1), "dbo", o.name, o.kind, made, "dbo", o.rows, o.pages, o.read, o.read, o.hidden, o.foreign, int64(0)})
			}
		case strings.Contains(q, "sys.database_permissions"):
			rows = [][]driver.Value{{int64(1), int64(1), "public", int64(0)}, {int64(3), int64(5), "paie", int64(0)}, {int64(4), int64(3), nil, int64(5)}, {int64(4), int64(1), nil, int64(6)}}
		case strings.Contains(q, "FROM sys.columns k"):
			for name, list := range columns {
				if strings.Contains(q, "OBJECT_ID(N'"+name+"')") {
					rows = list
				}
			}
		case strings.Contains(q, "MIN("):
			rows = [][]driver.Value{{int64(1), int64(fakeRows)}}
		case strings.Contains(q, "SUBSTRING("):
			m := regexp.MustCompile(`SUBSTRING\(\[v\], (\d+), (\d+)\)`).FindStringSubmatch(q)
			from, _ := strconv.Atoi(m[1])
			n, _ := strconv.Atoi(m[2])
			runes := []rune(long)
			rows = [][]driver.Value{{string(runes[min(from-1, len(runes)):min(from-1+n, len(runes))])}}
		case strings.Contains(q, "FROM [dbo].[grande] TABLESAMPLE"):
			for i := range 100 {
				rows = append(rows, []driver.Value{int64(i), "v" + strconv.Itoa(i)})
			}
		case strings.Contains(q, "FROM [dbo].[grande]"):
			low, high, _ := window(q, "id")
			for i := low; i <= high; i++ {
				rows = append(rows, []driver.Value{int64(i), int64(i), "v" + strconv.Itoa(i)})
			}
		case strings.Contains(q, "FROM [dbo].[masquee]"):
			rows = [][]driver.Value{{int64(7), int64(7)}}
		case strings.Contains(q, "FROM [dbo].[sans]"):
			rows = [][]driver.Value{{"court", "6F9619FF-8B86-D011-B42D-00C04FC964FF", ""}, {nil, nil, "0,"}, {"dernier", nil, ""}}
		default:
			err = fmt.Errorf("not expected: %s", q)
		}
		return rows, err
	}
}

// oracleAnswers are those of a server with some tables. With extents the account may
// read DBA_EXTENTS.
func oracleAnswers(extents bool) func(string) ([][]driver.Value, error) {
	long := strings.Repeat("é", 300<<10) + " fin"
	return func(q string) (rows [][]driver.Value, err error) {
		switch {
		case strings.HasPrefix(q, "SET TRANSACTION READ ONLY"):
		case strings.Contains(q, "FROM all_tables"):
			for _, o := range []struct {
				name            string
				temp, ext, nest string
				rows, blocks    int64
			}{{"GRANDE", "N", "NO", "NO", fakeRows, 512}, {"MASQUEE", "N", "NO", "NO", 3, 1}, {"SANS", "N", "NO", "NO", 3, 1}, {"LIGNES", "N", "NO", "NO", 3, 1}, {"TEMP", "Y", "NO", "NO", 0, 0}, {"LOIN", "N", "YES", "NO", 0, 0}, {"DEDANS", "N", "NO", "YES", 0, 0}} {
				rows = append(rows, []driver.Value{"PAIE", o.name, o.rows, o.blocks, int64(90), o.temp, o.ext, nil, o.nest, "Table " + o.name, "2024-05-06 07:08:09", "2024-05-06 07:08:09", nil, "NO"})
			}
		case strings.Contains(q, "FROM all_policies"):
			rows = [][]driver.Value{{"PAIE", "LIGNES"}}
		case strings.Contains(q, "SELECT g.table_schema"):
			rows = [][]driver.Value{{"PAIE", "GRANDE", "PUBLIC"}, {"PAIE", "SANS", "EQUIPE"}}
		case strings.Contains(q, "FROM all_views"):
			rows = [][]driver.Value{{"PAIE", "VUE"}}
		case strings.Contains(q, "FROM all_tab_cols"):
			for _, c := range map[string][][]driver.Value{
				"GRANDE":  {{"ID", "NUMBER", int64(22), nil, int64(0), nil, "Y"}, {"V", "VARCHAR2", int64(60), "Numéro de sécurité sociale", nil, nil, "Y"}},
				"MASQUEE": {{"ID", "NUMBER", int64(22), nil, int64(0), nil, "Y"}, {"SECRET", "VARCHAR2", int64(60), nil, nil, nil, "Y"}},
				"SANS":    {{"V", "CLOB", int64(4000), nil, nil, nil, "Y"}, {"D", "TIMESTAMP(6)", int64(11), nil, nil, nil, "Y"}, {"G", "SDO_GEOMETRY", int64(1), nil, nil, "MDSYS", "Y"}},
			}[tableOf(q)] {
				rows = append(rows, c)
			}
		case strings.Contains(q, "EXEMPT REDACTION"):
		case strings.Contains(q, "FROM redaction_columns"):
			if tableOf(q) == "MASQUEE" {
				rows = [][]driver.Value{{"SECRET"}}
			}
		case strings.Contains(q, "FROM all_constraints"):
			if tableOf(q) != "SANS" {
				rows = [][]driver.Value{{"ID"}}
			}
		case strings.Contains(q, "FROM dba_extents"):
			if !extents {
				return nil, oracle.Number(942)
			}
			if tableOf(q) == "GRANDE" {
				for i := range int64(64) { // 8 blocks of 100 rows each
					rows = append(rows, []driver.Value{int64(90), int64(4), 128 + 8*i, int64(8)})
				}
			} else {
				rows = [][]driver.Value{{int64(91), int64(4), int64(8), int64(8)}}
			}
		case strings.Contains(q, "MIN("):
			rows = [][]driver.Value{{"1", strconv.Itoa(fakeRows)}}
		case strings.Contains(q, "DBMS_LOB.SUBSTR"):
			runes, row := []rune(long), []driver.Value{}
			for _, m := range regexp.MustCompile(`, (\d+), (\d+)\)`).FindAllStringSubmatch(q, -1) {
				n, _ := strconv.Atoi(m[1])
				from, _ := strconv.Atoi(m[2])
				if n > 1000 {
					return nil, oracle.Number(6502)
				}
				row = append(row, string(runes[min(from-1, len(runes)):min(from-1+n, len(runes))]))
			}
			rows = [][]driver.Value{row}
		case strings.Contains(q, `"PAIE"."GRANDE"`) && strings.Contains(q, "ROWID_CREATE"):
			rows = extentRows(q)
		case strings.Contains(q, `FROM "PAIE"."GRANDE" SAMPLE BLOCK`):
			for i := range 100 {
				rows = append(rows, []driver.Value{int64(0), strconv.Itoa(i), "v" + strconv.Itoa(i)})
			}
		case strings.Contains(q, `"PAIE"."GRANDE"`):
			low, high, _ := window(q, "ID")
			for i := low; i <= high; i++ {
				rows = append(rows, []driver.Value{strconv.Itoa(i), int64(i), "v" + strconv.Itoa(i)})
			}
		case strings.Contains(q, `"PAIE"."MASQUEE"`):
			rows = [][]driver.Value{{"AAAAAAAAAAAAAAAAAA", int64(7)}}
		case strings.Contains(q, `"PAIE"."SANS"`):
			at := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
			rows = [][]driver.Value{{"AAAAAAAAAAAAAAAAAA", "court", at, ""}, {"AAAAAAAAAAAAAAAAAB", nil, nil, "0,"}, {"AAAAAAAAAAAAAAAAAC", "dernier", nil, nil}}
		default:
			err = fmt.Errorf("not expected: %s", q)
		}
		return rows, err
	}
}

func tableOf(q string) string {
	m := regexp.MustCompile(`_?(?:table_name|object_name|segment_name) = '(\w+)'`).FindAllStringSubmatch(q, -1)
	return m[len(m)-1][1]
}

// extentRows are those of a block of 100 rows, numbered along the blocks; some blocks
// are empty at the end.
func extentRows(q string) (rows [][]driver.Value) {
	m := regexp.MustCompile(`ROWID_CREATE\(1, 90, 4, (\d+), (\d+)\)`).FindAllStringSubmatch(q, -1)
	number := func(i, j int) int { n, _ := strconv.Atoi(m[i][j]); return n }
	from, to := number(0, 1), number(len(m)-1, 1)
	if len(m) == 1 {
		from = to - 7
	}
	after := regexp.MustCompile(`> CHARTOROWID\('(\w+)'\)`).FindStringSubmatch(q)
	for block := from; block <= to; block++ {
		for r := range 100 {
			n := (block-128)*100 + r + 1
			rowid := fmt.Sprintf("AAAABaAAEAA%04dA%02d", block, r)
			if n <= fakeRows && (after == nil || rowid > after[1]) {
				rows = append(rows, []driver.Value{rowid, int64(n), "v" + strconv.Itoa(n)})
			}
		}
	}
	return rows
}

type vendor struct {
	name, engine string
	answer       func() func(string) ([][]driver.Value, error)
	path         func(string) string
	key          string
	forbidden    []string
}

var vendors = []vendor{
	{"SQL Server", "sqlserver", func() func(string) ([][]driver.Value, error) { return sqlServerAnswers(true) }, func(n string) string { return "base/dbo/" + n }, "id", []string{"NOLOCK", "secret", "chiffre"}},
	{"Oracle by extents", "oracle", func() func(string) ([][]driver.Value, error) { return oracleAnswers(true) }, func(n string) string { return "base/PAIE/" + strings.ToUpper(n) }, "ID", []string{"\"SECRET\"", "ORDER BY t.ROWID"}},
	{"Oracle along keys", "oracle", func() func(string) ([][]driver.Value, error) { return oracleAnswers(false) }, func(n string) string { return "base/PAIE/" + strings.ToUpper(n) }, "ID", []string{"\"SECRET\""}},
}

func TestVendors(t *testing.T) {
	for _, v := range vendors {
		t.Run(v.name, func(t *testing.T) {
			f := &databasestest.Fake{Answer: v.answer()}
			s := fakeServer(t, v.engine, f, nil)
			sourcetest.Source(t, func(t *testing.T) sources.Source {
				return fakeServer(t, v.engine, &databasestest.Fake{Answer: v.answer()}, nil)
			})
			all := readAll(t, s)
			v.check(t, all)
			queries, _ := f.Queries()
			for _, q := range queries {
				if !strings.HasPrefix(q, "SELECT ") && !strings.HasPrefix(q, "SET ") {
					t.Errorf("asked: %s", q)
				}
				for _, word := range v.forbidden {
					if strings.Contains(q, word) {
						t.Errorf("asked with %s: %s", word, q)
					}
				}
			}
			// Cut at random rows: the same, and nothing twice.
			n := 0
			cut := &databasestest.Fake{Answer: v.answer(), Cut: func() int { n++; return 50 + n*977%7000 }}
			got := summary(readAll(t, fakeServer(t, v.engine, cut, nil)))
			for path, want := range summary(all) {
				if strings.Contains(strings.ToLower(path), "sans") && got[path] == "" || !strings.Contains(strings.ToLower(path), "sans") && got[path] != want {
					t.Errorf("cut: %s: %s, want %s", path, got[path], want)
				}
			}
			if _, connections := cut.Queries(); connections < 8 {
				t.Errorf("only %d connections", connections)
			}
			sample := readAll(t, fakeServer(t, v.engine, &databasestest.Fake{Answer: v.answer()}, func(o *Options) { o.SampleSize, o.SampleSeed = 64<<10, 5 }))[v.path("grande")]
			if m := sample.Result.Sampling; sample.Result.Status != sources.Sampled || m.Method != "blocks" || m.Seed != 5 || m.Total != fakeRows || sample.Result.Records != 100 {
				t.Errorf("sample %+v", sample.Result)
			}
		})
	}
}

// check compares what was read with what the fake servers hold.
func (v *vendor) check(t *testing.T, all map[string]*sourcetest.Location) {
	t.Helper()
	big := all[v.path("grande")]
	seen := map[string]int{}
	for _, x := range big.Values(v.column("v")) {
		seen[x]++
	}
	if len(seen) != fakeRows || big.Result.Records != fakeRows || big.Access != "everyone_authenticated" {
		t.Errorf("grande: %d rows, %d read, access %s", len(seen), big.Result.Records, big.Access)
	}
	if big.Cells[0].At.Key == "" || !strings.HasPrefix(big.Cells[0].At.Key, v.key+sources.KeyMark) {
		t.Errorf("key %q", big.Cells[0].At.Key)
	}
	type outcome struct {
		status sources.Status
		detail sources.Reason
	}
	for name, want := range map[string]outcome{"masquee": {sources.Filtered, sources.MaskedValues}, "lignes": {sources.Filtered, sources.RowSecurity},
		"loin": {sources.Excluded, sources.ForeignTable}, "vue": {sources.Excluded, sources.View}, "sans": {}} {
		l := all[v.path(name)]
		if l == nil {
			t.Errorf("%s is not listed", name)
			continue
		}
		got := outcome{l.Result.Status, l.Result.Detail}
		if name == "masquee" && got.detail == sources.EncryptedValues {
			got.detail = sources.MaskedValues
		}
		if got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if got := all[v.path("masquee")].Values(v.column("id")); !slices.Equal(got, []string{"7"}) {
		t.Errorf("beside masked columns: %v", got)
	}
	sans := all[v.path("sans")]
	if got := sans.Values(v.column("v")); !slices.Equal(got, []string{"court", "dernier"}) {
		t.Errorf("sans: %v", got)
	}
	if v.name != "Oracle along keys" && (strings.Count(string(sans.Text), "é") != 300<<10 || !strings.HasSuffix(strings.TrimSpace(string(sans.Text)), "fin")) {
		t.Errorf("the long value: %d bytes, %v", len(sans.Text), sans.Skips)
	}
}

func (v *vendor) column(name string) string {
	if v.engine == "oracle" {
		return strings.ToUpper(name)
	}
	return name
}

// Without VIEW DEFINITION an account cannot know whether rows are filtered: no table is
// then clean.
func TestSQLServerDoubt(t *testing.T) {
	all := readAll(t, fakeServer(t, "sqlserver", &databasestest.Fake{Answer: sqlServerAnswers(false)}, nil))
	if l := all["base/dbo/sans"]; !slices.Contains(l.Skips, sources.RightsUnknown) {
		t.Errorf("%v", l.Skips)
	}
	if l := all["base/dbo/grande"]; !slices.Contains(l.Skips, sources.RightsUnknown) || !slices.Contains(l.Skips, sources.PermissionDenied) {
		t.Errorf("%v", l.Skips)
	}
	if r := all["base/dbo/refusee"].Result; r.Status != sources.Unreadable {
		t.Errorf("%+v", r)
	}
}
