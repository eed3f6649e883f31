package sqltext

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What pg_dump 15, mysqldump of MariaDB 10.11 and sqlite3 3.40 wrote of invented
// tables; the options stand in the names.
var produced = map[string][]string{
	"pg_dump_copy.sql": {
		"gestion.adherents!id[1]=1\ngestion.adherents!nom[1]=Martin; Zoé\ngestion.adherents!né le[1]=1980-01-02\ngestion.adherents!nir[1]=280017500100151\ngestion.adherents!solde[1]=25.50\n" +
			"gestion.adherents!actif[1]=t\ngestion.adherents!note[1]=tabulation\tici\nligne deux \\ barre\ngestion.adherents!id[2]=2\ngestion.adherents!nom[2]=O'Neil\n",
		"gestion.adherents!nom[3]=Durand\ngestion.adherents!id[4]=4\n", "gestion.adherents!note[4]=\\N n'est pas NULL\n", "public.contrats!adherent[2]=2\n",
		"Fichier des adhérents; contact zoe.martin@exemple.fr", "'INSERT INTO faux VALUES (1);'::text; $$",
	},
	"pg_dump_inserts.sql": {
		"gestion.adherents!nom[2]=O'Neil\n", "gestion.adherents!note[1]=tabulation\tici\nligne deux \\ barre\n", "gestion.adherents!note[4]=\\N n'est pas NULL\n",
		"gestion.adherents!actif[1]=true\n", "public.contrats!adherent[2]=2\n",
	},
	"pg_dump_columns.sql": {"gestion.adherents!nom[2]=O'Neil\n", "gestion.adherents!né le[4]=1990-02-03\n", "public.contrats!code[2]=B2\n"},
	"mysqldump.sql": {
		"adherents!nom[1]=Martin; Zoé\nadherents!né le[1]=1980-01-02\nadherents!nir[1]=280017500100151\nadherents!solde[1]=25.50\nadherents!note[1]=tabulation\tici\nligne deux \\ barre\nadherents!id[2]=2\nadherents!nom[2]=O'Neil\n",
		"adherents!note[3]=), ('piège', 1\n", "adherents!note[4]=fin\\\n", "contrats!code[2]=B2\n",
	},
	"mysqldump_ansi.sql":   {"adherents!note[3]=), ('piège', 1\n", "adherents!note[4]=fin\\\n", "contrats!code[2]=B2\n"},
	"mysqldump_simple.sql": {"adherents!note[3]=), ('piège', 1\n", "adherents!note[4]=fin\\\n", "contrats!code[2]=B2\n"},
	"sqlite3_dump.sql": {
		"adherents!nom[2]=O'Neil\n", "contrats sans numéro!note[1]=zéro\n", "lettres!texte[2]=court\n", "lettres!pièce[2]=texte en binaire\n", "xx fin paul.durand@exemple.fr\n",
	},
}

func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.sql") {
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || len(produced[name]) == 0 || res.Bytes != int64(len(data)) || res.Lines != int64(strings.Count(string(data), "\n")) {
			t.Fatal(name, err, r.Wrong, res, len(data))
		}
		for _, want := range produced[name] {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q", name, want)
			}
		}
		for _, c := range r.Cells {
			if at := int(c.At.Byte); c.Column != "" && !strings.ContainsAny(c.Text, "\n\t'\\\x00") && !strings.HasPrefix(string(data[at:]), c.Text) && c.Column != "pièce" && utf8.Valid(data) {
				t.Errorf("%s: %q is not at %d", name, c, at)
			}
			if c.Column != "" && c.At.Line != 1+int64(strings.Count(string(data[:c.At.Byte]), "\n")) {
				t.Errorf("%s: %q is not on line %d", name, c, c.At.Line)
			}
		}
	}
}

func TestStatements(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"Oracle", "INSERT INTO GEST.A (NOM,NE) VALUES ('x y',TO_DATE('1980-01-02','YYYY-MM-DD'));\ncommit;\n", "=\ncommit;\n\nGEST.A!NOM[1]=x y\nGEST.A!NE[1]=1980-01-02\n"},
		{"SQL Server", "INSERT [dbo].[A b] ([N], [D]) VALUES (1, N'é''x')\nINSERT [dbo].[A b] ([N], [D]) VALUES (2, CAST(N'2020-01-02' AS Date))\nGO\n",
			"=GO\n\ndbo.A b!N[1]=1\ndbo.A b!D[1]=é'x\ndbo.A b!N[2]=2\ndbo.A b!D[2]=2020-01-02\n"},
		{"joined strings", "INSERT INTO a VALUES ('x' || 'y', -1.5, null, 'z' 'w');", "a![1]=xy\na![1]=-1.5\na![1]=zw\n"},
		{"no columns known, wider later", "insert into a values (1);insert into a values (2,3);", "a![1]=1\na![2]=2\na![2]=3\n"},
		{"other columns", "INSERT INTO a(x,y) VALUES (1,2);INSERT INTO a(y) VALUES (3);", "a!x[1]=1\na!y[1]=2\na!y[2]=3\n"},
		{"conflict", "INSERT INTO a(x) VALUES (1) ON CONFLICT DO NOTHING;INSERT INTO b SELECT 'p;q' FROM a;", "=ON CONFLICT DO NOTHING;INSERT INTO b SELECT 'p;q' FROM a;\na!x[1]=1\n"},
		{"escapes of a statement of its own", `INSERT INTO a VALUES (E'x\ty\'', 'c:\d');`, "a![1]=x\ty'\na![1]=c:\\d\n"},
		{"binary text", `INSERT INTO a VALUES (x'c3a974c3a9', 0x616263, '\x616200');`, "a![1]=été\na![1]=abc\n"},
		{"interleaved", "INSERT INTO a VALUES (1);INSERT INTO b VALUES (2);INSERT INTO a VALUES (3);", "a![1]=1\nb![1]=2\na![2]=3\n"},
		{"copy with odd lines", "COPY a (x, y) FROM stdin;\n1\t\\\\N\\x\r\n\\N\tz\n\\.\n", "=\n\na!x[1]=1\na!y[1]=\\Nx\na!y[2]=z\n"},
	} {
		r, _, err := cellstest.Read(Format, "x.sql", []byte(test.in), sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || strings.TrimPrefix(r.Lines(), "=\n") != strings.TrimPrefix(test.want, "=\n") {
			t.Errorf("%s: %v %v\n got %q\nwant %q", test.name, err, r.Wrong, r.Lines(), test.want)
		}
	}
}

// A picture in a binary value is a member, bytes of no kind are told.
func TestBinary(t *testing.T) {
	r, _, err := cellstest.Read(Format, "x.sql", []byte("INSERT INTO a(p) VALUES (x'255044462d312e34'),(x'"+strings.Repeat("00ff", 40)+"');"), sources.Limits{})
	if err != nil || len(r.Members) != 1 || r.Members[0].Name != "a.p[1]" || string(r.Members[0].Data) != "%PDF-1.4" || fmt.Sprint(r.Skips) != "[unknown_format]" {
		t.Error(err, r.Members, r.Skips)
	}
}

// A value longer than a cell is running text, none of it is lost.
func TestLongValue(t *testing.T) {
	long := strings.Repeat("0123456789", 300_000)
	r, _, err := cellstest.Read(Format, "x.sql", []byte("INSERT INTO a(x,y) VALUES ('"+long+"','après');"), sources.Limits{})
	if err != nil || len(r.Wrong) > 0 || !strings.Contains(r.Values(), long) || !strings.Contains(r.Lines(), "a!y[1]=après\n") {
		t.Errorf("%v %v %d %.100q %q", err, r.Wrong, len(r.Values()), r.Values(), r.Lines()[max(0, len(r.Lines())-100):])
	}
}

func TestUTF16(t *testing.T) {
	var data []byte
	for _, u := range utf16.Encode([]rune("\uFEFFUSE [base]\r\nGO\r\nINSERT [dbo].[A] ([Prénom]) VALUES (N'Zoé')\r\nGO\r\n")) {
		data = append(data, byte(u), byte(u>>8))
	}
	r, _, err := cellstest.Read(Format, "x.sql", data, sources.Limits{})
	if err != nil || !Format.Sniff(data, "x", -1) || !strings.Contains(r.Lines(), "dbo.A!Prénom[1]=Zoé\n") {
		t.Error(err, r.Lines())
	}
}

func TestStates(t *testing.T) {
	for name, in := range map[string]string{
		"no last line": "-- PostgreSQL database dump\n\nSET a = 1;\n",
		"in a string":  "INSERT INTO a VALUES (1, 'x",
		"in a copy":    "COPY a (x) FROM stdin;\n1\n2",
	} {
		_, _, err := cellstest.Read(Format, "x.sql", []byte(in), sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Reason != sources.Truncated {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSniff(t *testing.T) {
	for _, test := range []struct {
		name, in string
		want     bool
	}{
		{"a.txt", "-- MySQL dump 10.13\n--\n", true}, {"a.txt", "INSERT INTO a VALUES (1);\n", true}, {"a.sql", "create table a(b int);", true},
		{"a.txt", "insert INTO a mot", false}, {"a.csv", "nom;prénom\n", false}, {"a.txt", "-- liste\n- insert values", false}, {"a.md", "Create table tennis\n", false},
		{"a.txt", "SELECT count(*) FROM a;\n", false}, {"a.txt", "", false}, {"a.log", "/* INSERT */ 1;2;3\n", false},
		{"a.txt", "/* de la paie */\n\n-- 2024\nINSERT INTO a VALUES (1);\n", true}, {"a.txt", "/*!40101 SET NAMES utf8 */;\nCREATE TABLE a (b int);\n", true},
		{"a.txt", "\\connect base\nCREATE TABLE a (b int);\n", true}, {"a.txt", "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCOMMIT;\n", true},
		{"a.c", "/* writes INSERT INTO a VALUES (1); */\nint main() { puts(\"INSERT INTO a VALUES (1);\"); }\n", false},
	} {
		if got := Format.Sniff([]byte(test.in), test.name, -1); got != test.want {
			t.Errorf("%s %q: %v", test.name, test.in, got)
		}
	}
}

func TestHostile(t *testing.T) {
	all := sourcetest.Samples(t, "*.sql")
	delete(all, "sqlite3_dump.sql") // the longest, and nothing of its own
	for name, in := range map[string]string{
		"small.sql":  "CREATE TABLE a(b int, `c;` text);INSERT INTO a VALUES (1, 'x''y\\'), (x'00', f('z', (1)));\n",
		"small2.sql": "COPY a (x, \"y z\") FROM stdin;\n1\t\\\\N\\x\n\\N\tz\n\\.\nSELECT $a$ ; $a$; /* x */ -- y\n",
	} {
		all[name] = []byte(in)
	}
	sourcetest.Hostile(t, Format, all)
}

func FuzzRead(f *testing.F) {
	for _, data := range sourcetest.Samples(f, "*dump*.sql") {
		f.Add(data)
	}
	sourcetest.Fuzz(f, Format, []byte("INSERT INTO a VALUES (1, 'x''y\\'), (x'00', f('z', (1)));\nCREATE TABLE b(c);COPY b FROM stdin;\n1\t\\N\n\\.\n$a$;$a$;"))
}

func BenchmarkCopy(b *testing.B) {
	sourcetest.Benchmark(b, Format, "x.sql", []byte("COPY a (nom, nir, note) FROM stdin;\n"+strings.Repeat("Martin\t280017500100151\tune note assez longue\n", 200_000)+"\\.\n"))
}

func BenchmarkInsert(b *testing.B) {
	sourcetest.Benchmark(b, Format, "x.sql", []byte("INSERT INTO `a` VALUES "+strings.Repeat("('Martin','280017500100151','une note assez longue'),", 200_000)+"(1,2,3);"))
}
