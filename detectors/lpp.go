package detectors

// lppReach is how far LPP looks around its seven digits: for the edge of a cell.
const lppReach = maxPadding + 2

var lpp = Detector{
	Kind: "lpp",
	Doc: `Code LPP / French code of medical devices (LPP)
Seven digits of the liste des produits et prestations remboursables (arrêté du
26 juin 2003: "7 caractères numériques"); the last is (2a+3b+4c+5d+6e+7f) mod 11
with 10 written 0, right for all published codes. One number in eleven passes,
and UCD7 and older CIP7 have the same key: weak without a word, the name of the
column or its share.`,
	Max:    Probable,
	Runs:   []int{7},
	Run:    runLPP,
	Before: lppReach,
	After:  7 + lppReach,
	Context: []string{"lpp", "lppr", "tips", "prothese", "orthese", "appareillage", "dispositif", "dispositifs",
		"implant", "pansement", "lunettes", "audioprothese", "fauteuil", "prestation", "prosthesis",
		"lentille", "optique", "monture", "verre", "semelle"},
	Against: []string{"telephone", "tel", "fax", "facture", "commande", "invoice", "montant", "amount"},
	Window:  64,
	Columns: []string{"lpp", "lppr", "tips", "tip prs ide", "prs lpp", "code lpp", "code tips", "code produit lpp",
		"codelpp"},
	Normal: normalDigits, Placeholder: "[LPP]",
}

func runLPP(text []byte, at, n int) Span {
	d := text[at : at+n]
	if !keyLPP(d) {
		return rejectedInCell(text, at, n)
	}
	if weighted7(d) == 0 {
		return Span{}
	}
	return accepted(at, at+n, 25, 68, Structure|Key)
}

// rejectedInCell is the verdict on a bare number whose key is wrong: counted in
// a cell, where it speaks against the column, and nothing at all in running
// text, where any number has that form.
func rejectedInCell(text []byte, at, n int) Span {
	if !aloneIn(text, at, at+n) {
		return Span{}
	}
	return rejected(at, at+n)
}
