package detectors

var vatFR = Detector{
	Kind: "vat_fr",
	Doc: `Numéro de TVA intracommunautaire français / French VAT number
FR, a key of two characters and a SIREN. A key of digits is (12 + 3 SIREN) modulo 97;
a key with letters (never I or O) is checked modulo 11. Source: code général des
impôts, art. 286 ter; European Commission, VIES. Numbers of Monaco have 000 in place
of the first three digits and no SIREN: they score lower.`,
	Max:   Verified,
	Shape: vatShape, Verify: verifyVAT,
	Before: 1, After: 13 + 4*maxGap + neighbourAfter,
	Context: []string{"tva", "intracommunautaire", "vat", "siren", "siret", "rcs",
		"intra"},
	Columns: []string{"tva", "tva intra", "num tva", "numero tva", "no tva", "vat", "vat number", "tva intracommunautaire",
		"vatin", "tax id", "tvaintra", "numtva"},
	Normal: normalUpper, Placeholder: "[TVA]",
}

// vatShape asks for two letters, the first a to f like F and the second not, like
// R, two letters or digits, and six digits, gaps between them or not, and for no
// more than thirteen in a row.
func vatShape(w *Window) uint64 {
	letter := w.Upper | w.Lower
	both := w.Digit | letter
	d3 := runOf3(w.Digit)
	number := d3 & (d3>>3 | gap3(w, d3))
	key := runOf2(both) & (number>>2 | gap2(w, number))
	row := runOf8(both)
	long := row & (row >> 6)
	country := letter & w.Hex & ((letter &^ w.Hex) >> 1)
	return country &^ (w.Word << 1) &^ long & (key>>2 | gap2(w, key))
}

// The gaps of a VAT number behind FR: none, behind it, behind the key, within
// the SIREN.
const vatCuts = 1<<2 | 1<<4 | 1<<7 | 1<<10

func verifyVAT(text []byte, at int) Span {
	if tokenBefore(text, at) || at+13 > len(text) || text[at]|0x20 != 'f' || text[at+1]|0x20 != 'r' {
		return Span{}
	}
	var g grouped
	g.gather(text, at, 13, 0xF)
	if g.n != 13 || g.cuts&^vatCuts != 0 || g.class > hyphenSeparator || tokenAfter(text, g.end) {
		return Span{}
	}
	// The SIREN is in one group or in three.
	if inner := g.cuts >> 7; inner != 0 && inner != 1<<0|1<<3 {
		return Span{}
	}
	if groupsGoOn(text, g.end, g.class) || partAfter(text, g.end) {
		return Span{}
	}
	key, number := g.char[2:4], g.char[4:13]
	if key[0] == 'I' || key[0] == 'O' || key[1] == 'I' || key[1] == 'O' || sameDigit(number) {
		return Span{}
	}
	monaco := number[0] == '0' && number[1] == '0' && number[2] == '0'
	digitKey := isNum(key[0]) && isNum(key[1])
	switch {
	case !monaco && !luhn(number), digitKey && !vatKey97(key, number), !digitKey && !vatKey11(key, number):
		return rejected(at, g.end)
	case monaco || !digitKey:
		return accepted(at, g.end, 72, 90, Structure|Key)
	}
	return accepted(at, g.end, 90, 97, Structure|Key)
}

// vatKey97 is the key of digits.
func vatKey97(key, siren []byte) bool {
	return (12+3*(decimal(siren)%97))%97 == decimal(key)
}

// vatKey11 is the key with letters: the place of the two characters in an
// alphabet without I and O gives a number whose quotient and remainder by 11 the
// SIREN has to match.
func vatKey11(key, siren []byte) bool {
	a, b := vatValue(key[0]), vatValue(key[1])
	var v uint64
	if isNum(key[0]) {
		v = 24*a + b - 10
	} else {
		v = 34*a + b - 100
	}
	return (decimal(siren)+1+v/11)%11 == v%11
}

// vatValue is the place of a character in 0-9, A-H, J-N, P-Z.
func vatValue(b byte) uint64 {
	switch {
	case b <= '9':
		return uint64(b - '0')
	case b < 'I':
		return uint64(b-'A') + 10
	case b < 'O':
		return uint64(b-'A') + 9
	}
	return uint64(b-'A') + 8
}
