package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"recense/cmd/recense/internal/baseline"
	"recense/detectors"
	"recense/report/inventory"
	"recense/report/taxonomy"
	"recense/scanner"
	"recense/scanner/journal"
)

// failOnNew is what --fail-on takes beside the names of strengths.
const failOnNew = "new"

// freshness is what a run found that is new: not accepted by a baseline or, without
// one, not there in the run before over the same sources.
type freshness struct {
	asked                   bool
	New, Accepted           int64
	Ended, Expiring, Unused []baseline.Entry
	list                    *baseline.Baseline // nil: none
}

// accepts tells documents why a finding is accepted. It may be called from any
// goroutine.
func (f *freshness) accepts(id [16]byte, matches int64) (reason string, ok bool) {
	if f.list == nil {
		return "", false
	}
	if e := f.list.Find(id, matches); e != nil {
		return e.Reason, true
	}
	return "", false
}

func (a *app) readBaseline(path string) (*baseline.File, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, usageError("", "%w", fileError("read", path, err))
	}
	f, err := baseline.Parse(path, b)
	if err != nil {
		return nil, usageError("", "%w", err)
	}
	return f, nil
}

// matters reports whether a row is a finding that somebody would have to accept:
// isolated possible matches are not.
func matters(r *inventory.InventoryRow) bool {
	return r.Asserted || r.Strength >= detectors.Probable
}

// fresh looks for what is new in a run, when a baseline is given or --fail-on new asks.
func (j *job) fresh(ctx context.Context, a *app, jr *journal.Journal, run scanner.Run, e *detectors.Engine, tax *taxonomy.Taxonomy) (*freshness, error) {
	f := &freshness{asked: j.opt.Baseline != "" || j.opt.FailOn == failOnNew}
	if !f.asked {
		return f, nil
	}
	results, err := jr.Results(run.ID)
	if err != nil {
		return f, err
	}
	inv, err := inventory.New(results, e, tax, inventory.Options{})
	if err != nil {
		return f, err
	}
	reg, err := a.readRegister(j.opt.Documents.Register, j.opt.Documents.Policy, tax)
	if err != nil {
		return f, err
	}
	planted := func(l *inventory.Location) bool { return reg != nil && reg.Witness(l) != nil }
	if j.opt.Baseline == "" {
		earlier, err := earlierOf(ctx, jr, run, "")
		if err != nil {
			return f, err
		}
		compared := earlier.Compare()
		return f, inv.Walk(ctx, func(l *inventory.Location) error {
			isNew := compared.Location(l)
			for i := range l.Inventory {
				if matters(&l.Inventory[i]) && (isNew == nil || isNew[i]) && !planted(l) {
					f.New++
				}
			}
			return nil
		})
	}
	list, err := a.readBaseline(j.opt.Baseline)
	if err != nil {
		return f, err
	}
	f.list = baseline.New(list, run.Started)
	err = inv.Walk(ctx, func(l *inventory.Location) error {
		if planted(l) {
			return nil
		}
		for i := range l.Inventory {
			r := &l.Inventory[i]
			switch {
			case f.list.Accepted(inventory.AlertID(l.ID, r), r.Matches) != nil:
				f.Accepted++
			case matters(r):
				f.New++
			}
		}
		return nil
	})
	names := sourceNames(run)
	f.Ended, f.Expiring = f.list.Ended(names), f.list.Expiring(names)
	if run.State == scanner.Complete && len(run.Failures) == 0 && run.Reduced == 0 {
		f.Unused = f.list.Unused(names)
	}
	return f, err
}

// fresh tells what is new, and which entries of the baseline want looking at.
func (u *ui) fresh(f *freshness) {
	if !f.asked {
		return
	}
	u.events.Info("baseline", "new", f.New, "accepted", f.Accepted, "ended", len(f.Ended), "expiring", len(f.Expiring), "unused", len(f.Unused))
	if u.log != nil || u.quiet {
		return
	}
	a := u.app
	fmt.Fprintf(a.err, a.t("new: %d, accepted: %d\n", "nouveaux : %d, acceptés : %d\n"), f.New, f.Accepted)
	for _, what := range []struct {
		list []baseline.Entry
		text string
	}{
		{f.Ended, a.t("acceptance has ended", "acceptation échue")},
		{f.Expiring, a.t("acceptance ends soon", "acceptation bientôt échue")},
		{f.Unused, a.t("accepted, and found no longer", "accepté, et plus trouvé")},
	} {
		for i, e := range what.list {
			if i == 10 {
				fmt.Fprintf(a.err, a.t("  … and %d more\n", "  … et %d autres\n"), len(what.list)-i)
				break
			}
			fmt.Fprintf(a.err, a.t("  %s: %s %s (%s, %s)\n", "  %s : %s %s (%s, %s)\n"), what.text, e.Detector, e.ID[:8], e.By, e.Until)
		}
	}
}

// checkFailOn looks at the value of --fail-on.
func (a *app) checkFailOn(s string) error {
	if s == "" || s == failOnNew {
		return nil
	}
	if _, err := parseStrength(s); err != nil {
		return usageError("", "%w", errors.New(a.t("--fail-on takes possible, probable, verified or new", "--fail-on prend possible, probable, verified ou new")))
	}
	return nil
}
