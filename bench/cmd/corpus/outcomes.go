package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"recense/scanner"
	"recense/scanner/journal"
	"recense/sources"
)

// tally is what became of all files.
type tally struct {
	formats   map[string]*outcome
	why       map[refusal]int64
	example   map[refusal]string // name of a file
	speed     map[string]*speed
	words     words
	files     int64 // by an independent walk
	locations int64
	wall, cpu time.Duration
	peak      int64
}

func newTally() *tally {
	return &tally{formats: map[string]*outcome{}, why: map[refusal]int64{}, example: map[refusal]string{}, speed: map[string]*speed{}}
}

// outcome counts the locations of one format, members included.
type outcome struct {
	all, read, part, refused, limited, crashed, left int64
	bytes                                            int64
}

// refusal is why something of a format was not read.
type refusal struct {
	format string
	status sources.Status
	reason sources.Reason
}

// limits are the reasons that a limit gives.
var limits = map[sources.Reason]bool{sources.TimedOut: true, sources.OutOfMemory: true, sources.DepthLimit: true,
	sources.MembersLimit: true, sources.RatioLimit: true, sources.SizeLimit: true, sources.FieldsLimit: true}

// journal takes in the locations of the latest run and returns how many files of
// the folder they stand for.
func (t *tally) journal(ctx context.Context, path string) (files int64, err error) {
	j, err := journal.Open(path)
	if err != nil {
		return 0, err
	}
	defer j.Close()
	runs, err := j.Runs()
	if err != nil || len(runs) != 1 {
		return 0, fmt.Errorf("%d runs in the journal: %w", len(runs), err)
	}
	res, err := j.Results(runs[0].ID)
	if err != nil {
		return 0, err
	}
	last, outer := "", false // the file at hand; whether its own location was met
	masked := map[string]bool{}
	err = res.Walk(ctx, func(l *scanner.Location, _ iter.Seq2[scanner.Finding, error]) error {
		t.add(&l.Place)
		switch {
		case l.URI == last && !(l.Container == "" && outer): // more of the same file: a member, or itself behind its members
		case l.Status == sources.Excluded && l.Files > 0:
			files += l.Files
		default:
			files += 1 + int64(len(l.Aliases))
		}
		if l.Masked && l.Status != sources.Excluded {
			masked[l.URI] = true
		}
		outer = l.Container == "" || outer && l.URI == last
		last = l.URI
		return nil
	})
	listed := int64(0)
	for _, n := range runs[0].Listed {
		listed += n
	}
	if len(masked) > 0 && files < listed && err == nil { // files whose names are the same once masked
		files = listed
	}
	return files, err
}

func (t *tally) add(p *scanner.Place) {
	name := p.Format
	if name == "" {
		name = cmp.Or(p.MediaType, "(unknown)")
	}
	o := t.formats[name]
	if o == nil {
		o = &outcome{}
		t.formats[name] = o
	}
	t.locations++
	o.all++
	o.bytes += p.Read
	refuse := func(r refusal, n int64) {
		t.why[r] += n
		if t.example[r] == "" {
			t.example[r] = path.Base(p.URI)
			if p.Container != "" {
				t.example[r] += "!/" + path.Base(p.Container)
			}
		}
	}
	if p.Status != sources.Scanned {
		refuse(refusal{name, p.Status, p.Detail}, 1)
	}
	for _, s := range p.Skips {
		refuse(refusal{name, "part skipped", s.Reason}, s.Count)
	}
	switch {
	case p.Detail == sources.WorkerCrashed:
		o.crashed++
	case p.Status == sources.Scanned:
		o.read++
	case p.Status == sources.Excluded || p.Status == sources.PrivateMarked:
		o.left++
	case limits[p.Detail]:
		o.limited++
	case p.Status == sources.Partial:
		o.part++
	default:
		o.refused++
	}
}

// count walks a folder: everything but folders.
func count(folder string) (n int64, err error) {
	return n, filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
}

// outcomes writes the table of formats, those with most locations first.
func (t *tally) outcomes(b *strings.Builder) {
	b.WriteString("\n| format | locations | read | in part | refused | by a limit | crashed a worker | left out | MB read |\n|---|---|---|---|---|---|---|---|---|\n")
	var sum outcome
	for _, name := range slices.SortedFunc(maps.Keys(t.formats), func(x, y string) int {
		return cmp.Or(cmp.Compare(t.formats[y].all, t.formats[x].all), cmp.Compare(x, y))
	}) {
		o := t.formats[name]
		o.row(b, name)
		sum.all, sum.read, sum.part, sum.refused = sum.all+o.all, sum.read+o.read, sum.part+o.part, sum.refused+o.refused
		sum.limited, sum.crashed, sum.left, sum.bytes = sum.limited+o.limited, sum.crashed+o.crashed, sum.left+o.left, sum.bytes+o.bytes
	}
	sum.row(b, "**all**")
}

func (o *outcome) row(b *strings.Builder, name string) {
	fmt.Fprintf(b, "| %s | %d | %d | %d | %d | %d | %d | %d | %.1f |\n", name, o.all, o.read, o.part, o.refused, o.limited, o.crashed, o.left, float64(o.bytes)/1e6)
}

// reasons writes why locations, or parts of them, were not read.
func (t *tally) reasons(b *strings.Builder) {
	b.WriteString("\n| format | status | reason | locations or parts | for example |\n|---|---|---|---|---|\n")
	for _, r := range slices.SortedFunc(maps.Keys(t.why), func(x, y refusal) int {
		return cmp.Or(cmp.Compare(x.format, y.format), cmp.Compare(x.status, y.status), cmp.Compare(x.reason, y.reason))
	}) {
		fmt.Fprintf(b, "| %s | %s | %s | %d | `%s` |\n", r.format, r.status, r.reason, t.why[r], t.example[r])
	}
}
