package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"recense/bench/synth"
)

// people draws n members.
func people(seed uint64, n int) []synth.Person {
	g := synth.New(seed)
	list := make([]synth.Person, n)
	for i := range list {
		list[i] = g.Person()
	}
	return list
}

var memberHeader = []string{"num_adherent", "nir", "nom", "prenom", "date_naissance", "email", "telephone", "adresse", "code_postal", "ville", "iban", "bic"}

// members is the export of members, in its usual twelve columns.
func members(list []synth.Person) table {
	t := table{memberHeader}
	for _, p := range list {
		t = append(t, []string{p.Member, p.NIR, strings.ToUpper(p.Surname), p.Given, p.French(), p.Email, p.Mobile,
			p.Street, p.Postcode, p.Town, p.IBAN, p.BIC})
	}
	return t
}

func (l *location) wantMembers(n int) *location {
	return l.in("num_adherent", "member_number", n).in("nir", "nir", n).in("date_naissance", "birth_date", n).in("email", "email", n).
		in("telephone", "phone_fr", n).in("iban", "iban", n).in("bic", "bic", n).
		in("nom", "person_name", n).in("adresse", "postal_address_fr", n) // the given name beside it is the same person's
}

// adhesions are the exports of members, in every encoding that is met.
func adhesions(s *share) error {
	for _, f := range []func(*share) error{memberTables, mainframe, noHeader, memberJSON, namesHoldValues, workbooks} {
		if err := f(s); err != nil {
			return err
		}
	}
	return nil
}

func memberTables(s *share) error {
	l, err := s.put("adhesions/adherents_2026.csv", "csv, UTF-8 with BOM, CRLF", []byte(bom+members(people(101, 60)).csv(";", "\r\n")))
	if err != nil {
		return err
	}
	l.wantMembers(60)

	spaced := members(people(102, 40))
	for _, row := range spaced[1:] {
		row[1], row[10] = synth.SpacedNIR(row[1], " "), synth.SpacedIBAN(row[10], " ")
	}
	if l, err = s.put("adhesions/adherents_2019.csv", "csv, Windows-1252", encode(windows, spaced.csv(";", "\r\n"))); err != nil {
		return err
	}
	l.wantMembers(40)

	if l, err = s.put("adhesions/adhérents – Lyon.txt", "tab-separated, UTF-16 LE", encode(utf16le, members(people(103, 25)).csv("\t", "\r\n"))); err != nil {
		return err
	}
	l.wantMembers(25).shown("adhesions/adhérents%20–%20Lyon.txt")

	if l, err = s.put("adhesions/reprise_unix.csv", "csv, UTF-16 BE", encode(utf16be, members(people(104, 12)).csv(",", "\n"))); err != nil {
		return err
	}
	l.wantMembers(12)

	if l, err = s.put("adhesions/export_agence.csv", "csv, CP850", encode(cp850, members(people(105, 30)).csv(";", "\r\n"))); err != nil {
		return err
	}
	l.wantMembers(30)

	return quotedTable(s)
}

// quotedTable has quotes, doubled quotes and line breaks inside cells, and near
// misses in the column of the NIR.
func quotedTable(s *share) error {
	g := synth.New(106)
	t := table{{"Numéro de Sécurité Sociale", "Nom de l'adhérent", "Courriel", "Observations"}}
	bad := 0
	for i := range 30 {
		p := g.Person()
		nir := p.NIR
		if i%10 == 4 {
			nir = g.BadNIRKey(p.Birth)
			bad++
		}
		t = append(t, []string{nir, strings.ToUpper(p.Surname) + ` dit "le jeune"`, p.Email, "Relancé deux fois;\nsans réponse à ce jour"})
	}
	l, err := s.put("adhesions/relances.csv", "csv, UTF-8, quoted cells with line breaks", []byte(t.quoted(";")))
	if err != nil {
		return err
	}
	l.in("Numéro de Sécurité Sociale", "nir", 30-bad).refused("nir", bad).in("Courriel", "email", 30)
	return nil
}

// mainframe is an extract in EBCDIC: records of 160 bytes, no line ends.
func mainframe(s *share) error {
	var b strings.Builder
	for _, p := range people(107, 40) {
		b.WriteString(fixed("ADH"+p.Member[2:]+p.NIR+fixed(strings.ToUpper(synth.Plain(p.Surname)), 25)+
			fixed(strings.ToUpper(synth.Plain(p.Given)), 20)+p.DSN()+"00"+p.RIB.String(), 160))
	}
	l, err := s.put("adhesions/extrait_zos.dat", "EBCDIC, records of 160 bytes", encode(ebcdic, b.String()))
	if err != nil {
		return err
	}
	l.in("10-24", "nir", 40).in("70-77", "birth_date", 40).in("80-102", "rib", 40)
	return nil
}

// noHeader is a table whose first row is data.
func noHeader(s *share) error {
	var t table
	for _, p := range people(108, 20) {
		t = append(t, []string{p.Member, p.NIR, strings.ToUpper(p.Surname), p.Email, synth.SpacedPhone(p.Mobile, " ")})
	}
	l, err := s.put("adhesions/sans_entete.csv", "csv, UTF-8, no header", []byte(t.csv(";", "\n")))
	if err != nil {
		return err
	}
	l.in("col.2", "nir", 20).in("col.4", "email", 20).in("col.5", "phone_fr", 20)
	return nil
}

type memberJSONRecord struct {
	Numero    string            `json:"numero"`
	Assure    map[string]string `json:"assure"`
	Contact   contactJSON       `json:"contact"`
	Paiement  map[string]string `json:"paiement"`
	Garanties []string          `json:"garanties"`
}

type contactJSON struct {
	Email     string   `json:"email"`
	Telephone []string `json:"telephone"`
}

func memberJSON(s *share) error {
	var records []memberJSONRecord
	for i, p := range people(109, 25) {
		nir := p.NIR
		if i%5 == 0 {
			nir = synth.SpacedNIR(nir, "\u00a0")
		}
		records = append(records, memberJSONRecord{p.Member, map[string]string{"nom": p.Surname, "prenom": p.Given, "nir": nir, "date_naissance": p.ISO()},
			contactJSON{p.Email, []string{p.Mobile, synth.International(p.Phone)}}, map[string]string{"iban": p.IBAN}, []string{"optique", "dentaire"}})
	}
	data, err := json.MarshalIndent(map[string]any{"agence": "Exempleville", "adherents": records}, "", "  ")
	if err != nil {
		return err
	}
	// Some producers escape everything that is not ASCII.
	text := escapeJSON(string(data))
	l, err := s.put("adhesions/adherents.json", "json, \\u escapes", []byte(text))
	if err != nil {
		return err
	}
	l.in("adherents[*].assure.nir", "nir", 25).in("adherents[*].assure.date_naissance", "birth_date", 25).in("adherents[*].contact.email", "email", 25).
		in("adherents[*].contact.telephone[*]", "phone_fr", 50).in("adherents[*].paiement.iban", "iban", 25).in("adherents[*].assure.nom", "person_name", 25)

	var b strings.Builder
	for i, p := range people(110, 30) {
		fmt.Fprintf(&b, `{"evenement":"adhesion","rang":%d,"nir":"%s","email":"%s","montant":%d.%02d}`+"\n", i+1, p.NIR, p.Email, 30+i, i)
	}
	if l, err = s.put("adhesions/evenements.ndjson", "ndjson", []byte(b.String())); err != nil {
		return err
	}
	l.in("nir", "nir", 30).in("email", "email", 30)
	return nil
}

func escapeJSON(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// namesHoldValues has values where names are expected.
func namesHoldValues(s *share) error {
	p := people(111, 1)[0]
	l, err := s.put("adhesions/attestation "+synth.SpacedNIR(p.NIR, " ")+".txt", "text, a NIR in the name of the file",
		[]byte("Attestation de droits\n\nAssuré : "+p.Given+" "+strings.ToUpper(p.Surname)+"\nNuméro de sécurité sociale : "+p.NIR+"\n"))
	if err != nil {
		return err
	}
	l.in("", "nir", 1).in("", "person_name", 1).in("(nom)", "nir", 1).shown("adhesions/attestation%20[NIR].txt")

	var b strings.Builder
	b.WriteString("{\n")
	list := people(112, 8)
	for i, p := range list {
		comma := ","
		if i == len(list)-1 {
			comma = ""
		}
		fmt.Fprintf(&b, "  \"%s\": {\"telephone\": \"%s\", \"relances\": %d}%s\n", p.Email, p.Mobile, i%3, comma)
	}
	b.WriteString("}\n")
	if l, err = s.put("adhesions/contacts_par_courriel.json", "json whose keys are e-mail addresses", []byte(b.String())); err != nil {
		return err
	}
	l.in("*.telephone", "phone_fr", 8).in("{key}", "email", 8)
	return nil
}

// wantBeneficiaries are the columns of the workbook of producers.go.
func (l *location) wantBeneficiaries(sheet string) *location {
	return l.in(sheet+"!nir", "nir", 20).in(sheet+"!date_naissance", "birth_date", 20).in(sheet+"!telephone", "phone_fr", 20).in(sheet+"!nom", "person_name", 20)
}

// workbooks were made by real programs from the sources of producers.go.
func workbooks(s *share) error {
	l, err := s.made("adhesions/adherents_portefeuille.xlsx", "xlsx by LibreOffice: text and date cells, a hidden sheet, a comment")
	if err != nil {
		return err
	}
	l.in("Portefeuille!num_adherent", "member_number", 30).in("Portefeuille!nir", "nir", 30).in("Ancien!nir", "nir", 5).in("Portefeuille!date_naissance", "birth_date", 30).in("Portefeuille!email", "email", 30).in("Portefeuille!nom", "person_name", 30)
	if l, err = s.made("adhesions/beneficiaires.xlsx", "xlsx by Gnumeric: NIR as numbers"); err != nil {
		return err
	}
	l.wantBeneficiaries("beneficiaires.csv")
	if l, err = s.made("adhesions/bulletin_adhesion.pdf", "pdf by LibreOffice Writer"); err != nil {
		return err
	}
	l.want("nir", 1).want("email", 1).want("phone_fr", 1).want("iban", 1).want("birth_date", 1).want("person_name", 1)
	return nil
}
