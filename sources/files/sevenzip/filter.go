package sevenzip

import (
	"bufio"
	"encoding/binary"
	"io"

	"github.com/stangelandcl/ppmd"
)

// model reads PPMd. The library gives up with a panic on some damaged data.
type model struct {
	r   ppmd.Reader
	err error
}

func newModel(in io.Reader, order, memory, size int) (m *model, err error) {
	defer func() {
		if recover() != nil {
			m, err = nil, errDamaged
		}
	}()
	r, err := ppmd.NewH7zReader(&exact{r: in}, order, memory, size)
	return &model{r: r}, err
}

// Read implements io.Reader.
func (m *model) Read(b []byte) (n int, err error) {
	if m.err != nil {
		return 0, m.err
	}
	defer func() {
		if recover() != nil {
			n, err = 0, errDamaged
		}
		if err != nil {
			m.err = err
		}
	}()
	return m.r.Read(b)
}

// exact lets the library, which reads single bytes and takes a short input for zeros, see its end.
type exact struct{ r io.Reader }

// Read implements io.Reader.
func (e *exact) Read(b []byte) (int, error) {
	n, err := io.ReadFull(e.r, b)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// deltas adds to each byte the one that stands a distance in front of it.
type deltas struct {
	r        io.Reader
	distance int
	before   [256]byte
	at       int
}

// Read implements io.Reader.
func (d *deltas) Read(b []byte) (int, error) {
	n, err := d.r.Read(b)
	for i := range b[:n] {
		d.before[d.at] += b[i]
		b[i] = d.before[d.at]
		if d.at++; d.at == d.distance {
			d.at = 0
		}
	}
	return n, err
}

// branches makes the targets of calls and jumps in programs of x86 relative again, which were
// made absolute to be packed better.
type branches struct {
	r    *bufio.Reader
	at   uint32 // of the next byte
	mask uint32 // which of the last bytes looked like the beginning of a call
	last uint32 // where the last one did
	out  []byte // of a call, not yet given
	left [5]byte
}

func newBranches(in io.Reader) *branches {
	return &branches{r: bufio.NewReaderSize(in, 16<<10), last: ^uint32(4)}
}

// Read implements io.Reader.
func (d *branches) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		if len(d.out) > 0 {
			k := copy(b[n:], d.out)
			d.out, n = d.out[k:], n+k
			continue
		}
		c, err := d.r.Peek(1)
		if err != nil {
			if n > 0 {
				return n, nil
			}
			return 0, err
		}
		if c[0]&0xFE == 0xE8 {
			if call, _ := d.r.Peek(5); len(call) == 5 {
				d.out = d.left[:d.call(call)]
				d.r.Discard(len(d.out))
				continue
			}
		}
		b[n] = c[0]
		d.r.Discard(1)
		n++
		d.at++
	}
	return n, nil
}

// usable tells which patterns of the mask let a call be one, and where the byte in doubt stands.
var usable = [8]bool{true, true, true, false, true}
var doubt = [8]uint{0, 1, 2, 2, 3, 3, 3, 3}

// call changes the five bytes at hand, if they are a call that was made absolute, and returns how many
// bytes are settled.
func (d *branches) call(in []byte) int {
	copy(d.left[:], in)
	if gap := d.at - d.last; gap > 3 {
		d.mask = 0
	} else {
		d.mask = d.mask << (gap - 1) & 7
	}
	if d.last = d.at; d.mask != 0 {
		if b := in[4-doubt[d.mask]]; !usable[d.mask] || b == 0 || b == 0xFF {
			d.mask = d.mask<<1 | 1
			d.at++
			return 1
		}
	}
	if in[4] != 0 && in[4] != 0xFF {
		d.mask = d.mask<<1 | 1
		d.at++
		return 1
	}
	target := binary.LittleEndian.Uint32(in[1:])
	for {
		target -= d.at + 5
		if d.mask == 0 {
			break
		}
		shift := 8 * doubt[d.mask]
		if b := byte(target >> (24 - shift)); b != 0 && b != 0xFF {
			break
		}
		target ^= 1<<(32-shift) - 1
	}
	target &= 0x1FFFFFF
	target |= -(target & 0x1000000)
	binary.LittleEndian.PutUint32(d.left[1:], target)
	d.at += 5
	d.last, d.mask = d.at-5, 0
	return 5
}
