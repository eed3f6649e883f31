package detectors

// medicalTerms are the words of medical documents.
var medicalTerms = Detector{
	Kind: "medical_terms",
	Doc: `vocabulaire médical (comptes rendus, examens, arrêts) / words of medical documents
Results of examinations, reports, prescriptions, diagnoses, sick leave and health
questionnaires, beside a person: what falls under medical secrecy.
Code de la santé publique, art. L. 1110-4; code des assurances, art. L. 113-2.`,
	Max: Possible, Placeholder: "[MEDICAL]", HideLength: true,
	Terms: []string{
		"compte rendu d hospitalisation", "compte rendu operatoire", "compte rendu medical", "compte rendu de consultation", "compte rendu d examen", "compte rendu radiologique", "compte rendu d imagerie", "compte rendu anatomopathologique",
		"bulletin d hospitalisation", "bulletin de situation", "lettre de liaison", "courrier medical", "dossier medical", "dossier medical partage", "dmp", "observation medicale", "anamnese", "antecedents medicaux", "antecedents familiaux", "antecedents chirurgicaux", "antecedent medical",
		"resultat d analyse", "resultats d analyses", "resultat d examen", "resultats d examens", "examen medical", "examens complementaires", "examen clinique", "bilan sanguin", "bilan biologique", "bilan lipidique", "bilan hepatique", "bilan de sante", "prise de sang",
		"analyse d urine", "analyses medicales", "biologie medicale", "numeration formule sanguine", "nfs", "glycemie", "hemoglobine glyquee", "hba1c", "creatinine", "creatininemie", "clairance", "proteine c reactive", "crp", "tsh", "leucocytes", "plaquettes", "hematocrite",
		"transaminases", "charge virale", "serologie", "groupe sanguin", "biopsie", "ponction", "frottis", "coloscopie", "gastroscopie", "endoscopie", "fibroscopie", "echographie", "echocardiographie", "mammographie", "radiographie", "scanner thoracique", "scanner cerebral",
		"scanner abdominal", "irm", "irm cerebrale", "irm lombaire", "imagerie medicale", "tep scan", "scintigraphie", "electrocardiogramme", "ecg", "electroencephalogramme", "eeg", "epreuve d effort", "tension arterielle", "frequence cardiaque", "indice de masse corporelle", "imc",
		"diagnostic medical", "diagnostic principal", "diagnostic retenu", "diagnostic associe", "diagnostique", "pronostic", "pronostic vital", "symptome", "symptomatologie", "etiologie", "evolution clinique", "signe clinique", "tableau clinique", "conclusion medicale", "avis medical", "avis du medecin conseil",
		"medecin conseil", "expertise medicale", "rapport d expertise medicale", "certificat medical", "certificat medical initial", "certificat de deces", "cause du deces", "ordonnance medicale", "ordonnance bizone", "prescription medicale", "prescrit", "duree du traitement", "questionnaire de sante",
		"questionnaire medical", "declaration d etat de sante", "declaration de sante", "selection medicale", "surprime medicale", "exclusion medicale", "risque aggrave", "risque aggrave de sante", "arret de travail", "arret maladie", "avis d arret de travail", "prolongation d arret", "arret de travail initial",
		"reprise a temps partiel", "consolidation", "date de consolidation", "taux d ipp", "incapacite permanente partielle", "visite medicale", "visite de reprise", "medecine du travail", "medecin du travail", "inapte", "apte avec reserve", "fiche d aptitude", "secret medical", "sous pli confidentiel medical",
		"allergie medicamenteuse", "effets secondaires", "comorbidite", "rechute", "remission", "recidive locale", "stade iv", "grade histologique", "anatomopathologie", "examen histologique", "auscultation", "palpation", "patient presente", "patiente presente", "patient se plaint", "patiente se plaint",
		"date des premiers symptomes", "motif de consultation", "motif d hospitalisation", "protocole therapeutique", "dossier du patient", "dossier patient", "resume de sortie", "resume d unite medicale", "fiche medicale", "carnet de sante", "carnet de vaccination",
		"medical report", "medical record", "blood test", "test results", "diagnosed with", "sick leave", "medical certificate", "prescription drugs",
	},
	Not: []string{
		"diagnostic immobilier", "diagnostic de performance energetique", "diagnostic energetique", "diagnostic technique", "diagnostic social", "scanner de documents", "questionnaire de satisfaction",
		"consolidation des comptes", "consolidation comptable", "consolidation financiere", "consolidation des donnees", "consolidation de la dette", "perimetre de consolidation", "rechute boursiere", "symptome de la crise", "pronostic sportif", "pronostics sportifs",
		"prescrit par la loi", "prescrit par le code", "delai prescrit", "action prescrite", "creance prescrite", "dette prescrite", "service prescrit", "ordonnance de refere", "ordonnance d injonction", "inapte au service", "ponction fiscale", "ponction sur",
	},
	Columns: []string{"diagnostic", "compte rendu", "resultat examen", "resultat analyse", "arret de travail", "arret maladie", "motif arret", "date arret", "debut arret", "fin arret", "nb jours arret", "questionnaire sante", "questionnaire medical", "certificat medical", "symptomes", "observation medicale", "commentaire medical", "avis medical", "antecedents", "diagnosis", "sick leave", "groupe sanguin", "glycemie", "imc"},
}
