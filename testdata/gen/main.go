// Command gen writes testdata/partage, a small share of an invented mutual, and
// testdata/verite.json, which says for every location what must be found in it;
// beside them base.sql, the mutual's database, and verite-base.json.
//
//	go run ./testdata/gen
//	go run ./testdata/gen -sources DIR   write what testdata/gen/producteurs.sh converts
//
// Everything is synthetic (package synth) and drawn from fixed seeds: the same
// program writes the same bytes. Workbooks, letters in PDF and encrypted archives
// come from real programs, which do not: testdata/gen/producteurs.sh makes them,
// they are kept in testdata/partage, and gen takes them as they are.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	out := flag.String("out", "testdata/partage", "folder of the share")
	truth := flag.String("truth", "testdata/verite.json", "file of the truth")
	sources := flag.String("sources", "", "write the inputs of the producing programs to this folder, and nothing else")
	flag.Parse()
	if err := run(*out, *truth, *sources); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(out, truth, sources string) error {
	if sources != "" {
		return writeSources(sources)
	}
	s := &share{root: out}
	for _, folder := range []func(*share) error{adhesions, prestations, comptabilite, rh, medical, marketing,
		informatique, statistiques, temp, archives, echanges, medias} {
		if err := folder(s); err != nil {
			return err
		}
	}
	if err := s.writeTruth(truth); err != nil {
		return err
	}
	return base(filepath.Dir(truth))
}

// truthFile is testdata/verite.json. Its rules are written into it.
type truthFile struct {
	Rules     []string   `json:"rules"`
	Kinds     []string   `json:"kinds"`
	Locations []location `json:"locations"`
}

// kinds are those the truth is about; findings of any other kind are ignored.
var kinds = []string{"adeli", "atc", "bic", "birth_date", "birth_place", "ccam", "cim10", "cip", "civility", "email", "finess", "iban", "ipv4", "ipv6",
	"lpp", "mac_address", "member_number", "nabm", "ngap", "nia", "nir", "payment_card", "person_name", "phone_fr", "phone_intl", "postal_address_fr", "rib", "rpps", "sex", "siren", "siret",
	"tax_number_fr", "ucd", "vat_fr"}

var rules = []string{
	"One entry per location: a file, an archive member (container = path of members inside the file), an excluded folder. There are no others; an archive whose members were all opened is none.",
	"status and detail may list alternatives separated by |; an empty alternative means no detail.",
	"kinds: exact number of findings of each kind in the location, its name included, column verdicts applied, all of them verified or probable; at_least: there may be more, what was cut away cannot be counted; rejected, where given: exact number of candidates refused by their key.",
	"elements, where given: exact number of findings by column (sheet!column, path, page) and kind; no other element holds any.",
	"A kind of the list `kinds` that an entry names neither in kinds nor in open has no finding there.",
	"open: kinds whose number is not stated, because two readings of the same digits are right.",
	"forbidden: nothing of any kind of the list may be found, open is empty.",
	"shown: how the documents write a path that holds a value or a space.",
	"files: number of files in an excluded folder. flags: flags of the location.",
}

// location is one entry of the truth.
type location struct {
	Path      string                    `json:"path"`
	Container string                    `json:"container"`
	Status    string                    `json:"status"`
	Detail    string                    `json:"detail"`
	Format    string                    `json:"format,omitempty"` // for people: encoding, producer
	Shown     string                    `json:"shown,omitempty"`
	Kinds     map[string]count          `json:"kinds"`
	Elements  map[string]map[string]int `json:"elements,omitempty"`
	Open      []string                  `json:"open,omitempty"`
	Forbidden bool                      `json:"forbidden,omitempty"`
	Flags     []string                  `json:"flags,omitempty"`
	Files     int                       `json:"files,omitempty"`
}

type count struct {
	Matches  int  `json:"matches"`
	Rejected *int `json:"rejected,omitempty"`
	AtLeast  bool `json:"at_least,omitempty"`
}

// share collects what is written.
type share struct {
	root      string
	locations []*location
}

// put writes a file and returns its entry: scanned, nothing expected.
func (s *share) put(path, format string, data []byte) (*location, error) {
	full := filepath.Join(s.root, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return nil, err
	}
	return s.entry(path, "", format), os.WriteFile(full, data, 0o644)
}

// made returns the entry of a file that a real program made, which must be there.
func (s *share) made(path, format string) (*location, error) {
	if _, err := os.Stat(filepath.Join(s.root, filepath.FromSlash(path))); err != nil {
		return nil, fmt.Errorf("run testdata/gen/producteurs.sh first: %w", err)
	}
	return s.entry(path, "", format), nil
}

// archive writes a container that is read to its end: its members are the
// locations, it is none.
func (s *share) archive(path string, data []byte) error {
	_, err := s.put(path, "", data)
	s.dropLast()
	return err
}

// dropLast takes back the entry made last.
func (s *share) dropLast() { s.locations = s.locations[:len(s.locations)-1] }

func (s *share) entry(path, container, format string) *location {
	l := &location{Path: path, Container: container, Status: "scanned", Format: format, Kinds: map[string]count{}}
	s.locations = append(s.locations, l)
	return l
}

// want adds n expected findings of a kind.
func (l *location) want(kind string, n int) *location {
	if n > 0 {
		c := l.Kinds[kind]
		c.Matches += n
		l.Kinds[kind] = c
	}
	return l
}

// in adds n expected findings of a kind in a column.
func (l *location) in(element, kind string, n int) *location {
	if l.Elements == nil {
		l.Elements = map[string]map[string]int{}
	}
	if l.Elements[element] == nil {
		l.Elements[element] = map[string]int{}
	}
	l.Elements[element][kind] += n
	return l.want(kind, n)
}

// atLeast says that all counts are lower bounds.
func (l *location) atLeast() *location {
	for k, c := range l.Kinds {
		c.AtLeast = true
		l.Kinds[k] = c
	}
	return l
}

// refused states how many candidates of a kind fail their key.
func (l *location) refused(kind string, n int) *location {
	c := l.Kinds[kind]
	c.Rejected = &n
	l.Kinds[kind] = c
	return l
}

func (l *location) open(kinds ...string) *location {
	l.Open = append(l.Open, kinds...)
	return l
}

func (l *location) state(status, detail string) *location {
	l.Status, l.Detail = status, detail
	return l
}

func (l *location) none() *location {
	l.Forbidden = true
	return l
}

// shown states how a path that holds a value is written.
func (l *location) shown(path string) *location {
	l.Shown = path
	return l
}

// writeTruth writes the truth about kinds, structural ones and more.
func (s *share) writeTruth(path string, more ...string) error {
	known := slices.Sorted(slices.Values(slices.Concat(kinds, structural, more)))
	t := truthFile{Rules: rules, Kinds: known}
	for _, l := range s.locations {
		for k := range l.Kinds {
			if !slices.Contains(known, k) {
				return fmt.Errorf("truth: no kind named %q", k)
			}
		}
		t.Locations = append(t.Locations, *l)
	}
	slices.SortFunc(t.Locations, func(a, b location) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return strings.Compare(a.Container, b.Container)
	})
	data, err := json.MarshalIndent(t, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}
