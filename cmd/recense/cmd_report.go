package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"recense/scanner"
	"recense/scanner/journal"
	"recense/sources/files"
)

type reportOptions struct {
	out, state, keyFile string
	config, folder      string // folder: of the configuration, for documents
	documents           documentOptions
}

func (a *app) newReport() *cobra.Command {
	var o reportOptions
	c := &cobra.Command{
		Use:   "report [RUN]",
		Short: a.t("write the documents of a run again, from the journal", "réécrire les documents d'une analyse, depuis le journal"),
		Long: a.t(`report writes the documents of a run (the last one by default) without reading
the files again: other formats, another language (--lang), or the reserved detail
of one audience (--audience medical: for those bound by medical secrecy).

Exit codes: 0 done, 2 usage or unknown run, 4 a document could not be written.`,
			`report réécrit les documents d'une analyse (la dernière par défaut) sans relire les
fichiers : autres formats, autre langue (--lang), ou le détail réservé à un public
(--audience medical : personnes tenues au secret médical).

Codes de sortie : 0 fait, 2 usage ou analyse inconnue, 4 document non écrit.`),
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			run := ""
			if len(args) == 1 {
				run = args[0]
			}
			conf, err := a.readConfig(o.config)
			if err != nil {
				return err
			}
			a.settle(c.Flags(), &o.documents, conf)
			o.folder = conf.Outputs.Out
			return a.report(c.Context(), run, o)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.out, "out", "o", "", a.t("folder for the documents (default recense-out/RUN)", "dossier des documents (par défaut recense-out/ANALYSE)"))
	a.configFlag(f, &o.config)
	f.StringVar(&o.state, "state", "", a.t("state folder", "dossier d'état"))
	f.StringSliceVar(&o.documents.Formats, "format", defaultFormats, a.t("documents: ", "documents : ")+strings.Join(formatNames(), ", "))
	f.StringVar(&o.documents.Audience, "audience", "general", a.t("general, medical or aml", "general, medical ou aml"))
	a.registerFlags(f, &o.documents)
	a.encryptFlag(f, &o.documents)
	f.StringVar(&o.keyFile, "key-file", "", a.t("key of the scan, if it was not that of the state folder", "clé de l'analyse, si ce n'est celle du dossier d'état"))
	f.BoolVar(&o.documents.LZ4, "arrow-lz4", false, a.t("compress the Arrow files", "comprimer les fichiers Arrow"))
	return c
}

func (a *app) report(ctx context.Context, run string, o reportOptions) error {
	if _, err := o.documents.check(a); err != nil {
		return err
	}
	if _, err := a.registerOf(&o.documents); err != nil {
		return err
	}
	dir, jr, results, err := a.openRun(o.state, run)
	if err != nil {
		return err
	}
	defer jr.Close()
	return a.reportRun(ctx, dir, jr, results, o)
}

// openRun opens the journal of a state folder and a run in it, the last one when
// none is named.
func (a *app) openRun(state, run string) (dir string, jr *journal.Journal, results scanner.Results, err error) {
	if dir, err = a.stateFolder(state); err != nil {
		return "", nil, nil, err
	}
	runs, err := a.runsOf(dir)
	if err != nil {
		return "", nil, nil, err
	}
	if run == "" && len(runs) > 0 {
		run = runs[len(runs)-1].ID
	}
	if jr, err = journal.Open(filepath.Join(dir, "journal.db")); err != nil {
		return "", nil, nil, usageError("", "%w", err)
	}
	results, err = jr.Results(run)
	if err != nil {
		jr.Close()
		return "", nil, nil, a.unread(run, err)
	}
	return dir, jr, results, nil
}

// unread says why what a run found cannot be read.
func (a *app) unread(run string, err error) error {
	switch {
	case errors.Is(err, journal.ErrNoRun):
		return usageError(a.t("recense status lists the runs.", "recense status en donne la liste."), a.t("no run %q in the journal", "pas d'analyse %q dans le journal"), run)
	case errors.Is(err, journal.ErrForm):
		return usageError(a.t("A new scan, or the version that wrote it, gives its documents.", "Une nouvelle analyse, ou la version qui l'a écrite, en donne les documents."),
			a.t("run %s was written by another version of the program", "l'analyse %s vient d'une autre version du programme"), run)
	}
	return &exitError{code: exitAborted, err: err}
}

// outside refuses a folder for documents that lies in what the run read, as far as
// the journal tells where that is: names in it may be masked.
func (a *app) outside(run scanner.Run, dir string) error {
	for _, t := range run.Targets {
		u, err := url.Parse(t.URI)
		if err != nil || u.Scheme != "file" || u.Path == "" {
			continue
		}
		if root, err := filepath.EvalSymlinks(filepath.FromSlash(u.Path)); err == nil && files.Inside(root, dir) {
			return usageError(a.t("Choose another folder with --out.", "Choisissez un autre dossier avec --out."),
				a.t("%q lies in the scanned folder %q", "%q est dans le dossier analysé %q"), dir, root)
		}
	}
	return nil
}

func (a *app) reportRun(ctx context.Context, state string, jr *journal.Journal, results scanner.Results, o reportOptions) error {
	a.collectLate()
	run := results.Run()
	engine, tax, err := engineOf(run)
	if err != nil {
		return err
	}
	if o.documents.Register != "" {
		if o.documents.key, err = a.keyOf(state, o.keyFile, run.Params["key_id"]); err != nil {
			return err
		}
	}
	out := o.out
	if out == "" {
		out = filepath.Join(cmp.Or(o.folder, defaultOut), run.ID)
	}
	if err := a.outside(run, out); err != nil {
		return err
	}
	o.documents.state = state
	o.documents.Digests = run.Params["digests"] == "true"
	if o.documents.Audience != "general" {
		if err := a.audit(state, "report", fact{"audience", o.documents.Audience}, fact{"scan_id", run.ID}); err != nil {
			return &exitError{code: exitAborted, err: err}
		}
	}
	if err := os.MkdirAll(state, 0o700); err != nil {
		return fileError("make", state, err)
	}
	if _, _, err := a.writeDocuments(ctx, out, filepath.Join(state, spoolFolder), jr, results, engine, tax, o.documents); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	fmt.Fprintf(a.err, "%s: %s\n", a.t("documents", "documents"), out)
	return nil
}
