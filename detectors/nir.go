package detectors

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

var nir = Detector{
	Kind: "nir",
	Doc: `Numéro de sécurité sociale (NIR) / French social security number
Thirteen characters and a key: sex (1 or 2), year and month of birth (01 to 12;
20, 30 to 42 and 50 to 99 when the civil record is incomplete), département (01
to 96, 2A, 2B, 97 and 98 with a third digit, 99 abroad), commune or country,
order number; the key is 97 minus the remainder of the number divided by 97, with
2A counted as 19 and 2B as 18. Source: décret n° 82-103 of 22 January 1982, INSEE.
The commune is not looked up: the number keeps the code of the year of birth.
Without its key the number is weak: three in four numbers of thirteen digits that
begin with 1 or 2 have this form. First digits 3, 4, 7 and 8 are the kind nia.`,
	Max:  Verified,
	Runs: []int{13, 15}, Run: runNIR, Heads: func(_ int, a, _ byte) bool { return a == 1 || a == 2 },
	Shape: nirShape, Verify: verifyNIR,
	Before: max(listBefore, labelReach), After: nirAfter,
	Context: nirContext, Against: nirAgainst,
	Columns: nirColumns,
	Normal:  normalNIR, Placeholder: "[NIR]",
	Cells: true, Cell: cellNIR,
}

var nirContext = []string{"nir", "nia", "ins", "nni", "ss", "secu", "securite", "sociale", "social", "assure",
	"immatriculation", "insee", "matricule", "vitale", "ouvrant", "beneficiaire", "ayant", "ssn",
	"nss", "numsecu", "sociaux"}

var nirAgainst = []string{"imei", "bancaire", "ean", "siret", "facture", "commande", "iban", "tracking", "timestamp",
	"colis", "invoice", "order",
	"gtin", "gencod", "barcode", "lot", "ticket"}

var nirColumns = []string{"nir", "num nir", "nir assure", "nir od", "nir benef", "nir cle", "num ss", "numss", "nss", "no ss",
	"num secu", "numsecu", "n secu", "numero secu", "secu", "securite sociale", "insee", "num insee", "matricule insee",
	"immat", "immatriculation", "num assure", "mat assure", "ben nir psa", "nir ano 17", "ins", "matricule ins", "ins nir",
	"ssn", "social security number",
	"nni", "n ss", "ss", "numero ss", "ro ss", "sec soc", "secsoc", "numsecsoc", "nosecu", "nosecsoc",
	"numeross", "no assure", "n assure", "numero assure", "numassure", "matricule", "matr ro", "mat ro",
	"numinsee"}

// nirAfter: thirteen characters with six gaps, the gap of the key or its label, the key.
const nirAfter = 13 + 7*maxGap + 2*maxLineGap + maxKeyLabel + 2 + listBefore

func runNIR(text []byte, at, n int) Span {
	if b := text[at]; b != '1' && b != '2' {
		return Span{}
	}
	return nirRun(text, at, n)
}

func verifyNIR(text []byte, at int) Span {
	if b := text[at]; b != '1' && b != '2' {
		return Span{}
	}
	return nirGrouped(text, at)
}

// nirShape asks where a first group of a length that NIR have ends at a gap, or
// where a letter follows six digits (Corsica), and the first ten characters have
// gaps where they may have them only.
func nirShape(w *Window) uint64 {
	d := w.Digit
	starts := numberStarts(w) &^ w.Zero
	d2 := runOf2(d)
	d3 := d2 & (d >> 2)
	d5 := d3 & (d2 >> 3)
	d7 := d5 & (d2 >> 5)
	d8 := d7 & (d >> 7)
	d10 := d8 & (d2 >> 8)
	letter := w.Upper | w.Lower
	g := w.Gap
	first := g>>1 | d3&(g>>3) | d5&(g>>5) | d7&(g>>7) | d8&(g>>8) | d10&(g>>10)
	corsica := starts & d5 & (d >> 5) & (letter >> 6)
	// No letters among the first six bytes, a digit among the ten behind the first.
	other := w.Word&^d | w.At | w.Colon | w.Plus
	other |= other >> 1
	// Nowhere among the thirteen a letter and another or a mark behind it.
	pair := w.Word &^ d & (other >> 1)
	other |= other>>2 | other>>4
	pair |= pair >> 1
	pair |= pair >> 2
	first &^= other | pair | pair>>4 | pair>>8
	first &= starts
	if first|corsica == 0 {
		return 0
	}
	more := d | d>>1
	more |= more >> 2
	first &= more>>2 | more>>6 | more>>8
	// From the tenth character back, each with what follows it.
	c7 := d & (nirGap(w, d2) | d2>>1)
	c6 := (d | letter) & (nirGap(w, c7) | c7>>1)
	c5 := d & (c6 >> 1)
	c3 := d2 & (nirGap(w, c5)>>1 | c5>>2)
	c1 := d2 & (nirGap(w, c3)>>1 | c3>>2)
	return first&(nirGap(w, c1)|c1>>1) | corsica
}

// nirGap is gap1 with a line break for a gap as well.
func nirGap(w *Window, next uint64) uint64 {
	gap := ^(w.Word | w.At | w.Colon | w.Plus)
	wide := gap&(gap<<1|gap>>1) | w.High
	return gap&^wide>>1&(next>>2) | wide>>1
}

// nirRun decides on a bare run of thirteen or fifteen digits.
func nirRun(text []byte, at, n int) Span {
	number, ok := nirNumber(text[at : at+13])
	if !ok || partBefore(text, at) {
		return Span{}
	}
	if n == 15 {
		if partAfter(text, at+15) {
			return Span{}
		}
		if !nirKey(number, decimal(text[at+13:at+15])) {
			return rejected(at, at+15)
		}
		score, raised := nirScore(text[at], 80, 95)
		if looksLikeTime(text[at : at+15]) {
			score, raised = 50, 92 // yyyymmddhhmmss and tenths of a second
		}
		if decimal(text[at+3:at+5]) > 12 {
			score = min(score, 60) // such months are rare, and numbers that pass by chance have them as often as others
		}
		if d := listedBeside(text, at, at+15); d != nil && (!isNIR(d) || bytes.Equal(d, text[at:at+15])) {
			score = 45
		}
		return accepted(at, at+15, score, raised, Structure|Key)
	}
	end, verdict := nirKeyBehind(text, at+13, number)
	switch verdict {
	case Accepted:
		score, raised := nirScore(text[at], 78, 95)
		if looksLikeMillis(text[at : at+13]) {
			score = 45 // and the two digits behind it may belong to the next number
		}
		return accepted(at, end, score, raised, Structure|Key)
	case Rejected:
		return rejected(at, end)
	}
	if partAfter(text, at+13) {
		return Span{}
	}
	if labelledOther(text, at) {
		return accepted(at, at+13, 20, 35, Structure)
	}
	return accepted(at, at+13, 30, 70, Structure)
}

// labelledOther reports whether the label in front of a number without its key is
// that of another kind of thirteen digits.
func labelledOther(text []byte, at int) (other bool) {
	wordsBack(text, at, labelReach-2, func(w []byte) bool {
		switch foldWord(w) {
		case wordFiscal, wordFiscale, wordCIP, wordEAN, wordGTIN:
			other = true
			return true
		case wordNIR, wordNIA, wordSociale:
			return true
		}
		return false
	})
	return other
}

var (
	wordFiscal  = word8("fiscal")
	wordFiscale = word8("fiscale")
	wordCIP     = word8("cip")
	wordEAN     = word8("ean")
	wordGTIN    = word8("gtin")
	wordNIR     = word8("nir")
	wordNIA     = word8("nia")
	wordSociale = word8("sociale")
)

// isNIR reports whether digits are a NIR or a NIA with its key.
func isNIR(d []byte) bool {
	if len(d) != 15 {
		return false
	}
	number, ok := nirNumber(d[:13])
	return ok && nirKey(number, decimal(d[13:]))
}

// looksLikeMillis reports whether thirteen digits are a moment in milliseconds
// since 1970, from 2017 on, and the month of birth in them is none of a year.
func looksLikeMillis(d []byte) bool {
	return d[0] == '1' && d[1] >= '5' && decimal(d[3:5]) > 12
}

// nirCuts are the places of the gaps: in front of these characters.
const nirCuts = 1<<1 | 1<<3 | 1<<5 | 1<<7 | 1<<8 | 1<<10

// nirGroups are the places where the groups are separated by custom, in mainland
// France and overseas.
const (
	nirGroups         = 1<<1 | 1<<3 | 1<<5 | 1<<7 | 1<<10
	nirGroupsOverseas = 1<<1 | 1<<3 | 1<<5 | 1<<8 | 1<<10
)

// nirFives are groups of five: three numbers of a table, never one.
const nirFives = 1<<5 | 1<<10

// nirGrouped decides on a number with separators or with the letter of Corsica.
func nirGrouped(text []byte, at int) Span {
	if tokenBefore(text, at) {
		return Span{}
	}
	g := grouped{lines: true}
	g.gather(text, at, 13, 1<<6)
	corsica := g.n == 13 && !isNum(g.char[6])
	if g.n != 13 || g.cuts == 0 && !corsica || g.cuts&^nirCuts != 0 || g.cuts>>7&3 == 3 || g.cuts == nirFives || g.class > hyphenSeparator {
		return Span{}
	}
	number, ok := nirNumber(g.char[:13])
	if !ok || g.isDecimal() || groupsWentOn(text, at, g.class) || partBefore(text, at) {
		return Span{}
	}
	end, verdict := nirKeyBehind(text, g.end, number)
	switch {
	case verdict == Rejected:
		return rejected(at, end)
	case verdict == Accepted:
		base := uint8(82)
		if g.cuts == nirGroups || g.cuts == nirGroupsOverseas {
			base = 84
		}
		if groupsGoOn(text, end, g.class) {
			return Span{}
		}
		score, raised := nirScore(g.char[0], base, 97)
		if !customary(g.cuts) {
			score, raised = 38, 92 // numbers of a listing that stand beside each other
		}
		return accepted(at, end, score, raised, Structure|Key)
	case tokenAfter(text, g.end) || groupsGoOn(text, g.end, g.class) || partAfter(text, g.end) || gluedKey(text, g.end):
		return Span{}
	}
	return accepted(at, g.end, 35, 72, Structure)
}

// thousands are the gaps that a spreadsheet puts into a number of fifteen digits.
const thousands = 1<<3 | 1<<6 | 1<<9 | 1<<12

// cellNIR decides on a cell that a spreadsheet shows as a large number: 180 017 598 512 344.
func cellNIR(cell []byte) Span {
	start, end := trimCell(cell)
	if end-start < 15+4 || cell[start] != '1' && cell[start] != '2' {
		return Span{}
	}
	var g grouped
	g.gather(cell, start, 15, 0)
	if g.n != 15 || g.cuts != thousands || g.class != spaceSeparator || g.end != end {
		return Span{}
	}
	number, ok := nirNumber(g.char[:13])
	switch {
	case !ok:
		return Span{}
	case !nirKey(number, decimal(g.char[13:15])):
		return rejected(start, end)
	}
	return accepted(start, end, 38, 95, Structure|Key)
}

// customary reports whether a NIR is cut as people cut it: by most of its groups,
// by the first ones, or not at all.
func customary(cuts uint64) bool {
	switch cuts {
	case 0, 1 << 1, 1<<1 | 1<<3 | 1<<5, 1 << 7, 1<<7 | 1<<10, 1 << 10:
		return true
	}
	return bits.OnesCount64(cuts) >= 3
}

// nirScore lowers the scores of the first digits 3 and 4: two public validators
// do not know them.
func nirScore(first byte, score, raised uint8) (uint8, uint8) {
	if first == '3' || first == '4' {
		return score - 14, raised - 7
	}
	return score, raised
}

// nirKey is the test of the key: number + key is a multiple of 97.
func nirKey(number, key uint64) bool { return key-1 < 97 && (number+key)%97 == 0 }

// maxKeyLabel is how many bytes keyLabelAt takes at most.
const maxKeyLabel = 4 + 5 + 13 + 4

// keyLabelAt returns the width of the word for a key, with the marks around it, at
// text[i]: "clé 44", "(clé : 44)", "; clé de contrôle 44", of a bracket alone "(44)"; 0 for none.
func keyLabelAt(text []byte, i int) int {
	j := i
	for j < len(text) && j-i < 4 && keyMarks.has(text[j]) {
		j++
	}
	if j == i {
		return 0
	}
	if digits(text, j, 2) && j+2 < len(text) && (text[j-1] == '(' && text[j+2] == ')' || text[j-1] == '[' && text[j+2] == ']') {
		return j - i
	}
	n := oneOf(text, j, keyWords)
	if n == 0 {
		return 0
	}
	end := j + n
	end += oneOf(text, end, keyNames)
	from := end
	for end < len(text) && end-from < 4 && keyMarks.has(text[end]) {
		end++
	}
	if end == j+n {
		return 0
	}
	return end - i
}

// The words for a key, what may stand behind them, and the marks around them.
var (
	keyWords = []string{"clef", "cle", "cl\xc3\xa9", "cl\xc3\x89", "cl\xe9", "cl\xc9", "key"}
	keyNames = []string{" de controle", " de contr\xc3\xb4le", " de contr\xf4le", " nir", " rib", " ss", " n\xc2\xb0", " n\xb0"}
	keyMarks = setOf(" ,;.:=|(/-[\r\n\xC2\xA0")
)

// nirKeyBehind looks for the two digits of the key at text[end], glued, behind a
// gap or the word for it, or in the next cell. It returns None when there are none, or when there
// are two digits in another cell that are not the key.
func nirKeyBehind(text []byte, end int, number uint64) (int, Outcome) {
	i := end
	otherCell := false
	if class, w := lineGapAt(text, i); w > 0 {
		i += w
		otherCell = class == lineSeparator
	}
	if i >= len(text) || !isNum(text[i]) {
		if w := keyLabelAt(text, end); w > 0 && digits(text, end+w, 2) && !tokenAfter(text, end+w+2) {
			if nirKey(number, decimal(text[end+w:end+w+2])) {
				return end + w + 2, Accepted
			}
			if b := text[end+w-1]; b == '(' || b == '[' {
				return end, None // of a note
			}
			return end + w + 2, Rejected
		}
		w := cellGapAt(text, end)
		if w == 0 {
			return end, None
		}
		i, otherCell = end+w, true
	}
	n := 0
	for i+n < len(text) && n < 3 && isNum(text[i+n]) {
		n++
	}
	// A spreadsheet drops the zero of a key in a cell of its own.
	if n != 2 && !(n == 1 && otherCell) || tokenAfter(text, i+n) || partAfter(text, i+n) || dateAfter(text, i+n) {
		return end, None
	}
	if nirKey(number, decimal(text[i:i+n])) {
		return i + n, Accepted
	}
	if otherCell {
		return end, None
	}
	return i + n, Rejected
}

// dateAfter reports whether the digits that end at i are the first part of a date.
func dateAfter(text []byte, i int) bool {
	return i+1 < len(text) && text[i] == '/' && isNum(text[i+1])
}

// gluedKey reports whether two digits behind a gap, where a key would stand, go
// on with a letter.
func gluedKey(text []byte, end int) bool {
	_, w := gapAt(text, end)
	return w > 0 && digits(text, end+w, 2) && tokenAfter(text, end+w+2)
}

// nirNumber checks the parts of the thirteen characters and returns the number
// the key is computed from.
func nirNumber(c []byte) (number uint64, ok bool) {
	_ = c[12]
	month := (c[3]-'0')*10 + c[4] - '0'
	if !nirMonth(month) {
		return 0, false
	}
	if c[6] > '9' {
		if c[5] != '2' || c[6] > 'B' {
			return 0, false
		}
		return nirCorsica(c)
	}
	number = decimal(c)
	commune := number / 1000 % 1000
	if number%1000 == 0 {
		return 0, false
	}
	switch department := (c[5]-'0')*10 + c[6] - '0'; {
	case department == 0:
		return 0, false
	case department == 97:
		ok = c[7]-'1' < 8 && commune%100-1 < 90
	case department == 98:
		ok = c[7]-'4' < 6 && commune%100-1 < 90
	default:
		ok = commune-1 < 990
	}
	return number, ok
}

// nirCorsica counts 2A as 19 and 2B as 18.
func nirCorsica(c []byte) (uint64, bool) {
	commune, order := decimal(c[7:10]), decimal(c[10:13])
	department := uint64(19 - (c[6] - 'A'))
	number := (decimal(c[:5])*100+department)*1_000_000 + commune*1000 + order
	return number, commune-1 < 990 && order > 0
}

// nirMonth reports whether a month of birth is 01 to 12, or one of the numbers
// of incomplete records: 20, 30 to 42, 50 to 99.
func nirMonth(m byte) bool {
	return m-1 < 12 || m == 20 || m-30 <= 12 || m-50 < 50
}

// normalNIR is the number in fifteen characters, with its key even when it was
// written without.
func normalNIR(dst, raw []byte) []byte {
	var c [13]byte
	n := 0
	if len(raw) >= len(c) { // mostly digits alone
		first, last := binary.LittleEndian.Uint64(raw), binary.LittleEndian.Uint64(raw[len(c)-8:])
		if asciiDigits(first)&asciiDigits(last) == highBits {
			n = copy(c[:], raw)
		}
	}
	for _, b := range raw {
		if n == 13 {
			break
		}
		if isLetterByte(b) {
			b &^= 0x20
		}
		if isAlnum(b) {
			c[n] = b
			n++
		}
	}
	number, ok := uint64(0), false
	if n == 13 {
		number, ok = nirNumber(c[:])
	}
	if !ok {
		return dst
	}
	key := 97 - number%97
	return append(append(dst, c[:]...), byte('0'+key/10), byte('0'+key%10))
}
