package detectors

var residencePermitFR = Detector{
	Kind: "residence_permit_fr",
	Doc: `Numéro de titre de séjour / French residence permit number
The foreigner's number of ten digits (AGDREF: CESEDA, art. R. 142-11) or the number
of the document, nine or ten letters and digits (règlement (CE) n° 1030/2002). No
key outside the machine-readable zone: only behind its label, with a word near it,
or in a column that is named after it.`,
	Max:  Probable,
	Runs: []int{10}, Run: runResidencePermit, Heads: residenceHeads,
	Verify: verifyResidencePermit, Anchors: []string{"titre de", "carte de", "permit", "agdref"}, Cell: cellResidencePermit,
	Before: 16, After: 32 + labelledReach(10),
	Context: []string{"sejour", "agdref", "etranger", "resident", "residence"},
	Against: []string{"telephone", "tel", "portable", "siret", "facture", "commande", "contrat", "mobile", "fax", "compte", "etrangers"},
	Columns: []string{"titre sejour", "titre de sejour", "num titre sejour", "carte sejour", "carte de sejour",
		"carte resident", "numero etranger", "num etranger", "agdref", "residence permit"},
	Normal: normalUpper, Placeholder: "[TITRE SEJOUR]", HideLength: true,
}

// residenceHeads: telephone numbers begin with 0; numbers of foreigners with the
// département and the year, 01 to 99.
func residenceHeads(_ int, a, _ byte) bool { return a != 0 }

func runResidencePermit(text []byte, at, n int) Span {
	if text[at] == '0' || partOfMore(text, at, at+n) || sameDigit(text[at:at+n]) {
		return Span{}
	}
	return accepted(at, at+n, scoreByName, 68, Structure)
}

func verifyResidencePermit(text []byte, at int) Span {
	if midWord(text, at) {
		return Span{}
	}
	i := at
	switch {
	case hasFold(text, at, "agdref"):
		i += 6
	case hasFold(text, at, "permit"):
		if at < 10 || !hasFold(text, at-10, "residence ") && !hasFold(text, at-10, "residency ") {
			return Span{}
		}
		i += 6
	case hasFold(text, at, "titre de ") || hasFold(text, at, "carte de "):
		i += 9
		n := oneOf(text, i, []string{"s\xc3\xa9jour", "s\xe9jour", "sejour", "r\xc3\xa9sident", "r\xe9sident", "resident"})
		if n == 0 {
			return Span{}
		}
		i += n
	default:
		return Span{}
	}
	start, end, _ := labelled(text, i, 9, 10, 6)
	if end == 0 || !permitNumber(text[start:end]) {
		return Span{}
	}
	return accepted(start, end, 70, 78, Structure|ContextWord)
}

// permitNumber reports whether nine or ten characters are digits and capitals.
func permitNumber(c []byte) bool {
	t := traitsOf(c)
	return (len(c) == 9 || len(c) == 10) && t.digits >= 6 && t.lower == 0 && t.other == 0 && t.high == 0 && !t.same
}

func cellResidencePermit(cell []byte) Span {
	start, end := trimmed(cell)
	if !permitNumber(cell[start:end]) {
		return Span{}
	}
	return accepted(start, end, 68, 74, Structure)
}
