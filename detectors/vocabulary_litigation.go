package detectors

// litigationTerms are the words of complaints and disputes.
var litigationTerms = Detector{
	Kind: "litigation_terms",
	Doc: `dossiers de réclamation et de contentieux / complaint and litigation files
Complaints, mediation, formal notice, collection, court and recourse against third
parties, beside a person.
La Mutuelle Générale: « La gestion des réclamations, du précontentieux, du contentieux ».`,
	Max: Possible, Placeholder: "[CONTENTIEUX]", HideLength: true,
	Terms: []string{
		"reclamation", "lettre de reclamation", "dossier de reclamation", "motif de la reclamation", "objet reclamation", "reclamation client", "contestation du refus", "conteste le refus", "conteste la decision", "contestation", "precontentieux", "pre contentieux", "contentieux", "dossier contentieux", "mise en contentieux", "service contentieux",
		"mise en demeure", "lettre de mise en demeure", "relance amiable", "recouvrement amiable", "recouvrement judiciaire", "dossier de recouvrement", "injonction de payer", "creance impayee", "impaye", "impayes", "huissier de justice", "commissaire de justice", "commandement de payer", "titre executoire", "assignation", "assigne devant", "citation a comparaitre",
		"tribunal judiciaire", "tribunal de grande instance", "tribunal d instance", "tribunal administratif", "conseil de prud hommes", "prud hommes", "cour d appel", "cour de cassation", "juge de l execution", "refere", "jugement rendu", "jugement du tribunal", "decision de justice", "numero rg", "numero de role", "audience du",
		"avocat du demandeur", "avocat de l adherent", "partie adverse", "conclusions en defense", "saisine du mediateur", "mediateur de la mutualite", "mediation", "protocole transactionnel", "transaction amiable", "recours contre tiers", "recours contre les tiers", "recours contre un tiers", "tiers responsable", "accident cause par un tiers",
		"recours gracieux", "commission de recours amiable", "expertise judiciaire", "dommages et interets", "subrogation", "protection juridique", "dossier sinistre", "litige", "litigieux", "prejudice corporel", "casier judiciaire", "condamnation penale", "garde a vue", "mis en examen", "incarcere", "incarceration", "detention provisoire", "maison d arret", "centre penitentiaire", "sorti de prison",
		"sortie de prison", "peine de prison", "bracelet electronique", "controle judiciaire", "obligation de soins", "porte plainte", "depot de plainte", "formal notice", "complaint file", "lawsuit", "court order",
	},
	Not:     []string{"reclamations sont traitees", "traitement des reclamations", "service reclamations", "service reclamation", "saisir le mediateur", "mediation culturelle", "mediation numerique", "mediation scientifique", "gestion des reclamations", "gestion du contentieux", "tribunal competent", "droit d introduire une reclamation", "introduire une reclamation", "adresser une reclamation", "reclamation aupres de la cnil"},
	Columns: []string{"reclamation", "motif reclamation", "objet reclamation", "date reclamation", "contentieux", "litige", "statut contentieux", "mise en demeure", "huissier", "recours", "tribunal", "impaye", "montant impaye", "complaint", "lawsuit", "claim dispute"},
}
