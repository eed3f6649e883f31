package detectors

import (
	"slices"
	"strings"
)

// art9Terms are the words of the special categories other than health and genes.
var art9Terms = Detector{
	Kind: "art9_terms",
	Doc: `vocabulaire des autres données sensibles / words of other special categories
Trade union membership, religion and beliefs, ethnic origin, sexual life and
orientation, political opinions, beside a person.
RGPD, art. 9 (1); loi n° 78-17 du 6 janvier 1978, art. 6.`,
	Max: Possible, Placeholder: "[SENSIBLE]", HideLength: true,
	Terms: slices.Concat(unionTerms, beliefTerms, originTerms, partyTerms, []string{
		// Union. The acronyms by themselves, where they are no subject of a sentence (see Not).
		"cgt", "cfdt", "cftc", "unsa", "cfe cgc", "fsu",
		"adherent cgt", "adherent cfdt", "adherent cftc", "adherent unsa", "adherente cgt", "adherente cfdt", "delegue cgt", "delegue cfdt", "delegue cftc", "delegue unsa", "deleguee cgt", "deleguee cfdt", "elu cgt", "elu cfdt", "elue cgt", "elue cfdt", "carte cgt", "carte cfdt", "syndique cgt", "syndique cfdt", "syndiquee cgt", "syndiquee cfdt", "militant cgt", "militant cfdt", "cotisation cgt", "cotisation cfdt", "force ouvriere", "sud solidaires", "delegue syndical", "deleguee syndicale", "representant syndical", "representante syndicale", "responsable syndical", "adherent syndical", "appartenance syndicale", "appartenance a un syndicat", "mandat de delegue syndical", "syndique", "syndicaliste",
		"cotisation syndicale", "mandat syndical", "heures de delegation", "liste syndicale", "section syndicale", "activite syndicale", "carte syndicale", "greviste", "trade union member", "union membership",
		// Religion and beliefs.
		"catholique", "protestant", "musulman", "israelite", "bouddhiste", "hindouiste", "temoin de jehovah", "temoins de jehovah", "evangelique", "orthodoxe pratiquant", "athee", "agnostique", "juif pratiquant", "confession juive", "confession musulmane", "confession catholique",
		"confession religieuse", "appartenance religieuse", "conviction religieuse", "convictions religieuses", "croyance religieuse", "pratiquant regulier", "obedience religieuse", "franc macon", "loge maconnique", "regime casher", "repas casher", "repas halal", "menu halal", "menu casher", "repas sans porc", "refus de transfusion",
		"port du voile", "ramadan", "shabbat", "baptise", "religious belief",
		// Origin.
		"origine ethnique", "origine raciale", "origines ethniques", "origine maghrebine", "origine africaine", "origine algerienne", "origine marocaine", "origine tunisienne", "origine turque", "origine portugaise", "origine asiatique", "origine antillaise",
		"origine roumaine", "origine juive", "origine gitane", "origine rom", "couleur noire de peau", "type europeen", "type africain", "type maghrebin", "type nord africain", "type asiatique", "type mediterraneen", "couleur de peau", "appartenance ethnique", "communaute rom",
		"gens du voyage", "maghrebin", "ethnic origin", "racial origin",
		// Sexual life.
		"orientation sexuelle", "vie sexuelle", "homosexuel", "homosexualite", "heterosexuel", "bisexuel", "bisexualite", "lesbienne", "lgbt", "lgbtq", "transsexuel", "transgenre", "personne transgenre", "changement de sexe", "reassignation sexuelle", "transition de genre", "dysphorie de genre",
		"partenaires sexuels", "pratiques sexuelles", "prostitution", "conjoint de meme sexe", "couple de meme sexe", "mariage homosexuel", "sexual orientation",
		// Politics and philosophy.
		"opinion politique", "opinions politiques", "opinion philosophique", "conviction philosophique", "convictions politiques", "parti socialiste", "parti communiste", "rassemblement national", "front national", "france insoumise", "europe ecologie", "lutte ouvriere",
		"militant politique", "militant communiste", "militant socialiste", "militante politique", "engagement politique", "adherent du parti", "adherent d un parti politique", "adherente d un parti politique", "adherente du parti", "elu politique", "sympathisant du parti", "encarte", "mandat politique", "extreme droite", "extreme gauche", "political opinion",
		"parti politique auquel", "vote a gauche", "vote a droite", "engage en politique", "engagee en politique", "conviction politique", "convictions philosophiques", "convictions anarchistes",
		"convictions marxistes", "convictions royalistes", "convictions ecologistes", "liste socialiste", "liste communiste", "liste ecologiste", "activite politique", "mouvement ecologiste", "opposant politique", "refugie politique", "mouvement politique", "parti renaissance", "responsable du npa", "meeting politique", "militantisme",
		"responsable syndicale", "defenseur syndical", "est au syndicat", "represente fo", "rejoint fo", "tresorier du syndicat", "secretaire du syndicat", "permanent syndical", "permanente syndicale", "quitte son syndicat", "quitte le syndicat", "engagement syndical", "carte du syndicat", "membre d un syndicat", "adherent d un syndicat", "adherente d un syndicat", "adhere a un syndicat",
		"frequente la mosquee", "frequente la synagogue", "frequente la paroisse", "frequente l eglise", "frequente le temple", "motif religieux", "foulard islamique", "diacre", "catechisme", "congregation religieuse", "membre d une secte", "circoncision", "mariage religieux", "voile islamique", "sans religion", "rabbin", "imam", "pretre", "pasteur de l eglise", "eglise reformee", "eglise orthodoxe", "pelerinage", "va a la messe", "tradition juive", "tradition musulmane", "famille juive", "famille musulmane", "famille catholique", "croyances animistes", "animiste", "islamique", "motifs religieux", "raison religieuse", "raisons religieuses", "refuse la transfusion", "refuse les transfusions",
		"mange casher", "mange halal", "nourriture casher", "nourriture halal", "porte le voile", "porte la kippa", "porte le foulard", "porte un voile", "franc maconne", "se dit croyant", "se dit croyante", "est croyant", "est croyante", "non croyant", "non croyante",
		"eglise evangelique", "culte evangelique", "scientologue", "scientologie", "mormon", "adventiste", "hindou", "sikh", "pratique religieuse", "religieux pratiquant", "catholique pratiquante", "juive pratiquante", "musulmane pratiquante",
		"ethnie", "ascendance africaine", "ascendance maghrebine", "ascendance asiatique", "issu de l immigration", "issue de l immigration", "pere algerien", "pere marocain", "pere tunisien", "pere malien", "mere algerienne", "mere marocaine", "mere tunisienne", "mere malienne", "harki", "est rom", "raison de ses origines", "raison de son origine", "propos racistes", "injures racistes", "metis", "metisse", "peau noire", "peau mate", "race noire", "race blanche", "homme de couleur", "femme de couleur", "personne de couleur", "tsigane", "manouche",
		"est gay", "etre gay", "couple gay", "homme gay", "personne gay", "dit gay", "ouvertement gay", "ami gay", "coming out", "homoparental", "homoparentalite", "change de sexe", "changer de sexe", "transidentite", "non binaire", "intersexe", "pansexuel", "queer",
		"rapports sexuels", "couple de femmes", "couple d hommes", "agression homophobe", "propos homophobes", "relations sexuelles", "travailleur du sexe", "travailleuse du sexe", "marie avec un homme", "mariee avec une femme", "pacse avec un homme", "pacsee avec une femme",
	}),
	Not: slices.Concat(phrases([]string{"cgt", "cfdt", "cftc", "unsa", "fsu", "cfe cgc"}, []string{""}, []string{"et la", "et l", "et le", "et fo", "a", "ont", "appelle", "appellent", "demande", "demandent", "signe", "signent", "propose", "refuse", "est", "sera", "estime"}),
		phrases([]string{"accord", "accords", "entre", "tract", "communique", "courrier"}, []string{"de la", "la", "de l"}, []string{"cgt", "cfdt", "cftc", "unsa", "fsu"}), []string{
			"ecole catholique", "lycee catholique", "institut catholique", "secours catholique", "universite catholique", "rue catholique", "enseignement catholique", "cimetiere protestant", "temple protestant", "cimetiere israelite", "hopital protestant", "musee juif",
			"cimetiere musulman", "institut du monde arabe", "pays d origine", "origine du produit", "certificat d origine",
			"front national de liberation", "association lgbt", "aumonerie catholique", "etablissement catholique", "presse catholique", "action catholique", "eglise catholique", "culte catholique", "culte protestant", "culte musulman", "lieu de culte",
			"journee lgbt", "charte lgbt", "vacances du ramadan", "dates du ramadan", "periode du ramadan", "tissu metis", "drap metis", "fil metis", "lin metis", "restaurant halal", "boucherie halal", "boucherie casher", "restaurant casher",
		}),
	Columns: []string{"religion", "confession", "confession religieuse", "syndicat", "appartenance syndicale", "delegue syndical", "mandat syndical", "orientation sexuelle", "origine ethnique", "ethnie", "ascendance africaine", "ascendance maghrebine", "ascendance asiatique", "issu de l immigration", "issue de l immigration", "pere algerien", "pere marocain", "pere tunisien", "pere malien", "mere algerienne", "mere marocaine", "mere tunisienne", "mere malienne", "harki", "est rom", "raison de ses origines", "raison de son origine", "propos racistes", "injures racistes", "opinion politique", "parti politique", "conviction religieuse", "croyance", "union membership", "ethnicity", "sexual orientation"},
}

// What a person is in a union, and the unions.
var unionTerms = slices.Concat(
	phrases([]string{"adherent", "adherente", "membre", "militant", "militante", "sympathisant", "sympathisante", "syndique", "syndiquee", "cotise", "milite", "adhere", "mandate", "mandatee", "delegue", "deleguee", "elu", "elue", "permanent", "permanente"},
		[]string{"a", "a la", "a l", "de", "de la", "de l", "par", "par la", "par l"}, unions),
	phrases([]string{"carte", "cotisation", "section", "representant", "representante", "personnel", "adhesion", "permanence"}, []string{"a", "a la", "a l", "de la", "de l"}, unions),
	phrases([]string{"union locale", "union departementale", "federation", "syndicat", "liste", "greve avec", "greve avec la", "manifeste avec", "manifeste avec la", "manifestations avec", "manifestations avec la", "tresorier", "tresoriere", "tresorier de la", "engage a la", "engagee a la"}, []string{""}, unions),
	phrases([]string{"delegue", "deleguee", "elu", "elue", "syndique", "syndiquee", "adherent", "adherente", "militant", "militante", "representant", "representante", "personnel"}, []string{""},
		[]string{"fo", "fsu", "force ouvriere", "cfe cgc"}),
	[]string{"elu cftc", "elue cftc", "elu unsa", "elue unsa", "deleguee cftc", "deleguee unsa"},
	phrases([]string{"representant du personnel", "representante du personnel", "secretaire de section", "secretaire de la section", "delegue du personnel", "deleguee du personnel"}, []string{""}, unions),
	phrases([]string{"delegue", "deleguee", "elu", "elue", "representant", "representante"}, []string{""}, []string{"sud solidaires", "sud rail", "sud sante", "solidaires"}))

var unions = []string{"cgt", "cfdt", "cftc", "unsa", "fo", "force ouvriere", "solidaires", "sud", "cfe cgc", "fsu"}

// Beliefs by their names.
var beliefTerms = slices.Concat(
	phrases([]string{"confession", "religion", "communaute"}, []string{""}, []string{"orthodoxe", "protestante", "israelite", "bouddhiste", "hindouiste", "hindoue", "sikhe", "evangelique", "chretienne", "anglicane"}),
	[]string{"religion juive", "religion musulmane", "religion catholique", "communaute juive", "communaute musulmane", "communaute armenienne", "communaute kurde"},
	phrases([]string{"converti", "convertie", "conversion", "pratique"}, []string{"a l", "au", "l", "le"}, []string{"islam", "judaisme", "catholicisme", "bouddhisme", "christianisme", "protestantisme", "hindouisme"}))

// Origins; those of goods are as often French as Italian, and are left out.
var originTerms = slices.Concat(
	phrases([]string{"origine"}, []string{""}, []string{"kabyle", "berbere", "senegalaise", "malienne", "comorienne", "vietnamienne", "armenienne", "ivoirienne", "congolaise", "camerounaise", "guineenne", "haitienne", "cambodgienne",
		"pakistanaise", "libanaise", "syrienne", "irakienne", "iranienne", "kurde", "afghane", "tsigane", "manouche", "guadeloupeenne", "martiniquaise", "reunionnaise", "malgache", "mauricienne", "capverdienne", "egyptienne", "ethiopienne",
		"somalienne", "bosniaque", "albanaise", "kosovare", "sri lankaise", "nord africaine", "subsaharienne", "arabe"}),
	phrases([]string{"parents"}, []string{""}, []string{"algeriens", "marocains", "tunisiens", "maliens", "senegalais", "turcs", "vietnamiens", "comoriens", "congolais", "africains", "maghrebins"}))

// What a person is in a party.
var partyTerms = slices.Concat(
	phrases([]string{"adherent", "adherente", "membre", "militant", "militante", "sympathisant", "sympathisante", "elu", "elue", "encarte", "encartee", "candidat", "candidate"}, []string{"de", "du", "au", "a", "chez", "des", "d"},
		[]string{"ps", "pcf", "rn", "lfi", "lr", "eelv", "republicains", "europe ecologie", "npa", "modem"}),
	phrases([]string{"sympathisant", "sympathisante", "membre", "militant", "militante", "cadre"}, []string{"d un"}, []string{"parti politique", "mouvement politique"}),
	phrases([]string{"conseiller municipal", "conseillere municipale", "depute", "deputee", "elu", "elue", "candidat", "candidate", "senateur", "senatrice"}, []string{""}, []string{"socialiste", "communiste", "ecologiste", "insoumis", "insoumise", "les republicains"}))

// phrases joins every head by every link with every tail.
func phrases(heads, links, tails []string) []string {
	// One text holds all of them: they are made whenever the program starts.
	var text strings.Builder
	ends := make([]int, 0, len(heads)*len(links)*len(tails))
	for _, head := range heads {
		for _, link := range links {
			for _, tail := range tails {
				from := text.Len()
				for _, part := range [...]string{head, link, tail} {
					if part != "" && text.Len() > from {
						text.WriteByte(' ')
					}
					text.WriteString(part)
				}
				ends = append(ends, text.Len())
			}
		}
	}
	all, from := make([]string, len(ends)), 0
	for i, end := range ends {
		all[i], from = text.String()[from:end], end
	}
	return all
}
