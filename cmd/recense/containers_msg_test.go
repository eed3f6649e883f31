package main

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// msgOf makes a message of Outlook (MS-OXMSG) with a subject and a body, in a compound
// file (MS-CFB) of version 3: a root with three streams, of which the two short ones
// are in the stream of short streams.
func msgOf(body string) []byte {
	const sector, short, least = 512, 64, 4096
	wide := func(s string) (b []byte) {
		for _, u := range utf16.Encode([]rune(s)) {
			b = binary.LittleEndian.AppendUint16(b, u)
		}
		return b
	}
	text, subject := wide(body), wide("Dossiers")
	for len(text) < least {
		text = append(text, ' ', 0)
	}
	properties := make([]byte, 32) // the head of a message; then one property each
	for tag, size := range map[uint32]int{0x1000001F: len(text) + 2, 0x0037001F: len(subject) + 2} {
		properties = binary.LittleEndian.AppendUint32(properties, tag)
		properties = binary.LittleEndian.AppendUint32(properties, 6)
		properties = binary.LittleEndian.AppendUint64(properties, uint64(size))
	}
	pad := func(b []byte, to int) []byte { return append(b, make([]byte, (to-len(b)%to)%to)...) }
	streams := []struct {
		name string
		data []byte
	}{{"__substg1.0_0037001F", subject}, {"__substg1.0_1000001F", text}, {"__properties_version1.0", properties}}

	// Sectors: the directory, the table of short sectors, the short streams, the body.
	var small, smallTable []byte
	starts := make([]uint32, len(streams))
	chain := func(table []byte, n int) []byte { // one of n sectors that begins at the end
		first := uint32(len(table) / 4)
		for i := range uint32(n) {
			next := first + i + 1
			if i == uint32(n)-1 {
				next = 0xFFFFFFFE
			}
			table = binary.LittleEndian.AppendUint32(table, next)
		}
		return table
	}
	for i, s := range streams {
		if len(s.data) < least {
			starts[i] = uint32(len(small) / short)
			piece := pad(bytes.Clone(s.data), short)
			small, smallTable = append(small, piece...), chain(smallTable, len(piece)/short)
		}
	}
	smallSize := len(small)
	for len(smallTable) < sector {
		smallTable = append(smallTable, 0xFF, 0xFF, 0xFF, 0xFF)
	}
	small, text = pad(small, sector), pad(text, sector)
	table := chain(chain(chain(nil, 1), 1), len(small)/sector)
	starts[1] = uint32(len(table) / 4)
	table = chain(table, len(text)/sector)
	tables := (len(table)/4 + 1 + 127) / 128
	for len(table)/4+tables > tables*128 {
		tables++
	}
	first := uint32(len(table) / 4) // of the table itself
	for range tables {
		table = binary.LittleEndian.AppendUint32(table, 0xFFFFFFFD)
	}
	for len(table) < tables*sector {
		table = append(table, 0xFF, 0xFF, 0xFF, 0xFF)
	}
	entry := func(name string, kind byte, child, right int32, start uint32, size int) []byte {
		e := make([]byte, 128)
		n := copy(e[:62], wide(name))
		binary.LittleEndian.PutUint16(e[64:], uint16(n+2))
		e[66], e[67] = kind, 1
		binary.LittleEndian.PutUint32(e[68:], 0xFFFFFFFF)
		binary.LittleEndian.PutUint32(e[72:], uint32(right))
		binary.LittleEndian.PutUint32(e[76:], uint32(child))
		binary.LittleEndian.PutUint32(e[116:], start)
		binary.LittleEndian.PutUint64(e[120:], uint64(size))
		return e
	}
	// Shorter names come first: 20, 20 and 23 letters, each to the right of the one before.
	directory := entry("Root Entry", 5, 1, -1, 2, smallSize)
	directory = append(directory, entry(streams[0].name, 2, -1, 2, starts[0], len(streams[0].data))...)
	directory = append(directory, entry(streams[1].name, 2, -1, 3, starts[1], len(streams[1].data))...)
	directory = append(directory, entry(streams[2].name, 2, -1, -1, starts[2], len(streams[2].data))...)

	head := make([]byte, sector)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	for at, v := range map[int]uint16{24: 0x3E, 26: 3, 28: 0xFFFE, 30: 9, 32: 6} {
		binary.LittleEndian.PutUint16(head[at:], v)
	}
	for at, v := range map[int]uint32{44: uint32(tables), 48: 0, 56: least, 60: 1, 64: 1, 68: 0xFFFFFFFE, 72: 0} {
		binary.LittleEndian.PutUint32(head[at:], v)
	}
	for i := range 109 {
		v := uint32(0xFFFFFFFF)
		if i < tables {
			v = first + uint32(i)
		}
		binary.LittleEndian.PutUint32(head[76+4*i:], v)
	}
	return bytes.Join([][]byte{head, directory, smallTable, small, text, table}, nil)
}
