package detectors

import (
	"encoding/binary"
	"math/bits"
)

// hitCache remembers the context words of the text that candidates asked about,
// by blocks of 64 bytes, so that no block is read twice. Places in it are those
// of the last hitBlocks blocks.
type hitCache struct {
	known  [hitBlocks / 64]uint64 // blocks that were read
	some   [hitBlocks / 64]uint64 // blocks with a word
	about  [hitBlocks / 64]uint64 // of 64 blocks: detectors that their words speak for or against
	blocks [hitBlocks]hitBlock
	end    int // the first block that has no place yet
	hits   []wordHit
	masks  wordMasks
}

const hitBlocks = 1024 // more than a piece with its margins

// hitBlock are the words that begin in one block.
type hitBlock struct {
	from, to int32  // in hits
	about    uint64 // detectors that they speak for or against
}

// wordHit is a context word.
type wordHit struct {
	at int32 // of its first byte
	wordSets
}

// reset forgets everything; nothing in front of low will be asked for.
func (h *hitCache) reset(low int) {
	clear(h.known[:])
	clear(h.some[:])
	clear(h.about[:])
	h.end = max(0, low)>>6 + hitBlocks
	h.hits = h.hits[:0]
}

// forget makes room for what begins in front of high, 64 blocks at a time.
func (h *hitCache) forget(high int) {
	for ; h.end <= high>>6; h.end = h.end&^63 + 64 {
		kept, word := uint64(1)<<(h.end&63)-1, h.end>>6&(hitBlocks/64-1)
		h.known[word] &= kept
		if h.some[word] &= kept; h.some[word] == 0 {
			h.about[word] = 0
		}
	}
}

// hitsAround adds the sets of the tokens about detector d that begin in
// text[from:start], and in text[end:to] if they stand on the line of text[end].
func (p *Pass) hitsAround(text []byte, from, start, end, to int, d uint8, s *wordSets) {
	h := &p.hits
	recent := from
	last := max(to-1, start-1) >> 6
	for b := from >> 6; b <= last; {
		word, bit := b>>6&(hitBlocks/64-1), b&63
		n := min(64-bit, last-b+1)
		asked := ^uint64(0) >> (64 - n) << bit
		if fresh := asked &^ h.known[word]; fresh != 0 {
			h.known[word] |= fresh
			for ; fresh != 0; fresh &= fresh - 1 {
				p.readBlock(text, b-bit+bits.TrailingZeros64(fresh))
			}
		}
		b += n
		if h.about[word]>>d&1 == 0 {
			continue
		}
		for some := asked & h.some[word]; some != 0; some &= some - 1 {
			block := &h.blocks[word<<6+bits.TrailingZeros64(some)]
			if block.about>>d&1 == 0 {
				continue
			}
			for _, hit := range h.hits[block.from:block.to] {
				if (hit.context|hit.against)>>d&1 == 0 {
					continue
				}
				at := int(hit.at)
				switch {
				case at >= from && at < start:
					recent = s.addAbout(d, hit.wordSets, text, recent, at)
				case at >= end && at < to && sameLine(text[end:at]):
					s.add(hit.wordSets)
				}
			}
		}
	}
}

func sameLine(text []byte) bool {
	for _, b := range text {
		if b == '\n' || b == '\r' {
			return false
		}
	}
	return true
}

// wordMasks are about 64 bytes of text: ASCII letters, bytes from 0x80 on, and
// those that may begin a word of the dictionary if they are no High ones.
type wordMasks struct{ letters, high, prefix uint64 }

// blockRead is how many bytes the kernels read to look at 64.
const blockRead = 67

// readBlock looks up the tokens that begin in block number b.
func (p *Pass) readBlock(text []byte, b int) {
	h, m := &p.hits, &p.hits.masks
	first := len(h.hits)
	low := b << 6
	if low+blockRead <= len(text) {
		p.e.kernel.words(text, low, &p.e.words.prefix, m)
	} else {
		wordsGo(text, low, &p.e.words.prefix, m)
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
		p.readToken(text, low+i, letters>>i, 64-i)
	}
	if len(h.hits) == first {
		return
	}
	place := b & (hitBlocks - 1)
	h.some[place>>6] |= 1 << (place & 63)
	block := &h.blocks[place]
	*block = hitBlock{from: int32(first), to: int32(len(h.hits))}
	for _, hit := range h.hits[first:] {
		block.about |= hit.context | hit.against
	}
	h.about[place>>6] |= block.about
}

// readToken looks up the token at text[at]. letters says of the first known
// bytes which are letters.
func (p *Pass) readToken(text []byte, at int, letters uint64, known int) {
	if at+8 <= len(text) {
		first := binary.LittleEndian.Uint64(text[at:])
		small := first | smallBits
		n := tokenLength(text, at, letters, known)
		if n < 8 {
			first, small = first&(1<<(8*n)-1), small&(1<<(8*n)-1)
		}
		if first&highBits == 0 {
			if bit := filterBit(small); p.e.words.filter[bit/64]>>(bit%64)&1 == 0 {
				return
			}
			if n < 8 {
				if n <= maxMark && isMark(text, at, at+n) {
					return
				}
				p.hit(at, p.e.words.short(small))
				return
			}
			if n = bits.TrailingZeros64(^letters); n < known && n <= maxLong {
				end := binary.LittleEndian.Uint64(text[at+n-8:])
				if end&highBits == 0 {
					p.hit(at, p.e.words.long(small, end|smallBits, n))
					return
				}
			}
		}
	}
	p.hit(at, p.wordAt(text, at))
}

// hit keeps what the token at text[at] says, if anything.
func (p *Pass) hit(at int, s wordSets) {
	if s.context|s.against != 0 {
		p.hits.hits = append(p.hits.hits, wordHit{int32(at), s})
	}
}

const (
	highBits  = 0x8080808080808080
	smallBits = 0x2020202020202020
	oneBits   = 0x0101010101010101
	// gatherBits moves the lowest bits of eight bytes into the highest byte.
	gatherBits = 0x0102040810204080
)

// tokenLength measures the token at text[at], up to eight bytes. letters says of
// the first known bytes which are letters.
func tokenLength(text []byte, at int, letters uint64, known int) int {
	n := bits.TrailingZeros64(^letters)
	if n < known || known >= 8 {
		return n
	}
	for n = known; n < 8 && isLetter(text, at+n); n++ {
	}
	return n
}

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
		// Eight bytes at a time: 7-bit small letters are those that 0x1F and no
		// 0x05 more make negative.
		small := (b | smallBits) &^ highBits
		letter := (small + 0x1F*oneBits) &^ (small + 0x05*oneBits) &^ b & highBits
		out.letters |= letter >> 7 * gatherBits >> 56 << i
		out.high |= b & highBits >> 7 * gatherBits >> 56 << i
	}
}
