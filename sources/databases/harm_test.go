package databases

import (
	"context"
	"crypto/md5"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"recense/sources"
	"recense/sources/databases/databasestest"
	"recense/sources/sourcetest"
)

// TestPostgresTLS holds a server to prove who it is.
func TestPostgresTLS(t *testing.T) {
	pg := databasestest.Postgres(t)
	pg.Run(t, "", "ALTER SYSTEM SET ssl = on;\nSELECT pg_reload_conf();\nSELECT pg_sleep(0.3);")
	t.Cleanup(func() { pg.Run(t, "", "ALTER SYSTEM RESET ssl;\nSELECT pg_reload_conf();") })
	check := func(query string) error {
		opt, err := Parse("postgres://"+pg.Admin+"@localhost:"+pg.Port+"/postgres?"+query, func(string) string { return "" })
		if err != nil {
			t.Fatal(err)
		}
		opt.Name = "base"
		s, err := New(opt)
		if err != nil {
			t.Fatal(err)
		}
		return s.Check(context.Background())
	}
	for query, want := range map[string]string{
		"sslmode=verify-full&sslrootcert=" + pg.File("ca.pem"):    "",
		"sslmode=verify-full&sslrootcert=" + pg.File("other.pem"): "not_verified",
		"sslmode=verify-ca&sslrootcert=" + pg.File("other.pem"):   "not_verified",
		"sslmode=verify-full": "not_verified",
		"sslmode=require":     "",
		"sslmode=disable":     "",
	} {
		err := check(query)
		if text := fmt.Sprint(err); want == "" && err != nil || !strings.Contains(text, want) {
			t.Errorf("%s: %v", query[:20], err)
		}
	}
	pg.Run(t, "", "ALTER SYSTEM SET ssl = off;\nSELECT pg_reload_conf();\nSELECT pg_sleep(0.3);")
	if err := check("sslmode=verify-full&sslrootcert=" + pg.File("ca.pem")); err == nil || !strings.Contains(err.Error(), "not_verified") {
		t.Errorf("a server without TLS: %v", err)
	}
}

// TestMariaDBTLS is the same for MariaDB.
func TestMariaDBTLS(t *testing.T) {
	m := databasestest.MariaDB(t)
	for query, want := range map[string]string{
		"tls=verify&sslca=" + m.File("ca.pem"):    "",
		"tls=verify&sslca=" + m.File("other.pem"): "not_verified",
		"tls=verify": "not_verified", "tls=skip-verify": "", "tls=preferred": "", "tls=false": "",
	} {
		opt, err := Parse("mysql://"+m.Admin+"@"+m.Host+":"+m.Port+"/?"+query, func(string) string { return "" })
		if err != nil {
			t.Fatal(err)
		}
		opt.Name = "base"
		s, err := New(opt)
		if err != nil {
			t.Fatal(err)
		}
		err = s.Check(context.Background())
		if text := fmt.Sprint(err); want == "" && err != nil || !strings.Contains(text, want) {
			t.Errorf("%s: %v", query[:10], err)
		}
	}
}

// slow is a sink that takes its time, as a busy worker does.
type slow struct {
	*sourcetest.Recorder
	began func()
}

// Chunk implements sources.Sink.
func (s *slow) Chunk(c *sources.Chunk) error {
	s.began()
	time.Sleep(15 * time.Millisecond)
	return s.Recorder.Chunk(c)
}

// TestPostgresHarmless reads a table while others alter and rewrite it: none of them
// waits longer than a range takes, and what a dump gives is the same before and after.
func TestPostgresHarmless(t *testing.T) {
	pg := databasestest.Postgres(t)
	dump, err := exec.LookPath("pg_dump")
	if err != nil {
		t.Skip(err)
	}
	db := pg.Database(t)
	pg.Run(t, db, "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT i, repeat(md5(i::text), 6) FROM generate_series(1, 40000) i; ANALYZE;")
	sum := func() string {
		out, err := exec.Command(dump, "-h", pg.Host, "-p", pg.Port, "-U", pg.Admin, db).Output()
		if err != nil {
			t.Fatal(err)
		}
		var lines []string // but the keys that newer versions draw for each dump
		for line := range strings.Lines(string(out)) {
			if !strings.HasPrefix(line, `\restrict`) && !strings.HasPrefix(line, `\unrestrict`) {
				lines = append(lines, line)
			}
		}
		return fmt.Sprintf("%x", md5.Sum([]byte(strings.Join(lines, ""))))
	}
	written := func() string {
		return pg.Output(t, db, "SELECT pg_stat_force_next_flush(); SELECT n_tup_ins, n_tup_upd, n_tup_del, n_dead_tup FROM pg_stat_user_tables WHERE relname = 't'")
	}
	before, counted := sum(), written()
	s := source(t, pg, db, func(o *Options) { o.Limits.Range = 1 << 20 })
	for _, c := range []struct {
		name, sql string
		most      time.Duration
	}{
		{"ALTER TABLE", "ALTER TABLE t ADD COLUMN w int; ALTER TABLE t DROP COLUMN w;", 3 * time.Second},
		{"VACUUM FULL", "VACUUM FULL t;", 6 * time.Second},
	} {
		began, done := make(chan struct{}), make(chan error, 1)
		begin := sync.OnceFunc(func() { close(began) })
		go func() {
			for u, err := range s.Units(context.Background()) {
				if err == nil {
					err = s.Read(context.Background(), u, &slow{sourcetest.New(), begin})
				}
				if err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
		<-began
		start := time.Now()
		pg.Run(t, db, c.sql)
		if waited := time.Since(start); waited > c.most {
			t.Errorf("%s waited %v", c.name, waited)
		}
		if err := <-done; err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if after := sum(); after != before {
		t.Error("the dump is another")
	}
	readAll(t, s)
	if after := written(); after != counted {
		t.Errorf("written: %s, before %s", after, counted)
	}
}

// TestMariaDBHarmless reads a table while it is altered: that waits no longer than a page
// takes, nothing is written, and what a dump gives is the same before and after.
func TestMariaDBHarmless(t *testing.T) {
	m := databasestest.MariaDB(t)
	dump, err := exec.LookPath("mariadb-dump")
	if err != nil {
		t.Skip(err)
	}
	db := m.Database(t)
	m.Run(t, db, "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT seq, repeat(md5(seq), 6) FROM seq_1_to_40000; ANALYZE TABLE t;")
	sum := func() string {
		out, err := exec.Command(dump, "--no-defaults", "--skip-comments", "--skip-dump-date", "--routines", "--triggers", "-h", m.Host, "-P", m.Port, "-u", m.Admin, "--protocol=tcp", db).Output()
		if err != nil || len(out) < 40000*6*32 {
			t.Fatalf("%d bytes, %v", len(out), err)
		}
		return md5sum(out)
	}
	written := func() string {
		return m.Output(t, db, "SELECT variable_name, variable_value FROM information_schema.global_status WHERE variable_name IN ('INNODB_ROWS_INSERTED', 'INNODB_ROWS_UPDATED', 'INNODB_ROWS_DELETED', 'COM_INSERT', 'COM_UPDATE', 'COM_DELETE', 'COM_REPLACE')")
	}
	before := sum()
	s := source(t, m, db, func(o *Options) { o.Limits.Range = 1 << 20 })
	counted := written()
	readAll(t, s)
	if after := written(); after != counted {
		t.Errorf("written: %s, before %s", after, counted)
	}
	for _, sql := range []string{"ALTER TABLE t ADD COLUMN w int; ALTER TABLE t DROP COLUMN w;", "ALTER TABLE t FORCE;"} {
		began, done := make(chan struct{}), make(chan error, 1)
		begin := sync.OnceFunc(func() { close(began) })
		go func() {
			for u, err := range s.Units(context.Background()) {
				if err == nil {
					err = s.Read(context.Background(), u, &slow{sourcetest.New(), begin})
				}
				if err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
		<-began
		start := time.Now()
		m.Run(t, db, sql)
		if waited := time.Since(start); waited > 6*time.Second {
			t.Errorf("%s waited %v", sql, waited)
		}
		if err := <-done; err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if after := sum(); after != before {
		t.Error("the dump is another")
	}
}
