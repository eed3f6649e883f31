package detectors

// Accounts whose four parts stand behind a label each, in lines or in one:
// "Code banque : 30002 / Code guichet : 00550 / N° de compte : 0000012345A / Clé RIB : 12".

// ribLabels begin such an account.
var ribLabels = []string{"banque", "code eta", "code \xc3\xa9t", "code \xe9ta"}

// How much may stand between the parts: from one to the label of the next, and from a label to its part.
const (
	ribLabelGap = 28
	ribValueGap = 16
	ribFirst    = 24
	ribLabelled = ribFirst + 4*ribValueGap + 3*(ribLabelGap+8) + 23 + 2
)

// ribBefore is how far in front of its first part the label of an account begins, at most.
const ribBefore = 8 + ribFirst + ribValueGap

// ribBehindLabel decides on the account whose first part, the bank, is at text[start], with a
// label in front of it.
func ribBehindLabel(text []byte, start int) Span {
	if !ribGoesOn(text, start+5) || !ribAnnounced(text, start) {
		return Span{}
	}
	c, end := ribParts(text, start)
	switch {
	case end == 0 || sameDigit(c[:]):
		return Span{}
	case !ribKey(c[:]):
		return rejected(start, end)
	}
	return accepted(start, end, 87, 95, Structure|Key|ContextWord)
}

// ribMarks stand between a label and a part, ribNext begin the labels of a branch.
var (
	ribMarks = setOf(" \t\r\n:|;,./()-")
	ribNext  = setOf("cCgGaAnN")
)

// ribGoesOn tells most numbers of five digits to be no bank: a word that may be the label of
// a branch follows, code guichet, agence, n° de guichet.
func ribGoesOn(text []byte, i int) bool {
	from := i
	for i < len(text) && i-from < 8 && ribMarks.has(text[i]) {
		i++
	}
	return i > from && i < len(text) && ribNext.has(text[i])
}

// ribAnnounced reports whether the label of a bank stands in front of text[start].
func ribAnnounced(text []byte, start int) bool {
	for at := start - 1; at >= max(0, start-ribBefore); at-- {
		if b := text[at] | 0x20; b != 'b' && b != 'c' {
			continue
		}
		n := oneOf(text, at, ribLabels)
		if n == 0 || midWord(text, at) {
			continue
		}
		i := at + n
		for i < start && i < at+ribFirst && (isLetterByte(text[i]) || text[i] >= 0x80) {
			i++ // établissement
		}
		if ribValue(text, i) == start {
			return true
		}
	}
	return false
}

// ribParts reads the four parts, the first of which stands at text[i]; end is 0 when they are not there.
func ribParts(text []byte, i int) (c [23]byte, end int) {
	n := 0
	for part, size := range [...]int{5, 5, 11, 2} {
		if part > 0 {
			if i = ribLabel(text, i, part); i == 0 {
				return c, 0
			}
			i = ribValue(text, i)
		}
		if i+size > len(text) || tokenAfter(text, i+size) {
			return c, 0
		}
		for _, b := range text[i : i+size] {
			if !isNum(b) && (part != 2 || !isLetterByte(b)) {
				return c, 0
			}
			if b >= 'a' {
				b -= 'a' - 'A'
			}
			c[n] = b
			n++
		}
		i += size
	}
	return c, i
}

// ribLabel returns the end of the label of a part behind text[i], with no digit in front of it; 0 for none.
func ribLabel(text []byte, i, part int) int {
	labels := [...][]string{1: {"guichet", "agence"}, 2: {"compte"}, 3: {"cl\xc3\xa9", "cl\xe9", "cle", "cl\xc3\x89", "cl\xc9"}}[part]
	for stop := min(i+ribLabelGap, len(text)); i < stop && !isNum(text[i]); i++ {
		if n := oneOf(text, i, labels); n > 0 && !midWord(text, i) {
			return i + n
		}
	}
	return 0
}

// ribValue returns where the value behind a label that ends at text[i] begins: behind marks, and the word RIB.
func ribValue(text []byte, i int) int {
	for stop := min(i+ribValueGap, len(text)); i < stop; i++ {
		if hasFold(text, i, "rib") && !isAlnum(text[min(i+3, len(text)-1)]) {
			i += 2
			continue
		}
		if text[i]|0x20 == 'n' && i+1 < len(text) && text[i+1] >= 0x80 {
			continue // n°
		}
		if b := text[i]; b < 0x80 && b != '=' && !ribMarks.has(b) {
			return i
		}
	}
	return i
}

// normalRIB is the account without what stands between its parts.
func normalRIB(dst, raw []byte) []byte {
	from := len(dst)
	if len(raw) > 23 {
		if c, end := ribParts(raw, 0); end == len(raw) {
			return append(dst, c[:]...)
		}
	}
	dst = normalUpper(dst, raw)
	if n := len(dst); n > from+23 { // the word for the key
		dst = append(dst[:from+21], dst[n-2:]...)
	}
	return dst
}
