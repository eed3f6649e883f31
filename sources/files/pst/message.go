package pst

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"recense/sources"
	"recense/sources/files/cfb"
	"recense/sources/files/msg"
)

// A message is handed to package msg as the streams that a message of its own would
// have: the same properties, under the names that MS-OXMSG gives them.

// Bounds of one message.
const (
	maxProperties  = 10_000
	maxRecipients  = 10_000
	maxAttachments = 10_000
	maxWithin      = 16 // messages in messages
)

// streams gathers those of a message.
type streams struct {
	list  []*cfb.Stream
	fixed []byte // the properties of fixed size of the storage at hand
}

func (s *streams) add(path string, at io.ReaderAt, size int64) {
	s.list = append(s.list, cfb.NewStream(path, at, size))
}

// fix adds a property of fixed size.
func (s *streams) fix(id, kind uint16, value uint64) {
	s.fixed = binary.LittleEndian.AppendUint32(s.fixed, uint32(id)<<16|uint32(kind))
	s.fixed = binary.LittleEndian.AppendUint32(s.fixed, 6)
	s.fixed = binary.LittleEndian.AppendUint64(s.fixed, value)
}

// end closes a storage: head is what stands in front of the properties of fixed size.
func (s *streams) end(storage string, head int) {
	b := append(make([]byte, head), s.fixed...)
	s.add(storage+"__properties_version1.0", bytes.NewReader(b), int64(len(b)))
	s.fixed = nil
}

// take adds a property to a storage.
func (s *streams) take(storage string, p prop) {
	name := func(kind uint16) string { return fmt.Sprintf("%s__substg1.0_%04X%04X", storage, p.id, kind) }
	switch p.kind {
	case kindLong, kindBool:
		s.fix(p.id, p.kind, uint64(p.raw))
	case kindTime:
		if b := p.bytes(8); len(b) == 8 {
			s.fix(p.id, p.kind, binary.LittleEndian.Uint64(b))
		}
	case kindWide, kindNarrow, kindBinary:
		if at, size, err := p.data(); err == nil {
			s.add(name(p.kind), at, size)
		}
	case kindWide | several, kindNarrow | several:
		for i, b := range parts(p.bytes(1 << 20)) {
			s.add(fmt.Sprintf("%s-%08X", name(p.kind), i), bytes.NewReader(b), int64(len(b)))
		}
	}
}

// parts cuts a value of several: their number, their offsets, themselves.
func parts(b []byte) (all [][]byte) {
	if len(b) < 4 {
		return nil
	}
	n := int(min(binary.LittleEndian.Uint32(b), 1024))
	for i := range n {
		if 8+4*i > len(b) {
			return all
		}
		from, to := int64(binary.LittleEndian.Uint32(b[4+4*i:])), int64(len(b))
		if i+1 < n && 12+4*i <= len(b) {
			to = int64(binary.LittleEndian.Uint32(b[8+4*i:]))
		}
		if from > to || to > int64(len(b)) {
			return all
		}
		all = append(all, b[from:to])
	}
	return all
}

// message reads a message: its properties, recipients, bodies and attachments.
func (f *file) message(data, sub uint64, out sources.Output, within int) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: "application/vnd.ms-outlook", Format: "pst message"}
	if err := f.ctx.Err(); err != nil {
		return res, err
	}
	h, err := f.heap(data, sub)
	if err != nil {
		f.broken = true
		return res, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	}
	var s streams
	n, damaged := 0, false
	if err := h.properties(func(p prop) error {
		if n++; n > maxProperties {
			return errDamaged
		}
		s.take("", p)
		return nil
	}); err != nil {
		damaged = true
	}
	s.end("", 32)
	f.recipients(sub, &s)
	inner, err := f.attachments(sub, &s)
	damaged = damaged || err != nil
	for i, name := range []string{"00030102", "00040102"} {
		s.add("__nameid_version1.0/__substg1.0_"+name, bytes.NewReader(f.names[i]), int64(len(f.names[i])))
	}
	for _, x := range s.list {
		res.Bytes += x.Size
	}
	err = msg.ReadStreams(f.ctx, cfb.Of(s.list), out)
	for _, x := range inner {
		if err != nil && !isFormat(err) {
			return res, err
		}
		m := sources.Member{Name: x.name, Size: -1, Embedded: true, Read: func(out sources.Output) (sources.Result, error) {
			return f.message(x.data, x.sub, out, within+1)
		}}
		if within >= maxWithin {
			m.Read, m.Status, m.Detail = nil, sources.TooLarge, sources.DepthLimit
		}
		if e := out.Member(m); e != nil {
			return res, e
		}
	}
	if err == nil && damaged {
		err = &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	return res, err
}

func isFormat(err error) bool {
	_, ok := err.(*sources.FormatError)
	return ok
}

// recipients adds the rows of the table of recipients.
func (f *file) recipients(sub uint64, s *streams) {
	e, ok := f.subnode(sub, nodeRecipient)
	if !ok {
		return
	}
	h, err := f.heap(e.data, e.sub)
	if err != nil {
		return
	}
	n := 0
	_ = h.rows(func(row []cell) error { // what could be read is kept
		if n++; n > maxRecipients {
			return errDamaged
		}
		storage := fmt.Sprintf("__recip_version1.0_#%08X/", n-1)
		for _, c := range row {
			p := prop{h: h, id: c.id, kind: c.kind}
			switch {
			case c.kind == kindTime && len(c.b) == 8:
				s.fix(c.id, c.kind, binary.LittleEndian.Uint64(c.b))
			case len(c.b) == 4:
				p.raw = binary.LittleEndian.Uint32(c.b)
				s.take(storage, p)
			}
		}
		s.end(storage, 8)
		return nil
	})
}

// attached is a message within a message.
type attached struct {
	name string
	node
}

// attachments adds the attachments and returns the messages among them.
func (f *file) attachments(sub uint64, s *streams) (inner []attached, err error) {
	const typeAttachment = 0x05
	n := 0
	err = f.subnodes(sub, func(e node) error {
		if e.id&0x1F != typeAttachment {
			return nil
		}
		h, err := f.heap(e.data, e.sub)
		if err != nil {
			return nil // of one; the others are read
		}
		if n++; n > maxAttachments {
			return errDamaged
		}
		storage := fmt.Sprintf("__attach_version1.0_#%08X/", n-1)
		before := len(s.list)
		var object *prop
		name := ""
		if err := h.properties(func(p prop) error {
			const content, display, long = 0x3701, 0x3001, 0x3707
			switch {
			case p.id == content && p.kind == kindObject:
				object = &p
			case p.id == display || p.id == long:
				name = p.text(256)
			}
			s.take(storage, p)
			return nil
		}); err != nil {
			f.broken = true
		}
		s.end(storage, 8)
		if object == nil {
			return nil
		}
		// The value says which of its nodes is the message.
		s.list = s.list[:before]
		if b := object.bytes(8); len(b) == 8 {
			if m, ok := f.subnode(e.sub, binary.LittleEndian.Uint32(b)); ok {
				inner = append(inner, attached{fmt.Sprintf("%s.msg", orNumber(name, n)), m})
			}
		}
		return nil
	})
	return inner, err
}

func orNumber(name string, n int) string {
	if name == "" {
		return fmt.Sprintf("attachment %d", n)
	}
	return name
}

// readNames reads the names of the properties that have a number of their own in each
// file (MS-PST 2.4.7).
func (f *file) readNames() {
	e, ok := f.node(nodeNames)
	if !ok {
		return
	}
	h, err := f.heap(e.data, e.sub)
	if err != nil {
		return
	}
	_ = h.properties(func(p prop) error { // without them the numbers stand
		switch p.id {
		case 3:
			f.names[0] = p.bytes(8 * maxProperties)
		case 4:
			f.names[1] = p.bytes(4 << 20)
		}
		return nil
	})
}
