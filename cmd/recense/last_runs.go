package main

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"recense/report/inventory"
	"recense/scanner"
	"recense/scanner/journal"
)

// lastRun is the last complete run of some sources.
type lastRun struct {
	run     scanner.Run
	sources []string
}

// lastRuns returns the last complete run of every source, oldest first.
func lastRuns(runs []scanner.Run) []lastRun {
	taken := map[string]bool{}
	var out []lastRun
	for _, r := range slices.Backward(runs) {
		if r.State != scanner.Complete || r.ExitCode == exitUsage { // it read nothing
			continue
		}
		var own []string
		for _, s := range sourceNames(r) {
			if !taken[s] {
				taken[s] = true
				own = append(own, s)
			}
		}
		if len(own) > 0 {
			out = append(out, lastRun{r, own})
		}
	}
	slices.Reverse(out)
	return out
}

// walkLast calls begin for the last complete run of every source, then fn for its
// locations. It fails when there is no complete run.
func (a *app) walkLast(ctx context.Context, state, keyFile string, o documentOptions, begin func(scanner.Run, []string), fn func(*inventory.Location)) error {
	runs, err := a.runsOf(state)
	if err != nil {
		return err
	}
	last := lastRuns(runs)
	if len(last) == 0 {
		return usageError("", "%s", a.t("there is no complete run", "il n'y a pas d'analyse complète"))
	}
	jr, err := journal.Open(filepath.Join(state, "journal.db"))
	if err != nil {
		return usageError("", "%w", err)
	}
	defer jr.Close()
	o.state = state
	for _, l := range last {
		if o.Register != "" {
			if o.key, err = a.keyOf(state, keyFile, l.run.Params["key_id"]); err != nil {
				return err
			}
		}
		results, err := jr.Results(l.run.ID)
		if err != nil {
			return a.unread(l.run.ID, err)
		}
		begin(l.run, l.sources)
		inv, err := a.tablesOf(ctx, jr, results, o)
		if err != nil {
			return &exitError{code: exitAborted, err: err}
		}
		err = inv.Walk(ctx, func(x *inventory.Location) error {
			if slices.Contains(l.sources, x.Source) {
				fn(x)
			}
			return nil
		})
		if err != nil {
			return &exitError{code: exitAborted, err: err}
		}
	}
	return nil
}

// lastReads tells when the last complete run over each source began, among those up to
// a run.
func lastReads(jr *journal.Journal, run scanner.Run) (func(source string) time.Time, error) {
	runs, err := jr.Runs()
	if err != nil {
		return nil, err
	}
	at := map[string]time.Time{}
	for _, r := range runs {
		if r.State != scanner.Complete || r.ID > run.ID {
			continue
		}
		for _, s := range sourceNames(r) {
			at[s] = r.Started
		}
	}
	return func(source string) time.Time { return at[source] }, nil
}
