package pdf

import (
	"math"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// combining are the marks that accents of their own stand for.
var combining = map[rune]rune{
	'`': 0x300, '´': 0x301, 'ˆ': 0x302, '^': 0x302, '˜': 0x303, '~': 0x303, '¯': 0x304, '˘': 0x306, '˙': 0x307, '¨': 0x308, '˚': 0x30A, '˝': 0x30B, 'ˇ': 0x30C, '¸': 0x327, '˛': 0x328,
	0x300: 0x300, 0x301: 0x301, 0x302: 0x302, 0x303: 0x303, 0x304: 0x304, 0x306: 0x306, 0x307: 0x307, 0x308: 0x308, 0x30A: 0x30A, 0x30B: 0x30B, 0x30C: 0x30C, 0x327: 0x327, 0x328: 0x328,
}

// mark returns the combining mark of a glyph that is an accent alone, else 0.
func (g *glyph) mark() rune {
	if g.text == "" || g.text[0] < utf8.RuneSelf && (len(g.text) > 1 || g.text[0] != '`' && g.text[0] != '^' && g.text[0] != '~') {
		return 0 // nearly all
	}
	r, n := utf8.DecodeRuneInString(g.text)
	if n != len(g.text) {
		return 0
	}
	return combining[r]
}

// compose joins letters and the accents that are drawn over or under them, as TeX
// does, in front of the letter mostly. An accent that stands by itself stays.
func (p *page) compose() {
	kept := p.glyphs[:0]
	for i := range p.glyphs {
		g := p.glyphs[i]
		if m := p.glyphs[i].mark(); m != 0 {
			if i+1 < len(p.glyphs) && p.glyphs[i+1].under(&g) && p.glyphs[i+1].accent(m) {
				continue
			}
			if n := len(kept); n > 0 && kept[n-1].under(&g) && kept[n-1].accent(m) {
				continue
			}
		}
		kept = append(kept, g)
	}
	p.glyphs = kept
}

// under reports whether the middle of an accent is within a letter.
func (g *glyph) under(a *glyph) bool {
	mid := (a.u + a.end) / 2
	return g.angle == a.angle && mid >= g.u-0.05*g.size && mid <= g.end+0.05*g.size && math.Abs(g.v-a.v) < 0.6*g.size
}

// accent puts a mark onto a letter and reports whether there is such a letter.
func (g *glyph) accent(m rune) bool {
	r, n := utf8.DecodeRuneInString(g.text)
	if n != len(g.text) || !unicode.IsLetter(r) {
		return false
	}
	switch r { // letters without their dots, made for accents
	case 'ı':
		r = 'i'
	case 'ȷ':
		r = 'j'
	}
	s := norm.NFC.String(string([]rune{r, m}))
	g.text = s
	return true
}
