package detectors

var memberNumber = Detector{
	Kind: "member_number",
	Doc: `Numéro d'adhérent / Member number
The mutual's own number, on the third-party payment card as "N° adhérent", and the
number of a customer. Its form is the organisation's: without one in the configuration
(member_number), a number of five to fifteen characters, four digits among them, counts
behind the label, when that or a mark says that it is one ("numéro d'adhérent 12345678",
"adhérent : 12345678", "adh. 12345678", "n° client 12345678"), and in a column that is named after it.`,
	Max:    Probable,
	Verify: verifyMemberNumber,
	Anchors: []string{"adherent", "adh\xc3\xa9", "adh\xe9re", "societai", "soci\xc3\xa9t", "soci\xe9ta",
		"adh\xc3\x89", "numero c", "num\xc3\xa9ro ", "num\xc3\x89ro ", "num\xe9ro c", "\xb0 client", "\xba client", "\xb0client", "de clien",
		"num clie", "num. cli", "adh. ", "adh :", "adh: ", "adh.:", "adh n", "ref clie", "ref. cli", "r\xc3\xa9f. cl", "r\xc3\xa9f cli"},
	Before: signReach + 2, After: 16 + labelledReach(15),
	Columns: []string{"num adherent", "no adherent", "n adherent", "numero adherent", "id adherent", "code adherent",
		"numadh", "noadh", "num adh", "no adh", "adherent id", "num societaire", "numero societaire", "member number", "member id",
		"num membre", "numadherent", "num client", "no client", "n client", "numero client", "code client", "numclient", "noclient"},
	Cell:   cellMemberNumber,
	Normal: normalUpper, Placeholder: "[N° ADHERENT]",
}

var memberLabels = []string{"adherent", "adh\xc3\xa9rent", "adh\xe9rent", "adherents", "societaire", "soci\xc3\xa9taire", "soci\xe9taire", "adherente", "adh\xc3\xa9rente", "adh\xc3\x89rent"}

// clientLeads end in a word that is too frequent to be looked at alone.
var clientLeads = []string{"numero client", "num\xc3\xa9ro client", "num\xc3\x89ro client", "num\xe9ro client",
	"\xb0 client", "\xba client", "\xb0client", "de client", "num client", "num. client", "ref client", "ref. client", "r\xc3\xa9f client", "r\xc3\xa9f. client"}

func verifyMemberNumber(text []byte, at int) Span {
	if n := oneOf(text, at, clientLeads); n > 0 {
		label := at + n - len("client")
		if !numberSign(text, label) {
			return Span{}
		}
		return numberBehind(text, label, at+n)
	}
	if midWord(text, at) {
		return Span{}
	}
	if at > 0 && isAlnum(text[at-1]) {
		return Span{}
	}
	if n := oneOf(text, at, memberLabels); n > 0 {
		return numberBehind(text, at, at+n)
	}
	return shortMember(text, at)
}

// shortLabels are how the short label of a number goes on.
var shortLabels = []string{"adh. ", "adh :", "adh: ", "adh.:", "adh n"}

// shortMember takes the number behind "adh": with a dot or a mark behind it, or "n°" on
// either side.
func shortMember(text []byte, at int) Span {
	if oneOf(text, at, shortLabels) == 0 {
		return Span{}
	}
	end := at + len("adh")
	dot := text[end] == '.'
	if dot {
		end++
	}
	start, stop, marked := labelled(text, end, 5, 15, 4)
	if stop == 0 || !dot && !marked && !numberSign(text, at) || !ownNumber(text[start:stop]) {
		return Span{}
	}
	return accepted(start, stop, 70, 76, Structure|ContextWord)
}

// numberBehind takes the number behind a label that stands in text[at:end]: when
// the label says that it is one, by a mark behind it or "n°" in front. A mark behind
// several ("adhérents : 12345") says how many they are.
func numberBehind(text []byte, at, end int) Span {
	for n := 0; n < 2 && end < len(text) && inSet(text[end]|0x20, "es"); n++ {
		end++
	}
	if tokenAfter(text, end) {
		return Span{}
	}
	start, stop, marked := labelled(text, end, 5, 15, 4)
	marked = marked && text[end-1]|0x20 != 's'
	if stop == 0 || !marked && !numberSign(text, at) {
		return Span{}
	}
	if c := text[start:stop]; !ownNumber(c) {
		return Span{}
	}
	return accepted(start, stop, 70, 76, Structure|ContextWord)
}

// numberWords say that a label is that of a number.
var numberWords = []string{"numero", "num\xc3\xa9ro", "num\xc3\x89ro", "num\xe9ro", "num\xc9ro", "num", "num.", "no", "nro",
	"ref", "ref.", "r\xc3\xa9f", "r\xc3\xa9f.", "r\xe9f.", "reference", "r\xc3\xa9f\xc3\xa9rence", "r\xe9f\xe9rence", "matricule", "identifiant"}

// signReach is how far numberSign looks in front: gaps, "de", a word.
const signReach = 2*maxSignGap + 2 + 12

const maxSignGap = 4

// numberSign reports whether "n°" or another word for a number stands in front of a
// label, with "de" or "d'" between them or without.
func numberSign(text []byte, at int) bool {
	i := gapBack(text, at)
	if i > 1 && hasFold(text, i-2, "de") && !tokenBefore(text, i-2) {
		i = gapBack(text, i-2)
	} else if i > 0 && i < at && text[i-1]|0x20 == 'd' && !tokenBefore(text, i-1) {
		i = gapBack(text, i-1)
	}
	if i > 0 && (text[i-1] == 0xB0 || text[i-1] == 0xBA) {
		return true
	}
	for _, w := range numberWords {
		if start := i - len(w); hasFold(text, start, w) && !tokenBefore(text, start) {
			return true
		}
	}
	return false
}

// gapBack steps back over spaces, '_' and apostrophes in front of at, at most
// maxSignGap bytes.
func gapBack(text []byte, at int) int {
	i := at
	for i > 0 && at-i < maxSignGap {
		switch {
		case text[i-1] == ' ', text[i-1] == '_', text[i-1] == '\'', text[i-1] == 0x92: // ’ in Windows-1252
			i--
		case i > 1 && text[i-2] == 0xC2 && text[i-1] == 0xA0:
			i -= 2
		case i > 2 && text[i-3] == 0xE2 && text[i-2] == 0x80 && text[i-1] == 0x99:
			i -= 3
		default:
			return i
		}
	}
	return i
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
