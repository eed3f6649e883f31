package main

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"recense/bench/synth"
)

// writeSources writes the inputs that testdata/gen/producteurs.sh converts.
func writeSources(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"adherents_portefeuille.fods":    portfolio(),
		"paie_2026-01.fods":              payroll(),
		"beneficiaires.csv":              []byte(beneficiaries().csv(",", "\n")),
		people(1101, 1)[0].IBAN + ".csv": []byte(accounts().csv(",", "\n")),
		"releve_gnumeric.csv":            []byte(statementTable().csv(",", "\n")),
		"bulletin_adhesion.fodt":         bulletin(),
		"attestation_2_pages.fodt":       attestation(),
		"piece_scannee.fodt":             scanned(),
		"decompte_groff.ms":              decompte(),
		"confidentiel.csv":               []byte(members(people(1102, 5)).csv(";", "\n")),
		"protege.csv":                    []byte(members(people(1103, 5)).csv(",", "\n")),
		"protege.fodt":                   document("Courrier confidentiel", "Numéro de sécurité sociale : "+people(1104, 1)[0].NIR),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// portfolio is a workbook with text and date cells, a note and a hidden sheet.
func portfolio() []byte {
	t := table{{"num_adherent", "nir", "nom", "date_naissance", "email"}}
	for _, p := range people(1105, 30) {
		t = append(t, []string{p.Member, p.NIR, strings.ToUpper(p.Surname), "date:" + p.ISO(), p.Email})
	}
	old := table{{"nir", "motif"}}
	for _, p := range people(1106, 5) {
		old = append(old, []string{p.NIR, "radiation"})
	}
	return spreadsheet(sheet{"Portefeuille", false, t}, sheet{"Ancien", true, old})
}

func payroll() []byte {
	g := synth.New(1107)
	t := table{{"matricule", "num_secu", "nom", "date_naissance", "net_a_payer", "iban"}}
	for i, p := range people(1108, 15) {
		t = append(t, []string{fmt.Sprintf("M%03d", i+1), synth.SpacedNIR(p.NIR, " "), p.Surname, "date:" + p.ISO(),
			fmt.Sprintf("float:%d.%02d", g.Between(1500, 4200), g.IntN(100)), synth.SpacedIBAN(p.IBAN, " ")})
	}
	return spreadsheet(sheet{"Janvier", false, t})
}

func beneficiaries() table {
	t := table{{"nir", "nom", "date_naissance", "telephone"}}
	for _, p := range people(1109, 20) {
		t = append(t, []string{p.NIR, p.Surname, p.ISO(), synth.SpacedPhone(p.Mobile, " ")})
	}
	return t
}

// accounts have the RIB in a column of its own and the IBAN in another.
func accounts() table {
	t := table{{"titulaire", "rib", "iban"}}
	for _, p := range people(1110, 12) {
		t = append(t, []string{p.Surname, p.RIB.Spaced(" "), p.IBAN})
	}
	return t
}

// statementTable has one wide cell a line, which is printed over its empty
// neighbours.
func statementTable() table {
	t := table{{"Relevé des remboursements du mois (numéro de sécurité sociale puis courriel)"}}
	for _, p := range people(1111, 10) {
		t = append(t, []string{"assuré " + synth.SpacedNIR(p.NIR, " ") + " courriel " + p.Email})
	}
	return t
}

func bulletin() []byte {
	p := people(1112, 1)[0]
	return document("Bulletin d'adhésion", "Je soussigné"+map[bool]string{true: "e"}[p.Woman]+" "+p.Given+" "+strings.ToUpper(p.Surname)+", né"+map[bool]string{true: "e"}[p.Woman]+" le "+p.French()+
		", demande mon adhésion au contrat santé de la Mutuelle Exemple.",
		"Numéro de sécurité sociale : "+synth.SpacedNIR(p.NIR, " "), "Courriel : "+p.Email, "Téléphone : "+synth.SpacedPhone(p.Mobile, " "),
		"Compte à débiter (IBAN) : "+synth.SpacedIBAN(p.IBAN, " "),
		"Les informations recueillies sont nécessaires à la gestion du contrat. Elles sont conservées pendant la durée de la garantie.")
}

// attestation is a letter of two pages, a number on each.
func attestation() []byte {
	p := people(1114, 2)
	lines := []string{"Attestation de tiers payant", "Assuré principal, numéro de sécurité sociale : " + synth.SpacedNIR(p[0].NIR, " ")}
	for i := range 60 {
		lines = append(lines, fmt.Sprintf("Article %d. La présente attestation vaut pour la durée du contrat.", i+1))
	}
	return document("Mutuelle Exemple", append(lines, "Conjoint, numéro de sécurité sociale : "+synth.SpacedNIR(p[1].NIR, " "), "Courriel : "+p[1].Email)...)
}

// scanned is a page that holds a picture and no letter.
func scanned() []byte {
	g := synth.New(1115)
	img := image.NewGray(image.Rect(0, 0, 120, 160))
	for i := range img.Pix {
		img.Pix[i] = byte(200 + g.IntN(50))
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic("gen: " + err.Error())
	}
	return []byte(officeHead + ` xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"` +
		` office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:p><draw:frame text:anchor-type="as-char" svg:width="12cm" svg:height="16cm"><draw:image><office:binary-data>` +
		base64.StdEncoding.EncodeToString(b.Bytes()) + `</office:binary-data></draw:image></draw:frame></text:p></office:text></office:body></office:document>`)
}

// decompte is a letter for groff with the ms macros.
func decompte() []byte {
	p := people(1113, 1)[0]
	return []byte(".TL\nDécompte de remboursement\n.PP\n" + p.Civility() + " " + p.Given + " " + strings.ToUpper(p.Surname) +
		",\n.PP\nNous avons reçu vos feuilles de soins. Numéro de sécurité sociale :\n.br\n" + synth.SpacedNIR(p.NIR, " ") +
		"\n.PP\nLe virement est fait sur le compte suivant (IBAN) :\n.br\n" + synth.SpacedIBAN(p.IBAN, " ") +
		"\n.PP\nPour nous joindre, composez le\n.br\n" + synth.SpacedPhone(p.Phone, " ") + "\n.PP\nVeuillez agréer nos salutations.\n")
}

type sheet struct {
	name   string
	hidden bool
	rows   table
}

// spreadsheet writes a flat OpenDocument workbook. A cell that begins with
// "date:" or "float:" is typed, every other one is text.
func spreadsheet(sheets ...sheet) []byte {
	var b strings.Builder
	b.WriteString(officeHead + ` office:mimetype="application/vnd.oasis.opendocument.spreadsheet">` +
		`<office:automatic-styles><number:date-style style:name="J"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style>` +
		`<style:style style:name="jour" style:family="table-cell" style:data-style-name="J"/>` +
		`<style:style style:name="cache" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>` +
		`<office:body><office:spreadsheet>`)
	for _, s := range sheets {
		style := ""
		if s.hidden {
			style = ` table:style-name="cache"`
		}
		b.WriteString(`<table:table table:name="` + escape(s.name) + `"` + style + `>`)
		for i, row := range s.rows {
			b.WriteString(`<table:table-row>`)
			for j, c := range row {
				b.WriteString(cell(c, i == 0 && j == 0))
			}
			b.WriteString(`</table:table-row>`)
		}
		b.WriteString(`</table:table>`)
	}
	return []byte(b.String() + `</office:spreadsheet></office:body></office:document>`)
}

func cell(c string, note bool) string {
	if v, ok := strings.CutPrefix(c, "date:"); ok {
		return `<table:table-cell table:style-name="jour" office:value-type="date" office:date-value="` + v + `"/>`
	}
	if v, ok := strings.CutPrefix(c, "float:"); ok {
		return `<table:table-cell office:value-type="float" office:value="` + v + `"/>`
	}
	annotation := ""
	if note {
		annotation = `<office:annotation><text:p>À mettre à jour chaque mois</text:p></office:annotation>`
	}
	return `<table:table-cell office:value-type="string">` + annotation + `<text:p>` + escape(c) + `</text:p></table:table-cell>`
}

// document writes a flat OpenDocument text: a title and paragraphs.
func document(title string, paragraphs ...string) []byte {
	var b strings.Builder
	b.WriteString(officeHead + ` office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:h text:outline-level="1">` + escape(title) + `</text:h>`)
	for _, p := range paragraphs {
		b.WriteString(`<text:p>` + escape(p) + `</text:p>`)
	}
	return []byte(b.String() + `</office:text></office:body></office:document>`)
}

const officeHead = `<?xml version="1.0" encoding="UTF-8"?><office:document` +
	` xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"` +
	` xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"` +
	` xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" office:version="1.3"`

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder never fails
	return b.String()
}
