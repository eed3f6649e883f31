package odf

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"recense/sources"
	"recense/sources/files/parts"
)

// maxRepeats bounds the cells and rows that are given more than once.
const maxRepeats = 100_000

// document is a document being read.
type document struct {
	archive *parts.Archive
	flow    *parts.Flow
	named   *parts.Story
	out     sources.Output
	damaged bool
	repeats int // left
	skipped bool
	page    int32
	flat    bool   // all parts stand in one
	binary  bool   // within base64
	meta    bool   // within the properties of a flat document
	name    []byte // of the property at hand

	// of the part at hand
	paragraphs int // open ones
	apart      int // open elements within a paragraph that stand apart: notes, comments, boxes
	creator    bool
	dated      bool // inside the date of a comment
	styles     bool // inside what says how things look
	config     bool // inside an item of the settings that tells something, or a macro of a flat document
	later      parts.Later
	tables     []bool // open ones: whether the flow took them
	cell       cell
	rows       int64 // how often the row at hand stands there
}

// cell is what the attributes of a cell say.
type cell struct {
	kind, value string
	times       int
}

// content reads a part with paragraphs, which locations call part.
func (d *document) content(key, part string) error {
	r, err := d.archive.Open(key)
	if err != nil {
		d.damaged = true
		return nil
	}
	defer r.Close()
	return d.scan(r, part)
}

// scan reads XML with paragraphs.
func (d *document) scan(r io.Reader, part string) error {
	if err := d.flow.Begin(part, 0); err != nil {
		return err
	}
	d.page, d.paragraphs, d.apart, d.creator, d.tables, d.rows = 0, 0, 0, false, d.tables[:0], 1
	x := parts.NewScanner(r)
	x.Split = true
	for {
		if err := x.Next(); err != nil {
			d.damaged = d.damaged || !errors.Is(err, io.EOF)
			if err := d.later.Flush(d.flow); err != nil {
				return err
			}
			return d.flow.End()
		}
		if err := d.token(x, part); err != nil {
			return err
		}
	}
}

func (d *document) token(x *parts.Scanner, part string) error {
	if d.flat {
		if taken, err := d.property(x, part); taken || err != nil {
			return err
		}
	}
	if len(x.Text) > 0 && !d.dated && (d.paragraphs > 0 || d.creator || d.config) {
		if err := d.write(folded(x.Text)); err != nil {
			return err
		}
	}
	if len(x.Tag) == 0 {
		return nil
	}
	local, end, empty := x.Name()
	d.dated = !end && !empty && bytes.HasPrefix(x.Tag, []byte("dc:date"))
	d.config = !end && !empty && (string(local) == "source-code" || string(local) == "config-item" && setting(x))
	if !end {
		if err := d.tell(x, string(local)); err != nil {
			return err
		}
		if err := d.start(x, string(local), part); err != nil || !empty {
			return err
		}
	}
	return d.end(string(local), part)
}

// folded makes each piece of white space one blank, in place.
func folded(b []byte) []byte {
	if bytes.IndexAny(b, "\n\r\t") < 0 {
		return b
	}
	n := 0
	for i, c := range b {
		if c == '\n' || c == '\r' || c == '\t' {
			c = ' '
		}
		if c == ' ' && i > 0 && n > 0 && b[n-1] == ' ' {
			continue
		}
		b[n] = c
		n++
	}
	return b[:n]
}

func (d *document) write(b []byte) error {
	if d.config {
		if d.later.Add(b); d.later.Full() {
			return d.later.Flush(d.flow)
		}
		return nil
	}
	if d.apart > 0 || d.creator {
		return d.flow.Aside(b)
	}
	return d.flow.Write(b)
}

func (d *document) start(x *parts.Scanner, local, part string) error {
	switch local {
	case "p", "h":
		if d.paragraphs++; d.apart == 0 {
			d.flow.Paragraph()
		}
	case "s":
		if d.paragraphs > 0 {
			return d.write(bytes.Repeat([]byte(" "), min(max(atoi(x.Attr(":c")), 1), 100)))
		}
	case "tab":
		if d.paragraphs > 0 {
			return d.write([]byte("\t"))
		}
	case "line-break":
		if d.paragraphs > 0 {
			return d.write([]byte("\n"))
		}
	case "a":
		return d.aside(x.Attr(":href"))
	case "note-body", "note-citation", "annotation", "text-box", "title", "desc", "footer-decl", "header-decl", "date-time-decl":
		if d.paragraphs > 0 || d.apart > 0 || local != "text-box" && d.inTable() {
			d.apart++
		}
		if ownText(local) {
			d.paragraphs++
		}
	case "creator":
		d.creator = true
	case "page":
		d.page++
		return d.flow.Begin(part, d.page)
	case "notes":
		return d.flow.Begin("notes", d.page)
	default:
		return d.startTable(x, local)
	}
	return nil
}

// ownText reports whether an element holds text that stands in no paragraph.
func ownText(local string) bool {
	switch local {
	case "title", "desc", "footer-decl", "header-decl", "date-time-decl":
		return true
	}
	return false
}

func (d *document) startTable(x *parts.Scanner, local string) error {
	switch local {
	case "table":
		taken := false
		var err error
		if d.apart == 0 {
			taken, err = d.flow.OpenTable(string(x.Attr("table:name")))
		}
		if len(d.tables) < 1000 {
			d.tables = append(d.tables, taken)
		}
		return err
	case "table-row":
		if d.inTable() {
			d.rows = int64(min(max(atoi(x.Attr(":number-rows-repeated")), 1), 1<<24))
			return d.flow.OpenRow(0)
		}
	case "table-cell", "covered-table-cell":
		if d.inTable() {
			d.flow.OpenCell()
			d.cell = cellOf(x)
		}
	}
	return nil
}

// cellOf reads the attributes of a cell.
func cellOf(x *parts.Scanner) cell {
	c := cell{kind: string(x.Attr("office:value-type")), times: min(max(atoi(x.Attr(":number-columns-repeated")), 1), 1<<20)}
	switch c.kind {
	case "float", "currency", "percentage":
		c.value = string(x.Attr("office:value"))
	case "date":
		c.value = strings.TrimSuffix(string(x.Attr("office:date-value")), "T00:00:00")
		c.value = strings.Replace(c.value, "T", " ", 1)
	case "string":
		c.value = string(x.Attr("office:string-value"))
	}
	return c
}

func (d *document) end(local, part string) error {
	switch local {
	case "p", "h":
		d.paragraphs = max(d.paragraphs-1, 0)
		d.flow.EndAside()
		if err := d.later.Flush(d.flow); err != nil {
			return err
		}
		if d.apart == 0 && d.paragraphs == 0 {
			return d.flow.EndParagraph()
		}
	case "automatic-styles", "styles", "font-face-decls":
		d.styles = false
	case "note-body", "note-citation", "annotation", "text-box", "title", "desc", "footer-decl", "header-decl", "date-time-decl":
		d.flow.EndAside()
		if ownText(local) {
			d.paragraphs = max(d.paragraphs-1, 0)
		}
		if d.apart > 0 {
			d.apart--
		} else if ownText(local) {
			return d.flow.EndParagraph()
		}
	case "creator":
		d.creator = false
		d.flow.EndAside()
	case "notes":
		return d.flow.Begin(part, d.page)
	case "table-cell", "covered-table-cell":
		if d.inTable() {
			return d.endCell()
		}
		if d.paragraphs > 0 || len(d.tables) > 0 {
			return d.write([]byte("\t"))
		}
	case "table-row":
		if d.inTable() {
			return d.endRow()
		}
	case "table":
		return d.endTable()
	}
	return nil
}

func (d *document) inTable() bool {
	return d.apart == 0 && len(d.tables) > 0 && d.tables[len(d.tables)-1]
}

// endCell ends a cell: its value where it has one, otherwise its text.
func (d *document) endCell() error {
	c := d.cell
	text := d.flow.Text()
	filled := len(text) > 0 || c.value != ""
	switch {
	case c.value == "":
		d.flow.CloseCell()
	case c.kind == "string":
		if len(text) == 0 {
			d.flow.Value(c.value, false)
		}
		d.flow.CloseCell()
	default:
		d.flow.Value(stored(c, text), true)
	}
	d.cell = cell{}
	if !filled {
		d.flow.Skip(c.times - 1)
		return nil
	}
	for range c.times - 1 {
		if !d.again(1) {
			return d.tooMany()
		}
		d.flow.Repeat()
	}
	return nil
}

// stored returns the stored value of a number or a date; leading zeros are only
// in the text.
func stored(c cell, text []byte) string {
	if c.kind == "date" {
		return c.value
	}
	if len(text) > 1 && text[0] == '0' && allDigits(text) {
		return string(text)
	}
	if strings.ContainsAny(c.value, "eE") {
		if f, err := strconv.ParseFloat(c.value, 64); err == nil && f == float64(int64(f)) {
			return strconv.FormatInt(int64(f), 10)
		}
	}
	return c.value
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// again takes n from the repeats that are left.
func (d *document) again(n int) bool {
	if d.repeats < n {
		return false
	}
	d.repeats -= n
	return true
}

// tooMany tells once that not all repeated cells were given.
func (d *document) tooMany() error {
	if d.skipped {
		return nil
	}
	d.skipped = true
	return d.out.Skip(sources.Location{Byte: -1}, sources.RatioLimit)
}

func (d *document) endRow() error {
	times := d.rows
	d.rows = 1
	if cells := d.flow.Pending(); times > 1 && cells > 0 {
		given := min(times, 1+int64(d.repeats/cells))
		d.repeats -= int(given-1) * cells
		if given < times {
			if err := d.tooMany(); err != nil {
				return err
			}
		}
		return d.flow.CloseRows(given, times-given)
	}
	return d.flow.CloseRows(1, times-1)
}

func (d *document) endTable() error {
	n := len(d.tables)
	if n == 0 {
		return nil
	}
	taken := d.tables[n-1]
	d.tables = d.tables[:n-1]
	if taken {
		return d.flow.CloseTable()
	}
	return nil
}

// aside gives a value of its own behind the paragraph.
func (d *document) aside(b []byte) error {
	if len(bytes.TrimSpace(b)) == 0 {
		return nil
	}
	d.flow.EndAside()
	err := d.flow.Aside(b)
	d.flow.EndAside()
	return err
}

func atoi(b []byte) int {
	n, err := strconv.Atoi(string(b))
	if err != nil {
		return 0
	}
	return n
}
