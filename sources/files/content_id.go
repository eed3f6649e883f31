package files

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"io"
)

// Blocks of a content identifier, and the largest content that has one.
const (
	contentBlock = 4 << 20
	maxContent   = 4 << 30
)

// content makes the keyed identifier of what is written to it: the first 16 bytes of
// HMAC-SHA-256 over 'C', 0, the size (8 bytes, big endian) and the SHA-256 of each block
// of 4 MiB in order (domain/register.md B.5). A member of an archive has the identifier
// that it had as a file of its own. It keeps 32 bytes a block.
type content struct {
	block hash.Hash
	in    int   // bytes of the current block
	size  int64 // of all of it
	sums  []byte
}

func newContent() *content { return &content{block: sha256.New()} }

// Write implements io.Writer. It never fails.
func (c *content) Write(p []byte) (int, error) {
	n := len(p)
	if c.size += int64(n); c.size > maxContent {
		return n, nil
	}
	for len(p) > 0 {
		part := p[:min(len(p), contentBlock-c.in)]
		c.block.Write(part)
		c.in += len(part)
		p = p[len(part):]
		if c.in == contentBlock {
			c.end()
		}
	}
	return n, nil
}

func (c *content) end() {
	c.sums = c.block.Sum(c.sums)
	c.block.Reset()
	c.in = 0
}

// id returns the identifier of what was written; zero for nothing and for more than
// the limit.
func (c *content) id(key []byte) (id [16]byte) {
	if c.size == 0 || c.size > maxContent {
		return id
	}
	if c.in > 0 {
		c.end()
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(binary.BigEndian.AppendUint64([]byte{'C', 0}, uint64(c.size)))
	mac.Write(c.sums)
	return [16]byte(mac.Sum(nil))
}

// contentID returns the identifier of the open file; zero for an empty file, one over
// the limit, and one that could not be read to its end.
func (v *visit) contentID() (id [16]byte) {
	size := int64(v.stat.Size)
	if size == 0 || size > maxContent {
		return id
	}
	c, from := newContent(), io.NewSectionReader(&v.file, 0, size)
	for c.size < size {
		if v.ctx.Err() != nil {
			return id
		}
		if n, err := io.Copy(c, io.LimitReader(from, contentBlock)); err != nil || n == 0 {
			return id
		}
	}
	return c.id(v.src.opt.Key[:])
}

// memberID reads what is left of a member and returns its identifier; zero when it
// could not be read to its end within its limits.
func (l *level) memberID() (id [16]byte) {
	e := l.limited
	for !e.ended {
		if l.v.ctx.Err() != nil || e.failed() || e.content.size > maxContent {
			return id
		}
		if _, err := io.CopyN(io.Discard, e, contentBlock); err != nil && err != io.EOF {
			return id
		}
	}
	return e.content.id(l.v.src.opt.Key[:])
}
