package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"recense/scanner"
	"recense/sources"
	"recense/sources/databases"
	"recense/sources/databases/dialect"
)

// schemes lists the beginnings of database URLs.
func schemes() string {
	var list []string
	for _, d := range databases.Dialects() {
		list = append(list, d.Schemes[0]+"://")
	}
	return strings.Join(list, ", ")
}

// openDatabases adds the databases among the targets to the sources of j. Each is
// connected to once, so that a wrong address is told at once and apart from what a
// scan meets later.
func (a *app) openDatabases(j *job) error {
	used := map[string]bool{}
	for _, s := range j.sources {
		used[s.Name()] = true
	}
	for _, t := range j.targets {
		named, ok := j.config.Source(t)
		if ok {
			t = named.Target
		}
		if !databases.IsURL(t) {
			continue
		}
		opt, err := databases.Parse(t, a.getenv)
		if err != nil {
			return a.databaseUsage(err)
		}
		if named.Credentials != nil {
			if opt.Settings["password"], err = named.Credentials.Secret(context.Background(), a.getenv); err != nil {
				return usageError("", "%w", err)
			}
		}
		opt.Include, opt.Exclude, opt.Limits, opt.Key = slices.Concat(named.Include, j.opt.Include), slices.Concat(named.Exclude, j.opt.Exclude), j.limits, j.key
		base := cmp.Or(named.Name, sourceName("/"+cmp.Or(opt.Database, opt.Dialect), j.names))
		opt.Name = base
		for n := 2; used[opt.Name]; n++ {
			opt.Name = fmt.Sprintf("%s-%d", base, n)
		}
		used[opt.Name] = true
		if err := a.openDatabase(j, opt); err != nil {
			return err
		}
	}
	return nil
}

// databaseUsage says how a password is given.
func (a *app) databaseUsage(err error) error {
	if !errors.Is(err, databases.ErrPassword) {
		return usageError("", "%w", err)
	}
	return usageError(a.t("Put it into PGPASSWORD, ~/.pgpass (mode 0600; PGPASSFILE names another file) or a service file (PGSERVICE).",
		"Placez-le dans PGPASSWORD, ~/.pgpass (mode 0600 ; PGPASSFILE nomme un autre fichier) ou un fichier de services (PGSERVICE)."),
		"%s", a.t("a database URL must not hold a password: every account of this machine can read the command line",
			"une URL de base ne doit pas contenir de mot de passe : tout compte de cette machine peut lire la ligne de commande"))
}

func (a *app) openDatabase(j *job, opt databases.Options) error {
	s, err := databases.New(opt)
	if err != nil {
		return usageError("", "%w", err)
	}
	if err := s.Check(context.Background()); err != nil {
		_, reason := dialect.ClassOf(err)
		j.failures = append(j.failures, scanner.SourceFailure{Source: opt.Name, Reason: reason})
		fmt.Fprintf(a.err, "recense: %s: %v\n", s.URI(), err)
		if reason == sources.NotVerified {
			fmt.Fprintln(a.err, a.t("Name the authority with ?sslrootcert=FILE; ?sslmode=require gives up the proof, sslmode=disable the encryption.",
				"Nommez l'autorité par ?sslrootcert=FICHIER ; ?sslmode=require renonce à la preuve, sslmode=disable au chiffrement."))
		}
		return s.Close()
	}
	if s.MayWrite() {
		if j.opt.Strict {
			s.Close()
			return usageError(a.t("Use an account that can only read; README says which grants it needs.", "Employez un compte qui ne peut que lire ; le README dit quels droits il lui faut."),
				"%s: %s", s.URI(), a.t("with --strict the account must not be able to write", "avec --strict, le compte ne doit pas pouvoir écrire"))
		}
		fmt.Fprintf(a.err, "recense: %s: %s\n", s.URI(), a.t("this account can write; nothing will be written, but an account that can only read is safer",
			"ce compte peut écrire ; rien ne sera écrit, mais un compte en lecture seule est plus sûr"))
	}
	j.sources, j.worker.Databases = append(j.sources, s), append(j.worker.Databases, opt)
	return nil
}
