package detectors

// oppositionTerms are the words of consents and objections.
var oppositionTerms = Detector{
	Kind: "opposition_terms",
	Doc: `consentements et oppositions / consents and objections
Consent given or withdrawn, unsubscription, objection to canvassing of somebody,
beside a person. RGPD, art. 7 and 21; code de la consommation, art. L. 223-1.`,
	Max: Possible, Placeholder: "[OPPOSITION]", HideLength: true,
	Terms: []string{
		"consentement donne", "consentement recueilli", "consentement retire", "consentement refuse", "date de consentement", "date du consentement", "recueil du consentement", "preuve du consentement", "retrait du consentement", "retrait de consentement", "retire son consentement", "retire mon consentement", "j accepte de recevoir",
		"je n accepte pas de recevoir", "refuse de recevoir", "ne souhaite plus recevoir", "ne souhaite plus etre contacte", "ne souhaite plus etre contactee", "ne plus me contacter", "ne plus contacter", "ne pas contacter", "ne pas solliciter", "ne plus solliciter", "liste d opposition", "liste repoussoir", "inscrit sur bloctel", "inscrite sur bloctel",
		"bloctel", "opposition au demarchage", "opposition a la prospection", "oppose a la prospection", "opposee a la prospection", "opposition commerciale", "opposition marketing", "demande d opposition", "exerce son droit d opposition", "s oppose au traitement", "m oppose au traitement", "desabonne", "desinscrit", "desinscription newsletter",
		"desabonnement newsletter", "optin", "optout", "opt in", "opt out", "optin email", "optin sms", "optin partenaires", "stop sms", "stop pub", "accord prospection", "refus prospection", "preference de contact", "preferences de contact", "consent withdrawn", "consent given", "do not contact", "unsubscribed",
	},
	Not:     []string{"lien de desinscription", "pour vous desabonner", "inscrivez vous sur bloctel", "inscription bloctel gratuite", "vous inscrire sur bloctel", "liste d opposition bloctel", "service bloctel", "site bloctel", "www bloctel", "bloctel gouv", "vous pouvez vous opposer", "autocollant stop pub"},
	Columns: []string{"optin", "opt in", "optout", "opt out", "consentement", "date consentement", "opposition", "bloctel", "desabonnement", "stop sms", "refus prospection", "accord prospection", "consent", "unsubscribed", "do not contact"},
}
