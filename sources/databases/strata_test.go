package databases

import (
	"context"
	"slices"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/databases/databasestest"
	"recense/sources/databases/dialect"
	"recense/sources/sourcetest"
)

// stratum is one of the two parts of a sample, put together from its ranges.
type stratum struct {
	rows   map[string]int // by their text
	values map[string]int // of the column v
	aside  bool           // the text was only seen beside the rest
	result sources.Result
}

// strata reads a table with columns v and commentaire, of which only a sample is read.
func strata(t *testing.T, s *Source, path string) (rest, text stratum) {
	t.Helper()
	rest.rows, rest.values, text.rows, text.values = map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for u, err := range s.Units(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		if u.Path != path {
			continue
		}
		r := sourcetest.New()
		if err := s.Read(context.Background(), u, r); err != nil {
			t.Fatal(err)
		}
		l := r.Locations[0]
		to := &rest
		if l.Result.Sampling.Text {
			to = &text
		}
		records := to.result.Records
		to.result = l.Result
		to.result.Records += records
		for _, c := range l.Cells {
			switch c.Column {
			case "commentaire":
				to.rows[c.Value]++
				to.aside = to.aside || c.Aside
			case "v":
				to.values[c.Value]++
			}
			if !strings.Contains(c.At.Key, "id"+sources.KeyMark) && !strings.HasPrefix(c.At.Key, "rowid") {
				t.Fatalf("key %q", c.At.Key)
			}
		}
	}
	return rest, text
}

// TestStrata samples a table: of its comments every row is read, once; of the rest a part,
// with the comments beside it.
func TestStrata(t *testing.T) {
	const n = 20000
	check := func(t *testing.T, s *Source, path string) {
		rest, text := strata(t, s, path)
		if len(text.rows) != n || text.result.Records != n || text.aside || len(text.values) > 0 {
			t.Errorf("%d of %d comments in %d rows, %d other values", len(text.rows), n, text.result.Records, len(text.values))
		}
		if g := text.result.Sampling; g.Method != sources.WholeText || g.Fraction != 1 || text.result.Status != sources.Sampled {
			t.Errorf("%+v", text.result)
		}
		for v, times := range text.rows {
			if times != 1 {
				t.Fatalf("%q %d times", v, times)
			}
		}
		g := rest.result.Sampling
		if g.Fraction <= 0 || g.Fraction > 0.2 || g.Text || len(rest.values) < 100 || len(rest.values) > n/4 || len(rest.rows) != len(rest.values) || !rest.aside {
			t.Errorf("rest: %+v, %d values, %d comments", g, len(rest.values), len(rest.rows))
		}
	}
	small := func(o *Options) { o.SampleSize, o.SampleSeed, o.Limits.Range = 256<<10, 7, 512<<10 }
	t.Run("postgres", func(t *testing.T) {
		pg := databasestest.Postgres(t)
		db := pg.Database(t)
		pg.Run(t, db, `CREATE TABLE t (id int PRIMARY KEY, v varchar(300), commentaire text);
INSERT INTO t SELECT i, repeat('x', 200) || i, 'note ' || i FROM generate_series(1, 20000) i; ANALYZE;`)
		check(t, source(t, pg, db, small), db+"/public/t")
	})
	t.Run("mysql", func(t *testing.T) {
		m := databasestest.MariaDB(t)
		db := m.Database(t)
		m.Run(t, db, `CREATE TABLE t (id int PRIMARY KEY, v varchar(199), commentaire text); INSERT INTO t SELECT seq, concat(repeat('x', 190), seq), concat('note ', seq) FROM seq_1_to_20000; ANALYZE TABLE t;`)
		check(t, source(t, m, db, small), db+"/t")
	})
	t.Run("sqlite", func(t *testing.T) {
		file := sqliteFile(t, `CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(300), commentaire TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i, printf('%.*c%d', 200, 'x', i), 'note ' || i FROM n;`)
		check(t, sqliteSource(t, file, small), sqliteBase+"t")
	})
}

// TestFit chooses columns of running text within their budget.
func TestFit(t *testing.T) {
	column := func(name string) dialect.Column {
		return dialect.Column{Name: name, Form: dialect.Text, Prose: true}
	}
	big := &dialect.Table{Rows: 10_000_000, Bytes: 10 << 30, Columns: []dialect.Column{column("commentaire"), column("email"), column("document"), column("ville")}}
	all := []int{0, 1, 2, 3}
	const sample = 256 << 20
	for _, tt := range []struct {
		name     string
		t        *dialect.Table
		widths   []int64
		want     []int
		fraction float64
	}{
		{"what fits is read wholly", big, []int64{50, 20, 700, 8}, []int{0}, 1},
		{"a wide one too when it fits", big, []int64{50, 20, 40, 8}, []int{0, 2}, 1},
		{"the named one in part when it does not", big, []int64{400, 20, 700, 8}, []int{0}, float64(TextFrom*sample) / (400 * 10_000_000)},
		{"nothing is known", big, []int64{-1, -1, -1, -1}, []int{0}, 0.1},
		{"short values are no notes", &dialect.Table{Rows: 1000, Bytes: 10 << 30, Columns: big.Columns[1:]}, []int64{20, 20, 8}, nil, 0},
		{"the engine goes through so much at most", &dialect.Table{Rows: 10_000_000, Bytes: 160 << 30, Columns: big.Columns}, []int64{50, 20, 7000, 8}, []int{0}, 0.1},
	} {
		got, fraction := fit(tt.t, all[:len(tt.widths)], tt.widths, sample)
		if !slices.Equal(got, tt.want) || fraction < tt.fraction*0.99 || fraction > tt.fraction*1.01 {
			t.Errorf("%s: %v, %g", tt.name, got, fraction)
		}
	}
}
