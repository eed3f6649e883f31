package main

import (
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"recense/report/excel/registerbook"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/scanner/journal"
)

func (a *app) newExceptions() *cobra.Command {
	c := &cobra.Command{
		Use:   "exceptions",
		Short: a.t("decisions on gaps: read them back from the workbook", "les décisions sur les écarts : les relire du classeur"),
		Long: a.t("exceptions works with the decisions on gaps that a register holds.",
			"exceptions travaille sur les décisions, dans le registre, au sujet des écarts."),
	}
	var register, out, state string
	var force bool
	imp := &cobra.Command{
		Use:   "import WORKBOOK --register FILE",
		Short: a.t("read the sheet Décisions of a workbook into the exceptions of a register", "relire la feuille Décisions d'un classeur vers les exceptions d'un registre"),
		Long: a.t(`import reads the rows of the sheet Décisions of inventaire-RUN.xlsx that have a
decision, and writes the register with them among its exceptions: to standard output,
or to the file given with -o. The register itself is not changed; its comments are
kept. A decision on the same finding is replaced; none is removed. What is accepted
or a false positive needs a reason and who decided, what is accepted an end date:
each problem names its sheet and cell.

Exit codes: 0 done, 2 problems, usage, or a file that is there already.`,
			`import relit les lignes de la feuille Décisions d'inventaire-ANALYSE.xlsx qui portent
une décision, et écrit le registre avec elles parmi ses exceptions : sur la sortie
standard, ou dans le fichier donné par -o. Le registre lui-même n'est pas modifié ;
ses commentaires sont gardés. Une décision sur le même constat est remplacée ; aucune
n'est retirée. Ce qui est accepté ou faux positif demande un motif et un auteur, ce
qui est accepté une fin de validité : chaque problème nomme sa feuille et sa cellule.

Codes de sortie : 0 fait, 2 des problèmes, usage, ou fichier déjà présent.`),
		Example: "  recense exceptions import inventaire-20261129T070949-4bb018.xlsx --register registre.yaml -o nouveau.yaml",
		Args:    a.atLeast(1, "exceptions import needs a WORKBOOK", "exceptions import demande un CLASSEUR"),
		RunE: func(_ *cobra.Command, args []string) error {
			if register == "" {
				return usageError("", "%s", a.t("exceptions import needs --register FILE", "exceptions import demande --register FICHIER"))
			}
			return a.importExceptions(args[0], register, out, state, force)
		},
	}
	imp.Flags().StringVar(&register, "register", "", a.t("register of processings", "registre des traitements"))
	imp.Flags().StringVarP(&out, "out", "o", "", a.t("file to write (default: standard output)", "fichier à écrire (par défaut : sortie standard)"))
	imp.Flags().StringVar(&state, "state", "", a.t("state folder", "dossier d'état"))
	imp.Flags().BoolVar(&force, "force", false, a.t("replace a file that is there already", "remplacer un fichier déjà présent"))
	imp.Flags().BoolP("help", "h", false, a.t("show this help", "afficher cette aide"))
	c.AddCommand(imp)
	return c
}

func (a *app) importExceptions(workbook, path, out, state string, force bool) error {
	tax, err := taxonomy.Load()
	if err != nil {
		return err
	}
	reg, err := a.readRegister(path, "", tax)
	if err != nil {
		return usageError("", "%w", err)
	}
	data, err := readSmall(workbook)
	if err != nil {
		return usageError("", "%w", err)
	}
	read, err := registerbook.ImportDecisions(workbook, data, tax)
	if err != nil {
		return usageError("", "%w", err)
	}
	all, added, changed := registerbook.Merge(reg.Exceptions, read)
	old, err := os.ReadFile(path)
	if err != nil {
		return usageError("", "%w", fileError("read", path, err))
	}
	text, err := register.WithExceptions(old, all)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if _, err := register.Read(path, text, tax, "", policiesBeside(path)); err != nil {
		return usageError("", "%w", err)
	}
	if state, err = a.stateFolder(state); err != nil {
		return err
	}
	if err := a.audit(state, "exceptions", fact{"read", len(read)}, fact{"new", added}, fact{"changed", changed}); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	err = a.writeFile(out, force, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err == nil {
		fmt.Fprintf(a.err, a.t("decisions read: %d, new: %d, changed: %d\n", "décisions lues : %d, nouvelles : %d, modifiées : %d\n"), len(read), added, changed)
		a.doubtDecisions(state, read)
	}
	return err
}

// doubtDecisions tells what a person will want to look at again: decisions that have no
// effect any more, or never had any.
func (a *app) doubtDecisions(state string, read []register.Exception) {
	tell := func(e *register.Exception, en, fr string) {
		fmt.Fprintf(a.err, "recense: %s: %s\n", e.VerdictID, a.t(en, fr))
	}
	var known *journal.Verdicts
	if path := filepath.Join(state, "journal.db"); exists(path) {
		if jr, err := journal.Open(path); err == nil {
			defer jr.Close()
			if known, err = jr.Verdicts(); err == nil {
				defer known.Close()
			}
		}
	}
	if known != nil { // a state folder without any gap knows of none
		if some, err := known.Known("\xff"); err != nil || !some {
			known = nil
		}
	}
	for i := range read {
		e := &read[i]
		if !e.Until.IsZero() && e.Until.AddDate(0, 0, 1).Before(a.now()) {
			tell(e, "this decision has ended: the gap is told again", "cette décision a pris fin : l'écart est de nouveau signalé")
		}
		id, err := hex.DecodeString(e.VerdictID)
		if known == nil || err != nil || len(id) != 16 {
			continue
		}
		if _, ok, err := known.Find([16]byte(id)); err == nil && !ok {
			tell(e, "no run of this state folder told this gap: its number may be a wrong one", "aucune analyse de ce dossier d'état n'a donné ce constat : son numéro est peut-être faux")
		}
	}
}
