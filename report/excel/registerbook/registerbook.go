// Package registerbook writes the register of processings (registre des activités
// de traitement) as a workbook and reads it back (domain/register.md A.2).
//
// The flat sheets (Organisme, Sources, Traitements, Données…) hold every field of
// the register, one row an entry, in the words of the DPO; they are what Import
// reads. One sheet "Fiche <ref>" per processing shows it in the order of the CNIL
// template, for reading and for the authority; it is not read back. Headings and
// words are French, or English on request; Import takes either, and the
// identifiers of the file format as well.
//
// A workbook may have been changed and saved by another program: columns are
// found by their heading, dates may be dates or text, and a problem names its
// sheet and cell.
package registerbook

import (
	"reflect"

	"recense/report/register"
	"recense/report/taxonomy"
)

// sheet is a flat sheet: the entries of a list of the register, or those of a
// list inside each entry, with the name of the outer entry in front.
type sheet struct {
	name    taxonomy.Words
	list    string // field of the register
	key     string // field that names an entry of list
	child   string // field of an entry that holds the rows; empty: the entries are the rows
	columns []column
	// more are rows that hold nothing of the list but something of the outer entry.
	more func(outer reflect.Value) []reflect.Value
	// leaves out a row that was read for the sake of the outer entry only.
	empty func(row reflect.Value) bool
}

// column is a column of a flat sheet.
type column struct {
	head  taxonomy.Words
	width float64
	field string // of the row, "dpia.done_on"; empty: get and set, or shown only
	part  int    // from 1: one of several columns of a list; the last takes the rest
	last  bool
	words func(v *vocabulary) []word // closed list
	free  bool                       // words are a proposal
	get   func(b *book, outer, row reflect.Value) string
	set   func(outer, row reflect.Value, text string) string // returns what is wrong
}

// shown reports whether a column is worked out, and not read back.
func (c *column) shown() bool { return c.field == "" && c.set == nil }

func w(fr, en string) taxonomy.Words { return taxonomy.Words{FR: fr, EN: en} }

var organisation = []column{
	{head: w("Politique de référence", "Reference policy"), field: "policy"},
	{head: w("Registre mis à jour le", "Register updated on"), field: "updated"},
	{head: w("Organisme : nom", "Organisation: name"), field: "organisation.name"},
	{head: w("Organisme : SIREN", "Organisation: SIREN"), field: "organisation.siren"},
	{head: w("Organisme : rue", "Organisation: street"), field: "organisation.address.street"},
	{head: w("Organisme : code postal", "Organisation: postcode"), field: "organisation.address.postal_code"},
	{head: w("Organisme : ville", "Organisation: city"), field: "organisation.address.city"},
	{head: w("Organisme : pays", "Organisation: country"), field: "organisation.address.country"},
	{head: w("Organisme : téléphone", "Organisation: telephone"), field: "organisation.phone"},
	{head: w("Organisme : courriel", "Organisation: e-mail"), field: "organisation.email"},
	{head: w("Représentant dans l'UE (responsable hors UE)", "Representative in the EU (controller outside)"), field: "organisation.representative"},
	{head: w("DPO : nom", "DPO: name"), field: "dpo.name"},
	{head: w("DPO : société", "DPO: company"), field: "dpo.company"},
	{head: w("DPO : téléphone", "DPO: telephone"), field: "dpo.phone"},
	{head: w("DPO : courriel", "DPO: e-mail"), field: "dpo.email"},
	{head: w("DPO externe", "External DPO"), field: "dpo.external"},
}

// joint are the fields of a joint controller, numbered in the sheet Organisme.
var joint = []column{
	{head: w("Responsable conjoint %d : nom", "Joint controller %d: name"), field: "name"},
	{head: w("Responsable conjoint %d : contact", "Joint controller %d: contact"), field: "contact"},
	{head: w("Responsable conjoint %d : rôle", "Joint controller %d: role"), field: "role"},
}

var (
	organisationSheet = w("Organisme", "Organisation")
	fieldHead         = w("Champ", "Field")
	valueHead         = w("Valeur", "Value")
	readMe            = w("Lisez-moi", "Read me")
	valuesSheet       = w("Valeurs", "Values")
)

// purposes is how many columns sub-purposes have, as in the CNIL template.
const purposes = 5

var sheets = []sheet{
	{name: w("Sources", "Sources"), list: "sources", key: "id", columns: []column{
		{head: w("Identifiant", "Id"), width: 22, field: "id"},
		{head: w("Nature", "Kind"), width: 22, field: "kind", words: (*vocabulary).sourceKinds},
		{head: w("Adresse (URI)", "Address (URI)"), width: 40, field: "uri"},
		{head: w("Pays", "Country"), width: 8, field: "country"},
		{head: w("Opérateur", "Operator"), width: 20, field: "operator", words: (*vocabulary).operators, free: true},
		{head: w("Environnement", "Environment"), width: 16, field: "environment", words: (*vocabulary).environments},
		{head: w("Hébergeur HDS", "HDS certified"), width: 12, field: "hds_certified"},
		{head: w("Casse significative", "Case sensitive"), width: 12, field: "case_sensitive"},
		{head: w("Responsable", "Owner"), width: 24, field: "owner"},
		{head: w("Identité technique", "Technical identity"), width: 26, field: "identity"},
	}},
	{name: w("Traitements", "Processings"), list: "processings", key: "ref", columns: processingColumns()},
	{name: w("Données", "Data"), list: "processings", key: "ref", child: "categories", columns: []column{
		{head: w("Rubrique CNIL", "CNIL heading"), width: 30, get: cnilHeading, set: setHeading},
		{head: w("Catégorie", "Category"), width: 36, field: "id", words: (*vocabulary).categories},
		{head: w("Description", "Description"), width: 40, field: "description"},
		{head: w("Sensible (calculé)", "Sensitive (worked out)"), width: 12, get: sensitive},
		{head: w("Règle", "Rule"), width: 22, field: "retention"},
		{head: w("Durée (calculée)", "Period (worked out)"), width: 22, get: duration},
		{head: w("Point de départ", "Starting point"), width: 30, get: startEvent, set: setStartEvent},
		{head: w("Colonnes de date", "Date columns"), width: 26, get: startColumns, set: setStartColumns},
	}, more: startsAlone, empty: func(row reflect.Value) bool { return field(row, "id").String() == "" }},
	{name: w("Destinataires", "Recipients"), list: "processings", key: "ref", child: "recipients", columns: []column{
		{head: w("Nom", "Name"), width: 40, field: "name"},
		{head: w("Type", "Type"), width: 18, field: "type", words: (*vocabulary).recipientTypes},
		{head: w("Pays", "Country"), width: 8, field: "country"},
	}},
	{name: w("Transferts", "Transfers"), list: "processings", key: "ref", child: "transfers", columns: []column{
		{head: w("Organisme destinataire", "Recipient"), width: 36, field: "recipient"},
		{head: w("Pays", "Country"), width: 8, field: "country"},
		{head: w("Garanties", "Safeguard"), width: 36, field: "safeguard"},
		{head: w("Document", "Document"), width: 36, field: "document"},
	}},
	{name: w("Emplacements", "Locations"), list: "processings", key: "ref", child: "locations", columns: []column{
		{head: w("Source", "Source"), width: 22, field: "source"},
		{head: w("Chemin", "Path"), width: 44, field: "path"},
		{head: w("Groupes d'accès", "Access groups"), width: 28, get: accessGroups, set: setAccessGroups},
		{head: w("Chiffré", "Encrypted"), width: 10, field: "encryption.declared"},
		{head: w("Clé conservée ailleurs", "Key held elsewhere"), width: 14, field: "encryption.key_held_elsewhere"},
	}, more: groupsAlone, empty: reflect.Value.IsZero},
	{name: w("Listes", "Lists"), list: "lists", key: "id", columns: listColumns},
	{name: w("Consentements", "Consents"), list: "consent_lists", key: "id", columns: listColumns},
	{name: w("Conservation imposée", "Legal holds"), list: "legal_holds", key: "ref", columns: []column{
		{head: w("Référence", "Reference"), width: 22, field: "ref"},
		{head: w("Jusqu'au", "Until"), width: 14, field: "until"},
	}},
	{name: w("Conservation imposée (lieux)", "Legal holds (places)"), list: "legal_holds", key: "ref", child: "locations", columns: []column{
		{head: w("Source", "Source"), width: 22, field: "source"},
		{head: w("Chemin", "Path"), width: 44, field: "path"},
	}},
	{name: w("Témoins", "Witnesses"), list: "sources", key: "id", child: "witnesses", columns: []column{
		{head: w("Témoin", "Witness"), width: 24, field: "id"},
		{head: w("Chemin", "Path"), width: 44, field: "path"},
	}},
	{name: w("Exceptions", "Exceptions"), list: "exceptions", key: "id", columns: []column{
		{head: w("Identifiant", "Id"), width: 14, field: "id"},
		{head: w("Constat n°", "Finding no."), width: 36, field: "verdict_id"},
		{head: w("Constat", "Finding"), width: 34, field: "kind", words: (*vocabulary).kinds},
		{head: w("Source", "Source"), width: 20, field: "location.source"},
		{head: w("Chemin", "Path"), width: 40, field: "location.path"},
		{head: w("Décision", "Decision"), width: 24, field: "decision", words: (*vocabulary).decisions},
		{head: w("Motif", "Reason"), width: 34, field: "reason"},
		{head: w("Décidé par", "Decided by"), width: 18, field: "decided_by"},
		{head: w("Échéance de traitement", "Due on"), width: 14, field: "due_on"},
		{head: w("Fin de validité", "Valid until"), width: 14, field: "until"},
		{head: w("Commentaire", "Comment"), width: 34, field: "comment"},
	}},
}

var listColumns = []column{
	{head: w("Identifiant", "Id"), width: 26, field: "id"},
	{head: w("Nature des valeurs", "Kind of values"), width: 20, field: "kind"},
	{head: w("Fichier", "File"), width: 36, field: "path"},
	{head: w("Colonne", "Column"), width: 20, field: "column"},
	{head: w("Colonne de date", "Date column"), width: 20, field: "date_column"},
	{head: w("Traitements visés", "Applies to"), width: 20, field: "applies_to"},
}

func processingColumns() []column {
	cols := []column{
		{head: w("Référence", "Reference"), width: 12, field: "ref"},
		{head: w("Nom", "Name"), width: 34, field: "name"},
		{head: w("Traitement de la politique", "Policy processing"), width: 20, field: "policy_ref"},
		{head: w("Statut", "Status"), width: 12, field: "status", words: (*vocabulary).statuses},
		{head: w("Responsable", "Owner"), width: 26, field: "owner"},
		{head: w("Créé le", "Created on"), width: 12, field: "created"},
		{head: w("Mis à jour le", "Updated on"), width: 12, field: "updated"},
		{head: w("Logiciels", "Software"), width: 24, field: "software"},
		{head: w("Finalité principale", "Main purpose"), width: 40, field: "main_purpose"},
	}
	for i := 1; i <= purposes; i++ {
		n := string(rune('0' + i))
		cols = append(cols, column{head: w("Sous-finalité "+n, "Sub-purpose "+n), width: 26, field: "sub_purposes", part: i, last: i == purposes})
	}
	return append(cols, []column{
		{head: w("Rôle", "Role"), width: 20, field: "controller_role", words: (*vocabulary).roles},
		{head: w("Clients", "Clients"), width: 24, field: "clients"},
		{head: w("Base légale", "Legal basis"), width: 26, field: "legal_basis", words: (*vocabulary).bases},
		{head: w("Intérêt légitime", "Legitimate interest"), width: 26, field: "legitimate_interest"},
		{head: w("Condition art. 9", "Art. 9 condition"), width: 14, field: "art9_condition"},
		{head: w("Personnes concernées", "Data subjects"), width: 30, field: "data_subjects", words: (*vocabulary).subjects},
		{head: w("Liste fermée", "Closed list"), width: 10, field: "categories_exhaustive"},
		{head: w("Origine des données", "Source of the data"), width: 22, field: "data_source"},
		{head: w("Décision automatisée", "Automated decision"), width: 12, field: "automated_decision"},
		{head: w("Profilage", "Profiling"), width: 10, field: "profiling"},
		{head: w("Périmètre médical", "Medical perimeter"), width: 12, field: "medical_perimeter"},
		{head: w("NIR autorisé", "NIR allowed"), width: 10, field: "nir_allowed"},
		{head: w("Fondement du NIR", "Ground for the NIR"), width: 30, field: "nir_basis"},
		{head: w("État déclaré", "Declared state"), width: 16, field: "declared_state", words: (*vocabulary).states},
		{head: w("AIPD requise", "DPIA required"), width: 10, field: "dpia.required"},
		{head: w("AIPD faite le", "DPIA done on"), width: 12, field: "dpia.done_on"},
		{head: w("Mesures techniques", "Technical measures"), width: 36, field: "security.technical", words: (*vocabulary).measures, free: true},
		{head: w("Mesures organisationnelles", "Organisational measures"), width: 36, field: "security.organisational"},
	}...)
}

// outerHead is the first column of a sheet of inner lists.
func (s *sheet) outerHead() taxonomy.Words {
	if s.list == "sources" {
		return w("Source", "Source")
	}
	return w("Référence", "Reference")
}

// all returns the columns of a sheet, that of the outer entry first.
func (s *sheet) all() []column {
	if s.child == "" {
		return s.columns
	}
	return append([]column{{head: s.outerHead(), width: 22}}, s.columns...)
}

func processing(v reflect.Value) *register.Processing {
	return v.Addr().Interface().(*register.Processing)
}

func category(v reflect.Value) *register.Category { return v.Addr().Interface().(*register.Category) }
