package rtf

import (
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
)

// TestHiddenContent: every place in which RTF holds text beside its paragraphs has a word of its own; none is missed.
func TestHiddenContent(t *testing.T) {
	data := `{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\stylesheet{\s0 Normal;}}
{\info{\title mot.titre}{\subject mot.sujet}{\author mot.auteur}{\manager mot.responsable}{\company mot.societe}{\operator mot.operateur}{\category mot.categorie}{\keywords mot.cles}{\comment mot.commentaireinfo}{\doccomm mot.doccomm}{\hlinkbase mot.base}}
{\*\userprops{\propname mot.nompropriete}\proptype30{\staticval mot.propriete}{\linkval mot.proprietelien}}
{\*\docvar{mot.nomvariable}{mot.variable}}{\*\template mot.modele}{\*\revtbl{Unknown;}{mot.relecteur;}}{\*\protusertbl{mot.protege}}
{\*\mailmerge{\*\mmconnectstr mot.connexion}{\*\mmquery mot.requete}{\*\mmdatasource mot.source}{\*\mmmailsubject mot.objet}{\*\mmaddfieldname mot.champadresse}}
{\header mot.entete\par}{\headerf mot.entetepremiere\par}{\footerl mot.piedgauche\par}{\*\ftnsep mot.separateur}
{\*\bkmkstart mot.signet}{\*\bkmkend mot.signet}texte{\v mot.cache}\par {\deleted mot.supprime}\par{\revised\revauth1 mot.insere}\par
a{\footnote mot.note}b{\footnote\ftnalt mot.notefin}c{\*\atnauthor mot.annotateur}\chatn{\*\annotation{\*\atndate 1}mot.annotation}\par
{\field{\*\fldinst{ HYPERLINK "mailto:mot.lien" }}{\fldrslt mot.resultat}}\par
{\field{\*\fldinst FORMTEXT{\*\formfield{\fftype0{\*\ffname mot.nomchamp}{\*\ffdeftext mot.defaut}{\*\ffhelptext mot.aide}{\*\ffstattext mot.etat}{\*\ffl mot.entree}}}}{\fldrslt x}}\par
{\shp{\*\shpinst\shpleft0{\sp{\sn wzName}{\sv mot.nomforme}}{\sp{\sn wzDescription}{\sv mot.description}}{\sp{\sn gtextUNICODE}{\sv mot.wordart}}{\sp{\sn shapeType}{\sv 202}}{\sp{\sn pihlShape}{\sv{\*\hl{\hlloc }{\hlsrc mailto:mot.formelien}{\hlfr mot.formenom}}}}{\shptxt mot.zone\par}}{\shprslt{\par mot.zone}}}\par
{\*\shppict{\pict{\*\picprop{\sp{\sn wzDescription}{\sv mot.imagedesc}}{\sp{\sn pibName}{\sv mot.imagefichier}}}\pngblip 89504e470d0a}}\par
{\object\objemb{\*\objclass Excel.Sheet.8}{\*\objname mot.nomobjet}{\*\objdata 0105}{\result mot.objetresultat}}\par
{\xe{\v mot.index}}{\tc mot.sommaire}{\*\xmlopen\xmlns1{\factoidname x}{\xmlattr{\xmlattrname a}{\xmlattrvalue mot.attribut}}}mot.balise{\*\xmlclose}\par
\trowd\cellx100 \intbl mot.cellule\cell\row\pard {\do{\dptxbxtext mot.ancienne\par}}\par}`
	r, _, err := cellstest.Read(Format, "x.rtf", []byte(data), sources.Limits{})
	if err != nil || len(r.Wrong) > 0 {
		t.Fatal(err, r.Wrong)
	}
	got := r.Lines()
	found := cellstest.Marked(got)
	for word := range cellstest.Marked(data) {
		if !found[word] {
			t.Errorf("no %s", word)
		}
	}
	for _, other := range []string{"202", "89504e", "Normal", "Arial"} {
		if strings.Contains(got, other) {
			t.Errorf("%s is told", other)
		}
	}
}
