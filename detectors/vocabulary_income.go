package detectors

// incomeTerms are the words of income, debts and taxes.
var incomeTerms = Detector{
	Kind: "income_terms",
	Doc: `revenus, situation financière et fiscale / income, finances and taxes
Salary, pensions, taxes, debts and wealth of somebody, beside a person.
La Mutuelle Générale, protection des données: « Informations d'ordre économique et
financier (revenus, situation financière, situation fiscale, etc.) ».`,
	Max: Possible, Placeholder: "[REVENUS]", HideLength: true,
	Terms: []string{
		"salaire brut", "salaire net", "salaire mensuel", "salaire annuel", "salaire de reference", "salaire de base", "remuneration brute", "remuneration annuelle", "remuneration mensuelle", "revenu fiscal de reference", "revenu fiscal", "revenu imposable", "revenu annuel", "revenus annuels", "revenu mensuel", "revenus mensuels",
		"revenus du foyer", "revenu du foyer", "revenus fonciers", "revenus locatifs", "revenus du conjoint", "ressources mensuelles", "ressources annuelles", "ressources du foyer", "quotient familial", "nombre de parts", "foyer fiscal", "avis d imposition", "avis d impot", "avis de non imposition", "declaration de revenus", "declaration fiscale",
		"taux d imposition", "tranche d imposition", "prelevement a la source", "non imposable", "situation fiscale", "situation financiere", "impot sur le revenu", "impot sur la fortune", "taxe d habitation", "taxe fonciere", "pension de retraite", "pension de reversion", "retraite complementaire", "montant de la retraite", "allocation chomage",
		"indemnites journalieres percues", "loyer mensuel", "quittance de loyer", "loyers impayes", "credit immobilier", "credit a la consommation", "credit renouvelable", "pret immobilier", "pret personnel", "mensualites de credit", "taux d endettement", "capacite d emprunt", "reste a vivre", "surendettement", "commission de surendettement", "dossier de surendettement",
		"interdit bancaire", "interdiction bancaire", "decouvert bancaire", "fichage banque de france", "ficp", "saisie sur salaire", "saisie attribution", "avis a tiers detenteur", "opposition sur salaire", "rejet de prelevement", "prelevement rejete", "difficultes financieres", "plan d apurement", "echelonnement de la dette", "patrimoine immobilier",
		"patrimoine financier", "epargne disponible", "avoirs bancaires", "solde du compte", "livret a", "assurance vie souscrite", "donation", "dossier de succession", "succession ouverte", "reglement de la succession", "part d heritage", "justificatif de revenus", "justificatifs de revenus", "justificatif de ressources", "net a payer", "net imposable", "cumul imposable", "annual income", "gross salary", "net salary", "tax return", "credit score",
	},
	Not:     []string{"revenu universel", "revenu national", "salaire minimum", "rue de la succession", "succession de", "succession d evenements", "heritage culturel", "heritage mutualiste", "classe heritage", "par heritage", "plan de succession", "bareme de l impot sur le revenu", "heritage de la mutualite", "heritage historique"},
	Columns: []string{"salaire", "salaire brut", "salaire net", "revenu", "revenus", "revenu fiscal", "rfr", "quotient familial", "nb parts", "nombre parts", "tranche revenu", "ressources", "remuneration", "pension retraite", "montant retraite", "loyer", "taux endettement", "impot", "taux imposition", "salary", "income", "net imposable"},
}
