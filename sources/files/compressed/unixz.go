package compressed

import (
	"bufio"
	"context"
	"io"

	"recense/sources"
)

// Compress is the file of the program compress of Unix.
var Compress = sources.Format{
	Name: "compress",
	Doc: `compress of Unix (.Z)
LZW with codes of up to 10 to 16 bits. The format does not say where it ends: one that is cut is read as it is.`,
	MediaType:  "application/x-compress",
	Extensions: []string{".z", ".taz"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return len(head) >= 3 && head[0] == 0x1f && head[1] == 0x9d && head[2]&0x60 == 0 && head[2]&31 >= 9 && head[2]&31 <= 16
	},
	Read: func(_ context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
		return member(in, out, func(r io.Reader) (io.Reader, func(), error) {
			u, err := newLZW(r)
			return u, func() {}, err
		})
	},
}

// The first codes of a table that may be cleared, and of one that may not.
const (
	clearCode = 256
	firstCode = 257
)

// lzw reads LZW as compress writes it: codes grow from 9 bits to most, eight of them are
// written as one group, and a change of their length or a clear code fills up the group.
type lzw struct {
	r      *bufio.Reader
	most   uint
	clears bool // code 256 clears the table
	width  uint
	group  [16]byte // at most eight codes of 16 bits
	bits   uint     // of group
	at     uint
	next   int // code to be made
	prefix [1 << 16]uint16
	suffix [1 << 16]byte
	stack  [1 << 16]byte
	left   []byte // of stack, to be given
	last   int    // code before, -1: none
	first  byte   // of what it stood for
	err    error
}

func newLZW(r io.Reader) (io.Reader, error) {
	u := &lzw{r: bufio.NewReader(r), width: 9, last: -1}
	var head [3]byte
	if _, err := io.ReadFull(u.r, head[:]); err != nil {
		return nil, cutShort(err)
	}
	u.most, u.clears = uint(head[2]&31), head[2]&0x80 != 0
	switch {
	case u.most == 9: // of which compress itself writes something else
		return nil, errMethod
	case u.most < 9 || u.most > 16:
		return nil, errCorrupt
	}
	u.reset()
	return u, nil
}

func (u *lzw) reset() {
	u.next = clearCode
	if u.clears {
		u.next = firstCode
	}
}

// Read implements io.Reader.
func (u *lzw) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		if len(u.left) == 0 {
			if u.err == nil {
				u.err = u.step()
			}
			if u.err != nil {
				break
			}
			continue
		}
		k := copy(b[n:], u.left)
		u.left, n = u.left[k:], n+k
	}
	if n > 0 || len(b) == 0 {
		return n, nil
	}
	return 0, u.err
}

// code reads one; io.EOF in front of it is the end.
func (u *lzw) code() (int, error) {
	if u.at+u.width > u.bits {
		n, err := io.ReadFull(u.r, u.group[:u.width])
		u.at, u.bits = 0, uint(n)*8
		if u.bits < u.width {
			if err == io.EOF || err == io.ErrUnexpectedEOF { // the last group ends with its last code
				err = io.EOF
			}
			return 0, err
		}
	}
	i := u.at >> 3
	v := uint32(u.group[i]) | uint32(u.group[i+1])<<8
	if i+2 < uint(len(u.group)) {
		v |= uint32(u.group[i+2]) << 16
	}
	v = v >> (u.at & 7) & (1<<u.width - 1)
	u.at += u.width
	return int(v), nil
}

// widen leaves what is left of the group.
func (u *lzw) widen(width uint) { u.width, u.at, u.bits = width, 0, 0 }

// step decodes one code.
func (u *lzw) step() error {
	if u.next >= 1<<u.width && u.width < u.most {
		u.widen(u.width + 1)
	}
	c, err := u.code()
	switch {
	case err != nil:
		return err
	case c == clearCode && u.clears:
		u.reset()
		u.widen(9)
		u.last = -1
		return nil
	case u.last < 0:
		if c >= clearCode {
			return errCorrupt
		}
		u.stack[len(u.stack)-1] = byte(c)
		u.left, u.last, u.first = u.stack[len(u.stack)-1:], c, byte(c)
		return nil
	case c > u.next || c == u.next && u.next == 1<<u.most:
		return errCorrupt
	}
	at, from := len(u.stack), c
	if c == u.next { // it is being made: what was before, and its first byte again
		at--
		u.stack[at] = u.first
		from = u.last
	}
	for from >= clearCode {
		if at == 1 {
			return errCorrupt
		}
		at--
		u.stack[at] = u.suffix[from]
		from = int(u.prefix[from])
	}
	at--
	u.stack[at] = byte(from)
	u.first = byte(from)
	if u.next < 1<<u.most {
		u.prefix[u.next], u.suffix[u.next] = uint16(u.last), u.first
		u.next++
	}
	u.left, u.last = u.stack[at:], c
	return nil
}
