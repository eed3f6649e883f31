package parts

import (
	"bytes"
	"context"
	"fmt"

	"recense/sources"
	"recense/sources/files/cells"
)

// Flow takes what a document says in its order and hands out paragraphs as
// running text, a line each, and tables as cells. What stands apart from the
// sentence it is written in (a text box, a deleted word, the target of a link)
// is an aside: lines of their own behind the paragraph.
//
// Line in the locations counts the paragraphs of a part from 1.
type Flow struct {
	// Rows counts the rows of all tables, Written the bytes of text, asides left out.
	Rows, Written int64

	ctx       context.Context
	out       sources.Output
	text      *cells.Text
	asides    []byte
	tables    []*grid
	count     int // tables so far
	width     int // columns of them
	part      string
	page      int32
	paragraph int64
	steps     int
}

// grid is an open table.
type grid struct {
	sheet  *cells.Sheet
	values []cells.Value
	row    int64
	column int // of the open cell, or the last one
	inCell bool
	cell   []byte
}

const (
	maxNested = 16       // tables in tables
	maxAsides = 64 << 10 // bytes that wait behind a paragraph
	maxCell   = 1 << 20  // bytes of a cell; the rest of it is running text
)

// NewFlow returns a flow into out. Close must be called.
func NewFlow(ctx context.Context, out sources.Output) *Flow {
	return &Flow{ctx: ctx, out: out, text: cells.NewText(out)}
}

// Close ends the use of f.
func (f *Flow) Close() { f.text.Close() }

// Begin ends what is open and begins a part, or a page of it.
func (f *Flow) Begin(part string, page int32) error {
	if err := f.End(); err != nil {
		return err
	}
	if part != f.part {
		f.paragraph = 0
	}
	f.part, f.page = part, page
	f.text.Part, f.text.Page = part, page
	return nil
}

// End closes what is open and hands out all text.
func (f *Flow) End() error {
	for len(f.tables) > 0 {
		if err := f.CloseTable(); err != nil {
			return err
		}
	}
	if err := f.EndParagraph(); err != nil {
		return err
	}
	return f.text.End()
}

// Paragraph begins a paragraph.
func (f *Flow) Paragraph() {
	f.paragraph++
	if g := f.grid(); g != nil && g.inCell {
		if n := len(g.cell); n > 0 && g.cell[n-1] != '\n' {
			g.cell = append(g.cell, '\n')
		}
		return
	}
	f.line()
	f.text.Mark(-1, f.paragraph)
}

// Write adds text to the paragraph or the cell at hand.
func (f *Flow) Write(b []byte) error {
	if f.steps++; f.steps%1024 == 0 && f.ctx.Err() != nil {
		return f.ctx.Err()
	}
	f.Written += int64(len(bytes.TrimSpace(b)))
	if g := f.grid(); g != nil && g.inCell && len(g.cell) < maxCell {
		g.cell = append(g.cell, b...)
		return nil
	}
	if f.text.Len() == 0 && f.paragraph > 0 {
		f.text.Mark(-1, f.paragraph)
	}
	f.text.Append(b...)
	return f.text.Drain()
}

// EndParagraph ends the line, and hands out the asides behind it.
func (f *Flow) EndParagraph() error {
	if f.grid() != nil {
		return nil
	}
	f.line()
	return f.flushAsides()
}

// Aside adds text that stands apart. EndAside ends its line.
func (f *Flow) Aside(b []byte) error {
	f.asides = append(f.asides, b...)
	if len(f.asides) > maxAsides {
		return f.flushAsides()
	}
	return nil
}

// EndAside ends the line of the asides.
func (f *Flow) EndAside() {
	if n := len(f.asides); n > 0 && f.asides[n-1] != '\n' {
		f.asides = append(f.asides, '\n')
	}
}

func (f *Flow) flushAsides() error {
	if len(f.asides) == 0 {
		return nil
	}
	f.line()
	f.text.Mark(-1, max(f.paragraph, 1))
	f.text.Append(f.asides...)
	f.asides = f.asides[:0]
	return f.text.Drain()
}

// Line adds a line of its own.
func (f *Flow) Line(b []byte) error {
	f.Paragraph()
	if err := f.Write(b); err != nil {
		return err
	}
	return f.EndParagraph()
}

func (f *Flow) line() {
	if f.text.Len() > 0 && f.text.Last() != '\n' {
		f.text.Append('\n')
	}
}

func (f *Flow) grid() *grid {
	if n := len(f.tables); n > 0 {
		return f.tables[n-1]
	}
	return nil
}

// OpenTable begins a table, which bears the name or a number. It returns false
// when there are too many within each other, or no columns are left: what stands
// in its cells then goes where it would without the table.
func (f *Flow) OpenTable(name string) (bool, error) {
	limit := f.out.Limits().Defaults().Fields
	if len(f.tables) >= maxNested || f.width >= limit {
		return false, nil
	}
	if len(f.tables) == 0 {
		if err := f.EndParagraph(); err != nil {
			return false, err
		}
		if err := f.text.End(); err != nil {
			return false, err
		}
	}
	f.count++
	if name == "" {
		name = fmt.Sprintf("table %d", f.count)
	}
	g := &grid{sheet: cells.NewSheet(f.out, name, limit-f.width)}
	g.sheet.Page(f.page)
	f.tables = append(f.tables, g)
	return true, nil
}

// OpenRow begins row number, from 1; 0 is the next one.
func (f *Flow) OpenRow(number int64) error {
	g := f.grid()
	if g == nil {
		return nil
	}
	if err := f.CloseRow(); err != nil {
		return err
	}
	if number <= g.row {
		number = g.row + 1
	}
	g.row, g.column, g.values = number, 0, g.values[:0]
	return nil
}

// OpenCell begins a cell, that of the next column.
func (f *Flow) OpenCell() {
	if g := f.grid(); g != nil {
		f.CloseCell()
		g.row = max(g.row, 1) // of damaged tables, cells may stand in no row
		g.column++
		g.inCell, g.cell = true, g.cell[:0]
	}
}

// Skip passes over n columns.
func (f *Flow) Skip(n int) {
	if g := f.grid(); g != nil && n > 0 {
		f.CloseCell()
		g.column = min(g.column+n, cells.MaxColumns)
	}
}

// Column returns how many columns of the row are passed.
func (f *Flow) Column() int {
	if g := f.grid(); g != nil {
		return g.column
	}
	return 0
}

// Value replaces what was written to the cell at hand; number says that it is
// stored as one.
func (f *Flow) Value(text string, number bool) {
	if g := f.grid(); g != nil && g.inCell {
		g.inCell = false
		g.add(text, number)
	}
}

// Repeat adds the last cell again.
func (f *Flow) Repeat() {
	if g := f.grid(); g != nil && len(g.values) > 0 {
		last := g.values[len(g.values)-1]
		g.column++
		g.add(last.Text, last.Number)
	}
}

// Text returns what was written to the cell at hand; it is valid until the next call.
func (f *Flow) Text() []byte {
	if g := f.grid(); g != nil && g.inCell {
		return bytes.TrimSpace(g.cell)
	}
	return nil
}

// CloseCell ends the cell.
func (f *Flow) CloseCell() {
	if g := f.grid(); g != nil && g.inCell {
		g.inCell = false
		g.add(string(bytes.TrimSpace(g.cell)), false)
		if cap(g.cell) > maxAsides {
			g.cell = nil
		}
	}
}

func (g *grid) add(text string, number bool) {
	if text != "" && g.column <= cells.MaxColumns {
		g.values = append(g.values, cells.Value{Column: g.column, Text: text, Number: number})
	}
}

// CloseRow hands over the row. RepeatRow hands it over once more.
func (f *Flow) CloseRow() error {
	g := f.grid()
	if g == nil || g.row == 0 {
		return nil
	}
	f.CloseCell()
	if len(g.values) == 0 {
		return nil
	}
	f.Rows++
	err := g.sheet.Row(g.row, g.values)
	g.values = g.values[:0]
	return err
}

// Pending returns the number of cells in the row at hand.
func (f *Flow) Pending() int {
	if g := f.grid(); g != nil {
		f.CloseCell()
		return len(g.values)
	}
	return 0
}

// CloseRows hands over the row n times, in rows that follow each other, and
// passes over skip more.
func (f *Flow) CloseRows(n, skip int64) error {
	g := f.grid()
	if g == nil {
		return nil
	}
	f.CloseCell()
	for i := range n {
		if len(g.values) == 0 {
			break
		}
		if f.ctx.Err() != nil {
			return f.ctx.Err()
		}
		f.Rows++
		if err := g.sheet.Row(g.row+i, g.values); err != nil {
			return err
		}
	}
	g.values = g.values[:0]
	g.row += n + skip - 1
	return nil
}

// CloseTable ends the innermost table.
func (f *Flow) CloseTable() error {
	g := f.grid()
	if g == nil {
		return nil
	}
	if err := f.CloseRow(); err != nil {
		return err
	}
	f.tables = f.tables[:len(f.tables)-1]
	if err := g.sheet.End(); err != nil {
		return err
	}
	f.width += g.sheet.Width()
	return f.EndParagraph()
}
