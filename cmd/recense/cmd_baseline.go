package main

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"recense/cmd/recense/internal/baseline"
	"recense/detectors"
	"recense/report/inventory"
)

type baselineOptions struct {
	state, file, by, reason, until string
	only                           []string
}

func (a *app) newBaseline() *cobra.Command {
	var o baselineOptions
	c := &cobra.Command{
		Use:   "baseline [RUN]",
		Short: a.t("accept what a run found, with who, why and until when", "accepter ce qu'une analyse a trouvé : qui, pourquoi, jusqu'à quand"),
		Long: a.t(`baseline prints a list, for scan --baseline, of what a run found (the last one by
default): each kind of data at each location by its keyed identifier, with the number
of matches, who accepts it, why and until when. With --baseline FILE the entries of
that list stay; what it does not have, or accepts no longer (its day is past, or there
is more of it), is accepted anew. The list names no place and no person found; it can
be kept with the configuration.

  recense baseline --by DPO --reason "archive légale" --until 2027-06-30 > baseline.yaml
  recense scan rh --baseline baseline.yaml --fail-on new

Exit codes: 0 done, 2 usage or unknown run.`,
			`baseline affiche une liste, pour scan --baseline, de ce qu'une analyse a trouvé (la
dernière par défaut) : chaque type de donnée à chaque emplacement par son identifiant à
clé, avec le nombre d'occurrences, qui l'accepte, pourquoi et jusqu'à quand. Avec
--baseline FICHIER les entrées de cette liste restent ; ce qu'elle n'a pas, ou n'accepte
plus (échu, ou trouvé en plus grand nombre), est accepté à nouveau.
La liste ne nomme ni lieu ni personne trouvée ; elle se garde avec la configuration.

  recense baseline --by DPO --reason "archive légale" --until 2027-06-30 > baseline.yaml
  recense scan rh --baseline baseline.yaml --fail-on new

Codes de sortie : 0 fait, 2 usage ou analyse inconnue.`),
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			run := ""
			if len(args) == 1 {
				run = args[0]
			}
			return a.baseline(c.Context(), run, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.state, "state", "", a.t("state folder", "dossier d'état"))
	f.StringVar(&o.file, "baseline", "", a.t("list to add to", "liste à compléter"))
	f.StringVar(&o.by, "by", "", a.t("who accepts", "qui accepte"))
	f.StringVar(&o.reason, "reason", "", a.t("why", "pourquoi"))
	f.StringVar(&o.until, "until", "", a.t("last day, such as 2027-06-30", "dernier jour, comme 2027-06-30"))
	f.StringSliceVar(&o.only, "only", nil, a.t("these kinds alone (KIND,…)", "ces types seulement (TYPE,…)"))
	return c
}

func (a *app) baseline(ctx context.Context, run string, o baselineOptions) error {
	if _, err := time.Parse(time.DateOnly, o.until); err != nil || o.by == "" || o.reason == "" {
		return usageError("", "%s", a.t("baseline needs --by, --reason and --until, a date such as 2027-06-30", "baseline demande --by, --reason et --until, une date comme 2027-06-30"))
	}
	if o.until < a.now().Format(time.DateOnly) {
		return usageError("", a.t("--until %s is past: it would accept nothing", "--until %s est passé : rien ne serait accepté"), o.until)
	}
	list := &baseline.File{}
	if o.file != "" {
		var err error
		if list, err = a.readBaseline(o.file); err != nil {
			return err
		}
	}
	known := baseline.New(list, a.now())
	_, jr, results, err := a.openRun(o.state, run)
	if err != nil {
		return err
	}
	defer jr.Close()
	engine, tax, err := engineOf(results.Run())
	if err != nil {
		return err
	}
	inv, err := inventory.New(results, engine, tax, inventory.Options{})
	if err != nil {
		return err
	}
	for _, kind := range o.only {
		if tax.Detector(detectors.Kind(kind)) == nil {
			return usageError(a.t("recense detectors lists them.", "recense detectors en donne la liste."), a.t("unknown detector %q", "détecteur inconnu %q"), kind)
		}
	}
	var fresh []baseline.Entry
	err = inv.Walk(ctx, func(l *inventory.Location) error {
		for i := range l.Inventory {
			r := &l.Inventory[i]
			id := inventory.AlertID(l.ID, r)
			if known.Find(id, r.Matches) != nil || !matters(r) || len(o.only) > 0 && !slices.Contains(o.only, r.Detector) {
				continue
			}
			fresh = append(fresh, baseline.Entry{ID: hex.EncodeToString(id[:]), Source: l.Source, Detector: r.Detector, Category: r.Category,
				Matches: r.Matches, By: o.by, Reason: o.reason, Until: o.until})
		}
		return nil
	})
	if err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	list.Accept(fresh)
	b, err := list.YAML()
	if err != nil {
		return err
	}
	_, err = a.out.Write(b)
	return err
}
