// Package sqlserver reads Microsoft SQL Server and Azure SQL over go-mssqldb.
//
// The engine has no read-only transaction: every request is one SELECT with
// ApplicationIntent=ReadOnly, READ COMMITTED, a lock timeout, a low deadlock
// priority and a time limit; NOLOCK is never used. Rows are read in pages along the
// primary key; tables without one in one statement, their rows told by their number.
// Samples are drawn with TABLESAMPLE.
//
// Tables with an enabled filter predicate are filtered; masked columns (without the
// right UNMASK) and columns under Always Encrypted are not read and make their table
// filtered. What the account cannot know of these for want of VIEW DEFINITION is
// told. The SQL follows the vendor's documentation; it was run against no server.
package sqlserver

import (
	"errors"
	"fmt"
	"net"
	"strconv"

	"recense/sources/databases/dialect"
)

// Dialect is SQL Server.
var Dialect = dialect.Dialect{
	Name: "sqlserver",
	Doc: `SQL Server, Azure SQL (not run against a server)
Versions 2012 and later. Pages along the primary key, samples of pages. Views, synonyms and external tables are not
read; column encryption is not undone. Integrated (Kerberos) login is not built in.`,
	Schemes: []string{"sqlserver", "mssql"},
	Settle:  settle,
	Open:    open,
	Place:   func([]byte) string { return "" },
	Server: func(s dialect.Settings) dialect.Server {
		return dialect.Server{Host: s["host"], Port: s["port"]}
	},
}

// settle merges the environment (the names of sqlcmd) and the URL. Without a word
// about TLS, a server on another machine has to prove who it is.
func settle(t dialect.Target, getenv func(string) string) (dialect.Settings, error) {
	s := dialect.Settings{}
	for variable, name := range map[string]string{"SQLCMDUSER": "user", "SQLCMDPASSWORD": "password", "SQLCMDDBNAME": "database"} {
		if v := getenv(variable); v != "" {
			s[name] = v
		}
	}
	for name, value := range t.Query {
		switch name {
		case "tls", "sslca":
			s[name] = value
		default:
			return nil, fmt.Errorf("unknown parameter %q in the URL", name)
		}
	}
	for name, value := range map[string]string{"user": t.User, "host": t.Host, "port": t.Port, "database": t.Database} {
		if value != "" {
			s[name] = value
		}
	}
	if s["port"] == "" {
		s["port"] = "1433"
	}
	if s["host"] == "" {
		s["host"] = "localhost"
	}
	if n, err := strconv.ParseUint(s["port"], 10, 16); err != nil || n == 0 {
		return nil, errors.New("the port is a number")
	}
	switch s["tls"] {
	case "":
		s["tls"] = "verify"
		if local(s["host"]) {
			s["tls"] = "skip-verify"
		}
	case "verify", "skip-verify", "false":
	default:
		return nil, errors.New("tls takes verify, skip-verify or false")
	}
	return s, nil
}

// local reports whether a host is this machine.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
