package detectors

// Labels: values that mean something only behind a key word, in prose
// ("N° adhérent : 12345678"), in configuration (password=…) and in data.

// hasFold reports whether text[at:] begins with a literal in small letters,
// whatever the case.
func hasFold(text []byte, at int, literal string) bool {
	if at < 0 || at+len(literal) > len(text) {
		return false
	}
	for i := range len(literal) {
		b := text[at+i]
		if b-'A' < 26 {
			b += 'a' - 'A'
		}
		if b != literal[i] {
			return false
		}
	}
	return true
}

// oneOf returns the length of the longest of the literals that text[at:] begins
// with, 0 for none.
func oneOf(text []byte, at int, literals []string) int {
	if at >= len(text) {
		return 0
	}
	n, first := 0, text[at]
	if first-'A' < 26 {
		first += 'a' - 'A'
	}
	for _, l := range literals {
		if l[0] == first && len(l) > n && hasFold(text, at, l) {
			n = len(l)
		}
	}
	return n
}

// keyEnd returns the end of a key whose word begins at at and is n bytes long:
// behind letters, digits and '_' that go on with it, at most maxKeyTail.
func keyEnd(text []byte, end int) int {
	for i := 0; i < maxKeyTail && end < len(text) && isToken(text[end]); i++ {
		end++
	}
	return end
}

const maxKeyTail = 16

// assigned is a value behind a key.
type assigned struct {
	start, end int
	quoted     bool // in quotes of its own
	colon      bool // the key ends in a colon
	element    bool // of an XML element
}

// Bounds of assignment.
const (
	maxAssign = 12 // from the key to the value
	maxValue  = 96
)

// assignment returns the value assigned to a key that ends at i: password=x,
// "password": "x", password => 'x', <password>x</password>. end is 0 when there
// is none.
func assignment(text []byte, i int) (v assigned) {
	low := i
	skip := func(set string) {
		for i < len(text) && i-low < maxAssign && inSet(text[i], set) {
			i++
		}
	}
	if i < len(text) && text[i] == '>' {
		v.element = true
		i++
	} else {
		skip("\"']")
		skip(" \t\xC2\xA0")
		if i >= len(text) || text[i] != '=' && text[i] != ':' {
			return assigned{}
		}
		v.colon = text[i] == ':'
		i++
		if i < len(text) && (text[i] == '=' || text[i] == '>') {
			if text[i-1] == '=' && text[i] == '=' {
				return assigned{} // a comparison
			}
			i++
		}
		skip(" \t\xC2\xA0")
	}
	if i >= len(text) || i-low >= maxAssign {
		return assigned{}
	}
	quote := byte(0)
	if b := text[i]; !v.element && (b == '"' || b == '\'' || b == '`') {
		quote = b
		i++
	}
	v.quoted = quote != 0
	v.start = i
	for i < len(text) && i-v.start <= maxValue && !v.stops(text[i], quote) {
		i++
	}
	switch {
	case i == v.start || i-v.start > maxValue:
		return assigned{}
	case quote != 0 && (i >= len(text) || text[i] != quote):
		return assigned{}
	case v.element && (i+1 >= len(text) || text[i] != '<' || text[i+1] != '/'):
		return assigned{}
	}
	v.end = i
	if quote == 0 && !v.element {
		for v.end > v.start && inSet(text[v.end-1], ".,)") {
			v.end--
		}
	}
	return v
}

// stops reports whether a value ends in front of b.
func (v *assigned) stops(b, quote byte) bool {
	switch {
	case b <= ' ':
		return true
	case quote != 0:
		return b == quote
	case v.element:
		return b == '<'
	}
	return inSet(b, ";,\"'<>&`|{}")
}

func inSet(b byte, set string) bool {
	for i := range len(set) {
		if set[i] == b {
			return true
		}
	}
	return false
}

// traits of a value.
type traits struct {
	digits, lower, upper, other, high int
	same                              bool // one character over and over
}

func traitsOf(value []byte) (t traits) {
	t.same = len(value) > 1 && sameDigit(value)
	for _, b := range value {
		switch {
		case isNum(b):
			t.digits++
		case b-'a' < 26:
			t.lower++
		case isCapital(b):
			t.upper++
		case b >= 0x80:
			t.high++
		default:
			t.other++
		}
	}
	return t
}

// placeholders are parts of what stands where a value should: never a secret.
var placeholders = []string{"password", "passwd", "your", "votre", "motdepasse", "mot_de_passe", "mot-de-passe", "mdp", "example",
	"exemple", "placeholder", "redacted", "hidden", "masqu", "xxxx", "****", "undefined", "changez", "a_completer", "todo",
	"dummy", "sample", "abcdefgh", "secret_here", "insert", "getenv", "environ", "process.env", "config.", "self.", "this.", "args.", "params",
	"request.", "req.", "opts.", "options.", "input"}

// isPlaceholder reports whether a value stands for another one: a variable, a
// template, stars, a text of a form.
func isPlaceholder(value []byte) bool {
	if inSet(value[0], "$%{<*&#([\\?") || value[len(value)-1] == '*' {
		return true
	}
	t := traitsOf(value)
	if t.same || t.other == len(value) {
		return true
	}
	for i := range value {
		if oneOf(value, i, placeholders) > 0 {
			return true
		}
		if b := value[i]; b == '{' && i+1 < len(value) && (value[i+1] == '{' || i > 0 && value[i-1] == '$') || b == '(' || b == ')' {
			return true
		}
	}
	for _, w := range []string{"null", "none", "nil", "true", "false", "string", "required", "requis", "obligatoire", "empty", "vide",
		"unset", "n/a", "optional", "facultatif", "bool", "text", "yes", "no", "oui", "non", "type", "value", "valeur", "user", "token"} {
		if len(w) == len(value) && hasFold(value, 0, w) {
			return true
		}
	}
	return false
}

// labelled returns the first token of min to max letters and digits, at least
// digits of them digits, behind a label that ends at i: on the same line, with
// nothing between but the words and marks of a label ("n°", "de", "numéro", ":",
// "="), at most maxLabelGap bytes. It also reports whether a mark says that a
// number follows. end is 0 when there is none.
func labelled(text []byte, i, shortest, longest, digits int) (start, end int, marked bool) {
	limit := min(len(text), i+maxLabelGap)
	for i < limit {
		b := text[i]
		if !isAlnum(b) {
			if b == '\n' || b == '\r' || b == '.' || b == '(' {
				return 0, 0, false
			}
			marked = marked || b == ':' || b == '=' || b == '#' || b == 0xB0 || b == 0xBA
			i++
			continue
		}
		start, end = i, i
		n := 0
		for end < len(text) && end-start <= longest && (isAlnum(text[end]) || text[end] == '-' && end+1 < len(text) && isAlnum(text[end+1])) {
			if isNum(text[end]) {
				n++
			}
			end++
		}
		if n > 0 {
			if n < digits || end-start < shortest || end-start > longest || tokenAfter(text, end) || end < len(text) && text[end] >= 0x80 && text[end] != 0xC2 && text[end] != 0xE2 {
				return 0, 0, false
			}
			if end+1 < len(text) && inSet(text[end], "/.,:") && isNum(text[end+1]) {
				return 0, 0, false // a date, an amount, a time
			}
			return start, end, marked
		}
		i = end
		if end-start > 10 {
			return 0, 0, false
		}
	}
	return 0, 0, false
}

const maxLabelGap = 32

// labelledReach is how far labelled looks behind the end of a label, for values
// of up to n bytes.
func labelledReach(n int) int { return maxLabelGap + n + 3 }

func hasByte(value []byte, b byte) bool {
	for _, v := range value {
		if v == b {
			return true
		}
	}
	return false
}

// isRandom reports whether a value reads as drawn by a machine: at least n
// characters of an alphabet of tokens, digits among them, no plain word.
func isRandom(value []byte, n int) bool {
	t := traitsOf(value)
	if len(value) < n || t.digits < 2 && !isUnspeakable(value, 30) || t.high > 0 || t.lower+t.upper < 2 || t.same || isPlaceholder(value) {
		return false
	}
	run, longest := 0, 0
	for _, b := range value {
		if !isAlnum(b) && !inSet(b, "._-+/=%:~") {
			return false
		}
		if run++; !isLetterByte(b) || isVowel(b) && run > 12 {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest < 16 || isUnspeakable(value, 36)
}

// isUnspeakable reports whether a value is no word of any language although it
// may hold no digit: twenty letters and more, of which fewer than the given share
// in a hundred are vowels. French and English have 40 to 46, letters drawn at
// random 23.
func isUnspeakable(value []byte, share int) bool {
	letters, vowels := 0, 0
	for _, b := range value {
		if isLetterByte(b) {
			letters++
			if isVowel(b) {
				vowels++
			}
		}
	}
	return letters >= 20 && vowels*100 < letters*share
}

func isVowel(b byte) bool { return inSet(b|0x20, "aeiouy") }
