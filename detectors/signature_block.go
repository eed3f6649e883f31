package detectors

const (
	signatureAfter = 200
	signatureLines = 4
)

var signatureBlock = Detector{
	Kind: "signature_block",
	Doc: `Bloc de signature / Signature block
The closing formula of a letter or message (Cordialement, Bien à vous, salutations
distinguées, Sincerely) with a line behind it, at most three lines further down,
that is a name: a given name beside a surname, or a civility and a name. The
match is the formula; the name, the telephone and the e-mail address of the block
are matches of their own.`,
	Max:     Possible,
	Verify:  verifySignature,
	Anchors: closings,
	Before:  2, After: signatureAfter,
	Normal: normalLetters, Placeholder: "[SIGNATURE]", HideLength: true,
}

func verifySignature(text []byte, at int) Span {
	if at >= len(text) || !closes(text, at) {
		return Span{}
	}
	limit := min(len(text), at+signatureAfter-nameLine)
	i := at
	for i < limit && text[i] != '\n' {
		i++
	}
	if i == limit || i-at > 60 {
		return Span{}
	}
	end := at
	for end < i && (isLetter(text, end) || text[end] == ' ') {
		end++
	}
	for line := 0; line < signatureLines && i < limit; line++ {
		i++ // the line end
		start := blankEnd(text, i)
		if start < limit && signs(text[start:min(len(text), start+nameLine)]) {
			return accepted(at, end, 50, 50, Structure|ContextWord)
		}
		for i < limit && text[i] != '\n' {
			i++
		}
	}
	return Span{}
}

// nameLine is how much of a line is looked at.
const nameLine = 80

// closes reports whether the word at at is one of a closing formula.
func closes(text []byte, at int) bool {
	return oneOf(text, at, closings) > 0 && (at == 0 || !isLetter(text, at-1)) && !hasFold(text, at, "distinguish")
}

// signs reports whether a line begins with a name and ends behind it.
func signs(line []byte) bool {
	s := Span{}
	if i := afterCivility(line, 0); i > 0 {
		s = civilName(line, 0, i)
	} else if len(line) > 0 {
		s = pairName(line, 0)
	}
	if s.Outcome == None {
		return false
	}
	i := blankEnd(line, int(s.End))
	return i >= len(line) || line[i] == '\n' || line[i] == '\r' || line[i] == ',' || line[i] == '-'
}

// closings are the anchors, for Verify.
var closings = []string{"cordiale", "distingu", "sinc\u00e8re", "sinc\xe8re", "sincerel", "respectu", "\u00e0 vous", "\xe0 vous", "regards"}
