// Package codepage reads text in the code pages that Microsoft's programs name by
// number: documents of Office before 2007, rich text, mails of Outlook.
package codepage

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The pages that are no page of single bytes.
const (
	UTF16 = 1200
	UTF8  = 65001
)

var pages = map[int]*charmap.Charmap{
	437: charmap.CodePage437, 850: charmap.CodePage850, 858: charmap.CodePage858, 874: charmap.Windows874,
	1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252, 1253: charmap.Windows1253,
	1254: charmap.Windows1254, 1255: charmap.Windows1255, 1256: charmap.Windows1256, 1257: charmap.Windows1257,
	1258: charmap.Windows1258, 10000: charmap.Macintosh, 32768: charmap.Macintosh, 20127: charmap.Windows1252,
	28591: charmap.Windows1252, 28592: charmap.ISO8859_2, 28605: charmap.ISO8859_15,
}

var wide = map[int]encoding.Encoding{
	932: japanese.ShiftJIS, 936: simplifiedchinese.GBK, 949: korean.EUCKR, 950: traditionalchinese.Big5,
}

// Table returns the characters of a page of single bytes; Windows-1252 for those
// that are not known or have more than one byte.
func Table(page int) *[256]rune {
	var t [256]rune
	for i := range t {
		t[i] = of(page).DecodeByte(byte(i))
	}
	return &t
}

// NewReader returns r, in a page, as UTF-8.
func NewReader(page int, r io.Reader) io.Reader {
	switch e := wide[page]; {
	case page == UTF8:
		return r
	case page == UTF16:
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder())
	case e != nil:
		return transform.NewReader(r, e.NewDecoder())
	}
	return transform.NewReader(r, of(page).NewDecoder())
}

// String returns b as UTF-8, up to the first zero.
func String(page int, b []byte) string {
	if page == UTF16 {
		return Wide(b)
	}
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	if page == UTF8 {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	if e := wide[page]; e != nil {
		if s, err := e.NewDecoder().Bytes(b); err == nil {
			return string(s)
		}
	}
	dst := make([]byte, 0, len(b))
	for _, x := range b {
		dst = utf8.AppendRune(dst, of(page).DecodeByte(x))
	}
	return string(dst)
}

func of(page int) *charmap.Charmap {
	if c := pages[page]; c != nil {
		return c
	}
	return charmap.Windows1252
}

// Wide returns little-endian UTF-16 as UTF-8, up to the first zero.
func Wide(b []byte) string {
	u := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		c := uint16(b[0]) | uint16(b[1])<<8
		if c == 0 {
			break
		}
		u = append(u, c)
	}
	return string(utf16.Decode(u))
}
