package htmltext

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
)

func TestRead(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"inline tags join", "<p>NIR <b>1 80</b> 01&nbsp;<i>75</i></p><p>fin</p>", "=NIR 1 80 01\u00a075\nfin\n"},
		{"white space folds", "<div>1 80\n   01 <br> x\t</div>", "=1 80 01\nx\n"},
		{"pre", "<pre>a\n  b</pre>", "=a\n  b\n"},
		{"attributes", `<p>Écrire <a href="mailto:a@b.fr">ici</a> vite</p>`, "=Écrire ici vite\nhref: mailto:a@b.fr\n"},
		{"input", `<form><input type=text name="nir" value="180"><input value='x' name=y></form>`, "=nir: 180\ny: x\n"},
		{"meta, script and comment", `<meta name="author" content="Jean"><script>var a="b";</script><!-- c -->`, "=author: Jean\nvar a=\"b\";\n c \n"},
		{"table with headings", "<table><tr><th>Nom</th><th>Né</th></tr><tr><td>A<td><b>1</b>2</tr></table>après",
			"table 1!Nom[1]=Nom|table 1!Né[1]=Né|table 1!Nom[2]=A|table 1!Né[2]=12|=après\n"},
		{"table of keys", "<table><tr><th>NIR<td>180</tr><tr><th>Nom<td>B</tr></table>", "table 1![1]=NIR|table 1!NIR[1]=180|table 1![2]=Nom|table 1!Nom[2]=B"},
		{"colspan", "<table><tr><th colspan=2>N<th>M<tr><td>1<td>2<td>3</table>", "table 1!N[1]=N|table 1!M[1]=M|table 1![2]=1|table 1!N[2]=2|table 1!M[2]=3"},
		{"groups of columns", "<table><tr><th colspan=2>Assuré<th>Contact<tr><th>Nom<th>NIR<th>Tel<tr><td>A<td>1<td>2</table>",
			"table 1!Assuré NIR[1]=Assuré|table 1!Contact Tel[1]=Contact|table 1!Assuré Nom[2]=Nom|table 1!Assuré NIR[2]=NIR|table 1!Contact Tel[2]=Tel|table 1!Assuré Nom[3]=A|table 1!Assuré NIR[3]=1|table 1!Contact Tel[3]=2"},
		{"names in plain cells", "<table><tr><td colspan=3>Liste<tr><td>Nom<td>NIR<td>Ville<tr><td>A<td>1800175<td>Lyon</table>",
			"table 1![1]=Liste|table 1!Nom[2]=Nom|table 1!NIR[2]=NIR|table 1!Ville[2]=Ville|table 1!Nom[3]=A|table 1!NIR[3]=1800175|table 1!Ville[3]=Lyon"},
		{"no names in plain cells", "<table><tr><td>Petit<td>Anne<td>Lyon<tr><td>Martin<td>Luc<td>Nice</table>",
			"table 1![1]=Petit|table 1![1]=Anne|table 1![1]=Lyon|table 1![2]=Martin|table 1![2]=Luc|table 1![2]=Nice"},
		{"keys in plain cells", "<table><tr><td>Nom<td>Petit<tr><td>NIR<td>1800175</table>", "table 1![1]=Nom|table 1![1]=Petit|table 1![2]=NIR|table 1![2]=1800175"},
		{"stored numbers", `<table><tr><td sdval="180017500100104" sdnum="1033;">180017500100104</td><td sdval="99705357400015">9,97E+13</td><td x:num="280017500100151">###</td><td sdval="36149">20/12/1998</td></table>`,
			"table 1![1]=180017500100104|table 1![1]=99705357400015|table 1![1]=280017500100151|table 1![1]=20/12/1998"},
		{"one row", "<table><tr><td>Nom<td>NIR<td>Ville</table>", "table 1![1]=Nom|table 1![1]=NIR|table 1![1]=Ville"},
		{"table in a table", "<table><tr><td>a<table><tr><td>b</table></table>", "table 2![1]=b|table 1![1]=a"},
		{"address in angle brackets", "<p>Anne <anne@exemple.fr> écrit", "=Anne <anne@exemple.fr> écrit\n"},
		{"other attributes", "<p onclick=\"call('06 12 34 56 78')\" class='c123456789' contact=a@b.fr src=x@y>t</p>", "=onclick: call('06 12 34 56 78')\ncontact: a@b.fr\nt\n"},
		{"latin", "<html><meta charset=iso-8859-1><p>\xe9t\xe9", "=été\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _, err := cellstest.Read(Format, "x.html", []byte(test.in), sources.Limits{})
			if err != nil || len(r.Wrong) > 0 {
				t.Fatal(err, r.Wrong)
			}
			var got []string
			for _, c := range r.Cells {
				got = append(got, c.String())
			}
			if s := strings.Join(got, "|"); s != test.want {
				t.Errorf("\n got %q\nwant %q", s, test.want)
			}
		})
	}
}

func TestLocations(t *testing.T) {
	in := "<html>\n<p>un <b>deux</b>\n  trois</p><table><tr><td>\nquatre</table>"
	r := &places{}
	if _, err := Format.Read(t.Context(), cellstest.Input("x.html", []byte(in)), r); err != nil {
		t.Fatal(err)
	}
	for word, line := range map[string]int64{"un": 2, "deux": 2, "trois": 3} {
		l := r.where[word]
		if want := int64(strings.Index(in, word)); l.Byte != want || l.Line != line {
			t.Errorf("%s: byte %d line %d, want %d %d", word, l.Byte, l.Line, want, line)
		}
	}
	if l := r.where["quatre"]; l.Line != 4 || l.Row != 1 || l.Column != 1 || l.Byte != int64(strings.Index(in, "quatre")) {
		t.Errorf("cell: %+v", l)
	}
}

type places struct {
	cellstest.Recorder
	where map[string]sources.Location
}

func (p *places) Chunk(c *sources.Chunk) error {
	if p.where == nil {
		p.where = map[string]sources.Location{}
	}
	for _, word := range strings.Fields(string(c.Data)) {
		p.where[word] = c.Locator.Locate(bytes.Index(c.Data, []byte(word)))
	}
	return nil
}

func TestDamage(t *testing.T) {
	r, _, err := cellstest.Read(Format, "x.html", []byte(`<html><p>texte</p><a href="mailto:a@b`), sources.Limits{})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Reason != sources.Truncated || !strings.Contains(r.Values(), "texte") {
		t.Error(err, r.Values())
	}
	long := "<html><p>avant</p><img src='" + strings.Repeat("A", maxToken+1000) + "'><p>apres</p>"
	r, _, err = cellstest.Read(Format, "x.html", []byte(long), sources.Limits{})
	if !errors.As(err, &fe) || fe.Reason != sources.SizeLimit || !strings.Contains(r.Values(), "avant") || !strings.Contains(r.Values(), "apres") {
		t.Error(err)
	}
}

// Running text longer than a chunk comes whole, with margins that repeat it.
func TestLongText(t *testing.T) {
	var b strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&b, "mot%d ", i)
	}
	r, _, err := cellstest.Read(Format, "x.html", []byte("<p>"+b.String()+"</p>"), sources.Limits{})
	if err != nil || len(r.Wrong) > 0 || r.Chunks < 3 {
		t.Fatal(err, r.Wrong, r.Chunks)
	}
	if got := strings.TrimSpace(r.Cells[0].Text); got != strings.TrimSpace(b.String()) {
		t.Error("the text changed")
	}
}

func TestSniff(t *testing.T) {
	for in, want := range map[string]bool{
		"<!DOCTYPE html>\n<html>": true, "<HTML lang=fr>": true, "<?xml version='1.0'?>\n<!-- c --><html>": true, "<table border=1>": true,
		"<!DOCTYPE note SYSTEM 'x'><note/>": false, "<note/>": false, "<pain>": false, "": false, "html": false, "<a@b.fr>": false,
	} {
		if got := Format.Sniff([]byte(in), "", -1); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
	if Format.Sniff([]byte("<p align=center>"), "README.md", -1) || !Format.Sniff([]byte("<!DOCTYPE html>"), "README.md", -1) {
		t.Error("Markdown")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("<p>a<table><tr><th>b<td colspan=3>c</table><pre>\n d</pre><input value=1 name=2>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, _, err := cellstest.Read(Format, "x.html", data, sources.Limits{Fields: 5})
		var fe *sources.FormatError
		if err != nil && !errors.As(err, &fe) {
			t.Fatal(err)
		}
		if len(r.Wrong) > 0 {
			t.Fatal(r.Wrong)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var buf bytes.Buffer
	buf.WriteString("<html><body>")
	for i := 0; buf.Len() < 4<<20; i++ {
		fmt.Fprintf(&buf, "<p>Madame <b>Dupont</b>, votre dossier %d &agrave; Lyon est complet. <a href='mailto:p%d@exemple.fr'>Nous écrire</a></p>\n", i, i)
		if i%50 == 0 {
			buf.WriteString("<table><tr><th>Nom</th><th>Ville</th></tr><tr><td>A</td><td>B</td></tr></table>")
		}
	}
	b.SetBytes(int64(buf.Len()))
	for b.Loop() {
		r := &cellstest.Recorder{Quiet: true}
		if _, err := Format.Read(b.Context(), cellstest.Input("x.html", buf.Bytes()), r); err != nil {
			b.Fatal(err)
		}
	}
}
