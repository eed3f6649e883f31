package pdf

import (
	"bytes"
	"context"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	ledongthuc "github.com/ledongthuc/pdf"
)

// library reads pages with ledongthuc/pdf. It comes first where it can be relied
// upon: whole files, pages of one stream without forms, pictures in the text or
// word spacing, fonts of one byte a glyph that say their widths and begin with
// the space (after each operator it decodes a line end in the font, which gives
// a letter too many in the fonts of LibreOffice). It places no glyph of the
// others rightly, and it gives no error for most of what it misses.
// What it is given has been decoded here before, within the budget, so that it
// cannot be made to expand without bounds; a page that makes it panic, or whose
// text does not read like text, is read again by the painter.
type library struct {
	r     *ledongthuc.Reader
	in    *guarded
	fonts map[int]bool // by object: whether it reads this one
}

// maxFont bounds the table of a font that the library is given, maxPlain the
// content of a page, in bytes.
const (
	maxFont  = 1 << 20
	maxPlain = 4 << 20
)

// openLibrary returns nil where the library does not come first.
func openLibrary(f *file, at io.ReaderAt, size int64) (l *library) {
	if f.rebuilt || f.crypt != nil || !f.classic || size != f.size {
		return nil
	}
	defer func() {
		if recover() != nil {
			l = nil
		}
	}()
	in := &guarded{ctx: f.ctx, at: at, left: maxLooked}
	r, err := ledongthuc.NewReader(in, size)
	if err != nil {
		return nil // it quotes what it read; the painter comes next
	}
	return &library{r: r, in: in, fonts: map[int]bool{}}
}

// maxLooked is how many bytes the library may read of a file for one page. It
// keeps no objects and reads them anew for each glyph; in a tree of pages that
// turns in a circle it would read without end.
const maxLooked = 64 << 20

// guarded ends reading when the context does, or when too much was read.
type guarded struct {
	ctx  context.Context
	at   io.ReaderAt
	left int64
}

// ReadAt implements io.ReaderAt.
func (g *guarded) ReadAt(b []byte, at int64) (int, error) {
	if g.left -= int64(len(b)); g.left < 0 || g.ctx.Err() != nil {
		return 0, errLarge
	}
	return g.at.ReadAt(b, at)
}

// unplaced are the operators and marks whose effect the library leaves out.
var unplaced = [][]byte{[]byte(" Do"), []byte("\nDo"), []byte(" Tw"), []byte("BI "), []byte("BI\n"), []byte("ActualText"), []byte(" Tr")}

// reads reports whether the library can be relied upon for a page.
func (d *document) libraryReads(p, res dict, data []byte) bool {
	if d.library == nil || len(data) == 0 || len(data) > maxPlain {
		return false
	}
	if _, one := d.resolve(p["Contents"]).(*stream); !one {
		return false
	}
	for _, op := range unplaced {
		if bytes.Contains(data, op) {
			return false
		}
	}
	for _, v := range d.dict(res["Font"]) {
		if !d.libraryFont(v) {
			return false
		}
	}
	return true
}

func (d *document) libraryFont(v any) bool {
	r, indirect := v.(ref)
	if good, known := d.library.fonts[r.num]; indirect && known {
		return good
	}
	font := d.dict(v)
	good := font["Subtype"] == name("TrueType") || font["Subtype"] == name("Type1")
	good = good && d.integer(font["FirstChar"], 0) >= ' ' && len(d.array(font["Widths"])) > 0
	if s, ok := d.resolve(font["ToUnicode"]).(*stream); ok && good {
		b, err := d.content(s)
		good = err == nil && len(b) <= maxFont && honest(b)
	}
	if indirect {
		d.library.fonts[r.num] = good
	}
	return good
}

// honest reports whether the lists of a CMap announce no more than a hundred
// entries or so, as the standard wants: the library believes any number.
func honest(cmap []byte) bool {
	l := lexer{b: cmap}
	var last int64
	for !l.ended() {
		switch v := l.next().(type) {
		case int64:
			last = v
		case word:
			if strings.HasPrefix(string(v), "begin") && (last < 0 || last > 1000) {
				return false
			}
			last = 0
		}
	}
	return true
}

// page adds the glyphs of a page to pg and reports whether they can be trusted.
// data is the content that the page must have: the library counts pages in its
// own way.
func (l *library) page(number int, data []byte, pg *page) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
		if !ok {
			pg.glyphs, pg.known = pg.glyphs[:0], 0
		}
	}()
	l.in.left = maxLooked
	p := l.r.Page(number)
	if p.V.IsNull() {
		return false
	}
	rd := p.V.Key("Contents").Reader()
	same, err := io.ReadAll(io.LimitReader(rd, int64(len(data))+1))
	rd.Close()
	if err != nil || !bytes.Equal(same, data) {
		return false
	}
	strange := 0
	for _, t := range p.Content().Text {
		r, _ := utf8.DecodeRuneInString(t.S)
		if t.S == "\n" || t.W == 0 && r == utf8.RuneError { // the end of what one operator shows
			continue
		}
		if t.FontSize <= 0 || t.W <= 0 || !finite(t.X, t.Y, t.W, t.FontSize, 0) || len(pg.glyphs) >= maxGlyphs {
			return false
		}
		if r == utf8.RuneError || r < ' ' {
			strange++
		}
		pg.glyphs = append(pg.glyphs, glyph{u: t.X, v: t.Y, end: t.X + t.W, size: math.Abs(t.FontSize), text: t.S})
	}
	pg.known = len(pg.glyphs)
	return pg.known >= leastText && 100*strange <= pg.known
}

// leastText is the number of glyphs below which a page is read by the painter.
const leastText = 20
