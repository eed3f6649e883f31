// Package cpio reads archives of cpio (POSIX.1-1988 "odc", SVR4 "newc" and "crc", the old
// binary form of either byte order) and hands their files to the walker.
//
// Links, devices and folders hold no content and are passed over; of files with several names the
// last one has the content. Check sums are not compared. Packages of RPM with files beyond
// 4 GiB leave the sizes out of the archive: those are told. What stands behind the end mark, as in
// the start images of Linux, is a member without a name.
package cpio

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strconv"
	"time"

	"recense/sources"
	"recense/sources/files/entries"
)

// Format is the archive of cpio.
var Format = sources.Format{
	Name: "cpio",
	Doc: `cpio archive
The forms odc, newc, crc and binary. Links and devices are passed over.`,
	MediaType:  "application/x-cpio",
	Extensions: []string{".cpio"},
	Sniff:      sniff,
	Read:       read,
}

// sniff wants the name to end where the header says, which two bytes of magic need.
func sniff(head []byte, _ string, _ int64) bool {
	h, err := headerOf(head)
	if err != nil {
		return err == errStripped
	}
	end := int64(h.size) + h.name
	return end <= int64(len(head)) && head[end-1] == 0
}

// maxName bounds the name of a file, in bytes.
const maxName = 64 << 10

// header is what is said of a file.
type header struct {
	size   int // of the header itself
	align  int64
	mode   int64
	name   int64 // bytes, with the zero at its end
	length int64
	time   int64
}

var (
	errForm     = errors.New("no header of cpio")
	errStripped = errors.New("header without sizes")
)

// longest is the size of the longest form of a header.
const longest = 110

// headerOf reads the header at the beginning of b, in the form that its first bytes say.
func headerOf(b []byte) (h header, err error) {
	if len(b) < 26 {
		return h, errForm
	}
	switch {
	case binary.LittleEndian.Uint16(b) == 0o070707:
		return old(b, binary.LittleEndian)
	case binary.BigEndian.Uint16(b) == 0o070707:
		return old(b, binary.BigEndian)
	case bytes.HasPrefix(b, []byte("07070X")):
		return h, errStripped
	case bytes.HasPrefix(b, []byte("070701")), bytes.HasPrefix(b, []byte("070702")):
		h = header{size: 110, align: 4}
		return h, h.numbers(b, 16, &h.mode, 14, 8, &h.time, 46, 8, &h.length, 54, 8, &h.name, 94, 8)
	case bytes.HasPrefix(b, []byte("070707")):
		h = header{size: 76, align: 1}
		return h, h.numbers(b, 8, &h.mode, 18, 6, &h.time, 48, 11, &h.length, 65, 11, &h.name, 59, 6)
	}
	return h, errForm
}

// numbers reads numbers of text; each is a place for it, an offset and a length.
func (h *header) numbers(b []byte, base int, fields ...any) error {
	if len(b) < h.size {
		return errForm
	}
	for i := 0; i < len(fields); i += 3 {
		at, n := fields[i+1].(int), fields[i+2].(int)
		v, err := strconv.ParseUint(string(b[at:at+n]), base, 62)
		if err != nil {
			return errForm // its text quotes
		}
		*fields[i].(*int64) = int64(v)
	}
	if h.name < 1 || h.name > maxName {
		return errForm
	}
	return nil
}

// old reads a binary header: words of 16 bits, of two the more significant one first.
func old(b []byte, order binary.ByteOrder) (header, error) {
	two := func(at int) int64 { return int64(order.Uint16(b[at:]))<<16 | int64(order.Uint16(b[at+2:])) }
	h := header{size: 26, align: 2, mode: int64(order.Uint16(b[6:])), time: two(16), name: int64(order.Uint16(b[20:])), length: two(22)}
	if h.name < 1 || h.mode == 0 && h.length > 0 {
		return h, errForm
	}
	return h, nil
}

// padding is what follows n bytes up to the next entry.
func (h header) padding(n int64) int64 { return (h.align - n%h.align) % h.align }

// minimum returns the size of the header of the form that the first bytes of head say.
func minimum(head []byte) int {
	switch {
	case head[0] != '0':
		return 26
	case bytes.HasPrefix(head, []byte("070707")):
		return 76
	}
	return longest
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	r := entries.New(in.Reader)
	res := sources.Result{Records: -1}
	if len(in.Head) < 26 {
		return res, broken(errForm)
	}
	size := minimum(in.Head)
	for {
		if err := ctx.Err(); err != nil {
			return res, err
		}
		last, err := entry(r, size, out)
		if last {
			err = behind(r, out)
		}
		if res.Bytes = r.N; err != nil || last {
			return res, err
		}
	}
}

// entry hands over the next file; last says that there is none.
func entry(r *entries.Reader, size int, out sources.Output) (last bool, err error) {
	b, err := r.Head(size)
	if err != nil {
		return false, broken(cut(err)) // the end is an entry too
	}
	h, err := headerOf(b)
	if err == nil && h.size != size { // of another form
		err = errForm
	}
	if err != nil {
		return false, broken(err)
	}
	pad := h.padding(int64(h.size) + h.name)
	if h.align == 2 {
		pad = h.padding(h.name)
	}
	b, err = r.Head(int(h.name + pad))
	if err != nil {
		return false, broken(cut(err))
	}
	name := string(bytes.TrimRight(b[:h.name], "\x00"))
	if name == "TRAILER!!!" {
		return true, nil
	}
	content := r.Content(h.length, h.padding(h.length))
	if h.mode&0o170000 != 0o100000 {
		return false, nil
	}
	m := sources.Member{Name: name, Size: h.length, ModTime: time.Unix(h.time, 0), Reader: content}
	if err := out.Member(m); err != nil {
		return false, err
	}
	if err := r.Err(); err != nil {
		return false, broken(err)
	}
	return false, nil
}

// behind hands over what stands behind the end mark and the zeros that fill its block.
func behind(r *entries.Reader, out sources.Output) error {
	rest, none, err := r.Rest()
	switch {
	case none:
		return nil
	case err != nil:
		return broken(err)
	}
	return out.Member(sources.Member{Size: -1, Reader: rest})
}

// cut makes an end that comes too early an error.
func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// broken says what an error means.
func broken(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	case errors.Is(err, errStripped):
		return &sources.FormatError{Status: sources.Partial, Reason: sources.UnknownMethod}
	}
	return &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
}
