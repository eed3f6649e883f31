package compressed

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"

	"github.com/pierrec/lz4/v4"

	"recense/sources"
)

// LZ4 is the .lz4 file.
var LZ4 = sources.Format{
	Name: "lz4",
	Doc: `LZ4 (.lz4)
LZ4 Frame Format 1.6, and the legacy one: one file, also of several frames. Blocks are at most 8 MiB; dictionaries
are not known.`,
	MediaType:  "application/x-lz4",
	Extensions: []string{".lz4", ".tlz4"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return len(head) >= 7 && (binary.LittleEndian.Uint32(head) == lz4Frame && head[4]>>6 == 1 || binary.LittleEndian.Uint32(head) == lz4Legacy)
	},
	Read: func(_ context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
		return member(in, out, func(r io.Reader) (io.Reader, func(), error) {
			return &lz4Reader{in: bufio.NewReader(r)}, func() {}, nil
		})
	},
}

const (
	lz4Frame  = 0x184D2204
	lz4Legacy = 0x184C2102
)

// lz4Reader reads frames one after the other.
type lz4Reader struct {
	in *bufio.Reader
	r  *lz4.Reader
}

// Read implements io.Reader.
func (l *lz4Reader) Read(b []byte) (int, error) {
	if l.r == nil {
		l.r = lz4.NewReader(l.in)
		if err := l.r.Apply(lz4.ConcurrencyOption(1)); err != nil {
			return 0, err
		}
	}
	n, err := l.r.Read(b)
	if err == io.EOF && n == 0 {
		if _, err := l.in.Peek(1); err != nil {
			return 0, err
		}
		l.r.Reset(l.in)
		if n, err = l.r.Read(b); err == io.EOF && n == 0 {
			return 0, io.ErrNoProgress // neither a frame nor the end
		}
		return n, err
	}
	return n, err
}
