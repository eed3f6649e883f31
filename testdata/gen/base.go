package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"recense/bench/synth"
)

// base writes base.sql, the database of the invented mutual, and verite-base.json,
// the truth about it: the path of a location is the name of the table. The SQL is
// the same for every engine: standard types, standard quotes.
func base(folder string) error {
	b := &tables{share: &share{}}
	for _, table := range []func(*tables){adherents, dependants, contracts, reimbursements, payments, mandates, calls, employees, staging, audit, publicCodes} {
		table(b)
	}
	if err := os.WriteFile(filepath.Join(folder, "base.sql"), []byte(b.sql.String()), 0o644); err != nil {
		return err
	}
	return b.share.writeTruth(filepath.Join(folder, "verite-base.json"), "contract_number")
}

// tables collects the SQL of a database and the truth about it.
type tables struct {
	share *share
	sql   strings.Builder
}

// table writes a table with its rows: nil is null, numbers are written as they
// are, all else as texts.
func (b *tables) table(name, columns string, rows [][]any) *location {
	fmt.Fprintf(&b.sql, "CREATE TABLE %s (%s);\n", name, columns)
	for i, row := range rows {
		if i%20 == 0 {
			fmt.Fprintf(&b.sql, "INSERT INTO %s VALUES\n", name)
		}
		values := make([]string, len(row))
		for k, v := range row {
			switch v := v.(type) {
			case nil:
				values[k] = "NULL"
			case int:
				values[k] = fmt.Sprint(v)
			default:
				values[k] = "'" + strings.ReplaceAll(fmt.Sprint(v), "'", "''") + "'"
			}
		}
		end := ","
		if i%20 == 19 || i == len(rows)-1 {
			end = ";"
		}
		fmt.Fprintf(&b.sql, "(%s)%s\n", strings.Join(values, ", "), end)
	}
	return b.share.entry(name, "", "table")
}

// baseMembers are those of the database. The other tables lead to them by
// adherent_id, which is a number of a member as well.
func baseMembers() []synth.Person { return people(901, 60) }

func amount(g *synth.Gen) string { return fmt.Sprintf("%d.%02d", g.Between(6, 300), g.IntN(100)) }

func adherents(b *tables) {
	var rows [][]any
	for i, p := range baseMembers() {
		rows = append(rows, []any{1000 + i, p.Member, p.NIR, p.Civility(), strings.ToUpper(p.Surname), p.Given, p.ISO(), p.Email, p.Mobile, p.Street, p.Postcode, p.Town})
	}
	n := len(rows)
	b.table("adherent", "id INTEGER PRIMARY KEY, num_adherent VARCHAR(12) NOT NULL, nir CHAR(15), civilite VARCHAR(4), nom VARCHAR(60), prenom VARCHAR(60), "+
		"date_naissance DATE, email VARCHAR(120), tel_mobile VARCHAR(20), adresse VARCHAR(120), code_postal CHAR(5), ville VARCHAR(60)", rows).
		in("num_adherent", "member_number", n).in("nir", "nir", n).in("civilite", "civility", n).in("nom", "person_name", n).in("date_naissance", "birth_date", n).
		in("email", "email", n).in("tel_mobile", "phone_fr", n).in("adresse", "postal_address_fr", n)
}

// dependants have NIRs in two columns, number and key.
func dependants(b *tables) {
	var rows [][]any
	for i, p := range people(902, 40) {
		rows = append(rows, []any{1000 + i, i%3 + 1, p.NIR[:13], p.NIR[13:], p.Surname + " " + p.Given, p.ISO(), []string{"conjoint", "enfant"}[i%2]})
	}
	b.table("ayant_droit", "adherent_id INTEGER NOT NULL, rang INTEGER NOT NULL, nir_numero CHAR(13), nir_cle CHAR(2), nom_prenom VARCHAR(120), "+
		"date_naissance DATE, lien VARCHAR(12), PRIMARY KEY (adherent_id, rang)", rows).
		in("adherent_id", "member_number", 40).in("nir_numero", "nir", 40).in("nom_prenom", "person_name", 40).in("date_naissance", "birth_date", 40)
}

func contracts(b *tables) {
	g := synth.New(903)
	var rows [][]any
	for i := range 60 {
		rows = append(rows, []any{i + 1, fmt.Sprintf("CT-%06d", g.Between(100000, 999999)), 1000 + i, g.Pick([]string{"ESSENTIEL", "CONFORT", "PREMIUM"}),
			fmt.Sprintf("20%02d-01-01", g.Between(10, 24)), nil})
	}
	b.table("contrat", "id INTEGER PRIMARY KEY, num_contrat VARCHAR(12), adherent_id INTEGER, formule VARCHAR(20), date_effet DATE, date_radiation DATE", rows).
		in("num_contrat", "contract_number", 60).in("adherent_id", "member_number", 60)
}

func reimbursements(b *tables) {
	g := synth.New(904)
	list := baseMembers()
	var rows [][]any
	for i := range 120 {
		rows = append(rows, []any{i + 1, list[i%len(list)].NIR, fmt.Sprintf("2026-%02d-%02d", g.Between(1, 9), g.Between(1, 28)), g.CCAM(), g.CIP13(), amount(g), amount(g), g.RPPS(), g.FINESS()})
	}
	b.table("prestation", "id INTEGER PRIMARY KEY, nir_assure CHAR(15), date_soins DATE, code_ccam VARCHAR(10), cip13 CHAR(13), montant_depense DECIMAL(10,2), "+
		"montant_rembourse DECIMAL(10,2), rpps_prescripteur CHAR(11), finess_etablissement CHAR(9)", rows).
		in("nir_assure", "nir", 120).in("code_ccam", "ccam", 120).in("cip13", "cip", 120).in("rpps_prescripteur", "rpps", 120).in("finess_etablissement", "finess", 120)
}

func payments(b *tables) {
	g := synth.New(905)
	var rows [][]any
	for i, p := range people(906, 50) {
		rows = append(rows, []any{i + 1, p.IBAN, p.BIC, amount(g), fmt.Sprintf("2026-%02d-05", i%12+1), "VIR " + g.Digits(6)})
	}
	b.table("paiement", "id INTEGER PRIMARY KEY, iban VARCHAR(34), bic VARCHAR(11), montant DECIMAL(10,2), date_paiement DATE, reference VARCHAR(20)", rows).
		in("iban", "iban", 50).in("bic", "bic", 50)
}

func mandates(b *tables) {
	g := synth.New(907)
	var rows [][]any
	for i, p := range people(908, 40) {
		rows = append(rows, []any{fmt.Sprintf("RUM%08d", g.Between(1, 99999999)), 1000 + i, p.IBAN, p.Civility() + " " + p.Given + " " + p.Surname, fmt.Sprintf("2025-%02d-01", i%12+1)})
	}
	b.table("mandat_sepa", "rum VARCHAR(20) PRIMARY KEY, adherent_id INTEGER, iban_debiteur VARCHAR(34), titulaire VARCHAR(120), date_signature DATE", rows).
		in("adherent_id", "member_number", 40).in("iban_debiteur", "iban", 40).in("titulaire", "person_name", 40)
}

// calls are notes in which one NIR and a few numbers were forgotten.
func calls(b *tables) {
	g := synth.New(909)
	var rows [][]any
	for i := range 80 {
		text := g.Pick([]string{"en attente de la réponse du service", "pièce manquante, courrier envoyé", "dossier clos", "à revoir avec l'agence", "souhaite changer de formule"})
		switch {
		case i == 52:
			text = "rappeler l'assuré " + g.NIR(g.Birth()) + " avant la fin du mois"
		case i%20 == 9:
			text = "rappeler au " + synth.SpacedPhone(g.Mobile(), " ") + ", " + text
		}
		rows = append(rows, []any{i + 1, 1000 + i%60, fmt.Sprintf("2026-%02d-%02d 09:31:00", g.Between(1, 9), g.Between(1, 28)), text})
	}
	b.table("appel", "id INTEGER PRIMARY KEY, adherent_id INTEGER, recu_le TIMESTAMP, note TEXT", rows).
		in("adherent_id", "member_number", 80).in("note", "nir", 1).in("note", "phone_fr", 4)
}

func employees(b *tables) {
	g := synth.New(910)
	var rows [][]any
	for i, p := range people(911, 30) {
		rows = append(rows, []any{i + 1, p.Surname, p.Given, p.NIR, p.ISO(), p.Email, p.IBAN, fmt.Sprintf("%d.00", g.Between(1800, 5200))})
	}
	b.table("salarie", "id INTEGER PRIMARY KEY, nom VARCHAR(60), prenom VARCHAR(60), num_secu CHAR(15), date_naissance DATE, courriel VARCHAR(120), iban VARCHAR(34), salaire_brut DECIMAL(10,2)", rows).
		in("nom", "person_name", 30).in("num_secu", "nir", 30).in("date_naissance", "birth_date", 30).in("courriel", "email", 30).in("iban", "iban", 30)
}

// staging is a forgotten copy without names that mean anything, with NIRs as
// numbers.
func staging(b *tables) {
	var rows [][]any
	for i, p := range people(912, 50) {
		nir, err := strconv.Atoi(p.NIR)
		if err != nil {
			continue // born in Corsica: 2A is no number
		}
		rows = append(rows, []any{i + 1, nir, p.Email, "+33" + p.Mobile[1:], p.IBAN})
	}
	b.table("tmp_copie_2021", "c1 INTEGER, c2 BIGINT, c3 VARCHAR(200), c4 VARCHAR(200), c5 VARCHAR(200)", rows).
		in("c2", "nir", len(rows)).in("c3", "email", len(rows)).in("c4", "phone_fr", len(rows)).in("c5", "iban", len(rows))
}

// audit has JSON: what was changed, before and after.
func audit(b *tables) {
	var rows [][]any
	for i, p := range people(913, 40) {
		change := map[string]any{"table": "adherent", "id": 1000 + i, "avant": map[string]any{"email": p.Email}, "apres": map[string]any{"email": strings.ToLower(p.Email), "mobiles": []string{p.Mobile}}}
		data, _ := json.Marshal(change)
		rows = append(rows, []any{i + 1, fmt.Sprintf("2026-03-%02d 10:00:00", i%28+1), "agent" + fmt.Sprint(i%5), string(data)})
	}
	b.table("journal_audit", "id INTEGER PRIMARY KEY, horodatage TIMESTAMP, acteur VARCHAR(20), detail JSON", rows).
		in("detail.avant.email", "email", 40).in("detail.apres.email", "email", 40).in("detail.apres.mobiles[*]", "phone_fr", 40)
}

// publicCodes is a table of codes without any person.
func publicCodes(b *tables) {
	var rows [][]any
	for i, l := range []string{"Consultation", "Visite", "Radiographie", "Optique", "Prothèse", "Soins", "Transport", "Pharmacie", "Hospitalisation", "Analyses"} {
		rows = append(rows, []any{fmt.Sprintf("F%02d", i+1), l, 70 + i%3*15})
	}
	b.table("famille_prestation", "code CHAR(3) PRIMARY KEY, libelle VARCHAR(60), taux INTEGER", rows).none()
}
