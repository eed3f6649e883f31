package databases

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"recense/sources"
	"recense/sources/databases/databasestest"
	"recense/sources/databases/dialect"
	"recense/sources/sourcetest"
)

// versions lists the versions of tables, and whether they prove anything.
func versions(t *testing.T, s *Source) (list map[string]string, fresh map[string]time.Time) {
	t.Helper()
	list, fresh = map[string]string{}, map[string]time.Time{}
	for u, err := range s.Units(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		name := u.Path[strings.LastIndexByte(u.Path, '/')+1:]
		list[name], fresh[name] = u.Version, u.Fresh
	}
	return list, fresh
}

// TestPostgresVersions changes tables in every way that a scan must notice; the others
// keep their version, reading changes none.
func TestPostgresVersions(t *testing.T) {
	t.Parallel()
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, `CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT i, 'x' FROM generate_series(1, 100) i; CREATE TABLE autre (v text); INSERT INTO autre VALUES ('a');
CREATE TABLE p (id int, v text) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10); INSERT INTO p VALUES (1, 'x');
CREATE MATERIALIZED VIEW m AS SELECT * FROM t;`)
	s := source(t, pg, db, nil)
	before, fresh := versions(t, s)
	readAll(t, s)
	if fresh["t"] != dialect.Counted || fresh["p"] != dialect.Counted || !fresh["m"].IsZero() {
		t.Errorf("%v", fresh)
	}
	for _, change := range []struct{ table, sql string }{
		{"t", "INSERT INTO t VALUES (101, 'y')"}, {"t", "UPDATE t SET v = 'z' WHERE id = 5"}, {"t", "DELETE FROM t WHERE id = 6"}, {"t", "TRUNCATE t"},
		{"t", "ALTER TABLE t ADD COLUMN w text DEFAULT 'constante'"}, {"t", "COMMENT ON COLUMN t.w IS 'téléphone'"}, {"t", "COMMENT ON TABLE t IS 'Contact'"},
		{"t", "COPY t (id, v) FROM STDIN;\n200\tcopié\n\\.\n"}, {"p", "UPDATE p SET v = 'y'"}, {"p", "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20)"},
	} {
		pg.Run(t, db, change.sql+";")
		after, _ := versions(t, s)
		if after[change.table] == before[change.table] {
			t.Errorf("%s is not noticed: %s", change.sql, after[change.table])
		}
		if after["autre"] != before["autre"] {
			t.Errorf("%s: another table has another version", change.sql)
		}
		before = after
	}
}

func TestMariaDBVersions(t *testing.T) {
	t.Parallel()
	m := databasestest.MariaDB(t)
	db := m.Database(t)
	m.Run(t, db, "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE autre (id int PRIMARY KEY); INSERT INTO t VALUES (1, 'a'); INSERT INTO autre VALUES (1);")
	s := source(t, m, db, nil)
	before, fresh := versions(t, s)
	if time.Since(fresh["t"]) > time.Minute || fresh["t"].IsZero() {
		t.Errorf("%v", fresh)
	}
	time.Sleep(1100 * time.Millisecond) // times are in seconds
	for _, sql := range []string{"UPDATE t SET v = 'b'", "ALTER TABLE t MODIFY v text COMMENT 'téléphone'"} {
		m.Run(t, db, sql+";")
		after, _ := versions(t, s)
		if after["t"] == before["t"] || after["autre"] != before["autre"] {
			t.Errorf("%s: %v, before %v", sql, after, before)
		}
		before = after
		time.Sleep(1100 * time.Millisecond)
	}
}

// TestMariaDBReaders tells who may read, and samples.
func TestMariaDBReaders(t *testing.T) {
	m := databasestest.MariaDB(t)
	db := m.Database(t)
	m.Run(t, db, `CREATE TABLE a (id int PRIMARY KEY, v text); CREATE TABLE b (id int); CREATE OR REPLACE USER paie IDENTIFIED BY 'p', equipe IDENTIFIED BY 'p';
GRANT SELECT ON `+db+`.a TO paie; GRANT SELECT (id) ON `+db+`.b TO equipe; GRANT SELECT ON `+db+`.b TO PUBLIC;`)
	access := func(s *Source) (out map[string]string) {
		out = map[string]string{}
		for u, err := range s.Units(context.Background()) {
			if err != nil {
				t.Error(err)
			}
			groups := slices.DeleteFunc(slices.Clone(u.Meta.Groups), func(g string) bool { return g == "root" || g == "mysql" || g == "mariadb.sys" })
			out[u.Path[strings.LastIndexByte(u.Path, '/')+1:]] = u.Meta.Access + " " + strings.Join(groups, ",")
		}
		return out
	}
	if got := access(source(t, m, db, nil)); got["a"] != "group paie" || got["b"] != "everyone_authenticated equipe" {
		t.Errorf("%v", got)
	}
	some := source(t, m, db, func(o *Options) { o.Settings["user"], o.Settings["password"] = "paie", "p" })
	if got := access(some); got["a"] != "unknown " {
		t.Errorf("without the right to know: %v", got)
	}
}

func TestMariaDBSample(t *testing.T) {
	m := databasestest.MariaDB(t)
	db := m.Database(t)
	m.Run(t, db, "CREATE TABLE grande (id int PRIMARY KEY, v varchar(199)); INSERT INTO grande SELECT seq, concat(repeat('x', 190), seq) FROM seq_1_to_20000; ANALYZE TABLE grande;")
	read := func(seed int64) (ids []string, r sources.Result) {
		l := readAll(t, source(t, m, db, func(o *Options) { o.SampleSize, o.SampleSeed = 256<<10, seed }))[db+"/grande"]
		return l.Values("id"), l.Result
	}
	a, r := read(7)
	if r.Status != sources.Sampled || r.Sampling.Method != "windows" || r.Records < 300 || r.Records > 3500 || r.Sampling.Cluster < 20 {
		t.Errorf("%+v", r)
	}
	b, _ := read(7)
	c, _ := read(8)
	if !slices.Equal(a, b) || slices.Equal(a, c) {
		t.Error("the seed does not decide which rows are drawn")
	}
}

// TestMariaDBSampleComposite samples a table whose key begins with a whole number that many
// rows share; one that too many share is read in full.
func TestMariaDBSampleComposite(t *testing.T) {
	m := databasestest.MariaDB(t)
	db := m.Database(t)
	m.Run(t, db, `CREATE TABLE releves (adherent int, jour date, v varchar(199), PRIMARY KEY (adherent, jour));
INSERT INTO releves SELECT seq DIV 20, '2020-01-01' + INTERVAL seq % 20 DAY, concat(repeat('x', 190), seq) FROM seq_1_to_20000;
CREATE TABLE annees (an int, n int, v varchar(199), PRIMARY KEY (an, n)); INSERT INTO annees SELECT 2000 + seq % 25, seq, repeat('x', 190) FROM seq_1_to_20000; ANALYZE TABLE releves, annees;`)
	read := func(seed int64) map[string]*sourcetest.Location {
		return readAll(t, source(t, m, db, func(o *Options) { o.SampleSize, o.SampleSeed = 256<<10, seed }))
	}
	all := read(7)
	l := all[db+"/releves"]
	if r := l.Result; r.Status != sources.Sampled || r.Sampling.Method != "windows" || r.Records < 300 || r.Records > 3500 {
		t.Errorf("%+v", r)
	}
	rows, days := map[string]bool{}, map[string]int{}
	for _, v := range l.Values("v") {
		rows[v] = true
	}
	for _, a := range l.Values("adherent") {
		days[a]++
	}
	if int64(len(rows)) != l.Result.Records {
		t.Errorf("%d rows, %d different", l.Result.Records, len(rows))
	}
	for a, n := range days {
		if n != 20 && a != "0" && a != "1000" {
			t.Errorf("adherent %s: %d of 20 rows", a, n)
		}
	}
	if again := read(7)[db+"/releves"]; !slices.Equal(again.Values("v"), l.Values("v")) {
		t.Error("the same seed draws other rows")
	}
	if r := all[db+"/annees"].Result; r.Status != sources.Scanned || r.Records != 20000 {
		t.Errorf("25 windows: %+v", r)
	}
}
