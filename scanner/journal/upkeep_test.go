//go:build unix

package journal

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"zombiezen.com/go/sqlite/sqlitex"

	"recense/scanner"
)

func TestPrune(t *testing.T) {
	j, path := open(t)
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a, b := []scanner.Target{{Source: "a"}}, []scanner.Target{{Source: "b"}}
	for i, r := range []scanner.Run{
		{ID: "1", State: scanner.Complete, Targets: a}, {ID: "2", State: scanner.Stopped, Targets: a},
		{ID: "3", State: scanner.Complete, Targets: b}, {ID: "4", State: scanner.Complete, Targets: a},
		{ID: "5", State: scanner.Aborted, Targets: a},
	} {
		r.Started = day.AddDate(0, i, 0)
		if _, err := j.Key(r.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := j.Begin(r); err != nil {
			t.Fatal(err)
		}
		batch := made(j, i)
		batch.Run = r.ID
		commit(t, j, batch)
	}
	gone, err := j.Prune(day.AddDate(0, 4, 0))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range gone {
		ids = append(ids, r.ID)
	}
	// The last complete run of each set of sources stays, and what is young enough.
	if want := []string{"1", "2"}; !slices.Equal(ids, want) {
		t.Errorf("pruned %v, want %v", ids, want)
	}
	for _, id := range []string{"1", "2"} {
		if _, err := j.Results(id); !errors.Is(err, ErrNoRun) {
			t.Errorf("run %s: %v", id, err)
		}
		if _, err := os.Stat(j.keyFile(id)); err == nil {
			t.Errorf("the key of run %s is still there", id)
		}
	}
	if n, err := number(j.conn, "SELECT count(*) FROM part"); err != nil || n != 6 {
		t.Errorf("%d parts, %v", n, err)
	}
	j.Close()
	other, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	begin(t, other, "9")
	third, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer third.Close()
	if _, err := third.Prune(day); !errors.Is(err, ErrBusy) {
		t.Errorf("beside a scan: %v", err)
	}
}

func TestCheck(t *testing.T) {
	j, _ := open(t)
	begin(t, j, "r")
	check := func() (list []string) {
		t.Helper()
		if err := j.Check(context.Background(), func(run, text string) { list = append(list, run+": "+text) }); err != nil {
			t.Fatal(err)
		}
		return list
	}
	if got := check(); got != nil {
		t.Errorf("an empty run: %q", got)
	}
	commit(t, j, made(j, 1)) // a head that is none
	if got := check(); !slices.Equal(got, []string{"r: a location or a finding cannot be read"}) {
		t.Errorf("a damaged head: %q", got)
	}
	if err := sqlitex.Execute(j.conn, "DELETE FROM batch", nil); err != nil {
		t.Fatal(err)
	}
	r := scanner.Run{ID: "r", Engine: "e", State: scanner.Complete, Form: scanner.WireForm, Coverage: scanner.Coverage{ByStatus: map[string]int64{"scanned": 3}}}
	if err := j.Finish(r); err != nil {
		t.Fatal(err)
	}
	if got := check(); !slices.Equal(got, []string{"r: its locations are not those that were counted"}) {
		t.Errorf("a batch is missing: %q", got)
	}
	r.Form--
	if err := j.Update(r); err != nil {
		t.Fatal(err)
	}
	if got := check(); got != nil {
		t.Errorf("a run of another version: %q", got)
	}
	if _, err := j.Results("r"); !errors.Is(err, ErrForm) {
		t.Errorf("a run of another version is read: %v", err)
	}
}

// A damaged page is told apart from what the runs say.
func TestCheckPages(t *testing.T) {
	j, path := open(t)
	begin(t, j, "r")
	for i := range 20 {
		commit(t, j, made(j, i))
	}
	page, err := number(j.conn, "SELECT rootpage FROM sqlite_schema WHERE name = 'part_place'")
	if err != nil {
		t.Fatal(err)
	}
	j.Close()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xFF}, 64), page*16384-64); err != nil { // the first keys of the index
		t.Fatal(err)
	}
	if j, err = Open(path); err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	var list []string
	err = j.Check(context.Background(), func(run, text string) { list = append(list, run+": "+text) })
	if len(list) == 0 || list[0] != ": a page or an index of the file is damaged" {
		t.Errorf("a damaged page: %q, %v", list, err)
	}
}

// Lock destroys the keys of runs that are complete or that never began, as a program that
// was killed leaves them, and no other.
func TestLockDestroysKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"never-begun", "complete", "running"} {
		if _, err := j.Key(name); err != nil {
			t.Fatal(err)
		}
	}
	for name, state := range map[string]string{"complete": scanner.Complete, "running": scanner.Running} {
		if _, err := j.Begin(scanner.Run{ID: name, State: scanner.Running}); err != nil {
			t.Fatal(err)
		}
		if err := j.Update(scanner.Run{ID: name, State: state}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Lock(); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(path + ".*.key")
	if err != nil || len(left) != 1 || left[0] != path+".running.key" {
		t.Errorf("left: %v, %v", left, err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}
