package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"strings"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// The encodings of French exports. A character that an encoding lacks is a
// mistake in this program.
var (
	cp850   = charmap.CodePage850
	windows = charmap.Windows1252
	ebcdic  = charmap.CodePage037
	utf16le = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	utf16be = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
)

const bom = "\ufeff"

func encode(e encoding.Encoding, text string) []byte {
	b, err := e.NewEncoder().Bytes([]byte(text))
	if err != nil {
		panic("gen: a character is not in the encoding: " + err.Error())
	}
	return b
}

// table is rows of cells, the first one the header.
type table [][]string

// csv joins cells without quoting: the cells of this program need none.
func (t table) csv(sep, newline string) string {
	var b strings.Builder
	for _, row := range t {
		b.WriteString(strings.Join(row, sep) + newline)
	}
	return b.String()
}

// quoted writes every cell between quotes, doubling those inside.
func (t table) quoted(sep string) string {
	var b strings.Builder
	for _, row := range t {
		for i, c := range row {
			if i > 0 {
				b.WriteString(sep)
			}
			b.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

// fixed pads or cuts s to n characters.
func fixed(s string, n int) string {
	r := []rune(s)
	if len(r) >= n {
		return string(r[:n])
	}
	return s + strings.Repeat(" ", n-len(r))
}

// entry is a member of an archive.
type entry struct {
	name string
	data []byte
}

// stamp is the time of every member.
var stamp = time.Date(2026, 3, 31, 9, 30, 0, 0, time.UTC)

func zipped(entries ...entry) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: stamp})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(e.data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

func tarred(entries ...entry) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.data)), ModTime: stamp, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

func gzipped(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}
