package pdf

import (
	"math"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"recense/sources/files/cells"
)

// maxGlyphs is how many glyphs are gathered before they are laid out.
const maxGlyphs = 200_000

// glyph is a character, or several, on a page. u runs along the line of text, v
// across it, upwards.
type glyph struct {
	u, v, end, size float64
	angle           int16 // of the line of text, in degrees
	text            string
}

// page gathers the glyphs of one page.
type page struct {
	out      *cells.Text
	glyphs   []glyph
	runs     []glyph
	spelled  bool // marked content says what the glyphs mean, also of unknown ones
	spaced   bool // spaces are drawn, as most programs do; TeX only moves
	pictures int
	shown    []picture // those that may be recognised, where keeps is set
	keeps    bool
	known    int // glyphs whose text is known
	unknown  int
	written  int
	tabbed   bool // the line at hand has cells
	broken   bool // the line before may end within a word: its hyphen waits
}

// add keeps a glyph that m places.
func (p *page) add(m matrix, k code, vertical bool) {
	if k.known {
		p.known++
	} else {
		p.unknown++
	}
	dx, dy, size := m[0]*k.width, m[1]*k.width, length(m[2], m[3])
	along := length(m[0], m[1])
	ux, uy := m[0], m[1]
	if vertical {
		ux, uy = -m[2], -m[3]
		dx, dy, along = ux, uy, size
	}
	if k.text == "" && !p.spelled || along == 0 || size == 0 || !finite(m[4], m[5], dx, dy, size) {
		return
	}
	a := 0.0
	if uy != 0 || ux < 0 {
		a = math.Round(math.Atan2(uy, ux) * 180 / math.Pi)
	}
	g := glyph{size: size, angle: int16(a), text: k.text}
	g.u, g.v = turned(m[4], m[5], a)
	g.end = g.u + length(dx, dy)
	p.glyphs = append(p.glyphs, g)
}

// length is that of a vector; most are upright.
func length(x, y float64) float64 {
	switch {
	case y == 0:
		return math.Abs(x)
	case x == 0:
		return math.Abs(y)
	}
	return math.Hypot(x, y)
}

// turned returns a point in the frame of text that runs at an angle of a degrees.
func turned(x, y, a float64) (u, v float64) {
	switch a {
	case 0:
		return x, y
	case 90:
		return y, -x
	case -90:
		return -y, x
	case 180, -180:
		return -x, -y
	}
	sin, cos := math.Sincos(a * math.Pi / 180)
	return x*cos + y*sin, y*cos - x*sin
}

// replace puts text in the place of the glyphs from an index on, where they stand
// on one line.
func (p *page) replace(from int, text string) {
	if from >= len(p.glyphs) {
		return
	}
	g := p.glyphs[from:]
	first := g[0]
	unknown := 0
	for _, x := range g {
		if x.text == "" {
			unknown++
		}
		if x.angle != first.angle || math.Abs(x.v-first.v) > first.size/2 || x.u < first.u-first.size {
			return
		}
		first.end = max(first.end, x.end)
	}
	first.text = text
	p.glyphs = append(p.glyphs[:from], first)
	p.unknown -= unknown
	p.known += unknown
}

// flush lays out the glyphs and writes their lines.
func (p *page) flush() error {
	p.compose()
	angles := map[int16]int{}
	spaces := 0
	for _, g := range p.glyphs {
		angles[g.angle]++
		if g.text == " " {
			spaces++
		}
	}
	p.spaced = spaces*drawnSpaces > len(p.glyphs)
	order := make([]int16, 0, len(angles))
	for a := range angles {
		order = append(order, a)
	}
	sort.Slice(order, func(i, j int) bool {
		if angles[order[i]] != angles[order[j]] {
			return angles[order[i]] > angles[order[j]]
		}
		return order[i] < order[j]
	})
	if len(order) > 16 { // text along a curve
		order = order[:16]
	}
	for _, a := range order {
		p.join(a)
		if err := p.lines(); err != nil {
			return err
		}
	}
	p.glyphs = p.glyphs[:0]
	return nil
}

// Distances in parts of the size of the letters.
const (
	touching = 0.15 // letters of one word
	wordGap  = 1.2  // words of one cell
	cellGap  = 0.25 // the same, where spaces are drawn and this is none
)

// drawnSpaces is how many characters there are for a space, at most, where spaces
// are drawn.
const drawnSpaces = 30

// join makes runs of the glyphs that follow each other without a gap.
func (p *page) join(angle int16) {
	p.runs = p.runs[:0]
	var b strings.Builder
	var cur glyph
	end := func() {
		if b.Len() > 0 {
			cur.text = b.String()
			p.runs = append(p.runs, cur)
			b.Reset()
		}
	}
	for _, g := range p.glyphs {
		if g.angle != angle {
			continue
		}
		gap, size := g.u-cur.end, max(cur.size, g.size)
		if b.Len() > 0 && math.Abs(g.v-cur.v) < 0.2*size && gap < touching*size && gap > -0.35*size && math.Min(cur.size, g.size) > 0.7*size {
			b.WriteString(g.text)
			cur.end = max(cur.end, g.end)
			continue
		}
		end()
		cur = g
		b.WriteString(g.text)
	}
	end()
}

// lines sorts the runs into lines, from the top, and writes them.
func (p *page) lines() error {
	r := p.runs
	sort.SliceStable(r, func(i, j int) bool { return r[i].v > r[j].v })
	for i := 0; i < len(r); {
		j := i + 1
		for j < len(r) && r[i].v-r[j].v < 0.4*min(2*min(r[i].size, r[j].size), max(r[i].size, r[j].size)) {
			j++
		}
		p.line(r[i:j])
		i = j
		if err := p.out.Drain(); err != nil {
			return err
		}
	}
	p.resume(nil)
	return nil
}

// line writes one line: words apart by a space, cells by a tab.
func (p *page) line(r []glyph) {
	sort.SliceStable(r, func(i, j int) bool { return r[i].u < r[j].u })
	r = p.once(r)
	p.resume(r)
	p.tabbed = false
	combed := 0 // runs up to here are letters in boxes
	var pitch float64
	for i, g := range r {
		if i > 0 {
			p.gap(&r[i-1], &g, i < combed, pitch)
		}
		if i >= combed {
			if n, d := comb(r[i:]); n > 0 {
				combed, pitch = i+n, d
			}
		}
		p.written += len(g.text)
		if i == len(r)-1 && !p.tabbed && hyphenated(g.text) {
			p.out.AppendString(g.text[:len(g.text)-1])
			p.broken = true
			return
		}
		p.out.AppendString(g.text)
	}
	if len(r) > 0 {
		p.out.Append('\n')
	}
}

// hyphenated reports whether a line of prose may end within a word.
func hyphenated(s string) bool {
	if !strings.HasSuffix(s, "-") {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(s[:len(s)-1])
	return unicode.IsLower(r)
}

// resume writes what was held back of the line before: nothing when a word goes on in
// the line r, as words do that a program has broken.
func (p *page) resume(r []glyph) {
	if !p.broken {
		return
	}
	p.broken = false
	if len(r) > 0 {
		if c, _ := utf8.DecodeRuneInString(r[0].text); unicode.IsLower(c) {
			return
		}
	}
	p.out.AppendString("-\n")
}

// once drops what is drawn a second time at the same place to look bold.
func (p *page) once(r []glyph) []glyph {
	kept := r[:0]
	for _, g := range r {
		twice := false
		for i := len(kept) - 1; i >= 0 && i >= len(kept)-4 && !twice; i-- {
			k := &kept[i]
			twice = k.text == g.text && g.u-k.u < 0.2*g.size && math.Abs(g.v-k.v) < 0.2*g.size
		}
		if !twice {
			kept = append(kept, g)
		}
	}
	return kept
}

// gap writes what stands between two runs of a line.
func (p *page) gap(a, b *glyph, combed bool, pitch float64) {
	size, gap := math.Min(a.size, b.size), b.u-a.end
	switch {
	case combed && middle(b)-middle(a) < 1.5*pitch:
	case combed:
		p.out.Append(' ')
	case gap >= wordGap*size:
		p.tabbed = true
		p.out.Append('\t')
	case gap >= cellGap*size && p.spaced && p.out.Last() != ' ' && !strings.HasPrefix(b.text, " "):
		p.tabbed = true
		p.out.Append('\t')
	case math.Abs(gap) < touching*size:
	case p.out.Last() != ' ' && !strings.HasPrefix(b.text, " "):
		p.out.Append(' ')
	}
}

func middle(g *glyph) float64 { return (g.u + g.end) / 2 }

// comb returns how many runs from the first on are single characters at equal
// distances, as in the boxes of a form, and that distance. A box may be empty.
func comb(r []glyph) (n int, pitch float64) {
	const least = 5
	filled := 0
	for ; n < len(r) && utf8.RuneCountInString(r[n].text) == 1; n++ {
		if r[n].text != " " {
			filled++
		}
		if n == 0 {
			continue
		}
		d := middle(&r[n]) - middle(&r[n-1])
		if n == 1 {
			pitch = d
		}
		times := math.Round(d / pitch)
		if pitch > 3*r[n].size || times < 1 || times > 2 || math.Abs(d-times*pitch) > 0.2*pitch {
			break
		}
	}
	if filled < least {
		return 0, 0
	}
	return n, pitch
}
