// Package avro reads Avro object container files (Apache Avro 1.12).
//
// Each object is a row; a column is named by its path, as those of JSON: [*] for
// the elements of an array, {key} for the keys of a map, * for their values. A type
// within itself shares the columns of the outer one. Dates, times and decimals are
// given as a person writes them. Binary values that are text are cells, documents
// in them are members.
//
// A block may hold 64 MiB; what repeats itself beyond the ratio of the limits ends
// the file. Codecs: null, deflate, snappy, zstandard, bzip2, xz. Avro data without
// its container, which nothing describes, is not known.
package avro

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"context"
	"encoding/binary"
	"errors"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/compressed"
)

// Format is the Avro file.
var Format = sources.Format{
	Name: "avro",
	Doc: `Apache Avro (.avro)
Object container files: null, deflate, snappy, zstandard, bzip2, xz. Nested fields are named by their
paths.`,
	MediaType:  "application/avro",
	Extensions: []string{".avro"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return bytes.HasPrefix(head, magic) },
	Read:       read,
}

var magic = []byte("Obj\x01")

const (
	maxSchema = 16 << 20 // bytes of the schema, and of any other entry of the header
	maxBlock  = 64 << 20 // bytes of a block, unpacked
)

var (
	errDamaged = errors.New("damaged")
	errSize    = errors.New("too large")
	errMethod  = errors.New("a codec that is not known")
	errRatio   = errors.New("repeats itself too often")
)

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	limits := out.Limits().Defaults()
	r := &reader{
		ctx: ctx, out: out, in: &counter{r: bufio.NewReader(in.Reader)}, rows: cells.NewRows(out), blobs: cells.NewBlobs(out),
		spare: limits.RatioMin + limits.Ratio*max(in.Size, 0),
	}
	defer r.close()
	err := r.read()
	if e := r.rows.Flush(); e != nil && (err == nil || isOwn(err)) {
		err = e
	}
	return sources.Result{Records: r.row, Bytes: r.in.n}, broken(err)
}

// isOwn reports whether an error tells of the data rather than of the output.
func isOwn(err error) bool {
	return errors.Is(err, errDamaged) || errors.Is(err, errSize) || errors.Is(err, errMethod) || errors.Is(err, errRatio) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// broken says what an error of the file means. Its text is dropped.
func broken(err error) error {
	fe := &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	switch {
	case err == nil || !isOwn(err):
		return err
	case errors.Is(err, errSize):
		fe.Reason = sources.SizeLimit
	case errors.Is(err, errRatio):
		fe.Reason = sources.RatioLimit
	case errors.Is(err, errMethod):
		fe.Status, fe.Reason = sources.Unsupported, sources.UnknownMethod
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		fe.Reason = sources.Truncated
	}
	return fe
}

// reader reads the blocks.
type reader struct {
	ctx   context.Context
	out   sources.Output
	in    *counter
	rows  *cells.Rows
	blobs *cells.Blobs
	zstd  *zstd.Decoder
	top   *node
	codec string
	sync  [16]byte

	packed, block bytes.Buffer
	data          []byte // of the block that is left
	text          []byte
	row           int64
	spare         int64 // bytes and values that may still come out
	steps         int
}

func (r *reader) close() {
	if r.zstd != nil {
		r.zstd.Close()
	}
}

func (r *reader) read() error {
	schema, err := r.header()
	if err != nil {
		return err
	}
	if r.top, err = compile(schema); err != nil {
		return err
	}
	for {
		count, err := binary.ReadVarint(r.in)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return cutShort(err)
		}
		if err := r.open(); err != nil {
			return err
		}
		for range count {
			if err := r.object(); err != nil {
				return err
			}
		}
		if len(r.data) > 0 || count < 0 {
			return errDamaged
		}
	}
}

// header reads the metadata and returns the schema.
func (r *reader) header() (schema []byte, err error) {
	if _, err := io.CopyN(io.Discard, r.in, int64(len(magic))); err != nil {
		return nil, err
	}
	for {
		n, err := binary.ReadVarint(r.in)
		if err != nil {
			return nil, cutShort(err)
		}
		if n == 0 {
			break
		}
		if n < 0 {
			if _, err := binary.ReadVarint(r.in); err != nil {
				return nil, cutShort(err)
			}
			n = -n
		}
		for ; n > 0; n-- {
			key, err := r.bytes()
			if err != nil {
				return nil, err
			}
			value, err := r.bytes()
			if err != nil {
				return nil, err
			}
			switch string(key) {
			case "avro.schema":
				schema = value
			case "avro.codec":
				r.codec = string(value)
			}
		}
	}
	_, err = io.ReadFull(r.in, r.sync[:])
	return schema, cutShort(err)
}

// bytes reads a string of the header.
func (r *reader) bytes() ([]byte, error) {
	n, err := binary.ReadVarint(r.in)
	switch {
	case err != nil:
		return nil, cutShort(err)
	case n < 0:
		return nil, errDamaged
	case n > maxSchema:
		return nil, errSize
	}
	var b bytes.Buffer
	if k, err := io.CopyN(&b, r.in, n); k < n {
		return nil, cutShort(err)
	}
	return b.Bytes(), nil
}

// open reads a block and unpacks it.
func (r *reader) open() error {
	n, err := binary.ReadVarint(r.in)
	switch {
	case err != nil:
		return cutShort(err)
	case n < 0:
		return errDamaged
	case n > maxBlock:
		return errSize
	}
	r.packed.Reset()
	if k, err := io.CopyN(&r.packed, r.in, n); k < n {
		return cutShort(err)
	}
	var sync [16]byte
	if _, err := io.ReadFull(r.in, sync[:]); err != nil {
		return cutShort(err)
	}
	if sync != r.sync {
		return errDamaged
	}
	return r.unpack()
}

// unpack unpacks the block at hand.
func (r *reader) unpack() error {
	src := r.packed.Bytes()
	var from io.Reader
	switch r.codec {
	case "", "null":
		r.data = src
		return nil
	case "snappy":
		if len(src) < 4 {
			return errDamaged
		}
		src = src[:len(src)-4] // a checksum
		n, err := snappy.DecodedLen(src)
		if err != nil || n > 64*len(src) {
			return errDamaged
		}
		if n > maxBlock {
			return errSize
		}
		r.block.Reset()
		r.block.Grow(n)
		if r.data, err = snappy.Decode(r.block.AvailableBuffer()[:n], src); err != nil {
			return errDamaged
		}
		return nil
	case "deflate":
		from = flate.NewReader(bytes.NewReader(src))
	case "bzip2":
		from = bzip2.NewReader(bytes.NewReader(src))
	case "xz":
		from = compressed.NewXZ(bytes.NewReader(src))
	case "zstandard":
		d, err := zstd.NewReader(bytes.NewReader(src), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxBlock))
		if err != nil {
			return errDamaged
		}
		defer d.Close()
		from = d
	default:
		return errMethod
	}
	r.block.Reset()
	n, err := io.Copy(&r.block, io.LimitReader(from, maxBlock+1))
	if err != nil {
		return errDamaged
	}
	if n > maxBlock {
		return errSize
	}
	r.data = r.block.Bytes()
	return nil
}

// cutShort makes the end of the input within something an unexpected one.
func cutShort(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return errDamaged
	}
	return err
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
