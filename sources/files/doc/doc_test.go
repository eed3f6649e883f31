package doc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/files/cfb"
	"recense/sources/files/xls"
	"recense/sources/sourcetest"
)

// What LibreOffice 7.4 wrote of invented letters.
var produced = map[string][]string{
	"libreoffice.doc": {
		"Mutuelle Exemple\n", "numéro de sécurité sociale est le 1 80 01 75 001 001 04.\n", "table 1!NIR[2]=280017500100151\n", "table 1!Ville[3]=Nice\n",
		"\n=Veuillez agréer nos salutations.\n", "title: Lettre\nauthor: Zoé Martin\n",
	},
	// A word in every place that LibreOffice knows to write; the form fields, the bookmark and the name of the shape stand in no text.
	"libreoffice_cache.doc": {
		"mot.corps", "mot.supprime", "mot.cache", "mot.variable", "mailto:mot.lien@exemple.fr", "mot.saisie", "mot.index", "mot.sectioncachee", "mot.cellule", "mot.notebas", "mot.notefin",
		"mot.entete", "mot.pied", "mot.annotation", "mot.annotateur", "mot.correcteur", "mot.zone", "mot.formetexte", "mot.titredoc", "mot.sujet", "mot.commentairedoc", "mot.cle",
		"mot.nompropriete: mot.propriete\n", "\nmot.signet\n", "\nmot.forme\n", "\nmot.invite\n", "\nmot.nomliste\n", "\nmot.liste\n", "\nmot.listeautre\n",
	},
	"libreoffice_objet.doc": {"Tableau joint : \n"},
	"libreoffice_riche.doc": {
		"Texte coupé 1 80 01 75 001 001 04 et note.\n", "Commenté, puis supprimé.\n", "\npaul.durand@exemple.fr\n", "HYPERLINK \"mailto:mairie@exemple.fr\"",
		"table 1!NIR[2]=280017500100151\n", "footnotes!= IBAN de la note : FR14 2004", "comments!=à rappeler au 06 12 34 56 78\n", "Paul Relecteur\n", "Léa Correctrice\n",
	},
}

// An embedded workbook is a member, as a file of its own.
func TestObject(t *testing.T) {
	r, _, err := cellstest.Read(Format, "x.doc", sourcetest.Samples(t, "libreoffice_objet.doc")["libreoffice_objet.doc"], sources.Limits{})
	if err != nil || len(r.Members) != 1 || !strings.HasSuffix(r.Members[0].Name, ".xls") {
		t.Fatal(err, r.Members)
	}
	inner, _, err := cellstest.Read(xls.Format, "x.xls", r.Members[0].Data, sources.Limits{})
	if err != nil || !strings.Contains(inner.Lines(), "!NIR[2]=280017500100151\n") {
		t.Errorf("%v\n%s", err, inner.Lines())
	}
}

// readable are the samples without a password.
func readable(t testing.TB) map[string][]byte {
	all := sourcetest.Samples(t, "*.doc")
	delete(all, "protege.doc")
	return all
}

func TestProducers(t *testing.T) {
	for name, data := range readable(t) {
		r, _, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || len(produced[name]) == 0 {
			t.Fatal(name, err, r.Wrong)
		}
		for _, want := range produced[name] {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, r.Lines())
			}
		}
	}
}

// streams returns the two streams of a sample.
func streams(t *testing.T, name string) *document {
	t.Helper()
	data := sourcetest.Samples(t, name)[name]
	f, err := cfb.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	d := &document{}
	if err := d.open(f); err != nil {
		t.Fatal(err)
	}
	return d
}

// A document saved fast has its text in pieces, in any order and either width.
func TestPieces(t *testing.T) {
	d := streams(t, "libreoffice.doc")
	put := func(s string, wide bool) uint32 {
		at := uint32(len(d.word))
		for _, c := range s {
			if d.word = append(d.word, byte(c)); wide {
				d.word = append(d.word, byte(c>>8))
			}
		}
		if wide {
			return at
		}
		return at*2 | 1<<30
	}
	d.word = append(d.word, make([]byte, len(d.word)%2)...)
	second, first := put("04 \u20ac", true), put("1 80 01 75 001 \u00e9", false)
	b := []byte{2, 28, 0, 0, 0}
	for _, cp := range []uint32{0, 16, 20} {
		b = binary.LittleEndian.AppendUint32(b, cp)
	}
	for _, fc := range []uint32{first, second} {
		b = append(b, 0, 0)
		b = append(binary.LittleEndian.AppendUint32(b, fc), 0, 0)
	}
	d.pieces = nil
	d.take(b[5:])
	var got strings.Builder
	for _, p := range d.pieces {
		d.text = d.text[:0]
		d.runs, d.props = nil, nil
		if err := d.piece(p, p.from, p.to); err != nil {
			t.Fatal(err)
		}
		got.Write(d.text)
	}
	if want := "1 80 01 75 001 é04 €"; got.String() != want || d.damaged {
		t.Errorf("%q, want %q", got.String(), want)
	}
	binary.LittleEndian.PutUint32(b[5:], 17) // a piece that ends before it begins
	if d.take(b[5:]); !d.damaged {
		t.Error("a damaged table is not told")
	}
}

func TestProperties(t *testing.T) {
	for _, test := range []struct {
		name string
		in   string
		want property
	}{
		{"row end behind a table definition", "\x08\xd6\x05\x00\x01\x02\x03\x04\x16\x24\x01\x17\x24\x01", property{inTable: true, rowEnd: true}},
		{"deleted behind a word and three bytes", "\x03\x48\x01\x00\x70\x68\x01\x02\x03\x04\x00\x08\x01", property{deleted: true}},
		{"cut off", "\x16\x24", property{}},
		{"in the other stream", "\x46\x66\x02\x00\x00\x00", property{inTable: true, rowEnd: true}},
		{"behind the other stream", "\x46\x66\x0d\x00\x00\x00", property{}},
	} {
		var got property
		if got.change([]byte(test.in), func() []byte { return []byte("xx\x06\x00\x16\x24\x01\x17\x24\x01\x16") }); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestStates(t *testing.T) {
	whole := sourcetest.Samples(t, "*.doc")
	data := whole["libreoffice.doc"]
	for _, test := range []struct {
		name   string
		data   []byte
		status sources.Status
		reason sources.Reason
	}{
		{"password", whole["protege.doc"], sources.Encrypted, sources.PasswordProtected},
		{"cut in the directory", data[:700], sources.Unreadable, sources.Truncated},
	} {
		_, _, err := cellstest.Read(Format, "x.doc", test.data, sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != test.status || fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, readable(t)) }

func FuzzRead(f *testing.F) {
	var seeds [][]byte
	for _, s := range sourcetest.Samples(f, "*.doc") {
		seeds = append(seeds, s)
	}
	sourcetest.Fuzz(f, Format, seeds...)
}

func BenchmarkLetter(b *testing.B) {
	sourcetest.Benchmark(b, Format, "x.doc", sourcetest.Samples(b, "libreoffice.doc")["libreoffice.doc"])
}

// TestPictures: a document of a picture alone is no clean one. LibreOffice 7.4 wrote it
// from a page of HTML.
func TestPictures(t *testing.T) {
	data := sourcetest.Samples(t, "image/libreoffice.doc")["libreoffice.doc"]
	var fe *sources.FormatError
	if _, _, err := cellstest.Read(Format, "x.doc", data, sources.Limits{}); !errors.As(err, &fe) || fe.Status != sources.Unsupported || fe.Reason != sources.NoTextLayer {
		t.Error(err)
	}
}
