package xmltext

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
)

const sepa = `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn><GrpHdr><MsgId>M1</MsgId></GrpHdr><PmtInf><CdtTrfTxInf><Amt><InstdAmt Ccy="EUR">12.50</InstdAmt></Amt><Cdtr><Nm>DUPONT &amp; Fils</Nm></Cdtr></CdtTrfTxInf><CdtTrfTxInf><Cdtr><Nm>MARTIN</Nm></Cdtr></CdtTrfTxInf></PmtInf></CstmrCdtTrfInitn></Document>`

func TestCells(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"element and attribute", `<a b="1" c=''><d>x</d></a>`, "a/@b[1]=1|a/d[1]=x"},
		{"prefixes", `<x:a xmlns:x="u"><x:d x:e="2">y</x:d></x:a>`, "a/d/@e[1]=2|a/d[1]=y"},
		{"entities", `<a t="&quot;&#233;">&lt;&#xE9;&eacute;&amp;&inconnu; &</a>`, `a/@t[1]="é|a[1]=<éé&&inconnu; &`},
		{"cdata", `<a>x<![CDATA[<1 & 2>]]>y</a>`, "a[1]=x<1 & 2>y"},
		{"mixed, text first", `<p>N° <b>1 80</b> <i>01</i> 75</p>`, "p[1]=N° 1 80 01 75"},
		{"mixed, tag first", `<p><b>1 80</b> 01 75</p>`, "p[1]=1 80 01 75"},
		{"mixed, attributes inside", `<p>Voir <a href="mailto:a@b.fr" id="7">ici</a> ou là</p>`, "p[1]=Voir ici ou là|p/a/@href[1]=mailto:a@b.fr|p/a/@id[1]=7"},
		{"mixed, blocks", `<d>un<p>deux</p>trois</d>`, "d[1]=un\ndeux\ntrois"},
		{"siblings stay apart", `<a><b>1 80</b><c>01</c></a>`, "a/b[1]=1 80|a/c[1]=01"},
		{"comments", `<a><!-- x@y.fr --><b>1</b></a>`, "#comment[1]=x@y.fr |a/b[1]=1"},
		{"instructions", `<?xml-style a?><a><?php $m = "a@b.fr"; ?>x</a>`, `#comment[1]=xml-style a|#comment[1]=php $m = "a@b.fr"; |a[1]=x`},
		{"document type", `<!DOCTYPE a [<!ENTITY e "v">]><a>&e;</a>`, `#comment[1]=DOCTYPE a [<!ENTITY e "v">|a[1]=&e;`},
		{"rows", `<l><c><n>A</n></c><c><n>B</n></c><c><n>C</n></c></l>`, "l/c/n[1]=A|l/c/n[2]=B|l/c/n[3]=C"},
		{"leaves are no rows", `<l><n>A</n><n>B</n></l>`, "l/n[1]=A|l/n[1]=B"},
		{"latin by declaration", "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "a[1]=é"},
		{"latin wrongly declared", "<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>", "a[1]=é"},
		{"SEPA", sepa, "Document/CstmrCdtTrfInitn/GrpHdr/MsgId=M1|" +
			"Document/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Amt/InstdAmt/@Ccy[1]=EUR|" +
			"Document/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Amt/InstdAmt[1]=12.50|" +
			"Document/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Cdtr/Nm[1]=DUPONT & Fils|" +
			"Document/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Cdtr/Nm[2]=MARTIN"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _, err := cellstest.Read(Format, "x.xml", []byte(test.in), sources.Limits{})
			if err != nil || len(r.Wrong) > 0 {
				t.Fatal(err, r.Wrong)
			}
			var got []string
			for _, c := range r.Cells {
				got = append(got, c.String())
			}
			if s := strings.Join(got, "|"); s != test.want {
				t.Errorf("\n got %s\nwant %s", s, test.want)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	for _, test := range []struct{ in, format, media string }{
		{sepa, "xml/pain.001", "application/xml"},
		{`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><x/></Document>`, "xml/camt.053", "application/xml"},
		{`<Patient xmlns="http://hl7.org/fhir"><birthDate value="1980-01-02"/></Patient>`, "xml/fhir", "application/fhir+xml"},
		{`<ClinicalDocument xmlns="urn:hl7-org:v3"><x/></ClinicalDocument>`, "xml/cda", "application/xml"},
		{`<a/>`, "xml", "application/xml"},
	} {
		_, res, err := cellstest.Read(Format, "x.xml", []byte(test.in), sources.Limits{})
		if err != nil || res.Format != test.format || res.MediaType != test.media {
			t.Errorf("%s: %s %s %v", test.format, res.Format, res.MediaType, err)
		}
	}
}

func TestLabels(t *testing.T) {
	r := &labelled{labels: map[string]string{}}
	in := `<Patient xmlns="http://hl7.org/fhir"><birthDate value="1980-01-02"/><x><IBAN>FR</IBAN><y>z</y></x></Patient>`
	if _, err := Format.Read(t.Context(), cellstest.Input("x.xml", []byte(in)), r); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"Patient/birthDate/@value": "date de naissance", "Patient/x/IBAN": "iban", "Patient/x/y": ""} {
		if got := r.labels[name]; got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

type labelled struct {
	cellstest.Recorder
	labels map[string]string
}

func (l *labelled) Chunk(c *sources.Chunk) error {
	for _, col := range c.Table.Columns {
		l.labels[col.Name] = col.Label
	}
	return nil
}

// Offsets and lines lead back to the original, also behind joined text.
func TestLocations(t *testing.T) {
	in := "<a>\n<p>x <b\nc='§c'>&amp;§un</b>\n§deux</p>\n<q>§trois</q></a>"
	r := &cellstest.Recorder{}
	where := map[string]sources.Location{}
	out := &located{r, where}
	if _, err := Format.Read(t.Context(), cellstest.Input("x.xml", []byte(in)), out); err != nil {
		t.Fatal(err)
	}
	for word, line := range map[string]int64{"§c": 3, "§un": 3, "§deux": 4, "§trois": 5} {
		l := where[word]
		// The line of an attribute inside a cell is that of the cell's end at worst.
		if want := int64(strings.Index(in, word)); l.Byte != want || l.Line != line && word != "§c" {
			t.Errorf("%s: byte %d line %d, want %d %d", word, l.Byte, l.Line, want, line)
		}
	}
}

type located struct {
	*cellstest.Recorder
	where map[string]sources.Location
}

func (l *located) Chunk(c *sources.Chunk) error {
	for at, b := range c.Data {
		if b == 0xC2 { // the first byte of §
			end := at + 2
			for end < len(c.Data) && 'a' <= c.Data[end] && c.Data[end] <= 'z' {
				end++
			}
			l.where[string(c.Data[at:end])] = c.Locator.Locate(at)
		}
	}
	return nil
}

func TestDamage(t *testing.T) {
	for _, test := range []struct {
		name, in string
		reason   sources.Reason
		keeps    string
	}{
		{"truncated in text", `<a><b>x</b><c>yy`, sources.Truncated, "yy"},
		{"truncated in a tag", `<a><b>x</b><c d="yy`, sources.Truncated, "yy"},
		{"wrong nesting", `<a><b>x</c></a>`, sources.Corrupt, "x"},
		{"address in angle brackets", `<a>Anne <anne@exemple.fr> x</a>`, sources.Corrupt, "Anne <anne@exemple.fr> x"},
		{"bare angle", `<a>1 < 2</a>`, sources.Corrupt, "1 < 2"},
		{"too deep", strings.Repeat("<a>", 20_000) + "x", sources.DepthLimit, "x"},
		{"empty", "<?xml version='1.0'?>", sources.Truncated, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _, err := cellstest.Read(Format, "x.xml", []byte(test.in), sources.Limits{})
			var fe *sources.FormatError
			if !errors.As(err, &fe) || fe.Status != sources.Partial || fe.Reason != test.reason {
				t.Fatal(err)
			}
			if !strings.Contains(r.Values(), test.keeps) {
				t.Errorf("lost %q in %q", test.keeps, r.Values())
			}
		})
	}
}

// Everything that can be longer than the window is.
func TestLong(t *testing.T) {
	body := strings.Repeat("mot &amp; 12 ", 80_000)
	want := strings.Repeat("mot & 12 ", 80_000)
	for _, in := range []string{
		"<a><b>avant</b><c>" + body + "</c><d>apres</d></a>",
		"<a><b>avant</b><c><![CDATA[" + want + "]]></c><d>apres</d></a>",
		"<a><b>avant</b><!--" + want + "--><d>apres</d></a>",
	} {
		r, _, err := cellstest.Read(Format, "x.xml", []byte(in), sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || len(r.Cells) != 3 {
			t.Fatal(err, r.Wrong, len(r.Cells))
		}
		if r.Cells[1].Text != want {
			t.Errorf("%s: the text changed", in[:20])
		}
		if c := r.Cells[2]; c.String() != "a/d[1]=apres" || c.At.Byte != int64(strings.Index(in, "apres")) {
			t.Errorf("after it: %v", c)
		}
	}
}

func TestSniff(t *testing.T) {
	for _, test := range []struct {
		in   string
		want bool
	}{
		{"<?xml version='1.0'?>", true}, {"\xEF\xBB\xBF<a><b/></a>", true}, {"<a x=\"1\">text</a>", true}, {"<a/>", true},
		{"<!-- c --><a></a>", true},
		{"<html><body>", false}, {"<!DOCTYPE html><x>", false}, {"<?xml version='1.0'?><html xmlns='u'>", false},
		{"<jean@exemple.fr> a écrit :", false}, {"<13>Oct 1", false}, {"a < b", false}, {"", false}, {"<", false},
	} {
		if got := Format.Sniff([]byte(test.in), "", -1); got != test.want {
			t.Errorf("%q: %v", test.in, got)
		}
	}
}

// FuzzRead holds text and attributes equal to those of encoding/xml where it
// accepts the text, and the promises about chunks for any input.
func FuzzRead(f *testing.F) {
	f.Add([]byte(sepa), 11)
	f.Add([]byte("<a>x <b c='1'>y</b> z<p>&#233;</p><![CDATA[<]]><!-- -- --></a>"), 3)
	f.Fuzz(func(t *testing.T, data []byte, step int) {
		r := &cellstest.Recorder{}
		in := cellstest.Input("x.xml", data)
		in.Reader = &slow{data, max(1, step%100)}
		_, err := Format.Read(t.Context(), in, r)
		if len(r.Wrong) > 0 {
			t.Fatal(r.Wrong)
		}
		want, ok := slowText(data)
		ok = ok && utf8.Valid(data)
		if !ok || err != nil {
			return
		}
		var got []string
		for _, c := range r.Cells {
			if c.Column != "#comment" {
				got = append(got, squeeze(c.Text)...)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if strings.Join(got, "") != strings.Join(want, "") && !strings.Contains(string(data), "<!") {
			t.Fatalf("got %q\nwant %q", got, want)
		}
	})
}

type slow struct {
	data []byte
	step int
}

func (s *slow) Read(b []byte) (int, error) {
	if len(s.data) == 0 {
		return 0, io.EOF
	}
	n := copy(b, s.data[:min(s.step, len(s.data))])
	s.data = s.data[n:]
	return n, nil
}

// squeeze gives the characters of a text that are no space, each by itself:
// joining cells must not change which there are.
func squeeze(s string) (out []string) {
	for _, r := range s {
		if !strings.ContainsRune(" \n\r\t", r) {
			out = append(out, string(r))
		}
	}
	return out
}

func slowText(data []byte) (out []string, ok bool) {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return out, true
		}
		if err != nil {
			return nil, false
		}
		switch v := tok.(type) {
		case xml.CharData:
			out = append(out, squeeze(string(v))...)
		case xml.StartElement:
			for _, a := range v.Attr {
				if a.Name.Space != "xmlns" && !strings.HasPrefix(a.Name.Local, "xmlns") {
					out = append(out, squeeze(a.Value)...)
				}
			}
		}
	}
}

func BenchmarkRead(b *testing.B) {
	var buf bytes.Buffer
	buf.WriteString(`<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn><PmtInf>`)
	for i := 0; buf.Len() < 16<<20; i++ {
		fmt.Fprintf(&buf, `<CdtTrfTxInf><PmtId><EndToEndId>REMB%08d</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">%d.50</InstdAmt></Amt><CdtrAgt><FinInstnId><BIC>AGRIFRPP882</BIC></FinInstnId></CdtrAgt><Cdtr><Nm>DUPONT RENE</Nm></Cdtr><CdtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></CdtrAcct><RmtInf><Ustrd>REMB SOINS %d</Ustrd></RmtInf></CdtTrfTxInf>`, i, i%500, i)
	}
	buf.WriteString("</PmtInf></CstmrCdtTrfInitn></Document>")
	b.SetBytes(int64(buf.Len()))
	b.ReportAllocs()
	for b.Loop() {
		r := &cellstest.Recorder{Quiet: true}
		if _, err := Format.Read(b.Context(), cellstest.Input("x.xml", buf.Bytes()), r); err != nil {
			b.Fatal(err)
		}
	}
}
