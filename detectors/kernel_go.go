package detectors

import (
	"errors"
	"slices"
)

// kernels are the implementations of the first step on this machine, best last.
func kernels() []string { return []string{"go"} }

// chooseKernel returns the kernel of that name, the best one for "".
func chooseKernel(name string) (string, error) {
	have := kernels()
	if name == "" {
		return have[len(have)-1], nil
	}
	if !slices.Contains(have, name) {
		return "", errors.New("detectors: kernel not available on this machine")
	}
	return name, nil
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
