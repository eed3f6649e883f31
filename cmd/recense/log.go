package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"unicode"

	"github.com/spf13/pflag"

	"recense/cmd/recense/internal/config"
	"recense/cmd/recense/internal/logs"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/scanner"
	"recense/sources"
)

func (a *app) logFlags(f *pflag.FlagSet, format, level *string) {
	f.StringVar(format, "log-format", "text", a.t("messages on standard error: text or json", "messages sur la sortie d'erreur : text ou json"))
	f.StringVar(level, "log-level", "", a.t("events logged, from this level on: debug, info, warn, error (default warn, or info as json)", "événements journalisés, à partir de ce niveau : debug, info, warn, error (par défaut warn, ou info en json)"))
}

func (a *app) checkLog(format, level string) error {
	if format != "text" && format != "json" {
		return usageError("", "%s", a.t("--log-format takes text or json", "--log-format prend text ou json"))
	}
	if level == "" {
		return nil
	}
	if _, err := logs.Level(level); err != nil {
		return usageError("", "%s", a.t("--log-level takes ", "--log-level prend ")+strings.Join(logs.Levels, ", "))
	}
	return nil
}

// logger makes the logger of a scan.
func (a *app) logger(o *scanOptions) *slog.Logger {
	level, err := logs.Level(o.LogLevel)
	switch {
	case err == nil:
	case o.LogFormat == "json":
		level = slog.LevelInfo
	case o.Quiet:
		level = slog.LevelError
	default:
		level = slog.LevelWarn
	}
	return logs.New(a.err, o.LogFormat, level)
}

// logTo has errors logged when the log is for machines, and warns of too many rights.
func (a *app) logTo(o *scanOptions) {
	log := a.logger(o)
	if o.LogFormat == "json" {
		a.log = log
	}
	switch {
	case os.Geteuid() != 0:
	case o.logged():
		log.Warn("running_as_root", "hint", "an account that can read the sources, and nothing more, is enough")
	case !o.Quiet:
		a.say(a.t("running as root: an account that can read the sources, and nothing more, is enough",
			"lancé sous root : un compte qui peut lire les sources, et rien de plus, suffit"))
	}
}

// logged reports whether somebody asked for a log: without one, what happens is told in
// the words of the summary, in its language.
func (o *scanOptions) logged() bool { return o.LogFormat == "json" || o.LogLevel != "" }

// say says something to a person, beside the summary.
func (a *app) say(text string) { fmt.Fprintf(a.err, "recense: %s\n", printable(text)) }

// eventText says an event in words, empty for what a person need not know.
func (a *app) eventText(e scanner.Event) string {
	why := ""
	if tax, err := taxonomy.Load(); err == nil {
		why = words.Reason(a.lang, tax, sources.Reason(e.Reason))
	}
	switch e.Name {
	case scanner.Waiting:
		if e.Reason == string(sources.ReplicaLag) {
			return e.Source + a.t(": a replica is behind: reading waits for it", " : une réplique est en retard : la lecture l'attend")
		}
		return e.Source + a.t(": the server is busy or refuses connections: reading waits", " : le serveur est très occupé ou refuse des connexions : la lecture attend")
	case scanner.WorkerLost:
		return e.Source + a.t(": a reading process ended, another goes on: ", " : un processus de lecture s'est arrêté, un autre reprend : ") + why
	case scanner.UnitFailed:
		return fmt.Sprintf(a.t("%s: %d not read: %s", "%s : %d non lus : %s"), e.Source, e.Units, why)
	case scanner.SourceFailed:
		return e.Source + a.t(": cannot be listed further: ", " : liste inachevée : ") + why
	}
	return ""
}

// classes name the exit codes in logs.
var classes = map[int]string{exitFound: "found", exitUsage: "usage", exitIncomplete: "incomplete", exitAborted: "aborted",
	exitUnreachable: "unreachable", exitInterrupted: "interrupted"}

// printable replaces what would move a terminal's cursor, change its colours or turn
// the direction of writing: errors name files, and files may be named anything.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) && !unicode.IsSpace(r) || r == '\r' {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// systemErrors are the words of the system for what goes wrong most, in French.
var systemErrors = map[syscall.Errno]string{
	syscall.ENOENT: "fichier ou dossier inexistant", syscall.EACCES: "accès refusé", syscall.EPERM: "opération non permise", syscall.EROFS: "système de fichiers en lecture seule",
	syscall.ENOSPC: "plus de place sur le disque", syscall.EIO: "erreur d'entrée-sortie", syscall.ENOTDIR: "ce n'est pas un dossier", syscall.EISDIR: "c'est un dossier",
	syscall.EMFILE: "trop de fichiers ouverts", syscall.EEXIST: "le fichier existe déjà", syscall.ECONNREFUSED: "connexion refusée", syscall.EADDRINUSE: "adresse déjà utilisée",
	syscall.ENAMETOOLONG: "nom trop long", syscall.ELOOP: "trop de liens symboliques",
}

// errorText is the text of an error, with what the system says of it in the language of
// the run.
func (a *app) errorText(err error) string {
	text := err.Error()
	var told interface {
		error
		French() string
	}
	if a.lang == "fr" && errors.As(err, &told) {
		text = strings.ReplaceAll(text, told.Error(), told.French())
	}
	var errno syscall.Errno
	if a.lang == "fr" && errors.As(err, &errno) {
		if said, ok := systemErrors[errno]; ok {
			text = strings.ReplaceAll(text, errno.Error(), said)
		}
	}
	return text
}

// complain tells an error to a person, or to a log: then with its class, and masked,
// since the arguments it may name are content there.
func (a *app) complain(err error) {
	if a.log == nil {
		a.say(a.errorText(err))
		return
	}
	class, text := "aborted", "not shown"
	var ee *exitError
	if errors.As(err, &ee) {
		class = classes[ee.code]
	}
	if names, e := namesEngine(&config.Detection{}); e == nil {
		text, _ = scanner.Mask(names, err.Error())
	}
	a.log.Error("failed", "class", class, "error", text)
}
