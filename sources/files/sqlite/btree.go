package sqlite

import (
	"encoding/binary"
	"io"
	"slices"
)

// windowSize is how much is read at once, in bytes; no page is longer.
const windowSize = 64 << 10

// window is a piece of the file that was read last.
type window struct {
	data []byte
	from int64
	over []byte // a page of the overlay
}

// page returns page n, valid until the next call on w; nil when it cannot be read.
func (d *database) page(w *window, n uint32) []byte {
	if n == 0 || n > d.pages || d.left <= 0 {
		return nil
	}
	d.left--
	if d.over != nil {
		if w.over == nil {
			w.over = make([]byte, d.over.head+d.size)
		}
		if p := d.over.find(n, w.over); p != nil {
			return p
		}
	}
	at := int64(n-1) * int64(d.size)
	if w.data == nil {
		w.data = make([]byte, 0, min(windowSize, int64(d.pages)*int64(d.size)))
	}
	if at < w.from || at+int64(d.size) > w.from+int64(len(w.data)) {
		w.from = at &^ (windowSize - 1)
		k, err := d.at.ReadAt(w.data[:cap(w.data)], w.from)
		if w.data = w.data[:k]; err != nil && err != io.EOF {
			w.data = w.data[:0]
		}
	}
	if at+int64(d.size) > w.from+int64(len(w.data)) {
		return nil
	}
	return w.data[at-w.from:][:d.size]
}

// The kinds of b-tree pages.
const (
	indexInterior = 2
	tableInterior = 5
	indexLeaf     = 10
	tableLeaf     = 13
)

// maxDepth is the deepest tree that SQLite makes.
const maxDepth = 20

// cell is a row as it lies in a tree.
type cell struct {
	rowid   int64 // of tables that have them
	payload payload
}

// walk visits the rows of the tree below page n in order. It returns only errors
// of visit and of the context: what is damaged is noted and passed over.
func (d *database) walk(n uint32, depth int, visit func(*cell) error) error {
	if err := d.ctx.Err(); err != nil {
		return err
	}
	d.path = append(d.path[:depth], n)
	data := d.page(&d.trees, n)
	if data == nil || depth >= maxDepth || slices.Contains(d.path[:depth], n) {
		d.damaged = true
		return nil
	}
	if len(d.levels) == depth {
		d.levels = append(d.levels, nil)
	}
	d.levels[depth] = append(d.levels[depth][:0], data...)
	p := d.levels[depth]
	h := p
	if n == 1 {
		h = p[100:]
	}
	kind, count := h[0], int(binary.BigEndian.Uint16(h[3:]))
	pointers := h[8:]
	if kind == indexInterior || kind == tableInterior {
		pointers = h[12:]
	}
	if kind != indexInterior && kind != tableInterior && kind != indexLeaf && kind != tableLeaf || 2*count > len(pointers) {
		d.damaged = true
		return nil
	}
	room := len(p) // cells do not overlap: a page cannot hold more than itself
	for i := range count {
		at := int(binary.BigEndian.Uint16(pointers[2*i:]))
		if at < 8 || at > d.usable-4 {
			d.damaged = true
			continue
		}
		rest := p[at:d.usable]
		if kind == indexInterior || kind == tableInterior {
			if err := d.walk(binary.BigEndian.Uint32(rest), depth+1, visit); err != nil {
				return err
			}
			if rest = rest[4:]; kind == tableInterior {
				continue
			}
		}
		used := d.cell(&d.row, rest, kind == tableLeaf)
		if room -= used; used == 0 || room < 0 {
			d.damaged = true
			continue
		}
		if err := visit(&d.row); err != nil {
			return err
		}
	}
	if kind == indexInterior || kind == tableInterior {
		return d.walk(binary.BigEndian.Uint32(h[8:]), depth+1, visit)
	}
	return nil
}

// cell reads the head of a cell and returns how many bytes of the page it takes,
// 0 when it is damaged.
func (d *database) cell(c *cell, b []byte, table bool) int {
	size, n := varint(b)
	if n == 0 || size > uint64(d.pages)*uint64(d.size) {
		return 0
	}
	if table {
		rowid, k := varint(b[n:])
		if k == 0 {
			return 0
		}
		c.rowid = int64(rowid)
		n += k
	}
	local := d.local(int64(size), table)
	c.payload = payload{d: d, left: int64(size)}
	if n+local > len(b) {
		return 0
	}
	c.payload.page = b[n : n+local]
	if n += local; int64(local) < int64(size) {
		if n+4 > len(b) {
			return 0
		}
		c.payload.next = binary.BigEndian.Uint32(b[n:])
		n += 4
	}
	return n
}

// local returns how many bytes of a payload lie in the page itself.
func (d *database) local(size int64, table bool) int {
	most, least := (d.usable-12)*64/255-23, (d.usable-12)*32/255-23
	if table {
		most = d.usable - 35
	}
	if size <= int64(most) {
		return int(size)
	}
	if k := int64(least) + (size-int64(least))%int64(d.usable-4); k <= int64(most) {
		return int(k)
	}
	return least
}

// payload reads the content of a cell, first what lies in the page, then the
// chain of overflow pages. One payload is read at a time.
type payload struct {
	d    *database
	page []byte // rest of the page at hand
	next uint32
	left int64
}

// Read implements io.Reader. A broken chain is io.ErrUnexpectedEOF.
func (p *payload) Read(b []byte) (int, error) {
	if p.left <= 0 {
		return 0, io.EOF
	}
	if len(p.page) == 0 {
		data := p.d.page(&p.d.overflow, p.next)
		if data == nil {
			p.d.damaged = true
			return 0, io.ErrUnexpectedEOF
		}
		p.next = binary.BigEndian.Uint32(data)
		p.page = data[4:p.d.usable]
	}
	n := copy(b[:min(int64(len(b)), p.left)], p.page)
	p.page = p.page[n:]
	p.left -= int64(n)
	return n, nil
}

// fill reads all of b.
func (p *payload) fill(b []byte) bool {
	for len(b) > 0 {
		n, err := p.Read(b)
		if err != nil {
			return false
		}
		b = b[n:]
	}
	return true
}

// discard passes over n bytes.
func (p *payload) discard(n int64) bool {
	for n > 0 {
		if len(p.page) == 0 {
			var none [1]byte
			if !p.fill(none[:]) {
				return false
			}
			n--
			continue
		}
		k := min(n, int64(len(p.page)), p.left)
		if k == 0 {
			return false
		}
		p.page = p.page[k:]
		p.left -= k
		n -= k
	}
	return true
}

// varint reads a number of one to nine bytes; n is 0 when b is too short.
func varint(b []byte) (v uint64, n int) {
	for i, c := range b {
		if i == 8 {
			return v<<8 | uint64(c), 9
		}
		if v = v<<7 | uint64(c&0x7f); c < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}
