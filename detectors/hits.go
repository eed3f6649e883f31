package detectors

import "math/bits"

// hitCache remembers the context words of the text around candidates, by blocks of
// 64 bytes. First the candidates of a piece say which blocks they ask about (ask),
// then all of these that are not known yet are read at once (readWords), and then
// most candidates learn from a mask that no word there is about them (hitsAround).
// Places are those of the last hitBlocks blocks.
type hitCache struct {
	asked  [hitBlocks / 64]uint64               // blocks to be read
	known  [hitBlocks / 64]uint64               // blocks that were read
	about  [hitBlocks / 64][maxDetectors]uint64 // by detector: blocks with a word that speaks for or against it
	blocks [hitBlocks]hitBlock                  // of those blocks
	end    int                                  // the first block that has no place yet
	heard  [2]uint64                            // detectors that words read since this piece or the last began are about
	kinds  uint64                               // detectors whose words the blocks are read for
	words  tokenSet                             // these words
	pieces int                                  // that kinds holds for
	hits   []wordHit
	list   [tokenBlocks]int32
	tokens tokenList
}

const hitBlocks = 1024 // more than a piece with its margins

// hitBlock are the words that begin in one block, as places in hits.
type hitBlock struct{ from, to int32 }

// wordHit is a context word.
type wordHit struct {
	at int32 // of its first byte
	wordSets
}

// reset forgets everything; nothing in front of low will be asked for.
func (h *hitCache) reset(low int) {
	clear(h.asked[:])
	clear(h.known[:])
	if len(h.hits) > 0 {
		clear(h.about[:])
	}
	h.end = max(0, low)>>6 + hitBlocks
	h.heard = [2]uint64{}
	h.hits = h.hits[:0]
}

// kindsPieces is for how many pieces kinds only grow.
const kindsPieces = 16

// about says which detectors the words asked for are about. Other kinds than before
// have other words: what was read is read again.
func (p *Pass) about(kinds uint64) {
	h := &p.hits
	if h.pieces--; h.pieces >= 0 && kinds&^h.kinds == 0 {
		return
	}
	if h.words.prefix == nil {
		h.words = newWordSet()
		h.words.prefix = p.e.words.tokens.prefix
	}
	if h.pieces < 0 {
		h.pieces = kindsPieces
		if h.kinds == kinds {
			return
		}
		h.kinds = 0
		h.words.clear()
	}
	clear(h.known[:])
	clear(h.about[:])
	h.hits = h.hits[:0]
	for set := kinds &^ h.kinds; set != 0; set &= set - 1 {
		h.words.join(&p.e.words.about[bits.TrailingZeros64(set)])
	}
	h.kinds |= kinds
}

// forget makes room for what begins in front of high, 64 blocks at a time.
func (h *hitCache) forget(high int) {
	h.heard[0], h.heard[1] = 0, h.heard[0]
	for ; h.end <= high>>6; h.end = h.end&^63 + 64 {
		kept, word := uint64(1)<<(h.end&63)-1, h.end>>6&(hitBlocks/64-1)
		h.known[word] &= kept
		for d := range h.about[word] {
			h.about[word][d] &= kept
		}
	}
}

// places returns the blocks from b to last that lie in one word of the masks, the
// word, and the block behind them.
func places(b, last int) (set uint64, word, next int) {
	n := min(64-b&63, last-b+1)
	return ^uint64(0) >> (64 - n) << (b & 63), b >> 6 & (hitBlocks/64 - 1), b + n
}

// ask wants the words that begin in text[from:to] to be known, from < to.
func (h *hitCache) ask(from, to int) {
	for b, last := from>>6, (to-1)>>6; b <= last; {
		set, word, next := places(b, last)
		h.asked[word] |= set
		b = next
	}
}

// readWords reads the blocks of text[low:high] that were asked for.
func (p *Pass) readWords(text []byte, low, high int) {
	h := &p.hits
	n := 0
	for b, last := low>>6, (high-1)>>6; b <= last; {
		set, word, next := places(b, last)
		fresh := h.asked[word] & set &^ h.known[word]
		h.asked[word] &^= set
		h.known[word] |= fresh
		for ; fresh != 0; fresh &= fresh - 1 {
			h.list[n] = int32(b&^63+bits.TrailingZeros64(fresh)) << 6
			if n++; n == len(h.list) {
				p.readBlocks(text, n)
				n = 0
			}
		}
		b = next
	}
	if n > 0 {
		p.readBlocks(text, n)
	}
}

// readBlocks looks up the tokens of the first n blocks of the list.
func (p *Pass) readBlocks(text []byte, n int) {
	h := &p.hits
	n = p.e.kernel.tokens(text, h.list[:n], &h.words, &h.tokens, 0)
	for _, at := range h.tokens.at[:n] {
		s := p.lookUpToken(text, int(at))
		set := (s.context | s.against) & h.kinds
		if set == 0 {
			continue
		}
		h.heard[0] |= set
		place := at >> 6 & (hitBlocks - 1)
		bit, about, block := uint64(1)<<(place&63), &h.about[place>>6], &h.blocks[place]
		if last := len(h.hits) - 1; last < 0 || h.hits[last].at>>6 != at>>6 {
			block.from = int32(last + 1)
		}
		block.to = int32(len(h.hits) + 1)
		h.hits = append(h.hits, wordHit{at, s})
		for ; set != 0; set &= set - 1 {
			about[bits.TrailingZeros64(set)] |= bit
		}
	}
}

// hitsAround adds the sets of the tokens about detector d that begin in
// text[from:start], and in text[end:to] if they stand on the line of text[end].
// All of that was read.
func (p *Pass) hitsAround(text []byte, from, start, end, to int, d uint8, s *wordSets) {
	h := &p.hits
	recent := from
	for b, last := from>>6, max(to-1, start-1)>>6; b <= last; {
		set, word, next := places(b, last)
		for set &= h.about[word][d&(maxDetectors-1)]; set != 0; set &= set - 1 {
			block := &h.blocks[word<<6+bits.TrailingZeros64(set)]
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
		b = next
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
