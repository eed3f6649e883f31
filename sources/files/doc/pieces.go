package doc

import (
	"encoding/binary"
	"sort"
)

// piece is a stretch of text: characters from to to of the document stand at an
// offset of the stream, of one or two bytes each.
type piece struct {
	from, to int64
	at       int64
	wide     bool
}

// maxPieces bounds the pieces of a document.
const maxPieces = 1 << 20

// layOut reads the piece table; a document of old that was never saved fast has
// none.
func (d *document) layOut() {
	var b []byte
	switch {
	case !d.old:
		b = d.structure(clx)
		d.props = &formats{word: d.word, index: d.structure(plcfBtePapx), step: 13, data: d.data}
		d.runs = &formats{word: d.word, index: d.structure(plcfBteChpx), step: 1}
	case d.u16(0x0A)&0x0004 != 0:
		from := min(int64(d.u32(0x160)), int64(len(d.word)))
		b = d.word[from:min(from+int64(d.u32(0x164)), int64(len(d.word)))]
	default:
		from, to := int64(d.u32(0x18)), min(int64(d.u32(0x1C)), int64(len(d.word)))
		if from < to {
			d.pieces = []piece{{0, to - from, from, false}}
		}
		return
	}
	for len(b) >= 3 && b[0] == 1 { // formatting that pieces refer to
		n := 3 + int(binary.LittleEndian.Uint16(b[1:]))
		b = b[min(n, len(b)):]
	}
	if len(b) < 5 || b[0] != 2 {
		d.damaged = true
		return
	}
	size := int64(binary.LittleEndian.Uint32(b[1:]))
	b = b[5:]
	if size > int64(len(b)) {
		d.damaged = true
	}
	d.take(b[:min(size, int64(len(b)))])
}

// take reads the table: n+1 places of characters, n descriptions.
func (d *document) take(b []byte) {
	n := (len(b) - 4) / 12
	if n > maxPieces {
		n, d.damaged = maxPieces, true
	}
	last := int64(0)
	for i := range n {
		from, to := int64(binary.LittleEndian.Uint32(b[4*i:])), int64(binary.LittleEndian.Uint32(b[4*i+4:]))
		desc := b[4*((len(b)-4)/12+1)+8*i:]
		fc := binary.LittleEndian.Uint32(desc[2:])
		p := piece{from, to, int64(fc), !d.old}
		if !d.old && fc&(1<<30) != 0 {
			p.at, p.wide = int64(fc&^(1<<30))/2, false
		}
		size := to - from
		if p.wide {
			size *= 2
		}
		if from != last || to < from || p.at+size > int64(len(d.word)) {
			d.damaged = true
			if to < from || from < last {
				continue
			}
			size = max(min(size, int64(len(d.word))-p.at), 0)
			if p.to = from + size; p.wide {
				p.to = from + size/2
			}
		}
		last = to
		if p.from < p.to {
			d.pieces = append(d.pieces, p)
		}
	}
}

// formats tells what a paragraph, or a run of characters, is by its place.
type formats struct {
	word  []byte
	index []byte        // the table of pages (MS-DOC 2.8.4 and 2.8.5)
	step  int           // of the entries of a page: 13 for paragraphs, 1 for runs
	data  func() []byte // the stream of what is too long for a page; nil: none
	from  int64         // the stretch at hand
	to    int64
	props property
}

// property is what matters of a paragraph or a run.
type property struct {
	inTable bool
	rowEnd  bool
	deleted bool
}

// at returns the properties of the paragraph or the run that holds the byte at an
// offset of the stream.
func (p *formats) at(fc int64) property {
	if p == nil || p.from <= fc && fc < p.to {
		if p == nil {
			return property{}
		}
		return p.props
	}
	p.from, p.to, p.props = fc, fc+1, property{}
	n := (len(p.index) - 4) / 8
	if n <= 0 {
		return p.props
	}
	page := sort.Search(n, func(i int) bool { return int64(binary.LittleEndian.Uint32(p.index[4*i+4:])) > fc })
	if page == n {
		return p.props
	}
	number := int64(binary.LittleEndian.Uint32(p.index[4*(n+1)+4*page:])&(1<<22-1)) * 512
	if number+512 > int64(len(p.word)) {
		return p.props
	}
	p.page(p.word[number:number+512], fc)
	return p.props
}

// page looks into a page of properties (MS-DOC 2.9.33 and 2.9.174): n+1 places, n
// entries that begin with the offset of properties, n in the last byte.
func (p *formats) page(b []byte, fc int64) {
	n := int(b[511])
	if 4*(n+1)+p.step*n > 511 {
		return
	}
	place := func(i int) int64 { return int64(binary.LittleEndian.Uint32(b[4*i:])) }
	i := sort.Search(n, func(i int) bool { return place(i+1) > fc })
	if i == n || place(i) > fc {
		return
	}
	p.from, p.to = place(i), place(i+1)
	at := 2 * int(b[4*(n+1)+p.step*i])
	if at == 0 || at >= 510 {
		return
	}
	if p.step == 1 {
		p.props.change(b[at+1:min(at+1+int(b[at]), 511)], nil)
		return
	}
	size := 2*int(b[at]) - 1
	if at++; b[at-1] == 0 {
		size = 2 * int(b[at])
		at++
	}
	if size >= 2 && at+size <= 511 {
		p.props.change(b[at+2:at+size], p.data)
	}
}

// change makes a list of changes to the properties of a style. The ends of rows of many
// cells have theirs in data, at an offset that the list names (MS-DOC 2.6.2, 2.9.210).
func (p *property) change(b []byte, data func() []byte) {
	for len(b) >= 3 {
		op := binary.LittleEndian.Uint16(b)
		n := operand(op, b[2:])
		if len(b) < 2+n {
			break
		}
		switch op {
		case 0x2416:
			p.inTable = b[2] != 0
		case 0x2417:
			p.rowEnd = b[2] != 0
		case 0x0800:
			p.deleted = b[2] != 0
		case 0x6645, 0x6646:
			if data == nil {
				break
			}
			long, at := data(), int64(binary.LittleEndian.Uint32(b[2:]))
			if at+2 <= int64(len(long)) {
				from := at + 2
				p.change(long[from:min(from+int64(binary.LittleEndian.Uint16(long[at:])), int64(len(long)))], nil)
			}
		}
		b = b[2+n:]
	}
}

// operand is the length of what stands behind a code (MS-DOC 2.6).
func operand(op uint16, b []byte) int {
	switch op >> 13 {
	case 0, 1:
		return 1
	case 2, 4, 5:
		return 2
	case 3:
		return 4
	case 7:
		return 3
	}
	if op == 0xD608 && len(b) >= 2 { // the definition of a table
		return int(binary.LittleEndian.Uint16(b)) + 1
	}
	return int(b[0]) + 1
}
