// Package vba reads the source of the macros of Office documents (MS-OVBA): paths of
// exports, connections with their passwords, addresses to which a macro sends.
//
// Each module is a text of its own, in the code page in which it was written; that is
// Windows-1252 for macros of French writers, and pages of other scripts are read like
// it. Forms, what they show, compiled code and modules without source are not read; the
// last are told.
package vba

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/bits"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/cfb"
)

const (
	name      = "vba"
	mediaType = "application/vnd.ms-office.vbaProject"
)

// Format is the file of macros (vbaProject.bin) that lies in documents of Office Open
// XML. Package ole knows it by its streams.
var Format = sources.Format{
	Name:      name,
	Doc:       "Macros of Office documents (vbaProject.bin)\nMS-OVBA. The source of each module. Forms and compiled code are not read.",
	MediaType: mediaType,
	Sniff:     func([]byte, string, int64) bool { return false },
	Read:      read,
	Random:    true,
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: name, Bytes: max(in.Size, 0)}
	f, err := cfb.Open(in.At, in.Size)
	if err != nil {
		return res, err
	}
	return res, Modules(ctx, f, out)
}

// projects are the storages of macros: of a file of its own, of a workbook, of a
// document.
var projects = [...]string{"VBA", "_VBA_PROJECT_CUR/VBA", "Macros/VBA"}

// maxModule bounds what is read of a module, in bytes; Office allows 64 KiB of a procedure.
const maxModule = 16 << 20

// Modules hands over the source of the macros in a document, which may have none.
func Modules(ctx context.Context, f *cfb.File, out sources.Output) error {
	for _, project := range projects {
		for _, s := range f.Under(project) {
			if err := ctx.Err(); err != nil {
				return err
			}
			name := s.Path[len(project)+1:]
			if low := strings.ToLower(name); low == "dir" || low == "_vba_project" || strings.HasPrefix(low, "__srp_") {
				continue
			}
			if err := module(s, "macro "+name, out); err != nil {
				return err
			}
		}
	}
	return nil
}

// module hands over the source of one module, and tells what of it cannot be read.
func module(s *cfb.Stream, part string, out sources.Output) error {
	place := sources.Location{Part: part, Byte: -1}
	b, err := s.Bytes(maxModule)
	from := source(b)
	switch {
	case err != nil && from < 0:
		return out.Skip(place, cfb.Reason(err))
	case from < 0:
		return out.Skip(place, sources.UnknownFormat)
	}
	t := cells.NewText(out)
	defer t.Close()
	t.Part = part
	whole := true
	for b = b[from+1:]; len(b) > 0 && whole; {
		var chunk [chunkSize]byte
		var n, used int
		n, used, whole = inflate(&chunk, b)
		t.Append(chunk[:n]...)
		b = b[used:]
		if err := t.Drain(); err != nil {
			return err
		}
	}
	if err := t.End(); err != nil {
		return err
	}
	switch {
	case s.Size > maxModule:
		return out.Skip(place, sources.SizeLimit)
	case err != nil:
		return out.Skip(place, cfb.Reason(err))
	case !whole:
		return out.Skip(place, sources.Corrupt)
	}
	return nil
}

// source returns where the packed source begins: it stands behind compiled code and
// begins with "Attribute", whose first eight letters are packed as they are. -1 when
// there is none.
func source(b []byte) int {
	const begin = "\x00Attribut"
	for at := 0; ; at++ {
		i := bytes.Index(b[at:], []byte(begin))
		if i < 0 {
			return -1
		}
		if at += i; at >= 3 && b[at-3] == 1 {
			return at - 3
		}
	}
}

// chunkSize is what a chunk unpacks to at most.
const chunkSize = 4096

// inflate unpacks the chunk that src begins with (MS-OVBA 2.4.1.3) and returns how long
// it is and how much of src it took; ok is false when it is damaged.
func inflate(dst *[chunkSize]byte, src []byte) (n, used int, ok bool) {
	if len(src) < 2 {
		return 0, len(src), false
	}
	head := binary.LittleEndian.Uint16(src)
	used = min(int(head&0x0FFF)+3, len(src))
	if head>>12&7 != 3 {
		return 0, len(src), false
	}
	body := src[2:used]
	if head>>15 == 0 {
		n = copy(dst[:], body)
		return n, used, n == chunkSize
	}
	for len(body) > 0 {
		flags := body[0]
		body = body[1:]
		for i := 0; i < 8 && len(body) > 0; i++ {
			if flags>>i&1 == 0 {
				if n == chunkSize {
					return n, used, false
				}
				dst[n] = body[0]
				n++
				body = body[1:]
				continue
			}
			if len(body) < 2 || n == 0 {
				return n, used, false
			}
			// The farther the chunk has come, the more bits say from where, and the
			// fewer how much.
			token := binary.LittleEndian.Uint16(body)
			body = body[2:]
			far := max(4, bits.Len(uint(n-1)))
			length, back := int(token&(0xFFFF>>far))+3, int(token>>(16-far))+1
			if back > n || n+length > chunkSize {
				return n, used, false
			}
			for range length {
				dst[n] = dst[n-back]
				n++
			}
		}
	}
	return n, used, true
}
