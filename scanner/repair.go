package scanner

import (
	"slices"
	"time"

	"recense/detectors"
	"recense/sources"
)

// Spreadsheets take identifiers for numbers: leading zeros go, dates become
// counts of days, and long numbers become powers of ten. A cell that is of a kind
// once that is undone is a repaired one. By itself it proves nothing (one number in
// ten passes the check of a FINESS), so that it counts only when its whole column is promoted, by its name or by the share of a check digit.
// Telephone numbers without their zero are the detector's own. A power of ten that
// has all its digits is written out; nothing is made up for digits that are lost:
// such columns are reported.

// repairs are the readings that a column is tried with, as bits.
type repairs uint32

const (
	lostZeroFINESS repairs = 1 << iota // 10000024
	lostZeroSIRET                      // 5520017200024
	daysAsBirth                        // 28914
	powersOfTen                        // 2,84E+14: reported; 2,84025544003281E+14: written out
	firstNumber                        // and from here on, the kinds of numbersOnly to try
)

// numbersOnly are the kinds whose values a spreadsheet may take for numbers.
var numbersOnly = []detectors.Kind{"nir", "nia", "siret", "siren", "finess", "rpps", "adeli", "payment_card", "tax_number_fr",
	"phone_fr", "cip", "ucd", "rib"}

// repairsOf returns the readings to try in a column of that name.
func (s *unitSink) repairsOf(c detectors.Column, nameless bool) (r repairs) {
	for i, k := range numbersOnly {
		if c.Names(s.engine, k) {
			r |= powersOfTen | firstNumber<<i
		}
	}
	for _, x := range []struct {
		kind detectors.Kind
		repairs
	}{{"finess", lostZeroFINESS}, {"siret", lostZeroSIRET}, {"birth_date", daysAsBirth}} {
		if c.Names(s.engine, x.kind) {
			r |= x.repairs
		}
	}
	if nameless && s.engine.Index("siret") >= 0 {
		r |= lostZeroSIRET // two check digits tell
	}
	return r
}

// repair adds repaired cells to s.items and marks them in s.bits, which must hold
// the detectors that matched whole cells.
func (s *unitSink) repair(t *tally, tb *table, c *sources.Chunk) {
	n := len(s.items)
	for i := range c.Fields.Len() {
		col := c.Fields.Column[i]
		if col < 0 || int(col) >= len(tb.repairs) || tb.repairs[col] == 0 || s.bits[i] != 0 {
			continue
		}
		from, to := int(c.Fields.Start[i]), int(c.Fields.End[i])
		value := trim(c.Data[from:to])
		if len(value) < 5 || len(value) > maxRepaired {
			continue
		}
		r := tb.repairs[col]
		d := s.repaired(r, value)
		if d < 0 && r&powersOfTen != 0 && isPowerOfTen(value) {
			s.damaged(t, tb, c, i)
			continue
		}
		if d >= 0 {
			at := from + leading(c.Data[from:to])
			s.bits[i] |= 1 << d
			s.items = append(s.items, item{detector: uint8(d), outcome: repaired, fills: true, Match: detectors.Match{Detector: s.detectors[d],
				Start: at, End: at + len(value), Score: detectors.ScorePossible - 1, Why: detectors.Structure, Field: int32(i)}})
		}
	}
	if len(s.items) > n {
		slices.SortStableFunc(s.items, func(a, b item) int { return a.Start - b.Start })
	}
}

// maxRepaired is the longest cell that is tried, bytes.
const maxRepaired = 24

// repaired returns the detector of which value is one once repaired, -1 for none.
// s.undone is then its repaired form.
func (s *unitSink) repaired(r repairs, value []byte) int {
	if r&powersOfTen != 0 && isPowerOfTen(value) {
		return s.writtenOut(r, value)
	}
	for _, b := range value {
		if b < '0' || b > '9' {
			return -1
		}
	}
	switch n := len(value); {
	case r&lostZeroFINESS != 0 && n == 8 && value[0] != '0':
		return s.padded("finess", value, 9)
	case r&lostZeroSIRET != 0 && n >= 12 && n <= 13 && value[0] != '0':
		return s.padded("siret", value, 14)
	case r&daysAsBirth != 0 && n == 5 && s.born >= 0:
		return s.days(value)
	}
	return -1
}

// mostZeros is how many zeros at the end of a number a power of ten leaves out at
// most; with fewer digits than that the others are lost.
const mostZeros = 3

// writtenOut writes a power of ten that has all its digits without the power.
func (s *unitSink) writtenOut(r repairs, value []byte) int {
	s.undone = append(s.undone[:0], value[0])
	i := 2
	for ; value[i]|0x20 != 'e'; i++ {
		s.undone = append(s.undone, value[i])
	}
	n := len(value)
	zeros := int(value[n-2]-'0')*10 + int(value[n-1]-'0') - (i - 2)
	if zeros < 0 || zeros > mostZeros {
		return -1
	}
	for range zeros {
		s.undone = append(s.undone, '0')
	}
	for i, k := range numbersOnly {
		if d := s.engine.Index(k); d >= 0 && r&(firstNumber<<i) != 0 && standsAlone(s.detectors[d], s.undone) {
			return d
		}
	}
	return -1
}

// padded puts zeros in front of value.
func (s *unitSink) padded(k detectors.Kind, value []byte, size int) int {
	d := s.engine.Index(k)
	if d < 0 {
		return -1
	}
	s.undone = s.undone[:0]
	for range size - len(value) {
		s.undone = append(s.undone, '0')
	}
	s.undone = append(s.undone, value...)
	if !standsAlone(s.detectors[d], s.undone) {
		return -1
	}
	return d
}

// standsAlone reports whether d accepts the whole of a text.
func standsAlone(d *detectors.Detector, text []byte) bool {
	var v detectors.Span
	if d.Run != nil && slices.Contains(d.Runs, len(text)) {
		v = d.Run(text, 0, len(text))
	}
	if v.Outcome != detectors.Accepted && d.Verify != nil {
		v = d.Verify(text, 0)
	}
	return v.Outcome == detectors.Accepted && v.Start == 0 && int(v.End) == len(text)
}

// Days are counted from the end of 1899, as spreadsheets do that take 1900 for a
// leap year (ECMA-376 part 1, 18.17.4.1); the other system, from 1904, gives dates
// four years apart, which changes no count. Five digits begin in 1927: fewer are
// years as well.
var dayZero = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// days reads a count of days as a date of birth, not before 1927 and not in the
// future.
func (s *unitSink) days(value []byte) int {
	n := 0
	for _, b := range value {
		n = 10*n + int(b-'0')
	}
	day := dayZero.AddDate(0, 0, n)
	if n < 10000 || day.After(s.opt.Now()) {
		return -1
	}
	s.undone = day.AppendFormat(s.undone[:0], "02/01/2006")
	return s.born
}

// isPowerOfTen reports whether value is a number that a spreadsheet shortened:
// "2,84E+14", "1.85058E+12".
func isPowerOfTen(value []byte) bool {
	n := len(value)
	if n < 6 || value[0] < '1' || value[0] > '9' || value[1] != ',' && value[1] != '.' {
		return false
	}
	i := 2
	for i < n && value[i] >= '0' && value[i] <= '9' {
		i++
	}
	if i == 2 || i == n || value[i]|0x20 != 'e' {
		return false
	}
	exponent := value[i+1:]
	if len(exponent) > 0 && exponent[0] == '+' {
		exponent = exponent[1:]
	}
	return len(exponent) == 2 && exponent[0] >= '0' && exponent[0] <= '2' && exponent[1] >= '0' && exponent[1] <= '9'
}

// damaged records that a cell of a column of identifiers has lost its digits.
func (s *unitSink) damaged(t *tally, tb *table, c *sources.Chunk, field int) {
	col := c.Fields.Column[field]
	at := sources.Location{Part: tb.masked, Column: col + 1, Byte: -1}
	if int(field) < len(c.Fields.Row) {
		at.Row = c.Fields.Row[field]
	}
	if e := tb.element(col); e != nil {
		at.Field = e.Field
	}
	t.skip(sources.DamagedNumbers, at)
}
