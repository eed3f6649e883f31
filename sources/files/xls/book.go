package xls

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/codepage"
)

// book is a workbook being read.
type book struct {
	ctx context.Context
	out sources.Output
	rec *records

	version   int // of BIFF: 2, 3, 4, 5, 8
	begun     bool
	encrypted bool
	damaged   bool
	depth     int // of open substreams
	page      int
	base1904  bool
	user      string
	formats   map[int]cells.Style
	styles    []cells.Style
	names     map[int64]string // of sheets, by the offset of their first record
	strings   cells.Strings
	width     int
	records   int64
	sheets    int
	steps     int
}

// maxStyles bounds the formats of cells.
const maxStyles = 1 << 16

// globals reads the stream: substreams one after another, the first of which holds
// what is common to all. Charts stand in the sheet that shows them.
func (b *book) globals() error {
	b.formats, b.names = make(map[int]cells.Style), make(map[int64]string)
	for b.rec.scan() && !b.encrypted {
		if err := b.tick(); err != nil {
			return err
		}
		if v := b.bof(); v > 0 {
			b.version, b.begun = v, true
			b.depth++
			if b.version < 5 || b.kindOf() != 5 {
				if err := b.sheet(); err != nil {
					return err
				}
			}
			continue
		}
		if err := b.global(); err != nil {
			return err
		}
	}
	return nil
}

func (b *book) tick() error {
	if b.steps++; b.steps%4096 == 0 {
		return b.ctx.Err()
	}
	return nil
}

// bof returns the version that a record at the beginning of a substream tells, 0
// for all other records.
func (b *book) bof() int {
	switch b.rec.kind {
	case recBOF2:
		return 2
	case recBOF3:
		return 3
	case recBOF4:
		return 4
	case recBOF:
		if b.rec.u16(0) == 0x600 {
			return 8
		}
		return 5
	}
	return 0
}

// kindOf is what a substream holds: 5 what is common, 0x10 a sheet, 0x20 a chart.
func (b *book) kindOf() int { return b.rec.u16(2) }

func (b *book) global() error {
	r := b.rec
	switch r.kind {
	case recEOF:
		b.depth = max(b.depth-1, 0)
	case recFilePass:
		b.encrypted = true
	case recBoundSheet:
		if len(r.buf) > 7 && len(b.names) < 1<<16 {
			b.names[int64(r.u32(0))] = b.short(6)
		}
	case recSST:
		return b.sst()
	case recSupBook, recCached, recDrawings, recQuery:
		return b.told(b.linked)
	default:
		b.common()
	}
	return nil
}

// common takes the records that stand in the first substream, and in the sheets of
// files that have no such.
func (b *book) common() {
	r := b.rec
	switch r.kind {
	case recCodePage:
		b.page = r.u16(0)
	case recDateMode:
		b.base1904 = r.u16(0) == 1
	case recWriteAccess:
		b.user = strings.TrimSpace(b.long(0))
		if b.version < 8 {
			b.user = strings.TrimSpace(b.short(0))
		}
	case recFormat:
		code := b.long(2)
		if b.version < 8 {
			code = b.short(2)
		}
		if b.version == 4 { // numbered by their order
			b.format(len(b.formats), b.short(2))
			break
		}
		b.format(r.u16(0), code)
	case recFormat2:
		b.format(len(b.formats), b.short(0))
	case recXF, recXF4, recXF3, recXF2:
		b.xf()
	}
}

func (b *book) format(id int, code string) {
	if len(b.formats) < maxStyles {
		b.formats[id] = cells.StyleOf(code)
	}
}

// xf takes the format of cells.
func (b *book) xf() {
	var id int
	switch b.rec.kind {
	case recXF:
		id = b.rec.u16(2)
	case recXF2:
		id = b.rec.u16(1) >> 8 & 0x3F
	default:
		id = b.rec.u16(0) >> 8
	}
	if len(b.styles) >= maxStyles {
		return
	}
	s, ok := b.formats[id]
	if !ok && b.version >= 5 {
		s = cells.BuiltinStyle(id)
	}
	b.styles = append(b.styles, s)
}

// short is a string with its length in one byte; long one with two.
func (b *book) short(at int) string {
	if at >= len(b.rec.buf) {
		return ""
	}
	return b.chars(at+1, int(b.rec.buf[at]))
}

func (b *book) long(at int) string { return b.chars(at+2, b.rec.u16(at)) }

func (b *book) chars(at, n int) string {
	if at > len(b.rec.buf) {
		return ""
	}
	if b.version >= 8 {
		return unicode(b.rec.buf[at:], n)
	}
	return codepage.String(b.page, b.rec.buf[at:min(at+n, len(b.rec.buf))])
}

// sst reads the shared strings. Those beyond the bound are given as text, for no
// cell can show them.
func (b *book) sst() error {
	count := b.rec.u32(4)
	p := &pieces{r: b.rec, b: b.rec.buf[min(8, len(b.rec.buf)):]}
	over := cells.NewText(b.out)
	defer over.Close()
	over.Part = "shared strings"
	full := false
	var runes []rune
	var utf []byte
	for n := uint32(0); n < count && !p.short; n++ {
		if err := b.tick(); err != nil {
			return err
		}
		runes = p.unicode(runes[:0])
		utf = append(utf[:0], string(runes)...)
		if !full {
			b.strings.Append(utf...)
			full = !b.strings.End()
			continue
		}
		over.Append(utf...)
		over.Append('\n')
		if err := over.Drain(); err != nil {
			return err
		}
	}
	return over.End()
}

// sheet is a sheet being read.
type sheet struct {
	*book
	part   string
	table  *cells.Sheet
	row    int64
	values []cells.Value
	open   cells.Value // a formula whose text is in the next record
	notes  []note
	texts  map[int]string // of drawn objects
	object int            // the last one
	lines  *cells.Text    // what stands in no cell
}

type note struct {
	object int
	at     cellAt
	author string
}

// maxTexts bounds the texts of drawn objects that wait for their cell.
const maxTexts = 100_000

// sheet reads a substream to its end.
func (b *book) sheet() error {
	b.sheets++
	part := b.names[b.rec.at]
	if part == "" {
		part = "Sheet" + strconv.Itoa(b.sheets)
	}
	s := &sheet{book: b, part: part, texts: make(map[int]string)}
	s.table = cells.NewSheet(b.out, part, max(b.out.Limits().Defaults().Fields-b.width, 1))
	s.lines = cells.NewText(b.out)
	defer s.lines.Close()
	s.lines.Part = part
	outer := b.depth - 1
	for b.depth > outer && b.rec.scan() && !b.encrypted {
		if err := b.tick(); err != nil {
			return err
		}
		if err := s.record(); err != nil {
			return err
		}
	}
	if err := b.ctx.Err(); err != nil {
		return err
	}
	if err := s.endRow(); err != nil {
		return err
	}
	if err := s.table.End(); err != nil {
		return err
	}
	b.width += s.table.Width()
	b.records += s.table.Count
	return s.rest()
}

func (s *sheet) record() error {
	if s.bof() > 0 {
		s.depth++
		if s.depth > 16 {
			s.damaged = true
			s.depth = 16
		}
		return nil
	}
	r := s.rec
	switch r.kind {
	case recEOF:
		s.depth--
	case recFilePass:
		s.encrypted = true
	case recInteger2:
		return s.add2(cells.Float(float64(r.u16(7))))
	case recNumber2:
		return s.add2(cells.Float(r.float(7)))
	case recLabel2:
		return s.cell(r.u16(0), r.u16(2), s.short(7), false)
	case recBoolErr2:
		return s.cell(r.u16(0), r.u16(2), boolean(r.buf, 7), false)
	case recNumber:
		return s.number(r.u16(0), r.u16(2), r.u16(4), r.float(6))
	case recRK:
		return s.number(r.u16(0), r.u16(2), r.u16(4), cells.RK(r.u32(6)))
	case recMulRK:
		for at := 4; at+8 <= len(r.buf); at += 6 {
			if err := s.number(r.u16(0), r.u16(2)+(at-4)/6, r.u16(at), cells.RK(r.u32(at+2))); err != nil {
				return err
			}
		}
	case recLabel, recRString:
		return s.cell(r.u16(0), r.u16(2), s.long(6), false)
	case recLabelSST:
		return s.cell(r.u16(0), r.u16(2), s.strings.At(int(int32(r.u32(6)))), false)
	case recBoolErr:
		return s.cell(r.u16(0), r.u16(2), boolean(r.buf, 6), false)
	case recFormula, recFormula3, recFormula4:
		return s.formula()
	case recString, recString2:
		return s.result()
	default:
		return s.beside()
	}
	return nil
}

// boolean is a truth value; errors of formulas say nothing.
func boolean(b []byte, at int) string {
	switch {
	case at+1 >= len(b) || b[at+1] != 0:
		return ""
	case b[at] != 0:
		return "TRUE"
	}
	return "FALSE"
}

func (s *sheet) add2(number string) error {
	return s.cell(s.rec.u16(0), s.rec.u16(2), number, true)
}

func (s *sheet) number(row, column, style int, v float64) error {
	var st cells.Style
	if style < len(s.styles) {
		st = s.styles[style]
	}
	return s.cell(row, column, cells.Number(cells.Float(v), st, s.base1904), true)
}

// formula takes the last value of a formula.
func (s *sheet) formula() error {
	r := s.rec
	row, column, style, at := r.u16(0), r.u16(2), r.u16(4), 6
	if s.version == 2 {
		style, at = 0, 7
	}
	if err := s.constants(); err != nil {
		return err
	}
	if r.u16(at+6) != 0xFFFF {
		return s.number(row, column, style, r.float(at))
	}
	if at >= len(r.buf) {
		return nil
	}
	switch r.buf[at] {
	case 0: // a text, in the next record
		if err := s.turn(row); err != nil {
			return err
		}
		s.open = cells.Value{Column: column + 1}
	case 1:
		return s.cell(row, column, boolean([]byte{r.buf[min(at+2, len(r.buf)-1)], 0}, 0), false)
	}
	return nil
}

// result takes the text that a formula gave.
func (s *sheet) result() error {
	column := s.open.Column - 1
	s.open = cells.Value{}
	if column < 0 {
		return nil
	}
	value := ""
	switch {
	case s.rec.kind == recString2 || s.version == 2:
		value = s.short(0)
	case s.version >= 8:
		p := &pieces{r: s.rec, b: s.rec.buf}
		value = string(p.unicode(nil))
	default:
		value = s.long(0)
	}
	return s.cell(int(s.row-1), column, value, false)
}

// turn ends the row at hand when row, from 0, is another one.
func (s *sheet) turn(row int) error {
	if int64(row)+1 == s.row {
		return nil
	}
	if err := s.endRow(); err != nil {
		return err
	}
	s.row = int64(row) + 1
	return nil
}

func (s *sheet) cell(row, column int, value string, number bool) error {
	if err := s.turn(row); err != nil {
		return err
	}
	if value != "" && column < cells.MaxColumns && len(s.values) < 2*cells.MaxColumns {
		s.values = append(s.values, cells.Value{Column: column + 1, Text: value, Number: number})
	}
	return nil
}

// endRow hands over the row, its cells in order, one each.
func (s *sheet) endRow() error {
	if len(s.values) == 0 {
		return nil
	}
	byColumn := func(a, b cells.Value) int { return a.Column - b.Column }
	if !slices.IsSortedFunc(s.values, byColumn) {
		slices.SortStableFunc(s.values, byColumn)
	}
	s.values = slices.CompactFunc(s.values, func(a, b cells.Value) bool { return a.Column == b.Column })
	err := s.table.Row(s.row, s.values)
	s.values = s.values[:0]
	return err
}

// beside takes what stands in no cell.
func (s *sheet) beside() error {
	r := s.rec
	switch r.kind {
	case recHeader, recFooter:
		if s.version >= 8 {
			return s.line(s.long(0))
		}
		return s.line(s.short(0))
	case recObj:
		if r.u16(0) == 0x15 { // the common part
			s.object = r.u16(6)
		}
	case recTXO:
		return s.drawn()
	case recNote:
		s.comment()
	case recHLink:
		return s.line(link(r.buf))
	case recValidation, recDrawing, recTooltip, recQuery:
		return s.told(s.line)
	case 0x100D: // a label of a chart
		return s.line(s.short(2))
	default:
		if s.version < 5 {
			s.common()
		}
	}
	return nil
}

// drawn takes the text of a drawn object, which stands in the records behind.
func (s *sheet) drawn() error {
	n := s.rec.u16(10)
	if n == 0 {
		return nil
	}
	p := &pieces{r: s.rec}
	text := string(p.chars(nil, n, false))
	if len(s.texts) < maxTexts {
		s.texts[s.object] += text
		return nil
	}
	return s.line(text)
}

// comment remembers to which cell a drawn object belongs; before BIFF 8 the text
// stands in the record.
func (s *sheet) comment() {
	r := s.rec
	if len(s.notes) >= maxTexts {
		s.damaged = true
		return
	}
	at := cellAt{row: int64(r.u16(0)) + 1, column: r.u16(2) + 1}
	if s.version >= 8 {
		s.notes = append(s.notes, note{r.u16(6), at, s.long(8)})
		return
	}
	if r.u16(0) == 0xFFFF && len(s.notes) > 0 { // a long text goes on
		s.notes[len(s.notes)-1].author += s.chars(6, len(r.buf)-6)
		return
	}
	s.notes = append(s.notes, note{-1, at, s.chars(6, len(r.buf)-6)})
}

// link is where a link leads (MS-OSHARED 2.3.7): its first address in UTF-16.
func link(b []byte) string {
	moniker := []byte{0xE0, 0xC9, 0xEA, 0x79, 0xF9, 0xBA, 0xCE, 0x11, 0x8C, 0x82, 0x00, 0xAA, 0x00, 0x4B, 0xA9, 0x0B}
	_, b, ok := bytes.Cut(b, moniker)
	if !ok || len(b) < 4 {
		return ""
	}
	n := binary.LittleEndian.Uint32(b)
	return codepage.Wide(b[4:min(4+int64(n), int64(len(b)))])
}

// line adds a line to the text of the sheet.
func (s *sheet) line(text string) error {
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	s.lines.AppendString(text)
	s.lines.Append('\n')
	return s.lines.Drain()
}

// rest gives the comments, each at its cell, then the other texts.
func (s *sheet) rest() error {
	for _, n := range s.notes {
		text := n.author
		if t := s.texts[n.object]; t != "" && n.object >= 0 {
			text += "\n" + t
			delete(s.texts, n.object)
		}
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if err := s.out.Chunk(&sources.Chunk{Data: []byte(text), To: len(text), Part: s.part, Locator: n.at}); err != nil {
			return err
		}
	}
	objects := make([]int, 0, len(s.texts))
	for object := range s.texts {
		objects = append(objects, object)
	}
	slices.Sort(objects)
	for _, object := range objects {
		if err := s.line(s.texts[object]); err != nil {
			return err
		}
	}
	return s.lines.End()
}

// cellAt leads every offset to one cell.
type cellAt struct {
	row    int64
	column int
}

// Locate implements sources.Locator.
func (c cellAt) Locate(int) sources.Location {
	return sources.Location{Row: c.row, Column: int32(c.column), Byte: -1}
}
