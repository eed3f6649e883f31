// Package mongodb reads MongoDB with the official driver: a collection is a table, a
// document a row, the paths in it are columns (adresse.rue, tels[*]).
//
// Documents come in pages in the order of _id, each a find of its own with a time limit,
// from a secondary where there is one; large collections whose _id are all ObjectIDs or
// all whole numbers in parallel ranges. Samples are drawn with $sample where the engine
// draws documents without reading all (less than a twentieth). Binary values are
// documents or text or told; fields encrypted by clients are binary values. GridFS is
// read as the collections that it is made of: files in several chunks are not put
// together.
package mongodb

import (
	"errors"
	"fmt"
	"net"
	"strconv"

	"recense/sources/databases/dialect"
)

// Dialect is MongoDB.
var Dialect = dialect.Dialect{
	Name: "mongodb",
	Doc: `MongoDB
Collections in pages along _id, $sample; views are not executed. mongodb://lecteur@srv/base?authsource=admin&replicaset=rs0
(one host; SRV names are not looked up). Kerberos and X.509 login are not built in.`,
	Schemes:  []string{"mongodb", srv},
	Brief:    true,
	Settle:   settle,
	Open:     open,
	Place:    func([]byte) string { return "" },
	Elements: dialect.ReadElements,
	Server: func(s dialect.Settings) dialect.Server {
		return dialect.Server{Host: s["host"], Port: s["port"]}
	},
}

// srv is the scheme of URLs whose hosts are looked up in the DNS. The servers that a name
// stands for would be those of whoever answers: hosts are named instead.
const srv = "mongodb+srv"

func settle(t dialect.Target, getenv func(string) string) (dialect.Settings, error) {
	if t.Scheme == srv {
		return nil, errors.New("names of mongodb+srv are not looked up: name a host, mongodb://host:27017/base?replicaset=name")
	}
	s := dialect.Settings{"host": t.Host, "port": t.Port, "user": t.User, "database": t.Database, "password": getenv("MONGODB_PASSWORD")}
	for name, value := range t.Query {
		switch name {
		case "tls", "sslca", "authsource", "replicaset":
			s[name] = value
		default:
			return nil, fmt.Errorf("unknown parameter %q in the URL", name)
		}
	}
	if s["host"] == "" {
		s["host"] = "localhost"
	}
	if s["port"] == "" {
		s["port"] = "27017"
	}
	if n, err := strconv.ParseUint(s["port"], 10, 16); err != nil || n == 0 {
		return nil, errors.New("the port is a number")
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
	return s, nil
}

// local reports whether a host is this machine.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
