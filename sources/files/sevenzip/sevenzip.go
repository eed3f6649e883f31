// Package sevenzip reads 7z archives (7zFormat.txt of the LZMA SDK) and hands
// their files to the walker.
//
// The container is read here, each folder of compressed data once from the front,
// so that a solid archive costs one pass whatever its number of files, and so
// that the size of a dictionary is known before memory is taken for it: 64 MiB at
// most. Methods: copy, LZMA, LZMA2, deflate, bzip2, PPMd, the filters delta and BCJ (x86); files
// packed with others (BCJ2 and the filters for other processors) are told as unsupported,
// encrypted ones as encrypted. Of a split archive the first volume says that others are missing.
package sevenzip

import (
	"bytes"
	"context"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"strings"

	"recense/sources"
)

const (
	name      = "7z"
	mediaType = "application/x-7z-compressed"
)

// Format is the 7z archive.
var Format = sources.Format{
	Name: name,
	Doc: `7z archive
Copy, LZMA, LZMA2, deflate, bzip2, PPMd, delta and BCJ, solid or not; dictionaries up to 64 MiB. Encrypted
files are reported, as are BCJ2 and filters for processors other than x86. Split archives are not joined.`,
	MediaType:  mediaType,
	Extensions: []string{".7z", ".cb7"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return bytes.HasPrefix(head, signature) },
	Read:       read,
	Random:     true,
}

var signature = []byte("7z\xbc\xaf\x27\x1c")

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, Bytes: max(in.Size, 0)}
	a, err := open(in.At)
	if err != nil {
		fe := broken(err, sources.Unreadable)
		if fe.Reason == sources.Truncated && strings.HasSuffix(in.Name, ".001") {
			fe.Reason = sources.MissingPart
		}
		return res, fe
	}
	limits := out.Limits().Defaults()
	w := &walk{ctx: ctx, at: in.At, out: out, archive: a, spare: limits.RatioMin + limits.Ratio*max(in.Size, 0)}
	return res, w.files()
}

// broken says what an error of the archive means. Its text is dropped.
func broken(err error, status sources.Status) *sources.FormatError {
	switch {
	case errors.Is(err, errEncrypted):
		return &sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
	case errors.Is(err, errMethod):
		return &sources.FormatError{Status: sources.Unsupported, Reason: sources.UnknownMethod}
	case errors.Is(err, errSize):
		return &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return &sources.FormatError{Status: status, Reason: sources.Truncated}
	}
	return &sources.FormatError{Status: status, Reason: sources.Corrupt}
}

// walk hands over the files of an archive in their order.
type walk struct {
	ctx     context.Context
	at      io.ReaderAt
	out     sources.Output
	archive *archive
	spare   int64 // bytes that may be unpacked although nobody reads them
}

// files pairs the files with the streams of the folders: those without content
// have none.
func (w *walk) files() error {
	files := w.archive.files
	for i := range w.archive.folders {
		f := &w.archive.folders[i]
		r, err := f.open(w.at)
		for _, s := range f.streams {
			for len(files) > 0 && files[0].empty {
				if err := w.without(files[0]); err != nil {
					return err
				}
				files = files[1:]
			}
			if len(files) == 0 {
				return &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
			}
			var fatal error
			if err, fatal = w.file(files[0], s, r, err); fatal != nil {
				return fatal
			}
			files = files[1:]
		}
	}
	for _, f := range files {
		if !f.empty {
			return &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
		}
		if err := w.without(f); err != nil {
			return err
		}
	}
	return nil
}

// without hands over a file of no bytes.
func (w *walk) without(f file) error {
	if f.folder {
		return nil
	}
	return w.out.Member(sources.Member{Name: f.name, ModTime: f.modified, Reader: bytes.NewReader(nil)})
}

// file hands over the next stream of r, unless err says why there is none. It
// returns the error that ends the folder, and the one that ends everything.
func (w *walk) file(f file, s stream, r io.Reader, err error) (broke, fatal error) {
	if err := w.ctx.Err(); err != nil {
		return nil, err
	}
	m := sources.Member{Name: f.name, Size: s.size, ModTime: f.modified}
	if err != nil {
		fe := broken(err, sources.Unreadable)
		m.Status, m.Detail = fe.Status, fe.Reason
		return err, w.out.Member(m)
	}
	c := &content{r: r, left: s.size, sum: crc32.NewIEEE(), want: s.crc, known: s.summed}
	m.Reader = c
	if err := w.out.Member(m); err != nil {
		return nil, err
	}
	if c.err != nil && !errors.Is(c.err, errSum) { // a wrong sum leaves the next files as they are
		return c.err, nil
	}
	if w.spare -= c.left; w.spare < 0 && c.left > 0 {
		return errSize, nil
	}
	if n, err := io.CopyN(io.Discard, r, c.left); n < c.left {
		return cutShort(err), nil
	}
	return nil, nil
}

// content is one file in the stream of a folder.
type content struct {
	r     io.Reader
	left  int64
	sum   hash.Hash32
	want  uint32
	known bool
	err   error
}

// Read implements io.Reader. A wrong sum is an error at the end.
func (c *content) Read(b []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	if c.left == 0 {
		if c.known && c.sum.Sum32() != c.want {
			c.err = errSum
			return 0, c.err
		}
		return 0, io.EOF
	}
	n, err := c.r.Read(b[:min(int64(len(b)), c.left)])
	c.left -= int64(n)
	c.sum.Write(b[:n])
	if err != nil && c.left > 0 {
		c.err = cutShort(err)
		return n, c.err
	}
	return n, nil
}

// cutShort makes an end that came too early an error.
func cutShort(err error) error {
	if err == nil || err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
