package scanner

import (
	"bufio"
	"io"
	"sort"
)

// recordReader reads the fragments of a part held in memory.
type recordReader struct {
	data []byte
	d    decoder
	f    fragment
}

// next returns the next fragment, which is valid until next is called again; what it
// points to stays.
func (r *recordReader) next() (f *fragment, ok bool, err error) {
	if len(r.data) == 0 {
		return nil, false, nil
	}
	r.d.buf, r.d.bad = r.data, false
	record := r.d.bytes()
	r.data = r.d.buf
	r.d.buf = record
	r.d.fragmentInto(&r.f)
	return &r.f, true, r.d.err()
}

// streamReader reads the fragments of a part that is too large to be held with
// all the others of its batch.
type streamReader struct {
	r   *bufio.Reader
	buf []byte
	d   decoder
	f   fragment
}

// next is that of recordReader.
func (r *streamReader) next() (f *fragment, ok bool, err error) {
	n, err := readUvarint(r.r)
	if err == io.EOF {
		return nil, false, nil
	}
	if err != nil || n > maxFrame {
		return nil, false, errWire
	}
	if r.buf, err = readPayload(r.r, int(n), r.buf[:0]); err != nil {
		return nil, false, err
	}
	r.d.buf, r.d.bad = r.buf, false
	r.d.fragmentInto(&r.f)
	return &r.f, true, r.d.err()
}

// readFindings appends the findings of a section of part to dst, with the names
// of the elements own of its fragment.
func readFindings(dst []Finding, part []byte, sec section, own []Element) ([]Finding, error) {
	if sec.Off < 0 || sec.Len < 0 || int64(sec.Off)+int64(sec.Len) > int64(len(part)) {
		return dst, errWire
	}
	d := decoder{buf: part[sec.Off : sec.Off+sec.Len]}
	for len(d.buf) > 0 {
		f := d.finding()
		if d.bad {
			return dst, errWire
		}
		if e := elementOf(own, f.Element); e != nil {
			f.At.Part, f.At.Field = e.Part, e.Field
		}
		dst = append(dst, f)
	}
	return dst, nil
}

// elementOf returns the element of an index among those sorted by it, nil when there is
// none.
func elementOf(list []Element, index int32) *Element {
	at := sort.Search(len(list), func(i int) bool { return list[i].Index >= index })
	if at == len(list) || list[at].Index != index {
		return nil
	}
	return &list[at]
}
