package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"recense/detectors"
	"recense/report"
	"recense/report/arrow"
	"recense/report/inventory"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/scanner"
	"recense/scanner/journal"
)

type subjectsOptions struct {
	out, state, keyFile, config string
	workers                     int
}

func (a *app) newSubjects() *cobra.Command {
	var o subjectsOptions
	c := &cobra.Command{
		Use:   "subjects TARGET… --out FILE",
		Short: a.t("a restricted table of keyed identifiers of persons: to answer requests and count persons without reading again", "une table restreinte d'identifiants à clé de personnes : répondre aux demandes et compter les personnes sans relire"),
		Long: a.t(`subjects reads the targets again for what identifies persons, and writes one table
(Arrow): location, detector, keyed identifier of the value (HMAC-SHA-256 under the
installation key), occurrences. It is pseudonymised personal data: written only when this
command asks for it, for its owner only, to a place of its own and never beside other
documents; destroying the key makes it unusable. What it read is kept nowhere else, and
places under the fight against money laundering are left out. Each call is audited.

recense subject --subjects FILE and recense breach --subjects FILE use it.

Exit codes: 0 done, 2 usage, 3 something could not be read, 4 it could not be written,
5 a source could not be reached, 130 interrupted.`,
			`subjects relit les cibles pour ce qui identifie des personnes, et écrit une table
(Arrow) : emplacement, détecteur, identifiant à clé de la valeur (HMAC-SHA-256 sous la
clé d'installation), occurrences. Ce sont des données personnelles pseudonymisées :
écrites seulement quand cette commande le demande, pour leur seul propriétaire, dans un
endroit à part et jamais à côté d'autres documents ; détruire la clé les rend
inutilisables. Ce qui a été lu n'est gardé nulle part ailleurs, et les emplacements de
lutte contre le blanchiment sont laissés de côté. Chaque appel est journalisé.

recense subject --subjects FICHIER et recense breach --subjects FICHIER s'en servent.

Codes de sortie : 0 fait, 2 usage, 3 lecture incomplète, 4 table non écrite, 5 source
injoignable, 130 interrompu.`),
		Example: "  recense subjects /srv/partage --out /srv/restreint/subjects.arrow",
		Args:    a.atLeast(1, "subjects needs a TARGET", "subjects demande une CIBLE"),
		RunE:    func(c *cobra.Command, args []string) error { return a.subjects(c.Context(), args, &o) },
	}
	f := c.Flags()
	f.StringVarP(&o.out, "out", "o", "", a.t("the table", "la table"))
	f.StringVar(&o.config, "config", "", a.t("configuration file", "fichier de configuration"))
	f.StringVar(&o.state, "state", "", a.t("state folder", "dossier d'état"))
	f.StringVar(&o.keyFile, "key-file", "", a.t("installation key to use instead of the one in the state folder", "clé d'installation à employer au lieu de celle du dossier d'état"))
	f.IntVar(&o.workers, "workers", 0, a.t("worker processes (default: one per processor)", "processus de travail (par défaut : un par processeur)"))
	return c
}

// subjectKinds are the detectors of values that identify a person.
func subjectKinds(tax *taxonomy.Taxonomy) (kinds []string) {
	for _, d := range detectors.All() {
		row := tax.Detector(d.Kind)
		if row != nil && d.Normal != nil && (tax.In(row.Category, "@identifying") || row.Category == "bank_details") {
			kinds = append(kinds, string(d.Kind))
		}
	}
	slices.Sort(kinds)
	return kinds
}

func (a *app) subjects(ctx context.Context, targets []string, o *subjectsOptions) error {
	if o.out == "" {
		return usageError("", "%s", a.t("subjects needs --out FILE", "subjects demande --out FICHIER"))
	}
	dir := filepath.Dir(o.out)
	if exists(filepath.Join(dir, "run.json")) || exists(filepath.Join(dir, "inventory.arrow")) {
		return usageError("", "%s", a.t("the table goes to a place of its own, not beside other documents", "la table va dans un endroit à part, pas à côté d'autres documents"))
	}
	tax, err := taxonomy.Load()
	if err != nil {
		return err
	}
	kinds := subjectKinds(tax)
	only := slices.Clone(kinds)
	for _, d := range tax.Detectors { // their places are left out
		if d.Category == "aml" && slices.ContainsFunc(detectors.All(), func(x *detectors.Detector) bool { return x.Kind == d.ID }) {
			only = append(only, string(d.ID))
		}
	}
	j, err := a.newJob(scanOptions{
		Out: dir, Config: o.config, State: o.state, KeyFile: o.keyFile, Workers: o.workers, Only: only,
		Findings: "all", FindingsMax: 1 << 40, MinScore: detectors.ScorePossible, Quiet: true, Documents: documentOptions{Audience: "aml"},
	}, targets)
	if err != nil {
		return err
	}
	defer j.close()
	if len(j.sources) == 0 {
		return quiet(exitUnreachable)
	}
	if err := os.MkdirAll(j.state, 0o700); err != nil {
		return usageError("", "%w", fileError("make", j.state, err))
	}
	if err := a.audit(j.state, "subjects", fact{"sources", len(j.sources)}, fact{"key_id", j.key.ID()}); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	folder, err := os.MkdirTemp(j.state, "subject-")
	if err != nil {
		return &exitError{code: exitAborted, err: errors.New("the state folder cannot be written")}
	}
	defer os.RemoveAll(folder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return usageError("", "%w", fileError("make", dir, err))
	}
	return a.indexSubjects(ctx, j, folder, o.out, kinds, tax)
}

// indexSubjects scans into a journal in folder, and writes the table from it.
func (a *app) indexSubjects(ctx context.Context, j *job, folder, out string, kinds []string, tax *taxonomy.Taxonomy) error {
	a.collectLate()
	jr, err := journal.Open(filepath.Join(folder, "journal.db"))
	if err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	defer jr.Close()
	run := j.describe(a)
	engine, err := j.engine(jr, run.ID)
	if err != nil {
		return err
	}
	opt, err := j.scannerOptions(a, jr, run)
	if err != nil {
		return err
	}
	opt.State, opt.Subjects = folder, true
	run, err = scanner.Scan(ctx, j.sources, engine, opt)
	switch {
	case err != nil:
		return &exitError{code: exitAborted, err: err}
	case run.State != scanner.Complete:
		return quiet(exitInterrupted)
	}
	run.Failures = append(run.Failures, j.failures...)
	results, err := jr.Results(run.ID)
	if err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	inv, err := inventory.New(results, engine, tax, inventory.Options{Audience: "aml"})
	if err != nil {
		return err
	}
	n := int64(0)
	err = arrow.WriteSubjects(out, j.key.ID(), kinds, report.Input{Inventory: inv}, func(add func(arrow.Subject)) error {
		return inv.Walk(ctx, func(l *inventory.Location) error { return subjectRows(l, kinds, &n, add) })
	})
	if err != nil {
		return &exitError{code: exitAborted, err: fmt.Errorf("subjects: %w", err)}
	}
	fmt.Fprintf(a.err, a.t("%s: %d rows, key %s\n", "%s : %d lignes, clé %s\n"), out, n, j.key.ID())
	return a.searched(&run)
}

// searched ends a search with the exit code of its run, and tells what it could not read:
// nothing found there says nothing.
func (a *app) searched(run *scanner.Run) error {
	code := scanner.ExitCodes(run, false, false)[0]
	switch code {
	case exitUsage:
		return usageError("", "%s", a.t("nothing to read was found in the targets", "rien à lire dans les cibles"))
	case exitIncomplete:
		a.say(a.t("the search is incomplete: ", "la recherche est incomplète : ") + words.CoverageLine(a.lang, run))
	}
	return quiet(code)
}

// subjectRows gives the rows of a location, sorted; none of one of the fight against
// money laundering. It holds 20 bytes for each different value of the location.
func subjectRows(l *inventory.Location, kinds []string, n *int64, add func(arrow.Subject)) error {
	if slices.ContainsFunc(l.Inventory, func(r inventory.InventoryRow) bool { return r.Category == "aml" }) {
		return nil
	}
	counts := map[string]map[[16]byte]int32{}
	for f, err := range l.Findings() {
		if err != nil {
			return err
		}
		if f.Subject == [16]byte{} || !slices.Contains(kinds, f.Detector) {
			continue
		}
		if counts[f.Detector] == nil {
			counts[f.Detector] = map[[16]byte]int32{}
		}
		counts[f.Detector][f.Subject]++
	}
	for _, kind := range kinds {
		values := make([][16]byte, 0, len(counts[kind]))
		for v := range counts[kind] {
			values = append(values, v)
		}
		slices.SortFunc(values, func(a, b [16]byte) int { return slices.Compare(a[:], b[:]) })
		for _, v := range values {
			add(arrow.Subject{Location: l.ID, Detector: kind, Value: v, Occurrences: counts[kind][v]})
			*n++
		}
	}
	return nil
}
