package main

import (
	"fmt"
	"strings"

	"recense/bench/synth"
)

// prestations are the claims: tables, NOEMIE-like records, SEPA, DSN, letters.
func prestations(s *share) error {
	for _, f := range []func(*share) error{claims, complaints, codes, noemie, sepa, dsn, letters} {
		if err := f(s); err != nil {
			return err
		}
	}
	return nil
}

func claims(s *share) error {
	g := synth.New(201)
	t := table{{"nir", "date_soins", "code_ccam", "cip13", "montant_rembourse", "rpps_prescripteur", "finess", "iban"}}
	bad := 0
	for i := range 80 {
		p := g.Person()
		nir := p.NIR
		if i%20 == 7 {
			nir = g.BadNIRKey(p.Birth)
			bad++
		}
		care := g.Birth()
		care.Year = 2026
		t = append(t, []string{nir, care.French(), g.CCAM(), g.CIP13(), fmt.Sprintf("%d,%02d", g.Between(6, 300), g.IntN(100)), g.RPPS(), g.FINESS(), p.IBAN})
	}
	l, err := s.put("prestations/remboursements_2026-03.csv", "csv, UTF-8", []byte(t.csv(";", "\n")))
	if err != nil {
		return err
	}
	l.in("nir", "nir", 80-bad).refused("nir", bad).in("code_ccam", "ccam", 80).in("cip13", "cip", 80).in("rpps_prescripteur", "rpps", 80).
		in("finess", "finess", 80).in("iban", "iban", 80).refused("iban", 0)
	return nil
}

// complaints have one forgotten NIR in a column of comments.
func complaints(s *share) error {
	g := synth.New(202)
	t := table{{"reference", "objet", "commentaire"}}
	for i := range 50 {
		text := g.Pick([]string{"en attente de la réponse du service", "pièce manquante, courrier envoyé", "dossier clos", "à revoir avec l'agence"})
		if i == 36 {
			text = "rappeler l'assuré " + g.NIR(g.Birth()) + " avant la fin du mois"
		}
		t = append(t, []string{fmt.Sprintf("REC-%04d", 1200+i), g.Pick([]string{"optique", "dentaire", "hospitalisation"}), text})
	}
	l, err := s.put("prestations/reclamations.csv", "csv, UTF-8, a forgotten NIR in a comment", []byte(t.csv(";", "\n")))
	if err != nil {
		return err
	}
	l.in("commentaire", "nir", 1)
	return nil
}

// codes has one column for each official code.
func codes(s *share) error {
	g := synth.New(203)
	t := table{{"num_adherent", "code_ccam", "diagnostic_cim10", "lettre_cle", "code_lpp", "code_nabm", "code_cip7", "code_ucd", "code_atc"}}
	for range 30 {
		t = append(t, []string{g.Person().Member, g.CCAM(), g.CIM10(), g.NGAP(), g.LPP(), g.NABM(), g.CIP7(), g.UCD7(), g.ATC()})
	}
	l, err := s.put("prestations/actes_detail.csv", "csv, UTF-8, health codes", []byte(t.csv("|", "\n")))
	if err != nil {
		return err
	}
	l.in("num_adherent", "member_number", 30)
	for i, k := range []string{"ccam", "cim10", "ngap", "lpp", "nabm", "cip", "ucd", "atc"} {
		l.in(t[0][i+1], k, 30)
	}
	return nil
}

// noemie is a return flow in the manner of NOEMIE: entities of 128 characters,
// numbers glued to their neighbours. The offsets are invented.
func noemie(s *share) error {
	g := synth.New(204)
	var b strings.Builder
	line := func(text string) { b.WriteString(fixed(text, 127) + "@\r\n") }
	line("000NOPENT NOEMIE OC 20260315 EMETTEUR 01999 DESTINATAIRE MUTUELLE EXEMPLE")
	acts := 0
	for i := range 45 {
		p := g.Person()
		line("020" + fmt.Sprintf("%08d", i+1) + p.NIR + fixed(strings.ToUpper(synth.Plain(p.Surname)), 25) + fixed(strings.ToUpper(synth.Plain(p.Given)), 15) + p.Short() + "1" + "ZZ")
		for range g.Between(1, 3) {
			acts++
			line("255" + fmt.Sprintf("%08d", i+1) + "260310" + g.CCAM() + fmt.Sprintf("%09d%09d", g.Between(600, 90000), g.Between(300, 60000)) + "ZZ")
		}
	}
	line("990" + "000000045")
	line("999")
	l, err := s.put("prestations/retour_20260315.noe", "fixed width 128, in the manner of NOEMIE", []byte(b.String()))
	if err != nil {
		return err
	}
	l.in("020 12-26", "nir", 45).in("255 18-24", "ccam", acts).in("", "noemie", 1).open("person_name")
	return nil
}

// sepa is a credit transfer order on one line, without indentation.
func sepa(s *share) error {
	g := synth.New(205)
	debtor := g.RIB().IBAN()
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn>`)
	b.WriteString(`<GrpHdr><MsgId>REMB-20260320</MsgId><CreDtTm>2026-03-20T06:00:00</CreDtTm><NbOfTxs>40</NbOfTxs><InitgPty><Nm>MUTUELLE EXEMPLE</Nm></InitgPty></GrpHdr>`)
	b.WriteString(`<PmtInf><PmtInfId>LOT-1</PmtInfId><PmtMtd>TRF</PmtMtd><Dbtr><Nm>MUTUELLE EXEMPLE</Nm></Dbtr><DbtrAcct><Id><IBAN>` + debtor + `</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId><BIC>ZZZZFRPPXXX</BIC></FinInstnId></DbtrAgt>`)
	named := 0
	for i := range 40 {
		p := g.Person()
		label := "REMB SOINS &amp; OPTIQUE"
		if i%13 == 5 {
			label = "REMB SOINS NIR " + p.NIR
			named++
		}
		fmt.Fprintf(&b, `<CdtTrfTxInf><PmtId><EndToEndId>%s</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">%d.%02d</InstdAmt></Amt><CdtrAgt><FinInstnId><BIC>%s</BIC></FinInstnId></CdtrAgt><Cdtr><Nm>%s %s</Nm></Cdtr><CdtrAcct><Id><IBAN>%s</IBAN></Id></CdtrAcct><RmtInf><Ustrd>%s</Ustrd></RmtInf></CdtTrfTxInf>`,
			p.Member, g.Between(5, 400), g.IntN(100), p.BIC, strings.ToUpper(p.Surname), p.Given, p.IBAN, label)
	}
	b.WriteString(`</PmtInf></CstmrCdtTrfInitn></Document>`)
	l, err := s.put("prestations/virements_20260320.xml", "SEPA pain.001.001.03 on one line", []byte(b.String()))
	if err != nil {
		return err
	}
	const order = "Document/CstmrCdtTrfInitn/PmtInf/"
	l.in(order+"DbtrAcct/Id/IBAN", "iban", 1).in(order+"CdtTrfTxInf/CdtrAcct/Id/IBAN", "iban", 40).
		in(order+"DbtrAgt/FinInstnId/BIC", "bic", 1).in(order+"CdtTrfTxInf/CdtrAgt/FinInstnId/BIC", "bic", 40).in(order+"CdtTrfTxInf/RmtInf/Ustrd", "nir", named).in(order+"CdtTrfTxInf/Cdtr/Nm", "person_name", 40)
	return nil
}

// dsn is a monthly declaration: NIR without key, told by its rubric.
func dsn(s *share) error {
	g := synth.New(206)
	var b strings.Builder
	rubric := func(code, value string) { b.WriteString(code + ",'" + value + "'\r\n") }
	siret := g.SIRET()
	rubric("S10.G00.00.001", "Paie Exemple")
	rubric("S10.G00.01.001", siret[:9])
	rubric("S10.G00.01.002", siret[9:])
	rubric("S10.G00.02.004", "paie@example.com")
	rubric("S20.G00.05.001", "01")
	rubric("S21.G00.06.001", siret[:9])
	rubric("S21.G00.11.001", siret[9:])
	for i := range 12 {
		p := g.Person()
		rubric("S21.G00.30.001", p.NIR[:13])
		rubric("S21.G00.30.002", strings.ToUpper(p.Surname))
		rubric("S21.G00.30.004", p.Given)
		rubric("S21.G00.30.005", map[bool]string{false: "01", true: "02"}[p.Woman])
		rubric("S21.G00.30.006", p.DSN())
		rubric("S21.G00.30.008", p.Street)
		rubric("S21.G00.30.018", p.Email)
		rubric("S21.G00.40.001", "01092021")
		if i%6 == 2 {
			rubric("S21.G00.60.001", "01")
			rubric("S21.G00.60.007", p.IBAN)
			rubric("S21.G00.60.008", p.BIC)
		}
	}
	rubric("S90.G00.90.001", "140")
	rubric("S90.G00.90.002", "1")
	l, err := s.put("prestations/dsn_202602.dsn", "DSN, ISO-8859-1", encode(windows, b.String()))
	if err != nil {
		return err
	}
	l.in("S21.G00.30.001", "nir", 12).in("S21.G00.30.006", "birth_date", 12).in("S10.G00.02.004", "email", 1).in("S21.G00.30.018", "email", 12).
		in("S21.G00.30.002", "person_name", 12).in("S21.G00.30.008", "postal_address_fr", 12).
		in("S21.G00.60.007", "iban", 2).in("S21.G00.60.008", "bic", 2).in("S10.G00.01.001", "siren", 1).in("S21.G00.06.001", "siren", 1)
	return nil
}

// letters were made by real programs from the sources of producers.go.
func letters(s *share) error {
	l, err := s.made("prestations/courriers/decompte_groff.pdf", "pdf by groff")
	if err != nil {
		return err
	}
	l.want("nir", 1).want("iban", 1).want("phone_fr", 1).want("civility", 1).want("person_name", 1)
	if l, err = s.made("prestations/courriers/releve_gnumeric.pdf", "pdf by Gnumeric (Cairo)"); err != nil {
		return err
	}
	l.want("nir", 10).want("email", 10)
	if l, err = s.made("prestations/courriers/attestation_2_pages.pdf", "pdf by LibreOffice Writer, two pages"); err != nil {
		return err
	}
	l.in("p.1", "nir", 1).in("p.2", "nir", 1).in("p.2", "email", 1)
	if l, err = s.made("prestations/courriers/piece_scannee.pdf", "pdf by LibreOffice Writer, a picture without text"); err != nil {
		return err
	}
	l.state("unsupported|partial", "no_text_layer").none()
	if l, err = s.made("prestations/courriers/tronque.pdf", "pdf by LibreOffice, cut in the middle"); err != nil {
		return err
	}
	l.state("unreadable|partial", "truncated|corrupt").open("nir", "email", "phone_fr", "iban", "birth_date")
	return nil
}
