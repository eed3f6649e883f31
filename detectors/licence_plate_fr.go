package detectors

var licencePlateFR = Detector{
	Kind: "licence_plate_fr",
	Doc: `Plaque d'immatriculation / French number plate
SIV, since 2009: two letters, 001 to 999, two letters; never I, O or U, never SS
(arrêté du 9 février 2009). FNI, before: one to four digits, one to three letters
and a département. Codes of products look alike: only with a word near it or the
name of a column. A vehicle tells of a person indirectly.`,
	Max:   Possible,
	Shape: licencePlateShape, Verify: verifyLicencePlate,
	Before: 2, After: 10 + 2*maxGap + 2,
	Context: []string{"immatriculation", "immatricule", "immatriculee", "immat", "plaque", "vehicule", "voiture", "vin", "automobile",
		"moto", "plate", "vehicle", "conducteur", "stationnement"},
	Against: []string{"vol", "article", "reference", "norme", "modele", "commande", "flight", "standard"},
	Columns: []string{"immat", "immatriculation", "plaque", "plaque immatriculation", "num immat", "no immat", "vehicule",
		"licence plate", "license plate", "number plate", "plate", "registration number"},
	Normal: normalUpper, Placeholder: "[IMMATRICULATION]",
}

func licencePlateShape(w *Window) uint64 {
	letters := w.Upper | w.Lower
	pair, d3 := runOf2(letters), runOf3(w.Digit)
	siv := pair &^ (w.Word << 1) & (d3>>2&(pair>>5) | gap2(w, d3&gap3(w, pair)))
	d2 := runOf2(w.Digit)
	fni := digitStarts(w) & d2 & (gap2(w, w.Upper) | w.Digit>>2&gap3(w, w.Upper) | runOf2(w.Digit)>>2&gap4(w, w.Upper))
	return siv | fni
}

func verifyLicencePlate(text []byte, at int) Span {
	if tokenBefore(text, at) || at > 0 && (text[at-1] == '-' || text[at-1] == '.' || text[at-1] == '/') {
		return Span{}
	}
	if isLetterByte(text[at]) {
		return plateSIV(text, at)
	}
	return plateFNI(text, at)
}

func plateSIV(text []byte, at int) Span {
	var g grouped
	g.gather(text, at, 7, 1|1<<1|1<<5|1<<6)
	if g.n != 7 || g.cuts != 0 && g.cuts != 1<<2|1<<5 || g.class > spaceSeparator && g.class != hyphenSeparator || g.lower && g.upper {
		return Span{}
	}
	if tokenAfter(text, g.end) || g.end+1 < len(text) && text[g.end] == '-' && isAlnum(text[g.end+1]) {
		return Span{}
	}
	for _, i := range []int{0, 1, 5, 6} {
		if !isCapital(g.char[i]) || inSet(g.char[i], "IOU") {
			return Span{}
		}
	}
	if g.char[0] == 'S' && g.char[1] == 'S' || g.char[5] == 'S' && g.char[6] == 'S' || decimal(g.char[2:5]) == 0 {
		return Span{}
	}
	score := uint8(10)
	if g.class == hyphenSeparator && g.upper {
		score = 30
	}
	return accepted(at, g.end, score, 64, Structure)
}

// plateFNI decides on two to four digits, one to three capitals and a département;
// numbers of one digit are left out.
func plateFNI(text []byte, at int) Span {
	i := digitsEnd(text, at, at+5)
	if i-at < 2 || i-at > 4 || text[at] == '0' {
		return Span{}
	}
	if i < len(text) && text[i] != ' ' && text[i] != '-' && text[i] < 0x80 {
		return Span{}
	}
	class, w := gapAt(text, i)
	i += w
	letters := i
	for i < len(text) && i < letters+4 && isCapital(text[i]) {
		if inSet(text[i], "IOU") {
			return Span{}
		}
		i++
	}
	second, w := gapAt(text, i)
	if n := i - letters; n < 1 || n > 3 || class != second || class != spaceSeparator && class != hyphenSeparator {
		return Span{}
	}
	i += w
	end := i
	switch {
	case digits(text, i, 3) && text[i] == '9' && text[i+1] == '7' && text[i+2]-'1' < 6:
		end = i + 3
	case digits(text, i, 2) && decimal(text[i:i+2]) >= 1 && decimal(text[i:i+2]) <= 95:
		end = i + 2
	case i+2 <= len(text) && text[i] == '2' && (text[i+1] == 'A' || text[i+1] == 'B'):
		end = i + 2
	}
	if end == i || tokenAfter(text, end) || end+1 < len(text) && inSet(text[end], ".,-/") && isNum(text[end+1]) {
		return Span{}
	}
	return accepted(at, end, scoreByName, 58, Structure)
}
