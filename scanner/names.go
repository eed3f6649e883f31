package scanner

import (
	"slices"
	"strings"

	"recense/detectors"
	"recense/sources"
)

// account masks the name of an account or a group, which may be an e-mail address.
// There are few of them, so they are remembered.
func (s *unitSink) account(name string) string {
	if masked, ok := s.masked[name]; ok {
		return masked
	}
	if len(s.masked) >= maxAccounts {
		clear(s.masked)
	}
	masked, _ := s.mask.name(name)
	s.masked[strings.Clone(name)] = masked
	return masked
}

const maxAccounts = 4096

func (s *unitSink) accounts(names []string) []string {
	var masked []string
	for i, n := range names {
		m := s.account(n)
		if m != n && masked == nil {
			masked = slices.Clone(names[:i])
		}
		if masked != nil {
			masked = append(masked, m)
		}
	}
	if masked == nil {
		return names
	}
	return masked
}

// names masks the names of a location and counts what was in them.
func (s *unitSink) names(t *tally, p *sources.Place) {
	uri := p.URI
	if uri == "" {
		uri = s.unit.Meta.URI
	}
	var found []detectors.Match
	t.place.URI, found = s.mask.uri(uri)
	t.place.Masked = len(found) > 0
	s.nameFindings(t, found)
	t.place.Container, found = s.mask.name(p.Container)
	t.place.Masked = t.place.Masked || len(found) > 0
	s.nameFindings(t, found)
	s.readNames(t, uri, p.Container)
	for _, a := range p.Aliases {
		masked, found := s.mask.name(a)
		t.place.Masked = t.place.Masked || len(found) > 0
		t.place.Aliases = append(t.place.Aliases, masked)
	}
}

// namedElements is how many of the last elements of a path say what a file is
// about: its own name and those of two folders.
const namedElements = 3

// readNames keeps which vocabularies the names of a location speak of: words
// there are about all that it holds. They count when it holds a person.
func (s *unitSink) readNames(t *tally, uri, container string) {
	if s.unit.Index > 0 || !s.engine.ReadsTerms() {
		return
	}
	for i, n := len(uri), 0; i > 0 && n < namedElements; n++ {
		i = strings.LastIndexByte(uri[:i], '/')
		if i < 0 {
			break
		}
		if n == namedElements-1 {
			uri = uri[i:]
		}
	}
	text := append(unescape(s.scratch[:0], uri), '\n')
	text = append(text, container...)
	s.scratch = text
	blank(text, '/', '\n')
	blank(text, '.', ' ')
	t.named = s.namesPass.Terms(text, t.named[:0])
}

// countNames counts the words in the names of a location that holds a person.
func (s *unitSink) countNames(t *tally) {
	if !t.person || len(t.named) == 0 {
		return
	}
	e := t.element(s, elementKey{name: nameElement, column: nameColumn}, "", "")
	for _, m := range t.named {
		i, ok := s.kinds[m.Detector.Kind]
		if !ok {
			continue
		}
		m.Field, m.Detector = -1, s.detectors[i]
		s.keep(t, e, e.cell(s, i), &item{Match: m, detector: uint8(i)}, nil, sources.Location{Byte: -1})
	}
}

// somebody are the kinds of values that are about a person for certain: an
// address or a number to write to or to call stands in every leaflet.
var somebody = map[detectors.Kind]bool{
	"nir": true, "nia": true, "person_name": true, "birth_date": true, "member_number": true, "contract_number": true,
	"tax_number_fr": true, "id_card_fr": true, "passport_fr": true, "mrz": true, "driving_licence_fr": true, "residence_permit_fr": true,
}

// nameFindings counts matches in names. The ranges of one location have the
// same names: the first one counts them.
func (s *unitSink) nameFindings(t *tally, found []detectors.Match) {
	if s.unit.Index > 0 {
		return
	}
	for _, m := range found {
		i, ok := s.kinds[m.Detector.Kind]
		if !ok {
			continue
		}
		e := t.element(s, elementKey{name: nameElement, column: nameColumn}, "", "")
		m.Field, m.Detector = -1, s.detectors[i]
		s.keep(t, e, e.cell(s, i), &item{Match: m, detector: uint8(i)}, s.mask.text[m.Start:m.End], sources.Location{Byte: -1})
	}
}
