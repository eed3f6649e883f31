package detectors

import "strings"

// Column is what the name and the label of a column tell the engine that made
// it; the zero value tells nothing.
type Column struct {
	named   uint64 // detectors whose Columns it matches
	parts   uint64 // detectors of whose Parts it is
	context uint64 // detectors of whose Context it holds a word
	against uint64 // detectors of whose Against it holds a word
	terms   uint64 // vocabularies whose Columns it matches, from the first one on
	titled  bool   // the column has a name: its values are what the name says
}

// Names reports whether the column is named after kind k. e is the engine that
// made c.
func (c Column) Names(e *Engine, k Kind) bool {
	i := e.Index(k)
	if i >= e.vocabularies {
		return c.terms>>(i-e.vocabularies)&1 != 0
	}
	return i >= 0 && c.named>>i&1 != 0
}

// columnRule is one entry of Columns, split into words.
type columnRule struct {
	words    []string
	detector uint8
	sort     columnSort
}

// columnSort tells which list of a detector a rule is of.
type columnSort uint8

const (
	ofColumns columnSort = iota
	ofNotColumns
	ofParts
)

// columnRules returns the rules by their first word: a name has few words, the
// rules are thousands.
func columnRules(ds []*Detector) map[string][]columnRule {
	rules := map[string][]columnRule{}
	for i, d := range ds {
		for sort, list := range [][]string{ofColumns: d.Columns, ofNotColumns: d.NotColumns, ofParts: d.Parts} {
			for _, c := range list {
				words := columnWords(c)
				rules[words[0]] = append(rules[words[0]], columnRule{words, uint8(i), columnSort(sort)})
			}
		}
	}
	return rules
}

// Column returns what the name of a column or field ("NUM_SS", "dateNaissance",
// "clients[*].iban") and its label, a second name or the text of a key-value
// table, tell. Both are folded: case, accents, plural s; words end at
// everything that is no letter, at a change from letters to digits, and at a
// capital after a small letter.
func (e *Engine) Column(name, label string) Column {
	var c Column
	not := uint64(0)
	for _, s := range []string{name, label} {
		words := columnWords(s)
		last := 0 // first word of the last steps
		if i := lastSteps(s); i > 0 {
			last = len(words) - len(columnWords(s[i:]))
		}
		c.titled = c.titled || len(words) > 0
		for i, w := range words {
			not |= e.columnAt(&c, words[i:], e.columns[w], i >= last)
			if n := len(w); n > 3 && w[n-1] == 's' {
				not |= e.columnAt(&c, words[i:], e.columns[w[:n-1]], i >= last)
			}
		}
		for _, w := range words {
			found := e.words.find([]byte(w))
			c.context |= found.context
			c.against |= found.against
		}
	}
	c.named &^= not
	c.against &^= c.named
	return c
}

// columnAt applies the rules whose words words begin with, and returns the
// detectors that the column is none of; last says that it stands in the last
// steps of its path.
func (e *Engine) columnAt(c *Column, words []string, rules []columnRule, last bool) (not uint64) {
	for i := range rules {
		r := &rules[i]
		switch {
		case !beginWith(words, r.words):
		case r.sort == ofNotColumns && last:
			not |= 1 << r.detector
		case r.sort == ofNotColumns:
		case r.sort == ofParts:
			c.parts |= 1 << r.detector
		case int(r.detector) >= e.vocabularies:
			c.terms |= 1 << (int(r.detector) - e.vocabularies)
		default:
			c.named |= 1 << r.detector
		}
	}
	return not
}

// lastSteps returns where the last two steps of a path of fields begin: what a
// value is, and what it is of. The root of a document says nothing about either.
func lastSteps(path string) int {
	i := strings.LastIndexByte(path, '/')
	if i <= 0 {
		return 0
	}
	return strings.LastIndexByte(path[:i], '/') + 1
}

// beginWith reports whether words begin with the sequence, word by word, a plural s
// apart.
func beginWith(words, sequence []string) bool {
	if len(words) < len(sequence) {
		return false
	}
	for j, s := range sequence {
		w := words[j]
		if w != s && !(len(s) > 2 && len(w) == len(s)+1 && w[len(s)] == 's' && w[:len(s)] == s) {
			return false
		}
	}
	return true
}

// columnWords splits a name into folded words.
func columnWords(s string) []string {
	var letters [128]byte
	var places [32]int
	folded, ends := letters[:0], places[:0] // the words in a row, and where each ends
	flush := func() {
		if n := len(folded); n > 0 && (len(ends) == 0 || n > ends[len(ends)-1]) {
			ends = append(ends, n)
		}
	}
	text := []byte(s)
	previous := byte(0) // class of the byte before: 'a' small, 'A' capital, '0' digit, 0 none
	for i := 0; i < len(text); {
		b := text[i]
		switch {
		case b >= '0' && b <= '9':
			if previous != '0' {
				flush()
			}
			folded = append(folded, b)
			previous = '0'
			i++
		case isLetter(text, i):
			class := byte('a')
			if b >= 'A' && b <= 'Z' {
				class = 'A'
			}
			if previous == '0' || previous == 'a' && class == 'A' {
				flush()
			}
			var n int
			folded, n = foldLetter(folded, text[i:])
			previous = class
			i += n
		default:
			flush()
			previous = 0
			i++
		}
	}
	flush()
	if len(ends) == 0 {
		return nil
	}
	words, all, start := make([]string, len(ends)), string(folded), 0
	for i, end := range ends {
		words[i], start = all[start:end], end
	}
	return words
}
