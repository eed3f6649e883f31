package zip

import (
	"bufio"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"hash/crc32"
	"io"

	"recense/sources"
)

// local is a local file header.
type local struct {
	flags, method uint16
	date, clock   uint16
	crc           uint32
	packed, size  uint64
	name          string
	zip64         bool
}

// stream reads an archive from the front, by its local headers: for archives cut
// off before their central directory, and for those that can only be read once.
func stream(ctx context.Context, res *sources.Result, in io.Reader, out sources.Output) error {
	r := &counter{r: bufio.NewReaderSize(in, 64<<10)}
	defer func() { res.Bytes = r.n }()
	for n := 0; ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := r.header()
		if err == errDirectory {
			return nil
		}
		if err != nil {
			return cut(err)
		}
		if media := officeEntry(h.name); media != "" && n < 4 {
			res.MediaType = media
			return &sources.FormatError{Status: sources.Unsupported, Reason: sources.UnknownFormat}
		}
		if err := r.member(h, out); err != nil {
			return err
		}
	}
}

// officeEntry knows documents by the name of an early entry.
func officeEntry(name string) string {
	if name == "[Content_Types].xml" {
		return "application/vnd.openxmlformats-officedocument"
	}
	return ""
}

// cut says what the end of a stream without central directory means.
func cut(err error) error {
	reason := sources.Corrupt
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		reason = sources.Truncated
	}
	return &sources.FormatError{Status: sources.Partial, Reason: reason}
}

// errDirectory says that the entries are over.
var errDirectory = &sources.FormatError{}

// counter counts what is read; it is a byte reader so that flate takes no more
// than it needs.
type counter struct {
	r *bufio.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

func (c *counter) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

func (c *counter) discard(n int64) error {
	_, err := io.CopyN(io.Discard, c, n)
	return err
}

// header reads the next local header, over bytes that belong to none.
func (c *counter) header() (local, error) {
	var h local
	for skipped := 0; ; skipped++ {
		mark, err := c.r.Peek(4)
		if err != nil {
			return h, io.ErrUnexpectedEOF
		}
		if bytes.Equal(mark, []byte("PK\x03\x04")) {
			break
		}
		if bytes.Equal(mark, []byte("PK\x01\x02")) || bytes.Equal(mark, []byte("PK\x05\x06")) || bytes.Equal(mark, []byte("PK\x06\x06")) {
			return h, errDirectory
		}
		if _, err := c.ReadByte(); err != nil {
			return h, err
		}
	}
	var b [30]byte
	if _, err := io.ReadFull(c, b[:]); err != nil {
		return h, io.ErrUnexpectedEOF
	}
	le := binary.LittleEndian
	h.flags, h.method, h.clock, h.date = le.Uint16(b[6:]), le.Uint16(b[8:]), le.Uint16(b[10:]), le.Uint16(b[12:])
	h.crc, h.packed, h.size = le.Uint32(b[14:]), uint64(le.Uint32(b[18:])), uint64(le.Uint32(b[22:]))
	rest := make([]byte, int(le.Uint16(b[26:]))+int(le.Uint16(b[28:])))
	if _, err := io.ReadFull(c, rest); err != nil {
		return h, io.ErrUnexpectedEOF
	}
	n := int(le.Uint16(b[26:]))
	h.name = nameOf(string(rest[:n]), h.flags&utf8Name == 0)
	h.extra(rest[n:])
	return h, nil
}

// extra takes the sizes of ZIP64.
func (h *local) extra(b []byte) {
	le := binary.LittleEndian
	for len(b) >= 4 {
		id, n := le.Uint16(b), int(le.Uint16(b[2:]))
		if b = b[4:]; n > len(b) {
			return
		}
		if id == 1 {
			h.zip64 = true
			if f := b[:n]; len(f) >= 16 && h.size == 0xffffffff {
				h.size, h.packed = le.Uint64(f), le.Uint64(f[8:])
			}
		}
		b = b[n:]
	}
}

// member hands over the entry of h and leaves the stream behind it.
func (c *counter) member(h local, out memberTaker) error {
	if isFolder(h.name) && h.packed == 0 {
		return nil
	}
	later := h.flags&dataDescriptor != 0 // sizes stand behind the content
	m := sources.Member{Name: h.name, Size: int64(h.size), ModTime: dosTime(h.date, h.clock)}
	if later || m.Size < 0 {
		m.Size = -1
	}
	var body io.Reader
	end := c.n + int64(h.packed)
	switch {
	case h.flags&encrypted != 0:
		m.Status, m.Detail = sources.Encrypted, sources.PasswordProtected
	case h.method == 8 && later:
		body = flate.NewReader(c)
	case h.method == 8:
		body = flate.NewReader(bufio.NewReader(io.LimitReader(c, int64(h.packed))))
	case h.method == 0 && !later:
		body = io.LimitReader(c, int64(h.packed))
	case knows(h.method) && !later:
		r, done, err := unpack(h.method, h.flags, int64(h.size), bufio.NewReader(io.LimitReader(c, int64(h.packed))))
		defer done()
		if body = r; err != nil {
			m.Status, m.Detail = sources.Unreadable, sources.Corrupt
		}
	default:
		m.Status, m.Detail = sources.Unsupported, sources.UnknownMethod
	}
	check := &checked{r: body, crc: h.crc, size: int64(h.size), later: later}
	if body != nil {
		m.Reader = check
	}
	if err := out.Member(m); err != nil {
		return err
	}
	if later && body != nil {
		if _, err := io.Copy(io.Discard, check); err != nil {
			return cut(err)
		}
		return nil // header looks for the next one behind the descriptor
	}
	if c.n < end && !later {
		if err := c.discard(end - c.n); err != nil {
			return cut(err)
		}
	}
	return nil
}

// checked compares what comes out with the size and the sum of the header.
type checked struct {
	r     io.Reader
	sum   uint32
	n     int64
	crc   uint32
	size  int64
	later bool
}

func (c *checked) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.sum = crc32.Update(c.sum, crc32.IEEETable, b[:n])
	c.n += int64(n)
	if err == io.EOF && !c.later {
		if c.n < c.size {
			return n, io.ErrUnexpectedEOF
		}
		if c.crc != c.sum {
			return n, zipChecksum
		}
	}
	return n, err
}

var zipChecksum = &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}

// Salvage gives the entries of an archive that has lost its central directory to
// take, in order. body is valid until take returns and need not be read to its
// end. The error is a *sources.FormatError, or that of take.
func Salvage(in io.Reader, take func(name string, body io.Reader) error) error {
	r := &counter{r: bufio.NewReaderSize(in, 64<<10)}
	for {
		h, err := r.header()
		if err == errDirectory {
			return &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
		}
		if err != nil {
			return cut(err)
		}
		if err := r.member(h, taker{take}); err != nil {
			return err
		}
	}
}

// taker is an Output of which only the members are used.
type taker struct {
	take func(string, io.Reader) error
}

func (t taker) Member(m sources.Member) error {
	if m.Reader == nil {
		return nil
	}
	if err := t.take(m.Name, m.Reader); err != nil {
		return cut(err)
	}
	return nil
}

// memberTaker is what member needs of an Output.
type memberTaker interface {
	Member(m sources.Member) error
}
