package compressed

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/ulikunitz/xz/lzma"

	"recense/sources"
)

// XZ is the .xz file. The container is read here, because the size of every
// dictionary must be known before memory is taken for it.
var XZ = sources.Format{
	Name: "xz",
	Doc: `XZ (.xz)
The .xz File Format 1.2: one file, also of several streams and blocks; dictionaries up to 64 MiB, checks
CRC32, CRC64 and SHA-256. Filters for programs (BCJ, delta) are not known.`,
	MediaType:  "application/x-xz",
	Extensions: []string{".xz", ".txz"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return len(head) >= 12 && bytes.HasPrefix(head, xzMagic) && head[6] == 0
	},
	Read: func(_ context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
		return member(in, out, func(r io.Reader) (io.Reader, func(), error) {
			return NewXZ(r), func() {}, nil
		})
	},
}

// NewXZ returns a reader of what a .xz file holds, under the bounds of XZ. Its
// errors have no text from the data.
func NewXZ(r io.Reader) io.Reader { return &xzReader{r: &offset{r: bufio.NewReader(r)}} }

var xzMagic = []byte("\xfd7zXZ\x00")

// xzReader reads the streams of a .xz file.
type xzReader struct {
	r      *offset
	check  byte // kind of the checks of the stream
	stream bool // within one
	begun  bool // the first one
	block  io.Reader
	sum    hash.Hash
	err    error
}

// Read implements io.Reader.
func (x *xzReader) Read(b []byte) (int, error) {
	for x.err == nil {
		if x.block == nil {
			x.err = x.next()
			continue
		}
		n, err := x.block.Read(b)
		if x.sum != nil {
			x.sum.Write(b[:n])
		}
		switch {
		case err == io.EOF:
			x.block = nil
			x.err = x.endBlock()
		case err != nil:
			x.err = err
		}
		if n > 0 {
			return n, nil
		}
	}
	return 0, x.err
}

// next comes to the next block, through the end of a stream where there is one.
func (x *xzReader) next() error {
	if !x.stream {
		return x.header()
	}
	size, err := x.r.ReadByte()
	if err != nil {
		return cutShort(err)
	}
	if size == 0 {
		return x.index()
	}
	return x.blockHeader(size)
}

// header reads the head of a stream, behind the zeros that may follow another.
func (x *xzReader) header() error {
	var h [12]byte
	for {
		if _, err := io.ReadFull(x.r, h[:4]); err != nil {
			if err == io.EOF && x.begun {
				return io.EOF
			}
			return cutShort(err)
		}
		if !x.begun || h != [12]byte{} {
			break
		}
	}
	if _, err := io.ReadFull(x.r, h[4:]); err != nil {
		return cutShort(err)
	}
	if !bytes.HasPrefix(h[:], xzMagic) || h[6] != 0 || crc32.ChecksumIEEE(h[6:8]) != binary.LittleEndian.Uint32(h[8:]) {
		return errCorrupt
	}
	x.check, x.stream, x.begun = h[7]&15, true, true
	return nil
}

// blockHeader reads the head of a block, whose size byte was read.
func (x *xzReader) blockHeader(size byte) error {
	h := make([]byte, 4*(int(size)+1))
	h[0] = size
	if _, err := io.ReadFull(x.r, h[1:]); err != nil {
		return cutShort(err)
	}
	end := len(h) - 4
	if crc32.ChecksumIEEE(h[:end]) != binary.LittleEndian.Uint32(h[end:]) {
		return errCorrupt
	}
	flags, rest := h[1], h[2:end]
	var content uint64
	for _, flag := range [...]byte{0x40, 0x80} {
		if flags&flag != 0 {
			v, n := binary.Uvarint(rest)
			if n <= 0 {
				return errCorrupt
			}
			content, rest = v, rest[n:]
		}
	}
	if flags&3 != 0 || len(rest) < 3 || rest[0] != 0x21 || rest[1] != 1 {
		return errMethod
	}
	dictionary, ok := dictionarySize(rest[2])
	if !ok {
		return errWindow
	}
	if flags&0x80 != 0 && content < uint64(dictionary) {
		dictionary = max(int(content), lzma.MinDictCap) // no match reaches further back
	}
	x.r.from = x.r.n
	r, err := lzma.Reader2Config{DictCap: dictionary}.NewReader2(x.r)
	x.block, x.sum = r, nil
	switch x.check {
	case 1:
		x.sum = crc32.NewIEEE()
	case 4:
		x.sum = crc64.New(crc64.MakeTable(crc64.ECMA))
	case 10:
		x.sum = sha256.New()
	}
	return err
}

// dictionarySize returns the bytes of a dictionary by its code; false when it is
// too large.
func dictionarySize(code byte) (int, bool) {
	if code > 40 {
		return 0, false
	}
	size := (2 | int64(code&1)) << (code/2 + 11)
	return int(size), size <= maxWindow
}

// endBlock reads what stands behind the data of a block.
func (x *xzReader) endBlock() error {
	var b [64]byte
	n := int((x.r.from - x.r.n) & 3)
	if _, err := io.ReadFull(x.r, b[:n]); err != nil {
		return cutShort(err)
	}
	size := 0
	if x.check > 0 {
		size = 4 << ((x.check - 1) / 3)
	}
	if _, err := io.ReadFull(x.r, b[:size]); err != nil {
		return cutShort(err)
	}
	if x.sum == nil {
		return nil
	}
	sum := x.sum.Sum(nil)
	if x.check != 10 { // little-endian numbers
		for i, k := 0, len(sum)-1; i < k; i, k = i+1, k-1 {
			sum[i], sum[k] = sum[k], sum[i]
		}
	}
	if !bytes.Equal(sum, b[:size]) {
		return errCorrupt
	}
	return nil
}

// index passes over the index, whose first byte was read, and the end of the
// stream: what they say is known already.
func (x *xzReader) index() error {
	from := x.r.n - 1
	count, err := binary.ReadUvarint(x.r)
	for i := uint64(0); i < 2*count && err == nil; i++ {
		_, err = binary.ReadUvarint(x.r)
	}
	if err != nil {
		return cutShort(err)
	}
	n := int64((from-x.r.n)&3) + 4 + 12
	if k, err := io.CopyN(io.Discard, x.r, n); k < n {
		return cutShort(err)
	}
	x.stream = false
	return nil
}

// cutShort makes the end of the input within something an unexpected one.
func cutShort(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// offset counts what is read, byte by byte or in pieces.
type offset struct {
	r    *bufio.Reader
	n    int64
	from int64 // where the data of the block begins
}

// Read implements io.Reader.
func (o *offset) Read(b []byte) (int, error) {
	n, err := o.r.Read(b)
	o.n += int64(n)
	return n, err
}

// ReadByte implements io.ByteReader.
func (o *offset) ReadByte() (byte, error) {
	c, err := o.r.ReadByte()
	if err == nil {
		o.n++
	}
	return c, err
}
