package arrow

import (
	"bytes"
	"encoding/binary"
	"io"
)

// A file ends with its footer, the length of that, and the magic. The footer
// (File.fbs) describes the columns and says where the dictionaries and the batches
// are: some programs write dictionaries behind the batches that need them, and the
// columns there alone.

// maxBlocks bounds the messages of a file.
const maxBlocks = 1 << 20

// order returns the description of the columns as a message, and the offsets of the other
// messages of a file in the order in which they are to be read: dictionaries,
// batches. ok is false when the footer cannot be used; what the file holds is then
// read from its front.
func order(at io.ReaderAt, size int64) (columns []byte, offsets []int64, ok bool) {
	const tail = 10
	var end [tail]byte
	if _, err := at.ReadAt(end[:], size-tail); err != nil && err != io.EOF || !bytes.Equal(end[4:], magic) {
		return nil, nil, false
	}
	n := int64(binary.LittleEndian.Uint32(end[:]))
	if n < 8 || n > maxMeta || n > size-tail-magicSize {
		return nil, nil, false
	}
	footer := make([]byte, n)
	if _, err := at.ReadAt(footer, size-tail-n); err != nil && err != io.EOF {
		return nil, nil, false
	}
	v := &verifier{b: footer, left: maxBlocks}
	t, ok := v.table(int64(uint32At(footer, 0)))
	schema := v.follow(v.field(t, 1))
	if !ok || schema == 0 {
		return nil, nil, false
	}
	for _, list := range []int64{2, 3} {
		const block = 24 // offset, length of the description, length of the body
		first, count, ok := v.list(t, list, block)
		if !ok {
			return nil, nil, false
		}
		for k := range int64(count) {
			off := int64(binary.LittleEndian.Uint64(footer[first+block*k:]))
			if off < magicSize || off >= size {
				return nil, nil, false
			}
			offsets = append(offsets, off)
		}
	}
	version := uint16(0)
	if f := v.field(t, 0); f > 0 && f+2 <= int64(len(footer)) {
		version = binary.LittleEndian.Uint16(footer[f:])
	}
	return wrapped(version, footer, schema), offsets, true
}

// wrapped returns a message whose header is the table at an offset of footer: all
// offsets in FlatBuffers count from where they stand.
func wrapped(version uint16, footer []byte, schema int64) []byte {
	const at, body = 16, 40 // of the table, of the footer
	b := binary.LittleEndian.AppendUint32(nil, at)
	for _, field := range []uint16{12, 20, 4, 6, 8, 12} { // sizes, then where the fields stand
		b = binary.LittleEndian.AppendUint16(b, field)
	}
	b = binary.LittleEndian.AppendUint32(b, at-4)
	b = binary.LittleEndian.AppendUint16(b, version)
	b = append(b, kindSchema, 0)
	b = binary.LittleEndian.AppendUint32(b, uint32(body+schema-(at+8)))
	b = append(b, make([]byte, body-len(b))...)
	return append(b, footer...)
}
