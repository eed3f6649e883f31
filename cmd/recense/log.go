package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"unicode"

	"github.com/spf13/pflag"

	"recense/cmd/recense/internal/config"
	"recense/cmd/recense/internal/logs"
	"recense/scanner"
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
	if os.Geteuid() == 0 {
		log.Warn("running_as_root", "hint", "an account that can read the sources, and nothing more, is enough")
	}
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

// complain tells an error to a person, or to a log: then with its class, and masked,
// since the arguments it may name are content there.
func (a *app) complain(err error) {
	if a.log == nil {
		fmt.Fprintf(a.err, "recense: %s\n", printable(err.Error()))
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
