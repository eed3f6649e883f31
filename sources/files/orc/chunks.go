package orc

import (
	"bytes"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// The compressions.
const (
	plain   = 0
	deflate = 1
	snappyC = 2
	lz4C    = 4
	zstdC   = 5
)

// chunks reads a stream: its chunks, each with a head of three bytes that says how long
// it is and whether it is compressed.
type chunks struct {
	f       *file
	at      int64
	end     int64
	raw     []byte
	buf     []byte
	rest    []byte
	plain   [4 << 10]byte
	inflate io.ReadCloser
	err     error
}

// stream returns the n bytes at an offset, decompressed.
func (f *file) stream(at, n int64) *chunks {
	return &chunks{f: f, at: at, end: min(at+n, f.size)}
}

// Read implements io.Reader.
func (c *chunks) Read(b []byte) (int, error) {
	for len(c.rest) == 0 {
		if c.err == nil {
			c.err = c.next()
		}
		if c.err != nil {
			return 0, c.err
		}
	}
	n := copy(b, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// ReadByte implements io.ByteReader.
func (c *chunks) ReadByte() (byte, error) {
	if len(c.rest) == 0 {
		var one [1]byte
		_, err := c.Read(one[:])
		return one[0], err
	}
	b := c.rest[0]
	c.rest = c.rest[1:]
	return b, nil
}

// next takes the next chunk.
func (c *chunks) next() error {
	if c.at >= c.end || c.at < 0 {
		return io.EOF
	}
	if c.f.method == plain {
		n, err := c.f.at.ReadAt(c.plain[:min(int64(len(c.plain)), c.end-c.at)], c.at)
		if n == 0 {
			return errOr(err)
		}
		c.at += int64(n)
		c.rest = c.plain[:n]
		return nil
	}
	var head [3]byte
	if k, _ := c.f.at.ReadAt(head[:], c.at); k < 3 {
		return errDamaged
	}
	v := int(head[0]) | int(head[1])<<8 | int(head[2])<<16
	n, original := v>>1, v&1 == 1
	c.at += 3
	if int64(n) > c.end-c.at || n > maxChunk {
		return errDamaged
	}
	before := cap(c.raw) + cap(c.buf)
	if cap(c.raw) < n {
		c.raw = make([]byte, n)
	}
	c.raw = c.raw[:n]
	if k, _ := c.f.at.ReadAt(c.raw, c.at); k < n {
		return errDamaged
	}
	c.at += int64(n)
	if original {
		c.rest = c.raw
		return nil
	}
	if err := c.unpack(); err != nil {
		return err
	}
	if c.f.held += cap(c.raw) + cap(c.buf) - before; c.f.held > maxHeld {
		return errSize
	}
	if c.f.spare -= int64(len(c.buf)); c.f.spare < 0 {
		return errRatio
	}
	c.rest = c.buf
	return nil
}

func errOr(err error) error {
	if err == nil || err == io.EOF {
		return errDamaged
	}
	return err
}

// unpack decompresses raw into buf, which holds a chunk of the file at most.
func (c *chunks) unpack() error {
	switch c.f.method {
	case deflate:
		if c.inflate == nil {
			c.inflate = flate.NewReader(bytes.NewReader(c.raw))
		} else if err := c.inflate.(flate.Resetter).Reset(bytes.NewReader(c.raw), nil); err != nil {
			return errDamaged
		}
		out := bytes.NewBuffer(c.buf[:0])
		_, err := io.Copy(out, io.LimitReader(c.inflate, int64(c.f.chunk)))
		if c.buf = out.Bytes(); err != nil {
			return errDamaged
		}
	case snappyC:
		n, err := snappy.DecodedLen(c.raw)
		if err != nil || n > c.f.chunk {
			return errDamaged
		}
		b, err := snappy.Decode(c.buf[:cap(c.buf)], c.raw)
		if err != nil {
			return errDamaged
		}
		c.buf = b
	case lz4C:
		if cap(c.buf) < c.f.chunk {
			c.buf = make([]byte, c.f.chunk)
		}
		n, err := lz4.UncompressBlock(c.raw, c.buf[:c.f.chunk])
		if err != nil {
			return errDamaged
		}
		c.buf = c.buf[:n]
	case zstdC:
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(c.f.chunk)))
		if err != nil {
			return errDamaged
		}
		defer d.Close()
		b, err := d.DecodeAll(c.raw, c.buf[:0])
		if err != nil {
			return errDamaged
		}
		c.buf = b
	}
	return nil
}
