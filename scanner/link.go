package scanner

import (
	"recense/detectors"
	"recense/sources"
)

// persons are the kinds that say whose row it is.
var persons = []detectors.Kind{
	"nir", "nia", "email", "phone_fr", "phone_intl", "iban", "rib", "payment_card", "rpps", "adeli",
	"tax_number_fr", "birth_date", "person_name",
}

func personKinds(e *detectors.Engine) (set uint64) {
	for _, k := range persons {
		if i := e.Index(k); i >= 0 {
			set |= 1 << i
		}
	}
	return set
}

// agreedScore is what a birth date is worth when the NIR of its row gives the
// same year and month: chance agreement is one in 1,200.
const agreedScore = 75

// link marks the candidates of a row beside which another kind identifies a
// person. Rows that go on in the next chunk are seen in two parts.
func (s *unitSink) link(c *sources.Chunk) {
	for i := 0; i < len(s.items); {
		j := i + 1
		for j < len(s.items) && sameRow(c, &s.items[i], &s.items[j]) {
			j++
		}
		if j-i > 1 {
			s.linkRow(c, s.items[i:j])
		}
		i = j
	}
}

func sameRow(c *sources.Chunk, a, b *item) bool {
	return a.Field >= 0 && b.Field >= 0 && int(b.Field) < len(c.Fields.Row) && c.Fields.Row[a.Field] == c.Fields.Row[b.Field]
}

func (s *unitSink) linkRow(c *sources.Chunk, row []item) {
	if s.born >= 0 && s.nir >= 0 && !s.birthNamed(row) {
		for i := range row {
			if int(row[i].detector) == s.born && row[i].outcome != rejected {
				s.agree(c, row, &row[i])
			}
		}
	}
	var kinds uint64 // of kept matches that identify
	for i := range row {
		if row[i].outcome == kept {
			kinds |= 1 << row[i].detector & s.persons
		}
	}
	for i := range row {
		row[i].linked = row[i].outcome != rejected && kinds&^(1<<row[i].detector) != 0
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

// agree raises a date that a kept NIR of its row confirms.
func (s *unitSink) agree(c *sources.Chunk, row []item, date *item) {
	for i := range row {
		n := &row[i]
		if int(n.detector) != s.nir || n.outcome != kept {
			continue
		}
		if sameBirth(c.Data[n.Start:n.End], c.Data[date.Start:date.End]) {
			date.outcome = kept
			date.Score = max(date.Score, agreedScore)
			date.Why |= detectors.Linked
			return
		}
	}
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
	for _, c := range b {
		if c >= '0' && c <= '9' && n < most {
			out[n] = c
			n++
		}
	}
	return string(out[:n])
}
