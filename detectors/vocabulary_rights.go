package detectors

// rightsRequestTerms are the words of data-subject requests.
var rightsRequestTerms = Detector{
	Kind: "rights_request_terms",
	Doc: `demandes d'exercice des droits / data-subject requests
Requests of access, rectification, erasure and portability made by somebody, and
the answers, beside a person. RGPD, art. 15 to 22; loi n° 78-17, art. 85.`,
	Max: Possible, Placeholder: "[DROITS]", HideLength: true,
	Terms: []string{
		"demande de droit d acces", "demande d acces", "demande d acces a mes donnees", "demande d acces aux donnees", "demande de rectification", "demande d effacement", "demande de suppression", "demande de suppression de mes donnees", "demande de portabilite", "demande de limitation", "demande d exercice de droit", "demande d exercice de droits",
		"demande d exercice des droits", "demande rgpd", "demandes rgpd", "exerce mon droit", "exercer mon droit d acces", "exercer mon droit", "exerce son droit", "souhaite exercer son droit", "souhaite exercer ses droits", "souhaite exercer mes droits", "mon droit d acces", "mon droit a l effacement", "mon droit a l oubli", "mon droit de rectification", "mon droit d opposition",
		"acceder a mes donnees", "copie de mes donnees", "communication de mes donnees", "suppression de mes donnees", "supprimer mes donnees", "effacer mes donnees", "effacement de mes donnees", "rectifier mes donnees", "portabilite de mes donnees", "reponse a la demande d acces", "reponse a votre demande d acces", "reponse droit d acces",
		"directives apres le deces", "directives post mortem", "directives relatives au sort", "plainte cnil", "plainte aupres de la cnil", "plainte a la cnil", "registre des demandes", "subject access request", "right to be forgotten", "erasure request", "dsar",
	},
	Not:     []string{"demande d acces au reseau", "demande d acces au systeme", "demande d acces au batiment", "demande d acces vpn", "demande d acces informatique", "demande d acces au site", "demande d acces au parking", "formulaire de demande d acces", "demande de suppression de compte informatique", "demande de rectification budgetaire", "demande d acces application"},
	Columns: []string{"demande droit", "type droit", "droit exerce", "demande acces", "demande effacement", "demande rgpd", "exercice droits", "date demande droit", "dsar", "subject request"},
}
