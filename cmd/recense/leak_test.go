package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recense/bench/synth"
)

// canaries returns one synthetic value of every kind that identifies somebody,
// none of which stands anywhere else.
func canaries() map[string]string { return canariesOf(synth.New(20261125)) }

func canariesOf(g *synth.Gen) map[string]string {
	b := g.Birth()
	return map[string]string{
		"nir": g.NIR(b), "nir_spaced": synth.SpacedNIR(g.NIR(g.Birth()), " "), "corsica": g.NIRCorsica(g.Birth()), "nia": g.NIA(g.Birth()),
		"bad_nir": g.BadNIRKey(g.Birth()), "iban": g.IBAN(), "iban_spaced": synth.SpacedIBAN(g.IBAN(), " "), "foreign": g.ForeignIBAN(),
		"rib": g.RIB().Spaced(" "), "card": g.Card(), "email": g.Email(), "phone": synth.SpacedPhone(g.Mobile(), " "), "intl": g.ForeignPhone(),
		"siret": g.SIRET(), "siren": g.SIREN(), "vat": g.VAT(), "tax": g.TaxNumber(), "rpps": g.RPPS(), "adeli": g.ADELI(), "finess": g.FINESS(),
		"cip": g.CIP13(), "ucd": g.UCD13(), "ipv4": g.IPv4(), "ipv6": g.IPv6(), "mac": g.MAC(),
	}
}

// TestNothingLeaks plants canaries in content, names, headers, keys, archives
// and damaged files, runs every command over them, and looks for them, their
// parts and their usual encodings in every byte that was written or printed.
func TestNothingLeaks(t *testing.T) {
	dir := t.TempDir()
	values := canaries()
	plant(t, filepath.Join(dir, "share"), values)
	printed := map[string][]byte{}
	path := program(t)
	run := func(name, want string, args ...string) {
		code, out := runRecense(t, path, dir, args...)
		if code != want {
			t.Errorf("%s: exit code %s, want %s\n%s", name, code, want, out)
		}
		printed["output of "+name] = []byte(out)
	}
	run("scan", "3", "scan", "share", "-o", "out", "--format", "arrow,xlsx,jsonl,csv,sarif,ocsf", "--findings", "all", "--log-format", "json", "--log-level", "debug")
	run("scan one", "0", "scan", filepath.Join("share", "rh"), "-o", "out-rh", "--only", "email", "--lang", "en")
	own := fmt.Sprintf("organisation: {siren: %q, iban: %q, phones: %q, mailboxes: %q, member_number: [{pattern: 'MUT-[0-9]{8}'}]}\n",
		values["siren"], values["iban_spaced"], values["phone"], values["email"])
	if err := os.WriteFile(filepath.Join(dir, "own.yaml"), []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	run("scan with own identifiers", "3", "scan", "share", "-o", "out-own", "--format", "arrow,xlsx,jsonl,html", "--findings", "all", "--config", "own.yaml")
	run("plan", "0", "scan", "share", "--plan")
	run("report", "0", "report", "--audience", "medical", "-o", "medical", "--format", "arrow,xlsx,jsonl,csv,sarif,ocsf")
	run("subjects", "3", "subjects", "share", "--out", filepath.Join("restreint", "subjects.arrow"))
	run("detect", "0", "detect", filepath.Join("share", "lettre.txt"), "--min-score", "0")
	run("bench", "0", "bench", "--reps", "1", filepath.Join("share", "lettre.txt"))

	looked := 0
	for _, sub := range []string{"out", "out-rh", "out-own", "medical", "restreint", "state", "tmp", "config"} {
		err := filepath.WalkDir(filepath.Join(dir, sub), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			looked++
			rel, _ := filepath.Rel(dir, path)
			printed[rel] = append([]byte(rel+"\n"), b...)
			if strings.HasSuffix(path, ".xlsx") {
				unzipInto(t, printed, rel, b)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if looked < 12 {
		t.Fatalf("only %d files were written: the test looks in the wrong place", looked)
	}
	for place, b := range printed {
		lookFor(t, place, b, values)
	}
}

func unzipInto(t *testing.T, to map[string][]byte, name string, b []byte) {
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(rc)
		rc.Close()
		if err != nil {
			t.Fatal(err)
		}
		to[name+"!/"+f.Name] = content
	}
}

// lookFor fails the test when b holds a canary, a part of one or an encoding.
func lookFor(t *testing.T, place string, b []byte, values map[string]string) {
	lower := bytes.ToLower(b)
	for kind, v := range values {
		plain := strings.Map(func(r rune) rune {
			if strings.ContainsRune(" -", r) {
				return -1
			}
			return r
		}, v)
		for what, needle := range needles(v, plain) {
			if i := bytes.Index(lower, []byte(strings.ToLower(needle))); i >= 0 {
				t.Errorf("%s holds the %s of the canary %s at byte %d", place, what, kind, i)
			}
		}
	}
}

func needles(v, plain string) map[string]string {
	m := map[string]string{}
	for _, s := range []string{v, plain} {
		md, s1, s2 := md5.Sum([]byte(s)), sha1.Sum([]byte(s)), sha256.Sum256([]byte(s))
		m["value "+fmt.Sprint(len(s))] = s
		m["base64 "+fmt.Sprint(len(s))] = strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(s)), "=")
		m["hexadecimal "+fmt.Sprint(len(s))] = hex.EncodeToString([]byte(s))
		m["MD5 "+fmt.Sprint(len(s))], m["SHA-1 "+fmt.Sprint(len(s))], m["SHA-256 "+fmt.Sprint(len(s))] = hex.EncodeToString(md[:]), hex.EncodeToString(s1[:]), hex.EncodeToString(s2[:])
	}
	// Parts: six characters tell something, but six digits also stand in dates and
	// sizes by chance; eight do not.
	size := 8
	if strings.Trim(plain, "0123456789") != "" {
		size = 7
	}
	for i := 0; i+size <= len(plain); i++ {
		part := plain[i : i+size]
		if strings.HasPrefix(part, "2026") || strings.Contains(part, "example") || strings.Contains("@mail.example.fr.com.org.net", part) {
			continue
		}
		m["part "+fmt.Sprint(i)] = part
	}
	return m
}

// plant writes files that hold the values in every way there is.
func plant(t *testing.T, dir string, values map[string]string) {
	t.Helper()
	write := func(name string, content []byte) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var text, csv, bare, keys, html strings.Builder
	csv.WriteString("type;valeur\n")
	keys.WriteString("{")
	html.WriteString("<html><body>")
	for kind, v := range values {
		fmt.Fprintf(&text, "Le %s de l'adhérent est %s, par téléphone, IBAN, NIR.\n", kind, v)
		fmt.Fprintf(&csv, "%s;\"%s\"\n", kind, v)
		fmt.Fprintf(&bare, "%s\t%s\t%s\n", v, v, v)
		if keys.Len() > 1 {
			keys.WriteString(",")
		}
		fmt.Fprintf(&keys, "%q:{%q:%q}", v, "copie", v)
		fmt.Fprintf(&html, "<p title=\"%s\">%s</p><a href=\"mailto:%s\">x</a>", v, v, v)
	}
	keys.WriteString("}")
	write("lettre.txt", []byte(text.String()))
	write("donnees.csv", []byte(csv.String()))
	write("sans-entete.tsv", []byte(bare.String()))
	write("cles.json", []byte(keys.String()))
	write("cassé.json", []byte(keys.String()[:keys.Len()-20]))
	write("page.html", []byte(html.String()+"</body></html>"))
	write("entete.csv", []byte(values["nir"]+";"+values["email"]+"\n1;2\n3;4\n"))
	write("faux.pdf", append([]byte("%PDF-1.7\n"), text.String()...))
	write("faux.xlsx", append([]byte("PK\x03\x04"), text.String()...))
	write("compte.xml", []byte("<?xml version=\"1.0\"?><Document><Acct><IBAN>"+values["iban"]+"</IBAN></Acct><Nm a=\""+values["nir"]+"\">"+values["email"]+"</Nm><"))
	write(filepath.Join("rh", values["email"], "fiche "+values["nir"]+".txt"), []byte("à classer"))
	write(filepath.Join("rh", "dossier_"+values["nir"]+"_"+values["card"]+".txt"), []byte("à classer"))
	write("tableur.xlsx", workbook(t, values))
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for _, name := range []string{"export.csv", "dossier " + values["nir"] + "/note " + values["email"] + ".txt"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, csv.String())
	}
	z.Close()
	write("archive.zip", packed.Bytes())
	write("tronquée.zip", packed.Bytes()[:packed.Len()*2/3])
	var gz bytes.Buffer
	gw := gzip.NewWriter(&gz)
	gw.Name = values["nir"] + ".txt"
	io.WriteString(gw, text.String())
	gw.Close()
	write("journal.gz", gz.Bytes())
	write("journal-tronqué.gz", gz.Bytes()[:gz.Len()-30])
}

// workbook makes a small workbook by hand: a sheet named after an IBAN, headers
// and cells that are values.
func workbook(t *testing.T, values map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name, content string) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+content)
	}
	add("[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`)
	add("_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	add("xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`)
	add("xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="`+values["iban"]+`" sheetId="1" r:id="r1"/></sheets></workbook>`)
	var rows strings.Builder
	row := 1
	cell := func(col, v string) {
		fmt.Fprintf(&rows, `<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>`, col, row, v)
	}
	for _, v := range values {
		fmt.Fprintf(&rows, `<row r="%d">`, row)
		cell("A", v)
		cell("B", v)
		rows.WriteString("</row>")
		row++
	}
	add("xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`+rows.String()+`</sheetData></worksheet>`)
	z.Close()
	return b.Bytes()
}
