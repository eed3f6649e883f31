package pdf

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/sourcetest"
)

const hello = "BT /F1 12 Tf 72 700 Td (2 69 05 49 588 157 80) Tj ET"

func TestParts(t *testing.T) {
	file := one(hello, "", "/Annots [20 0 R 21 0 R 22 0 R 23 0 R]",
		"/AcroForm << /Fields [30 0 R] >> /Names << /EmbeddedFiles << /Kids [40 0 R] >> >> /Outlines << /First 50 0 R >> /Metadata 60 0 R",
		func(m *maker) {
			m.object(20, "<< /Type /Annot /Subtype /Text /T (Durand) /Contents (\xfe\xff\x00r\x00a\x00p\x00p\x00e\x00l\x00e\x00r) >>")
			m.object(21, "<< /Type /Annot /Subtype /Link /A << /S /URI /URI (mailto:zoe@example.org) >> >>")
			m.object(22, "<< /Type /Annot /Subtype /Widget /Contents (not twice) >>")
			m.object(23, "<< /Type /Annot /Subtype /FileAttachment /FS << /F (note.txt) /EF << /F 42 0 R >> >> >>")
			m.object(30, "<< /T (assure) /Kids [31 0 R 32 0 R 33 0 R 34 0 R 30 0 R] >>")
			m.object(31, "<< /T (nir) /TU (Num\\351ro de s\\351curit\\351 sociale) /FT /Tx /V (269054958815780) /Parent 30 0 R >>")
			m.object(32, "<< /T (fumeur) /FT /Btn /V /Off >>")
			m.object(33, "<< /T (option) /FT /Btn /V /Oui >>")
			m.object(34, "<< /T (regimes) /FT /Ch /V [(general) (local)] >>")
			m.object(40, "<< /Names [(a) << /F (a.csv) /UF (\xfe\xff\x00\xe9\x00.\x00c\x00s\x00v) /EF << /F 41 0 R >> >> (b) << /EF << /F 41 0 R >> >>] >>")
			m.packed(41, "/Type /EmbeddedFile", "nom;nir\n")
			m.stream(42, "", "texte")
			m.object(50, "<< /Title (Chapitre) /Next 51 0 R >>")
			m.object(51, "<< /Title (Annexe) /Next 50 0 R >>")
			m.stream(60, "/Type /Metadata", "<?xpacket?><x:xmpmeta><dc:title><rdf:li xml:lang='x'>D&amp;D</rdf:li></dc:title><xmp:CreateDate>2026-01-01</xmp:CreateDate><pdf:Author>Zoé</pdf:Author></x:xmpmeta>")
			m.object(61, "<< /Author (Zo\\351) /Title (Relev\\351) /Producer (Maker 1.2.3.4) /CreationDate (D:2026) >>")
			m.tail = "/Info 61 0 R"
		})
	r := sourcetest.ForFormat(sources.Limits{})
	chunks := partsOf{Recorder: r}
	if _, err := Format.Read(t.Context(), sourcetest.Input(Format, "a.pdf", file), &chunks); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"/1 2 69 05 49 588 157 80\n", "annotations/1 Durand\nrappeler\nmailto:zoe@example.org\n",
		"form/0 269054958815780\tOui\tgeneral, local\n", "info/0 Author: Zoé\nTitle: Relevé\nli: D&D\n", "outline/0 Chapitre\nAnnexe\n",
	}
	if !slices.Equal(chunks.all, want) {
		t.Errorf("%q\nnot %q", chunks.all, want)
	}
	form := r.Locations[0].Cells
	if len(form) != 3 || form[0].Column != "assure.nir" || form[0].Label != "Numéro de sécurité sociale" || form[1].Column != "assure.option" {
		t.Errorf("form: %+v", form)
	}
	for name, text := range map[string]string{"é.csv": "nom;nir\n", "note.txt": "texte"} {
		if l := r.Find(name); l == nil || string(l.Text) != text {
			t.Errorf("member %q: %+v", name, l)
		}
	}
	if len(r.Locations) != 3 {
		t.Errorf("%d locations, not 3: an embedded file is handed over once", len(r.Locations))
	}
}

// partsOf keeps parts, pages and texts of chunks.
type partsOf struct {
	*sourcetest.Recorder
	all []string
}

func (p *partsOf) Chunk(c *sources.Chunk) error {
	p.all = append(p.all, fmt.Sprintf("%s/%d %s", c.Part, c.Page, c.Data[c.From:c.To]))
	return p.Recorder.Chunk(c)
}

func TestPages(t *testing.T) {
	m := newMaker()
	m.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
	m.object(2, "<< /Type /Pages /Kids [6 0 R 4 0 R 2 0 R 3 0 R] /Count 5 /Resources << /Font << /F1 5 0 R >> >> >>")
	m.object(3, "<< /Type /Page /Parent 2 0 R /Contents [11 0 R 12 0 R] /Rotate 90 >>")
	m.object(4, "<< /Type /Page /Parent 2 0 R /Contents 13 0 R /Resources << /XObject << /I 14 0 R >> >> >>")
	m.object(5, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>")
	m.object(6, "<< /Type /Pages /Kids [7 0 R 7 0 R 8 0 R] /Count 3 >>")
	m.object(7, "<< /Type /Page /Contents 15 0 R >>")
	m.object(8, "<< /Type /Page >>")
	m.stream(11, "", "BT /F1 9 Tf 10 10 Td (der")
	m.stream(12, "", "niere) Tj ET")
	m.stream(13, "", "/I Do")
	m.stream(14, "/Subtype /Image /Filter /DCTDecode", "xxxx")
	m.packed(15, "", "BT /F1 9 Tf 10 10 Td (premiere) Tj ET")
	c := partsOf{Recorder: sourcetest.ForFormat(sources.Limits{})}
	_, err := Format.Read(t.Context(), sourcetest.Input(Format, "a.pdf", m.end()), &c)
	if want := []string{"/1 premiere\n", "/5 der niere\n"}; err != nil || !slices.Equal(c.all, want) {
		t.Errorf("%q, %v", c.all, err)
	}
	if s := c.Last().Skips; !slices.Equal(s, []sources.Reason{sources.NoTextLayer}) {
		t.Errorf("skipped %v", s)
	}
}

func TestScans(t *testing.T) {
	picture := func(m *maker) { m.stream(10, "/Subtype /Image /Filter /DCTDecode", "xxxx") }
	unmapped := "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [<< /DW 500 >>] >>"
	for _, c := range []struct {
		name string
		data []byte
		want sources.FormatError
	}{
		{"picture only", one("q /X Do Q", "", "", "", picture), sources.FormatError{Status: sources.Unsupported, Reason: sources.NoTextLayer}},
		{"picture with its text", one("q /X Do Q "+hello, "", "", "", picture), sources.FormatError{}},
		{"glyphs that no one can read", one("BT /F1 9 Tf <00010002> Tj ET", unmapped, "", "", nil), sources.FormatError{Status: sources.Unsupported, Reason: sources.NoTextLayer}},
		{"blank page", one("", "", "", "", nil), sources.FormatError{}},
		{"no page", []byte("%PDF-1.4\n%%EOF"), sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}},
		{"no end", []byte("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>"), sources.FormatError{Status: sources.Unreadable, Reason: sources.Truncated}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := sourcetest.Read(t, Format, "a.pdf", c.data)
			expect(t, err, c.want)
		})
	}
}

// TestQPDF reads what qpdf makes of a file: object streams, encryption of every
// revision, linearised, without compression.
func TestQPDF(t *testing.T) {
	qpdf, err := exec.LookPath("qpdf")
	if err != nil {
		t.Skip("qpdf is missing")
	}
	letter := share + "/adhesions/bulletin_adhesion.pdf"
	want, _ := sourcetest.Read(t, Format, "a.pdf", sample(t, letter))
	locked := sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
	for _, c := range []struct {
		args string
		want sources.FormatError
	}{
		{"--object-streams=generate", sources.FormatError{}},
		{"--linearize", sources.FormatError{}},
		{"--qdf --object-streams=disable", sources.FormatError{}},
		{"--allow-weak-crypto --encrypt| owner 40 --", sources.FormatError{}},
		{"--allow-weak-crypto --encrypt| owner 128 --use-aes=n --", sources.FormatError{}},
		{"--allow-weak-crypto --encrypt| owner 128 --use-aes=y --", sources.FormatError{}},
		{"--allow-weak-crypto --encrypt| owner 128 --use-aes=y --cleartext-metadata --", sources.FormatError{}},
		{"--allow-weak-crypto --encrypt| owner 256 --force-R5 --", sources.FormatError{}},
		{"--object-streams=generate --encrypt| owner 256 --", sources.FormatError{}},
		{"--allow-weak-crypto --encrypt user owner 40 --", locked},
		{"--allow-weak-crypto --encrypt user owner 128 --use-aes=y --", locked},
		{"--encrypt user owner 256 --", locked},
	} {
		t.Run(c.args, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "a.pdf")
			args := strings.Fields(strings.ReplaceAll(c.args, "|", " -empty-"))
			for i := range args {
				if args[i] == "-empty-" {
					args[i] = ""
				}
			}
			if said, err := exec.Command(qpdf, append(args, letter, out)...).CombinedOutput(); err != nil {
				t.Skipf("this qpdf cannot: %s", said)
			}
			l, err := sourcetest.Read(t, Format, "a.pdf", sample(t, out))
			expect(t, err, c.want)
			if c.want == (sources.FormatError{}) && string(l.Text) != string(want.Text) {
				t.Errorf("%q\nnot %q", l.Text, want.Text)
			}
		})
	}
}
