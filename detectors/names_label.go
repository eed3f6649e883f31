package detectors

// Names behind a label: "Nom et prénom : Martin Élodie", "je soussigné Paul Petit".

// labelWords may stand between a label and its colon.
var labelWords = newLexicon("et ou prenom prenoms nom noms de naissance d usage famille marital patronymique usuel l assure assuree du patient patiente complet" +
	" beneficiaire adherent adherente conjoint jeune fille la le medecin praticien titulaire votre en capitales majuscules salarie souscripteur s e principal" +
	" principale traitant compte contrat carte demandeur demandeuse client cliente contact name first last surname given family usager enfant representant legal" +
	" souscripteur debiteur signataire interlocuteur praticien gestionnaire conseiller ayant droit patronyme firstname lastname surname fullname full")

// nameLabels announce a name: "soussigné" by itself, surnames and given names of one
// word, and persons.
var nameLabels = newLexicon(labelsOfNames)

const labelsOfNames = "soussigne soussignee nom noms prenom prenoms surname lastname firstname last first" +
	" assure assuree patient patiente adherent adherente beneficiaire conjoint conjointe titulaire appelant appelante souscripteur souscriptrice" +
	" salarie salariee debiteur praticien praticienne signataire contact medecin"

// afterLabel returns where the value behind the label at at begins, and whether
// one word is enough there; 0 when there is no label.
func afterLabel(text []byte, at int) (i int, single bool) {
	e := wordEnd(text, at)
	start := at
	for start > 0 && at-start < 12 && isLetter(text, start-1) {
		start--
	}
	if e-start > maxToken || start > 0 && isToken(text[start-1]) || !nameLabels.has(text[start:e]) {
		return 0, false
	}
	var buffer [2 * maxToken]byte
	colon := false
	switch string(foldToken(buffer[:0], text[start:e])) {
	case "soussigne", "soussignee":
		return afterSigned(text, e), false
	case "nom", "noms", "prenom", "prenoms", "surname", "lastname", "firstname", "last", "first":
		single = true
	}
	limit := min(len(text), e+44)
	for i = e; i < limit; {
		switch b := text[i]; {
		case b == ':' || b == '=':
			colon = true
			i++
		case colon:
			j := blankEnd(text, i)
			if j < len(text) && (text[j] == '"' || text[j] == '\'' || text[j] == '\t') {
				j++
			}
			return j, single
		case b == ' ' || b == 0xA0 || b == '(' || b == ')' || b == '\'' || b == '/' || b == '-' || b == '_' || b == 0xC2 || b == 0xE2 || b == 0x80 || b == 0x99 || b == '.':
			i++
		case isLetter(text, i):
			j := wordEnd(text, i)
			if !labelWords.has(text[i:j]) {
				return 0, false
			}
			i = j
		default:
			return 0, false
		}
	}
	return 0, false
}

// afterSigned goes on behind "soussigné": (e), a comma, a civility.
func afterSigned(text []byte, i int) int {
	for j := i; j < len(text) && j-i < 8; {
		switch b := text[j]; {
		case b == '(' || b == ')' || b == 'e' || b == ',' || b == ' ':
			j++
		case isUpperAt(text, j):
			if k := afterCivility(text, j); k > 0 {
				return k
			}
			return j
		default:
			return 0
		}
	}
	return 0
}

// labelName reads the value of a label.
func labelName(text []byte, i int, single bool) Span {
	if i >= len(text) {
		return Span{}
	}
	if j := afterCivility(text, i); j > 0 {
		i = j
	}
	f := readName(text, i)
	f.cut(text)
	if f.n == 0 || !plainName(&f) || f.n == 1 && !single || f.words[0].particle && f.n == 1 {
		return Span{}
	}
	end := f.end()
	if end < len(text) && (text[end] == '@' || text[end] == ':' || text[end] == '_') {
		return Span{}
	}
	if f.n == 1 && end < len(text) && !endsValue(text, end) {
		return Span{} // the first word of a sentence
	}
	return accepted(f.words[0].start, end, 75, 80, Structure|ContextWord)
}

// endsValue reports whether a value of one word ends at end.
func endsValue(text []byte, end int) bool {
	i := blankEnd(text, end)
	if i >= len(text) || i-end > 1 {
		return true
	}
	switch text[i] {
	case '\n', '\r', ',', ';', '|', '\t', '"', '\'', '<', '(', ')', '.':
		return true
	}
	return isUpperAt(text, i) // the next label: "Nom : X Prénom : Y"
}
