package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"recense/bench/synth"
	"recense/report/attestation"
	"recense/report/inventory"
	"recense/report/register"
	"recense/scanner"
	"recense/scanner/journal"
)

func (a *app) newTemoin() *cobra.Command {
	c := &cobra.Command{
		Use:   "temoin",
		Short: a.t("witnesses: synthetic files whose absence from the results shows a blind scan", "témoins : des fichiers synthétiques dont l'absence des résultats révèle une analyse aveugle"),
		Long: a.t("The owner of a source puts witnesses in place and lists them in the register; a run that does\nnot detect one says so and ends with 3. Witnesses are left out of every count and verdict.",
			"Le responsable d'une source met en place des témoins et les inscrit au registre ; une analyse\nqui n'en détecte pas un le dit et se termine par 3. Les témoins sont hors de tout décompte."),
	}
	plant := &cobra.Command{
		Use:   "plant FOLDER",
		Short: a.t("write witnesses into a folder, for the owner of a source to put in place", "écrire des témoins dans un dossier, que le responsable d'une source mettra en place"),
		Long: a.t(`plant writes synthetic, marked files (values with right keys that nobody holds) and the
SQL of a table, and prints the lines of the register. No file is replaced. recense never
writes into a source: the owner copies them there.

Exit codes: 0 done, 2 usage, or a file that is there already.`,
			`plant écrit des fichiers synthétiques et marqués (valeurs aux clés justes que personne
ne porte) et le SQL d'une table, et affiche les lignes du registre. Aucun fichier n'est
remplacé. recense n'écrit jamais dans une source : son responsable les y copie.

Codes de sortie : 0 fait, 2 usage, ou fichier déjà présent.`),
		Args: a.atLeast(1, "temoin plant needs a FOLDER", "temoin plant demande un DOSSIER"),
		RunE: func(_ *cobra.Command, args []string) error { return a.plant(args[0]) },
	}
	var o documentOptions
	var state string
	check := &cobra.Command{
		Use:   "check [RUN] --register FILE",
		Short: a.t("look for the witnesses of the register in a run", "chercher les témoins du registre dans une analyse"),
		Long: a.t("check looks for each witness of the register in a run, the last one by default.\n\nExit codes: 0 all detected, 2 usage or no witness, 3 one was missed.",
			"check cherche chaque témoin du registre dans une analyse, par défaut la dernière.\n\nCodes de sortie : 0 tous détectés, 2 usage ou aucun témoin, 3 un témoin manque."),
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.checkWitnesses(c.Context(), state, strings.Join(args, ""), &o)
		},
	}
	a.registerFlags(check.Flags(), &o)
	check.Flags().StringVar(&state, "state", "", a.t("state folder", "dossier d'état"))
	for _, s := range []*cobra.Command{plant, check} {
		s.Flags().BoolP("help", "h", false, a.t("show this help", "afficher cette aide"))
		c.AddCommand(s)
	}
	return c
}

const witnessMark = "TEMOIN RECENSE : donnees synthetiques, aucune personne reelle"

// plant writes one witness per way of reading: delimited text, prose, an archive.
func (a *app) plant(folder string) error {
	g := synth.New(2026)
	var table, rows strings.Builder
	fmt.Fprintf(&table, "nom;nir;courriel;remarque\n")
	fmt.Fprintf(&rows, "-- %s\nCREATE TABLE temoin_recense (nom VARCHAR(60), nir CHAR(15), remarque VARCHAR(80));\n", witnessMark)
	for i := range 20 {
		nir := g.NIR(g.Birth())
		fmt.Fprintf(&table, "TEMOIN%02d;%s;temoin%02d@example.org;%s\n", i, nir, i, witnessMark)
		fmt.Fprintf(&rows, "INSERT INTO temoin_recense VALUES ('TEMOIN%02d', '%s', '%s');\n", i, nir, witnessMark)
	}
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	w, err := z.Create("temoin-recense.csv")
	if err == nil {
		_, err = w.Write([]byte(table.String()))
	}
	if e := z.Close(); err == nil {
		err = e
	}
	if err != nil {
		return &exitError{code: exitAborted, err: errors.New("the archive cannot be made")}
	}
	fmt.Fprintln(a.out, "witnesses:")
	for _, f := range []struct {
		id, name string
		data     []byte
	}{
		{"temoin-csv", "temoin-recense.csv", []byte(table.String())},
		{"temoin-texte", "temoin-recense.txt", fmt.Appendf(nil, "%s.\n\nNuméro de sécurité sociale de l'assuré : %s.\n", witnessMark, g.NIR(g.Birth()))},
		{"temoin-archive", "temoin-recense.zip", archive.Bytes()},
		{"", "temoin-recense.sql", []byte(rows.String())},
	} {
		if err := writeNew(filepath.Join(folder, f.name), f.data); err != nil {
			return usageError("", "%w", err)
		}
		if f.id != "" {
			fmt.Fprintf(a.out, "  - {id: %s, path: /%s}\n", f.id, f.name)
		}
	}
	return nil
}

func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return fileError("create", path, err)
	}
	_, err = f.Write(data)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fileError("write", path, err)
	}
	return nil
}

// witnessesOf looks in a run for the witnesses of its sources; none without a register.
func (a *app) witnessesOf(ctx context.Context, jr *journal.Journal, run scanner.Run, o *documentOptions) ([]attestation.Witness, error) {
	reg, err := a.registerOf(o)
	if err != nil || reg == nil {
		return nil, err
	}
	var list []attestation.Witness
	at := map[[2]string]int{}
	for _, source := range sourceNames(run) {
		if s := reg.Source(source); s != nil {
			for _, w := range s.Witnesses {
				at[[2]string{source, w.ID}] = len(list)
				list = append(list, attestation.Witness{ID: w.ID, Source: source})
			}
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	results, err := jr.Results(run.ID)
	if err != nil {
		return nil, err
	}
	return list, a.lookForWitnesses(ctx, results, reg, func(l *inventory.Location, w *register.Witness) {
		if i, ok := at[[2]string{l.Source, w.ID}]; ok && register.Detected(l) {
			list[i].Detected = true
		}
	})
}

func (a *app) lookForWitnesses(ctx context.Context, results scanner.Results, reg *register.Register, fn func(*inventory.Location, *register.Witness)) error {
	engine, tax, err := engineOf(results.Run())
	if err != nil {
		return err
	}
	return walk(ctx, results, engine, tax, inventory.Options{Assess: func(l *inventory.Location) {
		if w := reg.Witness(l); w != nil {
			fn(l, w)
		}
	}})
}

func missed(list []attestation.Witness) []string {
	var out []string
	for _, w := range list {
		if !w.Detected {
			out = append(out, w.ID)
		}
	}
	return out
}

func (a *app) checkWitnesses(ctx context.Context, state, run string, o *documentOptions) error {
	if o.Register == "" {
		return usageError("", "%s", a.t("temoin check needs --register", "temoin check demande --register"))
	}
	_, jr, results, err := a.openRun(state, run)
	if err != nil {
		return err
	}
	defer jr.Close()
	list, err := a.witnessesOf(ctx, jr, results.Run(), o)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return usageError("", "%s", a.t("the register has no witness in the sources of this run", "le registre n'a pas de témoin dans les sources de cette analyse"))
	}
	for _, w := range list {
		word := a.t("detected", "détecté")
		if !w.Detected {
			word = a.t("not detected: results to be taken as incomplete", "Fichier témoin non détecté : résultats à considérer comme incomplets.")
		}
		fmt.Fprintf(a.out, "%s\t%s\t%s\n", w.Source, w.ID, word)
	}
	if len(missed(list)) > 0 {
		return quiet(exitIncomplete)
	}
	return nil
}
