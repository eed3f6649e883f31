package pst

import (
	"bytes"
	"encoding/binary"
	"io"

	"recense/sources/files/codepage"
)

// heap is the data of a node that is a heap (MS-PST 2.3.1): pieces of a few bytes, and
// a root from which tables lead to them.
type heap struct {
	f    *file
	c    *content
	sub  uint64
	kind byte
	root uint32
}

// heap opens the data of a node.
func (f *file) heap(data, sub uint64) (*heap, error) {
	c, err := f.content(data)
	if err != nil {
		return nil, err
	}
	b, err := c.load(0)
	if err != nil || len(b) < 12 || b[2] != 0xEC {
		return nil, errDamaged
	}
	return &heap{f: f, c: c, sub: sub, kind: b[3], root: binary.LittleEndian.Uint32(b[4:])}, nil
}

// piece returns the piece of a number.
func (h *heap) piece(id uint32) ([]byte, error) {
	index, block := int(id>>5&0x7FF), int(id>>16)
	if h.f.large {
		index, block = int(id>>5&0x3FFF), int(id>>19)
	}
	if id&0x1F != 0 || index == 0 || block >= len(h.c.leaves) {
		return nil, errDamaged
	}
	b, err := h.c.load(block)
	if err != nil || len(b) < 2 {
		return nil, errDamaged
	}
	at := int(binary.LittleEndian.Uint16(b))
	if at+4 > len(b) {
		return nil, errDamaged
	}
	n := int(binary.LittleEndian.Uint16(b[at:]))
	if index > n || at+4+2*(n+1) > len(b) {
		return nil, errDamaged
	}
	from, to := int(binary.LittleEndian.Uint16(b[at+2+2*index:])), int(binary.LittleEndian.Uint16(b[at+4+2*index:]))
	if from > to || to > len(b) {
		return nil, errDamaged
	}
	return b[from:to], nil
}

// value returns the data that a number leads to: a piece, or the data of a subnode.
func (h *heap) value(id uint32) (io.ReaderAt, int64, error) {
	if id == 0 {
		return bytes.NewReader(nil), 0, nil
	}
	if id&0x1F == 0 {
		b, err := h.piece(id)
		b = bytes.Clone(b)
		return bytes.NewReader(b), int64(len(b)), err
	}
	n, ok := h.f.subnode(h.sub, id)
	if !ok {
		return nil, 0, errDamaged
	}
	if n.data == 0 {
		return bytes.NewReader(nil), 0, nil
	}
	c, err := h.f.content(n.data)
	if err != nil {
		return nil, 0, err
	}
	return c, c.size, nil
}

// tree calls take for each record of a tree on the heap (MS-PST 2.3.2).
func (h *heap) tree(id uint32, take func(record []byte) error) error {
	b, err := h.piece(id)
	if err != nil || len(b) < 8 || b[0] != 0xB5 {
		return errDamaged
	}
	key, entry, level, root := int(b[1]), int(b[2]), int(b[3]), binary.LittleEndian.Uint32(b[4:])
	if key == 0 || key > 16 || level > 8 {
		return errDamaged
	}
	if root == 0 {
		return nil
	}
	return h.level(root, key, entry, level, take)
}

func (h *heap) level(id uint32, key, entry, level int, take func([]byte) error) error {
	b, err := h.piece(id)
	if err != nil {
		return err
	}
	b = bytes.Clone(b) // the next piece takes its place
	size := key + entry
	if level > 0 {
		size = key + 4
	}
	for ; len(b) >= size; b = b[size:] {
		if level == 0 {
			if err := take(b[:size]); err != nil {
				return err
			}
			continue
		}
		if h.f.left -= int64(size); h.f.left < 0 {
			h.f.over = true
			return errDamaged
		}
		if err := h.level(binary.LittleEndian.Uint32(b[key:]), key, entry, level-1, take); err != nil {
			return err
		}
	}
	return nil
}

// prop is a property.
type prop struct {
	h    *heap
	id   uint16
	kind uint16
	raw  uint32 // the value, or where it is
}

// The kinds of values that are used (MS-OXCDATA 2.11.1).
const (
	kindLong   = 0x0003
	kindBool   = 0x000B
	kindObject = 0x000D
	kindNarrow = 0x001E
	kindWide   = 0x001F
	kindTime   = 0x0040
	kindBinary = 0x0102
	several    = 0x1000
)

// properties calls take for each property of the node (MS-PST 2.3.3).
func (h *heap) properties(take func(prop) error) error {
	if h.kind != 0xBC {
		return errDamaged
	}
	return h.tree(h.root, func(b []byte) error {
		if len(b) < 8 {
			return errDamaged
		}
		return take(prop{h, binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:]), binary.LittleEndian.Uint32(b[4:])})
	})
}

// data returns the value of a property that is not in its record.
func (p *prop) data() (io.ReaderAt, int64, error) { return p.h.value(p.raw) }

// bytes returns at most n bytes of it.
func (p *prop) bytes(n int64) []byte {
	r, size, err := p.data()
	if err != nil {
		return nil
	}
	b, _ := io.ReadAll(io.NewSectionReader(r, 0, min(size, n))) // what could be read
	return b
}

// text returns a short text.
func (p *prop) text(n int64) string {
	switch p.kind {
	case kindWide:
		return codepage.Wide(p.bytes(2 * n))
	case kindNarrow:
		return codepage.String(1252, p.bytes(n))
	}
	return ""
}

// cell is a value in a row of a table.
type cell struct {
	id, kind uint16
	b        []byte
}

// rows calls take for each row of a table (MS-PST 2.3.4).
func (h *heap) rows(take func([]cell) error) error {
	b, err := h.piece(h.root)
	if err != nil || h.kind != 0x7C || len(b) < 22 || b[0] != 0x7C {
		return errDamaged
	}
	b = bytes.Clone(b)
	columns, bits, width := int(b[1]), int(binary.LittleEndian.Uint16(b[6:])), int(binary.LittleEndian.Uint16(b[8:]))
	where := binary.LittleEndian.Uint32(b[14:])
	if where == 0 || width == 0 || bits > width || 22+8*columns > len(b) {
		return nil
	}
	var blocks [][]byte
	if where&0x1F == 0 {
		piece, err := h.piece(where)
		if err != nil {
			return err
		}
		blocks = append(blocks, bytes.Clone(piece))
	} else {
		n, ok := h.f.subnode(h.sub, where)
		if !ok {
			return errDamaged
		}
		leaves, err := h.f.leaves(n.data)
		if err != nil {
			return err
		}
		for _, id := range leaves {
			block, err := h.f.blockOf(id)
			if err != nil {
				return err
			}
			blocks = append(blocks, block)
		}
	}
	for _, block := range blocks { // rows do not run over blocks
		for ; len(block) >= width; block = block[width:] {
			var row []cell
			for i := range columns {
				d := b[22+8*i:]
				at, size, bit := int(binary.LittleEndian.Uint16(d[4:])), int(d[6]), int(d[7])
				if bits+bit/8 >= width || at+size > width || block[bits+bit/8]&(0x80>>(bit%8)) == 0 {
					continue
				}
				row = append(row, cell{binary.LittleEndian.Uint16(d[2:]), binary.LittleEndian.Uint16(d), block[at : at+size]})
			}
			if err := take(row); err != nil {
				return err
			}
		}
	}
	return nil
}
