package corpus

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"strings"

	"recense/bench/synth"
)

// block is how much text is generated before a large file repeats it: some
// 90,000 persons, more than the distinct values that are counted exactly.
const block = 16 << 20

// WriteCSV writes the csv corpus to w until size bytes are reached.
func WriteCSV(w io.Writer, size int64) error {
	data := Make("csv", block)
	if _, err := w.Write(data); err != nil {
		return err
	}
	return repeat(w, data[len(CSVHeader):], size-int64(len(data)))
}

// WriteJSONLine writes one JSON document of size bytes and a little more,
// without a single line end: {"adherents":[{…},{…}]}.
func WriteJSONLine(w io.Writer, size int64) error {
	g := synth.New(seed("json"))
	var b strings.Builder
	for b.Len() < block {
		p := g.Person()
		fmt.Fprintf(&b, `{"numero":"%s","nir":"%s","nom":"%s","prenom":"%s","date_naissance":"%s","contact":{"email":"%s","telephone":["%s","%s"]},"iban":"%s","actes":[{"code_ccam":"%s","montant":%d.%02d}]},`,
			p.Member, p.NIR, p.Surname, p.Given, p.ISO(), p.Email, p.Phone, p.Mobile, p.IBAN, g.CCAM(), g.Between(6, 400), g.IntN(100))
	}
	if _, err := io.WriteString(w, `{"adherents":[`); err != nil {
		return err
	}
	if err := repeat(w, []byte(b.String()), size); err != nil {
		return err
	}
	_, err := io.WriteString(w, `{"numero":"A-000000"}]}`)
	return err
}

// repeat writes data again and again until n bytes are written, cutting the last
// time after a whole record (a line end or a comma between records).
func repeat(w io.Writer, data []byte, n int64) error {
	for n > 0 {
		part := data
		if n < int64(len(data)) {
			end := n
			for end < int64(len(data)) && !recordEnds(data, end) {
				end++
			}
			part = data[:end]
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
		n -= int64(len(part))
	}
	return nil
}

func recordEnds(data []byte, end int64) bool {
	return data[end-1] == '\n' || data[end-1] == ',' && data[end-2] == '}' && data[end] == '{' && data[end+1] == '"' && data[end+2] == 'n'
}

// WriteWorkbook writes an XLSX workbook (ECMA-376) of one sheet with rows
// persons and a header, strings in the cells, six columns.
func WriteWorkbook(w io.Writer, rows int) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for _, part := range workbookParts {
		f, err := z.Create(part.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, part.text); err != nil {
			return err
		}
	}
	f, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	if err := writeSheet(f, rows); err != nil {
		return err
	}
	return z.Close()
}

func writeSheet(w io.Writer, rows int) error {
	g := synth.New(seed("xlsx"))
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	sheetRow(&b, 1, "num_adherent", "nir", "nom", "email", "iban", "code_ccam")
	for i := range rows {
		p := g.Person()
		sheetRow(&b, i+2, p.Member, p.NIR, p.Surname, p.Email, p.IBAN, g.CCAM())
		if b.Len() > 1<<20 {
			if _, err := io.WriteString(w, b.String()); err != nil {
				return err
			}
			b.Reset()
		}
	}
	b.WriteString(`</sheetData></worksheet>`)
	_, err := io.WriteString(w, b.String())
	return err
}

func sheetRow(b *strings.Builder, n int, cells ...string) {
	fmt.Fprintf(b, `<row r="%d">`, n)
	for i, c := range cells {
		fmt.Fprintf(b, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+i, n, c)
	}
	b.WriteString(`</row>`)
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`

// workbookParts are the parts that every workbook must have.
var workbookParts = []struct{ name, text string }{
	{"[Content_Types].xml", xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
	{"_rels/.rels", xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", xmlHead + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Adherents" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
}
