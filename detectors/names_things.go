package detectors

import "strings"

// What bears the name of a person and is none: streets, schools, brands; and words
// that stand where a name should.

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
			if !isParticle(word) && string(w) != "general" && string(w) != "marechal" && string(w) != "docteur" && string(w) != "president" {
				return string(w) == "saint" || string(w) == "sainte" // Saint Jean de Monts
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
	" formule pack gamme offre college campus arret metro amphitheatre amphi creche promotion batiment")

// notNames are values of columns of names that name nobody.
var notNames = newLexicon("oui non inconnu inconnue null none neant total na nan vide aucun aucune test divers autre autres anonyme masque nd nc true false")

// companies are words of organisations.
var companies = newLexicon("sarl sas sasu sa sci eurl scop snc gie cpam msa urssaf mutuelle societe pharmacie clinique hopital laboratoire laboratoires cabinet" +
	" centre association banque caisse groupe service direction chu chr mairie ministere assurances assurance ets entreprise inc ltd gmbh")
