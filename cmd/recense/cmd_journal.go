package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"recense/report/words"
	"recense/scanner"
	"recense/scanner/journal"
)

// keepMonths is how long runs are kept unless told otherwise: a year of comparison
// and the month under way.
const keepMonths = 13

func (a *app) newStatus() *cobra.Command {
	var state string
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: a.t("list the runs in the journal", "lister les analyses du journal"),
		Long: a.t(`status lists the runs in the journal of the state folder, oldest first: when they
began, what became of them, how many locations they saw, and the run from which
unchanged locations were carried on.

Exit codes: 0 done, 2 no journal, 4 it cannot be read.`,
			`status donne les analyses du journal du dossier d'état, la plus ancienne d'abord :
leur début, ce qu'elles sont devenues, combien d'emplacements elles ont vus, et
l'analyse dont les emplacements inchangés ont été repris.

Codes de sortie : 0 fait, 2 pas de journal, 4 journal illisible.`),
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.status(state, asJSON) },
	}
	c.Flags().StringVar(&state, "state", "", a.t("state folder", "dossier d'état"))
	c.Flags().BoolVar(&asJSON, "json", false, a.t("one JSON object a line", "un objet JSON par ligne"))
	return c
}

func (a *app) status(state string, asJSON bool) error {
	dir, err := a.stateFolder(state)
	if err != nil {
		return err
	}
	runs, err := a.runsOf(dir)
	if err != nil {
		return err
	}
	if asJSON {
		enc := json.NewEncoder(a.out)
		for _, r := range runs {
			if err := enc.Encode(statusOf(&r)); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, a.t("run\tbegan\tstate\tlocations\tunchanged\texit\tbase", "analyse\tdébut\tétat\templacements\tinchangés\tcode\tbase"))
	for _, r := range runs {
		s := statusOf(&r)
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\t%s\n", s.Run, r.Started.Local().Format("2006-01-02 15:04"), words.State(a.lang, r.State), s.Discovered, s.Unchanged, s.ExitCode, s.Base)
	}
	w.Flush()
	path := filepath.Join(dir, "journal.db")
	if info, err := os.Stat(path); err == nil {
		fmt.Fprintf(a.out, "%s: %s\n", path, words.Bytes(a.lang, info.Size()))
	}
	return nil
}

// runStatus is a run as status tells it to programs.
type runStatus struct {
	Run        string    `json:"run"`
	State      string    `json:"state"`
	Started    time.Time `json:"started_at"`
	Discovered int64     `json:"discovered"`
	Unchanged  int64     `json:"unchanged"`
	Failed     int64     `json:"failed"`
	Matches    int64     `json:"matches"`
	ExitCode   int       `json:"exit_code"`
	Base       string    `json:"base_scan_id"`
	Gone       int64     `json:"locations_gone"`
}

func statusOf(r *scanner.Run) runStatus {
	discovered, _, unchanged, _, _, failed := r.Coverage.Terms()
	return runStatus{r.ID, r.State, r.Started, discovered, unchanged, failed, r.Matches, r.ExitCode, r.Base, r.Gone}
}

func (a *app) newCheck() *cobra.Command {
	var state string
	c := &cobra.Command{
		Use:   "check",
		Short: a.t("read the whole journal and tell what is damaged", "lire tout le journal et dire ce qui est abîmé"),
		Long: a.t(`check reads the journal of the state folder whole: the file itself, then every
location and finding of every run, and compares them with what was counted. Of runs
that another version of the program wrote, only the file is checked.

Exit codes: 0 sound, 1 damaged, 2 no journal or none of this program, 4 it cannot be read.`,
			`check lit tout le journal du dossier d'état : le fichier lui-même, puis chaque
emplacement et chaque occurrence de chaque analyse, et les compare à ce qui a été compté.
Des analyses d'une autre version du programme, seul le fichier est vérifié.

Codes de sortie : 0 sain, 1 abîmé, 2 pas de journal ou pas de ce programme, 4 illisible.`),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.checkJournal(c.Context(), state) },
	}
	c.Flags().StringVar(&state, "state", "", a.t("state folder", "dossier d'état"))
	return c
}

// openJournal opens the journal of a state folder, which has to be there.
func (a *app) openJournal(state string) (string, *journal.Journal, error) {
	dir, err := a.stateFolder(state)
	if err != nil {
		return "", nil, err
	}
	path := filepath.Join(dir, "journal.db")
	if _, err := os.Stat(path); err != nil {
		return "", nil, usageError("", a.t("no journal in %q", "pas de journal dans %q"), dir)
	}
	jr, err := journal.Open(path)
	if err != nil {
		return "", nil, usageError("", "%w", err)
	}
	return dir, jr, nil
}

func (a *app) checkJournal(ctx context.Context, state string) error {
	dir, jr, err := a.openJournal(state)
	if err != nil {
		return err
	}
	defer jr.Close()
	n := 0
	err = jr.Check(ctx, func(run, text string) {
		n++
		if run == "" {
			run = "journal.db"
		}
		fmt.Fprintf(a.err, "recense: %s: %s\n", run, text)
	})
	switch {
	case ctx.Err() != nil:
		return quiet(exitInterrupted)
	case err != nil:
		return &exitError{code: exitAborted, err: err}
	case n > 0:
		return quiet(exitFound)
	}
	fmt.Fprintf(a.out, a.t("%s: sound\n", "%s : sain\n"), filepath.Join(dir, "journal.db"))
	return nil
}

// pruneOptions says which runs go: old ones, or one that is named.
type pruneOptions struct {
	state, run, reason string
	months             int
}

func (a *app) newPrune() *cobra.Command {
	var o pruneOptions
	c := &cobra.Command{
		Use:   "prune",
		Short: a.t("delete old runs, or one that should not have been, from the journal", "supprimer du journal les analyses anciennes, ou une qui n'aurait pas dû être"),
		Long: a.t(`prune deletes the runs that began more than 13 months ago (--older-than) from the
journal, with their results and keys; their documents stay where they are. The last
complete run of each set of sources is kept, because the next one is compared with
it. The file keeps its size: freed room is used again.

--run deletes one run whatever its age: a scan of the wrong folder. All that the state
folder kept of it goes and is overwritten: results, keys, the gaps that it alone saw,
their counts, the answers of verify about places that it alone has. What it took for settled stands again; the next scan goes on from the run
before. The chain of attestations keeps the hash of its statement, and the audit file
tells who removed it, when and why (--reason). Delete its documents, and copies of them,
yourself. Runs that carried unchanged places on from it hold them still: they are named.

Exit codes: 0 done, 2 usage, no such run, no journal, or a scan is running, 4 it could not be done.`,
			`prune supprime du journal les analyses commencées il y a plus de 13 mois
(--older-than), avec leurs résultats et leurs clés ; leurs documents restent. La
dernière analyse complète de chaque ensemble de sources est gardée : la suivante lui
est comparée. Le fichier garde sa taille : la place libérée resservira.

--run supprime une analyse quel que soit son âge : celle d'un mauvais dossier. Tout ce que
le dossier d'état en gardait est supprimé et écrasé : résultats, clés, écarts qu'elle seule
a vus, leurs décomptes, réponses de verify sur des emplacements qu'elle seule a. Ce qu'elle tenait pour régularisé ne l'est plus ; l'analyse suivante
repart de celle d'avant. La chaîne des attestations garde l'empreinte de la sienne, et le
fichier d'audit dit qui l'a supprimée, quand et pourquoi (--reason). Ses documents et leurs
copies sont à supprimer par vous. Les analyses qui en ont repris des emplacements inchangés
les gardent : elles sont nommées.

Codes de sortie : 0 fait, 2 usage, analyse inconnue, pas de journal, ou une analyse est en cours, 4 échec.`),
		Example: "  recense prune --run 20261129T070949-4bb018 --reason 'mauvais dossier'",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case o.run != "" && c.Flags().Changed("older-than"):
				return usageError("", "%s", a.t("--run and --older-than exclude each other", "--run et --older-than s'excluent"))
			case o.run != "":
				return a.removeRun(c.Context(), o)
			case o.reason != "":
				return usageError("", "%s", a.t("--reason goes with --run", "--reason va avec --run"))
			}
			return a.prune(o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.state, "state", "", a.t("state folder", "dossier d'état"))
	f.IntVar(&o.months, "older-than", keepMonths, a.t("months", "mois"))
	f.StringVar(&o.run, "run", "", a.t("delete this run alone", "supprimer cette seule analyse"))
	f.StringVar(&o.reason, "reason", "", a.t("why, for the audit file", "pourquoi, pour le fichier d'audit"))
	return c
}

func (a *app) prune(o pruneOptions) error {
	if o.months < 1 {
		return usageError("", "%s", a.t("--older-than takes 1 month and more", "--older-than prend 1 mois et plus"))
	}
	dir, jr, err := a.openJournal(o.state)
	if err != nil {
		return err
	}
	defer jr.Close()
	gone, err := jr.Prune(a.now().AddDate(0, -o.months, 0))
	for _, r := range gone {
		(&job{state: dir}).forget(r.ID)
		fmt.Fprintln(a.out, r.ID)
	}
	switch {
	case errors.Is(err, journal.ErrBusy):
		return a.busy(dir)
	case err != nil:
		return &exitError{code: exitAborted, err: err}
	case len(gone) == 0:
		fmt.Fprintf(a.err, a.t("no run is older than %d months and may go\n", "aucune analyse de plus de %d mois à supprimer\n"), o.months)
	}
	return a.audit(dir, "prune", fact{"older_than_months", o.months}, fact{"runs", len(gone)})
}

// removeRun removes what the state folder kept of one run. The audit file is told first:
// no run goes without a trace.
func (a *app) removeRun(ctx context.Context, o pruneOptions) error {
	dir, jr, err := a.openJournal(o.state)
	if err != nil {
		return err
	}
	defer jr.Close()
	switch err := jr.Lock(); {
	case errors.Is(err, journal.ErrBusy):
		return a.busy(dir)
	case err != nil:
		return &exitError{code: exitAborted, err: err}
	}
	runs, err := jr.Runs()
	if err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	at := slices.IndexFunc(runs, func(r scanner.Run) bool { return r.ID == o.run })
	if at < 0 {
		return a.unread(o.run, journal.ErrNoRun)
	}
	facts := []fact{{"scan_id", o.run}, {"sources", sourceNames(runs[at])}, {"began", runs[at].Started.UTC().Format(time.RFC3339)}}
	if o.reason != "" {
		facts = append(facts, fact{"reason", o.reason})
	}
	if err := a.audit(dir, "prune", facts...); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	if err := forgetAnswers(ctx, dir, jr, o.run, runs); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	(&job{state: dir}).forget(o.run)
	if err := errors.Join(jr.Remove(o.run), forgetGaps(dir, o.run)); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	fmt.Fprintln(a.out, o.run)
	heirs := map[string]bool{o.run: true} // a base is older than what is based on it
	for _, r := range runs {
		if heirs[r.Base] {
			heirs[r.ID] = true
			fmt.Fprintf(a.err, a.t("run %s carried unchanged places on from it and holds them still\n", "l'analyse %s en a repris des emplacements inchangés et les garde\n"), r.ID)
		}
	}
	fmt.Fprint(a.err, a.t("Its documents stay where they were written: delete them, and copies of them.\n", "Ses documents restent là où ils ont été écrits : supprimez-les, et leurs copies.\n"))
	return nil
}

// busy says that a scan is running on a state folder.
func (a *app) busy(dir string) error {
	return usageError(a.t("Wait for it to end, or give this one a folder of its own with --state.", "Attendez sa fin, ou donnez à celle-ci un autre dossier avec --state."),
		a.t("another scan is running on the state folder %q", "une autre analyse est en cours sur le dossier d'état %q"), dir)
}
