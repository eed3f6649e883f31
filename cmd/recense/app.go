package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// Exit codes, the same for every command (design: the first of 130, 4, 5, 2, 1,
// 3, 0 that applies).
const (
	exitOK          = 0   // complete, nothing at or above --fail-on
	exitFound       = 1   // something at or above --fail-on
	exitUsage       = 2   // usage, configuration, or nothing to read
	exitIncomplete  = 3   // something could not be read in full
	exitAborted     = 4   // aborted, can be resumed
	exitUnreachable = 5   // a source could not be reached
	exitInterrupted = 130 // interrupted, can be resumed
)

// app is what every command uses of the world around it.
type app struct {
	in     io.Reader
	out    io.Writer
	err    io.Writer
	now    func() time.Time
	getenv func(string) string
	lang   string       // of help and messages: "en" or "fr"
	docs   string       // of documents: "fr" unless --lang en
	log    *slog.Logger // of errors; nil: text
}

// exitError ends a command with a code of its own. The message goes to stderr,
// the hint, when there is one, on a line of its own.
type exitError struct {
	code int
	err  error
	hint string
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usageError is a mistake of the caller, with a hint on what to do.
func usageError(hint, format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...), hint}
}

// atLeast refuses fewer than n arguments and says which are missing.
func (a *app) atLeast(n int, en, fr string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < n {
			return usageError("", "%s", a.t(en, fr))
		}
		return nil
	}
}

// quiet ends a command with a code and nothing more to say.
func quiet(code int) error {
	if code == exitOK {
		return nil
	}
	return &exitError{code: code}
}

// run executes the command line and returns the exit code of the process.
func (a *app) run(ctx context.Context, args []string) int {
	a.lang, a.docs = "en", "fr"
	if l := langOf(args); l == "fr" || l == "en" {
		a.lang, a.docs = l, l
	}
	root := a.newRoot()
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	var ee *exitError
	if !errors.As(err, &ee) {
		ee = &exitError{code: exitUsage, err: err, hint: a.t("recense --help lists the commands.", "recense --help donne la liste des commandes.")}
	}
	if ee.err != nil {
		a.complain(ee)
		if ee.hint != "" && a.log == nil {
			fmt.Fprintln(a.err, ee.hint)
		}
	}
	return ee.code
}

// langOf looks for --lang before the command line is parsed: the help itself
// depends on it.
func langOf(args []string) string {
	for i, arg := range args {
		if v, ok := strings.CutPrefix(arg, "--lang="); ok {
			return v
		}
		if arg == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
		if arg == "--" {
			break
		}
	}
	return ""
}

// t chooses between the English and the French wording of a message.
func (a *app) t(en, fr string) string {
	if a.lang == "fr" {
		return fr
	}
	return en
}

func (a *app) newRoot() *cobra.Command {
	root := &cobra.Command{
		Use: "recense",
		Short: a.t("find personal data in file shares and exports, and inventory it",
			"trouver les données personnelles dans les partages et les exports, et les inventorier"),
		Long: a.t(`recense reads file shares and exports, finds personal data in them (NIR, bank
details, health codes and more) and writes inventories: where it lies, how much
of it, and what could not be read. No value it finds ever leaves it.

Start with:  recense scan FOLDER`,
			`recense lit les partages de fichiers et les exports, y trouve les données
personnelles (NIR, coordonnées bancaires, codes de santé…) et écrit des
inventaires : où elles sont, combien, et ce qui n'a pas pu être lu. Aucune
valeur trouvée n'en sort jamais.

Pour commencer :  recense scan DOSSIER`),
		SilenceUsage:  true,
		SilenceErrors: true,
		CompletionOptions: cobra.CompletionOptions{
			HiddenDefaultCmd: true,
		},
	}
	var lang string
	root.PersistentFlags().StringVar(&lang, "lang", "", a.t("language: fr or en (help: en, documents: fr)", "langue : fr ou en (aide : en, documents : fr)"))
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if lang != "" && lang != "fr" && lang != "en" {
			return usageError("", "%s", a.t("--lang takes fr or en", "--lang prend fr ou en"))
		}
		return nil
	}
	cobra.AddTemplateFunc("flags", flagUsages)
	cobra.AddTemplateFunc("usageLine", usageLine)
	root.SetUsageTemplate(a.usageTemplate())
	root.SetHelpCommand(&cobra.Command{Use: "no-help", Hidden: true})
	for _, c := range []*cobra.Command{
		a.newScan(), a.newResume(), a.newReport(), a.newDiff(), a.newBreach(), a.newSubject(), a.newSubjects(), a.newAttest(), a.newTemoin(), a.newLocate(), a.newExplain(), a.newVerify(),
		a.newBaseline(),
		a.newStatus(), a.newCheck(), a.newPrune(), a.newAudit(),
		a.newRegister(), a.newPolicy(), a.newExceptions(), a.newAccess(), a.newConfig(),
		a.newDetect(), a.newDetectors(), a.newDigest(), a.newReference(), a.newBench(),
		a.newServe(), a.newVersion(), a.newDoctor(), a.newWorker(), a.newRecogniser(),
	} {
		root.AddCommand(c)
	}
	root.SetFlagErrorFunc(a.flagError)
	a.finish(root)
	return root
}

// exitCodesHelp is shown in the help of every command that scans.
func (a *app) exitCodesHelp() string {
	return a.t(`
Exit codes (the first of 130, 4, 5, 2, 1, 3, 0 that applies):
  0    complete, nothing at or above --fail-on
  1    something at or above --fail-on
  2    wrong usage or configuration, or nothing to read was found
  3    incomplete: something could not be read in full
  4    aborted; recense resume goes on
  5    a source could not be reached
  130  interrupted; recense resume goes on`,
		`
Codes de sortie (le premier de 130, 4, 5, 2, 1, 3, 0 qui s'applique) :
  0    complet, rien au niveau de --fail-on ou au-dessus
  1    quelque chose au niveau de --fail-on ou au-dessus
  2    usage ou configuration incorrects, ou rien à lire
  3    incomplet : quelque chose n'a pas pu être lu en entier
  4    abandonné ; recense resume reprend
  5    une source n'a pas pu être atteinte
  130  interrompu ; recense resume reprend`)
}

// openInput opens the file named by the only argument, or standard input.
func (a *app) openInput(args []string) (io.Reader, func(), error) {
	if len(args) == 0 || args[0] == "-" {
		return a.in, func() {}, nil
	}
	f, err := os.Open(args[0])
	if err != nil {
		return nil, nil, &exitError{code: exitUnreachable, err: fileError("open", args[0], err)}
	}
	return f, func() { f.Close() }, nil
}

// fileError keeps the class of a file error and names the argument it concerns.
func fileError(op, name string, err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return &argumentError{op, name, err}
}

// argumentError is what fileError makes.
type argumentError struct {
	op, name string
	err      error
}

func (e *argumentError) Unwrap() error { return e.err }

func (e *argumentError) Error() string { return fmt.Sprintf("%s %q: %s", e.op, e.name, e.err) }

// French is Error in French.
func (e *argumentError) French() string {
	return fmt.Sprintf("%s %q : %s", frenchOps[e.op], e.name, e.err)
}

var frenchOps = map[string]string{"create": "créer", "make": "créer", "open": "ouvrir", "read": "lire", "write": "écrire", "write into": "écrire dans"}
