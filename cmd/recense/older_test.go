package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"recense/scanner"
	"recense/scanner/journal"
)

// A state folder of another version: its runs are listed, and neither compared nor gone
// on with; a scan goes through, also when it asks for what is new.
func TestStateOfAnotherVersion(t *testing.T) {
	path, dir := program(t), t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "share"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "share", "a.txt"), []byte("Écrire à "+canaries()["email"]+" pour le dossier.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(want string, args ...string) string {
		t.Helper()
		code, out := runRecense(t, path, dir, append(args, "--state", "state")...)
		if code != want {
			t.Fatalf("%s: exit code %s, want %s\n%s", args[0], code, want, out)
		}
		return out
	}
	scan := []string{"scan", "share", "--format", "csv,html", "--fail-on", "new"}
	run("1", append(scan, "-o", "first")...)
	jr, err := journal.Open(filepath.Join(dir, "state", "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	runs, err := jr.Runs()
	if err != nil || len(runs) != 1 {
		t.Fatalf("%d runs, %v", len(runs), err)
	}
	old := runs[0].ID
	runs[0].Form = scanner.WireForm - 1
	if err := jr.Update(runs[0]); err != nil {
		t.Fatal(err)
	}
	if err := jr.Close(); err != nil {
		t.Fatal(err)
	}
	if out := run("2", "report", "-o", "again"); !strings.Contains(out, "written by another version") {
		t.Errorf("report: %s", out)
	}
	if out := run("2", "breach", "V-1", "--aware", "2026-11-29 10:00"); !strings.Contains(out, "written by another version") {
		t.Errorf("breach: %s", out)
	}
	run("0", "check")
	if out := run("1", append(scan, "-o", "second")...); !strings.Contains(out, "nothing is compared with them") || strings.Contains(out, "new: 0") {
		t.Errorf("%s", out)
	}
	if out := run("0", append(scan, "-o", "third")...); !strings.Contains(out, "new: 0") || strings.Contains(out, "nothing is compared") {
		t.Errorf("%s", out)
	}
	// The clock was set back.
	runs[0].ID, runs[0].Started, runs[0].Form = "20991231T000000-000000", time.Date(2099, 12, 31, 0, 0, 0, 0, time.UTC), scanner.WireForm
	if jr, err = journal.Open(filepath.Join(dir, "state", "journal.db")); err != nil {
		t.Fatal(err)
	}
	if _, err := jr.Begin(runs[0]); err != nil {
		t.Fatal(err)
	}
	if err := jr.Close(); err != nil {
		t.Fatal(err)
	}
	if out := run("0", append(scan, "-o", "fourth")...); !strings.Contains(out, "the clock was set back") || !strings.Contains(out, "new: 0") {
		t.Errorf("%s", out)
	}
	if out := run("0", "status"); strings.Count(out, old) != 1 {
		t.Errorf("the old run is not listed\n%s", out)
	}
}
