package tnef

import (
	"io"
	"strings"

	"recense/sources/files/codepage"
	"recense/sources/files/msg"
)

// The types of properties (MS-OXCDATA 2.11.1), and those of them that are read apart.
const (
	typeNarrow = 0x001E
	typeWide   = 0x001F
	typeObject = 0x000D
	typeBinary = 0x0102
	multiple   = 0x1000

	propRich       = 0x1009
	propHTML       = 0x1013
	propData       = 0x3701 // of an attachment
	propLongName   = 0x3707
	maxNames       = 10_000 // properties of one list
	interfaceBytes = 16     // in front of a message within
)

// sizes are those of the types of fixed size; all values fill up words.
var sizes = map[uint32]int64{0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4, 0x0014: 8, 0x0040: 8, 0x0048: 16}

// properties reads a list of properties (2.1.3.4.1): of the message, of a recipient, or
// of the attachment whose data came before.
func (m *message) properties(body *piece, attached bool) error {
	count, err := body.word()
	if err != nil {
		return err
	}
	if count > maxNames {
		return errCorrupt
	}
	for range count {
		tag, err := body.word()
		if err != nil {
			return err
		}
		kind, id := tag&0xFFFF, tag>>16
		if id >= 0x8000 {
			if err := named(body); err != nil {
				return err
			}
		}
		values := uint32(1)
		variable := kind&^multiple == typeNarrow || kind&^multiple == typeWide || kind&^multiple == typeBinary || kind == typeObject
		if kind&multiple != 0 || variable {
			if values, err = body.word(); err != nil {
				return err
			}
		}
		for range values {
			if variable {
				err = m.value(body, kind&^multiple, id, attached)
			} else if size := sizes[kind&^multiple]; size > 0 {
				err = body.skip(size)
			} else {
				err = errCorrupt
			}
			if err == nil {
				err = m.text.Drain()
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// named passes over the name of a property: a set, a kind, then a number or a text.
func named(body *piece) error {
	if err := body.skip(16); err != nil {
		return err
	}
	kind, err := body.word()
	if err != nil {
		return err
	}
	n, err := body.word()
	if err != nil || kind == 0 {
		return err
	}
	return body.skip(padded(int64(n)))
}

func padded(n int64) int64 { return (n + 3) &^ 3 }

// value reads a value of variable size: length, bytes, zeros up to a word.
func (m *message) value(body *piece, kind, id uint32, attached bool) error {
	length, err := body.word()
	if err != nil {
		return err
	}
	size := int64(length)
	if size > body.left {
		return errCorrupt
	}
	v := &io.LimitedReader{R: body, N: size}
	switch {
	case kind == typeNarrow || kind == typeWide:
		err = m.texts(v, kind, id, attached)
	case id == propRich:
		err = m.member("body.rtf", msg.Rich(v), -1)
	case id == propHTML:
		err = m.member("body.html", v, size)
	case id == propData && attached && kind == typeObject:
		if _, err = io.CopyN(io.Discard, v, min(interfaceBytes, size)); err == nil {
			err = m.member(m.name, v, v.N)
		}
	case id == propData && attached:
		err = m.member(m.name, v, size)
	}
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, v); err != nil {
		return err
	}
	return body.skip(min(padded(size)-size, body.left))
}

// texts takes a text; of an attachment only its name is one.
func (m *message) texts(v *io.LimitedReader, kind, id uint32, attached bool) error {
	b, err := io.ReadAll(io.LimitReader(v, maxText))
	if err != nil {
		return err
	}
	text := m.narrow(b)
	if kind == typeWide {
		text = strings.TrimSpace(strings.TrimRight(codepage.Wide(b), "\x00"))
	}
	m.add(text)
	if attached && id == propLongName && text != "" {
		m.name = text[:min(len(text), maxName)]
	}
	return nil
}
