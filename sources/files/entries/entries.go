// Package entries reads archives that are written one entry after the other, each a head and
// its content: cpio, ar, the parts of an RPM package. It holds nothing but a buffer.
package entries

import (
	"bufio"
	"io"
)

// Reader reads heads and contents in turn. Use New.
type Reader struct {
	N    int64 // bytes read
	r    *bufio.Reader
	left int64 // of the content at hand
	pad  int64 // behind it
	head []byte
	err  error
}

// New returns a Reader of r.
func New(r io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(r, 32<<10)} }

// Head passes over what is left of the content at hand and returns the next n bytes, valid
// until the next call. The error is io.EOF when there are none, io.ErrUnexpectedEOF when
// there are fewer, or that of the input.
func (r *Reader) Head(n int) ([]byte, error) {
	skipped, err := io.CopyN(io.Discard, r.r, r.left)
	if r.N += skipped; err != nil {
		return nil, cut(err)
	}
	r.left = 0
	for ; r.pad > 0; r.pad-- { // the last entry may have none
		if _, err := r.r.ReadByte(); err != nil {
			return nil, err
		}
		r.N++
	}
	if cap(r.head) < n {
		r.head = make([]byte, n)
	}
	got, err := io.ReadFull(r.r, r.head[:n])
	r.N += int64(got)
	return r.head[:n], err
}

// Content returns the next size bytes, behind which pad more belong to the entry. It is valid
// until the next call of Head and ends with io.ErrUnexpectedEOF where the input does.
func (r *Reader) Content(size, pad int64) io.Reader {
	r.left, r.pad, r.err = size, pad, nil
	return (*content)(r)
}

// Rest passes over what is left of the content at hand, then over bytes of zero, and returns
// all that stands behind; none says that nothing does. It is the last content of r.
func (r *Reader) Rest() (rest io.Reader, none bool, err error) {
	if _, err := r.Head(0); err != nil {
		return nil, err == io.EOF, err
	}
	for {
		b, err := r.r.Peek(1)
		if err != nil {
			return nil, err == io.EOF, err
		}
		if b[0] != 0 {
			return tail{r}, false, nil
		}
		r.r.Discard(1)
		r.N++
	}
}

type tail struct{ r *Reader }

// Read implements io.Reader.
func (t tail) Read(b []byte) (int, error) {
	n, err := t.r.r.Read(b)
	t.r.N += int64(n)
	return n, err
}

// Err returns the error that ended the content at hand too early, nil for none.
func (r *Reader) Err() error { return r.err }

type content Reader

// Read implements io.Reader.
func (c *content) Read(b []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	if c.left == 0 {
		return 0, io.EOF
	}
	n, err := c.r.Read(b[:min(int64(len(b)), c.left)])
	c.left -= int64(n)
	c.N += int64(n)
	if err != nil && c.left > 0 {
		c.err = cut(err)
		return n, c.err
	}
	return n, nil
}

// cut makes an end that comes too early an error.
func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
