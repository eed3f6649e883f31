package xlsx

import (
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// TestHiddenContent: what a workbook holds beside the cells that are shown, a word each.
func TestHiddenContent(t *testing.T) {
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	const main = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	data := sourcetest.Zip(t,
		"[Content_Types].xml", head+`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/worksheets/sheet2.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
		"_rels/.rels", head+`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml", head+`<workbook`+main+`><sheets><sheet name="Vue" sheetId="1" r:id="r1"/><sheet name="Secrete" sheetId="2" state="veryHidden" r:id="r2"/></sheets><definedNames><definedName name="Contact" comment="mot.commentaire">"mot.defini"</definedName></definedNames></workbook>`,
		"xl/_rels/workbook.xml.rels", head+`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="r3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml", head+`<worksheet`+main+`><sheetData><row r="1" hidden="1"><c r="A1" t="inlineStr"><is><t>mot.lignecachee</t></is></c></row><row r="2"><c r="A2" t="s"><v>0</v></c></row></sheetData><dataValidations count="1"><dataValidation type="list" promptTitle="mot.titre" prompt="mot.invite" error="mot.erreur" sqref="B1"><formula1>"mot.choix,autre"</formula1></dataValidation></dataValidations><headerFooter><oddFooter>&amp;Lmot.pied</oddFooter></headerFooter></worksheet>`,
		"xl/worksheets/sheet2.xml", head+`<worksheet`+main+`><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>mot.trescachee</t></is></c></row></sheetData></worksheet>`,
		"xl/sharedStrings.xml", head+`<sst`+main+`><si><t>mot.employe</t></si></sst>`,
		"xl/comments1.xml", head+`<comments`+main+`><authors><author>mot.auteur</author></authors><commentList><comment ref="A1" authorId="0"><text><t>mot.note</t></text></comment></commentList></comments>`,
		"xl/threadedComments/threadedComment1.xml", head+`<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><threadedComment ref="A1"><text>mot.fil</text></threadedComment></ThreadedComments>`,
		"xl/persons/person.xml", head+`<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><person displayName="mot.personne" userId="mot.compte"/></personList>`,
		"xl/externalLinks/externalLink1.xml", head+`<externalLink`+main+`><externalBook><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1" t="str"><v>mot.externe</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>`,
		"xl/externalLinks/_rels/externalLink1.xml.rels", head+`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="x" Target="file:///mot.lien.xlsx" TargetMode="External"/></Relationships>`,
		"xl/pivotCache/pivotCacheDefinition1.xml", head+`<pivotCacheDefinition`+main+` refreshedBy="mot.actualise"><cacheFields><cacheField name="mot.champ"><sharedItems><s v="mot.croise"/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>`,
		"xl/charts/chart1.xml", head+`<c:chartSpace xmlns:c="c" xmlns:a="a"><c:ser><c:cat><c:strRef><c:strCache><c:pt idx="0"><c:v>mot.graphique</c:v></c:pt></c:strCache></c:strRef></c:cat></c:ser></c:chartSpace>`,
		"xl/drawings/drawing1.xml", head+`<xdr:wsDr xmlns:xdr="x" xmlns:a="a"><xdr:sp><xdr:nvSpPr><xdr:cNvPr id="1" name="f" descr="mot.alternatif"/></xdr:nvSpPr><xdr:txBody><a:p><a:r><a:t>mot.forme</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>`,
		"xl/diagrams/data1.xml", head+`<dgm:dataModel xmlns:dgm="d" xmlns:a="a"><a:t>mot.smartart</a:t></dgm:dataModel>`,
		"docProps/core.xml", head+`<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:creator>mot.createur</dc:creator></cp:coreProperties>`,
		"docProps/custom.xml", head+`<Properties><property name="mot.propriete"><vt:lpwstr>mot.valeur</vt:lpwstr></property></Properties>`,
		"xl/vbaProject.bin", "mot.macros",
		"xl/model/item.data", "VertiPaq",
		"customXml/item1.xml", head+`<dossier><nom>mot.xml</nom></dossier>`,
	)
	r, _, err := cellstest.Read(Format, "x.xlsx", data, sources.Limits{})
	if err != nil || len(r.Wrong) > 0 || len(r.Skips) != 1 || r.Skips[0] != sources.UnknownMethod {
		t.Fatal(err, r.Wrong)
	}
	got := r.Lines()
	for _, m := range r.Members {
		got += string(m.Data)
	}
	for _, word := range []string{"commentaire", "defini", "lignecachee", "employe", "titre", "invite", "erreur", "choix", "pied", "trescachee", "auteur", "note", "fil", "personne",
		"compte", "externe", "lien", "actualise", "champ", "croise", "graphique", "alternatif", "forme", "smartart", "createur", "propriete", "valeur", "macros", "xml"} {
		if !strings.Contains(got, "mot."+word) {
			t.Errorf("no mot.%s", word)
		}
	}
}
