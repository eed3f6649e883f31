package parts

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
)

// scanned shows what a scanner makes of s: text and tags, one after the other.
func scanned(s string) string {
	var out strings.Builder
	x := NewScanner(strings.NewReader(s))
	for {
		err := x.Next()
		if err != nil {
			if err != io.EOF {
				fmt.Fprintf(&out, "!%v", err)
			}
			return out.String()
		}
		local, end, empty := x.Name()
		mark := ""
		if end {
			mark = "/"
		}
		if empty {
			mark = "."
		}
		fmt.Fprintf(&out, "%s[%s%s]", x.Text, mark, local)
	}
}

func TestScanner(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"tags", `<w:p><w:t>a</w:t><w:br/></w:p>`, "[p][t]a[/t][.br][/p]"},
		{"entities", `<t>a &amp; b &lt;c&gt; &#233;</t>`, "[t]a & b <c> é[/t]"},
		{"greater in an attribute", `<t a="x>y" b='z">'>u</t>`, "[t]u[/t]"},
		{"comment with tags", `<t>a<!-- <b> --> c</t>`, "[t]a[!--] c[/t]"},
		{"plain section", `<t>a<![CDATA[<b> & ]]>c</t>`, "[t]a<b> & c[/t]"},
		{"cut in a tag", `<t>a<b`, "[t]!unexpected EOF"},
		{"cut in a comment", `<t>a<!-- b>`, "[t]!unexpected EOF"},
	} {
		if got := scanned(test.in); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestScannerLong(t *testing.T) {
	text := strings.Repeat("0123456789", 300_000)
	x := NewScanner(strings.NewReader("<t>" + text + "</t>"))
	x.Split = true
	var got strings.Builder
	for x.Next() == nil {
		got.Write(x.Text)
	}
	if got.String() != text {
		t.Errorf("%d bytes of %d", got.Len(), len(text))
	}
	x = NewScanner(strings.NewReader("<t>" + text + "</t>"))
	x.Next()
	if err := x.Next(); err != errPiece {
		t.Error(err)
	}
}

// FuzzScanner compares the text of well-formed XML with encoding/xml.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{`<a>b<c d="e>f"/>g</a>`, `<a><![CDATA[x]]]]><![CDATA[>]]></a>`, `<a>&amp;&#65;<!-- - -->b</a>`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got, want strings.Builder
		x := NewScanner(strings.NewReader(s))
		for x.Next() == nil {
			got.Write(x.Text)
		}
		d := xml.NewDecoder(strings.NewReader(s))
		depth := 0
		for {
			token, err := d.Token()
			if err == io.EOF && depth == 0 {
				break
			}
			if err != nil {
				return
			}
			switch token := token.(type) {
			case xml.StartElement:
				depth++
			case xml.EndElement:
				depth--
			case xml.CharData:
				if depth == 0 && len(bytes.TrimSpace(token)) > 0 {
					return // nothing stands outside the root
				}
				if depth > 0 {
					want.Write(token)
				}
			case xml.Directive:
				return // a document type may hold brackets
			case xml.ProcInst:
				if strings.ContainsAny(string(token.Inst), `<>"'`) {
					return
				}
			}
		}
		if strings.ContainsAny(s, "\r") || strings.Contains(s, "\xef") {
			return // line ends are made one
		}
		if g := strings.TrimSpace(got.String()); g != strings.TrimSpace(want.String()) && !strings.HasPrefix(g, "<?") {
			t.Errorf("%q, want %q", g, want.String())
		}
	})
}
