package accuracy

import (
	"fmt"
	"strconv"
	"strings"
)

// lookAlikes writes numbers of all sorts that are no personal data, as tables
// and as lines of logs.
func (b *builder) lookAlikes() {
	var text []segment
	for range b.Between(100, 500) {
		label, value := b.lookAlike()
		text = append(text, segment{text: fmt.Sprintf(pick(b, []string{"%s %s\n", "%s;%s\n", "ligne %[2]s (%[1]s)\n", "%s=%s status=200\n"}), label, value)})
	}
	w := writerOf("utf-8")
	for _, s := range text {
		w.put(s)
	}
	b.add(Doc{File: b.name(pick(b, []string{"log", "txt", "lst"})), Form: "look-alikes", Empty: true}, w.out, nil)
}

// lookAlike is one of them with what stands beside it.
func (b *builder) lookAlike() (label, value string) {
	switch b.IntN(24) {
	case 0:
		return "commande", strconv.Itoa(b.Between(10000000, 99999999)) + b.Digits(b.Between(0, 7))
	case 1:
		return "horodatage", "2026" + fmt.Sprintf("%02d%02d%02d%02d%02d", b.Between(1, 12), b.Between(1, 28), b.IntN(24), b.IntN(60), b.IntN(60)) + b.Digits(1)
	case 2:
		return "epoch_ms", strconv.Itoa(b.Between(1600000000, 1790000000)) + b.Digits(3)
	case 3:
		return "version", b.Version()
	case 4:
		return "oid", b.OID()
	case 5:
		return "guid", b.UUID()
	case 6:
		return "sha1", b.Hex(40)
	case 7:
		return "montant", fmt.Sprintf("%d %03d %03d,%02d", b.Between(1, 99), b.IntN(1000), b.IntN(1000), b.IntN(100))
	case 8:
		return "reference produit", b.Letters(1) + b.Digits(2) + "-" + b.Digits(4)
	case 9:
		return "piece", pick(b, []string{"X", "A", "Z", "M", "B"}) + b.Digits(2)
	case 10:
		return "gencod", b.EAN()
	case 11:
		return "imei", b.IMEI()
	case 12:
		return "isbn", "978-2-" + b.Digits(4) + "-" + b.Digits(4) + "-" + b.Digits(1)
	case 13:
		return "facture", "F" + strconv.Itoa(b.Between(2019, 2026)) + "-" + b.Digits(6)
	case 14:
		return "colis", b.Digits(13)
	case 15:
		return "suivi", "6A" + b.Digits(11)
	case 16:
		// Five pairs that begin with 0 are a telephone number as far as anyone can tell.
		return "tirage", fmt.Sprintf("%d %02d %02d %02d %02d", b.Between(10, 49), b.IntN(49), b.IntN(49), b.IntN(49), b.IntN(49))
	case 17:
		return "ligne comptable", b.Digits(6) + " " + b.Digits(9)
	case 18:
		return "article", "L. " + strconv.Itoa(b.Between(100, 999)) + "-" + strconv.Itoa(b.Between(1, 30)) + " du code"
	case 19:
		return "processeur", pick(b, []string{"E", "I", "N", "G"}) + b.Digits(2) + "." + b.Digits(1)
	case 20:
		return "lot", b.Letters(4) + b.Digits(3) + b.Letters(1)
	case 21:
		return "octets", strconv.Itoa(b.Between(1, 1<<40))
	case 22:
		return "mac firmware", "v" + b.Hex(6) + "." + b.Hex(4)
	}
	return "coordonnees dessin", fmt.Sprintf("%d.%d %d.%d %d.%d", b.IntN(900), b.IntN(10), b.IntN(900), b.IntN(10), b.IntN(900), b.IntN(10))
}

// nothing writes a text that names every category of data and holds none.
func (b *builder) nothing() {
	var text strings.Builder
	switch b.IntN(4) {
	case 0: // a form left empty
		text.WriteString(pick(b, []string{"BULLETIN D'ADHÉSION\n\n", "Demande de remboursement\n\n", "Formulaire de réclamation\n\n", "Désignation des bénéficiaires\n\n"}))
		for range b.Between(10, 40) {
			text.WriteString(pick(b, emptyFields) + pick(b, []string{" :", " : ................", " : ____________________", " : |_|_|_|_|_|_|_|_|_|_|", " : (à compléter)", ""}) + "\n")
		}
	case 1, 2:
		for range b.Between(8, 40) {
			text.WriteString(pick(b, clauses) + pick(b, []string{" ", "\n", "\n\n"}))
		}
	default:
		for range b.Between(8, 30) {
			fmt.Fprintf(&text, "%s : %d %% de la base de remboursement, dans la limite de %d € par an et par bénéficiaire.\n", pick(b, guarantees), b.Between(100, 450), b.Between(50, 900))
		}
		text.WriteString(pick(b, clauses) + "\n")
	}
	b.render([]segment{{text: text.String()}}, true)
}

var emptyFields = []string{"Nom", "Prénom", "Nom de naissance", "Né(e) le", "Date de naissance", "Lieu de naissance", "N° de sécurité sociale", "NIR",
	"Adresse", "Code postal", "Ville", "Téléphone", "Portable", "Courriel", "IBAN", "BIC", "RIB", "Numéro d'adhérent", "Employeur (SIRET)", "Signature",
	"Nom du conjoint", "Nombre d'enfants à charge", "Médecin traitant (n° RPPS)", "Êtes-vous en affection de longue durée (ALD) ? oui / non",
	"Avez-vous été hospitalisé ces cinq dernières années ? oui / non", "Êtes-vous syndiqué ? oui / non", "Situation familiale", "Profession",
	"Numéro fiscal", "Carte d'identité n°", "Passeport n°", "Carte bancaire", "Fait à", "le"}

var clauses = []string{
	"Nous traitons votre nom, vos prénoms, votre adresse postale, votre numéro de téléphone et votre adresse électronique pour gérer votre contrat.",
	"Le numéro de sécurité sociale (NIR) est collecté lorsque la loi l'autorise et n'est jamais transmis à des fins commerciales.",
	"Les données de santé, telles que les arrêts de travail, les affections de longue durée ou les résultats d'analyses, sont protégées par le secret médical.",
	"Aucune donnée relative aux opinions politiques, à la religion, à l'origine ethnique, à l'appartenance syndicale ou à la vie sexuelle n'est demandée.",
	"Les coordonnées bancaires (IBAN, BIC) servent aux prélèvements et aux remboursements.",
	"Vous disposez d'un droit d'accès, de rectification, d'opposition et d'effacement que vous exercez auprès du délégué à la protection des données.",
	"Le diabète, l'asthme, le cancer, l'hypertension et la dépression figurent parmi les affections les plus fréquentes prises en charge.",
	"La garantie hospitalisation couvre la chambre particulière, le forfait journalier et les dépassements d'honoraires des médecins non adhérents à l'OPTAM.",
	"En cas de maternité, la mutuelle verse une prime à la naissance de chaque enfant inscrit comme ayant droit.",
	"Le contrat prend effet le 1er janvier 2026 et se renouvelle par tacite reconduction ; la version du 15/09/2025 reste consultable.",
	"Conformément au règlement (UE) 2016/679 du 27 avril 2016 et à la loi n° 78-17 du 6 janvier 1978, les données sont conservées pendant la durée du contrat.",
	"Les cookies de mesure d'audience sont déposés avec votre consentement pour une durée de treize mois.",
	"L'assistance psychologique est ouverte à l'adhérent, à son conjoint et à ses enfants.",
	"Le remboursement des lunettes suit un délai de deux ans, réduit à un an pour les moins de 16 ans ou si la vue évolue.",
	"Les actes de la classification commune (CCAM) et de la nomenclature générale (NGAP) sont remboursés sur la base du tarif de convention.",
	"Le décret n° 2019-341 du 19 avril 2019 fixe la liste des organismes autorisés.",
	"Toute fausse déclaration intentionnelle entraîne la nullité du contrat, article L. 221-14 du code de la mutualité.",
	"La commission d'action sociale examine les demandes d'aide exceptionnelle des adhérents en difficulté.",
	"Le service réclamations répond dans un délai de dix jours ouvrables, puis le médiateur peut être saisi.",
}

var guarantees = []string{"Consultations de généralistes", "Chambre particulière", "Prothèses dentaires", "Orthodontie", "Verres complexes", "Aides auditives",
	"Radiologie et imagerie médicale", "Analyses de laboratoire", "Kinésithérapie", "Psychologue", "Cure thermale", "Vaccins prescrits", "Sevrage tabagique", "Transport sanitaire"}
