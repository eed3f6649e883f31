//go:build unix

package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"zombiezen.com/go/sqlite/sqlitex"

	"recense/scanner"
)

func open(t *testing.T) (*Journal, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j, path
}

func begin(t *testing.T, j *Journal, name string) {
	t.Helper()
	if _, err := j.Begin(scanner.Run{ID: name, Engine: "e", State: scanner.Running, Form: scanner.WireForm}); err != nil {
		t.Fatal(err)
	}
}

// made is batch i: a head and parts that can be told from all others.
func made(j *Journal, i int) scanner.Batch {
	data := bytes.Repeat([]byte(fmt.Sprintf("part %06d ", i)), 600)
	return scanner.Batch{Run: "r", Stage: j.NewStage(), First: int64(i), Head: fmt.Appendf(nil, "head %06d", i),
		Parts: []scanner.Part{{Stream: scanner.Places, Data: data}, {Stream: scanner.Findings, Data: data[:9]}}}
}

func commit(t *testing.T, j *Journal, b scanner.Batch) {
	t.Helper()
	if err := try(j, b); err != nil {
		t.Fatal(err)
	}
}

func try(j *Journal, b scanner.Batch) error {
	done := make(chan error, 1)
	j.Commit(b, func(err error) { done <- err })
	return <-done
}

// batches checks all that is committed and returns the numbers of the batches.
func batches(t *testing.T, j *Journal) (list []int) {
	t.Helper()
	st, err := j.Stored("r")
	if errors.Is(err, ErrNoRun) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	stages := map[int]int64{}
	err = st.Heads(context.Background(), func(stage int64, head []byte) error {
		var i int
		_, err := fmt.Sscanf(string(head), "head %d", &i)
		list = append(list, i)
		stages[i] = stage
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, stage := range stages {
		want := bytes.Repeat([]byte(fmt.Sprintf("part %06d ", i)), 600)
		data, err := st.Part(stage, scanner.Places, 0)
		if err != nil || !bytes.Equal(data, want) {
			t.Errorf("part of batch %d: %d bytes, %v", i, len(data), err)
		}
		r, err := st.PartReader(stage, scanner.Places, 0)
		if err != nil {
			t.Fatal(err)
		}
		data, err = io.ReadAll(r)
		if err != nil || !bytes.Equal(data, want) {
			t.Errorf("part of batch %d read piece by piece: %d bytes, %v", i, len(data), err)
		}
		r.Close()
	}
	return list
}

func TestCommit(t *testing.T) {
	j, path := open(t)
	begin(t, j, "r")
	for _, i := range []int{5, 1, 3} {
		commit(t, j, made(j, i))
	}
	b := made(j, 7)
	for n := range int32(3) {
		if err := j.AddPart(b.Stage, scanner.Part{Stream: scanner.Findings, N: n + 1, Data: []byte("ahead")}); err != nil {
			t.Fatal(err)
		}
	}
	b.Superseded = []int64{4, 2, 4}
	commit(t, j, b)
	if got := batches(t, j); !slices.Equal(got, []int{1, 3, 5, 7}) {
		t.Errorf("batches %v", got)
	}
	if err := j.Finish(scanner.Run{ID: "r", Engine: "e", State: scanner.Complete, Form: scanner.WireForm}); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got := batches(t, again); !slices.Equal(got, []int{1, 3, 5, 7}) {
		t.Errorf("batches %v after it was opened again", got)
	}
	st, err := again.Stored("r")
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if n, err := st.Parts(b.Stage, scanner.Findings); n != 4 || err != nil {
		t.Errorf("%d parts, %v", n, err)
	}
	if gone, err := st.Superseded(); !slices.Equal(gone, []int64{2, 4}) || err != nil {
		t.Errorf("superseded %v, %v", gone, err)
	}
	if _, err := st.Part(b.Stage, scanner.Places, 9); err == nil {
		t.Error("a missing part was read")
	}
}

// TestSwept: parts that came ahead of a batch that was never committed are gone
// when the run is taken up again, and their number is not used twice.
func TestSwept(t *testing.T) {
	j, path := open(t)
	begin(t, j, "r")
	commit(t, j, made(j, 1))
	lost := made(j, 2)
	if err := j.AddPart(lost.Stage, lost.Parts[0]); err != nil {
		t.Fatal(err)
	}
	dropped := made(j, 3)
	if err := j.AddPart(dropped.Stage, dropped.Parts[0]); err != nil {
		t.Fatal(err)
	}
	if err := j.Drop(dropped.Stage); err != nil {
		t.Fatal(err)
	}
	j.Close()
	j, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	begin(t, j, "r")
	if n, err := number(j.conn, "SELECT count(*) FROM part"); n != 2 || err != nil {
		t.Errorf("%d parts, %v", n, err)
	}
	commit(t, j, made(j, 2))
	if got := batches(t, j); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("batches %v", got)
	}
}

// TestPowerCut cuts and damages the write-ahead log of a journal that is being
// written, as a power cut may, and opens what is left: the batches up to some
// point are there, whole, and those whose commit was reported are all there when
// the log is.
func TestPowerCut(t *testing.T) {
	j, path := open(t)
	begin(t, j, "r")
	const count = 24
	for i := range count {
		commit(t, j, made(j, i))
	}
	db, wal := read(t, path), read(t, path+"-wal")
	if len(wal) < 100_000 {
		t.Fatalf("a log of %d bytes", len(wal))
	}
	seen := map[int]bool{}
	check := func(name string, wal []byte, all bool) {
		t.Helper()
		copied := filepath.Join(t.TempDir(), "journal.db")
		write(t, copied, db)
		write(t, copied+"-wal", wal)
		j, err := Open(copied)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		defer j.Close()
		got := batches(t, j)
		for i, n := range got {
			if i != n {
				t.Errorf("%s: batches %v", name, got)
				break
			}
		}
		if all && len(got) != count {
			t.Errorf("%s: %d batches of %d", name, len(got), count)
		}
		seen[len(got)] = true
		begin(t, j, "r") // and the run goes on
		commit(t, j, made(j, 1000))
	}
	check("whole", wal, true)
	check("with a torn tail", append(slices.Clone(wal), wal[:5000]...), true)
	for i := range 14 {
		cut := len(wal) * i / 14
		check(fmt.Sprintf("cut at %d", cut), wal[:cut], false)
		torn := slices.Clone(wal)
		clear(torn[cut:min(cut+512, len(torn))])
		check(fmt.Sprintf("a sector of zeros at %d", cut), torn, false)
	}
	if len(seen) < 6 {
		t.Errorf("the cuts left only %d different numbers of batches", len(seen))
	}
}

// TestFull: when there is no room left, the commit fails with a reason, nothing
// is half there, and what was committed before can be read.
func TestFull(t *testing.T) {
	j, path := open(t)
	begin(t, j, "r")
	commit(t, j, made(j, 0))
	pages, err := number(j.conn, "PRAGMA page_count")
	if err != nil {
		t.Fatal(err)
	}
	limit := fmt.Sprintf("PRAGMA max_page_count=%d", pages+4)
	if err := sqlitex.ExecuteTransient(j.conn, limit, nil); err != nil {
		t.Fatal(err)
	}
	n := 1
	for ; n < 100 && err == nil; n++ {
		err = try(j, made(j, n))
	}
	if err == nil || !strings.Contains(err.Error(), "FULL") {
		t.Errorf("%d batches, %v", n, err)
	}
	got := batches(t, j)
	if len(got) != n-1 {
		t.Errorf("batches %v, the last one reported is %d", got, n-2)
	}
	j.Close()
	if j, err = Open(path); err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	begin(t, j, "r")
	commit(t, j, made(j, n))
}

func TestBusy(t *testing.T) {
	j, path := open(t)
	begin(t, j, "r")
	other, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.Begin(scanner.Run{ID: "r"}); !errors.Is(err, ErrBusy) {
		t.Errorf("the same run: %v", err)
	}
	if _, err := other.Begin(scanner.Run{ID: "s"}); !errors.Is(err, ErrBusy) {
		t.Errorf("another run: %v", err)
	}
	if runs, err := other.Runs(); err != nil || len(runs) != 1 {
		t.Errorf("%d runs can be read beside it, %v", len(runs), err)
	}
	j.Close()
	begin(t, other, "r")
}

func TestBegin(t *testing.T) {
	j, _ := open(t)
	for _, id := range []string{"", "a/b", "a\\b", "a\x00"} {
		if _, err := j.Begin(scanner.Run{ID: id}); err == nil {
			t.Errorf("id %q is taken", id)
		}
	}
	begin(t, j, "r")
	if _, err := j.Begin(scanner.Run{ID: "r", Engine: "e"}); !errors.Is(err, ErrForm) {
		t.Errorf("a run of another form is gone on with: %v", err)
	}
	if _, err := j.Begin(scanner.Run{ID: "r", Engine: "another"}); err == nil {
		t.Error("a run goes on with other detectors")
	}
	if err := j.Finish(scanner.Run{ID: "r", Engine: "e", State: scanner.Complete, Form: scanner.WireForm}); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Begin(scanner.Run{ID: "r", Engine: "e"}); err == nil {
		t.Error("a complete run goes on")
	}
	b := made(j, 1)
	b.Run = "unknown"
	if try(j, b) == nil {
		t.Error("a batch of an unknown run is taken")
	}
	if _, err := j.Stored("unknown"); !errors.Is(err, ErrNoRun) {
		t.Errorf("unknown run: %v", err)
	}
	if err := j.Delete("r"); err != nil {
		t.Error(err)
	}
	if n, err := number(j.conn, "SELECT (SELECT count(*) FROM part) + (SELECT count(*) FROM batch)"); n != 0 || err != nil {
		t.Errorf("%d rows are left, %v", n, err)
	}
}

// TestRights: the files are the owner's alone, whatever the umask and whatever
// was there.
func TestRights(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	j, path := open(t)
	if _, err := j.Key("r"); err != nil {
		t.Fatal(err)
	}
	begin(t, j, "r")
	commit(t, j, made(j, 1))
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) < 4 {
		t.Fatalf("%v, %v", entries, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", e.Name(), info.Mode(), err)
		}
	}
}

// TestForeign: a file that is no journal is refused and left alone, and the error
// does not quote it.
func TestForeign(t *testing.T) {
	text := filepath.Join(t.TempDir(), "notes")
	write(t, text, bytes.Repeat([]byte("185057800608491\n"), 300))
	if _, err := Open(text); err == nil || strings.Contains(err.Error(), "1850") {
		t.Errorf("text: %v", err)
	}
	if !bytes.HasPrefix(read(t, text), []byte("185057800608491\n")) {
		t.Error("the text was changed")
	}
	for name, pragma := range map[string]string{"another program": "application_id=7", "another version": "user_version=99"} {
		j, path := open(t)
		if err := sqlitex.ExecuteTransient(j.conn, "PRAGMA "+pragma, nil); err != nil {
			t.Fatal(err)
		}
		j.Close()
		if _, err := Open(path); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none", "journal.db")); err == nil {
		t.Error("no folder: no error")
	}
}

// TestHeads: the error of the caller ends the reading, and so does ctx.
func TestHeads(t *testing.T) {
	j, _ := open(t)
	begin(t, j, "r")
	for i := range 3 {
		commit(t, j, made(j, i))
	}
	st, err := j.Stored("r")
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	stop := errors.New("enough")
	if err := st.Heads(context.Background(), func(int64, []byte) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err = st.Heads(ctx, func(int64, []byte) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
