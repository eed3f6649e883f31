package detectors

import (
	"bytes"
	"math/bits"
	"math/rand/v2"
	"slices"
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

// checkFilter compares what a kernel keeps of the windows of a text with what
// interesting says.
func checkFilter(t *testing.T, text []byte) {
	t.Helper()
	n := (len(text)-64)/windowStep + 1
	if len(text) < 64 {
		return
	}
	var want []int32
	for at := 0; at < n*windowStep; at += windowStep {
		var w Window
		if w.classifySlow(text, at); w.interesting() {
			want = append(want, int32(at))
		}
	}
	list := make([]int32, 0, n+2)
	for _, name := range Kernels() {
		k, err := chooseKernel(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := k.filter(text, 0, n, list); !slices.Equal(got, want) {
			t.Fatalf("kernel %s keeps windows %v, want %v of %q", name, got, want, text)
		}
	}
}

func TestFilter(t *testing.T) {
	const dull = "abcdefghijklmnopqrstuvwxyz .,;\n"
	r := rand.New(rand.NewPCG(3, 4))
	for _, alphabet := range []string{dull + "0", dull + "9", dull + "@", dull + ":", dull + "/;?A", "ABCDEFGHIJKLMNOPQRSTUVWXYZa", "AZ_[`{\x80\xff\xb0\xba\xc0"} {
		for i := range 300 {
			text := make([]byte, 64+i)
			for j := range text {
				text[j] = dull[r.IntN(len(dull))]
				if r.IntN(1+i) < 6 {
					text[j] = alphabet[r.IntN(len(alphabet))]
				}
			}
			checkFilter(t, text)
		}
	}
	for b := range 256 {
		for i := range 64 {
			text := bytes.Repeat([]byte("."), 112)
			text[i] = byte(b)
			checkFilter(t, text)
		}
	}
}

// checkMayHold holds sharpen of all kernels equal to mayHold, and that to the
// detectors: none of them takes anything in a window that it drops, or that filter
// drops.
func checkMayHold(t *testing.T, text []byte) {
	t.Helper()
	var list, want []int32
	for at := 0; at+64 <= len(text); at += windowStep {
		var w Window
		w.classifySlow(text, at)
		list = append(list, int32(at))
		may := mayHold(&w) != 0
		if may {
			want = append(want, int32(at))
		}
		if may && w.interesting() {
			continue
		}
		for _, d := range All() {
			if d.Shape == nil {
				continue
			}
			for m := d.Shape(&w) & Decided; m != 0; m &= m - 1 {
				if s := d.Verify(text, at+bits.TrailingZeros64(m)); s.Outcome != None {
					t.Fatalf("%s: mayHold drops a window that holds one: %q", d.Kind, text[at:at+64])
				}
			}
		}
	}
	for _, name := range Kernels() {
		k, err := chooseKernel(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := k.sharpen(text, append(make([]int32, 0, len(list)+groupWindows), list...)); !slices.Equal(got, want) {
			t.Fatalf("kernel %s: sharpen keeps windows %v, want %v of %q", name, got, want, text)
		}
	}
}

func TestMayHold(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	texts := samples(t)
	for range 300 {
		checkMayHold(t, mixed(r, texts, 64+r.IntN(3000)))
	}
	dull := "abcdefghijklmnopqrstuvwxyz      "
	for _, alphabet := range []string{dull + "0123456789", "1 mai1er -/.", "1.2.3.a", "a1-b2:c3.d4", "AZ 1;\n\xc2\xa0\xe2\x80\xaf2", "+1 (2)abc3-", "0 a\"=[1];X:, AMI", "ABCDEF-", "aZ<-:.@_"} {
		for i := range 1000 {
			text := make([]byte, 64+i%200)
			last := byte(0)
			for j := range text {
				b := dull[r.IntN(len(dull))]
				if r.IntN(20) < 1+i%19 {
					b = alphabet[r.IntN(len(alphabet))]
				}
				if isNum(b) && isNum(last) && i%8 != 0 {
					b = ' '
				}
				text[j], last = b, b
			}
			checkMayHold(t, text)
		}
	}
}

func FuzzMayHold(f *testing.F) {
	for _, text := range samples(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkMayHold(t, text) })
}

// checkFuse compares what a kernel finds for a text with the shapes themselves.
func checkFuse(t *testing.T, text []byte) {
	t.Helper()
	n := min(batchWindows, (len(text)-64)/windowStep+1)
	if len(text) < 64 {
		return
	}
	for _, name := range Kernels() {
		k, err := chooseKernel(name)
		if err != nil {
			t.Fatal(err)
		}
		var b batch
		for i := range n {
			b.at[i] = int32(i * windowStep)
		}
		k.batch(text, &b, n)
		for i := range n {
			var w Window
			w.classifySlow(text, i*windowStep)
			for s, d := range fusedDetectors() {
				got := uint64(0)
				if b.any[s]>>i&1 != 0 {
					got = b.out[s][i]
				}
				if want := d.Shape(&w) & Decided; got != want {
					t.Fatalf("kernel %s, %s: got %x, want %x for %q", name, d.Kind, got, want, text[i*windowStep:][:64])
				}
			}
		}
	}
}

func TestFuse(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	texts := samples(t)
	for range 300 {
		checkFuse(t, mixed(r, texts, 64+r.IntN(3000)))
	}
	for _, alphabet := range []string{"0123456789 ", "01 .-/+", "12 34.A\xa0", "FR12AZ 0", "0: af.-", "0123456789abcdefABCDEF:;%@_ \t\n\xe2\x80\xaf"} {
		for range 100 {
			text := make([]byte, 2000)
			for i := range text {
				text[i] = alphabet[r.IntN(len(alphabet))]
			}
			checkFuse(t, text)
		}
	}
}

func FuzzFuse(f *testing.F) {
	for _, text := range samples(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkFuse(t, text) })
}

// TestHeads tries random runs of digits that Heads speaks against.
func TestHeads(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, d := range All() {
		if d.Heads == nil {
			continue
		}
		for _, n := range d.Runs {
			for head := range 100 {
				a, b := byte(head/10), byte(head%10)
				if d.Heads(n, a, b) {
					continue
				}
				for range 200 {
					text := make([]byte, n)
					for i := range text {
						text[i] = '0' + byte(r.IntN(10))
						if r.IntN(4) == 0 {
							text[i] = '0'
						}
					}
					text[0], text[1] = '0'+a, '0'+b
					if s := d.Run(text, 0, n); s.Outcome != None {
						t.Fatalf("%s: %d digits from %02d on: not none", d.Kind, n, head)
					}
				}
			}
		}
	}
}
