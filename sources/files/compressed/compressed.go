// Package compressed reads single files packed by bzip2, Zstandard (RFC 8878), xz, LZMA,
// LZ4 and compress (.Z) and hands what is in them to the walker as one inner file, named as the
// outer one without its suffix. Several streams one after the other are one file.
//
// All are read as streams, by one goroutine. What asks for a window of more than
// 64 MiB is told and not read; dictionaries apart from the file are not known.
// gzip, whose header has a name of its own, is read by its own package.
package compressed

import (
	"compress/bzip2"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"recense/sources"
)

// Bzip2 is bzip2.
var Bzip2 = sources.Format{
	Name: "bzip2",
	Doc: `bzip2
One file, also of several streams; named as the outer one without its suffix.`,
	MediaType:  "application/x-bzip2",
	Extensions: []string{".bz2", ".tbz2", ".tbz"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return len(head) >= 10 && string(head[:3]) == "BZh" && '1' <= head[3] && head[3] <= '9' &&
			(string(head[4:10]) == "1AY&SY" || string(head[4:10]) == "\x17\x72\x45\x38\x50\x90")
	},
	Read: func(_ context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
		return member(in, out, func(r io.Reader) (io.Reader, func(), error) { return bzip2.NewReader(r), func() {}, nil })
	},
}

// Zstd is Zstandard.
var Zstd = sources.Format{
	Name: "zstd",
	Doc: `Zstandard (.zst)
RFC 8878. One file, also of several frames; windows up to 64 MiB, no dictionaries.`,
	MediaType:  "application/zstd",
	Extensions: []string{".zst", ".zstd", ".tzst"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		// Frames that are to be skipped may stand in front (RFC 8878, 3.1.2).
		for len(head) >= 8 && head[0]&0xF0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18" {
			n := uint64(binary.LittleEndian.Uint32(head[4:])) + 8
			if n >= uint64(len(head)) {
				return false
			}
			head = head[n:]
		}
		return len(head) >= 5 && string(head[:4]) == "\x28\xb5\x2f\xfd"
	},
	Read: func(_ context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
		return member(in, out, func(r io.Reader) (io.Reader, func(), error) { return unzstd(in.Head, r) })
	},
}

// maxWindow bounds the memory of a Zstandard frame or an xz block, in bytes.
const maxWindow = 64 << 20

// decoders are kept for their window, which is cleared when it is made: among small
// files that took more time than all the rest.
var decoders sync.Pool

// keptWindow is the largest window that is kept, in bytes; zstd writes no larger one
// unless it is told to.
const keptWindow = 8 << 20

// unzstd returns the reader of what begins with head.
func unzstd(head []byte, r io.Reader) (io.Reader, func(), error) {
	var h zstd.Header
	if h.Decode(head) != nil || h.WindowSize > keptWindow {
		return unzstdOnce(r)
	}
	d, _ := decoders.Get().(*zstd.Decoder)
	var err error
	if d == nil {
		d, err = newZstd(r)
	} else {
		err = d.Reset(r)
	}
	if err != nil {
		return nil, nil, err
	}
	return d, func() {
		if d.Reset(nil) == nil { // it holds r no more
			decoders.Put(d)
		}
	}, nil
}

func unzstdOnce(r io.Reader) (io.Reader, func(), error) {
	d, err := newZstd(r)
	if err != nil {
		return nil, nil, err
	}
	return d, d.Close, nil
}

func newZstd(r io.Reader) (*zstd.Decoder, error) {
	return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
}

// member hands over what open gives of in.
func member(in sources.Input, out sources.Output, open func(io.Reader) (io.Reader, func(), error)) (sources.Result, error) {
	res := sources.Result{Records: -1}
	packed := &counter{r: in.Reader}
	r, done, err := open(packed)
	if err != nil {
		res.Bytes = packed.n
		return res, broken(err)
	}
	defer done()
	inner := &watched{r: r}
	err = out.Member(sources.Member{Name: inside(in.Name), Size: -1, Reader: inner})
	res.Bytes = packed.n
	if err == nil && inner.err != nil {
		err = broken(inner.err)
	}
	return res, err
}

var (
	errCorrupt = errors.New("damaged")
	errMethod  = errors.New("a filter that is not known")
	errWindow  = errors.New("too large a dictionary")
)

// broken says what an error of decompression means. Its text is dropped.
func broken(err error) error {
	switch {
	case errors.Is(err, errMethod):
		return &sources.FormatError{Status: sources.Unsupported, Reason: sources.UnknownMethod}
	case errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, errWindow):
		return &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	}
	return &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
}

// inside returns the name of the inner file.
func inside(outer string) string {
	base := path.Base(outer)
	ext := strings.ToLower(path.Ext(base))
	stem := base[:len(base)-len(ext)]
	switch {
	case stem == "":
		return "content"
	case ext == ".tbz2" || ext == ".tbz" || ext == ".tzst" || ext == ".txz" || ext == ".tlz" || ext == ".taz" || ext == ".tlz4":
		return stem + ".tar"
	case ext == ".bz2" || ext == ".zst" || ext == ".zstd" || ext == ".xz" || ext == ".lzma" || ext == ".z" || ext == ".lz4":
		return stem
	}
	return base
}

// watched remembers the error that ended reading early, and gives what it means.
type watched struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (w *watched) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	if err != nil && err != io.EOF {
		w.err = err
		err = broken(err)
	}
	return n, err
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
