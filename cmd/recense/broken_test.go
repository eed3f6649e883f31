package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"recense/bench/synth"
)

// sample is a sound file of one format that holds people's NIR.
type sample struct {
	ext  string
	data []byte
	nirs []string
	// visible returns the text that a cut or damaged file still gives to a reader of
	// its own; nil for text, which is its own.
	visible func(data []byte) []byte
	// open: text has no end that could be missed, and no structure to be damaged.
	open bool
	// loose: what is left after damage is the affair of its producer.
	loose bool
}

// samples returns one sound file of every format.
func samples(t *testing.T) []sample {
	g := synth.New(20261201)
	var people []synth.Person
	var nirs []string
	for range 300 {
		p := g.Person()
		people, nirs = append(people, p), append(nirs, p.NIR)
	}
	csv, fixed, text, dsn, ndjson, xml, html := written(people)
	array := "[" + strings.ReplaceAll(strings.TrimSpace(ndjson), "\n", ",") + "]"
	list := []sample{
		{ext: "csv", data: []byte(csv), open: true},
		{ext: "tsv", data: utf16LE(strings.ReplaceAll(csv, ";", "\t")), visible: fromUTF16, open: true},
		{ext: "dat", data: []byte(fixed), open: true},
		{ext: "txt", data: []byte(text), open: true},
		{ext: "dsn", data: []byte(dsn), open: true},
		{ext: "html", data: []byte(html), open: true},
		{ext: "ndjson", data: []byte(ndjson)},
		{ext: "json", data: []byte(array)},
		{ext: "xml", data: []byte(xml)},
		{ext: "zip", data: zipOf(t, csv, text), visible: unzipStream},
		{ext: "tar", data: tarOf(t, csv, text)},
		{ext: "gz", data: gzipOf(t, []byte(csv)), visible: gunzip},
		{ext: "tgz", data: gzipOf(t, tarOf(t, csv, text)), visible: gunzip},
	}
	for i := range list {
		list[i].nirs = nirs
	}
	return append(list, producedSamples(t)...)
}

// producedSamples are files made by real programs: those of testdata/partage, and
// the samples of the formats.
func producedSamples(t *testing.T) []sample {
	share, formats := filepath.Join("..", "..", "testdata", "partage"), filepath.Join("..", "..", "sources", "files")
	list := []sample{
		{ext: "xlsx", loose: true}, {ext: "pdf", loose: true},
		{ext: "docx", loose: true}, {ext: "pptx", loose: true}, {ext: "odt", loose: true}, {ext: "ods", loose: true}, {ext: "epub", loose: true},
		{ext: "eml", loose: true, open: true}, {ext: "mbox", loose: true, open: true}, {ext: "rtf", loose: true},
		{ext: "bz2", loose: true}, {ext: "zst", loose: true}, {ext: "vcf", loose: true, open: true},
	}
	for i, name := range []string{
		filepath.Join(share, "adhesions", "beneficiaires.xlsx"), filepath.Join(share, "prestations", "courriers", "releve_gnumeric.pdf"),
		filepath.Join(formats, "docx", "testdata", "libreoffice.docx"), filepath.Join(formats, "pptx", "testdata", "pandoc_notes.pptx"),
		filepath.Join(formats, "odf", "testdata", "libreoffice.odt"), filepath.Join(formats, "odf", "testdata", "libreoffice.ods"),
		filepath.Join(formats, "epub", "testdata", "pandoc.epub"), filepath.Join(formats, "eml", "testdata", "python.eml"),
		filepath.Join(formats, "mbox", "testdata", "python.mbox"), filepath.Join(formats, "rtf", "testdata", "libreoffice.rtf"),
		filepath.Join(formats, "compressed", "testdata", "debian.csv.bz2"), filepath.Join(formats, "compressed", "testdata", "debian.csv.zst"),
		filepath.Join(formats, "vcard", "testdata", "carnet.vcf"),
	} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		list[i].data = data
	}
	return list
}

// written gives the same people in every text format.
func written(people []synth.Person) (csv, fixed, text, dsn, ndjson, xml, html string) {
	var c, f, x, d, n, m, h strings.Builder
	c.WriteString("rang;nir;nom\n")
	d.WriteString("S10.G00.00.001,'Paie Exemple'\r\n")
	m.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<assures>\n")
	h.WriteString("<!DOCTYPE html>\n<html><body><table>\n<tr><th>rang</th><th>nir</th></tr>\n")
	for i, p := range people {
		fmt.Fprintf(&c, "%d;%s;%s\n", i+1, p.NIR, p.Surname)
		fmt.Fprintf(&f, "020%08d%s%-30s%010d\n", i+1, p.NIR, strings.ToUpper(synth.Plain(p.Surname)), i)
		fmt.Fprintf(&x, "Dossier %d : l'assuré, numéro de sécurité sociale %s, a écrit le 3 mars.\n", i+1, p.NIR)
		fmt.Fprintf(&d, "S21.G00.30.001,'%s'\r\nS21.G00.30.002,'%s'\r\n", p.NIR[:13], strings.ToUpper(p.Surname))
		fmt.Fprintf(&n, `{"rang":%d,"nir":"%s","nom":"%s"}`+"\n", i+1, p.NIR, p.Surname)
		fmt.Fprintf(&m, "<assure rang=\"%d\"><nir>%s</nir><nom>%s</nom></assure>\n", i+1, p.NIR, p.Surname)
		fmt.Fprintf(&h, "<tr><td>%d</td><td>%s</td></tr>\n", i+1, p.NIR)
	}
	m.WriteString("</assures>\n")
	h.WriteString("</table></body></html>\n")
	return c.String(), f.String(), x.String(), d.String(), n.String(), m.String(), h.String()
}

func utf16LE(s string) []byte {
	b := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func fromUTF16(b []byte) []byte {
	var out []byte
	for i := 0; i+1 < len(b); i += 2 {
		out = append(out, b[i])
	}
	return out
}

func zipOf(t *testing.T, csv, text string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range []struct{ name, data string }{{"export.csv", csv}, {"lettres.txt", text}} {
		m, err := w.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(m, f.data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarOf(t *testing.T, csv, text string) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range []struct{ name, data string }{{"export.csv", csv}, {"lettres.txt", text}} {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.data))}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, f.data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipOf(t *testing.T, data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gunzip(data []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	out, _ := io.ReadAll(r) // as far as it goes
	return out
}

// unzipStream gives nothing of an archive that cannot be opened by its
// directory: what a recovery finds is more than was promised.
func unzipStream(data []byte) []byte {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil
	}
	var out []byte
	for _, f := range r.File {
		if m, err := f.Open(); err == nil {
			b, _ := io.ReadAll(m)
			out = append(out, b...)
		}
	}
	return out
}

// least is how many different NIR a reader must still find in what is left.
func (s *sample) least(data []byte) (n int64) {
	if s.loose {
		return 0
	}
	if s.visible != nil {
		data = s.visible(data)
	}
	for _, nir := range s.nirs {
		if bytes.Contains(data, []byte(nir[:13])) {
			n++
		}
	}
	return n
}

// broken is one way to spoil a file.
type broken struct {
	name  string
	spoil func(data []byte) []byte
	// slack is how many values around the damage may be missed.
	slack int64
}

var ways = []broken{
	{"entier", func(d []byte) []byte { return d }, 0},
	{"vide", func(d []byte) []byte { return nil }, 0},
	{"tete", func(d []byte) []byte { return d[:8] }, 0},
	{"tronque", func(d []byte) []byte { return d[:len(d)*6/10] }, 1},
	{"queue", func(d []byte) []byte { return d[:len(d)-30] }, 3}, // directories and tables stand at the end
	{"abime", func(d []byte) []byte { return overwritten(d, len(d)/2, 40) }, 4},
	{"zeros", func(d []byte) []byte {
		return append(append([]byte(nil), d[:len(d)*6/10]...), make([]byte, len(d)*4/10)...)
	}, 1},
	{"bruit", func(d []byte) []byte { return noise(len(d)) }, 0},
}

// overwritten replaces n bytes at i by bytes that are no text.
func overwritten(d []byte, i, n int) []byte {
	d = append([]byte(nil), d...)
	for j := range n {
		d[i+j] = byte(0x80 + 37*j%0x60)
	}
	return d
}

func noise(n int) []byte {
	g := synth.New(uint64(n))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.IntN(256))
	}
	copy(b, "\x7fZQX\x00\x01")
	return b
}

// TestBrokenFiles spoils a sound file of every format in every way, gives each
// the extension of another, and scans them all: every one has a location with a
// reason, what can still be read is found, the workbook lists what was not read,
// the exit code is 3 and no worker dies.
func TestBrokenFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "casses")
	list := samples(t)
	for i := range list {
		for _, w := range ways {
			put(t, filepath.Join(dir, w.name, "f."+list[i].ext), w.spoil(list[i].data))
		}
		put(t, filepath.Join(dir, "mensonge", list[i].ext+"."+list[(i+len(list)-1)%len(list)].ext), list[i].data)
	}
	s := scanShare(t, dir)
	if s.code != "3" {
		t.Errorf("exit code %s, want 3\n%s", s.code, s.printed)
	}
	if strings.Contains(s.printed, "panic") || strings.Contains(s.printed, "goroutine ") {
		t.Errorf("printed:\n%s", s.printed)
	}
	if !s.report.Coverage.Holds {
		t.Error("the coverage equation does not hold")
	}
	for i := range list {
		for _, w := range ways {
			checkBroken(t, s, &list[i], w)
		}
		checkMislabelled(t, s, &list[i], "mensonge/"+list[i].ext+"."+list[(i+len(list)-1)%len(list)].ext)
	}
	s.checkWorkbook(t)
}

func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// outcome adds up what was found at a file and its members, and says whether any
// of them has a reason.
func (s *scanned) outcome(name string) (distinct int64, statuses []string, reason bool) {
	for at, l := range s.locations {
		if at != name && !strings.HasPrefix(at, name+"!/") {
			continue
		}
		statuses = append(statuses, fmt.Sprintf("%s %s:%s", at, l.text("status"), l.text("status_detail")))
		reason = reason || l.text("status_detail") != ""
		distinct = max(distinct, s.inventory[at]["nir"].number("matches"))
	}
	return distinct, statuses, reason
}

func checkBroken(t *testing.T, s *scanned, f *sample, w broken) {
	t.Helper()
	name := w.name + "/f." + f.ext
	found, statuses, reason := s.outcome(name)
	whole, _, _ := s.outcome("entier/f." + f.ext)
	data := w.spoil(f.data)
	want := f.least(data) - w.slack
	oneBlock := f.ext == "bz2" || f.ext == "zst" // what is cut off takes all of it along
	if w.name == "queue" && (f.loose && !oneBlock || f.ext == "zip") {
		want = whole
	}
	if found < want {
		t.Errorf("%s: %d NIR found, %d can be read; %s", name, found, want, statuses)
	}
	for _, st := range statuses {
		if strings.Contains(st, "worker_crashed") || strings.Contains(st, "timeout") || strings.Contains(st, "memory_limit") {
			t.Errorf("%s: %s", name, st)
		}
	}
	switch {
	case len(statuses) == 0:
		t.Errorf("%s has no location", name)
	case w.name == "entier" && reason:
		t.Errorf("%s: %s", name, statuses)
	case w.name == "queue" && f.ext == "tar": // it ends with a kibibyte of nothing
	case w.name == "abime" && (f.ext == "tar" || f.loose && found == whole):
		// a tar has no sums over its members, a font no text
	case w.name == "entier" || reason || f.open && w.name != "vide" && w.name != "bruit":
	case w.name == "tete" && f.least(f.data) > 0 && f.visible == nil && f.ext != "xml" && f.ext != "json":
		// eight bytes of text are a text
	default:
		t.Errorf("%s: no reason: %s", name, statuses)
	}
}

func checkMislabelled(t *testing.T, s *scanned, f *sample, name string) {
	t.Helper()
	found, statuses, _ := s.outcome(name)
	if want := f.least(f.data); found < want || f.loose && found == 0 {
		t.Errorf("%s: %d NIR found, want %d; %s", name, found, want, statuses)
	}
}

// checkWorkbook looks for every location that was not read whole in the workbook.
func (s *scanned) checkWorkbook(t *testing.T) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(filepath.Dir(s.dir), "out", "*.xlsx"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("workbooks: %v %v", paths, err)
	}
	data, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	unzipInto(t, parts, "x", data)
	var all bytes.Buffer
	for name, b := range parts {
		if strings.Contains(name, "worksheets/") {
			all.Write(b)
		}
	}
	listed := 0
	for name, l := range s.locations {
		if st := l.text("status"); st == "scanned" {
			continue
		}
		listed++
		// Once in the list of locations, once in that of what was not read.
		if n := strings.Count(all.String(), name+"<"); n < 2 {
			t.Errorf("%s (%s) stands %d times in the workbook", name, l.text("status"), n)
		}
	}
	if listed < 20 {
		t.Errorf("only %d locations were not read whole", listed)
	}
}

// TestBrokenIsJSON keeps the samples honest: they are what they claim to be.
func TestBrokenIsJSON(t *testing.T) {
	for _, s := range samples(t) {
		if s.ext == "json" && !json.Valid(s.data) {
			t.Error("the sample of JSON is not JSON")
		}
		if !s.loose && s.least(s.data) != int64(len(s.nirs)) {
			t.Errorf("%s: %d of %d values are visible", s.ext, s.least(s.data), len(s.nirs))
		}
	}
}
