package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"recense/cmd/recense/internal/metrics"
	"recense/detectors"
	"recense/report/inventory"
	"recense/scanner"
)

// runMetrics tells how a run ended. The label sources is made of ids.
func runMetrics(s *metrics.Set, run scanner.Run, inv *inventory.Inventory, documents time.Duration) {
	label := []string{"sources", strings.Join(sourceNames(run), "+")}
	gauge := func(name, help string, v float64, more ...string) {
		s.Gauge("recense_"+name, help, v, append(label[:2:2], more...)...)
	}
	complete := 0.0
	if run.State == scanner.Complete {
		complete = 1
	}
	gauge("last_run_start_timestamp_seconds", "When the last run began.", float64(run.Started.Unix()))
	if !run.Ended.IsZero() {
		gauge("last_run_end_timestamp_seconds", "When the last run ended.", float64(run.Ended.Unix()))
	}
	gauge("last_run_complete", "1 when the last run came to its end.", complete)
	gauge("last_run_exit_code", "Exit code of the last run.", float64(run.ExitCode))
	gauge("last_run_seconds", "Time that the last run took, by stage.", run.Timings["list"], "stage", "list")
	gauge("last_run_seconds", "Time that the last run took, by stage.", run.Timings["scan"], "stage", "scan")
	gauge("last_run_seconds", "Time that the last run took, by stage.", documents.Seconds(), "stage", "documents")
	for status, n := range run.Coverage.ByStatus {
		gauge("locations", "Locations of the last run, by what became of them.", float64(n), "status", status)
	}
	gauge("folders_not_listable", "Folders of unknown content.", float64(run.Coverage.NotListable))
	gauge("sources_not_reached", "Sources that could not be reached.", float64(len(run.Failures)))
	gauge("reduced_percent", "By how much less the last run saw than the one before, once that is more than a fifth.", float64(run.Reduced))
	gauge("read_bytes", "Bytes read in the last run.", float64(run.Coverage.Bytes))
	gauge("matches", "Matches kept in the last run.", float64(run.Matches))
	if inv == nil {
		return
	}
	for _, c := range inv.Totals() {
		for strength := detectors.Possible; strength <= detectors.Verified; strength++ {
			gauge("category_locations", "Locations that hold a category of data, by the strength of the best evidence.", float64(c.Locations[strength]),
				"category", c.Category.ID, "strength", strength.String())
		}
	}
	if inv.Register() == nil {
		return
	}
	g := inv.Gaps()
	for p := 1; p <= 4; p++ {
		gauge("gaps", "Gaps with the register, by priority.", float64(g.Priority[p]), "priority", strconv.Itoa(p))
	}
	gauge("gaps_new", "Gaps that the run before did not have.", float64(g.New))
	gauge("gaps_settled", "Gaps of the run before that are settled.", float64(g.Settled))
}

// writeMetrics replaces the file at path whole. It holds counts only, so that the
// collector, another account, may read it.
func writeMetrics(path string, s *metrics.Set) error {
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".recense-*") // a collector looks at *.prom only
	if err != nil {
		return fileError("create", path, err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b.Bytes())
	if e := f.Chmod(0o644); err == nil {
		err = e
	}
	if e := f.Sync(); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fileError("write", path, err)
	}
	return nil
}

// afterRun tells others how a run ended: what fails here does not change how it did.
func (a *app) afterRun(ctx context.Context, j *job, run scanner.Run, inv *inventory.Inventory, documents time.Duration, f *freshness, ui *ui) {
	if path := j.opt.MetricsFile; path != "" {
		var s metrics.Set
		runMetrics(&s, run, inv, documents)
		f.metrics(&s, run)
		if err := writeMetrics(path, &s); err != nil {
			a.complain(err)
		}
	}
	a.notify(ctx, j, run, inv, f, ui)
}

// metrics tells what is new and what the baseline wants looked at.
func (f *freshness) metrics(s *metrics.Set, run scanner.Run) {
	if !f.asked {
		return
	}
	for _, m := range []struct {
		name, help string
		n          int64
	}{
		{"findings_new", "Findings that are not accepted, or that the run before did not have.", f.New},
		{"findings_accepted", "Findings that the baseline accepts.", f.Accepted},
		{"baseline_ended", "Entries of the baseline that have ended.", int64(len(f.Ended))},
		{"baseline_expiring", "Entries of the baseline that end within 30 days.", int64(len(f.Expiring))},
		{"baseline_unused", "Entries of the baseline that nothing was found for.", int64(len(f.Unused))},
	} {
		s.Gauge("recense_"+m.name, m.help, float64(m.n), "sources", strings.Join(sourceNames(run), "+"))
	}
}
