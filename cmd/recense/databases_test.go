package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"recense/sources/databases/databasestest"
)

// TestPostgresAgainstTruth scans the database of testdata/base.sql and compares
// all that the documents say with testdata/verite-base.json: every table, every
// column, every kind with its exact count, and nothing beyond.
func TestPostgresAgainstTruth(t *testing.T) {
	s := databasestest.Postgres(t)
	t.Setenv("PGHOST", s.Host)
	t.Setenv("PGPORT", s.Port)
	t.Setenv("PGUSER", s.Admin)
	name := s.Database(t)
	againstTruth(t, s, name, "postgres:///"+name, "postgres://"+s.Host+":"+s.Port+"/"+name+"/public/")
}

// TestMariaDBAgainstTruth is the same against MariaDB.
func TestMariaDBAgainstTruth(t *testing.T) {
	s := databasestest.MariaDB(t)
	name := s.Database(t)
	at := s.Host + ":" + s.Port + "/" + name
	againstTruth(t, s, name, "mysql://"+s.Admin+"@"+at, "mysql://"+at+"/")
}

// TestSQLiteAgainstTruth is the same against a SQLite file.
func TestSQLiteAgainstTruth(t *testing.T) {
	sql, err := os.ReadFile(filepath.Join("..", "..", "testdata", "base.sql"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "base.db")
	cmd := exec.Command("sqlite3", "-bail", file)
	cmd.Stdin = bytes.NewReader(sql)
	if out, err := cmd.CombinedOutput(); err != nil {
		if os.Getenv("CI") != "true" {
			t.Skipf("sqlite3: %v: %s", err, out)
		}
		t.Fatalf("sqlite3: %v: %s", err, out)
	}
	got := scanTarget(t, "sqlite://"+file, "sqlite://"+file+"/")
	if got.code != "0" {
		t.Fatalf("exit code %s\n%s", got.code, got.printed)
	}
	readTruth(t, "verite-base.json").check(t, got)
}

// againstTruth fills a database, scans it and compares; base is what stands in
// front of the names of its tables.
func againstTruth(t *testing.T, s *databasestest.Server, name, target, base string) {
	t.Helper()
	sql, err := os.ReadFile(filepath.Join("..", "..", "testdata", "base.sql"))
	if err != nil {
		t.Fatal(err)
	}
	s.Run(t, name, string(sql))
	want := readTruth(t, "verite-base.json")
	got := scanTarget(t, target, base)
	if got.code != "0" {
		t.Fatalf("exit code %s\n%s", got.code, got.printed)
	}
	want.check(t, got)
}
