package files

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"io"
)

// Blocks of a content identifier, and the largest file that has one.
const (
	contentBlock = 4 << 20
	maxContent   = 4 << 30
)

// contentID returns the keyed identifier of the content of the open file: the first
// 16 bytes of HMAC-SHA-256 over 'C', 0, the size (8 bytes, big endian) and the SHA-256
// of each block of 4 MiB in order (domain/register.md B.5); zero for an empty file, one
// over the limit, and one that could not be read to its end.
func (v *visit) contentID() (id [16]byte) {
	size := int64(v.stat.Size)
	if size == 0 || size > maxContent {
		return id
	}
	mac := hmac.New(sha256.New, v.src.opt.Key[:])
	mac.Write(binary.BigEndian.AppendUint64([]byte{'C', 0}, uint64(size)))
	content := io.NewSectionReader(&v.file, 0, size)
	block := sha256.New()
	var sum [sha256.Size]byte
	for left := size; left > 0; {
		if v.ctx.Err() != nil {
			return id
		}
		block.Reset()
		n, err := io.Copy(block, io.LimitReader(content, contentBlock))
		if err != nil || n == 0 {
			return id
		}
		mac.Write(block.Sum(sum[:0]))
		left -= n
	}
	return [16]byte(mac.Sum(nil))
}
