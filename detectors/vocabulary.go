package detectors

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
)

// Vocabularies. A vocabulary is a detector of Terms: words and phrases that say
// what a text is about. By itself a term says nothing about anybody, so it
// counts only beside a person (see persons), and text without one is not looked
// up at all; vocabulary_scan.go holds the rule. Vocabularies stand behind the
// other detectors in the order of an engine, beyond the sets of candidates.

// personDistance is how far from a value that identifies a person a term still
// counts, in bytes; in a table it is the row, however long.
const personDistance = 200

// maxTerm is the length in bytes, as written, up to which a phrase is followed.
const maxTerm = 128

// describedAfter is how far behind a word of description, on its line, terms
// describe a contract or a rule and nobody's case.
const describedAfter = 80

// persons are the kinds whose values say that a text is about somebody, and
// about whom: health professionals, organisations and networks are none.
var persons = []Kind{
	"nir", "nia", "person_name", "birth_date", "email", "phone_fr", "phone_intl", "member_number", "contract_number",
	"iban", "rib", "payment_card", "tax_number_fr", "id_card_fr", "passport_fr", "mrz", "driving_licence_fr",
	"residence_permit_fr",
}

// describes are words and phrases of texts about guarantees, rights and rules.
// What follows on their line is a description.
var describes = []string{
	"garantie", "tableau de garantie", "niveau de garantie", "niveau de remboursement", "plafond", "cas de", "cas d", "notice d information",
	"condition generale", "conditions generales", "politique de confidentialite", "donnee personnelle", "donnees a caractere personnel",
	"categorie de donnees", "base legale", "finalite", "rgpd", "cnil", "brochure", "depliant", "par exemple", "article l", "article r",
	"organisations syndicales", "organisation syndicale", "organisations representatives", "partenaires sociaux", "code de la mutualite", "code de la securite sociale", "code du travail", "code de la sante publique", "vous pouvez", "nos services",
	"nos offres", "decouvrez", "prevention de", "information generale", "lutte contre", "cocher", "cochez",
	"rayer la mention", "cas echeant", "mention legale", "foire aux questions",
}

// vocabulary holds the terms of all vocabularies of an engine, folded: words
// lead from node to node of a tree, and a node says what ends there.
type vocabulary struct {
	tokens tokenSet // of the first words
	// Form i of a word is letters[starts[i]:starts[i+1]]; form 0 is none.
	letters []byte
	starts  []uint32
	nodes   []termNode
	ends    []termLink
	// words and steps are open-addressed: forms by their letters, and what node a
	// word leads to from another one.
	words []uint16
	steps []termStep
}

// termStep is an entry of vocabulary.steps: node<<16 | form, and the node behind.
type termStep struct {
	key uint32
	to  uint16
}

// termNode is a place in the tree of phrases.
type termNode struct {
	first int32 // of its ends, counted from 1; 0 for none
	more  bool  // phrases go on
	// mark says that the one word that leads here has up to maxMark letters: as a
	// term it counts in capitals only.
	mark bool
}

// termLink is one of the ends of a node, and the next one, counted from 1.
type termLink struct {
	termEnd
	next int32
}

// termEnd is what a phrase means to one vocabulary.
type termEnd struct {
	vocabulary uint8
	sort       termSort
}

type termSort uint8

const (
	isTerm termSort = iota
	isNot           // a phrase of Detector.Not
	describing
)

// vocabularyFilter is the size of the filter of first words, 32 KiB: it stays in the
// first-level cache.
const vocabularyFilter = 12

// anyPrefix lets all tokens pass: too many words of French begin a phrase.
var anyPrefix = func() (t prefixTable) {
	t.add("", groupLong)
	return t
}()

func newVocabulary(ds []*Detector) *vocabulary {
	if len(ds) == 0 {
		return nil
	}
	// With all forms of its words a phrase has four to five nodes. To grow there step by
	// step copies all of it again and again, in every worker that starts.
	phrases := len(describes)
	for _, d := range ds {
		phrases += len(d.Terms) + len(d.Not)
	}
	size := 1 << bits.Len(uint(phrases))
	v := &vocabulary{tokens: tokenSet{&anyPrefix, nil, newTokenFilter(vocabularyFilter)}, letters: make([]byte, 0, 16*size), starts: make([]uint32, 2, size),
		nodes: make([]termNode, 1, 5*phrases), ends: make([]termLink, 0, 3*phrases), words: make([]uint16, 2*size), steps: make([]termStep, 8*size)}
	b := vocabularyBuilder{vocabulary: v}
	for i, d := range ds {
		for _, t := range d.Terms {
			b.add(t, termEnd{uint8(i), isTerm})
		}
		for _, t := range d.Not {
			b.add(t, termEnd{uint8(i), isNot})
		}
	}
	for _, t := range describes {
		b.add(t, termEnd{0, describing})
	}
	return v
}

// vocabularyBuilder is a vocabulary with what adding to it needs: it has thousands of
// phrases, and is made by every worker that starts.
type vocabularyBuilder struct {
	*vocabulary
	at, reached []uint16
	endings     []ending
	form        []byte
}

// addFilter lets a word pass, or the letters that it begins with.
func (v *vocabularyBuilder) addFilter(form string) {
	if i := strings.IndexAny(form, "0123456789"); i > 0 {
		form = form[:i]
	}
	v.tokens.filter.add(form)
}

// add puts a phrase, words with one space between them, into the tree, once for all forms
// of its words.
func (v *vocabularyBuilder) add(phrase string, end termEnd) {
	v.at = append(v.at[:0], 0)
	one := strings.IndexByte(phrase, ' ') < 0
	for more := true; more; {
		var word string
		word, phrase, more = strings.Cut(phrase, " ")
		v.reached = v.reached[:0]
		v.endings = termEndings(v.endings[:0], word, one)
		for _, e := range v.endings {
			v.form = append(append(v.form[:0], word[:len(word)-e.cut]...), e.put...)
			id := v.number(v.form)
			if id == 0 {
				id = v.addForm(v.form)
			}
			for _, from := range v.at {
				if n := v.step(from, id, len(word) <= maxMark); !slices.Contains(v.reached, n) {
					v.reached = append(v.reached, n)
				}
			}
		}
		v.at, v.reached = v.reached, v.at
	}
	for _, n := range v.at {
		v.addEnd(n, end)
	}
}

// addEnd says what a phrase that ends at a node means, behind what is said already.
func (v *vocabularyBuilder) addEnd(node uint16, end termEnd) {
	last := &v.nodes[node].first
	for *last != 0 {
		l := &v.ends[*last-1]
		if l.termEnd == end {
			return
		}
		last = &l.next
	}
	*last = int32(len(v.ends) + 1) // before the list may move
	v.ends = append(v.ends, termLink{termEnd: end})
}

// step returns the node behind from by a form, which it makes if need be. mark is for
// first words.
func (v *vocabularyBuilder) step(from, id uint16, mark bool) uint16 {
	if n := v.behind(from, id); n != 0 {
		return n
	}
	if from == 0 {
		v.addFilter(string(v.formOf(id)))
	}
	n := uint16(len(v.nodes))
	v.nodes = append(v.nodes, termNode{mark: mark && from == 0})
	v.nodes[from].more = true
	if 2*len(v.nodes) > len(v.steps) {
		old := v.steps
		v.steps = make([]termStep, 2*len(old))
		for _, s := range old {
			if s.to != 0 {
				v.addStep(s)
			}
		}
	}
	v.addStep(termStep{uint32(from)<<16 | uint32(id), n})
	return n
}

// formOf returns a form by its number.
func (v *vocabulary) formOf(id uint16) []byte { return v.letters[v.starts[id]:v.starts[id+1]] }

// addForm gives a form of a word its number.
func (v *vocabularyBuilder) addForm(form []byte) uint16 {
	v.letters = append(v.letters, form...)
	v.starts = append(v.starts, uint32(len(v.letters)))
	last := uint16(len(v.starts) - 2)
	from := last
	if 2*len(v.starts) > len(v.words) {
		v.words = make([]uint16, 2*len(v.words))
		from = 1
	}
	for id := from; id <= last; id++ {
		slot := formHash(v.formOf(id)) & uint64(len(v.words)-1)
		for v.words[slot] != 0 {
			slot = (slot + 1) & uint64(len(v.words)-1)
		}
		v.words[slot] = id
	}
	return last
}

// number returns the number of a folded word, 0 for one that is in no phrase.
func (v *vocabulary) number(word []byte) uint16 {
	for slot := formHash(word) & uint64(len(v.words)-1); v.words[slot] != 0; slot = (slot + 1) & uint64(len(v.words)-1) {
		if string(v.formOf(v.words[slot])) == string(word) {
			return v.words[slot]
		}
	}
	return 0
}

func (v *vocabulary) addStep(s termStep) {
	slot := stepHash(s.key) & uint32(len(v.steps)-1)
	for v.steps[slot].to != 0 {
		slot = (slot + 1) & uint32(len(v.steps)-1)
	}
	v.steps[slot] = s
}

// behind returns the node behind from by the word of that number, 0 for none.
func (v *vocabulary) behind(from, id uint16) uint16 {
	key := uint32(from)<<16 | uint32(id)
	for slot := stepHash(key) & uint32(len(v.steps)-1); v.steps[slot].to != 0; slot = (slot + 1) & uint32(len(v.steps)-1) {
		if v.steps[slot].key == key {
			return v.steps[slot].to
		}
	}
	return 0
}

func stepHash(key uint32) uint32 { return key * 0x9E3779B1 >> 16 }

// formHash mixes the first and the last letters of a word with its length.
func formHash(word []byte) uint64 {
	first, last := uint64(0), uint64(0)
	if n := len(word); n >= 8 {
		first, last = binary.LittleEndian.Uint64(word), binary.LittleEndian.Uint64(word[n-8:])
	} else {
		for i, b := range word {
			first |= uint64(b) << (8 * i)
		}
	}
	return (first ^ last<<1 ^ uint64(len(word))) * 0x9E3779B97F4A7C15 >> 40
}

// ending makes a form of a word: so many of its last letters are replaced.
type ending struct {
	cut int
	put string
}

// termEndings appends how the forms of a word are made: the word itself, its plural and,
// where it is long enough for it to be the same word, its feminine. Only a term of one word
// takes its feminine: phrases are written as they are used.
func termEndings(dst []ending, w string, feminine bool) []ending {
	dst = append(dst, ending{})
	if len(w) <= maxMark || !isLower(w) {
		return dst
	}
	ends := func(s string) bool { return strings.HasSuffix(w, s) }
	switch {
	case ends("s") || ends("x") || ends("z"):
	case ends("eau") || ends("eu"):
		dst = append(dst, ending{0, "x"})
	case ends("al"):
		dst = append(dst, ending{2, "aux"}, ending{0, "s"})
	default:
		dst = append(dst, ending{0, "s"})
	}
	if !feminine || len(w) < 6 {
		return dst
	}
	switch {
	case ends("eau") || ends("eu"):
		return dst
	case ends("eux"):
		return append(dst, ending{1, "se"}, ending{1, "ses"})
	case ends("if"):
		return append(dst, ending{1, "ve"}, ending{1, "ves"})
	case ends("ien"):
		return append(dst, ending{0, "ne"}, ending{0, "nes"})
	case ends("el"):
		return append(dst, ending{0, "le"}, ending{0, "les"})
	case ends("teur"):
		return append(dst, ending{3, "rice"}, ending{3, "rices"}, ending{1, "se"}, ending{1, "ses"})
	case ends("eur"):
		return append(dst, ending{1, "se"}, ending{1, "ses"}, ending{0, "e"}, ending{0, "es"})
	case ends("ier"):
		return append(dst, ending{2, "ere"}, ending{2, "eres"})
	}
	return append(dst, ending{0, "e"}, ending{0, "es"})
}

// isTermWord reports whether text[i] belongs to a word of a phrase: a letter, as
// for context words, or a digit.
func isTermWord(text []byte, i int) bool { return isNum(text[i]) || isLetter(text, i) }

// termEndAt returns where the word that begins at text[i] ends; high is the end
// of the text.
func termEndAt(text []byte, i, high int) int {
	for i < high && isTermWord(text, i) {
		i++
	}
	return i
}

// termGap returns where the next word of a phrase begins behind text[i], or high
// when something else than a gap between words stands there: blanks with at most
// one line end among them, hyphens, apostrophes, low lines.
func termGap(text []byte, i, high int) int {
	lines := 0
	for from := i; i < high && i-from < 12; {
		switch b := text[i]; {
		case isTermWord(text, i):
			return i
		case b == '\n':
			if lines++; lines > 1 {
				return high
			}
			i++
		case b == ' ' || b == '\t' || b == '\r' || b == '-' || b == '\'' || b == '_' || b == 0xA0 || b == 0x92:
			i++
		case b == 0xC2 && i+1 < high && text[i+1] == 0xA0: // no-break space
			i += 2
		case b == 0xE2 && i+2 < high && text[i+1] == 0x80 && (text[i+2] == 0x99 || text[i+2] == 0xAF || text[i+2] == 0x91): // ’, narrow space, ‑
			i += 3
		default:
			return high
		}
	}
	return high
}

// termHit is a phrase in the text.
type termHit struct {
	at, end int32
	field   int32
	termEnd
}

// follow appends to hits the phrases that begin with the word at text[at], as
// offsets from base.
func (v *vocabulary) follow(hits []termHit, token, text []byte, at int, field int32, base int) []termHit {
	node, first, high := uint16(0), true, len(text)
	end := termEndAt(text, at, min(high, at+maxToken+1))
	for from := at; ; {
		if end-from > maxToken {
			return hits
		}
		token = foldToken(token[:0], text[from:end])
		id := v.number(token)
		if id == 0 {
			return hits
		}
		if node = v.behind(node, id); node == 0 {
			return hits
		}
		n := &v.nodes[node]
		if !n.mark || !first || areCapitals(text[from:end]) {
			for next := n.first; next != 0; {
				e := &v.ends[next-1]
				hits = append(hits, termHit{int32(base + at), int32(base + end), field, e.termEnd})
				next = e.next
			}
		}
		if !n.more {
			return hits
		}
		first = false
		if from = termGap(text, end, high); from >= high {
			return hits
		}
		if end = termEndAt(text, from, min(high, from+maxToken+1)); end-at > maxTerm {
			return hits
		}
	}
}

func areCapitals(word []byte) bool {
	for _, b := range word {
		if b >= 'a' && b <= 'z' {
			return false
		}
	}
	return true
}
