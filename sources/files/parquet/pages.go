package parquet

import (
	"bytes"
	"encoding/binary"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// column gives the values of a column chunk one by one.
type column struct {
	r         *reader
	leaf      *leaf
	chunk     chunk
	next, end int64 // offsets of the next page and of the end of all

	buf        []byte // of the page at hand, unpacked
	left       int    // entries in it
	reps, defs hybrid
	values     values
	dictionary []datum

	waits   bool // an entry was met that belongs to the next row
	present bool // the entry at hand is no null
	value   datum
}

// entry comes to the next entry of the row at hand; first begins a row. It returns
// false at the end of the row or the column.
func (c *column) entry(first bool) bool {
	if !c.waits {
		for c.left == 0 {
			if c.chunk.values <= 0 || c.next >= c.end || !c.page() {
				return false
			}
		}
		if rep := c.reps.next(); rep == 0 && !first {
			c.waits = true
			return false
		}
	} else if !first {
		return false
	}
	c.waits = false
	c.left--
	c.chunk.values--
	if c.present = c.defs.next() == c.leaf.maxDef; !c.present {
		return true
	}
	var ok bool
	if c.value, ok = c.values.next(); !ok || c.reps.bad || c.defs.bad {
		c.stop(errDamaged)
		return false
	}
	return true
}

// stop ends the column.
func (c *column) stop(err error) {
	c.r.fail(err)
	c.left, c.next, c.waits = 0, c.end, false
}

// page opens the next page. It returns false when the column ends.
func (c *column) page() bool {
	h, n, err := c.r.header(c.next, c.end)
	if err != nil {
		c.stop(err)
		return false
	}
	from := c.next + int64(n)
	if h.packed < 0 || h.size < 0 || h.count < 0 || int64(h.packed) > c.end-from {
		c.stop(errDamaged)
		return false
	}
	c.next = from + int64(h.packed)
	if h.kind != dataPage && h.kind != dataPage2 && h.kind != dictionaryPage {
		return true
	}
	if h.size > maxPage || h.packed > maxPage {
		c.stop(errSize)
		return false
	}
	data, err := piece(c.r.at, from, int64(h.packed))
	if err == nil {
		err = c.open(h, data)
	}
	if err != nil {
		c.stop(err)
		return false
	}
	return true
}

// open unpacks a page.
func (c *column) open(h pageHeader, data []byte) error {
	levels := 0
	if h.kind == dataPage2 {
		levels = h.repBytes + h.defBytes
		if h.repBytes < 0 || h.defBytes < 0 || levels > len(data) || levels > h.size {
			return errDamaged
		}
	}
	before := cap(c.buf)
	buf := append(c.buf[:0], data[:levels]...)
	codec := c.chunk.codec
	if h.kind == dataPage2 && h.plain {
		codec = 0
	}
	buf, err := c.r.codecs.unpack(buf, codec, data[levels:], h.size-levels)
	c.buf = buf
	if c.r.held += int64(cap(buf) - before); c.r.held > maxHeld {
		return errSize
	}
	if err != nil {
		return err
	}
	if h.kind == dictionaryPage {
		return c.define(h)
	}
	return c.divide(h, levels)
}

// define takes a dictionary, which keeps its memory.
func (c *column) define(h pageHeader) error {
	v := plainOf(c.leaf, c.buf)
	c.buf, c.dictionary = nil, nil
	for range h.count {
		d, ok := v.next()
		if !ok {
			return errDamaged
		}
		if len(c.dictionary) == cap(c.dictionary) {
			c.r.held += int64(cap(c.dictionary)) * 32
		}
		if c.dictionary = append(c.dictionary, d); c.r.held > maxHeld {
			return errSize
		}
	}
	return nil
}

// divide divides a page into levels and values.
func (c *column) divide(h pageHeader, levels int) error {
	def, rep := c.leaf.widths()
	rest := c.buf
	if h.kind == dataPage2 {
		c.reps = hybrid{b: rest[:h.repBytes], width: rep}
		c.defs = hybrid{b: rest[h.repBytes:levels], width: def}
		rest = rest[levels:]
	} else {
		for _, l := range [...]struct {
			of    *hybrid
			width int
		}{{&c.reps, rep}, {&c.defs, def}} {
			*l.of = hybrid{width: l.width}
			if l.width == 0 {
				continue
			}
			if len(rest) < 4 || uint64(binary.LittleEndian.Uint32(rest)) > uint64(len(rest)-4) {
				return errDamaged
			}
			n := int(binary.LittleEndian.Uint32(rest))
			l.of.b, rest = rest[4:4+n], rest[4+n:]
		}
	}
	c.left = h.count
	var err error
	c.values, err = valuesOf(c.leaf, h.encoding, rest, c.dictionary)
	return err
}

// The kinds of pages.
const (
	dataPage       = 0
	dictionaryPage = 2
	dataPage2      = 3
)

// pageHeader is the head of a page.
type pageHeader struct {
	kind, size, packed int
	count, encoding    int
	defBytes, repBytes int
	plain              bool // not packed, whatever the codec
}

// header reads the head of a page and returns how long it is.
func (r *reader) header(at, end int64) (pageHeader, int, error) {
	for _, size := range [...]int64{1 << 10, 64 << 10, 16 << 20} { // heads hold the least and the greatest value
		b, err := piece(r.at, at, min(size, end-at))
		if err != nil {
			return pageHeader{}, 0, err
		}
		t := &thrift{b: b}
		h := t.page()
		if !t.bad {
			return h, t.at, nil
		}
		if !t.short || int64(len(b)) < size {
			break
		}
	}
	return pageHeader{}, 0, errDamaged
}

// page reads a page header.
func (t *thrift) page() (h pageHeader) {
	h.count = -1
	t.fields(func(id int, kind byte) {
		switch id {
		case 1:
			h.kind = small(t.int())
		case 2:
			h.size = small(t.int())
		case 3:
			h.packed = small(t.int())
		case 5, 7, 8:
			t.fields(func(field int, kind byte) {
				switch {
				case field == 1:
					h.count = small(t.int())
				case field == 2 && id != 8, field == 4 && id == 8:
					h.encoding = small(t.int())
				case field == 5 && id == 8:
					h.defBytes = small(t.int())
				case field == 6 && id == 8:
					h.repBytes = small(t.int())
				case field == 7 && id == 8:
					h.plain = kind == no
				default:
					t.skip(kind)
				}
			})
		default:
			t.skip(kind)
		}
	})
	if h.count < 0 && h.kind != dataPage && h.kind != dataPage2 && h.kind != dictionaryPage {
		h.count = 0
	}
	return h
}

// codecs unpack pages, and are kept for their memory.
type codecs struct {
	zstd *zstd.Decoder
	gzip *gzip.Reader
}

func (c *codecs) close() {
	if c.zstd != nil {
		c.zstd.Close()
	}
}

// unpack appends what src holds to dst: at most size bytes.
func (c *codecs) unpack(dst []byte, codec int, src []byte, size int) ([]byte, error) {
	if size == 0 {
		return dst, nil
	}
	switch codec {
	case 0:
		return append(dst, src[:min(size, len(src))]...), nil
	case 1:
		// What is said is only taken for true where the codec could get there.
		n, err := snappy.DecodedLen(src)
		if err != nil || n > size || n > 64*len(src) {
			return dst, errDamaged
		}
		return block(dst, n, func(to []byte) (int, error) {
			b, err := snappy.Decode(to, src)
			return len(b), err
		})
	case 7:
		if size > 256*len(src)+64 {
			return dst, errDamaged
		}
		return block(dst, size, func(to []byte) (int, error) { return lz4.UncompressBlock(src, to) })
	}
	r, err := c.stream(codec, bytes.NewReader(src))
	if err != nil {
		return dst, err
	}
	b := bytes.NewBuffer(dst)
	if _, err := io.Copy(b, io.LimitReader(r, int64(size))); err != nil {
		return b.Bytes(), errDamaged
	}
	return b.Bytes(), nil
}

// block appends n bytes that decode writes.
func block(dst []byte, n int, decode func([]byte) (int, error)) ([]byte, error) {
	from := len(dst)
	if cap(dst)-from < n {
		dst = append(make([]byte, 0, from+n), dst...)
	}
	k, err := decode(dst[from : from+n])
	if err != nil || k > n {
		return dst, errDamaged
	}
	return dst[:from+k], nil
}

// stream returns a reader of what is packed.
func (c *codecs) stream(codec int, src *bytes.Reader) (io.Reader, error) {
	var err error
	switch codec {
	case 2:
		if c.gzip == nil {
			c.gzip, err = gzip.NewReader(src)
		} else {
			err = c.gzip.Reset(src)
		}
		if err != nil {
			c.gzip = nil
			return nil, errDamaged
		}
		return c.gzip, nil
	case 4:
		return brotli.NewReader(src), nil
	case 6:
		if c.zstd == nil {
			c.zstd, err = zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxPage))
		} else {
			err = c.zstd.Reset(src)
		}
		if err != nil {
			return nil, errDamaged
		}
		return c.zstd, nil
	}
	return nil, errMethod
}
