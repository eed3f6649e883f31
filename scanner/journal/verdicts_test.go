//go:build unix

package journal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"recense/scanner"
)

// A verdict through its life: given, given again, settled, back, and places that
// nobody looked at.
func TestVerdicts(t *testing.T) {
	j, err := Open(filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	id := func(n byte) (x [16]byte) { x[0] = n; return x }
	began := time.Date(2026, 11, 1, 2, 0, 0, 0, time.UTC)
	// enter gives verdicts 1, 2, 3 of locations 1, 2, 3 as the run saw them.
	enter := func(run string, day int, given []byte, whole, partly []byte, gone ...string) bool {
		t.Helper()
		r, ok, err := j.Remember(scanner.Run{ID: run, Started: began.AddDate(0, 0, day)})
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return false
		}
		for _, n := range given {
			if err := r.Verdict(&Verdict{ID: id(n), Location: id(n), Source: "s", URI: "s/" + string('a'+n), Kind: "undeclared_location"}); err != nil {
				t.Fatal(err)
			}
		}
		for _, n := range whole {
			if err := r.Location(id(n), true); err != nil {
				t.Fatal(err)
			}
		}
		for _, n := range partly {
			if err := r.Location(id(n), false); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Commit(gone); err != nil {
			t.Fatal(err)
		}
		return true
	}
	state := func(n byte) Verdict {
		t.Helper()
		v, err := j.Verdicts()
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		found, ok, err := v.Find(id(n))
		if err != nil || !ok {
			t.Fatalf("verdict %d: %t, %v", n, ok, err)
		}
		return found
	}
	missing := func(run string) (ids []byte) {
		v, err := j.Verdicts()
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		if err := v.Missing(run, func(m *Verdict) { ids = append(ids, m.ID[0]) }); err != nil {
			t.Fatal(err)
		}
		return ids
	}
	check := func(what string, ok bool) {
		t.Helper()
		if !ok {
			t.Error(what)
		}
	}
	known := func(run string) bool {
		v, err := j.Verdicts()
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		ok, err := v.Known(run)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	check("a new journal remembers nothing", !known("r1"))

	enter("r1", 0, []byte{1, 2, 3}, []byte{1, 2, 3}, nil)
	check("nothing before the first run", !known("r1") && known("r2"))
	check("first run", state(1).FirstRun == "r1" && state(1).First.Equal(began) && state(1).Resolved == "")

	// r2: 1 again; 2 read in full and clean; 3 read in part.
	enter("r2", 1, []byte{1}, []byte{1, 2}, []byte{3})
	check("persisting", state(1).FirstRun == "r1" && state(1).LastRun == "r2" && state(1).Reopened == "")
	check("resolved", state(2).Resolved == "r2")
	check("not looked at whole", state(3).Resolved == "")
	check("missing in r2", slices.Equal(missing("r2"), []byte{2, 3}))

	// r3: 2 is back; 1 and 3 are gone, but the source proved nothing.
	enter("r3", 2, []byte{2}, []byte{2}, nil)
	check("reopened", state(2).Reopened == "r3" && state(2).Resolved == "" && state(2).FirstRun == "r1")
	check("gone proves nothing", state(1).Resolved == "" && state(3).Resolved == "")

	// The same run again changes nothing.
	enter("r3", 2, []byte{2}, []byte{2}, nil)
	check("again", state(2).Reopened == "r3" && state(2).LastRun == "r3")

	// r4: the source listed everything.
	enter("r4", 3, []byte{2}, []byte{2}, nil, "s")
	check("gone", state(1).Resolved == "r4" && state(3).Resolved == "r4")
	check("still there", state(2).Resolved == "" && state(2).LastRun == "r4")

	// An older run does not rewrite what came later.
	check("older run", !enter("r2", 1, []byte{3}, nil, nil) && state(3).Resolved == "r4")
}

// A journal of the first version is brought up to the second.
func TestMigration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteScript(conn, schema+"PRAGMA application_id=1919118963; PRAGMA user_version=1; INSERT INTO run (name, state, info) VALUES ('r0', 'complete', '{\"ID\":\"r0\",\"State\":\"complete\"}');", nil); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	j, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	runs, err := j.Runs()
	if err != nil || len(runs) != 1 || runs[0].ID != "r0" {
		t.Errorf("runs after the migration: %v, %v", runs, err)
	}
	v, err := j.Verdicts()
	if err != nil {
		t.Fatal(err)
	}
	v.Close()
}

// Runs that are removed take with them the verdicts that no other run can have given;
// what they settled stands again, and nothing of them is left in the file.
func TestRemove(t *testing.T) {
	j, path := open(t)
	id := func(n byte) (x [16]byte) { x[0] = n; return x }
	began := time.Date(2026, 11, 1, 2, 0, 0, 0, time.UTC)
	if err := j.Lock(); err != nil {
		t.Fatal(err)
	}
	given := map[string][]byte{"1": {1, 4}, "2": {5}, "3": {1, 2, 3}, "4": {5}} // the source of the places 5 is read by the runs 2 and 4
	for i, run := range []string{"1", "2", "3", "4"} {
		source := []string{"s", "t"}[i%2]
		r := scanner.Run{ID: run, State: scanner.Complete, Started: began.AddDate(0, 0, i), Targets: []scanner.Target{{Source: source}}}
		if _, err := j.Begin(r); err != nil {
			t.Fatal(err)
		}
		b := made(j, i)
		b.Run, b.Head = run, []byte("head of "+run)
		commit(t, j, b)
		m, ok, err := j.Remember(r)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		for _, n := range given[run] {
			if err := m.Verdict(&Verdict{ID: id(n), Location: id(n), Source: source, URI: "place of " + run}); err != nil {
				t.Fatal(err)
			}
		}
		if err := m.Location(id(4), run == "3"); err != nil {
			t.Fatal(err)
		}
		if err := m.Commit(nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Remove("none"); !errors.Is(err, ErrNoRun) {
		t.Error(err)
	}
	stand := func(want ...byte) {
		t.Helper()
		v, err := j.Verdicts()
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		for n := byte(1); n <= 5; n++ {
			if found, ok, err := v.Find(id(n)); err != nil || ok != slices.Contains(want, n) || found.Resolved != "" {
				t.Errorf("verdict %d: there %v, settled in %q, %v", n, ok, found.Resolved, err)
			}
		}
	}
	for _, step := range []struct {
		run  string
		left []byte
	}{{"3", []byte{1, 4, 5}}, {"2", []byte{1, 4, 5}}, {"4", []byte{1, 4}}, {"1", nil}} {
		if err := j.Remove(step.run); err != nil {
			t.Fatal(err)
		}
		stand(step.left...)
		for _, file := range []string{path, path + "-wal"} {
			data, err := os.ReadFile(file)
			for _, gone := range []string{"head of ", "place of "} {
				if err == nil && bytes.Contains(data, []byte(gone+step.run)) && (step.left == nil || gone == "head of ") {
					t.Errorf("%s holds what was removed of run %s", filepath.Base(file), step.run)
				}
			}
		}
	}
}
