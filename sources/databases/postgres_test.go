package databases

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/databases/databasestest"
	"recense/sources/sourcetest"
)

func TestMain(m *testing.M) { os.Exit(databasestest.Main(m)) }

// source returns a source over a database of a test server.
func source(t *testing.T, s *databasestest.Server, database string, change func(*Options)) *Source {
	t.Helper()
	opt, err := Parse(s.Engine+"://"+s.Admin+"@"+s.Host+":"+s.Port+"/"+database, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	opt.Name = "base"
	if change != nil {
		change(&opt)
	}
	src, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// readAll reads every unit of a source and puts the ranges of a table together, by
// path.
func readAll(t *testing.T, s *Source) map[string]*sourcetest.Location {
	t.Helper()
	all := map[string]*sourcetest.Location{}
	for u, err := range s.Units(context.Background()) {
		if err != nil {
			t.Fatalf("listing: %v", err)
		}
		r := sourcetest.New()
		if err := s.Read(context.Background(), u, r); err != nil {
			t.Fatalf("%s: %v", u.Path, err)
		}
		if err := r.Done(); err != nil {
			t.Errorf("%s: %v", u.Path, err)
		}
		l := r.Locations[0]
		if whole := all[u.Path]; whole != nil {
			whole.Cells = append(whole.Cells, l.Cells...)
			whole.Skips = append(whole.Skips, l.Skips...)
			whole.Result.Records += l.Result.Records
			continue
		}
		all[u.Path] = l
	}
	return all
}

const everyType = `
CREATE SCHEMA "Rh";
CREATE DOMAIN "Rh".nir AS text;
CREATE TYPE "Rh".civilite AS ENUM ('M.', 'Mme');
CREATE TYPE "Rh".adresse AS (rue text, ville text);
CREATE EXTENSION hstore;
CREATE TABLE "Rh"."Salarié" (
 id bigint PRIMARY KEY, numero "Rh".nir, civ "Rh".civilite, adr "Rh".adresse, tel varchar(20)[], ne date, paye numeric(8,2), actif boolean,
 fiche jsonb, vieux json, dossier xml, notes hstore, photo bytea, ip inet, tsv tsvector, "a/b" text);
COMMENT ON TABLE "Rh"."Salarié" IS 'Contact : paie@example.com';
COMMENT ON COLUMN "Rh"."Salarié".numero IS 'Numéro de sécurité sociale';
INSERT INTO "Rh"."Salarié" VALUES
 (1, '180017500100012', 'Mme', ROW('1 rue de l"Essai', 'Modèle, ville'), '{"0639 98","a(b)c",NULL}', '1980-01-31', 12.50, true,
  '{"nom": "Élise", "tels": ["0639980001", "0639980002"]}', '{"n":1}', '<f><nom>Zoé</nom></f>', '"clé"=>"valeur, \"x\"", b=>NULL', '\x414243', '192.0.2.1', 'a b', 'x
y'),
 (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (3, '', 'M.', ROW(NULL, ''), '{{a,b},{c,d}}', NULL, -1, false, '[{"nom": "Noé"}, {"nom": "Léa"}]', '"scalaire"', NULL, '', '\x00ff', NULL, NULL, NULL);
`

func TestPostgresTypes(t *testing.T) {
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, everyType)
	l := readAll(t, source(t, pg, db, nil))[db+"/Rh/Salari%C3%A9"]
	if l == nil || l.Result.Status != sources.Scanned || l.Result.Records != 3 {
		t.Fatalf("%+v", l)
	}
	for column, want := range map[string][]string{
		"id": {"1", "2", "3"}, "numero": {"180017500100012"}, "civ": {"Mme", "M."}, "adr": {`1 rue de l"Essai`, "Modèle, ville"},
		"tel": {"0639 98", "a(b)c", "a", "b", "c", "d"}, "ne": {"1980-01-31"}, "paye": {"12.50", "-1.00"}, "actif": nil,
		"fiche.nom": {"Élise"}, "fiche.tels[*]": {"0639980001", "0639980002"}, "fiche.[*].nom": {"Noé", "Léa"}, "vieux.n": {"1"}, "vieux": {"scalaire"},
		"dossier.f/nom": {"Zoé"}, "notes.clé": {`valeur, "x"`}, "photo": {"ABC"}, "ip": {"192.0.2.1"}, "tsv": {"'a' 'b'"}, "a/b": {"x\ny"},
	} {
		if got := l.Values(column); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", column, got, want)
		}
	}
	for _, c := range l.Cells {
		if !strings.HasPrefix(c.At.Key, "id"+sources.KeyMark) || len(c.At.Key) != 19 {
			t.Errorf("column %s: key %q", c.Column, c.At.Key)
		}
		if c.Column == "numero" && c.Label != "Numéro de sécurité sociale" {
			t.Errorf("label %q", c.Label)
		}
	}
	if !strings.Contains(string(l.Text), "paie@example.com") {
		t.Error("the comment was not handed over")
	}
	keys := map[string]int{}
	for _, c := range l.Cells {
		if c.Column == "id" || strings.HasSuffix(c.Column, ".nom") {
			keys[c.At.Key]++
		}
	}
	if len(keys) != 3 { // JSON has the key of its own row
		t.Errorf("%d keys for 3 rows: %v", len(keys), keys)
	}
}

// estate is a database in which not everything can be read by the account lecteur.
const estate = `
CREATE ROLE lecteur LOGIN;
CREATE ROLE equipe;
GRANT equipe TO lecteur;
CREATE SCHEMA rh; CREATE SCHEMA ferme;
GRANT USAGE ON SCHEMA rh TO PUBLIC;
CREATE TABLE rh.ouverte (id int PRIMARY KEY, v text); INSERT INTO rh.ouverte VALUES (1, 'a'); GRANT SELECT ON rh.ouverte TO PUBLIC;
CREATE TABLE rh.equipe (id int PRIMARY KEY, v text); GRANT SELECT ON rh.equipe TO equipe;
CREATE TABLE rh.refusee (id int PRIMARY KEY, v text);
CREATE TABLE rh.colonnes (id int PRIMARY KEY, v text, secret text); GRANT SELECT (id, v) ON rh.colonnes TO equipe;
CREATE TABLE rh.lignes (id int PRIMARY KEY, v text); GRANT SELECT ON rh.lignes TO equipe;
ALTER TABLE rh.lignes ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON rh.lignes USING (id = 1);
CREATE TABLE ferme.t (id int); GRANT SELECT ON ferme.t TO equipe;
CREATE VIEW rh.vue AS SELECT * FROM rh.ouverte;
CREATE MATERIALIZED VIEW rh.vue_mat AS SELECT * FROM rh.ouverte; GRANT SELECT ON rh.vue_mat TO equipe;
CREATE MATERIALIZED VIEW rh.vue_vide AS SELECT * FROM rh.ouverte WITH NO DATA;
CREATE EXTENSION postgres_fdw; CREATE SERVER ailleurs FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE rh.distante (id int) SERVER ailleurs;
CREATE TABLE rh.decoupee (id int, an int, v text) PARTITION BY RANGE (an); GRANT SELECT ON rh.decoupee TO equipe;
CREATE TABLE rh.d2024 PARTITION OF rh.decoupee FOR VALUES FROM (2024) TO (2025);
CREATE TABLE rh.d2025 PARTITION OF rh.decoupee FOR VALUES FROM (2025) TO (2026); GRANT SELECT ON rh.d2025 TO equipe;
CREATE TABLE rh.loin (id int, an int) PARTITION BY RANGE (an); GRANT SELECT ON rh.loin TO equipe;
CREATE FOREIGN TABLE rh.loin2026 PARTITION OF rh.loin FOR VALUES FROM (2026) TO (2027) SERVER ailleurs;
INSERT INTO rh.equipe VALUES (1, 'b'); INSERT INTO rh.colonnes VALUES (1, 'c', 'x');
INSERT INTO rh.lignes VALUES (1, 'd'), (2, 'e'); INSERT INTO rh.decoupee VALUES (1, 2024, 'f'), (2, 2025, 'g'), (3, 2025, 'h');
SELECT lo_from_bytea(0, 'x');
`

func TestPostgresEstate(t *testing.T) {
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, estate)
	t.Cleanup(func() { pg.Run(t, db, "DROP OWNED BY lecteur, equipe; DROP ROLE lecteur, equipe;") })
	pg.Run(t, db, "ALTER ROLE lecteur PASSWORD 'x'")
	s := source(t, pg, db, func(o *Options) { o.Settings["user"], o.Settings["password"] = "lecteur", "x" })
	if err := s.Check(context.Background()); err != nil || s.MayWrite() {
		t.Errorf("check: %v, may write %v", err, s.MayWrite())
	}
	all := readAll(t, s)
	type row struct {
		status sources.Status
		detail sources.Reason
		access string
		rows   int64
	}
	want := map[string]row{
		"ferme/t":                   {sources.Unreadable, sources.PermissionDenied, "group", -1},
		"pg_catalog/pg_largeobject": {"", "", "unknown", 1},
		"rh/colonnes":               {"", "", "group", 1},
		"rh/decoupee":               {"", "", "group", 3},
		"rh/distante":               {sources.Excluded, sources.ForeignTable, "private", -1},
		"rh/equipe":                 {"", "", "group", 1},
		"rh/lignes":                 {sources.Filtered, sources.RowSecurity, "group", -1},
		"rh/loin":                   {sources.Failed, sources.ForeignTable, "group", 0},
		"rh/ouverte":                {"", "", "everyone_authenticated", 1},
		"rh/refusee":                {sources.Unreadable, sources.PermissionDenied, "private", -1},
		"rh/vue":                    {sources.Excluded, sources.View, "private", -1},
		"rh/vue_mat":                {"", "", "group", 1},
		"rh/vue_vide":               {sources.Excluded, sources.View, "private", -1},
	}
	for path, l := range all {
		name := strings.TrimPrefix(path, db+"/")
		got := row{l.Result.Status, l.Result.Detail, l.Access, l.Result.Records}
		if got != want[name] {
			t.Errorf("%s: %+v, want %+v", name, got, want[name])
		}
		if l.Owner != "postgres" {
			t.Errorf("%s: owner %q", name, l.Owner)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("not listed: %v", want)
	}
	if l := all[db+"/rh/colonnes"]; !slices.Equal(l.Skips, []sources.Reason{sources.PermissionDenied}) || l.Values("secret") != nil || !slices.Equal(l.Values("v"), []string{"c"}) {
		t.Errorf("colonnes: %v %v", l.Skips, l.Cells)
	}
	if l := all[db+"/rh/decoupee"]; !slices.Equal(l.Values("v"), []string{"f", "g", "h"}) || len(l.Skips) > 0 {
		t.Errorf("decoupee: %v %v", l.Values("v"), l.Skips)
	}
	if g := all[db+"/rh/equipe"].Groups; !slices.Equal(g, []string{"equipe"}) {
		t.Errorf("groups %v", g)
	}
	if l := all[db+"/pg_catalog/pg_largeobject"]; !slices.Equal(l.Skips, []sources.Reason{sources.PermissionDenied}) || len(l.Text) > 0 {
		t.Errorf("large objects: %v", l.Skips)
	}
	admin := source(t, pg, db, nil)
	if err := admin.Check(context.Background()); err != nil || !admin.MayWrite() {
		t.Errorf("administrator: %v, may write %v", err, admin.MayWrite())
	}
}

func TestPostgresSource(t *testing.T) {
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, `CREATE TABLE grande (id serial PRIMARY KEY, v text); INSERT INTO grande (v) SELECT repeat('x', 100) || i FROM generate_series(1, 3000) i;
CREATE TABLE "a.b/c%" (v text); INSERT INTO "a.b/c%" VALUES ('y'); CREATE TABLE vide (v text);`)
	small := func(o *Options) { o.Limits.Range = 64 << 10 }
	sourcetest.Source(t, func(t *testing.T) sources.Source { return source(t, pg, db, small) })
	all := readAll(t, source(t, pg, db, small))
	ids := map[string]int{}
	for _, v := range all[db+"/public/grande"].Values("id") {
		ids[v]++
	}
	if len(ids) != 3000 || all[db+"/public/grande"].Result.Records != 3000 {
		t.Errorf("%d of 3000 rows", len(ids))
	}
	if l := all[db+"/public/a.b%2Fc%25"]; l == nil || !slices.Equal(l.Values("v"), []string{"y"}) || l.Cells[0].At.Key != "ctid(0,1)" {
		t.Errorf("%+v", l)
	}
	if l := all[db+"/public/vide"]; l == nil || l.Result.Records != 0 || l.Result.Status != sources.Scanned {
		t.Errorf("%+v", l)
	}
	if n := len(readAll(t, source(t, pg, db, func(o *Options) { o.Include, o.Exclude = []string{"public.*"}, []string{"GRANDE"} }))); n != 3 {
		t.Errorf("%d locations: those that patterns leave out must be counted", n)
	}
}

// md5sum is what md5() of the servers gives.
func md5sum(b []byte) string {
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}

// TestPostgresSample reads a part of a large table, tells how it was drawn, and
// draws the same again with the same seed.
func TestPostgresSample(t *testing.T) {
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, `CREATE TABLE grande (id serial PRIMARY KEY, v varchar(199)); INSERT INTO grande (v) SELECT repeat('x', 190) || i FROM generate_series(1, 20000) i;
CREATE TABLE petite (id int); INSERT INTO petite VALUES (1); ANALYZE;`)
	read := func(seed int64) *sourcetest.Location {
		all := readAll(t, source(t, pg, db, func(o *Options) { o.SampleSize, o.SampleSeed = 256<<10, seed }))
		if l := all[db+"/public/petite"]; l.Result.Status != sources.Scanned || l.Result.Sampling.Method != "" {
			t.Errorf("small table: %+v", l.Result)
		}
		return all[db+"/public/grande"]
	}
	l := read(7)
	s := l.Result.Sampling
	if l.Result.Status != sources.Sampled || s.Method != "blocks" || s.Seed != 7 || s.Total != 20000 || s.Fraction < 0.04 || s.Fraction > 0.06 {
		t.Errorf("%+v", l.Result)
	}
	if n := l.Result.Records; n < 400 || n > 1800 { // about 1000
		t.Errorf("%d rows", n)
	}
	if s.Cluster < 20 || s.Cluster > 60 { // 34 rows to a block
		t.Errorf("%d rows to a block", s.Cluster)
	}
	if again := read(7); !slices.Equal(again.Values("id"), l.Values("id")) {
		t.Error("the same seed draws other rows")
	}
	if other := read(8); slices.Equal(other.Values("id"), l.Values("id")) {
		t.Error("another seed draws the same rows")
	}
}
