package zip

import (
	"bufio"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"
)

// inflater reads deflate (RFC 1951); it is kept for its memory. That of the
// standard library takes half as long again.
type inflater struct {
	from *bufio.Reader
	r    io.ReadCloser
}

var inflaters = sync.Pool{New: func() any {
	from := bufio.NewReaderSize(nil, 32<<10)
	return &inflater{from, flate.NewReader(from)}
}}

// Inflate is the zip.Decompressor of archives with a central directory.
func Inflate(from io.Reader) io.ReadCloser {
	i := inflaters.Get().(*inflater)
	i.from.Reset(from)
	// Without a dictionary Reset has nothing to refuse.
	_ = i.r.(flate.Resetter).Reset(i.from, nil)
	return &inflating{i: i}
}

// inflating is an inflater in use.
type inflating struct{ i *inflater }

// Read implements io.Reader.
func (d *inflating) Read(b []byte) (int, error) {
	if d.i == nil {
		return 0, io.ErrClosedPipe
	}
	return d.i.r.Read(b)
}

// Close gives the memory back.
func (d *inflating) Close() error {
	if d.i != nil {
		d.i.from.Reset(nil)
		inflaters.Put(d.i)
		d.i = nil
	}
	return nil
}
