package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"recense/cmd/recense/internal/config"
	"recense/cmd/recense/internal/doctor"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/sources"
	"recense/sources/databases"
)

func (a *app) newDoctor() *cobra.Command {
	var o struct {
		state, config string
		workers       int
		json          bool
	}
	c := &cobra.Command{
		Use:   "doctor [TARGET…]",
		Short: a.t("look at what a scan depends on, before it", "regarder ce dont dépend une analyse, avant elle"),
		Long: a.t(`doctor looks at the account and its rights, the isolation that the kernel offers,
memory, limits, the state folder, the clock, Tesseract, and for each TARGET whether
it can be reached and listed and how it is mounted; for a database, what the account cannot
see whole. It opens no file and no table of a target and changes nothing.

Exit codes:
  0  nothing stands in the way; warnings may be shown
  2  a scan would not start
  3  a scan would miss something
  5  a target cannot be reached`,
			`doctor regarde le compte et ses droits, l'isolation qu'offre le noyau, la mémoire,
les limites, le dossier d'état, l'horloge, Tesseract, et pour chaque CIBLE si elle
peut être atteinte et listée et comment elle est montée ; pour une base, ce que le compte ne
voit pas en entier. Aucun fichier ni table d'une cible n'est ouvert, rien n'est modifié.

Codes de sortie :
  0  rien ne s'oppose à une analyse ; des avertissements sont possibles
  2  une analyse ne commencerait pas
  3  une analyse manquerait quelque chose
  5  une cible ne peut pas être atteinte`),
		Example: "  recense doctor /srv/partage\n  recense doctor --json postgres://lecteur@srv-base/prestations",
		RunE: func(c *cobra.Command, args []string) error {
			conf, err := a.readConfig(o.config)
			if err != nil {
				return err
			}
			if !c.Flags().Changed("workers") {
				o.workers = conf.Workers
			}
			opt := doctor.Options{Version: "recense " + version + revision(), Workers: o.workers, Memory: limitsOf(conf.Limits).Defaults().Memory, Say: a.t, Now: a.now()}
			if opt.State, err = a.stateFolder(o.state); err != nil {
				return err
			}
			found := append(doctor.Machine(opt), a.recognitionFound())
			for _, t := range args {
				found = append(found, a.lookAt(c.Context(), opt, conf, t)...)
			}
			return a.tell(found, o.json)
		},
	}
	f := c.Flags()
	a.configFlag(f, &o.config)
	f.StringVar(&o.state, "state", "", a.t("state folder: journal and keys (default ~/.local/state/recense)", "dossier d'état : journal et clés (par défaut ~/.local/state/recense)"))
	f.IntVar(&o.workers, "workers", 0, a.t("worker processes (default: one per processor)", "processus de travail (par défaut : un par processeur)"))
	f.BoolVar(&o.json, "json", false, a.t("one JSON object a finding", "un objet JSON par constat"))
	return c
}

// lookAt looks at one target: a path, a database, or the name of a source.
func (a *app) lookAt(ctx context.Context, o doctor.Options, conf config.Config, t string) []doctor.Finding {
	named, ok := conf.Source(t)
	if ok {
		t = named.Target
	}
	if databases.IsURL(t) {
		return a.lookAtDatabase(ctx, conf, named, t)
	}
	path, err := filepath.Abs(strings.TrimPrefix(t, "file://"))
	if err != nil {
		return []doctor.Finding{{Check: "target", Level: doctor.Absent, Text: t}}
	}
	return doctor.Target(o, path)
}

// maxUnseen is how many tables and columns are named that an account cannot see.
const maxUnseen = 50

// lookAtDatabase connects, and asks the catalogue what the account cannot see.
func (a *app) lookAtDatabase(ctx context.Context, conf config.Config, named config.Source, t string) []doctor.Finding {
	f := doctor.Finding{Check: "target", Level: doctor.Absent}
	opt, err := databases.Parse(t, a.getenv)
	if err == nil && named.Credentials != nil {
		opt.Settings["password"], err = named.Credentials.Secret(ctx, a.getenv)
	}
	opt.Name, opt.Limits, opt.Include, opt.Exclude = "database", sources.Limits{}, named.Include, named.Exclude
	var s *databases.Source
	if err == nil {
		s, err = databases.New(opt)
	}
	if err != nil {
		f.Level, f.Text = doctor.Blocked, a.t("database: ", "base : ")+err.Error()
		return []doctor.Finding{f}
	}
	defer s.Close()
	switch err := s.Check(ctx); {
	case err != nil:
		f.Text = s.URI() + ": " + err.Error()
		return []doctor.Finding{f}
	case s.MayWrite():
		f.Level, f.Text = doctor.Warning, s.URI()+a.t(": connected; the account may change it", " : connexion établie ; le compte peut la modifier")
		f.Hint = a.t("An account that only reads is enough.", "Un compte en lecture seule suffit.")
	default:
		f.Level, f.Text = doctor.Fine, s.URI()+a.t(": connected, for reading alone", " : connexion établie, en lecture seule")
	}
	if s.ListInWorker() { // a file: who may open it sees all of it, and only workers read it
		return []doctor.Finding{f}
	}
	tax, err := taxonomy.Load()
	if err != nil {
		return append([]doctor.Finding{f}, doctor.Finding{Check: "rights", Level: doctor.Gap, Text: err.Error()})
	}
	found, n := []doctor.Finding{f}, 0
	tables, err := s.Survey(ctx, func(u databases.Unseen) {
		if n++; n <= maxUnseen {
			found = append(found, a.unseen(tax, s.URI(), u))
		}
	})
	switch {
	case err != nil:
		found = append(found, doctor.Finding{Check: "rights", Level: doctor.Gap, Text: s.URI() + a.t(": cannot be listed: ", " : impossible à lister : ") + err.Error()})
	case n > maxUnseen:
		found = append(found, doctor.Finding{Check: "rights", Level: doctor.Gap, Text: fmt.Sprintf(a.t("%s: %d more tables or columns cannot be seen whole", "%s : %d autres tables ou colonnes ne se voient pas en entier"), s.URI(), n-maxUnseen)})
	case n == 0:
		found = append(found, doctor.Finding{Check: "rights", Level: doctor.Fine, Text: fmt.Sprintf(a.t("%s: %d tables, the account sees all of them whole", "%s : %d tables, le compte les voit toutes en entier"), s.URI(), tables)})
	}
	return found
}

// unseen tells about a table or a column that the account does not see as it is.
func (a *app) unseen(tax *taxonomy.Taxonomy, uri string, u databases.Unseen) doctor.Finding {
	at := uri + "/" + u.Table
	if u.Column != "" {
		at += " (" + u.Column + ")"
	}
	return doctor.Finding{Check: "rights", Level: doctor.Gap, Text: at + a.t(": ", " : ") + words.Reason(a.lang, tax, u.Reason)}
}

// tell prints the findings and settles the exit code.
func (a *app) tell(found []doctor.Finding, asJSON bool) error {
	code := exitOK
	for _, f := range found {
		code = worse(code, f.Level)
		if asJSON {
			b, err := json.Marshal(f)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.out, "%s\n", b)
			continue
		}
		fmt.Fprintf(a.out, "%-12s %s\n", a.levelName(f.Level), f.Text)
		if f.Hint != "" {
			fmt.Fprintf(a.out, "%-12s %s\n", "", f.Hint)
		}
	}
	if runtime.GOOS != "linux" && !asJSON {
		fmt.Fprintln(a.out, a.t("Much of this is looked at on Linux only.", "Une grande partie n'est regardée que sous Linux."))
	}
	return quiet(code)
}

// worse returns the exit code that counts: 5 before 2 before 3 before 0.
func worse(code int, l doctor.Level) int {
	rank := map[int]int{exitOK: 0, exitIncomplete: 1, exitUsage: 2, exitUnreachable: 3}
	other := map[doctor.Level]int{doctor.Gap: exitIncomplete, doctor.Blocked: exitUsage, doctor.Absent: exitUnreachable}[l]
	if rank[other] > rank[code] {
		return other
	}
	return code
}

func (a *app) levelName(l doctor.Level) string {
	switch l {
	case doctor.Fine:
		return "ok"
	case doctor.Warning:
		return a.t("warning", "attention")
	case doctor.Gap:
		return a.t("gap", "lacune")
	case doctor.Blocked:
		return a.t("blocked", "bloquant")
	}
	return a.t("unreachable", "injoignable")
}
