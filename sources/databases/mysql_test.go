package databases

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"recense/sources"
	"recense/sources/databases/databasestest"
	"recense/sources/databases/dialect"
	"recense/sources/sourcetest"
)

func TestMariaDBTypes(t *testing.T) {
	m := databasestest.MariaDB(t)
	db := m.Database(t)
	m.Run(t, db, `CREATE TABLE `+"`Salarié`"+` (id bigint PRIMARY KEY, numero varchar(20) COMMENT 'Numéro de sécurité sociale', civ enum('M.','Mme'), ne date,
 paye decimal(8,2), fiche json, photo blob, vieux varchar(40) CHARACTER SET latin1, note mediumtext) COMMENT 'Contact : paie@example.com';
INSERT INTO `+"`Salarié`"+` VALUES (1, '180017500100012', 'Mme', '1980-01-31', 12.50, '{"nom": "Élise", "tels": ["0639980001"]}', 'ABC', 'Hélène', 'a\\b''c'),
 (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (3, '', 'M.', NULL, -1, '[]', x'00ff', '', concat('long ', repeat('é ', 300000), 'fin'));
CREATE VIEW vue AS SELECT 1;`)
	all := readAll(t, source(t, m, db, nil))
	if v := all[db+"/vue"]; v == nil || v.Result.Status != sources.Excluded || v.Result.Detail != sources.View {
		t.Errorf("view: %+v", v)
	}
	l := all[db+"/Salari%C3%A9"]
	if l == nil || l.Result.Status != sources.Scanned || l.Result.Records != 3 {
		t.Fatalf("%+v", l)
	}
	for column, want := range map[string][]string{
		"id": {"1", "2", "3"}, "numero": {"180017500100012"}, "civ": {"Mme", "M."}, "ne": {"1980-01-31"}, "paye": {"12.50", "-1.00"},
		"fiche.nom": {"Élise"}, "fiche.tels[*]": {"0639980001"}, "photo": {"ABC"}, "vieux": {"Hélène"}, "note": {`a\b'c`},
	} {
		if got := l.Values(column); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", column, got, want)
		}
	}
	text := string(l.Text)
	if !strings.Contains(text, "paie@example.com") || strings.Count(text, "é") != 300003 || !strings.Contains(text, "fin") {
		t.Errorf("comments and the long value: %d bytes", len(text))
	}
	if k := l.Cells[0].At.Key; !strings.HasPrefix(k, "id"+sources.KeyMark) {
		t.Errorf("key %q", k)
	}
}

func TestMariaDBSource(t *testing.T) {
	m := databasestest.MariaDB(t)
	db := m.Database(t)
	m.Run(t, db, `CREATE TABLE nombres (id int PRIMARY KEY, v varchar(200)); INSERT INTO nombres SELECT seq * 3, concat(repeat('x', 100), seq) FROM seq_1_to_30000;
CREATE TABLE textes (a varchar(20), b date, v varchar(20), PRIMARY KEY (a, b)); INSERT INTO textes SELECT concat('clé ', seq % 100, '''\\'), '2020-01-01' + INTERVAL seq DAY, seq FROM seq_1_to_45000;
CREATE TABLE sans_cle (v varchar(20)); INSERT INTO sans_cle SELECT seq FROM seq_1_to_3000; ANALYZE TABLE nombres;`)
	small := func(o *Options) { o.Limits.Range = 512 << 10 }
	sourcetest.Source(t, func(t *testing.T) sources.Source { return source(t, m, db, small) })
	all := readAll(t, source(t, m, db, small))
	for name, want := range map[string]int{"nombres": 30000, "textes": 45000, "sans_cle": 3000} {
		seen := map[string]bool{}
		for _, v := range all[db+"/"+name].Values("v") {
			seen[v] = true
		}
		if len(seen) != want || all[db+"/"+name].Result.Records != int64(want) {
			t.Errorf("%s: %d of %d rows, %d read", name, len(seen), want, all[db+"/"+name].Result.Records)
		}
	}
}

func TestMariaDBRights(t *testing.T) {
	m := databasestest.MariaDB(t)
	db := m.Database(t)
	m.Run(t, db, `CREATE TABLE a (id int PRIMARY KEY, v text, secret text); INSERT INTO a VALUES (1, 'x', 'y'); CREATE TABLE b (id int);
CREATE OR REPLACE USER lecteur IDENTIFIED BY 'p'; GRANT SELECT (id, v) ON `+db+`.a TO lecteur;`)
	s := source(t, m, db, func(o *Options) { o.Settings["user"], o.Settings["password"] = "lecteur", "p" })
	if err := s.Check(context.Background()); err != nil || s.MayWrite() {
		t.Errorf("check: %v, may write %v", err, s.MayWrite())
	}
	all := readAll(t, s)
	if l := all[db+"/a"]; l == nil || !slices.Equal(l.Values("v"), []string{"x"}) || l.Values("secret") != nil {
		t.Errorf("%+v", l)
	}
	admin := source(t, m, db, nil)
	if err := admin.Check(context.Background()); err != nil || !admin.MayWrite() {
		t.Errorf("administrator: %v, may write %v", err, admin.MayWrite())
	}
	wrong := source(t, m, db, func(o *Options) { o.Settings["user"], o.Settings["password"] = "lecteur", "faux" })
	if err := wrong.Check(context.Background()); err == nil || strings.Contains(err.Error(), "lecteur") {
		t.Errorf("%v", err)
	}
}

// An erased or changed row of a system-versioned table is still there, and so are columns
// that no SELECT * shows.
func TestMariaDBHistory(t *testing.T) {
	m := databasestest.MariaDB(t)
	db := m.Database(t)
	m.Run(t, db, `CREATE TABLE suivi (id int PRIMARY KEY, v longtext) WITH SYSTEM VERSIONING; INSERT INTO suivi VALUES (1, 'avant'), (2, concat(repeat('x ', 600000), 'fin'));
UPDATE suivi SET v = 'après' WHERE id = 1; DELETE FROM suivi WHERE id = 2; CREATE TABLE simple (id int PRIMARY KEY, v text, cache text INVISIBLE); INSERT INTO simple (id, v, cache) VALUES (1, 'a', 'b'); DELETE FROM simple WHERE id = 2;`)
	all := readAll(t, source(t, m, db, nil))
	l := all[db+"/suivi"]
	if l == nil || l.Result.Status != sources.Scanned || l.Result.Records != 3 {
		t.Fatalf("%+v", l)
	}
	got := l.Values("v")
	slices.Sort(got)
	if !slices.Equal(got, []string{"après", "avant"}) || !strings.Contains(string(l.Text), "fin") {
		t.Errorf("%q, and %d bytes of text", got, len(l.Text))
	}
	if l := all[db+"/simple"]; l.Result.Records != 1 || !slices.Equal(l.Values("cache"), []string{"b"}) || !strings.HasPrefix(l.Cells[0].At.Key, "id"+sources.KeyMark) {
		t.Errorf("%+v", l)
	}
}

// Accounts that the server lets in and then leaves without rights, or not at all.
func TestMariaDBRefused(t *testing.T) {
	m := databasestest.MariaDB(t)
	db := m.Database(t)
	m.Run(t, db, `CREATE OR REPLACE USER perime IDENTIFIED BY 'p' PASSWORD EXPIRE; CREATE OR REPLACE USER ferme IDENTIFIED BY 'p' ACCOUNT LOCK; GRANT SELECT ON `+db+`.* TO perime, ferme;`)
	t.Cleanup(func() { m.Run(t, db, "DROP USER perime, ferme;") })
	for _, user := range []string{"perime", "ferme"} {
		s := source(t, m, db, func(o *Options) { o.Settings["user"], o.Settings["password"] = user, "p" })
		if class, reason := dialect.ClassOf(s.Check(context.Background())); class != dialect.Denied || reason != sources.PermissionDenied {
			t.Errorf("%s: %v %s", user, class, reason)
		}
	}
}

func TestMariaDBCut(t *testing.T) {
	t.Parallel()
	m := databasestest.MariaDB(t)
	db := m.Database(t)
	m.Run(t, db, `CREATE TABLE t (id int PRIMARY KEY, v varchar(60)); INSERT INTO t SELECT seq, concat('valeur ', md5(seq)) FROM seq_1_to_20000;
CREATE TABLE sans_cle (v varchar(20)); INSERT INTO sans_cle SELECT concat('v', seq) FROM seq_1_to_9000;`)
	want := summary(readAll(t, source(t, m, db, nil)))
	for i, tls := range []string{"preferred", "false"} { // without TLS rows are taken in front of the driver
		p := databasestest.NewProxy(t, m.Host+":"+m.Port, uint64(5+i), 200_000)
		port := p.Port
		s := source(t, m, db, func(o *Options) { o.Settings["port"], o.Settings["tls"] = port, tls })
		s.wait = func(ctx context.Context, d time.Duration) error { return ctx.Err() }
		if got := summary(readAll(t, s)); !reflect.DeepEqual(got, want) {
			t.Errorf("tls=%s: not the same after %d cuts: %v, want %v", tls, p.Cuts(), got, want)
		}
		if p.Cuts() < 5 {
			t.Errorf("tls=%s: only %d cuts", tls, p.Cuts())
		}
	}
}
