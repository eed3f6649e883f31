package sas

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"

	"recense/sources/files/codepage"
)

// The signatures of descriptions, their low 32 bits.
const (
	rowSize    = 0xF7F7F7F7
	columnSize = 0xF6F6F6F6
	columnText = 0xFFFFFFFD
	columnName = 0xFFFFFFFF
	columnAttr = 0xFFFFFFFC
	columnForm = 0xFFFFFBFE
	columnList = 0xFFFFFFFE
	counts     = 0xFFFFFC00
)

// pointer reads what a pointer of a page leads to: a description, or a row.
func (s *set) pointer(page []byte, at int) error {
	from, length := s.number(page, at), s.number(page, at+s.int())
	at += 2 * s.int()
	if from < 0 || length < 0 || at+2 > len(page) {
		s.damaged = true
		return nil
	}
	compression, kind := page[at], page[at+1]
	if length == 0 || compression == 1 {
		return nil
	}
	if from > int64(len(page)) || length > int64(len(page))-from {
		s.damaged = true
		return nil
	}
	b := page[from : from+length]
	if s.describe(b) || s.unpack == nil || kind != 1 || compression != 0 && compression != 4 {
		return nil
	}
	return s.packedRow(b)
}

// packedRow gives a compressed row. Rows do not overlap: a page cannot hold more
// than itself.
func (s *set) packedRow(b []byte) error {
	if s.room -= len(b); s.room < 0 || s.length < 1 {
		s.damaged = true
		return nil
	}
	if s.row >= s.count {
		return nil
	}
	if len(b) < s.length {
		s.packed = s.unpack(s.packed[:0], b, s.length)
		if b = s.packed; len(b) != s.length {
			s.damaged = true
		}
	}
	return s.give(b[:min(len(b), s.length)])
}

// describe takes a description; false when b is none.
func (s *set) describe(b []byte) bool {
	n := s.int()
	if len(b) < n {
		return true
	}
	signature := s.order.Uint32(b)
	if s.wide && s.order == binary.BigEndian && (signature == 0 || signature == math.MaxUint32) {
		signature = s.order.Uint32(b[4:]) // the low half
	}
	switch signature {
	case rowSize:
		length, count, mixed := s.number(b, 5*n), s.number(b, 6*n), s.number(b, 15*n)
		if length < 1 || length > maxPage || count < 0 || mixed < 0 {
			s.damaged = true
			return true
		}
		s.length, s.count, s.mixed = int(length), count, mixed
	case columnText:
		s.keep(b[n:])
	case columnName:
		s.nameVariables(b[n:])
	case columnAttr:
		s.attributes(b)
	case columnForm:
		s.formatVariable(b)
	case columnSize, columnList, counts:
	default:
		return false
	}
	return true
}

// keep keeps a block of names, labels and formats.
func (s *set) keep(b []byte) {
	b = b[:min(len(b), max(s.short(b, 0), 0))]
	if s.textSize += len(b); s.textSize > maxText {
		s.damaged = true
		return
	}
	s.texts = append(s.texts, bytes.Clone(b))
	switch {
	case bytes.Contains(b, []byte("SASYZCRL")):
		s.unpack = runs
	case bytes.Contains(b, []byte("SASYZCR2")):
		s.unpack = ross
	}
}

// textAt returns the text that three numbers at b[at:] point to: block, offset,
// length.
func (s *set) textAt(b []byte, at int) string {
	block, from, length := s.short(b, at), s.short(b, at+2), s.short(b, at+4)
	if at+6 > len(b) || block >= len(s.texts) || from+length > len(s.texts[block]) {
		return ""
	}
	return strings.TrimRight(codepage.String(max(s.code, 1), s.texts[block][from:from+length]), " ")
}

// variable returns variable i, which may be new.
func (s *set) variable(i int) *variable {
	for len(s.variables) <= i {
		s.variables = append(s.variables, variable{})
	}
	return &s.variables[i]
}

func (s *set) nameVariables(b []byte) {
	for i := range (len(b) - s.int() - 12) / 8 {
		s.variable(s.names).name = s.textAt(b, 8*(i+1))
		s.names++
	}
}

func (s *set) attributes(b []byte) {
	n := s.int()
	known := 0 // those of earlier descriptions
	for known < len(s.variables) && s.variables[known].length > 0 {
		known++
	}
	for i := range (len(b) - 2*n - 12) / (n + 8) {
		at := n + 8 + i*(n+8)
		offset := s.number(b, at)
		if offset < 0 || offset > maxPage || at+n+7 > len(b) {
			s.damaged = true
			return
		}
		v := s.variable(known + i)
		v.offset, v.length = int(offset), int(s.order.Uint32(b[at+n:]))
		v.number = b[at+n+6] == 1
		if v.length < 0 || v.length > maxPage {
			s.damaged, v.length = true, 0
		}
	}
}

func (s *set) formatVariable(b []byte) {
	at := 3*s.int() + 22
	v := s.variable(s.formats)
	s.formats++
	v.format, v.label = s.textAt(b, at), s.textAt(b, at+6)
}
