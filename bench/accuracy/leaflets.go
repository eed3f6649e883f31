package accuracy

import (
	"fmt"
	"strings"

	"recense/bench/synth"
)

// leaflet writes a long text of an organisation: articles on health, policies,
// social dialogue, questions and answers, with the contacts of the organisation,
// which are found, and nobody's data.
func (b *builder) leaflet() {
	var text []segment
	put := func(s string) { text = append(text, segment{text: s}) }
	put(b.compose(pick(b, leafletTitles)) + "\n\n")
	for range b.Between(3, 8) {
		put(pick(b, leafletHeads) + "\n")
		for range b.Between(2, 7) {
			put(b.compose(pick(b, leafletSentences)) + " ")
		}
		put("\n\n")
		if b.OneIn(3) {
			text = b.contact(text)
		}
	}
	b.render(text, true)
}

// contact appends the contacts of an organisation.
func (b *builder) contact(text []segment) []segment {
	of := func(kind, s string) segment { return segment{text: s, kind: kind, tags: tagsOf("organisation")} }
	text = append(text, segment{text: pick(b, []string{"Renseignements : ", "Pour nous joindre : ", "Contact : ", "Une question ? "})})
	if b.OneIn(2) {
		text = append(text, of("email", pick(b, []string{"contact", "dpo", "prevention", "service.adherents", "reclamations", "accueil"})+"@"+pick(b, []string{"mutuelle-exemple.fr", "example.org", "sante.example.com"})), segment{text: ", "})
	}
	text = append(text, of("phone_fr", synth.SpacedPhone(b.Landline(), " ")))
	if b.OneIn(2) {
		text = append(text, segment{text: ", "}, of("postal_address_fr", b.Address()))
	}
	return append(text, segment{text: ".\n\n"})
}

// compose fills the words in brackets: [disease], [guarantee]…
func (b *builder) compose(s string) string {
	for {
		before, rest, found := strings.Cut(s, "[")
		if !found {
			return s
		}
		name, after, _ := strings.Cut(rest, "]")
		word := ""
		switch name {
		case "disease":
			word = pick(b, conditions)
		case "guarantee":
			word = pick(b, guarantees)
		case "n":
			word = fmt.Sprint(b.Between(2, 98))
		case "year":
			word = fmt.Sprint(b.Between(1998, 2026))
		default:
			word = pick(b, leafletWords[name])
		}
		s = before + word + after
	}
}

var leafletTitles = []string{"LA LETTRE DE VOTRE MUTUELLE", "Guide de l'adhérent [2026]", "Politique de protection des données", "Notice d'information du contrat collectif", "Prévention santé : le dossier du mois",
	"Accord sur le dialogue social", "Charte de la diversité", "Foire aux questions", "Procès-verbal type de réunion", "Règlement mutualiste", "Compte rendu de la journée de formation", "Questionnaire vierge"}

var leafletHeads = []string{"Comprendre la maladie", "Les premiers signes", "Vos remboursements", "Vos droits", "Ce que nous collectons", "Durées de conservation", "Dialogue social", "Laïcité et diversité", "Bien manger",
	"Se faire dépister", "Questions fréquentes", "Comment remplir le formulaire", "Article 12 – Prestations", "À savoir", "Témoignages", "En chiffres", "La vie de la mutuelle", "Agenda"}

var leafletSentences = []string{
	"Le [disease] touche [n] personnes sur mille et se déclare le plus souvent après [n] ans.", "En cas de [disease], consultez sans attendre votre médecin traitant.", "Un dépistage précoce du [disease] améliore nettement le pronostic.",
	"Les patients atteints de [disease] peuvent demander l'ouverture d'une affection de longue durée.", "Beaucoup de malades confondent [disease] et [disease].", "Depuis [year], le traitement de fond contre [disease] est remboursé à [n] %.",
	"[guarantee] : prise en charge à [n] % de la base de remboursement.", "La garantie [guarantee] n'est pas cumulable avec le forfait hospitalier.", "Les données de santé, l'appartenance syndicale, la religion et l'orientation sexuelle sont des données sensibles.",
	"Nous ne traitons ni vos opinions politiques, ni vos convictions religieuses, ni votre origine ethnique.", "Les organisations syndicales CGT, CFDT et FO ont signé l'accord du 12 mars [year].", "La CFTC et la CFE-CGC ont émis des réserves.",
	"Toute discrimination fondée sur l'origine, la religion, l'orientation sexuelle ou l'activité syndicale est interdite.", "Les repas servis au restaurant d'entreprise tiennent compte des régimes sans porc.", "Le calendrier indique les dates du ramadan, de Pâques et de Kippour.",
	"Chaque élu du personnel dispose de [n] heures de délégation.", "Le délégué syndical est désigné par son organisation.", "Une personne homosexuelle peut être harcelée sans que personne ne le voie : parlez-en.", "La grossesse donne droit à un congé de [n] semaines.",
	"Le salarié en arrêt maladie transmet son avis sous quarante-huit heures.", "Le conjoint, le partenaire de Pacs et les enfants à charge sont ayants droit.", "Indiquez votre nom, votre prénom, votre date de naissance et votre numéro de sécurité sociale.",
	"N'écrivez jamais votre mot de passe ni votre code de carte bancaire dans un courriel.", "L'IBAN figure en bas de votre relevé : il commence par FR et compte 27 caractères.", "Le numéro de sécurité sociale compte quinze chiffres, dont deux pour la clé.",
	"Le divorce, le veuvage ou le décès d'un ayant droit doivent être déclarés dans le mois.", "La tutelle et la curatelle sont des mesures de protection décidées par un juge.", "Le test génétique n'est jamais demandé par un assureur.",
	"Le fumeur qui arrête retrouve en [n] jours une partie de son souffle.", "L'hôpital de jour accueille les patients sans hébergement.", "Prenez rendez-vous chez un cardiologue ou un allergologue si les symptômes persistent.",
	"La lutte contre le blanchiment impose de vérifier l'identité du souscripteur.", "Toute fausse déclaration peut constituer une fraude.", "Un casier judiciaire vierge peut être exigé pour certains postes.", "Le revenu fiscal de référence détermine l'aide à laquelle vous pouvez prétendre.",
	"La réclamation reste sans frais et le médiateur de la mutualité peut être saisi.", "Les séropositifs vivent aujourd'hui aussi longtemps que les autres.", "L'Église catholique et les associations protestantes gèrent plusieurs établissements.", "Les partis politiques ne sont pas des adhérents.",
	"Notre réseau compte [n] opticiens et [n] audioprothésistes.", "La rente d'invalidité est versée à partir d'un taux de [n] %.", "Plus de [n] % des Français disent avoir connu un épisode dépressif.", "Le don de moelle sauve des enfants atteints de leucémie.",
}

var leafletWords = map[string][]string{"2026": {"2024", "2025", "2026"}}
