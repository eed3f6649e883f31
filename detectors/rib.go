package detectors

var rib = Detector{
	Kind: "rib",
	Doc: `RIB / French domestic account number
Bank (5 digits), branch (5 digits), account (11 letters or digits), key (2 digits,
01 to 97): 97 minus the remainder of 89 bank + 15 branch + 3 account divided by 97,
with the letters of the account counted as digits (A J 1, B K S 2, ... I R Z 9).
Each part may stand behind its label: code banque, code guichet, compte, clé.
Source: CFONB, relevé d'identité bancaire. Groups of 5, 5, 11 and 2 speak for it;
twenty-three characters in a row are possible without a word or a column.`,
	Max:  Verified,
	Runs: []int{5, 23}, Run: runRIB,
	Shape: ribShape, Verify: verifyRIB,
	Before: max(neighbourBefore, ribBefore), After: max(23+3*maxGap+maxLineGap+maxKeyLabel+neighbourAfter, ribLabelled),
	Context: []string{"rib", "releve", "identite", "bancaire", "banque", "guichet", "compte", "domiciliation", "cle",
		"prelevement", "virement", "iban", "bank", "account",
		"agence", "prlv", "coordonnees"},
	Against: []string{"facture", "commande", "reference", "invoice", "order", "tracking"},
	Columns: []string{"rib", "code rib", "num rib", "compte bancaire", "num compte", "no cpte", "numero compte",
		"coord banc", "coord bancaire", "coordonnee bancaire", "coordbanc", "cpte bancaire", "no compte", "n compte",
		"cpte", "bank account", "account number"},
	Normal: normalRIB, Placeholder: "[RIB]",
	Cells: true,
}

// ribAccount are the characters that may be letters.
const ribAccount = (1<<11 - 1) << 10

// ribCuts are the gaps between the four parts.
const ribCuts = 1<<5 | 1<<10 | 1<<21

func runRIB(text []byte, at, n int) Span {
	if n == 5 {
		return ribBehindLabel(text, at)
	}
	if partOfMore(text, at, at+n) || sameDigit(text[at:at+n]) {
		return Span{}
	}
	if !ribKey(text[at : at+n]) {
		return rejected(at, at+n)
	}
	return accepted(at, at+n, 45, 88, Structure|Key)
}

// ribShape asks for two groups of five digits with at most five bytes between
// them, no word bytes, or something beyond ASCII; and for ten digits with letters
// among what follows.
func ribShape(w *Window) uint64 {
	five := runOf5(w.Digit)
	starts := numberStarts(w) & five
	if starts == 0 {
		return 0
	}
	none := ^w.Word
	gap := none >> 1 & (five >> 2)
	gap |= none >> 1 & (gap >> 1)
	gap |= none >> 1 & (gap >> 1)
	gap |= none >> 1 & (gap >> 1)
	gap |= none >> 1 & (gap >> 1)
	split := five & ((gap | w.High>>1) >> 4)
	// What lies beyond the window does not speak against it.
	ends := runOf13Any(none)
	digits := runOf8(w.Digit)
	digits &= w.Digit >> 8 & (w.Digit >> 9) & (w.Digit >> 10)
	glued := five & (five >> 5) &^ (ends >> 10) &^ (digits >> 10) &^ (w.Word >> 23)
	return starts & (split | glued)
}

// runOf13Any says that one of thirteen bytes is in a mask.
func runOf13Any(m uint64) uint64 {
	m |= m >> 1
	m |= m >> 2
	return m | m>>4 | m>>8 | m>>9
}

// verifyRIB decides on an account in groups, or with letters in it.
func verifyRIB(text []byte, at int) Span {
	if tokenBefore(text, at) || !digits(text, at, 5) || !mayBeParts(text, at+5) {
		return Span{}
	}
	return ribParted(text, at)
}

// ribParted is verifyRIB for what may be an account.
func ribParted(text []byte, at int) Span {
	g := grouped{lines: true}
	g.gather(text, at, 23, ribAccount)
	if g.n == 21 && g.cuts == ribCuts&(1<<21-1) {
		g.gatherKey(text)
	}
	cells := false
	if g.n == 5 {
		cells = g.gatherParts(text)
	}
	if g.n != 23 || g.cuts != 0 && g.cuts != ribCuts || g.class >= slashSeparator && g.class != tabSeparator {
		return Span{}
	}
	if g.cuts == 0 && !g.lower && !g.upper || tokenAfter(text, g.end) || sameDigit(g.char[:23]) {
		return Span{} // digits in a row are offered as a run
	}
	if groupsWentOn(text, at, g.class) || groupsGoOn(text, g.end, g.class) || partOfMore(text, at, g.end) {
		return Span{}
	}
	switch {
	case !ribKey(g.char[:23]):
		return rejected(at, g.end)
	case g.cuts == 0:
		return accepted(at, g.end, 46, 88, Structure|Key)
	case cells:
		return accepted(at, g.end, 80, 93, Structure|Key)
	}
	return accepted(at, g.end, 87, 95, Structure|Key)
}

// mayBeParts tells lists of numbers of five digits by little: behind the bank at text[:i]
// and a gap, five digits and no more are the branch, and more than five characters
// begin the account.
func mayBeParts(text []byte, i int) bool {
	i, sure := partAt(text, i)
	if !sure {
		return true
	}
	if !digits(text, i, 5) || i+5 < len(text) && isAlnum(text[i+5]) {
		return false
	}
	i, sure = partAt(text, i+5)
	return !sure || i+6 <= len(text) && isAlnum(text[i+5]) && isAlnum(text[i+4])
}

// partAt returns where the next letter or digit stands behind a gap of ASCII at text[i:];
// it is not sure of no gap, a long one or another.
func partAt(text []byte, i int) (at int, sure bool) {
	for at = i; at < len(text) && at-i <= maxLineGap; at++ {
		switch b := text[at]; {
		case isAlnum(b):
			return at, at > i
		case b >= 0x80:
			return at, false
		}
	}
	return at, false
}

// gatherKey goes on behind the account when the key stands behind the word for it.
func (g *grouped) gatherKey(text []byte) {
	w := keyLabelAt(text, g.end)
	if w == 0 || !digits(text, g.end+w, 2) {
		return
	}
	g.cuts |= 1 << g.n
	g.n += copy(g.char[g.n:], text[g.end+w:g.end+w+2])
	g.end += w + 2
}

// gatherParts goes on behind the bank when the four parts stand in four cells.
func (g *grouped) gatherParts(text []byte) bool {
	for _, n := range [...]int{5, 11, 2} {
		w := cellGapAt(text, g.end)
		if w == 0 {
			w = barAt(text, g.end)
		}
		i := g.end + w
		if w == 0 || i+n > len(text) {
			return false
		}
		g.cuts |= 1 << g.n
		for _, b := range text[i : i+n] {
			if !isAlnum(b) || !isNum(b) && n != 11 {
				return false
			}
			if b >= 'a' {
				b -= 'a' - 'A'
			}
			g.char[g.n] = b
			g.n++
		}
		g.end = i + n
	}
	return true
}

// ribKey reports whether twenty-three characters, digits and letters, end in
// the right key.
func ribKey(c []byte) bool {
	account := uint64(0)
	for _, b := range c[10:21] {
		account = account*10 + ribDigit(b)
	}
	key := decimal(c[21:23])
	return key-1 < 97 && (89*decimal(c[:5])+15*decimal(c[5:10])+3*account+key)%97 == 0
}

// ribDigit is the value of a character of an account number: 1 to 9 for A to I
// and J to R, 2 to 9 for S to Z.
func ribDigit(b byte) uint64 {
	if b <= '9' {
		return uint64(b - '0')
	}
	switch b &^= 0x20; {
	case b <= 'I':
		return uint64(b-'A') + 1
	case b <= 'R':
		return uint64(b-'J') + 1
	}
	return uint64(b-'S') + 2
}
