package uu

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"path"
	"strings"
	"unicode/utf8"
)

// coding is how the lines of a block are written.
type coding byte

const (
	none coding = iota
	uu
	xx
	based // begin-base64 of POSIX
)

// maxLine bounds a line of a block, in bytes.
const maxLine = 128

// Block is a file within a text. Use Open.
type Block struct {
	Name string // as the first line says

	r      *bufio.Reader
	coding coding
	out    []byte
	buf    [maxLine]byte
	rest   []byte
	err    error
}

// Open looks at line, which was read from r and does not lie in its buffer, and at the one behind it. It returns the file that
// begins there, nil for none; nothing is read from r until the block is.
func Open(line []byte, r *bufio.Reader) *Block {
	if len(line) < len("begin 644 x") || line[0] != 'b' {
		return nil
	}
	word, rest, _ := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(" "))
	mode, name, ok := bytes.Cut(rest, []byte(" "))
	if !ok || len(mode) < 3 || len(mode) > 6 || len(bytes.Trim(mode, "01234567")) > 0 || len(name) == 0 {
		return nil
	}
	next, _ := r.Peek(maxLine)
	if end := bytes.IndexByte(next, '\n'); end >= 0 {
		next = next[:end]
	}
	next = bytes.TrimRight(next, "\r")
	b := &Block{Name: nameOf(name), r: r}
	switch string(word) {
	case "begin":
		if b.coding = uu; !b.holds(next) {
			if b.coding = xx; !b.holds(next) {
				return nil
			}
		}
	case "begin-base64":
		if b.coding = based; !b.holds(next) {
			return nil
		}
	default:
		return nil
	}
	return b
}

// nameOf is the last element of a name, as text.
func nameOf(b []byte) string {
	s := strings.ToValidUTF8(string(b[:min(len(b), 1024)]), string(utf8.RuneError))
	return path.Base(strings.ReplaceAll(s, "\\", "/"))
}

// Rest returns the line that ended the block and is none of it, empty behind its end mark.
func (b *Block) Rest() []byte { return b.rest }

// holds reports whether line could be the first of the block.
func (b *Block) holds(line []byte) bool {
	if b.ends(line) {
		return true
	}
	_, ok := b.decode(line)
	return ok
}

// ends reports whether line is the end mark.
func (b *Block) ends(line []byte) bool {
	if b.coding == based {
		return string(line) == "===="
	}
	return string(line) == "end"
}

// Read implements io.Reader. A block without its end mark ends with io.ErrUnexpectedEOF.
func (b *Block) Read(p []byte) (int, error) {
	for len(b.out) == 0 {
		if b.err != nil {
			return 0, b.err
		}
		b.next()
	}
	n := copy(p, b.out)
	b.out = b.out[n:]
	return n, nil
}

// next reads a line.
func (b *Block) next() {
	line, err := b.r.ReadSlice('\n')
	text := bytes.TrimRight(line, "\r\n")
	out, ok := b.decode(text)
	switch {
	case b.ends(text):
		b.err = io.EOF
	case len(line) == 0 || !ok:
		b.rest, b.err = bytes.Clone(line), io.ErrUnexpectedEOF
	default:
		if b.out = out; err != nil && err != bufio.ErrBufferFull {
			b.err = io.ErrUnexpectedEOF
		}
	}
}

// decode undoes a line; ok says that it is one of the block. Blanks at the end of a line are
// lost on some ways, and some programs write a check character there.
func (b *Block) decode(line []byte) (out []byte, ok bool) {
	if len(line) >= maxLine {
		return nil, false
	}
	if b.coding == based {
		n, err := base64.StdEncoding.Decode(b.buf[:], line)
		return b.buf[:n], err == nil && len(line) > 0
	}
	if len(line) == 0 {
		return nil, false
	}
	size := int(b.value(line[0]))
	groups := (size + 2) / 3
	if size > 63 || len(line) > 1+4*groups+2 || b.coding == xx && len(line) < 1+4*groups || len(line) < 1+4*groups-8 {
		return nil, false
	}
	for i := range groups {
		var g [4]byte
		for k := range g {
			if at := 1 + 4*i + k; at < len(line) {
				if g[k] = b.value(line[at]); g[k] > 63 {
					return nil, false
				}
			}
		}
		copy(b.buf[3*i:], []byte{g[0]<<2 | g[1]>>4, g[1]<<4 | g[2]>>2, g[2]<<6 | g[3]})
	}
	return b.buf[:size], true
}

// value returns what a letter stands for, 255 for none.
func (b *Block) value(c byte) byte {
	switch {
	case b.coding == uu && ' ' <= c && c <= '`':
		return (c - ' ') & 63
	case b.coding == uu:
		return 255
	case c == '+':
		return 0
	case c == '-':
		return 1
	case '0' <= c && c <= '9':
		return c - '0' + 2
	case 'A' <= c && c <= 'Z':
		return c - 'A' + 12
	case 'a' <= c && c <= 'z':
		return c - 'a' + 38
	}
	return 255
}
