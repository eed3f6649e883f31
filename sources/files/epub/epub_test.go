package epub

import (
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What pandoc 2.17 wrote of an invented letter.
func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.epub") {
		r, _, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || len(r.Members) != 3 {
			t.Fatal(name, err, r.Wrong, len(r.Members))
		}
		if !strings.Contains(r.Lines(), "creator: Zoé Martin") {
			t.Errorf("no author in\n%s", r.Lines())
		}
		found := false
		for _, m := range r.Members {
			found = found || strings.Contains(string(m.Data), "280017500100151") && m.Embedded && strings.HasSuffix(m.Name, ".xhtml")
		}
		if !found {
			t.Error("the chapter is not among the members")
		}
	}
}

func TestEncryptedChapter(t *testing.T) {
	data := sourcetest.Zip(t, "mimetype", mediaType, "META-INF/encryption.xml", `<e><CipherReference URI="b.xhtml"/></e>`, "a.xhtml", "<p>a</p>", "b.xhtml", "\x01\x02", "c.png", "x")
	r, _, err := cellstest.Read(Format, "x.epub", data, sources.Limits{})
	if err != nil || len(r.Members) != 2 || r.Members[0].Status != sources.Scanned || r.Members[1].Status != sources.Encrypted {
		t.Errorf("%+v, %v", r.Members, err)
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.epub")) }

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, sourcetest.Zip(f, "mimetype", mediaType, "a.opf", "<p><dc:title>t</dc:title></p>", "a.xhtml", "<p>a</p>"))
}
