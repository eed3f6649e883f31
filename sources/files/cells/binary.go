package cells

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"recense/sources"
)

// maxOdd is the size in bytes below which a binary value is a key, a checksum or
// a flag: no document is that short.
const maxOdd = 64

// Blobs decides what becomes of the binary values of a table.
type Blobs struct {
	out  sources.Output
	told map[string]bool
}

// NewBlobs returns Blobs that writes to out.
func NewBlobs(out sources.Output) *Blobs { return &Blobs{out: out} }

// Give returns a value that is text, as UTF-8, to be a cell. One that begins like
// a document, a picture, sound or an archive is handed over as a member; of
// others that are no short ones, the first of each column is told.
func (b *Blobs) Give(value []byte, part, field string, row int64) ([]byte, error) {
	if Known(value) {
		name := fmt.Sprintf("%s[%d]", field, row)
		if part != "" {
			name = part + "." + name
		}
		return nil, b.out.Member(sources.Member{Name: name, Size: int64(len(value)), Reader: bytes.NewReader(value), Embedded: true})
	}
	if text := BinaryText(value); text != nil {
		return text, nil
	}
	return nil, b.Tell(len(value), part, field, row)
}

// Tell tells once of each column that it holds binary values of no known kind.
func (b *Blobs) Tell(size int, part, field string, row int64) error {
	key := part + "\x00" + field
	if size < maxOdd || b.told[key] || len(b.told) >= 4096 {
		return nil
	}
	if b.told == nil {
		b.told = make(map[string]bool)
	}
	b.told[key] = true
	return b.out.Skip(sources.Location{Part: part, Field: field, Row: row, Byte: -1}, sources.UnknownFormat)
}

// BinaryText returns a binary value that is text as UTF-8, nil when it is none.
func BinaryText(b []byte) []byte {
	if isText(b) {
		return b
	}
	e, skip := shape(b)
	switch e {
	case UTF16LE:
		b = AppendUTF16(nil, b[skip:], binary.LittleEndian)
	case UTF16BE:
		b = AppendUTF16(nil, b[skip:], binary.BigEndian)
	}
	if e == UTF8 || !isText(b) || 4*ascii(b) < 3*len(b) {
		return nil
	}
	return b
}

// ascii counts the bytes below 80.
func ascii(b []byte) (n int) {
	for _, c := range b {
		if c < utf8.RuneSelf {
			n++
		}
	}
	return n
}

// isText reports whether b is UTF-8 without control characters but those of text.
func isText(b []byte) bool {
	or, rest := byte(0), b
	for ; len(rest) >= 8; rest = rest[8:] { // eight at a time, as long as they are from 20 to 7F
		if w := binary.LittleEndian.Uint64(rest); (w|(w-0x2020202020202020))&0x8080808080808080 != 0 {
			break
		}
	}
	for _, c := range rest {
		if or |= c; c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return or < utf8.RuneSelf || utf8.Valid(b)
}

// AppendUTF16 appends text of 16-bit units to out as UTF-8.
func AppendUTF16(out, b []byte, order binary.ByteOrder) []byte {
	for ; len(b) >= 2; b = b[2:] {
		c := rune(order.Uint16(b))
		if utf16.IsSurrogate(c) && len(b) >= 4 {
			if pair := utf16.DecodeRune(c, rune(order.Uint16(b[2:]))); pair != utf8.RuneError {
				c, b = pair, b[2:]
			}
		}
		out = utf8.AppendRune(out, c)
	}
	return out
}

// Known reports whether a binary value begins like a document, a picture, sound
// or an archive.
func Known(b []byte) bool {
	if len(b) < 3 {
		return false
	}
	if len(b) >= 12 && (string(b[4:8]) == "ftyp" || string(b[:4]) == "RIFF") {
		return true
	}
	for _, m := range byFirst[b[0]] {
		if bytes.HasPrefix(b, m) {
			return true
		}
	}
	return false
}

// byFirst are magics by their first byte; each has three bytes or more.
var byFirst = func() (all [256][][]byte) {
	for _, m := range magics {
		all[m[0]] = append(all[m[0]], m)
	}
	return all
}()

var magics = [][]byte{
	[]byte("%PDF-"), []byte("PK\x03\x04"), []byte("\x1f\x8b\x08"), []byte("\xd0\xcf\x11\xe0"), []byte("{\\rtf"), []byte("BZh"),
	[]byte("\x28\xb5\x2f\xfd"), []byte("\xfd7zXZ"), []byte("7z\xbc\xaf"), []byte("Rar!"), []byte("SQLite format 3"),
	[]byte("\xff\xd8\xff"), []byte("\x89PNG"), []byte("GIF8"), []byte("II*\x00"), []byte("MM\x00*"), []byte("ID3"), []byte("OggS"), []byte("fLaC"),
}
