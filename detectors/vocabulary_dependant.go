package detectors

// dependantTerms are the words of dependants and beneficiaries.
var dependantTerms = Detector{
	Kind: "dependant_terms",
	Doc: `ayants droit et bénéficiaires / dependants and beneficiaries
Who is covered with or benefits from a member, and the measures that protect an
adult (tutelle, curatelle), beside a person.
Code de la mutualité, art. L. 114-1; code civil, art. 425 and following.`,
	Max: Possible, Placeholder: "[AYANT DROIT]", HideLength: true,
	Terms: []string{
		"ayant droit", "ayants droit", "enfant a charge", "enfants a charge", "personne a charge", "personnes a charge", "conjoint a charge", "ascendant a charge", "beneficiaire designe", "beneficiaires designes", "designation de beneficiaire", "designation des beneficiaires", "clause beneficiaire",
		"beneficiaire de rang", "beneficiaire en cas de deces", "beneficiaire acceptant", "beneficiaire du capital", "capital deces", "rente education", "rente de conjoint", "rattachement enfant", "rattachement des enfants", "rattachement aux deux parents", "enfant rattache", "rattache au dossier de",
		"ajout d un beneficiaire", "radiation d un beneficiaire", "mutation d un ayant droit", "conjoint beneficiaire", "enfant beneficiaire", "ouvrant droit", "assure principal", "rang de naissance", "rang gemellaire", "date de rattachement", "lien avec l assure", "lien de parente", "qualite du beneficiaire",
		"majeur protege", "majeure protegee", "tutelle", "sous tutelle", "curatelle", "sous curatelle", "curatelle renforcee", "sauvegarde de justice", "habilitation familiale", "mandat de protection future", "mandataire judiciaire", "representant legal", "tuteur legal", "curateur", "juge des tutelles", "orphelin", "pupille",
		"dependant child", "beneficiary designation", "legal guardian",
	},
	Not:     []string{"autorite de tutelle", "ministere de tutelle", "tutelle administrative", "autorites de tutelle", "tutelle de l etat", "ayants droit peuvent", "curateur d exposition", "sous la tutelle du ministere", "organisme de tutelle"},
	Columns: []string{"ayant droit", "ayants droit", "type beneficiaire", "rang beneficiaire", "nb ayants droit", "nombre ayants droit", "lien parente", "qualite beneficiaire", "rang gemellaire", "tutelle", "curatelle", "majeur protege", "representant legal", "dependant", "beneficiary"},
}
