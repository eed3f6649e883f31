package detectors

// How far an address looks: back from its postcode to the number of the house,
// and on over the name of the commune.
const (
	addressBefore = 176
	addressAfter  = 5 + 64
	maxTownWords  = 8
)

var postalAddressFR = Detector{
	Kind: "postal_address_fr",
	Doc: `Adresse postale / French postal address
A postcode of five digits with the name of its commune behind it (INSEE's code
officiel géographique and La Poste's postcodes, from the npm package
@etalab/decoupage-administratif, Licence Ouverte; ST and STE for SAINT and
SAINTE, articles and arrondissements left out, CEDEX behind any commune), and in
front of it, on the same line or the three before, the name of a way (rue,
avenue, bd, chemin, lieu-dit, BP, CS) with its number (bis, ter): NF Z10-011. A
town that is not in the list counts behind a number and a way only. A postcode
and its commune alone are no address; in a column of addresses every cell that
may be one is.`,
	Max:  Probable,
	Runs: []int{5}, Run: runPostalAddress, Heads: postcodeHeads,
	Before: addressBefore, After: addressAfter,
	Context: []string{"adresse", "demeurant", "domicile", "domicilie", "domiciliee", "habite", "residant", "address"},
	Against: []string{"siege", "rcs", "capital"},
	Window:  64,
	Cell:    cellAddress,
	Columns: []string{"adresse", "adr", "adr1", "adresse1", "ad1", "adresse postale", "rue", "voie", "lib voie", "libelle voie", "street", "domicile",
		"adresse complete", "postal address", "address", "street address"},
	NotColumns: []string{"mail", "email", "courriel", "ip", "mac", "electronique", "complement", "code", "type", "date", "id", "web", "url", "num", "numero", "no", "n"},
	Normal:     normalLetters, Placeholder: "[ADRESSE]", HideLength: true,
}

// postcodeHeads leaves out what no département begins with.
func postcodeHeads(_ int, a, b byte) bool {
	head := 10*int(a) + int(b)
	return head >= 1 && head <= 98 && head != 96
}

func runPostalAddress(text []byte, at, _ int) Span {
	i := blankEnd(text, at+5)
	if i == at+5 || i-at > 8 || i >= len(text) || !isLetter(text, i) {
		return Span{}
	}
	end, known := townEnd(text, i, text[at:at+5])
	if end == 0 {
		return Span{}
	}
	start, numbered, sure := streetBefore(text, at)
	switch {
	case start < 0:
		return Span{}
	case known && numbered:
		return accepted(start, end, 82, 84, Structure|Listed)
	case known && sure:
		return accepted(start, end, 70, 78, Structure|Listed)
	case numbered && sure:
		return accepted(start, end, 68, 78, Structure)
	}
	return Span{}
}

// blankEnd returns the end of the spaces and no-break spaces at i.
func blankEnd(text []byte, i int) int {
	for i < len(text) {
		switch {
		case text[i] == ' ' || text[i] == 0xA0:
			i++
		case text[i] == 0xC2 && i+1 < len(text) && text[i+1] == 0xA0:
			i += 2
		default:
			return i
		}
	}
	return i
}

// townEnd returns the end of the name of a commune at i, and whether it is one
// of the postcode, or any one before CEDEX; 0 when nothing may be a name.
func townEnd(text []byte, i int, postcode []byte) (end int, known bool) {
	pair, name := newNameHash, newNameHash
	for _, b := range postcode {
		pair = pair.add(b)
	}
	loose, wide := 0, i
	open := isUpperAt(text, i)
	for range maxTownWords {
		e := wordEnd(text, wide)
		word := text[wide:e]
		if foldsTo(word, "cedex") {
			if known || wide > i && communes.has(name) {
				return cedexEnd(text, e), true
			}
			break
		}
		pair, name = addTownWord(pair, word, text, e), addTownWord(name, word, text, e)
		if postcodeTowns.has(pair) {
			end, known = e, true
		}
		upper := isUpperAt(text, wide)
		if open && upper {
			loose = e
		}
		next := joinEnd(text, e)
		open = open && (upper || isParticle(word) || text[wide-1] == '-' || e < len(text) && text[e] == '-')
		if next == 0 || next-i > addressAfter-5-maxToken {
			break
		}
		wide = next
	}
	if known {
		return arrondissementEnd(text, end), true
	}
	return loose, false
}

// addTownWord adds a word of a name, with ST and STE written out.
func addTownWord(h nameHash, word, text []byte, end int) nameHash {
	if end < len(text) && (len(word) == 2 || len(word) == 3) && word[0]|0x20 == 's' && word[1]|0x20 == 't' {
		if len(word) == 2 {
			return h.addWord([]byte("saint"))
		}
		if word[2]|0x20 == 'e' {
			return h.addWord([]byte("sainte"))
		}
	}
	return h.addWord(word)
}

// wordEnd returns the end of the letters at i, at most maxToken.
func wordEnd(text []byte, i int) int {
	e := i
	for e < len(text) && e-i < maxToken && isLetter(text, e) {
		e++
	}
	return e
}

// joinEnd returns where the next word of a name begins behind one space, hyphen,
// apostrophe or full stop of an abbreviation; 0 when there is none.
func joinEnd(text []byte, i int) int {
	if i >= len(text) {
		return 0
	}
	switch b := text[i]; {
	case b == ' ' || b == '-' || b == '\'' || b == 0xA0 || b == 0x92:
		i++
	case b == '.' && i+1 < len(text) && text[i+1] == ' ':
		i += 2
	case b == 0xE2 && i+2 < len(text) && text[i+1] == 0x80 && text[i+2] == 0x99:
		i += 3
	case b == 0xC2 && i+1 < len(text) && text[i+1] == 0xA0:
		i += 2
	default:
		return 0
	}
	if i >= len(text) || !isLetter(text, i) {
		return 0
	}
	return i
}

// cedexEnd is the end of the number behind CEDEX.
func cedexEnd(text []byte, i int) int {
	if i+1 < len(text) && text[i] == ' ' && isNum(text[i+1]) {
		if e := digitsEnd(text, i+1, i+3); !tokenAfter(text, e) {
			return e
		}
	}
	return i
}

// arrondissementEnd goes on over " 12", " 3e" and " CEDEX 07".
func arrondissementEnd(text []byte, i int) int {
	next := joinEnd(text, i)
	if next > 0 {
		if e := wordEnd(text, next); foldsTo(text[next:e], "cedex") {
			return cedexEnd(text, e)
		}
	}
	return i
}

// streetBefore looks back from a postcode for a way: where it begins, with its
// number if numbered; sure says that the word is no common one. start is -1 when
// there is none.
func streetBefore(text []byte, at int) (start int, numbered, sure bool) {
	low := max(0, at-addressBefore+16)
	start = -1
	lines := 0
	for i := at; i > low; {
		b := text[i-1]
		if !isLetter(text, i-1) {
			if b == '\n' {
				lines++
			}
			if lines > 3 || !isAddressMark(b) {
				break
			}
			i--
			continue
		}
		end := i
		for i > low && isLetter(text, i-1) {
			i--
		}
		if i == low && low > 0 {
			break
		}
		way := wayOf(text[i:end])
		if way == 0 {
			continue
		}
		if n := numberBefore(text, i); n >= 0 {
			return n, true, way == sureWay
		}
		if way == sureWay && start < 0 && end < len(text) && text[end] != '\n' {
			start, sure = i, true
		}
	}
	return start, false, sure
}

// isAddressMark reports whether b may stand in an address.
func isAddressMark(b byte) bool {
	switch b {
	case ' ', ',', '-', '\'', '.', '/', '(', ')', '\n', '\r', '\t', '&':
		return true
	}
	return isNum(b) || b >= 0x80
}

// numberBefore returns the start of the number of a house in front of a way, -1
// when there is none: "12", "12 bis,", "3B", "12-14", "n° 7".
func numberBefore(text []byte, i int) int {
	low := max(0, i-14)
	skip := func() {
		for i > low && (text[i-1] == ' ' || text[i-1] == ',' || text[i-1] == 0xA0 || text[i-1] == 0xC2) {
			i--
		}
	}
	skip()
	end := i
	for i > low && text[i-1]|0x20-'a' < 26 {
		i--
	}
	switch word := text[i:end]; {
	case len(word) == 0:
	case len(word) == 1 && word[0]|0x20 <= 'f', foldsTo(word, "bis"), foldsTo(word, "ter"), foldsTo(word, "quater"):
		skip()
	default:
		return -1
	}
	end = i
	for i > low && isNum(text[i-1]) {
		i--
	}
	if end == i || end-i > 4 || tokenBefore(text, i) || i > 1 && (text[i-1] == '.' || text[i-1] == ',' || text[i-1] == '/') && isNum(text[i-2]) {
		return -1
	}
	return i
}

// Ways: a sureWay is nearly always an address, a commonWay only behind a number.
const (
	commonWay = 1
	sureWay   = 2
)

// wayOf tells what a word is as the name of a way.
func wayOf(word []byte) int {
	if len(word) > 14 {
		return 0
	}
	var buffer [maxToken]byte
	switch string(foldToken(buffer[:0], word)) {
	case "rue", "avenue", "av", "ave", "boulevard", "bd", "bld", "boul", "blvd", "chemin", "che", "chem", "impasse", "imp", "route", "rte", "allee",
		"allees", "faubourg", "fbg", "lotissement", "hameau", "lieu", "lieudit", "bp", "cs", "residence", "esplanade", "sentier", "venelle",
		"ruelle", "traverse", "montee", "zac", "zi", "zone", "square", "promenade", "parvis", "sente", "quai", "rond":
		return sureWay
	case "place", "pl", "all", "ch", "sq", "cours", "passage", "pass", "res", "lot", "ham", "ld", "sen", "esp", "rpt", "villa", "cite", "clos", "mte",
		"tra", "ven", "prom", "domaine", "dom", "voie", "za", "quartier", "qua", "mail", "galerie", "terrasse", "rampe", "cour", "cote", "r",
		"port", "pont", "levee", "carrefour", "bourg", "immeuble", "bat", "batiment", "chaussee", "rocade", "chateau", "ferme", "moulin":
		return commonWay
	}
	return 0
}

// foldsTo reports whether a word, folded, is the given one.
func foldsTo(word []byte, folded string) bool {
	if len(word) < len(folded) || len(word) > 2*len(folded) {
		return false
	}
	var buffer [maxToken]byte
	return string(foldToken(buffer[:0], word)) == folded
}

// cellAddress decides on a cell of a column of addresses: it has a word, and is
// no address of e-mail or of a machine.
func cellAddress(cell []byte) Span {
	start, end := trimCell(cell)
	letters, digits := 0, 0
	for i := start; i < end; i++ {
		switch b := cell[i]; {
		case b == '@' || b == '<' || b == '{' || b == '=' || b == '_' || b == '\\':
			return Span{}
		case isLetter(cell, i):
			letters++
		case isNum(b):
			digits++
		}
	}
	if letters < 4 || end-start > 200 || digits == 0 && !startsWithWay(cell[start:end]) {
		return Span{}
	}
	return accepted(start, end, 60, 75, Structure)
}

func startsWithWay(text []byte) bool {
	e := wordEnd(text, 0)
	return e > 0 && e < len(text) && wayOf(text[:e]) == sureWay
}

// trimCell leaves out the padding of a cell.
func trimCell(cell []byte) (start, end int) {
	end = len(cell)
	for end > start && cell[end-1] <= ' ' {
		end--
	}
	for start < end && cell[start] <= ' ' {
		start++
	}
	return start, end
}
