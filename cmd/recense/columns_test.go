package main

import (
	"archive/zip"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTablesStayTables scans one table of twelve columns in every format that keeps
// tables: each gives the same columns, of the same kinds, with as many
// matches and values, of as many rows, sheet by sheet. The numbers of social security
// are numbers where the format has such, in a column whose name says nothing: only
// the column as a whole makes them what they are.
func TestTablesStayTables(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tables")
	table := unpackTables(t, dir)
	formats := slices.Concat(producedTables, tableFormats(t, dir, table), recordFormats(t, dir, table))
	put(t, filepath.Join(dir, "table.tsv"), []byte(joinRows(table, "\t")))
	s := scanShare(t, dir)
	want := s.columns("table.csv", "")
	if len(want) != 8 || want["numa nir"] != "is 300 of 300" || want["nom person_name"] != "is 300 of 300" {
		t.Fatalf("the table as CSV: %v", want)
	}
	for _, f := range append(formats, tableFormat{name: "table.tsv", rows: 301}) {
		name := f.name + f.member
		l := s.locations[name]
		if l == nil || l.text("status") != "scanned" || l.number("records_scanned") != f.rows {
			t.Errorf("%s: %s, %d rows, not %d", name, l.text("status"), l.number("records_scanned"), f.rows)
		}
		for _, part := range f.partsOf() {
			got := s.columns(name, part)
			for key, what := range want {
				if f.header { // its cells are given too: a heading can hold a value
					what = strings.Replace(what, "of 300", "of 301", 1)
				}
				if got[key] != what {
					t.Errorf("%s %s: column %s is %q, not %q", name, part, key, got[key], what)
				}
				delete(got, key)
			}
			for key, what := range got {
				if part == "" && !strings.HasSuffix(what, " of 0") || part != "" {
					t.Errorf("%s %s: column %s is %q, which CSV has not", name, part, key, what)
				}
			}
		}
		var matches int64
		for _, kind := range []string{"nir", "iban", "email", "phone_fr", "siret", "person_name"} {
			matches += s.inventory[name][kind].number("matches")
		}
		if all := int64(6 * 300 * len(f.partsOf())); matches != all {
			t.Errorf("%s: %d matches, not %d", name, matches, all)
		}
	}
}

// producedTables are those of testdata/tables.zip: what LibreOffice 7.4 saved of table.csv by way
// of classeur.fods and texte.html, SheetJS 0.18.5 of classeur.xlsx (XLSB), ReadStat 1.1.8 of
// table.csv (SPSS, Stata, SAS).
var producedTables = []tableFormat{
	{name: "table.csv", rows: 301},
	{name: "classeur.fods", parts: sheets, rows: 602, header: true},
	{name: "classeur.ods", parts: sheets, rows: 602, header: true},
	{name: "classeur.xlsx", parts: sheets, rows: 602, header: true},
	{name: "classeur.xlsm", parts: sheets, rows: 602, header: true},
	{name: "classeur.xlsb", parts: sheets, rows: 602, header: true},
	{name: "classeur.xls", parts: sheets, rows: 602, header: true},
	{name: "classeur.html", parts: []string{"table 1!", "table 2!"}, header: true},
	{name: "texte.html", parts: []string{"table 1!"}, header: true},
	{name: "texte.docx", parts: []string{"table 1!"}, header: true},
	{name: "texte.doc", parts: []string{"table 1!"}, header: true},
	{name: "texte.odt", parts: []string{"Table1!"}, header: true},
	{name: "texte.rtf", parts: []string{"table 1!"}, header: true},
	{name: "table.sav", rows: 300}, {name: "table.zsav", rows: 300}, {name: "table.dta", rows: 300}, {name: "table.sas7bdat", rows: 300},
}

var sheets = []string{"Actifs!", "Radies!"}

// unpackTables lays the files of testdata/tables.zip into dir and returns the rows of table.csv.
func unpackTables(t *testing.T, dir string) [][]string {
	t.Helper()
	z, err := zip.OpenReader(filepath.Join("testdata", "tables.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var table [][]string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, f.Name), data)
		if f.Name == "table.csv" {
			table = rowsOf(string(data))
		}
	}
	return table
}

// tableFormat is a file that holds the table, once in each of its parts.
type tableFormat struct {
	name, member string // member begins with "!/"
	parts        []string
	rows         int64 // told of the location; 0 where a document counts none
	header       bool  // the first row is among the cells
}

func (f tableFormat) partsOf() []string {
	if len(f.parts) == 0 {
		return []string{""}
	}
	return f.parts
}

// columns returns what each column of a part is or contains, by its name and kind.
func (s *scanned) columns(name, part string) map[string]string {
	all := map[string]string{}
	for _, e := range s.elements[name] {
		column := e.text("element_name")
		if !strings.HasPrefix(column, part) {
			continue
		}
		column = strings.Trim(column[strings.LastIndexAny(column, "/!.")+1:], " ")
		all[strings.ToLower(column)+" "+e.text("detector")] = fmt.Sprintf("%s %d of %d", e.text("verdict"), e.number("matches"), e.number("values"))
	}
	return all
}

// joinRows writes rows as lines.
func joinRows(rows [][]string, by string) string {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(strings.Join(r, by) + "\n")
	}
	return b.String()
}

// columnTypes are what a spreadsheet takes the columns for: f a number, d a date, s text.
const columnTypes = "ffssdsssfssf"

// tableFormats saves the table as databases and their exports do.
func tableFormats(t *testing.T, dir string, rows [][]string) []tableFormat {
	t.Helper()
	csv := filepath.Join(dir, "table.csv")
	db := filepath.Join(dir, "table.db")
	run(t, nil, "sqlite3", db, "CREATE TABLE adherents(rang INTEGER, numa INTEGER, nom TEXT, prenom TEXT, naissance TEXT, courriel TEXT, mobile TEXT, iban TEXT, siret INTEGER, postal TEXT, ville TEXT, montant REAL)",
		".mode csv", ".separator ;", ".import --skip 1 "+csv+" adherents")
	put(t, filepath.Join(dir, "insert.sql"), run(t, nil, "sqlite3", db, ".dump"))
	copied := "SET client_encoding = 'UTF8';\nCREATE TABLE public.adherents (\n    " + strings.Join(rows[0], " text,\n    ") + " text\n);\n\nCOPY public.adherents (" + strings.Join(rows[0], ", ") + ") FROM stdin;\n" + joinRows(rows[1:], "\t") + "\\.\n\n"
	put(t, filepath.Join(dir, "copy.sql"), []byte(copied))
	put(t, filepath.Join(dir, "table.dbf"), dbfOf(rows))
	put(t, filepath.Join(dir, "table.parquet"), parquetOf(rows))
	put(t, filepath.Join(dir, "table.avro"), avroOf(rows))
	put(t, filepath.Join(dir, "table.arrow"), arrowOf(t, rows))
	return []tableFormat{
		{name: "table.db", member: "!/adherents", rows: 300}, {name: "insert.sql", rows: 300}, {name: "copy.sql", rows: 300}, {name: "table.dbf", rows: 300},
		{name: "table.parquet", rows: 300}, {name: "table.avro", rows: 300}, {name: "table.arrow", rows: 300},
	}
}

// recordFormats saves the table as what programs exchange.
func recordFormats(t *testing.T, dir string, rows [][]string) []tableFormat {
	t.Helper()
	var list []string
	var lines, yaml, xml, ldif strings.Builder
	xml.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<adherents>\n")
	for _, row := range rows[1:] {
		xml.WriteString(" <adherent>")
		fmt.Fprintf(&ldif, "dn: uid=%s,dc=exemple,dc=fr\n", row[0])
		var fields []string
		for i, name := range rows[0] {
			value := fmt.Sprintf("%q", row[i])
			if columnTypes[i] == 'f' {
				value = row[i]
			}
			fields = append(fields, fmt.Sprintf("%q:%s", name, value))
			fmt.Fprintf(&yaml, "%s %s: %s\n", map[bool]string{true: "-", false: " "}[i == 0], name, value)
			fmt.Fprintf(&xml, "<%s>%s</%s>", name, html.EscapeString(row[i]), name)
			fmt.Fprintf(&ldif, "%s:: %s\n", name, base64.StdEncoding.EncodeToString([]byte(row[i])))
		}
		xml.WriteString("</adherent>\n")
		ldif.WriteString("\n")
		list = append(list, "{"+strings.Join(fields, ",")+"}")
		lines.WriteString(list[len(list)-1] + "\n")
	}
	xml.WriteString("</adherents>\n")
	put(t, filepath.Join(dir, "table.json"), []byte("["+strings.Join(list, ",")+"]"))
	put(t, filepath.Join(dir, "table.ndjson"), []byte(lines.String()))
	put(t, filepath.Join(dir, "table.yaml"), []byte(yaml.String()))
	put(t, filepath.Join(dir, "table.xml"), []byte(xml.String()))
	put(t, filepath.Join(dir, "table.ldif"), []byte(ldif.String()))
	return []tableFormat{{name: "table.json", rows: 300}, {name: "table.ndjson", rows: 300}, {name: "table.yaml", rows: 300}, {name: "table.xml", rows: 300}, {name: "table.ldif", rows: 300}}
}
