package detectors

// contractTerms are the words of a member's contract.
var contractTerms = Detector{
	Kind: "contract_terms",
	Doc: `données de contrat / contract data
Products taken, formula, premiums, dates and movements of a member's contract,
beside a person.
La Mutuelle Générale, protection des données: « Données de contrat (produits
souscrits…) ».`,
	Max: Possible, Placeholder: "[CONTRAT]", HideLength: true,
	Terms: []string{
		"bulletin d adhesion", "bulletin individuel d affiliation", "demande d adhesion", "certificat d adhesion", "date d adhesion", "date d effet", "date d effet du contrat", "date de souscription", "date de resiliation", "date de radiation", "date d echeance", "echeance annuelle", "echeance principale", "avis d echeance", "appel de cotisation",
		"appel de cotisations", "echeancier de cotisation", "cotisation mensuelle", "cotisation annuelle", "cotisation trimestrielle", "montant de la cotisation", "cotisation impayee", "cotisations impayees", "prime annuelle", "prime mensuelle", "contrat individuel", "contrat collectif", "contrat responsable", "contrat souscrit", "contrat resilie",
		"contrat en cours", "numero d adherent", "numero de contrat", "numero adherent", "produit souscrit", "produits souscrits", "formule souscrite", "formule choisie", "option souscrite", "options souscrites", "garanties souscrites", "niveau souscrit", "conditions particulieres", "avenant au contrat", "avenant de contrat", "devis sante",
		"devis mutuelle", "simulation tarifaire", "mandat de prelevement", "mandat sepa", "mode de paiement", "demande de resiliation", "lettre de resiliation", "resiliation infra annuelle", "resiliation pour motif", "radiation du contrat", "suspension de garantie", "mise en demeure cotisation", "portabilite", "maintien des droits",
		"dispense d adhesion", "dispense d affiliation", "affiliation obligatoire", "adhesion obligatoire", "adhesion facultative", "carte de tiers payant", "attestation de tiers payant", "changement de formule", "changement de garantie", "changement de rib", "teletransmission noemie", "delai de carence", "delai de stage",
		"membre participant", "membre honoraire", "surcomplementaire", "contrat prevoyance", "contrat obseques", "contrat dependance", "rachat du contrat", "prime de fidelite", "policy number", "policy holder", "premium amount",
	},
	Not:     []string{"date d effet du decret", "date d effet de la loi", "date d echeance du projet", "contrat responsable et solidaire", "portabilite des donnees", "portabilite de vos donnees", "droit a la portabilite", "portabilite du numero", "portabilite du code", "avis d echeance type"},
	Columns: []string{"formule", "produit souscrit", "code produit", "libelle produit", "garantie", "niveau garantie", "date effet", "date adhesion", "date resiliation", "date radiation", "motif resiliation", "motif radiation", "cotisation", "montant cotisation", "echeance", "type contrat", "statut contrat", "mode paiement", "periodicite", "policy", "premium"},
}
