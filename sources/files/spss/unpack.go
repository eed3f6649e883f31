package spss

import (
	"bufio"
	"compress/zlib"
	"encoding/binary"
	"io"
	"math"
)

// codes undoes the bytecode: eight codes, then what they call for.
type codes struct {
	in    io.Reader
	order binary.ByteOrder
	bias  float64
	codes [8]byte
	at    int // 0: read the next eight
	value [perGo]byte
	rest  []byte // of value
	err   error
}

// Read implements io.Reader.
func (c *codes) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		if len(c.rest) == 0 {
			if c.err == nil {
				c.err = c.next()
			}
			if c.err != nil {
				if n > 0 {
					return n, nil
				}
				return 0, c.err
			}
		}
		k := copy(b[n:], c.rest)
		c.rest = c.rest[k:]
		n += k
	}
	return n, nil
}

// next comes to the next element.
func (c *codes) next() error {
	for {
		if c.at == 0 {
			if _, err := io.ReadFull(c.in, c.codes[:]); err != nil {
				return err
			}
		}
		code := c.codes[c.at]
		c.at = (c.at + 1) % len(c.codes)
		switch code {
		case 0:
			continue
		case 252:
			return io.EOF
		case 253:
			if _, err := io.ReadFull(c.in, c.value[:]); err == io.EOF {
				return io.ErrUnexpectedEOF
			} else if err != nil {
				return err
			}
		case 254:
			copy(c.value[:], "        ")
		case 255:
			c.order.PutUint64(c.value[:], math.Float64bits(-math.MaxFloat64))
		default:
			c.order.PutUint64(c.value[:], math.Float64bits(float64(code)-c.bias))
		}
		c.rest = c.value[:]
		return nil
	}
}

// blocks reads the zlib streams that stand one behind the other up to end.
type blocks struct {
	in  *counter
	end int64
	r   io.ReadCloser
}

// Read implements io.Reader.
func (z *blocks) Read(b []byte) (int, error) {
	for {
		if z.r == nil {
			if z.in.n >= z.end {
				return 0, io.EOF
			}
			r, err := zlib.NewReader(z.in)
			if err != nil {
				return 0, inner(err)
			}
			z.r = r
		}
		n, err := z.r.Read(b)
		if err == io.EOF {
			z.r, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, inner(err)
		}
	}
}

// inner makes an error of the packed data one of this package.
func inner(err error) error {
	switch err {
	case nil:
		return nil
	case io.EOF, io.ErrUnexpectedEOF:
		return io.ErrUnexpectedEOF
	}
	return errDamaged
}

// counter counts what is read.
type counter struct {
	r *bufio.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// ReadByte implements io.ByteReader.
func (c *counter) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}
