package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"recense/report"
	"recense/report/excel/registerbook"
	"recense/report/taxonomy"
)

func (a *app) newRegisterExport() *cobra.Command {
	var out, policy string
	var force bool
	c := &cobra.Command{
		Use:   "export FILE --xlsx WORKBOOK",
		Short: a.t("write the register as a workbook: flat sheets and a fiche per processing", "écrire le registre en classeur : feuilles à plat et une fiche par traitement"),
		Long: a.t(`export writes a register as a workbook: flat sheets that register import reads
back, and a sheet "Fiche REF" per processing in the order of the CNIL template, to
be read and handed over. While the register does not have the analysis itself as a
processing, a draft fiche for it is added.

Exit codes: 0 done, 2 a wrong register, usage, or a workbook that is there already.`,
			`export écrit un registre en classeur : des feuilles à plat que register import
relit, et une feuille « Fiche RÉF » par traitement, dans l'ordre du modèle de la
CNIL, à lire et à remettre. Tant que l'analyse elle-même n'est pas un traitement du
registre, un projet de fiche pour elle est ajouté.

Codes de sortie : 0 fait, 2 registre incorrect, usage, ou classeur déjà présent.`),
		Example: "  recense register export registre.yaml --xlsx registre.xlsx",
		Args:    a.atLeast(1, "register export needs a FILE", "register export demande un FICHIER"),
		RunE: func(_ *cobra.Command, args []string) error {
			if out == "" {
				return usageError("", "%s", a.t("register export needs --xlsx WORKBOOK", "register export demande --xlsx CLASSEUR"))
			}
			return a.exportRegister(args[0], policy, out, force)
		},
	}
	c.Flags().StringVar(&out, "xlsx", "", a.t("workbook to write", "classeur à écrire"))
	a.bookFlags(c, &policy, &force)
	return c
}

func (a *app) newRegisterImport() *cobra.Command {
	var in, out, policy string
	var force bool
	c := &cobra.Command{
		Use:   "import --xlsx WORKBOOK",
		Short: a.t("read a workbook back into the file of the register", "relire un classeur vers le fichier du registre"),
		Long: a.t(`import reads the flat sheets of a workbook written by register export, changed in
any spreadsheet program, and writes the register as a YAML file: to standard output,
or to the file given with -o. The register is checked whole; each problem names its
sheet and cell. Sheets "Fiche …" and columns in italics are not read.

Exit codes: 0 done, 2 problems, usage, or a file that is there already.`,
			`import relit les feuilles à plat d'un classeur écrit par register export, modifié
dans un tableur, et écrit le registre en fichier YAML : sur la sortie standard, ou
dans le fichier donné par -o. Le registre est vérifié en entier ; chaque problème
nomme sa feuille et sa cellule. Les feuilles « Fiche … » et les colonnes en italique
ne sont pas relues.

Codes de sortie : 0 fait, 2 des problèmes, usage, ou fichier déjà présent.`),
		Example: "  recense register import --xlsx registre.xlsx -o registre.yaml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if in == "" {
				return usageError("", "%s", a.t("register import needs --xlsx WORKBOOK", "register import demande --xlsx CLASSEUR"))
			}
			return a.importRegister(in, policy, out, force)
		},
	}
	c.Flags().StringVar(&in, "xlsx", "", a.t("workbook to read", "classeur à lire"))
	c.Flags().StringVarP(&out, "out", "o", "", a.t("file to write (default: standard output)", "fichier à écrire (par défaut : sortie standard)"))
	a.bookFlags(c, &policy, &force)
	return c
}

func (a *app) bookFlags(c *cobra.Command, policy *string, force *bool) {
	c.Flags().StringVar(policy, "policy", "", a.t("policy of a register that names none", "politique d'un registre qui n'en nomme pas"))
	c.Flags().BoolVar(force, "force", false, a.t("replace a file that is there already", "remplacer un fichier déjà présent"))
}

func (a *app) exportRegister(path, policy, out string, force bool) error {
	tax, err := taxonomy.Load()
	if err != nil {
		return err
	}
	r, err := a.readRegister(path, policy, tax)
	if err != nil {
		return usageError("", "%w", err)
	}
	return a.writeFile(out, force, func(w io.Writer) error { return registerbook.Write(w, r, tax, a.docs) })
}

func (a *app) importRegister(path, policy, out string, force bool) error {
	tax, err := taxonomy.Load()
	if err != nil {
		return err
	}
	data, err := readSmall(path)
	if err != nil {
		return usageError("", "%w", err)
	}
	text, err := registerbook.Import(path, data, tax, policy, policiesBeside(path))
	if err != nil {
		return usageError("", "%w", err)
	}
	return a.writeFile(out, force, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// policiesBeside finds the policies that a register names by a file: they lie
// beside it.
func policiesBeside(path string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(path), name)
		}
		return readSmall(name)
	}
}

// writeFile writes a file whole or not at all, to standard output without a name.
// A file that is there already is replaced only when forced.
func (a *app) writeFile(path string, force bool, write func(io.Writer) error) error {
	if path == "" || path == "-" {
		return write(a.out)
	}
	if _, err := os.Lstat(path); !force && !errors.Is(err, os.ErrNotExist) {
		return usageError(a.t("--force replaces it.", "--force le remplace."), a.t("%q is there already", "%q est déjà présent"), path)
	}
	if err := report.Single(filepath.Dir(path), filepath.Base(path), write); err != nil {
		return &exitError{code: exitAborted, err: fmt.Errorf("write %q: %w", path, err)}
	}
	return nil
}
