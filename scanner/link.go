package scanner

import (
	"strings"

	"recense/detectors"
	"recense/sources"
)

// persons are the kinds that say whose record it is.
var persons = []detectors.Kind{
	"nir", "nia", "email", "phone_fr", "phone_intl", "iban", "rib", "payment_card", "rpps", "adeli",
	"tax_number_fr", "birth_date", "person_name", "member_number", "contract_number", "id_card_fr", "passport_fr", "mrz",
	"driving_licence_fr", "residence_permit_fr",
}

// The kinds of the taxonomy's reclassification: beside one of the first, an
// e-mail address or a telephone number is a professional one (R1, R2); beside an
// RPPS number, a name is that of a health professional (R3).
var (
	professional = []detectors.Kind{"siret", "siren", "vat_fr", "job_terms"}
	toWork       = []detectors.Kind{"email", "phone_fr"}
	toHealth     = []detectors.Kind{"person_name"}
)

func kindSet(e *detectors.Engine, kinds []detectors.Kind) (set uint64) {
	for _, k := range kinds {
		if i := e.Index(k); i >= 0 {
			set |= 1 << i
		}
	}
	return set
}

// linker knows the kinds that records are joined by.
type linker struct {
	persons, work, toWork, rpps, toHealth uint64
}

func newLinker(e *detectors.Engine) linker {
	return linker{persons: kindSet(e, persons), work: kindSet(e, professional), toWork: kindSet(e, toWork),
		rpps: kindSet(e, []detectors.Kind{"rpps"}), toHealth: kindSet(e, toHealth)}
}

// moves reports whether a match of detector d changes its category in a record
// that holds kinds.
func (l *linker) moves(d uint8, kinds uint64) bool {
	return l.toWork>>d&1 != 0 && kinds&l.work != 0 || l.toHealth>>d&1 != 0 && kinds&l.rpps != 0
}

// agreedScore is what a birth date is worth when the NIR of its row gives the
// same year and month: chance agreement is one in 1,200.
const agreedScore = 75

// link marks the candidates of a row beside which another kind identifies a
// person, in the row itself or in the one above it in a hierarchy. Rows that go
// on in the next chunk are seen in two parts.
func (s *unitSink) link(tb *table, c *sources.Chunk) {
	for i := 0; i < len(s.items); {
		j := i + 1
		for j < len(s.items) && sameRow(c, &s.items[i], &s.items[j]) {
			j++
		}
		var kinds uint64 // of kept matches
		for k := i; k < j; k++ {
			if s.items[k].outcome == kept {
				kinds |= 1 << s.items[k].detector
			}
		}
		if j-i > 1 {
			s.linkRow(c, s.items[i:j], kinds)
		}
		if tb.deep {
			s.linkParent(tb, c, s.items[i:j])
		}
		i = j
	}
}

func sameRow(c *sources.Chunk, a, b *item) bool {
	return a.Field >= 0 && b.Field >= 0 && int(b.Field) < len(c.Fields.Row) && c.Fields.Row[a.Field] == c.Fields.Row[b.Field]
}

// linkRow links within one row, whose kept matches are of kinds.
func (s *unitSink) linkRow(c *sources.Chunk, row []item, kinds uint64) {
	if s.born >= 0 && s.nir >= 0 && !s.birthNamed(row) {
		for i := range row {
			if int(row[i].detector) == s.born && row[i].outcome != rejected && s.agree(c, row, &row[i]) {
				kinds |= 1 << s.born
			}
		}
	}
	for i := range row {
		it := &row[i]
		it.linked = it.outcome != rejected && kinds&s.links.persons&^(1<<it.detector) != 0
		it.moved = it.outcome == kept && s.links.moves(it.detector, kinds)
	}
}

// birthNamed reports whether a column of the row is named after the birth date:
// then the other dates are of other things, even in the month of birth.
func (s *unitSink) birthNamed(row []item) bool {
	for i := range row {
		if int(row[i].detector) == s.born && row[i].outcome == kept && row[i].Why&detectors.ColumnName != 0 {
			return true
		}
	}
	return false
}

// agree raises a date that a kept NIR of its row confirms. With a NIR that has no
// key both are only counted: a column of them that agree is as good as a key.
func (s *unitSink) agree(c *sources.Chunk, row []item, date *item) (raised bool) {
	for i := range row {
		n := &row[i]
		if int(n.detector) != s.nir || n.outcome == rejected || n.outcome == repaired || date.outcome == repaired ||
			!sameBirth(c.Data[n.Start:n.End], c.Data[date.Start:date.End]) {
			continue
		}
		n.agreed, date.agreed = true, true
		if n.outcome == kept {
			date.outcome = kept
			date.Score = max(date.Score, agreedScore)
			date.Why |= detectors.Linked
			return true
		}
	}
	return false
}

// parent is the last record of a hierarchy that identifies a person.
type parent struct {
	path  string // of its columns: what they have in common with those below
	kinds uint64 // of persons
	row   int64
}

// linkParent links the matches of a record with the person of the record above
// it: a NIR in an entity of NOEMIE and the acts behind it, an individu of a DSN,
// an element of XML or JSON and those inside it. tb.parent outlives the chunk.
func (s *unitSink) linkParent(tb *table, c *sources.Chunk, row []item) {
	for i := range row {
		if it := &row[i]; it.outcome == kept && s.links.persons>>it.detector&1 != 0 {
			tb.parent.add(s, tb, c, it)
		}
	}
	if tb.parent.kinds == 0 {
		return
	}
	for i := range row {
		it := &row[i]
		if it.outcome != rejected && !it.linked && tb.parent.kinds&^(1<<it.detector) != 0 {
			it.linked = tb.below(it.column(c))
		}
	}
}

// add takes a match that identifies a person into account. Another record begins
// another person, unless it stands below the one that is known; in a DSN, where
// each rubric is a record, another NIR does.
func (p *parent) add(s *unitSink, tb *table, c *sources.Chunk, it *item) {
	column := it.column(c)
	if column < 0 || int(column) >= len(tb.paths) || tb.paths[column] == "" {
		return
	}
	if p.kinds != 0 && !tb.byShare && tb.below(column) && tb.paths[column] != p.path {
		return
	}
	path, row := tb.paths[column], c.Fields.Row[it.Field]
	same := path == p.path && row == p.row
	if path == p.path && p.dsn() {
		same = int(it.detector) != s.nir
	}
	if !same {
		*p = parent{path: path, row: row}
	}
	p.kinds |= 1 << it.detector
}

// dsn reports whether p is the individu of a DSN.
func (p *parent) dsn() bool { return p.path == dsnIndividual }

// below reports whether the records of a column stand below tb.parent.
func (tb *table) below(column int32) bool {
	if tb.byShare { // fixed-width records, typed: all until the next person
		return true
	}
	if column < 0 || int(column) >= len(tb.paths) {
		return false
	}
	p := tb.paths[column]
	if tb.parent.dsn() {
		return p >= dsnIndividual && p < "S21.G00.80"
	}
	return len(p) > len(tb.parent.path) && strings.HasPrefix(p, tb.parent.path)
}

// dsnIndividual is the block of a DSN that begins a person; those from .31 to .79
// concern the same one (formats: DSN, hierarchy).
const dsnIndividual = "S21.G00.30"

// pathOfName returns the path of the record of a column: what stands in front of
// its last element, "" for a name without a hierarchy. The block of a DSN's rubric
// is its path.
func pathOfName(name string) string {
	i := strings.LastIndexAny(name, "/.")
	if i <= 0 {
		return ""
	}
	if strings.HasPrefix(name, "S21.G00.") {
		return name[:i]
	}
	return name[:i+1]
}

// sameBirth reports whether a date is of the year and month of a NIR: its
// digits 2-3 and 4-5. The date is year first or day first, with or without
// separators.
func sameBirth(nir, date []byte) bool {
	n, d := digits(nir, 5), digits(date, 8)
	if len(n) < 5 || len(d) != 8 && len(d) != 6 {
		return false
	}
	yymm := n[1:5]
	same := func(year, month int) bool { return d[year:year+2] == yymm[:2] && d[month:month+2] == yymm[2:] }
	if len(d) == 6 {
		return same(4, 2) || same(0, 2)
	}
	yearFirst := d[:2] == "19" || d[:2] == "20"
	return yearFirst && same(2, 4) || same(6, 2) && (d[4:6] == "19" || d[4:6] == "20")
}

// digits returns the first digits of b, at most most. The string does not leave
// the caller.
func digits(b []byte, most int) string {
	var out [8]byte
	n := 0
	for i := 0; i < len(b) && n < most; i++ {
		if c := b[i]; c >= '0' && c <= '9' {
			out[n] = c
			n++
		}
	}
	return string(out[:n])
}
