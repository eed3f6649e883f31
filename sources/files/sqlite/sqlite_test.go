package sqlite

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What sqlite3 3.40 of Debian wrote of invented tables, in the three encodings.
func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.db") {
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || res.Records != -1 {
			t.Fatal(name, err, r.Wrong, res)
		}
		for _, want := range []string{
			"adherents!id[1]=1\n", "adherents!nom[1]=Martin, Zoé\n", "adherents!né le[1]=1980-01-02\n", "adherents!nir[1]=280017500100151\n",
			"adherents!solde[1]=25.5\n", "adherents!id[3]=12\nadherents!nom[3]=Durand\nadherents!solde[3]=1e+20\n",
			"contrats sans numéro!adherent[1]=1\ncontrats sans numéro!code[1]=C3\ncontrats sans numéro!prime[1]=1\n",
			"lettres!initiale[2]=c\nlettres!pièce[2]=texte en binaire\n", "xxx fin paul.durand@exemple.fr\n",
		} {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q", name, want)
			}
		}
		names := ""
		for _, m := range r.Members {
			names += m.Name + "|"
			if m.Err != nil {
				t.Errorf("%s: %s: %v", name, m.Name, m.Err)
			}
		}
		if want := "adherents|contrats sans numéro|lettres|lettres!/pièce[1]|lettres!/pièce[3]|vide|"; names != want {
			t.Errorf("%s: members %s", name, names)
		}
		if fmt.Sprint(r.Skips) != "[unknown_format]" {
			t.Errorf("%s: skipped %v", name, r.Skips)
		}
	}
}

// program makes a database with sqlite3.
func program(t *testing.T, sql string) string {
	t.Helper()
	if _, err := exec.LookPath("sqlite3"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("sqlite3 is missing: make deps installs it")
		}
		t.Skip("sqlite3 is not installed: make deps installs it")
	}
	path := filepath.Join(t.TempDir(), "x.db")
	cmd := exec.Command("sqlite3", path)
	cmd.Stdin = strings.NewReader(sql)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("sqlite3: %v\n%s", err, out)
	}
	return path
}

// Every value of tables of many shapes is the one that sqlite3 gives.
func TestAgainstSQLite(t *testing.T) {
	const series = "WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c WHERE x<3000) INSERT INTO "
	for _, test := range []struct{ name, sql string }{
		{"long rows", "CREATE TABLE a(k INTEGER PRIMARY KEY, v TEXT);" + series + "a SELECT x*3, printf('%.*c', (x*7919)%5000, 'é') || x FROM c;"},
		{"without rowid", "CREATE TABLE a(v TEXT, k TEXT, PRIMARY KEY(k)) WITHOUT ROWID;" + series + "a SELECT printf('%.*c', (x*31)%900, 'v'), 'clé' || (x*7919%3001) FROM c;"},
		{"all sizes of numbers", "CREATE TABLE a(i INT, r REAL, b);" + series + "a SELECT (1<<(x%63))*(1-2*(x%2)), x/7.0, x%2 FROM c;"},
		{"deleted and inserted again", "CREATE TABLE a(v);" + series + "a SELECT 'valeur ' || x FROM c; DELETE FROM a WHERE rowid%3=0;" + series + "a SELECT 'neuve ' || x FROM c;"},
		{"auto vacuum", "PRAGMA auto_vacuum=1; CREATE TABLE a(v); CREATE INDEX i ON a(v);" + series + "a SELECT printf('%.*c', x%700, 'w') || x FROM c;"},
		{"write-ahead log", "PRAGMA journal_mode=wal; CREATE TABLE a(v);" + series + "a SELECT x FROM c;"},
		{"constraints", "CREATE TABLE a(\"un, deux\" TEXT CHECK (\"un, deux\" <> ','), -- a comment, (\n [trois] NUMERIC(10,2) DEFAULT (1+(2)), k INTEGER, CONSTRAINT p PRIMARY KEY(k), FOREIGN KEY(k) REFERENCES a(k));" +
			series + "a SELECT x, x*1.5, x+10 FROM c;"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := program(t, "PRAGMA page_size=1024;"+test.sql)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			r, _, err := cellstest.Read(Format, "x.db", data, sources.Limits{})
			if err != nil || len(r.Members) != 1 || r.Members[0].Err != nil {
				t.Fatal(err, r.Members)
			}
			want := dump(t, path)
			got := make([]map[string]string, len(want))
			for _, c := range r.Cells {
				if c.Row > int64(len(want)) {
					t.Fatalf("row %d of %d", c.Row, len(want))
				}
				if got[c.Row-1] == nil {
					got[c.Row-1] = make(map[string]string)
				}
				got[c.Row-1][c.Column] = c.Text
			}
			for i := range want {
				if fmt.Sprint(want[i]) != fmt.Sprint(got[i]) {
					t.Fatalf("row %d: %.300s, want %.300s", i+1, fmt.Sprint(got[i]), fmt.Sprint(want[i]))
				}
			}
		})
	}
}

// dump returns the values of the table a as sqlite3 tells them.
func dump(t *testing.T, path string) []map[string]string {
	t.Helper()
	out, err := exec.Command("sqlite3", "-json", path, "SELECT * FROM a").Output()
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(out))
	d.UseNumber()
	var rows []map[string]any
	if err := d.Decode(&rows); err != nil {
		t.Fatal(err)
	}
	all := make([]map[string]string, len(rows))
	for i, row := range rows {
		all[i] = make(map[string]string)
		for k, v := range row {
			s := fmt.Sprint(v)
			if n, ok := v.(json.Number); ok {
				if f, err := n.Float64(); err == nil && strings.ContainsAny(s, ".e") {
					s = string(cells.AppendReal(nil, f, 64))
				}
			}
			all[i][k] = s
		}
	}
	return all
}

// A long value is a member of its own, and what follows it is still read.
func TestLongValue(t *testing.T) {
	path := program(t, "CREATE TABLE a(t TEXT, b BLOB, n TEXT); INSERT INTO a VALUES(printf('%.*c', 3000000, 'x'), zeroblob(2000000), 'après');")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := cellstest.Read(Format, "x.db", data, sources.Limits{})
	if err != nil || len(r.Members) != 2 || len(r.Members[1].Data) != 3000000 || r.Members[1].Name != "a!/t[1]" || r.Lines() != "a!n[1]=après\n" || fmt.Sprint(r.Skips) != "[unknown_format]" {
		t.Errorf("%v %d members, %q, %v", err, len(r.Members), r.Lines(), r.Skips)
	}
}

func TestColumns(t *testing.T) {
	for sql, want := range map[string]string{
		"CREATE TABLE t(a, b)": "[{a false} {b false}] [0 1]",
		"CREATE TABLE \"t(\"\"x\"(\"a,\"\"b\" int primary key, b Integer PRIMARY KEY)":               "[{a,\"b false} {b true}] [0 1]",
		"CREATE TABLE t(a INTEGER, b, PRIMARY KEY(a, b))":                                            "[{a false} {b false}] [0 1]",
		"CREATE TABLE t(a, b INTEGER, PRIMARY KEY(b COLLATE nocase DESC)) STRICT":                    "[{a false} {b true}] [0 1]",
		"CREATE TABLE t(a, b, c, PRIMARY KEY(c, a)) STRICT, WITHOUT ROWID":                           "[{a false} {b false} {c false}] [2 0 1]",
		"CREATE TABLE t(a, b AS (a+1), c AS (f(a, 1)) STORED, d GENERATED ALWAYS AS (1) VIRTUAL, e)": "[{a false} {b false} {c false} {d false} {e false}] [0 2 4]",
		"CREATE TABLE t(": "[] []",
		"":                "[] []",
	} {
		got := tableOf(sql)
		if s := fmt.Sprint(got.columns, got.stored); s != want {
			t.Errorf("%s: %s, want %s", sql, s, want)
		}
	}
}

// What is damaged is told; the tables beside it are read.
func TestDamage(t *testing.T) {
	data := sourcetest.Samples(t, "debian.db")["debian.db"]
	for _, test := range []struct {
		name   string
		change func([]byte) []byte
		reason sources.Reason // of the file
		tables int            // that are damaged
	}{
		{"cut", func(b []byte) []byte { return b[:len(b)-1024] }, sources.Truncated, 1},
		{"a page of zeros", func(b []byte) []byte {
			for i := 1; i < len(b)/1024; i++ {
				if b[i*1024] == tableLeaf {
					clear(b[i*1024:][:1024])
					break
				}
			}
			return b
		}, "", 1},
		{"the schema", func(b []byte) []byte { clear(b[100:1024]); return b }, sources.Corrupt, 0},
		{"a loop", func(b []byte) []byte {
			copy(b[1024:], b[:1024]) // no tree
			for i := range len(b) / 1024 {
				if p := b[i*1024:]; p[0] == tableInterior || p[0] == indexInterior {
					binary.BigEndian.PutUint32(p[8:], uint32(i+1))
				}
			}
			return b
		}, "", 2},
	} {
		r, _, err := cellstest.Read(Format, "x.db", test.change(bytes.Clone(data)), sources.Limits{})
		var fe *sources.FormatError
		if errors.As(err, &fe); (fe == nil) != (test.reason == "") || fe != nil && fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, err)
		}
		damaged := 0
		for _, m := range r.Members {
			if m.Status == sources.Partial {
				damaged++
			}
		}
		if damaged != test.tables {
			t.Errorf("%s: %d tables are damaged, not %d", test.name, damaged, test.tables)
		}
	}
}

func TestHostile(t *testing.T) {
	all := sourcetest.Samples(t, "*.db")
	sourcetest.Hostile(t, Format, all)
}

func FuzzRead(f *testing.F) {
	for _, data := range sourcetest.Samples(f, "*.db") {
		f.Add(data)
	}
	sourcetest.Fuzz(f, Format)
}

func BenchmarkRead(b *testing.B) {
	data, err := os.ReadFile(os.Getenv("SQLITE_FILE"))
	if err != nil {
		b.Skip("SQLITE_FILE names no database")
	}
	sourcetest.Benchmark(b, Format, "x.db", data)
}
