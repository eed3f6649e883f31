package detectors

const (
	birthPlaceBefore = 20
	birthPlaceAfter  = 64 + maxTownWords*8 + maxToken + 40
)

var birthPlace = Detector{
	Kind: "birth_place",
	Doc: `Lieu de naissance / Place of birth
The commune, département or country behind "né à", "née le 12/03/1980 à", "lieu de
naissance :", "commune de naissance :" or "place of birth:", or in a column of that name. Communes are those
of INSEE's code officiel géographique (npm package @etalab/decoupage-administratif,
Licence Ouverte); a place outside the list counts behind such words too, for
people are born abroad. A département in brackets belongs to it.`,
	Max:     Probable,
	Verify:  verifyBirthPlace,
	Anchors: []string{"n\u00e9 ", "n\u00e9e ", "n\u00e9(e) ", "n\xe9 ", "n\xe9e ", "n\xe9(e) ", "nee ", "ne le ", "ne(e) ", "naissanc", "place of"},
	Before:  birthPlaceBefore, After: birthPlaceAfter,
	Cell: cellBirthPlace,
	Columns: []string{"lieu naissance", "lieu de naissance", "ville naissance", "commune naissance", "pays naissance", "lieu naiss", "lieunaissance", "dep naissance",
		"departement naissance", "place of birth", "birth place", "birthplace", "dept naissance", "lieu nais"},
	NotColumns: []string{"date", "code"},
	Normal:     normalLetters, Placeholder: "[LIEU]", HideLength: true,
}

func verifyBirthPlace(text []byte, at int) Span {
	if at > 0 && (isLetter(text, at-1) || isToken(text[at-1])) {
		return Span{}
	}
	i := 0
	if n := birthPlaceLabel(text, at); n > 0 {
		if i = afterColon(text, at+n); i < len(text) && isNum(text[i]) { // date et lieu de naissance
			i = afterDate(text, i)
		}
	} else {
		i = afterBorn(text, at)
	}
	if i == 0 || !isUpperAt(text, i) {
		return Span{}
	}
	end, known := placeEnd(text, i)
	if end == 0 {
		return Span{}
	}
	score, why := uint8(68), Structure|ContextWord
	if known {
		score, why = 78, why|Listed
	}
	return accepted(i, end, score, 80, why)
}

// birthPlaceLabel is the length of a label of places that ends with "naissance",
// or "place of birth", at at; 0 for none: the birth of dates and certificates.
func birthPlaceLabel(text []byte, at int) int {
	const birth = "naissance"
	if hasFold(text, at, "place of birth") {
		return len("place of birth")
	}
	if !hasFold(text, at, birth) || at < 4 || !hasFold(text, at-3, "de ") {
		return 0
	}
	end := at - 4
	start := end
	for start > 0 && end-start < 12 && isLetter(text, start-1) {
		start--
	}
	if end == start && end > 0 && isNum(text[end-1]) || notPlaces.has(text[start:end]) {
		return 0
	}
	return len(birth)
}

var notPlaces = newLexicon("date dates nom noms prenom prenoms jour mois annee heure acte extrait rang cheque prime declaration conge certificat numero no poids")

// afterColon returns the start of the value behind a label.
func afterColon(text []byte, i int) int {
	i = blankEnd(text, i)
	if i >= len(text) || text[i] != ':' && text[i] != '=' {
		return 0
	}
	if i = blankEnd(text, i+1); i >= len(text) {
		return 0
	}
	return i
}

// afterBorn returns where the place behind né, née or né(e) begins: at once, or
// behind a date.
func afterBorn(text []byte, at int) int {
	e := wordEnd(text, at)
	var buffer [maxToken]byte
	switch string(foldToken(buffer[:0], text[at:e])) {
	case "ne", "nee":
	default:
		return 0
	}
	if e+3 <= len(text) && text[e] == '(' && text[e+1]|0x20 == 'e' && text[e+2] == ')' {
		e += 3
	}
	i := blankEnd(text, e)
	if i == e || i >= len(text) {
		return 0
	}
	if hasFold(text, i, "le ") {
		i = blankEnd(text, i+3)
		if i < len(text) && text[i] == ':' { // a form: né(e) le : 12/03/1980   à : Lyon
			i = blankEnd(text, i+1)
		}
		return afterDate(text, i)
	}
	if n := atWord(text, i); n > 0 {
		return afterAt(text, i+n)
	}
	return 0
}

// afterDate returns where the place behind a date and "à" begins, 0 for none.
func afterDate(text []byte, i int) int {
	low, digits := i, 0
	for i < len(text) && i-low < 32 && (isAlnum(text[i]) || text[i] == '/' || text[i] == '-' || text[i] == '.' || text[i] == ' ' || text[i] >= 0x80) {
		if n := atWord(text, i); digits >= 3 && n > 0 {
			return afterAt(text, i+n)
		}
		if isNum(text[i]) {
			digits++
		}
		i++
	}
	if i < len(text) && text[i] == ',' && digits >= 3 {
		if i = blankEnd(text, i+1); atWord(text, i) > 0 {
			return afterAt(text, i+atWord(text, i))
		}
	}
	return 0
}

// afterAt goes on behind "à ", over the colon of a form.
func afterAt(text []byte, i int) int {
	if i = blankEnd(text, i); i < len(text) && text[i] == ':' {
		i = blankEnd(text, i+1)
	}
	return i
}

// atWord is the length of "à " at i, 0 when it does not stand there.
func atWord(text []byte, i int) int {
	switch {
	case i+2 < len(text) && text[i] == 0xC3 && (text[i+1] == 0xA0 || text[i+1] == 0x80) && text[i+2] == ' ' && i > 0 && !isLetter(text, i-1):
		return 3
	case i+1 < len(text) && (text[i]|0x20 == 'a' || text[i] == 0xE0 || text[i] == 0xC0) && text[i+1] == ' ' && i > 0 && !isLetter(text, i-1):
		return 2
	}
	return 0
}

// placeEnd returns the end of the name of a place at i, with a number or name in
// brackets, and whether it is a commune.
func placeEnd(text []byte, i int) (end int, known bool) {
	name, low, listed := newNameHash, i, 0
	for range maxTownWords {
		e := wordEnd(text, i)
		upper := isUpperAt(text, i)
		if !upper && !isParticle(text[i:e]) && !(i > low && text[i-1] == '-') {
			break
		}
		name = addTownWord(name, text[i:e], text, e)
		if upper || i > low && text[i-1] == '-' {
			end = e
		}
		if communes.has(name) {
			listed, known = e, true
		}
		next := joinEnd(text, e)
		if next == 0 || text[e] == '.' {
			break
		}
		i = next
	}
	if known && listed < end && text[listed] == ' ' {
		end = listed
	}
	if end > 0 && end+3 < len(text) && text[end] == ' ' && text[end+1] == '(' {
		for e := end + 2; e < len(text) && e-end < 28; e++ {
			if text[e] == ')' {
				return e + 1, known
			}
			if !isLetter(text, e) && !isNum(text[e]) && text[e] != ' ' && text[e] != '-' && text[e] != '\'' {
				break
			}
		}
	}
	return end, known
}

// cellBirthPlace decides on a cell of a column of places.
func cellBirthPlace(cell []byte) Span {
	start, end := trimCell(cell)
	letters := 0
	for i := start; i < end; i++ {
		switch b := cell[i]; {
		case isLetter(cell, i):
			letters++
		case b >= 0x80, isNum(b), b == ' ', b == '-', b == '\'', b == '(', b == ')', b == ',', b == '.', b == '/':
		default:
			return Span{}
		}
	}
	if end-start > 60 || letters == 0 && end-start > 3 || end-start < 2 {
		return Span{}
	}
	return accepted(start, end, 60, 72, Structure)
}
