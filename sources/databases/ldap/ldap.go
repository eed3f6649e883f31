// Package ldap reads directories over LDAP version 3 (RFC 4511) with go-ldap: a naming
// context is a database, each branch below it a table, an entry a row, an attribute a
// column with as many values as it has.
//
// Entries come in pages (RFC 2696), so that the server holds no long search. A position
// is the number of an entry; behind a lost connection a branch is searched again and
// the entries read before are passed over. The connection is encrypted before anything
// is said (ldaps, or StartTLS) and the server proves who it is. Referrals to other
// servers are not followed and make a branch partial.
//
// A directory hides what an account may not see without telling, so no branch is clean
// unless the URL says that the account sees everything (rights=full).
package ldap

import (
	"errors"
	"fmt"
	"net"
	"strconv"

	"recense/sources/databases/dialect"
)

// Dialect is LDAP.
var Dialect = dialect.Dialect{
	Name: "ldap",
	Doc: `LDAP directories (OpenLDAP, Active Directory)
ldaps://srv/dc=exemple,dc=fr?bind=cn=lecteur,dc=exemple,dc=fr; ldap:// uses StartTLS. A branch is a table, an entry a row,
an attribute a column. Referrals are not followed; pictures and certificates in attributes are members. Kerberos is not built in.`,
	Schemes:  []string{"ldap", "ldaps"},
	Brief:    true,
	Settle:   settle,
	Open:     open,
	Place:    func([]byte) string { return "" },
	Elements: dialect.ReadElements,
	Server: func(s dialect.Settings) dialect.Server {
		return dialect.Server{Host: s["host"], Port: s["port"]}
	},
}

func settle(t dialect.Target, getenv func(string) string) (dialect.Settings, error) {
	s := dialect.Settings{"host": t.Host, "port": t.Port, "user": t.User, "password": getenv("LDAP_PASSWORD")}
	for name, value := range t.Query {
		switch name {
		case "tls", "sslca", "rights":
			s[name] = value
		case "bind":
			s["user"] = value
		default:
			return nil, fmt.Errorf("unknown parameter %q in the URL", name)
		}
	}
	if s["host"] == "" {
		s["host"] = "localhost"
	}
	switch {
	case t.Scheme == "ldaps" && s["tls"] == "":
		s["tls"] = "ldaps"
	case t.Scheme == "ldap" && s["tls"] == "" && local(s["host"]):
		s["tls"] = "false"
	case t.Scheme == "ldap" && s["tls"] == "":
		s["tls"] = "starttls"
	case t.Scheme == "ldap" && (s["tls"] == "starttls" || s["tls"] == "false"):
	default:
		return nil, errors.New("tls takes starttls or false, for ldap:// alone")
	}
	if s["rights"] != "" && s["rights"] != "full" {
		return nil, errors.New("rights takes full")
	}
	if s["port"] == "" {
		s["port"] = map[string]string{"ldaps": "636", "starttls": "389", "false": "389"}[s["tls"]]
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
