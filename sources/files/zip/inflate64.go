package zip

import (
	"bufio"
	"errors"
	"io"
)

// Windows packs entries of more than 2 GiB with deflate64 (APPNOTE 4.4.5, method 9): as
// deflate (RFC 1951), with a window of 64 KiB, two more codes of distances, and lengths
// of up to 65,538 bytes.

const window64 = 1 << 16

var errDeflate = errors.New("damaged")

// The bases and extra bits of lengths (from symbol 257) and of distances.
var (
	lengthBase   = [29]uint32{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 3}
	lengthBits   = [29]uint{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 16}
	distanceBase = [32]uint32{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577, 32769, 49153}
	distanceBits = [32]uint{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14}
	lengthOrder  = [19]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

// inflate64 reads deflate64.
type inflate64 struct {
	r        io.ByteReader
	have     uint32 // bits that were read and not used
	n        uint
	window   [window64]byte
	at       uint64 // bytes written to it
	given    uint64 // of them, to whoever reads
	last     bool
	stored   int    // bytes left of a stored block
	copy     uint32 // bytes left of a match
	distance uint32
	codes    bool // within a block of codes
	literals huffman
	far      huffman
	err      error
}

func newInflate64(r io.Reader) *inflate64 { return &inflate64{r: bufio.NewReader(r)} }

// Read implements io.Reader.
func (d *inflate64) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		if d.given == d.at {
			if d.err == nil {
				d.err = d.step()
			}
			if d.given == d.at {
				if d.err != nil {
					break
				}
				continue
			}
		}
		from := d.given % window64
		k := copy(b[n:], d.window[from:min(from+d.at-d.given, window64)])
		n, d.given = n+k, d.given+uint64(k)
	}
	if n > 0 || len(b) == 0 {
		return n, nil
	}
	return 0, d.err
}

// piece is how many bytes a step writes at most: what is written must be given before
// the window comes round.
const piece = 4096

// step writes some bytes to the window.
func (d *inflate64) step() error {
	for end := d.at + piece; d.at < end; {
		switch {
		case d.copy > 0:
			d.put(d.window[(d.at-uint64(d.distance))%window64])
			d.copy--
		case d.stored > 0:
			c, err := d.bits(8)
			if err != nil {
				return err
			}
			d.put(byte(c))
			d.stored--
		case d.codes:
			if err := d.symbol(); err != nil {
				return err
			}
		case d.last:
			return io.EOF
		default:
			if err := d.block(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *inflate64) put(c byte) {
	d.window[d.at%window64] = c
	d.at++
}

// bits reads n bits, at most 16.
func (d *inflate64) bits(n uint) (uint32, error) {
	for d.n < n {
		c, err := d.r.ReadByte()
		if err != nil {
			return 0, io.ErrUnexpectedEOF
		}
		d.have |= uint32(c) << d.n
		d.n += 8
	}
	v := d.have & (1<<n - 1)
	d.have >>= n
	d.n -= n
	return v, nil
}

// block reads the head of a block.
func (d *inflate64) block() error {
	head, err := d.bits(3)
	if err != nil {
		return err
	}
	d.last = head&1 != 0
	switch head >> 1 {
	case 0:
		d.have, d.n = d.have>>(d.n&7), d.n&^7
		size, err := d.bits(16)
		if err != nil {
			return err
		}
		check, err := d.bits(16)
		if err != nil {
			return err
		}
		if size^check != 0xFFFF {
			return errDeflate
		}
		d.stored = int(size)
		return nil
	case 1:
		var lengths [288]byte
		for i := range lengths {
			switch {
			case i < 144, i >= 280:
				lengths[i] = 8
			case i < 256:
				lengths[i] = 9
			default:
				lengths[i] = 7
			}
		}
		var far [32]byte
		for i := range far {
			far[i] = 5
		}
		d.codes = true
		return errors.Join(d.literals.build(lengths[:]), d.far.build(far[:]))
	case 2:
		d.codes = true
		return d.dynamic()
	}
	return errDeflate
}

// dynamic reads the codes of a block.
func (d *inflate64) dynamic() error {
	head, err := d.bits(14)
	if err != nil {
		return err
	}
	literals, distances, lengths := int(head&31)+257, int(head>>5&31)+1, int(head>>10)+4
	var order [19]byte
	for _, i := range lengthOrder[:lengths] {
		v, err := d.bits(3)
		if err != nil {
			return err
		}
		order[i] = byte(v)
	}
	var code huffman
	if err := code.build(order[:]); err != nil {
		return err
	}
	var all [288 + 32]byte
	for n := 0; n < literals+distances; {
		s, err := d.decode(&code)
		if err != nil {
			return err
		}
		if s < 16 {
			all[n] = byte(s)
			n++
			continue
		}
		value, base, extra := byte(0), 3, uint(3)
		switch {
		case s == 16 && n == 0:
			return errDeflate
		case s == 16:
			value, extra = all[n-1], 2
		case s == 18:
			base, extra = 11, 7
		}
		more, err := d.bits(extra)
		if err != nil {
			return err
		}
		for range base + int(more) {
			if n == literals+distances {
				return errDeflate
			}
			all[n] = value
			n++
		}
	}
	if err := d.literals.build(all[:literals]); err != nil {
		return err
	}
	return d.far.build(all[literals : literals+distances])
}

// symbol takes a byte, a match or the end of the block.
func (d *inflate64) symbol() error {
	s, err := d.decode(&d.literals)
	switch {
	case err != nil:
		return err
	case s < 256:
		d.put(byte(s))
		return nil
	case s == 256:
		d.codes = false
		return nil
	case s > 285:
		return errDeflate
	}
	more, err := d.bits(lengthBits[s-257])
	if err != nil {
		return err
	}
	d.copy = lengthBase[s-257] + more
	if s, err = d.decode(&d.far); err != nil {
		return err
	}
	if more, err = d.bits(distanceBits[s&31]); err != nil {
		return err
	}
	if d.distance = distanceBase[s&31] + more; uint64(d.distance) > d.at {
		return errDeflate
	}
	return nil
}

// huffman is a canonical code: how many symbols there are of each length, and all of
// them in their order.
type huffman struct {
	count   [16]int
	symbols [288]uint16
}

// build makes the code of lengths. One that leaves codes unused is taken, as others do:
// reading such a code is damage.
func (h *huffman) build(lengths []byte) error {
	h.count = [16]int{}
	for _, n := range lengths {
		h.count[n]++
	}
	h.count[0] = 0
	var next [17]int
	left := 1
	for n := 1; n < 16; n++ {
		if left = left<<1 - h.count[n]; left < 0 {
			return errDeflate
		}
		next[n+1] = next[n] + h.count[n]
	}
	for s, n := range lengths {
		if n != 0 {
			h.symbols[next[n]] = uint16(s)
			next[n]++
		}
	}
	return nil
}

// decode reads a symbol, bit by bit.
func (d *inflate64) decode(h *huffman) (int, error) {
	code, first, index := 0, 0, 0
	for n := 1; n < 16; n++ {
		b, err := d.bits(1)
		if err != nil {
			return 0, err
		}
		code |= int(b)
		if count := h.count[n]; code-count < first {
			return int(h.symbols[index+code-first]), nil
		} else {
			index, first = index+count, (first+count)<<1
		}
		code <<= 1
	}
	return 0, errDeflate
}
