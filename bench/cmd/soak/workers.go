package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"recense/bench/corpus"
	"recense/bench/run"
)

// killings are the times between the kills of a worker, and the most rows of the
// workbooks: units of up to 300 ms of reading, or of 40 ms. A unit is taken up again five
// times only: with less than a second between kills a slow machine may lose some, and
// each of them has to be told.
var killings = []struct {
	every time.Duration
	rows  int
}{{time.Second, 12_000}, {300 * time.Millisecond, 1500}}

// killed scans small files and workbooks while one worker at random is killed again and
// again, and compares findings and coverage with a scan that was left alone.
func killed(o options, dir string) error {
	key := filepath.Join(dir, "key")
	if err := os.WriteFile(key, []byte(strings.Repeat("soak", 8)), 0o600); err != nil {
		return err
	}
	for i, c := range killings {
		input := filepath.Join(dir, fmt.Sprint("tues", i))
		if err := killable(o, input, c.rows); err != nil {
			return err
		}
		s := run.Scan{Program: o.recense, Target: input, Dir: filepath.Join(dir, "entier"), Workers: o.workers,
			Args: []string{"--format", "jsonl,arrow", "--findings", "all", "--key-file", key}}
		whole, err := s.Run(context.Background())
		if err != nil {
			return err
		}
		k := s
		k.Dir = filepath.Join(dir, "tue")
		n, took, err := killWorkers(k, c.every)
		if err != nil {
			return err
		}
		r, err := run.ReadReport(k.Out())
		if err != nil {
			return err
		}
		fmt.Printf("     %-9s every %v: %d workers killed in %.1f s, %.1f s when left alone; %d matches; %s %v\n", "workers", c.every, n, took.Seconds(), whole.Wall.Seconds(), r.Matches, r.Coverage.Line, r.Coverage.ByReason)
		if least := int(took / c.every / 2); n < max(least, 3) {
			return fmt.Errorf("only %d workers were killed", n)
		}
		switch lost := r.Coverage.ByReason["error:worker_crashed"]; {
		case lost > 0 && c.every < time.Second && r.State == "complete" && r.Coverage.Holds && r.Coverage.Failed == lost:
			fmt.Printf("     %-9s every %v: %d units were killed six times, and are told\n", "workers", c.every, lost)
		default:
			if err := equal(s.Out(), k.Out()); err != nil {
				return err
			}
		}
		if !o.keep {
			os.RemoveAll(input)
		}
	}
	fmt.Printf("ok   %-9s\n", "workers")
	return nil
}

// killable makes small files, and workbooks of up to so many rows.
func killable(o options, input string, rows int) error {
	if err := corpus.WriteTree(filepath.Join(input, "petits"), max(60_000/o.scale, 600)); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range max(900*12_000/rows/o.scale, 30) {
		name := filepath.Join(input, "classeurs", fmt.Sprintf("%02d", i%20), fmt.Sprintf("%04d.xlsx", i))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		if err := errors.Join(corpus.WriteWorkbook(f, 100+random.IntN(rows)), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// killWorkers scans and kills a worker at random every so often until the scan ends.
func killWorkers(s run.Scan, every time.Duration) (n int, took time.Duration, err error) {
	if err := s.Empty(); err != nil {
		return 0, 0, err
	}
	cmd := s.Command(context.Background(), "scan")
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			if code := cmd.ProcessState.ExitCode(); code != 0 && code != 1 && code != 3 {
				return n, time.Since(began), fmt.Errorf("the scan ended with %d", code)
			}
			return n, time.Since(began), nil
		case <-tick.C:
			if all := workersOf(cmd.Process.Pid); len(all) > 0 && syscall.Kill(all[rand.IntN(len(all))], syscall.SIGKILL) == nil {
				n++
			}
		}
	}
}

// workersOf returns the child processes of a coordinator.
func workersOf(coordinator int) (all []int) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", coordinator)) // the pattern is well formed
	for _, l := range lists {
		b, _ := os.ReadFile(l) // a thread may have ended
		for _, word := range strings.Fields(string(b)) {
			if pid, err := strconv.Atoi(word); err == nil {
				all = append(all, pid)
			}
		}
	}
	return all
}
