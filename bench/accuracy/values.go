package accuracy

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"recense/bench/synth"
)

// form is one way of writing the values of a kind.
type form struct {
	tag  string
	make func(b *builder, p synth.Person) string
}

// sort is a kind of value: how it is written, what looks like it and is wrong,
// and how columns of it are called.
type sort struct {
	kind    string
	forms   []form
	bad     func(b *builder, p synth.Person) string // nil: no check to fail
	headers []string
	alone   bool   // a column of it can be told without a good name
	spoiled []form // what spreadsheets and programs make of it, in a column with its name
}

// floating writes a number as programs do that take it for one of floating point.
func floating(number string) string {
	if strings.ContainsFunc(number, func(r rune) bool { return r < '0' || r > '9' }) {
		return number
	}
	return number + ".0"
}

// power writes a number as a power of ten, with all its digits.
func power(number string) string {
	if strings.ContainsFunc(number, func(r rune) bool { return r < '0' || r > '9' }) {
		return number
	}
	return number[:1] + "," + number[1:] + "E+" + strconv.Itoa(len(number)-1)
}

// days writes a date as spreadsheets count it.
func days(p synth.Person) string {
	day := time.Date(p.Birth.Year, time.Month(p.Birth.Month), p.Birth.Day, 0, 0, 0, 0, time.UTC)
	return strconv.Itoa(int(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24))
}

func separators(spaced func(b *builder, p synth.Person, sep string) string) []form {
	var fs []form
	for _, s := range []struct{ tag, sep string }{{"plain", ""}, {"spaces", " "}, {"no-break spaces", "\u00a0"},
		{"narrow spaces", "\u202f"}, {"dots", "."}, {"hyphens", "-"}} {
		fs = append(fs, form{"written with " + s.tag, func(b *builder, p synth.Person) string { return spaced(b, p, s.sep) }})
	}
	return fs
}

// spacedIBAN writes groups of four and a last one of three.
func spacedIBAN(p synth.Person, sep string) string {
	return synth.Group(p.IBAN, sep, 4, 4, 4, 4, 4, 4)
}

func only(f func(b *builder, p synth.Person) string) []form { return []form{{"", f}} }

// sorts are the kinds that the generator writes.
var sorts = []sort{
	{kind: "nir", alone: true, headers: []string{"nir", "num_ss", "NUM_SECU", "N° SS", "numero_secu", "nir_assure", "N° sécurité sociale", "matricule_ins", "no_ss", "num_nir"},
		forms: append(separators(func(b *builder, p synth.Person, sep string) string { return synth.SpacedNIR(p.NIR, sep) }),
			form{"key behind a hyphen", func(b *builder, p synth.Person) string {
				return synth.Group(p.NIR[:13], " ", 1, 2, 2, 2, 3) + " - " + p.NIR[13:]
			}},
			form{"lower case", func(b *builder, p synth.Person) string { return strings.ToLower(p.NIR) }}),
		spoiled: []form{{"floating point", func(b *builder, p synth.Person) string { return floating(p.NIR) }},
			{"power of ten", func(b *builder, p synth.Person) string { return power(p.NIR) }}},
		bad: func(b *builder, p synth.Person) string {
			switch b.IntN(4) {
			case 0:
				return b.BadNIRMonth(p.Birth)
			case 1:
				return b.BadNIRDepartment(p.Birth)
			case 2:
				return synth.SpacedNIR(b.BadNIRKey(p.Birth), " ")
			}
			return b.BadNIRKey(p.Birth)
		}},
	{kind: "nia", alone: true, headers: []string{"nia", "num_nia", "matricule_ins", "nir"},
		forms: only(func(b *builder, p synth.Person) string { return b.NIA(p.Birth) })},
	{kind: "iban", alone: true, headers: []string{"iban", "IBAN", "code_iban", "num_iban", "iban_benef", "coord_bancaire"},
		forms: []form{
			{"written with plain", func(b *builder, p synth.Person) string { return p.IBAN }},
			{"written with spaces", func(b *builder, p synth.Person) string { return spacedIBAN(p, " ") }},
			{"written with no-break spaces", func(b *builder, p synth.Person) string { return spacedIBAN(p, "\u00a0") }},
			{"written with hyphens", func(b *builder, p synth.Person) string { return spacedIBAN(p, "-") }},
			{"lower case", func(b *builder, p synth.Person) string { return strings.ToLower(p.IBAN) }},
			{"foreign", func(b *builder, p synth.Person) string { return b.ForeignIBAN() }}},
		bad: func(b *builder, p synth.Person) string { return b.BadIBAN() }},
	{kind: "rib", alone: true, headers: []string{"rib", "RIB", "rib_adherent"},
		forms: []form{
			{"written with plain", func(b *builder, p synth.Person) string { return p.RIB.String() }},
			{"written with spaces", func(b *builder, p synth.Person) string { return p.RIB.Spaced(" ") }},
			{"written with hyphens", func(b *builder, p synth.Person) string { return p.RIB.Spaced("-") }}},
		bad: func(b *builder, p synth.Person) string { return b.BadRIB().Spaced(" ") }},
	{kind: "bic", headers: []string{"bic", "code_bic", "BIC", "swift"}, forms: only(func(b *builder, p synth.Person) string { return b.BIC() })},
	{kind: "payment_card", alone: true, headers: []string{"num_carte", "carte_bancaire", "pan", "numero_carte_bancaire"},
		forms: []form{
			{"written with plain", func(b *builder, p synth.Person) string { return b.TestCard() }},
			{"written with spaces", func(b *builder, p synth.Person) string { return synth.Group(b.TestCard(), " ", 4, 4, 4, 4) }},
			{"written with hyphens", func(b *builder, p synth.Person) string { return synth.Group(b.TestCard(), "-", 4, 4, 4, 4) }}},
		spoiled: []form{{"floating point", func(b *builder, p synth.Person) string { return floating(b.TestCard()) }}},
		bad:     func(b *builder, p synth.Person) string { return b.BadCard() }},
	{kind: "email", alone: true, headers: []string{"email", "mail", "courriel", "adresse_mel", "E-mail", "adr_mail"},
		forms: []form{
			{"", func(b *builder, p synth.Person) string { return p.Email }},
			{"upper case", func(b *builder, p synth.Person) string { return strings.ToUpper(p.Email) }},
			{"plus", func(b *builder, p synth.Person) string { return strings.Replace(p.Email, "@", "+sante@", 1) }}},
		bad: func(b *builder, p synth.Person) string { return b.BadEmail() }},
	{kind: "phone_fr", alone: true, headers: []string{"telephone", "tel", "TEL_PORT", "portable", "mobile", "num_tel", "tel_fixe", "Téléphone"},
		forms: []form{
			{"written with plain", func(b *builder, p synth.Person) string { return pick(b, []string{p.Mobile, p.Phone}) }},
			{"written with spaces", func(b *builder, p synth.Person) string {
				return synth.SpacedPhone(pick(b, []string{p.Mobile, p.Phone}), " ")
			}},
			{"written with dots", func(b *builder, p synth.Person) string {
				return synth.SpacedPhone(pick(b, []string{p.Mobile, p.Phone}), ".")
			}},
			{"written with hyphens", func(b *builder, p synth.Person) string { return synth.SpacedPhone(p.Mobile, "-") }},
			{"written with no-break spaces", func(b *builder, p synth.Person) string { return synth.SpacedPhone(p.Mobile, "\u00a0") }},
			{"international", func(b *builder, p synth.Person) string { return synth.International(p.Mobile) }},
			{"international", func(b *builder, p synth.Person) string { return "+33" + p.Mobile[1:] }},
			{"international", func(b *builder, p synth.Person) string { return "0033" + p.Mobile[1:] }},
			{"international with (0)", func(b *builder, p synth.Person) string {
				return "+33 (0)" + synth.Group(p.Mobile[1:], " ", 1, 2, 2, 2, 2)
			}}},
		spoiled: []form{{"zero lost", func(b *builder, p synth.Person) string { return p.Mobile[1:] }},
			{"floating point", func(b *builder, p synth.Person) string { return p.Mobile[1:] + ".0" }}},
		bad: func(b *builder, p synth.Person) string { return b.BadPhone() }},
	{kind: "phone_intl", headers: []string{"telephone", "tel_etranger"}, forms: only(func(b *builder, p synth.Person) string { return b.ForeignPhone() })},
	{kind: "birth_date", headers: []string{"date_naissance", "dt_naiss", "ddn", "Date de naissance", "naissance", "DATE_NAIS", "datnai"},
		forms: []form{
			{"date with slashes", func(b *builder, p synth.Person) string { return p.French() }},
			{"date ISO", func(b *builder, p synth.Person) string { return p.ISO() }},
			{"date with dots", func(b *builder, p synth.Person) string { return strings.ReplaceAll(p.French(), "/", ".") }},
			{"date with hyphens", func(b *builder, p synth.Person) string { return strings.ReplaceAll(p.French(), "/", "-") }},
			{"date of digits", func(b *builder, p synth.Person) string { return p.DSN() }},
			{"date of digits", func(b *builder, p synth.Person) string { return strings.ReplaceAll(p.ISO(), "-", "") }}},
		spoiled: []form{{"days since 1900", func(b *builder, p synth.Person) string { return days(p) }}}},
	{kind: "siren", headers: []string{"siren", "SIREN", "num_siren", "n_siren"}, forms: []form{
		{"written with plain", func(b *builder, p synth.Person) string { return b.SIREN() }},
		{"written with spaces", func(b *builder, p synth.Person) string { return synth.Group(b.SIREN(), " ", 3, 3, 3) }}},
		bad: func(b *builder, p synth.Person) string { s := b.SIREN(); return s[:8] + string('0'+(s[8]-'0'+3)%10) }},
	{kind: "siret", alone: true, headers: []string{"siret", "SIRET", "num_siret", "siret_employeur"}, forms: []form{
		{"written with plain", func(b *builder, p synth.Person) string { return b.SIRET() }},
		{"written with spaces", func(b *builder, p synth.Person) string { return synth.Group(b.SIRET(), " ", 3, 3, 3, 5) }}},
		bad: func(b *builder, p synth.Person) string { return b.BadSIRET() }},
	{kind: "vat_fr", alone: true, headers: []string{"tva_intra", "num_tva", "TVA intracommunautaire"}, forms: []form{
		{"written with plain", func(b *builder, p synth.Person) string { return b.VAT() }},
		{"written with spaces", func(b *builder, p synth.Person) string { return synth.Group(b.VAT(), " ", 2, 2, 3, 3, 3) }}}},
	{kind: "tax_number_fr", alone: true, headers: []string{"num_fiscal", "numero_fiscal", "spi", "N° fiscal"}, forms: []form{
		{"written with plain", func(b *builder, p synth.Person) string { return b.TaxNumber() }},
		{"written with spaces", func(b *builder, p synth.Person) string { return synth.Group(b.TaxNumber(), " ", 2, 2, 3, 3, 3) }}},
		bad: func(b *builder, p synth.Person) string { return b.BadTaxNumber() }},
	{kind: "rpps", headers: []string{"rpps", "num_rpps", "RPPS", "N° RPPS"}, forms: only(func(b *builder, p synth.Person) string { return b.RPPS() }),
		bad: func(b *builder, p synth.Person) string { return b.BadRPPS() }},
	{kind: "adeli", headers: []string{"adeli", "num_adeli"}, forms: only(func(b *builder, p synth.Person) string { return b.ADELI() })},
	{kind: "finess", headers: []string{"finess", "finess_geo", "FINESS", "nofinesset"}, forms: only(func(b *builder, p synth.Person) string { return b.FINESS() }),
		bad: func(b *builder, p synth.Person) string { return b.BadFINESS() }},
	{kind: "ccam", alone: true, headers: []string{"ccam", "code_ccam", "code_acte", "acte_ccam"}, forms: only(func(b *builder, p synth.Person) string { return b.CCAM() }),
		bad: func(b *builder, p synth.Person) string { return b.BadCCAM() }},
	{kind: "cim10", headers: []string{"cim10", "code_cim10", "diag_principal", "diagnostic"}, forms: only(func(b *builder, p synth.Person) string { return b.CIM10() })},
	{kind: "ngap", headers: []string{"ngap", "lettre_cle", "cotation"}, forms: only(func(b *builder, p synth.Person) string { return b.NGAP() })},
	{kind: "lpp", headers: []string{"lpp", "code_lpp"}, forms: only(func(b *builder, p synth.Person) string { return b.LPP() })},
	{kind: "nabm", headers: []string{"nabm", "code_nabm"}, forms: only(func(b *builder, p synth.Person) string { return b.NABM() })},
	{kind: "cip", alone: true, headers: []string{"cip13", "code_cip", "CIP"}, forms: []form{
		{"cip13", func(b *builder, p synth.Person) string { return b.CIP13() }}},
		bad: func(b *builder, p synth.Person) string { c := b.CIP13(); return c[:12] + string('0'+(c[12]-'0'+1)%10) }},
	{kind: "ucd", headers: []string{"ucd", "code_ucd"}, forms: []form{
		{"ucd7", func(b *builder, p synth.Person) string { return b.UCD7() }},
		{"ucd13", func(b *builder, p synth.Person) string { return b.UCD13() }}}},
	{kind: "atc", headers: []string{"atc", "code_atc"}, forms: only(func(b *builder, p synth.Person) string { return b.ATC() })},
	{kind: "ipv4", alone: true, headers: []string{"ip", "adresse_ip", "ip_client", "remote_addr"}, forms: only(func(b *builder, p synth.Person) string { return b.IPv4() }),
		bad: func(b *builder, p synth.Person) string { return b.BadIPv4() }},
	{kind: "ipv6", alone: true, headers: []string{"ipv6", "adresse_ip"}, forms: only(func(b *builder, p synth.Person) string { return b.IPv6() })},
	{kind: "mac_address", alone: true, headers: []string{"mac", "adresse_mac"}, forms: only(func(b *builder, p synth.Person) string { return b.MAC() })},
	{kind: "person_name", headers: []string{"nom", "NOM", "nom_naissance", "nom_assure", "Nom"}, forms: []form{
		{"upper case", func(b *builder, p synth.Person) string { return strings.ToUpper(b.Family()) }},
		{"", func(b *builder, p synth.Person) string { return b.Family() }}}},
	{kind: "person_name", headers: []string{"nom_complet", "nom_prenom", "titulaire", "beneficiaire", "Nom et prénom"}, forms: []form{
		{"surname first", func(b *builder, p synth.Person) string { return strings.ToUpper(b.Family()) + " " + p.Given }},
		{"given name first", func(b *builder, p synth.Person) string { return p.Given + " " + b.Family() }}}},
	{kind: "person_name", headers: []string{"prenom", "PRENOM", "Prénom", "prenoms"}, forms: only(func(b *builder, p synth.Person) string { return p.Given })},
	{kind: "postal_address_fr", headers: []string{"adresse", "ADRESSE", "adresse_postale", "Adresse complète"}, forms: only(func(b *builder, p synth.Person) string { return b.Address() })},
	{kind: "licence_plate_fr", headers: []string{"immatriculation_vehicule", "plaque", "plaque_immatriculation"}, forms: only(func(b *builder, p synth.Person) string { return b.Plate() })},
	{kind: "passport_fr", headers: []string{"num_passeport", "passeport"}, forms: only(func(b *builder, p synth.Person) string { return b.Passport() })},
	{kind: "id_card_fr", headers: []string{"num_cni", "cni", "numero_carte_identite"}, forms: []form{
		{"card before 2021", func(b *builder, p synth.Person) string { return b.OldCard() }}}},
	{kind: "geo_coordinates", headers: []string{"coordonnees_gps", "gps", "latlon"}, forms: only(func(b *builder, p synth.Person) string { return b.Coordinates() })},
	{kind: "password_field", headers: []string{"mot_de_passe", "password", "mdp"}, forms: only(func(b *builder, p synth.Person) string { return b.Password() })},
}

// sortOf returns the first sort of a kind.
func sortOf(kind string) *sort {
	for i := range sorts {
		if sorts[i].kind == kind {
			return &sorts[i]
		}
	}
	panic("accuracy: no sort " + strconv.Quote(kind))
}

// value draws one value of a sort with its difficulty.
func (b *builder) value(s *sort, p synth.Person) (text, tag string) {
	f := pick(b, s.forms)
	return f.make(b, p), f.tag
}

// dummies are columns that hold no personal data.
var dummies = []struct {
	headers []string
	make    func(b *builder) string
}{
	{[]string{"montant", "MNT_REMB", "total_ttc"}, func(b *builder) string { return fmt.Sprintf("%d,%02d", b.Between(1, 900), b.IntN(100)) }},
	{[]string{"date_soin", "date_facture", "dt_effet"}, func(b *builder) string {
		return fmt.Sprintf("%02d/%02d/20%02d", b.Between(1, 28), b.Between(1, 12), b.Between(15, 26))
	}},
	{[]string{"statut", "etat"}, func(b *builder) string { return pick(b, []string{"A", "R", "S", "OK", "KO", "en cours"}) }},
	{[]string{"num_commande", "reference", "no_dossier"}, func(b *builder) string { return strconv.Itoa(b.Between(10000000, 99999999)) }},
	{[]string{"horodatage", "timestamp_ms"}, func(b *builder) string { return strconv.Itoa(b.Between(1600000000, 1790000000)) + b.Digits(3) }},
	{[]string{"gencod", "ean"}, func(b *builder) string { return b.EAN() }},
	{[]string{"cle_technique", "guid"}, func(b *builder) string { return b.UUID() }},
	{[]string{"imei"}, func(b *builder) string { return b.IMEI() }},
	{[]string{"libelle", "designation"}, func(b *builder) string {
		return pick(b, []string{"REMBOURSEMENT SOINS", "Cotisation mensuelle", "Optique", "FORFAIT JOURNALIER", "Dentaire – prothèse"})
	}},
	{[]string{"version"}, func(b *builder) string { return b.Version() }},
}
