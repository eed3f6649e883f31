package pdf

import (
	"bytes"
	"context"
	"testing"

	"recense/sources"
)

// TestLibraryAgrees reads a page with ledongthuc/pdf and with the painter: both
// give the same lines, and what the library cannot place it is not asked for.
func TestLibraryAgrees(t *testing.T) {
	for _, c := range []struct {
		name string
		want bool
	}{
		{"prestations/courriers/releve_gnumeric.pdf", true}, // simple fonts from the space on
		{"adhesions/bulletin_adhesion.pdf", false},          // fonts that begin with code 1
		{"prestations/courriers/decompte_groff.pdf", false}, // word spacing
	} {
		t.Run(c.name, func(t *testing.T) {
			data := sample(t, share+"/"+c.name)
			in := sources.Input{At: bytes.NewReader(data), Size: int64(len(data))}
			f, err := open(context.Background(), in, sources.Limits{}.Defaults())
			if err != nil {
				t.Fatal(err)
			}
			d := &document{file: f, library: openLibrary(f, in.At, in.Size)}
			p := firstPage(d)
			content, res := d.contents(p), d.dict(p["Resources"])
			if got := d.libraryReads(p, res, content); got != c.want {
				t.Fatalf("the library is asked: %v", got)
			}
			if !c.want {
				return
			}
			var lib, own page
			if !d.library.page(1, content, &lib) {
				t.Fatal("the library failed")
			}
			if err := newPainter(f, &own).run(content, res); err != nil {
				t.Fatal(err)
			}
			a, b := drawn(&lib), drawn(&own)
			if a != b {
				t.Errorf("library %q\npainter %q", a, b)
			}
		})
	}
}

func firstPage(d *document) dict {
	p := d.dict(d.dict(d.trailer["Root"])["Pages"])
	for {
		kids := d.array(p["Kids"])
		if len(kids) == 0 {
			return p
		}
		p = d.dict(kids[0])
	}
}

// drawn are the glyphs of a page without spaces, in the order of the content.
func drawn(p *page) string {
	var b bytes.Buffer
	for _, g := range p.glyphs {
		if g.text != " " {
			b.WriteString(g.text)
		}
	}
	return b.String()
}
