package compressed

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/ulikunitz/xz/lzma"

	"recense/sources"
)

// LZMA is the file of LZMA alone, as lzma and xz --format=lzma write it. It has no magic
// number: the fields of its head and the extension tell it.
var LZMA = sources.Format{
	Name: "lzma",
	Doc: `LZMA (.lzma)
The format of LZMA Utils; dictionaries up to 64 MiB. Told by its head and its extension together.`,
	MediaType:  "application/x-lzma",
	Extensions: []string{".lzma", ".tlz"},
	Sniff: func(head []byte, name string, _ int64) bool {
		ext := strings.ToLower(path.Ext(name))
		if ext != ".lzma" && ext != ".tlz" || len(head) < 13 || head[0] >= 9*5*5 {
			return false
		}
		dictionary, size := binary.LittleEndian.Uint32(head[1:]), int64(binary.LittleEndian.Uint64(head[5:]))
		return dictionary >= 1<<12 && (size == -1 || size >= 0 && size < 1<<50)
	},
	Read: func(_ context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
		return member(in, out, func(r io.Reader) (io.Reader, func(), error) {
			b := bufio.NewReader(r)
			var head [13]byte
			if _, err := io.ReadFull(b, head[:]); err != nil {
				return nil, nil, cutShort(err)
			}
			l, err := NewLZMA([5]byte(head[:5]), int64(binary.LittleEndian.Uint64(head[5:])), b)
			return l, func() {}, err
		})
	},
}

// NewLZMA returns a reader of LZMA with the properties that stand in front of it: of
// size bytes, or up to its mark when size is -1.
func NewLZMA(properties [5]byte, size int64, r io.Reader) (io.Reader, error) {
	if binary.LittleEndian.Uint32(properties[1:]) > maxWindow {
		return nil, errWindow
	}
	head := binary.LittleEndian.AppendUint64(properties[:], uint64(size))
	l, err := lzma.ReaderConfig{DictCap: maxWindow}.NewReader(io.MultiReader(bytes.NewReader(head), r))
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, io.ErrUnexpectedEOF
		}
		return nil, errCorrupt
	}
	return l, nil
}

// NewZstd returns a reader of Zstandard and what gives its memory back.
func NewZstd(r io.Reader) (io.Reader, func(), error) { return unzstdOnce(r) }
