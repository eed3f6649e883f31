package detectors

var finess = Detector{
	Kind: "finess",
	Doc: `Numéro FINESS / French register of health establishments
Nine characters: département (01 to 95, 2A, 2B; 97 with 1 to 5 in fourth place; 98),
number, and the check digit of ISO/IEC 7812-1 (Luhn). Source: DREES, FINESS; the key
was measured on the published numbers of the SNDS documentation. What the letter of
Corsica counts for is not published: those are checked by form only. A SIREN has the
same form: weak without a word or a column. It names an establishment.`,
	Max:  Verified,
	Runs: []int{9}, Run: runFINESS,
	Shape: finessShape, Verify: verifyFINESS,
	Before: labelReach, After: 9 + 3*maxGap + neighbourAfter,
	Context: []string{"finess", "etablissement", "hopital", "clinique", "ehpad", "geographique", "juridique",
		"chu", "chru", "hospitalier", "maternite", "dispensaire", "hospital", "clinic", "ssiad", "esms"},
	Against: []string{"telephone", "tel", "montant", "facture", "commande"},
	Columns: []string{"finess", "finess geo", "finess jur", "nofinesset", "nofinessej", "num finess", "no finess", "numero finess",
		"nofiness", "numfiness", "finesset", "finessej", "num etab", "no etab", "code etab", "num etablissement",
		"code etablissement", "etb pre fin", "etb exe fin", "etab", "eta num"},
	Normal: normalUpper, Placeholder: "[FINESS]",
}

// finessKey reports whether nine digits are a FINESS number.
func finessKey(d []byte) bool {
	if !isDepartment(d) || d[0] == '9' && d[1] == '7' && (d[3] < '1' || d[3] > '5') {
		return false
	}
	return luhn(d) && !sameDigit(d)
}

func runFINESS(text []byte, at, n int) Span {
	d := text[at : at+n]
	if !finessKey(d) {
		return rejectedInCell(text, at, n)
	}
	if partOfMore(text, at, at+n) || nicBehind(text, d, at+n) {
		return Span{}
	}
	return accepted(at, at+n, 25, finessRaised(text, at, 86), Structure|Key)
}

// finessRaised is low where the word in front names another number.
func finessRaised(text []byte, at int, raised uint8) uint8 {
	switch label(text, at) {
	case wordSIREN, wordSIRET, wordRCS, wordADELI, wordRPPS:
		return 40
	}
	return raised
}

// finessShape asks for 2A or 2B and seven digits, or for the groups of finessCuts,
// adeliCuts and sirenCuts.
func finessShape(w *Window) uint64 {
	return corsicaShape(w) | finessGroups(w) | adeliGroups(w) | threesShape(w)
}

func finessGroups(w *Window) uint64 {
	d, d3 := w.Digit, runOf3(w.Digit)
	starts := numberStarts(w) & runOf2(d) & gap2(w, d3&gap3(w, d))
	if starts == 0 {
		return 0
	}
	last := gap3(w, d&(numberEnds(w)>>1))
	return starts & gap2(w, d3&gap3(w, d3&last))
}

// The groups of a FINESS number: 2 1 5 1, 2 3 3 1, 3 3 3.
const (
	finessCuts     = 1<<2 | 1<<5 | 1<<8
	finessFourCuts = adeliCuts
)

func verifyFINESS(text []byte, at int) Span {
	if !isNum(text[at]) || tokenBefore(text, at) || at+9 > len(text) {
		return Span{}
	}
	if isLetterByte(text[at+1]) {
		if text[at] != '2' || text[at+1]&^0x20 > 'B' || !digits(text, at+2, 7) || tokenAfter(text, at+9) || partOfMore(text, at, at+9) {
			return Span{}
		}
		return accepted(at, at+9, 20, finessRaised(text, at, 70), Structure)
	}
	var g grouped
	g.gather(text, at, 9, 0)
	if g.n != 9 || g.cuts != finessCuts && g.cuts != finessFourCuts && g.cuts != sirenCuts || g.class > dotSeparator || tokenAfter(text, g.end) {
		return Span{}
	}
	c := g.char[:9]
	if !finessKey(c) || groupsWentOn(text, at, g.class) || groupsGoOn(text, g.end, g.class) ||
		partOfMore(text, at, g.end) || nicBehind(text, c, g.end) || isAmount(text, g.end) {
		return Span{}
	}
	return accepted(at, g.end, 26, finessRaised(text, at, 86), Structure|Key)
}
