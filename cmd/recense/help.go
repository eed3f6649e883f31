package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"recense/report/yamldoc"
)

// usageTemplate is cobra's, in the language of the user.
func (a *app) usageTemplate() string {
	return fmt.Sprintf(`%s
  {{usageLine . %[2]q}}
{{if .HasExample}}
%[3]s
{{.Example}}
{{end}}{{if .HasAvailableSubCommands}}
%[4]s{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}
{{end}}{{if .HasAvailableLocalFlags}}
%[5]s
{{flags .LocalFlags %[2]q}}
{{end}}{{if .HasAvailableSubCommands}}
%[6]s
{{end}}`, a.t("Usage:", "Usage :"), a.lang, a.t("Examples:", "Exemples :"), a.t("Commands:", "Commandes :"), a.t("Flags:", "Options :"),
		a.t("recense COMMAND --help tells more about a command.", "recense COMMANDE --help en dit plus sur une commande."))
}

// frenchNames are those of arguments in the French help.
var frenchNames = strings.NewReplacer("[flags]", "[options]", "TARGET", "CIBLE", "FILE", "FICHIER", "RUN", "ANALYSE", "EARLIER", "AVANT", "LATER", "APRÈS",
	"FOLDER", "DOSSIER", "KIND", "TYPE", "REFERENCE", "RÉFÉRENCE", "TIME", "INSTANT", "WORKBOOK", "CLASSEUR", "NAME", "NOM", "ROW", "LIGNE", "COLUMN", "COLONNE")

// usageLine is how a command is called.
func usageLine(c *cobra.Command, lang string) string {
	line, command := c.UseLine(), " COMMAND"
	if lang == "fr" {
		line, command = frenchNames.Replace(line), " COMMANDE"
	}
	if c.HasAvailableSubCommands() {
		line += command
	}
	return line
}

// frenchTypes are those of flags in the French help.
var frenchTypes = map[string]string{"string": "texte", "stringSlice": "liste", "stringArray": "liste", "int": "nombre", "int64": "nombre", "float64": "nombre"}

// frenchValue is the value of a flag whose type has a French name.
type frenchValue struct {
	pflag.Value
	name string
}

func (v frenchValue) Type() string { return v.name }

// unbroken keeps French punctuation on the line of its word.
var unbroken = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", "« ", "«\u00a0", " »", "\u00a0»")

var defaultWord = strings.NewReplacer("(default ", "(par défaut : ", "(default\n", "(par défaut :\n")

// flagUsages lists flags without the values that a switch may be given.
func flagUsages(fs *pflag.FlagSet, lang string) string {
	const values = "[=true|false]"
	if lang != "fr" {
		return flagLines(fs, values, 100)
	}
	french := pflag.NewFlagSet("", pflag.ContinueOnError)
	fs.VisitAll(func(f *pflag.Flag) {
		g := *f
		g.Usage = unbroken.Replace(f.Usage)
		if name := frenchTypes[f.Value.Type()]; name != "" {
			g.Value = frenchValue{f.Value, name}
			if g.DefValue == "[]" {
				g.DefValue = "" // none, which is not shown
			}
		}
		french.AddFlag(&g)
	})
	lines := strings.ReplaceAll(flagLines(french, values, 95), "\u00a0", " ")
	return defaultWord.Replace(lines)
}

func flagLines(fs *pflag.FlagSet, values string, width int) string {
	s := strings.ReplaceAll(fs.FlagUsagesWrapped(width), values, strings.Repeat(" ", len(values)))
	return strings.TrimRight(s, " \n")
}

// finish has a command and those below it tell what is wrong with a command line
// in the language of the user, and how it is called.
func (a *app) finish(c *cobra.Command) {
	if c.Flags().Lookup("help") == nil {
		c.Flags().BoolP("help", "h", false, a.t("show this help", "afficher cette aide"))
	}
	if c.HasSubCommands() && !c.Runnable() {
		c.Args, c.RunE = cobra.ArbitraryArgs, a.noSuchCommand
	}
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			err := check(c, args)
			if err == nil || errors.As(err, new(*exitError)) {
				return err
			}
			return usageError(a.t("Usage: ", "Usage : ")+usageLine(c, a.lang)+".", a.t("%s: wrong number of arguments: %d", "%s : nombre d'arguments incorrect : %d"), c.CommandPath(), len(args))
		}
	}
	for _, sub := range c.Commands() {
		a.finish(sub)
	}
}

// noSuchCommand is what a command that only holds others does: its help, or what
// is wrong with the name given.
func (a *app) noSuchCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return c.Help()
	}
	hint := c.CommandPath() + a.t(" --help lists the commands.", " --help donne la liste des commandes.")
	c.SuggestionsMinimumDistance = 2
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		hint = a.t("Did you mean ", "Vouliez-vous dire ") + near[0] + a.t("? ", " ? ") + hint
	}
	return usageError(hint, a.t("unknown command %q", "commande inconnue %q"), args[0])
}

// flagError words what is wrong with a flag.
func (a *app) flagError(c *cobra.Command, err error) error {
	hint := c.CommandPath() + a.t(" --help lists the flags.", " --help donne la liste des options.")
	var unknown *pflag.NotExistError
	var empty *pflag.ValueRequiredError
	var wrong *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			return usageError(hint, a.t("unknown flag -%c", "option inconnue -%c"), []rune(name)[0])
		}
		if near := nearFlag(c, name); near != "" {
			hint = a.t("Did you mean --", "Vouliez-vous dire --") + near + a.t("? ", " ? ") + hint
		}
		return usageError(hint, a.t("unknown flag --%s", "option inconnue --%s"), name)
	case errors.As(err, &empty):
		return usageError(hint, a.t("--%s needs a value", "--%s demande une valeur"), empty.GetFlag().Name)
	case errors.As(err, &wrong) && strings.HasPrefix(wrong.GetFlag().Value.Type(), "int"), errors.As(err, &wrong) && wrong.GetFlag().Value.Type() == "float64":
		return usageError(hint, a.t("--%s takes a number, not %q", "--%s prend un nombre, pas %q"), wrong.GetFlag().Name, wrong.GetValue())
	}
	return usageError(hint, "%w", err)
}

// nearFlag is the flag of c whose name is nearest to one that does not exist.
func nearFlag(c *cobra.Command, name string) string {
	known := map[string]bool{}
	var begins []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		known[f.Name] = true
		if strings.HasPrefix(f.Name, name) {
			begins = append(begins, f.Name)
		}
	})
	if len(begins) == 1 {
		return begins[0]
	}
	return yamldoc.Near(name, known)
}
