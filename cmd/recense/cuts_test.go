package main

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"recense/sources/databases/databasestest"
)

var cutsWanted = flag.Int("cuts", 5, "how many times connections to a database are cut, at least, in TestCutInventories")

// TestCutInventories scans databases over connections that are cut at random moments: the
// finished documents say the same as those of an undisturbed scan, nothing twice, and no
// secret stands in anything that was written.
func TestCutInventories(t *testing.T) {
	rows := 1600 * *cutsWanted
	t.Run("postgres", func(t *testing.T) {
		s := databasestest.Postgres(t)
		db := s.Database(t)
		s.Run(t, db, fmt.Sprintf(`CREATE TABLE dossier (id int PRIMARY KEY, num_secu text, courriel text, note text, fiche jsonb);
INSERT INTO dossier SELECT i, n.nir, 'a' || i || '@example.com', md5(i::text) || ' appeler le 06 39 98 ' || lpad((i %% 100)::text, 2, '0') || ' 01', jsonb_build_object('mel', 'b' || i || '@example.com')
 FROM generate_series(1, %d) i, LATERAL (SELECT 1800175001000 + i AS b) x, LATERAL (SELECT x.b::text || lpad((97 - x.b %% 97)::text, 2, '0') AS nir) n;
CREATE TABLE sans_cle AS SELECT num_secu FROM dossier; ANALYZE;
DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'coupe') THEN CREATE ROLE coupe LOGIN; END IF; END$$;
ALTER ROLE coupe PASSWORD 'xvwq-9271-kjhg'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO coupe;`, rows))
		t.Setenv("PGPASSWORD", "xvwq-9271-kjhg")
		cutInventories(t, s, "postgres://coupe@127.0.0.1:%s/"+db)
	})
	t.Run("mysql", func(t *testing.T) {
		s := databasestest.MariaDB(t)
		db := s.Database(t)
		s.Run(t, db, fmt.Sprintf(`CREATE TABLE dossier (id int PRIMARY KEY, num_secu varchar(15), courriel varchar(60), note text);
INSERT INTO dossier SELECT seq, concat(1800175001000 + seq, lpad(97 - (1800175001000 + seq) %% 97, 2, '0')), concat('a', seq, '@example.com'),
 concat(md5(seq), md5(seq + 1), ' appeler le 06 39 98 ', lpad(seq %% 100, 2, '0'), ' 01') FROM seq_1_to_%d;
CREATE TABLE sans_cle AS SELECT num_secu FROM dossier; ANALYZE TABLE dossier, sans_cle;
CREATE OR REPLACE USER coupe IDENTIFIED BY 'xvwq-9271-kjhg'; GRANT SELECT ON %s.* TO coupe;`, rows, db))
		t.Setenv("MYSQL_PWD", "xvwq-9271-kjhg")
		cutInventories(t, s, "mysql://coupe@127.0.0.1:%s/"+db)
	})
}

// cutInventories scans once without cuts and once with them.
func cutInventories(t *testing.T, s *databasestest.Server, target string) {
	p := databasestest.NewProxy(t, s.Host+":"+s.Port, uint64(*cutsWanted), 180_000)
	target = fmt.Sprintf(target, p.Port)
	path := program(t)
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(strings.Repeat("0a0b0c0d", 8)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	scan := func() (dir string) {
		dir = t.TempDir()
		if code, printed := runRecense(t, path, dir, "scan", target, "-o", "out", "--full", "--findings", "all", "--digests", "--key-file", key, "--format", "arrow,jsonl"); code != "0" {
			t.Fatalf("exit code %s\n%s", code, printed)
		}
		return dir
	}
	p.Cut(false, 0)
	whole := scan()
	p.Cut(true, 20_000) // the listing is one transaction
	cut := scan()
	if n := p.Cuts(); n < *cutsWanted {
		t.Errorf("only %d cuts", n)
	} else {
		t.Logf("%d cuts", n)
	}
	for _, name := range []string{"inventory.arrow", "elements.arrow", "locations.arrow", "findings.arrow"} {
		want, got := timeless(t, filepath.Join(whole, "out"), name), timeless(t, filepath.Join(cut, "out"), name)
		if len(want) == 0 || !slices.EqualFunc(got, want, func(a, b row) bool { return reflect.DeepEqual(a, b) }) {
			t.Errorf("%s: %d rows, without cuts %d, or not the same", name, len(got), len(want))
			for i := range min(len(got), len(want)) {
				if !reflect.DeepEqual(got[i], want[i]) {
					t.Errorf("row %d: %v\nwithout cuts: %v", i, got[i], want[i])
					break
				}
			}
		}
	}
	want, err := os.ReadFile(filepath.Join(whole, "out", "findings.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(cut, "out", "findings.jsonl"))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("findings.jsonl is not the same: %v", err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(got)) {
		if seen[line] && strings.Contains(line, "id#") {
			t.Fatalf("twice: %s", line)
		}
		seen[line] = true
	}
	silent(t, cut, "xvwq-9271-kjhg", "1800175001001", "a17@example.com")
}

// timeless reads a table without what differs from run to run.
func timeless(t *testing.T, dir, name string) []row {
	rows := readTable(t, dir, name)
	for _, r := range rows {
		for column := range r {
			if column == "scan_id" || column == "first_seen" || strings.HasSuffix(column, "_at") {
				delete(r, column)
			}
		}
	}
	return rows
}

// silent holds every file below dir to hold none of the secrets.
func silent(t *testing.T, dir string, secrets ...string) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, s := range secrets {
			if bytes.Contains(data, []byte(s)) {
				t.Errorf("%s holds a secret", filepath.Base(path))
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
