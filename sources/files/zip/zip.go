// Package zip reads ZIP archives (PKWARE APPNOTE 6.3, ZIP64 included) and hands
// their entries to the walker.
//
// It reads by the central directory, and where that is missing, damaged or out
// of reach, entry by entry from the front. Encrypted entries are told, not
// tried. Methods: stored, deflate, deflate64, bzip2,
// LZMA, zstandard and xz; others (PPMd) are told as unsupported. Names are
// UTF-8 or, without the flag, code page 850, as Windows and DOS write them. They
// are only names: nothing is ever written, so that ../ and absolute ones do no
// harm. Office documents, which are ZIP archives too, are named as what they
// are and not opened here; workbooks have a format of their own.
package zip

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"time"
	"unicode/utf8"

	"recense/sources"
)

const (
	name      = "zip"
	mediaType = "application/zip"
)

// Format is the ZIP archive.
var Format = sources.Format{
	Name: name,
	Doc: `ZIP archive
APPNOTE 6.3 with ZIP64; stored, deflate, deflate64, bzip2, LZMA, zstandard, xz. Encrypted entries are reported. Archives without a
central directory are read from the front. Split archives are not joined: the first part is read and says that others are missing.`,
	MediaType:  mediaType,
	Extensions: []string{".zip", ".jar", ".war", ".ear", ".kmz", ".xpi", ".apk"},
	Sniff:      sniff,
	Read:       read,
}

// sniff looks for a local header, an empty archive, or the mark of a split one.
func sniff(head []byte, _ string, _ int64) bool {
	if len(head) < 4 || head[0] != 'P' || head[1] != 'K' {
		return false
	}
	switch binary.LittleEndian.Uint16(head[2:]) {
	case 0x0403, 0x0605, 0x0807, 0x3030:
		return true
	}
	return false
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: name, Bytes: max(in.Size, 0)}
	if in.At == nil || in.Size < 0 {
		if rest := hold(&in); rest != nil {
			return res, split(in.Head, stream(ctx, &res, rest, out))
		}
		res.Bytes = in.Size
	}
	r, err := zip.NewReader(in.At, in.Size)
	if err != nil && r == nil || err != nil && len(r.File) == 0 {
		if err := ctx.Err(); err != nil {
			return res, err
		}
		if err := stream(ctx, &res, io.NewSectionReader(in.At, 0, in.Size), out); err != nil {
			return res, split(in.Head, err)
		}
		return res, split(in.Head, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}) // a directory that cannot be read
	}
	r.RegisterDecompressor(zip.Deflate, Inflate)
	if media := office(r.File); media != "" {
		res.MediaType = media
		return res, &sources.FormatError{Status: sources.Unsupported, Reason: sources.UnknownFormat}
	}
	return res, entries(ctx, r.File, out)
}

// split makes the end of the first part of a split archive (APPNOTE 8.5.3), which begins with a mark, no
// damage: the rest lies in other files.
func split(head []byte, err error) error {
	var fe *sources.FormatError
	if errors.As(err, &fe) && fe.Reason == sources.Truncated && bytes.HasPrefix(head, []byte("PK\x07\x08")) {
		return &sources.FormatError{Status: fe.Status, Reason: sources.MissingPart}
	}
	return err
}

// held is how much of an archive inside another is held in memory, so that its
// central directory can be read; longer ones are read from the front.
const held = 16 << 20

// hold gives in random access when it is short, and returns all of it to be read
// from the front otherwise.
func hold(in *sources.Input) io.Reader {
	if in.Size > held {
		return in.Reader
	}
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(in.Reader, held))
	if err != nil || n == held {
		return io.MultiReader(&b, in.Reader) // a failure comes again where it belongs
	}
	in.Size, in.At = n, bytes.NewReader(b.Bytes())
	return nil
}

// entries hands over the entries of a central directory.
func entries(ctx context.Context, files []*zip.File, out sources.Output) error {
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if f.Mode().IsDir() || isFolder(f.Name) {
			continue
		}
		if err := entry(f, out); err != nil {
			return err
		}
	}
	return nil
}

// entry hands over one entry. An archive with damaged entries is not partial:
// its members say for themselves what became of them.
func entry(f *zip.File, out sources.Output) error {
	m := sources.Member{Name: nameOf(f.Name, f.NonUTF8), Size: int64(f.UncompressedSize64), ModTime: f.Modified}
	if m.Size < 0 {
		m.Size = -1
	}
	switch {
	case f.Flags&encrypted != 0:
		m.Status, m.Detail = sources.Encrypted, sources.PasswordProtected
	case knows(f.Method):
		return other(f, m, out)
	case f.Method != zip.Store && f.Method != zip.Deflate:
		m.Status, m.Detail = sources.Unsupported, sources.UnknownMethod
	default:
		r, err := f.Open()
		if err != nil {
			m.Status, m.Detail = sources.Unreadable, sources.Corrupt
			break
		}
		defer r.Close()
		m.Reader = r
	}
	return out.Member(m)
}

// other hands over an entry of a method that archive/zip does not know.
func other(f *zip.File, m sources.Member, out sources.Output) error {
	raw, err := f.OpenRaw()
	if err != nil {
		m.Status, m.Detail = sources.Unreadable, sources.Corrupt
		return out.Member(m)
	}
	body, done, err := unpack(f.Method, f.Flags, m.Size, raw)
	if err != nil {
		m.Status, m.Detail = sources.Unreadable, sources.Corrupt
		return out.Member(m)
	}
	defer done()
	m.Reader = &checked{r: body, crc: f.CRC32, size: m.Size}
	return out.Member(m)
}

// Bits of the general purpose flag.
const (
	encrypted      = 1 << 0
	dataDescriptor = 1 << 3
	utf8Name       = 1 << 11
)

func isFolder(name string) bool {
	return name != "" && (name[len(name)-1] == '/' || name[len(name)-1] == '\\')
}

// nameOf decodes a name that is not said to be UTF-8. Many programs write UTF-8
// without saying so.
func nameOf(s string, other bool) string {
	if !other || utf8.ValidString(s) {
		return s
	}
	b := make([]rune, 0, len(s))
	for _, c := range []byte(s) {
		if c < 0x80 {
			b = append(b, rune(c))
		} else {
			b = append(b, cp850[c-0x80])
		}
	}
	return string(b)
}

// cp850 are the characters from 80 to FF of code page 850.
var cp850 = []rune("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0")

// office returns the media type of a document that is kept in a ZIP archive.
func office(files []*zip.File) string {
	for i, f := range files {
		switch f.Name {
		case "word/document.xml":
			return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		case "ppt/presentation.xml":
			return "application/vnd.openxmlformats-officedocument.presentationml.presentation"
		case "xl/workbook.xml":
			return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		case "xl/workbook.bin":
			return "application/vnd.ms-excel.sheet.binary.macroenabled.12"
		case "mimetype":
			if i == 0 {
				if media := declared(f); media != "" {
					return media
				}
			}
		}
	}
	return ""
}

// declared returns the content of the first entry of OpenDocument and EPUB.
func declared(f *zip.File) string {
	r, err := f.Open()
	if err != nil {
		return ""
	}
	defer r.Close()
	b, _ := io.ReadAll(io.LimitReader(r, 128))
	return known(string(b))
}

// known keeps content out of the results: only types of documents get through.
func known(media string) string {
	switch media {
	case "application/epub+zip",
		"application/vnd.oasis.opendocument.text",
		"application/vnd.oasis.opendocument.text-template",
		"application/vnd.oasis.opendocument.spreadsheet",
		"application/vnd.oasis.opendocument.spreadsheet-template",
		"application/vnd.oasis.opendocument.presentation",
		"application/vnd.oasis.opendocument.graphics":
		return media
	}
	return ""
}

// dosTime reads a modification time of two 16-bit halves.
func dosTime(date, clock uint16) time.Time {
	return time.Date(int(date>>9)+1980, time.Month(date>>5&15), int(date&31), int(clock>>11), int(clock>>5&63), int(clock&31)*2, 0, time.UTC)
}
