package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"recense/cmd/recense/internal/config"
	"recense/cmd/recense/internal/key"
	"recense/detectors"
	"recense/report"
	"recense/report/arrow"
	"recense/report/csv"
	"recense/report/excel"
	"recense/report/html"
	"recense/report/inventory"
	"recense/report/jsonl"
	"recense/report/ocsf"
	"recense/report/register"
	"recense/report/runjson"
	"recense/report/sarif"
	"recense/report/sealed"
	"recense/report/taxonomy"
	"recense/scanner"
	"recense/scanner/journal"
)

// writers is the list of documents. run.json is not in it: it is always written,
// last.
var writers = []*report.Writer{&arrow.Writer, &excel.Writer, &html.Writer, &jsonl.Writer, &csv.Writer, &sarif.Writer, &ocsf.Writer}

// documentOptions are the flags about documents.
type documentOptions struct {
	Formats  []string
	Audience string
	LZ4      bool
	Digests  bool
	Register string   // file; empty: none
	Policy   string   // of a register that names none
	Encrypt  []string // recipients (age); empty: documents in clear
	key      key.Key
	state    string // folder, for imported rights
	house    config.Detection
	counted  func() map[string]float64                                 // see report.Input; nil: nobody counts
	beside   func(scanner.Results)                                     // goes through the results while documents are written; nil: nobody does
	author   string                                                    // of exclusions; "": not known
	accepted func(id [16]byte, matches int64) (reason string, ok bool) // by a baseline; nil: none
}

// defaultOut is the folder in which runs have theirs unless --out or the
// configuration names one.
const defaultOut = "recense-out"

// defaultFormats are the documents written unless --format names others.
var defaultFormats = []string{"arrow", "xlsx", "html"}

// formatNames are the names of the documents that can be asked for.
func formatNames() (names []string) {
	for _, w := range writers {
		names = append(names, w.Name)
	}
	return names
}

// check returns the writers that the options name.
func (o documentOptions) check(a *app) ([]*report.Writer, error) {
	if _, err := sealed.Parse(o.Encrypt); err != nil {
		return nil, usageError("", "--encrypt-to: %w", err)
	}
	var chosen []*report.Writer
	names := formatNames()
	for _, w := range writers {
		for _, f := range o.Formats {
			if f == w.Name {
				chosen = append(chosen, w)
			}
		}
	}
	for _, f := range o.Formats {
		if !strings.Contains(","+strings.Join(names, ",")+",", ","+f+",") {
			return nil, usageError(a.t("One of: ", "L'un de : ")+strings.Join(names, ", ")+".", a.t("unknown format %q", "format inconnu %q"), f)
		}
	}
	switch o.Audience {
	case "", "general", "medical", "aml":
	default:
		return nil, usageError("", a.t("--audience takes general, medical or aml, not %q", "--audience prend general, medical ou aml, pas %q"), o.Audience)
	}
	return chosen, nil
}

// inventory builds the tables of a run as tables does, and remembers its verdicts
// for the next one.
func (a *app) inventory(ctx context.Context, jr *journal.Journal, results scanner.Results, e *detectors.Engine, tax *taxonomy.Taxonomy, o documentOptions) (*inventory.Inventory, error) {
	inv, err := a.tables(ctx, jr, results, e, tax, o)
	if err != nil || inv.Register() == nil {
		return inv, err
	}
	m := memory{journal: jr, run: results.Run()}
	if err := m.enter(ctx, inv); err != nil || m.gaps == nil {
		return inv, err
	}
	return inv, keepGaps(o.state, results.Run().ID, m.gaps)
}

// tables builds the tables of a run, compared with the register when there is one:
// then all locations are seen once before the first row is made.
func (a *app) tables(ctx context.Context, jr *journal.Journal, results scanner.Results, e *detectors.Engine, tax *taxonomy.Taxonomy, o documentOptions) (*inventory.Inventory, error) {
	join, err := a.rightsOf(o.state)
	if err != nil {
		return nil, err
	}
	opt := inventory.Options{Audience: o.Audience, Assess: func(l *inventory.Location) {
		join(l)
		register.Assess(tax, l)
	}}
	reg, err := a.readRegister(o.Register, o.Policy, tax)
	if err != nil || reg == nil {
		if err != nil {
			return nil, err
		}
		return inventory.New(results, e, tax, opt)
	}
	r := register.NewReconciler(tax, reg, results.Run().Started)
	first, err := inventory.New(results, e, tax, inventory.Options{Audience: o.Audience, Assess: r.Observe})
	if err != nil {
		return nil, err
	}
	if err := first.Walk(ctx, func(*inventory.Location) error { return nil }); err != nil {
		return nil, err
	}
	if err := recall(jr, results.Run(), r); err != nil {
		return nil, err
	}
	if r.LastRead, err = lastReads(jr, results.Run()); err != nil {
		return nil, err
	}
	opt.Assess = func(l *inventory.Location) {
		join(l)
		r.Assess(l)
	}
	opt.Register = r.Table(func(source string) scanner.ID { return scanner.SourceID(o.key[:], source) })
	return inventory.New(results, e, tax, opt)
}

// writeDocuments writes the documents of a run into the folder dir, and returns
// the inventory they were made from and their names. The journal has all of it: when a document
// fails, the others are written all the same and the error names those that are
// missing.
func (a *app) writeDocuments(ctx context.Context, dir, tmp string, jr *journal.Journal, results scanner.Results, e *detectors.Engine, tax *taxonomy.Taxonomy, o documentOptions) (*inventory.Inventory, []string, error) {
	chosen, err := o.check(a)
	if err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fileError("make", dir, err)
	}
	tmp, remove, err := spool(tmp)
	if err != nil {
		return nil, nil, err
	}
	defer remove()
	if len(o.Encrypt) > 0 {
		return a.writeSealed(ctx, dir, tmp, jr, results, e, tax, o)
	}
	inv, err := a.inventory(ctx, jr, results, e, tax, o)
	if err != nil {
		return nil, nil, err
	}
	var earlier *inventory.Earlier
	if slices.ContainsFunc(chosen, func(w *report.Writer) bool { return w.Compares }) {
		if earlier, err = earlierOf(ctx, jr, results.Run(), o.Audience); err != nil {
			return nil, nil, err
		}
	}
	in := report.Input{Inventory: inv, Lang: a.docs, TmpDir: tmp, LZ4: o.LZ4, Digests: o.Digests, Earlier: earlier, Accepted: o.accepted, Counted: o.counted, Author: o.author}
	if slices.ContainsFunc(chosen, func(w *report.Writer) bool { return w.Changes }) {
		if err := a.changes(ctx, jr, results, o, &in); err != nil {
			return nil, nil, err
		}
	}
	made := make([]document, len(chosen)+1)
	for i, w := range append(slices.Clone(chosen), &runjson.Writer) {
		made[i] = document{writer: w, in: in}
	}
	writeSideBySide(ctx, dir, made[:len(chosen)], results, o.beside)
	last := &made[len(chosen)] // run.json names the others
	for i := range chosen {
		last.in.Documents = append(last.in.Documents, made[i].files...)
	}
	last.write(ctx, dir)
	var failed error
	var files []string
	for i := range made {
		files = append(files, made[i].files...)
		if err := made[i].err; err != nil {
			failed = errors.Join(failed, fmt.Errorf("document %s: %w", made[i].writer.Name, err))
		}
	}
	for i := range made {
		if seen := made[i].in.Inventory; seen.Totals() != nil {
			return seen, files, failed
		}
	}
	return inv, files, failed
}

// maxCompared bounds the locations of two runs that documents compare one by one: it
// takes some 100 bytes for each. recense diff has no bound.
const maxCompared = 500_000

// changes fills in what documents tell of the run before, and what people answered.
func (a *app) changes(ctx context.Context, jr *journal.Journal, results scanner.Results, o documentOptions, in *report.Input) (err error) {
	if in.Checks, err = checksOf(o.state); err != nil {
		return err
	}
	runs, err := jr.Runs()
	if err != nil {
		return err
	}
	last, ok := before(readable(runs), results.Run())
	if !ok {
		return nil
	}
	older, err := jr.Results(last.ID)
	if err != nil {
		return err
	}
	run := results.Run()
	now, _, _, _, _, _ := run.Coverage.Terms()
	was, _, _, _, _, _ := last.Coverage.Terms()
	in.Before = gapsOf(o.state, last.ID)
	in.Before["locations"] = was
	if max(now, was) > maxCompared {
		return nil
	}
	if in.Changes, err = compare(ctx, older, results, func(r scanner.Results) (*inventory.Inventory, error) { return a.places(r, o) }); err != nil {
		return err
	}
	in.Before["with_data"], in.Before["persons"] = in.Changes.Earlier.WithData, in.Changes.Earlier.Persons
	return nil
}

// places builds the tables of a run for a comparison of places: rights, addresses and
// cut paths as in its documents, no verdict.
func (a *app) places(results scanner.Results, o documentOptions) (*inventory.Inventory, error) {
	engine, tax, err := engineOf(results.Run())
	if err != nil {
		return nil, err
	}
	join, err := a.rightsOf(o.state)
	if err != nil {
		return nil, err
	}
	reg, err := a.readRegister(o.Register, o.Policy, tax)
	if err != nil {
		return nil, err
	}
	opt := inventory.Options{Audience: o.Audience, Assess: join}
	if reg != nil {
		opt.Register = &inventory.Register{URIs: reg.Addresses(), Rest: func() []inventory.Verdict { return nil }}
		opt.Assess = func(l *inventory.Location) {
			join(l)
			reg.Cover(l)
		}
	}
	return inventory.New(results, engine, tax, opt)
}

// earlierOf returns what the runs before over the same sources gave, nil without one.
func earlierOf(ctx context.Context, jr *journal.Journal, run scanner.Run, audience string) (*inventory.Earlier, error) {
	runs, err := jr.Runs()
	if err != nil {
		return nil, err
	}
	last := pastRuns(readable(runs), run)
	if len(last) == 0 {
		return nil, nil
	}
	left := gone(run, last[0])
	var past []inventory.Past
	for i, r := range last {
		results, err := jr.Results(r.ID)
		if err != nil {
			return nil, err
		}
		engine, tax, err := engineOf(r)
		if err != nil {
			return nil, err
		}
		p := inventory.Past{}
		if p.Inventory, err = inventory.New(results, engine, tax, inventory.Options{Audience: audience}); err != nil {
			return nil, err
		}
		if i+1 < len(last) {
			p.Gone = gone(r, last[i+1])
		}
		if i > 0 {
			also := gone(run, r)
			left = slices.DeleteFunc(left, func(s string) bool { return !slices.Contains(also, s) })
		}
		past = append(past, p)
	}
	return inventory.NewEarlier(ctx, past, left)
}

// document is one document being written.
type document struct {
	writer *report.Writer
	in     report.Input
	files  []string
	err    error
}

func (d *document) write(ctx context.Context, dir string) {
	d.files, d.err = d.writer.Write(ctx, dir, d.in)
}

// writeSideBySide writes documents at the same time, each over an inventory of
// its own that all read together, beside too; one after the other when there is a register,
// whose state all share.
func writeSideBySide(ctx context.Context, dir string, list []document, results scanner.Results, beside func(scanner.Results)) {
	if beside == nil {
		beside = func(scanner.Results) {}
	}
	if len(list) == 0 {
		beside(results)
		return
	}
	inventories, rest, left := list[0].in.Inventory.SideBySide(len(list))
	var work []func()
	for i, own := range inventories {
		list[i].in.Inventory = own
		work = append(work, func() {
			defer left(i)
			list[i].write(ctx, dir)
		})
	}
	scanner.Together(append(work, func() {
		defer left(len(work))
		beside(rest)
	})...)
	for i := len(work); i < len(list); i++ {
		list[i].write(ctx, dir)
	}
}

// writeSealed writes the documents into the owner-only folder tmp first, and from
// there, encrypted, into dir.
func (a *app) writeSealed(ctx context.Context, dir, tmp string, jr *journal.Journal, results scanner.Results, e *detectors.Engine, tax *taxonomy.Taxonomy, o documentOptions) (*inventory.Inventory, []string, error) {
	r, err := sealed.Parse(o.Encrypt)
	if err != nil {
		return nil, nil, err
	}
	clear, err := os.MkdirTemp(tmp, "clear-")
	if err != nil {
		return nil, nil, fileError("make", tmp, err)
	}
	defer os.RemoveAll(clear)
	o.Encrypt = nil
	inv, made, failed := a.writeDocuments(ctx, clear, tmp, jr, results, e, tax, o)
	var out []string
	for _, name := range made {
		file, err := r.Move(clear, dir, name)
		if err != nil {
			return inv, out, fmt.Errorf("document %s: %w", name, err)
		}
		out = append(out, file)
	}
	return inv, out, failed
}

// encryptFlag adds the flag of recipients.
func (a *app) encryptFlag(f *pflag.FlagSet, o *documentOptions) {
	f.StringArrayVar(&o.Encrypt, "encrypt-to", nil, a.t("encrypt every document to this recipient (age1…, or a file of them)", "chiffrer chaque document pour ce destinataire (age1…, ou un fichier)"))
}
