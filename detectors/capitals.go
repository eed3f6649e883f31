package detectors

import (
	"encoding/binary"
	"math/bits"
)

// Capitals call Verify where two words begin with a capital, one space between
// them, and in front of d' and a capital: the places where a name may stand that
// no civility or label announces. They are found in a step of their own, from the
// space on, with the filter of anchors.
var capitalLanes = newCapitalLanes()

// capitalForms are the bytes that may stand behind the space, as ranges.
var capitalForms = [][3][]byte{
	{{'A', 'Z'}, anyByte, anyByte},
	{{0xC3, 0xC3, 0xC5, 0xC5}, {0x80, 0xBF}, anyByte},                                                  // two bytes of UTF-8
	{{0xC0, 0xDE}, {0, 0x7F, 0xC0, 0xFF}, anyByte},                                                     // Latin-1
	{{'d', 'd'}, {'\'', '\'', 0xE2, 0xE2}, {'A', 'Z', 0x80, 0x80, 0xC3, 0xC3, 0xC5, 0xC5, 0xC0, 0xDE}}, // d'A, d’A
}

var anyByte = []byte{0, 0xFF}

func newCapitalLanes() *anchorTable {
	t := &anchorTable{}
	for g, form := range capitalForms {
		t.allow(0, 0, 1<<g, ' ')
		for i, ranges := range form {
			for r := 0; r < len(ranges); r += 2 {
				for b := int(ranges[r]); b <= int(ranges[r+1]); b++ {
					t.allow(0, i+1, 1<<g, byte(b))
				}
			}
		}
	}
	return t
}

// capitals offers the pairs whose first word ends in c.Data[low:high].
func (p *Pass) capitals(c *Chunk, low, high int) {
	text := c.Data
	low, high = low+1, min(high+1, len(text))
	n := max(0, min((high-low)/32, (len(text)-low-3)/32))
	p.e.anchorFilter(text, low, n, capitalLanes, p.blocks[:])
	found := 0
	p.blocks[n] = 0
	for k := 0; k < n; k += 2 {
		for m := p.twoBlocks(k); m != 0; m &= m - 1 {
			at := low + 32*k + bits.TrailingZeros64(m)
			p.anchored[found&(anchorRoom-1)] = int32(at)
			found += int(mayEndName[text[at-1]])
		}
		if found > anchorRoom-64 {
			p.pairs(c, found)
			found = 0
		}
	}
	p.pairs(c, found)
	for at := low + 32*n; at < high; at++ {
		if text[at] == ' ' {
			p.pair(c, at)
		}
	}
}

// mayEndName is 1 for letters and bytes beyond ASCII.
var mayEndName = func() (t [256]uint8) {
	for b := range t {
		if b >= 0x80 || isLetterByte(byte(b)) {
			t[b] = 1
		}
	}
	return t
}()

// pairs looks at the first n places of the list.
func (p *Pass) pairs(c *Chunk, n int) {
	for _, at := range p.anchored[:n] {
		p.pair(c, int(at))
	}
}

// pair looks at the words around the space at text[at].
func (p *Pass) pair(c *Chunk, at int) {
	start := pairStart(c.Data, at-1)
	if start < 0 {
		return
	}
	for set := p.e.capitalSet; set != 0; set &= set - 1 {
		i := uint8(bits.TrailingZeros64(set))
		text, field, base := c.Data, int32(-1), 0
		if len(c.Starts) > 0 {
			if text, base, field = p.cellText(c, at-1, i); field < 0 || start < base {
				continue
			}
		}
		if s := p.e.detectors[i].Verify(text, start-base); s.Outcome != None {
			p.add(s, i, base, field)
		}
	}
}

// maxPairWord is how many bytes the first word of a pair may have.
const maxPairWord = 40

// pairStart returns where the pair of words begins whose first ends with
// text[at], in front of a space and a capital; -1 when there is none. Small
// particles between them belong to the second: "Jean de La Tour".
func pairStart(text []byte, at int) int {
	if at+2 >= len(text) || text[at+1] != ' ' || !isLetter(text, at) {
		return -1
	}
	if text[at+2] == 'd' {
		next := apostropheEnd(text, at+3)
		if next == at+3 || !isUpperAt(text, next) {
			return -1
		}
	} else if !isUpperAt(text, at+2) {
		return -1
	}
	for range 3 {
		start := at + 1
		if at >= 7 { // most words are eight letters long at most
			start -= bits.LeadingZeros64(notLetters(binary.LittleEndian.Uint64(text[at-7:]))) >> 3
		}
		for low := max(0, at-maxPairWord+1); start > low && isLetterByte(text[start-1]); {
			start--
		}
		for start > 0 && at-start < maxPairWord && (isLetter(text, start-1) || joins(text, start-1)) {
			start--
		}
		for start <= at && !isLetter(text, start) {
			start++
		}
		switch {
		case start > at || start > 0 && isNum(text[start-1]):
			return -1
		case isUpperAt(text, start):
			return start
		case start < 2 || text[start-1] != ' ' || !isParticle(text[start:at+1]):
			return -1
		}
		at = start - 2
		if !isLetter(text, at) {
			return -1
		}
	}
	return -1
}

// joins reports whether the byte at i stands between the parts of one name: a
// hyphen or an apostrophe before a letter.
func joins(text []byte, i int) bool {
	switch text[i] {
	case '-', '\'':
	case 0x99:
		if i < 2 || text[i-1] != 0x80 || text[i-2] != 0xE2 {
			return false
		}
	case 0x80:
		return i > 0 && text[i-1] == 0xE2 && i+1 < len(text) && text[i+1] == 0x99
	case 0xE2:
		return i+2 < len(text) && text[i+1] == 0x80 && text[i+2] == 0x99
	default:
		return false
	}
	return i+1 < len(text) && isLetter(text, i+1)
}

// apostropheEnd returns the end of the apostrophe at i, i when there is none.
func apostropheEnd(text []byte, i int) int {
	switch {
	case i < len(text) && text[i] == '\'':
		return i + 1
	case i+2 < len(text) && text[i] == 0xE2 && text[i+1] == 0x80 && text[i+2] == 0x99:
		return i + 3
	}
	return i
}

// isUpperAt reports whether a capital stands at i, in UTF-8 or Latin-1.
func isUpperAt(text []byte, i int) bool {
	if i >= len(text) {
		return false
	}
	switch b := text[i]; {
	case b < 0x80:
		return b-'A' < 26
	case b == 0xC3 && i+1 < len(text) && text[i+1]&0xC0 == 0x80:
		return text[i+1] < 0x9F && text[i+1] != 0x97
	case b == 0xC5 && i+1 < len(text) && text[i+1]&0xC0 == 0x80:
		return text[i+1] == 0x92 || text[i+1] == 0xB8
	case b >= 0xC0 && b < 0xDF:
		return b != 0xD7 && (i+1 >= len(text) || text[i+1]&0xC0 != 0x80)
	}
	return false
}

// isParticle reports whether a word may stand inside a name in small letters.
func isParticle(word []byte) bool {
	switch len(word) {
	case 2:
		switch string(word) {
		case "de", "du", "la", "le", "el", "al", "da", "di", "do", "en":
			return true
		}
	case 3:
		switch string(word) {
		case "des", "les", "van", "von", "ben", "bin", "dos", "del", "der", "den", "sur":
			return true
		}
	}
	return false
}
