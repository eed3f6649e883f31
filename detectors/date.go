package detectors

// Dates of the Gregorian calendar, as people and programs write them in France.

// Years of a date of birth that can be anyone's. The upper bound is no clock:
// what is found must depend on the text alone.
const (
	firstBirthYear = 1890
	lastBirthYear  = 2049
)

// date is a day of the calendar; month and day may be 0 when unknown.
type date struct{ year, month, day int }

// daysIn returns the number of days of a month of 1 to 12, 0 for another one.
func daysIn(year, month int) int {
	switch month {
	case 1, 3, 5, 7, 8, 10, 12:
		return 31
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 0
}

// valid reports whether d is in the calendar.
func (d date) valid() bool { return d.day >= 1 && d.day <= daysIn(d.year, d.month) }

// plausible reports whether someone living or of record may be born in d.year.
func (d date) plausible() bool { return d.year >= firstBirthYear && d.year <= lastBirthYear }

// unknownPart reports whether d is right but for a day, or a day and a month,
// written 00, as social security records have it.
func (d date) unknownPart() bool {
	return d.day == 0 && d.month >= 0 && d.month <= 12
}

// number reads n digits that were tested before.
func number(text []byte, at, n int) int {
	v := 0
	for _, b := range text[at : at+n] {
		v = 10*v + int(b-'0')
	}
	return v
}

// parseNumericDate reads JJ/MM/AAAA, AAAA-MM-JJ or JJ/MM/AA with one separator,
// slash, hyphen or dot. end is 0 when the form is another; short says that the
// year has two digits and stands in the century given by fullYear.
func parseNumericDate(text []byte, at int) (d date, end int, short bool) {
	n := digitsEnd(text, at, at+5) - at
	if n == 0 || at+n >= len(text) || n == 3 || n > 4 {
		return d, 0, false
	}
	sep := text[at+n]
	if sep != '/' && sep != '-' && sep != '.' {
		return d, 0, false
	}
	second := at + n + 1
	m := digitsEnd(text, second, second+3) - second
	third := second + m + 1
	if m == 0 || m > 2 || third > len(text) || third-1 >= len(text) || text[third-1] != sep {
		return d, 0, false
	}
	y := digitsEnd(text, third, third+5) - third
	switch {
	case n == 4 && (y == 2 || y == 1) && m == y:
		return date{number(text, at, 4), number(text, second, m), number(text, third, y)}, third + y, false
	case n <= 2 && y == 4:
		return date{number(text, third, 4), number(text, second, m), number(text, at, n)}, third + 4, false
	case n == 2 && m == 2 && y == 2:
		return date{fullYear(number(text, third, 2)), number(text, second, 2), number(text, at, 2)}, third + 2, true
	}
	return d, 0, false
}

// parseSpacedDate reads "12 / 03 / 1980", "12 03 1980" and the like: the same mark twice, or none, and blanks beside both; end is 0
// when the form is another.
func parseSpacedDate(text []byte, at int) (d date, end int) {
	n := digitsEnd(text, at, at+3) - at
	if n == 0 || n > 2 {
		return d, 0
	}
	second, mark := spacedMark(text, at+n)
	m := digitsEnd(text, second, second+3) - second
	if second == 0 || m == 0 || m > 2 {
		return d, 0
	}
	third, again := spacedMark(text, second+m)
	if third == 0 || again != mark || digitsEnd(text, third, third+5) != third+4 {
		return d, 0
	}
	return date{number(text, third, 4), number(text, second, m), number(text, at, n)}, third + 4
}

// spacedMark steps over a mark with one or two blanks before it or behind it, or over blanks alone, and returns the mark; 0 for
// anything else.
func spacedMark(text []byte, i int) (next int, mark byte) {
	from := i
	for i < len(text) && i-from < 2 && text[i] == ' ' {
		i++
	}
	blanks := i - from
	if i < len(text) && inSet(text[i], "/-.") {
		mark = text[i]
		i++
		for from = i; i < len(text) && i-from < 2 && text[i] == ' '; i++ {
			blanks++
		}
	}
	if blanks == 0 {
		return 0, 0
	}
	return i, mark
}

// fullYear completes a year of two digits: a person is born in the century that
// makes them less than eighty-odd years old, so that 00 to 29 are 2000 to 2029.
func fullYear(y int) int {
	if y < 30 {
		return 2000 + y
	}
	return 1900 + y
}

// parseWrittenDate reads "12 mars 1980", "1er janvier 1975", "3 FEVR. 82" and
// the same with English names of months; end is 0 when the form is another.
func parseWrittenDate(text []byte, at int) (d date, end int, short bool) {
	i := digitsEnd(text, at, at+3)
	if i == at || i > at+2 {
		return d, 0, false
	}
	d.day = number(text, at, i-at)
	i += ordinal(text, i, d.day)
	if i, end = skipGap(text, i); end == 0 {
		return d, 0, false
	}
	var n int
	if d.month, n = monthName(text, i); d.month == 0 {
		return d, 0, false
	}
	i += n
	if i < len(text) && (text[i] == '.' || text[i] == ',') {
		i++
	}
	if i, end = skipGap(text, i); end == 0 {
		return d, 0, false
	}
	switch y := digitsEnd(text, i, i+5) - i; y {
	case 4:
		d.year = number(text, i, 4)
		return d, i + 4, false
	case 2:
		d.year = fullYear(number(text, i, 2))
		return d, i + 2, true
	}
	return d, 0, false
}

// ordinal returns the length of the ending of a day number at i: er, ER, st, nd,
// rd, th.
func ordinal(text []byte, i, day int) int {
	if i+1 >= len(text) {
		return 0
	}
	switch [2]byte{text[i] | 0x20, text[i+1] | 0x20} {
	case [2]byte{'e', 'r'}:
		if day == 1 {
			return 2
		}
	case [2]byte{'s', 't'}, [2]byte{'n', 'd'}, [2]byte{'r', 'd'}, [2]byte{'t', 'h'}:
		return 2
	}
	return 0
}

// skipGap steps over one or two spaces, or one hyphen, slash or dot, between the
// parts of a written date; the second result is 0 when there is none.
func skipGap(text []byte, i int) (int, int) {
	start := i
	if n := spaceLen(text, i); n > 0 {
		i += n
		if n == 1 && i < len(text) && text[i] == ' ' {
			i++
		}
	} else if i < len(text) && (text[i] == '-' || text[i] == '/' || text[i] == '.') {
		i++
	}
	return i, i - start
}

// monthNames are the names of months, folded to ASCII small letters, in French
// and English.
var monthNames = [13][2]string{
	1: {"janvier", "january"}, 2: {"fevrier", "february"}, 3: {"mars", "march"}, 4: {"avril", "april"},
	5: {"mai", "may"}, 6: {"juin", "june"}, 7: {"juillet", "july"}, 8: {"aout", "august"},
	9: {"septembre", "september"}, 10: {"octobre", "october"}, 11: {"novembre", "november"}, 12: {"decembre", "december"},
}

// monthOf returns the month whose names begin with name, three letters or more,
// 0 for none. "jui" is two months and therefore none.
func monthOf(name []byte) int {
	month := 0
	switch string(name[:3]) {
	case "jan":
		month = 1
	case "fev", "feb":
		month = 2
	case "mar":
		month = 3
	case "avr", "apr":
		month = 4
	case "mai", "may":
		month = 5
	case "jui", "jun":
		month = 6
		if len(name) > 3 && name[3] == 'l' {
			month = 7
		}
	case "jul":
		month = 7
	case "aou", "aug":
		month = 8
	case "sep":
		month = 9
	case "oct":
		month = 10
	case "nov":
		month = 11
	case "dec":
		month = 12
	}
	for _, full := range monthNames[month] {
		if len(name) <= len(full) && full[:len(name)] == string(name) && string(name) != "jui" {
			return month
		}
	}
	return 0
}

// monthName returns the month named at i, 0 for none, and the length of its name. Case and accents do not count: é, û and their capitals in UTF-8 and
// Latin-1 are read as e and u.
func monthName(text []byte, i int) (month, n int) {
	var folded [9]byte
	length := 0
	j := i
	for j < len(text) {
		b, size := monthLetter(text, j)
		if size == 0 {
			break
		}
		if length == len(folded) {
			return 0, 0
		}
		folded[length] = b
		length++
		j += size
	}
	if length < 3 {
		return 0, 0
	}
	return monthOf(folded[:length]), j - i
}

// monthLetter folds the letter at i; size is 0 when none stands there that a
// month's name holds.
func monthLetter(text []byte, i int) (b byte, size int) {
	c := text[i]
	switch {
	case c|0x20-'a' < 26:
		return c | 0x20, 1
	case c == 0xE9, c == 0xC9: // é É in Latin-1
		return 'e', 1
	case c == 0xFB, c == 0xDB: // û Û in Latin-1
		return 'u', 1
	case c == 0xC3 && i+1 < len(text):
		switch text[i+1] {
		case 0xA9, 0x89:
			return 'e', 2
		case 0xBB, 0x9B:
			return 'u', 2
		}
	}
	return 0, 0
}

// appendDate appends d as AAAAMMJJ.
func appendDate(dst []byte, d date) []byte {
	return append(dst,
		'0'+byte(d.year/1000%10), '0'+byte(d.year/100%10), '0'+byte(d.year/10%10), '0'+byte(d.year%10),
		'0'+byte(d.month/10), '0'+byte(d.month%10), '0'+byte(d.day/10), '0'+byte(d.day%10))
}
