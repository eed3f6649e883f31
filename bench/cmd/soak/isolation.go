package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"recense/bench/corpus"
	"recense/detectors"
	"recense/scanner"
	"recense/scanner/journal"
	"recense/scanner/worker"
	"recense/sources"
	"recense/sources/files"
)

// mostIsolation is what worker processes in their cage may cost of the throughput: in
// parts of the time by the clock that the same scan takes in one process. The CPU time is
// told beside it, and what of it is the start of the workers: on a machine where others
// work too, several processes are given more of the clock than one.
const mostIsolation = 0.10

// pairs is how often both are measured, one after the other.
const pairs = 5

// isolation compares scans by worker processes with scans in one process: the same units,
// detectors and journal, each scan in a process of its own that has just begun, as the
// command is. A process that scans again and again has the memory for it already.
func isolation(o options, dir string) error {
	trees := []struct {
		name string
		make func(string) error
	}{
		{"100,000 small files", func(p string) error { return corpus.WriteTree(p, 100_000/o.scale) }},
		{"5 large files", func(p string) error {
			for _, name := range corpus.Names() {
				text := corpus.Make(name, 16<<20)
				err := os.WriteFile(filepath.Join(p, name+".txt"), []byte(strings.Repeat(string(text), max(16/o.scale, 1))), 0o644)
				if err != nil {
					return err
				}
			}
			return nil
		}},
	}
	start, err := started(o, dir)
	if err != nil {
		return err
	}
	for i, t := range trees {
		root := filepath.Join(dir, fmt.Sprint("isolation", i))
		if err := os.MkdirAll(root, 0o755); err != nil {
			return err
		}
		if !o.keep {
			defer os.RemoveAll(root)
		}
		if err := t.make(root); err != nil {
			return err
		}
		var apart, together, ratios, clock []float64
		for n := range pairs + 1 {
			a, b, err := pair(o, root, n%2 == 1)
			if err != nil {
				return err
			}
			if n > 0 { // the first ones fill the page cache
				apart, together, ratios = append(apart, a.cpu.Seconds()), append(together, b.cpu.Seconds()), append(ratios, a.cpu.Seconds()/b.cpu.Seconds())
				clock = append(clock, a.wall.Seconds()/b.wall.Seconds())
			}
		}
		cost := middle(clock) - 1
		fmt.Printf("     %-9s %s ÷ %d: by the clock %+.1f %%; %.2f s of CPU in worker processes (%.2f s of them to start), %.2f s in one process: %+.1f %%; medians of %d pairs\n", "isolation", t.name, o.scale,
			100*cost, middle(apart), start, middle(together), 100*(middle(ratios)-1), pairs)
		if cost > mostIsolation {
			return fmt.Errorf("isolation costs %.1f %% on %s", 100*cost, t.name)
		}
	}
	fmt.Printf("ok   %-9s\n", "isolation")
	return nil
}

// started is the CPU time that workers take for one small file more than one process
// does: their start.
func started(o options, dir string) (float64, error) {
	root := filepath.Join(dir, "un")
	if err := os.MkdirAll(root, 0o755); err != nil {
		return 0, err
	}
	defer os.RemoveAll(root)
	if err := os.WriteFile(filepath.Join(root, "a.txt"), []byte("rien\n"), 0o644); err != nil {
		return 0, err
	}
	var more []float64
	for range pairs {
		a, b, err := pair(o, root, false)
		if err != nil {
			return 0, err
		}
		more = append(more, a.cpu.Seconds()-b.cpu.Seconds())
	}
	return middle(more), nil
}

func middle(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// cost is what a scan took, workers included.
type cost struct{ wall, cpu time.Duration }

// processorTime is that of this process and of the children that have ended.
func processorTime() (d time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var r syscall.Rusage
		_ = syscall.Getrusage(who, &r) // both are always there
		d += time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	return d
}

// pair scans root by worker processes and in one process, which come first in turn.
func pair(o options, root string, oneFirst bool) (apart, together cost, err error) {
	if oneFirst {
		if together, err = once(o, root, true); err != nil {
			return apart, together, err
		}
		apart, err = once(o, root, false)
		return apart, together, err
	}
	if apart, err = once(o, root, false); err == nil {
		together, err = once(o, root, true)
	}
	return apart, together, err
}

// once has a process of its own scan root and returns what it took.
func once(o options, root string, inProcess bool) (took cost, err error) {
	self, err := os.Executable()
	if err != nil {
		return took, err
	}
	c := exec.Command(self, scanArgument, root, strconv.Itoa(o.workers), strconv.FormatBool(inProcess))
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return took, err
	}
	_, err = fmt.Sscan(string(out), &took.wall, &took.cpu)
	return took, err
}

// mainScan is the process of once: it prints the nanoseconds by the clock and of processors.
func mainScan(args []string) error {
	if len(args) != 3 {
		return errors.New("a folder, a number of workers and a truth are expected")
	}
	workers, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	took, err := scanned(args[0], workers, args[2] == "true")
	if err == nil {
		fmt.Println(int64(took.wall), int64(took.cpu))
	}
	return err
}

// scanned scans root and returns what it took.
func scanned(root string, workers int, inProcess bool) (took cost, err error) {
	state, err := os.MkdirTemp(filepath.Dir(root), "etat")
	if err != nil {
		return took, err
	}
	defer os.RemoveAll(state)
	j, err := journal.Open(filepath.Join(state, "journal.db"))
	if err != nil {
		return took, err
	}
	defer j.Close()
	w, err := buildWorker([]byte(root))
	if err != nil {
		return took, err
	}
	src := w.Sources["files"].(*files.Source)
	defer src.Close()
	self, err := os.Executable()
	if err != nil {
		return took, err
	}
	if inProcess { // as workers have it
		debug.SetGCPercent(400)
	}
	began, before := time.Now(), processorTime()
	run, err := scanner.Scan(context.Background(), []sources.Source{src}, w.Engine, scanner.Options{
		Journal: j, Workers: workers, InProcess: inProcess, Command: []string{self, workerArgument}, Config: []byte(root), State: state, Names: w.Names,
	})
	took = cost{time.Since(began), processorTime() - before}
	if err == nil && run.State != scanner.Complete {
		err = fmt.Errorf("the scan is %s", run.State)
	}
	return took, err
}

// workerArgument starts this program as a worker, scanArgument as the process of one scan.
const (
	workerArgument = "worker"
	scanArgument   = "scan"
)

// buildWorker makes what reads and detects; the configuration is the folder.
func buildWorker(config []byte) (w scanner.Work, err error) {
	src, err := files.New(files.Options{Root: string(config)})
	if err != nil {
		return w, err
	}
	w.Sources = map[string]sources.Source{src.Name(): src}
	if w.Engine, err = detectors.NewEngine(detectors.All(), detectors.Options{}); err != nil {
		return w, err
	}
	w.Names, err = w.Engine.Like(detectors.All(), detectors.Options{})
	return w, err
}

func mainWorker() { os.Exit(worker.Main(os.Stdin, os.Stdout, buildWorker)) }
