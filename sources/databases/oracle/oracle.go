// Package oracle reads Oracle Database over go-ora.
//
// Every page is read in a READ ONLY transaction of its own, with a time limit;
// nothing is ever locked. With the right to read DBA_EXTENTS a table is read extent
// by extent, by rowid, and the position of a row is its rowid; without it in pages
// along the primary key, and tables without one in one statement, their rows told by
// their number. Samples are drawn with SAMPLE BLOCK.
//
// Tables with an enabled policy (VPD, Label Security) are filtered unless the account
// is exempt; columns under Data Redaction are not read and make their table filtered.
// Where the account may not see the redaction policies, that is told. The SQL follows
// the vendor's documentation; it was run against no server.
package oracle

import (
	"errors"
	"fmt"
	"net"
	"strconv"

	"recense/sources/databases/dialect"
)

// Dialect is Oracle Database.
var Dialect = dialect.Dialect{
	Name: "oracle",
	Doc: `Oracle Database (not run against a server)
Versions 12.2 and later; one service (pluggable database) a target: oracle://lecteur@srv:2484/service. Extents by rowid
with the right to read DBA_EXTENTS, else pages along the primary key. Views and external tables are not read. Integrated
(Kerberos) login is not built in.`,
	Schemes: []string{"oracle"},
	Settle:  settle,
	Open:    open,
	Place:   place,
	Server: func(s dialect.Settings) dialect.Server {
		return dialect.Server{Host: s["host"], Port: s["port"]}
	},
}

// settle completes the URL. Without a word about TLS, a server on another machine has
// to prove who it is (TCPS); tls=false stands for the native encryption of the engine,
// which is then required and proves nothing about the server.
func settle(t dialect.Target, getenv func(string) string) (dialect.Settings, error) {
	s := dialect.Settings{"user": t.User, "host": t.Host, "port": t.Port, "service": t.Database, "password": getenv("ORACLE_PASSWORD")}
	for name, value := range t.Query {
		switch name {
		case "tls", "sslca":
			s[name] = value
		default:
			return nil, fmt.Errorf("unknown parameter %q in the URL", name)
		}
	}
	if s["service"] == "" {
		return nil, errors.New("the URL names a service: oracle://user@host:port/service")
	}
	if s["host"] == "" {
		s["host"] = "localhost"
	}
	switch s["tls"] {
	case "":
		s["tls"] = "verify"
		if local(s["host"]) {
			s["tls"] = "false"
		}
	case "verify", "false":
	default:
		return nil, errors.New("tls takes verify or false")
	}
	if s["port"] == "" {
		s["port"] = map[string]string{"verify": "2484", "false": "1521"}[s["tls"]]
	}
	if n, err := strconv.ParseUint(s["port"], 10, 16); err != nil || n == 0 {
		return nil, errors.New("the port is a number")
	}
	return s, nil
}

// local reports whether a host is this machine.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
