package detectors

var ucd = Detector{
	Kind: "ucd",
	Doc: `Code UCD / French code of a hospital dispensing unit (UCD7, UCD13)
UCD7: 9 and six digits, the last being (2a+3b+4c+5d+6e+7f) mod 11, right for all
codes of the reimbursed lists. UCD13: 34008, the UCD7, the check digit of EAN-13
(GS1 General Specifications), or the UCD7 padded with zeros to thirteen digits.
A UCD7 is weak without a word, the name of its column or its share: one number in
eleven passes and the LPP has the same key.`,
	Max:  Verified,
	Runs: []int{7, 13, 14},
	Run:  runUCD,
	Heads: func(n int, a, b byte) bool {
		return n == 7 && a == 9 || n == 13 && (a == 0 && b == 0 || a == 3 && b == 4) || n == 14 && a == 0 && b == 3
	},
	Shape:  ucdShape,
	Verify: verifyUCD,
	Before: cipBefore,
	After:  cipAfter,
	Context: []string{"ucd", "medicament", "specialite", "retrocession", "hospitalier", "pharmacie", "dispensation",
		"drug", "medicine", "hospital",
		"pui", "molecules", "retrocede"},
	Against: []string{"telephone", "tel", "fax", "facture", "commande", "invoice", "isbn", "siret", "montant", "amount"},
	Window:  80,
	Columns: []string{"ucd", "ucd 7", "ucd 13", "ucd ucd cod", "code ucd", "cod ucd",
		"codeucd"},
	Normal: normalUCD, Placeholder: "[UCD]",
}

func runUCD(text []byte, at, n int) Span {
	switch {
	case n == 7 && text[at] == '9':
		if !key7(text[at : at+7]) {
			return rejectedInCell(text, at, 7)
		}
		return accepted(at, at+7, 28, 70, Structure|Key)
	case n == 13 && text[at] == '0':
		return paddedUCD(text, at)
	case n == 13:
		return verdict13(text, at, at, at+13, '8')
	case n == 14 && text[at] == '0':
		return verdict13(text, at+1, at+1, at+14, '8')
	}
	return Span{}
}

// paddedUCD decides on a UCD7 padded to thirteen digits.
func paddedUCD(text []byte, at int) Span {
	for _, b := range text[at : at+6] {
		if b != '0' {
			return Span{}
		}
	}
	if text[at+6] != '9' || !key7(text[at+6:at+13]) {
		return Span{}
	}
	return accepted(at, at+13, 60, 86, Structure|Key)
}

// ucdShape selects the spaced UCD13 and the GTIN of an element string.
func ucdShape(w *Window) uint64 {
	d, z := w.Digit, w.Zero
	start := d &^ (w.Word << 1)
	wide := start & (d >> 4) & (w.Space >> 5) & (w.Space >> 9) & (w.Space >> 13)
	gtin := z & (d >> 1) & (z >> 2) & (d >> 3) & (d >> 4) & (z >> 5) & (z >> 6) & (d >> 7) & (d >> 8)
	return wide | gtin
}

func verifyUCD(text []byte, at int) Span {
	if at+17 > len(text) || !isNum(text[at]) {
		return Span{}
	}
	if text[at] == '0' && text[at+1] == '1' {
		return elementCIP(text, at, '8')
	}
	if text[at] == '3' && text[at+1] == '4' && text[at+5] == ' ' && !tokenBefore(text, at) {
		return spaced13(text, at, '8')
	}
	return Span{}
}

// normalUCD appends the UCD7, which every form contains.
func normalUCD(dst, raw []byte) []byte {
	n := len(dst)
	dst = normalDigits(dst, raw)
	switch len(dst) - n {
	case 7:
		return dst
	case 13:
		if dst[n] == '3' { // 34008 UCD7 key
			copy(dst[n:], dst[n+5:n+12])
		} else { // zeros, UCD7
			copy(dst[n:], dst[n+6:n+13])
		}
		return dst[:n+7]
	}
	return dst[:n]
}
