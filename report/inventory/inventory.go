// Package inventory builds the tables of a scan from its results: what each
// column is and contains, which categories of personal data a location asserts,
// how many persons it may concern, and what each audience may read of it. It is
// the vocabulary of every document.
//
// The tables are never held: Walk makes the rows of one location at a time, in
// the final order, and can be called again. The same results give the same rows.
//
// What it does not do: it reads no source and no journal, writes nothing, and
// gives no impact or verdict. Those need the register, which comes in at one
// place: Options.Assess.
package inventory

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"recense/detectors"
	"recense/report/taxonomy"
	"recense/scanner"
)

// DetectorVersion is the version written beside every detector. Detectors have
// no version of their own: what decides whether two runs compare is the digest
// of the engine, in run.json.
const DetectorVersion = 1

// Engine is what the inventory asks of a detection engine; *detectors.Engine
// has it. The detectors must be in the order they had during the scan, since
// samples of columns name them by position.
type Engine interface {
	Detectors() []*detectors.Detector
}

// Options of an inventory. The zero value is the general audience, without a
// register.
type Options struct {
	// Audience is general (also when empty), medical or aml.
	Audience string
	// Assess fills in what only the register knows: impact, processings, country,
	// environment, data subjects of a location (and whatever it adds to the rows).
	// It sees the rows before the detail reserved to another audience is taken out.
	// Nil leaves those columns null or empty.
	Assess func(l *Location)
	// Register is given with a register of processings.
	Register *Register
}

// Inventory is the tables of one run for one audience. It is safe for use by one
// goroutine at a time.
type Inventory struct {
	results  scanner.Results
	run      scanner.Run
	kinds    map[detectors.Kind]kind
	tax      *taxonomy.Taxonomy
	audience *taxonomy.Audience
	assess   func(*Location)
	register *Register
	targets  map[string]target // by source
	totals   []CategoryTotal
	gaps     Gaps
}

// target is a source that was scanned.
type target struct {
	kind   string
	root   string // its URI, without a slash at the end
	called string // its URI in documents
}

// kind is what is known of a detector in one place.
type kind struct {
	d   *detectors.Detector
	row *taxonomy.Detector
	cat *taxonomy.Category
	bit int // in Sample.Kinds; -1: none
}

// New returns the inventory of results. It fails when a detector of the engine
// is not in the taxonomy or the audience is unknown.
func New(results scanner.Results, engine Engine, tax *taxonomy.Taxonomy, opt Options) (*Inventory, error) {
	if opt.Audience == "" {
		opt.Audience = taxonomy.General
	}
	inv := &Inventory{
		results: results, run: results.Run(), tax: tax, assess: opt.Assess, register: opt.Register,
		audience: tax.Audience(opt.Audience),
		kinds:    map[detectors.Kind]kind{},
		targets:  map[string]target{},
	}
	if inv.audience == nil {
		return nil, errors.New("inventory: unknown audience")
	}
	for i, d := range engine.Detectors() {
		row := tax.Detector(d.Kind)
		if row == nil {
			return nil, fmt.Errorf("inventory: detector %s is not in the taxonomy", d.Kind)
		}
		inv.kinds[d.Kind] = kind{d: d, row: row, cat: tax.Category(row.Category), bit: i}
	}
	inv.run.Targets = slices.Clone(inv.run.Targets)
	for i := range inv.run.Targets {
		t := &inv.run.Targets[i]
		root := strings.TrimRight(t.URI, "/")
		if opt.Register != nil && opt.Register.URIs[t.Source] != "" {
			t.URI = opt.Register.URIs[t.Source]
		}
		inv.targets[t.Source] = target{kind: t.Kind, root: root, called: t.URI}
	}
	return inv, nil
}

// Run describes the scan.
func (inv *Inventory) Run() scanner.Run { return inv.run }

// Taxonomy returns the taxonomy in force.
func (inv *Inventory) Taxonomy() *taxonomy.Taxonomy { return inv.tax }

// Audience returns the readers that the rows are made for.
func (inv *Inventory) Audience() *taxonomy.Audience { return inv.audience }

// Detector returns the detector of a kind, nil when it is a placeholder or
// comes from the structure of a format.
func (inv *Inventory) Detector(id string) *detectors.Detector {
	return inv.kinds[detectors.Kind(id)].d
}

// Walk calls fn for each location in order. The first error of fn, of ctx or of
// the results ends it.
func (inv *Inventory) Walk(ctx context.Context, fn func(*Location) error) error {
	b := newBuilder(inv)
	sum, gaps := totals{}, Gaps{}
	err := inv.results.Walk(ctx, func(l *scanner.Location, findings iter.Seq2[scanner.Finding, error]) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		loc, err := b.build(l, findings)
		if err != nil {
			return err
		}
		sum.add(loc)
		gaps.add(loc.Verdicts)
		return fn(loc)
	})
	if err == nil {
		if inv.register != nil {
			gaps.add(inv.register.Rest())
		}
		inv.totals, inv.gaps = sum.list(inv.tax), gaps
	}
	return err
}

// Beside returns another inventory of the same results, which may be walked at
// the same time as inv; nil with a register of processings, whose comparison
// cannot be shared. Assess is then called from both walks.
func (inv *Inventory) Beside() *Inventory {
	if inv.register != nil {
		return nil
	}
	other := *inv
	other.kinds, other.totals, other.gaps = maps.Clone(inv.kinds), nil, Gaps{}
	return &other
}

// SideBySide returns n inventories, inv the first, to be walked at the same time, each in
// a goroutine of its own: the first walks of all read the results once (see scanner.Share).
// There is only inv where Beside has none. rest are the results for one more walk at that
// time, of whoever needs no rows. left is called for each of them, rest the last, when it
// will not be walked any more.
func (inv *Inventory) SideBySide(n int) (list []*Inventory, rest scanner.Results, left func(i int)) {
	list = append(list, inv)
	for len(list) < n {
		other := inv.Beside()
		if other == nil {
			return list, inv.results, func(int) {}
		}
		list = append(list, other)
	}
	views := scanner.Share(inv.results, n+1)
	if views == nil {
		return list, inv.results, func(int) {}
	}
	for i := range list {
		list[i].results = views[i]
	}
	return list, views[n], func(i int) { views[i].Leave() }
}

// kindOf returns what is known of a kind. Kinds that a format proves by itself
// (noemie, audio_media) have no detector in the engine.
func (inv *Inventory) kindOf(k detectors.Kind) (kind, error) {
	if kd, ok := inv.kinds[k]; ok {
		return kd, nil
	}
	row := inv.tax.Detector(k)
	if row == nil {
		return kind{}, errors.New("inventory: the results hold a kind that the taxonomy does not know")
	}
	kd := kind{row: row, cat: inv.tax.Category(row.Category), bit: -1}
	inv.kinds[k] = kd
	return kd, nil
}

// max returns the highest strength a kind may reach.
func (k kind) max() detectors.Strength {
	if k.d != nil && k.d.Max != detectors.Weak {
		return k.d.Max
	}
	return k.row.Strength
}
