package detectors

var adeli = Detector{
	Kind: "adeli",
	Doc: `Numéro ADELI / Former French register of health professionals
Nine characters: département (01 to 95, 2A, 2B, 97, 98, 9A to 9F overseas),
profession, five digits, key. Source: DREES, ANS; the computation of the key is not
published, so any nine digits have this form: weak without a word or a column. The
number of a biller at the assurance maladie (AM) has the same form.`,
	Max:  Probable,
	Runs: []int{9}, Run: runADELI,
	Shape: adeliShape, Verify: verifyADELI,
	Before: labelReach, After: 9 + 3*maxGap + neighbourAfter,
	Context: []string{"adeli", "prescripteur", "praticien", "medecin", "docteur", "traitant", "infirmier", "infirmiere",
		"kinesitherapeute", "orthophoniste", "psychologue", "opticien",
		"dentiste", "podologue", "pedicure", "orthoptiste", "dieteticien", "dieteticienne", "ergotherapeute",
		"psychomotricien", "executant", "professionnel"},
	Against: []string{"telephone", "tel", "montant", "facture", "commande"},
	Columns: []string{"adeli", "num adeli", "no adeli", "numero adeli", "num am", "no am", "numero am",
		"num ps", "no ps", "n ps", "code ps", "numps", "idps", "ident ps", "num prescripteur", "prescripteur",
		"executant", "pfs exe num", "pfs pre num", "num praticien", "code praticien", "praticien", "code medecin",
		"num medecin", "n am"},
	Normal: normalUpper, Placeholder: "[ADELI]",
}

func runADELI(text []byte, at, n int) Span {
	if !isDepartment(text[at:at+n]) || sameDigit(text[at:at+n]) || partOfMore(text, at, at+n) {
		return Span{}
	}
	return accepted(at, at+n, scoreByName, adeliRaised(text, at), Structure)
}

// adeliRaised is low where the word in front names another number.
func adeliRaised(text []byte, at int) uint8 {
	switch label(text, at) {
	case wordSIREN, wordSIRET, wordRCS, wordFINESS, wordRPPS:
		return 35
	}
	return 68
}

// isDepartment reports whether two digits begin a number of a register: 01 to
// 95, where 20 was replaced by 2A and 2B, 97 and 98.
func isDepartment(d []byte) bool {
	n := (d[0]-'0')*10 + d[1] - '0'
	return n-1 < 95 && n != 20 || n == 97 || n == 98
}

// adeliShape asks for a digit, a letter and seven digits, or for groups: two
// digits, one, five, one.
func adeliShape(w *Window) uint64 {
	return corsicaShape(w) | adeliGroups(w)
}

// adeliGroups are the groups of adeliCuts and the end of the number.
func adeliGroups(w *Window) uint64 {
	d := w.Digit
	starts := numberStarts(w) & runOf2(d) & gap2(w, d&gap1(w, d))
	if starts == 0 {
		return 0
	}
	five := runOf5(d) & gap5(w, d&(numberEnds(w)>>1))
	return starts & gap2(w, d&gap1(w, five))
}

// corsicaShape is a letter, seven digits and the end of the word, from the digit
// in front of the letter.
func corsicaShape(w *Window) uint64 {
	starts := digitStarts(w) & ((w.Upper | w.Lower) >> 1)
	if starts == 0 {
		return 0
	}
	d4 := runOf4(w.Digit)
	return starts & (d4 >> 2) & (d4 >> 5) &^ (w.Word >> 9)
}

const adeliCuts = 1<<2 | 1<<3 | 1<<8

func verifyADELI(text []byte, at int) Span {
	if !isNum(text[at]) || tokenBefore(text, at) || at+9 > len(text) {
		return Span{}
	}
	if isLetterByte(text[at+1]) {
		letter := text[at+1] &^ 0x20
		if !digits(text, at+2, 7) || tokenAfter(text, at+9) || partOfMore(text, at, at+9) ||
			!(text[at] == '2' && letter <= 'B' || text[at] == '9' && letter <= 'F') {
			return Span{}
		}
		return accepted(at, at+9, 20, adeliRaised(text, at), Structure)
	}
	var g grouped
	g.gather(text, at, 9, 0)
	if g.n != 9 || g.cuts != adeliCuts || g.class > hyphenSeparator || tokenAfter(text, g.end) || !isDepartment(g.char[:2]) {
		return Span{}
	}
	if groupsWentOn(text, at, g.class) || groupsGoOn(text, g.end, g.class) || partOfMore(text, at, g.end) {
		return Span{}
	}
	return accepted(at, g.end, 30, adeliRaised(text, at), Structure)
}
