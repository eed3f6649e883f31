package detectors

// aldTerms are the long-term conditions (affections de longue durée).
var aldTerms = Detector{
	Kind: "ald_terms",
	Doc: `affection de longue durée (ALD) / long-term condition
The words of the exemption scheme and the names of the 30 long-term conditions,
as they are written in files and letters, beside a person.
Code de la sécurité sociale, art. L. 160-14, D. 160-4 and R. 160-12.`,
	Max: Possible, Placeholder: "[ALD]", HideLength: true,
	Terms: []string{
		"ald", "ald 30", "ald 31", "ald 32", "ald exonerante", "ald non exonerante", "affection de longue duree", "affection longue duree",
		"affections de longue duree", "exoneration du ticket moderateur", "exonere du ticket moderateur", "exoneree du ticket moderateur", "exonerante", "polypathologie", "hors liste ald",
		"protocole de soins", "prise en charge a 100", "pris en charge a 100", "prise a 100",
		"accident vasculaire cerebral", "avc", "insuffisance medullaire", "cytopenie chronique", "arteriopathie chronique", "arteriopathie obliterante",
		"bilharziose compliquee", "insuffisance cardiaque", "trouble du rythme", "troubles du rythme", "cardiopathie valvulaire", "cardiopathie congenitale", "cardiopathie",
		"maladie chronique du foie", "cirrhose", "cirrhose hepatique", "deficit immunitaire", "immunodeficience", "vih", "infection par le vih", "sida", "seropositif", "seropositivite",
		"diabete de type 1", "diabete de type 2", "diabete type 1", "diabete type 2", "diabete insulinodependant", "diabete non insulinodependant",
		"forme grave des affections neurologiques", "affection musculaire", "myopathie", "epilepsie grave", "hemoglobinopathie", "drepanocytose", "thalassemie", "hemolyse chronique",
		"hemophilie", "affection constitutionnelle de l hemostase", "maladie coronaire", "infarctus du myocarde", "insuffisance respiratoire chronique", "insuffisance respiratoire",
		"maladie d alzheimer", "alzheimer", "autre demence", "demence", "maladie de parkinson", "parkinson", "maladie metabolique hereditaire", "mucoviscidose",
		"nephropathie chronique", "insuffisance renale chronique", "insuffisance renale", "syndrome nephrotique", "paraplegie", "tetraplegie", "hemiplegie", "vascularite",
		"lupus erythemateux", "lupus", "sclerodermie", "polyarthrite rhumatoide", "polyarthrite", "affection psychiatrique de longue duree", "affection psychiatrique", "psychose",
		"trouble bipolaire", "schizophrenie", "trouble de la personnalite", "depression recurrente", "rectocolite hemorragique", "maladie de crohn", "sclerose en plaques",
		"scoliose structurale evolutive", "spondylarthrite", "spondylarthrite ankylosante", "transplantation d organe", "transplante", "greffe d organe", "greffe de rein",
		"tuberculose active", "tuberculose", "lepre", "tumeur maligne", "affection maligne",
	},
	Not: []string{
		"assurance ald", "association francaise des diabetiques", "rue de la lepre", "fondation alzheimer", "france alzheimer", "france parkinson", "journee mondiale du sida",
		"ligue contre le sida", "sidaction", "institut du sida",
	},
	Columns: []string{"ald", "affection longue duree", "affection de longue duree", "regime ald", "exoneration tm", "exoneration ticket moderateur", "code ald", "libelle ald"},
}
