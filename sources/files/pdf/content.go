package pdf

import "math"

// matrix is [a b c d e f] of ISO 32000-1, 8.3.3.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

// mul returns the matrix that applies m, then n.
func (m matrix) mul(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// move returns the matrix that shifts by x and y before m.
func (m matrix) move(x, y float64) matrix { return matrix{1, 0, 0, 1, x, y}.mul(m) }

// state is the part of the graphics state that text needs.
type state struct {
	ctm                        matrix
	font                       *font
	size, tc, tw, th, tl, rise float64
}

// painter runs the operators of a content stream and keeps the glyphs.
type painter struct {
	f       *file
	p       *page
	state   state
	saved   []state
	tm, tlm matrix
	depth   int // of forms in forms
	ops     int
	marks   []int // open marked contents; the index of a span or -1
	spans   []span
}

// span is marked content that says what its glyphs mean.
type span struct {
	text string
	from int // index of its first glyph
}

// maxForms bounds forms in forms.
const maxForms = 12

// minCharge is what running a form costs at least, in bytes of the budget.
const minCharge = 256

func newPainter(f *file, p *page) *painter {
	return &painter{f: f, p: p, state: state{ctm: identity, th: 1}, tm: identity, tlm: identity}
}

// run executes data under the resources res.
func (c *painter) run(data []byte, res dict) error {
	c.f.left -= minCharge
	l := lexer{b: data}
	var args []any
	fonts, forms := c.f.dict(res["Font"]), c.f.dict(res["XObject"])
	for !l.ended() {
		v := l.next()
		op, ok := v.(word)
		if !ok {
			if _, stray := v.(closing); !stray {
				args = append(args, v)
			}
			if len(args) > 256 {
				args = args[:copy(args, args[128:])]
			}
			continue
		}
		if c.ops++; c.ops%1024 == 0 && c.f.ctx.Err() != nil {
			return c.f.ctx.Err()
		}
		var err error
		switch op {
		case "Tf":
			c.setFont(args, fonts)
		case "Do":
			err = c.do(args, forms, res)
		case "gs":
			c.extState(args, res)
		case "BDC":
			c.begin(args, res)
		case "BI":
			c.inline(&l)
		default:
			err = c.operate(op, args)
		}
		if err != nil {
			return err
		}
		args = args[:0]
	}
	return nil
}

// num returns the i-th argument counted from the end, from 0.
func num(args []any, i int) float64 {
	if i = len(args) - 1 - i; i < 0 {
		return 0
	}
	switch v := args[i].(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

func matrixOf(args []any) matrix {
	var m matrix
	for i := range m {
		m[5-i] = num(args, i)
	}
	return m
}

// operate executes the operators that need no resources.
func (c *painter) operate(op word, args []any) error {
	s := &c.state
	switch op {
	case "q":
		if len(c.saved) < 4096 {
			c.saved = append(c.saved, *s)
		}
	case "Q":
		if n := len(c.saved); n > 0 {
			*s = c.saved[n-1]
			c.saved = c.saved[:n-1]
		}
	case "cm":
		s.ctm = matrixOf(args).mul(s.ctm)
	case "BT":
		c.tm, c.tlm = identity, identity
	case "Tc":
		s.tc = num(args, 0)
	case "Tw":
		s.tw = num(args, 0)
	case "Tz":
		s.th = num(args, 0) / 100
	case "TL":
		s.tl = num(args, 0)
	case "Ts":
		s.rise = num(args, 0)
	case "Td":
		c.line(num(args, 1), num(args, 0))
	case "TD":
		s.tl = -num(args, 0)
		c.line(num(args, 1), num(args, 0))
	case "Tm":
		c.tlm = matrixOf(args)
		c.tm = c.tlm
	case "T*":
		c.line(0, -s.tl)
	case "Tj", "'", "\"", "TJ":
		return c.text(op, args)
	case "BMC":
		c.marks = append(c.marks[:min(len(c.marks), 1024)], -1)
	case "EMC":
		c.end()
	}
	return nil
}

// line begins a new line at x and y from the beginning of the last one.
func (c *painter) line(x, y float64) {
	c.tlm = c.tlm.move(x, y)
	c.tm = c.tlm
}

// text executes the operators that show text.
func (c *painter) text(op word, args []any) error {
	switch op {
	case "\"":
		c.state.tw, c.state.tc = num(args, 2), num(args, 1)
		fallthrough
	case "'":
		c.line(0, -c.state.tl)
	}
	if len(args) == 0 {
		return nil
	}
	switch v := args[len(args)-1].(type) {
	case str:
		return c.show(string(v))
	case array:
		for _, x := range v {
			if s, ok := x.(str); ok {
				if err := c.show(string(s)); err != nil {
					return err
				}
				continue
			}
			c.shift(-num([]any{x}, 0) / 1000 * c.state.size)
		}
	}
	return nil
}

// shift moves along the line of text, in unscaled units.
func (c *painter) shift(t float64) {
	if c.state.font != nil && c.state.font.vertical {
		c.tm = c.tm.move(0, t)
		return
	}
	c.tm = c.tm.move(t*c.state.th, 0)
}

// show keeps the glyphs of a string.
func (c *painter) show(raw string) error {
	s := &c.state
	if s.font == nil {
		s.font = c.f.newFont(nil)
	}
	s.font.each(raw, func(k code) {
		if c.f.left <= 0 {
			return
		}
		m := matrix{s.size * s.th, 0, 0, s.size, 0, s.rise}.mul(c.tm).mul(s.ctm)
		c.f.left -= int64(len(k.text))
		c.p.add(m, k, s.font.vertical)
		move := k.width * s.size
		if s.font.vertical {
			move = -s.size
		}
		move += s.tc
		if k.space {
			move += s.tw
		}
		c.shift(move)
	})
	if c.f.left <= 0 {
		c.f.over = true
		return errLarge
	}
	if len(c.p.glyphs) > maxGlyphs && len(c.spans) == 0 {
		return c.p.flush()
	}
	return nil
}

func (c *painter) setFont(args []any, fonts dict) {
	c.state.size = num(args, 0)
	if len(args) >= 2 {
		if n, ok := args[len(args)-2].(name); ok {
			c.state.font = c.f.fontOf(fonts[n])
		}
	}
}

// extState takes the font of a graphics state dictionary.
func (c *painter) extState(args []any, res dict) {
	if len(args) == 0 {
		return
	}
	n, _ := args[0].(name)
	gs := c.f.dict(c.f.dict(res["ExtGState"])[n])
	if a := c.f.array(gs["Font"]); len(a) == 2 {
		c.state.font, c.state.size = c.f.fontOf(a[0]), c.f.real(a[1], 0)
	}
}

// do draws a form or notes a picture.
func (c *painter) do(args []any, forms, res dict) error {
	if len(args) == 0 {
		return nil
	}
	n, _ := args[len(args)-1].(name)
	s, ok := c.f.resolve(forms[n]).(*stream)
	if !ok {
		return nil
	}
	if c.f.resolve(s.dict["Subtype"]) != name("Form") {
		c.p.show(s, c.state.ctm)
		return nil
	}
	if c.depth >= maxForms {
		return nil
	}
	data, err := c.f.content(s)
	if err != nil && len(data) == 0 {
		c.f.broken = true
		return nil
	}
	inner := c.f.dict(s.dict["Resources"])
	if inner == nil {
		inner = res
	}
	saved, depth := c.state, len(c.saved)
	tm, tlm := c.tm, c.tlm
	if m := c.f.array(s.dict["Matrix"]); len(m) == 6 {
		var a [6]any
		for i := range a {
			a[i] = c.f.resolve(m[i])
		}
		c.state.ctm = matrixOf(a[:]).mul(c.state.ctm)
	}
	c.depth++
	err = c.run(data, inner)
	c.depth--
	c.state, c.tm, c.tlm = saved, tm, tlm
	c.saved = c.saved[:min(depth, len(c.saved))]
	return err
}

// begin opens marked content; ActualText says what its glyphs mean.
func (c *painter) begin(args []any, res dict) {
	mark := -1
	if len(args) > 0 {
		d, ok := args[len(args)-1].(dict)
		if n, isName := args[len(args)-1].(name); isName && !ok {
			d = c.f.dict(c.f.dict(res["Properties"])[n])
		}
		if s, ok := c.f.resolve(d["ActualText"]).(str); ok && len(c.spans) == 0 {
			mark = len(c.spans)
			c.spans = append(c.spans, span{docText(string(s)), len(c.p.glyphs)})
			c.p.spelled = true
		}
	}
	c.marks = append(c.marks[:min(len(c.marks), 1024)], mark)
}

// end closes marked content.
func (c *painter) end() {
	n := len(c.marks)
	if n == 0 {
		return
	}
	mark := c.marks[n-1]
	c.marks = c.marks[:n-1]
	if mark >= 0 && mark < len(c.spans) {
		c.p.replace(c.spans[mark].from, c.spans[mark].text)
		c.spans = c.spans[:mark]
		c.p.spelled = false
	}
}

// inline passes over a picture in the content.
func (c *painter) inline(l *lexer) {
	c.p.pictures++
	for i := l.p; i+2 <= len(l.b); i++ {
		if l.b[i] == 'E' && l.b[i+1] == 'I' && i > 0 && class[l.b[i-1]] == 1 && (i+2 == len(l.b) || class[l.b[i+2]] != 0) {
			l.p = i + 2
			return
		}
	}
	l.p = len(l.b)
}

// finite reports whether the place and size of a glyph are numbers one can sort.
func finite(v ...float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.Abs(x) > 1e7 {
			return false
		}
	}
	return true
}
