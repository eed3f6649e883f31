package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"recense/report/breach"
	"recense/report/dossier"
	"recense/report/excel/dossierbook"
	"recense/report/register"
	"recense/report/sealed"
	"recense/report/taxonomy"
)

type breachOptions struct {
	documents           documentOptions
	req                 breach.Request
	aware, account      string
	subjects            string // table of recense subjects; empty: none
	out, state, keyFile string
}

func (a *app) newBreach() *cobra.Command {
	var o breachOptions
	c := &cobra.Command{
		Use:   "breach REFERENCE --aware TIME",
		Short: a.t("what a breach of personal data reached: the elements of GDPR Art. 33", "ce qu'une violation de données a touché : les éléments de l'art. 33 du RGPD"),
		Long: a.t(`breach adds up the last inventory of every source inside a perimeter: sources, paths,
or what an account or a group could read. It writes violation-REFERENCE.md and .xlsx:
deadline (72 elapsed hours), nature, persons (an interval), records by category,
consequences, measures, and what is not known. The machine concerned is not touched.
Rights are those of the last inventory; where they were not read a location counts.

Exit codes: 0 done, 2 usage or no complete run, 4 a document could not be written.`,
			`breach additionne le dernier inventaire de chaque source dans un périmètre : sources,
chemins, ou ce qu'un compte ou un groupe pouvait lire. Il écrit violation-RÉFÉRENCE.md
et .xlsx : échéance (72 heures écoulées), nature, personnes (un intervalle),
enregistrements par catégorie, conséquences, mesures, et ce qui n'est pas connu. La
machine en cause n'est pas touchée. Les droits sont ceux du dernier inventaire ; là où
ils n'ont pas été lus, un emplacement est compté.

Codes de sortie : 0 fait, 2 usage ou pas d'analyse complète, 4 document non écrit.`),
		Example: "  recense breach V-2026-03 --aware '2026-11-29 10:00' --source partage --register registre.yaml\n  recense breach V-2026-04 --aware 2026-11-29T10:00:00Z --group GG_RH --kind confidentiality,availability",
		Args:    a.atLeast(1, "breach needs a REFERENCE", "breach demande une RÉFÉRENCE"),
		RunE: func(c *cobra.Command, args []string) error {
			o.req.Reference = args[0]
			return a.breach(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.aware, "aware", "", a.t("when the organisation became aware (Europe/Paris, or RFC 3339)", "prise de connaissance par l'organisme (Europe/Paris, ou RFC 3339)"))
	f.StringSliceVar(&o.req.Kinds, "kind", []string{"confidentiality"}, "confidentiality, integrity, availability")
	f.StringSliceVar(&o.req.Sources, "source", nil, a.t("sources concerned", "sources en cause"))
	f.StringSliceVar(&o.req.Paths, "path", nil, a.t("folders or files below a source: SOURCE:/PATH", "dossiers ou fichiers d'une source : SOURCE:/CHEMIN"))
	f.StringVar(&o.account, "account", "", a.t("what this account could read", "ce que ce compte pouvait lire"))
	f.StringSliceVar(&o.req.Groups, "group", nil, a.t("what these groups could read", "ce que ces groupes pouvaient lire"))
	f.StringVar(&o.req.Note, "note", "", a.t("measures taken, for the dossier", "mesures prises, pour le dossier"))
	f.StringVar(&o.subjects, "subjects", "", a.t("count persons exactly, from this table of recense subjects", "compter exactement les personnes, d'après cette table de recense subjects"))
	a.registerFlags(f, &o.documents)
	a.encryptFlag(f, &o.documents)
	f.StringVarP(&o.out, "out", "o", ".", a.t("folder for the documents", "dossier des documents"))
	f.StringVar(&o.state, "state", "", a.t("state folder", "dossier d'état"))
	f.StringVar(&o.keyFile, "key-file", "", a.t("key of the scan, if it was not that of the state folder", "clé de l'analyse, si ce n'est celle du dossier d'état"))
	return c
}

// isReference reports whether s may name a breach or a request, and the files about it: up to 64
// letters, digits, dots, low lines and hyphens behind a letter or a digit. (A regular
// expression of so many letters takes 10 ms to compile whenever the program starts.)
func isReference(s string) bool {
	for i, r := range s {
		if !unicode.In(r, unicode.L, unicode.N) && (i == 0 || r != '.' && r != '_' && r != '-') {
			return false
		}
	}
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= 64
}

func (a *app) breach(ctx context.Context, o breachOptions) error {
	if !isReference(o.req.Reference) {
		return usageError("", "%s", a.t("REFERENCE takes letters, digits, '.', '_' and '-'", "RÉFÉRENCE prend lettres, chiffres, '.', '_' et '-'"))
	}
	var err error
	if o.req.Aware, err = register.ParisTime(o.aware); err != nil {
		return usageError("", "--aware: %w", err)
	}
	for _, k := range o.req.Kinds {
		if !slices.Contains(breach.Kinds, k) {
			return usageError("", a.t("unknown kind %q", "nature inconnue %q"), k)
		}
	}
	reg, err := a.registerOf(&o.documents)
	if err != nil {
		return err
	}
	tax, err := taxonomy.Load()
	if err != nil {
		return err
	}
	state, err := a.stateFolder(o.state)
	if err != nil {
		return err
	}
	o.req.Now, o.req.Lang = a.now(), a.docs
	if o.account != "" {
		o.req.Accounts = map[string][]string{o.account: a.groupsOf(state, o.account)}
	}
	m := breach.New(o.req, tax, reg)
	if err := a.walkLast(ctx, state, o.keyFile, o.documents, m.Run, m.Add); err != nil {
		return err
	}
	if wrong := m.Unknown(a.knownName(state)); len(wrong) > 0 {
		return a.notInInventories(wrong[0])
	}
	if o.subjects != "" {
		k, err := a.keyOf(state, o.keyFile, "")
		if err != nil {
			return err
		}
		values, err := personsOf(o.subjects, k.ID(), tax, m.Places())
		if err != nil {
			return usageError("", "%w", err)
		}
		m.Exact(values)
	}
	if err := a.audit(state, "breach", fact{"reference", o.req.Reference}); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	return a.writeDossier(o.out, "violation-"+o.req.Reference, m.Dossier(), o.documents.Encrypt)
}

// notInInventories says that a name of the perimeter is not in the last inventories, and
// which are.
func (a *app) notInInventories(u breach.Unknown) error {
	const shown = 12
	hint := a.t("A path reads SOURCE:/FOLDER, below the source, with names as the inventory has them.", "Un chemin s'écrit SOURCE:/DOSSIER, sous la source, avec les noms de l'inventaire.")
	if n := len(u.Known); n > 0 {
		hint = a.t("The inventories have ", "Les inventaires ont ") + strings.Join(u.Known[:min(n, shown)], ", ")
		if n > shown {
			hint += a.t(" and others", " et d'autres")
		}
		hint += "."
	} else if u.Flag != "--path" {
		hint = a.t("The inventories have no rights: recense access import takes them from an export.", "Les inventaires n'ont pas de droits : recense access import les prend d'un export.")
	}
	return usageError(hint, a.t("%s %q: nothing of that name in the last inventories", "%s %q : rien de ce nom dans les derniers inventaires"), u.Flag, u.Name)
}

// knownName tells of a group or an account whether this machine or imported rights know it.
func (a *app) knownName(state string) func(string) bool {
	rights, _ := loadRights(state)
	return func(name string) bool {
		if _, err := user.LookupGroup(name); err == nil {
			return true
		}
		if _, err := user.Lookup(name); err == nil {
			return true
		}
		for _, r := range rights {
			if r.Knows(name) {
				return true
			}
		}
		return false
	}
}

// groupsOf returns the groups of an account as far as this machine and imported
// rights know them, by name.
func (a *app) groupsOf(state, account string) []string {
	var names []string
	if u, err := user.Lookup(account); err == nil {
		ids, _ := u.GroupIds()
		for _, id := range ids {
			if g, err := user.LookupGroupId(id); err == nil {
				names = append(names, g.Name)
			}
		}
	}
	rights, err := loadRights(state)
	if err != nil {
		return names
	}
	for _, r := range rights {
		names = append(names, r.GroupsOf(account)...)
	}
	return names
}

// writeDossier writes a dossier as Markdown and as a workbook, and says where.
func (a *app) writeDossier(dir, name string, d *dossier.Dossier, encrypt []string) error {
	r, err := sealed.Parse(encrypt)
	if err != nil {
		return usageError("", "--encrypt-to: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return usageError("", "%w", fileError("make", dir, err))
	}
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{name + ".md", d.Markdown},
		{name + ".xlsx", func(w io.Writer) error {
			return dossierbook.Write(w, d, "Dossier")
		}},
	} {
		made, err := r.Single(dir, f.name, f.write)
		if err != nil {
			return &exitError{code: exitAborted, err: fmt.Errorf("document %s: %w", f.name, err)}
		}
		fmt.Fprintln(a.err, filepath.Join(dir, made))
	}
	return nil
}
