package pdf

import (
	"bytes"
	"io"
	"math"
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
	if f.rebuilt || f.crypt != nil {
		return nil
	}
	defer func() {
		if recover() != nil {
			l = nil
		}
	}()
	r, err := ledongthuc.NewReader(at, size)
	if err != nil {
		return nil // it quotes what it read; the painter comes next
	}
	return &library{r: r, fonts: map[int]bool{}}
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
		good = err == nil && len(b) <= maxFont
	}
	if indirect {
		d.library.fonts[r.num] = good
	}
	return good
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
