package detectors

import (
	"math/bits"
	"slices"
)

// The fields that Layout looks for, and what proves one.

// Fewest records of a group for a column: with a mod 97 key, with less.
const (
	minLinesKey  = 5
	minLinesLuhn = 20
)

// layoutSpec is a form of field.
type layoutSpec struct {
	kind    Kind
	kinds   []Kind // detectors that may accept the slice; none for dates
	width   int    // bytes of the shortest form
	longest int    // of the longest form, where the detector knows the length
	digits  uint8  // the fewest that a valid field has in its first width bytes
	rank    int    // of two columns that overlap, the lower rank stays
	// What proves a column: the share of records and of different values, the
	// records filled, the valid ones, and the different values among those.
	minShare                         float64
	minLines, minValid, minDifferent int
	date                             func([]byte) (date, bool)
	// alone is asked of a kind without a key; see standsAlone.
	alone bool
}

// layoutSpecs are the forms, stronger ones first. A valid minimum of four keeps
// the chance of a wrong column below 10^-6 for a key of 1 % in five records.
var layoutSpecs = []layoutSpec{
	{kind: "iban", kinds: []Kind{"iban"}, width: 15, longest: 34, digits: 2, rank: 1, minShare: 0.6, minLines: minLinesKey, minValid: 4, minDifferent: 2},
	{kind: "nir", kinds: []Kind{"nir", "nia"}, width: 15, digits: 14, rank: 2, minShare: 0.6, minLines: minLinesKey, minValid: 4, minDifferent: 3},
	{kind: "nir", kinds: []Kind{"nir", "nia"}, width: 21, digits: 14, rank: 2, minShare: 0.6, minLines: minLinesKey, minValid: 4, minDifferent: 3},
	{kind: "nir", kinds: []Kind{"nir", "nia"}, width: 23, digits: 14, rank: 2, minShare: 0.6, minLines: minLinesKey, minValid: 4, minDifferent: 3},
	{kind: "rib", kinds: []Kind{"rib"}, width: 23, digits: 12, rank: 3, minShare: 0.6, minLines: minLinesKey, minValid: 4, minDifferent: 3},
	{kind: "rib", kinds: []Kind{"rib"}, width: 26, digits: 12, rank: 3, minShare: 0.6, minLines: minLinesKey, minValid: 4, minDifferent: 3},
	{kind: "tax_number_fr", kinds: []Kind{"tax_number_fr"}, width: 13, digits: 13, rank: 4, minShare: 0.6, minLines: minLinesKey, minValid: 5, minDifferent: 4},
	{kind: "tax_number_fr", kinds: []Kind{"tax_number_fr"}, width: 17, digits: 13, rank: 4, minShare: 0.6, minLines: minLinesKey, minValid: 5, minDifferent: 4},
	{kind: "vat_fr", kinds: []Kind{"vat_fr"}, width: 13, digits: 9, rank: 4, minShare: 0.6, minLines: minLinesKey, minValid: 4, minDifferent: 3},
	{kind: "vat_fr", kinds: []Kind{"vat_fr"}, width: 17, digits: 9, rank: 4, minShare: 0.6, minLines: minLinesKey, minValid: 4, minDifferent: 3},
	{width: 10, digits: 8, rank: 5, minShare: 0.9, minLines: minLinesLuhn, minValid: 18, minDifferent: 5, date: dateISO},
	{width: 10, digits: 8, rank: 5, minShare: 0.9, minLines: minLinesLuhn, minValid: 18, minDifferent: 5, date: dateFrench},
	{kind: "payment_card", kinds: []Kind{"payment_card"}, width: 16, digits: 16, rank: 4, minShare: 0.8, minLines: minLinesLuhn, minValid: 17, minDifferent: 8},
	{kind: "siret", kinds: []Kind{"siret"}, width: 14, digits: 14, rank: 5, minShare: 0.8, minLines: minLinesLuhn, minValid: 17, minDifferent: 4},
	{kind: "siret", kinds: []Kind{"siret"}, width: 17, digits: 14, rank: 5, minShare: 0.8, minLines: minLinesLuhn, minValid: 17, minDifferent: 4},
	{kind: "finess", kinds: []Kind{"finess"}, width: 9, digits: 8, rank: 6, minShare: 0.9, minLines: minLinesLuhn, minValid: 18, minDifferent: 6},
	{width: 8, digits: 8, rank: 7, minShare: 0.9, minLines: minLinesLuhn, minValid: 18, minDifferent: 5, date: dateAAAAMMJJ},
	{width: 8, digits: 8, rank: 7, minShare: 0.9, minLines: minLinesLuhn, minValid: 18, minDifferent: 5, date: dateJJMMAAAA},
	phoneField(10), phoneField(12), phoneField(13), phoneField(14), phoneField(17),
	{kind: "ccam", kinds: []Kind{"ccam"}, width: 7, digits: 3, rank: 8, minShare: 0.8, minLines: minLinesLuhn, minValid: 17, minDifferent: 8},
	{kind: "bic", kinds: []Kind{"bic"}, width: 11, rank: 8, minShare: 0.9, minLines: minLinesLuhn, minValid: 18, minDifferent: 3},
	{kind: "bic", kinds: []Kind{"bic"}, width: 8, rank: 9, minShare: 0.9, minLines: minLinesLuhn, minValid: 18, minDifferent: 3},
	{width: 6, digits: 6, rank: 10, minShare: 0.9, minLines: minLinesLuhn, minValid: 18, minDifferent: 8, date: dateAAMMJJ},
	{width: 6, digits: 6, rank: 10, minShare: 0.9, minLines: minLinesLuhn, minValid: 18, minDifferent: 8, date: dateJJMMAA},
}

// phoneField is a telephone number: plain, with groups, or with the code of the
// country in front.
func phoneField(width int) layoutSpec {
	return layoutSpec{kind: "phone_fr", kinds: []Kind{"phone_fr"}, width: width, digits: 9, rank: 6, alone: true,
		minShare: 0.75, minLines: minLinesLuhn, minValid: 18, minDifferent: 12}
}

// specNIR13 is a NIR whose key stands elsewhere in the record. There are as many
// places for the key as bytes, so that more records must agree.
var specNIR13 = layoutSpec{kind: "nir", width: 13, digits: 12, rank: 4, minShare: 0.9, minLines: 8, minValid: 8, minDifferent: 5}

// checker returns the function that says how many bytes of a slice are a valid
// field, 0 for none; false when the engine has no detector for it.
func (s *layoutSpec) checker(e *Engine) (func([]byte) int, bool) {
	if s.date != nil {
		return func(b []byte) int {
			if _, ok := s.date(b); ok {
				return s.width
			}
			return 0
		}, true
	}
	var ds []*Detector
	for _, k := range s.kinds {
		if i := e.Index(k); i >= 0 {
			ds = append(ds, e.detectors[i])
		}
	}
	return func(b []byte) int {
		for _, d := range ds {
			if n := fieldLength(d, b, s.width, max(s.width, s.longest)); n > 0 {
				return n
			}
		}
		return 0
	}, len(ds) > 0
}

// fieldLength returns how many bytes of b, shortest to longest, detector d
// accepts when they stand alone; 0 for none.
func fieldLength(d *Detector, b []byte, shortest, longest int) int {
	if !isAlnum(b[0]) {
		return 0
	}
	if shortest != longest && !(isLetterByte(b[0]) && isLetterByte(b[1]) && isNum(b[2]) && isNum(b[3])) {
		return 0 // an IBAN begins with a country and its key
	}
	for n := min(longest, len(b)); n >= shortest; n-- {
		if acceptsAlone(d, b[:n]) {
			return n
		}
	}
	return 0
}

// acceptsAlone reports whether d accepts the whole of a text, and its key where
// the kind has one: three in four numbers of thirteen digits are built like a NIR
// without its key.
func acceptsAlone(d *Detector, text []byte) bool {
	var s Span
	if d.Run != nil && slices.Contains(d.Runs, len(text)) && digits(text, 0, len(text)) {
		s = d.Run(text, 0, len(text))
	}
	if s.Outcome != Accepted && d.Verify != nil {
		s = d.Verify(text, 0)
	}
	return s.Outcome == Accepted && s.Start == 0 && int(s.End) == len(text) && (s.Why&Key != 0 || d.Kind == "bic" || d.Kind == "ccam" || d.Kind == "phone_fr")
}

// proves reports whether a column is more than chance: enough records, enough of
// them valid, and the same among the different values, for one constant that
// passes by luck fills a column as well as a thousand right ones.
func (s *layoutSpec) proves(c LayoutColumn, l *layout, v []verdict, group []int) bool {
	if c.Share < s.minShare || c.Lines < s.minLines || 5*c.Lines < len(group) || l.count(v, group) < s.minValid {
		return false
	}
	type tally struct{ right, all int }
	var t tally
	seen := map[string]bool{}
	counter, last := 0, -1
	for _, i := range group {
		r := l.records[i]
		if v[i] == blank || c.Start+s.width > len(r) {
			continue
		}
		field := r[c.Start:min(len(r), c.End)]
		if s.date != nil && v[i] == valid && digits(field, 0, s.width) {
			n := number(field, 0, s.width)
			if n == last+1 {
				counter++
			}
			last = n
		}
		if seen[string(field)] {
			continue
		}
		seen[string(field)] = true
		t.all++
		if v[i] == valid {
			t.right++
		}
	}
	if s.alone && !l.standsAlone(c, v, group) {
		return false
	}
	return t.right >= s.minDifferent && float64(t.right) >= s.minShare*float64(t.all) && 3*counter < 2*t.all
}

// standsAlone reports whether the telephone numbers of a column are more than a
// slice of longer numbers, or numbers of a series that begins with 0: those in
// their national form have no digit beside them, and they are mobile or of
// several zones.
func (l *layout) standsAlone(c LayoutColumn, v []verdict, group []int) bool {
	glued, national, abroad := 0, 0, 0
	zones := uint(0)
	for _, i := range group {
		r := l.records[i]
		if v[i] != valid || c.End > len(r) {
			continue
		}
		field := r[c.Start:c.End]
		if field[0] != '0' || field[1] == '0' {
			abroad++
			continue
		}
		national++
		if c.Start > 0 && isNum(r[c.Start-1]) || c.End < len(r) && isNum(r[c.End]) {
			glued++
		}
		zones |= 1 << (field[1] & 15)
	}
	const mobile = 1<<6 | 1<<7
	return 10*glued <= national && (zones&mobile != 0 || bits.OnesCount(zones) > 1 || abroad > national)
}

// splitNIR finds NIRs of thirteen characters whose key of two digits stands
// elsewhere in the record.
func (l *layout) splitNIR(found []layoutField, width int) []layoutField {
	for at := 0; at+13 <= width; at++ {
		var keys [layoutRecords]int // 0 where no NIR stands
		n := 0
		before, behind := &l.digits[at], &l.digits[at+13]
		for i, r := range l.records {
			if behind[i]-before[i] < specNIR13.digits || at+13 > len(r) {
				continue
			}
			if key, ok := nirBody(r[at : at+13]); ok {
				keys[i] = key
				n++
			}
		}
		if n < specNIR13.minValid {
			continue
		}
		found = l.keysOf(found, keys[:], at, width)
	}
	return found
}

// keysOf tries every place for the keys of the NIRs at one offset.
func (l *layout) keysOf(found []layoutField, keys []int, at, width int) []layoutField {
	all := make([]int, len(l.records))
	for i := range all {
		all[i] = i
	}
	for k := 0; k+2 <= width; k++ {
		if k > at-2 && k <= at+13 { // inside, or the key right behind: the form of 15
			continue
		}
		var verdicts [layoutRecords]verdict
		hits := 0
		for i, r := range l.records {
			switch {
			case at+13 > len(r) || k+2 > len(r) || isBlank(r[at:at+13]):
			case keys[i] > 0 && digits(r, k, 2) && number(r, k, 2) == keys[i]:
				verdicts[i] = valid
				hits++
			default:
				verdicts[i] = invalid
			}
		}
		if hits < specNIR13.minValid {
			continue
		}
		found = l.split(found, &specNIR13, verdicts[:], all, "", at, at+13)
	}
	return found
}

// nirBody reads a NIR or NIA without its key and returns the key it should have.
func nirBody(b []byte) (key int, ok bool) {
	for i, c := range b {
		if !isNum(c) && !(i == 6 && (c == 'A' || c == 'B')) {
			return 0, false
		}
	}
	switch b[0] {
	case '1', '2', '3', '4', '7', '8':
		number, ok := nirNumber(b)
		return int(97 - number%97), ok
	}
	return 0, false
}

// Dates of fixed-width records, in years that a person may be born in.

func dateAAAAMMJJ(b []byte) (date, bool) { return packed(b, 8, 0, 4, 4, 6) }
func dateJJMMAAAA(b []byte) (date, bool) { return packed(b, 8, 4, 4, 2, 0) }
func dateAAMMJJ(b []byte) (date, bool)   { return packed(b, 6, 0, 2, 2, 4) }
func dateJJMMAA(b []byte) (date, bool)   { return packed(b, 6, 4, 2, 2, 0) }

// dateISO and dateFrench have hyphens, slashes or full stops between the parts.
func dateISO(b []byte) (date, bool)    { return parted(b, 4, 7, 0, 5, 8) }
func dateFrench(b []byte) (date, bool) { return parted(b, 2, 5, 6, 3, 0) }

// parted reads a date of ten characters with the same sign at two places.
func parted(b []byte, first, second, year, month, day int) (date, bool) {
	if len(b) < 10 || b[first] != b[second] || b[first] != '-' && b[first] != '/' && b[first] != '.' ||
		!digits(b, year, 4) || !digits(b, month, 2) || !digits(b, day, 2) {
		return date{}, false
	}
	d := date{number(b, year, 4), number(b, month, 2), number(b, day, 2)}
	return d, d.valid() && d.plausible()
}

// packed reads a date of n digits with its parts at the given places.
func packed(b []byte, n, year, yearLen, month, day int) (date, bool) {
	if len(b) < n || !digits(b, 0, n) {
		return date{}, false
	}
	d := date{number(b, year, yearLen), number(b, month, 2), number(b, day, 2)}
	if yearLen == 2 {
		d.year = fullYear(d.year)
	}
	return d, d.valid() && d.plausible()
}
