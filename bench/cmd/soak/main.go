// Command soak runs the long proofs: peak memory on huge inputs, a scan that is
// killed and resumed, or whose disk loses its power, gives what an uninterrupted one
// gives.
//
//	go build -o recense ./cmd/recense
//	go run ./bench/cmd/soak -recense ./recense
//	go run ./bench/cmd/soak -recense ./recense -only csv,resume -scale 10
//	go run ./bench/cmd/soak -recense ./recense -only kills
//	PGHOST=… go run ./bench/cmd/soak -recense ./recense -only postgres
//	go run ./bench/cmd/soak -recense ./recense -only export,mariadb,sqlite
//
// The last compares the reading of tables with the engines' own exports (PostgreSQL under
// "export"), each on a server of its own that it starts and stops; a file for SQLite.
//
// Files made to kill a reader (bombs) are told with their reasons while no worker
// takes more than -mib MiB; worker processes cost at most a tenth of the time that one
// process takes (isolation). A worker killed at random every second changes nothing of
// what is found (workers), a mount whose reads never return keeps nothing else from being
// read (dead; as root, with FUSE).
//
// The inputs are a 10 GiB CSV, a 10 GiB JSON on one line, a workbook of 1,000,000
// rows, and a tree of 1,000,000 files; each is made below -work when its turn
// comes and deleted after. -scale N makes them N times smaller, for a trial. The
// memory of coordinator and workers together (the sum of their proportional set
// sizes, so that shared pages count once) is sampled every 100 ms and must stay
// under -mib MiB for each worker. Matches are counted too: for each byte there
// must be as many as in an input of the same kind that is a thousand times smaller.
//
// The register is compared over a generated journal of 1,000,000 locations and 5,000,000
// rows: 2 minutes and 1 GiB at most.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"recense/bench/corpus"
	"recense/bench/run"
)

type options struct {
	recense, work, only string
	scale, workers      int
	mib                 int64
	kills               int
	keep                bool
}

// proof is one input and what must hold.
type proof struct {
	name string
	doc  string
	disk int64 // bytes that making it takes
	make func(path string, scale int) error
	args []string
}

func main() {
	switch {
	case len(os.Args) > 1 && os.Args[1] == workerArgument:
		mainWorker()
	case len(os.Args) > 1 && os.Args[1] == scanArgument:
		if err := mainScan(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "soak:", err)
			os.Exit(1)
		}
		return
	}
	var o options
	flag.StringVar(&o.recense, "recense", "", "the recense program (required)")
	flag.StringVar(&o.work, "work", "/var/tmp", "folder for the inputs and the state, on a disk with 25 GiB free")
	flag.StringVar(&o.only, "only", "", "only these, separated by commas: csv, json, xlsx, files, resume, rescan, register, postgres, export, mariadb, sqlite, link, bombs, isolation, workers, dead, kills, cuts, power")
	flag.IntVar(&o.scale, "scale", 1, "divide the sizes by this")
	flag.IntVar(&o.workers, "workers", 2, "workers")
	flag.Int64Var(&o.mib, "mib", 512, "memory allowed for each worker, MiB")
	flag.IntVar(&o.kills, "kills", 5, "how often the scan of the last proof is killed")
	flag.BoolVar(&o.keep, "keep", false, "do not delete the inputs")
	flag.Parse()
	if err := soak(o); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func soak(o options) error {
	if o.recense == "" {
		return errors.New("-recense is required")
	}
	program, err := filepath.Abs(o.recense)
	if err != nil {
		return err
	}
	o.recense = program
	dir, err := os.MkdirTemp(o.work, "recense-soak")
	if err != nil {
		return err
	}
	if !o.keep {
		defer os.RemoveAll(dir)
	}
	failed := 0
	for _, p := range proofs(o.scale) {
		if !o.wants(p.name) {
			continue
		}
		if err := memory(o, dir, p); err != nil {
			fmt.Printf("FAIL %-7s %v\n", p.name, err)
			failed++
		}
	}
	for _, p := range []struct {
		name  string
		prove func(options, string) error
	}{{"resume", resume}, {"rescan", rescan}, {"register", compare}, {"postgres", postgres}, {"export", exports("postgres")}, {"mariadb", exports("mariadb")}, {"sqlite", exports("sqlite")},
		{"link", linked("postgres")}, {"link", linked("mariadb")}, {"bombs", defused}, {"isolation", isolation}, {"workers", killed}, {"dead", dead}, {"pace", pace}} {
		if !o.wants(p.name) {
			continue
		}
		if err := p.prove(o, dir); err != nil {
			fmt.Printf("FAIL %-8s %v\n", p.name, err)
			failed++
		}
	}
	for _, l := range long {
		if !o.wants(l.name) {
			continue
		}
		fmt.Printf("     %-7s %s\n", l.name, l.doc)
		if err := test(l.name, l.args); err != nil {
			fmt.Printf("FAIL %-7s %v\n", l.name, err)
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d proofs failed", failed)
	}
	return nil
}

func (o options) wants(name string) bool {
	return o.only == "" || strings.Contains(","+o.only+",", ","+name+",")
}

func proofs(scale int) []proof {
	const size, count = int64(10 << 30), 1_000_000
	return []proof{
		{"csv", "one CSV file of 10 GiB", size / int64(scale), func(p string, scale int) error {
			return toFile(filepath.Join(p, "grand.csv"), size/int64(scale), corpus.WriteCSV)
		}, nil},
		{"json", "one JSON file of 10 GiB on one line", size / int64(scale), func(p string, scale int) error {
			return toFile(filepath.Join(p, "grand.json"), size/int64(scale), corpus.WriteJSONLine)
		}, nil},
		{"xlsx", "one workbook of 1,000,000 rows", 1 << 30, func(p string, scale int) error {
			return toFile(filepath.Join(p, "grand.xlsx"), int64(count/scale), func(w io.Writer, n int64) error { return corpus.WriteWorkbook(w, int(n)) })
		}, nil},
		{"files", "a tree of 1,000,000 files", int64(count/scale) * 4500, func(p string, scale int) error { return corpus.WriteTree(p, count/scale) }, nil},
	}
}

func toFile(path string, n int64, write func(io.Writer, int64) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f, n); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// memory makes the input, scans it and looks at the peak.
func memory(o options, dir string, p proof) error {
	if err := room(dir, p.disk+p.disk/4); err != nil {
		return err
	}
	input := filepath.Join(dir, p.name)
	if err := os.MkdirAll(input, 0o755); err != nil {
		return err
	}
	if !o.keep {
		defer os.RemoveAll(input)
	}
	if err := p.make(input, o.scale); err != nil {
		return err
	}
	s := run.Scan{Program: o.recense, Target: input, Dir: filepath.Join(dir, "scan"), Workers: o.workers, Args: p.args, Sample: true}
	c, err := s.Run(context.Background())
	if err != nil {
		return err
	}
	r, err := run.ReadReport(s.Out())
	if err != nil {
		return err
	}
	fmt.Printf("     %-7s %s ÷ %d: %.1f s, %.1f s of CPU, %.0f MB/s, peak %d MiB in %d processes, %d matches, exit %d; %s\n", p.name, p.doc, o.scale,
		c.Wall.Seconds(), c.CPU.Seconds(), float64(r.Coverage.Bytes)/1e6/c.Wall.Seconds(), c.Peak>>20, c.Processes, r.Matches, c.Exit, r.Coverage.Line)
	switch limit := o.mib << 20 * int64(o.workers); {
	case !r.Coverage.Holds || r.State != "complete":
		return fmt.Errorf("run is %s, coverage adds up: %v", r.State, r.Coverage.Holds)
	case c.Exit == 3 || r.Coverage.Failed > 0:
		return fmt.Errorf("%d locations were not read whole; limits %v", r.Coverage.Failed, r.Limits)
	case c.Peak > limit:
		return fmt.Errorf("peak %d MiB is over %d", c.Peak>>20, limit>>20)
	}
	if err := sameDensity(o, dir, p, r); err != nil {
		return err
	}
	fmt.Printf("ok   %-7s\n", p.name)
	return nil
}

// The small input that the number of matches is compared with: a scale at which
// each of them has a thousand records or more, and how far they may differ.
const (
	smallScale = 1000
	tolerance  = 0.03
)

// sameDensity compares the matches for each byte with those of a small input.
func sameDensity(o options, dir string, p proof, large run.Report) error {
	input := filepath.Join(dir, p.name+"-petit")
	if err := os.MkdirAll(input, 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(input)
	if err := p.make(input, smallScale); err != nil {
		return err
	}
	s := run.Scan{Program: o.recense, Target: input, Dir: filepath.Join(dir, "scan"), Workers: o.workers, Args: p.args}
	if _, err := s.Run(context.Background()); err != nil {
		return err
	}
	small, err := run.ReadReport(s.Out())
	if err != nil {
		return err
	}
	if small.Matches == 0 || large.Matches == 0 {
		return fmt.Errorf("%d matches, %d in a small input of the kind", large.Matches, small.Matches)
	}
	got := float64(large.Matches) / float64(large.Coverage.Bytes)
	want := float64(small.Matches) / float64(small.Coverage.Bytes)
	if got < want*(1-tolerance) || got > want*(1+tolerance) {
		return fmt.Errorf("%.2f matches for each KB, %.2f in a small input of the kind", got*1e3, want*1e3)
	}
	return nil
}

// room says when the disk has too little space.
func room(dir string, need int64) error {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return err
	}
	if free := int64(st.Bavail) * st.Bsize; free < need {
		return fmt.Errorf("%d GiB are needed and %d GiB are free: choose another disk with -work", need>>30, free>>30)
	}
	return nil
}
