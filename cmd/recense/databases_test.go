package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"recense/sources/databases/databasestest"
)

// TestPostgresAgainstTruth scans the database of testdata/base.sql and compares
// all that the documents say with testdata/verite-base.json: every table, every
// column, every kind with its exact count, and nothing beyond.
func TestPostgresAgainstTruth(t *testing.T) {
	s := databasestest.Postgres(t)
	t.Setenv("PGHOST", s.Host)
	t.Setenv("PGPORT", s.Port)
	t.Setenv("PGUSER", s.Admin)
	name := s.Database(t)
	againstTruth(t, s, name, "postgres:///"+name, "postgres://"+s.Host+":"+s.Port+"/"+name+"/public/")
}

// TestMariaDBAgainstTruth is the same against MariaDB.
func TestMariaDBAgainstTruth(t *testing.T) {
	s := databasestest.MariaDB(t)
	name := s.Database(t)
	at := s.Host + ":" + s.Port + "/" + name
	againstTruth(t, s, name, "mysql://"+s.Admin+"@"+at, "mysql://"+at+"/")
}

// TestSQLiteAgainstTruth is the same against a SQLite file.
func TestSQLiteAgainstTruth(t *testing.T) {
	sql, err := os.ReadFile(filepath.Join("..", "..", "testdata", "base.sql"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "base.db")
	cmd := exec.Command("sqlite3", "-bail", file)
	cmd.Stdin = bytes.NewReader(sql)
	if out, err := cmd.CombinedOutput(); err != nil {
		if os.Getenv("CI") != "true" {
			t.Skipf("sqlite3: %v: %s", err, out)
		}
		t.Fatalf("sqlite3: %v: %s", err, out)
	}
	got := scanTarget(t, "sqlite://"+file, "sqlite://"+file+"/")
	if got.code != "0" {
		t.Fatalf("exit code %s\n%s", got.code, got.printed)
	}
	readTruth(t, "verite-base.json").check(t, got)
}

// againstTruth fills a database, scans it and compares; base is what stands in
// front of the names of its tables.
func againstTruth(t *testing.T, s *databasestest.Server, name, target, base string) {
	t.Helper()
	sql, err := os.ReadFile(filepath.Join("..", "..", "testdata", "base.sql"))
	if err != nil {
		t.Fatal(err)
	}
	s.Run(t, name, string(sql))
	want := readTruth(t, "verite-base.json")
	got := scanTarget(t, target, base)
	if got.code != "0" {
		t.Fatalf("exit code %s\n%s", got.code, got.printed)
	}
	want.check(t, got)
}

// TestLDAPInWorkers scans a directory the whole way, over TLS, in caged processes.
func TestLDAPInWorkers(t *testing.T) {
	var ldif strings.Builder
	s := databasestest.Suffix
	fmt.Fprintf(&ldif, "dn: %s\nobjectClass: dcObject\nobjectClass: organization\ndc: mutuelle\no: Mutuelle\n\ndn: ou=people,%s\nobjectClass: organizationalUnit\nou: people\n\n", s, s)
	for i := range 20 {
		n := 1800175001012 + int64(i)
		fmt.Fprintf(&ldif, "dn: uid=u%d,ou=people,%s\nobjectClass: inetOrgPerson\nuid: u%d\ncn: u%d\nsn: u%d\nmail: u%d@example.com\nemployeeNumber: %d%02d\n\n", i, s, i, i, i, i, n, 97-n%97)
	}
	d := databasestest.OpenLDAP(t, ldif.String(), "access to * by users read by * none\n")
	t.Setenv("LDAP_PASSWORD", databasestest.ManagerIs)
	at := "ldaps://" + d.Host + ":" + d.Secure + "/" + s
	got := scanTarget(t, at+"?rights=full&bind="+databasestest.Manager+"&sslca="+d.File("ca.pem"), "ldap://"+d.Host+":"+d.Secure+"/")
	if got.code != "0" || !strings.Contains(got.printed, "2 emplacements découverts = 2 analysés") {
		t.Errorf("exit code %s\n%s", got.code, got.printed)
	}
	if strings.Contains(got.printed, databasestest.ManagerIs) {
		t.Error("the password is told")
	}
}

// TestKerberosInWorkers scans a database whose account proves itself by a ticket, in caged
// processes: the keytab is read there, the ticket is asked for, the server proves itself.
func TestKerberosInWorkers(t *testing.T) {
	s := databasestest.Postgres(t)
	k := databasestest.Kerberos(t)
	db := s.Database(t)
	server, account := k.Keytab(t, "postgres/localhost"), k.Keytab(t, "ticket")
	s.Run(t, "", "ALTER SYSTEM SET krb_server_keyfile = 'FILE:"+server+"';\nSELECT pg_reload_conf();\nSELECT pg_sleep(0.3);")
	t.Cleanup(func() { s.Run(t, "", "ALTER SYSTEM RESET krb_server_keyfile;\nSELECT pg_reload_conf();") })
	s.Run(t, db, `CREATE ROLE ticket LOGIN; CREATE TABLE adherent (id int PRIMARY KEY, num_secu text); GRANT SELECT ON adherent TO ticket;
INSERT INTO adherent SELECT i, n.b::text || lpad((97 - n.b % 97)::text, 2, '0') FROM generate_series(1, 12) i, LATERAL (SELECT 1800175001000 + i AS b) n;`)
	t.Cleanup(func() { s.Run(t, db, "DROP OWNED BY ticket; DROP ROLE ticket;") })
	t.Setenv("KRB5_CONFIG", k.Config)
	t.Setenv("KRB5_CLIENT_KTNAME", account)
	target := "postgres://ticket@localhost:" + s.Port + "/" + db + "?krbsrvname=postgres&sslmode=disable"
	got := scanTarget(t, target, "postgres://localhost:"+s.Port+"/"+db+"/public/")
	if nir := got.inventory["adherent"]["nir"]; got.code != "0" || nir == nil || nir.number("matches") != 12 {
		t.Errorf("exit code %s, %v\n%s", got.code, nir, got.printed)
	}
	t.Setenv("KRB5_CLIENT_KTNAME", k.Keytab(t, "intrus"))
	dir := t.TempDir()
	if code, printed := runRecense(t, program(t), dir, "scan", target, "-o", "out", "--lang", "en"); code != "5" || !strings.Contains(printed, "refused the account") {
		t.Errorf("another account's key: exit code %s\n%s", code, printed)
	}
	t.Setenv("KRB5_CLIENT_KTNAME", account)
	k.Keytab(t, "postgres/127.0.0.1") // which the server does not hold
	if code, printed := runRecense(t, program(t), dir, "scan", strings.Replace(target, "localhost", "127.0.0.1", 1), "-o", "out", "--lang", "en"); code != "5" {
		t.Errorf("a server without the key: exit code %s\n%s", code, printed)
	}
}

// TestSampleInDocuments samples a table in whose comments one NIR was forgotten: it is found,
// because comments are read in every row, and each column says how much of it was read.
func TestSampleInDocuments(t *testing.T) {
	s := databasestest.Postgres(t)
	t.Setenv("PGHOST", s.Host)
	t.Setenv("PGPORT", s.Port)
	t.Setenv("PGUSER", s.Admin)
	db := s.Database(t)
	s.Run(t, db, `CREATE TABLE appel (id int PRIMARY KEY, courriel varchar(60), reste varchar(199), commentaire text);
INSERT INTO appel SELECT i, 'a' || i || '@example.com', repeat('x', 190), CASE WHEN i = 13337 THEN 'rappeler, NIR 180017500100104' ELSE 'rappeler demain' END FROM generate_series(1, 20000) i; ANALYZE;`)
	dir := t.TempDir()
	code, printed := runRecense(t, program(t), dir, "scan", "postgres:///"+db, "-o", "out", "--lang", "fr", "--sample", "128KiB", "--seed", "3", "--format", "arrow,html")
	if code != "0" || !strings.Contains(printed, "1 échantillonné") {
		t.Fatalf("exit code %s\n%s", code, printed)
	}
	seen := map[string]bool{}
	for _, r := range readTable(t, filepath.Join(dir, "out"), "elements.arrow") {
		name, kind := r.text("element_name"), r.text("detector")
		seen[name+" "+kind] = true
		switch name + " " + kind {
		case "commentaire nir":
			if r.number("matches") != 1 || r.number("rows_read") != 20000 || r["sample_method"] != nil || r["missed_upper_bound"] != nil {
				t.Errorf("the comment: %v", r)
			}
		case "courriel email":
			if n := r.number("rows_read"); n < 100 || n > 4000 || r.number("matches") != n || r.text("sample_method") != "blocks" || r.number("missed_upper_bound") == 0 {
				t.Errorf("the rest: %v", r)
			}
		}
	}
	if !seen["commentaire nir"] || !seen["courriel email"] {
		t.Errorf("found: %v", seen)
	}
	page, err := os.ReadFile(filepath.Join(dir, "out", "rapport.html"))
	if err != nil || !bytes.Contains(page, []byte("Colonnes de texte libre : toutes les lignes lues (20000)")) {
		t.Errorf("the page does not say so: %v", err)
	}
}
