// Package hl7 reads messages of HL7 version 2 in their usual form (ER7): segments
// of fields between bars, as hospitals and laboratories exchange them, in files of
// one or many messages, with or without the frames of MLLP.
//
// Those of HPRIM Santé (H|~^\&|), of which laboratories in France make use, are of the same
// kind: there each patient is a row.
//
// Each message is a row. A component of a field is a cell of the column that the
// standard numbers (PID-5.1); labels say what the fields hold where persons, care and
// insurance are told, in the words that name columns. Repetitions and sub-components are cells of
// the same column. Documents that observations carry in base64 (OBX-5) are members.
// Escapes are left as they stand; their letters are seldom in identifiers.
package hl7

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/lines"
)

// Format is HL7 version 2.
var Format = sources.Format{
	Name: "hl7",
	Doc: `HL7 v2 (ER7), HPRIM Santé
Messages of HL7 2.x and HPRIM Santé 2.x: each a row, its fields columns by their numbers (PID-3.1); documents in base64
are opened.`,
	MediaType:  "text/hl7v2",
	Extensions: []string{".hl7", ".er7"},
	Sniff:      func(head []byte, _ string, _ int64) bool { _, ok := separators(start(head)); return ok },
	Read:       read,
}

// maxSegment bounds a segment, in bytes: a document in base64 is one field.
const maxSegment = 48 << 20

// start passes over what may stand in front of the first segment.
func start(head []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), "\x0b\r\n ")
}

// marks are the bytes that part fields, components, repetitions and sub-components,
// and that escape.
type marks struct {
	field, component, repetition, escape, sub byte
	name                                      int // bytes of the name of the header
}

// hprim reports whether the messages are those of HPRIM.
func (m *marks) hprim() bool { return m.name == 1 }

// separators reads them from the header of a message, a batch or a file.
func separators(segment []byte) (m marks, ok bool) {
	if len(segment) < 9 {
		return m, false
	}
	n := 3
	switch string(segment[:3]) {
	case "MSH", "BHS", "FHS":
	default:
		if n = 1; segment[0] != 'H' || !version(segment) {
			return m, false
		}
	}
	m = marks{segment[n], segment[n+1], segment[n+2], segment[n+3], segment[n+4], n}
	if m.sub == m.field { // older messages have no sub-components
		m.sub = 0
	} else if end := segment[n+5]; end != m.field && !(end == '#' && len(segment) > n+6 && segment[n+6] == m.field) {
		return m, false
	}
	seen := map[byte]bool{0: m.sub != 0}
	for _, c := range []byte{m.field, m.component, m.repetition, m.escape, m.sub} {
		if seen[c] || c > '~' || c < ' ' && c != 0 || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' {
			return m, false
		}
		seen[c] = true
	}
	return m, true
}

// version reports whether the header of a message of HPRIM says so: H2.1~C, in a field of its own.
func version(segment []byte) bool {
	field := segment[1]
	if i := bytes.IndexAny(segment, "\r\n"); i >= 0 {
		segment = segment[:i]
	}
	for i := byte('1'); i <= '3'; i++ {
		if bytes.Contains(segment, []byte{field, 'H', i, '.'}) {
			return true
		}
	}
	return false
}

// reader reads messages.
type reader struct {
	lines.Cells
	marks
	out      sources.Output
	messages int64
	name     []byte // of a column
	err      error
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	r := &reader{out: out}
	r.marks, _ = separators(start(cells.Head(in.Head)))
	r.Reset(out.Limits().Defaults().Fields)
	form := lines.Form{End: '\r', Longest: maxSegment, Split: r.segment}
	if head := cells.Head(in.Head); bytes.IndexByte(head, '\r') < 0 && bytes.IndexByte(head, '\n') >= 0 {
		form.End = '\n'
	}
	res, err := r.Read(ctx, in, out, form)
	res.Records, res.Lines = r.messages, 0
	if err == nil {
		err = r.err
	}
	return res, err
}

// segment adds the cells of a segment.
func (r *reader) segment(c *lines.Cells, t []byte, a, b int) {
	for a < b && (t[a] <= ' ' || t[a] == 0x1c) {
		a++
	}
	n := bytes.IndexByte(t[a:b], r.field)
	if m, ok := separators(t[a:b]); ok {
		r.marks = m
		if t[a] == 'M' {
			r.messages++
		}
		n = m.name
	} else if n == 1 && t[a] == 'P' && r.hprim() {
		r.messages++
	}
	c.Row = max(r.messages, 1)
	if n != 3 && !(r.hprim() && (n == 1 || n == 2)) {
		c.Add(t, a, b, c.Column([]byte("segment"), "")) // what goes on from the line before, mostly
		return
	}
	id, number, at := t[a:a+n], 1, a+n+1
	if name := string(id); name == "MSH" || name == "BHS" || name == "FHS" || name == "H" {
		number = 2 // the separator itself is the first field of a header
		skip := bytes.IndexByte(t[at:b], r.field)
		if skip < 0 {
			return
		}
		number, at = 3, at+skip+1
	}
	for ; at <= b && number < 1000; number++ {
		end := b
		if k := bytes.IndexByte(t[at:b], r.field); k >= 0 {
			end = at + k
		}
		r.value(c, t, id, number, at, end)
		at = end + 1
	}
}

// value adds the components of the repetitions of a field.
func (r *reader) value(c *lines.Cells, t, id []byte, number, a, b int) {
	component := 1
	for from := a; from < b; {
		end := from
		for end < b && t[end] != r.component && t[end] != r.repetition && (r.sub == 0 || t[end] != r.sub) {
			end++
		}
		if end > from && !(component == 5 && r.document(t, id, number, from, end)) {
			c.Add(t, from, end, r.columnOf(c, id, number, component))
		}
		if end < b {
			switch t[end] {
			case r.component:
				component++
			case r.repetition:
				component = 1
			}
		}
		from = end + 1
	}
}

// columnOf returns the column of a component.
func (r *reader) columnOf(c *lines.Cells, segment []byte, number, component int) int32 {
	r.name = fmt.Appendf(r.name[:0], "%s-%d.%d", segment, number, component)
	return c.Column(r.name, labels[string(r.name)])
}

// leastDocument is the length in base64 below which nothing is a document.
const leastDocument = 64

// document hands over what an observation holds in base64, and reports whether it
// was something that is opened.
func (r *reader) document(t, id []byte, number, a, b int) bool {
	if string(id) != "OBX" || number != 5 || b-a < leastDocument || r.err != nil {
		return false
	}
	data := make([]byte, base64.StdEncoding.DecodedLen(b-a))
	n, err := base64.StdEncoding.Decode(data, t[a:b])
	if err != nil || n == 0 {
		return false
	}
	name := fmt.Sprintf("OBX-5[%d]", r.Line)
	r.err = r.out.Member(sources.Member{Name: name, Size: int64(n), Reader: bytes.NewReader(data[:n]), Embedded: true})
	return true
}
