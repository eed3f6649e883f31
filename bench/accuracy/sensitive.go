package accuracy

import "strings"

// Statements about one person that tell a special category, composed of parts so
// that seeds differ. They are written from memory, not from the vocabularies of
// the program. Angles hold what the label covers; a slash gives the feminine of a word, a bar that
// of a phrase.
var statements = []string{
	// Trade unions.
	"<{member} de {union}>", "<{member} à {union}>", "<délégué/déléguée {sigle}> dans son entreprise", "<élu/élue {sigle}> au comité social et économique", "<secrétaire de la section {sigle}>",
	"<cotise à {union}>", "<a pris sa carte à {union}>", "<mandaté/mandatée par {union}>", "<s'est syndiqué/syndiquée> l'an dernier", "<a quitté son syndicat>", "<représentant du personnel {sigle}|représentante du personnel {sigle}>",
	"<permanent syndical|permanente syndicale>", "<paie sa cotisation syndicale>", "<milite à {union}>", "<en heures de délégation>", "<responsable syndical|responsable syndicale>",
	// Religion.
	"<de confession {faith}>", "<de religion {faith}>", "<se dit {belief}>", "<pratique {worship}>", "<converti {conversion}|convertie {conversion}>", "<fréquente la {house}>", "<témoin de Jéhovah>",
	"<membre de la communauté {community}>", "<observe le ramadan>", "<respecte le shabbat>", "<mange casher>", "<mange halal>", "<porte le voile>", "<franc-maçon/franc-maçonne>", "<membre de l'Église évangélique>", "<baptisé/baptisée> en 2019",
	"<catholique pratiquant|catholique pratiquante>", "<refuse les transfusions pour motif religieux>",
	// Origin.
	"<d'origine {origin}>", "<de type {type}>", "<issu de la communauté des gens du voyage|issue de la communauté des gens du voyage>", "<a la peau noire>", "<métis/métisse>", "<de parents {people}>", "<appartient à l'ethnie peule>",
	// Sexual life.
	"<homosexuel/homosexuelle>", "<bisexuel/bisexuelle>", "<transgenre>", "<a fait son coming out>", "<vit en couple homosexuel>", "<a changé de sexe> en 2018", "<en transition de genre>", "<gay/lesbienne>", "<marié avec un homme, couple homoparental|mariée avec une femme, couple homoparental>",
	"<a des rapports sexuels à risque>", "<travailleur du sexe|travailleuse du sexe>", "parle de <sa vie sexuelle>",
	// Politics.
	"<{member} {party}>", "<encarté {parti}|encartée {parti}>", "<candidat sur la liste {list}|candidate sur la liste {list}>", "<conseiller municipal {label}|conseillère municipale {label}>", "<{member} d'un parti politique>", "<vote à l'extrême droite>", "<vote à gauche>",
	"<ancien député {label}|ancienne députée {label}>", "<soutient {party2}>", "<a des convictions {conviction}>", "<engagé en politique|engagée en politique>", "fait état de <ses opinions politiques>",
}

var statementParts = map[string][]string{
	"member": {"adhérent/adhérente", "membre/membre", "militant/militante", "sympathisant/sympathisante"},
	"union":  {"la CGT", "la CFDT", "la CFTC", "l'UNSA", "FO", "Force Ouvrière", "SUD", "Solidaires", "la CFE-CGC", "la FSU"},
	"sigle":  {"CGT", "CFDT", "CFTC", "UNSA", "FO", "SUD", "CFE-CGC", "FSU"},
	"faith":  {"musulmane", "juive", "catholique", "protestante", "orthodoxe", "bouddhiste", "israélite", "hindoue"},
	"belief": {"athée", "agnostique", "croyant/croyante", "non croyant/non croyante"}, "worship": {"l'islam", "le judaïsme", "le bouddhisme", "le culte évangélique"},
	"conversion": {"à l'islam", "au judaïsme", "au catholicisme", "au bouddhisme"}, "house": {"mosquée de son quartier", "synagogue", "paroisse Saint-Jean"}, "community": {"juive", "musulmane", "sikhe", "arménienne"},
	"origin": {"algérienne", "marocaine", "tunisienne", "kabyle", "sénégalaise", "malienne", "comorienne", "turque", "vietnamienne", "antillaise", "portugaise", "maghrébine", "africaine", "asiatique", "rom", "arménienne", "ivoirienne"},
	"type":   {"européen", "africain", "maghrébin", "asiatique", "méditerranéen"}, "people": {"algériens", "maliens", "tunisiens", "marocains"},
	"party": {"du Parti socialiste", "du Parti communiste", "du Rassemblement national", "de La France insoumise", "des Républicains", "d'Europe Écologie", "du PCF", "de LFI", "du RN"}, "parti": {"au PS", "au RN", "chez LR", "à LFI", "au PCF"},
	"list":       {"du Rassemblement national", "socialiste", "communiste", "de La France insoumise", "écologiste"},
	"label":      {"socialiste", "communiste", "Les Républicains", "Rassemblement national", "écologiste"},
	"party2":     {"le Parti socialiste", "La France insoumise", "le Rassemblement national", "Lutte ouvrière"},
	"conviction": {"anarchistes", "royalistes", "marxistes", "religieuses", "philosophiques"},
}

// statement composes one: what stands in front of its label, the label, and behind.
func (b *builder) statement(woman bool) (before, label, after string) {
	s := pick(b, statements)
	for {
		head, rest, found := strings.Cut(s, "{")
		if !found {
			break
		}
		part, tail, _ := strings.Cut(rest, "}")
		s = head + gendered(pick(b, statementParts[part]), woman) + tail
	}
	before, rest, _ := strings.Cut(s, "<")
	label, after, _ = strings.Cut(rest, ">")
	return before, genderedPhrase(label, woman), after
}

// gendered is one side of a slash.
func gendered(s string, woman bool) string {
	man, other, both := strings.Cut(s, "/")
	if both && woman {
		return other
	}
	return man
}

// genderedPhrase is gendered for a phrase: a bar parts two phrases, a slash two words.
func genderedPhrase(s string, woman bool) string {
	if man, other, both := strings.Cut(s, "|"); both {
		if woman {
			return other
		}
		return man
	}
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = gendered(w, woman)
	}
	return strings.Join(words, " ")
}

// frames set a statement beside the person it is about.
var frames = []string{
	"{civil} {NAME} déclare être {art9}.", "{civil} {Name} est {art9}.", "Note du conseiller : {name}, {art9}.", "L'adhérente {name} ({nir}) : {art9}.", "{name}, né le {birth_date}, {art9}.",
	"Commentaire : {art9}, à ne pas diffuser. Dossier de {civil} {NAME}.", "Appel de {civil} {surname} au {phone_fr} : se présente comme {art9}.", "{civil} {NAME} nous apprend par courriel ({email}) qu'il s'agit d'une personne {art9}.",
}

// neutral are statements in the same frames that tell nothing of the kind.
var neutral = []string{
	"en retraite depuis 2019", "adhérent de la mutuelle depuis dix ans", "le syndic de sa copropriété", "propriétaire rue de la Synagogue", "employé du syndicat mixte des eaux", "ancien élève de l'école catholique Saint-Joseph",
	"abonné au club de voile", "né dans son pays d'origine", "membre du conseil syndical de l'immeuble", "bénévole au Secours catholique", "chauffeur de transport", "domicilié sur la RN 7", "en route par la région Sud", "salarié d'un parti immobilier",
	"habitant place de la Mosquée", "patient de l'hôpital protestant", "témoin de l'accident", "amateur de tissus métis", "candidat à la formation", "élu au conseil d'administration de la mutuelle", "délégué de classe", "à l'origine de la demande",
	"en voyage", "client chez Gay-Lussac", "conseiller en gestion", "membre du club d'échecs", "voisin de l'église Saint-Jean", "adhérent à l'association sportive",
}

// sensitive writes statements about persons, one paragraph each.
func (b *builder) sensitive() {
	var text []segment
	for range b.Between(5, 16) {
		frame := pick(b, frames)
		if b.OneIn(3) {
			frame = strings.Replace(frame, "{art9}", "{!art9_terms}", 1)
		}
		text = b.letter(text, frame, false, false)
		text = append(text, segment{text: "\n\n" + b.filler(b.Between(260, 500)) + "\n\n"})
	}
	b.render(text, false)
}
