package pptx

import (
	"errors"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What pandoc 2.17 wrote of an invented meeting.
func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.pptx") {
		r, _, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 {
			t.Fatal(name, err, r.Wrong)
		}
		for _, want := range []string{"=Adhérents\nZoé Martin, 1 80 01 75 001 001 04\n", "IBAN FR14 2004 1010 0505 0001 3M02 606\n", "notes!=Rappeler zoe.martin@exemple.fr\n", "docProps/core.xml!=title: Réunion"} {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, r.Lines())
			}
		}
		for _, c := range r.Cells {
			if page := map[bool]int32{true: 2, false: c.Page}[strings.Contains(c.Text, "Zoé Martin, 1 80") || strings.Contains(c.Text, "Rappeler")]; c.Page != page {
				t.Errorf("%q is on slide %d", c.Text, c.Page)
			}
		}
	}
}

func slides(t testing.TB, more ...string) []byte {
	t.Helper()
	return sourcetest.Zip(t, append([]string{"[Content_Types].xml", "<Types/>", "ppt/presentation.xml", "<p/>"}, more...)...)
}

func TestVocabulary(t *testing.T) {
	data := slides(t,
		"ppt/slides/slide12.xml", `<p:sld><p:sp><p:nvSpPr><p:cNvPr descr="photo de Zoé"/></p:nvSpPr><a:p><a:r><a:t>1 80</a:t></a:r><a:r><a:t> 01</a:t></a:r></a:p></p:sp>`+
			`<a:tbl><a:tr><a:tc gridSpan="2"><a:txBody><a:p><a:r><a:t>a</a:t></a:r></a:p></a:txBody></a:tc><a:tc hMerge="1"><a:p/></a:tc><a:tc><a:p><a:r><a:t>b</a:t></a:r></a:p></a:tc></a:tr></a:tbl></p:sld>`,
		"ppt/slides/_rels/slide12.xml.rels", `<R><Relationship Target="../comments/comment1.xml"/><Relationship Target="mailto:a@exemple.fr" TargetMode="External"/></R>`,
		"ppt/comments/comment1.xml", `<p:cmLst><p:cm><p:text>à voir</p:text></p:cm></p:cmLst>`,
		"ppt/commentAuthors.xml", `<p:cmAuthorLst><p:cmAuthor id="0" name="Léa"/></p:cmAuthorLst>`,
		"ppt/slideLayouts/slideLayout1.xml", `<a:p><a:r><a:t>modèle</a:t></a:r></a:p>`,
		"ppt/embeddings/o.bin", "x")
	r, _, err := cellstest.Read(Format, "x.pptx", data, sources.Limits{})
	if err != nil || len(r.Wrong) > 0 || len(r.Members) != 1 {
		t.Fatal(err, r.Wrong, r.Members)
	}
	want := "=1 80 01\nphoto de Zoé\n\ntable 1!a[1]=a\ntable 1!b[1]=b\nlinks!=mailto:a@exemple.fr\n\ncomments!=à voir\n\nppt/commentAuthors.xml!=Léa\n\nppt/slideLayouts/slideLayout1.xml!=modèle\n\n"
	if got := r.Lines(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, c := range r.Cells {
		if !strings.HasPrefix(c.Part, "ppt/") && c.Page != 12 {
			t.Errorf("%s is on slide %d", c, c.Page)
		}
	}
}

func TestStates(t *testing.T) {
	ole := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 2048)...)
	copy(ole[1024:], "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
	for name, data := range map[string][]byte{"locked.pptx": ole, "empty.pptx": slides(t)} {
		_, _, err := cellstest.Read(Format, name, data, sources.Limits{})
		var fe *sources.FormatError
		want := map[bool]sources.Status{true: sources.Encrypted, false: sources.Unreadable}[name == "locked.pptx"]
		if !Format.Sniff(data, name, -1) || !errors.As(err, &fe) || fe.Status != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.pptx")) }

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, slides(f, "ppt/slides/slide1.xml", `<a:p><a:r><a:t>a</a:t></a:r></a:p>`))
}
