// Package parquet reads Apache Parquet files (format 2.11).
//
// Rows are given back together from their columns; a column is named by its path,
// [*] for the elements of a list, and Row counts from 1. Dates, times and decimals
// are given as a person writes them. Binary values that are text are cells,
// documents in them are members.
//
// The file is read here, page by page as rows need them, because every size in it
// is only a claim: a page may hold 64 MiB and all open ones 192 MiB, what unpacks
// beyond what was said ends there, and what repeats itself beyond the ratio of the
// limits ends the file. Codecs: none, snappy, gzip, brotli, zstd, LZ4_RAW. What is
// left out: LZO, the old LZ4, encrypted columns (told), statistics and filters.
package parquet

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"

	"recense/sources"
	"recense/sources/files/cells"
)

// Format is the Parquet file.
var Format = sources.Format{
	Name: "parquet",
	Doc: `Apache Parquet (.parquet)
All encodings of values; snappy, gzip, brotli, zstd, LZ4_RAW. Nested columns are named by their paths.
Encrypted ones are reported.`,
	MediaType:  "application/vnd.apache.parquet",
	Extensions: []string{".parquet", ".pq", ".geoparquet"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return bytes.HasPrefix(head, plainMagic) || bytes.HasPrefix(head, encryptedMagic)
	},
	Read:   read,
	Random: true,
}

var plainMagic, encryptedMagic = []byte("PAR1"), []byte("PARE")

const (
	maxFooter = 64 << 20  // bytes of the metadata
	maxPage   = 64 << 20  // bytes of a page, unpacked
	maxHeld   = 192 << 20 // bytes of all pages that are open at once
)

var (
	errDamaged   = errors.New("damaged")
	errSize      = errors.New("too large")
	errMethod    = errors.New("a method that is not known")
	errEncrypted = errors.New("encrypted")
	errRatio     = errors.New("repeats itself too often")
)

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Bytes: max(in.Size, 0)}
	f, err := open(in.At, in.Size, in.Head)
	if err != nil {
		res.Records = -1
		return res, broken(err, sources.Unreadable)
	}
	limits := out.Limits().Defaults()
	r := &reader{
		ctx: ctx, at: in.At, out: out, file: f, rows: cells.NewRows(out), blobs: cells.NewBlobs(out),
		spare: limits.RatioMin + limits.Ratio*max(in.Size, 0),
	}
	defer r.codecs.close()
	if err := r.name(); err != nil {
		return res, err
	}
	err = r.read()
	if err == nil || errors.Is(err, errRatio) {
		if e := r.rows.Flush(); e != nil {
			err = e
		}
	}
	res.Records = r.row
	switch {
	case errors.Is(err, errRatio):
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.RatioLimit}
	case err != nil:
		return res, err
	case r.failed != nil:
		return res, broken(r.failed, sources.Partial)
	}
	return res, nil
}

// broken says what an error of the file means. Its text is dropped.
func broken(err error, status sources.Status) error {
	fe := &sources.FormatError{Status: status, Reason: sources.Corrupt}
	switch {
	case errors.Is(err, errEncrypted) && status == sources.Unreadable:
		fe.Status, fe.Reason = sources.Encrypted, sources.PasswordProtected
	case errors.Is(err, errEncrypted):
		fe.Reason = sources.PasswordProtected
	case errors.Is(err, errSize):
		fe.Reason = sources.SizeLimit
	case errors.Is(err, errMethod):
		fe.Reason = sources.UnknownMethod
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		fe.Reason = sources.Truncated
	}
	return fe
}

// open reads the metadata, which stand at the end.
func open(at io.ReaderAt, size int64, head []byte) (*metadata, error) {
	if bytes.HasPrefix(head, encryptedMagic) {
		return nil, errEncrypted
	}
	var tail [8]byte
	if size < 12 {
		return nil, io.ErrUnexpectedEOF
	}
	if _, err := at.ReadAt(tail[:], size-8); err != nil && err != io.EOF {
		return nil, err
	}
	n := int64(binary.LittleEndian.Uint32(tail[:]))
	if !bytes.Equal(tail[4:], plainMagic) || n > size-12 {
		return nil, io.ErrUnexpectedEOF
	}
	if n > maxFooter {
		return nil, errSize
	}
	data, err := piece(at, size-8-n, n)
	if err != nil {
		return nil, err
	}
	return parse(data, size-8-n)
}

// piece reads n bytes; memory grows with what is there, not with what is said.
func piece(at io.ReaderAt, from, n int64) ([]byte, error) {
	var b bytes.Buffer
	k, err := io.Copy(&b, io.NewSectionReader(at, from, n))
	if err == nil && k < n {
		err = io.ErrUnexpectedEOF
	}
	return b.Bytes(), err
}

// reader reads the rows.
type reader struct {
	ctx    context.Context
	at     io.ReaderAt
	out    sources.Output
	file   *metadata
	rows   *cells.Rows
	blobs  *cells.Blobs
	codecs codecs
	row    int64
	names  []int32 // columns of the output, by leaf
	text   []byte
	spare  int64 // bytes and values that may still come out
	held   int64 // bytes of open pages
	failed error // the first thing that could not be read
}

// name names the columns.
func (r *reader) name() error {
	for _, l := range r.file.leaves {
		at, err := r.rows.Columns.Add(l.path, "")
		if err != nil {
			return err
		}
		r.names = append(r.names, at)
	}
	return nil
}

func (r *reader) fail(err error) {
	if r.failed == nil {
		r.failed = err
	}
}

// read reads one row group after the other.
func (r *reader) read() error {
	for _, g := range r.file.groups {
		columns := make([]column, len(g.chunks))
		for i, c := range g.chunks {
			columns[i] = column{r: r, leaf: &r.file.leaves[i], chunk: c, next: c.from, end: c.end}
			if c.err != nil {
				r.fail(c.err)
				columns[i].next = columns[i].end
			}
		}
		if err := r.group(columns); err != nil {
			return err
		}
	}
	return nil
}

// group gives the rows of a row group.
func (r *reader) group(columns []column) error {
	defer func() { r.held = 0 }()
	for n := int64(0); ; n++ {
		if n%256 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		r.row++
		any := false
		for i := range columns {
			more, err := r.values(&columns[i], i)
			if err != nil {
				return err
			}
			any = any || more
		}
		if !any {
			r.row--
			return nil
		}
		if err := r.rows.EndRow(); err != nil {
			return err
		}
	}
}

// values gives the values that a column has in the row at hand.
func (r *reader) values(c *column, i int) (more bool, err error) {
	for c.entry(!more) {
		more = true
		if r.spare--; r.spare < 0 {
			return more, errRatio
		}
		if !c.present {
			continue
		}
		text := c.leaf.append(r.text[:0], c.value)
		if len(text) > 0 && c.leaf.raw {
			if text, err = r.blobs.Give(text, "", c.leaf.path, r.row); err != nil {
				return more, err
			}
		}
		r.rows.Bytes(text, r.names[i], r.row, sources.Location{Byte: -1, Column: int32(i + 1)})
		if !c.leaf.raw {
			r.text = text
		}
		r.spare -= int64(len(text))
		if r.rows.Len() > 1<<20 {
			if err := r.rows.Flush(); err != nil {
				return more, err
			}
		}
	}
	return more, nil
}
