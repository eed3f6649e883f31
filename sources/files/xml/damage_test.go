package xmltext

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// lifelike are messages as programs write them, with invented values.
var lifelike = map[string]string{
	"pain001.xml": sepa,
	"camt053.xml": `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
 <BkToCstmrStmt><Stmt><Acct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id><Ownr><Nm>Mutuelle Exemple</Nm></Ownr></Acct>
  <Ntry><Amt Ccy="EUR">12.50</Amt><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Mme Zo&#233; Petit</Nm></Dbtr></RltdPties><RmtInf><Ustrd>Cotisation &amp; frais</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
  <Ntry><Amt Ccy="EUR">7.00</Amt><AddtlNtryInf><![CDATA[REMB <soins> 01/02]]></AddtlNtryInf></Ntry>
 </Stmt></BkToCstmrStmt>
</Document>`,
	"fhir.xml": `<Bundle xmlns="http://hl7.org/fhir"><entry><resource><Patient><identifier><system value="urn:oid:1.2.250.1.213.1.4.8"/><value value="180017500100123"/></identifier><name><family value="Petit"/><given value="Anne"/></name><birthDate value="1980-01-02"/></Patient></resource></entry></Bundle>`,
	"cda.xml":  `<?xml version="1.0"?><?xml-stylesheet href="cda.xsl"?><ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><recordTarget><patientRole><id extension="180017500100123" root="1.2.250.1.213.1.4.8"/><telecom value="tel:0612345678" use="MC"/><patient><name><given>Anne</given><family qualifier="BR">Petit</family></name><birthTime value="19800102"/></patient></patientRole></recordTarget><component><section><text><table><tr><td>Note : <content>HbA1c</content> 7 %</td></tr></table></text></section></component></ClinicalDocument>`,
	"flux.xml": `<?xml version='1.0' encoding='ISO-8859-15'?>
<!-- flux de prestations -->
<n:flux xmlns:n="urn:exemple:noemie"><n:assure n:rang="1"><n:nir>1800175001001</n:nir><n:cle>23</n:cle></n:assure><n:assure n:rang="2"><n:nom>LEF` + "\xc8" + `VRE</n:nom><n:montant>12 ` + "\xa4" + `</n:montant></n:assure></n:flux>`,
}

func wide(s string, order binary.ByteOrder) []byte {
	b := make([]byte, 2, 2*len(s)+2)
	order.PutUint16(b, 0xFEFF)
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, 0, 0)
		order.PutUint16(b[len(b)-2:], u)
	}
	return b
}

func TestHostile(t *testing.T) {
	samples := map[string][]byte{}
	for name, s := range lifelike {
		samples[name] = []byte(s)
	}
	samples["utf16le.xml"] = wide(lifelike["camt053.xml"], binary.LittleEndian)
	samples["utf16be.xml"] = wide(lifelike["camt053.xml"], binary.BigEndian)
	sourcetest.Hostile(t, Format, samples)
}

// A text cut off anywhere tells so, and keeps every value that ends before.
func TestCutAnywhere(t *testing.T) {
	for name, text := range lifelike {
		t.Run(name, func(t *testing.T) {
			whole, _, err := cellstest.Read(Format, name, []byte(text), sources.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			for n := 1; n < len(text); n++ {
				r, res, err := cellstest.Read(Format, name, []byte(text[:n]), sources.Limits{})
				var fe *sources.FormatError
				if !errors.As(err, &fe) || fe.Reason != sources.Truncated || fe.Status != sources.Partial {
					t.Fatalf("cut at %d: %v %v", n, res, err)
				}
				lost(t, whole, r, n)
			}
		})
	}
}

// lost fails the test when r lacks a value of whole that ended well before at.
func lost(t *testing.T, whole, r *cellstest.Recorder, at int) {
	t.Helper()
	if len(r.Wrong) > 0 {
		t.Fatalf("at %d: %q", at, r.Wrong)
	}
	got := r.Values()
	for _, c := range whole.Cells {
		if int(c.At.Byte)+8*len(c.Text) < at && strings.Trim(c.Text, ascii7) == "" && !strings.Contains(got, c.Text) {
			t.Fatalf("at %d: lost %q in %q", at, c.Text, got)
		}
	}
}

const ascii7 = " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:/-_+%&<>"

// A flipped bit never loses what stands before it.
func TestFlippedBits(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for name, text := range lifelike {
		whole, _, err := cellstest.Read(Format, name, []byte(text), sources.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for range 500 {
			data := []byte(text)
			at := 60 + random.IntN(len(data)-60)
			data[at] ^= 1 << random.IntN(8)
			r, _, err := cellstest.Read(Format, name, data, sources.Limits{})
			var fe *sources.FormatError
			if err != nil && (!errors.As(err, &fe) || fe.Status != sources.Partial) {
				t.Fatalf("%s, byte %d: %v", name, at, err)
			}
			lost(t, whole, r, at)
		}
	}
}

func TestEncodings(t *testing.T) {
	for _, test := range []struct{ name, declared, bytes, want string }{
		{"latin 1", "ISO-8859-1", "\xe9", "é"},
		{"latin 9, euro", "ISO-8859-15", "\xa4\xbd", "€œ"},
		{"windows", "windows-1252", "\x80\x9c", "€œ"},
		{"lower case", "iso-8859-15", "\xa4", "€"},
		{"utf-8", "UTF-8", "é€", "é€"},
		{"declared latin 9, is utf-8", "ISO-8859-15", "é€", "é€"},
		{"declared utf-8, is not", "UTF-8", "\xe9t\xe9", "été"},
		{"unknown", "x-mac-roman", "abc", "abc"},
	} {
		in := `<?xml version="1.0" encoding="` + test.declared + `"?><a>` + test.bytes + "</a>"
		r, _, err := cellstest.Read(Format, "x.xml", []byte(in), sources.Limits{})
		if err != nil || len(r.Cells) != 1 || r.Cells[0].Text != test.want {
			t.Errorf("%s: %v %q", test.name, err, r.Values())
		}
	}
}

// No entity of a document type is expanded, nothing external is opened.
func TestEntities(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString(`<!DOCTYPE l [<!ENTITY a0 "ha">`)
	for i := range 20 {
		n := string(rune('a' + i))
		laughs.WriteString(`<!ENTITY a` + n + ` "` + strings.Repeat("&a0;", 10) + `">`)
	}
	laughs.WriteString("]><l>" + strings.Repeat("&at;", 1000) + "</l>")
	for _, test := range []struct{ name, in, want string }{
		{"billion laughs", laughs.String(), strings.Repeat("&at;", 1000)},
		{"external", `<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]><l>&x;</l>`, "&x;"},
		{"parameter", `<!DOCTYPE l [<!ENTITY % p SYSTEM "http://192.0.2.1/x.dtd"> %p;]><l>a</l>`, "a"},
		{"numeric", "<l>&#1;&#x41;&#65;&#xD800;&#99999999;</l>", "\x01AA"},
	} {
		r, _, err := cellstest.Read(Format, "x.xml", []byte(test.in), sources.Limits{})
		if err != nil || len(r.Wrong) > 0 {
			t.Fatal(test.name, err, r.Wrong)
		}
		if last := r.Cells[len(r.Cells)-1]; last.Column != "l" || !strings.HasPrefix(last.Text, test.want) {
			t.Errorf("%s: %q", test.name, last.Text)
		}
		if int(r.Bytes) > 2*len(test.in) {
			t.Errorf("%s: %d bytes from %d", test.name, r.Bytes, len(test.in))
		}
	}
}

// The place of every value, opened in the original, holds the value: elements,
// attributes also of running text, CDATA, beyond the first window, whatever the
// encoding.
func TestPlacesHoldValues(t *testing.T) {
	var b strings.Builder
	b.WriteString("<l>\n")
	for i := range 12_000 {
		n := strings.Repeat("z", i%7)
		b.WriteString("<c id='é" + n + "'\n n=\"§attr" + n + "\"><n>&eacute;&amp; </n><m>§elem" + n + "</m>\n<p>voir <a\n h='§dans" + n + "'>é</a> &lt;§fin" + n + " </p><![CDATA[§donn" + n + "]]></c>\n")
	}
	b.WriteString("</l>")
	text := b.String()
	latin := strings.NewReplacer("é", "\xe9", "§", "\xa7").Replace(text)
	for name, data := range map[string][]byte{
		"utf-8": []byte(text), "latin": []byte(latin), "utf-16": wide(text, binary.LittleEndian),
	} {
		t.Run(name, func(t *testing.T) {
			out := &opened{data: data, wide: name == "utf-16"}
			if _, err := Format.Read(t.Context(), cellstest.Input("x.xml", data), out); err != nil {
				t.Fatal(err)
			}
			if out.seen != 60_000 || out.fault != "" {
				t.Errorf("%d values, %s", out.seen, out.fault)
			}
		})
	}
}

// opened looks into the original at the place of every marked word.
type opened struct {
	cellstest.Recorder
	data  []byte
	wide  bool
	seen  int
	fault string
}

func (o *opened) Chunk(c *sources.Chunk) error {
	for at := range c.Data {
		if c.Data[at] != 0xc2 || at+1 == len(c.Data) || c.Data[at+1] != 0xa7 {
			continue
		}
		end := at + 2
		for end < len(c.Data) && 'a' <= c.Data[end] && c.Data[end] <= 'z' {
			end++
		}
		o.seen++
		l := c.Locator.Locate(at)
		there := o.data[l.Byte:min(l.Byte+64, int64(len(o.data)))]
		if o.wide {
			narrow := make([]byte, 0, 32)
			for i := 0; i < len(there); i += 2 {
				narrow = append(narrow, there[i])
			}
			there = narrow
		}
		if len(there) > 0 && there[0] == 0xc2 {
			there = there[1:]
		}
		if word := string(c.Data[at+2 : end]); there[0] != 0xa7 || !strings.HasPrefix(string(there[1:]), word) {
			o.fault = "byte holds something else than " + word
		}
	}
	return nil
}
