package register

// OwnRef is the reference of the processing that the analysis itself is.
const OwnRef = "RECENSE"

// OwnProcessing returns the draft of the fiche of the analysis itself, for the DPO
// to complete (domain/register.md H.5), and what remains to be settled, in French.
func OwnProcessing() (Processing, []string) {
	p := Processing{
		Ref: OwnRef, Name: "Cartographie des données personnelles", Status: "planned", Owner: "DPO",
		Software: Texts{"recense"}, MainPurpose: "Cartographie des données et contrôle de conformité",
		SubPurposes: Texts{"Inventaire des emplacements de données personnelles", "Rapprochement avec le registre des traitements"},
		Role:        "controller", LegalBasis: Texts{"legal_obligation"}, Art9Condition: NotStated, Subjects: Texts{NotStated},
		Categories: []Category{
			{ID: "identity", Description: "lue pendant l'analyse, jamais conservée : seuls restent des décomptes et des emplacements"},
			{ID: "health", Description: "idem"},
			{ID: "nir", Description: "idem"},
		},
		DataSource: "indirect: fichiers et bases analysés",
		Recipients: []Recipient{{Name: "DPO", Type: "internal"}, {Name: "RSSI", Type: "internal"}},
		NIRBasis:   NotStated, DPIA: DPIA{Required: true},
		Security: Security{
			Technical:      Texts{"Contrôle d'accès des utilisateurs", "Mesures de traçabilité", "Chiffrement des données"},
			Organisational: Texts{"Résultats réservés au DPO et au RSSI", "Résultats conservés 13 mois"},
		},
	}
	open := false
	p.ExhaustiveSet, p.Declared = &open, Texts{"health", "identity", "nir"}
	return p, []string{
		"Projet à compléter par le DPO : l'analyse est elle-même un traitement.",
		"Base : obligation légale (art. 5(2), 24 et 32 du RGPD) ou intérêt légitime, à choisir.",
		"Conservation des résultats : 13 mois. Accès : DPO, RSSI.",
		"Information des salariés et consultation du CSE à prévoir ; AIPD à mener avant mise en service.",
	}
}
