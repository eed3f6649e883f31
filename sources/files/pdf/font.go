package pdf

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// font says what the codes of a font mean and how wide their glyphs are.
type font struct {
	composite bool
	vertical  bool
	wide      bool // codes are UTF-16 themselves
	uni       *cmap
	codes     *cmap // of a composite font; nil is two bytes a code
	enc       [256]string
	widths    map[int]float64 // by code, or by character identifier; thousandths
	other     float64
	scale     float64 // of widths, 0.001 but for Type 3
}

// fontOf reads a font, or returns the one it read before.
func (f *file) fontOf(v any) *font {
	r, isRef := v.(ref)
	if isRef {
		if t, ok := f.fonts[r.num]; ok {
			return t
		}
	}
	t := f.newFont(f.dict(v))
	if isRef {
		if len(f.fonts) >= 256 {
			clear(f.fonts)
		}
		f.fonts[r.num] = t
	}
	return t
}

func (f *file) newFont(d dict) *font {
	t := &font{scale: 0.001, other: 500, widths: map[int]float64{}}
	if s, ok := f.resolve(d["ToUnicode"]).(*stream); ok {
		t.uni = f.cmapOf(s)
	}
	if d["Subtype"] == name("Type0") {
		f.compositeFont(t, d)
		return t
	}
	f.simpleWidths(t, d)
	f.encoding(t, d)
	return t
}

// compositeFont reads the codes and widths of a Type 0 font.
func (f *file) compositeFont(t *font, d dict) {
	t.composite, t.other = true, 1000
	switch e := f.resolve(d["Encoding"]).(type) {
	case name:
		t.vertical = strings.HasSuffix(string(e), "-V")
		t.wide = strings.Contains(string(e), "-UCS2-") || strings.Contains(string(e), "-UTF16-")
	case *stream:
		t.codes = f.cmapOf(e)
		t.vertical = f.integer(e.dict["WMode"], 0) == 1
	}
	if a := f.array(d["DescendantFonts"]); len(a) > 0 {
		child := f.dict(a[0])
		t.other = f.real(child["DW"], 1000)
		f.cidWidths(t, f.array(child["W"]))
	}
}

// maxWidths bounds the widths and mappings of one font.
const maxWidths = 1 << 17

// cidWidths reads "c [w…]" and "first last w".
func (f *file) cidWidths(t *font, w array) {
	for len(w) >= 2 && len(t.widths) < maxWidths {
		first := int(f.integer(w[0], 0))
		if a, ok := f.resolve(w[1]).(array); ok {
			for i, x := range a[:min(len(a), maxWidths)] {
				t.widths[first+i] = f.real(x, t.other)
			}
			w = w[2:]
			continue
		}
		if len(w) < 3 {
			return
		}
		last, width := int(f.integer(w[1], 0)), f.real(w[2], t.other)
		for c := first; c <= last && c < first+1<<16 && len(t.widths) < maxWidths; c++ {
			t.widths[c] = width
		}
		w = w[3:]
	}
}

// simpleWidths reads the widths of a simple font; those of the fonts that need
// not be embedded are known roughly.
func (f *file) simpleWidths(t *font, d dict) {
	first := int(f.integer(d["FirstChar"], 0))
	w := f.array(d["Widths"])
	for i, x := range w[:min(len(w), 256)] {
		t.widths[first+i] = f.real(x, 0)
	}
	if desc := f.dict(d["FontDescriptor"]); desc != nil {
		if m := f.real(desc["MissingWidth"], 0); m > 0 {
			t.other = m
		}
	}
	if d["Subtype"] == name("Type3") {
		if m := f.array(d["FontMatrix"]); len(m) == 6 {
			t.scale = f.real(m[0], 0.001)
		}
	}
	if len(w) == 0 {
		base, _ := f.resolve(d["BaseFont"]).(name)
		standardWidths(t, string(base))
	}
}

// encoding reads which characters the codes of a simple font are.
func (f *file) encoding(t *font, d dict) {
	table := standardEncoding
	subtype, _ := f.resolve(d["Subtype"]).(name)
	if subtype == "TrueType" {
		table = winAnsi
	}
	base, _ := f.resolve(d["BaseFont"]).(name)
	if strings.Contains(string(base), "Symbol") || strings.Contains(string(base), "ZapfDingbats") {
		table = symbol
	}
	e := f.resolve(d["Encoding"])
	var differences array
	if ed, ok := e.(dict); ok {
		differences = f.array(ed["Differences"])
		e = f.resolve(ed["BaseEncoding"])
	}
	switch e {
	case name("WinAnsiEncoding"):
		table = winAnsi
	case name("MacRomanEncoding"):
		table = macRoman
	}
	for i, r := range table {
		if r != 0 {
			t.enc[i] = clean(string(r))
		}
	}
	if e == nil && subtype != "TrueType" {
		f.builtIn(t, f.dict(d["FontDescriptor"]))
	}
	code := 0
	for _, x := range differences[:min(len(differences), 4096)] {
		switch x := f.resolve(x).(type) {
		case int64:
			code = int(x)
		case name:
			if code >= 0 && code < 256 {
				t.enc[code] = glyphText(string(x), code)
			}
			code++
		}
	}
}

// code is one code of a string and what it shows.
type code struct {
	text  string
	width float64 // of text space, for size 1
	space bool    // a single byte 32: word spacing applies
	known bool    // text is what the file says
}

// each calls take for each code of s.
func (t *font) each(s string, take func(code)) {
	for len(s) > 0 {
		n, value := t.split(s)
		c := code{space: n == 1 && s[0] == ' '}
		cid := value
		if t.composite && t.codes != nil {
			cid = t.codes.cid(value, n)
		}
		w, ok := t.widths[cid]
		if !ok {
			w = t.other
		}
		c.width = w * t.scale
		c.text, c.known = t.text(s[:n], value, n)
		s = s[n:]
		take(c)
	}
}

// split returns the length and value of the first code of s.
func (t *font) split(s string) (n, value int) {
	n = 1
	if t.composite {
		n = 2
		if t.codes != nil {
			n = t.codes.length(s)
		} else if t.uni != nil && t.uni.only == 1 {
			n = 1
		}
	}
	n = min(n, len(s))
	for _, c := range []byte(s[:n]) {
		value = value<<8 | int(c)
	}
	return n, value
}

// text returns what a code stands for.
func (t *font) text(raw string, value, n int) (string, bool) {
	if t.uni != nil {
		if s, ok := t.uni.text(value, n); ok {
			return s, true
		}
	}
	switch {
	case t.wide:
		return utf16Text(raw), true
	case t.composite:
		return "", false
	}
	s := t.enc[value]
	return s, s != ""
}

// utf16Text decodes UTF-16, big end first.
func utf16Text(s string) string {
	u := make([]uint16, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		u = append(u, uint16(s[i])<<8|uint16(s[i+1]))
	}
	return clean(string(utf16.Decode(u)))
}

// ligatures are the characters that stand for several letters; detectors look
// for letters.
var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st", "\u00a0", " ", "\u00ad", "-", "\u2010", "-", "\u2011", "-", "\x00", "")

// clean replaces ligatures, hard spaces and hyphens.
func clean(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf || s[i] == 0 {
			return ligatures.Replace(s)
		}
	}
	return s
}

// docText decodes a text string of the document: UTF-16, UTF-8 or PDFDocEncoding.
func docText(s string) string {
	switch {
	case strings.HasPrefix(s, "\xfe\xff"):
		return utf16Text(s[2:])
	case strings.HasPrefix(s, "\xff\xfe"):
		b := []byte(s[2 : len(s)/2*2])
		for i := 0; i+1 < len(b); i += 2 {
			b[i], b[i+1] = b[i+1], b[i]
		}
		return utf16Text(string(b))
	case strings.HasPrefix(s, "\xef\xbb\xbf"):
		return clean(s[3:])
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		if r := docEncoding(c); r != 0 {
			b.WriteRune(r)
		}
	}
	return clean(b.String())
}
