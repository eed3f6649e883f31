package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"recense/detectors"
	"recense/report"
	"recense/report/arrow"
	"recense/report/excel"
	"recense/report/inventory"
	"recense/report/jsonl"
	"recense/report/register"
	"recense/report/runjson"
	"recense/report/taxonomy"
	"recense/scanner"
)

// writers is the list of documents. run.json is not in it: it is always written,
// last.
var writers = []*report.Writer{&arrow.Writer, &excel.Writer, &jsonl.Writer}

// documentOptions are the flags about documents.
type documentOptions struct {
	Formats  []string
	Audience string
	LZ4      bool
	Digests  bool
}

// defaultFormats are the documents written unless --format names others.
var defaultFormats = []string{"arrow", "xlsx"}

// check returns the writers that the options name.
func (o documentOptions) check(a *app) ([]*report.Writer, error) {
	var chosen []*report.Writer
	names := make([]string, 0, len(writers))
	for _, w := range writers {
		names = append(names, w.Name)
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

// writeDocuments writes the documents of a run into the folder dir, and returns
// what they add up to, nil when no document was asked for. The journal
// has all of it: when a document fails, the others are written all the same and
// the error names the one that is missing.
func (a *app) writeDocuments(ctx context.Context, dir, tmp string, results scanner.Results, e *detectors.Engine, o documentOptions) ([]inventory.CategoryTotal, error) {
	chosen, err := o.check(a)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fileError("make", dir, err)
	}
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		return nil, fileError("make", tmp, err)
	}
	tax, err := taxonomy.Load()
	if err != nil {
		return nil, err
	}
	inv, err := inventory.New(results, e, tax, inventory.Options{
		Audience: o.Audience,
		Assess:   func(l *inventory.Location) { register.Assess(tax, l) },
	})
	if err != nil {
		return nil, err
	}
	in := report.Input{Inventory: inv, Lang: a.docs, TmpDir: tmp, LZ4: o.LZ4, Digests: o.Digests}
	var failed error
	for _, w := range append(chosen, &runjson.Writer) {
		files, err := w.Write(ctx, dir, in)
		in.Documents = append(in.Documents, files...)
		if err != nil {
			failed = fmt.Errorf("document %s: %w", w.Name, err)
			fmt.Fprintf(a.err, "recense: %v\n", failed)
		}
	}
	return inv.Totals(), failed
}
