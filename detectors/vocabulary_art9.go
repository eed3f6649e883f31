package detectors

// art9Terms are the words of the special categories other than health and genes.
var art9Terms = Detector{
	Kind: "art9_terms",
	Doc: `vocabulaire des autres données sensibles / words of other special categories
Trade union membership, religion and beliefs, ethnic origin, sexual life and
orientation, political opinions, beside a person.
RGPD, art. 9 (1); loi n° 78-17 du 6 janvier 1978, art. 6.`,
	Max: Possible, Placeholder: "[SENSIBLE]", HideLength: true,
	Terms: []string{
		// Union.
		"adherent cgt", "adherent cfdt", "adherent cftc", "adherent unsa", "adherente cgt", "adherente cfdt", "delegue cgt", "delegue cfdt", "delegue cftc", "delegue unsa", "deleguee cgt", "deleguee cfdt", "elu cgt", "elu cfdt", "elue cgt", "elue cfdt", "carte cgt", "carte cfdt", "syndique cgt", "syndique cfdt", "syndiquee cgt", "syndiquee cfdt", "militant cgt", "militant cfdt", "cotisation cgt", "cotisation cfdt", "cfe cgc", "force ouvriere", "sud solidaires", "delegue syndical", "deleguee syndicale", "representant syndical", "representante syndicale", "responsable syndical", "adherent syndical", "appartenance syndicale", "appartenance a un syndicat", "mandat de delegue syndical", "syndique", "syndicaliste",
		"cotisation syndicale", "mandat syndical", "heures de delegation", "liste syndicale", "section syndicale", "activite syndicale", "carte syndicale", "greviste", "trade union member", "union membership",
		// Religion and beliefs.
		"catholique", "protestant", "musulman", "israelite", "bouddhiste", "hindouiste", "temoin de jehovah", "temoins de jehovah", "evangelique", "orthodoxe pratiquant", "athee", "agnostique", "juif pratiquant", "confession juive", "confession musulmane", "confession catholique",
		"confession religieuse", "appartenance religieuse", "conviction religieuse", "convictions religieuses", "croyance religieuse", "pratiquant regulier", "obedience religieuse", "franc macon", "loge maconnique", "regime casher", "repas casher", "repas halal", "repas sans porc", "refus de transfusion",
		"port du voile", "ramadan", "shabbat", "converti a l islam", "baptise", "religious belief",
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
	},
	Not: []string{
		"ecole catholique", "lycee catholique", "institut catholique", "secours catholique", "universite catholique", "rue catholique", "enseignement catholique", "cimetiere protestant", "temple protestant", "cimetiere israelite", "hopital protestant", "musee juif",
		"cimetiere musulman", "institut du monde arabe", "pays d origine", "origine du produit", "certificat d origine",
		"front national de liberation", "association lgbt", "aumonerie catholique", "etablissement catholique", "presse catholique", "action catholique", "eglise catholique", "culte catholique", "culte protestant", "culte musulman", "lieu de culte",
		"journee lgbt", "charte lgbt", "vacances du ramadan", "dates du ramadan", "periode du ramadan",
	},
	Columns: []string{"religion", "confession", "confession religieuse", "syndicat", "appartenance syndicale", "delegue syndical", "mandat syndical", "orientation sexuelle", "origine ethnique", "ethnie", "opinion politique", "parti politique", "conviction religieuse", "croyance", "union membership", "ethnicity", "sexual orientation"},
}
