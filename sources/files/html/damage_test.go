package htmltext

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// lifelike are pages as programs write them, with invented values.
var lifelike = map[string]string{
	"page.html": `<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>Dossier &amp; suivi</title><meta name=author content='Anne Petit'>
<style>p > b { color: red }</style><script>var mail = "a@exemple.fr"; if (1 < 2 && x) { y("</p>"); }</script></head>
<body class="x"><h1>Adhérents</h1><p>NIR&nbsp;: <b>1 80</b> 01 75 <i>001</i> 001 23, né le 02/01/1980<br>Tél. <a href="tel:+33612345678">06 12&#160;34 56 78</a></p>
<!-- ancien : b@exemple.fr -->
<table border=1><thead><tr><th>Nom</th><th>IBAN</th></tr></thead><tbody><tr><td>Petit</td><td>FR14 2004 1010 0505 0001 3M02 606</td></tr>
<tr><td>L&eacute;vy<td>&mdash;</tr></tbody></table><form><input type="hidden" name="nir" value="180017500100123"><textarea>une &lt;note&gt;
deux lignes</textarea></form></body></html>
`,
	"word.htm": `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv=Content-Type content="text/html; charset=windows-1252"></head>
<body><p class=MsoNormal><span style='font-size:11pt'>Madame Lef` + "\xe8" + `vre, 12<o:p></o:p> rue d` + "\x92" + `Alger</span></p></body></html>`,
	"xhtml.html": `<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml"><body><p>caf` + "\xe9" + `<br/>suite</p></body></html>`,
}

func TestHostile(t *testing.T) {
	samples := map[string][]byte{}
	for name, s := range lifelike {
		samples[name] = []byte(s)
	}
	sourcetest.Hostile(t, Format, samples)
}

// A page cut off anywhere keeps every text that ends before; inside a tag the
// cut is told.
func TestCutAnywhere(t *testing.T) {
	in := lifelike["page.html"]
	for n := 1; n < len(in); n++ {
		r, _, err := cellstest.Read(Format, "x.html", []byte(in[:n]), sources.Limits{})
		var fe *sources.FormatError
		if err != nil && (!errors.As(err, &fe) || fe.Reason != sources.Truncated || fe.Status != sources.Partial) {
			t.Fatalf("cut at %d: %v", n, err)
		}
		if open := strings.LastIndexByte(in[:n], '<') > strings.LastIndexByte(in[:n], '>'); open && n < strings.Index(in, "<style>") && isLetter(in[strings.LastIndexByte(in[:n], '<')+1]) && n > strings.LastIndexByte(in[:n], '<')+1 && err == nil {
			t.Fatalf("cut at %d, in a tag, is not told", n)
		}
		got := r.Values()
		for _, word := range []string{"a@exemple.fr", "Anne Petit", "Adhérents", "1 80 01 75 001 001 23", "tel:+33612345678", "b@exemple.fr", "FR14 2004 1010 0505 0001 3M02 606", "180017500100123"} {
			end := strings.Index(in, word) + len(word)
			if word[0] == '1' && word[1] == ' ' {
				end = strings.Index(in, "001 23,") + 6
			}
			if n > end+2 && !strings.Contains(got, word) || len(r.Wrong) > 0 {
				t.Fatalf("cut at %d: lost %q %q", n, word, r.Wrong)
			}
		}
	}
}

func TestFlippedBits(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	in := lifelike["page.html"]
	for range 1000 {
		data := []byte(in)
		at := strings.Index(in, "<body") + random.IntN(len(in)-strings.Index(in, "<body"))
		data[at] ^= 1 << random.IntN(8)
		r, _, err := cellstest.Read(Format, "x.html", data, sources.Limits{})
		var fe *sources.FormatError
		if err != nil && (!errors.As(err, &fe) || fe.Status != sources.Partial) {
			t.Fatal(err)
		}
		if len(r.Wrong) > 0 || !strings.Contains(r.Values(), "a@exemple.fr") || !strings.Contains(r.Values(), "author: Anne Petit") {
			t.Fatalf("byte %d: %q in %q", at, r.Wrong, r.Values())
		}
	}
}

// The place of every value, opened in the original, holds the value: words,
// attributes, comments and cells, beyond the first buffer too.
func TestPlacesHoldValues(t *testing.T) {
	var b strings.Builder
	b.WriteString("<html><body>")
	for i := range 4000 {
		fmt.Fprintf(&b, "<p>é&eacute;  <b>§un%d</b>\n suite &amp; §deux%d</p><a\n title='é' href=\"§trois%d\">x</a><!-- §quatre%d -->\n", i, i, i, i)
		if i%40 == 0 {
			fmt.Fprintf(&b, "<table><tr><td>\n  é<td> §cinq%d</table>", i)
		}
	}
	in := b.String()
	latin := bytes.ReplaceAll(bytes.ReplaceAll([]byte(in), []byte("é"), []byte("\xe9")), []byte("§"), []byte("\xa7"))
	for name, data := range map[string][]byte{"utf-8": []byte(in), "latin": latin} {
		out := &placed{t: t, data: data}
		if _, err := Format.Read(t.Context(), cellstest.Input("x.html", data), out); err != nil {
			t.Fatal(err)
		}
		if out.seen < 16_100 {
			t.Errorf("%s: %d values", name, out.seen)
		}
	}
}

// placed opens the original at the place of each marked word.
type placed struct {
	cellstest.Recorder
	t    *testing.T
	data []byte
	seen int
}

func (p *placed) Chunk(c *sources.Chunk) error {
	from, to := c.From, c.To
	for at := from; at < to; at++ {
		if !bytes.HasPrefix(c.Data[at:], []byte("§")) {
			continue
		}
		if c.Table != nil && !bytes.ContainsAny(c.Data[at-1:at], "\t\n") && at > 0 {
			continue // only the beginning of a cell has an exact place
		}
		end := at + 2
		for end < len(c.Data) && c.Data[end] > ' ' {
			end++
		}
		word := c.Data[at+2 : end]
		l := c.Locator.Locate(at)
		p.seen++
		there := bytes.TrimPrefix(p.data[l.Byte:], []byte{0xc2})
		if there[0] != 0xa7 || !bytes.HasPrefix(there[1:], word) {
			p.t.Fatalf("byte %d holds %.12q, not %q", l.Byte, there, word)
		}
		if want := int64(1 + bytes.Count(p.data[:l.Byte], newline)); l.Line != want {
			p.t.Fatalf("%q: line %d, want %d", word, l.Line, want)
		}
		at = end
	}
	return nil
}

func TestEncodings(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"meta charset", "<html><meta charset=iso-8859-15>\xa4", "€"},
		{"http-equiv", "<html><meta http-equiv='Content-Type' content='text/html; charset=windows-1252'>\x80", "€"},
		{"declared latin, is utf-8", "<html><meta charset=iso-8859-1>é", "é"},
		{"declared utf-8, is latin", "<html><meta charset=utf-8>caf\xe9", "caf"},
		{"xml declaration", lifelike["xhtml.html"], "café\nsuite"},
		{"utf-16", "\xff\xfe<\x00p\x00>\x00\xe9\x00", "é"},
		{"byte order mark", "\xef\xbb\xbf<p>é", "é"},
	} {
		r, _, err := cellstest.Read(Format, "x.html", []byte(test.in), sources.Limits{})
		if err != nil || !strings.Contains(r.Values(), test.want) {
			t.Errorf("%s: %v %q", test.name, err, r.Values())
		}
	}
}

// Much that waits for the end of a line goes out before it.
func TestBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("<html><body>")
	for i := range 60_000 {
		fmt.Fprintf(&b, "<a href='mailto:p%d@exemple.fr'>x</a> ", i)
	}
	for _, in := range []string{b.String(), strings.Replace(b.String(), "<body>", "<body><table><tr><td>", 1)} {
		r, _, err := cellstest.Read(Format, "x.html", []byte(in), sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || !strings.Contains(r.Values(), "href: mailto:p0@") || !strings.Contains(r.Values(), "mailto:p59999@exemple.fr") {
			t.Fatal(err, r.Wrong)
		}
	}
}

// FuzzLexer holds the tokens equal to those of golang.org/x/net/html, whatever
// the size of reads, but for comments and document types, which end elsewhere.
func FuzzLexer(f *testing.F) {
	for _, s := range lifelike {
		f.Add([]byte(s), 7)
	}
	f.Add([]byte("a<b c d=e f='g' h = \"i>\"/><script>x</scr</script ><title></titl</title></p /x=1>< 1 <2"), 1)
	f.Fuzz(func(t *testing.T, data []byte, step int) {
		if bytes.Contains(data, []byte("<!")) || bytes.Contains(data, []byte("<?")) || bytes.IndexByte(data, 0) >= 0 || bytes.IndexByte(data, '\r') >= 0 ||
			bytes.Contains(bytes.ToLower(data), []byte("plaintext")) || bytes.IndexByte(data, '&') >= 0 {
			return
		}
		want, whole := slowTokens(data)
		if !whole {
			return
		}
		l := newLexer(&stepped{data, max(1, step%50)}, 16)
		if got := tokens(l); got != want {
			t.Fatalf("%q\n got %q\nwant %q", data, got, want)
		}
	})
}

type stepped struct {
	data []byte
	step int
}

func (s *stepped) Read(b []byte) (int, error) {
	if len(s.data) == 0 {
		return 0, io.EOF
	}
	n := copy(b, s.data[:min(s.step, len(s.data))])
	s.data = s.data[n:]
	return n, nil
}

func tokens(l *lexer) string {
	var b strings.Builder
	for {
		t, err := l.next()
		if err != nil {
			return b.String()
		}
		switch t.kind {
		case text:
			b.Write(t.body)
		case start:
			fmt.Fprintf(&b, "\x00%s", t.name)
			for i, a := range t.attrs { // the other one drops a name that comes again
				if slices.ContainsFunc(t.attrs[:i], func(b attr) bool { return bytes.Equal(a.key, b.key) }) {
					continue
				}
				fmt.Fprintf(&b, "\x01%s=%s", a.key, a.value)
			}
		case end:
			fmt.Fprintf(&b, "\x02%s\x02", t.name)
		}
	}
}

// slowTokens shows what x/net/html sees; whole is false when it ends in a tag.
func slowTokens(data []byte) (shown string, whole bool) {
	var b strings.Builder
	z := nethtml.NewTokenizer(bytes.NewReader(data))
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return b.String(), len(z.Raw()) == 0
		case nethtml.TextToken:
			b.Write(z.Raw())
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			name, more := z.TagName()
			fmt.Fprintf(&b, "\x00%s", name)
			for more {
				var k, v []byte
				k, v, more = z.TagAttr()
				fmt.Fprintf(&b, "\x01%s=%s", k, v)
			}
		case nethtml.EndTagToken:
			name, _ := z.TagName()
			fmt.Fprintf(&b, "\x02%s\x02", name)
		}
	}
}
