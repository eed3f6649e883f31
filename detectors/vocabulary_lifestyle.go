package detectors

// lifestyleTerms are the words of habits and ways of life.
var lifestyleTerms = Detector{
	Kind: "lifestyle_terms",
	Doc: `habitudes de vie / habits of life
Tobacco, alcohol, sport, leisure, housing and consumption of somebody, as
questionnaires and files note them, beside a person.
La Mutuelle Générale, protection des données: « Vie personnelle (habitudes de vie,
situation familiale) ».`,
	Max: Possible, Placeholder: "[HABITUDES]", HideLength: true,
	Terms: []string{
		"habitudes de vie", "mode de vie", "hygiene de vie", "habitude alimentaire", "habitudes alimentaires", "regime alimentaire", "regime sans sel", "vegetarien", "vegetalien", "vegan", "fumeur", "non fumeur", "ancien fumeur", "tabagisme", "tabagique", "cigarettes par jour", "paquets par jour", "paquet annee",
		"vapoteur", "cigarette electronique", "consommation d alcool", "consommation de tabac", "consommation de cannabis", "consommateur de cannabis", "verres par jour", "verres par semaine", "consommation occasionnelle", "alcool occasionnel", "cannabis", "cocaine", "consommation d heroine", "stupefiants",
		"activite sportive", "activite physique", "pratique sportive", "sport a risque", "sports a risques", "sports extremes", "sport pratique", "plongee sous marine", "parachutisme", "parapente", "deltaplane", "alpinisme", "saut a l elastique", "sports mecaniques", "sedentaire", "sedentarite",
		"loisirs pratiques", "centres d interet", "centre d interet personnel", "passion pour", "animal de compagnie", "animaux de compagnie", "vit seul", "vit seule", "vit en couple", "vit chez ses parents", "heberge chez", "hebergee chez", "sans domicile fixe", "sdf", "locataire depuis", "proprietaire depuis",
		"type de logement", "residence secondaire", "habitudes de consommation", "habitudes d achat", "moyen de transport utilise", "vehicule personnel", "voyages frequents", "sejours a l etranger", "heures de sommeil", "poids et taille", "smoker", "non smoker", "alcohol consumption", "drinks per week",
	},
	Not:     []string{"zone non fumeur", "espace fumeur", "espace non fumeur", "chambre non fumeur", "chambre fumeur", "detecteur de cocaine", "mois sans tabac", "lutte contre le tabagisme", "avion non fumeur", "trafic de stupefiants", "menu vegetarien", "plat vegetarien", "repas vegetarien"},
	Columns: []string{"fumeur", "tabac", "alcool", "consommation alcool", "sport pratique", "sport", "loisirs", "habitudes", "mode de vie", "regime alimentaire", "centres interet", "type logement", "smoker", "hobbies"},
}
