package csv

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/sourcetest"
)

// show writes cells as row:column=value, for comparison.
func show(cells []sourcetest.Cell) string {
	var b strings.Builder
	for _, c := range cells {
		fmt.Fprintf(&b, "%d:%s=%s\n", c.Row, cmpName(c), c.Value)
	}
	return b.String()
}

func cmpName(c sourcetest.Cell) string {
	if c.Column != "" {
		return c.Column
	}
	return fmt.Sprint("#", c.Index+1)
}

// A listing whose amounts have a comma is no table of two columns.
func TestAmountsAreNoSeparators(t *testing.T) {
	for _, line := range []string{"4000-0000 FR7699950012340001234567837 10/06/2020 426,56\n", "426,56  4000-0000 10/06/2020\n"} {
		if d, ok := dialectOf([]byte(strings.Repeat(line, 8)), true, false); ok {
			t.Errorf("a listing with amounts is cut at %q: %s", d.separator, line)
		}
	}
	table := strings.Repeat("Rue du Port 12,35000,Rennes\n", 8)
	if d, ok := dialectOf([]byte(table), true, false); !ok || d.separator != ',' {
		t.Error("a table with commas is none")
	}
}

func TestCells(t *testing.T) {
	for _, test := range []struct{ name, file, in, want string }{
		{"semicolons and header", "a.csv", "nom;prénom;né le\nMartin;Élodie;12/03/1985\n", "2:nom=Martin\n2:prénom=Élodie\n2:né le=12/03/1985\n"},
		{"CR LF and no last newline", "a.csv", "nom;ville\r\nMartin;Nantes\r\nDurand;Brest", "2:nom=Martin\n2:ville=Nantes\n3:nom=Durand\n3:ville=Brest\n"},
		{"CR alone", "a.csv", "nom;ville\rMartin;Nantes\r", "2:nom=Martin\n2:ville=Nantes\n"},
		{"tabs", "a.txt", "id\tnom\tville\n1\tMartin\tNantes\n2\tDurand\tBrest\n", "2:id=1\n2:nom=Martin\n2:ville=Nantes\n3:id=2\n3:nom=Durand\n3:ville=Brest\n"},
		{"bars", "a.psv", "nom|ville\nMartin|Nantes\n", "2:nom=Martin\n2:ville=Nantes\n"},
		{"commas and quotes", "a.csv", "name,address\n\"Martin, Paul\",\"1, rue du Port\"\n", "2:name=Martin, Paul\n2:address=1, rue du Port\n"},
		{"decimal comma", "a.csv", "code;montant\nA;12,50\nB;3,10\n", "2:code=A\n2:montant=12,50\n3:code=B\n3:montant=3,10\n"},
		{"doubled quotes", "a.csv", "nom;note\nMartin;\"dit \"\"Le Grand\"\", né\"\n", "2:nom=Martin\n2:note=dit \"Le Grand\", né\n"},
		{"newline in quotes", "a.csv", "nom;note\nMartin;\"ligne 1\nligne 2\"\nDurand;x\n", "2:nom=Martin\n2:note=ligne 1\nligne 2\n3:nom=Durand\n3:note=x\n"},
		{"zeros protected", "a.csv", "nom;tel\nA;=\"0612345678\"\nB;'0612345679\nC;\"=\"\"0612345670\"\"\"\n", "2:nom=A\n2:tel=0612345678\n3:nom=B\n3:tel=0612345679\n4:nom=C\n4:tel=0612345670\n"},
		{"floating point", "a.csv", "nom;siren;prix\nA;552100554.0;10.0\nB;\"552100554,0\";552100554.05\n", "2:nom=A\n2:siren=552100554\n2:prix=10.0\n3:nom=B\n3:siren=552100554\n3:prix=552100554.05\n"},
		{"no header", "a.csv", "1;Martin;12/03/1985\n2;Durand;01/01/1970\n", "1:#1=1\n1:#2=Martin\n1:#3=12/03/1985\n2:#1=2\n2:#2=Durand\n2:#3=01/01/1970\n"},
		{"first row is data", "a.csv", "Martin;Paul;0612345678\nDurand;Anne;0612345679\n", "1:#1=Martin\n1:#2=Paul\n1:#3=0612345678\n2:#1=Durand\n2:#2=Anne\n2:#3=0612345679\n"},
		{"empty cells and blanks", "a.csv", "nom;ville;cp\n;Nantes ;\n Durand;;29200\n", "2:ville=Nantes\n3:nom=Durand\n3:cp=29200\n"},
		{"empty lines count", "a.csv", "nom;ville\n\nMartin;Nantes\n", "3:nom=Martin\n3:ville=Nantes\n"},
		{"ragged", "a.csv", "nom;ville\nMartin;Nantes;plus\nDurand\n", "2:nom=Martin\n2:ville=Nantes\n2:#3=plus\n3:nom=Durand\n"},
		{"stray quote", "a.csv", "nom;taille\nMartin;12\"\n\"Durand;10\nPetit;9\n", "2:nom=Martin\n2:taille=12\"\n3:nom=\"Durand\n3:taille=10\n4:nom=Petit\n4:taille=9\n"},
		{"quote closed early", "a.csv", "nom;note\n\"a\"b;c\nd;e\n", "2:nom=\"a\"b\n2:note=c\n3:nom=d\n3:note=e\n"},
		{"last separator", "a.csv", "nom;ville\nMartin;", "2:nom=Martin\n"},
		{"keys and values", "fiche.csv", "nom;Martin\nprenom;Paul\ntelephone;0612345678\nadresse;1 rue du Port\n",
			"1:#1=nom\n1:nom=Martin\n2:#1=prenom\n2:prenom=Paul\n3:#1=telephone\n3:telephone=0612345678\n4:#1=adresse\n4:adresse=1 rue du Port\n"},
		{"one column", "noms.csv", "email\na@example.org\nb@example.org\n", "2:email=a@example.org\n3:email=b@example.org\n"},
		{"years in the header", "a.csv", "commune;2019;2020\nNantes;1;2\nBrest;3;4\n", "2:commune=Nantes\n2:2019=1\n2:2020=2\n3:commune=Brest\n3:2019=3\n3:2020=4\n"},
		{"header alone", "a.csv", "nom;prenom;ville\n", ""},
		{"separator told", "a.csv", "sep=;\nnom;ville\nMartin;Nantes\n", "3:nom=Martin\n3:ville=Nantes\n"},
		{"separator told in quotes", "a.txt", "\"SEP=,\"\r\nnom,ville\r\nMartin,Nantes\r\n", "3:nom=Martin\n3:ville=Nantes\n"},
		{"separator told, no header", "a.csv", "sep=;\n1;Martin;12/03/1985\n2;Durand;01/01/1970\n", "2:#1=1\n2:#2=Martin\n2:#3=12/03/1985\n3:#1=2\n3:#2=Durand\n3:#3=01/01/1970\n"},
		{"title", "a.csv", "Liste des adhérents au 01/05/2026\n\nnom;ville;né le\nMartin;Nantes;12/03/1985\n", "4:nom=Martin\n4:ville=Nantes\n4:né le=12/03/1985\n"},
		{"title with empty cells", "a.csv", "Mutuelle Exemple;;;\r\nÉdité le;01/05/2026;;\r\nnom;ville;né le;tel\r\nMartin;Nantes;12/03/1985;0612345678\r\n",
			"4:nom=Martin\n4:ville=Nantes\n4:né le=12/03/1985\n4:tel=0612345678\n"},
		{"separator told and title", "a.csv", "sep=,\nAdhérents,,\nnom,ville,tel\nMartin,Nantes,0612345678\n", "4:nom=Martin\n4:ville=Nantes\n4:tel=0612345678\n"},
		{"first row is data and sparse", "a.csv", "Martin;;\nDurand;Anne;0612345679\nPetit;Zoé;0612345670\n", "1:#1=Martin\n2:#1=Durand\n2:#2=Anne\n2:#3=0612345679\n3:#1=Petit\n3:#2=Zoé\n3:#3=0612345670\n"},
		{"groups of columns", "a.csv", "Assuré;;Ayant droit;;Contact\nNom;Prénom;Nom;Prénom;Portable\nMartin;Paul;Durand;Anne;0612345679\nPetit;Zoé;Petit;Léa;0612345670\n",
			"3:Assuré Nom=Martin\n3:Assuré Prénom=Paul\n3:Ayant droit Nom=Durand\n3:Ayant droit Prénom=Anne\n3:Contact Portable=0612345679\n4:Assuré Nom=Petit\n4:Assuré Prénom=Zoé\n4:Ayant droit Nom=Petit\n4:Ayant droit Prénom=Léa\n4:Contact Portable=0612345670\n"},
		{"a column without a name", "a.csv", "nom;;ville\nMartin;Paul;Nantes\nDurand;Anne;Brest\n", "2:nom=Martin\n2:#2=Paul\n2:ville=Nantes\n3:nom=Durand\n3:#2=Anne\n3:ville=Brest\n"},
		{"Latin-1", "a.csv", "nom;pr\xe9nom\nMartin;\xc9lodie\n", "2:nom=Martin\n2:prénom=\xc9lodie\n"},
		{"byte order mark", "a.csv", "\xef\xbb\xbfnom;ville\nMartin;Nantes\n", "2:nom=Martin\n2:ville=Nantes\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := checked(t, test.file, []byte(test.in))
			if got := show(l.Cells); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			if want := strings.Count(test.in, "\n"); l.Result.Bytes != int64(len(test.in)) || l.Result.Records < int64(want-2) {
				t.Errorf("%d bytes of %d, %d records", l.Result.Bytes, len(test.in), l.Result.Records)
			}
		})
	}
}

// TestTitles: what stands in front of the header is not lost, and has its row.
func TestTitles(t *testing.T) {
	l := checked(t, "a.csv", []byte("sep=;\n\nDossier de Mme Martin\nnom;ville;tel\nPetit;Nantes;0612345678\n"))
	if !bytes.Contains(l.Text, []byte("Dossier de Mme Martin\n")) || bytes.Contains(l.Text, []byte("ville")) {
		t.Errorf("running text: %q", l.Text)
	}
	if len(l.Cells) != 3 || l.Cells[0].At.Row != 5 {
		t.Errorf("%+v", l.Cells)
	}
}

// checked reads data and checks that every cell's place in the original is that
// of its first byte.
func checked(t *testing.T, name string, data []byte) *sourcetest.Location {
	t.Helper()
	if !sniff(data, name, int64(len(data))) {
		t.Error("not known as delimited text")
	}
	l, err := sourcetest.Read(t, Format, name, data)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range l.Cells {
		first, _, _ := strings.Cut(c.Value, "\"")
		if c.At.Byte < 0 || !bytes.HasPrefix(data[c.At.Byte:], []byte(first)) {
			t.Errorf("%v: byte %d holds something else", c.Row, c.At.Byte)
		}
	}
	return l
}

func TestNotDelimited(t *testing.T) {
	for name, in := range map[string]string{
		"prose.txt":   "Bonjour, je vous écris, comme convenu, au sujet du dossier.\nMerci, à bientôt, et bonne journée.\nCordialement, Paul, du service.\n",
		"main.go":     "package main\n\nfunc f(a, b int) int { return a + b }\n",
		"mail.txt":    "Bonjour\n\nvoici la liste ; elle est longue.\n",
		"notes.txt":   "a\nb\nc\n",
		"records.tsv": strings.Repeat(strings.Repeat("0123456789", 6)+"MARTIN    \n", 8),
		"binary.csv":  "\x00\x01\x02\x03;\x04\x05\x06\n\x00\x00\x00\x01;\n",
	} {
		if sniff([]byte(in), name, int64(len(in))) {
			t.Errorf("%s is taken for delimited text", name)
		}
	}
}

func TestOffsetsInQuotes(t *testing.T) {
	in := "nom;note\nx;\"a\"\"b\"\"cd\"\n"
	r := sourcetest.ForFormat(sources.Limits{})
	probe := &prober{Recorder: r}
	if _, err := read(context.Background(), sourcetest.Input(Format, "a.csv", []byte(in)), probe); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"x": "x", "a": "a", "b": "b", "c": "c", "d": "d"}
	if !reflect.DeepEqual(probe.at(in), want) {
		t.Errorf("letters are located at %v", probe.at(in))
	}
}

// prober locates every letter of every cell.
type prober struct {
	*sourcetest.Recorder
	places map[string]int64
}

func (p *prober) Chunk(c *sources.Chunk) error {
	p.places = map[string]int64{}
	for i := range c.Fields.Start {
		for at := c.Fields.Start[i]; at < c.Fields.End[i]; at++ {
			if b := c.Data[at]; 'a' <= b && b <= 'z' {
				p.places[string(b)] = c.Locator.Locate(int(at)).Byte
			}
		}
	}
	return p.Recorder.Chunk(c)
}

func (p *prober) at(in string) map[string]string {
	m := map[string]string{}
	for k, v := range p.places {
		m[k] = in[v : v+1]
	}
	return m
}

// TestRanges reads random tables, with newlines, separators and quotes inside
// quoted cells and now and then a stray quote, as a whole and in ranges: the
// cells must be the same.
func TestRanges(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for n := range 1500 {
		data := table(random, n)
		quoted := []int{8, 32, 200}[n%3]
		whole := readRanges(t, data, int64(len(data)), quoted)
		step := int64(1 + random.IntN(len(data)))
		parts := readRanges(t, data, step, quoted)
		if !reflect.DeepEqual(whole, parts) {
			t.Fatalf("%d: step %d, quoted %d: %q\nwhole\n%s\nranges\n%s", n, step, quoted, data, show(whole), show(parts))
		}
	}
}

func table(r *rand.Rand, n int) []byte {
	var b bytes.Buffer
	b.WriteString([]string{"", "Dossier;;\n", "sep=;\n", "Liste de 2026\n\n", "sep=;\r\nListe;;\n"}[n%5])
	b.WriteString([]string{"", "Dossier;;Suivi\n"}[n/5%2] + "nom;note;code\n")
	pieces := []string{"a", "b;", "\n", "\"\"", ";", "xyz", "\r\n", "12", "\";\"", "é"}
	for range 5 + r.IntN(60) {
		for c := range 3 {
			if c > 0 {
				b.WriteByte(';')
			}
			switch k := r.IntN(10); {
			case k < 4:
				b.WriteByte('"')
				for range r.IntN(6) {
					b.WriteString(pieces[r.IntN(len(pieces)-2*(n%2))])
				}
				b.WriteByte('"')
			case k < 5:
				b.WriteString("\"\"")
			case k < 6 && n%5 == 0:
				b.WriteString("\"stray")
			case k < 9:
				fmt.Fprintf(&b, "v%d", r.IntN(1000))
			}
		}
		b.WriteString([]string{"\n", "\r\n"}[n/2%2])
	}
	return b.Bytes()
}

// readRanges reads data in ranges of step bytes, rows made absolute.
func readRanges(t *testing.T, data []byte, step int64, quoted int) []sourcetest.Cell {
	t.Helper()
	var cells []sourcetest.Cell
	rows, total := int64(0), int64(0)
	for from := int64(0); from < int64(len(data)); from += step {
		in := sourcetest.Input(Format, "a.csv", data)
		in.Whole = false
		in.Range = fmt.Sprintf("%d-%d", from, min(from+step, int64(len(data))))
		r := sourcetest.ForFormat(sources.Limits{})
		rd := new(reader)
		res, err := rd.read(context.Background(), in, r, quoted)
		if err != nil {
			t.Fatal(err)
		}
		r.Close(res)
		if err := r.Done(); err != nil {
			t.Fatal(err)
		}
		for _, c := range r.Last().Cells {
			c.Row += rows
			c.At.Row += rows
			cells = append(cells, c)
		}
		rows += res.Records
		total += res.Bytes
	}
	if total != int64(len(data)) {
		t.Errorf("ranges of %d: %d bytes of %d", step, total, len(data))
	}
	return cells
}

func TestTooManyColumns(t *testing.T) {
	in := "a" + strings.Repeat(";b", 9) + "\n" + strings.Repeat("1;", 9) + "2\n"
	r := sourcetest.ForFormat(sources.Limits{Fields: 4})
	res, err := read(context.Background(), sourcetest.Input(Format, "a.csv", []byte(in)), r)
	if err != nil {
		t.Fatal(err)
	}
	r.Close(res)
	l := r.Last()
	if err := r.Done(); err != nil || len(l.Cells) != 10 || l.Cells[9].Index != 3 || len(l.Skips) != 1 || l.Skips[0] != sources.FieldsLimit {
		t.Errorf("%v, %d cells, skips %v", err, len(l.Cells), l.Skips)
	}
}

func TestLongCell(t *testing.T) {
	long := strings.Repeat("abcdefghij", 400_000) // longer than any window
	in := "nom;note\nx;" + long + ";y\nz;w\n"
	l := checked(t, "a.csv", []byte(in))
	if got := show(l.Cells); got != "2:nom=x\n2:#3=y\n3:nom=z\n3:note=w\n" {
		t.Errorf("cells around:\n%s", got)
	}
	if string(l.Text) != long {
		t.Errorf("%d bytes of running text of %d", len(l.Text), len(long))
	}
	for i, at := range l.Bytes {
		if at < 11 || i > 0 && at <= l.Bytes[i-1] {
			t.Errorf("piece %d begins at %d", i, at)
		}
	}
}

func TestHostile(t *testing.T) {
	var utf16 []byte
	for _, c := range []byte("nom;ville\nMartin;Nantes\nDurand;Brest\n") {
		utf16 = append(utf16, c, 0)
	}
	sourcetest.Hostile(t, Format, map[string][]byte{
		"plain.csv":  bytes.Repeat([]byte("Martin;Paul;0612345678\n"), 3000),
		"quoted.csv": []byte("nom;note\n" + strings.Repeat("\"Martin\";\"a\nb \"\"c\"\"\"\n", 2000)),
		"utf16.csv":  append([]byte{0xFF, 0xFE}, utf16...),
	})
}

func TestUTF16Offsets(t *testing.T) {
	var data []byte
	data = append(data, 0xFF, 0xFE)
	for _, c := range "nom;ville\nÉlodie;Nîmes\nœuvre;Sète\n" {
		data = append(data, byte(c), byte(c>>8))
	}
	l, err := sourcetest.Read(t, Format, "a.csv", data)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{"Élodie": 2 + 20, "Nîmes": 2 + 34, "œuvre": 2 + 46, "Sète": 2 + 58}
	for _, c := range l.Cells {
		if want[c.Value] != c.At.Byte {
			t.Errorf("%s at %d, not %d", c.Value, c.At.Byte, want[c.Value])
		}
	}
	if len(l.Cells) != 4 {
		t.Error(show(l.Cells))
	}
}

// discard is an Output for measuring.
type discard struct{ n int }

func (d *discard) Chunk(c *sources.Chunk) error                { d.n += c.Fields.Len(); return nil }
func (d *discard) Evidence(string, sources.Location) error     { return nil }
func (d *discard) Skip(sources.Location, sources.Reason) error { return nil }
func (d *discard) Member(sources.Member) error                 { return nil }
func (d *discard) Limits() sources.Limits                      { return sources.Limits{}.Defaults() }

func BenchmarkRead(b *testing.B) {
	for name, line := range map[string]string{
		"plain":  "1850312345678;Martin;Élodie;12/03/1985;elodie.martin@example.org;0612345678;1 rue du Port;44000;Nantes\n",
		"quoted": "\"1850312345678\";\"Martin\";\"Élodie\";\"12/03/1985\";\"elodie.martin@example.org\";\"0612345678\"\n",
	} {
		data := []byte("nir;nom;prenom;naissance;mail;tel;adresse;cp;ville\n" + strings.Repeat(line, 200_000))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				in := sources.Input{Name: "a.csv", Size: int64(len(data)), Head: bytes.Clone(data[:64<<10]), Reader: bytes.NewReader(data)}
				if _, err := read(context.Background(), in, &discard{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, []byte("nom;ville\nMartin;Nantes\nDurand;Brest\n"), []byte("nom,note\n\"Martin\",\"a\nb \"\"c\"\"\"\n"),
		[]byte("\xFF\xFEn\x00;\x00v\x00\n\x00a\x00;\x00b\x00\n\x00"), []byte("nom\tnir\rMartin\t185057800608491\r"))
}
