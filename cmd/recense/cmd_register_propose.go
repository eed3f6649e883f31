package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"recense/detectors"
	"recense/report/inventory"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/scanner"
)

type proposeOptions struct {
	documentOptions
	out, state string
	force      bool
}

func (a *app) newRegisterPropose() *cobra.Command {
	var o proposeOptions
	c := &cobra.Command{
		Use:   "propose [RUN] --register FILE",
		Short: a.t("write what was found and is not declared as a second register file, to be merged by hand", "écrire ce qui a été trouvé et n'est pas déclaré en second fichier de registre, à reporter à la main"),
		Long: a.t(`propose writes a second register file from a run (the last one by default):
categories that a processing does not declare, folders that belong to no processing,
and the draft of a processing for the analysis itself. It passes register check. The
register is not changed. Without --register it is a first draft of one.

Exit codes: 0 done, 2 usage, a wrong register or an unknown run.`,
			`propose écrit un second fichier de registre d'après une analyse (la dernière par
défaut) : catégories qu'un traitement ne déclare pas, dossiers rattachés à aucun
traitement, et un projet de traitement pour l'analyse elle-même. Il passe register
check. Le registre n'est pas modifié. Sans --register, c'est un premier projet.

Codes de sortie : 0 fait, 2 usage, registre incorrect ou analyse inconnue.`),
		Example: "  recense register propose --register registre.yaml -o proposition.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.propose(c.Context(), strings.Join(args, ""), o)
		},
	}
	f := c.Flags()
	a.registerFlags(f, &o.documentOptions)
	f.StringVarP(&o.out, "out", "o", "", a.t("file to write (default: standard output)", "fichier à écrire (par défaut : sortie standard)"))
	f.StringVar(&o.state, "state", "", a.t("state folder", "dossier d'état"))
	f.StringVar(&o.Audience, "audience", "general", a.t("general, medical or aml", "general, medical ou aml"))
	f.BoolVar(&o.force, "force", false, a.t("replace a file that is there already", "remplacer un fichier déjà présent"))
	return c
}

func (a *app) propose(ctx context.Context, run string, o proposeOptions) error {
	if _, err := o.check(a); err != nil {
		return err
	}
	reg, err := a.registerOf(&o.documentOptions)
	if err != nil {
		return err
	}
	if reg == nil {
		reg = &register.Register{}
	}
	state, jr, results, err := a.openRun(o.state, run)
	if err != nil {
		return err
	}
	defer jr.Close()
	if o.Audience != "general" {
		if err := a.audit(state, "propose", fact{"audience", o.Audience}, fact{"scan_id", results.Run().ID}); err != nil {
			return &exitError{code: exitAborted, err: err}
		}
	}
	engine, tax, err := engineOf(results.Run())
	if err != nil {
		return err
	}
	uris := map[string]string{}
	for _, t := range results.Run().Targets {
		uris[t.Source] = t.URI
	}
	p := register.NewProposal(tax, reg, o.Audience, uris)
	p.Identities = map[string]string{}
	for _, t := range results.Run().Targets {
		p.Identities[t.Source] = results.Run().Params[identityParam(t.Source)]
	}
	for _, look := range []func(*inventory.Location){p.Observe, p.Add} {
		if err := walk(ctx, results, engine, tax, inventory.Options{Audience: o.Audience, Assess: look}); err != nil {
			return &exitError{code: exitAborted, err: err}
		}
	}
	text, err := p.YAML(register.Day(results.Run().Started).Format("02/01/2006"), results.Run().ID)
	if err != nil {
		return err
	}
	return a.writeFile(o.out, o.force, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// walk goes over the locations of a run for what opt.Assess makes of them.
func walk(ctx context.Context, results scanner.Results, engine *detectors.Engine, tax *taxonomy.Taxonomy, opt inventory.Options) error {
	inv, err := inventory.New(results, engine, tax, opt)
	if err != nil {
		return err
	}
	return inv.Walk(ctx, func(*inventory.Location) error { return nil })
}
