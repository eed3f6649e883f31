package detectors

import (
	"bytes"
	"cmp"
	"slices"
)

// Layout of fixed-width records. In NOEMIE, B2, CFONB and the like, numbers are
// glued to their neighbours: no token begins where a NIR does. The column method
// finds the fields without knowing the format: at every offset it counts the
// records whose slice, taken alone, is a valid number. The right offset gives
// nearly all of them, a wrong one the share of chance (0.4 % for a NIR, 1 % for a
// RIB key, 10 % for Luhn), so the two cannot be confused once there are enough
// different values.

// Bounds of Layout: the records sampled and the bytes looked at in each.
const (
	layoutRecords = 400
	layoutWidth   = 1024
)

// LayoutColumn is a field found in fixed-width records.
type LayoutColumn struct {
	// Type is how the records begin that have the field, at most four bytes; ""
	// for all records.
	Type string
	// Start and End are the bytes of the field in the record, End exclusive.
	Start, End int
	// Kind is what the field holds; "" for a date of which nothing tells that it
	// is one of birth.
	Kind Kind
	// Share of the records of the type whose field is filled and valid, among
	// those whose field is filled, and how many were looked at.
	Share float64
	Lines int
}

// Layout finds the fields of fixed-width records, sorted by Start. Records are
// text in ASCII or a one-byte encoding of Latin letters, without line ends; more
// than 400 are sampled evenly, and 1,024 bytes are looked at in each. It reports
// no field at an offset that chance explains: mod 97 keys need 60 % of at least
// five records, Luhn keys and dates 90 % of at least twenty, and all of them
// several different values. Only kinds of the engine are looked for. It is safe
// for concurrent use.
func (e *Engine) Layout(records [][]byte) []LayoutColumn {
	l := layout{records: sampleRecords(records)}
	if len(l.records) < minLinesKey {
		return nil
	}
	width := l.countDigits()
	var found []layoutField
	for i := range layoutSpecs {
		s := &layoutSpecs[i]
		check, ok := s.checker(e)
		if !ok || len(l.records) < s.minLines {
			continue
		}
		for at := 0; at+s.width <= width; at++ {
			found = l.try(found, s, check, at)
		}
	}
	if e.Index("nir") >= 0 {
		found = l.splitNIR(found, width)
	}
	return l.columns(e, found)
}

// sampleRecords returns at most layoutRecords records, cut to layoutWidth.
func sampleRecords(records [][]byte) [][]byte {
	var sample [][]byte
	n := min(len(records), layoutRecords)
	for i := range n {
		r := records[i*len(records)/n]
		if len(bytes.TrimSpace(r)) > 0 {
			sample = append(sample, r[:min(len(r), layoutWidth)])
		}
	}
	return sample
}

// layout is the work of one call.
type layout struct {
	records [][]byte
	digits  [][layoutRecords]uint8 // by offset: how many digits each record has in front of it, modulo 256
}

// countDigits fills l.digits and returns the length of the longest record.
func (l *layout) countDigits() (width int) {
	for _, r := range l.records {
		width = max(width, len(r))
	}
	l.digits = make([][layoutRecords]uint8, width+1)
	for i, r := range l.records {
		n := uint8(0)
		for at := range width {
			l.digits[at][i] = n
			if at < len(r) && isNum(r[at]) {
				n++
			}
		}
		l.digits[width][i] = n
	}
	return width
}

// layoutField is a candidate column.
type layoutField struct {
	LayoutColumn
	spec *layoutSpec
}

// verdict is what a slice of one record is.
type verdict uint8

const (
	blank   verdict = iota // beyond the record, spaces or zeros: tells nothing
	invalid                // filled with something else
	valid
)

// try checks the slices at one offset and appends the columns found. Nearly all
// offsets of nearly all texts have too few digits for most forms: they are told by
// that alone.
func (l *layout) try(found []layoutField, s *layoutSpec, check func([]byte) int, at int) []layoutField {
	var verdicts [layoutRecords]verdict
	ends, hits := 0, 0
	before, behind := &l.digits[at], &l.digits[at+s.width]
	for i, r := range l.records {
		if behind[i]-before[i] < s.digits || at+s.width > len(r) {
			continue
		}
		if n := check(r[at:min(len(r), at+max(s.width, s.longest))]); n > 0 {
			verdicts[i] = valid
			ends = max(ends, at+n)
			hits++
		}
	}
	if hits < s.minValid {
		return found
	}
	for i, r := range l.records {
		if at+s.width <= len(r) && verdicts[i] != valid && !isBlank(r[at:at+s.width]) {
			verdicts[i] = invalid
		}
	}
	all := make([]int, len(l.records))
	for i := range all {
		all[i] = i
	}
	return l.split(found, s, verdicts[:], all, "", at, ends)
}

// isBlank reports whether a slice holds only spaces, or only zeros.
func isBlank(b []byte) bool {
	for _, c := range b {
		if c != b[0] {
			return false
		}
	}
	return b[0] == ' ' || b[0] == '0'
}

// maxTypes is how many types of record may hold the same field.
const maxTypes = 8

// split reports a column for the records of a group, or, where types tell the
// valid records from the others, for the groups of those types.
func (l *layout) split(found []layoutField, s *layoutSpec, v []verdict, group []int, prefix string, at, end int) []layoutField {
	column := l.measure(s, v, group, prefix, at, end)
	proved := s.proves(column, l, v, group)
	if column.Share < 1 && len(prefix) < 4 {
		var inner []layoutField
		for _, c := range l.children(group, len(prefix)) {
			if len(c) >= minLinesKey {
				inner = l.split(inner, s, v, c, string(l.records[c[0]][:len(prefix)+1]), at, end)
			}
		}
		if len(inner) > 0 && (!proved || sharper(inner, column)) {
			return append(found, inner...)
		}
	}
	if proved {
		column.Type = l.extend(prefix, group)
		found = append(found, layoutField{column, s})
	}
	return found
}

// sharper reports whether the columns of a few types say more than one of all:
// they keep nearly all valid records and leave most of the others out.
func sharper(inner []layoutField, all LayoutColumn) bool {
	right, wrong := 0.0, 0.0
	for _, c := range inner {
		right += c.Share * float64(c.Lines)
		wrong += (1 - c.Share) * float64(c.Lines)
	}
	lines := float64(all.Lines)
	return len(inner) <= maxTypes && right >= 0.9*all.Share*lines && wrong <= 0.5*(1-all.Share)*lines
}

// children groups records by the byte at n, in the order of first appearance.
func (l *layout) children(group []int, n int) [][]int {
	var place [256]int
	var children [][]int
	for _, i := range group {
		if n >= len(l.records[i]) {
			continue
		}
		b := l.records[i][n]
		if place[b] == 0 {
			children = append(children, nil)
			place[b] = len(children)
		}
		children[place[b]-1] = append(children[place[b]-1], i)
	}
	return children
}

// extend lengthens the prefix of a type by what its records share, up to three
// bytes in all: "255" rather than "2".
func (l *layout) extend(prefix string, group []int) string {
	if prefix == "" {
		return prefix
	}
	first := l.records[group[0]]
	for len(prefix) < 3 && len(first) > len(prefix) && isAlnum(first[len(prefix)]) {
		longer := first[:len(prefix)+1]
		for _, i := range group {
			if !bytes.HasPrefix(l.records[i], longer) {
				return prefix
			}
		}
		prefix = string(longer)
	}
	return prefix
}

// count counts the valid records of a group.
func (l *layout) count(v []verdict, group []int) (n int) {
	for _, i := range group {
		if v[i] == valid {
			n++
		}
	}
	return n
}

// measure works out the share of a group.
func (l *layout) measure(s *layoutSpec, v []verdict, group []int, prefix string, at, end int) LayoutColumn {
	filled := 0
	for _, i := range group {
		if v[i] != blank {
			filled++
		}
	}
	c := LayoutColumn{Type: prefix, Start: at, End: end, Kind: s.kind, Lines: filled}
	if filled > 0 {
		c.Share = float64(l.count(v, group)) / float64(filled)
	}
	return c
}

// columns resolves overlaps, tells dates of birth and sorts.
func (l *layout) columns(e *Engine, found []layoutField) []LayoutColumn {
	slices.SortStableFunc(found, func(a, b layoutField) int {
		return cmp.Or(cmp.Compare(a.spec.rank, b.spec.rank), cmp.Compare(b.Share, a.Share),
			cmp.Compare(b.End-b.Start, a.End-a.Start), cmp.Compare(a.Start, b.Start))
	})
	var kept []layoutField
	for _, f := range found {
		clash := func(k layoutField) bool {
			return k.Start < f.End && f.Start < k.End && (hasPrefix(k.Type, f.Type) || hasPrefix(f.Type, k.Type))
		}
		if !slices.ContainsFunc(kept, clash) && (f.Kind != "bic" || besideAccount(f, found)) && !(f.Kind == "rib" && insideIBAN(f, found)) {
			kept = append(kept, f)
		}
	}
	var columns []LayoutColumn
	for _, f := range kept {
		if f.spec.date != nil && e.Index("birth_date") >= 0 && l.agreesWithNIR(f, kept) {
			f.Kind = "birth_date"
		}
		columns = append(columns, f.LayoutColumn)
	}
	slices.SortStableFunc(columns, func(a, b LayoutColumn) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Type, b.Type))
	})
	return columns
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

// besideAccount reports whether records of the type hold an account number: a
// BIC has no key, and any word of eight capitals may look like one.
func besideAccount(f layoutField, found []layoutField) bool {
	return slices.ContainsFunc(found, func(k layoutField) bool {
		return (k.Kind == "iban" || k.Kind == "rib") && (hasPrefix(k.Type, f.Type) || hasPrefix(f.Type, k.Type))
	})
}

// insideIBAN reports whether account numbers stand behind the country and the key
// of an IBAN: those of the records whose IBAN has another key are no RIB.
func insideIBAN(f layoutField, found []layoutField) bool {
	return slices.ContainsFunc(found, func(k layoutField) bool {
		return k.Kind == "iban" && k.Start < f.Start && f.Start < k.End
	})
}

// agreesWithNIR reports whether the year and month of a date are those of a NIR
// in the same record, nearly always: as strong as a key.
func (l *layout) agreesWithNIR(f layoutField, kept []layoutField) bool {
	for _, k := range kept {
		if k.Kind != "nir" || !hasPrefix(k.Type, f.Type) && !hasPrefix(f.Type, k.Type) {
			continue
		}
		same, all := 0, 0
		for _, r := range l.records {
			if len(r) < max(f.End, k.End) || !hasPrefix(string(r[:min(len(r), 4)]), f.Type) || !hasPrefix(string(r[:min(len(r), 4)]), k.Type) {
				continue
			}
			d, ok := f.spec.date(r[f.Start:f.End])
			body, nir := nirIn(r[k.Start:k.End])
			if !ok || !nir {
				continue
			}
			all++
			if number(body[:], 1, 2) == d.year%100 && number(body[:], 3, 2) == d.month {
				same++
			}
		}
		if all >= minLinesKey && 10*same >= 8*all {
			return true
		}
	}
	return false
}

// nirIn returns the thirteen characters of the NIR in a field, without what
// separates its groups.
func nirIn(field []byte) (body [13]byte, ok bool) {
	n := 0
	for _, c := range field {
		if n < len(body) && isAlnum(c) {
			if isLetterByte(c) {
				c &^= 0x20
			}
			body[n] = c
			n++
		}
	}
	if n < len(body) {
		return body, false
	}
	_, ok = nirBody(body[:])
	return body, ok
}
