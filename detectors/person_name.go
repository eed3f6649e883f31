package detectors

import "strings"

// How far a name looks: back over the words that make a street or a school of
// it, and on over the label and the name.
const (
	nameBefore = 48
	nameAfter  = maxClosing + maxNameBytes + maxPairWord + 8
	maxClosing = 72 // from a closing formula or a label to the name behind it
)

var personName = Detector{
	Kind: "person_name",
	Doc: `Nom de personne / Name of a person
Capitalised words that something tells to be a name: a civility or title in front
(M. DUPONT Jean, Mme Marie-Claire LE GOFF, Docteur Martin), a label (Nom :,
Prénom :, Assuré :, Patient :, je soussigné), a member with the surname in capitals
(l'assurée Zoé MARTIN), the line behind a closing formula (Cordialement,), the name
of the column, or a given name beside a surname, in both orders. Particles (de, du, la, Le, d'), hyphens,
apostrophes and accents belong to it. Given names are a French list and short lists
of other languages (npm packages gender-detection-from-name and @faker-js/faker,
both MIT); a name outside any list
needs one of the others. Streets, schools and hospitals named
after somebody, companies, products and headings are no names. A column of
surnames and one of given names beside it make one person. The local part of an
e-mail address belongs to the address.`,
	Max:     Probable,
	Verify:  verifyPersonName,
	Anchors: nameAnchors, Capitals: true,
	Before: nameBefore, After: nameAfter,
	Cell: cellPersonName, Cells: true,
	Columns: []string{"nom", "noms", "prenom", "nom prenom", "nom naissance", "nom usage", "nom famille", "nom complet", "patronyme", "assure", "titulaire",
		"adherent", "beneficiaire", "conjoint", "ayant droit", "souscripteur", "salarie", "patient", "contact", "interlocuteur", "praticien", "medecin",
		"gestionnaire", "conseiller", "surname", "lastname", "last name", "firstname", "first name", "givenname", "given name", "fullname", "full name",
		"family name", "family", "given", "nompatro", "nomusage", "nomfamille", "nomnaissance", "nomprenom", "lib nom", "qui", "signataire", "debiteur", "dbtr nm", "cdtr nm"},
	NotColumns: notNameColumns,
	Parts:      []string{"prenom", "firstname", "first name", "givenname", "given name", "given"},
	Normal:     normalLetters, Placeholder: "[NOM]", HideLength: true,
}

// notNameColumns are words of columns that hold something else about a person,
// or the names of things.
var notNameColumns = []string{"produit", "fichier", "domaine", "entreprise", "societe", "etablissement", "ville", "commune", "voie", "rue", "table", "champ",
	"colonne", "serveur", "machine", "hote", "base", "groupe", "organisme", "banque", "medicament", "acte", "prestation", "garantie", "formule", "service",
	"projet", "application", "logiciel", "variable", "fonction", "document", "contrat", "offre", "option", "pays", "region", "departement", "laboratoire",
	"mutuelle", "caisse", "regime", "employeur", "file", "host", "user", "domain", "product", "company", "server", "class", "type", "code", "num", "numero",
	"no", "n", "date", "id", "identifiant", "cle", "tel", "telephone", "mail", "email", "courriel", "adresse", "iban", "bic", "nir", "ss", "secu", "sexe", "age", "rang",
	"montant", "nb", "nombre", "statut", "etat", "civilite", "naiss", "lien", "qualite", "category", "categorie", "jour", "profession", "mobile",
	"portable", "matricule", "ref", "reference", "commentaire", "motif", "specialite", "rpps", "adeli", "part", "taux", "situation", "lieu", "cp", "mode", "moyen", "preference"}

// nameAnchors announce a name: civilities, titles, labels.
var nameAnchors = []string{"m. ", "mm. ", "mme ", "mme.", "mmes", "mlle", "monsieur", "madame", "mademois", "docteur ", "dr ", "dr. ", "mr ", "mr. ",
	"mrs", "maitre ", "ma\u00eetre ", "pr ", "pr. ", "professe", "pr\u00e9nom", "pr\xe9nom", "prenom", "nom ", "nom:", "nom\u00a0", "noms", "nom(s)", "nom\xa0", "assur\u00e9", "assur\xe9", "assure",
	"patient", "adh\u00e9re", "adh\xe9rent", "adherent", "b\u00e9n\u00e9f", "b\xe9n\xe9f", "benefici", "conjoint", "titulair", "appelant", "souscri", "salari", "d\u00e9bit", "d\xe9bit", "debiteur", "praticie", "signatai",
	"cordiale", "distingu", "sinc\u00e8re", "sinc\xe8re", "sincerel", "respectu", "\u00e0 vous", "\xe0 vous", "regards",
	"soussign", "contact", "m\u00e9decin", "m\xe9decin", "medecin", "surname", "lastname", "firstnam", "last na", "first na"}

func verifyPersonName(text []byte, at int) Span {
	if at >= len(text) || at > 0 && isLetter(text, at-1) {
		return Span{}
	}
	if mayStart(&announcing, text[at:min(len(text), at+2)]) {
		if i := afterCivility(text, at); i > 0 {
			return civilName(text, at, i)
		}
		if i, single := afterLabel(text, at); i > 0 {
			return labelName(text, i, single)
		}
		if s := memberName(text, at); s.Outcome != None {
			return s
		}
	}
	if closes(text, at) {
		return signedName(text, at)
	}
	return pairName(text, at)
}

// memberWords are persons of whom a letter speaks by their names.
var memberWords = newLexicon("assure assuree adherent adherente patient patiente beneficiaire conjoint conjointe salarie salariee souscripteur souscriptrice titulaire")

// memberName reads the name of a member whose surname is in capitals: l'assuré
// Xkrel BRAMBOURG.
func memberName(text []byte, at int) Span {
	e := wordEnd(text, at)
	if e+1 >= len(text) || text[e] != ' ' || !isUpperAt(text, e+1) || !memberWords.has(text[at:e]) {
		return Span{}
	}
	f := readName(text, e+1)
	f.cut(text)
	if f.n < 2 || f.n > 4 || f.words[0].caps || f.words[0].initial {
		return Span{}
	}
	for _, w := range f.words[1:f.n] {
		if !w.particle && (!w.caps || w.end-w.start < 3 || companies.has(text[w.start:w.end])) {
			return Span{}
		}
	}
	return accepted(f.words[0].start, f.end(), 72, 78, Structure|ContextWord)
}

// signedName reads the name that stands alone on a line behind a closing formula,
// at most two lines further down.
func signedName(text []byte, at int) Span {
	limit := min(len(text), at+maxClosing)
	i, lines := at, 0
	for i < limit && (lines == 0 || text[i] == '\n' || text[i] == '\r' || text[i] == ' ') {
		if text[i] == '\n' {
			lines++
		}
		i++
	}
	if lines == 0 || lines > 3 || i >= limit {
		return Span{}
	}
	f := readName(text, i)
	read := f.n
	f.cut(text)
	if f.n < read || f.n < 2 || f.n > 4 || f.words[0].particle || f.words[0].caps && f.words[f.n-1].caps {
		return Span{}
	}
	end := f.end()
	if e := blankEnd(text, end); e < len(text) && text[e] != '\n' && text[e] != '\r' && text[e] != ',' {
		return Span{}
	}
	return accepted(f.words[0].start, end, 68, 76, Structure|ContextWord)
}

// announcing are the first two letters of civilities, titles and labels.
var announcing = wordStarts(newLexicon(labelsOfNames, "mm mme mlle monsieur madame docteur maitre professeur dr mr mrs pr").words)

// afterCivility returns where the words behind the civility at at begin, 0 when
// none stands there.
func afterCivility(text []byte, at int) int {
	switch text[at] | 0x20 {
	case 'm', 'd', 'p':
	default:
		return 0
	}
	if at > 0 && (isLetter(text, at-1) || isToken(text[at-1])) || !isUpperAt(text, at) && !mayBeSmall(text, at) {
		return 0
	}
	e := wordEnd(text, at)
	n := civilityLength(text[at:e])
	if n == 0 {
		return 0
	}
	dot := e < len(text) && text[e] == '.'
	if dot {
		e++
	}
	if n == 1 && (!dot || isMiddleInitial(text, at)) {
		return 0
	}
	i := blankEnd(text, e)
	if i == e || i-e > 3 {
		return 0
	}
	// "M. et Mme X", "le Docteur Mme X": the next civility decides.
	return i
}

// isMiddleInitial reports whether the letter at at stands behind a number, another
// initial, an English article or a word with a capital: 12 M., E. F. M. Steffens,
// John M. Smith.
func isMiddleInitial(text []byte, at int) bool {
	if at < 2 || text[at-1] != ' ' {
		return false
	}
	end := at - 1
	if text[end-1] == '.' {
		return end > 1 && isUpperAt(text, end-2) && (end == 2 || !isLetter(text, end-3))
	}
	start := end
	for start > 0 && end-start < 24 && isLetter(text, start-1) {
		start--
	}
	switch string(text[start:end]) {
	case "an", "the", "this", "that", "same", "one":
		return true // a thing called M at the end of a sentence: on this M. Make
	}
	return start == end && isNum(text[end-1]) || start < end && isUpperAt(text, start) && !isNoName(text[start:end])
}

func mayBeSmall(text []byte, at int) bool { return text[at]-'a' < 26 && at+4 < len(text) }

// civilityLength is not 0 for a civility or a title: 1 for the single letter.
func civilityLength(word []byte) int {
	if len(word) > 14 {
		return 0
	}
	var buffer [maxToken]byte
	switch string(foldToken(buffer[:0], word)) {
	case "m":
		if word[0] == 'M' {
			return 1
		}
	case "mm", "mme", "mmes", "mlle", "mlles", "monsieur", "madame", "mademoiselle", "docteur", "maitre", "professeur":
		return 2
	case "dr", "mr", "mrs", "pr":
		if isCapital(word[0]) {
			return 2
		}
	}
	return 0
}

// civilName reads the name behind a civility.
func civilName(text []byte, at, i int) Span {
	f := readName(text, i)
	f.cut(text)
	if f.n == 0 || !plainName(&f) || namedAfter(text, at) {
		return Span{}
	}
	first := f.words[0]
	if first.particle && f.n == 1 {
		return Span{}
	}
	score := uint8(76)
	if f.n == 1 {
		score = 70
	}
	return accepted(first.start, f.end(), score, 80, Structure|ContextWord)
}

// plainName refuses what is only initials.
func plainName(f *fullName) bool {
	for _, w := range f.words[:f.n] {
		if !w.particle && !w.initial && w.end-w.start > 1 {
			return true
		}
	}
	return false
}

// cut ends a name in front of the first word that is none.
func (f *fullName) cut(text []byte) {
	for i := range f.n {
		w := &f.words[i]
		if w.initial || w.particle {
			continue
		}
		if w.given < 2 && isNoName(text[w.start:w.end]) && !(w.caps && i > 0 && w.end-w.start <= 2) && !surnameArticle(text, f, i) && !f.isSurname(text, i) {
			f.n = i
			break
		}
	}
	for f.n > 0 && f.words[f.n-1].particle {
		f.n--
	}
}

// isSurname reports whether word i, which is a word of the language, is a surname
// there: beside a given name, or the only word behind a civility.
func (f *fullName) isSurname(text []byte, i int) bool {
	if w := f.words[i]; !surnameWords.has(text[w.start:w.end]) {
		return false
	}
	beside := func(k int) bool { return k >= 0 && k < f.n && f.words[k].given == 2 && !f.words[k].caps }
	return f.n == 1 || beside(i-1) || beside(i+1)
}

// surnameWords are frequent surnames among the words that are no part of names.
var surnameWords = newLexicon("petit grand nouveau premier noel")

// surnameArticle reports whether word i is the first part of a surname: Le Goff,
// DE SOUSA, Du Pont.
func surnameArticle(text []byte, f *fullName, i int) bool {
	w := f.words[i]
	if i+1 >= f.n {
		return false
	}
	return surnameArticles.has(text[w.start:w.end]) && (i > 0 || w.caps || f.words[i+1].caps || f.n == 2)
}

var surnameArticles = newLexicon("le la de du des el al ben les")

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

// pairName decides on words that nothing announces: a given name beside a
// surname.
func pairName(text []byte, at int) Span {
	if !isUpperAt(text, at) || at > 0 && (isLetter(text, at-1) || isToken(text[at-1]) || joins(text, at-1) && at > 1 && isLetter(text, at-2)) {
		return Span{}
	}
	if at > 0 && !startsAfter(text[at-1]) {
		return Span{}
	}
	// What pairScore wants of the first word, before the others are read: it is a
	// given name, or a surname in capitals.
	if w, ok := readNameWord(text, at); !ok || w.initial || !w.caps && w.given == 0 || w.caps && w.given < 2 && isSentenceWord(text[w.start:w.end]) {
		return Span{}
	}
	f := readName(text, at)
	if f.n < 2 || !pairBegins(text, &f) {
		return Span{}
	}
	read := f.n
	f.cut(text)
	if f.n < read && isCompanyWord(text[f.words[f.n].start:f.words[f.n].end]) {
		return Span{}
	}
	for f.n > 0 && (f.words[f.n-1].initial || f.words[f.n-1].particle) {
		f.n--
	}
	if f.n < 2 || f.n > 5 || namedAfter(text, at) {
		return Span{}
	}
	if end := f.end(); end < len(text) && (text[end] == '(' || text[end] == '=' || text[end] == '_' || text[end] == '/') {
		return Span{}
	}
	score := pairScore(text, &f)
	if score == 0 || isNamesake(text, &f) {
		return Span{}
	}
	return accepted(f.words[0].start, f.end(), score, max(score, 70), Structure|Listed)
}

// isSentenceWord reports whether a word is no part of a name, not even as the
// article of a surname.
func isSentenceWord(word []byte) bool {
	return isNoName(word) && !surnameArticles.has(word) && !surnameWords.has(word)
}

// isCompanyWord reports whether a word behind a name makes it that of a company:
// Vita Nuova Holdings.
func isCompanyWord(word []byte) bool {
	return len(word) <= 16 && companyWords.has(word)
}

var companyWords = newLexicon("holding holdings limited ltd inc llc corp corporation company gmbh sas sarl eurl university foundation institute assurances")

// startsAfter reports whether a name may begin behind b.
func startsAfter(b byte) bool {
	switch b {
	case ' ', '\n', '\r', '\t', '"', '\'', '(', ',', ';', ':', '|', '>', '[', '<', '*', 0xA0, 0x99, 0xAB, 0x93, '=':
		return true
	}
	return false
}

// pairBegins holds the second word to what the filter looks for: one space, a
// capital behind it or particles of which the last has one.
func pairBegins(text []byte, f *fullName) bool {
	w := f.words[0]
	if w.initial || w.end >= len(text) || text[w.end] != ' ' {
		return false
	}
	for i := 1; i < f.n; i++ {
		if f.words[i-1].end < len(text) && text[f.words[i-1].end] != ' ' && !apostropheBefore(text, f.words[i-1].end) {
			return i > 1 && !f.words[i-1].particle
		}
		if !f.words[i].particle {
			return i <= 3
		}
		if apostropheBefore(text, f.words[i].end) {
			return true
		}
	}
	return false
}

// pairScore tells what a run of capitalised words is worth as a name.
func pairScore(text []byte, f *fullName) uint8 {
	first, last := f.words[0], f.words[f.n-1]
	caps, given, common := 0, 0, 0
	for _, w := range f.words[:f.n] {
		if w.caps {
			caps++
		}
		if w.given > 0 && !w.caps {
			given++
		}
		if w.given == 2 {
			common++
		}
	}
	switch {
	case caps == f.n: // JEAN DUPONT, or a heading
		if common > 0 && f.n <= 3 && !f.heading(text) {
			return 45
		}
		return 0
	case caps > 0 && given > 0:
		// Jean DUPONT, DUPONT Jean: capitals tell the surname.
		// A name outside the short lists has to stand beside a longer surname.
		n := f.surnameLength()
		switch {
		case !f.split() || n < 2 || f.noGiven(text) || n < 4 && first.caps:
			return 0
		case f.mixedGiven() == 2 && (n > 4 || !f.ambiguous(text)):
			return 74
		case n > 4 && !f.ambiguous(text):
			return 68
		}
		return 0
	case caps > 0:
		return 0
	case first.given == 2 && !isAmbiguous(text[first.start:first.end]):
		if last.given < 2 && last.end-last.start < 3 || f.n > 4 {
			return 0
		}
		return 70
	}
	return 0
}

// heading reports whether one of the words is a small word of a sentence.
func (f *fullName) heading(text []byte) bool {
	for _, w := range f.words[:f.n] {
		if isNoName(text[w.start:w.end]) {
			return true
		}
	}
	return false
}

// mixedGiven is what the best word in small letters is as a given name.
func (f *fullName) mixedGiven() (best uint8) {
	for _, w := range f.words[:f.n] {
		if !w.caps {
			best = max(best, w.given)
		}
	}
	return best
}

// noGiven reports whether the given name is a word that is no name: GNU Name.
func (f *fullName) noGiven(text []byte) bool {
	for _, w := range f.words[:f.n] {
		if !w.caps && w.given > 0 {
			return w.given < 2 && isNoName(text[w.start:w.end])
		}
	}
	return true
}

// ambiguous reports whether the given name is a word as well.
func (f *fullName) ambiguous(text []byte) bool {
	for _, w := range f.words[:f.n] {
		if !w.caps && w.given > 0 {
			return isAmbiguous(text[w.start:w.end])
		}
	}
	return false
}

// split reports whether the words in capitals are one run at the start or the
// end, and those beside it begin with a given name.
func (f *fullName) split() bool {
	changes, i := 0, -1
	previous := f.words[0].caps
	for k := range f.n {
		w := f.words[k]
		if w.particle || w.initial {
			continue
		}
		if w.caps != previous {
			changes++
			previous = w.caps
		}
		if !w.caps && i < 0 {
			i = k
		}
	}
	return changes == 1 && i >= 0 && f.words[i].given > 0
}

// surnameLength is the length of the longest word in capitals.
func (f *fullName) surnameLength() (n int) {
	for _, w := range f.words[:f.n] {
		if w.caps {
			n = max(n, w.end-w.start)
		}
	}
	return n
}

// namedAfter reports whether the words in front make a place of a name: rue Jean
// Jaurès, lycée Victor Hugo, prix Albert Londres.
func namedAfter(text []byte, at int) bool {
	low := max(0, at-nameBefore+8)
	for range 3 {
		end := at
		for end > low && (text[end-1] == ' ' || text[end-1] == '-' || text[end-1] == '\'') {
			end--
		}
		start := end
		for start > low && isLetter(text, start-1) {
			start--
		}
		if start == end || start == low && low > 0 {
			return false
		}
		word := text[start:end]
		if wayOf(word) != 0 {
			return true
		}
		var buffer [maxToken]byte
		if len(word) <= 16 {
			if namedThings.has(word) {
				return true
			}
			w := foldToken(buffer[:0], word)
			if !isParticle(word) && string(w) != "general" && string(w) != "marechal" && string(w) != "docteur" && string(w) != "president" && string(w) != "saint" {
				return false
			}
		}
		at = start
	}
	return false
}

// isNamesake reports whether the first words are the name of a company or of
// somebody long dead after whom places are called.
func isNamesake(text []byte, f *fullName) bool {
	var folded [maxNameBytes * 2]byte
	name := folded[:0]
	for i, w := range f.words[:min(f.n, 3)] {
		if w.end-w.start > maxToken {
			return false
		}
		name = foldToken(name, text[w.start:w.end])
		if _, known := namesakes[string(name)]; known && i > 0 {
			return true
		}
		name = append(name, ' ')
	}
	return false
}

var namesakes = nameSet("alain afflelou,yves rocher,pierre fabre,leroy merlin,louis vuitton,christian dior,franck provost,jacques dessange,calvin klein,ralph lauren" +
	",hugo boss,tommy hilfiger,pierre cardin,michael kors,thomas cook,marie claire,max mara,yves saint laurent,jean louis david" +
	",charles de gaulle,victor hugo,jean jaures,jean moulin,jules ferry,marie curie,pierre curie,louis pasteur,claude bernard,gustave roussy,georges pompidou" +
	",simone veil,francois mitterrand,robert schuman,jean monnet,leon blum,albert camus,emile zola,anatole france,albert londres,alain fournier,paul valery" +
	",jules verne,jean mermoz,antoine de saint,pierre mendes,gaston doumergue,raymond poincare,aristide briand,jean mace,leon gambetta,paul bert,louis aragon")

func nameSet(names string) map[string]struct{} {
	set := map[string]struct{}{}
	for name := range strings.SplitSeq(names, ",") {
		set[name] = struct{}{}
	}
	return set
}

var namedThings = newLexicon("lycee college ecole hopital clinique centre institut universite fondation prix stade gymnase gare pont parc jardin musee" +
	" bibliotheque mediatheque theatre salle espace maison ehpad residence groupe cabinet tour hotel caserne base aeroport port loi syndrome maladie" +
	" theoreme methode algorithme echelle institute university hospital school foundation street station garage boulangerie patisserie pharmacie" +
	" laboratoire laboratoires hospitalier magasin boutique restaurant brasserie imprimerie transports ambulances taxi editions galerie maternite" +
	" formule pack gamme offre college campus arret metro amphitheatre promotion batiment")

// notNames are values of columns of names that name nobody.
var notNames = newLexicon("oui non inconnu inconnue null none neant total na nan vide aucun aucune test divers autre autres anonyme masque nd nc true false")

// companies are words of organisations.
var companies = newLexicon("sarl sas sasu sa sci eurl scop snc gie cpam msa urssaf mutuelle societe pharmacie clinique hopital laboratoire laboratoires cabinet" +
	" centre association banque caisse groupe service direction chu chr mairie ministere assurances assurance ets entreprise inc ltd gmbh")

// cellPersonName decides on a cell of a column of names: one to six words of
// letters that are no company.
func cellPersonName(cell []byte) Span {
	start, end := trimCell(cell)
	words, letters, named := 0, 0, false
	for i := start; i < end; {
		switch b := cell[i]; {
		case isLetter(cell, i):
			e := i
			for e < end && isLetter(cell, e) {
				e++
			}
			w := cell[i:min(e, i+maxToken)]
			if companies.has(w) || e-i == end-start && notNames.has(w) {
				return Span{}
			}
			if !labelWords.has(w) {
				named = true // the name of a column is no name
			}
			words++
			letters += e - i
			i = e
		case b == ' ' || b == '-' || b == '\'' || b == '.' || b == ',' || b == '(' || b == ')' || b == 0xA0 || b == 0xC2 || b == 0xE2 || b == 0x80 || b == 0x99 || b == 0x92:
			i++
		default:
			return Span{}
		}
	}
	if words == 0 || !named || words > 8 || letters < 2 || end-start > 80 {
		return Span{}
	}
	return accepted(start, end, 60, 72, Structure)
}
