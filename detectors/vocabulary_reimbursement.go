package detectors

// reimbursementTerms are the words of benefits and reimbursed care.
var reimbursementTerms = Detector{
	Kind: "reimbursement_terms",
	Doc: `prestations et remboursements de soins / benefits and care reimbursements
Statements, amounts of the compulsory and the complementary scheme, third-party
payment and daily allowances, beside a person.
Harmonie Mutuelle, l'utilisation et la protection des données: « celles générées par
la gestion du contrat (remboursements de soins, versements d'indemnités) ».`,
	Max: Possible, Placeholder: "[PRESTATION]", HideLength: true,
	Terms: []string{
		"remboursement de soins", "remboursements de soins", "remboursement effectue", "remboursement percu", "remboursement recu", "remboursement de votre facture", "demande de remboursement", "releve de remboursement", "releve de prestations", "decompte de remboursement", "decompte de prestations", "decompte secu", "decompte sante", "decompte mutuelle",
		"decompte de la securite sociale", "montant rembourse", "montants rembourses", "montant rembourse ro", "montant rembourse rc", "part ro", "part rc", "part amo", "part amc", "part secu", "part mutuelle", "base de remboursement", "brss", "ticket moderateur", "reste a charge", "depassement d honoraires", "depassements d honoraires",
		"frais reels", "depense engagee", "participation forfaitaire", "franchise medicale", "forfait journalier", "date de soins", "date des soins", "feuille de soins", "facture de soins", "facture acquittee", "facture d optique", "facture dentaire", "devis dentaire", "devis optique", "devis audio", "devis orthodontie",
		"tiers payant", "prise en charge dentaire", "prise en charge optique", "prise en charge hospitaliere", "demande de prise en charge", "accord de prise en charge", "refus de prise en charge", "indemnite journaliere", "indemnites journalieres", "versement d indemnites", "indus", "trop percu", "rejet de prestation", "code acte", "nature de prestation",
		"acte rembourse", "soins dentaires", "soins courants", "soins externes", "consultation specialiste", "consultation generaliste", "honoraires medicaux", "honoraires chirurgicaux", "chambre particuliere", "lunettes", "verres progressifs", "monture", "lentilles de contact", "couronne ceramique", "couronne ceramo metallique", "couronne dentaire",
		"detartrage", "prothese auditive", "medicaments rembourses", "vignette bleue", "vignette orange", "flux noemie", "retour noemie", "rejet noemie", "image rc", "prestations versees", "prestation versee", "capital verse", "rente versee", "allocation obseques", "claim amount", "reimbursed amount", "amount reimbursed",
	},
	Not:     []string{"tableau des remboursements", "simulateur de remboursement", "exemple de remboursement", "exemples de remboursement", "remboursement de la dette", "monture de selle", "tiers payant generalise", "remboursement d emprunt"},
	Columns: []string{"montant rembourse", "mt rembourse", "remboursement", "montant remboursement", "part mutuelle", "part secu", "part ro", "part rc", "montant ro", "montant rc", "reste a charge", "base remboursement", "ticket moderateur", "date soins", "code acte", "nature prestation", "libelle acte", "code prestation", "libelle prestation", "montant prestation", "indemnite journaliere", "depense", "frais reels", "claim amount", "reimbursed"},
}
