package detectors

// How far CIM-10 looks: in front for a word that announces a diagnosis, behind
// for the edge of a cell.
const (
	cim10Words  = 32
	cim10Near   = 12
	cim10Before = cim10Words + 1
	cim10After  = 8 + maxPadding + 2
)

var cim10 = Detector{
	Kind: "cim10",
	Doc: `Code CIM-10 / ICD-10 diagnosis code
Classification internationale des maladies (WHO; French edition and PMSI
extensions by ATIH): a letter and two digits within the bounds of the chapters,
then one to three more characters with or without a dot: E11, E11.9, E119, B24.+0,
E711A. Paper sizes, rooms, motorways and user agents (X11) have the same form: a
code without a dot counts only in a cell of its own or behind a word such as CIM,
diagnostic, DP, ALD; all are weak without a word, the name of the column or its
share.`,
	Max:    Probable,
	Shape:  cim10Shape,
	Verify: verifyCIM10,
	Before: cim10Before,
	After:  cim10After,
	Context: []string{"cim", "icd", "diagnostic", "diagnostics", "diagnosis", "pathologie", "pathologies", "ald",
		"comorbidite", "affection", "maladie", "maladies", "das", "morbidite", "sejour", "hospitalisation", "disease",
		"comorbidites", "nosologie"},
	Against: []string{"salle", "room", "bureau", "autoroute", "sortie", "format", "papier", "page", "version", "vol",
		"essence", "porte", "gate", "cellule", "cell", "parking", "batiment", "modele", "model"},
	Window: 80,
	Columns: []string{"cim", "cim 10", "icd", "icd 10", "code cim", "dgn pal", "dgn rel", "dgn ass", "diag", "diagnostic",
		"diagnosis", "code diag", "ald code", "imr ald", "code ald", "dp", "dr", "das",
		"dgn", "dx", "pathologie", "affection", "codediag", "codecim", "motif hospitalisation"},
	Normal: normalCIM10, Placeholder: "[CIM10]",
}

// cim10Last is the last category of each letter, after the bounds of the
// chapters.
var cim10Last = [26]byte{
	99, 99, 97, 89, 90, 99, 99, 95, 99, 99, 93, 99, 99, // A to M
	99, 99, 96, 99, 99, 99, 98, 99, 99, 99, 99, 98, 99, // N to Z
}

// cim10Shape selects a letter and two digits at the start of a token, with a
// dot or the end of the token no more than three characters behind.
func cim10Shape(w *Window) uint64 {
	d, word := w.Digit, w.Word
	two := (w.Upper | w.Lower) & (d >> 1) & (d >> 2) &^ (word << 1)
	if two == 0 {
		return 0
	}
	tail, end := d|w.Upper, ^word
	rest := end>>3 | tail>>3&(end>>4|tail>>4&(end>>5|tail>>5&(end>>6)))
	dotted := w.Lower & (w.Dot >> 3) & ((d | w.Plus) >> 4)
	return two & (w.Upper&rest | dotted)
}

func verifyCIM10(text []byte, at int) Span {
	if at+3 > len(text) || !digits(text, at+1, 2) || tokenBefore(text, at) {
		return Span{}
	}
	lower := text[at] & 0x20
	letter := text[at]&^0x20 - 'A'
	if letter >= 26 || 10*(text[at+1]-'0')+text[at+2]-'0' > cim10Last[letter] {
		return Span{}
	}
	end, dotted := cim10End(text, at+3)
	if end == 0 || lower != 0 && (!dotted || text[at+4] == 'x' || letter == 'V'-'A') {
		return Span{}
	}
	s := accepted(at, end, 20, 66, Structure)
	switch {
	case dotted && lower == 0:
		s.Score, s.Raised = 35, 72
		if wordsBack(text, at, cim10Near, announcesDiagnosis) { // "CIM10 : E11.9", "DP E11.9": no words of a context
			s.Score, s.Why = 66, Structure|ContextWord
		}
	case dotted:
		s.Score, s.Raised = 15, 65
	case !aloneIn(text, at, end) && !wordsBack(text, at, cim10Words, announcesDiagnosis):
		return Span{}
	}
	return s
}

// cim10End returns where the code ends whose category ends at i, 0 when it is
// none, and whether it has a dot. Behind the category and the dot stand at most
// three characters: digits, then an extension "+0", "+01" or a capital; local
// forms write x for a missing fourth character ("E11.x0").
func cim10End(text []byte, i int) (int, bool) {
	dotted := i+1 < len(text) && text[i] == '.' && (isNum(text[i+1]) || text[i+1] == '+' || text[i+1] == 'x')
	if dotted {
		i++
	}
	end := i
	if dotted && text[end] == 'x' {
		end++
	}
	end = digitsEnd(text, end, i+3)
	switch {
	case end < len(text) && end < i+2 && text[end] == '+' && digits(text, end+1, 1):
		end = digitsEnd(text, end+1, i+3)
	case end < len(text) && end < i+3 && isCapital(text[end]):
		end++
	}
	switch {
	case dotted && end == i, tokenAfter(text, end):
		return 0, false
	case end+1 < len(text) && text[end] == '.' && isAlnum(text[end+1]):
		return 0, false // a version, a section, a host name
	case end < len(text) && (text[end] == '+' || text[end] == '@'):
		return 0, false
	}
	return end, dotted
}

// digitsEnd returns the end of the digits at i, not beyond limit.
func digitsEnd(text []byte, i, limit int) int {
	for i < len(text) && i < limit && isNum(text[i]) {
		i++
	}
	return i
}

// announcesDiagnosis reports whether a word in front announces a diagnosis.
func announcesDiagnosis(word []byte) bool {
	switch len(word) {
	case 2:
		v := foldWord(word)
		return v == wordDP || v == wordDR
	case 3:
		v := foldWord(word)
		return v == wordCIM || v == wordICD || v == wordDAS || v == wordALD
	case 4, 10, 9, 11:
		return foldWord(word[:4]) == wordDiag
	case 5:
		return foldWord(word) == wordMotif
	}
	return len(word) > 8 && foldWord(word) == wordPathologie
}

// Words that announce a diagnosis, folded.
var (
	wordDP         = word8("dp")
	wordDR         = word8("dr")
	wordCIM        = word8("cim")
	wordICD        = word8("icd")
	wordDAS        = word8("das")
	wordALD        = word8("ald")
	wordDiag       = word8("diag")
	wordMotif      = word8("motif")
	wordPathologie = word8("pathologie")
)

// normalCIM10 appends the code without its dot, in upper case, as the published
// tables have it; the + of a PMSI extension stays.
func normalCIM10(dst, raw []byte) []byte {
	for _, b := range raw {
		switch {
		case b == '+' || isNum(b):
			dst = append(dst, b)
		case isAlnum(b):
			dst = append(dst, b&^0x20)
		}
	}
	return dst
}
