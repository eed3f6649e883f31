package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"recense/bench/synth"
)

// echanges are what a mutual exchanges with others: direct debits, statements,
// practitioners, hospitals, tax returns, mails.
func echanges(s *share) error {
	for _, f := range []func(*share) error{directDebits, accountStatement, practitioners, taxReturns, abroad, fhir, apiExport, mail, cutExchanges, disguised} {
		if err := f(s); err != nil {
			return err
		}
	}
	return nil
}

// directDebits is a pain.008, indented, with prefixes and in ISO-8859-1.
func directDebits(s *share) error {
	g := synth.New(1201)
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\r\n<p:Document xmlns:p=\"urn:iso:std:iso:20022:tech:xsd:pain.008.001.02\">\r\n <p:CstmrDrctDbtInitn>\r\n  <p:PmtInf>\r\n   <p:PmtInfId>COTISATIONS-AVRIL</p:PmtInfId>\r\n")
	fmt.Fprintf(&b, "   <p:Cdtr><p:Nm>MUTUELLE EXEMPLE</p:Nm></p:Cdtr>\r\n   <p:CdtrAcct><p:Id><p:IBAN>%s</p:IBAN></p:Id></p:CdtrAcct>\r\n", g.IBAN())
	for i := range 35 {
		p := g.Person()
		fmt.Fprintf(&b, "   <p:DrctDbtTxInf>\r\n    <p:InstdAmt Ccy=\"EUR\">%d.%02d</p:InstdAmt>\r\n    <p:DrctDbtTx><p:MndtRltdInf><p:MndtId>RUM%07d</p:MndtId><p:DtOfSgntr>2021-%02d-15</p:DtOfSgntr></p:MndtRltdInf></p:DrctDbtTx>\r\n    <p:Dbtr><p:Nm>%s %s</p:Nm></p:Dbtr>\r\n    <p:DbtrAcct><p:Id><p:IBAN>%s</p:IBAN></p:Id></p:DbtrAcct>\r\n   </p:DrctDbtTxInf>\r\n",
			g.Between(20, 140), g.IntN(100), 40001+i, 1+i%12, p.Given, p.Surname, p.IBAN)
	}
	b.WriteString("  </p:PmtInf>\r\n </p:CstmrDrctDbtInitn>\r\n</p:Document>\r\n")
	l, err := s.put("prestations/prelevements_202604.xml", "SEPA pain.008.001.02, indented, ISO-8859-1", encode(windows, b.String()))
	if err != nil {
		return err
	}
	const order = "Document/CstmrDrctDbtInitn/PmtInf/"
	l.in(order+"CdtrAcct/Id/IBAN", "iban", 1).in(order+"DrctDbtTxInf/DbtrAcct/Id/IBAN", "iban", 35).in(order+"DrctDbtTxInf/Dbtr/Nm", "person_name", 35)
	return nil
}

// accountStatement is a camt.053: both sides of each entry.
func accountStatement(s *share) error {
	g := synth.New(1202)
	own := g.IBAN()
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><Stmt><Id>RELEVE-2026-03</Id>\n")
	fmt.Fprintf(&b, "<Acct><Id><IBAN>%s</IBAN></Id></Acct>\n", own)
	for i := range 28 {
		p := g.Person()
		fmt.Fprintf(&b, "<Ntry><Amt Ccy=\"EUR\">%d.%02d</Amt><CdtDbtInd>CRDT</CdtDbtInd><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>%s %s</Nm></Dbtr><DbtrAcct><Id><IBAN>%s</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>COTISATION %02d/2026</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n",
			g.Between(20, 140), g.IntN(100), p.Given, p.Surname, p.IBAN, 1+i%3)
	}
	b.WriteString("</Stmt></BkToCstmrStmt></Document>\n")
	l, err := s.put("comptabilite/releve_camt053_202603.xml", "SEPA camt.053.001.02", []byte(b.String()))
	if err != nil {
		return err
	}
	const statement = "Document/BkToCstmrStmt/Stmt/"
	l.in(statement+"Acct/Id/IBAN", "iban", 1).in(statement+"Ntry/NtryDtls/TxDtls/RltdPties/DbtrAcct/Id/IBAN", "iban", 28).
		in(statement+"Ntry/NtryDtls/TxDtls/RltdPties/Dbtr/Nm", "person_name", 28)
	return nil
}

func practitioners(s *share) error {
	g := synth.New(1203)
	t := table{{"profession", "rpps", "adeli", "finess", "telephone"}}
	for range 32 {
		t = append(t, []string{g.Pick([]string{"opticien", "dentiste", "infirmier", "généraliste"}), g.RPPS(), g.ADELI(), g.FINESS(), synth.SpacedPhone(g.Landline(), " ")})
	}
	l, err := s.put("prestations/praticiens.csv", "csv, UTF-8, health professionals", []byte(t.csv(";", "\n")))
	if err != nil {
		return err
	}
	l.in("rpps", "rpps", 32).in("adeli", "adeli", 32).in("finess", "finess", 32).in("telephone", "phone_fr", 32)
	return nil
}

func taxReturns(s *share) error {
	g := synth.New(1204)
	t := table{{"beneficiaire", "num_fiscal", "montant_verse"}}
	bad := 0
	for i := range 24 {
		n := g.TaxNumber()
		if i%12 == 5 {
			n = g.BadTaxNumber()
			bad++
		}
		t = append(t, []string{g.Surname(), n, fmt.Sprintf("%d,%02d", g.Between(100, 9000), g.IntN(100))})
	}
	l, err := s.put("comptabilite/declaration_ifu_2025.csv", "csv, UTF-8, tax numbers", []byte(t.csv(";", "\r\n")))
	if err != nil {
		return err
	}
	l.in("num_fiscal", "tax_number_fr", 24-bad).in("beneficiaire", "person_name", 24).refused("tax_number_fr", bad)
	return nil
}

func abroad(s *share) error {
	g := synth.New(1205)
	t := table{{"adherent", "telephone", "iban_etranger"}}
	for range 22 {
		t = append(t, []string{g.Person().Member, g.ForeignPhone(), synth.SpacedIBAN(g.ForeignIBAN(), " ")})
	}
	l, err := s.put("adhesions/expatries.csv", "csv, UTF-8, members abroad", []byte(t.csv("\t", "\n")))
	if err != nil {
		return err
	}
	l.in("telephone", "phone_intl", 22).in("iban_etranger", "iban", 22)
	return nil
}

// fhir is an export of patients, one resource a line.
func fhir(s *share) error {
	var b strings.Builder
	for i, p := range people(1206, 26) {
		fmt.Fprintf(&b, `{"resourceType":"Patient","id":"p%d","identifier":[{"use":"official","system":"urn:oid:1.2.250.1.213.1.4.8","value":"%s"}],"name":[{"family":"%s","given":["%s"]}],"telecom":[{"system":"phone","value":"%s"},{"system":"email","value":"%s"}],"birthDate":"%s"}`+"\n",
			i+1, p.NIR, strings.ToUpper(p.Surname), p.Given, p.Mobile, p.Email, p.ISO())
	}
	l, err := s.put("medical/patients.ndjson", "FHIR patients, ndjson", []byte(b.String()))
	if err != nil {
		return err
	}
	l.in("identifier[*].value", "nir", 26).in("telecom[*].value", "phone_fr", 26).in("telecom[*].value", "email", 26).in("birthDate", "birth_date", 26).in("name[*].family", "person_name", 26)
	return nil
}

// apiExport is one JSON value on one line.
func apiExport(s *share) error {
	type account struct {
		Contrat   string   `json:"contrat"`
		Mails     []string `json:"mails"`
		CompteCh  string   `json:"iban"`
		Empreinte string   `json:"empreinte"`
	}
	g := synth.New(1207)
	var list []account
	for range 40 {
		p := g.Person()
		list = append(list, account{p.Member, []string{p.Email, g.Email()}, p.IBAN, g.Hex(64)})
	}
	data, err := json.Marshal(list)
	if err != nil {
		return err
	}
	l, err := s.put("informatique/export_api.json", "json on one line", data)
	if err != nil {
		return err
	}
	l.in("[*].mails[*]", "email", 80).in("[*].iban", "iban", 40)
	return nil
}

// mail is a message saved as a page by a mail program.
func mail(s *share) error {
	p := people(1208, 2)
	page := "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><meta http-equiv=Content-Type content=\"text/html; charset=windows-1252\"><style><!-- p.MsoNormal {margin:0cm; font-size:11.0pt;} --></style></head>\r\n<body lang=FR>" +
		"<p class=MsoNormal><b>De&nbsp;:</b> gestion &lt;" + p[0].Email + "&gt;<br><b>Objet&nbsp;:</b> Re: remboursement</p>\r\n" +
		"<p class=MsoNormal>Bonjour,<o:p></o:p></p><p class=MsoNormal>Voici le num&eacute;ro de s&eacute;curit&eacute; sociale demand&eacute;&nbsp;: " + p[1].NIR[:5] + "<span style='color:red'>" + p[1].NIR[5:] + "</span>. Merci de le rappeler à " + synth.SpacedPhone(p[1].Mobile, "&nbsp;") + " (portable).</p></body></html>\r\n"
	l, err := s.put("adhesions/courriels/Re_remboursement.htm", "html, a message saved by a mail program, Windows-1252", encode(windows, page))
	if err != nil {
		return err
	}
	l.in("", "email", 1).in("", "nir", 1).in("", "phone_fr", 1)
	return nil
}

// cutExchanges were not copied to their end.
func cutExchanges(s *share) error {
	var b strings.Builder
	b.WriteString(`{"lot":12,"assures":[`)
	for i, p := range people(1209, 20) {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"nir":"%s","motif":"radiation"}`, p.NIR)
	}
	l, err := s.put("temp/transfert_interrompu.json", "json, its end missing", []byte(b.String()))
	if err != nil {
		return err
	}
	l.state("partial", "truncated").in("assures[*].nir", "nir", 20)

	b.Reset()
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<assures>\n")
	for _, p := range people(1210, 20) {
		fmt.Fprintf(&b, "<assure><nir>%s</nir><mail>%s</mail></assure>\n", p.NIR, p.Email)
	}
	if l, err = s.put("temp/transfert_interrompu.xml", "xml, its end missing", []byte(b.String()+"<assure><nir>")); err != nil {
		return err
	}
	l.state("partial", "truncated").in("assures/assure/nir", "nir", 20).in("assures/assure/mail", "email", 20)
	return nil
}

// disguised have a name that their content belies.
func disguised(s *share) error {
	tgz, err := tarred(entry{"export/assures.csv", []byte(members(people(1211, 9)).csv(";", "\n"))}, entry{"export/lisez-moi.txt", []byte("Export du 31 mars.\n")})
	if err != nil {
		return err
	}
	if tgz, err = gzipped(tgz); err != nil {
		return err
	}
	if err := s.archive("temp/sauvegarde.dat", tgz); err != nil {
		return err
	}
	s.entry("temp/sauvegarde.dat", "sauvegarde.dat!/export/assures.csv", "csv in a tar.gz of another name").wantMembers(9)
	s.entry("temp/sauvegarde.dat", "sauvegarde.dat!/export/lisez-moi.txt", "text").none()

	picture := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10\x08\x02\x00\x00\x00"), noise(1212, 3000)...)
	l, err := s.put("temp/tableau.csv", "picture named .csv", picture)
	if err != nil {
		return err
	}
	l.want("image_media", 1).state("unsupported", "wrong_extension")
	if l, err = s.put("temp/notes.xlsx", "text named .xlsx", []byte("À rappeler lundi : "+people(1213, 1)[0].Email+"\n")); err != nil {
		return err
	}
	l.state("scanned", "wrong_extension").in("", "email", 1)
	return nil
}
