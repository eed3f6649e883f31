package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"time"

	"recense/bench/corpus"
	"recense/bench/run"
	"recense/bench/synth"
)

// resume scans a tree without interruption, then again with the coordinator
// killed (SIGKILL) o.kills times at random moments and resumed each time; the
// findings must be the same, byte for byte, and the coverage too.
func resume(o options, dir string) error {
	input := filepath.Join(dir, "resume")
	if err := corpus.WriteTree(input, max(200_000/o.scale, 2000)); err != nil {
		return err
	}
	if err := toFile(filepath.Join(input, "grand.csv"), int64(512<<20/o.scale), corpus.WriteCSV); err != nil {
		return err
	}
	if !o.keep {
		defer os.RemoveAll(input)
	}
	// The same key for both, so that identifiers agree.
	key := filepath.Join(dir, "key")
	if err := os.WriteFile(key, bytes.Repeat([]byte("soak"), 8), 0o600); err != nil {
		return err
	}
	s := run.Scan{Program: o.recense, Target: input, Dir: filepath.Join(dir, "whole"), Workers: o.workers,
		Args: []string{"--format", "jsonl,arrow", "--findings", "all", "--key-file", key}}
	whole, err := s.Run(context.Background())
	if err != nil {
		return err
	}
	k := s
	k.Dir = filepath.Join(dir, "killed")
	killed, err := killAndResume(o, k, whole.Wall)
	if err != nil {
		return err
	}
	if killed == 0 {
		return errors.New("the scan ended before it could be killed: use a smaller -scale")
	}
	if err := equal(s.Out(), k.Out()); err != nil {
		return err
	}
	fmt.Printf("ok   %-7s killed %d times, same findings and coverage; %.1f s uninterrupted\n", "resume", killed, whole.Wall.Seconds())
	return nil
}

// killAndResume starts a scan and kills it within the time an uninterrupted one
// takes, until it has been killed often enough or is done. A run that was killed
// while its documents were being written has nothing left to resume: report
// writes them from the journal.
func killAndResume(o options, s run.Scan, whole time.Duration) (int, error) {
	if err := s.Empty(); err != nil {
		return 0, err
	}
	ctx, g := context.Background(), synth.New(42)
	verb, killed := "scan", 0
	for {
		after := time.Duration(g.Between(5, 90)) * whole / 100
		if killed >= o.kills {
			after = time.Hour
		}
		code, err := runFor(s.Command(ctx, verb), after)
		switch {
		case err != nil:
			return killed, err
		case code < 0:
			killed++
		case code == 0 || code == 1 || code == 3:
			return killed, nil
		case verb == "resume" && code == 2:
			_, err := run.Watch(s.Command(ctx, "report", "--format", "jsonl,arrow"), false)
			return killed, err
		default:
			return killed, fmt.Errorf("%s ended with %d", verb, code)
		}
		// Killed before the run was noted, there is nothing to resume either.
		if jobs, _ := filepath.Glob(filepath.Join(s.Dir, "state", "run.*.job")); len(jobs) > 0 {
			verb = "resume"
		}
	}
}

// runFor runs a command and kills it when it is not done in time; its exit code
// is then -1.
func runFor(cmd *exec.Cmd, limit time.Duration) (int, error) {
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	timer := time.AfterFunc(limit, func() { cmd.Process.Kill() })
	defer timer.Stop()
	if err := cmd.Wait(); err != nil && cmd.ProcessState == nil {
		return 0, err
	}
	return cmd.ProcessState.ExitCode(), nil
}

// equal compares the findings byte for byte and the coverage.
func equal(a, b string) error {
	x, err := digest(filepath.Join(a, "findings.jsonl"))
	if err != nil {
		return err
	}
	y, err := digest(filepath.Join(b, "findings.jsonl"))
	if err != nil {
		return err
	}
	if x != y {
		return fmt.Errorf("findings.jsonl differs between the uninterrupted scan and the resumed one")
	}
	r, err := run.ReadReport(a)
	if err != nil {
		return err
	}
	q, err := run.ReadReport(b)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(r.Coverage, q.Coverage) {
		return fmt.Errorf("coverage differs: %s; %s", r.Coverage.Line, q.Coverage.Line)
	}
	return nil
}

func digest(path string) ([32]byte, error) {
	data, err := os.ReadFile(path)
	return sha256.Sum256(data), err
}
