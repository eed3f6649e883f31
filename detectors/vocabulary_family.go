package detectors

// familyTerms are the words of a family's situation.
var familyTerms = Detector{
	Kind: "family_terms",
	Doc: `situation familiale / family situation
Marriage, PACS, divorce, children, separation and death in a family, beside a person.
La Mutuelle Générale, protection des données: « Vie personnelle (habitudes de vie,
situation familiale) ».`,
	Max: Possible, Placeholder: "[FAMILLE]", HideLength: true,
	Terms: []string{
		"situation familiale", "situation de famille", "situation matrimoniale", "situation maritale", "etat matrimonial", "statut marital", "regime matrimonial", "composition du foyer", "composition familiale", "nombre d enfants", "nom de jeune fille", "nom marital", "nom d epouse",
		"marie depuis", "mariee depuis", "marie avec", "mariee avec", "divorce", "divorcer", "jugement de divorce", "instance de divorce", "separation de corps", "separe de", "separee de", "veuf", "veuve", "veuvage", "celibataire", "concubinage", "concubin", "concubine", "union libre",
		"vie maritale", "vie commune", "pacse", "pacs", "pacte civil de solidarite", "livret de famille", "acte de mariage", "acte de naissance", "acte de deces", "certificat de concubinage", "ex conjoint", "ex conjointe", "ex mari", "ex epouse", "ex epoux", "ex femme",
		"garde alternee", "garde partagee", "garde exclusive", "pension alimentaire", "prestation compensatoire", "autorite parentale", "droit de visite", "residence alternee", "famille monoparentale", "parent isole", "famille recomposee", "mere celibataire", "pere celibataire", "beau pere", "belle mere",
		"belle fille", "beau fils", "enfant adopte", "adoption pleniere", "adoption simple", "enfant mineur", "enfants mineurs", "jumeaux", "naissance de mon fils", "naissance de ma fille", "deces de mon mari", "deces de ma femme", "deces de mon conjoint", "deces de mon epoux", "deces de mon epouse", "deces de mon pere", "deces de ma mere",
		"mon mari", "ma femme", "mon epoux", "mon epouse", "mon conjoint", "ma conjointe", "mon fils", "ma fille", "mon pere", "ma mere", "mes enfants", "marital status", "divorced", "widowed", "single parent", "eleve seul ses", "eleve seule ses", "eleve seul son", "eleve seule son", "est decede", "est decedee", "decede le", "decedee le", "decede depuis", "decedee depuis", "mari decede", "epoux decede", "conjoint decede", "pere decede", "femme decedee",
		"epouse decedee", "mere decedee", "vient de deceder", "violences conjugales", "violence intrafamiliale", "aide sociale a l enfance", "aidant familial", "proche aidant",
	},
	Not:     []string{"rue de la veuve", "rue des veuves", "passage des veuves", "allee de la veuve"},
	Columns: []string{"situation familiale", "sit fam", "situation famille", "situation matrimoniale", "etat matrimonial", "statut marital", "nb enfants", "nombre enfants", "regime matrimonial", "date mariage", "date divorce", "nom jeune fille", "nom conjoint", "prenom conjoint", "marital status", "number of children"},
}
