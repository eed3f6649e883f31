package detectors

var nia = Detector{
	Kind: "nia",
	Doc: `Numéro identifiant d'attente (NIA) / Provisional social security number
The form and the key of the NIR, with another first digit: 3 and 4 for a
registration in progress, 7 and 8 for a provisional number, men and women. Source:
CNAV and INSEE, as for the NIR. First digits 3 and 4 score lower: public validators
do not know them.`,
	Max:  Verified,
	Runs: []int{13, 15}, Run: runNIA, Heads: func(_ int, a, _ byte) bool { return firstOfNIA('0' + a) },
	Shape: nirShape, Verify: verifyNIA,
	Before: max(listBefore, labelReach), After: nirAfter,
	Context: nirContext, Against: nirAgainst,
	Columns: append([]string{"nia", "ins nia"}, nirColumns...),
	Normal:  normalNIR, Placeholder: "[NIA]",
	Cells: true,
}

func runNIA(text []byte, at, n int) Span {
	if !firstOfNIA(text[at]) {
		return Span{}
	}
	return nirRun(text, at, n)
}

func verifyNIA(text []byte, at int) Span {
	if !firstOfNIA(text[at]) {
		return Span{}
	}
	return nirGrouped(text, at)
}

func firstOfNIA(b byte) bool { return b == '3' || b == '4' || b == '7' || b == '8' }
