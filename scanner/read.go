package scanner

import (
	"bufio"
	"io"
)

// recordReader reads the fragments of a part held in memory.
type recordReader struct {
	data []byte
	d    decoder
}

func (r *recordReader) next() (f fragment, ok bool, err error) {
	if len(r.data) == 0 {
		return f, false, nil
	}
	r.d.buf, r.d.bad = r.data, false
	record := r.d.bytes()
	r.data = r.d.buf
	r.d.buf = record
	f = r.d.fragment()
	return f, true, r.d.err()
}

// streamReader reads the fragments of a part that is too large to be held with
// all the others of its batch.
type streamReader struct {
	r   *bufio.Reader
	buf []byte
	d   decoder
}

func (r *streamReader) next() (f fragment, ok bool, err error) {
	n, err := readUvarint(r.r)
	if err == io.EOF {
		return f, false, nil
	}
	if err != nil || n > maxFrame {
		return f, false, errWire
	}
	if r.buf, err = readPayload(r.r, int(n), r.buf[:0]); err != nil {
		return f, false, err
	}
	r.d.buf, r.d.bad = r.buf, false
	f = r.d.fragment()
	return f, true, r.d.err()
}

// readFindings appends the findings of a section of part to dst, with the names
// of the elements of l.
func readFindings(dst []Finding, part []byte, sec section, l *Location) ([]Finding, error) {
	if sec.Off < 0 || sec.Len < 0 || int64(sec.Off)+int64(sec.Len) > int64(len(part)) {
		return dst, errWire
	}
	d := decoder{buf: part[sec.Off : sec.Off+sec.Len]}
	for len(d.buf) > 0 {
		f := d.finding()
		if d.bad {
			return dst, errWire
		}
		if e := l.element(f.Element); e != nil {
			f.At.Part, f.At.Field = e.Part, e.Field
		}
		dst = append(dst, f)
	}
	return dst, nil
}

// element returns the element of an index, nil when there is none.
func (l *Location) element(index int32) *Element {
	lo, hi := 0, len(l.Elements)
	for lo < hi {
		mid := (lo + hi) / 2
		if l.Elements[mid].Index < index {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(l.Elements) && l.Elements[lo].Index == index {
		return &l.Elements[lo]
	}
	return nil
}
