package detectors

const atcReach = maxPadding + 2

var atc = Detector{
	Kind: "atc",
	Doc: `Code ATC / ATC code of a medicine
Anatomical Therapeutic Chemical classification (WHO): letter, two digits, letter,
letter, two digits (A10BA02). The first three characters must be a group of the
second level. Shorter levels (A10, A10B, A10BA) only when they fill a cell, where
the name of the column makes them worth something. No key.`,
	Max:    Probable,
	Shape:  atcShape,
	Verify: verifyATC,
	Before: atcReach,
	After:  7 + atcReach,
	Context: []string{"atc", "medicament", "molecule", "substance", "traitement", "therapeutique", "prescription",
		"drug", "medicine", "dci",
		"pharmacologique", "anatomique"},
	Against: []string{"version", "reference", "modele", "model", "serie", "serial"},
	Window:  64,
	Columns: []string{"atc", "code atc", "pha atc cla", "pha atc", "classe atc",
		"codeatc", "code therapeutique", "classe therapeutique"},
	Normal: normalCode, Placeholder: "[ATC]",
}

// atcGroups are the groups of the second level: for each letter, bit n for
// group n.
var atcGroups = ['V' - 'A' + 1]uint32{
	'A' - 'A': groupRange(1, 16),
	'B' - 'A': groupRange(1, 3) | groupRange(5, 6),
	'C' - 'A': groupRange(1, 5) | groupRange(7, 10),
	'D' - 'A': groupRange(1, 11),
	'G' - 'A': groupRange(1, 4),
	'H' - 'A': groupRange(1, 5),
	'J' - 'A': groupRange(1, 2) | groupRange(4, 7),
	'L' - 'A': groupRange(1, 4),
	'M' - 'A': groupRange(1, 5) | groupRange(9, 9),
	'N' - 'A': groupRange(1, 7),
	'P' - 'A': groupRange(1, 3),
	'R' - 'A': groupRange(1, 3) | groupRange(5, 7),
	'S' - 'A': groupRange(1, 3),
	'V' - 'A': groupRange(1, 1) | groupRange(3, 4) | groupRange(6, 10) | groupRange(20, 20),
}

func groupRange(first, last int) uint32 { return 1<<(last+1) - 1<<first }

// atcShape selects the full form, and the short ones between bytes that may be
// the edges of a cell.
func atcShape(w *Window) uint64 {
	u, d := w.Upper, w.Digit
	head := u & (d >> 1) & (d >> 2) &^ (w.Word << 1)
	if head == 0 {
		return 0
	}
	full := (u >> 3) & (u >> 4) & (d >> 5) & (d >> 6) &^ (w.Word >> 7)
	edge := ^(w.Word | w.Dot | w.Hyphen | w.Colon | w.High | w.At | w.Plus | w.Slash)
	short := edge>>3 | u>>3&(edge>>4|u>>4&(edge>>5))
	return head & (full | edge<<1&short)
}

func verifyATC(text []byte, at int) Span {
	if at+3 > len(text) || tokenBefore(text, at) || text[at]-'A' > 'V'-'A' || !digits(text, at+1, 2) {
		return Span{}
	}
	group := 10*(text[at+1]-'0') + text[at+2] - '0'
	if group > 20 || atcGroups[text[at]-'A']>>group&1 == 0 {
		return Span{}
	}
	end := at + 3
	for end < len(text) && end < at+5 && isCapital(text[end]) {
		end++
	}
	s := accepted(at, end, scoreByName, 66, Structure)
	if end == at+5 && digits(text, end, 2) && !tokenAfter(text, at+7) {
		if text[at+5] == '0' && text[at+6] == '0' {
			return Span{}
		}
		s.End, s.Score, s.Raised = int32(at+7), 42, 78
		return s
	}
	if tokenAfter(text, end) || !aloneIn(text, at, end) {
		return Span{}
	}
	return s
}
