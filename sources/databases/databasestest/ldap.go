package databasestest

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Directory is a running OpenLDAP server with the entries it was started with.
type Directory struct {
	*Server
	Secure string // port of ldaps
}

// The suffix of a Directory, and the account that sees everything of it.
const (
	Suffix    = "dc=mutuelle,dc=example"
	Manager   = "cn=admin," + Suffix
	ManagerIs = "un secret de test"
)

// File returns the path of ca.pem or other.pem, an authority that signed the server's
// certificate and one that did not.
func (s *Server) File(name string) string { return filepath.Join(s.folder, name) }

// OpenLDAP starts a server with entries (LDIF) and rules of access (slapd.conf), which
// ends with the test. Without one on the machine the test is skipped, or fails under CI.
func OpenLDAP(t testing.TB, entries, rules string) *Directory {
	t.Helper()
	d := &Directory{Server: &Server{Engine: "ldap", Host: "127.0.0.1", Admin: Manager}}
	err := d.start(entries, rules)
	t.Cleanup(d.stop)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no ldap server: %v", err)
		}
		t.Skipf("no ldap server: %v", err)
	}
	return d
}

func (d *Directory) start(entries, rules string) error {
	slapd, err := newest("/usr/sbin/slapd")
	if err != nil {
		return err
	}
	if err := d.prepare(); err != nil {
		return err
	}
	if d.Secure, err = freePort(); err != nil {
		return err
	}
	if err := certificates(d.folder); err != nil {
		return err
	}
	config := strings.NewReplacer("%d", d.folder, "%s", Suffix, "%m", Manager, "%p", ManagerIs).Replace(`include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile %d/pid
TLSCertificateFile %d/server.pem
TLSCertificateKeyFile %d/server.key
TLSCACertificateFile %d/ca.pem
database mdb
directory %d/data
suffix "%s"
rootdn "%m"
rootpw "%p"
`) + rules
	data := filepath.Join(d.folder, "data")
	for path, text := range map[string]string{d.File("slapd.conf"): config, d.File("entries.ldif"): entries} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(data, nobody, nobody); err != nil {
			return err
		}
	}
	fill := d.command("/usr/sbin/slapadd", "-q", "-f", d.File("slapd.conf"), "-l", d.File("entries.ldif"))
	if out, err := fill.CombinedOutput(); err != nil {
		return fmt.Errorf("slapadd: %v: %s", err, out)
	}
	d.cmd = d.command(slapd, "-d", "0", "-f", d.File("slapd.conf"), "-h", "ldap://"+d.Host+":"+d.Port+" ldaps://"+d.Host+":"+d.Secure)
	if err := d.cmd.Start(); err != nil {
		return err
	}
	return d.await(func() error {
		c, err := tls.Dial("tcp", net.JoinHostPort(d.Host, d.Secure), &tls.Config{InsecureSkipVerify: true})
		if err == nil {
			c.Close()
		}
		return err
	})
}
