package detectors

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// Looking up every token of a text costs more than all the rest. So a kernel
// names the few that may be in a set of words, for many blocks of 64 bytes at once.

// tokenSet is what the kernels know of a set of words.
type tokenSet struct {
	prefix *prefixTable // for kernels that look at one block at a time
	heads  *tokenHeads  // for the others, nil where all tokens go through the filter
	filter tokenFilter
}

// newWordSet returns an empty set of context words.
func newWordSet() tokenSet {
	return tokenSet{new(prefixTable), new(tokenHeads), newTokenFilter(dictionaryFilter)}
}

// add lets a folded word of a group and its plural pass, but for prefix.
func (s *tokenSet) add(word string, group int) {
	s.heads.add(word, group)
	s.filter.add(word)
	s.filter.add(word + "s")
}

// join lets pass what another set of that size does, but for prefix.
func (s *tokenSet) join(other *tokenSet) {
	for k := range s.heads {
		for i := range s.heads[k] {
			for j, groups := range other.heads[k][i] {
				s.heads[k][i][j] |= groups
			}
		}
	}
	for i, set := range other.filter.bits[:len(s.filter.bits)] {
		s.filter.bits[i] |= set
	}
}

// clear lets nothing pass, but for prefix.
func (s *tokenSet) clear() {
	*s.heads = tokenHeads{}
	clear(s.filter.bits)
}

// tokenHeads tell by the lower six bits of each of the first four bytes of a token,
// where letters differ, to which of sixteen groups of words it may belong, if none of
// these bytes is beyond ASCII.
type tokenHeads [2][4][64]uint8

func (t *tokenHeads) add(word string, group int) {
	for i := range 4 {
		for low := range byte(64) {
			if i >= len(word) || (low^word[i])&31 == 0 && low&31 != 0 {
				t[group/8][i][low] |= 1 << (group % 8)
			}
		}
	}
}

// tokenFilter tells most tokens not to be words that were added, by the key of their
// first eight bytes (see tokenKey): two bits in one of its words.
type tokenFilter struct {
	bits  []uint64
	shift uint64
}

// newTokenFilter returns an empty filter of 1<<size words, size at most 20.
func newTokenFilter(size int) tokenFilter {
	return tokenFilter{make([]uint64, 1<<size), uint64(64 - size)}
}

const wordMultiplier = 0x9E3779B97F4A7C15

// wordBits are the two bits of a word, by its product with wordMultiplier.
func wordBits(product uint64) uint64 { return 1<<(product>>32&63) | 1<<(product>>38&63) }

// add lets a folded word pass, also where one of its letters is written with an
// accent or a byte beyond ASCII stands behind it.
func (f *tokenFilter) add(word string) {
	f.set(firstLetters(word))
	f.set(firstLetters(word[:min(7, len(word))])) // the first eight bytes with one letter of two
	for i := range min(8, len(word)+1) {
		if i == len(word) || strings.IndexByte(latin1, word[i]) >= 0 {
			f.set(firstLetters(word[:i]) | beyondASCII<<(8*i))
		}
	}
}

const beyondASCII = 0xFF

func (f *tokenFilter) set(key uint64) {
	product := key * wordMultiplier
	f.bits[product>>f.shift] |= wordBits(product)
}

// passes reports whether a token that begins with these eight bytes may be one of
// the words.
func (f *tokenFilter) passes(first uint64) bool { return f.has(tokenKey(first)) }

// tokenKey returns what the first eight bytes of a token are known by: its letters,
// small, cut at their end. The first byte beyond ASCII is folded with the next one if
// the two are one letter in UTF-8 (C3 80 to C3 BF without Æ and æ, which are two); any
// other one, and a second one, stands for all of these, and the key ends there.
func tokenKey(first uint64) uint64 {
	end := notLetters(first)
	if end == 0 {
		return first | smallBits
	}
	n := bits.TrailingZeros64(end) &^ 7
	if first>>(n+7)&1 == 0 {
		return (first | smallBits) & (1<<n - 1)
	}
	if next := uint8(first >> (n + 8)); uint8(first>>n) == 0xC3 && next&0xC0 == 0x80 && next&^0x20 != 0x86 {
		first = first&(1<<n-1) | uint64(latin1[next&0x3F])<<n | first>>(n+16)<<(n+8)
		n = bits.TrailingZeros64(notLetters(first)) &^ 7 // there is one: zero came in behind
	}
	return (first|smallBits)&(1<<n-1) | beyondASCII*(first>>(n+7)&1)<<n
}

func (f *tokenFilter) has(key uint64) bool {
	product := key * wordMultiplier
	return wordBits(product)&^f.bits[product>>f.shift&uint64(len(f.bits)-1)] == 0
}

const (
	tokenBlocks = 64     // that a kernel looks at in one call
	tokenRead   = 64 + 8 // bytes from the start of a block that the kernels read
	maxTokens   = 64 / 2 // that begin in one block
)

// tokenList is what a kernel fills.
type tokenList struct {
	at    [tokenBlocks*maxTokens + 32]int32 // where tokens begin; the kernels write further than they count
	masks wordMasks
}

// tokensGo is the fourth function of the kernel in plain Go; text may end within
// the bytes to be read.
func tokensGo(text []byte, blocks []int32, s *tokenSet, out *tokenList, n int) int {
	return tokensWith(wordsGo, text, blocks, s, out, n)
}

// tokensWith looks at one block after the other with the third function of a kernel.
func tokensWith(words wordsFunc, text []byte, blocks []int32, s *tokenSet, out *tokenList, n int) int {
	m := &out.masks
	for _, block := range blocks {
		low := int(block)
		if low+blockRead <= len(text) {
			words(text, low, s.prefix, m)
		} else {
			wordsGo(text, low, s.prefix, m)
		}
		letters := m.letters
		for high := m.high; high != 0; high &= high - 1 {
			if i := bits.TrailingZeros64(high); isLetter(text, low+i) {
				letters |= 1 << i
			}
		}
		starts := letters &^ (letters << 1)
		if letters&1 != 0 && low > 0 && isLetter(text, low-1) {
			starts &^= 1
		}
		starts &= m.prefix | m.high | m.high>>1 | m.high>>2 | m.high>>3 | 7<<61
		for ; starts != 0; starts &= starts - 1 {
			i := bits.TrailingZeros64(starts)
			at := low + i
			switch length := bits.TrailingZeros64(^(m.letters >> i)); {
			case at+8 > len(text):
			case i <= 64-8 && m.high>>(i+length)&1 == 0: // the masks tell what passes works out
				length = 8 * min(length, 8)
				if !s.filter.has((binary.LittleEndian.Uint64(text[at:]) | smallBits) & (1<<length - 1)) {
					continue
				}
			case !s.filter.passes(binary.LittleEndian.Uint64(text[at:])):
				continue
			}
			out.at[n] = int32(at)
			n++
		}
	}
	return n
}

// lookUpToken returns what the token at text[at] says, nothing when none begins
// there.
func (p *Pass) lookUpToken(text []byte, at int) wordSets {
	if at > 0 && isLetter(text, at-1) || !isLetter(text, at) {
		return wordSets{}
	}
	if at+16 > len(text) {
		return p.wordAt(text, at)
	}
	first, next := binary.LittleEndian.Uint64(text[at:]), binary.LittleEndian.Uint64(text[at+8:])
	if end := notLetters(first); end != 0 {
		n := bits.TrailingZeros64(end) >> 3
		switch {
		case text[at+n] >= 0x80:
			return p.wordAt(text, at)
		case n <= maxMark && isMark(text, at, at+n):
			return wordSets{}
		}
		return p.e.words.short((first | smallBits) & (1<<(8*n) - 1))
	}
	end := notLetters(next)
	n := 8 + bits.TrailingZeros64(end)>>3
	if end == 0 || text[at+n] >= 0x80 {
		return p.wordAt(text, at)
	}
	return p.e.words.long(first|smallBits, binary.LittleEndian.Uint64(text[at+n-8:])|smallBits, n)
}

const (
	highBits  = 0x8080808080808080
	smallBits = 0x2020202020202020
	oneBits   = 0x0101010101010101
	// gatherBits moves the lowest bits of eight bytes into the highest byte.
	gatherBits = 0x0102040810204080
)

// asciiLetters has the highest bit of each of eight bytes that is an ASCII letter:
// 7-bit small letters are those that 0x1F and no 0x05 more make negative.
func asciiLetters(b uint64) uint64 {
	small := (b | smallBits) &^ highBits
	return (small + 0x1F*oneBits) &^ (small + 0x05*oneBits) &^ b & highBits
}

// notLetters is the opposite.
func notLetters(b uint64) uint64 { return asciiLetters(b) ^ highBits }

// wordMasks are about 64 bytes of text: ASCII letters, bytes from 0x80 on, and
// those that may begin a word of the dictionary if they are no High ones.
type wordMasks struct{ letters, high, prefix uint64 }

// wordsFunc fills out for the blockRead bytes from text[at] on.
type wordsFunc func(text []byte, at int, t *prefixTable, out *wordMasks)

// blockRead is how many bytes such a function reads to look at 64.
const blockRead = 67

// wordsGo is the third function of the kernel in plain Go; text may end within
// the bytes to be read.
func wordsGo(text []byte, at int, _ *prefixTable, out *wordMasks) {
	*out = wordMasks{prefix: ^uint64(0)}
	block := text[at:min(len(text), at+64)]
	for i := 0; i < len(block); i += 8 {
		var b uint64
		if i+8 <= len(block) {
			b = binary.LittleEndian.Uint64(block[i:])
		} else {
			for j, c := range block[i:] {
				b |= uint64(c) << (8 * j)
			}
		}
		out.letters |= asciiLetters(b) >> 7 * gatherBits >> 56 << i
		out.high |= b & highBits >> 7 * gatherBits >> 56 << i
	}
}
