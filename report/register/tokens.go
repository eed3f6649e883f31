package register

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// tokens splits names into words: at _ - . space / and whatever is neither
// letter nor digit, in lower case, without accents and without a final s
// (domain/register.md C.4, 1).
func tokens(dst []string, name string) []string {
	for _, word := range strings.FieldsFunc(plain(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(word) > 1 {
			word = strings.TrimSuffix(word, "s")
		}
		dst = append(dst, word)
	}
	return dst
}

// plain is a text in lower case without accents.
func plain(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// columnName normalises the name of a column: words joined by "_".
func columnName(s string) string {
	return strings.Join(strings.FieldsFunc(plain(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "_")
}

// hasTerm reports whether a scope term, as tokens, stands among the tokens of names; the
// words of a term follow each other.
func hasTerm(words, want []string) bool {
	for i := 0; len(want) > 0 && i+len(want) <= len(words); i++ {
		same := true
		for j := range want {
			same = same && words[i+j] == want[j]
		}
		if same {
			return true
		}
	}
	return false
}

// fileDate returns the full date in the name of a file, year first or day first,
// with or without separators; false when there is none or more than one.
func fileDate(path string) (day time.Time, ok bool) {
	name := path[strings.LastIndexByte(path, '/')+1:]
	for i := 0; i < len(name); i++ {
		if !isDigit(name[i]) || i > 0 && isDigit(name[i-1]) {
			continue
		}
		d, n := dateAt(name[i:])
		if n == 0 {
			continue
		}
		if ok && !d.Equal(day) {
			return time.Time{}, false
		}
		day, ok = d, true
		i += n - 1
	}
	return day, ok
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// dateAt reads a date at the start of s and returns its length.
func dateAt(s string) (time.Time, int) {
	for _, layout := range []string{"2006-01-02", "2006_01_02", "2006.01.02", "20060102", "02-01-2006", "02_01_2006", "02.01.2006", "02012006"} {
		n := len(layout)
		if len(s) < n || len(s) > n && isDigit(s[n]) {
			continue
		}
		if d, err := time.Parse(layout, s[:n]); err == nil && d.Year() >= 1950 && d.Year() < 2100 {
			return d, n
		}
	}
	return time.Time{}, 0
}
