package detectors

// recruitmentTerms are the words of applications for a post.
var recruitmentTerms = Detector{
	Kind: "recruitment_terms",
	Doc: `données de candidature / application data
Applications, CVs, interviews and their outcome, beside a person.
La Mutuelle Générale: « traiter les candidatures, assurer le suivi des entretiens ».`,
	Max: Possible, Placeholder: "[CANDIDATURE]", HideLength: true,
	Terms: []string{
		"candidature", "candidature spontanee", "ma candidature", "sa candidature", "dossier de candidature", "candidature retenue", "candidature refusee", "candidature rejetee", "acte de candidature", "lettre de motivation", "curriculum vitae", "cvtheque", "vivier de candidats", "poste a pourvoir", "poste vise", "poste souhaite",
		"experience professionnelle", "experiences professionnelles", "parcours professionnel", "diplome obtenu", "diplomes obtenus", "niveau d etudes", "formation initiale", "competences cles", "langues parlees", "permis b", "pretentions salariales", "pretention salariale", "disponibilite immediate", "date de disponibilite", "preavis de",
		"entretien d embauche", "entretien de recrutement", "compte rendu d entretien", "evaluation du candidat", "avis du recruteur", "test de personnalite", "test d aptitude", "test psychotechnique", "assessment center", "prise de references", "controle de references", "promesse d embauche", "lettre d engagement", "refus de candidature", "candidat retenu",
		"candidate retenue", "candidat non retenu", "candidat ecarte", "candidate ecartee", "shortlist", "cabinet de recrutement", "chasseur de tetes", "cooptation", "master 2", "baccalaureat", "brevet de technicien superieur", "licence professionnelle", "job application", "cover letter", "interview feedback", "salary expectations", "resume attached",
	},
	Not:     []string{"candidature de la ville", "candidature aux elections", "candidature olympique", "appel a candidature", "appel a candidatures", "candidature a l assemblee generale", "candidature au conseil d administration", "candidature a la presidentielle", "dossier de candidature de la ville"},
	Columns: []string{"candidature", "candidat", "cv", "lettre motivation", "poste vise", "pretentions", "pretention salariale", "avis recruteur", "entretien", "date entretien", "diplome", "niveau etudes", "experience", "disponibilite", "applicant", "job application"},
}
