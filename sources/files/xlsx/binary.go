package xlsx

import (
	"bufio"
	"encoding/binary"
	"io"
	"math"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/codepage"
	"recense/sources/files/parts"
)

// The records of a binary workbook that are read (MS-XLSB 2.3.2).
const (
	recRow          = 0
	recRK           = 2
	recBool         = 4
	recReal         = 5
	recText         = 6
	recShared       = 7
	recFormulaText  = 8
	recFormulaReal  = 9
	recFormulaBool  = 10
	recShort        = 11 // added to the number of a cell: it follows the one before
	recLastShort    = 18
	recSharedItem   = 19
	recFormat       = 44
	recCellFormat   = 47
	recRich         = 62
	recEndSheet     = 130
	recBookProps    = 153
	recSheet        = 156
	recHeaderFooter = 479
	recCellFormats  = 617
	recEndFormats   = 618
	recAuthor       = 632
	recComment      = 635
	recCommentText  = 637
)

// binaryBook is the part that a binary workbook begins with.
const binaryBook = "xl/workbook.bin"

// maxRecord bounds the data of a record that is kept, in bytes.
const maxRecord = 1 << 20

// record is one of a binary part. Its data is valid until the next.
type record struct {
	kind int
	b    []byte
}

// word is the number at an offset, 0 beyond the end.
func (r *record) word(at int) uint32 {
	if at+4 > len(r.b) {
		return 0
	}
	return binary.LittleEndian.Uint32(r.b[at:])
}

func (r *record) float(at int) float64 {
	if at+8 > len(r.b) {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(r.b[at:]))
}

// text is a string at an offset, its length in front, and where it ends.
func (r *record) text(at int) (string, int) {
	n := int64(r.word(at))
	if n == 1<<32-1 || at+4 > len(r.b) { // none
		return "", at + 4
	}
	end := min(int64(at+4)+2*n, int64(len(r.b)))
	return codepage.Wide(r.b[at+4 : end]), int(end)
}

// records calls f for the records of a part. A part that ends too early, or is
// not there, makes the workbook damaged.
func (b *book) binaryRecords(key string, f func(*record) error) error {
	p, err := b.parts.Open(key)
	if err != nil {
		b.damaged = true
		return nil
	}
	defer p.Close()
	in := bufio.NewReaderSize(p, 32<<10)
	var r record
	for n := 0; ; n++ {
		if n%4096 == 0 && b.ctx.Err() != nil {
			return b.ctx.Err()
		}
		if err := r.next(in); err != nil {
			b.damaged = b.damaged || err != io.EOF
			return nil
		}
		if err := f(&r); err != nil {
			return err
		}
	}
}

// next reads a record: its number in one or two bytes of seven bits, its length in
// up to four.
func (r *record) next(in *bufio.Reader) error {
	kind, err := sevens(in, 2)
	if err != nil {
		return err
	}
	size, err := sevens(in, 4)
	if err != nil {
		return io.ErrUnexpectedEOF
	}
	r.kind = kind
	if cap(r.b) < min(size, maxRecord) {
		r.b = make([]byte, min(size, maxRecord))
	}
	r.b = r.b[:min(size, maxRecord)]
	if _, err := io.ReadFull(in, r.b); err != nil {
		return io.ErrUnexpectedEOF
	}
	if _, err := in.Discard(size - len(r.b)); err != nil {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func sevens(in *bufio.Reader, most int) (n int, err error) {
	for i := range most {
		c, err := in.ReadByte()
		if err != nil {
			return 0, err
		}
		n |= int(c&0x7F) << (7 * i)
		if c < 0x80 {
			break
		}
	}
	return n, nil
}

// binary reads a binary workbook.
func (b *book) binary() error {
	targets := b.relations("xl/_rels/workbook.bin.rels")
	err := b.binaryRecords(binaryBook, func(r *record) error {
		switch r.kind {
		case recBookProps:
			b.base1904 = r.word(0)&1 != 0
		case recSheet:
			id, at := r.text(8)
			name, _ := r.text(at)
			if key := targets[id]; key != "" {
				b.sheets = append(b.sheets, part{name, key})
			}
		}
		return nil
	})
	for _, read := range []func() error{b.binaryStyles, b.binaryStrings, b.binarySheets} {
		if err == nil {
			err = read()
		}
	}
	if err != nil {
		return err
	}
	return b.others()
}

func (b *book) binaryStyles() error {
	if !b.parts.Has("xl/styles.bin") {
		return nil
	}
	codes := make(map[int]cells.Style)
	inside := false
	return b.binaryRecords("xl/styles.bin", func(r *record) error {
		switch r.kind {
		case recFormat:
			code, _ := r.text(2)
			codes[int(r.word(0)&0xFFFF)] = cells.StyleOf(code)
		case recCellFormats, recEndFormats:
			inside = r.kind == recCellFormats
		case recCellFormat:
			if !inside || len(b.styles) > 1<<16 {
				break
			}
			id := int(r.word(0) >> 16)
			s, ok := codes[id]
			if !ok {
				s = cells.BuiltinStyle(id)
			}
			b.styles = append(b.styles, s)
		}
		return nil
	})
}

// binaryStrings reads the shared strings; those beyond the bound are given as text.
func (b *book) binaryStrings() error {
	key := "xl/sharedStrings.bin"
	if !b.parts.Has(key) {
		return nil
	}
	over := cells.NewText(b.out)
	defer over.Close()
	over.Part = key
	full := false
	err := b.binaryRecords(key, func(r *record) error {
		if r.kind != recSharedItem {
			return nil
		}
		text, _ := r.text(1)
		if !full {
			b.strings.Append([]byte(text)...)
			full = !b.strings.End()
			return nil
		}
		over.AppendString(text)
		over.Append('\n')
		return over.Drain()
	})
	if err != nil {
		return err
	}
	return over.End()
}

func (b *book) binarySheets() error {
	for _, p := range b.sheets {
		if err := b.binarySheet(p); err != nil {
			return err
		}
	}
	for key, sheet := range b.commentsOf() {
		if strings.HasSuffix(key, ".bin") && b.parts.Has(key) && isComments(strings.TrimSuffix(key, ".bin")+".xml") {
			if err := b.binaryComments(key, sheet); err != nil {
				return err
			}
		}
	}
	return nil
}

// binarySheet reads the cells of a sheet, and what is printed above and below it.
func (b *book) binarySheet(p part) error {
	s := cells.NewSheet(b.out, p.name, b.left())
	defer b.count(s)
	var values []cells.Value
	var headers []string
	row, column, ended := int64(0), 0, false
	err := b.binaryRecords(p.key, func(r *record) error {
		switch r.kind {
		case recRow:
			if err := s.Row(row, values); err != nil {
				return err
			}
			row, column, values = int64(r.word(0))+1, 0, values[:0]
		case recEndSheet:
			ended = true
		case recHeaderFooter:
			for at := 2; at < len(r.b); {
				var text string
				if text, at = r.text(at); text != "" {
					headers = append(headers, text)
				}
			}
		default:
			at := r.place(column)
			if at == 0 {
				break
			}
			column = at
			if v := b.binaryValue(r, column); v.Text != "" && v.Column <= cells.MaxColumns && (len(values) == 0 || values[len(values)-1].Column < v.Column) {
				values = append(values, v)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.damaged = b.damaged || !ended
	if err := s.Row(row, values); err != nil {
		return err
	}
	if err := s.End(); err != nil {
		return err
	}
	return b.headers(p, headers)
}

// place returns the column of a cell, from 1; 0 for what is none. A short cell
// stands behind the one before and is made like the others.
func (r *record) place(before int) int {
	switch {
	case r.kind > recShort && r.kind <= recLastShort:
		r.kind -= recShort
		r.b = append(binary.LittleEndian.AppendUint32(nil, uint32(before)), r.b...)
		return before + 1
	case r.kind > recRow && r.kind <= recShort, r.kind == recRich:
		return int(min(r.word(0), 1<<20)) + 1
	}
	return 0
}

// binaryValue reads a cell: its format and its value.
func (b *book) binaryValue(r *record, column int) cells.Value {
	v := cells.Value{Column: column}
	var st cells.Style
	if i := int(r.word(4) & 0xFFFFFF); i < len(b.styles) {
		st = b.styles[i]
	}
	switch r.kind {
	case recRK:
		v.Text, v.Number = cells.Number(cells.Float(cells.RK(r.word(8))), st, b.base1904), true
	case recReal, recFormulaReal:
		v.Text, v.Number = cells.Number(cells.Float(r.float(8)), st, b.base1904), true
	case recBool, recFormulaBool:
		if v.Text = "FALSE"; len(r.b) > 8 && r.b[8] != 0 {
			v.Text = "TRUE"
		}
	case recText, recFormulaText:
		v.Text, _ = r.text(8)
	case recRich:
		v.Text, _ = r.text(9)
	case recShared:
		v.Text = b.strings.At(int(int32(r.word(8))))
	}
	return v
}

// binaryComments reads the comments of a sheet, each at its cell, with the names
// of their authors behind them.
func (b *book) binaryComments(key, sheet string) error {
	var at cellAt
	var authors []string
	err := b.binaryRecords(key, func(r *record) error {
		switch r.kind {
		case recAuthor:
			if name, _ := r.text(0); name != "" && len(authors) < 1000 {
				authors = append(authors, name)
			}
		case recComment:
			at = cellAt{row: int64(r.word(4)) + 1, column: int(r.word(12)) + 1}
		case recCommentText:
			text, _ := r.text(1)
			return b.note(sheet, []byte(text), at)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.note(sheet, []byte(strings.Join(authors, "\n")), cellAt{})
}

// isBinary reports whether the archive is that of a binary workbook.
func isBinary(p *parts.Archive) bool { return p.Has(binaryBook) && !p.Has("xl/workbook.xml") }

// readBinary reads a binary workbook as a format of its own.
func (b *book) readBinary(res sources.Result) (sources.Result, error) {
	res.MediaType, res.Format = binary12, "xlsb"
	err := b.binary()
	res.Records = b.records
	return res, err
}
