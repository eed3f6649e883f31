package odf

import (
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// hidden are the places in which OpenDocument holds text that is not shown, or not as text, each with a word of its own.
var hidden = []struct{ name, body string }{
	{"text", `<office:text>
<office:forms form:datasource="mot.source"><form:form form:name="mot.formulaire" form:command="SELECT mot.commande"><form:text form:value="mot.champ" form:current-value="mot.saisie" form:title="mot.bulle"/><form:listbox><form:option form:label="mot.option" form:value="mot.optionvaleur"/></form:listbox><form:textarea><text:p>mot.zonesaisie</text:p></form:textarea><form:fixed-text form:label="mot.libelle"/><form:properties><form:property form:property-name="x" office:string-value="mot.proprieteform"/></form:properties></form:form></office:forms>
<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>mot.correcteur</dc:creator></office:change-info><text:p>mot.supprime</text:p></text:deletion></text:changed-region></text:tracked-changes>
<text:variable-decls><text:variable-decl text:name="mot.nomvariable"/></text:variable-decls>
<text:user-field-decls><text:user-field-decl text:name="mot.nomchamp" office:string-value="mot.champutilisateur"/><text:user-field-decl text:name="n" office:value-type="float" office:value="180017500100104"/></text:user-field-decls>
<text:dde-connection-decls><text:dde-connection-decl office:dde-topic="mot.dde"/></text:dde-connection-decls>
<text:p>a<text:bookmark text:name="mot.signet"/><text:reference-mark text:name="mot.reference"/><office:annotation office:name="c1"><dc:creator>mot.annotateur</dc:creator><text:p>mot.annotation</text:p></office:annotation>
<text:note><text:note-body><text:p>mot.note</text:p></text:note-body></text:note><text:hidden-text text:string-value="mot.cache"/><text:hidden-paragraph text:condition="mot.condition"/><text:conditional-text text:string-value-if-true="mot.sivrai" text:string-value-if-false="mot.sifaux"/>
<text:variable-set office:string-value="mot.variable"/><text:text-input text:description="mot.invite">mot.texte</text:text-input> <text:drop-down><text:label text:value="mot.liste"/></text:drop-down><text:database-display text:database-name="mot.base" text:table-name="mot.table">mot.affiche</text:database-display> 
<text:alphabetical-index-mark text:string-value="mot.index"/><text:bibliography-mark text:author="mot.biblio" text:title="mot.titrebiblio">x</text:bibliography-mark><text:script script:language="x"> mot.script </text:script>
<text:a xlink:href="mailto:mot.lien" office:title="mot.titrelien">x</text:a><loext:content-control loext:alias="mot.alias" loext:tag="mot.etiquette"><loext:list-item loext:display-text="mot.element" loext:value="mot.elementvaleur"/>mot.controle </loext:content-control><text:ruby><text:ruby-text>mot.ruby</text:ruby-text></text:ruby>
<draw:frame draw:name="mot.cadre"><draw:image xlink:href="file:///srv/mot.image.jpg"/><svg:title>mot.titre</svg:title><svg:desc>mot.description</svg:desc></draw:frame><draw:a xlink:href="http://mot.formelien"><draw:frame draw:name="Image1"><draw:text-box><text:p>mot.zone</text:p></draw:text-box><draw:image-map><draw:area-rectangle xlink:href="http://mot.carte"><svg:desc>mot.cartedesc</svg:desc></draw:area-rectangle></draw:image-map></draw:frame></draw:a></text:p>
<text:section text:name="mot.section" text:display="none"><text:section-source xlink:href="file:///srv/mot.source.odt"/><text:p>mot.sectioncachee</text:p></text:section></office:text>`},
	{"spreadsheet", `<office:spreadsheet>
<table:tracked-changes><table:cell-content-change><office:change-info><dc:creator>mot.modificateur</dc:creator></office:change-info><table:previous><table:change-track-table-cell office:value-type="string"><text:p>mot.avant</text:p></table:change-track-table-cell></table:previous></table:cell-content-change><table:cell-content-change><table:previous><table:change-track-table-cell office:value-type="float" office:value="180017500100104"/></table:previous></table:cell-content-change></table:tracked-changes>
<table:content-validations><table:content-validation table:name="v1" table:condition="of:cell-content-is-in-list(&quot;mot.choix&quot;;&quot;b&quot;)"><table:help-message table:title="mot.aidetitre"><text:p>mot.aide</text:p></table:help-message><table:error-message table:title="mot.erreurtitre"><text:p>mot.erreur</text:p></table:error-message></table:content-validation></table:content-validations>
<table:table table:name="mot.feuille" table:display="false"><table:title>mot.tableautitre</table:title><table:desc>mot.tableaudesc</table:desc><table:scenario table:comment="mot.scenario"/><table:table-source xlink:href="file:///srv/mot.classeur.ods"/><table:table-row table:visibility="collapse"><table:table-cell office:value-type="string"><text:p>mot.cellule</text:p><office:annotation><dc:creator>mot.annotateur</dc:creator><text:p>mot.annotation</text:p></office:annotation></table:table-cell><table:table-cell table:formula="of:=HYPERLINK(&quot;mailto:mot.formule@exemple.fr&quot;;&quot;x&quot;)" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table>
<table:named-expressions><table:named-range table:name="mot.plage"/><table:named-expression table:name="n" table:expression="&quot;mot.expression&quot;"/></table:named-expressions>
<table:database-ranges><table:database-range table:name="mot.nombase" table:target-range-address="x"><table:database-source-sql table:database-name="mot.base" table:sql-statement="SELECT mot.requete"/><table:filter><table:filter-condition table:field-number="0" table:value="mot.filtre" table:operator="="><table:filter-set-item table:value="mot.filtreelement"/></table:filter-condition></table:filter></table:database-range></table:database-ranges>
<table:data-pilot-tables><table:data-pilot-table table:name="mot.pilote"><table:data-pilot-field table:source-field-name="mot.pilotechamp"><table:data-pilot-members><table:data-pilot-member table:name="mot.membre"/></table:data-pilot-members></table:data-pilot-field></table:data-pilot-table></table:data-pilot-tables>
<table:dde-links><table:dde-link><office:dde-source office:dde-item="mot.ddeelement"/><table:table><table:table-row><table:table-cell office:value-type="string" office:string-value="mot.ddecellule"/></table:table-row></table:table></table:dde-link></table:dde-links>
</office:spreadsheet>`},
	{"presentation", `<office:presentation><presentation:footer-decl presentation:name="f">mot.pied</presentation:footer-decl><presentation:header-decl presentation:name="h">mot.entete</presentation:header-decl><presentation:date-time-decl presentation:source="fixed">mot.date</presentation:date-time-decl>
<draw:page draw:name="page1" presentation:visibility="hidden"><office:annotation><dc:creator>mot.annotateur</dc:creator><text:p>mot.annotation</text:p></office:annotation><draw:custom-shape draw:name="mot.forme"><svg:title>mot.titre</svg:title><svg:desc>mot.description</svg:desc><text:p>mot.texte</text:p><office:event-listeners><presentation:event-listener xlink:href="http://mot.action"/></office:event-listeners></draw:custom-shape><presentation:notes><draw:frame><draw:text-box><text:p>mot.notes</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>
<presentation:settings><presentation:show presentation:name="mot.diaporama"/></presentation:settings></office:presentation>`},
}

// around are the other parts of an archive and the words in them.
func around() []string {
	return []string{
		"styles.xml", `<office:document-styles><office:master-styles><style:master-page style:name="s"><style:header><text:p>mot.enteteA</text:p></style:header><style:footer-left><text:p>mot.piedA</text:p></style:footer-left><draw:frame><draw:text-box><text:p>mot.masqueA</text:p></draw:text-box></draw:frame></style:master-page></office:master-styles></office:document-styles>`,
		"meta.xml", `<office:document-meta><office:meta><meta:initial-creator>mot.createurA</meta:initial-creator><meta:printed-by>mot.imprimeA</meta:printed-by><meta:keyword>mot.cleA</meta:keyword><meta:template xlink:href="file:///srv/mot.modeleA.ott" xlink:title="mot.modeletitreA"/><meta:user-defined meta:name="mot.nomproprieteA">mot.proprieteA</meta:user-defined></office:meta></office:document-meta>`,
		"settings.xml", `<office:document-settings><config:config-item config:name="CurrentDatabaseDataSource" config:type="string">mot.basefusionA</config:config-item><config:config-item config:name="PrinterName" config:type="string">mot.imprimanteA</config:config-item><config:config-item config:name="PrinterSetup" config:type="base64Binary">bW90LmJhc2U2NA==</config:config-item></office:document-settings>`,
		"Object 1/content.xml", `<office:document-content><office:body><office:chart><chart:title><text:p>mot.graphiqueA</text:p></chart:title><table:table table:name="local-table"><table:table-row><table:table-cell office:value-type="string"><text:p>mot.serieA</text:p></table:table-cell></table:table-row></table:table></office:chart></office:body></office:document-content>`,
		"Object 2", "mot.objetA",
		"VersionList.xml", `<VL:version-list><VL:version-entry VL:title="Version1" VL:comment="mot.versioncommentaireA" dc:creator="mot.versionauteurA"/></VL:version-list>`,
		"Versions/Version1", "mot.versionA",
		"Basic/script-lc.xml", "<library:libraries/>",
		"Basic/Standard/Module1.xml", `<script:module script:name="Module1">Sub Main &apos; mot.macroA</script:module>`,
		"Scripts/python/envoi.py", "# mot.scriptA",
	}
}

// TestHiddenContent: none of the words is missed, in the archive and, of its own parts, in the flat document.
func TestHiddenContent(t *testing.T) {
	for _, h := range hidden {
		const ns = ` xmlns:office="o" xmlns:text="t"`
		zip := append([]string{"mimetype", prefix + h.name, "content.xml", "<office:document-content" + ns + "><office:body>" + h.body + "</office:body></office:document-content>"}, around()...)
		flat := `<?xml version="1.0" encoding="UTF-8"?><office:document` + ns + ` office:mimetype="` + prefix + h.name + `"><office:scripts><ooo:source-code>Sub Main mot.macroplate</ooo:source-code></office:scripts><office:body>` + h.body + `</office:body></office:document>`
		for _, form := range []struct {
			format sources.Format
			data   []byte
			want   string
		}{{Format, sourcetest.Zip(t, zip...), h.body + strings.Join(around(), " ")}, {Flat, []byte(flat), h.body + " mot.macroplate"}} {
			r, _, err := cellstest.Read(form.format, "x."+names[h.name], form.data, sources.Limits{})
			if err != nil || len(r.Wrong) > 0 {
				t.Fatal(h.name, err, r.Wrong)
			}
			got := r.Lines()
			for _, m := range r.Members {
				got += "\n" + string(m.Data)
			}
			found := cellstest.Marked(got)
			for word := range cellstest.Marked(form.want) {
				if !found[word] {
					t.Errorf("%s %s: no %s", form.format.Name, h.name, word)
				}
			}
			if strings.Contains(got, "Image1") || strings.Contains(got, "bW90") {
				t.Errorf("%s %s: what the program named is told", form.format.Name, h.name)
			}
		}
	}
}
