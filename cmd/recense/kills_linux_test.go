package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"recense/scanner/journal"
)

// batchUnits is the most that one of two workers has in hand: units of a batch, which are
// more the more files were listed (scanner, lister).
func batchUnits(files int) int64 { return int64(min(1024, max(64, files/(8*2)))) }

// series is a scan that is killed again and again until it is complete.
type series struct {
	v       *victim
	batch   int64         // units of the largest
	took    time.Duration // undisturbed
	random  *rand.Rand
	flight  int64 // units that were under way at the kills, at most
	opens   int64
	killed  map[string]int
	batches int // in the journal
}

// TestRandomKills kills coordinators and workers at random moments, goes on, and
// compares with a scan that was left alone; no more is read twice than was under way.
func TestRandomKills(t *testing.T) {
	files := 3000
	if *randomKills > 100 {
		files = 12_000 // a second or so; more than 16,384 events of opening would be lost
	}
	share := filepath.Join(t.TempDir(), "share")
	crashShare(t, share, files)
	time.Sleep(2200 * time.Millisecond)
	whole := newVictim(t, share, "")
	began := time.Now()
	opens := opened(t, share, whole.finish)
	took := time.Since(began)
	if opens != files {
		t.Fatalf("%d files were opened %d times: repeated work cannot be counted", files, opens)
	}
	want := whole.outcome()
	killed := map[string]int{}
	repeated, flight, scans := int64(0), int64(0), 0
	for killed["coordinator"]+killed["worker"] < *randomKills {
		s := &series{v: newVictim(t, share, ""), batch: batchUnits(files), took: took, random: rand.New(rand.NewPCG(20261129, uint64(scans))), killed: killed}
		for !s.round() {
		}
		scans++
		if got := s.v.outcome(); got != want {
			t.Fatalf("scan %d\ngot  %s\nwant %s", scans, got, want)
		}
		s.v.clean()
		again := s.opens - int64(files)
		if again < 0 || again > s.flight {
			t.Errorf("scan %d: %d files were read again, %d were under way", scans, again, s.flight)
		}
		repeated, flight = repeated+again, flight+s.flight
	}
	t.Logf("%d coordinators and %d workers killed in %d scans of %.1f s, %d while documents were written: same inventory; %d units read again, at most %d under way",
		killed["coordinator"], killed["worker"], scans, took.Seconds(), killed["documents"], repeated, flight)
}

// round starts the scan, or goes on with it, and kills; done says that it came to its
// end.
func (s *series) round() (done bool) {
	t := s.v.t
	t.Helper()
	args := s.v.scanArguments()
	if s.unfinished() && s.runs() > 0 {
		args = []string{"resume"}
	}
	cmd := s.v.command(args...)
	var log bytes.Buffer
	cmd.Stderr = &log
	before, workersKilled := s.count(), 0
	s.opens += int64(opened(t, s.v.share, func() {
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		for {
			left := s.killed["coordinator"]+s.killed["worker"] < *randomKills
			wait := time.Hour
			if left {
				wait = time.Duration(s.random.Int64N(int64(s.took)))
			}
			select {
			case <-ended:
				return
			case <-time.After(wait):
			}
			if all := childWorkers(cmd.Process.Pid); len(all) > 0 && s.random.IntN(2) == 0 {
				if syscall.Kill(all[s.random.IntN(len(all))], syscall.SIGKILL) == nil {
					s.killed["worker"]++
					workersKilled++
				}
				continue
			}
			if cmd.Process.Kill() == nil {
				s.killed["coordinator"]++
			}
			<-ended
			return
		}
	}))
	handed := bytes.Count(log.Bytes(), []byte(`"msg":"batch_done"`))
	switch code := cmd.ProcessState.ExitCode(); {
	case code == 0:
		s.flight += int64(workersKilled) * s.batch
		return true
	case code != -1:
		t.Fatalf("exit code %d\n%s", code, &log)
	}
	// Two workers have a batch in hand, and what was handed to the journal may not be there.
	kept := s.count() - before
	s.flight += int64(2+workersKilled+handed-kept) * s.batch
	if kept > handed+2 {
		t.Errorf("%d batches in the journal of %d", kept, handed)
	}
	if files, _ := filepath.Glob(filepath.Join(s.v.dir, "out", "*")); len(files) > 0 {
		s.killed["documents"]++
	}
	return !s.unfinished() && s.runs() > 0 // killed after all was done
}

// unfinished reports whether there is a run to go on with.
func (s *series) unfinished() bool {
	jobs, _ := filepath.Glob(filepath.Join(s.v.dir, "state", "run.*.job"))
	return len(jobs) > 0
}

// runs is how many runs the journal knows.
func (s *series) runs() int {
	n := 0
	s.journal(func(jr *journal.Journal) error {
		runs, err := jr.Runs()
		n = len(runs)
		return err
	})
	return n
}

// count is how many batches the journal has.
func (s *series) count() (n int) {
	s.journal(func(jr *journal.Journal) error {
		runs, err := jr.Runs()
		if err != nil || len(runs) == 0 {
			return err
		}
		st, err := jr.Stored(runs[0].ID)
		if err != nil {
			return err
		}
		defer st.Close()
		return st.Heads(context.Background(), func(int64, []byte) error { n++; return nil })
	})
	return n
}

func (s *series) journal(fn func(*journal.Journal) error) {
	s.v.t.Helper()
	path := filepath.Join(s.v.dir, "state", "journal.db")
	if !exists(path) {
		return
	}
	jr, err := journal.Open(path)
	if err != nil {
		s.v.t.Fatal(err)
	}
	defer jr.Close()
	if err := fn(jr); err != nil {
		s.v.t.Fatal(err)
	}
}

// childWorkers returns the worker processes of a coordinator.
func childWorkers(parent int) (all []int) {
	entries, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	for _, e := range entries {
		b, _ := os.ReadFile(e)
		for _, word := range strings.Fields(string(b)) {
			pid, err := strconv.Atoi(word)
			command, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
			if err == nil && slices.Contains(strings.Split(string(command), "\x00"), "worker") {
				all = append(all, pid)
			}
		}
	}
	slices.Sort(all)
	return all
}
