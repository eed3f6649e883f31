package cms

import (
	"bufio"
	"io"
)

// The identifier bytes that are looked for (ITU-T X.690).
const (
	tagEnd        = 0x00
	tagOctets     = 0x04
	tagOID        = 0x06
	tagUTF8       = 0x0C
	tagPrintable  = 0x13
	tagTeletex    = 0x14
	tagIA5        = 0x16
	tagBMP        = 0x1E
	tagSequence   = 0x30
	tagExplicit0  = 0xA0
	constructed   = 0x20
	indefinite    = -1
	maxNested     = 8 // octet strings in octet strings
	maxIdentifier = 6 // bytes of a large tag number
)

// element is the head of one element: what it holds follows.
type element struct {
	tag    byte
	length int64 // indefinite: until an end mark
}

func (e element) primitive() bool { return e.tag&constructed == 0 }

// reader reads elements one after the other. Those within a constructed one are the next
// ones, so that nothing nests.
type reader struct {
	r *bufio.Reader
	n int64 // bytes read
}

func (r *reader) byte() (byte, error) {
	b, err := r.r.ReadByte()
	if err == nil {
		r.n++
	}
	return b, err
}

// next reads the head of an element; io.EOF in front of it is the end.
func (r *reader) next() (e element, err error) {
	if e.tag, err = r.byte(); err != nil {
		return e, err
	}
	if e.tag&0x1F == 0x1F { // a large number, which is of no interest
		for n := 0; ; n++ {
			b, err := r.byte()
			if err != nil {
				return e, cut(err)
			}
			if b&0x80 == 0 {
				break
			}
			if n == maxIdentifier {
				return e, errCorrupt
			}
		}
	}
	b, err := r.byte()
	switch {
	case err != nil:
		return e, cut(err)
	case b < 0x80:
		e.length = int64(b)
		return e, nil
	case b == 0x80:
		if e.primitive() {
			return e, errCorrupt
		}
		e.length = indefinite
		return e, nil
	case b > 0x87:
		return e, errCorrupt
	}
	for range b & 0x7F {
		b, err := r.byte()
		if err != nil {
			return e, cut(err)
		}
		e.length = e.length<<8 | int64(b)
	}
	return e, nil
}

// value reads a short primitive element; it is valid until the next call.
func (r *reader) value(e element, room []byte) ([]byte, error) {
	b := room[:e.length]
	n, err := io.ReadFull(r.r, b)
	r.n += int64(n)
	return b, cut(err)
}

// skip passes over a primitive element.
func (r *reader) skip(e element) error {
	n, err := io.CopyN(io.Discard, r.r, e.length)
	r.n += n
	return cut(err)
}

func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// octets reads the bytes of an octet string, in one piece or in many.
type octets struct {
	r    *reader
	ends []int64 // of the constructed ones that are open: an offset, or indefinite
	left int64
	err  error
}

func newOctets(r *reader, e element) *octets {
	o := &octets{r: r}
	o.enter(e)
	return o
}

func (o *octets) enter(e element) {
	switch {
	case e.primitive():
		o.left = e.length
	case e.length == indefinite:
		o.ends = append(o.ends, indefinite)
	default:
		o.ends = append(o.ends, o.r.n+e.length)
	}
}

// Read implements io.Reader.
func (o *octets) Read(b []byte) (int, error) {
	for o.left == 0 && o.err == nil {
		o.err = o.advance()
	}
	if o.err != nil || len(b) == 0 {
		return 0, o.err
	}
	n, err := o.r.r.Read(b[:min(int64(len(b)), o.left)])
	o.r.n, o.left = o.r.n+int64(n), o.left-int64(n)
	o.err = cut(err)
	return n, o.err
}

// advance comes to the next piece.
func (o *octets) advance() error {
	last := len(o.ends) - 1
	if last < 0 {
		return io.EOF
	}
	if end := o.ends[last]; end != indefinite && o.r.n >= end {
		o.ends = o.ends[:last]
		return nil
	}
	e, err := o.r.next()
	switch {
	case err != nil:
		return cut(err)
	case e.tag == tagEnd && o.ends[last] == indefinite:
		o.ends = o.ends[:last]
		return nil
	case e.tag&^constructed != tagOctets || len(o.ends) > maxNested:
		return errCorrupt
	}
	o.enter(e)
	return nil
}
