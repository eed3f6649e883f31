package detectors

import (
	"math/rand/v2"
	"testing"
)

// classifySlow is classify byte by byte, from the table of classes.
func (w *Window) classifySlow(text []byte, at int) {
	*w = Window{}
	for i := max(0, -at); i < 64 && at+i < len(text); i++ {
		c, bit := classes[text[at+i]], uint64(1)<<i
		for m := range 15 {
			if c>>m&1 == 0 {
				continue
			}
			switch uint16(1) << m {
			case classDigit:
				w.Digit |= bit
			case classUpper:
				w.Upper |= bit
			case classLower:
				w.Lower |= bit
			case classWord:
				w.Word |= bit
			case classHex:
				w.Hex |= bit
			case classHigh:
				w.High |= bit
			case classAt:
				w.At |= bit
			case classSpace:
				w.Space |= bit
			case classDot:
				w.Dot |= bit
			case classHyphen:
				w.Hyphen |= bit
			case classColon:
				w.Colon |= bit
			case classSlash:
				w.Slash |= bit
			case classPlus:
				w.Plus |= bit
			case classZero:
				w.Zero |= bit
			case classGap:
				w.Gap |= bit
			}
		}
	}
}

func checkClassify(t *testing.T, text []byte, at int) {
	t.Helper()
	var fast, slow Window
	fast.classify(text, at)
	slow.classifySlow(text, at)
	if fast != slow {
		t.Fatalf("window at %d:\n got %x\nwant %x", at, fast, slow)
	}
}

func TestClassifyEveryByteEverywhere(t *testing.T) {
	var text [64]byte
	for i := range text {
		for b := range 256 {
			text[i] = byte(b)
			checkClassify(t, text[:], 0)
		}
		text[i] = 'x'
	}
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 200 {
		random := make([]byte, n)
		for i := range random {
			random[i] = byte(r.Uint32())
		}
		for at := -70; at < n+6; at++ {
			checkClassify(t, random, at)
		}
	}
}

func FuzzClassify(f *testing.F) {
	f.Add([]byte("tel. +33 6 12 34 56 78, a_b@c.fr\t1/2-Z\u00e9"), 3)
	f.Fuzz(func(t *testing.T, text []byte, at int) { checkClassify(t, text, at%100) })
}
