package detectors

// profileTerms are the words of profiling.
var profileTerms = Detector{
	Kind: "profile_terms",
	Doc: `données de profilage / profiling data
Scores, segments, appetence, churn and moments of life given to somebody, beside a
person. RGPD, art. 4 (4) and 22.
La Mutuelle Générale, protection des données: « Données de profils ».`,
	Max: Possible, Placeholder: "[PROFIL]", HideLength: true,
	Terms: []string{
		"profilage", "score client", "score de risque", "score d appetence", "score d attrition", "score de fidelite", "score de churn", "score de resiliation", "scoring", "segment client", "segment de clientele", "segmentation client", "segment marketing", "segment rfm", "code segment", "profil client", "profil type", "profil de risque", "profil de navigation",
		"profil de consommation", "appetence produit", "appetence", "risque d attrition", "risque de resiliation", "probabilite de resiliation", "risque de depart", "propension a", "valeur client", "valeur vie client", "potentiel client", "client a risque", "client fragile", "client premium", "client a forte valeur", "moment de vie", "moments de vie", "cible marketing",
		"ciblage marketing", "cible de campagne", "campagne ciblee", "persona", "typologie client", "categorie de client", "note de solvabilite", "score de solvabilite", "donnees comportementales", "comportement d achat", "centre d interet marketing", "preference client", "preferences client", "recommandation personnalisee", "offre personnalisee",
		"vente croisee", "cross selling", "up selling", "multi equipe", "multi equipement", "mono equipe", "taux d equipement du client", "customer score", "churn score", "customer segment", "lifetime value", "lookalike audience", "decision automatisee", "modele predictif", "score predictif",
	},
	Not:     []string{"persona non grata", "decision automatisee au sens", "aucun profilage", "pas de profilage", "sans profilage", "ni profilage", "y compris le profilage", "droit au profilage", "scoring du match", "profil de poste", "profil linkedin"},
	Columns: []string{"score", "scoring", "score client", "score risque", "segment", "segmentation", "appetence", "profil", "profil client", "moment de vie", "valeur client", "potentiel", "attrition", "churn", "persona", "cible", "customer score", "risk score"},
}
