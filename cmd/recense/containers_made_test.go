package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"html"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	arrowmemory "github.com/apache/arrow/go/v15/arrow/memory"

	"recense/sources/sourcetest"
)

// textContainers saves the letters in encodings and in containers of text, and returns
// the names. iconv converts; what has no program in Debian that writes it is
// written here (MSG), programs' files of it are read in its package.
func textContainers(t *testing.T, dir, letter string) []string {
	t.Helper()
	put(t, filepath.Join(dir, "utf16.txt"), wideOf(letter))
	put(t, filepath.Join(dir, "cp850.txt"), run(t, []byte(letter), "iconv", "-f", "UTF-8", "-t", "CP850"))
	put(t, filepath.Join(dir, "latin.txt"), run(t, []byte(letter), "iconv", "-f", "UTF-8", "-t", "WINDOWS-1252"))
	put(t, filepath.Join(dir, "ebcdic.txt"), run(t, []byte(letter), "iconv", "-f", "UTF-8", "-t", "IBM297"))
	put(t, filepath.Join(dir, "lettre.msg"), msgOf(letter))
	put(t, filepath.Join(dir, "lettre.ipynb"), notebookOf(letter))
	put(t, filepath.Join(dir, "lettre.tar.gz"), tarredOf(t, letter))
	put(t, filepath.Join(dir, "lettre.epub"), epubOf(t, letter))
	put(t, filepath.Join(dir, "lettre.txt.bz2"), run(t, []byte(letter), "bzip2", "-c"))
	put(t, filepath.Join(dir, "lettre.txt.zst"), run(t, []byte(letter), "zstd", "-c"))
	put(t, filepath.Join(dir, "lettres.fodp"), slidesOf(letter))
	for _, c := range []conversion{
		{"lettres.fodp", "odp", "impress8", ""}, {"lettres.fodp", "pptx", "Impress MS PowerPoint 2007 XML", ""},
		{"lettres.fodp", "ppt", "MS PowerPoint 97", ""}, {"lettres.fodp", "pdf", "impress_pdf_Export", ""},
	} {
		c.input = "OpenDocument Presentation Flat XML"
		convert(t, dir, c)
	}
	return []string{"utf16.txt", "cp850.txt", "latin.txt", "ebcdic.txt", "lettre.msg", "lettre.ipynb", "lettre.tar.gz", "lettre.epub", "lettre.txt.bz2", "lettre.txt.zst",
		"lettres.fodp", "lettres.odp", "lettres.pptx", "lettres.ppt", "lettres.pdf"}
}

// recordContainers saves the table as what programs exchange, and returns the names.
func recordContainers(t *testing.T, dir string, rows [][]string) []string {
	t.Helper()
	put(t, filepath.Join(dir, "table.arrow"), arrowOf(t, rows))
	var list []map[string]string
	var lines, yaml, xml, ldif bytes.Buffer
	xml.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<adherents>\n")
	for _, row := range rows[1:] {
		m := map[string]string{}
		xml.WriteString(" <adherent>")
		fmt.Fprintf(&ldif, "dn: uid=%s,dc=exemple,dc=fr\n", row[0])
		for i, name := range rows[0] {
			m[name] = row[i]
			fmt.Fprintf(&yaml, "%s %s: %q\n", map[bool]string{true: "-", false: " "}[i == 0], name, row[i])
			fmt.Fprintf(&xml, "<%s>%s</%s>", name, html.EscapeString(row[i]), name)
			fmt.Fprintf(&ldif, "%s:: %s\n", map[bool]string{true: "telephoneNumber", false: name}[name == "téléphone"], base64.StdEncoding.EncodeToString([]byte(row[i])))
		}
		xml.WriteString("</adherent>\n")
		ldif.WriteString("\n")
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(b, '\n'))
		list = append(list, m)
	}
	xml.WriteString("</adherents>\n")
	all, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "table.json"), all)
	put(t, filepath.Join(dir, "table.ndjson"), lines.Bytes())
	put(t, filepath.Join(dir, "table.yaml"), yaml.Bytes())
	put(t, filepath.Join(dir, "table.xml"), xml.Bytes())
	put(t, filepath.Join(dir, "table.ldif"), ldif.Bytes())
	put(t, filepath.Join(dir, "table.hl7"), messagesOf(rows))
	return []string{"table.arrow", "table.json", "table.ndjson", "table.yaml", "table.xml", "table.ldif", "table.hl7"}
}

func wideOf(text string) []byte {
	out := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// notebookOf makes a notebook of one cell of prose.
func notebookOf(text string) []byte {
	cell := map[string]any{"cell_type": "markdown", "metadata": map[string]any{}, "source": strings.SplitAfter(text, "\n")}
	b, err := json.Marshal(map[string]any{"cells": []any{cell}, "metadata": map[string]any{}, "nbformat": 4, "nbformat_minor": 5})
	if err != nil {
		panic(err) // strings always marshal
	}
	return b
}

func tarredOf(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	err := w.WriteHeader(&tar.Header{Name: "lettre.txt", Mode: 0o600, Size: int64(len(text))})
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func epubOf(t *testing.T, text string) []byte {
	t.Helper()
	page := "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body><p>" + strings.ReplaceAll(html.EscapeString(strings.TrimSpace(text)), "\n", "</p>\n<p>") + "</p></body></html>"
	return sourcetest.Zip(t, "mimetype", "application/epub+zip",
		"META-INF/container.xml", `<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="l.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`,
		"l.opf", `<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="p" href="p.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="p"/></spine></package>`,
		"p.xhtml", page)
}

// slidesOf makes a presentation of thirty lines a slide, as flat OpenDocument.
func slidesOf(text string) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.presentation"><office:body><office:presentation>`)
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for n := 0; len(lines) > 0; n++ {
		k := min(30, len(lines))
		fmt.Fprintf(&b, `<draw:page draw:name="p%d"><draw:frame svg:x="1cm" svg:y="1cm" svg:width="26cm" svg:height="18cm"><draw:text-box>`, n)
		for _, l := range lines[:k] {
			b.WriteString("<text:p>" + html.EscapeString(l) + "</text:p>")
		}
		b.WriteString("</draw:text-box></draw:frame></draw:page>")
		lines = lines[k:]
	}
	b.WriteString("</office:presentation></office:body></office:document>")
	return []byte(b.String())
}

// messagesOf makes a message of HL7 for each row.
func messagesOf(rows [][]string) []byte {
	var b strings.Builder
	for i, r := range rows[1:] { // rang;nom;nir;iban;courriel;téléphone
		fmt.Fprintf(&b, "MSH|^~\\&|A|B|C|D|20260301||ADT^A08|%d|P|2.5||||||UNICODE UTF-8\rPID|||%s^^^X^INS-NIR||%s||||||||%s^PRN^CP^%s\rNTE|1||Compte IBAN : %s\r", i, r[2], r[1], r[5], r[4], r[3])
	}
	return []byte(b.String())
}

func arrowOf(t *testing.T, rows [][]string) []byte {
	t.Helper()
	var fields []arrow.Field
	for _, name := range rows[0] {
		fields = append(fields, arrow.Field{Name: name, Type: arrow.BinaryTypes.String})
	}
	schema := arrow.NewSchema(fields, nil)
	b := array.NewRecordBuilder(arrowmemory.DefaultAllocator, schema)
	defer b.Release()
	for _, row := range rows[1:] {
		for i, v := range row {
			b.Field(i).(*array.StringBuilder).Append(v)
		}
	}
	rec := b.NewRecord()
	defer rec.Release()
	var out bytes.Buffer
	w := ipc.NewWriter(&out, ipc.WithSchema(schema), ipc.WithZstd())
	err := w.Write(rec)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
