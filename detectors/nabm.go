package detectors

// How far NABM looks: in front for its name or a coefficient, behind for a
// coefficient.
const (
	nabmBefore = 20
	nabmAfter  = 14
)

var nabm = Detector{
	Kind: "nabm",
	Doc: `Code NABM / French code of medical biology (NABM)
Four digits of the nomenclature des actes de biologie médicale (article L. 162-1-7
of the code de la sécurité sociale), zero-padded. Any year has that form: taken
only beside the coefficient of its key letter (0552 B 6, B40 0552), after the
word NABM, or filling a cell, and then worth something by the column's name
alone, never by its share.`,
	Max:    Probable,
	Shape:  nabmShape,
	Verify: verifyNABM,
	Before: nabmBefore,
	After:  4 + nabmAfter,
	Context: []string{"nabm", "biologie", "analyse", "analyses", "laboratoire", "glycemie", "glucose", "cotation",
		"biologique", "biology"},
	Against: []string{"annee", "year", "date", "copyright"},
	Window:  64,
	Columns: []string{"nabm", "bio prs ide", "acte bio", "code bio", "acte biologie", "code acte biologie",
		"code analyse", "codenabm", "code examen biologie", "examen biologie"},
	Normal: normalDigits, Placeholder: "[NABM]",
}

// nabmShape selects bare runs of four digits that are no part of a date, a time or
// a version.
func nabmShape(w *Window) uint64 {
	d := w.Digit
	mark := w.Slash | w.Hyphen | w.Dot | w.Colon
	starts := d &^ (w.Word << 1) &^ (mark << 1 & (d << 2))
	// The zone of a time, 12:30 +0100: a plus is not what stands in front of a code
	// unless it has its coefficient behind it.
	zone := w.Plus << 1 & (w.Space << 2) & (d << 3) & (d << 4) & ((w.Colon | d) << 5)
	key := w.Upper &^ ((w.Word &^ d) >> 1)
	zone &^= key>>5 | key>>6 | key>>7
	return starts &^ zone & (d >> 1) & (d >> 2) & (d >> 3) &^ (w.Word >> 4) &^ (mark >> 4 & (d >> 5))
}

func verifyNABM(text []byte, at int) Span {
	const n = 4
	if !digits(text, at, n) || tokenBefore(text, at) || tokenAfter(text, at+n) {
		return Span{}
	}
	s := accepted(at, at+n, scoreByName, 66, Structure)
	switch {
	case partOfNumber(text, at, at+n), text[at] == '0' && text[at+1] == '0' && text[at+2] == '0' && text[at+3] == '0':
		return Span{}
	case coefficientAfter(text, at+n), coefficientBefore(text, at):
		s.Score, s.Raised = 55, 72
	case nabmBeforeIt(text, at):
		s.Score, s.Raised = 45, 70
	case !aloneIn(text, at, at+n):
		return Span{}
	}
	return s
}

// coefficientAfter reports whether a B coefficient follows: "B 6", ";B;40",
// "(B120)".
func coefficientAfter(text []byte, i int) bool {
	start := i
	for i < len(text) && i-start < 3 && nabmGap(text[i]) {
		i++
	}
	if i == start || i >= len(text) || text[i] != 'B' {
		return false
	}
	i++
	gap := i
	for i < len(text) && i-gap < 2 && nabmGap(text[i]) {
		i++
	}
	first := i
	for i < len(text) && i-first < 4 && isNum(text[i]) {
		i++
	}
	return i > first && !tokenAfter(text, i)
}

// coefficientBefore reports whether a B coefficient stands in front: "B 6 ".
func coefficientBefore(text []byte, i int) bool {
	end := i
	for i > 0 && end-i < 3 && nabmGap(text[i-1]) {
		i--
	}
	last := i
	for i > 0 && last-i < 4 && isNum(text[i-1]) {
		i--
	}
	if last == end || i == last {
		return false
	}
	gap := i
	for i > 0 && gap-i < 2 && nabmGap(text[i-1]) {
		i--
	}
	return i > 0 && text[i-1] == 'B' && !tokenBefore(text, i-1)
}

func nabmGap(b byte) bool {
	switch b {
	case ' ', '\t', ';', ',', '|', '(', ')', ':', '-', '"', '/', '=':
		return true
	}
	return false
}

// partOfNumber reports whether a digit stands one mark away: a date, a fraction,
// a version.
func partOfNumber(text []byte, start, end int) bool {
	return start > 1 && isNum(text[start-2]) && numberMark(text[start-1]) ||
		end+1 < len(text) && isNum(text[end+1]) && numberMark(text[end])
}

func numberMark(b byte) bool { return b == '/' || b == '-' || b == '.' || b == ':' || b == ',' }

// nabmBeforeIt reports whether the word NABM is the last before at, or the last
// but "code", "n°" and the like.
func nabmBeforeIt(text []byte, at int) bool {
	i := at
	for range 2 {
		end := i
		for i > 0 && end-i < 4 && text[i-1]|0x20-'a' >= 26 {
			i--
		}
		if i < 4 || text[i-1]|0x20-'a' >= 26 || isNum(text[i]) {
			return false
		}
		if text[i-1]|0x20 == 'm' && text[i-2]|0x20 == 'b' && text[i-3]|0x20 == 'a' && text[i-4]|0x20 == 'n' {
			return !tokenBefore(text, i-4)
		}
		end = i
		for i > 0 && end-i < 4 && text[i-1]|0x20-'a' < 26 {
			i--
		}
	}
	return false
}
