package corpus

import (
	"strconv"
	"strings"

	"recense/bench/synth"
)

// proseParagraph appends three to seven sentences and an empty line. About one
// sentence in nine holds a number (a date, an amount, an article) and one
// paragraph in seventy an identifier in running text.
func proseParagraph(g *synth.Gen, b []byte) []byte {
	for range g.Between(3, 7) {
		if g.OneIn(9) {
			b = append(b, numbered(g)...)
		} else {
			b = sentence(g, b)
		}
		b = append(b, ' ')
	}
	if g.OneIn(70) {
		b = append(b, identifying(g)...)
	}
	return append(b, '\n', '\n')
}

// sentence appends opening, subject, verb, object and close, each from a list.
func sentence(g *synth.Gen, b []byte) []byte {
	start := len(b)
	if g.OneIn(2) {
		b = append(append(b, g.Pick(openings)...), ", "...)
	}
	b = append(append(b, g.Pick(subjects)...), ' ')
	b = append(append(b, g.Pick(verbs)...), ' ')
	b = append(b, g.Pick(objects)...)
	if !g.OneIn(3) {
		b = append(append(b, ' '), g.Pick(complements)...)
	}
	if g.OneIn(3) {
		b = append(append(b, ", "...), g.Pick(tails)...)
	}
	if b[start] >= 'a' && b[start] <= 'z' {
		b[start] -= 'a' - 'A'
	} else if b[start] == 0xC3 && b[start+1] >= 0xA0 {
		b[start+1] -= 0x20
	}
	return append(b, '.')
}

func numbered(g *synth.Gen) string {
	switch g.IntN(6) {
	case 0:
		return "La réunion du " + g.Birth().Words() + " est reportée à la demande du service."
	case 1:
		return "Le montant retenu s'élève à " + strconv.Itoa(g.Between(12, 980)) + "," + g.Digits(2) + " euros pour l'exercice."
	case 2:
		return "Conformément à l'article L. " + strconv.Itoa(g.Between(110, 990)) + "-" + strconv.Itoa(g.Between(1, 40)) + " du code, le délai est de deux mois."
	case 3:
		return "Le taux moyen observé est de " + strconv.Itoa(g.Between(1, 99)) + " % sur la période."
	case 4:
		return "Voir le paragraphe " + strconv.Itoa(g.Between(1, 12)) + "." + strconv.Itoa(g.Between(1, 9)) + " de la note de service."
	}
	return "La version de l'année " + strconv.Itoa(g.Between(2011, 2026)) + " reste applicable jusqu'à nouvel ordre."
}

func identifying(g *synth.Gen) string {
	p := g.Person()
	switch g.IntN(5) {
	case 0:
		return "Votre numéro de sécurité sociale " + synth.SpacedNIR(p.NIR, " ") + " figure sur l'attestation ci-jointe."
	case 1:
		return "Les remboursements sont versés sur le compte " + synth.SpacedIBAN(p.IBAN, " ") + " que vous avez indiqué."
	case 2:
		return "Pour toute question, écrivez à " + p.Email + " en rappelant votre référence."
	case 3:
		return "Vous pouvez joindre votre conseiller au " + synth.SpacedPhone(p.Phone, " ") + " aux heures d'ouverture."
	}
	return p.Civility() + " " + p.Given + " " + strings.ToUpper(p.Surname) + ", né le " + p.French() + ", a été reçu par le service."
}

var (
	openings = []string{"à compter du premier jour du mois suivant", "dans le cadre de la convention signée avec nos partenaires",
		"conformément aux dispositions en vigueur", "en l'absence de réponse de votre part", "pour la bonne tenue du dossier",
		"après examen des pièces transmises", "sous réserve de l'accord préalable", "comme nous l'avons rappelé lors du dernier comité",
		"afin de simplifier les démarches des adhérents", "au vu des éléments communiqués", "malgré les relances adressées",
		"par délégation du conseil d'administration", "depuis la mise en place du nouvel outil", "selon les usages de la profession"}
	subjects = []string{"la direction des prestations", "le service de la comptabilité", "notre équipe", "l'assemblée générale",
		"le conseil d'administration", "la commission d'action sociale", "le gestionnaire du contrat", "l'organisme complémentaire",
		"le prestataire informatique", "la responsable de l'agence", "le comité de pilotage", "l'employeur", "le délégué de section",
		"la caisse de rattachement", "l'établissement conventionné", "le médecin conseil", "chaque entreprise adhérente"}
	verbs = []string{"examine", "confirme", "a validé", "souhaite préciser", "transmettra prochainement", "rappelle", "a constaté",
		"propose", "met à disposition", "s'engage à respecter", "étudie actuellement", "pourra refuser", "tient à souligner",
		"présente", "a décidé de reconduire", "ne remet pas en cause", "prépare", "suit avec attention"}
	objects = []string{"les conditions générales de la garantie", "la répartition des tâches entre les agences", "le calendrier de la campagne",
		"l'ensemble des justificatifs demandés", "la procédure de résiliation", "le règlement mutualiste et ses annexes",
		"les modalités de versement de la cotisation", "la qualité du service rendu aux familles", "le bilan annuel de l'activité",
		"l'évolution des dépenses d'optique et d'audiologie", "la convention de tiers payant", "les engagements pris envers la tutelle",
		"un plan de formation destiné aux nouveaux arrivants", "la synthèse des réclamations", "le niveau des réserves",
		"une méthode plus équitable de calcul", "les résultats de l'enquête de satisfaction", "l'accueil téléphonique"}
	complements = []string{"dans un délai raisonnable", "pour l'ensemble des régions", "auprès des correspondants d'entreprise",
		"avec l'appui du service juridique", "sans modification du tarif", "lors de la prochaine séance", "à titre exceptionnel",
		"par l'intermédiaire de l'espace réservé aux adhérents", "au bénéfice des ayants droit", "en concertation avec les syndicats",
		"sur proposition du bureau", "au regard des objectifs fixés", "à l'issue de la période d'essai", "dès réception du courrier"}
	tails = []string{"ce qui permet d'éviter un nouvel échange", "sauf opposition écrite", "comme le prévoit le règlement",
		"et vous en serez informés par lettre simple", "sans préjudice des recours possibles", "y compris pour les contrats collectifs",
		"dont une copie est conservée aux archives", "quelle que soit la formule choisie", "à l'exception des cas particuliers décrits plus haut",
		"tout en préservant la confidentialité des échanges"}
)
