package detectors

import "errors"

// kernel is an implementation of the first step. All give the same, bit by bit.
type kernel struct {
	name string
	// filter appends to list the starts of those of the n windows from text[at] on
	// that are interesting. All of them lie in text.
	filter func(text []byte, at, n int, list []int32) []int32
	// batch fills b for its first n windows. They lie in text, but for those that
	// batchGo is called for.
	batch func(text []byte, b *batch, n int)
	// words fills out for the blockRead bytes from text[at] on.
	words func(text []byte, at int, t *prefixTable, out *wordMasks)
}

// chooseKernel returns the kernel of that name, the best one for "".
func chooseKernel(name string) (kernel, error) {
	have := append([]kernel{{"go", filterGo, batchGo, wordsGo}}, vectorKernels()...)
	if name == "" {
		return have[len(have)-1], nil
	}
	for _, k := range have {
		if k.name == name {
			return k, nil
		}
	}
	return kernel{}, errors.New("detectors: this machine has no such kernel")
}

// Kernels returns the names of the kernels this machine has, the best one last.
func Kernels() []string {
	names := []string{"go"}
	for _, k := range vectorKernels() {
		names = append(names, k.name)
	}
	return names
}

// interesting reports whether a window may hold a candidate at all: it has a
// digit or an at sign, two colons close together, or eight capitals in a row.
// What none of this is true for, no shape is asked about.
func (w *Window) interesting() bool {
	if w.Digit|w.At != 0 {
		return true
	}
	c, u := w.Colon, w.Upper
	u &= u >> 1
	u &= u >> 2
	u &= u >> 4
	return u != 0 || c&(c>>1|c>>2|c>>3|c>>4|c>>5) != 0
}

func filterGo(text []byte, at, n int, list []int32) []int32 {
	var w Window
	for end := at + n*windowStep; at < end; at += windowStep {
		w.classify(text, at)
		if w.interesting() {
			list = append(list, int32(at))
		}
	}
	return list
}

// batchGo is the kernel's second function in plain Go. Windows may lie partly
// outside the text.
func batchGo(text []byte, b *batch, n int) {
	var w Window
	for i := range b.any {
		b.any[i] = 0
	}
	for i := range n {
		w.classify(text, int(b.at[i]))
		b.store(&w, i)
		fuse(&w, b, i)
	}
}

// Classes of bytes, one bit per mask of Window.
const (
	classDigit = 1 << iota
	classUpper
	classLower
	classWord
	classHex
	classHigh
	classAt
	classSpace
	classDot
	classHyphen
	classColon
	classSlash
	classPlus
	classZero
	classGap
)

// classes gives the classes of each byte.
var classes = classTable()

func classTable() (t [256]uint16) {
	set := func(from, to int, c uint16) {
		for b := from; b <= to; b++ {
			t[b] |= c
		}
	}
	set('0', '9', classDigit|classWord|classHex)
	set('0', '0', classZero)
	set('A', 'Z', classUpper|classWord)
	set('a', 'z', classLower|classWord)
	set('A', 'F', classHex)
	set('a', 'f', classHex)
	set('_', '_', classWord)
	set(0x80, 0xFF, classHigh|classGap)
	set('@', '@', classAt)
	set(' ', ' ', classSpace|classGap)
	set('\t', '\t', classGap)
	set('.', '.', classDot|classGap)
	set('-', '-', classHyphen|classGap)
	set('/', '/', classSlash|classGap)
	set(':', ':', classColon)
	set('+', '+', classPlus)
	return t
}

// classify fills w for the window that begins at text[at], which may lie partly
// outside text.
func (w *Window) classify(text []byte, at int) {
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
