package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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

func (a *app) newPrune() *cobra.Command {
	var state string
	var months int
	c := &cobra.Command{
		Use:   "prune",
		Short: a.t("delete old runs from the journal", "supprimer du journal les analyses anciennes"),
		Long: a.t(`prune deletes the runs that began more than 13 months ago (--older-than) from the
journal, with their results and keys; their documents stay where they are. The last
complete run of each set of sources is kept, because the next one is compared with
it. The file keeps its size: freed room is used again.

Exit codes: 0 done, 2 usage, no journal, or a scan is running, 4 it could not be done.`,
			`prune supprime du journal les analyses commencées il y a plus de 13 mois
(--older-than), avec leurs résultats et leurs clés ; leurs documents restent. La
dernière analyse complète de chaque ensemble de sources est gardée : la suivante lui
est comparée. Le fichier garde sa taille : la place libérée resservira.

Codes de sortie : 0 fait, 2 usage, pas de journal, ou une analyse est en cours, 4 échec.`),
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.prune(state, months) },
	}
	c.Flags().StringVar(&state, "state", "", a.t("state folder", "dossier d'état"))
	c.Flags().IntVar(&months, "older-than", keepMonths, a.t("months", "mois"))
	return c
}

func (a *app) prune(state string, months int) error {
	if months < 1 {
		return usageError("", "%s", a.t("--older-than takes 1 month and more", "--older-than prend 1 mois et plus"))
	}
	dir, jr, err := a.openJournal(state)
	if err != nil {
		return err
	}
	defer jr.Close()
	gone, err := jr.Prune(a.now().AddDate(0, -months, 0))
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
		fmt.Fprintf(a.err, a.t("no run is older than %d months and may go\n", "aucune analyse de plus de %d mois à supprimer\n"), months)
	}
	return a.audit(dir, "prune", fact{"older_than_months", months}, fact{"runs", len(gone)})
}

// busy says that a scan is running on a state folder.
func (a *app) busy(dir string) error {
	return usageError(a.t("Wait for it to end, or give this one a folder of its own with --state.", "Attendez sa fin, ou donnez à celle-ci un autre dossier avec --state."),
		a.t("another scan is running on the state folder %q", "une autre analyse est en cours sur le dossier d'état %q"), dir)
}
