package detectors

// surveyTerms are the words of satisfaction surveys.
var surveyTerms = Detector{
	Kind: "survey_terms",
	Doc: `enquêtes de satisfaction et avis / satisfaction surveys and opinions
Answers, marks and verbatims of somebody, grids of analysed calls, beside a person.
Malakoff Médéric, protection des données: « les résultats des enquêtes de
satisfaction sont conservés pendant 18 mois ».`,
	Max: Possible, Placeholder: "[ENQUETE]", HideLength: true,
	Terms: []string{
		"enquete de satisfaction", "enquetes de satisfaction", "enquete client", "enquete a chaud", "enquete a froid", "questionnaire de satisfaction", "note de satisfaction", "niveau de satisfaction", "taux de satisfaction", "indice de satisfaction", "tres satisfait", "tres satisfaite", "plutot satisfait", "plutot satisfaite", "peu satisfait", "peu satisfaite",
		"pas du tout satisfait", "pas satisfait", "pas satisfaite", "insatisfait", "insatisfaction", "motif d insatisfaction", "net promoter score", "nps", "score nps", "promoteur nps", "detracteur", "recommanderiez vous", "note de recommandation", "verbatim", "verbatim client", "avis client", "avis clients", "avis sur les produits",
		"avis depose", "avis laisse", "commentaire client", "reponse a l enquete", "reponses a l enquete", "repondant", "sondage", "panel de consommateurs", "barometre de satisfaction", "grille d analyse", "grilles d analyse", "grille d ecoute", "ecoute client", "client mystere", "effort score", "satisfaction survey", "survey response", "customer feedback",
	},
	Not:     []string{"sondage archeologique", "sondage geotechnique", "sondage de sol", "sondage urinaire", "sondage d opinion", "institut de sondage", "insatisfaction generale", "taux de satisfaction de nos adherents"},
	Columns: []string{"satisfaction", "note satisfaction", "nps", "verbatim", "avis", "avis client", "enquete", "reponse enquete", "note recommandation", "commentaire enquete", "csat", "feedback", "survey answer"},
}
