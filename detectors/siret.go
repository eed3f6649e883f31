package detectors

import "bytes"

var siret = Detector{
	Kind: "siret",
	Doc: `SIRET / French establishment number
A SIREN and five digits of the establishment (NIC), fourteen in all, with the check
digit of ISO/IEC 7812-1 (Luhn) over nine and over fourteen. Source: code de commerce,
art. R. 123-221; INSEE. The establishments of La Poste (SIREN 356000000), its head
office apart, have a sum of digits that is a multiple of five instead. Fourteen
digits that read as a moment (yyyymmddhhmmss) are refused.`,
	Max:  Verified,
	Runs: []int{14}, Run: runSIRET,
	Shape: siretShape, Verify: verifySIRET,
	Before: listBefore, After: 14 + 4*maxGap + listBefore,
	Context: []string{"siret", "siren", "rcs", "nic", "employeur", "etablissement", "entreprise", "tva", "societe",
		"kbis", "sas", "sarl", "insee"},
	Against: []string{"carte", "imei", "timestamp", "tracking", "colis", "commande", "lot", "ticket", "horodatage", "order",
		"gencod", "ean", "gtin"},
	Columns: []string{"siret", "num siret", "numero siret", "no siret", "siret employeur",
		"numsiret", "siretemployeur", "num etablissement employeur"},
	Normal: normalDigits, Placeholder: "[SIRET]",
}

// siretKey reports whether fourteen digits are a SIRET.
func siretKey(d []byte) bool {
	if !sirenKey(d[:9]) || decimal(d[9:14]) == 0 {
		return false
	}
	if luhn(d) {
		return true
	}
	if string(d[:9]) != "356000000" {
		return false
	}
	sum := 0
	for _, b := range d {
		sum += int(b - '0')
	}
	return sum%5 == 0
}

func runSIRET(text []byte, at, n int) Span {
	d := text[at : at+n]
	if !siretKey(d) {
		return rejectedInCell(text, at, n)
	}
	if looksLikeTime(d) || partOfMore(text, at, at+n) {
		return Span{}
	}
	if at > 1 && text[at-1] == ',' && isNum(text[at-2]) {
		return accepted(at, at+n, 45, 90, Structure|Key) // 3,76219569108363
	}
	if l := listedBeside(text, at, at+n); l != nil && (len(l) != 14 || !siretKey(l) || bytes.Equal(l, d)) {
		return accepted(at, at+n, 45, 90, Structure|Key)
	}
	return accepted(at, at+n, 70, 90, Structure|Key)
}

// siretShape asks for three groups of three digits and three more, or for nine
// digits and five.
func siretShape(w *Window) uint64 {
	return siretThrees(w) | siretNine(w)
}

func siretThrees(w *Window) uint64 {
	d3 := runOf3(w.Digit)
	starts := numberStarts(w) & d3 & gap3(w, d3)
	if starts == 0 {
		return 0
	}
	return starts & gap3(w, d3&gap3(w, d3&gap3(w, d3)))
}

func siretNine(w *Window) uint64 {
	return numberStarts(w) & runOf8(w.Digit) & (w.Digit >> 8) & gap9(w, runOf5(w.Digit))
}

// The gaps of a SIRET: 3 3 3 5, 9 5, 3 3 3 3 2.
const (
	siretCuts      = 1<<3 | 1<<6 | 1<<9
	siretTwoParts  = 1 << 9
	siretThreesCut = siretCuts | 1<<12
)

func verifySIRET(text []byte, at int) Span {
	if tokenBefore(text, at) {
		return Span{}
	}
	var g grouped
	g.gather(text, at, 14, 0)
	if g.n != 14 || g.class > hyphenSeparator || tokenAfter(text, g.end) {
		return Span{}
	}
	score := uint8(78)
	switch g.cuts {
	case siretCuts:
	case siretTwoParts, siretThreesCut:
		score = 74
	default:
		return Span{}
	}
	if groupsWentOn(text, at, g.class) || groupsGoOn(text, g.end, g.class) || partOfMore(text, at, g.end) {
		return Span{}
	}
	if !siretKey(g.char[:14]) {
		return rejected(at, g.end)
	}
	if g.class == hyphenSeparator {
		score = 45 // as references are
	}
	return accepted(at, g.end, score, 93, Structure|Key)
}
