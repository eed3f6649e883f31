package detectors

var memberNumber = Detector{
	Kind: "member_number",
	Doc: `Numéro d'adhérent / Member number
The mutual's own number, on the third-party payment card as "N° adhérent". Its form
is the organisation's: without one in the configuration (member_number), a number of
five to fifteen characters, four digits among them, counts behind the label and in a
column that is named after it.`,
	Max:     Probable,
	Verify:  verifyMemberNumber,
	Anchors: []string{"adherent", "adh\xc3\xa9", "adh\xe9re", "societai", "soci\xc3\xa9t", "soci\xe9ta"},
	Before:  6, After: 16 + labelledReach(15),
	Columns: []string{"num adherent", "no adherent", "n adherent", "numero adherent", "id adherent", "code adherent",
		"numadh", "noadh", "num adh", "no adh", "adherent id", "num societaire", "numero societaire", "member number", "member id",
		"num membre", "numadherent"},
	Cell:   cellMemberNumber,
	Normal: normalUpper, Placeholder: "[N° ADHERENT]",
}

var memberLabels = []string{"adherent", "adh\xc3\xa9rent", "adh\xe9rent", "adherents", "societaire", "soci\xc3\xa9taire", "soci\xe9taire", "adherente", "adh\xc3\xa9rente"}

func verifyMemberNumber(text []byte, at int) Span {
	if midWord(text, at) {
		return Span{}
	}
	n := oneOf(text, at, memberLabels)
	if n == 0 || at > 0 && isAlnum(text[at-1]) {
		return Span{}
	}
	return numberBehind(text, at, at+n)
}

// numberBehind takes the number behind a label that stands in text[at:end]: when
// the label says that it is one, by a mark behind it or "n°" in front.
func numberBehind(text []byte, at, end int) Span {
	for n := 0; n < 2 && end < len(text) && inSet(text[end], "es"); n++ {
		end++
	}
	if tokenAfter(text, end) {
		return Span{}
	}
	start, stop, marked := labelled(text, end, 5, 15, 4)
	if stop == 0 || !marked && !numberSign(text, at) {
		return Span{}
	}
	if c := text[start:stop]; !ownNumber(c) {
		return Span{}
	}
	return accepted(start, stop, 70, 76, Structure|ContextWord)
}

// numberSign reports whether "n°", "num" or "no" stands in front of a label.
func numberSign(text []byte, at int) bool {
	i := at
	for i > 0 && at-i < 3 && (text[i-1] == ' ' || text[i-1] == '_' || text[i-1] == '\'') {
		i--
	}
	return i > 0 && (text[i-1] == 0xB0 || text[i-1] == 0xBA)
}

// ownNumber reports whether a value may be a number that an organisation gives:
// no date, no row of one digit.
func ownNumber(c []byte) bool {
	t := traitsOf(c)
	if t.digits < 4 || sameDigit(c) || t.high > 0 {
		return false
	}
	return !isDate(c)
}

// isDate reports whether a value reads as a date, in the usual French and ISO
// forms.
func isDate(c []byte) bool {
	day := func(d, m, y []byte) bool {
		return decimal(d)-1 < 31 && decimal(m)-1 < 12 && (decimal(y)/100 == 19 || decimal(y)/100 == 20)
	}
	switch {
	case len(c) == 8 && digits(c, 0, 8):
		return day(c[6:8], c[4:6], c[:4]) || day(c[:2], c[2:4], c[4:8])
	case len(c) == 10 && digits(c, 0, 4) && digits(c, 5, 2) && digits(c, 8, 2) && c[4] == c[7]:
		return day(c[8:10], c[5:7], c[:4])
	case len(c) == 10 && digits(c, 0, 2) && digits(c, 3, 2) && digits(c, 6, 4) && c[2] == c[5]:
		return day(c[:2], c[3:5], c[6:10])
	}
	return false
}

func cellMemberNumber(cell []byte) Span {
	start, end := trimmed(cell)
	c := cell[start:end]
	if len(c) < 4 || len(c) > 20 || !ownNumber(c) {
		return Span{}
	}
	for _, b := range c {
		if !isAlnum(b) && !inSet(b, "-/") {
			return Span{}
		}
	}
	return accepted(start, end, 68, 74, Structure)
}
