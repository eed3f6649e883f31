package cells

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Style is what the number format of a spreadsheet does to a value that matters
// here.
type Style struct {
	Date bool
	Pad  int // digits, filled with zeros
}

// BuiltinStyle returns the style of a number format without a code: dates, also
// those of East Asian locales, or nothing.
func BuiltinStyle(id int) Style {
	return Style{Date: id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 34 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58}
}

// StyleOf reads a format code: the first section decides, quoted text and
// brackets ([$-40C], colours) apart.
func StyleOf(code string) Style {
	var s Style
	zeros, other := 0, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			if j := strings.IndexByte(code[i+1:], '"'); j >= 0 {
				i += j + 1
			}
		case '[':
			if j := strings.IndexByte(code[i:], ']'); j >= 0 {
				i += j
			}
		case '\\', '_', '*':
			i++
		case ';':
			i = len(code)
		case 'y', 'Y', 'd', 'D', 'a', 'A', 'j', 'J':
			s.Date = s.Date || c != 'a' && c != 'A'
			other = true
		case '0':
			zeros++
		case ' ', '-', '.':
			if c == '.' {
				other = true
			}
		default:
			other = true
		}
	}
	if strings.EqualFold(code, "general") || strings.Contains(strings.ToLower(code), "standard") {
		return Style{}
	}
	if !other && zeros > 1 {
		s.Pad = zeros
	}
	return s
}

// Number writes a stored number as text; base1904 says from which day dates are
// counted.
func Number(v string, s Style, base1904 bool) string {
	if s.Date {
		if date, ok := dateOf(v, base1904); ok {
			return date
		}
	}
	v = plain(v)
	if n := s.Pad - len(v); n > 0 && digits(v) {
		v = strings.Repeat("0", n) + v
	}
	return v
}

// dateOf writes a serial number as a date, with its time if it has one.
func dateOf(v string, base1904 bool) (string, bool) {
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || f < 1 || f >= 2958466 {
		return "", false
	}
	if base1904 {
		f += 1462
	} else if f < 61 {
		f++ // Excel counts a 29 February 1900
	}
	days := int(f)
	day := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days)
	if seconds := int((f-float64(days))*86400 + 0.5); seconds > 0 {
		return day.Add(time.Duration(seconds) * time.Second).Format("2006-01-02 15:04:05"), true
	}
	return day.Format("2006-01-02"), true
}

// plain writes a number in scientific notation without its exponent, where that
// stays short: 1.80017500100123E+14 is a number of 15 digits.
func plain(v string) string {
	e := max(strings.IndexByte(v, 'E'), strings.IndexByte(v, 'e'))
	if e <= 0 {
		return v
	}
	exp, err := strconv.Atoi(strings.TrimPrefix(v[e+1:], "+"))
	mantissa := v[:e]
	sign := ""
	if mantissa[0] == '-' {
		sign, mantissa = "-", mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if err != nil || exp < 0 || exp > 30 || !digits(whole) || fraction != "" && !digits(fraction) {
		return v
	}
	for len(fraction) < exp {
		fraction += "0"
	}
	whole, fraction = whole+fraction[:exp], strings.TrimRight(fraction[exp:], "0")
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		return sign + whole + "." + fraction
	}
	return sign + whole
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// RK reads a number in four bytes, as binary workbooks keep it: an integer or the
// upper half of a float, perhaps a hundred times too large.
func RK(v uint32) float64 {
	f := math.Float64frombits(uint64(v&^3) << 32)
	if v&2 != 0 {
		f = float64(int32(v) >> 2)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}

// Float writes a number that a binary workbook keeps, for Number to read.
func Float(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.FormatInt(int64(f), 10)
	}
	return strconv.FormatFloat(f, 'G', -1, 64)
}
