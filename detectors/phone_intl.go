package detectors

var phoneIntl = Detector{
	Kind: "phone_intl",
	Doc: `Numéro de téléphone étranger / Foreign telephone number
+ or 00, a country code of the ITU list, and a national number of a length that exists
in that country: 15 digits at most (ITU-T E.164). France and its overseas countries
are the kind phone_fr. 00 without separators is as likely a padded number: weak, but
for the countries around. Without + or 00 only the numbers of those, and only with a
word or a column.`,
	Max:  Probable,
	Runs: []int{10, 11, 12, 13, 14, 15, 16, 17}, Run: runPhoneIntl, Heads: phoneIntlHeads,
	Shape: phoneIntlShape, Verify: verifyPhoneIntl,
	Before: phoneBefore, After: phoneIntlAfter,
	Context: phoneContext, Against: phoneAgainst,
	Columns: phoneColumns,
	Normal:  normalPhoneIntl, Placeholder: "[TEL]",
}

// maxDialGaps is how many gaps a number may have, and phoneIntlAfter how far it
// reaches: 00, a code, (0), twelve digits, the gaps, each with a bracket.
const (
	maxDialGaps    = 8
	phoneIntlAfter = 2 + maxGap + 3 + 1 + 3 + 15 + (maxDialGaps+3)*(2*maxGap+1) + neighbourAfter
)

// dialLengths has the lengths of national numbers by country code.
var dialLengths = dialTable()

func dialTable() (t [1000]uint16) {
	for _, d := range dialCodes {
		t[d.code] = d.lengths
	}
	t[1] = 1 << 10 // North America: an area code is always part of it
	return t
}

// dialCode returns the width and the lengths of the country code that d begins
// with, 0 when it is none or French. No code begins with another.
func dialCode(d []byte) (width int, lengths uint16) {
	if len(d) == 0 || d[0] == '0' {
		return 0, 0
	}
	code := 0
	for i := 0; i < 3 && i < len(d) && isNum(d[i]); i++ {
		code = code*10 + int(d[i]-'0')
		if lengths = dialLengths[code]; lengths != 0 {
			if code, _, _ := phoneCountry(d, 0); code != 0 {
				return 0, 0
			}
			return i + 1, lengths
		}
	}
	return 0, 0
}

// phoneIntlShape asks for + and a digit, and for 00 and a country.
func phoneIntlShape(w *Window) uint64 { return dialShape(w) }

func verifyPhoneIntl(text []byte, at int) Span {
	i := at + 1
	switch {
	case text[at] == '+':
		if at > 0 && (text[at-1] == '+' || isToken(text[at-1])) {
			return Span{}
		}
	case text[at] == '0' && i < len(text) && text[i] == '0' && !tokenBefore(text, at) && !partBefore(text, at):
		i++
		if i < len(text) && isNum(text[i]) && !dialGoesOn(text, i) {
			return Span{} // without a gap it is no number
		}
		if _, w := gapAt(text, i); w > 0 {
			i += w
		}
	default:
		return Span{}
	}
	return dialled(text, at, i)
}

// dialGoesOn reports whether what may be a gap or a bracket and more of a number
// stands behind the digits at text[i].
func dialGoesOn(text []byte, i int) bool {
	for at := i; i < len(text) && isNum(text[i]); i++ {
		if i-at == 16 {
			return false
		}
	}
	return i+1 < len(text) && mayGap(text[i]) && (isNum(text[i+1]) || mayGap(text[i+1]))
}

func mayGap(b byte) bool { return classes[b]&classGap != 0 || b == '(' || b == ')' }

// dialled decides on a number whose prefix begins at text[at] and whose country
// code at text[i].
func dialled(text []byte, at, i int) Span {
	width, lengths := dialCode(text[i:min(len(text), i+3)])
	if width == 0 {
		return Span{}
	}
	zeros := text[at] == '0'
	split := zeros && i > at+2
	if zeros {
		lengths &^= 1<<(9-width) - 1 // nine digits at least
	}
	start := at
	trunk := zeros && zeroBehind(text, i, width)
	i += width
	if at > 0 && text[at-1] == '(' && i < len(text) && text[i] == ')' {
		start, split = at-1, true
		i++
	}
	end, gaps, first := dialGroups(text, i, width, lengths)
	switch {
	case end == 0 || zeros && !split && gaps == 0 || trunk:
		return Span{}
	case zeros && first == spaceSeparator && amongGroups(text, start, end):
		return Span{} // bytes of a dump
	case gaps == 1 && first == dotSeparator:
		return Span{} // a decimal number
	case zeros:
		return accepted(start, end, 60, 78, Structure)
	}
	return accepted(start, end, 72, 82, Structure)
}

// zeroBehind reports whether a 0 follows the country code at text[i], where
// national numbers do not begin with one: Italy and Côte d'Ivoire have some.
func zeroBehind(text []byte, i, width int) bool {
	j := i + width
	if _, w := gapAt(text, j); w > 0 {
		j += w
	}
	return j < len(text) && text[j] == '0' && decimal(text[i:i+width]) != 39 && decimal(text[i:i+width]) != 225
}

// amongGroups reports whether other short groups of digits, or hexadecimal ones,
// stand beside a number.
func amongGroups(text []byte, start, end int) bool {
	return groupsWentOn(text, start, spaceSeparator) || groupsGoOn(text, end, spaceSeparator) || inHexDump(text, start, end)
}

// dialGroups reads groups of digits at text[i] and returns the end of the last
// group that completes a number, how many gaps are in it and the class of the
// first one. (0) behind the country code does not count.
func dialGroups(text []byte, i, width int, lengths uint16) (end, gaps int, first separator) {
	n, seen, later, wide := 0, 0, noSeparator, false
	for {
		class, w := dialGap(text, i)
		if w > 1 && text[i] == ' ' && text[i+1] == ' ' {
			if end > 0 && !wide {
				break // the next column
			}
			wide = true
		}
		if n == 0 && dialZero(text, i+w) {
			w += 3
			_, more := dialGap(text, i+w)
			w += more
		}
		if i += w; i >= len(text) || !isNum(text[i]) {
			break
		}
		if w > 0 {
			seen++
			if seen > maxDialGaps {
				break
			}
			switch {
			case seen == 1:
				first = class
			case later == noSeparator:
				later = class
			case class != later && (class == dotSeparator || later == dotSeparator):
				return beforeNumber(text, end), gaps, first // 98 12 50 22.248
			}
		} else if n > 0 {
			break
		}
		for i < len(text) && isNum(text[i]) {
			n++
			i++
			if n > 15-width {
				return end, gaps, first
			}
		}
		if lengths>>n&1 != 0 && !tokenAfter(text, i) {
			end, gaps = i, seen
		}
	}
	return beforeNumber(text, end), gaps, first
}

// beforeNumber is end, or 0 when a hyphen or dot and a digit stand there: the
// number goes on as something else.
func beforeNumber(text []byte, end int) int {
	if end == 0 {
		return 0
	}
	s, w := separatorAt(text, end)
	if (s == hyphenSeparator || s == dotSeparator) && end+w < len(text) && isNum(text[end+w]) {
		return 0
	}
	return end
}

// dialZero reports whether "(0)" stands at text[i].
func dialZero(text []byte, i int) bool {
	return i+3 <= len(text) && text[i] == '(' && text[i+1] == '0' && text[i+2] == ')'
}

// dialGap is a gap with a bracket in it or without: " (20) ".
func dialGap(text []byte, i int) (separator, int) {
	class, w := gapAt(text, i)
	if i+w < len(text) && (text[i+w] == '(' || text[i+w] == ')') && !dialZero(text, i+w) {
		w++
		c, more := gapAt(text, i+w)
		w += more
		class = max(class, c, spaceSeparator)
		if class == dotSeparator {
			class = mixedSeparator
		}
	}
	return class, w
}

// phoneIntlHeads are the international prefix and, for numbers that are not too
// long, the codes of the neighbours of France.
func phoneIntlHeads(n int, a, b byte) bool {
	if a == 0 {
		return b == 0
	}
	return n <= 13 && a >= 2 && a <= 4 && aroundStarts[a-2]>>b&1 != 0
}

func runPhoneIntl(text []byte, at, n int) Span {
	d := text[at : at+n]
	i := 0
	if d[0] == '0' {
		if d[1] != '0' {
			return Span{}
		}
		i = 2
	} else if n > 13 || d[0]-'2' > 4-2 || aroundStarts[d[0]-'2']>>(d[1]-'0')&1 == 0 {
		return Span{}
	}
	width, lengths := dialCode(d[i:])
	national := n - i - width
	if width == 0 || national < 4 || national > 15-width || lengths>>national&1 == 0 || n-i < 9 {
		return Span{}
	}
	around := aroundFrance(int(decimal(d[i : i+width])))
	if i == 0 && (!around || n > 13 || at > 0 && text[at-1] == '`') || partOfMore(text, at, at+n) {
		return Span{}
	}
	switch {
	case i == 0:
		return accepted(at, at+n, scoreByName, 66, Structure)
	case around:
		return accepted(at, at+n, 42, 75, Structure)
	}
	return accepted(at, at+n, 30, 70, Structure)
}

// aroundFrance reports whether a country code is one that files in France hold
// most: the neighbours, Portugal, Ireland and the Maghreb.
func aroundFrance(code int) bool {
	switch code {
	case 31, 32, 34, 39, 41, 44, 49, 351, 352, 353, 377, 212, 213, 216:
		return true
	}
	return false
}

// aroundStarts has the second digits of those codes, by the first one, 2 to 4.
var aroundStarts = [3]uint16{1 << 1, 1<<1 | 1<<2 | 1<<4 | 1<<5 | 1<<7 | 1<<9, 1<<1 | 1<<4 | 1<<9}

// normalPhoneIntl is the form of E.164, with its +.
func normalPhoneIntl(dst, raw []byte) []byte {
	var d [24]byte
	n := 0
	for i, b := range raw {
		if isNum(b) && n < len(d) && !(b == '0' && i > 0 && dialZero(raw, i-1)) {
			d[n] = b
			n++
		}
	}
	all := d[:n]
	if n > 2 && all[0] == '0' && all[1] == '0' {
		all = all[2:]
	}
	return append(append(dst, '+'), all...)
}
