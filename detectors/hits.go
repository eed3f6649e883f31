package detectors

import (
	"encoding/binary"
	"math/bits"
)

// hitCache remembers the context words of the text that candidates asked about,
// by blocks of 64 bytes, so that no block is read twice.
type hitCache struct {
	blocks [hitBlocks]hitBlock
	hits   []wordHit
}

const hitBlocks = 1024 // more than a piece with its margins

// hitBlock are the words that begin in one block.
type hitBlock struct {
	block    int32 // its number, -1 for none
	from, to int32 // in hits
	all      wordSets
}

// wordHit is a context word.
type wordHit struct {
	at int32 // of its first byte
	wordSets
}

func (h *hitCache) init() {
	for i := range h.blocks {
		h.blocks[i].block = -1
	}
}

// reset forgets everything.
func (h *hitCache) reset() {
	h.init()
	h.hits = h.hits[:0]
}

// hitsIn adds the sets of the tokens that begin in text[from:to].
func (p *Pass) hitsIn(text []byte, from, to int, s *wordSets) {
	if from >= to {
		return
	}
	for b := from >> 6; b <= (to-1)>>6; b++ {
		block := &p.hits.blocks[b&(hitBlocks-1)]
		if block.block != int32(b) {
			p.readBlock(text, b, block)
		}
		if block.from == block.to {
			continue
		}
		for _, h := range p.hits.hits[block.from:block.to] {
			if int(h.at) >= from && int(h.at) < to {
				s.add(h.wordSets)
			}
		}
	}
}

// readBlock looks up the tokens that begin in block number b.
func (p *Pass) readBlock(text []byte, b int, block *hitBlock) {
	h := &p.hits
	block.block, block.from = int32(b), int32(len(h.hits))
	low := b << 6
	letters := letterMask(text, low)
	starts := letters &^ (letters << 1)
	if low > 0 && letters&1 != 0 && isLetter(text, low-1) {
		starts &^= 1
	}
	for ; starts != 0; starts &= starts - 1 {
		i := bits.TrailingZeros64(starts)
		at := low + i
		if at+8 <= len(text) {
			first := binary.LittleEndian.Uint64(text[at:])
			small := first | smallBits
			if n := tokenLength(text, at, letters>>i, 64-i); n < 8 {
				first, small = first&(1<<(8*n)-1), small&(1<<(8*n)-1)
			}
			if first&highBits == 0 {
				bit := filterBit(small)
				if p.e.words.filter[bit/64]>>(bit%64)&1 == 0 {
					continue
				}
			}
		}
		if s := p.wordAt(text, at); s.context|s.against != 0 {
			h.hits = append(h.hits, wordHit{int32(at), s})
		}
	}
	block.to = int32(len(h.hits))
}

const (
	highBits  = 0x8080808080808080
	smallBits = 0x2020202020202020
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

// letterMask tells which bytes of block text[low:low+64] are letters.
func letterMask(text []byte, low int) uint64 {
	var letters, high uint64
	block := text[low:min(len(text), low+64)]
	for i, b := range block {
		c := classes[b]
		letters |= uint64(c>>1&1|c>>2&1) << i
		high |= uint64(c>>5&1) << i
	}
	for ; high != 0; high &= high - 1 {
		i := bits.TrailingZeros64(high)
		if isLetter(text, low+i) {
			letters |= 1 << i
		}
	}
	return letters
}
