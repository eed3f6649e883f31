// Package orc reads Apache ORC files (specification version 1), as Hive and Spark
// write them.
//
// Each row of a stripe is a row; a column is named by its path, as those of JSON: [*]
// for the elements of a list, {key} for the keys of a map, * for their values. The
// streams of a stripe are read side by side, a chunk of each at a time. Dates, times and
// decimals are given as a person writes them; binary values that are text are cells,
// documents in them are members.
//
// Compression: none, zlib, snappy, LZ4, zstandard; LZO is not known. Encrypted columns
// are not read.
package orc

import (
	"bytes"
	"context"
	"errors"
	"io"

	"recense/sources"
	"recense/sources/files/cells"
)

// Format is the ORC file.
var Format = sources.Format{
	Name: "orc",
	Doc: `Apache ORC (.orc)
Version 0.11 and 0.12: uncompressed, zlib, snappy, LZ4, zstandard; nested columns named by their paths.`,
	MediaType:  "application/x-orc",
	Extensions: []string{".orc"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return bytes.HasPrefix(head, magic) && len(head) > 16 },
	Read:       read,
	Random:     true,
}

var magic = []byte("ORC")

// Bounds of a file.
const (
	maxTail    = 16 << 20  // bytes of a footer
	maxStripes = 1 << 20   //
	maxTypes   = 4096      // columns, nested ones included
	maxChunk   = 16 << 20  // bytes of a compressed chunk
	maxHeld    = 192 << 20 // bytes of the chunks of all streams of a stripe
	maxDepth   = 32
)

var (
	errDamaged = errors.New("damaged")
	errMethod  = errors.New("a compression that is not known")
	errSize    = errors.New("too large")
	errRatio   = errors.New("repeats itself too often")
)

// file is an open file.
type file struct {
	ctx     context.Context
	at      io.ReaderAt
	size    int64
	method  int
	chunk   int
	types   []kind
	stripes []stripe
	rows    *cells.Rows
	blobs   *cells.Blobs
	row     int64
	spare   int64 // values and bytes that may still come
	held    int   // bytes of chunks
	outer   error // of the output
	text    []byte
}

// kind is a type of the schema.
type kind struct {
	is     int
	parts  []int
	fields []string
}

// stripe says where one is.
type stripe struct{ at, index, data, footer, rows int64 }

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, Bytes: max(in.Size, 0)}
	if in.At == nil || in.Size < 0 {
		return res, &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	}
	limits := out.Limits().Defaults()
	f := &file{ctx: ctx, at: in.At, size: in.Size, rows: cells.NewRows(out), blobs: cells.NewBlobs(out)}
	f.spare = limits.RatioMin + limits.Ratio*min(in.Size, 1<<40/max(limits.Ratio, 1))
	err := f.open()
	if err == nil {
		err = f.read()
	}
	if e := f.rows.Flush(); e != nil && f.outer == nil {
		f.outer = e
	}
	res.Records = f.row
	switch {
	case f.outer != nil:
		return res, f.outer
	case ctx.Err() != nil:
		return res, ctx.Err()
	case err == nil:
		return res, nil
	}
	fe := &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	switch {
	case errors.Is(err, errMethod):
		fe = &sources.FormatError{Status: sources.Unsupported, Reason: sources.UnknownMethod}
	case errors.Is(err, errSize):
		fe.Reason = sources.SizeLimit
	case errors.Is(err, errRatio):
		fe.Reason = sources.RatioLimit
	case f.types == nil && !f.ended():
		fe = &sources.FormatError{Status: sources.Unreadable, Reason: sources.Truncated}
	case f.types == nil:
		fe.Status = sources.Unreadable
	}
	return res, fe
}

// ended reports whether the magic stands at the end, as the last field of the postscript.
func (f *file) ended() bool {
	b := f.window(f.size-4, 3)
	return bytes.Equal(b, magic)
}

// window returns n bytes at an offset, fewer at the end.
func (f *file) window(at int64, n int64) []byte {
	if at < 0 || at >= f.size || n <= 0 {
		return nil
	}
	b := make([]byte, min(n, f.size-at))
	k, _ := f.at.ReadAt(b, at) // what is missing is told by what it breaks
	return b[:k]
}

// open reads postscript and footer.
func (f *file) open() error {
	last := f.window(f.size-1, 1)
	if len(last) == 0 {
		return errDamaged
	}
	n := int64(last[0])
	ps := f.window(f.size-1-n, n)
	var footer int64
	f.chunk = 256 << 10
	if err := fields(ps, func(id int, v uint64, b []byte) error {
		switch id {
		case 1:
			footer = int64(v)
		case 2:
			f.method = int(v)
		case 3:
			f.chunk = int(min(v, maxChunk+1))
		}
		return nil
	}); err != nil || footer <= 0 || footer > f.size {
		return errDamaged
	}
	if footer > maxTail || f.chunk > maxChunk || f.chunk <= 0 {
		return errSize
	}
	if f.method < 0 || f.method > 5 || f.method == 3 {
		return errMethod
	}
	b, err := f.whole(f.size-1-n-footer, footer)
	if err != nil {
		return err
	}
	var types []kind
	if err := fields(b, func(id int, v uint64, b []byte) error {
		switch id {
		case 3:
			s, err := stripeOf(b)
			if err != nil || len(f.stripes) >= maxStripes {
				return errDamaged
			}
			f.stripes = append(f.stripes, s)
		case 4:
			k, err := kindOf(b)
			if err != nil {
				return err
			}
			if types = append(types, k); len(types) > maxTypes {
				return errSize
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if len(types) == 0 {
		return errDamaged
	}
	f.types = types
	return nil
}

// whole decompresses a part that is held at once.
func (f *file) whole(at, n int64) ([]byte, error) {
	r := f.stream(at, n)
	b, err := io.ReadAll(io.LimitReader(r, maxTail+1))
	if len(b) > maxTail {
		return nil, errSize
	}
	if err != nil {
		return nil, errDamaged
	}
	return b, nil
}

func stripeOf(b []byte) (s stripe, err error) {
	err = fields(b, func(id int, v uint64, _ []byte) error {
		if p := map[int]*int64{1: &s.at, 2: &s.index, 3: &s.data, 4: &s.footer, 5: &s.rows}[id]; p != nil {
			if *p = int64(v); *p < 0 {
				return errDamaged
			}
		}
		return nil
	})
	return s, err
}

func kindOf(b []byte) (k kind, err error) {
	err = fields(b, func(id int, v uint64, b []byte) error {
		switch id {
		case 1:
			k.is = int(v)
		case 2:
			if b == nil {
				k.parts = append(k.parts, int(v))
			}
			for len(b) > 0 {
				n, size := uvarint(b)
				if size <= 0 {
					return errDamaged
				}
				k.parts, b = append(k.parts, int(n)), b[size:]
			}
		case 3:
			k.fields = append(k.fields, string(cells.UTF8Text(b)))
		}
		return nil
	})
	return k, err
}

// fields calls take for each field of a message of Protocol Buffers.
func fields(b []byte, take func(id int, v uint64, bytes []byte) error) error {
	for len(b) > 0 {
		tag, n := uvarint(b)
		if n <= 0 {
			return errDamaged
		}
		b = b[n:]
		var v uint64
		var data []byte
		switch tag & 7 {
		case 0:
			if v, n = uvarint(b); n <= 0 {
				return errDamaged
			}
			b = b[n:]
		case 1, 5:
			n = 8
			if tag&7 == 5 {
				n = 4
			}
			if len(b) < n {
				return errDamaged
			}
			b = b[n:]
		case 2:
			size, n := uvarint(b)
			if n <= 0 || size > uint64(len(b)-n) {
				return errDamaged
			}
			data, b = b[n:n+int(size):n+int(size)], b[n+int(size):]
			if data == nil {
				data = []byte{}
			}
		default:
			return errDamaged
		}
		if err := take(int(tag>>3), v, data); err != nil {
			return err
		}
	}
	return nil
}

func uvarint(b []byte) (v uint64, n int) {
	for i, c := range b {
		if i == 10 {
			return 0, -1
		}
		v |= uint64(c&0x7F) << (7 * i)
		if c < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}
