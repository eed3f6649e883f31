package detectors

// Reading names of persons. A name is up to maxNameWords words, one space (or
// no-break space) between them: words that begin with a capital, initials with
// a full stop, particles in small letters between two of them. Hyphens and
// apostrophes join the parts of one word.

const (
	maxNameWords = 6
	maxNameBytes = 72
)

// nameWord is one word of a name.
type nameWord struct {
	start, end int
	caps       bool // all capitals, at least two
	particle   bool
	initial    bool
	given      uint8 // 0 no given name, 1 in the long list, 2 a common one
}

// fullName is what was read.
type fullName struct {
	words [maxNameWords]nameWord
	n     int
	next  int // where the word behind them begins, -1 when there is none
}

func (f *fullName) end() int { return f.words[f.n-1].end }

// readName reads the words of a name at i; n is 0 when none begins there.
func readName(text []byte, i int) (f fullName) {
	f.next = i
	f.readOn(text, i, maxNameWords)
	f.trim()
	return f
}

// readOn reads the words of the name that begins at start until there are n.
func (f *fullName) readOn(text []byte, start, n int) {
	for i := f.next; f.n < n && i >= 0; i = f.next {
		f.next = -1
		if i >= len(text) || i-start >= maxNameBytes {
			break
		}
		w := &f.words[f.n]
		if !w.read(text, i) {
			break
		}
		f.n++
		if w.particle && apostropheBefore(text, w.end) {
			f.next = w.end
		} else if e := blankEnd(text, w.end); e > w.end && e-w.end <= 2 {
			f.next = e
		}
	}
}

// trim drops the particles behind the last word that is none.
func (f *fullName) trim() {
	for f.n > 0 && f.words[f.n-1].particle {
		f.n--
	}
}

func apostropheBefore(text []byte, i int) bool {
	return i > 0 && (text[i-1] == '\'' || text[i-1] == 0x99)
}

// read reads the word at i; it reports false when it is none of a name.
func (w *nameWord) read(text []byte, i int) bool {
	if !isLetter(text, i) {
		return false
	}
	e := i
	upper, lower := 0, 0
	for limit := min(len(text), i+maxPairWord); e < limit; e++ { // most words are ASCII
		if b := text[e]; b-'a' < 26 {
			lower++
		} else if b-'A' < 26 {
			upper++
		} else {
			break
		}
	}
	for e < len(text) && e-i < maxPairWord && (isLetter(text, e) || joins(text, e)) {
		switch b := text[e]; {
		case isUpperAt(text, e):
			upper++
		case b-'a' < 26 || b >= 0xE0 || b == 0xC3 && !isUpperAt(text, e):
			lower++
		}
		e++
	}
	if e-i > 2 && text[e-1] == 's' && apostropheBefore(text, e-1) { // Smith's
		for e--; !isLetter(text, e-1); e-- {
		}
		lower--
		*w = nameWord{start: i, end: e, caps: lower == 0, given: givenName(text[i:e])}
		return isUpperAt(text, i) && upper+lower > 1
	}
	if e-i >= maxPairWord || e < len(text) && (isToken(text[e]) || text[e] == '@') {
		return false
	}
	*w = nameWord{start: i, end: e}
	if !isUpperAt(text, i) {
		if text[i] == 'd' {
			if next := apostropheEnd(text, i+1); next > i+1 && isUpperAt(text, next) {
				w.end = next
				w.particle = true
				return true
			}
		}
		w.particle = isParticle(text[i:e])
		return w.particle
	}
	letters := upper + lower
	if letters == 1 {
		w.initial = e < len(text) && text[e] == '.'
		if w.initial {
			w.end++
			if e+3 < len(text) && text[e+1] == '-' && isCapital(text[e+2]) && text[e+3] == '.' { // J.-P.
				w.end = e + 4
			}
		}
		return w.initial
	}
	w.caps = lower == 0
	if !w.caps && !capitalised(text[i:e]) {
		return false
	}
	w.given = givenName(text[i:e])
	return true
}

// capitalised reports whether small letters follow every capital of a mixed word,
// but for the parts of a compound and McDonald: GmbH and OpenOffice are no names.
func capitalised(word []byte) bool {
	inner := 0
	for i := 1; i < len(word); i++ {
		if isUpperAt(word, i) && isLetter(word, i-1) {
			inner++
		}
	}
	return inner == 0 || inner == 1 && (word[0] == 'M' && word[1]|0x20 == 'c' || word[0] == 'L' && word[1] == 'e' || word[0] == 'D' && word[1] == 'e')
}

// givenName looks a word up; of a compound, its first part.
func givenName(word []byte) uint8 {
	for i := range word {
		if word[i] == '-' {
			word = word[:i]
			break
		}
	}
	if len(word) < 3 {
		return 0
	}
	h := hashWord(word)
	switch {
	case !allGiven.has(h):
		return 0
	case commonGiven.has(h):
		return 2
	}
	return 1
}

// isNoName reports whether a word with a capital is no part of a name: the words
// that begin sentences and titles, months, functions, forms of companies.
func isNoName(word []byte) bool {
	return len(word) <= 16 && noNames.has(word)
}

// noNames is what isNoName knows.
var noNames = newLexicon(
	// French
	"le la les un une des du de ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs je tu il elle on nous vous ils elles",
	"et ou mais donc or ni car si que qui quoi dont quand comme pour par avec sans sous sur dans entre vers chez en au aux est sont sera etre avoir a y",
	"oui non ne pas plus moins tres bien mal tout toute tous toutes aucun aucune chaque merci bonjour bonsoir cordialement objet suite selon apres avant depuis",
	"janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi dimanche",
	"monsieur madame mademoiselle messieurs mesdames docteur professeur maitre president presidente directeur directrice responsable service direction",
	"mutuelle assurance assurances assureur societe groupe banque caisse agence cabinet centre clinique hopital pharmacie laboratoire laboratoires ministere",
	"cedex mairie prefecture commune ville region departement conseil commission comite association fondation institut universite ecole college lycee faculte",
	"sas sarl sa sci eurl scop snc gie cpam msa urssaf cnam cnil ansm insee rue avenue boulevard place chemin route impasse allee square quai saint sainte",
	"nom prenom adresse telephone tel fax mail courriel date code numero contrat dossier adherent assure beneficiaire patient client titulaire conjoint",
	"article loi decret code titre chapitre section annexe tableau figure page note version projet plan rapport guide manuel general generale national",
	"nationale europe europeen europeenne france francais francaise paris lyon marseille republique etat union euro euros nord sud est ouest sante soins",
	"garantie garanties prestation prestations formule option cotisation remboursement tiers payant oubli refus accord motif bulletin demande inconnu neant",
	"relation relations entreprises entreprise equipe equipes pole gestion clientele adherents espace comptabilite sinistres production juridique hospitalier",
	"senior seniors confort premium essentiel essentielle serenite bas",
	"appelle rappelle souhaite signale conteste refuse reclame transmet envoie conge arret maladie retraite rappeler hospitalise hospitalisee decede decedee jusqu",
	"propre bricolage meteo prix nobel premier deuxieme grand grande petit nouvelle nouveau jour annee mois semaine heure sexe naissance lieu retraite",
	// English
	"the this that these those an of to in on at by for from with without and or not is are was were be been has have had will would can could shall should",
	"may might must do does did it its he she they we you your our their his her my me us them who what when where which why how if then else all any some no yes",
	"january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday",
	"university institute college school inc ltd llc corp corporation company foundation software systems system project group team committee society center",
	"license licence public general free open source copyright version release manual guide reference file files name value type class function method module",
	"package library interface server client user users data database table index error warning note see use using used new old first last next previous",
	"street road avenue north south east west united states america english french german unicode latin arabic greek hebrew chinese japanese linux unix windows",
	"internet protocol standard format code language program programs table section chapter appendix figure page part list set get add support notes test",
	"hat mode space line text key day time house prize law effect number process transform theorem algorithm matrix distribution method equation filter sort",
	"bug fix fixes date state city bay island lake river park valley hill press books book edition dictionary bible award memorial museum gallery",
	"rule rules rapids pseudoprimes holding holdings limited gmbh theory lemma conjecture lake lakes",
	"studio pro desktop mobile store cloud web api sdk ide os java ruby perl python script net basic go rust ada pascal lua swift kotlin scala haskell tcl",
)

// ambiguousGiven are given names that are words, places and products as well:
// they make no pair by themselves.
var ambiguousGiven = newLexicon(
	"will mark may april june august art grace hope faith joy rose ruby pearl max rich bill drew chase case major miles price page dean glen heath lane dale",
	"cliff rusty sunny sky summer autumn winter van don gene guy ray rod sandy skip paris london austin jordan florence virginia carolina georgia sydney",
	"dakota victoria savannah madison lincoln jackson chelsea brooklyn israel santiago america india china asia ireland france lorraine alsace",
	"alexandria houston dallas denver orlando kent chester lancaster troy sierra amber crystal jade ivory ivy violet holly olive royal prince",
	"king duke earl baron marshal judge angel star delta alpha beta omega ada maxima orange cedar river brook",
	"forest stone reed wells field fields hall ford woods green brown white grey black gray blue gold silver long short little young best early",
	"constant fidele prosper parfait juste modeste desire aime ange prudence constance victoire gloire toussaint avril mai",
	"perla oceane celeste aurore lune ambre rubis emeraude cerise prune anis melisse garance",
	"per sun second read monte son any era see all ill ira kit lee loren mac mat nat pat per pen pet ram sim sol tab tad tam ted tim tod wes win zen kim",
	"line diamond len trace tea stanford darwin vita pascal general name unique ora una ivan else even sage true case river winter stormy justice liberty patience honor destiny harmony melody genesis",
	"nevada arizona montana cheyenne phoenix memphis aspen dublin milan rome verona sienna geneva vienna lourdes mercedes infinity essence precious treasure",
)

func isAmbiguous(word []byte) bool {
	return len(word) <= 16 && ambiguousGiven.has(word)
}
