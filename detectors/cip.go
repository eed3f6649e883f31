package detectors

// How far CIP looks: for the edge of a cell and the head of a GS1 element string.
const (
	cipBefore = maxPadding + 2
	cipAfter  = 24
)

var cip = Detector{
	Kind: "cip",
	Doc: `Code CIP / French code of a medicine's presentation (CIP7, CIP13)
CIP13: 34009, the CIP7, and the check digit of EAN-13 (GS1 General
Specifications; club inter pharmaceutique), bare, spaced as printed on boxes
(34009 300 123 4 5) or behind the GTIN identifier of a Datamatrix (01 0...). CIP7:
(2a+3b+4c+5d+6e+7f) mod 11 is the seventh digit in the series 21, 22, 26-28,
31-39, 41, 50, 56-58; codes given since the CIP13 (series 30, part of 49 and 55)
have no key. A CIP7 is weak without a word or its column.`,
	Max:  Verified,
	Runs: []int{7, 13, 14},
	Run:  runCIP,
	Heads: func(n int, a, b byte) bool {
		return n == 7 || n == 13 && a == 3 && b == 4 || n == 14 && a == 0 && b == 3
	},
	Shape:  cipShape,
	Verify: verifyCIP,
	Before: cipBefore,
	After:  cipAfter,
	Context: []string{"cip", "medicament", "specialite", "presentation", "pharmacie", "ordonnance", "boite", "comprime",
		"delivrance", "dispensation", "amm", "gtin", "datamatrix", "drug", "medicine", "pharmacy", "prescription",
		"ean", "pharmacien", "officine"},
	Against: []string{"telephone", "tel", "fax", "facture", "commande", "invoice", "isbn", "siret", "montant", "amount"},
	Window:  80,
	Columns: []string{"cip", "cip 7", "cip 13", "pha prs ide", "pha cip", "pha prs c 13", "code cip", "gtin", "code medicament",
		"code specialite", "code presentation", "codecip"},
	Normal: normalCIP, Placeholder: "[CIP]",
}

// runCIP decides on a bare run: CIP7, CIP13, or CIP13 with the leading zero of
// a GTIN-14.
func runCIP(text []byte, at, n int) Span {
	switch n {
	case 7:
		return runCIP7(text, at)
	case 13:
		return verdict13(text, at, at, at+13, '9')
	case 14:
		if text[at] == '0' {
			return verdict13(text, at+1, at+1, at+14, '9')
		}
	}
	return Span{}
}

// verdict13 decides on the thirteen digits at d: 3400, the digit that names the
// nomenclature ('9' CIP, '8' UCD), the check digit; a UCD13 holds a UCD7 whose
// own key is right as well.
func verdict13(text []byte, d, start, end int, kind byte) Span {
	s := Span{Start: int32(start), End: int32(end), Verdict: Verdict{Why: Structure}}
	if text[d] != '3' || text[d+1] != '4' || text[d+2] != '0' || text[d+3] != '0' || text[d+4] != kind {
		return Span{}
	}
	if !keyEAN(text[d:d+13]) || kind == '8' && (text[d+5] != '9' || !key7(text[d+5:d+12])) {
		s.Outcome = Rejected
		return s
	}
	s.Outcome, s.Score, s.Raised, s.Why = Accepted, 80, 95, Structure|Key
	return s
}

func runCIP7(text []byte, at int) Span {
	d := text[at : at+7]
	s := accepted(at, at+7, 28, 70, Structure|Key)
	if wordsBack(text, at, cipBefore, isCIP) { // "CIP7", which is no word of a context
		s.Score, s.Why = 70, Structure|Key|ContextWord
	}
	switch seriesCIP(d) {
	case seriesKeyed:
		if key7(d) {
			return s
		}
		return rejectedInCell(text, at, 7)
	case seriesMixed:
		if key7(d) {
			return s
		}
		if aloneIn(text, at, at+7) {
			s.Score, s.Raised, s.Why = scoreByName, 60, Structure
			return s
		}
	}
	return Span{}
}

func isCIP(word []byte) bool { return foldWord(word) == wordCIP }

// Series of CIP7 by their first two digits.
const (
	seriesNone  = iota // never given
	seriesKeyed        // the key is right in every published code
	seriesMixed        // given since the CIP13, key without meaning in some or all
)

func seriesCIP(d []byte) int {
	switch n := 10*int(d[0]-'0') + int(d[1]-'0'); {
	case n == 30, n == 49, n == 55:
		return seriesMixed
	case n == 21, n == 22, n >= 26 && n <= 28, n >= 31 && n <= 39, n == 41, n == 50, n >= 56 && n <= 58:
		return seriesKeyed
	}
	return seriesNone
}

// cipShape selects what Runs cannot see: the spaced CIP13, the spaced CIP7
// (362 583-7) and the GTIN inside an element string (010 3400 9…).
func cipShape(w *Window) uint64 {
	d, z := w.Digit, w.Zero
	d3 := runOf3(d)
	start := d &^ (w.Word << 1)
	gap := w.Space | w.Dot | w.Hyphen
	wide := start & (d >> 4) & (w.Space >> 5) & (w.Space >> 9) & (w.Space >> 13)
	seven := start & d3 & (w.Space >> 3) & (d3 >> 4) & (gap >> 7) & (d >> 8) &^ (w.Word >> 9)
	gtin := z & (d >> 1) & (z >> 2) & (d >> 3) & (d >> 4) & (z >> 5) & (z >> 6) & (d >> 7) & (d >> 8)
	return wide | seven | gtin
}

func verifyCIP(text []byte, at int) Span {
	if at+9 > len(text) || !isNum(text[at]) {
		return Span{}
	}
	if text[at] == '0' && text[at+1] == '1' {
		return elementCIP(text, at, '9')
	}
	if tokenBefore(text, at) {
		return Span{}
	}
	if text[at] == '3' && text[at+1] == '4' && at+17 <= len(text) && text[at+5] == ' ' {
		return spaced13(text, at, '9')
	}
	return spacedCIP7(text, at)
}

// elementCIP decides on the GTIN of a GS1 element string, which other elements
// follow without a separator: 01 0 CIP13 17 (expiry), 10 (lot) or 21 (serial).
func elementCIP(text []byte, at int, kind byte) Span {
	if !digits(text, at, 18) || text[at+2] != '0' || at > 0 && isNum(text[at-1]) {
		return Span{}
	}
	switch next := [2]byte{text[at+16], text[at+17]}; next {
	case [2]byte{'1', '7'}, [2]byte{'1', '0'}, [2]byte{'2', '1'}:
		return verdict13(text, at+3, at+3, at+16, kind)
	}
	return Span{}
}

// spaced13 decides on 34009 300 123 4 5, as printed on boxes.
func spaced13(text []byte, at int, kind byte) Span {
	if tokenAfter(text, at+17) {
		return Span{}
	}
	var d [13]byte
	n := 0
	for i, b := range text[at : at+17] {
		switch i {
		case 5, 9, 13, 15:
			if b != ' ' {
				return Span{}
			}
		default:
			if !isNum(b) {
				return Span{}
			}
			d[n] = b
			n++
		}
	}
	return verdict13(d[:], 0, at, at+17, kind)
}

// spacedCIP7 decides on 362 583-7, 362 583.7 and 362 583 7.
func spacedCIP7(text []byte, at int) Span {
	if !digits(text, at, 3) || !digits(text, at+4, 3) || !digits(text, at+8, 1) || tokenAfter(text, at+9) {
		return Span{}
	}
	if text[at+3] != ' ' || !isGap7(text[at+7]) {
		return Span{}
	}
	d := [7]byte{text[at], text[at+1], text[at+2], text[at+4], text[at+5], text[at+6], text[at+8]}
	if seriesCIP(d[:]) == seriesNone || !key7(d[:]) || numberAround(text, at, at+9) {
		return Span{}
	}
	return accepted(at, at+9, 28, 70, Structure|Key)
}

func isGap7(b byte) bool { return b == ' ' || b == '-' || b == '.' }

// numberAround reports whether the grouped number text[start:end] goes on: a
// digit one separator away on either side.
func numberAround(text []byte, start, end int) bool {
	return start > 1 && isNum(text[start-2]) && numberGap(text[start-1]) ||
		end+1 < len(text) && isNum(text[end+1]) && numberGap(text[end])
}

func numberGap(b byte) bool {
	switch b {
	case ' ', '.', ',', '-', '/', ':':
		return true
	}
	return false
}

// normalCIP appends the CIP13 of every form: a CIP7 is part of just one.
func normalCIP(dst, raw []byte) []byte {
	n := len(dst)
	dst = normalDigits(dst, raw)
	switch len(dst) - n {
	case 13:
		return dst
	case 7:
		var code [13]byte
		copy(code[:], "34009")
		copy(code[5:], dst[n:])
		code[12] = '0' + byte((10-sumEAN(code[:])%10)%10)
		return append(dst[:n], code[:]...)
	}
	return dst[:n]
}
