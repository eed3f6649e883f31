package databases

import (
	"context"
	"strconv"
	"testing"

	"recense/sources/databases/databasestest"
)

// A table of many narrow rows is cut in two at least, so that two connections share it, and
// every row of it comes once.
func TestSharedTables(t *testing.T) {
	const rows = sharedRows + 20_000
	numbers := "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + strconv.Itoa(rows) + ") "
	path := sqliteFile(t, "CREATE TABLE large (id INTEGER PRIMARY KEY, v TEXT);\n"+numbers+"INSERT INTO large SELECT i, 'v' || i FROM n;\n"+
		"CREATE TABLE small (id INTEGER PRIMARY KEY, v TEXT);\n"+numbers+"INSERT INTO small SELECT i, 'v' || i FROM n WHERE i <= 50000;\n")
	pg := databasestest.Postgres(t)
	pg.Run(t, "postgres", "CREATE DATABASE partages")
	pg.Run(t, "partages", "CREATE TABLE large AS SELECT i AS id, 'v' || i AS v FROM generate_series(1, "+strconv.Itoa(rows)+") i;\n"+
		"CREATE TABLE small AS SELECT i AS id, 'v' || i AS v FROM generate_series(1, 50000) i; ANALYZE;")
	for _, c := range []struct {
		s            *Source
		large, small string
	}{
		{sqliteSource(t, path, nil), sqliteBase + "large", sqliteBase + "small"},
		{source(t, pg, "partages", nil), "partages/public/large", "partages/public/small"},
	} {
		ranges := map[string]int{}
		for u, err := range c.s.Units(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			ranges[u.Path]++
		}
		if ranges[c.large] < 2 || ranges[c.small] != 1 {
			t.Errorf("%s: ranges %v", c.s.Name(), ranges)
		}
		l := readAll(t, c.s)[c.large]
		seen := map[string]bool{}
		for _, v := range l.Values("v") {
			seen[v] = true
		}
		if len(seen) != rows || l.Result.Records != rows {
			t.Errorf("%s: %d different rows of %d, %d read", c.s.Name(), len(seen), rows, l.Result.Records)
		}
	}
}
