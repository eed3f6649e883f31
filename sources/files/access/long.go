package access

import (
	"bytes"
	"encoding/binary"
)

// maxLong bounds a long value, in bytes.
const maxLong = 32 << 20

// longValue returns a text or document that may lie on other pages: its head says how
// long it is and where it begins.
func (f *file) longValue(head []byte) []byte {
	const inline, single = 0x80000000, 0x40000000
	if len(head) < 12 {
		return nil
	}
	size, where := binary.LittleEndian.Uint32(head), binary.LittleEndian.Uint32(head[4:])
	n := int(min(size&0x3FFFFFFF, maxLong))
	switch {
	case size&inline != 0:
		return head[12:min(len(head), 12+n)]
	case size&single != 0:
		b := f.longRecord(where)
		return b[:min(len(b), n)]
	}
	var all []byte
	for where != 0 && len(all) < n {
		b := f.longRecord(where)
		if len(b) < 4 {
			break
		}
		where = binary.LittleEndian.Uint32(b)
		all = append(all, b[4:]...)
	}
	return all[:min(len(all), n)]
}

// longRecord returns a copy of the record that a pointer names: its number on the page,
// the page in the upper three bytes.
func (f *file) longRecord(where uint32) []byte {
	n := int64(where >> 8)
	var page []byte
	for i := range f.long {
		if f.long[i].at == n {
			page = f.long[i].b[:]
		}
	}
	if page == nil {
		f.turn = 1 - f.turn
		l := &f.long[f.turn]
		l.at = -1
		if !f.page(n, l.b[:]) || l.b[0] != dataPage {
			return nil
		}
		l.at, page = n, l.b[:]
	}
	b, _ := record(page, int(where&0xFF)) // its flag says nothing here
	if f.left -= int64(len(b)) + 16; f.left < 0 {
		f.over = true
		return nil
	}
	return bytes.Clone(b)
}

// document finds the file in an OLE field: behind the head that Access puts before an
// object of another program, a file begins with its magic.
func document(b []byte) []byte {
	if len(b) < 20 || b[0] != 0x15 || b[1] != 0x1C {
		return b
	}
	for _, magic := range []string{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "%PDF-", "PK\x03\x04", "\xff\xd8\xff", "\x89PNG\r\n", "{\\rtf"} {
		if i := bytes.Index(b, []byte(magic)); i >= 0 {
			return b[i:]
		}
	}
	return b
}
