package detectors

// fraudTerms are the words of fraud files.
var fraudTerms = Detector{
	Kind: "fraud_terms",
	Doc: `alertes, suspicions et listes de fraude / fraud alerts, suspicions and lists
Suspicion, investigation and proof of a fraud to insurance, and lists of persons,
beside a person. RGPD, art. 10 (to be confirmed by the DPO).
La Mutuelle Générale: « une inscription sur une liste de personnes présentant un
risque de fraude ».`,
	Max: Possible, Placeholder: "[FRAUDE]", HideLength: true,
	Terms: []string{
		"suspicion de fraude", "suspicions de fraude", "soupcon de fraude", "soupconne de fraude", "soupconnee de fraude", "suspecte de fraude", "fraude averee", "fraude confirmee", "fraude presumee", "fraude interne", "fraude documentaire", "fraude a l assurance", "fraude aux prestations", "tentative de fraude", "alerte fraude", "alerte de fraude",
		"dossier fraude", "dossier de fraude", "cellule fraude", "enquete fraude", "enquete de fraude", "signalement de fraude", "fiche fraude", "fraudeur", "liste noire", "liste des fraudeurs", "liste de fraude", "liste de surveillance", "personne a risque de fraude", "risque de fraude eleve", "score de fraude", "montant fraude", "montant du prejudice",
		"prejudice subi", "fausse facture", "fausses factures", "faux document", "faux documents", "facture falsifiee", "factures falsifiees", "ordonnance falsifiee", "ordonnances falsifiees", "document falsifie", "documents falsifies", "fausse ordonnance", "fausse declaration", "fausses declarations", "fausse identite", "usurpation d identite",
		"facturation d actes fictifs", "actes fictifs", "actes non realises", "soins fictifs", "double facturation", "surfacturation", "declaration mensongere", "escroquerie", "abus de confiance", "faux et usage de faux", "depot de plainte", "plainte deposee", "plainte penale", "signalement au procureur", "procureur de la republique", "fausse adhesion",
		"fraud alert", "suspected fraud", "fraud case", "confirmed fraud", "fraudster", "blacklisted",
	},
	Not:     []string{"liste noire des paradis fiscaux", "liste noire de l ocde", "numero anti fraude", "alerte aux fraudes", "escroquerie au president"},
	Columns: []string{"fraude", "suspicion fraude", "alerte fraude", "statut fraude", "type fraude", "montant fraude", "score fraude", "liste noire", "motif fraude", "fraud", "fraud score", "fraud status", "blacklist"},
}
