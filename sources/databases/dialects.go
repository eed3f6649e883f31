package databases

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"recense/sources/databases/dialect"
	"recense/sources/databases/ldap"
	"recense/sources/databases/mongodb"
	"recense/sources/databases/mysql"
	"recense/sources/databases/oracle"
	"recense/sources/databases/postgres"
	"recense/sources/databases/sqlite"
	"recense/sources/databases/sqlserver"
)

// dialects are the engines, each in a package of its own.
var dialects = []dialect.Dialect{
	postgres.Dialect,
	mysql.Dialect,
	sqlserver.Dialect,
	oracle.Dialect,
	sqlite.Dialect,
	ldap.Dialect,
	mongodb.Dialect,
}

// Dialects returns the engines that can be read.
func Dialects() []dialect.Dialect { return slices.Clone(dialects) }

// IsURL reports whether a target is the URL of a database.
func IsURL(target string) bool {
	scheme, _, ok := strings.Cut(target, "://")
	return ok && byScheme(scheme) != nil
}

func byScheme(scheme string) *dialect.Dialect {
	for i := range dialects {
		if slices.Contains(dialects[i].Schemes, strings.ToLower(scheme)) {
			return &dialects[i]
		}
	}
	return nil
}

// ErrPassword says that a URL holds a password: other accounts of the machine see
// the command line.
var ErrPassword = errors.New("a database URL must not hold a password")

// Parse reads the URL of a database and completes it from the environment and
// from the files of the engine's own tools. Its errors quote nothing of the URL.
func Parse(target string, getenv func(string) string) (Options, error) {
	scheme, rest, _ := strings.Cut(target, "://")
	d := byScheme(scheme)
	if d == nil {
		return Options{}, errors.New("no database engine of that name")
	}
	if hasPassword(rest) {
		return Options{}, ErrPassword
	}
	u, err := url.Parse(target)
	if err != nil {
		return Options{}, errors.New("the database URL cannot be read")
	}
	t := dialect.Target{Scheme: scheme, Host: u.Hostname(), Port: u.Port(), Database: strings.Trim(u.Path, "/"), Path: u.Path, Query: map[string]string{}}
	if u.User != nil {
		t.User = u.User.Username()
	}
	for name, values := range u.Query() {
		if secret(name) {
			return Options{}, ErrPassword
		}
		t.Query[strings.ToLower(name)] = values[0]
	}
	s, err := d.Settle(t, getenv)
	if err != nil {
		return Options{}, fmt.Errorf("%s: %w", d.Name, err)
	}
	if d.Files != nil { // the path is that of a file
		t.Database = ""
	}
	return Options{Dialect: d.Name, Settings: s, Database: t.Database}, nil
}

// hasPassword looks for one before the URL is parsed: the errors of net/url quote
// what they read.
func hasPassword(rest string) bool {
	authority := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority = rest[:i]
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		return strings.Contains(authority[:i], ":")
	}
	// A password may hold any of these signs itself; a port is a number.
	_, port, colon := strings.Cut(authority, ":")
	path, _, _ := strings.Cut(rest, "?")
	return colon && !strings.HasPrefix(authority, "[") && (strings.Contains(path, "@") || strings.Trim(port, "0123456789") != "" && strings.Contains(rest, "@"))
}

// secret reports whether a parameter of a URL holds a secret.
func secret(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "password") || strings.Contains(name, "passwd") || name == "pwd" || strings.Contains(name, "secret")
}
