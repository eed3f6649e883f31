package detectors

var sex = Detector{
	Kind: "sex",
	Doc: `Sexe / Sex
M, F, H, 1, 2 (the first digit of the NIR: 1 men, 2 women), 0 and 9 (ISO/IEC 5218:
not known, not applicable) left out, masculin, féminin, homme, femme in a column
of that name or behind the label Sexe.`,
	Max:     Possible,
	Verify:  verifySex,
	Anchors: []string{"sexe"},
	Before:  4, After: 56,
	Cell:       cellSex,
	Columns:    []string{"sexe", "sex", "genre", "gender", "cd sexe", "code sexe", "ben sex cod"},
	NotColumns: []string{"grammatical", "musical", "film", "livre", "type", "label", "nb"},
	Normal:     normalLetters, Placeholder: "[SEXE]", HideLength: true,
}

// verifySex looks behind the label: "Sexe : F".
func verifySex(text []byte, at int) Span {
	if !hasFold(text, at, "sexe") || at > 0 && (isLetter(text, at-1) || isToken(text[at-1])) {
		return Span{}
	}
	i := at + 4
	colon := false
	i += oneOf(text, i, sexChoices)
	for low := i; i < len(text) && i-low < 8 && (text[i] == ' ' || text[i] == 0xC2 || text[i] == 0xA0 || text[i] == ':' || text[i] == '='); {
		colon = colon || text[i] == ':' || text[i] == '='
		i++
	}
	e := i
	for e < len(text) && e-i < 14 && (isLetter(text, e) || isNum(text[e])) {
		e++
	}
	if !colon || !isSex(text[i:e]) || hasChoice(text, e) {
		return Span{}
	}
	return accepted(i, e, 50, 55, Structure|ContextWord)
}

// sexChoices may stand between the label and its colon.
var sexChoices = []string{" (m/f)", " (h/f)", " (f/m)", " (f/h)"}

// hasChoice reports whether another answer follows: "M / F" is a form left empty.
func hasChoice(text []byte, i int) bool {
	i = blankEnd(text, i)
	if i >= len(text) || text[i] == '/' || text[i] == '|' || text[i] == '[' || text[i] == '(' {
		return i < len(text)
	}
	if hasFold(text, i, "ou ") {
		return true
	}
	e := wordEnd(text, i)
	return e > i && e-i < 9 && isSex(text[i:e])
}

func cellSex(cell []byte) Span {
	start, end := trimCell(cell)
	if !isSex(cell[start:end]) {
		return Span{}
	}
	return accepted(start, end, 50, 55, Structure)
}

func isSex(value []byte) bool {
	if len(value) == 0 || len(value) > 12 {
		return false
	}
	var buffer [maxToken]byte
	switch string(foldToken(buffer[:0], value)) {
	case "m", "f", "h", "masculin", "feminin", "feminine", "homme", "femme", "male", "female", "masc", "fem", "garcon", "fille":
		return true
	}
	return len(value) == 1 && (value[0] == '1' || value[0] == '2')
}
