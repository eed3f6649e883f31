package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"recense/detectors"
	"recense/report/inventory"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/scanner"
)

// ui tells a person, or a log, how a scan goes: a progress bar on a terminal, a
// summary at the end, or one JSON object an event. It is told counts only.
type ui struct {
	app    *app
	quiet  bool
	logged bool         // events go to a log, not into words
	log    *slog.Logger // of the summary, instead of text; nil: text
	events *slog.Logger // of everything else
	bar    *progressbar.ProgressBar
}

func (a *app) newUI(o *scanOptions, run string) *ui {
	u := &ui{app: a, quiet: o.Quiet, logged: o.logged()}
	u.events = a.logger(o).With("run", run)
	if o.LogFormat == "json" {
		u.log = u.events
		return u
	}
	if f, ok := a.err.(*os.File); ok && !o.Quiet && term.IsTerminal(int(f.Fd())) {
		u.bar = progressbar.NewOptions64(-1, progressbar.OptionSetWriter(f), progressbar.OptionShowBytes(true),
			progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(24), progressbar.OptionFullWidth())
	}
	return u
}

func (u *ui) start(run scanner.Run) {
	if u.log != nil {
		u.log.Info("scan_started", "version", run.Version, "sources", len(run.Targets))
	}
}

// event logs what the scanner tells, from any goroutine.
func (u *ui) event(e scanner.Event) {
	level := slog.LevelDebug
	switch e.Name {
	case scanner.WorkerLost, scanner.Waiting:
		level = slog.LevelWarn
	case scanner.UnitFailed, scanner.SourceFailed:
		level = slog.LevelError
	}
	if !u.logged {
		if text := u.app.eventText(e); text != "" && (!u.quiet || level == slog.LevelError) {
			u.app.say(text)
		}
		return
	}
	var args []any
	for _, field := range []struct{ key, value string }{{"source", e.Source}, {"unit", e.Unit}, {"class", e.Reason}} {
		if field.value != "" {
			args = append(args, field.key, field.value)
		}
	}
	if e.Units > 0 {
		args = append(args, "units", e.Units, "bytes", e.Bytes)
	}
	u.events.Log(context.Background(), level, e.Name, args...)
}

// count says how many, in the words of one or of several.
func (a *app) count(n int64, one, several, un, plusieurs string) string {
	if n == 1 || n == 0 && a.lang == "fr" {
		return fmt.Sprintf("%d %s", n, a.t(one, un))
	}
	return fmt.Sprintf("%d %s", n, a.t(several, plusieurs))
}

// progress is called by the scanner, at most ten times a second.
func (u *ui) progress(p scanner.Progress) {
	if u.bar == nil {
		return
	}
	if p.Listed && p.TotalBytes > 0 {
		u.bar.ChangeMax64(p.TotalBytes)
	}
	u.bar.Describe(fmt.Sprintf(u.app.t("%d/%d files, %d findings", "%d/%d fichiers, %d occurrences"), p.Files, p.TotalFiles, p.Findings))
	_ = u.bar.Set64(min(p.Bytes, max(p.TotalBytes, 1)))
}

func (u *ui) end() {
	if u.bar != nil {
		_ = u.bar.Finish()
	}
}

// summary tells how the run ended. The time of the documents is apart, so that
// the fixed cost of a scan shows; folder is where they are, whole tells that all of
// them are.
func (u *ui) summary(run scanner.Run, inv *inventory.Inventory, folder string, whole bool, documents time.Duration) {
	discovered, analysed, unchanged, sampled, excluded, failed := run.Coverage.Terms()
	if u.log != nil {
		u.log.Info("scan_ended", "state", run.State, "exit_code", run.ExitCode, "discovered", discovered, "analysed", analysed,
			"unchanged", unchanged, "sampled", sampled, "excluded", excluded, "failed", failed, "not_listable", run.Coverage.NotListable, "base", run.Base, "gone", run.Gone, "shrunk", run.Shrunk,
			"bytes", run.Coverage.Bytes, "findings", run.Matches, "seconds", run.Ended.Sub(run.Started).Seconds(), "documents_seconds", documents.Seconds())
		return
	}
	if u.quiet {
		return
	}
	a := u.app
	lang := a.lang
	a.outcome(a.err, run, inv)
	fmt.Fprintf(a.err, a.t("%s read, %d findings; scan %s (listing %s), documents %s\n", "%s lus, %d occurrences ; analyse %s (dont liste %s), documents %s\n"),
		words.Bytes(lang, run.Coverage.Bytes), run.Matches, words.Seconds(lang, run.Timings["scan"]), words.Seconds(lang, run.Timings["list"]), words.Seconds(lang, documents.Seconds()))
	for _, line := range words.Isolation(lang, run.Notes) {
		fmt.Fprintln(a.err, line)
	}
	if whole {
		fmt.Fprintf(a.err, a.t("documents: %s\n", "documents : %s\n"), folder)
	} else {
		fmt.Fprintf(a.err, a.t("documents: not all could be written into %s\n", "documents : tous n'ont pas pu être écrits dans %s\n"), folder)
	}
	if run.State != scanner.Complete {
		fmt.Fprintf(a.err, a.t("recense resume %s goes on.\n", "recense resume %s reprend.\n"), run.ID)
	}
}

// outcome tells a person what a run came to, on the terminal or in a mail: counts only.
func (a *app) outcome(out io.Writer, run scanner.Run, inv *inventory.Inventory) {
	lang := a.lang
	fmt.Fprintf(out, a.t("run %s: %s\n%s\n", "analyse %s : %s\n%s\n"), run.ID, words.Outcome(lang, &run), words.CoverageLine(lang, &run))
	if run.Base != "" {
		fmt.Fprintf(out, a.t("since run %s: %s; everything was last read on %s\n", "depuis l'analyse %s : %s ; tout a été lu le %s\n"),
			run.Base, a.count(run.Gone, "location is gone", "locations are gone", "emplacement disparu", "emplacements disparus"), run.Full.Local().Format(a.t("2006-01-02", "02/01/2006")))
	}
	if run.Own > 0 {
		fmt.Fprintf(out, a.t("%s the organisation's own: left out\n", "%s à l'organisme lui-même : laissées de côté\n"), a.count(run.Own, "match is", "matches are", "occurrence est", "occurrences sont"))
	}
	for _, name := range run.Shrunk {
		fmt.Fprintf(out, a.t("%s lists under 80%% of what it had: nothing is taken for gone there (--accept-shrunk does)\n", "%s donne moins de 80 %% de ce qu'elle avait : rien n'y est tenu pour disparu (--accept-shrunk le fait)\n"), name)
	}
	for _, note := range []string{earlierForm, laterRun} {
		if slices.Contains(run.Notes, note) {
			fmt.Fprintln(out, words.Note(lang, note))
		}
	}
	a.reasons(out, run)
	if inv != nil {
		a.categories(out, inv.Totals())
		a.gaps(out, inv)
	}
}

// reasons lists what was not read, most frequent first.
func (a *app) reasons(out io.Writer, run scanner.Run) {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	for _, r := range a.reasonsOf(&run.Coverage) {
		fmt.Fprintf(w, "  %d\t%s\n", r.Count, r.Text)
	}
	w.Flush()
}

// categories is the table of what was found: the number of locations by the
// strength of their best evidence.
func (a *app) categories(out io.Writer, totals []inventory.CategoryTotal) {
	if len(totals) == 0 {
		return
	}
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, a.t("\nlocations\tverified\tprobable\tpossible\tto confirm\t  category", "\nemplacements\tcontrôlés\tprobables\tpossibles\tà confirmer\t  catégorie"))
	for _, c := range totals {
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d\t  %s\n", c.All(), c.Locations[detectors.Verified], c.Locations[detectors.Probable],
			c.Locations[detectors.Possible], c.Hints, c.Category.Label.In(a.lang))
	}
	w.Flush()
	fmt.Fprintln(out)
}

// gaps tells how many gaps with the register there are, by priority.
func (a *app) gaps(out io.Writer, inv *inventory.Inventory) {
	if inv.Register() == nil {
		return
	}
	g := inv.Gaps()
	fmt.Fprintf(out, a.t("gaps with the register: priority 1: %d, 2: %d, 3: %d, 4: %d; to confirm: %d\n", "écarts avec le registre : priorité 1 : %d, 2 : %d, 3 : %d, 4 : %d ; à confirmer : %d\n"),
		g.Priority[1], g.Priority[2], g.Priority[3], g.Priority[4], g.ToConfirm)
	if inv.Register().Earlier {
		fmt.Fprintf(out, a.t("since the last run: new: %d, settled: %d\n", "depuis l'analyse précédente : nouveaux : %d, régularisés : %d\n"), g.New, g.Settled)
	}
}

// reasonsOf words what was not read; without the taxonomy there is nothing to say.
func (a *app) reasonsOf(c *scanner.Coverage) []words.Counted {
	tax, err := taxonomy.Load()
	if err != nil {
		return nil
	}
	return words.Reasons(a.lang, tax, c)
}
