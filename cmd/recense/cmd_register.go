package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"recense/cmd/recense/internal/key"
	"recense/report/register"
	"recense/report/taxonomy"
)

func (a *app) registerFlags(f *pflag.FlagSet, o *documentOptions) {
	f.StringVar(&o.Register, "register", "", a.t("register of processings to compare with (YAML)", "registre des traitements à comparer (YAML)"))
	f.StringVar(&o.Policy, "policy", "", a.t("policy of a register that names none: an embedded one, or a file", "politique d'un registre qui n'en nomme pas : une politique fournie, ou un fichier"))
}

// registerOf reads and checks the register of the options, so that a wrong one
// stops the command before anything is scanned; nil without one.
func (a *app) registerOf(o *documentOptions) (*register.Register, error) {
	if o.Register == "" {
		if o.Policy != "" {
			return nil, usageError("", "%s", a.t("--policy goes with --register", "--policy va avec --register"))
		}
		return nil, nil
	}
	tax, err := o.house.Taxonomy()
	if err != nil {
		return nil, err
	}
	r, err := a.readRegister(o.Register, o.Policy, tax)
	if err != nil {
		return nil, usageError(a.t("recense register check FILE tells all problems of a register.", "recense register check FICHIER donne tous les problèmes d'un registre."), "%w", err)
	}
	return r, nil
}

// readRegister reads a register; nil for the empty path. Policies that it names
// by a file lie beside it.
func (a *app) readRegister(path, policy string, tax *taxonomy.Taxonomy) (*register.Register, error) {
	if path == "" {
		return nil, nil
	}
	data, err := readSmall(path)
	if err != nil {
		return nil, err
	}
	return register.Read(path, data, tax, policy, policiesBeside(path))
}

// readSmall reads a file that is written by hand; larger ones are refused by
// their reader.
func readSmall(path string) ([]byte, error) {
	st, err := os.Stat(path)
	if err == nil && st.Size() > 64<<20 {
		return nil, fmt.Errorf("read %q: larger than 64 MiB", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fileError("read", path, err)
	}
	return data, nil
}

// keyOf returns the key under which a run made its identifiers.
func (a *app) keyOf(state, file, id string) (k key.Key, err error) {
	ok := true
	switch {
	case file != "":
		k, err = key.Read(file)
	default:
		if k, ok, err = key.Environment(a.getenv); !ok {
			k, err = key.Read(filepath.Join(state, "installation.key"))
		}
	}
	if err != nil {
		return k, usageError("", "%w", err)
	}
	if id != "" && k.ID() != id {
		return k, usageError(a.t("Give it with --key-file.", "Donnez-la avec --key-file."), "%s",
			a.t("the run was made under another key", "l'analyse a été faite sous une autre clé"))
	}
	return k, nil
}

func (a *app) newRegister() *cobra.Command {
	c := &cobra.Command{
		Use:   "register",
		Short: a.t("the register of processings: check, export, import, propose", "le registre des traitements : vérifier, exporter, importer, proposer"),
		Long: a.t("register works with the organisation's register of processings (GDPR Art. 30), a YAML file.\nscan --register and report --register compare what was found with it.",
			"register travaille sur le registre des activités de traitement (art. 30 du RGPD), un\nfichier YAML. scan --register et report --register lui comparent ce qui a été trouvé."),
	}
	check := &cobra.Command{
		Use:   "check FILE",
		Short: a.t("check a register whole: fields, references, dates", "vérifier un registre en entier : champs, renvois, dates"),
		Long: a.t("check tells every problem of a register with its file, line and field, and what was\nexpected; a register without one is summed up.\n\nExit codes: 0 no problem, 2 problems, or no such file.",
			"check donne chaque problème d'un registre avec le fichier, la ligne et le champ, et ce\nqui était attendu ; un registre sans problème est résumé.\n\nCodes de sortie : 0 aucun problème, 2 des problèmes, ou pas de fichier."),
		Args: a.atLeast(1, "register check needs a FILE", "register check demande un FICHIER"),
		RunE: func(_ *cobra.Command, args []string) error { return a.checkRegister(args[0]) },
	}
	for _, s := range []*cobra.Command{check, a.newRegisterExport(), a.newRegisterImport(), a.newRegisterPropose()} {
		s.Flags().BoolP("help", "h", false, a.t("show this help", "afficher cette aide"))
		c.AddCommand(s)
	}
	return c
}

func (a *app) checkRegister(path string) error {
	tax, err := taxonomy.Load()
	if err != nil {
		return err
	}
	r, err := a.readRegister(path, "", tax)
	if err != nil {
		return usageError("", "%w", err)
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	fmt.Fprintf(w, "%s\t%d\n", a.t("sources", "sources"), len(r.Sources))
	fmt.Fprintf(w, "%s\t%d\n", a.t("processings", "traitements"), len(r.Processings))
	for i := range r.Processings {
		p := &r.Processings[i]
		list := a.t("open list", "liste ouverte")
		if p.Exhaustive {
			list = a.t("closed list", "liste fermée")
		}
		fmt.Fprintf(w, "  %s\t%s\t%s: %s\n", p.Ref, p.Name, list, strings.Join(p.Declared, ", "))
	}
	return w.Flush()
}

func (a *app) newPolicy() *cobra.Command {
	c := &cobra.Command{
		Use:   "policy",
		Short: a.t("the policies: list, show, check", "les politiques : lister, afficher, vérifier"),
		Long: a.t("policy works with what an organisation states in its published policy: categories,\nretention, places. Five profiles are embedded; a policy of your own may extend one.",
			"policy travaille sur ce qu'un organisme énonce dans sa politique publiée : catégories,\ndurées, lieux. Cinq profils sont fournis ; une politique à vous peut en étendre un."),
	}
	list := &cobra.Command{
		Use:   "list",
		Short: a.t("list the embedded policies", "lister les politiques fournies"),
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.listPolicies() },
	}
	show := &cobra.Command{
		Use:   "show NAME",
		Short: a.t("print an embedded policy, with the words it comes from", "afficher une politique fournie, avec les mots d'où elle vient"),
		Args:  a.atLeast(1, "policy show needs a NAME", "policy show demande un NOM"),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := register.EmbeddedPolicy(args[0])
			if err != nil {
				return usageError("", "%w", err)
			}
			_, err = a.out.Write(data)
			return err
		},
	}
	check := &cobra.Command{
		Use:   "check FILE",
		Short: a.t("check a policy of your own", "vérifier une politique à vous"),
		Args:  a.atLeast(1, "policy check needs a FILE", "policy check demande un FICHIER"),
		RunE:  func(_ *cobra.Command, args []string) error { return a.checkPolicy(args[0]) },
	}
	for _, s := range []*cobra.Command{list, show, check} {
		s.Flags().BoolP("help", "h", false, a.t("show this help", "afficher cette aide"))
		c.AddCommand(s)
	}
	return c
}

func (a *app) listPolicies() error {
	tax, err := taxonomy.Load()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, id := range register.PolicyIDs() {
		p, err := register.LoadPolicy(id, tax)
		if err != nil {
			return err
		}
		label := p.Label.In(a.docs)
		fmt.Fprintf(w, "%s\t%s\t%d %s, %d %s\n", id, label, len(p.Processings), a.t("processings", "traitements"), len(p.Rules), a.t("retention rules", "règles de conservation"))
	}
	return w.Flush()
}

func (a *app) checkPolicy(path string) error {
	tax, err := taxonomy.Load()
	if err != nil {
		return err
	}
	data, err := readSmall(path)
	if err != nil {
		return usageError("", "%w", err)
	}
	p, err := register.ReadPolicy(path, data, tax)
	if err != nil {
		return usageError("", "%w", err)
	}
	fmt.Fprintf(a.out, "%s: %d %s, %d %s\n", p.ID, len(p.Processings), a.t("processings", "traitements"), len(p.Rules), a.t("retention rules", "règles de conservation"))
	return nil
}
