// Command corpus takes folders of real files through the program and tells, per
// format, what became of them: read, read in part, refused with a reason, stopped
// by a limit, crashed a worker; and how fast each format is read.
//
//	make corpus DIR="/usr/share $HOME/samples"
//	go run ./bench/cmd/corpus -recense ./recense -results bench/results DIR…
//
// First the program scans each folder as for a user: caged worker processes, all
// detectors, journal, documents. Its journal says what became of every location;
// the files are counted a second time by a walk that knows nothing of the program,
// and both numbers have to agree. A coordinator that crashes, a run that does not end
// before -deadline, and a coverage that does not add up end the command with 1.
//
// Then each file is read once more without detectors, in a child process that is
// replaced when it dies or takes more than a minute: megabytes (10^6) of files and
// of text per CPU second of reading, by the format of the outermost file.
// With -words the words of PDF files are compared with those of pdftotext.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"recense/bench/machine"
	"recense/bench/run"
)

type options struct {
	recense, work, results, name string
	deadline                     time.Duration
	workers                      int
	words, speed, read           bool
	args, about                  string
}

func main() {
	var o options
	flag.StringVar(&o.recense, "recense", "", "the recense program (required)")
	flag.StringVar(&o.work, "work", os.TempDir(), "folder for state and documents of the scans, deleted at the end")
	flag.StringVar(&o.results, "results", "", "folder for the tables; empty: they are printed only")
	flag.StringVar(&o.name, "name", "corpus", "last part of the name of the file of tables")
	flag.DurationVar(&o.deadline, "deadline", 2*time.Hour, "for the scan of one folder; a run that takes longer counts as hanging")
	flag.IntVar(&o.workers, "workers", 2, "workers")
	flag.BoolVar(&o.speed, "speed", true, "read each file once more and tell the speed of each format")
	flag.BoolVar(&o.words, "words", false, "compare the words of PDF files with those of pdftotext")
	flag.BoolVar(&o.read, "read", false, "be a child that reads files for the other")
	flag.StringVar(&o.args, "args", "", "more flags for recense scan, separated by spaces")
	flag.StringVar(&o.about, "about", "", "what the folders hold, for the head of the tables")
	flag.Parse()
	if o.read {
		os.Exit(serve(os.Stdin, os.Stdout))
	}
	if err := corpus(o, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(1)
	}
}

// corpus takes all folders through and writes one set of tables.
func corpus(o options, folders []string) error {
	if o.recense == "" || len(folders) == 0 {
		return errors.New("-recense and at least one folder are required")
	}
	dir, err := os.MkdirTemp(o.work, "corpus")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	t := newTally()
	var faults []error
	for _, folder := range folders {
		if folder, err = filepath.EvalSymlinks(folder); err == nil {
			err = scan(o, dir, folder, t)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", folder, err))
		}
	}
	if o.speed || o.words {
		if err := readAll(o, folders, t); err != nil {
			return err
		}
	}
	text := page(o, machine.Read(time.Now()), folders, t)
	fmt.Print(text)
	if o.results != "" {
		m := machine.Read(time.Now())
		if err := os.WriteFile(filepath.Join(o.results, m.Date+"-"+m.Slug()+"-"+o.name+".md"), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return errors.Join(faults...)
}

// scan runs the program over one folder and takes in what its journal says.
func scan(o options, dir, folder string, t *tally) error {
	ctx, cancel := context.WithTimeout(context.Background(), o.deadline)
	defer cancel()
	s := run.Scan{Program: o.recense, Target: folder, Dir: filepath.Join(dir, "scan"), Workers: o.workers, Args: strings.Fields(o.args), Sample: true}
	cost, err := s.Run(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return errors.New("the scan does not end")
		}
		return err
	}
	t.wall += cost.Wall
	t.cpu += cost.CPU
	t.peak = max(t.peak, cost.Peak)
	report, err := run.ReadReport(s.Out())
	if err != nil {
		return err
	}
	listed, err := t.journal(ctx, filepath.Join(s.Dir, "state", "journal.db"))
	if err != nil {
		return err
	}
	walked, err := count(folder)
	if err != nil {
		return err
	}
	t.files += walked
	if !report.Coverage.Holds || listed != walked {
		return fmt.Errorf("the coverage is not exact: %d files in the folder, %d in the journal; the equation holds: %v", walked, listed, report.Coverage.Holds)
	}
	return nil
}

// page is the whole result as Markdown.
func page(o options, m machine.Info, folders []string, t *tally) string {
	var b strings.Builder
	names := slices.Clone(folders)
	for i := range names {
		names[i] = "`" + filepath.Base(names[i]) + "`"
	}
	fmt.Fprintf(&b, "# Real files, %s\n\n%s, %d cores, %s; Linux %s; %s; commit %s.\n", m.Date, m.CPU, m.Cores, m.Flags, m.Kernel, m.Go, m.Commit)
	fmt.Fprintf(&b, "Folders: %s. %d files, %d locations; %d workers; scans %.0f s of wall clock, %.0f s of CPU, %d MiB of memory at most (Pss of all processes).\n",
		strings.Join(names, ", "), t.files, t.locations, o.workers, t.wall.Seconds(), t.cpu.Seconds(), t.peak>>20)
	if o.about != "" {
		b.WriteString("\n" + o.about + "\n\n")
	}
	b.WriteString("Coordinator crashes: 0. Runs that did not end: 0. Every file of an independent walk is in the journal once.\n")
	t.outcomes(&b)
	if o.speed {
		t.speeds(&b)
	}
	t.reasons(&b)
	if o.words {
		t.words.table(&b)
	}
	return b.String()
}
