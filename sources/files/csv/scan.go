package csv

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// grammar is what it takes to find the end of a cell.
type grammar struct {
	separator, newline byte
	quoted             int // longest quoted cell
}

// ending says what a cell was followed by.
type ending uint8

const (
	more   ending = iota // the text ends first: more of it is needed
	middle               // a separator
	last                 // a newline, or the end of the file
)

// cell finds the end of the cell that begins at i. Its raw text, quotes
// included, is t[i:stop]; next is where the following cell begins. wrapped says
// that it is a quoted cell. end says that t reaches the end of the file.
func (g *grammar) cell(t []byte, i int, end bool) (stop, next int, how ending, wrapped bool) {
	from := i
	if i < len(t) && t[i] == '"' {
		closing, ok := g.closing(t, i+1, i, end)
		if !ok {
			return 0, 0, more, false
		}
		if closing >= 0 {
			stop, next, how = g.delimiter(t, closing+1, end)
			if how != more && (stop == closing+1 || stop == closing+2 && t[closing+1] == '\r' && how == last) {
				return closing + 1, next, how, true
			}
			if how == more && closing+1 == len(t) {
				return 0, 0, more, false
			}
			from = closing + 1
		}
	}
	stop, next, how = g.delimiter(t, from, end)
	return stop, next, how, false
}

// closing finds the quote that closes the cell opened at open, looking from i on.
// It returns -1 when the cell is longer than allowed or never closed, and false
// when more text is needed to tell.
func (g *grammar) closing(t []byte, i, open int, end bool) (int, bool) {
	limit := min(len(t), open+g.quoted+1)
	for i < limit {
		k := bytes.IndexByte(t[i:limit], '"')
		if k < 0 {
			break
		}
		i += k
		if i+1 == len(t) && !end {
			return 0, false
		}
		if i+1 == len(t) || t[i+1] != '"' {
			return i, true
		}
		i += 2
	}
	return -1, limit < len(t) || end
}

// delimiter finds the next separator or newline from i on.
func (g *grammar) delimiter(t []byte, i int, end bool) (stop, next int, how ending) {
	for ; i+8 <= len(t); i += 8 {
		w := binary.LittleEndian.Uint64(t[i:])
		if m := equal(w, g.separator) | equal(w, g.newline); m != 0 {
			i += bits.TrailingZeros64(m) >> 3
			return g.at(t, i)
		}
	}
	for ; i < len(t); i++ {
		if t[i] == g.separator || t[i] == g.newline {
			return g.at(t, i)
		}
	}
	if end {
		return len(t), len(t), last
	}
	return 0, 0, more
}

func (g *grammar) at(t []byte, i int) (stop, next int, how ending) {
	if t[i] == g.separator {
		return i, i + 1, middle
	}
	return i, i + 1, last
}

const (
	ones   = 0x0101010101010101
	sevens = 0x7F7F7F7F7F7F7F7F
)

// equal returns the high bit of each byte of w that is c, exactly.
func equal(w uint64, c byte) uint64 {
	x := w ^ ones*uint64(c)
	return ^((x&sevens + sevens) | x | sevens)
}

// delimiters returns a bit for each of the 64 bytes of b that is a separator or
// a newline.
func (g *grammar) delimiters(b *[64]byte) uint64 {
	s, n := ones*uint64(g.separator), ones*uint64(g.newline)
	var m uint64
	for i := 0; i < 64; i += 8 {
		w := binary.LittleEndian.Uint64(b[i : i+8])
		x, y := w^s, w^n
		// The top bit of each byte that is zero in x or in y.
		z := ^((x&sevens + sevens) | x | sevens) | ^((y&sevens + sevens) | y | sevens)
		m |= (z >> 7 * 0x0102040810204080 >> 56) << i
	}
	return m
}
