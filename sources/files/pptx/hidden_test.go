package pptx

import (
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// TestHiddenContent: every place in which a presentation holds text beside its slides has a word of its own; none is missed.
func TestHiddenContent(t *testing.T) {
	const ns = ` xmlns:p="p" xmlns:a="a" xmlns:r="r"`
	shape := func(text string) string {
		return `<p:sp><p:nvSpPr><p:cNvPr id="2" name="Titre 1"/></p:nvSpPr><p:txBody><a:p><a:r><a:t>` + text + `</a:t></a:r></a:p></p:txBody></p:sp>`
	}
	external := func(target string) string {
		return `<Relationships><Relationship Id="r1" Type="x" Target="` + target + `" TargetMode="External"/></Relationships>`
	}
	data := sourcetest.Zip(t,
		"[Content_Types].xml", "<Types/>",
		"ppt/presentation.xml", `<p:presentation`+ns+`><p:extLst><p14:sectionLst><p14:section name="mot.section"/></p14:sectionLst></p:extLst><p:custShowLst><p:custShow name="mot.diaporama"/></p:custShowLst></p:presentation>`,
		"ppt/slides/slide1.xml", `<p:sld`+ns+` show="0"><p:cSld name="mot.nomdiapo"><p:spTree>`+shape("mot.masquee")+
			`<p:sp><p:nvSpPr><p:cNvPr id="3" name="mot.nomforme" descr="mot.alternatif" title="mot.titre"><a:hlinkClick r:id="r1" tooltip="mot.infobulle"/></p:cNvPr></p:nvSpPr></p:sp>`+
			`<p:pic><p:nvPicPr><p:cNvPr id="4" name="mot.fichier.jpg"/></p:nvPicPr></p:pic>`+
			`<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>mot.cellule</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>`+
			`<a:p><a:fld type="x"><a:t>mot.champ</a:t></a:fld></a:p></p:spTree></p:cSld></p:sld>`,
		"ppt/slides/_rels/slide1.xml.rels", external("mailto:mot.lien"),
		"ppt/notesSlides/notesSlide1.xml", `<p:notes`+ns+`>`+shape("mot.note")+`</p:notes>`,
		"ppt/notesSlides/_rels/notesSlide1.xml.rels", external("mailto:mot.notelien"),
		"ppt/slideMasters/slideMaster1.xml", `<p:sldMaster`+ns+`>`+shape("mot.masque")+`</p:sldMaster>`,
		"ppt/slideMasters/_rels/slideMaster1.xml.rels", external("mailto:mot.masquelien"),
		"ppt/slideLayouts/slideLayout1.xml", `<p:sldLayout`+ns+`>`+shape("mot.disposition")+`</p:sldLayout>`,
		"ppt/notesMasters/notesMaster1.xml", `<p:notesMaster`+ns+`>`+shape("mot.notesmasque")+`</p:notesMaster>`,
		"ppt/handoutMasters/handoutMaster1.xml", `<p:handoutMaster`+ns+`>`+shape("mot.document")+`</p:handoutMaster>`,
		"ppt/comments/comment1.xml", `<p:cmLst`+ns+`><p:cm authorId="0"><p:text>mot.commentaire</p:text></p:cm></p:cmLst>`,
		"ppt/comments/modernComment_1.xml", `<p188:cmLst><p188:cm><p188:txBody><a:p><a:r><a:t>mot.moderne</a:t></a:r></a:p></p188:txBody></p188:cm></p188:cmLst>`,
		"ppt/commentAuthors.xml", `<p:cmAuthorLst><p:cmAuthor id="0" name="mot.relecteur"/></p:cmAuthorLst>`,
		"ppt/authors.xml", `<p188:authorLst><p188:author name="mot.auteur" userId="S::mot.compte@exemple.fr::1"/></p188:authorLst>`,
		"ppt/tags/tag1.xml", `<p:tagLst><p:tag name="mot.nomtag" val="mot.tag"/></p:tagLst>`,
		"ppt/changesInfos/changesInfo1.xml", `<pc:chgInfo><pc:docChgLst><pc:chgData name="mot.modificateur" userId="mot.modificompte"/></pc:docChgLst></pc:chgInfo>`,
		"ppt/charts/chart1.xml", `<c:chartSpace><c:v>mot.graphique</c:v></c:chartSpace>`,
		"ppt/charts/_rels/chart1.xml.rels", external(`file:///\\srv\mot.classeur.xlsx`),
		"ppt/drawings/drawing1.xml", `<c:userShapes>`+shape("mot.formegraphique")+`</c:userShapes>`,
		"ppt/diagrams/data1.xml", `<dgm:dataModel><a:t>mot.smartart</a:t></dgm:dataModel>`,
		"ppt/activeX/activeX1.xml", `<ax:ocx><ax:ocxPr ax:name="Caption" ax:value="mot.activex"/></ax:ocx>`,
		"ppt/embeddings/feuille.bin", "mot.objetincorpore", "ppt/vbaProject.bin", "mot.macros",
		"docProps/core.xml", `<cp:coreProperties><dc:creator>mot.createur</dc:creator></cp:coreProperties>`,
		"docProps/app.xml", `<Properties><TitlesOfParts><vt:vector><vt:lpstr>mot.partie</vt:lpstr></vt:vector></TitlesOfParts></Properties>`,
		"docProps/custom.xml", `<Properties><property name="mot.propriete"><vt:lpwstr>mot.valeur</vt:lpwstr></property></Properties>`,
		"customXml/item1.xml", `<dossier assure="mot.attribut"><nom>mot.xml</nom></dossier>`,
	)
	r, _, err := cellstest.Read(Format, "x.pptx", data, sources.Limits{})
	if err != nil || len(r.Wrong) > 0 {
		t.Fatal(err, r.Wrong)
	}
	got := r.Lines()
	for _, m := range r.Members {
		got += string(m.Data)
	}
	found := cellstest.Marked(got)
	for _, word := range strings.Fields(`section diaporama nomdiapo masquee nomforme alternatif titre infobulle fichier cellule champ lien note notelien masque masquelien
		disposition notesmasque document commentaire moderne relecteur auteur compte nomtag tag modificateur modificompte graphique classeur formegraphique smartart
		activex objetincorpore macros createur partie propriete valeur attribut xml`) {
		if !found["mot."+word] {
			t.Errorf("no mot.%s", word)
		}
	}
	if strings.Contains(got, "Titre 1") {
		t.Error("a name that the program gave is told")
	}
}
