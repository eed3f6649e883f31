package detectors

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// checkTokens holds the lists of tokens of all kernels to the dictionary: none that
// is in it is left out, and nothing outside the blocks is named.
func checkTokens(t *testing.T, p *Pass, text []byte, blocks []int32) {
	t.Helper()
	var want []int32
	for _, block := range blocks {
		for at := int(block); at < min(len(text), int(block)+64); at++ {
			if isLetter(text, at) && (at == 0 || !isLetter(text, at-1)) {
				if s := p.wordAt(text, at); s != (wordSets{}) {
					want = append(want, int32(at))
				}
				if got, want := p.lookUpToken(text, at), p.wordAt(text, at); got != want {
					t.Fatalf("token at %d of %q: got %v, want %v", at, text, got, want)
				}
			} else if s := p.lookUpToken(text, at); s != (wordSets{}) {
				t.Fatalf("no token begins at %d of %q", at, text)
			}
		}
	}
	for _, name := range Kernels() {
		k, err := chooseKernel(name)
		if err != nil {
			t.Fatal(err)
		}
		var list tokenList
		got := list.at[:k.tokens(text, blocks, &p.e.words.tokens, &list, 0)]
		for i, at := range got {
			if !slices.Contains(blocks, at&^63) || int(at) >= len(text) || i > 0 && got[i-1] >= at {
				t.Fatalf("kernel %s: %v for the blocks %v of %q", name, got, blocks, text)
			}
		}
		for _, at := range want {
			if !slices.Contains(got, at) {
				t.Fatalf("kernel %s: the word at %d of %q is left out", name, at, text)
			}
		}
	}
}

// blocksOf are the blocks of a text whose bit is set, tokenBlocks at most.
func blocksOf(text []byte, set uint64) (blocks []int32) {
	for at := 0; at < len(text) && at < 64*tokenBlocks; at += 64 {
		if set>>(at/64)&1 != 0 {
			blocks = append(blocks, int32(at))
		}
	}
	return blocks
}

func TestTokens(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	p := newEngine(t, everything(), Options{}).Pass()
	texts := samples(t)
	for w := range p.e.words.words {
		texts = append(texts, []byte(w))
	}
	for range 2000 {
		text := mixed(r, texts, 1+r.IntN(3000))
		checkTokens(t, p, text, blocksOf(text, r.Uint64()))
	}
	// Letters beyond ASCII, and what only looks like them, beside each other.
	alphabet := []byte("aesNIR 1.\xa0\x99\xa9\xbf\xc2\xc3\xc5\xc6\xe2\xe9\x80")
	for range 3000 {
		text := make([]byte, 1+r.IntN(200))
		for i := range text {
			text[i] = alphabet[r.IntN(len(alphabet))]
		}
		checkTokens(t, p, text, blocksOf(text, ^uint64(0)))
	}
}

func FuzzTokens(f *testing.F) {
	for _, text := range samples(f) {
		f.Add(text, ^uint64(0))
	}
	p := newEngine(f, everything(), Options{}).Pass()
	f.Fuzz(func(t *testing.T, text []byte, set uint64) { checkTokens(t, p, text, blocksOf(text, set)) })
}
