package pst

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
)

// errDamaged says that something leads nowhere.
var errDamaged = errors.New("damaged mailbox")

// node is an entry of the table of nodes: its number, its data, its own table of nodes,
// and the node above it.
type node struct {
	id        uint32
	data, sub uint64
	parent    uint32
}

// number reads a number of 8 bytes, or of 4 in the old files.
func (f *file) number(b []byte) uint64 {
	if f.wide {
		return binary.LittleEndian.Uint64(b)
	}
	return uint64(binary.LittleEndian.Uint32(b))
}

// width is the length of such a number.
func (f *file) width() int {
	if f.wide {
		return 8
	}
	return 4
}

// keptPages bounds the pages that are kept.
const keptPages = 512

// loaded returns a page.
func (f *file) loaded(at int64) ([]byte, error) {
	if b, ok := f.pages[at]; ok {
		return b, nil
	}
	if at <= 0 || at+f.page > f.size {
		return nil, errDamaged
	}
	if f.left -= f.page; f.left < 0 {
		f.over = true
		return nil, errDamaged
	}
	b := make([]byte, f.page)
	if _, err := f.at.ReadAt(b, at); err != nil {
		return nil, errDamaged
	}
	if len(f.pages) >= keptPages {
		clear(f.pages)
	}
	f.pages[at] = b
	return b, nil
}

// entries returns the entries of a page of a tree, their length, and the level
// (MS-PST 2.2.2.7.7.1).
func (f *file) entries(at int64) (b []byte, size, level int, err error) {
	p, err := f.loaded(at)
	if err != nil {
		return nil, 0, 0, err
	}
	n := 0
	if f.large {
		n, size, level = int(binary.LittleEndian.Uint16(p[f.tail:])), int(p[f.tail+4]), int(p[f.tail+5])
	} else {
		n, size, level = int(p[f.tail]), int(p[f.tail+2]), int(p[f.tail+3])
	}
	least := 3 * f.width()
	if size < least || n*size > f.tail || level > 8 {
		return nil, 0, 0, errDamaged
	}
	return p[:n*size], size, level, nil
}

// find returns the entry of key in the tree whose root is at an offset.
func (f *file) find(at int64, key uint64) ([]byte, bool) {
	for above := 9; ; {
		b, size, level, err := f.entries(at)
		if err != nil || level >= above {
			f.broken = f.broken || err != nil
			return nil, false
		}
		above = level
		var last []byte
		for ; len(b) >= size; b = b[size:] {
			k := f.number(b)
			if k > key {
				break
			}
			last = b[:size]
		}
		switch {
		case last == nil:
			return nil, false
		case level == 0:
			return last, f.number(last) == key
		}
		at = int64(f.number(last[2*f.width():]))
	}
}

// nodeOf reads an entry of the table of nodes.
func (f *file) nodeOf(b []byte) (n node, ok bool) {
	w := f.width()
	if len(b) < 3*w+4 {
		return n, false
	}
	return node{uint32(f.number(b)), f.number(b[w:]), f.number(b[2*w:]), binary.LittleEndian.Uint32(b[3*w:])}, true
}

// node returns the node of a number.
func (f *file) node(id uint32) (node, bool) {
	b, ok := f.find(f.nodes, uint64(id))
	if !ok {
		return node{}, false
	}
	return f.nodeOf(b)
}

// walk calls take for each node of the tree at an offset, in rising order.
func (f *file) walk(at int64, take func(node) error) error {
	return f.branch(at, 9, map[int64]bool{}, take)
}

func (f *file) branch(at int64, above int, seen map[int64]bool, take func(node) error) error {
	if err := f.ctx.Err(); err != nil {
		return err
	}
	b, size, level, err := f.entries(at)
	if err != nil || level >= above || seen[at] {
		f.broken = true
		return nil
	}
	seen[at] = true
	b = bytes.Clone(b) // pages are not kept for long
	for ; len(b) >= size; b = b[size:] {
		if level > 0 {
			if err := f.branch(int64(f.number(b[2*f.width():])), level, seen, take); err != nil {
				return err
			}
			continue
		}
		n, ok := f.nodeOf(b[:size])
		if !ok {
			f.broken = true
			return nil
		}
		if err := take(n); err != nil {
			return err
		}
	}
	return nil
}

// internal marks the numbers of blocks that lead to others.
const internal = 2

// blockOf returns the content of a block.
func (f *file) blockOf(id uint64) ([]byte, error) {
	e, ok := f.find(f.blocks, id&^1)
	w := f.width()
	if !ok || len(e) < 2*w+4 {
		return nil, errDamaged
	}
	at, packed := int64(f.number(e[w:])), int(binary.LittleEndian.Uint16(e[2*w:]))
	size := packed
	if f.large {
		size = int(binary.LittleEndian.Uint16(e[2*w+2:]))
	}
	if at <= 0 || at+int64(packed) > f.size {
		return nil, errDamaged
	}
	if f.left -= int64(max(packed, size)) + 64; f.left < 0 {
		f.over = true
		return nil, errDamaged
	}
	b := make([]byte, packed)
	if _, err := f.at.ReadAt(b, at); err != nil {
		return nil, errDamaged
	}
	if f.large && packed != size {
		z, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, errDamaged
		}
		if b, err = io.ReadAll(io.LimitReader(z, int64(size))); err != nil || len(b) != size {
			return nil, errDamaged
		}
	}
	if f.cipher == 1 && id&internal == 0 {
		for i, c := range b {
			b[i] = permuted[c]
		}
	}
	return b, nil
}

// maxData bounds the data of a node, in bytes, and maxLeaves its blocks.
const (
	maxData   = 1 << 31
	maxLeaves = 1 << 17
)

// leaves returns the numbers of the blocks that hold the data of a node
// (MS-PST 2.2.2.8.3.2).
func (f *file) leaves(id uint64) ([]uint64, error) {
	if id == 0 {
		return nil, nil
	}
	if id&internal == 0 {
		return []uint64{id}, nil
	}
	all, err := f.list(id)
	if err != nil || len(all) == 0 || all[0]&internal == 0 {
		return all, err
	}
	var leaves []uint64
	for _, inner := range all { // two levels at most
		more, err := f.list(inner)
		if err != nil || len(leaves)+len(more) > maxLeaves {
			return leaves, errDamaged
		}
		leaves = append(leaves, more...)
	}
	return leaves, nil
}

// list reads the numbers in an XBLOCK or XXBLOCK.
func (f *file) list(id uint64) ([]uint64, error) {
	b, err := f.blockOf(id)
	if err != nil || len(b) < 8 || b[0] != 1 {
		return nil, errDamaged
	}
	n, w := int(binary.LittleEndian.Uint16(b[2:])), f.width()
	if 8+n*w > len(b) {
		return nil, errDamaged
	}
	all := make([]uint64, n)
	for i := range all {
		all[i] = f.number(b[8+i*w:])
	}
	return all, nil
}

// subnode returns a node of the table of nodes of a node (MS-PST 2.2.2.8.3.3).
func (f *file) subnode(table uint64, id uint32) (n node, ok bool) {
	_ = f.subnodes(table, func(e node) error { // what is broken is not found
		if e.id == id {
			n, ok = e, true
			return errDamaged
		}
		return nil
	})
	return n, ok
}

// subnodes calls take for each node of such a table.
func (f *file) subnodes(table uint64, take func(node) error) error {
	return f.subtable(table, 2, take)
}

func (f *file) subtable(id uint64, deep int, take func(node) error) error {
	if id == 0 {
		return nil
	}
	b, err := f.blockOf(id)
	if err != nil || deep == 0 || len(b) < 8 || b[0] != 2 {
		return errDamaged
	}
	w, level, n := f.width(), b[1], int(binary.LittleEndian.Uint16(b[2:]))
	head := 4
	if f.wide {
		head = 8
	}
	size := 3 * w
	if level > 0 {
		size = 2 * w
	}
	for i := 0; i < n && head+(i+1)*size <= len(b); i++ {
		e := b[head+i*size:]
		if level > 0 {
			if err := f.subtable(f.number(e[w:]), deep-1, take); err != nil {
				return err
			}
			continue
		}
		if err := take(node{id: uint32(f.number(e)), data: f.number(e[w:]), sub: f.number(e[2*w:])}); err != nil {
			return err
		}
	}
	return nil
}

// content reads the data of a node at any offset, one block at a time.
type content struct {
	f      *file
	leaves []uint64
	at     int // the block that is held
	block  []byte
	each   int64 // bytes of all blocks but the last
	size   int64
}

// open returns the data of a node; size is what it holds.
func (f *file) content(id uint64) (*content, error) {
	leaves, err := f.leaves(id)
	if err != nil || len(leaves) == 0 {
		return nil, errDamaged
	}
	c := &content{f: f, leaves: leaves, at: -1, each: int64(f.block)}
	first, err := c.load(0)
	if err != nil {
		return nil, err
	}
	if len(leaves) == 1 {
		c.size = int64(len(first))
		return c, nil
	}
	c.each = int64(len(first))
	last, err := c.load(len(leaves) - 1)
	if err != nil {
		return nil, err
	}
	c.size = c.each*int64(len(leaves)-1) + int64(len(last))
	return c, nil
}

func (c *content) load(i int) ([]byte, error) {
	if i == c.at {
		return c.block, nil
	}
	b, err := c.f.blockOf(c.leaves[i])
	if err != nil {
		return nil, err
	}
	c.at, c.block = i, b
	return b, nil
}

// ReadAt implements io.ReaderAt.
func (c *content) ReadAt(b []byte, off int64) (n int, err error) {
	for n < len(b) && off < c.size && c.each > 0 {
		i := off / c.each
		block, err := c.load(int(i))
		if err != nil {
			return n, io.ErrUnexpectedEOF
		}
		from := off - i*c.each
		if from >= int64(len(block)) {
			return n, io.ErrUnexpectedEOF
		}
		k := copy(b[n:], block[from:])
		n, off = n+k, off+int64(k)
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
