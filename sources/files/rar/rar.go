// Package rar reads RAR archives of version 1.5 to 7 and hands their files to the
// walker, in one pass from the front, by github.com/nwaples/rardecode.
//
// Dictionaries up to 64 MiB. Encrypted files and archives are told, not tried. Of
// an archive in several volumes each volume is read for itself: a file that goes on
// in the next one is read in part, and says that it is missing. Links hold no content and are passed over.
package rar

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/nwaples/rardecode/v2"

	"recense/sources"
)

// Format is the RAR archive.
var Format = sources.Format{
	Name: "rar",
	Doc: `RAR archive
Versions 1.5 to 7, solid or not; dictionaries up to 64 MiB. Encrypted files are reported. Volumes are not
joined.`,
	MediaType:  "application/vnd.rar",
	Extensions: []string{".rar", ".cbr"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return bytes.HasPrefix(head, signature) },
	Read:       read,
}

var signature = []byte("Rar!\x1a\x07")

// maxDictionary bounds the memory of an archive, in bytes.
const maxDictionary = 64 << 20

// errVolume says that a file goes on in the next volume; the walker tells it of the file as well.
var errVolume error = &sources.FormatError{Status: sources.Partial, Reason: sources.MissingPart}

var errPanic = errors.New("the library gave up")

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	packed := &counter{r: in.Reader}
	limits := out.Limits().Defaults()
	a := &archive{ctx: ctx, out: out, spare: limits.RatioMin + limits.Ratio*max(in.Size, 0)}
	err := a.open(packed)
	if err == nil {
		err = a.files()
	}
	return sources.Result{Records: -1, Bytes: packed.n}, err
}

// archive is an archive being read.
type archive struct {
	ctx   context.Context
	out   sources.Output
	r     *rardecode.Reader
	spare int64 // bytes that may be unpacked although nobody reads them
}

func (a *archive) open(r io.Reader) (err error) {
	defer recovered(&err)
	if a.r, err = rardecode.NewReader(r, rardecode.MaxDictionarySize(maxDictionary)); err != nil {
		return broken(err)
	}
	return nil
}

// recovered makes a panic of the library an error.
func recovered(err *error) {
	if recover() != nil {
		*err = broken(errPanic)
	}
}

// next returns the next entry, nil at the end.
func (a *archive) next() (h *rardecode.FileHeader, err error) {
	defer recovered(&err)
	h, err = a.r.Next()
	if err == io.EOF {
		return nil, nil
	}
	if err != nil {
		return nil, broken(err)
	}
	return h, nil
}

// files hands over one file after the other.
func (a *archive) files() error {
	for {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		h, err := a.next()
		if err != nil || h == nil {
			return err
		}
		if h.IsDir || h.LinkType != rardecode.LinkTypeNone {
			continue
		}
		if err := a.file(h); err != nil {
			return err
		}
	}
}

// file hands over a file. What the walker leaves of it must be unpacked all the
// same in a solid archive, which is bounded.
func (a *archive) file(h *rardecode.FileHeader) error {
	m := sources.Member{Name: h.Name, Size: h.UnPackedSize, ModTime: h.ModificationTime}
	if h.UnKnownSize {
		m.Size = -1
	}
	if h.Encrypted {
		m.Status, m.Detail = sources.Encrypted, sources.PasswordProtected
		return a.out.Member(m)
	}
	c := &content{r: a.r}
	m.Reader = c
	if err := a.out.Member(m); err != nil {
		return err
	}
	if errors.Is(c.err, io.ErrUnexpectedEOF) || c.err == errVolume { // the archive, or this volume, ends within the file
		return broken(c.err)
	}
	if c.err == nil && !h.UnKnownSize {
		if a.spare -= h.UnPackedSize - c.n; a.spare < 0 && h.UnPackedSize > c.n {
			return &sources.FormatError{Status: sources.Partial, Reason: sources.RatioLimit}
		}
	}
	return nil
}

// content is the file at hand.
type content struct {
	r   *rardecode.Reader
	n   int64
	err error
}

// Read implements io.Reader.
func (c *content) Read(b []byte) (n int, err error) {
	if c.err != nil {
		return 0, c.err
	}
	defer func() {
		if recover() != nil {
			n, err = 0, errPanic
		}
		if c.n += int64(n); err != nil {
			c.err = err
		}
	}()
	n, err = c.r.Read(b)
	switch {
	case errors.Is(err, rardecode.ErrMultiVolume):
		err = errVolume
	case errors.Is(err, rardecode.ErrUnexpectedArcEnd):
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// broken says what an error of the library means. Its text is dropped.
func broken(err error) error {
	fe := &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	switch {
	case errors.Is(err, rardecode.ErrArchiveEncrypted):
		fe.Status, fe.Reason = sources.Encrypted, sources.PasswordProtected
	case errors.Is(err, rardecode.ErrDictionaryTooLarge):
		fe.Status, fe.Reason = sources.TooLarge, sources.SizeLimit
	case err == errVolume, errors.Is(err, rardecode.ErrMultiVolume):
		fe.Reason = sources.MissingPart
	case errors.Is(err, rardecode.ErrUnexpectedArcEnd), errors.Is(err, rardecode.ErrInvalidFileBlock),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		fe.Reason = sources.Truncated
	case errors.Is(err, rardecode.ErrUnknownVersion), errors.Is(err, rardecode.ErrUnsupportedDecoder), errors.Is(err, rardecode.ErrUnknownDecoder):
		fe.Status, fe.Reason = sources.Unsupported, sources.UnknownMethod
	}
	return fe
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
