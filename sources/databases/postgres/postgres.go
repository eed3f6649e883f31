// Package postgres reads PostgreSQL 14 and later in ranges of blocks, and older
// servers table by table, over the raw values of pgx.
//
// Every request runs in a READ ONLY transaction of its own with a statement and a
// lock timeout, row_security off and a search_path of pg_catalog alone, all set for
// that transaction only, so that a pooler that shares sessions (pgbouncer) does not
// carry them on. A range is a run of blocks, read in their order; the position of a
// row is its ctid. Errors keep their SQLSTATE; the message, which may quote data,
// is dropped.
package postgres

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgservicefile"

	"recense/sources/databases/dialect"
	"recense/sources/databases/kerberos"
)

// Dialect is PostgreSQL.
var Dialect = dialect.Dialect{
	Name: "postgres",
	Doc: `PostgreSQL
Versions 14 and later in ranges of blocks; older ones read each table in one transaction. Views are not
executed; foreign tables are not read. Large objects are rows of pg_largeobject.`,
	Schemes:  []string{"postgres", "postgresql"},
	Settle:   settle,
	Open:     open,
	Place:    place,
	Server:   server,
	Elements: elements,
}

// environment are the variables of libpq that decide how to connect, with the
// names of their settings.
var environment = map[string]string{
	"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGDATABASE": "database", "PGPASSWORD": "password", "PGPASSFILE": "passfile",
	"PGSERVICE": "service", "PGSERVICEFILE": "servicefile", "PGCONNECT_TIMEOUT": "connect_timeout",
	"PGSSLMODE": "sslmode", "PGSSLROOTCERT": "sslrootcert", "PGSSLCERT": "sslcert", "PGSSLKEY": "sslkey", "PGSSLPASSWORD": "sslpassword",
	"PGSSLSNI": "sslsni", "PGSSLNEGOTIATION": "sslnegotiation", "PGTARGETSESSIONATTRS": "target_session_attrs",
	"PGCHANNELBINDING": "channel_binding", "PGREQUIREAUTH": "require_auth", "PGKRBSRVNAME": "krbsrvname",
}

// settle merges, as libpq does, the environment, the service file and the URL. A
// password that is in none of them is looked for in the password file when a
// connection is made. Without a word about TLS, a server on another machine has to
// prove who it is.
func settle(t dialect.Target, getenv func(string) string) (dialect.Settings, error) {
	s := dialect.Settings{}
	known := map[string]bool{"host": true, "port": true, "application_name": true}
	for variable, name := range environment {
		known[name] = true
		if v := getenv(variable); v != "" {
			s[name] = v
		}
	}
	url := dialect.Settings{"user": t.User, "host": t.Host, "port": t.Port, "database": t.Database}
	for name, value := range t.Query {
		if name == "dbname" {
			name = "database"
		}
		if !known[name] {
			return nil, fmt.Errorf("unknown parameter %q in the URL", name)
		}
		url[name] = value
	}
	if err := addService(s, url, getenv); err != nil {
		return nil, err
	}
	add(s, url)
	if s["krbsrvname"] != "" {
		if err := kerberos.Settle(s, getenv); err != nil {
			return nil, err
		}
	}
	if s["sslmode"] == "" && !local(s["host"]) {
		s["sslmode"] = "verify-full"
	}
	return s, check(s)
}

// sslModes are what libpq knows.
var sslModes = []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}

// check tells mistakes that would else only show as a connection that cannot be made. It
// names the setting: where it comes from, the URL, the environment or a service, its
// author knows.
func check(s dialect.Settings) error {
	if mode := s["sslmode"]; mode != "" && !slices.Contains(sslModes, mode) {
		return fmt.Errorf("sslmode takes %s", strings.Join(sslModes, ", "))
	}
	for _, name := range []string{"sslrootcert", "sslcert", "sslkey"} {
		if s[name] == "" || name == "sslrootcert" && s[name] == "system" {
			continue
		}
		f, err := os.Open(s[name])
		if err != nil {
			return fmt.Errorf("%s: the file %q cannot be read", name, s[name])
		}
		f.Close()
	}
	if v := s["connect_timeout"]; v != "" {
		if n, err := strconv.Atoi(v); err != nil || n < 0 {
			return errors.New("connect_timeout takes seconds")
		}
	}
	return nil
}

func add(s, more dialect.Settings) {
	for name, value := range more {
		if value != "" {
			s[name] = value
		}
	}
}

// addService adds the settings of the service that the URL or the environment
// names.
func addService(s, url dialect.Settings, getenv func(string) string) error {
	name, file := s["service"], s["servicefile"]
	if url["service"] != "" {
		name = url["service"]
	}
	if url["servicefile"] != "" {
		file = url["servicefile"]
	}
	delete(s, "service")
	delete(s, "servicefile")
	delete(url, "service")
	delete(url, "servicefile")
	if name == "" {
		return nil
	}
	if file == "" {
		file = filepath.Join(getenv("HOME"), ".pg_service.conf")
	}
	list, err := pgservicefile.ReadServicefile(file)
	if err != nil {
		return fmt.Errorf("the service file %q cannot be read", file)
	}
	service, err := list.GetService(name)
	if err != nil {
		return errors.New("the service file does not know that service")
	}
	settings := dialect.Settings{}
	for k, v := range service.Settings {
		if k == "dbname" {
			k = "database"
		}
		settings[k] = v
	}
	add(s, settings)
	return nil
}

// local reports whether a host is this machine: a socket, or the loopback.
func local(host string) bool {
	if host == "" || strings.HasPrefix(host, "/") || host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func server(s dialect.Settings) dialect.Server {
	port := s["port"]
	if port == "" {
		port = "5432"
	}
	return dialect.Server{Host: s["host"], Port: port, More: kerberos.Ports(s)}
}

// connectString writes the settings in the form of libpq.
func connectString(s dialect.Settings, database string) string {
	var b strings.Builder
	quote := strings.NewReplacer("\\", "\\\\", "'", "\\'")
	write := func(name, value string) { fmt.Fprintf(&b, "%s='%s' ", name, quote.Replace(value)) }
	names := make([]string, 0, len(s))
	for name := range s {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if name != "database" && !kerberos.Of(name) {
			write(name, s[name])
		}
	}
	if database == "" {
		database = maintenance
	}
	write("database", database)
	return b.String()
}

// maintenance is the database in which the list of databases is asked for.
const maintenance = "postgres"
