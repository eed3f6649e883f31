package msg

import (
	"bufio"
	"encoding/binary"
	"io"
)

// primed is what the window of compressed rich text holds at first (MS-OXRTFCP
// 2.1.2.1).
const primed = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript ` +
	`\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` + "\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

// window is the length of what a reference may reach back to, in bytes.
const window = 4096

// rich reads compressed rich text. What comes out is bounded by its references:
// each gives at most 17 bytes for two.
type rich struct {
	r       *bufio.Reader
	begun   bool
	plain   bool  // not compressed
	left    int64 // of the compressed bytes
	buf     [window]byte
	at      int
	flags   byte
	bits    int
	out     []byte
	pending [17]byte
	err     error
}

// decompress returns the rich text in r.
func decompress(r io.Reader) io.Reader { return &rich{r: bufio.NewReader(r)} }

// Read implements io.Reader.
func (d *rich) Read(b []byte) (int, error) {
	if !d.begun && d.err == nil {
		d.err = d.begin()
	}
	if d.plain && d.err == nil {
		n, err := d.r.Read(b)
		return n, d.ended(err)
	}
	n := 0
	for n < len(b) {
		if len(d.out) == 0 {
			if d.err == nil {
				d.err = d.step()
			}
			if len(d.out) == 0 && d.err != nil {
				break
			}
		}
		k := copy(b[n:], d.out)
		d.out, n = d.out[k:], n+k
	}
	if n > 0 || len(b) == 0 {
		return n, nil
	}
	return 0, d.err
}

// begin reads the header: two sizes, the kind of compression, a checksum.
func (d *rich) begin() error {
	d.begun = true
	var head [16]byte
	if _, err := io.ReadFull(d.r, head[:]); err != nil {
		return io.ErrUnexpectedEOF
	}
	switch string(head[8:12]) {
	case "MELA":
		d.plain = true
	case "LZFu":
	default:
		return io.ErrUnexpectedEOF
	}
	d.left = int64(binary.LittleEndian.Uint32(head[:])) - 12
	d.at = copy(d.buf[:], primed)
	return nil
}

// ended tells a text that was cut off from one that came to its end.
func (d *rich) ended(err error) error {
	if err == nil || err == io.EOF && d.plain {
		return err
	}
	return io.ErrUnexpectedEOF
}

// next returns the next compressed byte.
func (d *rich) next() (byte, error) {
	if d.left <= 0 {
		return 0, io.EOF
	}
	d.left--
	c, err := d.r.ReadByte()
	return c, d.ended(err)
}

// step reads one literal or reference.
func (d *rich) step() error {
	if d.bits == 0 {
		c, err := d.next()
		if err != nil {
			return err
		}
		d.flags, d.bits = c, 8
	}
	reference := d.flags&1 != 0
	d.flags, d.bits = d.flags>>1, d.bits-1
	c, err := d.next()
	if err != nil {
		return err
	}
	if !reference {
		d.put(c)
		d.out = append(d.pending[:0], c)
		return nil
	}
	low, err := d.next()
	if err != nil {
		return err
	}
	from, n := int(c)<<4|int(low)>>4, int(low&15)+2
	if from == d.at { // the mark of the end
		return io.EOF
	}
	d.out = d.pending[:0]
	for range n {
		c := d.buf[from]
		d.out = append(d.out, c)
		d.put(c)
		from = (from + 1) % window
	}
	return nil
}

func (d *rich) put(c byte) {
	d.buf[d.at] = c
	d.at = (d.at + 1) % window
}

// Rich returns what compressed rich text (MS-OXRTFCP) holds.
func Rich(r io.Reader) io.Reader { return decompress(r) }
