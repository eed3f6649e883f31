// Package rpm reads packages of RPM (version 3 and 4): the texts of the header and the payload,
// which is handed to the walker as it is, packed or not.
//
// Of the header those texts are given that people wrote: who packed and changed it, descriptions,
// scripts. Signatures are not checked.
package rpm

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/entries"
)

// Format is the package of RPM.
var Format = sources.Format{
	Name: "rpm",
	Doc: `RPM package
Packager, changes, descriptions and scripts of the header; the files by cpio.`,
	MediaType:  "application/x-rpm",
	Extensions: []string{".rpm"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return len(head) >= leadSize && bytes.HasPrefix(head, []byte("\xed\xab\xee\xdb"))
	},
	Read: read,
}

const (
	leadSize   = 96
	entrySize  = 16
	maxEntries = 64 << 10
	maxStore   = 16 << 20 // bytes of the values of a header
)

var (
	errForm  = errors.New("no header of rpm")
	errLarge = errors.New("header too large")
)

// texts are the tags of the header that people write, with the names of rpm for them.
var texts = map[uint32]string{
	1000: "name", 1004: "summary", 1005: "description", 1007: "build host", 1010: "distribution", 1011: "vendor", 1015: "packager", 1020: "url",
	1023: "prein", 1024: "postin", 1025: "preun", 1026: "postun", 1081: "changelog", 1082: "changelog",
}

// The tag of the program that packed the payload, and the types of values that are text.
const (
	compressor = 1125
	oneText    = 6
	manyTexts  = 8
	translated = 9
)

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1}
	r := entries.New(in.Reader)
	packed, err := headers(r, out)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = payload(r, out, packed)
	}
	res.Bytes = r.N
	return res, err
}

// payload hands over what stands behind the headers.
func payload(r *entries.Reader, out sources.Output, suffix string) error {
	rest, none, err := r.Rest()
	switch {
	case none:
		return nil // as in packages of packages
	case err != nil:
		return broken(err)
	}
	return out.Member(sources.Member{Name: "payload.cpio" + suffix, Size: -1, Reader: rest})
}

// headers reads the lead, the signatures and the header, and returns the suffix of the payload.
func headers(r *entries.Reader, out sources.Output) (suffix string, err error) {
	if _, err := r.Head(leadSize); err != nil {
		return "", broken(err)
	}
	_, values, err := header(r)
	if err == nil {
		r.Content(0, int64(-len(values)&7))
		_, err = r.Head(0)
	}
	if err != nil {
		return "", broken(err)
	}
	index, values, err := header(r)
	if err != nil {
		return "", broken(err)
	}
	t := cells.NewText(out)
	defer t.Close()
	t.Part = "header"
	suffix = ".gz"
	spare := len(values) // values do not overlap
	for ; len(index) >= entrySize; index = index[entrySize:] {
		tag, kind := binary.BigEndian.Uint32(index), binary.BigEndian.Uint32(index[4:])
		at, count := binary.BigEndian.Uint32(index[8:]), binary.BigEndian.Uint32(index[12:])
		if kind != oneText && kind != manyTexts && kind != translated || int64(at) >= int64(len(values)) {
			continue
		}
		if tag == compressor {
			suffix = suffixOf(value(values[at:]))
		}
		if texts[tag] == "" {
			continue
		}
		for b := values[at:]; count > 0 && len(b) > 0; count-- {
			v := value(b)
			b = b[min(len(v)+1, len(b)):]
			if spare -= len(v) + 1; spare < 0 {
				return "", broken(errForm)
			}
			t.AppendString(texts[tag] + ": ")
			t.Append(bytes.ToValidUTF8(v, nil)...)
			t.Append('\n')
			if err := t.Drain(); err != nil {
				return "", err
			}
		}
	}
	return suffix, t.End()
}

// header reads a header: the index of its values and these, valid until the next is read.
func header(r *entries.Reader) (index, values []byte, err error) {
	b, err := r.Head(16)
	if err != nil {
		return nil, nil, err
	}
	if !bytes.HasPrefix(b, []byte("\x8e\xad\xe8\x01")) {
		return nil, nil, errForm
	}
	n, size := binary.BigEndian.Uint32(b[8:]), binary.BigEndian.Uint32(b[12:])
	if n > maxEntries || size > maxStore {
		return nil, nil, errLarge
	}
	b, err = r.Head(int(n)*entrySize + int(size))
	if err != nil {
		return nil, nil, err
	}
	return b[:n*entrySize], b[n*entrySize:], nil
}

// value is the text that begins b.
func value(b []byte) []byte {
	if n := bytes.IndexByte(b, 0); n >= 0 {
		return b[:n]
	}
	return b
}

// suffixOf is that of files that a program packs.
func suffixOf(program []byte) string {
	switch string(program) {
	case "gzip":
		return ".gz"
	case "bzip2":
		return ".bz2"
	case "xz":
		return ".xz"
	case "lzma":
		return ".lzma"
	case "zstd":
		return ".zst"
	}
	return ""
}

// broken says what an error of the headers means.
func broken(err error) error {
	switch {
	case errors.Is(err, errLarge):
		return &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	}
	return &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
}
