package detectors

var idCardFR = Detector{
	Kind: "id_card_fr",
	Doc: `Numéro de carte nationale d'identité / French identity card number
Until 2021 twelve digits: year and month of issue, the office (département and one
character) and a serial number (décret n° 55-1397). Since August 2021 nine digits and
consonants (règlement (UE) 2019/1157; décret n° 2021-279). The key stands in the
machine-readable zone only: a number counts with a word near it, behind the label
of the card, or in a column that is named after it.`,
	Max:  Probable,
	Runs: []int{12}, Run: runIDCard,
	Verify: verifyIDCard, Anchors: []string{"cni", "identit"}, Cell: cellIDCard,
	Before: 16, After: 12 + labelledReach(12),
	Context: []string{"cni", "cnie", "identite", "identity", "cin"},
	Against: []string{"permis", "passeport", "passport", "facture", "commande", "siret", "contrat", "telephone"},
	Columns: []string{"cni", "cnie", "num cni", "no cni", "numero cni", "carte identite", "carte nationale identite",
		"num carte identite", "identity card", "id card number", "piece identite", "num piece identite", "numcni", "cin"},
	Normal: normalUpper, Placeholder: "[CNI]", HideLength: true,
}

func runIDCard(text []byte, at, n int) Span {
	d := text[at : at+n]
	year, month := decimal(d[:2]), decimal(d[2:4])
	if month < 1 || month > 12 || year > 21 && year < 87 || !departmentDigits(d[4:6]) || partOfMore(text, at, at+n) {
		return Span{}
	}
	return accepted(at, at+n, 12, 69, Structure)
}

// verifyIDCard looks for the number of a new card behind the label at at.
func verifyIDCard(text []byte, at int) Span {
	if midWord(text, at) {
		return Span{}
	}
	n := oneOf(text, at, []string{"cni", "identit"})
	if n == 0 || n == 3 && at > 0 && isLetterByte(text[at-1]) {
		return Span{}
	}
	end := keyEnd(text, at+n)
	if n == 7 && end+1 < len(text) && text[end] == 0xC3 {
		end += 2
	} else if n == 7 && end < len(text) && text[end] >= 0x80 {
		end++
	}
	start, stop, _ := labelled(text, end, 9, 9, 2)
	if stop == 0 || !newIDCard(text[start:stop]) {
		return Span{}
	}
	return accepted(start, stop, 70, 80, Structure|ContextWord)
}

// newIDCard reports whether nine characters are digits and consonants, some of
// each.
func newIDCard(c []byte) bool {
	t := traitsOf(c)
	if len(c) != 9 || t.digits < 2 || t.upper == 0 || t.lower > 0 || t.other > 0 {
		return false
	}
	for _, b := range c {
		if inSet(b, "AEIOU") {
			return false
		}
	}
	return true
}

func cellIDCard(cell []byte) Span {
	start, end := trimmed(cell)
	if c := cell[start:end]; newIDCard(c) || len(c) == 12 && oldIDCardWithLetter(c) {
		return accepted(start, end, 70, 80, Structure)
	}
	return Span{}
}

// oldIDCardWithLetter reports whether twelve characters are those of an old card
// whose office is in Corsica or ends in a letter.
func oldIDCardWithLetter(c []byte) bool {
	return digits(c, 0, 5) && digits(c, 7, 5) && isAlnum(c[5]) && isAlnum(c[6]) && !(isNum(c[5]) && isNum(c[6])) &&
		decimal(c[2:4]) >= 1 && decimal(c[2:4]) <= 12
}

// trimmed returns the bounds of a cell without the spaces around its text.
func trimmed(cell []byte) (start, end int) {
	end = len(cell)
	for start < end && cell[start] <= ' ' {
		start++
	}
	for end > start && cell[end-1] <= ' ' {
		end--
	}
	return start, end
}
