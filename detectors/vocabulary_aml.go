package detectors

// amlTerms are the words of anti-money-laundering files.
var amlTerms = Detector{
	Kind: "aml_terms",
	Doc: `dossiers et déclarations LCB-FT / anti-money-laundering files and reports
Reports of suspicion, freezing of assets, politically exposed persons and vigilance,
beside a person. A report of suspicion is secret.
Code monétaire et financier, art. L. 561-15 and L. 561-18 (to be checked).`,
	Max: Possible, Placeholder: "[LCB-FT]", HideLength: true,
	Terms: []string{
		"declaration de soupcon", "declarations de soupcon", "declaration tracfin", "signalement tracfin", "declaration a tracfin", "transmis a tracfin", "transmise a tracfin", "declarant tracfin", "correspondant tracfin", "tracfin", "dossier lcb ft", "dossier lcbft", "declaration lcbft", "declaration lcb ft", "alerte lcb ft", "alerte lcbft", "alerte aml",
		"gel des avoirs", "avoirs geles", "registre national des gels", "liste de sanctions", "liste des sanctions", "sanctions internationales", "sous sanction", "personne politiquement exposee", "personnes politiquement exposees", "ppe", "blanchiment", "blanchiment d argent", "blanchiment de capitaux", "financement du terrorisme",
		"operation suspecte", "operations suspectes", "operation atypique", "operations atypiques", "transaction suspecte", "examen renforce", "vigilance renforcee", "vigilance complementaire", "origine des fonds", "provenance des fonds", "justification de l origine des fonds", "beneficiaire effectif", "beneficiaires effectifs", "niveau de risque lcb ft",
		"niveau de vigilance", "cotation du risque blanchiment", "correspondance liste de gel", "homonymie gel", "levee de doute", "criblage des listes", "filtrage des listes", "soupcon de blanchiment", "suspicious activity report", "politically exposed person", "money laundering", "sanctions list", "asset freeze",
	},
	Not:     []string{"lutte contre le blanchiment", "lutte anti blanchiment", "dispositif lcb ft", "politique lcb ft", "formation lcb ft", "procedure lcb ft", "blanchiment dentaire", "blanchiment des dents", "blanchiment des coraux", "blanchiment du corail", "levee de doute alarme", "programmation pluriannuelle de l energie", "site de tracfin", "rapport annuel de tracfin", "rapport tracfin"},
	Columns: []string{"tracfin", "declaration soupcon", "gel avoirs", "ppe", "personne politiquement exposee", "niveau vigilance", "risque lcb ft", "lcb ft", "lcbft", "origine fonds", "beneficiaire effectif", "aml", "pep", "aml risk"},
}
