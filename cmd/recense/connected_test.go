package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"recense/report/yamldoc"
	"recense/scanner"
	"recense/sources"
	"recense/sources/databases"
	"recense/sources/databases/dialect"
)

// What a person reads when no connection is made: why, what to do, and the engine's code;
// no fixed code of ours, and none of the other language.
func TestNotConnected(t *testing.T) {
	for _, c := range []struct {
		name, engine, fr, en string
		err                  error
	}{
		{"wrong password", "postgres", "a refusé le compte (28P01)", "refused the account (28P01)", &dialect.Error{Class: dialect.Denied, Code: "28P01", Reason: sources.PermissionDenied}},
		{"no such database", "mysql", "pas de base de ce nom (42000)", "no such database (42000)", &dialect.Error{Class: dialect.Gone, Code: "42000", Reason: sources.Vanished}},
		{"full", "postgres", "n'accepte plus de connexions", "no more connections", &dialect.Error{Class: dialect.Lost, Code: "53300", Reason: sources.ConnectionLost, Full: true}},
		{"nobody there", "postgres", "aucune connexion possible", "no connection could be made", &dialect.Error{Class: dialect.Lost, Reason: sources.Unreachable}},
		{"no proof", "postgres", "sslrootcert=FICHIER", "sslrootcert=FILE", &dialect.Error{Class: dialect.Denied, Reason: sources.NotVerified}},
		{"no proof, elsewhere", "mysql", "sslca=FICHIER", "sslca=FILE", &dialect.Error{Class: dialect.Denied, Reason: sources.NotVerified}},
		{"a file of another's", "sqlite", "ne peut pas lire le fichier", "may not read the file", &dialect.Error{Class: dialect.Denied, Reason: sources.PermissionDenied}},
		{"no file", "sqlite", "pas de fichier de ce nom", "no such file", &dialect.Error{Class: dialect.Other, Reason: sources.Unreachable}},
		{"anything else", "oracle", "ouverture impossible", "cannot be opened", errors.New("x")},
	} {
		for lang, want := range map[string]string{"fr": c.fr, "en": c.en} {
			a := &app{lang: lang}
			why, hint := a.notConnected(c.err, c.engine)
			if text := why + "\n" + hint; !strings.Contains(text, want) || hint == "" || strings.Contains(text, "_") {
				t.Errorf("%s, %s: %s", c.name, lang, text)
			}
		}
	}
}

// What is wrong with a URL is told in French; what every engine refuses has a sentence.
func TestURLFrench(t *testing.T) {
	for target, want := range map[string]string{
		"postgres://a@h/b?sslmod=x":             `postgres: paramètre "sslmod" inconnu dans l'URL`,
		"postgres://a@h/b?sslmode=x":            `postgres: sslmode prend disable, allow, prefer, require, verify-ca, verify-full`,
		"mysql://a@h/b?tls=x":                   `mysql: tls prend verify, preferred, skip-verify ou false`,
		"ldaps://h?tls=starttls":                `ldap: tls prend starttls ou false, pour ldap:// seulement`,
		"ldap://h?rights=x":                     `ldap: rights prend full`,
		"oracle://a@h":                          `oracle: l'URL nomme un service : oracle://user@host:port/service`,
		"postgres://a@h/b?connect_timeout=x":    `postgres: connect_timeout prend des secondes`,
		"ldaps://h:port/":                       `l'URL de la base est illisible`,
		"postgres://a@h/b?sslrootcert=/no/such": `postgres: sslrootcert: le fichier "/no/such" est illisible`,
	} {
		_, err := databases.Parse(target, func(string) string { return "" })
		if err == nil {
			t.Errorf("%s: no error", target)
		} else if got := urlFrench(err.Error()); got != want {
			t.Errorf("%s: %s", target, got)
		}
	}
}

// Events are told in words where nobody asked for a log.
func TestEventText(t *testing.T) {
	for _, c := range []struct {
		name string
		e    scanner.Event
		want string
	}{
		{"a busy server", scanner.Event{Name: scanner.Waiting, Source: "paie", Reason: string(sources.ServerBusy)}, "paie : le serveur est très occupé"},
		{"a replica", scanner.Event{Name: scanner.Waiting, Source: "paie", Reason: string(sources.ReplicaLag)}, "paie : une réplique est en retard"},
		{"a worker", scanner.Event{Name: scanner.WorkerLost, Source: "rh", Reason: string(sources.OutOfMemory)}, "Limite de mémoire atteinte"},
		{"a unit", scanner.Event{Name: scanner.UnitFailed, Source: "rh", Units: 2, Reason: string(sources.TimedOut)}, "rh : 2 non lus : "},
		{"nothing to know", scanner.Event{Name: scanner.BatchDone, Source: "rh"}, ""},
	} {
		got := (&app{lang: "fr"}).eventText(c.e)
		if !strings.Contains(got, c.want) || (got == "") != (c.want == "") || strings.Contains(got, "_") {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestErrorText(t *testing.T) {
	err := fmt.Errorf("files: %w", &os.PathError{Op: "open", Path: "/srv/rh", Err: syscall.EACCES})
	for lang, want := range map[string]string{"fr": "files: open /srv/rh: accès refusé", "en": "files: open /srv/rh: permission denied"} {
		if got := (&app{lang: lang}).errorText(err); got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

func TestErrorTextOfRegister(t *testing.T) {
	err := fmt.Errorf("scan: %w", yamldoc.Problems{{File: "r.yaml", Line: 4, Field: "dpo.mail", Text: `unknown field; did you mean "email"?`}})
	if got := (&app{lang: "fr"}).errorText(err); got != `scan: r.yaml:4: dpo.mail: champ inconnu ; vouliez-vous dire "email" ?` {
		t.Error(got)
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64][2]string{0: {"0 emplacement", "0 locations"}, 1: {"1 emplacement", "1 location"}, 2: {"2 emplacements", "2 locations"}} {
		for i, lang := range []string{"fr", "en"} {
			if got := (&app{lang: lang}).count(n, "location", "locations", "emplacement", "emplacements"); got != want[i] {
				t.Errorf("%d in %s: %q", n, lang, got)
			}
		}
	}
}
