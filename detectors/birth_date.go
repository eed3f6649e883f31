package detectors

// How far a date of birth looks around: in front for the words that make it one,
// behind for a time of day.
const (
	birthWords  = 56
	birthBefore = birthWords + 1 + birthApart // the year of a date whose parts stand apart
	birthAfter  = 48
)

var birthDate = Detector{
	Kind: "birth_date",
	Doc: `Date de naissance / Date of birth
A day of the Gregorian calendar from 1890 on, written 12/03/1980, 12-03-1980,
12.03.1980, 1980-03-12, 12 mars 1980, 1er janvier 1975, or 19800312 and 12031980
(DSN) in a cell of their own or behind a word; 12 / 03 / 1980 and 12 03 1980, as forms are
filled in, behind a word alone. A date is one of birth by a word
(né le, naissance, birth) or the name of its column alone, never by the share of
one; a time of day other than midnight makes it something else. A
date in running text is nothing without such a word in front, for most dates are
of other things; 00/00/1980, which social security records write for unknown
parts, counts in a cell.`,
	Max:    Probable,
	Runs:   []int{4, 8},
	Run:    runBirthDate,
	Heads:  func(n int, a, b byte) bool { return n != 4 || a == 1 && b >= 8 || a == 2 && b == 0 },
	Shape:  birthDateShape,
	Verify: verifyBirthDate,
	Before: birthBefore,
	After:  birthAfter,
	Context: []string{"naissance", "ddn", "birth", "birthdate", "birthday", "dob", "born", "nee", "anniversaire", "age",
		"naiss", "datenaissance", "dateofbirth"},
	Against: []string{"facture", "echeance", "paiement", "publication", "publie", "signature", "effet", "modification",
		"expiration", "validite", "commande", "reglement", "version", "copyright", "invoice", "due", "updated", "created"},
	Window: 64,
	Columns: []string{"date naiss", "dt naiss", "datnais", "ddn", "dnaiss", "naissance", "date naissance", "birth date",
		"birthdate", "birth", "dob", "ben nai ann", "date nais", "dt nais", "dat nais", "nais", "naiss", "birthday", "nee le", "ne le",
		"datenaissance", "datenaiss", "datenais", "datnai", "dat nai", "date nai", "dtnaiss", "dtnais", "dt nai",
		"dtn", "dateofbirth", "birthdt", "bday", "dnais", "nee", "ne e le"},
	Normal: normalBirthDate, Placeholder: "[DATE]",
}

// birthDateShape selects selects the starts of numbers of one, two or four digits with a
// separator behind them and what may be a day, a month and a year, or the name of
// a month, behind that.
func birthDateShape(w *Window) uint64 {
	d := w.Digit
	letter := w.Upper | w.Lower
	mark := w.Slash | w.Hyphen | w.Dot
	start := d &^ (w.Word << 1) &^ (w.Plus << 1 & (w.Word << 2)) &^ (mark << 1 & ((d | letter) << 2)) &^ (w.Colon << 1 & (d << 2))
	d2, d4 := runOf2(d), runOf4(d)
	gap := w.Space | mark | w.High
	behind := gap | letter&(letter>>1)
	start &= behind>>1 | d>>1&(behind>>2) | d4&(mark>>4)
	if start == 0 {
		return 0
	}
	// The last number: no other one behind it, no letters but a T00:0.
	midnight := w.Zero >> 1 & (w.Zero >> 2) & (w.Colon >> 3)
	end := ^d &^ (mark & (d >> 1)) & (^w.Word | midnight)
	one, two := d&(end>>1), d2&(end>>2)
	year := d2 & (two>>2 | end>>2)
	month := mark & (d >> 1)
	first := month & (mark>>2&(year>>3) | d>>2&(mark>>3)&(year>>4))
	iso := mark & (d>>1&(mark>>2)&(one>>3) | d2>>1&(mark>>3)&(two>>4))
	// "12 mars", "1er janvier", "3-août": three letters or more behind the gap,
	// the second of which may be accented, and be two bytes long.
	word := gap & ((letter | w.High | w.Space) >> 1) & ((letter | w.High) >> 2) & ((letter | w.High) >> 3)
	after := first | word | letter&(letter>>1)&(word>>2)
	return start & (after>>1 | d>>1&(after>>2) | d4&(iso>>4))
}

// runBirthDate decides on eight digits, AAAAMMJJ or JJMMAAAA, and on the year of a date whose
// parts stand apart.
func runBirthDate(text []byte, at, n int) Span {
	if n == 4 {
		return spacedBirthDate(text, at)
	}
	line, word := beginsLine(text, at), mayFollowWord(text, at)
	if !line && !word {
		return Span{}
	}
	if _, ok := packedDate(text[at : at+8]); !ok {
		return Span{}
	}
	return birthSpan(text, at, at+8, line && endsLine(text, at+8), word)
}

// packedDate reads AAAAMMJJ, or JJMMAAAA when that is no date.
func packedDate(t []byte) (date, bool) {
	d := date{number(t, 0, 4), number(t, 4, 2), number(t, 6, 2)}
	if d.valid() && d.plausible() {
		return d, true
	}
	d = date{number(t, 4, 4), number(t, 2, 2), number(t, 0, 2)}
	return d, d.valid() && d.plausible()
}

func verifyBirthDate(text []byte, at int) Span {
	if at >= len(text) {
		return Span{}
	}
	// Most dates of logs and tables end here: what stands in front is no word of
	// birth, or a time follows.
	line, word := beginsLine(text, at), mayFollowWord(text, at)
	if !line && !word || line && isTimestamp(text, at) || tokenBefore(text, at) || dateGoesOnBefore(text, at) {
		return Span{}
	}
	d, end, short := parseNumericDate(text, at)
	if end == 0 {
		d, end, short = parseWrittenDate(text, at)
	}
	if end == 0 || !d.plausible() || tokenAfter(text, end) && !midnightAfter(text, end) || numberGoesOn(text, end) {
		return Span{}
	}
	if !d.valid() {
		if !d.unknownPart() || !line || !endsLine(text, end) {
			return Span{}
		}
		return accepted(at, end, 1, 60, Structure)
	}
	if timeAround(text, at, end) {
		return Span{}
	}
	return birthSpan(text, at, end, line && (!short || endsLine(text, end)), word)
}

// birthApart is how far in front of its year a date may begin whose parts stand apart.
const birthApart = 2*(2+5) + 1

// spacedBirthDate decides on a date behind a label, of which blanks part day, month and the
// year at text[year]: nothing else tells it from other numbers.
func spacedBirthDate(text []byte, year int) Span {
	at := partBack(text, partBack(text, year))
	if at < 0 || tokenBefore(text, at) {
		return Span{}
	}
	d, end := parseSpacedDate(text, at)
	if end != year+4 || !d.plausible() || !d.valid() || tokenAfter(text, end) || numberGoesOn(text, end) ||
		!birthLead(text, at) || birthWord(text, at) != bornWord || timeAround(text, at, end) {
		return Span{}
	}
	if next := end + 1; next < len(text) && text[end] == ' ' && isNum(text[next]) {
		return Span{} // a longer number in groups
	}
	return accepted(at, end, 70, 75, Structure|ContextWord)
}

// partBack returns where the one or two digits begin that stand in front of text[i], behind
// blanks with at most one mark among them; -1 when there are none. Less than 0 stays so.
func partBack(text []byte, i int) int {
	if i < 2 || text[i-1] != ' ' && text[i-2] != ' ' {
		return -1
	}
	for n := 0; n < 5 && i > 0 && inSet(text[i-1], " /-."); n++ {
		i--
	}
	end := i
	for i > 0 && end-i < 3 && isNum(text[i-1]) {
		i--
	}
	if n := end - i; n == 0 || n > 2 {
		return -1
	}
	return i
}

// birthLead reports whether what stands right in front of a date leads from its label to it: a mark, "le", the label itself.
func birthLead(text []byte, at int) bool {
	for at > 0 && text[at-1] == ' ' {
		at--
	}
	if at == 0 || inSet(text[at-1], ":=).\t") {
		return at > 0
	}
	return hasFold(text, at-2, "le") && !tokenBefore(text, at-2) || hasFold(text, at-9, "naissance") || hasFold(text, at-3, "ddn")
}

// birthSpan is the verdict on a date: one of birth when the nearest telling word
// in front says so, weak when it begins its line or cell, nothing otherwise.
func birthSpan(text []byte, at, end int, line, word bool) Span {
	s := accepted(at, end, scoreByName, 70, Structure)
	nearest := noWord
	if word {
		nearest = birthWord(text, at)
	}
	switch {
	case line && apart(text, at, end): // the words in front are another paragraph's
		s.Raised = 30
	case nearest == bornWord:
		s.Score, s.Raised, s.Why = 70, 75, Structure|ContextWord
	case !line:
		return Span{}
	case nearest == otherWord: // a word farther away does not make it one
		s.Raised = 30
	}
	return s
}

// apart reports whether an empty line stands in front of a date and words behind
// it: the first line of an entry of a log of changes.
func apart(text []byte, at, end int) bool {
	if at < 2 || text[at-1] != '\n' || endsLine(text, end) {
		return false
	}
	return text[at-2] == '\n' || at > 3 && text[at-2] == '\r' && text[at-3] == '\n'
}

// mayFollowWord reports whether what stands right in front of a date may lead
// from a word of birth to it: a mark, or the last letters of "le", "naissance",
// "née", "born", "ddn", "dob", "birth"; not "du", "au", a separator of cells.
func mayFollowWord(text []byte, at int) bool {
	i := at
	for i > 0 && at-i < 4 && (text[i-1] == ' ' || text[i-1] == 0xA0 || text[i-1] == 0xC2) {
		i--
	}
	if i == 0 {
		return false
	}
	switch b := text[i-1]; b {
	case ':', '=', '(', '>', '"', '\'', '\n', '\r', '.', ')', ',':
		return i < at || b != ','
	case 0xA9, 0xE9, 0x89, 0xC9: // é, É in UTF-8 and Latin-1
		return true
	default:
		switch b | 0x20 {
		case 'e', 'n', 'h', 'b', 's', 'l':
			return i < at
		}
	}
	return false
}

// isTimestamp reports AAAA-MM-JJThh at at, the beginning of most log lines.
func isTimestamp(text []byte, at int) bool {
	return at+13 < len(text) && text[at+4] == '-' && text[at+10] == 'T' && !isMidnight(text, at+11)
}

// dateGoesOnBefore reports whether the number at at is part of a longer one: a
// path, a version, a time, a telephone number.
func dateGoesOnBefore(text []byte, at int) bool {
	if at == 0 {
		return false
	}
	switch text[at-1] {
	case '/', '-', '.', '+', ':':
		return at > 1 && (isAlnum(text[at-2]) && text[at-1] != ':' || isNum(text[at-2]))
	}
	return false
}

// numberGoesOn reports whether a date's last number goes on behind end.
func numberGoesOn(text []byte, end int) bool {
	if end+1 >= len(text) {
		return false
	}
	switch text[end] {
	case '/', '-', '.':
		return isNum(text[end+1])
	}
	return false
}

// midnightAfter reports T00:00, a date with an empty time.
func midnightAfter(text []byte, end int) bool {
	return text[end] == 'T' && isMidnight(text, end+1)
}

// timeAround reports a time of day other than midnight behind the date or in
// front of it: a timestamp, a log line.
func timeAround(text []byte, at, end int) bool {
	i := end
	if i < len(text) && text[i] == ',' {
		i++
	}
	for n := 0; n < 3 && i < len(text) && (text[i] == ' ' || text[i] == 'T' || text[i] == ':' || text[i] == '\t'); n++ {
		i++
	}
	if i < len(text) && (text[i] == 0xC3 || text[i] == 0xE0) { // à 10:30
		i += min(2, len(text)-i)
		if i < len(text) && text[i] == ' ' {
			i++
		}
	}
	if i > end && isTime(text, i) && !isMidnight(text, i) {
		return true
	}
	return at > 5 && text[at-1] == ' ' && isTime(text, at-6) && !isMidnight(text, at-6) ||
		at > 3 && text[at-1] == ' ' && text[at-4] == ':' && digits(text, at-3, 2) && digits(text, at-5, 1)
}

// isTime reports whether hh:mm, hh mm with an h, or h:mm stands at i.
func isTime(text []byte, i int) bool {
	n := digitsEnd(text, i, i+2)
	return n > i && n < len(text) && (text[n] == ':' || text[n]|0x20 == 'h') && digits(text, n+1, 2)
}

// isMidnight reports whether 00:00, with or without seconds, stands at i.
func isMidnight(text []byte, i int) bool {
	if i+5 > len(text) || string(text[i:i+5]) != "00:00" {
		return false
	}
	return !(i+8 <= len(text) && text[i+5] == ':' && string(text[i+6:i+8]) != "00")
}

// dateWord is what the nearest telling word in front of a date says.
type dateWord uint8

const (
	noWord    dateWord = iota
	bornWord           // né le, date de naissance
	otherWord          // facture du, soins du
)

// birthWord looks for the nearest telling word in front of the date. "né" is
// told from the negation "ne", which has no accent, by what stands between it
// and the date: "NE LE", "NE(E) LE".
func birthWord(text []byte, at int) dateWord {
	low := max(0, at-birthWords)
	direct := true
	for end := at; end > low; {
		for end > low && !isLetter(text, end-1) {
			end--
		}
		start := end
		for start > low && isLetter(text, start-1) {
			start--
		}
		if start == end || start == low && low > 0 {
			return noWord
		}
		var buffer [maxToken]byte
		token := text[start:end]
		folded := foldToken(buffer[:0], token[:min(len(token), 14)])
		if w := tellingWord(folded, direct, len(token) > len(folded) || token[len(token)-1] >= 0x80); w != noWord {
			return w
		}
		if len(folded) == 1 && hasFold(text, start-4, "d.d.") { // D.D.N.
			return bornWord
		}
		direct = direct && (len(folded) == 1 && folded[0] == 'e' || string(folded) == "le")
		end = start
	}
	return noWord
}

// tellingWord decides on one folded word; direct says that only "le" or "(e)"
// stands behind it, accented that it ends in an accented letter.
func tellingWord(word []byte, direct, accented bool) dateWord {
	switch string(word) {
	case "ne", "nes":
		if direct || accented {
			return bornWord
		}
	case "naissance", "naissances", "nais", "nee", "nees", "ddn", "birth", "birthdate", "birthday", "dob", "born", "anniversaire",
		"naiss", "datenaissance", "dateofbirth":
		return bornWord
	case "soin", "soins", "facture", "effet", "echeance", "paiement", "reglement", "emission", "signature", "adhesion",
		"radiation", "publication", "publie", "modification", "modifie", "creation", "cree", "deces", "decede", "decedee",
		"mort", "died", "death", "hospitalisation", "entree", "sortie", "arret", "delivre", "delivree", "fait", "valable",
		"expire", "expiration", "debut", "fin", "embauche", "mariage", "vaccin", "prescription", "consultation", "seance",
		"visite", "version", "edition", "edite", "imprime", "commande", "livraison", "issued", "expires", "invoice", "due",
		"updated", "created", "released", "validite", "versement", "remboursement":
		return otherWord
	}
	return noWord
}

// normalBirthDate appends the date as AAAAMMJJ.
func normalBirthDate(dst, raw []byte) []byte {
	if len(raw) == 8 && digits(raw, 0, 8) {
		if d, ok := packedDate(raw); ok {
			return appendDate(dst, d)
		}
		return dst
	}
	d, end, _ := parseNumericDate(raw, 0)
	if end == 0 {
		d, end, _ = parseWrittenDate(raw, 0)
	}
	if end == 0 {
		d, end = parseSpacedDate(raw, 0)
	}
	if end != len(raw) || len(raw) == 0 {
		return dst
	}
	return appendDate(dst, d)
}
