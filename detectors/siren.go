package detectors

var siren = Detector{
	Kind: "siren",
	Doc: `SIREN / French company number
Nine digits, the last one the check digit of ISO/IEC 7812-1 (Luhn), never all zero.
Source: code de commerce, art. R. 123-221; INSEE. Written in one or in three groups
of three. One number in ten passes, so it is weak without a word or a column. It
names an organisation: a person only when that is a sole trader.`,
	Max:  Verified,
	Runs: []int{9}, Run: runSIREN,
	Shape: sirenShape, Verify: verifySIREN,
	Before: labelReach, After: 9 + 2*maxGap + neighbourAfter,
	Context: []string{"siren", "siret", "rcs", "nic", "employeur", "entreprise", "tva", "societe", "sarl", "sas",
		"immatriculee", "insee", "kbis", "eurl", "scop"},
	Against: []string{"telephone", "tel", "montant", "password", "contrat"},
	Columns: []string{"siren", "num siren", "numero siren", "no siren",
		"numsiren", "num entreprise", "numero entreprise"},
	Normal: normalDigits, Placeholder: "[SIREN]",
}

// labelReach is how far label looks in front of a number.
const labelReach = 32

// label returns the last word of three letters or more in front of text[at], as
// foldWord has it, 0 when there is none near. Where a SIREN, a FINESS and an
// ADELI stand side by side it tells which is which.
func label(text []byte, at int) (word uint64) {
	wordsBack(text, at, labelReach-2, func(w []byte) bool {
		if len(w) >= 3 {
			word = foldWord(w)
		}
		return word != 0
	})
	return word
}

var (
	wordSIREN  = word8("siren")
	wordSIRET  = word8("siret")
	wordRCS    = word8("rcs")
	wordFINESS = word8("finess")
	wordADELI  = word8("adeli")
	wordRPPS   = word8("rpps")
)

// sirenKey reports whether nine digits are a SIREN.
func sirenKey(d []byte) bool { return luhn(d) && !sameDigit(d) }

func runSIREN(text []byte, at, n int) Span {
	d := text[at : at+n]
	if !sirenKey(d) {
		return rejectedInCell(text, at, n)
	}
	if partOfMore(text, at, at+n) || nicBehind(text, d, at+n) {
		return Span{}
	}
	return accepted(at, at+n, 28, sirenRaised(text, at), Structure|Key)
}

// sirenRaised is low where the word in front names another number.
func sirenRaised(text []byte, at int) uint8 {
	switch label(text, at) {
	case wordFINESS, wordADELI, wordRPPS:
		return 45
	}
	return 86
}

// nicBehind reports whether five digits behind the nine make them a SIRET.
func nicBehind(text, siren []byte, end int) bool {
	class, w := gapAt(text, end)
	i := end + w
	if class == noSeparator || class > hyphenSeparator || !digits(text, i, 5) || tokenAfter(text, i+5) {
		return false
	}
	var d [14]byte
	copy(d[:], siren)
	copy(d[9:], text[i:i+5])
	return siretKey(d[:])
}

// sirenShape asks for three groups of three digits.
func sirenShape(w *Window) uint64 { return threesShape(w) }

// threesShape is three groups of three digits and the end of the number.
func threesShape(w *Window) uint64 {
	d3 := runOf3(w.Digit)
	starts := numberStarts(w) & d3 & gap3(w, d3)
	if starts == 0 {
		return 0
	}
	return starts & gap3(w, d3&gap3(w, d3&(numberEnds(w)>>3)))
}

const sirenCuts = 1<<3 | 1<<6

func verifySIREN(text []byte, at int) Span {
	if tokenBefore(text, at) {
		return Span{}
	}
	var g grouped
	g.gather(text, at, 9, 0)
	if g.n != 9 || g.cuts != sirenCuts || g.class > dotSeparator || tokenAfter(text, g.end) {
		return Span{}
	}
	c := g.char[:9]
	if !sirenKey(c) || groupsWentOn(text, at, g.class) || groupsGoOn(text, g.end, g.class) ||
		partOfMore(text, at, g.end) || nicBehind(text, c, g.end) || isAmount(text, g.end) {
		return Span{}
	}
	return accepted(at, g.end, 30, sirenRaised(text, at), Structure|Key)
}

// isAmount reports whether a sign of the euro follows, behind a space or not.
func isAmount(text []byte, end int) bool {
	if s, w := separatorAt(text, end); s == spaceSeparator {
		end += w
	}
	return end+2 < len(text) && text[end] == 0xE2 && text[end+1] == 0x82 && text[end+2] == 0xAC || end < len(text) && text[end] == 0x80
}
