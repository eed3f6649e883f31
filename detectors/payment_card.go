package detectors

var paymentCard = Detector{
	Kind: "payment_card",
	Doc: `Numéro de carte de paiement (PAN) / Payment card number
Twelve to nineteen digits with the prefix and length of a scheme (Visa, Mastercard,
American Express, Diners Club, Discover, JCB, UnionPay, Maestro) and the check digit
of ISO/IEC 7812-1 (Luhn); French CB cards carry Visa or Mastercard ranges. Written in
one, in groups of four, or as 4 6 5 and 4 6 4. One repeated digit, a moment
(yyyymmddhhmmss) and masked numbers are refused; fourteen digits that also have the
key of a SIREN are left to siret.`,
	Max:  Verified,
	Runs: []int{12, 13, 14, 15, 16, 17, 18, 19}, Run: runCard, Heads: cardHeads,
	Shape: cardShape, Verify: verifyCard,
	Before: listBefore, After: 19 + 4*maxGap + listBefore,
	Context: []string{"carte", "bancaire", "cb", "pan", "expiration", "expire", "cvv", "cvc", "cryptogramme", "visa", "mastercard",
		"amex", "card", "paiement", "payment",
		"credit", "debit", "bleue", "maestro", "diners", "jcb"},
	Against: []string{"imei", "siret", "siren", "colis", "tracking", "fidelite", "ean", "iccid", "imsi",
		"gtin", "lot", "commande", "order", "ticket", "horodatage", "gencod"},
	Columns: []string{"num carte", "pan", "card number", "numero carte", "no carte", "carte bancaire", "num cb", "cardnumber",
		"n carte", "no cb", "cb", "numero cb", "carte bleue", "carte credit", "carte paiement", "card no",
		"card num", "cardno", "credit card", "payment card", "numcarte", "numcb"},
	Normal: normalDigits, Placeholder: "[CARTE]",
}

// cardTier is what a prefix and a length are worth.
type cardTier uint8

const (
	noCard     cardTier = iota
	looseCard           // a prefix that many numbers have
	rareCard            // a scheme or length seldom seen
	commonCard          // Visa, Mastercard and American Express in their usual length
)

// cardTierOf returns the tier of n digits, from the first four.
func cardTierOf(d []byte, n int) cardTier {
	if d[0]-'2' > 6-2 {
		return noCard
	}
	p := int(decimal(d[:4]))
	switch {
	case p >= 4000 && p < 5000:
		return cardLengths(n, commonCard, 16, 18, 19)
	case p >= 5100 && p < 5600, p >= 2221 && p <= 2720:
		return cardLengths(n, commonCard, 16, 16, 16)
	case p/100 == 34, p/100 == 37:
		return cardLengths(n, commonCard, 15, 15, 15)
	case p >= 3000 && p < 3060, p/100 == 36, p/100 == 38, p/100 == 39:
		return cardLengths(n, rareCard, 14, 16, 19)
	case p >= 3528 && p <= 3589:
		return cardLengths(n, rareCard, 16, 16, 19)
	case p == 6011, p >= 6440 && p < 6600:
		return cardLengths(n, rareCard, 16, 19, 19)
	case p/100 == 62 && n == 16:
		return rareCard
	case p/100 == 50, p >= 5600 && p < 7000:
		return looseCard // Maestro and the other lengths of UnionPay: 12 to 19
	}
	return noCard
}

// cardLengths is the tier of length n in a scheme of one usual and two rare
// lengths. Thirteen digits are old Visa cards, and bar codes far more often.
func cardLengths(n int, usual cardTier, length, other, another int) cardTier {
	switch {
	case n == length:
		return usual
	case n == other, n == another:
		return rareCard
	case n == 13 && other == 18:
		return looseCard
	}
	return noCard
}

// cardHeads are the first digits of the networks.
func cardHeads(_ int, a, b byte) bool {
	switch a {
	case 2:
		return b >= 2 && b <= 7
	case 3:
		return b != 1 && b != 2 && b != 3
	}
	return a >= 4 && a <= 6
}

func runCard(text []byte, at, n int) Span {
	d := text[at : at+n]
	if !luhn(d) { // nine of ten: the tiers are guessed badly by processors
		if s := rejectedInCell(text, at, n); s.Outcome != None && cardTierOf(d, n) != noCard {
			return s
		}
		return Span{}
	}
	tier := cardTierOf(d, n)
	if tier == noCard {
		return Span{}
	}
	if sameDigit(d) || looksLikeTime(d) && n == 14 || partOfMore(text, at, at+n) {
		return Span{}
	}
	if n == 14 && sirenKey(d[:9]) || n > 16 && tier == rareCard { // a SIRET; a large integer
		tier = looseCard
	}
	if l := listedBeside(text, at, at+n); ofReference(text, at) || l != nil && !luhn(l) {
		return accepted(at, at+n, 30, 86, Structure|Key)
	}
	switch tier {
	case commonCard:
		return accepted(at, at+n, 70, 93, Structure|Key)
	case rareCard:
		return accepted(at, at+n, 50, 90, Structure|Key)
	}
	return accepted(at, at+n, 30, 86, Structure|Key)
}

// ofReference reports whether a run of digits hangs on something else: the last
// part of a path or of a name (issue/4111…, fuzzer-4111…), a negative number, a
// constant of a program.
func ofReference(text []byte, at int) bool {
	if at == 0 {
		return false
	}
	switch text[at-1] {
	case '-', '/', '#', '$':
		return true
	}
	return false
}

// cardShape asks for three groups of four digits and a gap, or for four digits, six,
// and three more.
func cardShape(w *Window) uint64 {
	d := w.Digit
	d4 := runOf4(d)
	starts := numberStarts(w) & d4 & gap4(w, d4)
	if starts == 0 {
		return 0
	}
	quads := gap4(w, d4&gap4(w, d4&(w.Gap>>4)))
	amex := gap4(w, d4&(runOf2(d)>>4)&gap6(w, runOf3(d)))
	return starts & (quads | amex)
}

// The gaps of a card: groups of four, 4 6 5 and 4 6 4.
const (
	cardQuads   = 1<<4 | 1<<8 | 1<<12
	cardQuads19 = cardQuads | 1<<16
	cardAmex    = 1<<4 | 1<<10
)

func verifyCard(text []byte, at int) Span {
	if !isNum(text[at]) || tokenBefore(text, at) {
		return Span{}
	}
	var g grouped
	g.gather(text, at, 19, 0)
	if g.class > hyphenSeparator {
		return Span{}
	}
	n := g.cardDigits()
	if n == 0 {
		return Span{}
	}
	end := endOfGroups(text, at, n)
	d := g.char[:n]
	tier := cardTierOf(d, n)
	if tier == noCard || sameDigit(d) || tokenAfter(text, end) || groupsWentOn(text, at, g.class) || quadBefore(text, at) || quadAfter(text, end) || partOfMore(text, at, end) {
		return Span{}
	}
	if groupsGoOn(text, end, g.class) && !expiryOrCode(text, end, g.class) {
		return Span{}
	}
	if !luhn(d) {
		return rejected(at, end)
	}
	if at > 0 && text[at-1] == '<' && end < len(text) && text[end] == '>' {
		return accepted(at, end, 45, 92, Structure|Key) // four numbers of a device tree
	}
	switch tier {
	case commonCard:
		return accepted(at, end, 78, 95, Structure|Key)
	case rareCard:
		return accepted(at, end, 62, 92, Structure|Key)
	}
	return accepted(at, end, 50, 88, Structure|Key)
}

// cardDigits returns how many of the digits are the card, 0 for other groups. A
// date of expiry or a code may stand behind, in groups of its own.
func (g *grouped) cardDigits() int {
	switch {
	case g.n == 19 && g.cuts == cardQuads19 && luhn(g.char[:19]):
		return 19
	case g.groupsEndAt(16) && g.cuts&(1<<16-1) == cardQuads:
		return 16
	case g.groupsEndAt(15) && g.cuts&(1<<15-1) == cardAmex:
		return 15
	case g.groupsEndAt(14) && g.cuts&(1<<14-1) == cardAmex:
		return 14
	}
	return 0
}

// groupsEndAt reports whether a group ends behind n characters.
func (g *grouped) groupsEndAt(n int) bool { return g.n == n || g.n > n && g.cuts>>n&1 != 0 }

// quadBefore reports whether a group of four digits and a space stand in front:
// the columns of a table of numbers, or of hexadecimal ones.
func quadBefore(text []byte, at int) bool {
	if at < 5 || text[at-1] != ' ' && text[at-1] != '\n' || tokenBefore(text, at-5) {
		return false
	}
	return text[at-1] == ' ' && digits(text, at-5, 4) || hexQuad(text[at-5:at-1])
}

// quadAfter reports whether a hexadecimal group of four follows.
func quadAfter(text []byte, end int) bool {
	if end+5 > len(text) || text[end] != ' ' && text[end] != '\n' || tokenAfter(text, end+5) {
		return false
	}
	return hexQuad(text[end+1 : end+5])
}

// hexQuad reports whether four characters are a hexadecimal number with a letter
// and a digit.
func hexQuad(c []byte) bool {
	numbers := 0
	for _, b := range c {
		if isNum(b) {
			numbers++
		}
	}
	return allHex(c) && numbers > 0 && numbers < 4
}

// endOfGroups returns where the n-th digit from text[at] ends.
func endOfGroups(text []byte, at, n int) int {
	for ; n > 0; at++ {
		if isNum(text[at]) {
			n--
		}
	}
	return at
}

// expiryOrCode reports whether a month and a slash, or a code of three digits,
// stand behind a space.
func expiryOrCode(text []byte, end int, class separator) bool {
	s, w := separatorAt(text, end)
	i := end + w
	if s != spaceSeparator || class != spaceSeparator || !digits(text, i, 2) {
		return false
	}
	return i+2 < len(text) && text[i+2] == '/' || digits(text, i, 3) && !tokenAfter(text, i+3)
}
