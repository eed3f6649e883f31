package docx

import (
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// TestHiddenContent: every place in which a document holds text that is not on the page, or not in the
// text of the page, has a word of its own; none is missed.
func TestHiddenContent(t *testing.T) {
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	const w = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	const rels = head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	run := func(text string) string { return "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>" }
	external := func(target string) string {
		return rels + `<Relationship Id="r1" Type="x" Target="` + target + `" TargetMode="External"/></Relationships>`
	}
	data := sourcetest.Zip(t,
		"[Content_Types].xml", "<Types/>",
		"word/document.xml", head+`<w:document`+w+`><w:body>`+
			`<w:p><w:pPr><w:rPr><w:ins w:author="mot.insereur"/></w:rPr></w:pPr>`+
			`<w:bookmarkStart w:id="0" w:name="mot.signet"/><w:bookmarkEnd w:id="0"/>`+
			`<w:permStart w:id="1" w:ed="mot.permis"/>`+
			`<w:r><w:rPr><w:vanish/></w:rPr><w:t>mot.cache</w:t></w:r>`+
			`<w:ins w:author="mot.auteur"><w:r><w:t>mot.insere</w:t></w:r></w:ins>`+
			`<w:del w:author="mot.effaceur"><w:r><w:delText>mot.efface</w:delText></w:r><w:r><w:delInstrText>mot.champefface</w:delInstrText></w:r></w:del>`+
			`<w:moveFrom w:author="a"><w:r><w:t>mot.depart</w:t></w:r></w:moveFrom><w:moveTo w:author="a"><w:r><w:t>mot.arrivee</w:t></w:r></w:moveTo>`+
			`<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="mot.nomchamp"/><w:helpText w:type="text" w:val="mot.aide"/><w:statusText w:type="text" w:val="mot.etat"/><w:textInput><w:default w:val="mot.defaut"/></w:textInput><w:ddList><w:listEntry w:val="mot.entree"/></w:ddList></w:ffData></w:fldChar></w:r>`+
			`<w:r><w:instrText> DOCPROPERTY mot.instruction </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>mot.resultat</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`+
			`<w:fldSimple w:instr="AUTHOR mot.simple"><w:r><w:t> x</w:t></w:r></w:fldSimple>`+
			`<w:hyperlink r:id="r1" w:tooltip="mot.infobulle" w:anchor="mot.ancre"><w:r><w:t> ici</w:t></w:r></w:hyperlink>`+
			`<w:sdt><w:sdtPr><w:alias w:val="mot.alias"/><w:tag w:val="mot.etiquette"/><w:dropDownList><w:listItem w:displayText="mot.choix" w:value="mot.valeurchoix"/></w:dropDownList></w:sdtPr><w:sdtContent><w:r><w:t>mot.controle</w:t></w:r></w:sdtContent></w:sdt>`+
			`<w:smartTag w:element="PersonName"><w:smartTagPr><w:attr w:name="ProductID" w:val="mot.balise"/></w:smartTagPr><w:r><w:t> x</w:t></w:r></w:smartTag>`+
			`<w:r><w:drawing><wp:inline><wp:docPr id="1" name="mot.nomimage" descr="mot.alternatif" title="mot.titreimage"><a:hlinkClick r:id="r2" tooltip="mot.bulleimage"/></wp:docPr><pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="C:\mot.fichierimage.jpg"/></pic:nvPicPr></pic:pic></wp:inline></w:drawing></w:r>`+
			`<w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>`+run("mot.zone")+`</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent></w:r>`+
			`<w:r><w:pict><v:shape alt="mot.formealt" href="mailto:mot.formelien" title="mot.formetitre"><v:textpath string="mot.wordart"/><v:imagedata o:title="mot.imagevml"/></v:shape></w:pict></w:r>`+
			`<w:r><m:oMath><m:r><m:t>mot.formule</m:t></m:r></m:oMath></w:r><w:r><w:ruby><w:rt><w:r><w:t>mot.ruby</w:t></w:r></w:rt></w:ruby></w:r></w:p>`+
			`<w:tbl><w:tblPr><w:tblCaption w:val="mot.tableau"/><w:tblDescription w:val="mot.tableaudesc"/></w:tblPr><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>`+run("mot.cellule")+`</w:tc></w:tr></w:tbl>`+
			`<w:altChunk r:id="r3"/></w:body></w:document>`,
		"word/_rels/document.xml.rels", rels+`<Relationship Id="r1" Type="x" Target="mailto:mot.lien" TargetMode="External"/><Relationship Id="r3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk" Target="/insere/morceau.htm"/></Relationships>`,
		"insere/morceau.htm", "<p>mot.morceau</p>",
		"word/header1.xml", "<w:hdr>"+run("mot.entete")+"</w:hdr>",
		"word/header2.xml", "<w:hdr>"+run("mot.premiereentete")+"</w:hdr>",
		"word/footer1.xml", "<w:ftr>"+run("mot.pied")+"</w:ftr>",
		"word/footnotes.xml", "<w:footnotes><w:footnote>"+run("mot.notebas")+"</w:footnote></w:footnotes>",
		"word/endnotes.xml", "<w:endnotes><w:endnote>"+run("mot.notefin")+"</w:endnote></w:endnotes>",
		"word/comments.xml", `<w:comments><w:comment w:author="mot.relecteur">`+run("mot.commentaire")+"</w:comment></w:comments>",
		"word/people.xml", `<w15:people><w15:person w15:author="mot.personne"><w15:presenceInfo w15:providerId="AD" w15:userId="S::mot.compte@exemple.fr::1"/></w15:person></w15:people>`,
		"word/settings.xml", `<w:settings><w:mailMerge><w:dataType w:val="native"/><w:connectString w:val="Data Source=mot.connexion"/><w:query w:val="SELECT * FROM mot.requete"/><w:mailSubject w:val="mot.objet"/><w:odso><w:udl w:val="mot.udl"/><w:table w:val="mot.tablesource"/></w:odso></w:mailMerge><w:docVars><w:docVar w:name="mot.nomvariable" w:val="mot.variable"/></w:docVars></w:settings>`,
		"word/_rels/settings.xml.rels", external(`file:///C:\mot.modele.dotx`),
		"word/numbering.xml", `<w:numbering><w:lvl><w:lvlText w:val="Dossier mot.numero %1"/></w:lvl></w:numbering>`,
		"word/glossary/document.xml", `<w:glossaryDocument><w:docParts><w:docPart><w:docPartPr><w:name w:val="mot.bloc"/><w:description w:val="mot.blocdesc"/></w:docPartPr><w:docPartBody>`+run("mot.glossaire")+`</w:docPartBody></w:docPart></w:docParts></w:glossaryDocument>`,
		"word/glossary/settings.xml", `<w:settings><w:docVars><w:docVar w:name="a" w:val="mot.glossairevariable"/></w:docVars></w:settings>`,
		"word/glossary/_rels/document.xml.rels", external("mailto:mot.glossairelien"),
		"word/charts/chart1.xml", `<c:chartSpace><c:strCache><c:pt><c:v>mot.graphique</c:v></c:pt></c:strCache></c:chartSpace>`,
		"word/charts/_rels/chart1.xml.rels", external(`file:///\\srv\mot.classeur.xlsx`),
		"word/drawings/drawing1.xml", `<c:userShapes><a:p><a:r><a:t>mot.formegraphique</a:t></a:r></a:p></c:userShapes>`,
		"word/diagrams/data1.xml", `<dgm:dataModel><a:t>mot.smartart</a:t></dgm:dataModel>`,
		"word/activeX/activeX1.xml", `<ax:ocx><ax:ocxPr ax:name="Caption" ax:value="mot.activex"/></ax:ocx>`,
		"word/embeddings/feuille.bin", "mot.objetincorpore", "word/vbaProject.bin", "mot.macros",
		"docProps/core.xml", `<cp:coreProperties><dc:creator>mot.createur</dc:creator><cp:lastModifiedBy>mot.modifie</cp:lastModifiedBy></cp:coreProperties>`,
		"docProps/app.xml", `<Properties><Manager>mot.responsable</Manager><Company>mot.societe</Company><Template>mot.modelenom</Template></Properties>`,
		"docProps/custom.xml", `<Properties><property name="mot.propriete"><vt:lpwstr>mot.valeur</vt:lpwstr></property></Properties>`,
		"customXml/item1.xml", `<dossier xmlns="urn:x" assure="mot.attribut"><nom>mot.xml</nom></dossier>`,
	)
	r, _, err := cellstest.Read(Format, "x.docx", data, sources.Limits{})
	if err != nil || len(r.Wrong) > 0 {
		t.Fatal(err, r.Wrong)
	}
	got := r.Lines()
	for _, m := range r.Members {
		got += string(m.Data)
	}
	found := cellstest.Marked(got)
	for _, word := range strings.Fields(`insereur signet permis cache auteur insere effaceur efface champefface depart arrivee nomchamp aide etat defaut entree
		instruction resultat simple infobulle ancre alias etiquette choix valeurchoix controle balise nomimage alternatif titreimage bulleimage fichierimage zone
		formealt formelien formetitre wordart imagevml formule ruby tableau tableaudesc cellule lien morceau entete premiereentete pied notebas notefin relecteur
		commentaire personne compte connexion requete objet udl tablesource nomvariable variable modele numero bloc blocdesc glossaire glossairevariable
		glossairelien graphique classeur formegraphique smartart activex objetincorpore macros createur modifie responsable societe modelenom propriete valeur attribut xml`) {
		if !found["mot."+word] {
			t.Errorf("no mot.%s", word)
		}
	}
}
