// Package mysql reads MariaDB and MySQL over the text protocol, with go-sql-driver; rows
// that come without TLS are taken in front of it (stream.go).
//
// Rows are read in pages along the primary key, each in a statement of its own
// with a time limit; the session is read-only. The position of a row is its key.
// Tables without a key are read in one statement, their rows told by their number.
// Errors keep their number; the message, which may quote data, is dropped.
package mysql

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"recense/sources/databases/dialect"
)

// Dialect is MariaDB and MySQL.
var Dialect = dialect.Dialect{
	Name: "mysql",
	Doc: `MariaDB, MySQL
Pages along the primary key; large tables with a whole number as key in parallel ranges or, beyond the size of a
sample, in windows drawn at random; other tables are read in full. Views are not executed. Tables without any right of the account are not listed by the server.`,
	Schemes: []string{"mysql", "mariadb"},
	Settle:  settle,
	Open:    open,
	Place:   func([]byte) string { return "" },
	Server: func(s dialect.Settings) dialect.Server {
		return dialect.Server{Host: s["host"], Port: s["port"]}
	},
}

// settle merges the option file (~/.my.cnf, section client), the environment and
// the URL. Without a word about TLS, a server on another machine has to prove who it
// is.
func settle(t dialect.Target, getenv func(string) string) (dialect.Settings, error) {
	s := dialect.Settings{}
	if home := getenv("HOME"); home != "" {
		if err := optionFile(s, filepath.Join(home, ".my.cnf")); err != nil {
			return nil, err
		}
	}
	for variable, name := range map[string]string{"MYSQL_HOST": "host", "MYSQL_TCP_PORT": "port", "MYSQL_PWD": "password", "MYSQL_UNIX_PORT": "socket"} {
		if v := getenv(variable); v != "" {
			s[name] = v
		}
	}
	for name, value := range t.Query {
		switch name {
		case "tls", "sslca", "socket":
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
		s["port"] = "3306"
	}
	if s["host"] == "" {
		s["host"] = "localhost"
	}
	switch s["tls"] {
	case "":
		s["tls"] = "verify"
		if local(s["host"]) {
			s["tls"] = "preferred"
		}
	case "verify", "preferred", "skip-verify", "false":
	default:
		return nil, errors.New("tls takes verify, preferred, skip-verify or false")
	}
	return s, nil
}

// optionFile reads the section client of an option file.
func optionFile(s dialect.Settings, path string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the option file %q cannot be read", path)
	}
	defer f.Close()
	names := map[string]string{"user": "user", "password": "password", "host": "host", "port": "port", "socket": "socket", "ssl-ca": "sslca", "database": "database"}
	section := ""
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]")
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if known := names[strings.ReplaceAll(strings.TrimSpace(name), "_", "-")]; ok && known != "" && section == "client" {
			s[known] = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	return nil
}

// local reports whether a host is this machine.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
