package htmltext

import (
	"bytes"
	"strconv"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
)

// table is an open table.
type table struct {
	rows    *cells.Rows
	row     []tableCell // the one being read
	count   int64       // rows so far
	named   bool        // a row named the columns
	groups  []tableCell // the first row, where all of it are headings
	above   []tableCell // a row that may name them
	tried   bool        // one was looked at
	fresh   func() *cells.Rows
	keys    map[string]int32
	inCell  bool
	heading bool
	span    int
	at      sources.Location
	cell    []byte
	stored  string // the number that a spreadsheet stored in the cell, which may be shown rounded
}

type tableCell struct {
	text    string
	heading bool
	column  int // in the row
	at      sources.Location
}

// maxCells bounds a row.
const maxCells = 16 << 10

// open begins a cell.
func (t *table) open(heading bool, span int, byte, line int64) {
	t.close()
	t.inCell, t.heading, t.span = true, heading, span
	t.at = sources.Location{Byte: byte, Line: line}
}

// close ends the cell, if one is open.
func (t *table) close() {
	if !t.inCell {
		return
	}
	t.inCell = false
	column := 0
	if n := len(t.row); n > 0 {
		column = t.row[n-1].column + 1
	}
	if len(t.row) < maxCells {
		t.at.Column = int32(column + 1)
		text := string(bytes.TrimSpace(t.cell))
		if t.stored != "" && (text == "" || rounded(text)) {
			text = t.stored
		}
		t.row = append(t.row, tableCell{text, t.heading, column + t.span - 1, t.at})
	}
	t.cell, t.stored = t.cell[:0], ""
}

// rounded reports whether a number is shown as a power of ten, so that it lost digits, or
// as marks for want of room.
func rounded(text string) bool {
	_, power, ok := strings.Cut(strings.ToUpper(text), "E+")
	return ok && power != "" && strings.Trim(power, digits) == "" || text != "" && strings.Trim(text, "#") == ""
}

// endRow hands out the row. Its columns are those of the headings, or of the
// heading in front of it.
func (t *table) endRow() error {
	t.close()
	if len(t.row) == 0 {
		return nil
	}
	t.count++
	headings := 0
	for _, c := range t.row {
		if c.heading {
			headings++
		}
	}
	if t.count == 1 && headings == len(t.row) { // they are cells too: headings can hold values
		t.named = true
		for _, c := range t.row {
			if err := t.name(c.column, c.text); err != nil {
				return err
			}
		}
		t.groups = append(t.groups[:0], t.row...)
	} else if t.count == 2 && headings == len(t.row) && len(t.groups) < len(t.row) {
		if err := t.join(); err != nil {
			return err
		}
	}
	return t.untold(headings)
}

// join names the columns after the second row of headings, with the names of the groups
// that the first one gives in front.
func (t *table) join() error {
	groups := t.groups
	for _, c := range t.row {
		for len(groups) > 0 && groups[0].column < c.column { // of a heading over several columns, the last
			groups = groups[1:]
		}
		name := c.text
		if len(groups) > 0 {
			name = strings.TrimSpace(groups[0].text + " " + name)
		}
		if err := t.name(c.column, name); err != nil {
			return err
		}
	}
	return nil
}

// maxTitles is how many rows may stand above the names of the columns.
const maxTitles = 20

// untold looks for names in a table that does not say which row holds them: the
// first one of three cells or more in which each could be a name, when digits
// stand below one without any.
func (t *table) untold(headings int) error {
	above := t.above
	t.above = nil
	if above != nil && differs(above, t.row) {
		if err := t.rename(above); err != nil {
			return err
		}
	}
	if above != nil {
		row := t.row
		t.row = above
		if err := t.hand(t.count - 1); err != nil {
			return err
		}
		t.row = row
	}
	if above == nil && !t.named && headings == 0 && !t.tried && t.count <= maxTitles && couldName(t.row) {
		t.tried = true
		t.above = append([]tableCell(nil), t.row...)
		t.row = t.row[:0]
		return nil
	}
	return t.hand(t.count)
}

// rename begins the table anew, with names.
func (t *table) rename(names []tableCell) error {
	if len(t.rows.Columns.Table.Columns) > 0 {
		if err := t.rows.Flush(); err != nil {
			return err
		}
		part := t.rows.Part
		t.rows = t.fresh()
		t.rows.Part = part
	}
	t.named = true
	for _, c := range names {
		if err := t.name(c.column, c.text); err != nil {
			return err
		}
	}
	return nil
}

// end hands out the last row.
func (t *table) end() error {
	if err := t.endRow(); err != nil || t.above == nil {
		return err
	}
	t.row, t.above = t.above, nil
	return t.hand(t.count)
}

// hand hands out the row.
func (t *table) hand(number int64) error {
	for i, c := range t.row {
		column, err := t.column(i, c)
		if err != nil {
			return err
		}
		t.rows.Cell(c.text, column, number, c.at)
	}
	t.row = t.row[:0]
	return t.rows.EndRow()
}

// couldName reports whether each cell of a row could be the name of a column.
func couldName(row []tableCell) bool {
	for _, c := range row {
		if len(c.text) > 100 || nameOf(c.text) == "" {
			return false
		}
	}
	return len(row) >= 3
}

// differs reports whether a cell below a name without digits holds some.
func differs(names, below []tableCell) bool {
	for i := range min(len(names), len(below)) {
		if !strings.ContainsAny(names[i].text, digits) && strings.ContainsAny(below[i].text, digits) {
			return len(names) == len(below)
		}
	}
	return false
}

const digits = "0123456789"

// column returns the column of cell i of the row.
func (t *table) column(i int, c tableCell) (int32, error) {
	if !t.named && i > 0 && t.row[0].heading && !c.heading && nameOf(t.row[0].text) != "" {
		key := nameOf(t.row[0].text)
		if at, ok := t.keys[key]; ok {
			return at, nil
		}
		at, err := t.rows.Columns.Add(key, "")
		if t.keys == nil {
			t.keys = make(map[string]int32)
		}
		if len(t.keys) < 4096 {
			t.keys[key] = at
		}
		return at, err
	}
	if t.named {
		return t.index(c.column)
	}
	key := "\x00" + strconv.Itoa(c.column)
	if at, ok := t.keys[key]; ok {
		return at, nil
	}
	at, err := t.rows.Columns.Add("", "")
	if t.keys == nil {
		t.keys = make(map[string]int32)
	}
	if len(t.keys) < 4096 {
		t.keys[key] = at
	}
	return at, err
}

// name names a column of the first row.
func (t *table) name(column int, name string) error {
	at, err := t.index(column)
	if err == nil && name != "" {
		t.rows.Columns.Table.Columns[at].Name = nameOf(name)
	}
	return err
}

// nameOf returns a heading as the name of a column, empty when it looks like a
// value: a date, a number, an address.
func nameOf(heading string) string {
	digits := 0
	for _, c := range []byte(heading) {
		if '0' <= c && c <= '9' {
			digits++
		}
		if c == '@' || digits > 4 {
			return ""
		}
	}
	return strings.ToValidUTF8(heading[:min(len(heading), 256)], "")
}

// index returns the table's column of a column of a row, with those before it.
func (t *table) index(column int) (int32, error) {
	cols := t.rows.Columns
	for len(cols.Table.Columns) <= column {
		at, err := cols.Add("", "")
		if err != nil || int(at) < column && cols.Full() {
			return at, err
		}
	}
	return int32(column), nil
}
