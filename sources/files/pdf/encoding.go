package pdf

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The encodings of ISO 32000-1, annex D: the character of each code, zero where
// there is none.
var (
	standardEncoding = characters(standardText)
	winAnsi          = characters(winAnsiText)
	macRoman         = characters(macRomanText)
	symbol           = characters("") // no letters: only the differences count
)

func characters(s string) (t [256]rune) {
	i := 0
	for _, r := range s {
		t[i] = r
		i++
	}
	return t
}

const standardText = "" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	" !\"#$%&’()*+,-./0123456789:;<=>?" +
	"@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_" +
	"‘abcdefghijklmnopqrstuvwxyz{|}~\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ\x00–†‡·\x00¶•‚„”»…‰\x00¿" +
	"\x00`´ˆ˜¯˘˙¨\x00˚¸\x00˝˛ˇ—\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00Æ\x00ª\x00\x00\x00\x00ŁØŒº\x00\x00\x00\x00\x00æ\x00\x00\x00ı\x00\x00łøœß\x00\x00\x00\x00"

const winAnsiText = "" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	" !\"#$%&'()*+,-./0123456789:;<=>?" +
	"@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_" +
	"`abcdefghijklmnopqrstuvwxyz{|}~•" +
	"€•‚ƒ„…†‡ˆ‰Š‹Œ•Ž••‘’“”•–—˜™š›œ•žŸ" +
	"\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿" +
	"ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß" +
	"àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"

const macRomanText = "" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	" !\"#$%&'()*+,-./0123456789:;<=>?" +
	"@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_" +
	"`abcdefghijklmnopqrstuvwxyz{|}~\x00" +
	"ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü" +
	"†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø" +
	"¿¡¬√ƒ≈∆«»… ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄¤‹›ﬁﬂ" +
	"‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ"

// docEncoding is PDFDocEncoding; zero for controls other than line ends and tabs.
func docEncoding(c byte) rune {
	switch {
	case c == '\n' || c == '\r' || c == '\t' || 0x20 <= c && c < 0x7f || c > 0xa0 && c != 0xad:
		return rune(c)
	case 0x18 <= c && c < 0x20:
		return []rune("˘ˇˆ˙˝˛˚˜")[c-0x18]
	case 0x80 <= c && c <= 0x9e:
		return []rune("•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž")[c-0x80]
	case c == 0xa0:
		return '€'
	}
	return 0
}

// accents are the second parts of the names of glyphs with accents, and what
// they make of the letters that have them.
var accents = []struct{ name, letters, made string }{
	{"grave", "AEIOUaeiou", "ÀÈÌÒÙàèìòù"},
	{"acute", "AEIOUYaeiouyCcNnSsZzLlRr", "ÁÉÍÓÚÝáéíóúýĆćŃńŚśŹźĹĺŔŕ"},
	{"circumflex", "AEIOUaeiouCcGgHhJjSsWwYy", "ÂÊÎÔÛâêîôûĈĉĜĝĤĥĴĵŜŝŴŵŶŷ"},
	{"dieresis", "AEIOUYaeiouy", "ÄËÏÖÜŸäëïöüÿ"},
	{"tilde", "ANOUIanoui", "ÃÑÕŨĨãñõũĩ"},
	{"ring", "AaUu", "ÅåŮů"},
	{"cedilla", "CcSsTt", "ÇçŞşŢţ"},
	{"caron", "CcDdEeNnRrSsTtZzLl", "ČčĎďĚěŇňŘřŠšŤťŽžĽľ"},
	{"macron", "AEIOUaeiou", "ĀĒĪŌŪāēīōū"},
	{"breve", "AaGgUuEe", "ĂăĞğŬŭĔĕ"},
	{"ogonek", "AaEeIiUu", "ĄąĘęĮįŲų"},
	{"dotaccent", "ZzIEeCcGg", "ŻżİĖėĊċĠġ"},
	{"hungarumlaut", "OoUu", "ŐőŰű"},
}

// glyphText returns what the name of a glyph means (Adobe Glyph List, the part
// for Latin text), or the character of code when the name says nothing.
func glyphText(n string, code int) string {
	if i := strings.IndexByte(n, '.'); i > 0 {
		n = n[:i]
	}
	if len(n) == 1 {
		return n
	}
	if s, ok := glyphs[n]; ok {
		return s
	}
	if r, ok := hexGlyph(n); ok {
		return clean(string(r))
	}
	if a, b, ok := strings.Cut(n, "_"); ok {
		return glyphText(a, -1) + glyphText(b, -1)
	}
	for _, a := range accents {
		if len(n) > 1 && n[1:] == a.name {
			if i := strings.IndexByte(a.letters, n[0]); i >= 0 {
				return string([]rune(a.made)[i])
			}
		}
	}
	if i := slices.Index(greek, strings.ToLower(n)); i >= 0 {
		if r := []rune("αβγδεζηθικλμνξοπρστυφχψω")[i]; n[0] >= 'a' {
			return string(r)
		} else {
			return string(unicode.ToUpper(r))
		}
	}
	if code >= 32 && code < 127 {
		return string(rune(code))
	}
	return ""
}

// greek are the names of the Greek letters, in their order.
var greek = strings.Fields("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega")

// hexGlyph reads "uni20AC" and "u20AC".
func hexGlyph(n string) (rune, bool) {
	h, ok := strings.CutPrefix(n, "uni")
	if !ok || len(h) < 4 {
		h, ok = strings.CutPrefix(n, "u")
	} else {
		h = h[:4]
	}
	if !ok || len(h) < 4 || len(h) > 6 {
		return 0, false
	}
	v, err := strconv.ParseUint(h, 16, 32)
	return rune(v), err == nil && v <= 0x10ffff
}

// glyphs are the names of glyphs that are not letters with accents.
var glyphs = map[string]string{
	"space":          " ",
	"exclam":         "!",
	"quotedbl":       "\"",
	"numbersign":     "#",
	"dollar":         "$",
	"percent":        "%",
	"ampersand":      "&",
	"quotesingle":    "'",
	"parenleft":      "(",
	"parenright":     ")",
	"asterisk":       "*",
	"plus":           "+",
	"comma":          ",",
	"hyphen":         "-",
	"period":         ".",
	"slash":          "/",
	"zero":           "0",
	"one":            "1",
	"two":            "2",
	"three":          "3",
	"four":           "4",
	"five":           "5",
	"six":            "6",
	"seven":          "7",
	"eight":          "8",
	"nine":           "9",
	"colon":          ":",
	"semicolon":      ";",
	"less":           "<",
	"equal":          "=",
	"greater":        ">",
	"question":       "?",
	"at":             "@",
	"bracketleft":    "[",
	"backslash":      "\\",
	"bracketright":   "]",
	"asciicircum":    "^",
	"underscore":     "_",
	"grave":          "`",
	"braceleft":      "{",
	"bar":            "|",
	"braceright":     "}",
	"asciitilde":     "~",
	"quoteleft":      "‘",
	"quoteright":     "’",
	"quotedblleft":   "“",
	"quotedblright":  "”",
	"quotesinglbase": "‚",
	"quotedblbase":   "„",
	"guillemotleft":  "«",
	"guillemotright": "»",
	"guilsinglleft":  "‹",
	"guilsinglright": "›",
	"bullet":         "•",
	"endash":         "–",
	"emdash":         "—",
	"ellipsis":       "…",
	"dagger":         "†",
	"daggerdbl":      "‡",
	"perthousand":    "‰",
	"Euro":           "€",
	"cent":           "¢",
	"sterling":       "£",
	"currency":       "¤",
	"yen":            "¥",
	"brokenbar":      "¦",
	"section":        "§",
	"dieresis":       "¨",
	"copyright":      "©",
	"ordfeminine":    "ª",
	"logicalnot":     "¬",
	"registered":     "®",
	"macron":         "¯",
	"degree":         "°",
	"plusminus":      "±",
	"twosuperior":    "²",
	"threesuperior":  "³",
	"onesuperior":    "¹",
	"acute":          "´",
	"mu":             "µ",
	"paragraph":      "¶",
	"periodcentered": "·",
	"cedilla":        "¸",
	"ordmasculine":   "º",
	"onequarter":     "¼",
	"onehalf":        "½",
	"threequarters":  "¾",
	"exclamdown":     "¡",
	"questiondown":   "¿",
	"AE":             "Æ",
	"ae":             "æ",
	"OE":             "Œ",
	"oe":             "œ",
	"Oslash":         "Ø",
	"oslash":         "ø",
	"germandbls":     "ß",
	"Thorn":          "Þ",
	"thorn":          "þ",
	"Eth":            "Ð",
	"eth":            "ð",
	"Lslash":         "Ł",
	"lslash":         "ł",
	"dotlessi":       "ı",
	"dotlessj":       "ȷ",
	"multiply":       "×",
	"divide":         "÷",
	"minus":          "−",
	"fraction":       "⁄",
	"florin":         "ƒ",
	"circumflex":     "ˆ",
	"tilde":          "˜",
	"caron":          "ˇ",
	"breve":          "˘",
	"dotaccent":      "˙",
	"ring":           "˚",
	"ogonek":         "˛",
	"hungarumlaut":   "˝",
	"trademark":      "™",
	"ff":             "ff",
	"fi":             "fi",
	"fl":             "fl",
	"ffi":            "ffi",
	"ffl":            "ffl",
	"nbspace":        " ",
	"sfthyphen":      "-",
	"softhyphen":     "-",
	"hyphenminus":    "-",
	"numero":         "№",
	"afii61352":      "№",
	"lozenge":        "◊",
	"infinity":       "∞",
	"notequal":       "≠",
	"lessequal":      "≤",
	"greaterequal":   "≥",
	"partialdiff":    "∂",
	"summation":      "∑",
	"product":        "∏",
	"pi":             "π",
	"integral":       "∫",
	"Omega":          "Ω",
	"radical":        "√",
	"approxequal":    "≈",
	"Delta":          "∆",
	"visiblespace":   "␣",
	"arrowright":     "→",
	"arrowleft":      "←",
}

// The widths of the fonts that are not embedded, for codes 32 to 126, as their
// published metrics have them.
var (
	helvetica = [95]uint16{278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
		556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
		1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
		667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
		333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
		556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584}
	times = [95]uint16{250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278,
		500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444,
		921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722,
		556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500,
		333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500,
		500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541}
)

// standardWidths gives a font without widths those of the family it names; codes
// above 126 have that of a lower-case letter.
func standardWidths(t *font, base string) {
	table := &helvetica
	switch {
	case strings.Contains(base, "Courier"):
		t.other = 600
		return
	case strings.Contains(base, "Times"):
		table = &times
	}
	t.other = float64(table['n'-32])
	for i, w := range table {
		t.widths[32+i] = float64(w)
	}
}
