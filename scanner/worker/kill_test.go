package worker_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"recense/scanner"
	"recense/scanner/journal"
)

// TestKilled kills the coordinator with SIGKILL once it has told that so many
// units are done, several times over, resumes, and compares with a scan that was
// left alone.
func TestKilled(t *testing.T) {
	f := &fake{Units_: 2000, Ranges: 4, Delay: 300 * time.Microsecond}
	whole, _ := open(t)
	o := options(whole, f, "")
	o.InProcess = true
	if _, err := scan(context.Background(), f, o); err != nil {
		t.Fatal(err)
	}
	want := dump(t, whole)
	for _, after := range []int{0, 1, 400} {
		t.Run(strconv.Itoa(after), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "journal.db")
			for range 2 {
				killAfter(t, path, f, after)
			}
			j, err := journal.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer j.Close()
			resumed := int64(0)
			o := options(j, f, filepath.Dir(path))
			o.Progress = func(p scanner.Progress) { resumed = p.Resumed }
			run, err := scan(context.Background(), f, o)
			if run.State != scanner.Complete {
				t.Fatalf("state %s, %v", run.State, err) // a round that was not killed in time completes it
			}
			t.Logf("%d units were done before", resumed)
			same(t, "killed", dump(t, j), want)
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "workers-*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			checkCoverage(t, j)
		})
	}
}

// killAfter runs a coordinator and kills it when it has told that after units are
// done in this round: right after it has started for 0. Groups of batches under
// way at that moment are lost, those before are durable.
func killAfter(t *testing.T, path string, f *fake, after int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "coordinator", path, string(f.config()))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, err := strconv.Atoi(lines.Text()); err != nil || n >= after {
			break
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
}

// TestChanged resumes a scan after one file has changed and another appeared:
// the old result of the first is replaced, the second comes in its place.
func TestChanged(t *testing.T) {
	f := &fake{Units_: 3000, Delay: 2 * time.Millisecond} // more than a busy machine does before it tells of 200
	j, path := open(t)
	ctx, cancel := context.WithCancel(context.Background())
	o := options(j, f, filepath.Dir(path))
	o.Progress = func(p scanner.Progress) {
		if p.Files > 200 {
			cancel()
		}
	}
	run, err := scan(ctx, f, o)
	if err != nil || run.State != scanner.Stopped {
		t.Fatalf("state %s, %v", run.State, err)
	}
	f.Extra, f.Delay = 70, 0
	o = options(j, f, filepath.Dir(path))
	if _, err = scan(context.Background(), f, o); err != nil {
		t.Fatal(err)
	}
	fresh, _ := open(t)
	o = options(fresh, f, "")
	o.InProcess = true
	if _, err := scan(context.Background(), f, o); err != nil {
		t.Fatal(err)
	}
	same(t, "changed", dump(t, j), dump(t, fresh))
	if c := checkCoverage(t, j); c.ByStatus["scanned"] != 3001 {
		t.Errorf("coverage %v", c)
	}
}

// TestKey: the key of a run is the owner's, survives an interruption, and is
// gone when the run is complete.
func TestKey(t *testing.T) {
	f := &fake{Units_: 10}
	j, path := open(t)
	key, err := j.Key("r")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(path + ".r.key")
	if len(files) != 1 {
		t.Fatal("no key file")
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if again, err := j.Key("r"); err != nil || again != key {
		t.Errorf("another key, %v", err)
	}
	if _, err := scan(context.Background(), f, options(j, f, filepath.Dir(path))); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(files[0]); !os.IsNotExist(err) {
		t.Errorf("the key is still there: %v", err)
	}
	if _, err := j.Key("r"); err == nil {
		t.Error("a new key was made for an old run")
	}
	if err := j.Delete("r"); err != nil {
		t.Error(err)
	}
	if runs, err := j.Runs(); err != nil || len(runs) != 0 {
		t.Errorf("%d runs, %v", len(runs), err)
	}
}
