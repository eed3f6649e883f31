package databasestest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Realm is that of the tickets of a KDC.
const Realm = "EXEMPLE.TEST"

// KDC is a running server that issues tickets.
type KDC struct {
	Server
	Config string // for KRB5_CONFIG
}

// Kerberos starts a KDC for a test. Without one on the machine the test is skipped, or fails
// under CI.
func Kerberos(t testing.TB) *KDC {
	t.Helper()
	k := &KDC{Server: Server{Engine: "kerberos", Host: "127.0.0.1"}}
	for _, name := range []string{"krb5kdc", "kdb5_util", "kadmin.local"} {
		if _, err := k.program(name); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
	t.Cleanup(k.stop)
	if err := k.begin(); err != nil {
		t.Fatal(err)
	}
	return k
}

func (k *KDC) program(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return exec.LookPath("/usr/sbin/" + name)
}

// tool prepares a program of the KDC.
func (k *KDC) tool(name string, args ...string) *exec.Cmd {
	path, _ := k.program(name)
	cmd := k.command(path, args...)
	cmd.Env = append(cmd.Env, "KRB5_CONFIG="+k.Config, "KRB5_KDC_PROFILE="+k.File("kdc.conf"))
	return cmd
}

func (k *KDC) begin() error {
	if err := k.prepare(); err != nil {
		return err
	}
	k.Config = k.File("krb5.conf")
	at := k.Host + ":" + k.Port
	for name, text := range map[string]string{
		"krb5.conf": "[libdefaults]\n default_realm = " + Realm + "\n dns_lookup_kdc = false\n dns_lookup_realm = false\n rdns = false\n[realms]\n " + Realm + " = {\n  kdc = " + at + "\n }\n",
		"kdc.conf": "[kdcdefaults]\n kdc_listen = " + at + "\n kdc_tcp_listen = " + at + "\n[realms]\n " + Realm + " = {\n  database_name = " + k.File("principal") + "\n  key_stash_file = " + k.File("stash") +
			"\n  acl_file = " + k.File("acl") + "\n }\n[logging]\n kdc = FILE:" + k.File("kdc.log") + "\n",
	} {
		if err := os.WriteFile(k.File(name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	if out, err := k.tool("kdb5_util", "create", "-s", "-r", Realm, "-P", "essai").CombinedOutput(); err != nil {
		return fmt.Errorf("kdb5_util: %v: %s", err, out)
	}
	k.cmd = k.tool("krb5kdc", "-n")
	if err := k.cmd.Start(); err != nil {
		return err
	}
	return k.await(func() error {
		if data, err := os.ReadFile(k.File("kdc.log")); err != nil || !strings.Contains(string(data), "commencing operation") {
			return fmt.Errorf("not ready: %v", err)
		}
		return nil
	})
}

// Keytab makes an account with a key of its own and returns the file that holds it, which
// everyone may read.
func (k *KDC) Keytab(t testing.TB, principal string) string {
	t.Helper()
	file := k.File(filepath.Base(strings.ReplaceAll(principal, "/", "_")) + ".keytab")
	for _, query := range []string{"addprinc -randkey " + principal, "ktadd -k " + file + " " + principal} {
		if out, err := k.tool("kadmin.local", "-r", Realm, "-q", query).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", query, err, out)
		}
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}
