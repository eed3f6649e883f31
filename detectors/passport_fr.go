package detectors

var passportFR = Detector{
	Kind: "passport_fr",
	Doc: `Numéro de passeport français / French passport number
Two digits, two letters and five digits, without a key outside the machine-readable
zone (règlement (CE) n° 2252/2004; décret n° 2005-1726). Product codes have the same
form: only with a word near it or the name of a column. Driving licences since 2013
are numbered alike: the word decides.`,
	Max:   Probable,
	Shape: twoTwoFiveShape, Verify: verifyPassportFR,
	Before: 2, After: 9 + 3*maxGap + 2,
	Context: []string{"passeport", "passport", "passeports"},
	Against: []string{"permis", "facture", "commande", "article", "reference", "licence", "serie"},
	Columns: []string{"passeport", "num passeport", "no passeport", "numero passeport", "passport", "passport number",
		"passport no", "numpasseport"},
	Normal: normalUpper, Placeholder: "[PASSEPORT]", HideLength: true,
}

// twoTwoFiveShape asks for two digits, two letters and five digits, with gaps or
// without.
func twoTwoFiveShape(w *Window) uint64 {
	d2, letters := runOf2(w.Digit), runOf2(w.Upper|w.Lower)
	starts := digitStarts(w) & d2 & (letters>>2 | gap2(w, letters))
	if starts == 0 {
		return 0
	}
	d5 := runOf5(w.Digit)
	glued := letters >> 2 & (d5 >> 4)
	return starts & (glued | w.Gap>>2 | letters>>2&(w.Gap>>4))
}

func verifyPassportFR(text []byte, at int) Span { return twoTwoFive(text, at, 15, 69) }

// twoTwoFive decides on two digits, two letters and five digits.
func twoTwoFive(text []byte, at int, score, raised uint8) Span {
	if tokenBefore(text, at) || at > 0 && (text[at-1] == '-' || text[at-1] == '.') {
		return Span{}
	}
	if at+4 < len(text) && !partsLetters(text[at+2:at+5]) {
		return Span{}
	}
	var g grouped
	g.gather(text, at, 9, 3<<2)
	if g.n != 9 || g.cuts&^(1<<2|1<<4) != 0 || g.class > spaceSeparator && g.class != hyphenSeparator || g.lower && g.upper {
		return Span{}
	}
	if tokenAfter(text, g.end) || g.end < len(text) && text[g.end] == '-' || isNum(g.char[2]) || isNum(g.char[3]) {
		return Span{}
	}
	return accepted(at, g.end, score, raised, Structure)
}

// partsLetters reports whether two letters may begin the three bytes behind two digits,
// at once or behind spaces or hyphens: it tells most dates and counts apart.
func partsLetters(b []byte) bool {
	switch {
	case isLetterByte(b[0]):
		return isLetterByte(b[1])
	case b[0] == ' ' || b[0] == '-':
		return isLetterByte(b[1]) && isLetterByte(b[2]) || b[1] == ' ' || b[1] == '-' || b[1] >= 0x80
	}
	return b[0] >= 0x80
}
