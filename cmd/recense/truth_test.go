package main

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recense/report/words"
	"recense/scanner/worker"
)

// truth is testdata/verite.json; its rules are written in it.
type truth struct {
	Kinds     []string      `json:"kinds"`
	Locations []trueOutcome `json:"locations"`
}

// trueOutcome is what a scan must say about one location.
type trueOutcome struct {
	Path, Container, Shown string
	Status, Detail         string
	Kinds                  map[string]struct {
		Matches  int64  `json:"matches"`
		Rejected *int64 `json:"rejected"`
		AtLeast  bool   `json:"at_least"`
	}
	Elements  map[string]map[string]int64
	Open      []string
	Forbidden bool
	Flags     []string
	Files     int64
}

// structural are the kinds that a format proves: no values, and a picture is
// never more than possible.
var structural = []string{"access_log", "audio_media", "chat_transcript", "image_media", "noemie"}

// name is how a document shows the location below its target.
func (o *trueOutcome) name() string {
	name := cmp.Or(o.Shown, o.Path)
	if o.Container != "" {
		name += "!/" + o.Container
	}
	return name
}

// TestShareAgainstTruth scans testdata/partage and compares all that the
// documents say with testdata/verite.json: every location with its status and
// reason, every kind with its exact count, nothing beyond, nothing at all in what
// only looks like personal data.
func TestShareAgainstTruth(t *testing.T) {
	want := readTruth(t, "verite.json")
	s := scanShare(t, filepath.Join("..", "..", "testdata", "partage"))
	if s.code != "3" {
		t.Fatalf("exit code %s, want 3: some files cannot be read\n%s", s.code, s.printed)
	}
	want.check(t, s)
}

// readTruth reads a truth of testdata.
func readTruth(t *testing.T, name string) *truth {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	want := &truth{}
	if err := json.Unmarshal(data, want); err != nil {
		t.Fatal(err)
	}
	return want
}

// check compares every location, and that there are no others.
func (want *truth) check(t *testing.T, s *scanned) {
	t.Helper()
	seen := map[string]bool{}
	discovered := int64(0)
	for i := range want.Locations {
		o := &want.Locations[i]
		seen[o.name()] = true
		discovered += max(1, o.Files)
		l := s.locations[o.name()]
		if l == nil {
			t.Errorf("%s: no such location", o.name())
			continue
		}
		o.check(t, s, l, want.Kinds)
	}
	for name, l := range s.locations {
		if !seen[name] {
			t.Errorf("%s: the truth knows no such location (%s %s)", name, l.text("status"), l.text("status_detail"))
		}
	}
	if !s.report.Coverage.Holds || s.report.Coverage.Discovered != discovered {
		t.Errorf("%d locations discovered, the truth has %d; the equation holds: %v", s.report.Coverage.Discovered, discovered, s.report.Coverage.Holds)
	}
}

// check compares one location.
func (o *trueOutcome) check(t *testing.T, s *scanned, l row, kinds []string) {
	t.Helper()
	if !oneOf(o.Status, l.text("status")) || !oneOf(o.Detail, l.text("status_detail")) {
		t.Errorf("%s: %s %q, want %s %q", o.name(), l.text("status"), l.text("status_detail"), o.Status, o.Detail)
	}
	if !slices.Equal(l.list("flags"), o.Flags) && len(l.list("flags"))+len(o.Flags) > 0 {
		t.Errorf("%s: flags %v, want %v", o.name(), l.list("flags"), o.Flags)
	}
	found := s.inventory[o.name()]
	for _, kind := range kinds {
		got, n := found[kind], o.Kinds[kind]
		if slices.Contains(o.Open, kind) {
			continue
		}
		matches := got.number("matches")
		if matches != n.Matches && !(n.AtLeast && matches > n.Matches) {
			t.Errorf("%s: %d %s in %v, want %d", o.name(), matches, kind, got.list("elements"), n.Matches)
		}
		if n.Rejected != nil && got.number("rejected") != *n.Rejected {
			t.Errorf("%s: %d %s rejected, want %d", o.name(), got.number("rejected"), kind, *n.Rejected)
		}
		if n.Matches > 0 && got != nil && got.text("strength") == "possible" && kind != "image_media" && kind != "civility" {
			t.Errorf("%s: %s is only possible", o.name(), kind)
		}
		if d := got.number("distinct_values"); d > matches || matches > 0 && d == 0 && !slices.Contains(structural, kind) {
			t.Errorf("%s: %d distinct values in %d matches of %s", o.name(), d, matches, kind)
		}
	}
	for kind, got := range found {
		if o.Forbidden && isVocabulary(kind) && got.number("matches") > 0 {
			t.Errorf("%s: %d %s in %v, want nothing at all", o.name(), got.number("matches"), kind, got.list("elements"))
		}
	}
	o.checkElements(t, s)
}

func isVocabulary(kind string) bool { return strings.HasSuffix(kind, "_terms") }

// checkElements compares the columns, where the truth names them: each holds the
// stated number of the stated kind and nothing else.
func (o *trueOutcome) checkElements(t *testing.T, s *scanned) {
	t.Helper()
	if len(o.Elements) == 0 {
		return
	}
	got := map[string]map[string]int64{}
	for _, e := range s.elements[o.name()] {
		// The truth counts values; what the words of a text are about is no value.
		if n := e.number("matches"); n > 0 && !slices.Contains(o.Open, e.text("detector")) && !isVocabulary(e.text("detector")) {
			if got[e.text("element_name")] == nil {
				got[e.text("element_name")] = map[string]int64{}
			}
			got[e.text("element_name")][e.text("detector")] += n
		}
	}
	for name := range o.Elements {
		if !maps.Equal(got[name], o.Elements[name]) {
			t.Errorf("%s: element %q holds %v, want %v", o.name(), name, got[name], o.Elements[name])
		}
	}
	for name := range got {
		if o.Elements[name] == nil {
			t.Errorf("%s: element %q holds %v, want nothing", o.name(), name, got[name])
		}
	}
}

func oneOf(alternatives, s string) bool { return slices.Contains(strings.Split(alternatives, "|"), s) }

// scanned is a finished scan with its documents for the medical audience. The
// locations are called by their URI below the target.
type scanned struct {
	code      string
	dir       string // of the documents
	printed   string
	locations map[string]row
	inventory map[string]map[string]row // by location and detector
	elements  map[string][]row
	report    struct {
		Notes    []string `json:"notes"`
		Coverage struct {
			Discovered int64 `json:"discovered"`
			Holds      bool  `json:"equation_holds"`
		} `json:"coverage"`
	}
}

// scanShare runs the program over a folder and reads what it wrote.
func scanShare(t *testing.T, target string) *scanned {
	t.Helper()
	target, err := filepath.Abs(target)
	if err != nil {
		t.Fatal(err)
	}
	return scanTarget(t, target, (&url.URL{Scheme: "file", Path: target}).String()+"/")
}

// scanTarget scans a target and reads what was written; base is what stands in
// front of the names of its locations.
func scanTarget(t *testing.T, target, base string) *scanned {
	t.Helper()
	dir := t.TempDir()
	s := &scanned{dir: filepath.Join(dir, "medical"), locations: map[string]row{}, inventory: map[string]map[string]row{}, elements: map[string][]row{}}
	path := program(t)
	s.code, s.printed = runRecense(t, path, dir, "scan", target, "-o", "out", "--findings", "all", "--lang", "fr")
	if code, stderr := runRecense(t, path, dir, "report", "--audience", "medical", "-o", "medical", "--lang", "fr"); code != "0" {
		t.Fatalf("report: exit code %s\n%s", code, stderr)
	}
	s.read(t, base)
	data, err := os.ReadFile(filepath.Join(s.dir, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &s.report); err != nil {
		t.Fatal(err)
	}
	k := worker.KernelCage()
	if lacks := words.Isolation("en", s.report.Notes); k.Seccomp && k.Landlock >= 4 && len(lacks) > 0 {
		t.Errorf("the cage of the workers is not whole: %v", lacks)
	}
	return s
}

func (s *scanned) read(t *testing.T, base string) {
	names := map[string]string{}
	for _, l := range readTable(t, s.dir, "locations.arrow") {
		name := strings.TrimSuffix(strings.TrimPrefix(l.text("location_uri"), base), "/")
		names[l.text("location_id")] = name
		s.locations[name] = l
	}
	for _, r := range readTable(t, s.dir, "inventory.arrow") {
		name := names[r.text("location_id")]
		if s.inventory[name] == nil {
			s.inventory[name] = map[string]row{}
		}
		// A detector has a row per category: those beside a SIRET are professional.
		if first := s.inventory[name][r.text("detector")]; first != nil {
			for _, n := range []string{"matches", "rejected"} {
				r[n] = first.number(n) + r.number(n)
			}
		}
		s.inventory[name][r.text("detector")] = r
	}
	for _, r := range readTable(t, s.dir, "elements.arrow") {
		name := names[r.text("location_id")]
		s.elements[name] = append(s.elements[name], r)
	}
}
