package detectors

import (
	"encoding/binary"
	"strings"
)

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
	if at+8 > len(text) || tokenBefore(text, at) {
		return Span{}
	}
	eight := binary.LittleEndian.Uint64(text[at:])
	other := highBits &^ capitalBytes(eight) // none in front of the seventh
	if other != 0 && (other&(1<<48-1) != 0 || other&outside(eight, '0', 10) != 0) {
		return Span{}
	}
	n := 8
	if tokenAfter(text, at+8) {
		if n = 11; at+n > len(text) || tokenAfter(text, at+n) {
			return Span{}
		}
		for _, b := range text[at+8 : at+n] {
			if !isCapital(b) && !isNum(b) {
				return Span{}
			}
		}
	}
	c := text[at : at+n]
	if !isCountry(c[4], c[5]) || other == 0 && readsLikeWord(c) {
		return Span{}
	}
	if !usualCountry(c[4:6]) && other == 0 && lettersOnly(c[8:]) {
		return accepted(at, at+n, 30, 62, Structure) // VAUDREBOURG beside an IBAN is its holder
	}
	return accepted(at, at+n, 30, 70, Structure)
}

// usualCountry reports whether the banks of a country are met at a French mutual:
// those of SEPA, of North Africa and of North America. Overseas is FR.
func usualCountry(c []byte) bool { return usualCountries[c[0]-'A']>>(c[1]-'A')&1 != 0 }

// usualCountries has for each first letter the set of the second ones.
var usualCountries = usualCountryTable()

func usualCountryTable() (t [26]uint32) {
	const usual = "FR MC BE LU DE NL IE ES PT IT AT CH LI GB LT LV EE FI SE DK NO IS PL CZ SK HU RO BG GR CY MT SI HR AD SM MA TN DZ US CA"
	for c := range strings.FieldsSeq(usual) {
		t[c[0]-'A'] |= letterSet(c[1:])
	}
	return t
}

func lettersOnly(c []byte) bool {
	for _, b := range c {
		if !isCapital(b) {
			return false
		}
	}
	return true
}

// capitalBytes has the highest bit of those bytes of x set that are capitals.
func capitalBytes(x uint64) uint64 {
	low := x &^ highBits
	return (low + 0x3F*oneBits) &^ (low + 0x25*oneBits) &^ x & highBits
}

// readsLikeWord reports whether eight capitals, and what follows them, look like a
// word: three vowels, or two
// and a common plural or verb, and an ending of French or English words. Nine in ten of
// the words that have the form of a BIC do. The banks of France have PP or digits
// behind their FR: never taken for a word.
func readsLikeWord(c []byte) bool {
	a, b := c[len(c)-2]-'A', c[len(c)-1]-'A'
	if a >= 26 || b >= 26 || wordEndings[a][b] == 0 || c[4] == 'F' && c[5] == 'R' && c[6] == 'P' && c[7] == 'P' {
		return false
	}
	vowels := uint32(0)
	for _, b := range c {
		if !isCapital(b) {
			return false
		}
		vowels += capitalVowels >> (b - 'A') & 1
	}
	return vowels >= uint32(wordEndings[a][b])
}

var capitalVowels = letterSet("AEIOU")

// wordEndings are the vowels wanted with the last two letters; 0 for those that end
// no words.
var wordEndings = wordEndingTable()

func wordEndingTable() (t [26][26]uint8) {
	set := func(vowels uint8, endings string) {
		for e := range strings.FieldsSeq(endings) {
			t[e[0]-'A'][e[1]-'A'] = vowels
		}
	}
	set(2, "NT NS ES ER EZ DS AU ED NG LY TH CT RY TY")
	set(3, "TE LE NE SE UE ET EL UR UX IE IR ON EN EE RE CE GE DE VE ME PE HE FE AN IN IS IT US AS AT TS RS LS FS GS MS IF AI RD ND AL IC CK OR CS")
	return t
}
