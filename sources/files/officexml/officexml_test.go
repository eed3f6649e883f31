package officexml

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// workbook2003 is what Excel 2003 and the programs that imitate it write.
const workbook2003 = `<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <DocumentProperties xmlns="urn:schemas-microsoft-com:office:office"><Author>mot.auteur</Author><Company>mot.societe</Company></DocumentProperties>
 <CustomDocumentProperties xmlns="urn:schemas-microsoft-com:office:office"><Dossier dt:dt="string">mot.propriete</Dossier></CustomDocumentProperties>
 <Names><NamedRange ss:Name="mot.plage" ss:RefersTo="=A1"/></Names>
 <Worksheet ss:Name="Adhérents"><Table ss:ExpandedColumnCount="5">
  <Row><Cell ss:MergeAcross="1"><Data ss:Type="String">mot.titre</Data></Cell></Row>
  <Row ss:Index="3"><Cell><Data ss:Type="String">Nom</Data></Cell><Cell><Data ss:Type="String">Prénom</Data></Cell><Cell><Data ss:Type="String">NIR</Data></Cell><Cell><Data ss:Type="String">Né le</Data></Cell><Cell><Data ss:Type="String">Courriel</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">Lefèvre</Data><Comment ss:Author="mot.relecteur"><ss:Data xmlns="http://www.w3.org/TR/REC-html40"><B>Zoé :</B><Font> mot.commentaire &amp; suite</Font></ss:Data></Comment></Cell><Cell><Data ss:Type="String">Zoé</Data></Cell><Cell><Data ss:Type="Number">1.80017500100123E+14</Data></Cell><Cell><Data ss:Type="DateTime">1980-01-02T00:00:00.000</Data></Cell><Cell ss:HRef="mailto:mot.lien"><Data ss:Type="String">zoe@exemple.fr</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">Martin</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">280017500100123</Data></Cell></Row>
 </Table><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><PageSetup><Header x:Data="&amp;Cmot.entete"/></PageSetup><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>
 <Worksheet ss:Name="Cachée"><Table><Row><Cell><Data ss:Type="String">mot.seule</Data></Cell></Row></Table></Worksheet>
</Workbook>`

func TestWorkbook(t *testing.T) {
	latin := strings.Replace(workbook2003, `version="1.0"`, `version="1.0" encoding="ISO-8859-1"`, 1)
	latin = strings.NewReplacer("é", "\xe9", "è", "\xe8").Replace(latin)
	for name, data := range map[string]string{"UTF-8": workbook2003, "with a mark": "\xef\xbb\xbf" + workbook2003, "Latin-1": latin, "UTF-16": wide(workbook2003)} {
		if !Workbook.Sniff([]byte(data), "x.xls", int64(len(data))) || Document.Sniff([]byte(data), "x.xls", int64(len(data))) {
			t.Fatal(name, "not known")
		}
		r, res, err := cellstest.Read(Workbook, "x.xls", []byte(data), sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || res.Bytes != int64(len(data)) || res.Records != 5 {
			t.Fatal(name, err, r.Wrong, res)
		}
		for _, want := range []string{
			"Adhérents!NIR[4]=180017500100123\n", "Adhérents!Né le[4]=1980-01-02\n", "Adhérents!NIR[5]=280017500100123\n", "Adhérents!Nom[5]=Martin\n", "Adhérents!Courriel[4]=zoe@exemple.fr\n",
			"Author: mot.auteur", "Company: mot.societe", "Dossier: mot.propriete", "mot.plage", "mot.titre", "mot.relecteur", "Zoé : mot.commentaire & suite", "mailto:mot.lien", "mot.entete", "Cachée![1]=mot.seule",
		} {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, r.Lines())
			}
		}
	}
}

// wide writes UTF-16.
func wide(s string) string {
	b := []byte{0xFF, 0xFE}
	for _, c := range s {
		b = append(b, byte(c), byte(c>>8))
	}
	return string(b)
}

const word2003 = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:aml="http://schemas.microsoft.com/aml/2001/core" xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:o="urn:schemas-microsoft-com:office:office">
<o:DocumentProperties><o:Author>mot.auteur</o:Author></o:DocumentProperties><o:CustomDocumentProperties><o:Dossier dt:dt="string">mot.propriete</o:Dossier></o:CustomDocumentProperties>
<w:docOleData><w:binData w:name="oledata.mso">bW90LmJpbmFpcmU=</w:binData></w:docOleData>
<w:body><w:p><w:r><w:t>NIR 2 80 01 </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>75 001 001 51</w:t></w:r></w:p>
<w:p><w:hlink w:dest="mailto:mot.lien"><w:r><w:t>lien</w:t></w:r></w:hlink><aml:annotation aml:id="0" w:type="Word.Deletion" aml:author="mot.effaceur"><aml:content><w:r><w:delText>mot.efface</w:delText></w:r></aml:content></aml:annotation></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Nom</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Portable</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>Lefèvre</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>0612345678</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:sectPr><w:hdr w:type="odd"><w:p><w:r><w:t>mot.entete</w:t></w:r></w:p></w:hdr></w:sectPr></w:body></w:wordDocument>`

const flatOPC = `<?xml version="1.0" standalone="yes"?><?mso-application progid="Word.Document"?>
<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part pkg:name="/word/document.xml"><pkg:xmlData><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>NIR 2 80 01 </w:t></w:r><w:r><w:t>75 001 001 51</w:t></w:r></w:p></w:body></w:document></pkg:xmlData></pkg:part>
<pkg:part pkg:name="/docProps/core.xml"><pkg:xmlData><cp:coreProperties><dc:creator>mot.auteur</dc:creator></cp:coreProperties></pkg:xmlData></pkg:part>
<pkg:part pkg:name="/docProps/custom.xml"><pkg:xmlData><Properties><property name="Dossier"><vt:lpwstr>mot.propriete</vt:lpwstr></property></Properties></pkg:xmlData></pkg:part>
<pkg:part pkg:name="/word/embeddings/oleObject1.bin"><pkg:binaryData>bW90LmJpbmFpcmU=</pkg:binaryData></pkg:part></pkg:package>`

func TestDocument(t *testing.T) {
	for name, data := range map[string]string{"2003": word2003, "flat": flatOPC} {
		if !Document.Sniff([]byte(data), "x.xml", int64(len(data))) || Workbook.Sniff([]byte(data), "x.xml", int64(len(data))) {
			t.Fatal(name, "not known")
		}
		r, res, err := cellstest.Read(Document, "x.xml", []byte(data), sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || res.Bytes != int64(len(data)) || len(r.Skips) != 1 {
			t.Fatal(name, err, r.Wrong, r.Skips, res)
		}
		want := []string{"NIR 2 80 01 75 001 001 51\n", "mot.auteur", "Dossier: mot.propriete"}
		if name == "2003" {
			want = append(want, "mailto:mot.lien", "mot.effaceur", "mot.efface\n", "table 1!Portable[2]=0612345678\n", "mot.entete")
		}
		for _, w := range want {
			if !strings.Contains(r.Lines(), w) {
				t.Errorf("%s: no %q in\n%s", name, w, r.Lines())
			}
		}
		if strings.Contains(r.Lines(), "bW90") {
			t.Errorf("%s: what is packed is text", name)
		}
	}
}

func TestStates(t *testing.T) {
	for _, test := range []struct {
		name, data string
		reason     sources.Reason
	}{
		{"cut in a row", workbook2003[:len(workbook2003)/2], sources.Truncated},
		{"cut behind a sheet", workbook2003[:strings.LastIndex(workbook2003, "</Workbook>")], sources.Truncated},
		{"junk behind the end", workbook2003 + "<", sources.Corrupt},
	} {
		r, _, err := cellstest.Read(Workbook, "x.xls", []byte(test.data), sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != sources.Partial || fe.Reason != test.reason || !strings.Contains(r.Lines(), "Adhérents!") {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	for _, other := range []string{"", "<", "<>", "<Workbook>", `<html xmlns="urn:schemas-microsoft-com:office:spreadsheet">`, `texte <Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`, `<Workbooks xmlns="urn:schemas-microsoft-com:office:spreadsheet">`} {
		if Workbook.Sniff([]byte(other), "x.xls", int64(len(other))) {
			t.Errorf("%q is known", other)
		}
	}
}

// TestDecoded: the text is the same however little is asked for.
func TestDecoded(t *testing.T) {
	text := wide("Zoé € 漢 fin")
	r := &decoded{Reader: cells.NewReader(strings.NewReader(text), cells.UTF16LE, 2)}
	got, err := io.ReadAll(iotest.OneByteReader(r))
	if err != nil || string(got) != "Zoé € 漢 fin" || r.Count() != int64(len(text)) {
		t.Errorf("%q of %d bytes, %v", got, r.Count(), err)
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Workbook, map[string][]byte{"a.xls": []byte(workbook2003), "large.xls": []byte(wide(workbook2003))})
	sourcetest.Hostile(t, Document, map[string][]byte{"a.xml": []byte(word2003), "flat.xml": []byte(flatOPC)})
}

func FuzzWorkbook(f *testing.F) {
	sourcetest.Fuzz(f, Workbook, []byte(workbook2003), []byte(wide(workbook2003)))
}

func FuzzDocument(f *testing.F) {
	sourcetest.Fuzz(f, Document, []byte(word2003), []byte(flatOPC))
}
