package docx

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What LibreOffice 7.4 and pandoc 2.17 wrote of invented letters.
var produced = map[string][]string{
	"libreoffice.docx": {
		"sociale est le 1 80 01 75 001 001 04.\n", "table 1!NIR[2]=280017500100151\n", "table 1!Ville[3]=Nice\n",
		"\n=Veuillez agréer", "docProps/core.xml!=creator: Zoé Martin",
	},
	"pandoc_riche.docx": {
		"coupé 1 80 01 75 001 001 04 et note.\n", "Commenté, puis supprimé.\nLéa Correctrice\npaul.durand@exemple.fr\n",
		"word/footnotes.xml!= IBAN de la note : FR14 2004", "word/comments.xml!=à rappeler au 06 12 34 56 78\nPaul Relecteur\n",
		"word/_rels/document.xml.rels!=mailto:mairie@exemple.fr", "table 1!NIR[2]=280017500100151\n",
	},
}

func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.docx") {
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

// body makes a document of the inside of its body.
func body(t testing.TB, inside string, more ...string) []byte {
	t.Helper()
	return sourcetest.Zip(t, append([]string{"[Content_Types].xml", "<Types/>", "word/document.xml",
		`<w:document xmlns:w="w"><w:body>` + inside + "</w:body></w:document>"}, more...)...)
}

func TestVocabulary(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"runs", `<w:p><w:r><w:t>1 80 </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">01</w:t></w:r></w:p>`, "=1 80 01\n\n"},
		{"paragraphs end lines", `<w:p><w:r><w:t>12</w:t></w:r></w:p><w:p><w:r><w:t>34</w:t></w:r></w:p>`, "=12\n34\n\n"},
		{"tab and break, not of properties", `<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>`, "=a\tb\nc\n\n"},
		{"deleted between", `<w:p><w:r><w:t>12</w:t></w:r><w:del w:author="A. B."><w:r><w:delText>99</w:delText></w:r></w:del><w:r><w:t>34</w:t></w:r></w:p>`, "=1234\nA. B.\n99\n\n"},
		{"moved away", `<w:p><w:moveFrom w:id="1"><w:r><w:t>vieux</w:t></w:r></w:moveFrom><w:r><w:t>neuf</w:t></w:r></w:p>`, "=neuf\nvieux\n\n"},
		{"field code", `<w:p><w:r><w:t>voir </w:t></w:r><w:r><w:fldChar/><w:instrText> HYPER</w:instrText></w:r><w:r><w:instrText>LINK "x"</w:instrText><w:fldChar/></w:r><w:r><w:t>ici</w:t></w:r></w:p>`, "=voir ici\n HYPERLINK \"x\"\n\n"},
		{"text box, once", `<w:p><w:r><w:t>1</w:t><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>boîte</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:t>deux fois</w:t></mc:Fallback></mc:AlternateContent><w:t>2</w:t></w:r></w:p>`, "=12\nboîte\n\n"},
		{"merged cells", `<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p/></w:tc><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`,
			"table 1!a[1]=a\ntable 1!b[1]=b\ntable 1![2]=1\ntable 1!b[2]=2\n"},
		{"paragraphs of a cell", `<w:tbl><w:tr><w:tc><w:p><w:r><w:t>12</w:t></w:r></w:p><w:p><w:r><w:t>34</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`, "table 1![1]=12\n34\n"},
		{"table in a cell", `<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>`, "table 2![1]=b\ntable 1![1]=a\n"},
		{"alternative text", `<w:p><w:r><w:drawing><wp:docPr id="1" name="Image 12" descr="photo de Zoé"/></w:drawing></w:r></w:p>`, "=photo de Zoé\n\n"},
		{"closed by nobody", `<w:p><w:r><w:t>a</w:t></w:r><w:tbl><w:tr><w:tc><w:p><w:t>b`, "=a\n\ntable 1![1]=b\n"},
	} {
		r, _, err := cellstest.Read(Format, "x.docx", body(t, test.in), sources.Limits{})
		if got := r.Lines(); len(r.Wrong) > 0 || err != nil || got != test.want {
			t.Errorf("%s: %q, want %q (%v %v)", test.name, got, test.want, err, r.Wrong)
		}
	}
}

func TestPlaces(t *testing.T) {
	data := body(t, `<w:p><w:r><w:t>un</w:t></w:r></w:p><w:p/><w:p><w:r><w:t>trois</w:t></w:r></w:p>`)
	l, err := sourcetest.Read(t, Format, "x.docx", data)
	if err != nil {
		t.Fatal(err)
	}
	r := sourcetest.ForFormat(sources.Limits{})
	r.Each = true
	if _, err := Format.Read(t.Context(), sourcetest.Input(Format, "x.docx", data), r); err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(l.Text), "trois")
	if p := r.Last().Places[at]; p.Line != 3 || p.Byte != -1 {
		t.Errorf("the third paragraph is at %+v", p)
	}
}

func TestMembersAndStates(t *testing.T) {
	whole := body(t, `<w:p><w:r><w:t>a</w:t></w:r></w:p>`, "word/embeddings/Feuille.xlsx", "PK…")
	r, _, err := cellstest.Read(Format, "x.docx", whole, sources.Limits{})
	if err != nil || len(r.Members) != 1 || !r.Members[0].Embedded || string(r.Members[0].Data) != "PK…" {
		t.Errorf("members: %+v, %v", r.Members, err)
	}
	ole := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 2048)...)
	copy(ole[1024:], "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
	long := body(t, strings.Repeat(`<w:p><w:r><w:t>texte répété</w:t></w:r></w:p>`, 500_000))
	for _, test := range []struct {
		name   string
		data   []byte
		status sources.Status
		reason sources.Reason
	}{
		{"locked.docx", ole, sources.Encrypted, sources.PasswordProtected},
		{"cut.docx", whole[:len(whole)/2], sources.Partial, sources.Truncated},
		{"empty.docx", sourcetest.Zip(t, "[Content_Types].xml", ""), sources.Unreadable, sources.Corrupt},
		{"bomb.docx", long, sources.Partial, sources.RatioLimit},
	} {
		if !Format.Sniff(test.data, test.name, int64(len(test.data))) {
			t.Errorf("%s: not known", test.name)
		}
		limits := sources.Limits{RatioMin: 1 << 20, Ratio: 10}
		_, _, err := cellstest.Read(Format, test.name, test.data, limits)
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != test.status || fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	for _, other := range []string{"xl/workbook.xml", "ppt/presentation.xml", "a.txt"} {
		if data := sourcetest.Zip(t, "[Content_Types].xml", "", other, ""); Format.Sniff(data, "x.bin", int64(len(data))) {
			t.Errorf("an archive with %s is taken for a document", other)
		}
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.docx")) }

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, body(f, `<w:p><w:r><w:t>a</w:t><w:tab/></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>`))
}

// FuzzBody reads any inside of a document, without the archive around it.
func FuzzBody(f *testing.F) {
	f.Add(`<w:p><w:r><w:t>a</w:t></w:r></w:p>`)
	f.Add(`<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="3"/></w:tcPr><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`)
	f.Add(`<w:del><w:delText>a</w:delText></w:del><w:txbxContent><w:p><w:t>b</w:t></w:p></w:txbxContent><mc:Fallback>`)
	f.Fuzz(func(t *testing.T, inside string) {
		r, _, err := cellstest.Read(Format, "x.docx", body(t, inside), sources.Limits{Fields: 8})
		var fe *sources.FormatError
		if err != nil && !errors.As(err, &fe) || len(r.Wrong) > 0 {
			t.Fatal(err, r.Wrong)
		}
	})
}

func BenchmarkLetter(b *testing.B) {
	var s strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&s, `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Dossier %d, Madame Martin,</w:t></w:r><w:r><w:t xml:space="preserve"> votre courrier du 3 mars est parti.</w:t></w:r></w:p>`, i)
	}
	sourcetest.Benchmark(b, Format, "x.docx", body(b, s.String()))
}
