package detectors

import (
	"encoding/binary"
	"strings"
)

// lexicon is a set of folded words. Most words that are not in it are told by a
// bitmap of the first eight letters, without being folded.
type lexicon struct {
	words   map[string]struct{}
	longest int
	filter  [lexiconBits / 64]uint64
}

const lexiconBits = 1 << 14

// newLexicon makes a set of the words of all lines: small letters without accents,
// separated by spaces.
func newLexicon(lines ...string) *lexicon {
	l := &lexicon{words: map[string]struct{}{}}
	for _, line := range lines {
		for w := range strings.FieldsSeq(line) {
			l.words[w] = struct{}{}
			l.longest = max(l.longest, len(w))
			bit := lexiconBit(firstLetters(w))
			l.filter[bit/64] |= 1 << (bit % 64)
		}
	}
	return l
}

// lexiconBit is the place in the filter of the first letters of a word.
func lexiconBit(first uint64) uint64 { return first * 0x9E3779B97F4A7C15 >> (64 - 14) }

// mayHold reports whether the set may hold a word of small letters that begins
// with eight bytes, as they lie in memory, zeros behind its end.
func (l *lexicon) mayHold(first uint64) bool {
	bit := lexiconBit(first)
	return l.filter[bit/64]>>(bit%64)&1 != 0
}

// hasPlain is has for small letters, in an array that has zeros behind them.
func (l *lexicon) hasPlain(word []byte) bool {
	if cap(word) >= 8 && !l.mayHold(binary.LittleEndian.Uint64(word[:8])) {
		return false
	}
	_, found := l.words[string(word)]
	return found
}

// has reports whether the set holds a word, whatever its case and accents.
func (l *lexicon) has(word []byte) bool {
	if cap(word) >= 8 {
		first := binary.LittleEndian.Uint64(word[:8])
		if n := len(word); n < 8 {
			first &= 1<<(8*n) - 1
			if first&highBits == 0 {
				first |= smallBits & (1<<(8*n) - 1)
			}
		} else {
			first |= smallBits
		}
		if first&highBits == 0 {
			if bit := lexiconBit(first); l.filter[bit/64]>>(bit%64)&1 == 0 {
				return false
			}
		}
	}
	// Two bytes of text become one letter at least.
	if len(word) > 2*l.longest {
		return false
	}
	var buffer [2 * maxToken]byte
	_, found := l.words[string(foldToken(buffer[:0], word))]
	return found
}
