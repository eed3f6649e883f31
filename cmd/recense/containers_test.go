package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recense/bench/synth"
)

// compared are the kinds whose counts must not depend on the container.
var compared = []string{"nir", "iban", "email", "phone_fr"}

// conversion is one container that LibreOffice writes of a file.
type conversion struct{ from, to, filter, input string }

var conversions = []conversion{
	{"table.csv", "xlsx", "Calc MS Excel 2007 XML", ""},
	{"table.csv", "ods", "calc8", ""},
	{"table.csv", "xls", "MS Excel 97", ""},
	{"lettre.html", "docx", "MS Word 2007 XML", "HTML (StarWriter)"},
	{"lettre.html", "doc", "MS Word 97", "HTML (StarWriter)"},
	{"lettre.html", "odt", "writer8", "HTML (StarWriter)"},
	{"lettre.html", "rtf", "Rich Text Format", "HTML (StarWriter)"},
	{"lettre.html", "pdf", "writer_pdf_Export", "HTML (StarWriter)"},
}

// TestContainers saves the same table and the same letters in every container and
// scans them: each kind is found as often as in plain text, to half a point.
func TestContainers(t *testing.T) {
	if _, err := exec.LookPath("soffice"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("soffice is missing: make deps installs it")
		}
		t.Skip("soffice is not installed: make deps installs it")
	}
	dir := filepath.Join(t.TempDir(), "conteneurs")
	table, letter, page := sameContent(400)
	put(t, filepath.Join(dir, "table.csv"), []byte(table))
	put(t, filepath.Join(dir, "lettre.txt"), []byte(letter))
	put(t, filepath.Join(dir, "lettre.html"), []byte(page))
	put(t, filepath.Join(dir, "lettre.eml"), []byte(mailOf(letter)))
	put(t, filepath.Join(dir, "lettre.mbox"), []byte("From - Mon Mar  2 10:00:00 2026\n"+mailOf(letter)))
	put(t, filepath.Join(dir, "joint.eml"), []byte(attached(table)))
	put(t, filepath.Join(dir, "table.zip"), zipped(t, table))
	for _, c := range conversions {
		convert(t, dir, c)
	}
	var pairs [][2]string
	for _, name := range append(tableContainers(t, dir, table), recordContainers(t, dir, rowsOf(table))...) {
		pairs = append(pairs, [2]string{"table.csv", name})
	}
	for _, name := range textContainers(t, dir, letter) {
		pairs = append(pairs, [2]string{"lettre.txt", name})
	}
	s := scanShare(t, dir)
	for _, pair := range append(pairs, [][2]string{
		{"table.csv", "table.xlsx"}, {"table.csv", "table.ods"}, {"table.csv", "table.xls"}, {"table.csv", "joint.eml"}, {"table.csv", "table.zip"},
		{"lettre.txt", "lettre.html"}, {"lettre.txt", "lettre.docx"}, {"lettre.txt", "lettre.doc"}, {"lettre.txt", "lettre.odt"}, {"lettre.txt", "lettre.rtf"},
		{"lettre.txt", "lettre.pdf"}, {"lettre.txt", "lettre.eml"}, {"lettre.txt", "lettre.mbox"},
	}...) {
		shares := ""
		for _, kind := range compared {
			plain, held := s.total(pair[0], kind), s.total(pair[1], kind)
			if plain < 390 {
				t.Errorf("%s: %d of 400 %s in plain text", pair[0], plain, kind)
			}
			shares += fmt.Sprintf(" %5.1f %% |", 100*float64(held)/float64(max(plain, 1)))
			if float64(held) < 0.995*float64(plain) {
				t.Errorf("%s: %d %s, %d in %s", pair[1], held, kind, plain, pair[0])
			}
		}
		t.Logf("| %-16s |%s", pair[1], shares)
	}
}

// rowsOf parts the lines of a table.
func rowsOf(table string) (rows [][]string) {
	for line := range strings.Lines(table) {
		rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), ";"))
	}
	return rows
}

// total adds up the matches of a kind in a location and its members.
func (s *scanned) total(name, kind string) (n int64) {
	for at, kinds := range s.inventory {
		if at == name || strings.HasPrefix(at, name+"!/") {
			n += kinds[kind].number("matches")
		}
	}
	return n
}

// sameContent gives n people as a table, as letters and as a page of letters.
func sameContent(n int) (table, letter, page string) {
	g := synth.New(20261129)
	var c, x, h strings.Builder
	c.WriteString("rang;nom;nir;iban;courriel;téléphone\n")
	h.WriteString("<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>\n")
	for i := range n {
		p := g.Person()
		iban := strings.ReplaceAll(p.IBAN, " ", "")
		fmt.Fprintf(&c, "D%d;%s;%s;%s;%s;%s\n", i+1, p.Surname, p.NIR, iban, p.Email, spaced(p.Mobile))
		lines := []string{
			fmt.Sprintf("Dossier D%d : l'assuré, numéro de sécurité sociale %s, a écrit.", i+1, p.NIR),
			fmt.Sprintf("Son compte IBAN : %s, courriel %s.", iban, p.Email),
			fmt.Sprintf("Téléphone : %s.", spaced(p.Mobile)),
		}
		for _, l := range lines {
			x.WriteString(l + "\n")
			fmt.Fprintf(&h, "<p>%s</p>\n", html.EscapeString(l))
		}
	}
	h.WriteString("</body></html>\n")
	return c.String(), x.String(), h.String()
}

func spaced(phone string) string {
	return strings.Join([]string{phone[:2], phone[2:4], phone[4:6], phone[6:8], phone[8:]}, " ")
}

func mailOf(text string) string {
	var b strings.Builder
	b.WriteString("From: service@exemple.invalid\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n")
	for _, line := range strings.SplitAfter(text, "\n") {
		line = strings.ReplaceAll(line, "=", "=3D")
		if i := len(line) / 2; i > 20 { // a soft break in the middle, as programs make them
			for line[i]&0xC0 == 0x80 {
				i++
			}
			line = line[:i] + "=\n" + line[i:]
		}
		b.WriteString(line)
	}
	return b.String()
}

func attached(table string) string {
	data := base64.StdEncoding.EncodeToString([]byte(table))
	lines := slices.Collect(func(yield func(string) bool) {
		for len(data) > 76 && yield(data[:76]) {
			data = data[76:]
		}
		yield(data)
	})
	return "From: service@exemple.invalid\nTo: z\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/csv; name=table.csv\nContent-Transfer-Encoding: base64\n\n" +
		strings.Join(lines, "\n") + "\n--b--\n"
}

func zipped(t *testing.T, table string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("table.csv")
	if err == nil {
		_, err = w.Write([]byte(table))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// convert lets LibreOffice save a file of dir in another format, with a profile
// of its own. All columns of the table are read as text, as a person would who
// does not want long numbers rounded.
func convert(t *testing.T, dir string, c conversion) {
	t.Helper()
	args := []string{"-env:UserInstallation=file://" + filepath.Join(filepath.Dir(dir), "profil"), "--headless", "--convert-to", c.to + ":" + c.filter, "--outdir", dir}
	if c.input != "" {
		args = append(args, "--infilter="+c.input)
	} else {
		args = append(args, "--infilter=CSV:59,34,76,1,1/2/2/2/3/2/4/2/5/2/6/2")
	}
	cmd := exec.Command("soffice", append(args, filepath.Join(dir, c.from))...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	name := strings.TrimSuffix(c.from, filepath.Ext(c.from)) + "." + c.to
	if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
		t.Fatalf("soffice wrote no %s", name)
	}
}
