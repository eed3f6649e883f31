package register

import "recense/report/taxonomy"

// Kind is what a verdict says (domain/register.md C.2). The order of the list is
// the order of the table, in which verdicts of equal severity stand.
type Kind struct {
	ID      string
	Constat taxonomy.Words // the short label of the workbook
	Message taxonomy.Words // with {fields}
	Softer  taxonomy.Words // the message when it is only to be confirmed; empty: the same
	Floor   string         // lowest severity; empty: the impact of the location
	Ceiling string         // highest severity; empty: none
}

// kinds is the table of C.2.
var kinds = []Kind{
	{ID: "declared", Constat: w("Déclaré au registre", "In the register"),
		Message: w("Déclaré au registre ({ref}) ; ne vaut pas attestation de conformité.", "In the register ({ref}); not a statement of compliance.")},
	{ID: "undeclared_category", Constat: w("Catégorie non déclarée", "Undeclared category"),
		Message: w("Catégorie « {category} » non déclarée pour {ref}.", "Category \"{category}\" is not declared for {ref}."),
		Softer:  w("Catégorie « {category} » non mentionnée pour {ref} dans la politique de référence (liste non limitative) : à confirmer.", "Category \"{category}\" is not named for {ref} in the reference policy (open list): to be confirmed.")},
	{ID: "undeclared_location", Constat: w("Emplacement non rattaché", "Location of no processing"),
		Message: w("Emplacement rattaché à aucun traitement du registre : {n} catégorie(s) de données.", "Location tied to no processing of the register: {n} data categories.")},
	{ID: "retention_exceeded", Floor: "modere", Constat: w("Durée de conservation dépassée", "Retention exceeded"),
		Message: w("Durée de conservation dépassée de {days} jours (règle {rule}, échéance {limit}).", "Kept {days} days too long (rule {rule}, due {limit}).")},
	{ID: "retention_to_confirm", Ceiling: "modere", Constat: w("Conservation à vérifier", "Retention to check"),
		Message: w("Durée peut-être dépassée (règle {rule}) : vérifier le point de départ.", "Retention may be exceeded (rule {rule}): check the starting point.")},
	{ID: "retention_unknown", Floor: "faible", Ceiling: "faible", Constat: w("Durée non définie", "No retention period"),
		Message: w("Aucune durée de conservation définie pour {ref}.", "No retention period set for {ref}.")},
	{ID: "consent_expired", Floor: "faible", Ceiling: "faible", Constat: w("Consentement à renouveler", "Consent to renew"),
		Message: w("Consentement à renouveler depuis {days} jours.", "Consent to be renewed for {days} days.")},
	{ID: "medical_outside_perimeter", Floor: "important", Constat: w("Données médicales hors périmètre", "Medical data outside the perimeter"),
		Message: w("Données médicales hors du périmètre couvert par le secret médical.", "Medical data outside the perimeter under medical secrecy.")},
	{ID: "health_undeclared", Floor: "important", Constat: w("Données de santé non déclarées", "Undeclared health data"),
		Message: w("Données de santé (art. 9 du RGPD) dans un emplacement dont aucun traitement ne les déclare.", "Health data (GDPR Art. 9) in a location where no processing declares them.")},
	{ID: "health_hosting_to_confirm", Floor: "modere", Ceiling: "modere", Constat: w("Hébergement de données de santé", "Health-data hosting"),
		Message: w("Données de santé chez {operator} sans certification HDS déclarée : vérifier si l'article L. 1111-8 du CSP s'applique.", "Health data at {operator} without a declared HDS certificate: check whether CSP art. L. 1111-8 applies.")},
	{ID: "nir_outside_allowed_purposes", Floor: "important", Constat: w("NIR hors périmètre", "NIR outside its perimeter"),
		Message: w("NIR présent hors des traitements autorisés à l'utiliser.", "NIR outside the processings allowed to use it."),
		Softer:  w("NIR dans une DSN : inscrire la base d'utilisation au registre (décret n° 2019-341).", "NIR in a DSN: enter the ground for its use in the register (decree 2019-341).")},
	{ID: "location_outside_allowed", Floor: "important", Constat: w("Hébergement non admis", "Hosting not permitted"),
		Message: w("Hébergement hors de l'EEE ({country}) sans garantie de transfert déclarée.", "Hosted outside the EEA ({country}) without a declared transfer safeguard.")},
	{ID: "location_outside_preferred", Floor: "faible", Ceiling: "faible", Constat: w("Hébergement hors de France", "Hosted outside France"),
		Message: w("Hébergement hors de France ({country}), admis par la politique.", "Hosted outside France ({country}), permitted by the policy.")},
	{ID: "country_unknown", Floor: "faible", Ceiling: "faible", Constat: w("Pays d'hébergement inconnu", "Hosting country unknown"),
		Message: w("Pays d'hébergement non renseigné au registre.", "Hosting country not given in the register.")},
	{ID: "world_readable_sensitive", Floor: "important", Constat: w("Accès trop large", "Access too wide"),
		Message: w("Données à protection renforcée lisibles par {readers}.", "Data under stronger protection readable by {readers}.")},
	{ID: "access_wider_than_declared", Ceiling: "modere", Constat: w("Accès non déclaré", "Undeclared access"),
		Message: w("Accès en lecture du groupe {group}, non prévu au registre.", "Group {group} can read; the register does not provide for it.")},
	{ID: "opposition_not_applied", Floor: "modere", Constat: w("Opposition non prise en compte", "Objection not applied"),
		Message: w("{n} personne(s) ayant exercé leur droit d'opposition figurent encore ici (liste {list}).", "{n} person(s) who objected are still here (list {list}).")},
	{ID: "consent_missing", Floor: "modere", Ceiling: "modere", Constat: w("Consentement non enregistré", "No recorded consent"),
		Message: w("{n} numéro(s) de prospection sans consentement enregistré (contrat en cours : à vérifier).", "{n} canvassing number(s) without recorded consent (current contract: to be checked).")},
	{ID: "cleartext_credentials", Floor: "important", Constat: w("Secrets en clair", "Secrets in clear"),
		Message: w("Identifiants, mots de passe ou clés enregistrés en clair.", "Logins, passwords or keys stored in clear.")},
	{ID: "identified_in_pseudonymised", Floor: "important", Constat: w("Pseudonymisation en défaut", "Failed pseudonymisation"),
		Message: w("Données directement identifiantes dans un jeu déclaré {state}.", "Directly identifying data in a set declared {state}.")},
	{ID: "production_data_outside_production", Constat: w("Données réelles hors production", "Real data outside production"),
		Message: w("Données réelles probables en environnement {environment}.", "Probably real data in environment {environment}.")},
	{ID: "uncontrolled_copy", Constat: w("Copie non maîtrisée", "Uncontrolled copy"),
		Message: w("Copie, hors emplacement déclaré, d'un fichier du traitement {ref}.", "Copy, outside any declared location, of a file of {ref}.")},
	{ID: "declared_not_found", Floor: "faible", Ceiling: "faible", Constat: w("Déclaré, non retrouvé", "Declared, not found"),
		Message: w("Déclaré pour {ref}, non retrouvé dans le périmètre analysé.", "Declared for {ref}, not found in the perimeter analysed.")},
	{ID: "to_confirm", Floor: "faible", Ceiling: "faible", Constat: w("Indices à confirmer", "Evidence to confirm"),
		Message: w("Indices insuffisants à eux seuls : « {category} ».", "Evidence not sufficient by itself: \"{category}\".")},
	{ID: "not_verified", Floor: "faible", Ceiling: "faible", Constat: w("Non analysé", "Not analysed"),
		Message: w("Contenu non analysé : {reason}.", "Content not analysed: {reason}.")},
	{ID: "source_not_scanned", Floor: "faible", Ceiling: "faible", Constat: w("Source non analysée", "Source not analysed"),
		Message: w("Source déclarée non analysée (dernière lecture : {date}).", "Declared source not analysed (last read: {date}).")},
}

func w(fr, en string) taxonomy.Words { return taxonomy.Words{FR: fr, EN: en} }

// Kinds returns the kinds of verdicts, in their order.
func Kinds() []Kind { return append([]Kind(nil), kinds...) }

// kindAt returns the place of a kind in the table, -1 when there is none.
func kindAt(id string) int {
	for i := range kinds {
		if kinds[i].ID == id {
			return i
		}
	}
	return -1
}

func kindIDs() []string {
	ids := make([]string, len(kinds))
	for i := range kinds {
		ids[i] = kinds[i].ID
	}
	return ids
}
