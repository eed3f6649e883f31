package detectors

var taxNumberFR = Detector{
	Kind: "tax_number_fr",
	Doc: `Numéro fiscal de référence (SPI, NIF) / French tax number
Thirteen digits, the first one 0 to 3; the last three are the first ten modulo 511.
Written in one or as 2 2 3 3 3. Source: DGFiP; European Commission, TIN France. One
number in two thousand passes. Codes of medicines (34009...) are never tax numbers;
a right bar code of France and a moment in milliseconds lower the score.`,
	Max:  Probable,
	Runs: []int{13}, Run: runTaxNumber,
	Shape: taxNumberShape, Verify: verifyTaxNumber,
	Before: neighbourBefore, After: 13 + 4*maxGap + neighbourAfter,
	Context: []string{"fiscal", "fiscale", "spi", "nif", "impot", "imposition", "declarant", "dgfip", "revenu", "tin", "tax",
		"fisc", "contribuable", "foyer", "dgi"},
	Against: []string{"ean", "gencod", "gtin", "cip", "barre", "timestamp", "barcode"},
	Columns: []string{"num fiscal", "spi", "nif", "numero fiscal", "no fiscal", "tin", "reference fiscale", "tax number",
		"num fisc", "numfiscal", "n fiscal", "id fiscal", "identifiant fiscal", "ref fiscale", "reference avis",
		"tax id"},
	Normal: normalDigits, Placeholder: "[FISCAL]",
}

// taxKey reports whether thirteen digits are a tax number.
func taxKey(d []byte) bool {
	return d[0] <= '3' && decimal(d[:10])%511 == decimal(d[10:13]) && !sameDigit(d) && string(d[:4]) != "3400"
}

func runTaxNumber(text []byte, at, n int) Span {
	d := text[at : at+n]
	if !taxKey(d) {
		return rejectedInCell(text, at, n)
	}
	if partOfMore(text, at, at+n) {
		return Span{}
	}
	switch {
	case d[0] == '1' && d[1] >= '5' && d[1] <= '8':
		return accepted(at, at+n, 35, 70, Structure|Key) // milliseconds, 2017 to 2030
	case d[0] == '3' && d[1] <= '7' && keyEAN(d):
		return accepted(at, at+n, 45, 68, Structure|Key)
	}
	return accepted(at, at+n, 60, 75, Structure|Key)
}

// taxNumberShape asks for two digits, two, three, three and one more.
func taxNumberShape(w *Window) uint64 {
	d, d2 := w.Digit, runOf2(w.Digit)
	starts := numberStarts(w) & d2 & gap2(w, d2&gap2(w, d))
	if starts == 0 {
		return 0
	}
	threes := runOf3(d) & gap3(w, runOf3(d)&gap3(w, d))
	return starts & gap2(w, d2&gap2(w, threes))
}

const taxCuts = 1<<2 | 1<<4 | 1<<7 | 1<<10

func verifyTaxNumber(text []byte, at int) Span {
	if text[at] > '3' || tokenBefore(text, at) {
		return Span{}
	}
	var g grouped
	g.gather(text, at, 13, 0)
	if g.n != 13 || g.cuts != taxCuts || g.class > hyphenSeparator || tokenAfter(text, g.end) {
		return Span{}
	}
	if groupsWentOn(text, at, g.class) || groupsGoOn(text, g.end, g.class) || partOfMore(text, at, g.end) {
		return Span{}
	}
	if !taxKey(g.char[:13]) {
		return rejected(at, g.end)
	}
	return accepted(at, g.end, 64, 78, Structure|Key)
}
