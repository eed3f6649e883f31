package detectors

// ccamAfter is how far behind the code an activity and a phase may end.
const ccamAfter = 16

var ccam = Detector{
	Kind: "ccam",
	Doc: `Code CCAM / French code of a medical act (CCAM)
Four letters and three digits (classification commune des actes médicaux, article
L. 162-1-7 of the code de la sécurité sociale; HPRIM XML, codeActe): anatomy (2),
action, access, then a counter. Only the letters that the published codes use at
each place pass. No key: weak alone, more with the activity and phase of a bill
behind it (HHFA001 1 0), verified beside a word or column when an imported table
holds the code.`,
	Max:    Verified,
	Shape:  ccamShape,
	Verify: verifyCCAM,
	Before: 1,
	After:  7 + ccamAfter,
	Context: []string{"ccam", "acte", "actes", "chirurgie", "chirurgical", "intervention", "anesthesie", "cotation",
		"devis", "honoraire", "honoraires", "soin", "soins", "dentaire", "radiologie", "prothese",
		"radiographie", "scanner", "detartrage", "couronne"},
	Against: []string{"serie", "serial", "iso", "norme", "plaque", "immatriculation", "vol", "flight"},
	Window:  96,
	Columns: []string{"ccam", "code ccam", "cod ccam", "code acte", "cod acte", "cdc act", "acte principal", "cam prs ide", "acte",
		"codeacte", "codacte", "cdacte", "act cod", "cam act"},
	Normal: normalCode, Placeholder: "[CCAM]",
}

// The letters of the published codes (V54 and V63), place by place.
var ccamLetters = [4]uint32{
	letterSet("ABCDEFGHJKLMNPQYZ"),
	letterSet("ABCDEFGHJKLMNPQRSTVYZ"),
	letterSet("ABCDEFGHJKLMNPQRSY"),
	letterSet("ABCDEFGHJKLMNPXY"),
}

// letterSet returns a set of capitals, bit 0 for A.
func letterSet(letters string) uint32 {
	var set uint32
	for _, b := range []byte(letters) {
		set |= 1 << (b - 'A')
	}
	return set
}

func ccamShape(w *Window) uint64 {
	l, d := w.Upper|w.Lower, w.Digit
	tail := l >> 3 & (d >> 4) & (d >> 5)
	if tail == 0 {
		return 0
	}
	return tail & l &^ (w.Word << 1) & (d >> 6) & (l >> 1) & (l >> 2) &^ (w.Word >> 7)
}

func verifyCCAM(text []byte, at int) Span {
	if at+7 > len(text) || tokenBefore(text, at) || tokenAfter(text, at+7) {
		return Span{}
	}
	code := text[at : at+7]
	lower := code[0] & 0x20
	for i, set := range ccamLetters {
		c := code[i]
		if c&0x20 != lower || c&^0x20-'A' >= 26 || set>>(c&^0x20-'A')&1 == 0 {
			return Span{}
		}
	}
	if !digits(code, 4, 3) || code[4] == '0' && code[5] == '0' && code[6] == '0' {
		return Span{}
	}
	s := accepted(at, at+7, 38, 75, Structure)
	if lower != 0 { // case001, page001: words with a number
		s.Score, s.Raised = 20, 65
	} else if ccamSuffix(text, at+7) {
		s.Score, s.Raised = 60, 80
	}
	return s
}

// ccamSuffix reports whether an activity (1 to 5) and a phase (0 to 3) follow,
// each behind separators of a bill: "HHFA001 1 0", "HHFA001-4-0", "BGQP002...01".
func ccamSuffix(text []byte, i int) bool {
	i, ok := suffixGap(text, i)
	if !ok || i+1 >= len(text) {
		return false
	}
	first := text[i]
	if first == '0' { // the dotted form with activity and modifiers left out
		return text[i-1] == '.' && isNum(text[i+1]) && !tokenAfter(text, i+2)
	}
	if first < '1' || first > '5' {
		return false
	}
	if i, ok = suffixGap(text, i+1); !ok || i >= len(text) {
		return false
	}
	return text[i] >= '0' && text[i] <= '3' && !tokenAfter(text, i+1) && !decimalAfter(text, i+1)
}

// suffixGap steps over one to three separators.
func suffixGap(text []byte, i int) (int, bool) {
	start := i
	for i < len(text) && i-start < 3 && (text[i] == ' ' || text[i] == '-' || text[i] == '.' || text[i] == '/') {
		i++
	}
	return i, i > start
}

// decimalAfter reports whether the number that ends at i has a fraction.
func decimalAfter(text []byte, i int) bool {
	return i+1 < len(text) && (text[i] == '.' || text[i] == ',') && isNum(text[i+1])
}

// normalCode appends the letters and digits of raw, letters in upper case.
func normalCode(dst, raw []byte) []byte {
	for _, b := range raw {
		if isAlnum(b) {
			if b >= 'a' {
				b -= 'a' - 'A'
			}
			dst = append(dst, b)
		}
	}
	return dst
}
