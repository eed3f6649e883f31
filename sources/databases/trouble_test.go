package databases

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"recense/sources"
	"recense/sources/databases/databasestest"
	"recense/sources/sourcetest"
)

// TestPostgresBadRows reads tables in which the server cannot give a value: the
// other values and the other rows are read, the reason is told.
func TestPostgresBadRows(t *testing.T) {
	t.Parallel()
	pg := databasestest.Postgres(t)
	pg.Run(t, "", "CREATE DATABASE latin ENCODING 'WIN1252' LOCALE 'C' TEMPLATE template0;\nCREATE DATABASE brut ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0;")
	t.Cleanup(func() { pg.Run(t, "", "DROP DATABASE latin WITH (FORCE);\nDROP DATABASE brut WITH (FORCE);") })
	pg.Run(t, "latin", `CREATE TABLE t (id int PRIMARY KEY, v text, w text);
INSERT INTO t SELECT i, CASE WHEN i IN (2, 5, 6) THEN 'x' || chr(129) ELSE 'é' || i END, 'w' || i FROM generate_series(1, 8) i;
CREATE TABLE pire (id int PRIMARY KEY, v text, w text); INSERT INTO pire SELECT i, chr(129), 'w' || i FROM generate_series(1, 150) i;`)
	pg.Run(t, "brut", `SET client_encoding = 'SQL_ASCII'; CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, E'H\xe9l\xe8ne'), (2, 'Hélène'), (3, E'\x80');`)

	l := readAll(t, source(t, pg, "latin", nil))
	one := l["latin/public/t"]
	if want := []string{"1", "2", "3", "4", "5", "6", "7", "8"}; !slices.Equal(one.Values("id"), want) || len(one.Values("w")) != 8 {
		t.Errorf("id %v, w %v", one.Values("id"), one.Values("w"))
	}
	if want := []string{"é1", "é3", "é4", "é7", "é8"}; !slices.Equal(one.Values("v"), want) {
		t.Errorf("v %q", one.Values("v"))
	}
	if want := []sources.Reason{sources.InvalidValue, sources.InvalidValue, sources.InvalidValue}; !slices.Equal(one.Skips, want) {
		t.Errorf("reasons %v", one.Skips)
	}
	if worse := l["latin/public/pire"]; len(worse.Values("w")) != 150 || len(worse.Skips) != maxBadColumn {
		t.Errorf("a column without a good value: %d rows, %d reasons", len(worse.Values("w")), len(worse.Skips))
	}
	raw := readAll(t, source(t, pg, "brut", nil))["brut/public/t"]
	if want := []string{"Hélène", "Hélène", "€"}; !slices.Equal(raw.Values("v"), want) {
		t.Errorf("without an encoding: %q", raw.Values("v"))
	}
}

// TestPostgresBrokenType reads a column whose type has lost a value.
func TestPostgresBrokenType(t *testing.T) {
	t.Parallel()
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, `CREATE TYPE humeur AS ENUM ('gai', 'triste'); CREATE TABLE t (id int PRIMARY KEY, h humeur);
INSERT INTO t SELECT i, CASE WHEN i % 3 = 0 THEN 'triste' ELSE 'gai' END::humeur FROM generate_series(1, 9) i;
DELETE FROM pg_enum WHERE enumlabel = 'triste';`)
	l := readAll(t, source(t, pg, db, nil))[db+"/public/t"]
	if len(l.Values("id")) != 9 || len(l.Values("h")) != 6 || len(l.Skips) != 3 || l.Skips[0] != sources.InvalidValue {
		t.Errorf("%d rows, %d values, %v", len(l.Values("id")), len(l.Values("h")), l.Skips)
	}
}

func TestPostgresLongValues(t *testing.T) {
	t.Parallel()
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, `CREATE TABLE t (id int PRIMARY KEY, v text, j jsonb, x xml, b bytea, w text);
INSERT INTO t SELECT i, CASE WHEN i = 2 THEN (SELECT string_agg('mot' || k || 'é', ' ') FROM generate_series(1, 900000) k) || ' fin' ELSE 'court' END,
 CASE WHEN i = 2 THEN (SELECT jsonb_build_object('l', jsonb_agg(jsonb_build_object('n', k))) FROM generate_series(1, 60000) k) END,
 CASE WHEN i = 2 THEN ('<l>' || (SELECT string_agg('<n>' || k || '</n>', '') FROM generate_series(1, 60000) k) || '</l>')::xml END,
 CASE WHEN i = 2 THEN decode(repeat('00ff', 400000), 'hex') END, 'w' FROM generate_series(1, 3) i;`)
	want := pg.Output(t, db, "SELECT md5(v) FROM t WHERE id = 2")
	l := readAll(t, source(t, pg, db, nil))[db+"/public/t"]
	if !slices.Equal(l.Values("v"), []string{"court", "court"}) || len(l.Values("w")) != 3 {
		t.Errorf("v %d, w %d", len(l.Values("v")), len(l.Values("w")))
	}
	if got := md5sum(bytes.TrimRight(l.Text, "\n")); got != want {
		t.Errorf("the long text: %d bytes, %s, want %s", len(l.Text), got, want)
	}
	if n := len(l.Values("j.l[*].n")); n != 60000 {
		t.Errorf("long JSON: %d values", n)
	}
	if n := len(l.Values("x.l/n")); n != 60000 {
		t.Errorf("long XML: %d values", n)
	}
	if !slices.Equal(l.Skips, []sources.Reason{sources.UnknownFormat}) {
		t.Errorf("reasons %v", l.Skips)
	}
}

// TestPostgresLocked reads while another session holds a lock: the listing goes
// on, the table is given up with a reason and nobody waits for long.
func TestPostgresLocked(t *testing.T) {
	t.Parallel()
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, "CREATE TABLE libre (v text); INSERT INTO libre VALUES ('a'); CREATE TABLE prise (v text); INSERT INTO prise VALUES ('b');")
	release := pg.Hold(t, db, "BEGIN; LOCK TABLE prise; SELECT pg_sleep(60);")
	defer release()
	for pg.Output(t, db, "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 'prise' AND granted") != "1" {
		time.Sleep(20 * time.Millisecond)
	}
	began := time.Now()
	l := readAll(t, source(t, pg, db, nil))
	took := time.Since(began)
	if p := l[db+"/public/prise"]; p == nil || p.Result.Status != sources.Failed || p.Result.Detail != sources.LockTimeout {
		t.Errorf("%+v", p)
	}
	if f := l[db+"/public/libre"]; f == nil || !slices.Equal(f.Values("v"), []string{"a"}) {
		t.Errorf("%+v", f)
	}
	if took > 30*time.Second {
		t.Errorf("took %v", took)
	}
}

// TestPostgresCut reads through connections that are cut at random moments: what
// is read is the same as without.
func TestPostgresCut(t *testing.T) {
	t.Parallel()
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, `CREATE TABLE t (id int PRIMARY KEY, v text, j jsonb, l text);
INSERT INTO t SELECT i, 'valeur ' || md5(i::text), jsonb_build_object('n', i), CASE WHEN i % 1500 = 0 THEN (SELECT string_agg(md5(k::text), ' ') FROM generate_series(1, 12000) k) END FROM generate_series(1, 6000) i;
CREATE TABLE sans_cle (v text); INSERT INTO sans_cle SELECT 'v' || i FROM generate_series(1, 6000) i;`)
	small := func(o *Options) { o.Limits.Range = 256 << 10 }
	want := summary(readAll(t, source(t, pg, db, small)))
	cuts := 0
	for seed := range uint64(2) {
		p := databasestest.NewProxy(t, pg.Host+":"+pg.Port, seed, 250_000)
		port := p.Port
		s := source(t, pg, db, func(o *Options) { small(o); o.Settings["port"] = port })
		s.uri = "postgres://" + pg.Host + ":" + pg.Port
		s.wait = func(ctx context.Context, d time.Duration) error { return ctx.Err() }
		got := summary(readAll(t, s))
		s.Close()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: not the same after %d cuts: %v, want %v", seed, p.Cuts(), got, want)
		}
		cuts += p.Cuts()
	}
	if cuts < 50 {
		t.Errorf("only %d cuts", cuts)
	}
}

// summary tells what was read, table by table.
func summary(all map[string]*sourcetest.Location) map[string]string {
	out := map[string]string{}
	for path, l := range all {
		var b strings.Builder
		for _, c := range l.Cells {
			fmt.Fprintf(&b, "%s %s %s\n", c.Column, c.Value, c.At.Key)
		}
		out[path] = fmt.Sprint(l.Result.Status, l.Result.Detail, l.Result.Records, len(l.Cells), md5sum([]byte(b.String())), md5sum(l.Text), l.Skips)
	}
	return out
}

// TestPostgresUntouched reads a database and compares the server's own counters and
// a dump of it: nothing is written, nothing is left open.
func TestPostgresUntouched(t *testing.T) {
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, everyType)
	state := func() string {
		return pg.Output(t, db, `SELECT pg_stat_force_next_flush(), sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables;
SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM "Rh"."Salarié" t; SELECT xmin, xmax FROM "Rh"."Salarié" ORDER BY id;`)
	}
	before := state()
	s := source(t, pg, db, nil)
	readAll(t, s)
	s.Close()
	if after := state(); after != before {
		t.Errorf("before: %s\nafter: %s", before, after)
	}
	for range 50 {
		if pg.Output(t, db, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'recense' AND datname = current_database()") == "0" {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("a connection is left open")
}
