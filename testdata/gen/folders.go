package main

import (
	"fmt"
	"strings"

	"recense/bench/synth"
)

// comptabilite has bank statements, suppliers, accounts and cards.
func comptabilite(s *share) error {
	g := synth.New(301)
	t := table{{"raison_sociale", "siren", "siret", "tva_intracom", "iban", "email_contact"}}
	for range 20 {
		siret := g.SIRET()
		t = append(t, []string{"Société " + g.Surname(), siret[:9], siret, g.VAT(), g.IBAN(), g.Email()})
	}
	l, err := s.put("comptabilite/fournisseurs.csv", "csv, UTF-8", []byte(t.csv(";", "\n")))
	if err != nil {
		return err
	}
	l.in("siren", "siren", 20).in("siret", "siret", 20).in("tva_intracom", "vat_fr", 20).in("iban", "iban", 20).in("email_contact", "email", 20)

	t = table{{"porteur", "num_carte", "expiration"}}
	for i := range 7 {
		card := g.Card()
		if i >= 5 {
			card = g.BadCard()
		}
		t = append(t, []string{g.Surname(), cardGroups(card), "09/28"})
	}
	if l, err = s.put("comptabilite/cartes_affaires.csv", "csv, UTF-8", []byte(t.csv(",", "\n"))); err != nil {
		return err
	}
	l.in("num_carte", "payment_card", 5).refused("payment_card", 2)

	var b strings.Builder
	b.WriteString("Relevés d'identité bancaire reçus (banque, guichet, compte, clé)\n\n")
	for i := range 8 {
		r := g.RIB()
		if i >= 6 {
			r = g.BadRIB()
		}
		fmt.Fprintf(&b, "RIB %d : %s\n", i+1, r.Spaced(" "))
	}
	if l, err = s.put("comptabilite/rib_recus.txt", "text, UTF-8", []byte(b.String())); err != nil {
		return err
	}
	l.want("rib", 6).refused("rib", 2)
	if err := statement(s); err != nil {
		return err
	}

	if l, err = s.made("comptabilite/comptes_par_titulaire.xlsx", "xlsx by Gnumeric: a sheet whose name is an IBAN"); err != nil {
		return err
	}
	l.in("[IBAN].csv!iban", "iban", 12).in("[IBAN].csv!rib", "rib", 12).in("[IBAN].csv!titulaire", "person_name", 12).in("(nom)", "iban", 1).in("xl/workbook.xml", "iban", 1)
	return nil
}

// cardGroups writes a card number as it is embossed.
func cardGroups(card string) string {
	if len(card) == 15 {
		return synth.Group(card, " ", 4, 6, 5)
	}
	return synth.Group(card, " ", 4, 4, 4, 4)
}

// statement is a CFONB 120 bank statement: accounts without their keys.
func statement(s *share) error {
	g := synth.New(302)
	var b strings.Builder
	record := func(text string) { b.WriteString(fixed(text, 120) + "\r\n") }
	r := g.RIB()
	account := r.Bank + "    " + r.Branch + "EUR2 " + r.Account
	record("01" + account + "  310326" + strings.Repeat(" ", 50) + "0000001234567{")
	ibans := 0
	for i := range 25 {
		record("04" + r.Bank + "B1  " + r.Branch + "EUR2 " + r.Account + "05310326  310326" + fixed("VIR "+strings.ToUpper(synth.Plain(g.Surname())), 31) + "  REF" + fmt.Sprintf("%04d", i) + "  " + fmt.Sprintf("%013d", g.Between(500, 90000)) + "}")
		if i%6 == 1 {
			record("05" + r.Bank + "B1  " + r.Branch + "EUR2 " + r.Account + "05310326     LIBREMBOURSEMENT SUR " + g.IBAN())
			ibans++
		}
	}
	record("07" + account + "  310326" + strings.Repeat(" ", 50) + "0000001200000{")
	l, err := s.put("comptabilite/releve_cfonb120.txt", "fixed width 120, CFONB bank statement", []byte(b.String()))
	if err != nil {
		return err
	}
	// A surname of eight capitals beside an account can read like a BIC.
	l.want("iban", ibans).open("bic")
	return nil
}

// rh has pay, a page with values split by tags, and a folder marked private.
func rh(s *share) error {
	l, err := s.made("rh/paie_2026-01.xlsx", "xlsx by LibreOffice")
	if err != nil {
		return err
	}
	l.in("Janvier!num_secu", "nir", 15).in("Janvier!iban", "iban", 15).in("Janvier!date_naissance", "birth_date", 15).in("Janvier!nom", "person_name", 15)

	g := synth.New(401)
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>Visites m&eacute;dicales</title></head>\n<body><h1>Visites de m&eacute;decine du travail</h1>\n<table>\n<tr><th>Salari&eacute;</th><th>N&deg; de s&eacute;curit&eacute; sociale</th><th>Courriel</th></tr>\n")
	for i := range 9 {
		p := g.Person()
		nir := synth.SpacedNIR(p.NIR, "&nbsp;")
		if i%3 == 1 {
			nir = "<b>" + p.NIR[:7] + "</b>" + p.NIR[7:]
		}
		fmt.Fprintf(&b, "<tr><td>%s %s</td><td>%s</td><td><a href=\"mailto:%s\">écrire</a></td></tr>\n", p.Given, strings.ToUpper(p.Surname), nir, p.Email)
	}
	b.WriteString("</table></body></html>\n")
	if l, err = s.put("rh/visites_medicales.html", "html: entities, values split by tags, addresses in attributes", []byte(b.String())); err != nil {
		return err
	}
	l.in("table 1!N° de sécurité sociale", "nir", 9).in("table 1!Salarié", "person_name", 9).in("", "email", 9)

	if l, err = s.put("rh/annuaire.csv", "csv, UTF-8", []byte(directory())); err != nil {
		return err
	}
	l.in("mail_pro", "email", 24).in("nom", "person_name", 24).in("telephone", "phone_fr", 24)

	p := g.Person()
	for _, f := range []entry{{"rh/personnel/notes.txt", []byte("Notes : " + p.NIR + "\n")}, {"rh/personnel/photos/liste.txt", []byte(p.Email + "\n")}} {
		if _, err := s.put(f.name, "", f.data); err != nil {
			return err
		}
		s.dropLast()
	}
	s.entry("rh/personnel", "", "folder that its owner marked private").state("private_marked", "").none()
	return nil
}

func directory() string {
	g := synth.New(402)
	t := table{{"service", "nom", "poste", "telephone", "mail_pro"}}
	for i := range 24 {
		p := g.Person()
		t = append(t, []string{g.Pick([]string{"prestations", "adhésions", "comptabilité"}), p.Surname, fmt.Sprint(4100 + i), synth.SpacedPhone(p.Phone, "."), p.Email})
	}
	return t.csv(";", "\n")
}

// medical has reports in text and a table of laboratory results.
func medical(s *share) error {
	g := synth.New(501)
	for i := range 4 {
		p := g.Person()
		text := "Compte rendu de consultation\n\nPatient : " + p.Given + " " + strings.ToUpper(p.Surname) + ", né" + map[bool]string{true: "e"}[p.Woman] + " le " + p.French() +
			"\nN° de sécurité sociale : " + synth.SpacedNIR(p.NIR, " ") +
			"\n\nDiagnostic principal (CIM-10) : " + g.CIM10() +
			"\nActe CCAM réalisé : " + g.CCAM() +
			"\n\nCopie au médecin traitant, n° RPPS " + g.RPPS() + ".\n"
		l, err := s.put(fmt.Sprintf("medical/comptes_rendus/cr_%03d.txt", i+1), "text, UTF-8", []byte(text))
		if err != nil {
			return err
		}
		l.want("nir", 1).want("person_name", 1).want("birth_date", 1).want("cim10", 1).want("ccam", 1).want("rpps", 1)
	}
	t := table{{"matricule_ins", "code_nabm", "resultat"}}
	for range 18 {
		t = append(t, []string{g.NIR(g.Birth()), g.NABM(), fmt.Sprintf("%d,%d", g.Between(1, 9), g.IntN(10))})
	}
	l, err := s.put("medical/laboratoire.csv", "csv, UTF-8", []byte(t.csv(";", "\n")))
	if err != nil {
		return err
	}
	l.in("matricule_ins", "nir", 18).in("code_nabm", "nabm", 18)

	t = table{{"nir", "nom"}}
	for range 10 {
		t = append(t, []string{g.NIA(g.Birth()), g.Surname()})
	}
	if l, err = s.put("medical/immatriculations_provisoires.csv", "csv, UTF-8, provisional numbers", []byte(t.csv(";", "\n"))); err != nil {
		return err
	}
	l.in("nir", "nia", 10).in("nom", "person_name", 10)
	return nil
}

// marketing has a mailing list and a public page.
func marketing(s *share) error {
	g := synth.New(601)
	t := table{{"email", "civilite", "prenom", "consentement"}}
	for range 50 {
		p := g.Person()
		t = append(t, []string{p.Email, p.Civility(), p.Given, g.Pick([]string{"oui", "non"})})
	}
	l, err := s.put("marketing/newsletter.csv", "csv, UTF-8, comma", []byte(t.quoted(",")))
	if err != nil {
		return err
	}
	l.in("email", "email", 50).in("prenom", "person_name", 50).in("civilite", "civility", 50)

	page := "<html><head><title>Nos garanties</title></head><body><h1>Nos garanties santé</h1><p>Optique, dentaire, hospitalisation : la garantie qui vous convient.</p>" +
		"<p>Écrivez à <a href=\"mailto:contact@example.com\">contact@example.com</a>.</p></body></html>\n"
	if l, err = s.put("marketing/garanties.html", "html, a public page", []byte(page)); err != nil {
		return err
	}
	l.want("email", 2)

	text := "Argumentaire de la campagne d'automne\n\nLa mutuelle rembourse 150 % du tarif de la base. En 2026, 12 350 adhérents ont choisi la formule 3.\n" +
		"Affiche au format A4, salle B12, 3e étage ; livraison le 12/09/2026.\n"
	if l, err = s.put("marketing/argumentaire.txt", "text, UTF-8, no personal data", []byte(text)); err != nil {
		return err
	}
	l.none()
	return nil
}

// statistiques are public figures: codes and counts, no person.
func statistiques(s *share) error {
	g := synth.New(701)
	t := table{{"departement", "code_ccam", "nombre_actes", "montant_total"}}
	for d := range 40 {
		t = append(t, []string{fmt.Sprintf("%02d", d+1), g.CCAM(), fmt.Sprint(g.Between(100, 90000)), fmt.Sprintf("%d,%02d", g.Between(1000, 900000), g.IntN(100))})
	}
	l, err := s.put("statistiques/ccam_par_departement.csv", "csv, UTF-8, codes without persons", []byte(t.csv(";", "\n")))
	if err != nil {
		return err
	}
	l.in("code_ccam", "ccam", 40)

	t = table{{"annee", "tranche_age", "effectif", "cotisation_moyenne"}}
	for y := 2012; y <= 2026; y++ {
		for _, age := range []string{"0-19", "20-39", "40-59", "60 et plus"} {
			t = append(t, []string{fmt.Sprint(y), age, fmt.Sprint(g.Between(1000, 99999)), fmt.Sprintf("%d,%02d", g.Between(20, 120), g.IntN(100))})
		}
	}
	if l, err = s.put("statistiques/population_couverte.csv", "csv, UTF-8, figures only", []byte(t.csv(";", "\n"))); err != nil {
		return err
	}
	l.none()
	return nil
}
