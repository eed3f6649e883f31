package databases

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/sourcetest"
)

// sqliteFile makes a database with the sqlite3 program and returns its path.
func sqliteFile(t *testing.T, script string) string {
	t.Helper()
	program, err := exec.LookPath("sqlite3")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "base é%.db")
	cmd := exec.Command(program, "-bail", path)
	cmd.Stdin = strings.NewReader(script)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

func sqliteSource(t *testing.T, path string, change func(*Options)) *Source {
	t.Helper()
	opt, err := Parse("sqlite://"+strings.ReplaceAll(path, "%", "%25"), func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	opt.Name = "base"
	if change != nil {
		change(&opt)
	}
	s, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

const sqliteBase = "base%20%C3%A9%25.db/"

func TestSQLiteTypes(t *testing.T) {
	var doc bytes.Buffer
	z := zip.NewWriter(&doc)
	f, _ := z.Create("note.txt")
	_, _ = f.Write([]byte("assuré 180017500100012\n"))
	z.Close()
	path := sqliteFile(t, `CREATE TABLE "Salarié" (id INTEGER PRIMARY KEY, numero TEXT, paye REAL, fiche TEXT, piece BLOB, rowid TEXT, note);
INSERT INTO "Salarié" VALUES (1, '180017500100012', 12.5, '{"nom": "Élise", "tels": ["0639980001"]}', x'`+hex.EncodeToString(doc.Bytes())+`', 'r', 7),
 (2, NULL, NULL, NULL, NULL, NULL, NULL), (-3, 18, 'douze', '[]', x'414243', '', x'00ff'),
 (4, NULL, NULL, NULL, randomblob(100), NULL, printf('%.*c', 300000, 'y') || 'fin');
CREATE TABLE sans (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) INSERT INTO sans SELECT 'clé' || (i % 7), CASE i % 3 WHEN 0 THEN i WHEN 1 THEN 'x' || i ELSE i + 0.5 END, 'v' || i FROM n;
CREATE VIEW vue AS SELECT * FROM sans;
CREATE VIRTUAL TABLE recherche USING fts5(texte); INSERT INTO recherche VALUES ('bonjour');`)
	all := readAll(t, sqliteSource(t, path, nil))
	for name, want := range map[string]sources.Status{"vue": sources.Excluded, "recherche": sources.Excluded} {
		if l := all[sqliteBase+name]; l == nil || l.Result.Status != want || l.Result.Detail != sources.View {
			t.Errorf("%s: %+v", name, l)
		}
	}
	l := all[sqliteBase+"Salari%C3%A9"]
	if l == nil || l.Result.Records != 4 || !slices.Equal(l.Skips, []sources.Reason{sources.UnknownFormat}) {
		t.Fatalf("%+v", l)
	}
	for column, want := range map[string][]string{
		"id": {"-3", "1", "2", "4"}, "numero": {"18", "180017500100012"}, "paye": {"douze", "12.5"}, "fiche.nom": {"Élise"},
		"fiche.tels[*]": {"0639980001"}, "piece": {"ABC"}, "rowid": {"r"}, "note": {"7"},
	} {
		if got := l.Values(column); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", column, got, want)
		}
	}
	if text := string(l.Text); len(text) < 300003 || !strings.HasSuffix(strings.TrimSpace(text), "fin") {
		t.Errorf("the long value: %d bytes", len(text))
	}
	if k := l.Cells[0].At.Key; !strings.HasPrefix(k, "id"+sources.KeyMark) {
		t.Errorf("key %q", k)
	}
	sans := all[sqliteBase+"sans"]
	seen := map[string]bool{}
	for _, v := range sans.Values("v") {
		seen[v] = true
	}
	if len(seen) != 12000 || sans.Result.Records != 12000 {
		t.Errorf("%d rows of 12000, %d read", len(seen), sans.Result.Records)
	}
	if l := all[sqliteBase+"recherche_content"]; l == nil || !slices.Equal(l.Values("c0"), []string{"bonjour"}) {
		t.Errorf("the table behind a virtual one: %+v", l)
	}
	if text := member(t, sqliteSource(t, path, nil), "piece[id#", "]!/note.txt"); !strings.Contains(text, "180017500100012") {
		t.Error("the archive in a value was not read")
	}
}

// Pages are read without measuring their values until one is too long: then, as before
// and behind it, every row comes once, and every long value.
func TestSQLiteLong(t *testing.T) {
	const rows = 13_000
	for _, encoding := range []string{"UTF-8", "UTF-16le"} {
		path := sqliteFile(t, `PRAGMA encoding = '`+encoding+`';
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR, b VARCHAR); -- of TEXT a sample holds all
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < `+strconv.Itoa(rows)+`)
INSERT INTO t SELECT i * 3, 'é' || i, CASE WHEN i IN (1, 2, 4999, 5000, 5001, 9000, 13000) THEN printf('%.*c', 262140, 'y') || '.long.'
 WHEN i = 7000 THEN printf('%.*c', 262140, 'z') || '.all' WHEN i % 2 THEN 'b' || i END FROM n;`)
		for seed := range int64(4) {
			sample := seed > 0
			all := readAll(t, sqliteSource(t, path, func(o *Options) {
				if sample {
					o.SampleSize, o.SampleSeed = 400<<10, seed
				}
			}))
			l := all[sqliteBase+"t"]
			seen, twice := map[string]bool{}, 0
			for _, v := range l.Values("id") {
				if seen[v] {
					twice++
				}
				seen[v] = true
			}
			// Of a sample, what is seen is judged by what came with it.
			want, long, whole := 0, 0, 0
			for i := 1; i <= rows; i++ {
				if !seen[strconv.Itoa(3*i)] {
					continue
				}
				want++
				switch i {
				case 1, 2, 4999, 5000, 5001, 9000, 13000:
					long++
				case 7000:
					whole++
				}
			}
			if sample && (l.Result.Status != sources.Sampled || want == 0 || want == rows) || !sample && want != rows {
				t.Fatalf("%s: %v, %d rows of %d", encoding, l.Result.Status, want, rows)
			}
			if twice > 0 || len(seen) != want || l.Result.Records != int64(want) || len(l.Values("a")) != want {
				t.Errorf("%s: %d rows, %d of %d twice, %d records, %d values", encoding, want, twice, len(seen), l.Result.Records, len(l.Values("a")))
			}
			gotWhole := 0
			if encoding != "UTF-8" { // twice as long where it is stored
				gotWhole = strings.Count(string(l.Text), "z.all")
			}
			for _, v := range l.Values("b") {
				if strings.HasSuffix(v, "z.all") && len(v) == 262144 {
					gotWhole++
				}
			}
			if got := strings.Count(string(l.Text), "y.long."); got != long || gotWhole != whole {
				t.Errorf("%s: %d long values of %d, %d as long as a cell may be of %d", encoding, got, long, gotWhole, whole)
			}
		}
	}
}

// member returns the text of the location inside a table whose path begins and ends
// so.
func member(t *testing.T, s *Source, begins, ends string) (text string) {
	t.Helper()
	for u := range s.Units(context.Background()) {
		r := sourcetest.New()
		if err := s.Read(context.Background(), u, r); err != nil {
			t.Fatal(err)
		}
		for _, m := range r.Locations {
			if strings.HasPrefix(m.Container, begins) && strings.HasSuffix(m.Container, ends) {
				text += string(m.Text)
			}
		}
	}
	return text
}

func TestSQLiteSource(t *testing.T) {
	path := sqliteFile(t, `CREATE TABLE grande (id INTEGER PRIMARY KEY, v VARCHAR(120));
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) INSERT INTO grande SELECT i, printf('%.*c', 100, 'x') || i FROM n;
CREATE TABLE vide (v TEXT);`)
	small := func(o *Options) { o.Limits.Range = 512 << 10 }
	sourcetest.Source(t, func(t *testing.T) sources.Source { return sqliteSource(t, path, small) })
	ranges := 0
	for u := range sqliteSource(t, path, small).Units(context.Background()) {
		ranges = max(ranges, int(u.Count))
		if u.Fresh.IsZero() || u.Meta.Basis != "posix" || !strings.HasPrefix(u.Meta.URI, "sqlite:///") {
			t.Errorf("%+v", u)
		}
	}
	all := readAll(t, sqliteSource(t, path, small))
	seen := map[string]bool{}
	for _, v := range all[sqliteBase+"grande"].Values("v") {
		seen[v] = true
	}
	if len(seen) != 30000 || ranges < 4 {
		t.Errorf("%d rows of 30000 in %d ranges", len(seen), ranges)
	}
	sample := func(seed int64) *sourcetest.Location {
		return readAll(t, sqliteSource(t, path, func(o *Options) { o.SampleSize, o.SampleSeed = 256<<10, seed }))[sqliteBase+"grande"]
	}
	l := sample(7)
	if s := l.Result.Sampling; l.Result.Status != sources.Sampled || s.Method != "windows" || s.Seed != 7 || s.Total < 25000 || s.Total > 35000 || l.Result.Records < 500 || l.Result.Records > 6000 {
		t.Errorf("%+v", l.Result)
	}
	if !slices.Equal(sample(7).Values("id"), l.Values("id")) || slices.Equal(sample(8).Values("id"), l.Values("id")) {
		t.Error("the seed does not decide which rows are drawn")
	}
}

// TestSQLiteInUse reads a database that another program has open: what stands in
// its log is read, no file beside it is made, and the writer is not kept waiting.
func TestSQLiteInUse(t *testing.T) {
	path := sqliteFile(t, `PRAGMA journal_mode = wal; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a');`)
	quiet := readAll(t, sqliteSource(t, path, nil)) // in WAL mode and closed
	if l := quiet[sqliteBase+"t"]; l == nil || !slices.Equal(l.Values("v"), []string{"a"}) {
		t.Errorf("closed: %+v", l)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("files were made: %v", entries)
	}
	cmd := exec.Command("sqlite3", path)
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { in.Close(); _ = cmd.Wait() }()
	say := func(sql string) string {
		_, _ = in.Write([]byte(sql + "\nSELECT 'fait';\n"))
		var b [512]byte
		text := ""
		for !strings.Contains(text, "fait") {
			n, err := out.Read(b[:])
			if text += string(b[:n]); err != nil {
				t.Fatalf("%v: %s", err, text)
			}
		}
		return text
	}
	say("PRAGMA wal_autocheckpoint = 0; INSERT INTO t VALUES (2, 'b');")
	s := sqliteSource(t, path, nil)
	if l := readAll(t, s)[sqliteBase+"t"]; l == nil || !slices.Equal(l.Values("v"), []string{"a", "b"}) {
		t.Errorf("in use: %+v", l)
	}
	if got := say("INSERT INTO t VALUES (3, 'c');"); strings.Contains(got, "locked") {
		t.Error(got)
	}
	// Without the index of the log, the log cannot be followed: that is told.
	copied := filepath.Join(t.TempDir(), "copie.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(copied+suffix, b, 0o400); err != nil {
			t.Fatal(err)
		}
	}
	all := readAll(t, sqliteSource(t, copied, nil))
	if l := all["copie.db/%28wal%29"]; l == nil || l.Result.Status != sources.Unsupported {
		t.Errorf("a log that cannot be followed is not told: %v", all)
	}
}

// A file that is no database, damaged or gone is an error with its class.
func TestSQLiteBad(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "texte.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("pas une base ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, err := range sqliteSource(t, text, nil).Units(context.Background()) { // Check reads nothing of it
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Reason != sources.UnknownFormat {
			t.Errorf("a text: %v", err)
		}
	}
	for path, want := range map[string]string{filepath.Join(folder, "absent.db"): "unreachable", folder: "unknown_format"} {
		if err := sqliteSource(t, path, nil).Check(context.Background()); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), folder) {
			t.Errorf("%s: %v", path, err)
		}
	}
	path := sqliteFile(t, `CREATE TABLE t (v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT 'valeur ' || i FROM n; CREATE TABLE u (v TEXT); INSERT INTO u VALUES ('x');`)
	b, _ := os.ReadFile(path)
	for i := 8 * 4096; i < 12*4096; i++ {
		b[i] = 0xee
	}
	_ = os.WriteFile(path, b, 0o600)
	all := readAll(t, sqliteSource(t, path, nil))
	if l := all[sqliteBase+"t"]; l == nil || l.Result.Status != sources.Partial || l.Result.Detail != sources.Corrupt || len(l.Values("v")) < 100 {
		t.Errorf("damaged: %+v", l.Result)
	}
	if l := all[sqliteBase+"u"]; l == nil || !slices.Equal(l.Values("v"), []string{"x"}) {
		t.Errorf("beside it: %+v", l)
	}
	for _, target := range []string{"sqlite://", "sqlite:///a?mode=rw", "sqlite://u@h/b", "sqlite://h:1/b"} {
		if _, err := Parse(target, func(string) string { return "" }); err == nil {
			t.Errorf("%s: accepted", target)
		}
	}
}
