package detectors

import (
	"encoding/binary"
	"maps"
	"slices"
)

// Context words. A token is a run of letters: ASCII letters, bytes from C0 up,
// and a byte 80 to BF after C3 to C5; C2 and E2 before a byte 80 to BF are none
// (no-break spaces, typographic quotes and dashes). So the letters of French
// are known in UTF-8 and in Latin-1 alike, without asking which one it is.

// dictionary holds the context words of all detectors, folded. Most tokens are
// told not to be in it without being folded: by their first four bytes, or by
// their first eight (see tokens.go).
type dictionary struct {
	words  map[string]wordSets
	tokens tokenSet
	about  []tokenSet // by detector: of its words alone, without prefix
	// shortWords and longWords are open-addressed.
	shortWords [shortSlots]shortWord
	longWords  [longSlots]longWord
}

// dictionaryFilter is the size of the filter, 8 KiB.
const dictionaryFilter = 10

// slotOf is where the first bytes of a word are looked for first in a table of
// 4096 words.
func slotOf(first uint64) uint64 { return first * wordMultiplier >> (64 - 12) }

// prefixTable tells by the lower and the upper half of each of the first four
// bytes, as small letters, to which of sixteen groups of words a token may
// belong: a bit a group, in two sets of eight, and the token passes when one is
// set in all the halves.
type prefixTable [4][2][2][16]uint8

// Groups of the prefix table. Words of two letters end before their third byte:
// it is no letter, and two groups are needed to say so by halves of a byte.
const (
	groupShort     = 0 // and the third byte is below 0x60 or beyond ASCII
	groupShortHigh = 1 // and it is a mark beside the small letters
	groupThree     = 2 // words of three letters: groups 2 to 4
	groupLong      = 5 // longer ones: groups 5 to 15
	groupEnd       = 16
)

// set lets group g pass the bytes of lower halves low and upper halves high, as
// bit sets, in place i.
func (t *prefixTable) set(i, g int, low, high uint16) {
	for n := range 16 {
		t[i][g/8][0][n] |= uint8(low>>n&1) << (g % 8)
		t[i][g/8][1][n] |= uint8(high>>n&1) << (g % 8)
	}
}

func (t *prefixTable) add(w string, g int) {
	for i := range 4 {
		switch {
		case i < len(w):
			t.set(i, g, 1<<(w[i]&15), 1<<(w[i]>>4))
		case g == groupShort && i == 2:
			t.set(i, g, 0xFFFF, 0xFF3F)
		case g == groupShortHigh && i == 2:
			t.set(i, g, 0xF801, 0x00C0)
		default:
			t.set(i, g, 0xFFFF, 0xFFFF)
		}
	}
}

// wordGroups puts sorted words into groups of about equal size, so that each has few
// first letters. Words of two letters are in groupShort and in groupShortHigh.
func wordGroups(words []string) map[string]int {
	groups := map[string]int{}
	var three, long []string
	for _, w := range words {
		switch len(w) {
		case 2:
			groups[w] = groupShort
		case 3:
			three = append(three, w)
		default:
			long = append(long, w)
		}
	}
	for i, w := range three {
		groups[w] = groupThree + i*(groupLong-groupThree)/len(three)
	}
	for i, w := range long {
		groups[w] = groupLong + i*(groupEnd-groupLong)/len(long)
	}
	return groups
}

// shortWord is an entry of the table of the words of less than eight letters,
// with their plurals: a look-up there needs no copy of the token.
type shortWord struct {
	letters uint64
	wordSets
}

const shortSlots = 4096

// addShort puts a word, or its plural, into the table.
func (d *dictionary) addShort(w string) {
	if len(w) >= 8 {
		return
	}
	key := firstLetters(w)
	slot := slotOf(key)
	for d.shortWords[slot].letters != 0 && d.shortWords[slot].letters != key {
		slot = (slot + 1) % shortSlots
	}
	d.shortWords[slot] = shortWord{key, d.find([]byte(w))}
}

// short looks up a token of n < 8 small letters.
func (d *dictionary) short(letters uint64) wordSets {
	slot := slotOf(letters)
	for d.shortWords[slot].letters != 0 {
		if d.shortWords[slot].letters == letters {
			return d.shortWords[slot].wordSets
		}
		slot = (slot + 1) % shortSlots
	}
	return wordSets{}
}

// longWord is an entry of the table of the words of 8 to maxLong letters, with
// their plurals. The first and the last eight letters are the whole word.
type longWord struct {
	first, last uint64
	length      int
	wordSets
}

const (
	maxLong   = 16
	longSlots = 4096
)

func longSlot(first, last uint64) uint64 { return slotOf(first ^ last<<1) }

// addLong puts a word, or its plural, into the table.
func (d *dictionary) addLong(w string) {
	if len(w) < 8 || len(w) > maxLong {
		return
	}
	first, last := firstLetters(w), firstLetters(w[len(w)-8:])
	slot := longSlot(first, last)
	for d.longWords[slot].length != 0 {
		slot = (slot + 1) % longSlots
	}
	d.longWords[slot] = longWord{first, last, len(w), d.find([]byte(w))}
}

// long looks up a token of n small letters, 8 to maxLong.
func (d *dictionary) long(first, last uint64, n int) wordSets {
	slot := longSlot(first, last)
	for d.longWords[slot].length != 0 {
		if w := &d.longWords[slot]; w.first == first && w.last == last && w.length == n {
			return w.wordSets
		}
		slot = (slot + 1) % longSlots
	}
	return wordSets{}
}

// firstLetters returns the first eight letters of a word as they lie in memory.
func firstLetters(w string) (first uint64) {
	for i := range min(8, len(w)) {
		first |= uint64(w[i]) << (8 * i)
	}
	return first
}

// wordSets are the detectors that a word speaks for and against.
type wordSets struct{ context, against uint64 }

func (s *wordSets) add(t wordSets) {
	s.context |= t.context
	s.against |= t.against
}

// addAbout adds what the word at text[at] says of detector d. One that speaks for
// it cancels those against it in front that stand in another sentence, line or
// label; last is where the last of these was, and what is returned.
func (s *wordSets) addAbout(d uint8, t wordSets, text []byte, last, at int) int {
	if t.context>>d&1 != 0 && s.against>>d&1 != 0 && partsLabels(text[last:at]) {
		s.against &^= 1 << d
	}
	s.add(t)
	if t.against>>d&1 != 0 {
		return at
	}
	return last
}

// partsLabels reports whether a text between two words makes the second one begin
// something new.
func partsLabels(text []byte) bool {
	for _, b := range text {
		if isNum(b) || b == '\n' || b == ':' || b == ';' || b == '.' || b == '\r' {
			return true
		}
	}
	return false
}

func newDictionary(ds []*Detector) *dictionary {
	d := &dictionary{words: map[string]wordSets{}, tokens: newWordSet()}
	for i, det := range ds {
		for _, w := range det.Context {
			s := d.words[w]
			s.context |= 1 << i
			d.words[w] = s
		}
		for _, w := range det.Against {
			s := d.words[w]
			s.against |= 1 << i
			d.words[w] = s
		}
	}
	sorted := slices.Sorted(maps.Keys(d.words))
	groups := wordGroups(sorted)
	for _, w := range sorted {
		d.tokens.add(w, groups[w])
		d.tokens.prefix.add(w, groups[w])
		if groups[w] == groupShort {
			d.tokens.prefix.add(w, groupShortHigh)
		}
		d.addShort(w)
		d.addShort(w + "s")
		d.addLong(w)
		d.addLong(w + "s")
	}
	for _, det := range ds {
		about := newWordSet()
		for _, w := range slices.Concat(det.Context, det.Against) {
			about.add(w, groups[w])
		}
		d.about = append(d.about, about)
	}
	return d
}

// find looks a folded token up, with and without a plural s.
func (d *dictionary) find(token []byte) wordSets {
	s := d.words[string(token)]
	if n := len(token); n > 3 && token[n-1] == 's' {
		one := d.words[string(token[:n-1])]
		s.add(one)
	}
	return s
}

// isLetter reports whether text[i] belongs to a token.
func isLetter(text []byte, i int) bool {
	b := text[i]
	switch {
	case b < 0x80:
		c := b | 0x20
		return c >= 'a' && c <= 'z'
	case b == 0xC2 || b == 0xE2:
		return i+1 >= len(text) || text[i+1]&0xC0 != 0x80
	case b >= 0xC0:
		return true
	}
	return i > 0 && text[i-1] >= 0xC3 && text[i-1] <= 0xC5
}

// foldToken appends a token to dst: small letters without accents. It stops
// when dst is full.
func foldToken(dst, token []byte) []byte {
	for i := 0; i < len(token) && len(dst) < maxToken; {
		if token[i] < 0x80 {
			dst = append(dst, token[i]|0x20)
			i++
			continue
		}
		var n int
		dst, n = foldLetter(dst, token[i:])
		i += n
	}
	return dst
}

// latin1 are the letters C0 to FF of ISO 8859-1 without accents; UTF-8 has the
// same ones behind C3, from 80 to BF.
const latin1 = "aaaaaaaceeeeiiiidnooooo_ouuuuytsaaaaaaaceeeeiiiidnooooo_ouuuuyty"

// foldLetter appends the letter at the start of text and returns how many bytes
// it takes. Letters it does not know become '_', which is in no word.
func foldLetter(dst, text []byte) ([]byte, int) {
	b := text[0]
	if b < 0x80 {
		return append(dst, b|0x20), 1
	}
	var letter byte
	size := 1
	switch {
	case b >= 0xC3 && b <= 0xC5 && len(text) > 1 && text[1]&0xC0 == 0x80:
		size = 2
		letter = foldPair(b, text[1])
	case b >= 0xC0:
		letter = latin1[b-0xC0]
	default:
		letter = '_'
	}
	dst = append(dst, letter)
	switch {
	case size == 2 && b == 0xC5 && text[1]&^1 == 0x92: // Œ œ
		dst = append(dst, 'e')
	case size == 2 && b == 0xC3 && text[1]&^0x20 == 0x86, size == 1 && b&^0x20 == 0xC6: // Æ æ
		dst = append(dst, 'e')
	}
	return dst, size
}

// foldPair folds a letter of two bytes.
func foldPair(lead, next byte) byte {
	switch {
	case lead == 0xC3:
		return latin1[next-0x80]
	case lead == 0xC5 && next&^1 == 0x92:
		return 'o'
	case lead == 0xC5 && next == 0xB8:
		return 'y'
	}
	return '_'
}

// wordsIn adds the sets of the tokens that begin in text[from:to]. It is for
// texts that are not worth a cache.
func (p *Pass) wordsIn(text []byte, from, to int, s *wordSets) {
	for i := from; i < to; i++ {
		if isLetter(text, i) && (i == 0 || !isLetter(text, i-1)) {
			s.add(p.wordAt(text, i))
		}
	}
}

// wordsBefore is wordsIn for the text in front of a candidate of detector d.
func (p *Pass) wordsBefore(text []byte, from, to int, d uint8, s *wordSets) {
	last := from
	for i := from; i < to; i++ {
		if isLetter(text, i) && (i == 0 || !isLetter(text, i-1)) {
			last = s.addAbout(d, p.wordAt(text, i), text, last, i)
		}
	}
}

// maxMark is the length up to which letters beside a digit are no word but the
// mark of a reference: SS348236, CB1203.
const maxMark = 3

// isMark reports whether a digit stands beside text[i:end].
func isMark(text []byte, i, end int) bool {
	return i > 0 && isNum(text[i-1]) || end < len(text) && isNum(text[end])
}

// wordAt looks up the token that begins at text[i].
func (p *Pass) wordAt(text []byte, i int) wordSets {
	var room [maxLong + 8]byte
	if n, end := foldShort(&room, text, i); n > 0 {
		if end-i <= maxMark && isMark(text, i, end) {
			return wordSets{}
		}
		return p.e.words.upTo16(&room, n)
	}
	end := i + 1
	for end < len(text) && end-i <= maxToken && isLetter(text, end) {
		end++
	}
	if end-i > maxToken || end-i <= maxMark && isMark(text, i, end) {
		return wordSets{}
	}
	p.token = foldToken(p.token[:0], text[i:end])
	return p.e.words.folded(p.token)
}

// foldShort folds the token that begins at text[i] when it is one of up to maxLong
// ASCII letters and letters behind C3 that fold into one. It returns the number of
// letters, 0 for other tokens, and where the token ends.
func foldShort(room *[maxLong + 8]byte, text []byte, i int) (n, end int) {
	for ; i < len(text); n++ {
		b, size := text[i], 1
		switch {
		case b < 0x80:
			if b |= 0x20; b-'a' >= 26 {
				return n, i
			}
		case b == 0xC3 && i+1 < len(text) && text[i+1]&0xC0 == 0x80 && text[i+1]&^0x20 != 0x86:
			b, size = latin1[text[i+1]-0x80], 2
		default:
			return 0, 0
		}
		if n == maxLong {
			return 0, 0
		}
		room[n] = b
		i += size
	}
	return n, i
}

// folded is find by the tables that need no hash of the whole token.
func (d *dictionary) folded(token []byte) wordSets {
	n := len(token)
	if n > maxLong {
		return d.find(token)
	}
	var room [maxLong + 8]byte
	copy(room[:], token)
	return d.upTo16(&room, n)
}

// upTo16 is folded for a token of n letters, maxLong at most, with zeros behind.
func (d *dictionary) upTo16(room *[maxLong + 8]byte, n int) wordSets {
	first := binary.LittleEndian.Uint64(room[:])
	if !d.tokens.filter.passes(first) {
		return wordSets{}
	}
	if n < 8 {
		return d.short(first)
	}
	return d.long(first, binary.LittleEndian.Uint64(room[n-8:]), n)
}
