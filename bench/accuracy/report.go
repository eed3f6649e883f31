package accuracy

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"recense/bench/machine"
)

// Row is a kind: the worst of the seeds, each figure by itself.
type Row struct {
	Kind                  string
	Labels                int // of all seeds
	Precision, Recall, F1 float64
	Decoys, Fooled, False int // of all seeds
}

// Line is a kind at a difficulty or in a container.
type Line struct {
	Kind, Tag string
	Labels    int
	Recall    float64 // over all seeds
}

// CleanCount is a kind found in text without personal data.
type CleanCount struct {
	Kind   string
	Strong int // probable or verified
	Weak   int // possible
}

// CleanText is what was found there.
type CleanText struct {
	Folders []string
	Bytes   int64
	Kinds   []CleanCount
}

// Report is the table of one measurement.
type Report struct {
	Machine       machine.Info
	Lists         bool
	Seeds         []uint64
	Documents     int
	Rows          []Row
	Micro, Macro  float64
	WorstCell     Line
	Worst         []Line // the lowest cells
	Containers    []Line // recall over all kinds
	Loss          []Line // the largest losses against plain text
	PairsF1       float64
	CountedShare  float64
	EmptyPerMiB   float64
	EmptyFindings int
	Clean         *CleanText
}

const leastCell = 200

// Fill takes the worst of the results.
func (r *Report) Fill(results []*Result) {
	r.Micro, r.Macro, r.PairsF1, r.CountedShare = 100, 100, 100, 100
	kinds, tags, forms := map[string]*Row{}, map[Cell]*Counts{}, map[string]*Counts{}
	for _, one := range results {
		r.Micro, r.Macro = min(r.Micro, one.Micro()), min(r.Macro, one.Macro())
		r.PairsF1, r.CountedShare = min(r.PairsF1, one.Pairs.F1()), min(r.CountedShare, one.Counted.Recall())
		r.EmptyPerMiB = max(r.EmptyPerMiB, one.EmptyRate())
		r.EmptyFindings += one.Empty.False
		for k, c := range one.Kinds {
			row := kinds[k]
			if row == nil {
				row = &Row{Kind: k, Precision: 100, Recall: 100, F1: 100}
				kinds[k] = row
			}
			row.worse(c)
		}
		for k, c := range one.Tags {
			at(tags, k).add(*c)
		}
		for k, c := range one.Forms {
			at(forms, k.Tag).add(*c)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		r.Rows = append(r.Rows, *kinds[k])
	}
	r.cells(tags, forms)
}

func (row *Row) worse(c *Counts) {
	row.Labels += c.True + c.Missed
	row.Precision, row.Recall, row.F1 = min(row.Precision, c.Precision()), min(row.Recall, c.Recall()), min(row.F1, c.F1())
	row.Decoys, row.Fooled, row.False = row.Decoys+c.Decoys, row.Fooled+c.Fooled, row.False+c.False
}

// cells fills the lowest cells and the containers.
func (r *Report) cells(tags map[Cell]*Counts, forms map[string]*Counts) {
	var all []Line
	for k, c := range tags {
		if n := c.True + c.Missed; n >= leastCell {
			all = append(all, Line{k.Kind, k.Tag, n, c.Recall()})
		}
	}
	slices.SortFunc(all, func(a, b Line) int {
		if a.Recall != b.Recall {
			if a.Recall < b.Recall {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Kind+a.Tag, b.Kind+b.Tag)
	})
	r.Worst = all[:min(len(all), 25)]
	if len(all) > 0 {
		r.WorstCell = all[0]
	}
	for _, f := range slices.Sorted(maps.Keys(forms)) {
		c := forms[f]
		r.Containers = append(r.Containers, Line{"all", f, c.True + c.Missed, c.Recall()})
	}
}

// hard are the kinds that text without personal data must not show.
var hard = []string{"nir", "nia", "iban", "rib", "payment_card", "siret", "rpps", "tax_number_fr", "cip", "ccam", "vat_fr", "mrz"}

// Clean counts findings in folders without personal data.
func Clean(ctx context.Context, p Program, folders []string) (*CleanText, error) {
	c := &CleanText{}
	strong, weak := map[string]int{}, map[string]int{}
	for _, dir := range folders {
		c.Folders = append(c.Folders, filepath.Base(dir))
		err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				if info, err := d.Info(); err == nil {
					c.Bytes += info.Size()
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		found, err := p.Scan(ctx, dir)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			if f.Strength == "possible" {
				weak[f.Kind]++
			} else {
				strong[f.Kind]++
			}
		}
	}
	for _, k := range hard {
		c.Kinds = append(c.Kinds, CleanCount{k, strong[k], weak[k]})
	}
	return c, nil
}

// Markdown is the table to read.
func (r *Report) Markdown() string {
	var b strings.Builder
	lists := "without official lists"
	if r.Lists {
		lists = "with official lists"
	}
	fmt.Fprintf(&b, "# Accuracy, %s, %s\n\n%d seeds of %d documents; every figure is the worst of the seeds. %s, %s, commit %s.\n\n", r.Machine.Date, lists, len(r.Seeds), r.Documents, r.Machine.CPU, r.Machine.Go, r.Machine.Commit)
	fmt.Fprintf(&b, "| | worst seed |\n|---|--:|\n| micro F1 | %.2f |\n| macro F1 | %.2f |\n| inventory (file × kind) F1 | %.2f |\n| counts within 1 %% | %.2f |\n| found per MiB of files that hold nothing | %.2f |\n| lowest kind × difficulty (n ≥ %d) | %s, %s: %.2f |\n\n",
		r.Micro, r.Macro, r.PairsF1, r.CountedShare, r.EmptyPerMiB, leastCell, r.WorstCell.Kind, r.WorstCell.Tag, r.WorstCell.Recall)
	b.WriteString("| kind | labels | precision | recall | F1 | false | decoys reported |\n|---|--:|--:|--:|--:|--:|--:|\n")
	for _, k := range r.Rows {
		fmt.Fprintf(&b, "| %s | %d | %.2f | %.2f | %.2f | %d | %d of %d |\n", k.Kind, k.Labels, k.Precision, k.Recall, k.F1, k.False, k.Fooled, k.Decoys)
	}
	b.WriteString("\n| container | labels | recall |\n|---|--:|--:|\n")
	for _, l := range r.Containers {
		fmt.Fprintf(&b, "| %s | %d | %.2f |\n", l.Tag, l.Labels, l.Recall)
	}
	b.WriteString("\n| lowest cells | difficulty | labels | recall |\n|---|---|--:|--:|\n")
	for _, l := range r.Worst {
		fmt.Fprintf(&b, "| %s | %s | %d | %.2f |\n", l.Kind, l.Tag, l.Labels, l.Recall)
	}
	if c := r.Clean; c != nil {
		r.clean(&b, c)
	}
	return b.String()
}

func (r *Report) clean(b *strings.Builder, c *CleanText) {
	fmt.Fprintf(b, "\nText without personal data: %.2f GB (%s).\n\n| hard kind | probable or verified | possible |\n|---|--:|--:|\n", float64(c.Bytes)/1e9, strings.Join(c.Folders, ", "))
	strong, weak := 0, 0
	for _, k := range c.Kinds {
		fmt.Fprintf(b, "| %s | %d | %d |\n", k.Kind, k.Strong, k.Weak)
		strong, weak = strong+k.Strong, weak+k.Weak
	}
	fmt.Fprintf(b, "| all | %d (%.1f per GB) | %d |\n", strong, float64(strong)/(float64(c.Bytes)/1e9), weak)
}
