package cfb

import (
	"encoding/binary"
	"strings"

	"recense/sources/files/codepage"
)

// Property is what a document says about itself, in words.
type Property struct{ Name, Value string }

// maxProperties bounds the bytes of a property set.
const maxProperties = 4 << 20

// summary and document name the properties that a person chose; the others are
// counts, times and pictures.
var (
	summary  = map[uint32]string{2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "comments", 8: "last author"}
	document = map[uint32]string{2: "category", 14: "manager", 15: "company", 26: "content type", 27: "content status", 28: "language"}
)

// Properties returns the texts of the document's property sets and those that its
// author added.
func (f *File) Properties() (all []Property) {
	for _, set := range []struct {
		stream string
		names  map[uint32]string
	}{{"SummaryInformation", summary}, {"DocumentSummaryInformation", document}} {
		data, _ := f.Stream(set.stream).Bytes(maxProperties) // a damaged one gives what it has
		all = append(all, propertySets(data, set.names)...)
	}
	return all
}

// propertySets reads the sets of a stream (MS-OLEPS 2.21): the first knows its
// properties by number, the second by the dictionary in it.
func propertySets(b []byte, names map[uint32]string) (all []Property) {
	if len(b) < 28 {
		return nil
	}
	for i := range min(binary.LittleEndian.Uint32(b[24:]), 2) {
		at := 28 + 20*int(i)
		if at+20 > len(b) {
			break
		}
		from := binary.LittleEndian.Uint32(b[at+16:])
		if int64(from) >= int64(len(b)) {
			continue
		}
		s := newSet(b[from:])
		if i > 0 {
			names = s.dictionary()
		}
		for _, p := range s.entries {
			if name := names[p.id]; name != "" {
				for _, value := range s.texts(p.at) {
					all = append(all, Property{name, value})
				}
			}
		}
	}
	return all
}

// set is a property set being read.
type set struct {
	b       []byte
	page    int
	entries []entry
}

type entry struct{ id, at uint32 }

func newSet(b []byte) *set {
	s := &set{b: b, page: 1252}
	n := s.word(4)
	for i := range min(n, 4096) {
		e := entry{s.word(8 + 8*i), s.word(12 + 8*i)}
		if e.id == 1 {
			s.page = int(uint16(s.word(e.at + 4)))
		}
		s.entries = append(s.entries, e)
	}
	return s
}

// word is the number at an offset, 0 beyond the end.
func (s *set) word(at uint32) uint32 {
	if int64(at)+4 > int64(len(s.b)) {
		return 0
	}
	return binary.LittleEndian.Uint32(s.b[at:])
}

// bytes are n bytes at an offset, fewer at the end.
func (s *set) bytes(at, n uint32) []byte {
	from := min(int64(at), int64(len(s.b)))
	return s.b[from:min(from+int64(n), int64(len(s.b)))]
}

// dictionary reads the names that the author gave to properties.
func (s *set) dictionary() map[uint32]string {
	names := make(map[uint32]string)
	for _, e := range s.entries {
		if e.id != 0 {
			continue
		}
		at := e.at + 4
		for range min(s.word(e.at), 4096) {
			id, n := s.word(at), min(s.word(at+4), 1<<16)
			if s.page == codepage.UTF16 {
				n *= 2
			}
			if id > 1 {
				names[id] = codepage.String(s.page, s.bytes(at+8, n))
			}
			at += 8 + n
			if s.page == codepage.UTF16 {
				at = (at + 3) &^ 3
			}
		}
	}
	return names
}

// The types of values that are texts.
const (
	typeVariant = 0x0C
	typeString  = 0x1E
	typeWide    = 0x1F
	typeVector  = 0x1000
)

// texts returns the texts of the value at an offset, of which a vector has several.
func (s *set) texts(at uint32) (all []string) {
	kind := s.word(at)
	n := uint32(1)
	at += 4
	if kind&typeVector != 0 {
		n = min(s.word(at), 4096)
		at += 4
	}
	for range n {
		one := kind &^ typeVector
		if one == typeVariant {
			one = s.word(at)
			at += 4
		}
		size := min(s.word(at), maxProperties)
		var text string
		switch one {
		case typeString:
			text = codepage.String(s.page, s.bytes(at+4, size))
			at += 4 + size
			if kind != typeVector|typeString || s.page == codepage.UTF16 {
				at = (at + 3) &^ 3
			}
		case typeWide:
			text = codepage.Wide(s.bytes(at+4, 2*size))
			at = (at + 4 + 2*size + 3) &^ 3
		default:
			return all
		}
		if text = strings.TrimSpace(text); text != "" {
			all = append(all, text)
		}
	}
	return all
}
