package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"recense/scanner/crash"
	"recense/sources/databases/databasestest"
)

// TestMain makes the test binary behave as recense where scripts, and the
// coordinator that starts workers, run it under that name.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "commit-forever" {
		fmt.Fprintln(os.Stderr, commitForever(os.Args[2]))
		os.Exit(1)
	}
	takeCrashPlan()
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

// takeCrashPlan has this process, if it runs as the program, end at a point that a
// test chose. The plan is a file beside the program, for the first process of its role
// that takes it: "committed 3 kill" at the third time. Workers have no environment and
// will open nothing later.
func takeCrashPlan() {
	self, err := os.Executable()
	if err != nil || len(os.Args) < 2 {
		return
	}
	role := "main"
	if os.Args[1] == "worker" {
		role = "worker"
	}
	plan, taken := self+"."+role+".crash", self+"."+role+".taken"
	if !exists(plan) || os.Rename(plan, taken) != nil {
		return
	}
	b, err := os.ReadFile(taken)
	words := strings.Split(string(b), "\t")
	if err != nil || len(words) != 3 {
		panic("a plan that cannot be read")
	}
	times, err := strconv.ParseInt(words[1], 10, 64)
	if err != nil {
		panic(err)
	}
	var seen atomic.Int64
	crash.Reached = func(p crash.Point) {
		if string(p) != words[0] || seen.Add(1) != times {
			return
		}
		switch words[2] {
		case "exit": // as a program does that fails by itself
			os.Exit(2)
		case "panic":
			panic("a fault of the program")
		}
		self, _ := os.FindProcess(os.Getpid())
		self.Kill()
		select {}
	}
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
