package detectors

// socialAidTerms are the words of social aid.
var socialAidTerms = Detector{
	Kind: "social_aid_terms",
	Doc: `demandes d'aides sociales / social aid requests
Complémentaire santé solidaire and its forerunners, minimum benefits, exceptional
relief and social action, beside a person.
Code de la sécurité sociale, art. L. 861-1; code de l'action sociale et des familles.`,
	Max: Possible, Placeholder: "[AIDE SOCIALE]", HideLength: true,
	Terms: []string{
		"complementaire sante solidaire", "c2s", "css participative", "cmu c", "cmuc", "beneficiaire de la cmu", "couverture maladie universelle", "acs", "aide a la complementaire sante", "aide medicale d etat", "aide medicale de l etat", "ame", "beneficiaire du rsa", "rsa", "rsa socle", "revenu de solidarite active",
		"prime d activite", "allocation de solidarite", "allocation de solidarite aux personnes agees", "aspa", "minimum vieillesse", "minima sociaux", "allocation de solidarite specifique", "aide au logement", "aides au logement", "apl", "allocation logement", "aide sociale", "aide sociale a l hebergement", "aide exceptionnelle",
		"demande d aide", "demande d aide exceptionnelle", "demande de secours", "secours exceptionnel", "secours financier", "fonds de secours", "fonds social", "fonds d action sociale", "commission d action sociale", "commission sociale", "dossier social", "assistante sociale", "assistant social", "travailleur social", "enquete sociale", "rapport social",
		"aide menagere", "aide a domicile", "allocation personnalisee d autonomie", "apa", "aide alimentaire", "banque alimentaire", "restos du coeur", "secours populaire", "epicerie solidaire", "hebergement d urgence", "foyer d hebergement", "centre d hebergement", "demandeur d asile", "demandeuse d asile", "refugie politique", "precarite",
		"situation precaire", "situation de precarite", "grande precarite", "accompagnement social", "suivi social", "allocataire caf", "numero allocataire", "numero d allocataire", "allocations familiales", "allocation de rentree scolaire", "cheque energie", "fonds de solidarite logement", "menace d expulsion", "expulsion locative", "social benefits",
	},
	Not: []string{"code de l action sociale", "politique sociale", "fonds social europeen", "action sociale de la mutuelle", "precarite energetique", "precarite menstruelle", "ministere des affaires sociales", "don au secours populaire", "demande d aide en ligne", "demande d aide technique",
		"rsa key", "rsa keys", "cle rsa", "cles rsa", "rsa public", "rsa private", "rsa pss", "rsa psk", "rsa oaep", "rsa 1024", "rsa 2048", "rsa 3072", "rsa 4096", "rsa sha", "rsa sha1", "rsa sha256", "rsa sha512",
		"rsa encryption", "rsa decryption", "rsa signature", "rsa signing", "rsa dsa", "dsa rsa", "ssh rsa", "id rsa", "rsa modulus", "rsa padding", "certificat rsa", "chiffrement rsa", "algorithme rsa"},
	Columns: []string{"c2s", "css", "cmu", "cmuc", "acs", "ame", "rsa", "aide sociale", "minima sociaux", "beneficiaire cmu", "beneficiaire c2s", "motif aide", "montant aide", "allocataire", "numero allocataire", "apl", "social aid"},
}
