package detectors

// geneticTerms are the words of genetic and biometric data.
var geneticTerms = Detector{
	Kind: "genetic_terms",
	Doc: `vocabulaire génétique et biométrique / words of genetic and biometric data
Genetic tests, mutations, carriers of a hereditary disease, fingerprints and
templates, beside a person.
RGPD, art. 4 (13), 4 (14) and 9 (1); code civil, art. 16-10 and following.`,
	Max: Possible, Placeholder: "[GENETIQUE]", HideLength: true,
	Terms: []string{
		"adn", "test adn", "test genetique", "tests genetiques", "examen genetique", "analyse genetique", "caracteristiques genetiques", "depistage genetique", "diagnostic genetique", "consultation de genetique", "conseil genetique", "donnees genetiques", "donnee genetique",
		"genome", "genotype", "genotypage", "sequencage", "caryotype", "exome", "brca1", "brca2", "mutation brca", "mutation genetique", "mutation du gene", "porteur du gene", "porteuse du gene", "porteur sain", "porteuse saine", "predisposition genetique",
		"predisposition hereditaire", "maladie genetique", "maladie hereditaire", "anomalie chromosomique", "anomalie genetique", "facteur v leiden", "syndrome de lynch", "x fragile", "translocation", "empreinte genetique", "empreintes genetiques", "profil genetique", "test de paternite",
		"filiation biologique", "diagnostic preimplantatoire", "diagnostic prenatal", "amniocentese", "empreinte digitale", "empreintes digitales", "releve d empreintes", "gabarit biometrique", "donnee biometrique", "donnees biometriques", "reconnaissance faciale", "reconnaissance vocale", "reconnaissance de l iris",
		"empreinte vocale", "scan de l iris", "contour de la main", "lecteur d empreinte", "signature biometrique", "genetic test", "genetic mutation", "biometric template", "fingerprint template", "dna sample", "dna test",
	},
	Not: []string{
		"adn de la marque", "adn de l entreprise", "dans notre adn", "notre adn", "adn de la mutuelle", "adn mutualiste", "genie genetique", "algorithme genetique", "lecteur d empreinte du telephone", "empreinte digitale du navigateur", "empreinte digitale du certificat", "empreinte digitale du fichier",
	},
	Columns: []string{"adn", "test genetique", "caryotype", "genotype", "mutation genetique", "empreinte digitale", "empreintes digitales", "gabarit biometrique", "biometrie", "donnee biometrique", "fingerprint", "biometric"},
}
