package detectors

import (
	"encoding/binary"
	"math/bits"
)

var iban = Detector{
	Kind: "iban",
	Doc: `IBAN / International bank account number
Two letters for the country, two check digits (02 to 98) and an account number of
the structure and length that the country registered (ISO 13616, SWIFT registry):
15 to 33 characters. With the first four characters moved to the end and letters
counted from 10 (A) to 35 (Z), the number leaves 1 when divided by 97 (ISO/IEC
7064). A French or Monegasque account also has the key of the RIB; a wrong one
lowers the score. Written without separators or in groups of four, in capitals or
small letters.`,
	Max:   Verified,
	Shape: ibanShape, Verify: verifyIBAN,
	Before: 1, After: ibanAfter,
	Context: []string{"iban", "rib", "compte", "bancaire", "titulaire", "domiciliation", "prelevement", "mandat", "sepa",
		"virement", "bic", "bank", "account",
		"prelever", "prlv", "debiteur", "crediteur", "creancier", "agence"},
	Columns: []string{"iban", "code iban", "num iban", "iban debit", "iban benef", "compte iban", "rib iban",
		"iban prelevement", "coord bancaire", "coordonnees bancaires", "dbtracct", "cdtracct", "dbtr acct", "cdtr acct",
		"rib", "coord banc", "coordonnee bancaire", "coordbanc", "compte bancaire", "cpte bancaire", "num compte",
		"no compte", "n compte", "numero compte", "compte prelevement", "bank account", "account number",
		"debtor account", "creditor account", "debit account"},
	Normal: normalUpper, Placeholder: "[IBAN]",
}

// ibanAfter: a glued label, 34 characters in groups of four, one of the gaps a
// line break or a bar, one byte behind.
const ibanAfter = 4 + 34 + 8*maxGap + maxLineGap + 2

// ibanShape asks where a token begins with two letters and two digits, a gap or
// ten more word bytes behind them; or with six letters and two digits, for the
// label IBAN glued to a number.
func ibanShape(w *Window) uint64 {
	letter := w.Upper | w.Lower
	starts := letter & (letter >> 1) &^ (w.Word << 1)
	glued := starts & (runOf4(letter) >> 2) & (w.Digit >> 6) & (w.Digit >> 7)
	starts &= w.Digit >> 2 & (w.Digit >> 3)
	if starts|glued == 0 {
		return 0
	}
	long := runOf8(w.Word)
	return glued | starts&(w.Gap>>4|long>>4&(long>>7))
}

// verifyIBAN decides on the IBAN that begins at text[at], or behind the label
// glued to it.
func verifyIBAN(text []byte, at int) Span {
	if tokenBefore(text, at) || at+8 > len(text) {
		return Span{}
	}
	if isNum(text[at+2]) {
		return ibanAt(text, at)
	}
	if foldWord(text[at:at+4]) != word8("iban") {
		return Span{}
	}
	return ibanAt(text, at+4)
}

func ibanAt(text []byte, at int) Span {
	if at+15 > len(text) || !isLetterByte(text[at]) || !isLetterByte(text[at+1]) || !isNum(text[at+2]) || !isNum(text[at+3]) {
		return Span{}
	}
	f := ibanFormatOf(text[at]&^0x20, text[at+1]&^0x20)
	if f == nil {
		return Span{}
	}
	if letters, ok := gluedLetters(text, at, f.length); ok {
		return f.decide(text[at:at+f.length], letters, at, at+f.length, tokenAfter(text, at+f.length) || mixedCase(text[at:at+f.length], letters))
	}
	g := grouped{lines: true}
	g.gather(text, at, f.length, 1<<34-1)
	if g.n == 4 {
		g.gatherBars(text, f.length)
	}
	if g.n != f.length {
		return Span{}
	}
	letters := uint64(0)
	for i, b := range g.char[:g.n] {
		if !isNum(b) {
			letters |= 1 << i
		}
	}
	return f.decide(g.char[:g.n], letters, at, g.end, tokenAfter(text, g.end) || !g.groupsOfIBAN(f.length))
}

// gluedLetters reports whether n letters and digits stand at text[at], and which
// of them are letters. n is at least 8, and text at least that long.
func gluedLetters(text []byte, at, n int) (letters uint64, ok bool) {
	if at+n > len(text) {
		return 0, false
	}
	c := text[at : at+n]
	for i := 0; i < n; i += 8 {
		i = min(i, n-8)
		letters |= notDigits(binary.LittleEndian.Uint64(c[i:])) << i
	}
	for m := letters; m != 0; m &= m - 1 {
		if !isLetterByte(c[bits.TrailingZeros64(m)]) {
			return 0, false
		}
	}
	return letters, true
}

// mixedCase reports whether small letters and capitals are among the letters.
func mixedCase(c []byte, letters uint64) bool {
	or, and := byte(0), byte(0x20)
	for ; letters != 0; letters &= letters - 1 {
		b := c[bits.TrailingZeros64(letters)]
		or, and = or|b, and&b
	}
	return or&0x20 != and
}

// decide checks the characters of an IBAN, of which letters are no digits, that
// stand in text[start:end]; other says that what stands there is something else.
func (f *ibanFormat) decide(c []byte, letters uint64, start, end int, other bool) Span {
	if other || letters&f.digits != 0 || f.letters&^letters != 0 {
		return Span{}
	}
	var account uint64
	if letters == 3 && len(c) == 27 { // of France, most often
		account = mod97Of23(c)
	} else {
		account = mod97(0, c[4:], letters>>4)
	}
	// 00, 01 and 99 leave the same remainders as 97, 98 and 02: never given.
	check := decimal(c[2:4])
	whole := account*1_000_000 + uint64(c[0]&^0x20-'A'+10)*10_000 + uint64(c[1]&^0x20-'A'+10)*100 + check
	if check < 2 || check > 98 || whole%97 != 1 {
		return rejected(start, end)
	}
	country := [2]byte{c[0] &^ 0x20, c[1] &^ 0x20}
	if country == [2]byte{'F', 'R'} || country == [2]byte{'M', 'C'} {
		right := false
		if letters == 3 { // the weights of the key are powers of ten, modulo 97
			right = account == 0 && decimal(c[25:27])-1 < 97
		} else {
			right = ribKey(c[4:])
		}
		if !right {
			return accepted(start, end, 70, 80, Structure|Key)
		}
	}
	return accepted(start, end, 92, 98, Structure|Key)
}

// ibanRIBCuts are the gaps of a French IBAN written as its RIB: 4, 5, 5, 11, 2.
const ibanRIBCuts = 1<<4 | 1<<9 | 1<<14 | 1<<25

// groupsOfIBAN reports whether the gaps are those of an IBAN of length n: none,
// groups of four, one behind the check digits, or those of a RIB. Without gaps,
// small letters among capitals are those of some encoding.
func (g *grouped) groupsOfIBAN(n int) bool {
	if g.class == slashSeparator || g.class == mixedSeparator {
		return false
	}
	quads := uint64(0x1_1111_1110) & (1<<n - 1)
	switch g.cuts {
	case 0:
		return !g.lower || !g.upper
	case quads, 1 << 4:
		return true
	case ibanRIBCuts:
		return n == 27
	}
	return false
}

// gatherBars goes on behind the first four characters when the groups stand in
// the boxes of a form, " | " between them.
func (g *grouped) gatherBars(text []byte, limit int) {
	for g.n < limit {
		w := barAt(text, g.end)
		n := min(4, limit-g.n)
		if w == 0 || g.end+w+n > len(text) {
			return
		}
		for _, b := range text[g.end+w : g.end+w+n] {
			if !isAlnum(b) {
				return
			}
		}
		g.cuts |= 1 << g.n
		for _, b := range text[g.end+w : g.end+w+n] {
			if b >= 'a' {
				b -= 'a' - 'A'
			}
			g.char[g.n] = b
			g.n++
		}
		g.end += w + n
	}
}

// barAt is the width of a bar with up to two spaces on each side.
func barAt(text []byte, i int) int {
	j := i
	for j < len(text) && j-i < 2 && text[j] == ' ' {
		j++
	}
	if j == i || j >= len(text) || text[j] != '|' {
		return 0
	}
	j++
	for k := j; j < len(text) && j-k < 2 && text[j] == ' '; {
		j++
	}
	return j - i
}
