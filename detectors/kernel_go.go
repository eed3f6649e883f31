package detectors

import (
	"encoding/binary"
	"errors"
)

// kernel is an implementation of the first step. All give the same, bit by bit.
type kernel struct {
	name string
	// wide says that a look at eight windows at once costs less than to filter them.
	wide bool
	// filter appends to list the starts of those of the n windows from text[at] on
	// that are interesting. All of them lie in text.
	filter func(text []byte, at, n int, list []int32) []int32
	// sharpen drops from a list that filter gave the windows that may hold nothing.
	sharpen func(text []byte, list []int32) []int32
	// batch fills b for its first n windows. They lie in text.
	batch func(text []byte, b *batch, n int)
	// runs lists the runs of digits of the first n windows of b; see runsGo.
	runs func(b *batch, n, shortest int, out *runList) int
	// words fills out for the blockRead bytes from text[at] on.
	words wordsFunc
	// tokens writes behind the first n places of out, in their order, at least all
	// places in the blocks of 64 bytes that begin at the places given, in their order,
	// where a token begins that is a word of the set. It returns how many there are then.
	tokens func(text []byte, blocks []int32, s *tokenSet, out *tokenList, n int) int
}

// chooseKernel returns the kernel of that name, the best one for "".
func chooseKernel(name string) (kernel, error) {
	have := append([]kernel{{"go", false, filterGo, sharpenGo, batchGo, runsGo, wordsGo, tokensGo}}, vectorKernels()...)
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

// mayHold is not zero where an interesting window may hold what some detector
// takes: digits side by side, an at sign, capitals or colons as above, or else one
// of the few forms for which single digits are enough. Every shape asks for one of
// these (TestMayHold); whoever adds one that does not adds its form here, and runs
// the generator of the kernels.
func mayHold(w *Window) uint64 {
	d, u, c := w.Digit, w.Upper, w.Colon
	caps := u & (u >> 1)
	caps &= caps >> 2
	caps &= caps >> 4
	marks := c | w.Hyphen
	address := c&(c>>1|c>>2|c>>3|c>>4|c>>5) | marks&(marks>>3) | w.Dot&(w.Dot>>5) | d&(w.Dot>>1)&(d>>2)
	dialled := w.Plus & (d >> 1)
	soft := w.Space | w.High
	act := u & (d>>1 | soft>>1&(d>>2|d>>3|d>>4))
	// The key of an act alone: two or three capitals.
	letter := u | w.Lower
	first := ^((letter | d) << 1)
	edge := ^(letter | d | w.High | w.Space | w.Dot | w.Hyphen | c | w.Slash | w.Plus)
	stop := edge | w.Space&((w.Space|edge)>>1)
	key := first & u & (u >> 1) & (stop>>2 | u>>2&(stop>>3))
	// A day and the name of its month: "1 mars", "1er mai".
	long := letter | w.High
	month := (soft | w.Slash | w.Hyphen | w.Dot) & ((long | w.Space) >> 1) & (long >> 2) & (long >> 3)
	day := first & d & (month>>1 | letter>>1&(letter>>2)&(month>>3))
	return d&(d>>1) | w.At | caps | address | dialled | act | key | day
}

// sharpenGo is sharpen of the kernel in plain Go.
func sharpenGo(text []byte, list []int32) []int32 {
	var w Window
	kept := list[:0]
	for _, at := range list {
		window := (*[64]byte)(text[at:])
		if !digitsTouch(window) {
			if w.classify64(window); mayHold(&w) == 0 {
				continue
			}
		}
		kept = append(kept, at)
	}
	return kept
}

// digitsTouch reports whether two of the 64 bytes side by side are digits.
func digitsTouch(text *[64]byte) bool {
	before := uint64(0)
	for i := 0; i < 64; i += 8 {
		d := ^outside(binary.LittleEndian.Uint64(text[i:]), '0', 10) & highBits
		if d&(d<<8|before) != 0 {
			return true
		}
		before = d >> 56
	}
	return false
}

// filterGo passes over most boring windows by looking at eight bytes at a time
// for anything that may make one interesting, sixteen bytes by sixteen: windows
// overlap by as much. Only what has no digit and no at sign is classified here.
// Behind an interesting window it looks for the first digit instead: tables and
// logs have one in most windows, early.
func filterGo(text []byte, at, n int, list []int32) []int32 {
	var w Window
	dense := false
	last := mayInterest((*[16]byte)(text[at:]))
	for end := at + n*windowStep; at < end; at += windowStep {
		if dense {
			if hasDigitOrAt((*[64]byte)(text[at:])) {
				list = append(list, int32(at))
				continue
			}
			last = mayInterest((*[16]byte)(text[at:]))
		}
		next := (*[windowStep]byte)(text[at+16:])
		any := last | mayInterest((*[16]byte)(next[:])) | mayInterest((*[16]byte)(next[16:]))
		last = mayInterest((*[16]byte)(next[32:]))
		if any|last == 0 {
			dense = false
			continue
		}
		sure := !dense && hasDigitOrAt((*[64]byte)(text[at:]))
		if !sure {
			w.classify(text, at)
		}
		dense = sure
		if sure || w.interesting() {
			list = append(list, int32(at))
		}
	}
	return list
}

// mayInterest is zero when no byte is a digit, a colon or an at sign, and no
// four bytes from a multiple of four on may all be capitals: they have the bit
// clear that is set in small letters, digits, spaces and most marks.
func mayInterest(text *[16]byte) uint64 {
	x, y := binary.LittleEndian.Uint64(text[:]), binary.LittleEndian.Uint64(text[8:])
	return outside(x, '0', 11)&outside(y, '0', 11)&outside(x, '@', 1)&outside(y, '@', 1)&highBits ^ highBits |
		(x&smallBits-1<<32-1)&(1<<63|1<<31) | (y&smallBits-1<<32-1)&(1<<63|1<<31)
}

// hasDigitOrAt reports whether one of 64 bytes is a digit or an at sign.
func hasDigitOrAt(text *[64]byte) bool {
	for i := 0; i < 64; i += 16 {
		x, y := binary.LittleEndian.Uint64(text[i:]), binary.LittleEndian.Uint64(text[i+8:])
		if outside(x, '0', 10)&outside(x, '@', 1)&outside(y, '0', 10)&outside(y, '@', 1)&highBits != highBits {
			return true
		}
	}
	return false
}

// outside has the highest bit of those bytes of x set that are not one of the n
// values from first on; its other bits mean nothing. first has n values less
// than 128 behind it at least that differ from it in the lowest bits only.
func outside(x uint64, first, n byte) uint64 {
	x ^= uint64(first) * oneBits
	return x | (x&^highBits + uint64(0x80-n)*oneBits)
}

// batchGo is the kernel's second function in plain Go.
func batchGo(text []byte, b *batch, n int) {
	var w Window
	for i := range b.any {
		b.any[i] = 0
	}
	for i := range n {
		w.classify64((*[64]byte)(text[b.at[i]:]))
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
	if at >= 0 && at+64 <= len(text) {
		w.classify64((*[64]byte)(text[at:]))
		return
	}
	var whole [64]byte
	if low, high := max(at, 0), min(at+64, len(text)); low < high {
		copy(whole[low-at:], text[low:high])
	}
	w.classify64(&whole)
}

// classify64 fills w for a window. It turns the window into eight masks, one
// for each bit of a byte, of which every class is a few operations.
func (w *Window) classify64(text *[64]byte) {
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(text[8*i:]) }
	// The bytes first: afterwards byte i of word k is byte 8i+k of the window.
	const m8, m16, m32 = 0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF, 0x00000000FFFFFFFF
	a0, a4 := deltaSwap(word(0), word(4), 32, m32)
	a1, a5 := deltaSwap(word(1), word(5), 32, m32)
	a2, a6 := deltaSwap(word(2), word(6), 32, m32)
	a3, a7 := deltaSwap(word(3), word(7), 32, m32)
	a0, a2 = deltaSwap(a0, a2, 16, m16)
	a1, a3 = deltaSwap(a1, a3, 16, m16)
	a4, a6 = deltaSwap(a4, a6, 16, m16)
	a5, a7 = deltaSwap(a5, a7, 16, m16)
	a0, a1 = deltaSwap(a0, a1, 8, m8)
	a2, a3 = deltaSwap(a2, a3, 8, m8)
	a4, a5 = deltaSwap(a4, a5, 8, m8)
	a6, a7 = deltaSwap(a6, a7, 8, m8)
	// The same for the bits: afterwards bit i of word k is bit k of byte i.
	const n1, n2, n4 = 0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F
	a0, a4 = deltaSwap(a0, a4, 4, n4)
	a1, a5 = deltaSwap(a1, a5, 4, n4)
	a2, a6 = deltaSwap(a2, a6, 4, n4)
	a3, a7 = deltaSwap(a3, a7, 4, n4)
	a0, a2 = deltaSwap(a0, a2, 2, n2)
	a1, a3 = deltaSwap(a1, a3, 2, n2)
	a4, a6 = deltaSwap(a4, a6, 2, n2)
	a5, a7 = deltaSwap(a5, a7, 2, n2)
	a0, a1 = deltaSwap(a0, a1, 1, n1)
	a2, a3 = deltaSwap(a2, a3, 1, n1)
	a4, a5 = deltaSwap(a4, a5, 1, n1)
	a6, a7 = deltaSwap(a6, a7, 1, n1)
	w.fromBits(a0, a1, a2, a3, a4, a5, a6, a7)
}

// deltaSwap exchanges the bits of a that lie in m<<s with those of b in m.
func deltaSwap(a, b uint64, s, m uint64) (uint64, uint64) {
	t := (a>>s ^ b) & m
	return a ^ t<<s, b ^ t
}

// fromBits fills w from the masks of the bits of the bytes, lowest first.
func (w *Window) fromBits(b0, b1, b2, b3, b4, b5, b6, b7 uint64) {
	or01, and01 := b0|b1, b0&b1
	low := b3 | b2 | or01 // not the nibble 0
	third := b4 & b5 &^ (b6 | b7)
	digit := third &^ (b3 & (b2 | b1))
	letters := b6 &^ b7
	// 1 to 26 in the five low bits; 1 to 6 are also hexadecimal digits.
	alpha := letters & (low | b4) &^ (b4 & b3 & (b2 | and01))
	upper, lower := alpha&^b5, alpha&b5
	w.Digit, w.Upper, w.Lower, w.High = digit, upper, lower, b7
	w.Hex = digit | letters&(b2|or01)&^(b4|b3|b2&and01)
	w.Word = digit | alpha | letters&^b5&b4&b3&b2&and01
	w.At = letters &^ (b5 | b4 | low)
	w.Zero = third &^ low
	w.Colon = third & b3 & b1 &^ (b2 | b0)
	second := b5 &^ (b4 | b6 | b7)
	w.Space = second &^ low
	marks := second & b3
	w.Plus = marks & and01 &^ b2
	marks &= b2
	w.Dot = marks & b1 &^ b0
	w.Hyphen = marks & b0 &^ b1
	w.Slash = marks & and01
	tab := b3 & b0 &^ (b1 | b2 | b4 | b5 | b6 | b7)
	w.Gap = w.Space | w.Dot | w.Hyphen | w.Slash | tab | b7
}
