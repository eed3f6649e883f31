package files

import (
	"bytes"
	"path"
	"strings"

	"recense/sources"
)

// choice is the format of an input, or why there is none.
type choice struct {
	format    *sources.Format
	status    sources.Status // when there is none
	detail    sources.Reason // also beside a format: wrong_extension
	mediaType string         // of a medium, and of what no format reads
}

// choose finds the format by the first bytes. The extension decides nothing: it
// only tells a damaged file from one of no known format, and an honest name from
// a wrong one. named is the format that the extension promises.
func choose(formats []sources.Format, named *sources.Format, head []byte, name string, size int64) choice {
	media := refineMedia(head, magic(head))
	noText := mediaKind(media) != "" && bytes.IndexByte(head[:min(len(head), 64)], 0) >= 0
	for i := range formats {
		f := &formats[i]
		if noText && readable(f) || !f.Sniff(head, name, size) {
			continue
		}
		c := choice{format: f}
		if !readable(f) {
			c.mediaType = media
		}
		if named != nil && named != f && !(readable(named) && readable(f)) && !hasExtension(f, name) {
			c.detail = sources.WrongExtension
		}
		return c
	}
	switch {
	case media == "" && volume(name):
		return choice{status: sources.Unsupported, detail: sources.MissingPart}
	case named == nil || readable(named) && media == "":
		return choice{status: sources.Unsupported, detail: sources.UnknownFormat, mediaType: media}
	case media != "":
		return choice{status: sources.Unsupported, detail: sources.WrongExtension, mediaType: media}
	}
	return choice{status: sources.Unreadable, detail: sources.Corrupt, mediaType: named.MediaType}
}

// volume reports whether a name is that of a part of a split archive, of which only the first one says
// what it is: a.z02, a.r00, a.7z.002, a.zip.003.
func volume(name string) bool {
	ext := path.Ext(name)
	if len(ext) != 4 || !digit(ext[2]) || !digit(ext[3]) {
		return false
	}
	if !digit(ext[1]) {
		return ext[1]|0x20 == 'z' || ext[1]|0x20 == 'r'
	}
	switch strings.ToLower(path.Ext(strings.TrimSuffix(name, ext))) {
	case ".7z", ".zip", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".iso":
		return true
	}
	return false
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// readable reports whether f is a kind of text, so that a wrong extension says
// little: CSV is often called .txt.
func readable(f *sources.Format) bool {
	return strings.HasPrefix(f.MediaType, "text/") || strings.HasSuffix(f.MediaType, "json") || strings.HasSuffix(f.MediaType, "xml") || strings.HasSuffix(f.MediaType, "sql")
}

// extensions finds the format that the extension of a name promises.
type extensions map[string]*sources.Format // by the extension in small letters

func extensionsOf(formats []sources.Format) extensions {
	all := extensions{}
	for i := range formats {
		for _, e := range formats[i].Extensions {
			if e = strings.ToLower(e); all[e] == nil { // the first one
				all[e] = &formats[i]
			}
		}
	}
	return all
}

// of returns the format that the extension of name promises, nil for none.
func (x extensions) of(name string) *sources.Format {
	var small [16]byte
	ext := path.Ext(name)
	if ext == "" || len(ext) > len(small) {
		return nil
	}
	for i := range len(ext) {
		c := ext[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		small[i] = c
	}
	return x[string(small[:len(ext)])]
}

func hasExtension(f *sources.Format, name string) bool {
	ext := path.Ext(name)
	for _, e := range f.Extensions {
		if len(e) == len(ext) && strings.EqualFold(e, ext) {
			return true
		}
	}
	return false
}

// magic names a few common kinds of file that no format reads, so that the
// inventory can say what was left out. Empty for all others.
func magic(head []byte) string {
	if len(head) == 0 {
		return ""
	}
	for _, m := range magicsByFirst[head[0]] {
		if len(head) > m.at && head[m.at] == m.text[0] && bytes.HasPrefix(head[m.at:], []byte(m.text)) {
			return m.media
		}
	}
	return ""
}

// magicsByFirst are those of magics that a file with that first byte may have, in
// their order.
var magicsByFirst = func() (by [256][]kindOfFile) {
	for _, m := range magics {
		for b := range by {
			if m.at > 0 || m.text[0] == byte(b) {
				by[b] = append(by[b], m)
			}
		}
	}
	return by
}()

// kindOfFile is told by the text that stands at an offset.
type kindOfFile struct {
	at          int
	text, media string
}

var magics = []kindOfFile{
	{0, "\xff\xd8\xff", "image/jpeg"},
	{0, "\x89PNG\r\n\x1a\n", "image/png"},
	{0, "GIF8", "image/gif"},
	{0, "II*\x00", "image/tiff"},
	{0, "MM\x00*", "image/tiff"},
	{4, "ftyp", "video/mp4"},
	{0, "RIFF", "application/x-riff"},
	{0, "ID3", "audio/mpeg"},
	{0, "OggS", "application/ogg"},
	{0, "fLaC", "audio/flac"},
	{0, "\x7fELF", "application/x-elf"},
	{0, "MZ", "application/vnd.microsoft.portable-executable"},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"},
	{0, "!BDN", "application/vnd.ms-outlook-pst"},
	{0, "SQLite format 3\x00", "application/vnd.sqlite3"},
	{8, "DUCK", "application/vnd.duckdb"}, // behind the checksum of the header
	{0, "7\x7f\x06\x82", "application/vnd.sqlite3-wal"},
	{0, "7\x7f\x06\x83", "application/vnd.sqlite3-wal"},
	{0, "\xd9\xd5\x05\xf9 \xa1c\xd7", "application/vnd.sqlite3-journal"},
	{0, "PAR1", "application/vnd.apache.parquet"},
	{0, "ARROW1", "application/vnd.apache.arrow.file"},
	{0, "Obj\x01", "application/avro"},
	{0, "ORC", "application/x-orc"},
	{4, "Standard Jet DB", "application/vnd.ms-access"},
	{4, "Standard ACE DB", "application/vnd.ms-access"},
	{0, "FEA1", "application/vnd.apache.arrow.feather"},
	{0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{0, "Rar!\x1a\x07", "application/vnd.rar"},
	{0, "\xfd7zXZ\x00", "application/x-xz"},
	{0, "BZh", "application/x-bzip2"},
	{0, "\x28\xb5\x2f\xfd", "application/zstd"},
	{0, "%PDF-", "application/pdf"},
	{0, "PK\x03\x04", "application/zip"},
	{0, "\x1f\x8b", "application/gzip"},
}
