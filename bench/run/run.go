// Package run starts the recense program for the end-to-end measurements and
// watches what it costs. It knows the command line and run.json, and nothing of
// the packages behind them.
package run

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Scan is one run of `recense scan`.
type Scan struct {
	Program string
	Target  string
	Dir     string // where state and documents go; emptied first
	Workers int
	Args    []string // more flags
	Sample  bool     // watch memory
}

// Cost is what a run took.
type Cost struct {
	Wall, CPU time.Duration // CPU of all processes that were waited for
	Peak      int64         // bytes: highest sum of Pss over the processes, when sampled
	Processes int           // most at one time
	Exit      int
	Stderr    string
}

// Out returns the folder of the documents.
func (s Scan) Out() string { return filepath.Join(s.Dir, "out") }

func (s Scan) state() string { return filepath.Join(s.Dir, "state") }

// Command returns scan, resume or report; extra is put behind the flags.
func (s Scan) Command(ctx context.Context, verb string, extra ...string) *exec.Cmd {
	args := append([]string{verb, "--state", s.state()}, extra...)
	if verb != "report" {
		args = append(args, "--quiet")
	}
	if verb != "resume" {
		args = append(args, "--out", s.Out())
	}
	if verb == "scan" {
		args = append(args, "--workers", strconv.Itoa(s.Workers))
		args = append(append(args, s.Args...), s.Target)
	}
	return exec.CommandContext(ctx, s.Program, args...)
}

// Run empties the folder and scans. Exit codes 0, 1 and 3 are results.
func (s Scan) Run(ctx context.Context) (Cost, error) {
	if err := s.Empty(); err != nil {
		return Cost{}, err
	}
	return Watch(s.Command(ctx, "scan"), s.Sample)
}

// Empty removes state and documents of an earlier run.
func (s Scan) Empty() error {
	for _, d := range []string{s.Out(), s.state()} {
		if err := os.RemoveAll(d); err != nil {
			return err
		}
	}
	return os.MkdirAll(s.Dir, 0o700)
}

// Watch starts cmd, samples the memory of its process tree if asked, and waits.
func Watch(cmd *exec.Cmd, sample bool) (Cost, error) {
	var c Cost
	var stderr strings.Builder
	cmd.Stderr = &stderr
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return c, err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for running := true; running; {
		select {
		case <-done:
			running = false
		case <-tick.C:
			if sample {
				pss, n := Tree(cmd.Process.Pid)
				c.Peak, c.Processes = max(c.Peak, pss), max(c.Processes, n)
			}
		}
	}
	c.Wall = time.Since(start)
	c.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	c.Exit, c.Stderr = cmd.ProcessState.ExitCode(), stderr.String()
	switch c.Exit {
	case 0, 1, 3:
		return c, nil
	}
	return c, fmt.Errorf("%s ended with %d: %s", filepath.Base(cmd.Path), c.Exit, lastLine(c.Stderr))
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

// Tree returns the proportional set size (memory mapped by several processes is
// shared out among them) of a process and its descendants, and their number.
func Tree(pid int) (pss int64, processes int) {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, f := range stats {
		data, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		// The name stands in brackets and may hold anything.
		_, rest, ok := strings.Cut(string(data[strings.LastIndexByte(string(data), ')')+1:]), " ")
		fields := strings.Fields(rest)
		if !ok || len(fields) < 2 {
			continue
		}
		parent, _ := strconv.Atoi(fields[1])
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(f)))
		children[parent] = append(children[parent], id)
	}
	for todo := []int{pid}; len(todo) > 0; {
		id := todo[len(todo)-1]
		todo = append(todo[:len(todo)-1], children[id]...)
		if n := pssOf(id); n > 0 {
			pss, processes = pss+n, processes+1
		}
	}
	return pss, processes
}

func pssOf(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "Pss:"); ok {
			kib, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kib << 10
		}
	}
	return 0
}

// Report is what the measurements read of run.json.
type Report struct {
	State    string             `json:"state"`
	Timings  map[string]float64 `json:"timings_seconds"`
	Coverage struct {
		Line       string `json:"line_en"`
		Discovered int64  `json:"discovered"`
		Failed     int64  `json:"failed"`
		Unchanged  int64  `json:"unchanged"`
		Analysed   int64  `json:"analysed"`
		Bytes      int64  `json:"bytes_read"`
		Holds      bool   `json:"equation_holds"`
		// ByReason has statuses with their reasons, "error:timeout".
		ByReason map[string]int64 `json:"by_reason"`
	} `json:"coverage"`
	Failures []any    `json:"sources_not_analysed"`
	Matches  int64    `json:"matches"`
	Limits   []string `json:"limits_reached"`
}

// ReadReport reads run.json of a folder of documents.
func ReadReport(dir string) (Report, error) {
	var r Report
	data, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(data, &r)
}
