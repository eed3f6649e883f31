package main

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"recense/scanner"
	"recense/scanner/journal"
)

func (a *app) newResume() *cobra.Command {
	var state string
	var quietRun bool
	var pace paceOptions
	c := &cobra.Command{
		Use:   "resume [RUN]",
		Short: a.t("go on with an interrupted scan", "reprendre une analyse interrompue"),
		Long: a.t(`resume goes on with a scan that was interrupted or aborted, with the same options:
what was committed is kept, the rest is read. Without RUN it takes the last one
that is not complete. Of one that was interrupted while its documents were written,
they are written again.`,
			`resume reprend une analyse interrompue ou abandonnée, avec les mêmes options : ce
qui est acquis est gardé, le reste est lu. Sans ANALYSE, c'est la dernière qui n'est
pas complète. D'une analyse interrompue pendant l'écriture de ses documents, ceux-ci
sont réécrits.`) + "\n" + a.exitCodesHelp(),
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			run := ""
			if len(args) == 1 {
				run = args[0]
			}
			return a.resume(c.Context(), run, state, quietRun, func(o *paceOptions) { o.override(c.Flags(), pace) })
		},
	}
	c.Flags().StringVar(&state, "state", "", a.t("state folder", "dossier d'état"))
	a.paceFlags(c.Flags(), &pace)
	c.Flags().BoolVar(&quietRun, "quiet", false, a.t("no progress, no summary", "ni progression, ni résumé"))
	return c
}

// goOnWithDocuments writes the documents of a run that was interrupted after it had
// read everything; done says that it was one. They come from the journal.
func (a *app) goOnWithDocuments(ctx context.Context, j *job, jr *journal.Journal) (done bool, err error) {
	if j.resumed == "" {
		return false, nil
	}
	results, err := jr.Results(j.resumed)
	if errors.Is(err, journal.ErrNoRun) {
		return false, nil
	}
	if err != nil {
		return false, a.unread(j.resumed, err)
	}
	run := results.Run()
	if run.State != scanner.Complete {
		return false, nil
	}
	j.worker.names = j.names
	engine, err := j.worker.engine()
	if err != nil {
		return true, err
	}
	return true, a.finishJob(ctx, j, jr, run, engine, a.newUI(&j.opt, run.ID))
}

// sweep removes what programs that were killed left in the state folder: how to start
// runs again that never began or that were deleted, half-written files, and files of
// documents under way.
// The caller holds the journal.
func (a *app) sweep(state string, jr *journal.Journal) error {
	runs, err := jr.Runs()
	if err != nil {
		return err
	}
	jobs, _ := filepath.Glob(filepath.Join(state, "run.*.job"))
	for _, path := range jobs {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "run."), ".job")
		if !slices.ContainsFunc(runs, func(r scanner.Run) bool { return r.ID == name }) {
			os.Remove(path)
		}
	}
	for _, pattern := range []string{".recense-*", ".key-*"} {
		under, _ := filepath.Glob(filepath.Join(state, pattern))
		for _, path := range under {
			os.Remove(path)
		}
	}
	sweepSpools(state)
	scanner.SweepFolders(state)
	return nil
}

func (a *app) resume(ctx context.Context, run, state string, quietRun bool, pace func(*paceOptions)) error {
	dir, err := a.stateFolder(state)
	if err != nil {
		return err
	}
	if run, err = a.unfinished(dir, run); err != nil {
		return err
	}
	b, err := os.ReadFile(filepath.Join(dir, "run."+run+".job"))
	if errors.Is(err, fs.ErrNotExist) {
		return usageError(a.t("recense report "+run+" writes its documents again.", "recense report "+run+" réécrit ses documents."), a.t("run %s cannot be resumed: it is complete", "l'analyse %s ne peut être reprise : elle est complète"), run)
	}
	var r remembered
	if err != nil || gob.NewDecoder(bytes.NewReader(b)).Decode(&r) != nil {
		return usageError("", "%s", a.t("the options of the run cannot be read", "les options de l'analyse sont illisibles"))
	}
	if err := os.Chdir(r.Folder); err != nil {
		return usageError("", "%s", a.t("the folder in which the scan was started is gone", "le dossier où l'analyse fut lancée n'existe plus"))
	}
	r.Options.State, r.Options.Quiet = dir, r.Options.Quiet || quietRun
	a.docs = r.Options.Lang
	if pace(&r.Options.Pace); r.Options.Pace.check(a) != nil {
		return r.Options.Pace.check(a)
	}
	a.logTo(&r.Options)
	j, err := a.newJob(r.Options, r.Targets)
	if err != nil {
		return err
	}
	defer j.close()
	j.resumed = run
	return a.runJob(ctx, j)
}

// unfinished returns run, or the last one that is not complete.
func (a *app) unfinished(state, run string) (string, error) {
	runs, err := a.runsOf(state)
	if err != nil {
		return "", err
	}
	if run != "" {
		known := slices.ContainsFunc(runs, func(r scanner.Run) bool { return r.ID == run })
		if !known && !exists((&job{state: state}).jobFile(run)) {
			return "", a.unread(run, journal.ErrNoRun)
		}
		return run, nil
	}
	for i := len(runs) - 1; i >= 0; i-- {
		if runs[i].State != scanner.Complete || exists((&job{state: state}).jobFile(runs[i].ID)) {
			return runs[i].ID, nil
		}
	}
	return "", usageError("", "%s", a.t("no scan to resume", "aucune analyse à reprendre"))
}

// runsOf lists the runs in the journal of a state folder, oldest first.
func (a *app) runsOf(state string) ([]scanner.Run, error) {
	path := filepath.Join(state, "journal.db")
	if _, err := os.Stat(path); err != nil {
		return nil, usageError("", a.t("no journal in %q", "pas de journal dans %q"), state)
	}
	jr, err := journal.Open(path)
	if err != nil {
		return nil, usageError("", "%w", err)
	}
	defer jr.Close()
	return jr.Runs()
}
