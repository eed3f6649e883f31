package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"recense/sources/databases/databasestest"
)

// TestMain makes the test binary behave as recense where scripts, and the
// coordinator that starts workers, run it under that name.
func TestMain(m *testing.M) {
	if os.Getenv("RECENSE_TEST_MAIN") != "" {
		main()
	}
	testscript.Main(servers{m}, map[string]func(){"recense": dated})
}

// dated is the program at another time, where the environment names one.
func dated() {
	at, err := time.Parse(time.RFC3339, os.Getenv("RECENSE_TEST_NOW"))
	if err != nil {
		main()
		return
	}
	began := time.Now()
	a := &app{in: os.Stdin, out: os.Stdout, err: os.Stderr, now: func() time.Time { return at.Add(time.Since(began)) }, getenv: os.Getenv}
	os.Exit(a.run(context.Background(), os.Args[1:]))
}

// servers stops the database servers that scripts asked for.
type servers struct{ m *testing.M }

// Run implements testscript.TestingM.
func (s servers) Run() int { return databasestest.Main(s.m) }

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("RECENSE_STATE", filepath.Join(e.WorkDir, "..state"))
			e.Setenv("RECENSE_CONFIG", filepath.Join(e.WorkDir, "..config"))
			e.Setenv("HOME", e.WorkDir)
			if t, ok := e.T().(testing.TB); ok {
				e.Values["t"] = t
			}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"code":     checkCode,
			"postgres": startPostgres,
		},
	})
}

// startPostgres starts a server, or uses the one that runs, makes a database from
// a file of SQL and tells the script where it is: postgres estate.sql.
func startPostgres(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: postgres file.sql")
	}
	t, ok := ts.Value("t").(testing.TB)
	if !ok {
		ts.Fatalf("no test to skip")
	}
	s := databasestest.Postgres(t)
	name := s.Database(t)
	s.Run(t, name, ts.ReadFile(args[0]))
	ts.Setenv("PGHOST", s.Host)
	ts.Setenv("PGPORT", s.Port)
	ts.Setenv("PGUSER", s.Admin)
	ts.Setenv("DB", name)
}

// checkCode runs a program and compares its exit code: code 3 recense scan …
func checkCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N program args…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = exitText(err)
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}
