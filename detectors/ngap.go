package detectors

// How far NGAP looks: in front for a word that announces an act, behind for a
// coefficient and an amount or a date.
const (
	ngapWords  = 24
	ngapBefore = ngapWords + 1
	ngapAfter  = 44
)

var ngap = Detector{
	Kind: "ngap",
	Doc: `Lettre clé NGAP / French key letter of an act (NGAP)
Key letters of the nomenclature générale des actes professionnels (arrêté du 27
mars 1972) and mnemonics of benefits, with a coefficient: AMI 4,5, B 120, AMK 8,3,
SF 12 F. Weak without a word, a column or an amount or date beside it; a key that
is also a common word or unit (C, K, B, SP, TO, AMO) counts only in a cell of its
own or beside those; a key without coefficient only in a cell, and there in a
column named after it or with a digit close by; a single letter never.`,
	Max:    Probable,
	Shape:  ngapShape,
	Verify: verifyNGAP,
	Cell:   ngapCell,
	Before: ngapBefore,
	After:  ngapAfter,
	Context: []string{"ngap", "acte", "actes", "cotation", "coefficient", "lettre", "soin", "soins", "prestation",
		"honoraire", "honoraires", "kinesitherapie", "infirmier", "infirmiere", "consultation", "visite", "feuille",
		"cotations", "majoration", "deplacement", "ik"},
	Against: []string{"version", "windows", "route", "format", "dimension", "article"},
	Window:  80,
	Columns: []string{"ngap", "code acte", "lettre cle", "act cod", "nat prest", "code prestation", "prs nat ref",
		"nature prestation", "code ngap", "acte",
		"codeacte", "codacte", "cdacte", "lettre clef", "lettrecle", "cd prest", "cod prest", "code prest",
		"nature prest"},
	Normal: normalNGAP, Placeholder: "[NGAP]",
}

// ngapKey is what a key is worth.
type ngapKey uint8

const (
	keyNone   ngapKey = iota
	keyCommon         // also a word, a unit, an acronym: wants company
	keyRare           // seldom anything else before a number
	keyWhole          // ends in its own digit and takes no coefficient: PH7
)

// ngapKeyOf returns what the key text is worth.
func ngapKeyOf(key []byte) ngapKey {
	switch len(key) {
	case 1:
		switch key[0] {
		case 'C', 'G', 'V', 'D', 'Z', 'K', 'B':
			return keyCommon
		}
	case 2:
		switch string(key) {
		case "CS", "GS", "VS", "SF", "DC", "KC", "PB", "TB", "IK", "SP", "SC", "TO":
			return keyCommon
		}
	case 3:
		switch string(key) {
		case "AMI", "AIS", "AMK", "AMY", "CNP", "SFI", "IFA", "MCG", "ORT", "DVO":
			return keyRare
		case "AMO", "AMP", "OPT", "PAU":
			return keyCommon
		case "PH2", "PH4", "PH7":
			return keyWhole
		}
	}
	return keyNone
}

// ngapShape selects one to three capitals at the start of a token, with a digit
// behind them, glued or after one space, or with a byte that may end a cell.
func ngapShape(w *Window) uint64 {
	u := w.Upper
	// No number that goes on as a small letter or underscore: 5px, 10_15.
	other := w.Word &^ (w.Digit | u)
	one := w.Digit & (other >> 1)
	two := w.Digit & (one >> 1)
	first := w.Digit &^ (one | two | w.Digit&(two>>1))
	// A digit, or one space with a digit behind it, of one to three bytes.
	digit := w.Digit >> 1
	number := first | w.Space&(first>>1) | w.High&(digit|w.High>>1&(digit>>1|w.High>>2&(digit>>2)))
	edge := ^(w.Word | w.Space | w.Dot | w.Hyphen | w.Colon | w.High | w.At | w.Plus | w.Slash)
	before := ^(w.Word | w.Dot | w.Hyphen | w.High | w.At | w.Plus) << 1
	stop := number | edge | w.Space&(w.Space>>1|edge>>1)
	starts := u & before & ((number | stop>>1 | u>>1) >> 1)
	if starts == 0 {
		return 0
	}
	// A coefficient has four digits at most.
	long := runOf5(w.Digit) >> 1
	return starts &^ long & (number>>1 | u>>1&^(long>>1)&(stop>>2|u>>2&(stop>>3)&^(long>>2)))
}

func verifyNGAP(text []byte, at int) Span {
	if at >= len(text) || !isCapital(text[at]) || at > 0 && !ngapStart(text[at-1]) {
		return Span{}
	}
	end := at + 1
	for end < len(text) && end < at+4 && isCapital(text[end]) {
		end++
	}
	if end == at+2 && text[at] == 'P' && text[at+1] == 'H' && digits(text, end, 1) {
		end++
	}
	if end > at+3 {
		return Span{}
	}
	key := ngapKeyOf(text[at:end])
	if key == keyNone {
		return Span{}
	}
	stop, ok := ngapCoefficient(text, end)
	if !ok || key == keyWhole {
		return ngapBare(text, at, end, key)
	}
	s := accepted(at, stop, 20, 68, Structure)
	beside := ngapBeside(text, stop)
	switch {
	case key == keyRare && beside:
		s.Score, s.Raised = 45, 75
	case key == keyRare:
		s.Score, s.Raised = 30, 72
	case !beside && !aloneIn(text, at, stop) && !wordsBack(text, at, ngapWords, announcesAct):
		return Span{}
	}
	return s
}

func ngapStart(b byte) bool {
	return !isToken(b) && b < 0x80 && b != '.' && b != '-' && b != '@' && b != '+'
}

// ngapCell decides on a cell that holds a key and nothing else, in a column that is
// named after keys: nothing else needs to stand beside it there.
func ngapCell(cell []byte) Span {
	at := 0
	for at < len(cell) && cell[at] <= ' ' {
		at++
	}
	end := at
	for end < len(cell) && isCapital(cell[end]) {
		end++
	}
	for _, b := range cell[end:] {
		if b > ' ' {
			return Span{}
		}
	}
	if end < at+2 || end > at+3 || ngapKeyOf(cell[at:end]) == keyNone || isAMO(cell[at:end]) {
		return Span{}
	}
	return accepted(at, end, scoreByName, 65, Structure)
}

// isAMO tells the acronym of the compulsory insurance, which is also a key.
func isAMO(key []byte) bool { return string(key) == "AMO" }

// ngapNumbers is how far in front of a bare key and from its start on a digit has to
// stand: what every window that decides on it sees, so that the filter of windows
// without digits changes nothing.
const (
	ngapNumbersBefore = lookBehind
	ngapNumbersAfter  = 14
)

// ngapBare decides on a key without coefficient: only in a cell of its own with a
// digit close by, and never a single letter or the acronym AMO.
func ngapBare(text []byte, at, end int, key ngapKey) Span {
	if end == at+1 || tokenAfter(text, end) || !aloneIn(text, at, end) || !digitIn(text, at-ngapNumbersBefore, at+ngapNumbersAfter) {
		return Span{}
	}
	if isAMO(text[at:end]) {
		return Span{}
	}
	return accepted(at, end, scoreByName, 65, Structure)
}

// digitIn reports whether a digit stands in text[from:to], cut at its ends.
func digitIn(text []byte, from, to int) bool {
	for _, b := range text[max(0, from):min(to, len(text))] {
		if isNum(b) {
			return true
		}
	}
	return false
}

// ngapCoefficient returns the end of a coefficient that begins at i, glued or
// behind one space: one to four digits, a fraction of one or two, and an F
// (férié) or N (nuit).
func ngapCoefficient(text []byte, i int) (int, bool) {
	i += spaceLen(text, i)
	first := i
	i = digitsEnd(text, i, first+4)
	if i == first || text[first] == '0' && i == first+1 && !decimalAfter(text, i) {
		return 0, false
	}
	if decimalAfter(text, i) {
		i = digitsEnd(text, i+1, i+3)
	}
	switch {
	case i+1 < len(text) && text[i] == ' ' && isNightOrHoliday(text[i+1]) && !tokenAfter(text, i+2):
		i += 2
	case i < len(text) && isNightOrHoliday(text[i]) && !tokenAfter(text, i+1):
		i++
	}
	if tokenAfter(text, i) || decimalAfter(text, i) {
		return 0, false
	}
	return i, true
}

func isNightOrHoliday(b byte) bool { return b == 'F' || b == 'N' }

// spaceLen returns the length of one space at i: ASCII, no-break (UTF-8 or
// Latin-1) or narrow no-break; 0 for none.
func spaceLen(text []byte, i int) int {
	switch {
	case i >= len(text):
		return 0
	case text[i] == ' ', text[i] == 0xA0:
		return 1
	case text[i] == 0xC2 && i+1 < len(text) && text[i+1] == 0xA0:
		return 2
	case text[i] == 0xE2 && i+2 < len(text) && text[i+1] == 0x80 && (text[i+2] == 0xAF || text[i+2] == 0x89):
		return 3
	}
	return 0
}

// ngapBeside reports whether an amount (12,50) or a date (12/03/2024) begins
// within a few bytes of the coefficient, on the same line.
func ngapBeside(text []byte, i int) bool {
	for limit := min(len(text), i+16); i < limit && text[i] != '\n'; i++ {
		if !isNum(text[i]) {
			continue
		}
		end := digitsEnd(text, i, i+6)
		if end < len(text) && (text[end] == ',' || text[end] == '.') && digits(text, end+1, 2) && !digits(text, end+3, 1) {
			return true
		}
		return end == i+2 && end < len(text) && text[end] == '/' && digits(text, end+1, 2)
	}
	return false
}

// announcesAct reports whether a word in front announces an act.
func announcesAct(word []byte) bool {
	switch len(word) {
	case 4, 5, 8:
		v := foldWord(word)
		return v == wordNGAP || v == wordActe || v == wordActes || v == wordCotation
	case 11:
		return foldWord(word) == wordCoefficient
	}
	return false
}

// Words that announce an act, folded.
var (
	wordNGAP        = word8("ngap")
	wordActe        = word8("acte")
	wordActes       = word8("actes")
	wordCotation    = word8("cotation")
	wordCoefficient = word8("coefficient")
)

// normalNGAP appends the key alone: lists name keys, not coefficients.
func normalNGAP(dst, raw []byte) []byte {
	for i, b := range raw {
		if !isCapital(b) && !(i == 2 && raw[0] == 'P' && raw[1] == 'H' && isNum(b)) {
			break
		}
		dst = append(dst, b)
	}
	return dst
}
