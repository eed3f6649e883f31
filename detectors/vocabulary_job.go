package detectors

// jobTerms are the words of a professional situation.
var jobTerms = Detector{
	Kind: "job_terms",
	Doc: `situation professionnelle / professional situation
Status, contract of employment, employer and career of somebody, beside a person.
La Mutuelle Générale, protection des données: « Fonction, e-mail professionnel,
téléphone professionnel ».`,
	Max: Possible, Placeholder: "[EMPLOI]", HideLength: true,
	Terms: []string{
		"situation professionnelle", "categorie socioprofessionnelle", "categorie socio professionnelle", "csp", "statut professionnel", "profession exercee", "fonction exercee", "poste occupe", "intitule du poste", "emploi occupe", "nom de l employeur", "employeur actuel", "ancien employeur", "matricule salarie", "numero de matricule",
		"date d embauche", "date d entree dans l entreprise", "date de sortie de l entreprise", "anciennete dans l entreprise", "contrat de travail", "cdi", "cdd", "contrat a duree indeterminee", "contrat a duree determinee", "periode d essai", "temps partiel", "temps plein", "quotite de travail", "interimaire", "interim", "intermittent",
		"apprenti", "alternant", "contrat d apprentissage", "contrat de professionnalisation", "stagiaire", "fonctionnaire", "agent titulaire", "agent contractuel", "fonctionnaire territorial", "grade et echelon", "echelon indiciaire", "indice majore", "travailleur independant", "auto entrepreneur", "autoentrepreneur", "micro entrepreneur",
		"profession liberale", "artisan commercant", "chef d entreprise", "gerant majoritaire", "exploitant agricole", "sans profession", "sans emploi", "demandeur d emploi", "demandeuse d emploi", "inscrit a pole emploi", "inscrite a pole emploi", "inscrit a france travail", "inscrite a france travail", "chomage", "chomeur", "retraite depuis", "retraitee depuis",
		"preretraite", "mise a la retraite", "depart a la retraite", "licenciement", "licencie pour", "licenciee pour", "licencie economique", "licenciement economique", "rupture conventionnelle", "demission", "demissionnaire", "mise a pied", "avertissement disciplinaire", "procedure disciplinaire", "entretien annuel", "entretien professionnel",
		"evaluation annuelle", "conge parental", "conge sabbatique", "conge sans solde", "certificat de travail", "attestation employeur", "attestation pole emploi", "solde de tout compte", "bulletin de paie", "fiche de paie", "fiche de poste", "conjoint collaborateur", "cadre superieur", "cadre dirigeant", "statut cadre", "non cadre", "agent de maitrise",
		"employment contract", "job title", "employee number", "date of hire", "line manager", "self employed", "unemployed",
	},
	Not:     []string{"taux de chomage", "assurance chomage", "cdi du college", "cdi du lycee", "contrat de travail type", "mise a pied d oeuvre", "taux du chomage", "caisse de chomage", "demission du gouvernement", "demission du ministre", "plan de licenciement", "agence d interim", "societe d interim", "president par interim", "par interim"},
	Columns: []string{"profession", "csp", "categorie socioprofessionnelle", "emploi", "poste", "fonction", "employeur", "statut professionnel", "type contrat travail", "date embauche", "matricule salarie", "grade", "echelon", "anciennete", "quotite", "job title", "employer", "occupation", "hire date", "employee id"},
}
