package detectors

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
(M. DUPONT Jean, Mme Marie-Claire LE GOFF, Docteur Martin; in small letters behind mme, mlle
and, where the sentence goes on in French, mr and dr), a label (Nom :,
Prénom :, Assuré :, Patient :, je soussigné), a member with the surname in capitals
(l'assurée Zoé MARTIN), a family (la famille Martin), the line behind a closing formula (Cordialement,), the name
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
	"soussign", "contact", "m\u00e9decin", "m\xe9decin", "medecin", "surname", "lastname", "firstnam", "last na", "first na",
	"famille ", "\u00e9poux ", "\xe9poux ", "epoux ", "consorts"}

func verifyPersonName(text []byte, at int) Span {
	if at >= len(text) || at > 0 && isLetter(text, at-1) {
		return Span{}
	}
	if mayStart(&announcing, text[at:min(len(text), at+2)]) {
		if i := afterCivility(text, at); i > 0 {
			if s := civilName(text, at, i); s.Outcome != None {
				return s
			}
			return smallName(text, at)
		}
		if s := smallName(text, at); s.Outcome != None {
			return s
		}
		if i, single := afterLabel(text, at); i > 0 {
			return labelName(text, i, single)
		}
		if s := memberName(text, at); s.Outcome != None {
			return s
		}
		if s := householdName(text, at); s.Outcome != None {
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

// households are the words for several persons of one surname, and notHouseholds what follows
// them in headings.
var (
	households    = newLexicon("famille epoux consorts")
	notHouseholds = newLexicon("nombreuse monoparentale recomposee proche elargie complete royale accueil rurale hote hotes duo plus sante solo mono")
)

// householdName reads the surname of a family: la famille Brambourg, les époux LE GOFF. One
// word behind a label in capitals is a heading: FAMILLE NOMBREUSE.
func householdName(text []byte, at int) Span {
	e := wordEnd(text, at)
	if e+1 >= len(text) || text[e] != ' ' || !isUpperAt(text, e+1) || !households.has(text[at:e]) {
		return Span{}
	}
	f := readName(text, e+1)
	f.cut(text)
	if f.n == 0 || f.n > 3 || !plainName(&f) {
		return Span{}
	}
	for _, w := range f.words[:f.n] {
		if notHouseholds.has(text[w.start:w.end]) || companies.has(text[w.start:w.end]) || isUpperAt(text, at+1) && !w.particle && f.n == 1 {
			return Span{}
		}
	}
	return accepted(f.words[0].start, f.end(), 66, 74, Structure|ContextWord)
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
var announcing = wordStarts(newLexicon(labelsOfNames, "mm mme mlle monsieur madame docteur maitre professeur dr mr mrs pr famille epoux consorts").words)

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
	if at > 1 && text[at-1] == '.' && isLetter(text, at-2) {
		return true // J.H.M. Dassen
	}
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
	f.cutSentence(text)
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
	f.trim()
}

// cutSentence ends the name behind a civility in front of the words of two letters that go on with
// a sentence in capitals: MME DURAND EN ARRET.
func (f *fullName) cutSentence(text []byte) {
	for i := 1; i < f.n; i++ {
		if w := f.words[i]; w.caps && w.end-w.start == 2 && sentenceWords.has(text[w.start:w.end]) {
			f.n = i
			f.trim()
		}
	}
}

var sentenceWords = newLexicon("en et au ou un il ce je ne se")

// isSurname reports whether word i, which is a word of the language, is a surname
// there: beside a given name, or the only word behind a civility.
func (f *fullName) isSurname(text []byte, i int) bool {
	if w := f.words[i]; !surnameWords.has(text[w.start:w.end]) {
		return false
	}
	beside := func(k int) bool {
		return k >= 0 && k < f.n && f.words[k].given == 2 && (!f.words[k].caps || f.words[i].caps)
	}
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
