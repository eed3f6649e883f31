package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
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
// takes, until it has been killed often enough or is done.
func killAndResume(o options, s run.Scan, whole time.Duration) (int, error) {
	if err := s.Empty(); err != nil {
		return 0, err
	}
	g := synth.New(42)
	cmd, killed := s.Command(context.Background(), "scan"), 0
	for {
		if killed == o.kills {
			_, err := run.Watch(cmd, false)
			return killed, err
		}
		timer := time.Duration(g.Between(5, 90)) * whole / 100 / time.Duration(max(1, killed))
		if err := cmd.Start(); err != nil {
			return killed, err
		}
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		select {
		case <-done:
			if code := cmd.ProcessState.ExitCode(); code != 0 && code != 1 && code != 3 {
				return killed, fmt.Errorf("resume ended with %d", code)
			}
			return killed, nil
		case <-time.After(timer):
			if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
				return killed, err
			}
			<-done
			killed++
		}
		if journals, _ := filepath.Glob(filepath.Join(s.Dir, "state", "*")); len(journals) == 0 {
			cmd = s.Command(context.Background(), "scan") // killed before there was anything to resume
			continue
		}
		cmd = s.Command(context.Background(), "resume")
	}
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
	if r.Coverage != q.Coverage {
		return fmt.Errorf("coverage differs: %s; %s", r.Coverage.Line, q.Coverage.Line)
	}
	return nil
}

func digest(path string) ([32]byte, error) {
	data, err := os.ReadFile(path)
	return sha256.Sum256(data), err
}
