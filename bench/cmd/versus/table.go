package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"recense/bench/machine"
)

// result is one run, as the JSON file holds it.
type result struct {
	Machine machine.Info
	Reps    int
	Engines []engine `json:"-"`
	Names   []string
	Rows    []row
}

// table writes the medians in Markdown, rates with matches beside them.
func (r result) table() string {
	var b strings.Builder
	m := r.Machine
	fmt.Fprintf(&b, "# Detection core beside its peers, %s\n\n%s, %d cores, %s; Linux %s; %s; commit %s.\n", m.Date, m.CPU, m.Cores, m.Flags, m.Kernel, m.Go, m.Commit)
	fmt.Fprintf(&b, "One thread, millions of bytes per CPU second, median of %d interleaved repetitions; matches in brackets.\n\n| engine |", r.Reps)
	for _, row := range r.Rows {
		fmt.Fprintf(&b, " %s |", row.Corpus)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(r.Rows)) + "\n")
	for i, e := range r.Engines {
		fmt.Fprintf(&b, "| %s |", e.Name)
		for _, row := range r.Rows {
			fmt.Fprintf(&b, " %s (%d) |", fixed(median(row.Rates[i]), 0), row.Matches[i])
		}
		b.WriteString("\n")
	}
	r.ratios(&b)
	b.WriteString("\n")
	for _, e := range r.Engines {
		fmt.Fprintf(&b, "- %s: %s.\n", e.Name, e.Doc)
	}
	return b.String()
}

func (r result) ratios(b *strings.Builder) {
	for _, words := range []bool{false, true} {
		peer := "best of ripgrep, Hyperscan, Vectorscan"
		if words {
			peer = "Hyperscan with the same words"
		}
		for i, e := range r.Engines {
			if !e.Ours || words && !slices.ContainsFunc(r.Engines, func(e engine) bool { return e.Words }) {
				continue
			}
			fmt.Fprintf(b, "| %s ÷ %s |", e.Name, peer)
			for _, row := range r.Rows {
				fmt.Fprintf(b, " **%s** |", fixed(row.ratio(r.Engines, i, words), 2))
			}
			b.WriteString("\n")
		}
	}
}

// write leaves the table and every single measurement in dir.
func (r result) write(dir, text string) error {
	if dir == "" {
		return nil
	}
	for _, e := range r.Engines {
		r.Names = append(r.Names, e.Name)
	}
	data, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	base := filepath.Join(dir, r.Machine.Date+"-"+r.Machine.Slug()+"-core")
	if err := os.WriteFile(base+".json", append(data, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(base+".md", []byte(text), 0o644)
}
