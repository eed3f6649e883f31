package accuracy

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"mime/quotedprintable"
	"strings"
	"time"
)

var unpacked = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// pack makes a zip of members in order.
func (b *builder) pack(members ...[2]string) []byte {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, m := range members {
		w, err := z.CreateHeader(&zip.FileHeader{Name: m[0], Method: zip.Deflate, Modified: unpacked})
		if err == nil {
			_, err = w.Write([]byte(m[1]))
		}
		if err != nil {
			b.err = err
		}
	}
	if err := z.Close(); err != nil {
		b.err = err
	}
	return buf.Bytes()
}

func (b *builder) zipped(g *grid) {
	w := &writer{encode: plain}
	b.csvTable(w, g, ";", "in zip")
	b.add(Doc{File: b.name("zip"), Container: "export.csv", Form: "zip"}, b.pack([2]string{"export.csv", string(w.out)}), w.values)
}

// xlsx writes a workbook with inline strings, as many report generators do.
func (b *builder) xlsx(g *grid) {
	var sheet strings.Builder
	var vs []Value
	sheet.WriteString(`<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	row := int64(0)
	cell := func(i int, text string) {
		fmt.Fprintf(&sheet, `<c r="%c%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, 'A'+i, row, html.EscapeString(text))
	}
	if g.header != nil {
		row++
		fmt.Fprintf(&sheet, `<row r="%d">`, row)
		for i, h := range g.header {
			cell(i, h)
		}
		sheet.WriteString(`</row>`)
	}
	for _, r := range g.rows {
		row++
		fmt.Fprintf(&sheet, `<row r="%d">`, row)
		for i, s := range r {
			if s.text == "" {
				continue
			}
			cell(i, s.text)
			if s.kind != "" {
				vs = append(vs, Value{Part: "Feuil1", Row: row, Column: int32(i) + 1, Start: -1, End: -1, Kind: s.kind, Text: s.text, Decoy: s.decoy, Tags: tagged(s, "in xlsx").tags})
			}
		}
		sheet.WriteString(`</row>`)
	}
	sheet.WriteString(`</sheetData></worksheet>`)
	data := b.pack(
		[2]string{"[Content_Types].xml", `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
		[2]string{"_rels/.rels", `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		[2]string{"xl/workbook.xml", `<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Feuil1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		[2]string{"xl/_rels/workbook.xml.rels", `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		[2]string{"xl/worksheets/sheet1.xml", sheet.String()})
	b.add(Doc{File: b.name("xlsx"), Form: "xlsx"}, data, vs)
}

// pooled are the labels of a text in a container that has no byte offsets.
func pooled(text []segment, tags ...string) []Value {
	var vs []Value
	for _, s := range text {
		if s.kind != "" {
			vs = append(vs, Value{Start: -1, End: -1, Kind: s.kind, Text: s.text, Decoy: s.decoy, Tags: tagged(s, tags...).tags})
		}
	}
	return vs
}

// docx writes paragraphs; split cuts values into several runs, as a spelling
// checker or a revision does.
func (b *builder) docx(text []segment, split bool) (data []byte, vs []Value) {
	var body strings.Builder
	run := func(s string) {
		for i, line := range strings.Split(s, "\n") {
			if i > 0 {
				body.WriteString(`</w:p><w:p>`)
			}
			if line != "" {
				fmt.Fprintf(&body, `<w:r><w:t xml:space="preserve">%s</w:t></w:r>`, html.EscapeString(line))
			}
		}
	}
	body.WriteString(`<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>`)
	tags := []string{"in docx"}
	for _, s := range text {
		if s.kind != "" && split && len(s.text) > 4 {
			cut := strings.LastIndexFunc(s.text[:len(s.text)/2+1], func(r rune) bool { return r < 0x80 })
			run(s.text[:cut])
			body.WriteString(`<w:proofErr w:type="spellStart"/>`)
			run(s.text[cut:])
			continue
		}
		run(s.text)
	}
	if split {
		tags = append(tags, "docx runs")
	}
	body.WriteString(`</w:p></w:body></w:document>`)
	return b.pack(
		[2]string{"[Content_Types].xml", `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		[2]string{"_rels/.rels", `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		[2]string{"word/document.xml", body.String()}), pooled(text, tags...)
}

// eml writes a message with a quoted-printable or base64 body.
func (b *builder) eml(text []segment) (data []byte, vs []Value) {
	var all strings.Builder
	for _, s := range text {
		all.WriteString(s.text)
	}
	var out bytes.Buffer
	encoding := pick(b, []string{"quoted-printable", "base64"})
	fmt.Fprintf(&out, "Subject: dossier\r\nDate: Mon, 02 Mar 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n", encoding)
	if encoding == "base64" {
		e := base64.StdEncoding.EncodeToString([]byte(all.String()))
		for len(e) > 76 {
			out.WriteString(e[:76] + "\r\n")
			e = e[76:]
		}
		out.WriteString(e + "\r\n")
	} else {
		q := quotedprintable.NewWriter(&out)
		if _, err := q.Write([]byte(strings.ReplaceAll(all.String(), "\n", "\r\n"))); err != nil {
			b.err = err
		}
		if err := q.Close(); err != nil {
			b.err = err
		}
	}
	return out.Bytes(), pooled(text, "in eml", encoding)
}

// pdf sets the text in Helvetica, sixty lines a page, one show operator a line.
func pdf(text []segment) (data []byte, vs []Value) {
	var all strings.Builder
	for _, s := range text {
		all.WriteString(s.text)
	}
	lines := strings.Split(all.String(), "\n")
	var pages []string
	for len(lines) > 0 {
		n := min(60, len(lines))
		var p strings.Builder
		p.WriteString("BT /F1 10 Tf 12 TL 40 800 Td\n")
		for _, l := range lines[:n] {
			e := strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(string(latin1(nil, l)))
			p.WriteString("(" + e + ") Tj T*\n")
		}
		p.WriteString("ET\n")
		pages, lines = append(pages, p.String()), lines[n:]
	}
	var out bytes.Buffer
	var offsets []int
	object := func(body string) {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(offsets), body)
	}
	out.WriteString("%PDF-1.4\n")
	object("<</Type/Catalog/Pages 2 0 R>>")
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 4+2*i)
	}
	object(fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(pages), kids.String()))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
	for i, p := range pages {
		object(fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>", 5+2*i))
		object(fmt.Sprintf("<</Length %d>>\nstream\n%sendstream", len(p), p))
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	return out.Bytes(), pooled(text, "in pdf")
}
