// Command accuracy measures what is found and what is not, on labelled shares
// that it makes from fresh seeds, and prints the table.
//
//	go build -o recense ./cmd/recense
//	go run ./bench/cmd/accuracy -recense ./recense
//
// The table holds the worst of the seeds for every figure. The seeds come from
// the clock unless -seed gives the first one. With -lists DIR the official lists
// of that folder are imported first, into a configuration of their own, and the
// figures are those with lists. With -clean DIR… findings of the hard kinds on
// text without personal data are counted per GB.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"recense/bench/accuracy"
	"recense/bench/machine"
)

type options struct {
	recense, work, results, lists, clean, errors string
	seed                                         uint64
	seeds, documents                             int
}

func main() {
	var o options
	flag.StringVar(&o.recense, "recense", "./recense", "the recense program")
	flag.StringVar(&o.work, "work", "", "folder for shares and scans (default: a temporary one, removed)")
	flag.StringVar(&o.results, "results", "", "folder for the result files; empty writes none")
	flag.StringVar(&o.lists, "lists", "", "folder of official lists (KIND_codes.tsv) to import first")
	flag.StringVar(&o.clean, "clean", "", "folders of text without personal data, separated by commas")
	flag.StringVar(&o.errors, "errors", "", "write what was wrong, with the labels, to this file")
	flag.Uint64Var(&o.seed, "seed", 0, "first seed (0: from the clock)")
	flag.IntVar(&o.seeds, "seeds", 5, "number of seeds")
	flag.IntVar(&o.documents, "documents", 1500, "documents of each share")
	flag.Parse()
	if err := measure(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, o options) error {
	if o.work == "" {
		dir, err := os.MkdirTemp("", "accuracy")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.work = dir
	}
	if o.seed == 0 {
		o.seed = uint64(time.Now().UnixNano())
	}
	p := accuracy.Program{Path: o.recense, Work: o.work}
	if o.lists != "" {
		if err := importLists(ctx, o); err != nil {
			return err
		}
	}
	kinds, err := p.Kinds(ctx)
	if err != nil {
		return err
	}
	report := accuracy.Report{Lists: o.lists != "", Documents: o.documents}
	var results []*accuracy.Result
	for i := range o.seeds {
		seed := o.seed + uint64(i)*1_000_003
		r, err := one(ctx, p, o, seed, kinds)
		if err != nil {
			return err
		}
		report.Seeds = append(report.Seeds, seed)
		results = append(results, r)
	}
	report.Fill(results)
	if o.clean != "" {
		if report.Clean, err = accuracy.Clean(ctx, p, strings.Split(o.clean, ",")); err != nil {
			return err
		}
	}
	if o.errors != "" {
		if err := writeErrors(o.errors, results); err != nil {
			return err
		}
	}
	report.Machine = machine.Read(time.Now())
	text := report.Markdown()
	fmt.Print(text)
	return write(o, report, text)
}

func one(ctx context.Context, p accuracy.Program, o options, seed uint64, kinds map[string]string) (*accuracy.Result, error) {
	dir := filepath.Join(o.work, "share")
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	share, err := accuracy.Make(dir, seed, o.documents)
	if err != nil {
		return nil, err
	}
	found, err := p.Scan(ctx, dir)
	if err != nil {
		return nil, err
	}
	return accuracy.Score(share, found, kinds), nil
}

// importLists makes a configuration of its own: the program keeps lists below
// XDG_CONFIG_HOME.
func importLists(ctx context.Context, o options) error {
	if err := os.Setenv("XDG_CONFIG_HOME", filepath.Join(o.work, "config")); err != nil {
		return err
	}
	for _, kind := range []string{"ccam", "cim10", "cip", "lpp", "nabm"} {
		path := filepath.Join(o.lists, kind+"_codes.tsv")
		if _, err := os.Stat(path); err != nil {
			continue
		}
		if out, err := exec.CommandContext(ctx, o.recense, "reference", "import", kind, path).CombinedOutput(); err != nil {
			return fmt.Errorf("import %s: %w: %s", kind, err, out)
		}
	}
	return nil
}

func writeErrors(path string, results []*accuracy.Result) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	e := json.NewEncoder(f)
	for _, r := range results {
		for _, one := range r.Errors {
			if err := e.Encode(one); err != nil {
				f.Close()
				return err
			}
		}
	}
	return f.Close()
}

func write(o options, r accuracy.Report, text string) error {
	if o.results == "" {
		return nil
	}
	name := r.Machine.Date + "-accuracy"
	if r.Lists {
		name += "-lists"
	}
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(o.results, name+".json"), append(data, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.results, name+".md"), []byte(text), 0o644)
}
