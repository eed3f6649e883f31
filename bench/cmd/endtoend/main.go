// Command endtoend measures whole scans beside ripgrep over the same folders:
// page cache warm, two workers and two threads, the runs interleaved, medians of
// the wall clock.
//
//	go build -o /tmp/recense ./cmd/recense
//	go run ./bench/cmd/endtoend -recense /tmp/recense -reps 5 [FOLDER…]
//
// Without folders it makes three below -work: sources, a source tree of at least
// -gib GiB (the text files of the Go installation's source and of the module
// cache, copied until they are enough); modules, as much of both folders as they
// are, with the archives, pictures and databases that modules are tested with;
// and 100,000 small files. The fixed cost of recense (start, journal, empty documents) is
// measured on a folder with one small file and printed apart, and so is what it
// takes from the end of the scan to the end of the command: the documents. What is
// unfair: ripgrep looks for six shapes in bytes, checks nothing and writes counts;
// recense runs all detectors over decoded formats and writes journal and
// documents. In modules it also expands archives, which ripgrep takes as they are.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"recense/bench/corpus"
	"recense/bench/machine"
	"recense/bench/peers"
	"recense/bench/run"
)

type options struct {
	recense, work, results string
	trees                  string
	gib, reps, workers     int
	args                   string
}

func main() {
	var o options
	flag.StringVar(&o.recense, "recense", "", "the recense program (required)")
	flag.StringVar(&o.work, "work", os.TempDir(), "folder for the trees and the results of scans")
	flag.StringVar(&o.trees, "trees", "", "folder that keeps the trees for the next time; they are made when it does not exist")
	flag.StringVar(&o.results, "results", "bench/results", "folder for the result files; empty writes none")
	flag.StringVar(&o.args, "args", "", "more flags for recense scan, separated by spaces")
	flag.IntVar(&o.gib, "gib", 1, "least size of the source tree in GiB")
	flag.IntVar(&o.reps, "reps", 5, "repetitions")
	flag.IntVar(&o.workers, "workers", 2, "workers of recense and threads of ripgrep")
	flag.Parse()
	if err := measureAll(o, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "endtoend:", err)
		os.Exit(1)
	}
}

// row is one folder.
type row struct {
	Folder          string
	Files           int
	Bytes           int64
	Recense, Peer   []float64 // seconds, wall clock
	RecenseCPU      []float64
	PeerCPU         []float64
	Documents       []float64 // after the scan: inventory, workbook, run.json
	Fixed, Exit     float64
	PhasesOfLastRun map[string]float64
}

func measureAll(o options, folders []string) error {
	if o.recense == "" {
		return errors.New("-recense is required")
	}
	dir, err := os.MkdirTemp(o.work, "endtoend")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if len(folders) == 0 {
		if folders, err = madeFolders(o, dir); err != nil {
			return err
		}
	}
	fixed, err := fixedCost(o, dir)
	if err != nil {
		return err
	}
	var rows []row
	for _, f := range folders {
		r, err := measure(o, dir, f)
		if err != nil {
			return err
		}
		r.Fixed = fixed
		rows = append(rows, r)
	}
	m := machine.Read(time.Now())
	text := table(m, o, rows)
	fmt.Print(text)
	return write(o.results, m, text, rows)
}

// trees are the folders measured when none is named, below one folder.
var trees = []string{"sources", "modules", "100000"}

// madeFolders returns the trees, of -trees when they are there already.
func madeFolders(o options, dir string) ([]string, error) {
	parent := filepath.Join(dir, "trees")
	if o.trees != "" {
		parent = o.trees
	}
	var folders []string
	for _, name := range trees {
		folder := filepath.Join(parent, name)
		folders = append(folders, folder)
		if _, err := os.Stat(folder); err == nil {
			continue
		}
		// Made under another name: an interrupted making is not taken for a tree.
		half := folder + ".incomplet"
		if err := os.RemoveAll(half); err != nil {
			return nil, err
		}
		if err := makeTree(half, name, int64(o.gib)<<30); err != nil {
			return nil, err
		}
		if err := os.Rename(half, folder); err != nil {
			return nil, err
		}
	}
	return folders, nil
}

// makeTree makes the tree of that name, of at least so many bytes.
func makeTree(dir, name string, least int64) error {
	keep := func([]byte) bool { return true }
	switch name {
	case "100000":
		return corpus.WriteTree(dir, 100_000)
	case "sources":
		keep = isText
	}
	roots, err := goRoots()
	if err != nil {
		return err
	}
	size := int64(0)
	for i := 0; size < least; i++ {
		before := size
		for j, root := range roots {
			n, err := copyTree(root, filepath.Join(dir, fmt.Sprintf("copie%d-%d", i, j)), least-size, keep)
			if err != nil {
				return err
			}
			size += n
		}
		if size == before {
			return errors.New("no source to copy")
		}
	}
	return nil
}

// isText tells what ripgrep and git take for text: no zero byte, in the first 8 KiB.
func isText(data []byte) bool {
	return bytes.IndexByte(data[:min(len(data), 8<<10)], 0) < 0
}

func goRoots() ([]string, error) {
	out, err := exec.Command("go", "env", "GOROOT", "GOMODCACHE").Output()
	if err != nil {
		return nil, err
	}
	dirs := strings.Fields(string(out))
	dirs[0] = filepath.Join(dirs[0], "src")
	return dirs, nil
}

// copyTree copies the regular files that keep takes until limit bytes are reached.
func copyTree(from, to string, limit int64, keep func([]byte) bool) (int64, error) {
	size := int64(0)
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read is not copied
		case size >= limit:
			return fs.SkipAll
		case d.IsDir() && d.Name() == "cache":
			return fs.SkipDir // archives of the modules
		case !d.Type().IsRegular():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil || !keep(data) {
			return nil
		}
		rel, _ := filepath.Rel(from, path)
		target := filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		size += int64(len(data))
		return os.WriteFile(target, data, 0o644)
	})
	return size, err
}

// fixedCost is the median wall clock of a scan of one small file.
func fixedCost(o options, dir string) (float64, error) {
	one := filepath.Join(dir, "un")
	if err := os.MkdirAll(one, 0o755); err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(one, "a.txt"), []byte("rien\n"), 0o644); err != nil {
		return 0, err
	}
	var walls []float64
	for range o.reps {
		c, err := scan(o, dir, one).Run(context.Background())
		if err != nil {
			return 0, err
		}
		walls = append(walls, c.Wall.Seconds())
	}
	return median(walls), nil
}

func scan(o options, dir, target string) run.Scan {
	return run.Scan{Program: o.recense, Target: target, Dir: filepath.Join(dir, "scan"), Workers: o.workers, Args: strings.Fields(o.args)}
}

func ripgrep(o options, target string) *exec.Cmd {
	return exec.Command("rg", "--no-config", "--no-unicode", "-uu", "-a", fmt.Sprintf("-j%d", o.workers), "--count-matches", "-e", peers.Combined(), target)
}

func measure(o options, dir, folder string) (row, error) {
	r := row{Folder: filepath.Base(folder)}
	// Counting reads every file once: the page cache is warm.
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil
		}
		data, _ := os.ReadFile(path)
		r.Files++
		r.Bytes += int64(len(data))
		return nil
	})
	if err != nil {
		return r, err
	}
	s := scan(o, dir, folder)
	for range o.reps {
		ours, err := s.Run(context.Background())
		if err != nil {
			return r, err
		}
		peer, err := run.Watch(ripgrep(o, folder), false)
		if err != nil {
			return r, err
		}
		r.Recense, r.Peer = append(r.Recense, ours.Wall.Seconds()), append(r.Peer, peer.Wall.Seconds())
		r.RecenseCPU, r.PeerCPU = append(r.RecenseCPU, ours.CPU.Seconds()), append(r.PeerCPU, peer.CPU.Seconds())
		r.Exit = float64(ours.Exit)
		report, err := run.ReadReport(s.Out())
		if err != nil {
			return r, err
		}
		r.PhasesOfLastRun = report.Timings
		r.Documents = append(r.Documents, ours.Wall.Seconds()-report.Timings["scan"])
	}
	return r, nil
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

func table(m machine.Info, o options, rows []row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Whole scans beside ripgrep, %s\n\n%s, %d cores, %s; Linux %s; %s; commit %s.\n", m.Date, m.CPU, m.Cores, m.Flags, m.Kernel, m.Go, m.Commit)
	fmt.Fprintf(&b, "%d workers, %d threads; page cache warm; seconds of wall clock, median of %d interleaved runs.\n\n", o.workers, o.workers, o.reps)
	b.WriteString("| folder | files | MB | recense | of which start and end | of which documents | rg -uu -a --count-matches | rg ÷ recense | CPU recense | CPU rg | exit |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, r := range rows {
		var ratios []float64
		for i := range r.Recense {
			ratios = append(ratios, r.Peer[i]/r.Recense[i])
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %.2f | %.2f | %.2f | %.2f | **%.2f** | %.2f | %.2f | %.0f |\n", r.Folder, r.Files, r.Bytes/1e6,
			median(r.Recense), r.Fixed, median(r.Documents), median(r.Peer), median(ratios), median(r.RecenseCPU), median(r.PeerCPU), r.Exit)
	}
	for _, r := range rows {
		fmt.Fprintf(&b, "\n%s, phases of the last run in seconds: %v\n", r.Folder, r.PhasesOfLastRun)
	}
	return b.String()
}

func write(dir string, m machine.Info, text string, rows []row) error {
	if dir == "" {
		return nil
	}
	data, err := json.MarshalIndent(struct {
		Machine machine.Info
		Rows    []row
	}{m, rows}, "", "\t")
	if err != nil {
		return err
	}
	base := filepath.Join(dir, m.Date+"-"+m.Slug()+"-endtoend")
	if err := os.WriteFile(base+".json", append(data, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(base+".md", []byte(text), 0o644)
}
