// Package gzip reads gzip files (RFC 1952), also of several members one after
// the other, and hands what is in them to the walker as one inner file.
//
// The inner file is named as the header says, or as the outer one without its
// suffix. Zero bytes behind the last member, as tapes leave them, are accepted;
// anything else there makes the result partial.
package gzip

import (
	"bufio"
	"context"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"

	"recense/sources"
)

// Format is gzip.
var Format = sources.Format{
	Name: "gzip",
	Doc: `gzip
RFC 1952; several members are one file. The name is that of the header or the outer one without
its suffix.`,
	MediaType:  "application/gzip",
	Extensions: []string{".gz", ".tgz", ".gzip", ".svgz", ".emz"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return len(head) >= 4 && head[0] == 0x1f && head[1] == 0x8b && head[2] == 8 && head[3]&0xe0 == 0
	},
	Read: read,
}

func read(_ context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1}
	count := &counter{r: in.Reader}
	packed := bufio.NewReaderSize(count, 64<<10)
	r, err := gzip.NewReader(packed)
	if err != nil {
		res.Bytes = count.n
		return res, broken(sources.Unreadable, err)
	}
	defer r.Close()
	r.Multistream(false)
	inner := &members{r: r, packed: packed}
	m := sources.Member{Name: inside(r.Name, in.Name), Size: -1, ModTime: r.ModTime, Reader: inner}
	if err := out.Member(m); err != nil {
		return res, err
	}
	res.Bytes = count.n
	if inner.err != nil {
		return res, broken(sources.Partial, inner.err)
	}
	return res, nil
}

// members reads until the end of the last member and remembers what was wrong.
type members struct {
	r      *gzip.Reader
	packed *bufio.Reader
	err    error
}

// Read implements io.Reader.
func (m *members) Read(b []byte) (int, error) {
	for {
		n, err := m.r.Read(b)
		if err == io.EOF {
			err = m.following()
		} else if err != nil {
			m.err = err
		}
		if n > 0 || err != nil || len(b) == 0 {
			return n, err
		}
	}
}

// following begins the next member. It returns io.EOF when there is none: behind
// the last one stand zeros at most. The content is whole even where something
// else follows, which is remembered.
func (m *members) following() error {
	mark, err := m.packed.Peek(2)
	switch {
	case len(mark) == 0:
		if err != io.EOF {
			m.err = err
		}
		return io.EOF
	case len(mark) == 2 && mark[0] == 0x1f && mark[1] == 0x8b:
		if err := m.r.Reset(m.packed); err != nil {
			m.err = err
			return io.EOF
		}
		m.r.Multistream(false)
		return nil
	}
	for {
		c, err := m.packed.ReadByte()
		if err != nil {
			return io.EOF
		}
		if c != 0 {
			m.err = gzip.ErrHeader
			return io.EOF
		}
	}
}

// broken says what an error of decompression means.
func broken(status sources.Status, err error) error {
	reason := sources.Corrupt
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		reason = sources.Truncated
	}
	return &sources.FormatError{Status: status, Reason: reason}
}

// inside returns the name of the inner file.
func inside(header, outer string) string {
	if header != "" {
		return latin(header)
	}
	base := path.Base(outer)
	ext := strings.ToLower(path.Ext(base))
	stem := base[:len(base)-len(ext)]
	switch {
	case stem == "":
		return "content"
	case ext == ".tgz":
		return stem + ".tar"
	case ext == ".svgz":
		return stem + ".svg"
	case ext == ".emz":
		return stem + ".emf"
	case ext == ".gz" || ext == ".gzip":
		return stem
	}
	return base
}

// latin keeps a name that is UTF-8 and decodes one that is ISO-8859-1, as the
// RFC wants it. The library has already decoded: characters below 256 may be
// bytes of UTF-8.
func latin(name string) string {
	b := make([]byte, 0, len(name))
	for _, r := range name {
		if r > 0xff {
			return name
		}
		b = append(b, byte(r))
	}
	if utf8.Valid(b) {
		return string(b)
	}
	return name
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
