package detectors

import "bytes"

var phoneFR = Detector{
	Kind: "phone_fr",
	Doc: `Numéro de téléphone français / French telephone number
Ten digits, 01 to 09 first, the 0 or the first two in brackets or not; in
international form +33 or 0033 and nine digits, with or without (0); overseas +262, +590, +594, +596 and nine digits, +508, +681 and +687
and six, +689 and eight. Source: ARCEP, decisions 2018-0881 and 2022-1583. Mobile
numbers score alone; the others need groups, a word or a column; 08 and the ranges of
platforms, which belong to organisations, score lower. Five pairs that go up step by
step are a list or dates, and refused. Digits without 0 or + are weak.`,
	Max:  Probable,
	Runs: []int{9, 10, 11, 12, 13, 14}, Run: runPhoneFR, Heads: phoneFRHeads,
	Shape: phoneFRShape, Verify: verifyPhoneFR, Cell: cellPhoneFR,
	Before: phoneBefore, After: phoneAfter,
	Context: phoneContext, Against: phoneAgainst,
	Near:    []Kind{"email"}, // the lines under a signature
	Columns: phoneColumns,
	Normal:  normalPhoneFR, Placeholder: "[TEL]",
}

var phoneContext = []string{"tel", "telephone", "telephonique", "portable", "mobile", "gsm", "fixe", "fax", "telecopie", "appel",
	"appeler", "joindre", "joignable", "phone", "cell", "standard",
	"mob", "telefax", "sms", "whatsapp", "rappel", "rappeler", "appele", "rappele", "contacter", "dial", "tph", "standardiste"}

var phoneAgainst = []string{"imei", "imsi", "iccid", "facture", "commande", "contrat", "siret", "siren", "montant", "invoice", "isbn", "cip",
	"commit", "merge"}

var phoneColumns = []string{"tel", "tel fixe", "tel port", "tel mobile", "telephone", "num tel", "no tel", "numero telephone",
	"portable", "mobile", "gsm", "fax", "phone", "cell phone", "phone number",
	"mob", "tph", "telport", "telfixe", "teldom", "telpro", "telmob", "numtel", "notel", "fixe", "num fixe",
	"num port", "no port", "cellphone", "phonenumber", "telephoneportable", "telephonefixe",
	"telecopie"}

// How far a phone number looks: a number in pairs on each side; prefix, (0), and
// ten digits with a gap behind each.
const (
	phonePairs  = 14
	phoneBefore = phonePairs + 6
	phoneAfter  = 5 + 3*maxGap + 3 + 10 + 9*maxGap + phonePairs + 6
)

// phoneFRShape asks for + and a digit; for 0 and ten digits in the groups that
// phoneNational takes; for 00 and a country.
func phoneFRShape(w *Window) uint64 { return dialShape(w) | nationalShape(w) | bracketShape(w) }

// bracketShape is the 0 of (0)6 and of (06), with digits behind the bracket.
func bracketShape(w *Window) uint64 {
	mark := ^(w.Word | w.Gap | w.Colon | w.At | w.Plus)
	starts := w.Zero & (mark << 1)
	if starts == 0 {
		return 0
	}
	more := mark & (w.Digit>>1 | w.Gap>>1&(w.Digit>>2|w.High>>2))
	return starts & (more>>1 | w.Digit>>1&(more>>2))
}

// nationalShape is ten digits in groups and the end of the number.
func nationalShape(w *Window) uint64 {
	d := w.Digit
	d2, d3, d4 := runOf2(d), runOf3(d), runOf4(d)
	// As numberStarts and numberEnds have it, but another number may stand behind a hyphen.
	starts := digitStarts(w) &^ (w.Plus << 1) &^ (w.Dot << 1 & (w.Digit << 2))
	starts &= w.Zero & (d2&gap2(w, d2) | d4&gap4(w, d2) | gap1(w, d3))
	if starts == 0 {
		return 0
	}
	end := ^w.Word &^ (w.Dot & (w.Digit >> 1))
	two, four := d2&(end>>2), d4&(end>>4)
	pairs := d2 & gap2(w, d2&gap2(w, two))
	threes := d3 & gap3(w, d3&(end>>3))
	rest := d2&gap2(w, pairs|threes|d2&gap2(w, four)) | d4&gap4(w, four) | d3&gap3(w, d3&gap3(w, two)) | d4&(d4>>4)&(end>>8)
	return starts & (d2&gap2(w, rest) |
		d4&gap4(w, pairs|threes) |
		gap1(w, d3&gap3(w, pairs|threes)))
}

// dialShape is + and a digit, or 00 and a digit or a gap; the digit is no 0, and
// nothing but digits, gaps and brackets follows.
func dialShape(w *Window) uint64 {
	plus := w.Plus & (w.Digit >> 1) &^ (w.Zero >> 1) &^ (w.Word<<1 | w.Plus<<1)
	abroad := numberStarts(w) & w.Zero & (w.Zero >> 1) &^ (w.Zero >> 2) & ((w.Digit | w.Gap) >> 2)
	if plus|abroad == 0 {
		return 0
	}
	none := w.Word&^w.Digit | w.Colon | w.At | w.Plus
	none |= none >> 1
	none |= none >> 2
	plus &^= none >> 1
	none |= none >> 4
	return plus | abroad&^(none>>2)
}

func verifyPhoneFR(text []byte, at int) Span {
	switch {
	case text[at] == '+':
		if at > 0 && (text[at-1] == '+' || isToken(text[at-1])) {
			return Span{}
		}
		return phoneAbroad(text, at, at+1)
	case text[at] != '0' || tokenBefore(text, at) || partBefore(text, at) && !(text[at-1] == '-' && inPairs(text, at-1-phonePairs)):
		return Span{}
	case at > 0 && text[at-1] == '(' && at+3 < len(text) && (text[at+1] == ')' || text[at+2] == ')'):
		return phoneBracketed(text, at)
	case at+2 < len(text) && text[at+1] == '0':
		i := at + 2
		if _, w := gapAt(text, i); w > 0 {
			i += w
		}
		return phoneAbroad(text, at, i)
	}
	return phoneNational(text, at)
}

// The ways to write ten digits, from the usual to the rare.
const (
	phoneCuts   = 1<<2 | 1<<4 | 1<<6 | 1<<8 // 06 12 34 56 78
	phoneCut433 = 1<<4 | 1<<7
	phoneCut422 = 1<<4 | 1<<6 | 1<<8
	phoneCut133 = 1<<1 | 1<<4 | 1<<7
	phoneCut132 = 1<<1 | 1<<4 | 1<<6 | 1<<8
	phoneCut244 = 1<<2 | 1<<6
	phoneCut223 = 1<<2 | 1<<4 | 1<<7
	phoneCut233 = 1<<2 | 1<<5 | 1<<8
	phoneCut224 = 1<<2 | 1<<4 | 1<<6
	phoneCut28  = 1 << 2
)

var spaceDot = []byte(" .")

// phoneNational decides on ten digits in groups.
func phoneNational(text []byte, at int) Span {
	var g grouped
	g.gather(text, at, 10, 0)
	if g.n != 10 || g.char[1] == '0' || g.cuts == 0 || g.class > slashSeparator || tokenAfter(text, g.end) || isStairs(g.char[:10]) {
		return Span{}
	}
	if !phoneEnds(text, at, g.end, g.class) || g.class == spaceSeparator && inHexDump(text, at, g.end) {
		return Span{}
	}
	if g.class == dotSeparator && bytes.Contains(text[at:g.end], spaceDot) {
		return Span{} // 0 .719.646.719, numbers of a drawing
	}
	score, raised := phoneScore(g.char[:10])
	switch g.cuts {
	case phoneCuts:
		if smallPairs(g.char[:10]) {
			score = 35
		}
	case phoneCut433, phoneCut422:
		score, raised = max(score-9, 42), max(raised-2, 65)
	case phoneCut133, phoneCut132: // as 0 800 123 456 is written, and few others
		score, raised = 35, max(raised-2, 65)
		if g.char[1] == '8' {
			score = 42
		}
	case phoneCut224, phoneCut244, phoneCut223, phoneCut233:
		score, raised = 35, max(raised-8, 65)
	case phoneCut28:
		if g.class == dotSeparator || g.end-at > 11 && text[at+2] < 0x80 || at > 0 && text[at-1] == ',' {
			return Span{} // a decimal number, two columns, the end of an amount
		}
		score, raised = scoreByName, max(raised-8, 65)
	default:
		return Span{}
	}
	return accepted(at, g.end, score, raised, Structure)
}

// phoneBracketed decides on ten digits of which the 0 at text[at] or the first two stand in
// brackets: (0)6 12 34 56 78, (06) 12 34 56 78.
func phoneBracketed(text []byte, at int) Span {
	start, n := at-1, 1
	if text[at+1] != ')' {
		n = 2
	}
	before := start
	if s, w := separatorBefore(text, start); s != noSeparator {
		before -= w
	}
	if !isNum(text[at+n-1]) || text[at+n] != ')' || tokenBefore(text, start) || before > 0 && isNum(text[before-1]) {
		return Span{} // f(01), +32 (0)2
	}
	i := at + n + 1
	if _, w := gapAt(text, i); w > 0 {
		i += w
	}
	if i >= len(text) || !isNum(text[i]) {
		return Span{}
	}
	var d [10]byte
	copy(d[:], text[at:at+n])
	var g grouped
	g.gather(text, i, 10-n, 0)
	copy(d[n:], g.char[:g.n])
	if g.n != 10-n || d[1] == '0' || g.class > slashSeparator || tokenAfter(text, g.end) || isStairs(d[:]) || !phoneEnds(text, start, g.end, g.class) {
		return Span{}
	}
	score, raised := phoneScore(d[:])
	if g.cuts<<n != phoneCuts&^(1<<n) || smallPairs(d[:]) {
		score, raised = 35, max(raised-8, 65)
	}
	return accepted(start, g.end, score, raised, Structure)
}

// phoneEnds reports whether a number in groups is not the middle of something
// longer. Another number in pairs may stand on either side.
func phoneEnds(text []byte, start, end int, class separator) bool {
	before, after := groupsWentOn(text, start, class), groupsGoOn(text, end, class)
	if before && after && end-start != phonePairs {
		return false // bytes of a dump in two columns
	}
	if before {
		_, w := separatorBefore(text, start)
		if !inPairs(text, start-w-phonePairs) {
			return false
		}
	}
	if after {
		_, w := separatorAt(text, end)
		if !inPairs(text, end+w) {
			return false
		}
	}
	return !partAfter(text, end) || text[end] == '-' && inPairs(text, end+1)
}

// inPairs reports whether ten digits in pairs, the first one 0, one byte between
// them, stand at text[at].
func inPairs(text []byte, at int) bool {
	if at < 0 || at+phonePairs > len(text) || text[at] != '0' || text[at+1] == '0' {
		return false
	}
	for i, b := range text[at : at+phonePairs] {
		if i%3 != 2 && !isNum(b) || i%3 == 2 && b != text[at+2] {
			return false
		}
	}
	small := 0
	for i := at + 3; i < at+phonePairs; i += 3 {
		if text[i] == '0' {
			small++
		}
	}
	return !isAlnum(text[at+2]) && small < 3
}

// inHexDump reports whether two pairs of hexadecimal digits, one with a letter
// and one with a digit among them, stand in front of a number in groups or behind
// it: bytes of a dump. "de" and "ce" beside a number are words.
func inHexDump(text []byte, start, end int) bool {
	return hexPairs(text, start, -1) || hexPairs(text, end, 1)
}

// hexPairs looks for two pairs beside text[i] in one direction, one or two spaces
// in front of each.
func hexPairs(text []byte, i, step int) bool {
	letter, digit := false, false
	at := func(i int) byte {
		if step < 0 {
			i--
		}
		if i < 0 || i >= len(text) {
			return '\n'
		}
		return text[i]
	}
	for range 2 {
		spaces := 0
		for spaces < 2 && at(i) == ' ' {
			i += step
			spaces++
		}
		a, b := at(i), at(i+step)
		if spaces == 0 || !isHex(a) || !isHex(b) || isToken(at(i+2*step)) {
			return false
		}
		letter = letter || !isNum(a) || !isNum(b)
		digit = digit || isNum(a) || isNum(b)
		i += 2 * step
	}
	return letter && digit
}

// isStairs reports whether five pairs of digits go up by the same step, 1 to 5:
// days, months, the numbers of a list.
func isStairs(d []byte) bool {
	pair := func(i int) int { return int(d[i]-'0')*10 + int(d[i+1]-'0') }
	step := pair(2) - pair(0)
	return step >= 1 && step <= 5 && pair(4)-pair(2) == step && pair(6)-pair(4) == step && pair(8)-pair(6) == step
}

// smallPairs reports whether three of the four last pairs begin with 0, as one
// number in three hundred does: bytes, days, the results of a match.
func smallPairs(d []byte) bool {
	n := 0
	for i := 2; i < 10; i += 2 {
		if d[i] == '0' {
			n++
		}
	}
	return n >= 3
}

// phoneScore is what ten digits in pairs are worth.
func phoneScore(d []byte) (score, raised uint8) {
	switch {
	case d[1] == '6' || d[1] == '7':
		return 75, 82
	case ofOrganisation(d):
		return 50, 66
	}
	return 70, 80
}

// ofOrganisation reports whether the number is one of special rates (08) or of a
// range kept for platforms.
func ofOrganisation(d []byte) bool {
	if d[1] == '8' {
		return true
	}
	switch decimal(d[1:4]) {
	case 162, 163, 270, 271, 377, 378, 424, 425, 568, 569, 948, 949, 937, 938, 939:
		return true
	case 947:
		return d[4] >= '5'
	}
	return false
}

// phoneCountry reads a French country code at text[i] and returns how many
// digits the national number has; 0 for other countries.
func phoneCountry(text []byte, i int) (code, width, length int) {
	if !digits(text, i, 3) {
		if digits(text, i, 2) && text[i] == '3' && text[i+1] == '3' {
			return 33, 2, 9
		}
		return 0, 0, 0
	}
	if text[i] == '3' && text[i+1] == '3' {
		return 33, 2, 9
	}
	code = int(decimal(text[i : i+3]))
	switch code {
	case 262, 590, 594, 596:
		return code, 3, 9
	case 508, 681, 687:
		return code, 3, 6
	case 689:
		return code, 3, 8
	}
	return 0, 0, 0
}

// phoneAbroad decides on a number in international form whose prefix begins at
// text[at] and whose country code at text[i].
func phoneAbroad(text []byte, at, i int) Span {
	code, width, length := phoneCountry(text, i)
	if code == 0 {
		return Span{}
	}
	bare := text[at] == '0' && i == at+2
	start := at
	i += width
	if at > 0 && i < len(text) && (text[at-1] == '(' && text[i] == ')' || text[at-1] == '[' && text[i] == ']') {
		start, bare = at-1, false
		i++
	}
	j := i
	if _, w := gapAt(text, j); w > 0 {
		j += w
	}
	zero := false
	if j+3 <= len(text) && text[j] == '(' && text[j+1] == '0' && text[j+2] == ')' {
		zero = true
		j += 3
		if _, w := gapAt(text, j); w > 0 {
			j += w
		}
	}
	bare = bare && j == i
	var d [10]byte
	end, class := phoneBody(text, j, code, length, zero, &d)
	if end == 0 || bare && class == noSeparator || !phoneEnds(text, start, end, class) {
		return Span{}
	}
	score, raised := uint8(78), uint8(83)
	switch {
	case length == 9 && ofOrganisation(d[:]):
		score, raised = 50, 66
	case text[j] == '0' && length == 9: // +33 06
		score, raised = 62, 78
	case text[at] == '0':
		score, raised = 74, 82
	}
	return accepted(start, end, score, raised, Structure)
}

// phoneBody reads the national number at text[i], the 0 of the national form in
// front of it or not, into d as ten digits with the 0, and returns where it ends
// and how its groups are separated; 0 when it is none.
func phoneBody(text []byte, i, code, length int, zero bool, d *[10]byte) (int, separator) {
	if i >= len(text) || !isNum(text[i]) {
		return 0, 0
	}
	var g grouped
	n := length
	withZero := length == 9 && text[i] == '0'
	if withZero {
		n++
	}
	g.gather(text, i, n, 0)
	if g.n != n || withZero && zero || g.class > slashSeparator || tokenAfter(text, g.end) {
		return 0, 0
	}
	d[0] = '0'
	if withZero {
		copy(d[:], g.char[:10])
	} else {
		copy(d[1:], g.char[:n])
	}
	if d[1] == '0' || length == 9 && code != 33 && overseasCode(d[:]) != code {
		return 0, 0
	}
	return g.end, g.class
}

// overseasCode returns the country code of a national number of ten digits, 33
// for mainland France.
func overseasCode(d []byte) int {
	switch decimal(d[1:4]) {
	case 262, 263, 269, 639, 692, 693:
		return overseasUnless(d)
	case 590, 690, 691:
		return 590
	case 594, 694:
		return 594
	case 596, 696, 697:
		return 596
	}
	return 33
}

// overseasUnless leaves the range of fiction, 06 39 98, to mainland France.
func overseasUnless(d []byte) int {
	if string(d[:6]) == "063998" {
		return 33
	}
	return 262
}

// phoneFRHeads are the first digits of bare numbers: the trunk prefix or none, the
// international prefix, France and overseas.
func phoneFRHeads(n int, a, b byte) bool {
	switch {
	case n == 9:
		return a != 0
	case n == 10:
		return a == 0 && b != 0
	case a == 0:
		return b == 0
	}
	return a == 3 && b == 3 || a == 2 && b == 6 || a == 5 && (b == 0 || b == 9) || a == 6 && b == 8
}

func runPhoneFR(text []byte, at, n int) Span {
	d := text[at : at+n]
	var national [10]byte
	national[0] = '0'
	var score, raised uint8
	switch n {
	case 9:
		copy(national[1:], d)
		score, raised = scoreByName, 62 // a spreadsheet lost the zero
		if at > 0 && text[at-1] == '-' {
			return Span{} // issuecomment-612345678
		}
	case 10:
		copy(national[:], d)
		if d[0] != '0' || isStairs(d) {
			return Span{}
		}
		score, raised = phoneScoreBare(d)
		if at > 1 && text[at-1] == '-' && isLetter(text, at-2) || at > 0 && text[at-1] == '`' {
			score = 30 // CMD-0612345678, `0612345678`: a reference, unless a word says more
		}
	default:
		code, width, length := 0, 0, 0
		i := 0
		score, raised = 20, 66
		if d[0] == '0' && d[1] == '0' {
			i = 2
			score, raised = 66, 80
		}
		if code, width, length = phoneCountry(d, i); code == 0 || i+width+length != n || i == 0 && length != 9 {
			return Span{}
		}
		if copy(national[1:], d[i+width:]); length == 9 && code != 33 && overseasCode(national[:]) != code {
			return Span{}
		}
		if i == 0 && (national[1] == '6' || national[1] == '7') {
			score, raised = 30, 70
		}
		if length != 9 {
			score, raised = 48, 75
		}
	}
	if national[1] == '0' || partOfMore(text, at, at+n) && !(n == 10 && besidePhone(text, at)) {
		return Span{}
	}
	return accepted(at, at+n, score, raised, Structure)
}

// besidePhone reports whether ten digits of a national number, and nothing more, stand
// behind the ten at text[at] and a hyphen, or in front of them.
func besidePhone(text []byte, at int) bool {
	return bareNational(text, at-11) && !partBefore(text, at-11) && text[at-1] == '-' && !partAfter(text, at+10) ||
		bareNational(text, at+11) && !partAfter(text, at+21) && text[at+10] == '-' && !partBefore(text, at)
}

// bareNational reports whether ten digits of a national number stand at text[i], alone.
func bareNational(text []byte, i int) bool {
	return i >= 0 && digits(text, i, 10) && text[i] == '0' && text[i+1] != '0' && !tokenBefore(text, i) && !tokenAfter(text, i+10)
}

// phoneScoreBare is what ten digits in a row are worth.
func phoneScoreBare(d []byte) (score, raised uint8) {
	switch {
	case d[1] == '6' || d[1] == '7':
		return 66, 80
	case ofOrganisation(d):
		return 25, 65
	}
	return 35, 74
}

// cellPhoneFR decides on a cell that a spreadsheet shows as a large number: 612 345 678.
func cellPhoneFR(cell []byte) Span {
	start, end := trimCell(cell)
	if end-start < 9+2 || !isNum(cell[start]) || cell[start] == '0' {
		return Span{}
	}
	var g grouped
	g.gather(cell, start, 9, 0)
	if g.n != 9 || g.cuts != sirenCuts || g.class != spaceSeparator || g.end != end {
		return Span{}
	}
	return accepted(start, end, scoreByName, 62, Structure)
}

// normalPhoneFR is the national form in ten digits, the international form with
// its + overseas.
func normalPhoneFR(dst, raw []byte) []byte {
	var d [20]byte
	n := 0
	plus := false
	for _, b := range raw {
		if isNum(b) && n < len(d) {
			d[n] = b
			n++
		}
		plus = plus || b == '+'
	}
	all := d[:n]
	if n > 2 && !plus && all[0] == '0' && all[1] == '0' {
		all = all[2:]
		plus = true
	}
	if plus || n > 10 {
		code, width, length := phoneCountry(all, 0)
		if code == 0 {
			return dst
		}
		rest := all[width:]
		if length == 9 && len(rest) == 10 {
			rest = rest[1:]
		}
		if len(rest) != length {
			return dst
		}
		if length != 9 {
			return append(append(append(dst, '+'), all[:width]...), rest...)
		}
		all = rest
	}
	return appendNational(dst, all)
}

// appendNational appends nine digits, or ten with the 0.
func appendNational(dst, d []byte) []byte {
	var national [10]byte
	national[0] = '0'
	copy(national[10-len(d):], d)
	code := overseasCode(national[:])
	if code == 33 {
		return append(dst, national[:]...)
	}
	dst = append(dst, '+', byte('0'+code/100), byte('0'+code/10%10), byte('0'+code%10))
	return append(dst, national[1:]...)
}
