package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"recense/bench/synth"
)

// smbShare is a folder of a share: a FUSE mount, as SMB mounts of desktops are, whose
// mode bits say nothing and whose files have a security descriptor.
type smbShare struct {
	fs.Inode
	files   map[string]smbFile
	folders map[string][]byte // lists of NFS, by name
}

type smbFile struct {
	content []byte
	reader  []byte // SID
	nfs4    []byte // list of NFS, in place of it
	at      time.Time
}

// OnAdd implements fs.NodeOnAdder.
func (s *smbShare) OnAdd(ctx context.Context) {
	for path, f := range s.files {
		at := &s.Inode
		folder, name := filepath.Split(path)
		for step := range strings.SplitSeq(strings.Trim(folder, "/"), "/") {
			next := at.GetChild(step)
			if next == nil {
				next = at.NewPersistentInode(ctx, &smbFolder{nfs4: s.folders[step]}, fs.StableAttr{Mode: syscall.S_IFDIR})
				at.AddChild(step, next, true)
			}
			at = next
		}
		n := &smbNode{attribute: "system.cifs_acl", acl: grants(f.reader)}
		if f.nfs4 != nil {
			n.attribute, n.acl = "system.nfs4_acl", f.nfs4
		}
		n.Data = f.content
		n.Attr.Mode = 0o777 // as mounted, for everyone: never believed
		n.Attr.SetTimes(&f.at, &f.at, &f.at)
		at.AddChild(name, at.NewPersistentInode(ctx, n, fs.StableAttr{}), true)
	}
}

// smbNode is a file with the attribute that CIFS mounts have.
type smbNode struct {
	fs.MemRegularFile
	attribute string
	acl       []byte
}

// Getxattr implements fs.NodeGetxattrer.
func (n *smbNode) Getxattr(_ context.Context, name string, dest []byte) (uint32, syscall.Errno) {
	return xattr(dest, name == n.attribute, n.acl)
}

func xattr(dest []byte, has bool, value []byte) (uint32, syscall.Errno) {
	switch {
	case !has:
		return 0, syscall.ENODATA
	case len(dest) < len(value):
		return uint32(len(value)), syscall.ERANGE
	}
	return uint32(copy(dest, value)), 0
}

// smbFolder is a folder, with a list of NFS or none.
type smbFolder struct {
	fs.Inode
	nfs4 []byte
}

// Getxattr implements fs.NodeGetxattrer.
func (n *smbFolder) Getxattr(_ context.Context, name string, dest []byte) (uint32, syscall.Errno) {
	return xattr(dest, name == "system.nfs4_acl" && n.nfs4 != nil, n.nfs4)
}

// ntSID is a SID of the NT authority.
func ntSID(parts ...uint32) []byte {
	b := []byte{1, byte(len(parts)), 0, 0, 0, 0, 0, 5}
	for _, p := range parts {
		b = binary.LittleEndian.AppendUint32(b, p)
	}
	return b
}

// grants is a security descriptor that lets one SID read.
func grants(sid []byte) []byte {
	b := []byte{1, 0, 0x04, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0}
	b = append(b, 2, 0, byte(16+len(sid)), 0, 1, 0, 0, 0)
	b = append(b, 0, 0, byte(8+len(sid)), 0)
	b = binary.LittleEndian.AppendUint32(b, 0x120089)
	return append(b, sid...)
}

// mountShare mounts files, or skips the test where it cannot.
func mountShare(t *testing.T, dir string, share *smbShare) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	server, err := fs.Mount(dir, share, &fs.Options{MountOptions: fuse.MountOptions{DirectMount: true, Name: "partage", FsName: "partage"}})
	if err != nil {
		t.Skip("FUSE is not usable here: ", err)
	}
	t.Cleanup(func() {
		for range 50 {
			if server.Unmount() == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		syscall.Unmount(dir, syscall.MNT_DETACH)
	})
}

// The groups of the example, by the last part of their SID.
var exampleGroups = map[string]uint32{"GG_PRESTATIONS": 1101, "GG_MARKETING": 1102, "GG_QUALITE": 1103, "GG_ETUDES": 1104, "GG_MEDICAL": 1105}

// exampleShare makes the files of the worked example (domain/register.md G) and the
// list of those who objected.
func exampleShare(t *testing.T) (files map[string]smbFile, objections string) {
	g := synth.New(20261122)
	group := func(name string) []byte { return ntSID(21, 1, 2, 3, exampleGroups[name]) }
	campaign, objections := exampleCampaign(t, g)
	encrypted, err := os.ReadFile(filepath.Join("..", "..", "sources", "files", "sevenzip", "testdata", "debian_cryptnames.7z"))
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d.Add(12 * time.Hour)
	}
	return map[string]smbFile{
		"/prestations/2026/decompte_09.csv": {content: exampleStatement(g), reader: group("GG_PRESTATIONS"), at: day("2026-10-02")},
		"/marketing/campagne_2022.xlsx":     {content: campaign, reader: group("GG_MARKETING"), at: day("2022-07-01")},
		"/temp/copie.zip":                   {content: exampleNotice(t, g), reader: ntSID(11), at: day("2026-11-03")},
		"/appels/2026-03-02_0931.wav":       {content: exampleRecording(), reader: group("GG_QUALITE"), at: day("2026-03-02")},
		"/etudes/actes_par_departement.csv": {content: exampleStudy(g), reader: group("GG_ETUDES"), at: day("2026-06-30")},
		"/medical/dossiers.7z":              {content: encrypted, reader: group("GG_MEDICAL"), at: day("2026-09-15")},
	}, objections
}

// adult is a birth that leaves no doubt about the century of a NIR of the example.
func adult(g *synth.Gen) synth.Birth {
	for {
		if b := g.Birth(); b.Year >= 1940 && b.Year < 2000 {
			return b
		}
	}
}

// distinct calls one until it gave n different values.
func distinct(n int, one func() string) []string {
	seen := map[string]bool{}
	out := make([]string, 0, n)
	for len(out) < n {
		if v := one(); !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// exampleStatement is F1: 1,240 lines of benefits of 980 persons, eleven of whom changed
// their name.
func exampleStatement(g *synth.Gen) []byte {
	const lines, persons = 1240, 980
	nirs := distinct(persons, func() string { return g.NIR(adult(g)) })
	ibans := distinct(persons, g.IBAN)
	acts := distinct(214, g.CCAM)
	names := distinct(persons+11, func() string { return g.Surname() + ";" + g.Given(g.OneIn(2)) })
	var b bytes.Buffer
	b.WriteString("nir;nom;prenom;code_acte;montant_rembourse;taux;iban;date_soins\n")
	for i := range lines {
		p := i % persons
		nir, name, act := nirs[p], names[p], acts[i%len(acts)]
		if i >= lines-11 {
			name = names[persons+lines-1-i]
		}
		if i >= lines-3 { // three with a wrong key, three codes that are none
			nir, act = g.BadNIRKey(adult(g)), g.BadCCAM()
		}
		fmt.Fprintf(&b, "%s;%s;%s;%d,%02d;%d %%;%s;%02d/09/2026\n", nir, name, act, 10+i%90, i%100, 60+10*(i%4), ibans[p], 1+i%30)
	}
	return b.Bytes()
}

// exampleCampaign is F2: 5,000 prospects, of whom 4,870 left one of 4,802 numbers, and a
// forgotten column with 310 NIRs; twelve prospects objected.
func exampleCampaign(t *testing.T, g *synth.Gen) (workbook []byte, objections string) {
	const prospects, called, numbers = 5000, 4870, 4802
	emails, phones := distinct(prospects, g.Email), distinct(numbers, g.Mobile)
	names := distinct(4951, func() string { return g.Surname() + " " + g.Given(g.OneIn(2)) })
	rows := [][]string{{"nom", "email", "telephone", "date_dernier_contact", "divers"}}
	from := time.Date(2021, 1, 12, 0, 0, 0, 0, time.UTC)
	days := int(time.Date(2022, 6, 30, 0, 0, 0, 0, time.UTC).Sub(from).Hours() / 24)
	list := "telephone\n"
	for i := range prospects {
		phone, divers := "", ""
		if i < called {
			phone = phones[i%numbers]
		}
		if i%16 == 0 && i/16 < 310 {
			divers = g.NIR(adult(g))
		}
		rows = append(rows, []string{names[i%len(names)], emails[i], phone, from.AddDate(0, 0, i*days/(prospects-1)).Format("02/01/2006"), divers})
		if i >= 100 && i < 112 {
			list += phone + "\n"
		}
	}
	return sheetOf(t, "Feuil1", rows), list
}

// exampleNotice is F3: a sick-leave notice in a document in an archive.
func exampleNotice(t *testing.T, g *synth.Gen) []byte {
	name := g.Given(true) + " " + strings.ToUpper(g.Surname())
	text := []string{
		"Avis d'arrêt de travail", "Nom : " + name, "NIR : " + synth.SpacedNIR(g.NIR(adult(g)), " "),
		"Arrêt de travail prescrit le 03/11/2026 ; certificat médical joint, antécédents médicaux, compte rendu médical à suivre.",
		"Nom : " + name,
	}
	var body strings.Builder
	for _, p := range text {
		body.WriteString("<w:p><w:r><w:t>" + p + "</w:t></w:r></w:p>")
	}
	document := zipOfParts(t, [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body.String() + `</w:body></w:document>`},
	})
	return zipOfParts(t, [][2]string{{"arret.docx", string(document)}})
}

// exampleRecording is F4: a second of silence, 8 kHz.
func exampleRecording() []byte {
	const samples = 8000
	b := []byte("RIFF")
	b = binary.LittleEndian.AppendUint32(b, 36+samples)
	b = append(b, "WAVEfmt "...)
	for _, v := range []uint32{16, 1 | 1<<16, 8000, 8000, 1 | 8<<16} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, samples)
	return append(b, bytes.Repeat([]byte{0x80}, samples)...)
}

// exampleStudy is F5: how often each act was done in each département.
func exampleStudy(g *synth.Gen) []byte {
	var b bytes.Buffer
	b.WriteString("departement;code_acte;nombre\n")
	for i, act := range distinct(96, g.CCAM) {
		fmt.Fprintf(&b, "%02d;%s;%d\n", 1+i%95, act, 20+7*i)
	}
	return b.Bytes()
}

// sheetOf is a workbook of one sheet of texts.
func sheetOf(t *testing.T, name string, rows [][]string) []byte {
	var s strings.Builder
	for r, cells := range rows {
		fmt.Fprintf(&s, `<row r="%d">`, r+1)
		for c, v := range cells {
			if v != "" {
				fmt.Fprintf(&s, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+c, r+1, v)
			}
		}
		s.WriteString("</row>")
	}
	return zipOfParts(t, [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="` + name + `" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + s.String() + `</sheetData></worksheet>`},
	})
}

func zipOfParts(t *testing.T, parts [][2]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, p[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exampleInventory is the inventory of the example. It differs from what the
// specification prints where counting words differs from reading them:
//   - prenom is a part of the name beside it, not an element of its own;
//   - a column named after benefits counts its cells (amounts, dates of care), not its
//     header; the column taux says nothing of benefits by its name alone;
//   - the three codes of the wrong form are no candidates: neither matches (1,237 in all)
//     nor refused; nor would an address of the wrong form be in F2. What is refused is
//     what has a key;
//   - words of a vocabulary and media have no distinct values: null, here -;
//   - a document of word processing has no pages until it is printed.
const exampleInventory = `
F1 bank_details iban verified 1240 0 980 iban critique C1 C5 I1 I2
F1 benefits reimbursement_terms probable 2483 0 - code_acte,date_soins,montant_rembourse critique C1 C5 I1 I2
F1 health ccam probable 1237 0 214 code_acte critique C1 C5 I1 I2
F1 identity person_name probable 1240 0 991 nom critique C1 C5 I1 I2
F1 nir nir verified 1237 3 980 nir critique C1 C5 I1 I2
F2 contact email verified 5000 0 5000 Feuil1!email important X3
F2 contact phone_fr probable 4870 0 4802 Feuil1!telephone important X3
F2 identity person_name probable 5000 0 4951 Feuil1!nom important X3
F2 nir nir verified 310 0 310 Feuil1!divers important X3
F3 identity person_name probable 2 0 1  critique C1 C2 C3 I1 X1
F3 medical medical_terms probable 6 0 -  critique C1 C2 C3 I1 X1
F3 nir nir verified 1 0 1  critique C1 C2 C3 I1 X1
F4 voice audio_media probable 1 0 -  modere 
F5 health ccam probable 96 0 96 code_acte faible D1
`

// exampleVerdicts are the verdicts of the example: kind, status, severity, priority,
// rule, limit, days and records over, certainty, count. Beside what the specification
// prints, the recording of F4 is said not to be analysed: nobody listened to it.
const exampleVerdicts = `
F1 bank_details declared ok - - - - - - certain -
F1 benefits declared ok - - - - - - probable -
F1 health declared ok - - - - - - probable -
F1 identity declared ok - - - - - - probable -
F1 nir declared ok - - - - - - certain -
F2 - retention_exceeded gap important 2 mut-prospection 2025-06-30 510 5000 certain 5000
F2 contact opposition_not_applied gap important 2 opposition-telephone - - - certain 12
F2 identity declared ok - - - - - - probable -
F2 nir nir_outside_allowed_purposes gap important 1 - - - - certain -
F3 - undeclared_location gap critique 1 - - - - certain -
F3 - world_readable_sensitive gap critique 1 - - - - certain -
F3 medical medical_outside_perimeter gap critique 2 - - - - probable -
F3 nir nir_outside_allowed_purposes gap critique 1 - - - - certain -
F4 - not_verified info faible - - - - - probable -
F4 voice retention_exceeded gap modere 4 mut-enregistrements 2026-09-02 81 - probable -
F5 - undeclared_location gap faible 3 - - - - probable -
F6 - not_verified info modere - - - - - possible -
`

// exampleNames are the files of the example by what their names end with.
var exampleNames = map[string]string{"decompte_09.csv": "F1", "campagne_2022.xlsx": "F2", "arret.docx": "F3", "2026-03-02_0931.wav": "F4", "actes_par_departement.csv": "F5", "dossiers.7z": "F6"}

// cell is a column of a row as text, "-" for null.
func (r row) cell(column string) string {
	if r[column] == nil {
		return "-"
	}
	return fmt.Sprint(r[column])
}

// date is a column of days as text, "-" for null.
func (r row) date(column string) string {
	if r[column] == nil {
		return "-"
	}
	return time.Unix(r.number(column)*86400, 0).UTC().Format(time.DateOnly)
}

// exampleTables reads the tables of the example as text, sorted.
func exampleTables(t *testing.T, dir string) (inventory, verdicts string) {
	file := func(r row) string { return exampleNames[filepath.Base(r.text("location_uri"))] }
	var rows, judged []string
	for _, r := range readTable(t, dir, "inventory.arrow") {
		rows = append(rows, fmt.Sprintf("%s %s %s %s %d %d %s %s %s %s", file(r), r.text("category"), r.text("detector"), r.text("strength"),
			r.number("matches"), r.number("rejected"), r.cell("distinct_values"), strings.Join(r.list("elements"), ","), r.text("location_impact"), strings.Join(r.list("impact_rules"), " ")))
	}
	for _, r := range readTable(t, dir, "verdicts.arrow") {
		if r.text("state") != "new" {
			t.Errorf("state %s of a first scan", r.text("state"))
		}
		judged = append(judged, strings.Join([]string{file(r), r.cell("category"), r.text("kind"), r.text("status"), r.cell("severity"), r.cell("priority"),
			r.cell("rule_id"), r.date("limit_date"), r.cell("days_over"), r.cell("records_over"), r.text("certainty"), r.cell("count")}, " "))
	}
	slices.Sort(rows)
	slices.Sort(judged)
	return "\n" + strings.Join(rows, "\n") + "\n", "\n" + strings.Join(judged, "\n") + "\n"
}

// TestWorkedExample scans the files of the worked example, rights and all, and compares
// what is written with what the specification prints.
func TestWorkedExample(t *testing.T) {
	dir := t.TempDir()
	files, objections := exampleShare(t)
	put(t, filepath.Join(dir, "registre.yaml"), []byte(exampleRegister))
	put(t, filepath.Join(dir, "oppositions.csv"), []byte(objections))
	put(t, filepath.Join(dir, "partages.csv"), []byte("Name,AccountName,AccessControlType,AccessRight,SID\ncommun,Tout le monde,Allow,Full,S-1-1-0\n"))
	members := "GroupSID,GroupName,MemberSID\n"
	for name, rid := range exampleGroups {
		members += fmt.Sprintf("S-1-5-21-1-2-3-%d,%s,S-1-5-21-1-2-3-2001\n", rid, name)
	}
	put(t, filepath.Join(dir, "membres.csv"), []byte(members))
	share := filepath.Join(dir, "partage-commun")
	mountShare(t, share, &smbShare{files: files})
	path := program(t)
	t.Setenv("RECENSE_TEST_NOW", "2026-11-22T09:30:00Z")
	for _, step := range []struct {
		code string
		args []string
	}{
		{"0", []string{"access", "import", "--source", "partage-commun", "--share", "commun", "--shares", "partages.csv", "--members", "membres.csv"}},
		{"3", []string{"scan", share, "-o", "out", "--register", "registre.yaml", "--lang", "fr"}},
		{"0", []string{"report", "--audience", "medical", "-o", "medical", "--register", "registre.yaml", "--format", "arrow"}},
	} {
		if code, out := runRecense(t, path, dir, step.args...); code != step.code {
			t.Fatalf("%v: code %s\n%s", step.args, code, out)
		}
	}
	inventory, verdicts := exampleTables(t, filepath.Join(dir, "medical"))
	if inventory != exampleInventory {
		t.Errorf("inventory:%swant:%s", inventory, exampleInventory)
	}
	if verdicts != exampleVerdicts {
		t.Errorf("verdicts:%swant:%s", verdicts, exampleVerdicts)
	}
	for _, l := range readTable(t, filepath.Join(dir, "medical"), "locations.arrow") {
		if l.text("access_basis") != "nt_acl" || l.text("country") != "FR" || l.text("environment") != "production" {
			t.Errorf("%s: access by %s, %s, %s", l.text("location_uri"), l.text("access_basis"), l.text("country"), l.text("environment"))
		}
	}
	exampleGeneral(t, filepath.Join(dir, "out"))
}

// exampleGeneral checks what the general audience reads: places that are cut, detail
// that is reserved.
func exampleGeneral(t *testing.T, dir string) {
	cut := regexp.MustCompile(`^smb://srv1/commun/(medical/)?… \[[0-9a-f]{8}\]$`)
	n := 0
	for _, l := range readTable(t, dir, "locations.arrow") {
		uri := l.text("location_uri")
		switch {
		case !strings.HasPrefix(uri, "smb://srv1/commun/"):
			t.Errorf("the register's address is not used: %s", uri)
		case cut.MatchString(uri):
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d places are cut, want F3 and F6", n)
	}
	for _, r := range readTable(t, dir, "inventory.arrow") {
		if c := r.text("category"); (c == "medical" || c == "health") && r.text("detector") != "health_detail_reserved" || c == "medical" && len(r.list("elements")) > 0 {
			t.Errorf("%s: detector %s, elements %v", c, r.text("detector"), r.list("elements"))
		}
	}
}

const exampleRegister = `schema: recense/register
version: 1
updated: 2026-11-20
policy: mutuelle
organisation: {name: Mutuelle Exemple, siren: "000000000"}
sources:
  - {id: partage-commun, kind: file_share, uri: "smb://srv1/commun", country: FR, operator: internal, environment: production}
processings:
  - ref: T-01
    name: Prestations santé
    policy_ref: MUT-CONTRAT
    legal_basis: [contract]
    art9_condition: not stated
    nir_allowed: true
    categories: [{id: identity}, {id: nir}, {id: health}, {id: benefits}, {id: bank_details}]
    access_groups: [GG_PRESTATIONS]
    locations: [{source: partage-commun, path: "/prestations/**"}]
  - ref: T-02
    name: Dossiers médicaux
    policy_ref: MUT-MEDICAL
    access_groups: [GG_MEDICAL]
    locations: [{source: partage-commun, path: "/medical/**"}]
  - ref: T-03
    name: Prospection
    policy_ref: MUT-PROSPECTION
    categories: [{id: identity}, {id: contact, retention: mut-prospection}]
    access_groups: [GG_MARKETING]
    locations: [{source: partage-commun, path: "/marketing/**"}]
  - ref: T-04
    name: Appels enregistrés
    categories: [{id: voice, retention: mut-enregistrements}]
    access_groups: [GG_QUALITE]
    locations: [{source: partage-commun, path: "/appels/**"}]
lists:
  - {id: opposition-telephone, kind: phone_fr, path: oppositions.csv, column: telephone, applies_to: [T-03]}
`

// nfs4List is the list of NFS that lets names read: type, flags, rights, name of each.
func nfs4List(rights uint32, names ...string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(names)))
	for _, who := range names {
		flags := uint32(0)
		if strings.HasPrefix(who, "group:") {
			flags, who = 0x40, strings.TrimPrefix(who, "group:")
		}
		for _, n := range []uint32{0, flags, rights, uint32(len(who))} {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		b = append(b, who...)
		for len(b)%4 != 0 {
			b = append(b, 0)
		}
	}
	return b
}

// TestNetworkRights: on a network mount the mode bits are never believed; the lists of
// NFS are, those of the folders above too; without one, nobody knows.
func TestNetworkRights(t *testing.T) {
	const read, execute = 0x1, 0x20
	text, at := []byte("NIR 1 85 05 78 006 084 91\n"), time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	mountShare(t, filepath.Join(dir, "nfs"), &smbShare{
		folders: map[string][]byte{"ouvert": nfs4List(read|execute, "EVERYONE@"), "clos": nfs4List(read|execute, "OWNER@", "group:rh@exemple.fr")},
		files: map[string]smbFile{
			"/ouvert/tous.txt":    {content: text, nfs4: nfs4List(read, "EVERYONE@"), at: at},
			"/ouvert/comptes.txt": {content: text, nfs4: nfs4List(read, "AUTHENTICATED@"), at: at},
			"/ouvert/rh.txt":      {content: text, nfs4: nfs4List(read, "OWNER@", "group:rh@exemple.fr", "alice@exemple.fr"), at: at},
			"/ouvert/seul.txt":    {content: text, nfs4: nfs4List(read, "OWNER@"), at: at},
			"/clos/tous.txt":      {content: text, nfs4: nfs4List(read, "EVERYONE@"), at: at},
			"/autre/abime.txt":    {content: text, nfs4: []byte{0, 0, 0, 9}, at: at},
		},
	})
	path := program(t)
	if code, out := runRecense(t, path, dir, "scan", "nfs", "-o", "out", "--quiet", "--format", "arrow"); code != "0" {
		t.Fatalf("code %s\n%s", code, out)
	}
	want := map[string]string{
		"ouvert/tous.txt": "world nfs4 []", "ouvert/comptes.txt": "everyone_authenticated nfs4 []",
		"ouvert/rh.txt": "group nfs4 [rh user:alice]", "ouvert/seul.txt": "private nfs4 []",
		"clos/tous.txt": "private nfs4 []", "autre/abime.txt": "unknown unknown []",
	}
	seen := 0
	for _, l := range readTable(t, filepath.Join(dir, "out"), "locations.arrow") {
		_, name, _ := strings.Cut(l.text("location_uri"), "/nfs/")
		if got := fmt.Sprint(l.text("access_scope"), " ", l.text("access_basis"), " ", l.list("access_groups")); got != want[name] {
			t.Errorf("%s: %s, want %s", name, got, want[name])
		}
		seen++
	}
	if seen != len(want) {
		t.Errorf("%d locations", seen)
	}
}
