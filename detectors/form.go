package detectors

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// Form is how an organisation writes a number of its own: a pattern of literals
// and classes, and the check that its digits pass.
//
// A pattern is a sequence of ASCII letters, digits, spaces and marks, which stand
// for themselves whatever the case, and of classes ("[0-9]", "[A-Z0-9]"), each
// followed by "{n}", "{m,n}" or "?" where it is repeated or may be missing. \d is
// a digit; a mark with a meaning of its own is written behind a backslash ("\.").
// There are no alternatives, groups or repetitions without end: a form has at most
// maxForm characters and is matched in one step a byte.
type Form struct {
	Pattern string
	// Check is "" or "none", "luhn" (ISO/IEC 7812-1), "mod97" (the last two digits
	// are 97 less the remainder of the others by 97, as in the NIR) or "mod11" (the
	// last is 11 less the remainder by 11 of the others weighted 2 to 7 from the
	// right, X for 10, 0 for 11). It is about the digits; letters do not count.
	Check string
}

// Bounds of a form, in characters.
const (
	minForm = 5
	maxForm = 40
)

// Checks are the values of Form.Check.
var Checks = []string{"none", "luhn", "mod97", "mod11"}

// formCheck is a place in Checks.
type formCheck uint8

const (
	unchecked formCheck = iota
	checkLuhn
	check97
	check11
)

// form is a pattern ready to be matched: item i of it takes the bytes whose accept
// has bit i. A set of states has bit i where i items are behind.
type form struct {
	accept   [256]uint64
	optional uint64
	items    int
	shortest int
	check    formCheck
}

// newForm reads a form. Errors say what is wrong with it.
func newForm(spec Form) (*form, error) {
	check := max(0, slices.Index(Checks, spec.Check))
	if spec.Check != "" && spec.Check != Checks[check] {
		return nil, fmt.Errorf("%q is none of the checks %s", spec.Check, strings.Join(Checks, ", "))
	}
	f := &form{check: formCheck(check)}
	if err := f.parse(spec.Pattern); err != nil {
		return nil, fmt.Errorf("pattern %q: %w", spec.Pattern, err)
	}
	return f, f.safe(spec.Pattern)
}

// parse reads the items of a pattern.
func (f *form) parse(p string) error {
	for i := 0; i < len(p); {
		set, n, err := itemSet(p[i:])
		if err != nil {
			return err
		}
		i += n
		least, most, n, err := repetition(p[i:])
		if err != nil {
			return err
		}
		i += n
		if f.items+most > maxForm {
			return fmt.Errorf("longer than %d characters", maxForm)
		}
		for k := range most {
			if k >= least {
				f.optional |= 1 << f.items
			}
			for b := range 256 {
				if set[b>>6]>>(b&63)&1 != 0 {
					f.accept[b] |= 1 << f.items
				}
			}
			f.items++
		}
		f.shortest += least
	}
	return nil
}

// byteSet has a bit for each byte.
type byteSet [4]uint64

// setOf returns the set of the bytes of s.
func setOf(s string) (set byteSet) {
	for i := range len(s) {
		set[s[i]>>6] |= 1 << (s[i] & 63)
	}
	return set
}

// has reports whether b is in the set.
func (s *byteSet) has(b byte) bool { return s[b>>6]>>(b&63)&1 != 0 }

// add adds b, a letter in both its sizes.
func (s *byteSet) add(b byte) {
	s[b>>6] |= 1 << (b & 63)
	if isLetterByte(b) {
		s[b>>6] |= 1 << (b & 63 &^ 0x20)
		s[b>>6] |= 1 << (b&63 | 0x20)
	}
}

// itemSet reads the literal or class that p begins with, n bytes of it.
func itemSet(p string) (set byteSet, n int, err error) {
	switch b := p[0]; {
	case b == '[':
		return classSet(p)
	case b == '\\' && len(p) > 1 && p[1] == 'd':
		for d := byte('0'); d <= '9'; d++ {
			set.add(d)
		}
		return set, 2, nil
	case b == '\\' && len(p) > 1 && p[1] > ' ' && p[1] < 0x7F && !isAlnum(p[1]):
		set.add(p[1])
		return set, 2, nil
	case b == '*' || b == '+':
		return set, 0, errors.New("a repetition has an end: {n} or {m,n}")
	case strings.IndexByte(`.()|^$\{}?]`, b) >= 0:
		return set, 0, fmt.Errorf("%q means nothing there: a pattern has literals, classes such as [0-9], {n}, {m,n} and ?; a mark itself is written behind a backslash", b)
	case b < ' ' || b >= 0x7F:
		return set, 0, errors.New("letters, digits and marks of ASCII only")
	default:
		set.add(b)
		return set, 1, nil
	}
}

// classSet reads a class.
func classSet(p string) (set byteSet, n int, err error) {
	end := strings.IndexByte(p, ']')
	if end < 2 || p[1] == '^' {
		return set, 0, errors.New("a class lists what it takes: [0-9], [A-Z0-9]")
	}
	for i := 1; i < end; i++ {
		low, high := p[i], p[i]
		if i+2 < end && p[i+1] == '-' {
			high = p[i+2]
			i += 2
		}
		if low < ' ' || high >= 0x7F || low > high || low != high && !(isAlnum(low) && isAlnum(high) && low>>5 == high>>5) {
			return set, 0, errors.New("a class has digits, letters and marks, and ranges such as 0-9 or A-Z")
		}
		for b := low; b <= high; b++ {
			set.add(b)
		}
	}
	return set, end + 1, nil
}

// repetition reads "{n}", "{m,n}" or "?", n bytes of p; once without one.
func repetition(p string) (least, most, n int, err error) {
	switch {
	case p == "" || p[0] != '{' && p[0] != '?':
		return 1, 1, 0, nil
	case p[0] == '?':
		return 0, 1, 1, nil
	}
	end := strings.IndexByte(p, '}')
	if end < 0 {
		return 0, 0, 0, errors.New("a { without }")
	}
	low, high, two := strings.Cut(p[1:end], ",")
	if !two {
		high = low
	}
	least, ok := smallNumber(low)
	most, ok2 := smallNumber(high)
	if !ok || !ok2 || most == 0 || least > most {
		return 0, 0, 0, fmt.Errorf("%q: a repetition is {n} or {m,n}, with m up to n and n up to %d", p[:end+1], maxForm)
	}
	return least, most, end + 1, nil
}

func smallNumber(s string) (n int, ok bool) {
	for _, r := range s {
		if r < '0' || r > '9' || n > maxForm {
			return 0, false
		}
		n = 10*n + int(r-'0')
	}
	return n, s != "" && n <= maxForm
}

// safe refuses forms that would be found everywhere, or that say nothing.
func (f *form) safe(p string) error {
	digits, varying := 0, 0
	for i := range f.items {
		if f.size(i) > 1 {
			varying++
		}
		if f.optional>>i&1 == 0 && f.numeric(i) {
			digits++
		}
	}
	first, last := f.ends()
	switch {
	case f.items == 0:
		return errors.New("an empty pattern")
	case f.shortest < minForm:
		return fmt.Errorf("pattern %q: too short: it takes %d characters, at least %d are needed", p, f.shortest, minForm)
	case varying == 0:
		return fmt.Errorf("pattern %q: the same for every value: nothing in it varies", p)
	case digits < 3:
		return fmt.Errorf("pattern %q: words would match: at least three places for a digit alone are needed", p)
	case !first || !last:
		return fmt.Errorf("pattern %q: it begins and ends with letters or digits", p)
	}
	return nil
}

// ends reports whether all first and all last characters are letters or digits.
func (f *form) ends() (first, last bool) {
	first, last = true, true
	for b, items := range f.accept {
		if isAlnum(byte(b)) {
			continue
		}
		first = first && f.closure(1)&items == 0
		for i := range f.items {
			last = last && (items>>i&1 == 0 || f.closure(1<<(i+1))>>f.items&1 == 0)
		}
	}
	return first, last
}

// size is how many bytes item i takes, both cases of a letter as one.
func (f *form) size(i int) (n int) {
	for b, items := range f.accept {
		if items>>i&1 != 0 && !isCapital(byte(b)) {
			n++
		}
	}
	return n
}

// numeric reports whether item i takes digits alone.
func (f *form) numeric(i int) bool {
	for b, items := range f.accept {
		if items>>i&1 != 0 && !isNum(byte(b)) {
			return false
		}
	}
	return true
}

// digitsOnly reports whether all items take digits alone.
func (f *form) digitsOnly() bool {
	for i := range f.items {
		if !f.numeric(i) {
			return false
		}
	}
	return true
}

// closure adds the states that are reached without a byte.
func (f *form) closure(s uint64) uint64 {
	for next := s & f.optional << 1 &^ s; next != 0; next = next & f.optional << 1 &^ s {
		s |= next
	}
	return s
}

// step is one byte.
func (f *form) step(s uint64, b byte) uint64 { return f.closure(s & f.accept[b] << 1) }

// end returns where the longest text of the form that begins at text[at] and stands
// alone ends, 0 for none.
func (f *form) end(text []byte, at int) (end int) {
	if at < 0 || tokenBefore(text, at) || at < len(text) && isNum(text[at]) && partBefore(text, at) {
		return 0
	}
	s := f.closure(1)
	for i := at; i < len(text) && s != 0; {
		s = f.step(s, text[i])
		i++
		if s>>f.items&1 != 0 && !tokenAfter(text, i) && !(isNum(text[i-1]) && partAfter(text, i)) {
			end = i
		}
	}
	return end
}

// passes reports whether a text of the form passes its check.
func (f *form) passes(text []byte) bool {
	if f.check == unchecked {
		return true
	}
	var digits [maxForm]byte
	n := 0
	for _, b := range text {
		if isNum(b) {
			digits[n] = b
			n++
		}
	}
	mark := byte(0)
	if b := text[len(text)-1]; isLetterByte(b) {
		mark = b &^ 0x20
	}
	switch d := digits[:n]; {
	case n < 3:
		return false
	case f.check == check11:
		return weighted11(d, mark)
	case mark != 0:
		return false
	case f.check == check97:
		return french97(d)
	default:
		return luhn(d) && !sameDigit(d)
	}
}

// french97 reports whether the last two digits are 97 less the remainder of the
// others.
func french97(d []byte) bool {
	rest, key := d[:len(d)-2], decimal(d[len(d)-2:])
	return key > 0 && (mod97(0, rest, 0)+key)%97 == 0 && key <= 97
}

// weighted11 reports whether the last digit, or X for ten, is the check of the
// others.
func weighted11(d []byte, mark byte) bool {
	key := uint(10)
	if mark != 'X' {
		if mark != 0 {
			return false
		}
		key = uint(d[len(d)-1] - '0')
		d = d[:len(d)-1]
	}
	sum, weight := uint(0), uint(2)
	for i := len(d) - 1; i >= 0; i-- {
		sum += uint(d[i]-'0') * weight
		if weight++; weight > 7 {
			weight = 2
		}
	}
	return (11-sum%11)%11 == key && sum > 0
}

// anchor finds the literals at a fixed place of the form that tell it best: all of
// them stand offset bytes behind its start. There is none when nothing is fixed.
func (f *form) anchor() (offset int, literals []string) {
	best := maxFormAnchors + 1
	for from := range f.items {
		if f.optional>>from&1 != 0 {
			break // what follows has no fixed place
		}
		if from > 0 && f.letters(from-1) && f.letters(from) {
			continue // the engine looks for no anchor within a word
		}
		list := []string{""}
		for i := from; i < f.items && i-from < maxAnchor && f.optional>>i&1 == 0; i++ {
			longer := f.spread(list, i)
			if len(longer) > maxFormAnchors || i-from >= minAnchor && len(longer) > len(list) {
				break
			}
			list = longer
		}
		if len(list[0]) >= minAnchor && len(list) < best {
			best, offset, literals = len(list), from, list
		}
	}
	return offset, literals
}

// maxFormAnchors bounds the literals that one form is looked for by: a letter and
// two digits.
const maxFormAnchors = 100

// spread adds each byte of item i to each literal.
func (f *form) spread(list []string, i int) (longer []string) {
	for _, l := range list {
		for b, items := range f.accept {
			if items>>i&1 != 0 && !isCapital(byte(b)) {
				longer = append(longer, l+string(rune(b)))
			}
		}
		if len(longer) > maxFormAnchors {
			break
		}
	}
	return longer
}

// letters reports whether item i takes letters.
func (f *form) letters(i int) bool {
	for b := byte('a'); b <= 'z'; b++ {
		if f.accept[b]>>i&1 != 0 {
			return true
		}
	}
	return false
}

// mayBegin reports whether a text of the form may begin with two digits.
func (f *form) mayBegin(a, b byte) bool {
	return f.step(f.step(f.closure(1), '0'+a), '0'+b) != 0
}

// lengths are the numbers of characters that the form may have.
func (f *form) lengths() (list []int) {
	for n := f.shortest; n <= f.shortest+bits.OnesCount64(f.optional); n++ {
		list = append(list, n)
	}
	return list
}
