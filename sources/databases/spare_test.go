package databases

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"

	"recense/sources"
	"recense/sources/databases/databasestest"
	"recense/sources/sourcetest"
)

// waits reads all of s and returns how long each wait was meant to be, and what was told.
func waits(t *testing.T, s *Source) (list []time.Duration, notes []string, rows int64) {
	t.Helper()
	s.wait = func(ctx context.Context, d time.Duration) error { list = append(list, d); return ctx.Err() }
	for u, err := range s.Units(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		r := sourcetest.New()
		if err := s.Read(context.Background(), u, r); err != nil {
			t.Fatal(err)
		}
		notes, rows = append(notes, r.Notes...), rows+r.Locations[0].Result.Records
	}
	return list, notes, rows
}

// grown are the waits for a server that does not recover: 1 to 30 s, two minutes in all, in
// breaths of at most ten seconds.
var grown = []time.Duration{1, 2, 4, 8, 10, 6, 10, 10, 10, 10, 10, 10, 10, 10, 9}

// TestPostgresStandby reads a standby that is behind, and a primary of which it is one: both
// are spared, and all is read.
func TestPostgresStandby(t *testing.T) {
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 100) i;")
	standby := databasestest.Standby(t, "1h")
	if list, notes, rows := waits(t, source(t, standby, db, nil)); len(list) > 0 || len(notes) > 0 || rows != 100 {
		t.Errorf("a standby that is not behind: %v %v, %d rows", list, notes, rows)
	}
	pg.Run(t, db, "INSERT INTO t VALUES (101, 'w');")
	s := source(t, standby, db, nil)
	s.strain.lag = 0
	var list []time.Duration
	var notes []string
	var rows int64
	for range 100 { // until the standby has received it and a second has passed
		if list, notes, rows = waits(t, s); len(list) > 0 {
			break
		}
		s.strain.asked = time.Time{}
		time.Sleep(100 * time.Millisecond)
	}
	var want []time.Duration
	for _, d := range grown {
		want = append(want, d*time.Second)
	}
	if !slices.Equal(list, want) || rows != 100 {
		t.Errorf("waits %v, want %v; %d rows", list, want, rows)
	}
	if len(notes) != len(want) || notes[0] != string(sources.ReplicaLag) {
		t.Errorf("notes %v", notes)
	}
	for range 100 {
		if pg.Output(t, db, "SELECT count(*) FROM pg_stat_replication WHERE replay_lag > '1 s'") == "1" {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	primary := source(t, pg, db, nil)
	primary.strain.lag = 0
	if list, notes, rows := waits(t, primary); len(list) != len(want) || notes[0] != string(sources.ReplicaLag) || rows != 101 {
		t.Errorf("primary: %d waits, %v, %d rows", len(list), notes, rows)
	}
}

// TestMariaDBBusy reads a server that is busy, and one that is not any more.
func TestMariaDBBusy(t *testing.T) {
	m := databasestest.MariaDB(t)
	db := m.Database(t)
	m.Run(t, db, "CREATE TABLE t (id int PRIMARY KEY, v varchar(20)); INSERT INTO t SELECT seq, seq FROM seq_1_to_50;")
	release := m.Hold(t, db, "SELECT sleep(60);")
	defer release()
	for m.Output(t, db, "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'SELECT sleep%'") != "1" {
		time.Sleep(20 * time.Millisecond)
	}
	s := source(t, m, db, nil)
	s.strain.running = 0
	if list, notes, rows := waits(t, s); len(list) != len(grown) || notes[0] != string(sources.ServerBusy) || rows != 50 {
		t.Errorf("%v %v, %d rows", list, notes, rows)
	}
	// Always so: the next range waits half as long, and none in the end.
	total := func() (d time.Duration) {
		s.strain.asked = time.Time{}
		list, _, _ := waits(t, s)
		for _, w := range list {
			d += w
		}
		return d
	}
	for _, want := range []time.Duration{60, 30, 15, 7} {
		if got := total(); got.Truncate(time.Second) != want*time.Second {
			t.Errorf("waits %v in all, want %d s", got, want)
		}
	}
	for range 4 {
		total()
	}
	if got := total(); got != 0 {
		t.Errorf("a server that is always busy: %v", got)
	}
	s = source(t, m, db, nil)
	if list, notes, rows := waits(t, s); len(list) > 0 || len(notes) > 0 || rows != 50 {
		t.Errorf("one statement is no burden: %v %v", list, notes)
	}
}

// TestPostgresFull connects to a server that takes no more: reading waits, longer each
// time, until there is room.
func TestPostgresFull(t *testing.T) {
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); CREATE ROLE serre LOGIN PASSWORD 'x' CONNECTION LIMIT 1; GRANT SELECT ON t TO serre;")
	t.Cleanup(func() { pg.Run(t, db, "DROP OWNED BY serre; DROP ROLE serre;") })
	account := func(o *Options) { o.Settings["user"], o.Settings["password"] = "serre", "x" }
	s := source(t, pg, db, account)
	var units []sources.Unit
	for u, err := range s.Units(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		units = append(units, u)
	}
	other := source(t, pg, db, account)
	held, err := other.dialect.Open(context.Background(), other.opt.Settings, db)
	for i := 0; err != nil && i < 50; i++ { // the listing's connection may not be gone yet
		time.Sleep(50 * time.Millisecond)
		held, err = other.dialect.Open(context.Background(), other.opt.Settings, db)
	}
	if err != nil {
		t.Fatal(err)
	}
	var list []time.Duration
	s.wait = func(ctx context.Context, d time.Duration) error {
		if list = append(list, d); len(list) == 3 {
			held.Close()
			time.Sleep(300 * time.Millisecond)
		}
		return ctx.Err()
	}
	r := sourcetest.New()
	if err := s.Read(context.Background(), units[0], r); err != nil {
		t.Fatal(err)
	}
	if want := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}; !reflect.DeepEqual(list[:min(3, len(list))], want) || r.Locations[0].Result.Records != 1 || !slices.Contains(r.Notes, string(sources.ServerBusy)) {
		t.Errorf("waits %v, notes %v, %+v", list, r.Notes, r.Locations[0].Result)
	}
}

// TestConnectionsOfAccount asks how many connections an account may have, so that no more
// workers are started.
func TestConnectionsOfAccount(t *testing.T) {
	check := func(s *Source, want int) {
		t.Helper()
		if err := s.Check(context.Background()); err != nil || s.Connections() != want {
			t.Errorf("%d connections, want %d, %v", s.Connections(), want, err)
		}
	}
	account := func(o *Options) { o.Settings["user"], o.Settings["password"] = "etroit", "x" }
	t.Run("postgres", func(t *testing.T) {
		pg := databasestest.Postgres(t)
		db := pg.Database(t)
		pg.Run(t, db, "CREATE ROLE etroit LOGIN PASSWORD 'x' CONNECTION LIMIT 3")
		t.Cleanup(func() { pg.Run(t, db, "DROP ROLE etroit") })
		check(source(t, pg, db, nil), 0)
		check(source(t, pg, db, account), 3)
		pg.Run(t, db, `ALTER DATABASE "`+db+`" CONNECTION LIMIT 2`)
		check(source(t, pg, db, account), 2)
		check(source(t, pg, db, nil), 0) // its limits do not hold a superuser back
	})
	t.Run("mysql", func(t *testing.T) {
		m := databasestest.MariaDB(t)
		db := m.Database(t)
		m.Run(t, db, "CREATE USER etroit IDENTIFIED BY 'x' WITH MAX_USER_CONNECTIONS 2; GRANT SELECT ON "+db+".* TO etroit")
		t.Cleanup(func() { m.Run(t, db, "DROP USER etroit") })
		check(source(t, m, db, nil), 0)
		check(source(t, m, db, account), 2)
	})
}
