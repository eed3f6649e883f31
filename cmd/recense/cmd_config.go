package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"recense/cmd/recense/internal/config"
	"recense/sources"
)

func (a *app) configFlag(f *pflag.FlagSet, path *string) {
	f.StringVar(path, "config", "", a.t("configuration file (default: recense.yaml in the folder of the user's settings, if there is one)", "fichier de configuration (par défaut : recense.yaml du dossier de réglages de l'utilisateur, s'il existe)"))
}

// configPath is the file of --config, or that of the user; required says that it
// has to be there. It is empty when there is nowhere to look.
func (a *app) configPath(flag string) (path string, required bool) {
	if flag != "" {
		return flag, true
	}
	dir, err := a.configFolder()
	if err != nil {
		return "", false
	}
	return filepath.Join(dir, "recense.yaml"), false
}

// readConfig reads the configuration of a command; all its mistakes end it.
func (a *app) readConfig(flag string) (config.Config, error) { return a.readConfigAs(flag, false) }

// readConfigAs reads it, and looks at the files that it names if asked to.
func (a *app) readConfigAs(flag string, namedFiles bool) (config.Config, error) {
	path, required := a.configPath(flag)
	if path == "" {
		return config.Config{}, nil
	}
	c, err := config.Read(path, required, config.Known{Formats: formatNames(), Files: namedFiles})
	if err != nil {
		return c, usageError(a.t("recense config init writes one to begin with.", "recense config init en écrit une pour commencer."), "%w", err)
	}
	return c, nil
}

// house returns what the configuration adds to the detectors.
func (a *app) house(flag string) (config.Detection, error) {
	c, err := a.readConfig(flag)
	return c.Detection(), err
}

// settle takes from the configuration what the command line did not say about
// documents.
func (a *app) settle(flags *pflag.FlagSet, o *documentOptions, c config.Config) {
	o.house = c.Detection()
	if !flags.Changed("format") && len(c.Outputs.Formats) > 0 {
		o.Formats = c.Outputs.Formats
	}
	if !flags.Changed("register") {
		o.Register = c.Register
	}
	if !flags.Changed("policy") && o.Register != "" {
		o.Policy = c.Policy
	}
	if !flags.Changed("lang") && c.Outputs.Lang != "" {
		a.docs = c.Outputs.Lang
	}
}

func (a *app) newConfig() *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: a.t("the configuration file: begin one, check it, show what is in force", "le fichier de configuration : en commencer un, le vérifier, voir ce qui vaut"),
		Long: a.t(`config works with the configuration, one YAML file: sources with names, limits,
outputs, register, the organisation's own identifiers and numbers, detectors of
your own. Commands read the file of --config, else recense.yaml in the folder of the
user's settings; their flags win over it.`,
			`config travaille sur la configuration, un fichier YAML : sources nommées, limites,
documents, registre, identifiants et numéros de l'organisme, détecteurs à vous. Les
commandes lisent le fichier de --config, sinon recense.yaml du dossier de réglages de
l'utilisateur ; leurs options l'emportent.`),
	}
	var path string
	begin := &cobra.Command{
		Use:   "init",
		Short: a.t("write a configuration to begin with, every key explained", "écrire une configuration de départ, chaque clé expliquée"),
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.initConfig(path) },
	}
	check := &cobra.Command{
		Use:   "check",
		Short: a.t("tell every mistake with file, line and field", "donner chaque erreur avec le fichier, la ligne et le champ"),
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.checkConfig(path) },
	}
	show := &cobra.Command{
		Use:   "show",
		Short: a.t("print the values in force; secrets as references", "afficher les valeurs en vigueur ; les secrets par leur référence"),
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.showConfig(path) },
	}
	schema := &cobra.Command{
		Use:   "schema",
		Short: a.t("print the JSON Schema, for editors", "afficher le schéma JSON, pour les éditeurs"),
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b, err := config.Schema()
			if err != nil {
				return err
			}
			fmt.Fprintf(a.out, "%s\n", b)
			return nil
		},
	}
	for _, s := range []*cobra.Command{begin, check, show, schema} {
		s.Long = s.Short + ".\n\n" + a.t("Exit codes: 0 done, 2 a mistake in the file, or no such file.", "Codes de sortie : 0 fait, 2 une erreur dans le fichier, ou pas de fichier.")
		if s != schema {
			a.configFlag(s.Flags(), &path)
		}
		s.Flags().BoolP("help", "h", false, a.t("show this help", "afficher cette aide"))
		c.AddCommand(s)
	}
	return c
}

func (a *app) initConfig(flag string) error {
	path, _ := a.configPath(flag)
	if path == "" {
		return usageError("", "%s", a.t("no folder for the settings of the user: give --config", "pas de dossier de réglages de l'utilisateur : donnez --config"))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return usageError("", "%w", fileError("make", filepath.Dir(path), err))
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return usageError("", a.t("%q is there already", "%q existe déjà"), path)
	}
	if err != nil {
		return usageError("", "%w", fileError("make", path, err))
	}
	_, err = f.Write(config.Template(a.docs))
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return usageError("", "%w", fileError("write", path, err))
	}
	fmt.Fprintln(a.out, path)
	return nil
}

func (a *app) checkConfig(flag string) error {
	path, _ := a.configPath(flag)
	if path == "" {
		return usageError("", "%s", a.t("no configuration: give --config", "pas de configuration : donnez --config"))
	}
	c, err := a.readConfigAs(path, true)
	if err != nil {
		return err
	}
	if _, err := a.registerOf(&documentOptions{Register: c.Register, Policy: c.Policy, house: c.Detection()}); err != nil {
		return err
	}
	fmt.Fprintf(a.out, a.t("%s: %d sources, %d detectors of your own; no mistake\n", "%s : %d sources, %d détecteurs à vous ; aucune erreur\n"), path, len(c.Sources), len(c.Detectors))
	return nil
}

// showConfig prints the configuration with the defaults of what it leaves open.
func (a *app) showConfig(flag string) error {
	path, _ := a.configPath(flag)
	c, err := a.readConfig(flag)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err != nil {
		path = a.t("no file: defaults", "pas de fichier : valeurs par défaut")
	}
	l := limitsOf(c.Limits).Defaults()
	c.Limits = config.Limits{Depth: l.Depth, Members: l.Members, Ratio: l.Ratio, MemoryMiB: l.Memory >> 20, StallSeconds: int(l.Stall.Seconds()),
		UnitSeconds: int(l.PerUnit.Seconds()), MaxFileMiB: l.MaxSize >> 20, MemberMiB: l.InMemory >> 20}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if len(c.Outputs.Formats) == 0 {
		c.Outputs.Formats = defaultFormats
	}
	if c.Outputs.Lang == "" {
		c.Outputs.Lang = "fr"
	}
	b, err := c.YAML()
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "# %s\n%s", path, b)
	return nil
}

// limitsOf are the limits of the configuration; zero means the default.
func limitsOf(l config.Limits) sources.Limits {
	return sources.Limits{Depth: l.Depth, Members: l.Members, Ratio: l.Ratio, Memory: l.MemoryMiB << 20, Stall: l.Stall(),
		PerUnit: l.PerUnit(), MaxSize: l.MaxFileMiB << 20, InMemory: l.MemberMiB << 20}
}
