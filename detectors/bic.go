package detectors

var bic = Detector{
	Kind: "bic",
	Doc: `BIC, code SWIFT / Bank identifier code
Four letters for the bank, two for the country (ISO 3166-1, and XK), two letters or
digits for the place, three more for the branch or none: 8 or 11 capitals and
digits, without a key (ISO 9362). It names a bank, not a person, and many French
words in capitals have this form: weak unless a word, a column or an account number
stands near; words that read like French or English are refused.`,
	Max:   Probable,
	Shape: bicShape, Verify: verifyBIC,
	Before: 1, After: 12,
	Context: []string{"bic", "swift", "iban", "rib", "banque", "domiciliation", "bank",
		"virement", "prelevement", "sepa"},
	Near: []Kind{"iban", "rib"},
	Columns: []string{"bic", "swift", "code bic", "code swift", "bic swift",
		"bicswift"},
	Normal: normalUpper, Placeholder: "[BIC]",
}

// bicShape asks for tokens of eight or eleven capitals and digits, the first six
// capitals.
func bicShape(w *Window) uint64 {
	u := w.Upper
	u2 := runOf2(u)
	starts := u2 & (u2 >> 2) & (u2 >> 4) &^ (w.Word << 1)
	if starts == 0 {
		return 0
	}
	both := u | w.Digit
	b2 := runOf2(both)
	ends := ^w.Word >> 8
	return starts & (b2 >> 6) & (ends | b2>>8&(both>>10)&(^w.Word>>11))
}

func verifyBIC(text []byte, at int) Span {
	if tokenBefore(text, at) || at+8 > len(text) {
		return Span{}
	}
	n := 0
	for at+n < len(text) && n < 12 && isToken(text[at+n]) {
		b := text[at+n]
		if !isCapital(b) && (n < 6 || !isNum(b)) {
			return Span{}
		}
		n++
	}
	c := text[at : at+n]
	if n != 8 && n != 11 || !isCountry(c[4], c[5]) || readsLikeWord(c) {
		return Span{}
	}
	if !usualCountry(c[4:6]) && lettersOnly(c) {
		return accepted(at, at+n, 30, 62, Structure) // VAUDREBOURG beside an IBAN is its holder
	}
	return accepted(at, at+n, 30, 70, Structure)
}

// usualCountry reports whether the banks of a country are met at a French mutual:
// those of SEPA, of North Africa and of North America. Overseas is FR.
func usualCountry(c []byte) bool {
	switch string(c) {
	case "FR", "MC", "BE", "LU", "DE", "NL", "IE", "ES", "PT", "IT", "AT", "CH", "LI", "GB", "LT", "LV", "EE", "FI", "SE", "DK", "NO", "IS",
		"PL", "CZ", "SK", "HU", "RO", "BG", "GR", "CY", "MT", "SI", "HR", "AD", "SM", "MA", "TN", "DZ", "US", "CA":
		return true
	}
	return false
}

func lettersOnly(c []byte) bool {
	for _, b := range c {
		if !isCapital(b) {
			return false
		}
	}
	return true
}

// readsLikeWord reports whether capitals look like a word: three vowels, or two
// and a common plural or verb, and an ending of French or English words. Nine in ten of
// the words that have the form of a BIC do. The banks of France have PP or digits
// behind their FR: never taken for a word.
func readsLikeWord(c []byte) bool {
	if c[4] == 'F' && c[5] == 'R' && c[6] == 'P' && c[7] == 'P' {
		return false
	}
	vowels := 0
	for _, b := range c {
		switch b {
		case 'A', 'E', 'I', 'O', 'U':
			vowels++
		case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			return false
		}
	}
	switch string(c[len(c)-2:]) {
	case "NT", "NS", "ES", "ER", "EZ", "DS", "AU", "ED", "NG", "LY", "TH", "CT", "RY", "TY":
		return vowels >= 2
	case "TE", "LE", "NE", "SE", "UE", "ET", "EL", "UR", "UX", "IE", "IR", "ON", "EN", "EE", "RE", "CE", "GE", "DE", "VE",
		"ME", "PE", "HE", "FE", "AN", "IN", "IS", "IT", "US", "AS", "AT", "TS", "RS", "LS", "FS", "GS", "MS", "IF", "AI", "RD", "ND",
		"AL", "IC", "CK", "OR", "CS":
		return vowels >= 3
	}
	return false
}
