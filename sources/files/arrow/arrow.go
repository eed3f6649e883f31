// Package arrow reads files and streams of Apache Arrow (IPC format, metadata
// version 5 and 4): what pandas, R and Polars write as .arrow and as .feather
// (version 2).
//
// Each element of a batch is a row; a column is named by its path, as those of JSON: [*]
// for the elements of a list, {key} for the keys of a map, * for their values.
// Dictionaries are undone. Dates, times and decimals are given as a person writes
// them. Binary values that are text are cells, documents in them are members.
//
// A file whose footer is lost is read from the front, as the stream that it holds, so
// that one that was cut gives what is left of it. The library is given
// messages of bounded size, memory for so much as the limit on expansion allows, and
// is stopped when it panics. Left out: Feather version 1, intervals, halves, tensors.
package arrow

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/apache/arrow/go/v15/arrow/ipc"

	"recense/sources"
	"recense/sources/files/cells"
)

// Format is the Arrow file or stream.
var Format = sources.Format{
	Name: "arrow",
	Doc: `Apache Arrow, Feather (.arrow, .feather, .arrows)
IPC files and streams, uncompressed, LZ4, zstandard; dictionaries undone, nested fields named by their paths.`,
	MediaType:  "application/vnd.apache.arrow.file",
	Extensions: []string{".arrow", ".feather", ".arrows", ".ipc"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return bytes.HasPrefix(head, magic) || isStream(head) },
	Read:       read,
	Random:     true,
}

var magic = []byte("ARROW1")

const (
	magicSize = 8         // with its padding
	maxMeta   = 16 << 20  // bytes of the description of a message
	maxBody   = 128 << 20 // bytes of a message
)

// isStream reports whether head begins with a message that describes columns.
func isStream(head []byte) bool {
	if len(head) < 64 || !bytes.HasPrefix(head, continuation) {
		return false
	}
	n := int64(uint32At(head, 4))
	if n < 32 || n > maxMeta {
		return false
	}
	kind, body, ok := header(head[8:min(int64(len(head)), 8+n)])
	return ok && kind == kindSchema && body == 0
}

func read(ctx context.Context, in sources.Input, out sources.Output) (res sources.Result, err error) {
	limits := out.Limits().Defaults()
	if in.At == nil || in.Size < 0 {
		return sources.Result{Records: -1}, &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	}
	m := &messages{ctx: ctx, at: in.At, r: io.NewSectionReader(in.At, 0, in.Size)}
	if bytes.HasPrefix(in.Head, magic) {
		m.r = io.NewSectionReader(in.At, magicSize, max(in.Size-magicSize, 0))
		m.columns, m.order, m.footed = order(in.At, in.Size)
		m.lost = !m.footed
	}
	r := &reader{
		ctx: ctx, m: m, rows: cells.NewRows(out), blobs: cells.NewBlobs(out),
		memory: &memory{left: limits.RatioMin + limits.Ratio*max(in.Size, 0)},
	}
	r.spare = r.memory.left
	if in.Size > 1<<40/limits.Ratio { // nobody's file
		r.spare = 1 << 40
	}
	err = r.guarded()
	if e := r.rows.Flush(); e != nil && (err == nil || r.outer == nil) {
		r.outer, err = e, e
	}
	res = sources.Result{Records: r.row, Bytes: m.n}
	switch {
	case ctx.Err() != nil:
		return res, ctx.Err()
	case r.outer != nil:
		return res, r.outer
	case err == nil:
		res.Bytes = in.Size
		if m.lost { // whether this is all, nobody can say
			return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
		}
		return res, nil
	}
	return res, r.why(err)
}

var errDamaged = errors.New("damaged")

// why says what an error of the data means. Its text is dropped.
func (r *reader) why(err error) error {
	fe := &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	switch {
	case r.memory.over || r.spare < 0:
		fe.Reason = sources.RatioLimit
	case r.m.long || r.memory.full:
		fe.Reason = sources.SizeLimit
	case r.m.cut, r.m.lost:
		fe.Reason = sources.Truncated
	}
	return fe
}

// guarded reads all batches. What the library panics with is an error.
func (r *reader) guarded() (err error) {
	defer func() {
		if recover() != nil {
			err = errDamaged
		}
	}()
	lib, err := ipc.NewReaderFromMessageReader(r.m, ipc.WithAllocator(r.memory), ipc.WithEnsureNativeEndian(true))
	if err != nil {
		return err
	}
	defer lib.Release()
	for lib.Next() {
		if err := r.batch(lib.Record()); err != nil {
			return err
		}
	}
	return lib.Err()
}
