package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
	files map[string]smbFile
}

type smbFile struct {
	content []byte
	reader  []byte // SID
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
				next = at.NewPersistentInode(ctx, &fs.Inode{}, fs.StableAttr{Mode: syscall.S_IFDIR})
				at.AddChild(step, next, true)
			}
			at = next
		}
		n := &smbNode{acl: grants(f.reader)}
		n.Data = f.content
		n.Attr.Mode = 0o777 // as mounted, for everyone: never believed
		n.Attr.SetTimes(&f.at, &f.at, &f.at)
		at.AddChild(name, at.NewPersistentInode(ctx, n, fs.StableAttr{}), true)
	}
}

// smbNode is a file with the attribute that CIFS mounts have.
type smbNode struct {
	fs.MemRegularFile
	acl []byte
}

// Getxattr implements fs.NodeGetxattrer.
func (n *smbNode) Getxattr(_ context.Context, name string, dest []byte) (uint32, syscall.Errno) {
	switch {
	case name != "system.cifs_acl":
		return 0, syscall.ENODATA
	case len(dest) < len(n.acl):
		return uint32(len(n.acl)), syscall.ERANGE
	}
	return uint32(copy(dest, n.acl)), 0
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
func mountShare(t *testing.T, dir string, files map[string]smbFile) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	server, err := fs.Mount(dir, &smbShare{files: files}, &fs.Options{MountOptions: fuse.MountOptions{DirectMount: true, Name: "partage", FsName: "partage"}})
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
		"/prestations/2026/decompte_09.csv": {exampleStatement(g), group("GG_PRESTATIONS"), day("2026-10-02")},
		"/marketing/campagne_2022.xlsx":     {campaign, group("GG_MARKETING"), day("2022-07-01")},
		"/temp/copie.zip":                   {exampleNotice(t, g), ntSID(11), day("2026-11-03")},
		"/appels/2026-03-02_0931.wav":       {exampleRecording(), group("GG_QUALITE"), day("2026-03-02")},
		"/etudes/actes_par_departement.csv": {exampleStudy(g), group("GG_ETUDES"), day("2026-06-30")},
		"/medical/dossiers.7z":              {encrypted, group("GG_MEDICAL"), day("2026-09-15")},
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

// exampleStatement is F1: 1,240 lines of benefits of 980 persons.
func exampleStatement(g *synth.Gen) []byte {
	const lines, persons = 1240, 980
	nirs := distinct(persons, func() string { return g.NIR(adult(g)) })
	ibans := distinct(persons, g.IBAN)
	acts := distinct(214, g.CCAM)
	names := distinct(persons, func() string { return g.Surname() + ";" + g.Given(g.OneIn(2)) })
	var b bytes.Buffer
	b.WriteString("nir;nom;prenom;code_acte;montant_rembourse;taux;iban;date_soins\n")
	for i := range lines {
		p := i % persons
		nir, act := nirs[p], acts[i%len(acts)]
		if i >= lines-3 { // three with a wrong key, three codes that are none
			nir, act = g.BadNIRKey(adult(g)), g.BadCCAM()
		}
		fmt.Fprintf(&b, "%s;%s;%s;%d,%02d;%d %%;%s;%02d/09/2026\n", nir, names[p], act, 10+i%90, i%100, 60+10*(i%4), ibans[p], 1+i%30)
	}
	return b.Bytes()
}

// exampleCampaign is F2: 5,000 prospects and 310 NIRs in a forgotten column; 12 of the
// prospects objected.
func exampleCampaign(t *testing.T, g *synth.Gen) (workbook []byte, objections string) {
	const prospects = 5000
	emails, phones := distinct(prospects, g.Email), distinct(prospects, g.Mobile)
	rows := [][]string{{"nom", "email", "telephone", "date_dernier_contact", "divers"}}
	from := time.Date(2021, 1, 12, 0, 0, 0, 0, time.UTC)
	days := int(time.Date(2022, 6, 30, 0, 0, 0, 0, time.UTC).Sub(from).Hours() / 24)
	var list strings.Builder
	list.WriteString("telephone\n")
	for i := range prospects {
		divers := ""
		if i%16 == 0 && i/16 < 310 {
			divers = g.NIR(adult(g))
		}
		rows = append(rows, []string{g.Surname(), emails[i], phones[i], from.AddDate(0, 0, i*days/(prospects-1)).Format("02/01/2006"), divers})
		if i%417 == 0 {
			list.WriteString(phones[i] + "\n")
		}
	}
	return sheetOf(t, "Feuil1", rows), list.String()
}

// exampleNotice is F3: a sick-leave notice in a document in an archive.
func exampleNotice(t *testing.T, g *synth.Gen) []byte {
	text := []string{
		"AVIS D'ARRÊT DE TRAVAIL", "Nom : " + g.Surname(), "Prénom : " + g.Given(g.OneIn(2)), "NIR : " + synth.SpacedNIR(g.NIR(adult(g)), " "),
		"Arrêt de travail prescrit pour un syndrome dépressif, hospitalisation en psychiatrie ; diagnostic confirmé, traitement antidépresseur.",
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

var _ = hex.EncodeToString
var _ = slices.Sort[[]string]
var _ = strconv.Itoa

// TestWorkedExample scans the files of the worked example and compares what is
// written with what the specification prints.
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
	mountShare(t, share, files)
	path := program(t)
	t.Setenv("RECENSE_TEST_NOW", "2026-11-22T09:30:00Z")
	if code, out := runRecense(t, path, dir, "access", "import", "--source", "partage-commun", "--share", "commun", "--shares", "partages.csv", "--members", "membres.csv"); code != "0" {
		t.Fatal(code, out)
	}
	code, out := runRecense(t, path, dir, "scan", share, "-o", "out", "--register", "registre.yaml")
	t.Log(code, out)
	code, out = runRecense(t, path, dir, "report", "--audience", "medical", "-o", "medical", "--register", "registre.yaml", "--format", "arrow")
	t.Log(code, out)
	names := map[string]string{}
	for _, l := range readTable(t, filepath.Join(dir, "medical"), "locations.arrow") {
		names[l.text("location_id")] = l.text("location_uri")
		t.Log(l)
	}
	for _, r := range readTable(t, filepath.Join(dir, "medical"), "inventory.arrow") {
		t.Log(filepath.Base(names[r.text("location_id")]), r)
	}
	for _, r := range readTable(t, filepath.Join(dir, "medical"), "verdicts.arrow") {
		t.Log(filepath.Base(names[r.text("location_id")]), r)
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
