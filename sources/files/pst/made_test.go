package pst

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// maker writes small mailboxes for tests (MS-PST): of Outlook 2003 and later, or of
// Outlook 97 with numbers of 32 bits.
type maker struct {
	old    bool
	hidden bool // with "compressible encryption"
	blocks []made
	nodes  []node
	next   uint64
}

type made struct {
	id   uint64
	data []byte
}

func (m *maker) number(b []byte, v uint64) []byte {
	if m.old {
		return binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	return binary.LittleEndian.AppendUint64(b, v)
}

// block adds a block of data and returns its number.
func (m *maker) block(data []byte) uint64 {
	m.next += 4
	m.blocks = append(m.blocks, made{m.next, data})
	return m.next
}

// inner adds a block that leads to others.
func (m *maker) inner(data []byte) uint64 {
	m.next += 4
	m.blocks = append(m.blocks, made{m.next | internal, data})
	return m.next | internal
}

// table adds a table of nodes of a node.
func (m *maker) table(nodes ...node) uint64 {
	b := []byte{2, 0, byte(len(nodes)), 0}
	if !m.old {
		b = append(b, 0, 0, 0, 0)
	}
	for _, n := range nodes {
		b = m.number(m.number(m.number(b, uint64(n.id)), n.data), n.sub)
	}
	return m.inner(b)
}

// long adds data over several blocks.
func (m *maker) long(data []byte, each int) uint64 {
	b := []byte{1, 1, 0, 0, 0, 0, 0, 0}
	for len(data) > 0 {
		n := min(each, len(data))
		b = m.number(b, m.block(data[:n]))
		data = data[n:]
		b[2]++
	}
	return m.inner(b)
}

// heapOf makes a heap of pieces; the first is the root.
func heapOf(kind byte, pieces ...[]byte) []byte {
	b := []byte{0, 0, 0xEC, kind, 0x20, 0, 0, 0, 0, 0, 0, 0}
	ends := []int{len(b)}
	for _, p := range pieces {
		b = append(b, p...)
		ends = append(ends, len(b))
	}
	if len(b)%2 == 1 {
		b = append(b, 0)
	}
	binary.LittleEndian.PutUint16(b, uint16(len(b)))
	b = append(b, byte(len(pieces)), 0, 0, 0)
	for _, e := range ends {
		b = binary.LittleEndian.AppendUint16(b, uint16(e))
	}
	return b
}

// value is a property: its bytes, or where they are.
type value struct {
	id, kind uint16
	b        []byte
	raw      uint32
}

func wide(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func text(id uint16, s string) value { return value{id: id, kind: kindWide, b: wide(s)} }

// propertiesOf makes a heap of properties, which stand by rising number.
func propertiesOf(values ...value) []byte {
	tree := []byte{0xB5, 2, 6, 0, 0x40, 0, 0, 0}
	var records []byte
	var pieces [][]byte
	for _, v := range values {
		raw := v.raw
		if v.b != nil {
			pieces = append(pieces, v.b)
			raw = uint32(len(pieces)+2) << 5
		}
		records = binary.LittleEndian.AppendUint16(records, v.id)
		records = binary.LittleEndian.AppendUint16(records, v.kind)
		records = binary.LittleEndian.AppendUint32(records, raw)
	}
	return heapOf(0xBC, append([][]byte{tree, records}, pieces...)...)
}

// recipientsOf makes a table of names and addresses.
func recipientsOf(rows ...[2]string) []byte {
	const width = 9 // two values of four bytes, a byte of bits
	info := []byte{0x7C, 2, 8, 0, 8, 0, 8, 0, width, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0}
	for i, id := range []uint16{0x3001, 0x39FE} {
		info = binary.LittleEndian.AppendUint16(info, kindWide)
		info = binary.LittleEndian.AppendUint16(info, id)
		info = append(info, byte(4*i), 0, 4, byte(i))
	}
	var matrix []byte
	var pieces [][]byte
	for _, r := range rows {
		for _, s := range r {
			pieces = append(pieces, wide(s))
			matrix = binary.LittleEndian.AppendUint32(matrix, uint32(len(pieces)+2)<<5)
		}
		matrix = append(matrix, 0xC0)
	}
	return heapOf(0x7C, append([][]byte{info, matrix}, pieces...)...)
}

// bytes returns the file: header, blocks, the pages of both tables.
func (m *maker) bytes() []byte {
	out := make([]byte, 1024)
	size, tail := 24, 488
	if m.old {
		size, tail = 12, 496
	}
	var blocks []byte
	for _, b := range m.blocks {
		for len(out)%64 != 0 {
			out = append(out, 0)
		}
		blocks = m.number(m.number(blocks, b.id), uint64(len(out)))
		blocks = binary.LittleEndian.AppendUint16(blocks, uint16(len(b.data)))
		blocks = append(blocks, 1, 0)
		if !m.old {
			blocks = append(blocks, 0, 0, 0, 0)
		}
		data := bytes.Clone(b.data)
		if m.hidden && b.id&internal == 0 {
			for i, c := range data {
				data[i] = byte(bytes.IndexByte([]byte(permuted), c))
			}
		}
		out = append(append(out, data...), make([]byte, 16)...)
	}
	var nodes []byte
	for _, n := range m.nodes {
		nodes = m.number(m.number(m.number(nodes, uint64(n.id)), n.data), n.sub)
		nodes = binary.LittleEndian.AppendUint32(nodes, n.parent)
		if !m.old {
			nodes = append(nodes, 0, 0, 0, 0)
		}
	}
	// page writes entries as leaves and, where they do not fit, a page above them.
	page := func(entries []byte, size int, level byte) int {
		for len(out)%512 != 0 {
			out = append(out, 0)
		}
		at := len(out)
		p := make([]byte, 512)
		copy(p, entries)
		p[tail], p[tail+1], p[tail+2], p[tail+3] = byte(len(entries)/size), byte(tail/size), byte(size), level
		out = append(out, p...)
		return at
	}
	tree := func(entries []byte, size int) int {
		var above []byte
		for most := tail / size * size; ; entries = entries[most:] {
			n := min(most, len(entries))
			key := bytes.Clone(entries[:8])
			at := page(entries[:n], size, 0)
			if m.old {
				key = key[:4]
			}
			above = m.number(m.number(append(above, key...), 0), uint64(at))
			if n == len(entries) {
				break
			}
		}
		return page(above, map[bool]int{true: 12, false: 24}[m.old], 1)
	}
	nodeSize := 32
	if m.old {
		nodeSize = 16
	}
	at := [2]int{tree(nodes, nodeSize), tree(blocks, size)}
	copy(out, "!BDN\x00\x00\x00\x00SM")
	out[10], out[513] = 23, 0
	cipher, first := 513, 224
	if m.old {
		out[10], cipher, first = 14, 461, 188
		binary.LittleEndian.PutUint32(out[first:], uint32(at[0]))
		binary.LittleEndian.PutUint32(out[first+8:], uint32(at[1]))
	} else {
		binary.LittleEndian.PutUint64(out[first:], uint64(at[0]))
		binary.LittleEndian.PutUint64(out[first+16:], uint64(at[1]))
	}
	if m.hidden {
		out[cipher] = 1
	}
	return out
}

// mailbox makes a file of an inbox with a message and a contact: a body over
// several blocks, recipients, an attachment and a message within.
func mailbox(old, hidden bool) []byte {
	m := &maker{old: old, hidden: hidden}
	folder := func(name string) uint64 { return m.block(propertiesOf(text(0x3001, name))) }
	const root, inbox = 0x122, 0x8022
	m.nodes = append(m.nodes, node{id: root, data: folder("Dossiers"), parent: root})
	body := wide("Bonjour,\r\nNIR 2 80 01 75 001 001 04.\r\n" + string(bytes.Repeat([]byte("suite "), 300)))
	const long, attached, within = 0x105F, 0x8025, 0x8045
	csv := m.block(propertiesOf(value{id: 0x3701, kind: kindBinary, b: []byte("nom;nir\nMartin;1\n")}, text(0x3707, "adhérents.csv")))
	inner := m.block(propertiesOf(text(0x0037, "Réclamation"), text(0x1000, "Madame, IBAN FR76")))
	object := m.block(propertiesOf(text(0x3001, "Réclamation"), value{id: 0x3701, kind: kindObject, b: []byte{0x04, 0x90, 0, 0, 0, 0, 0, 0}}))
	recipients := m.block(recipientsOf([2]string{"Léa Durand", "lea@exemple.fr"}, [2]string{"Paul", "paul@exemple.fr"}))
	sub := m.table(node{id: nodeRecipient, data: recipients}, node{id: long, data: m.long(body, 512)}, node{id: attached, data: csv},
		node{id: within, data: object, sub: m.table(node{id: 0x9004, data: inner})})
	message := m.block(propertiesOf(value{id: 0x0017, kind: kindLong, raw: 1}, text(0x001A, "IPM.Note.SMIME"), text(0x0037, "Dossier de Zoé"),
		value{id: 0x0039, kind: kindTime, b: []byte{0, 0x40, 0x5d, 0xc4, 0x2a, 0xaa, 0xdc, 0x01}}, text(0x0C1F, "zoe@exemple.fr"), value{id: 0x1000, kind: kindWide, raw: long}))
	contact := m.block(propertiesOf(text(0x001A, "IPM.Contact"), text(0x3A11, "Martin"), text(0x3A1C, "06 12 34 56 78")))
	m.nodes = append(m.nodes, node{id: inbox, data: folder("Boîte de réception"), parent: root},
		node{id: 0x200004, data: message, sub: sub, parent: inbox}, node{id: 0x200024, data: contact, parent: inbox})
	for i := range uint32(40) { // so many that the table has several pages
		m.nodes = append(m.nodes, node{id: 0x200108 + 32*i, data: contact, parent: inbox}) // settings: not read
	}
	return m.bytes()
}
