package xlsx

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/parts"
)

// Sizes up to which excelize reads a workbook, in bytes of its parts unpacked: it
// holds all of them in memory, and takes seven times as long as our own reader.
const (
	excelizePart  = 2 << 20
	excelizeTotal = 16 << 20
)

// book is a workbook being read.
type book struct {
	ctx         context.Context
	out         sources.Output
	parts       *parts.Archive
	sheets      []part
	styles      []cells.Style
	base1904    bool
	strings     cells.Strings
	stringsRead bool
	width       int // columns of all sheets
	records     int64
	damaged     bool
}

// part is a sheet: its name and where it is.
type part struct{ name, key string }

// read reads a workbook whose archive is whole.
func (b *book) read(at io.ReaderAt, size int64) error {
	if b.parts.Large <= excelizePart && b.parts.Total <= excelizeTotal && b.parts.Has("xl/workbook.xml") {
		done, err := b.excelize(io.NewSectionReader(at, 0, size))
		if err != nil {
			return err
		}
		if done {
			return b.others()
		}
	}
	return b.own()
}

// excelize reads all sheets with excelize. done is false when it could not, and
// nothing has been handed out.
func (b *book) excelize(r io.Reader) (done bool, err error) {
	f := openExcelize(r)
	if f == nil {
		return false, nil
	}
	defer f.Close()
	b.workbook()
	b.readStyles()
	names := f.GetSheetList()
	if len(names) == 0 || len(names) != len(b.sheets) {
		return false, nil
	}
	for i, name := range names {
		rest, err := b.excelizeSheet(f, name, b.sheets[i])
		if err != nil {
			return true, err
		}
		if rest { // excelize gave up at the beginning of the sheet
			if err := b.prepare(); err != nil {
				return true, err
			}
			if err := b.sheet(b.sheets[i]); err != nil {
				return true, err
			}
			continue
		}
		if err := b.behind(b.sheets[i]); err != nil {
			return true, err
		}
	}
	return true, nil
}

// openExcelize returns nil when excelize refuses the workbook, or panics on it.
func openExcelize(r io.Reader) (f *excelize.File) {
	defer func() {
		if recover() != nil {
			f = nil
		}
	}()
	f, err := excelize.OpenReader(r, excelize.Options{RawCellValue: true, UnzipXMLSizeLimit: excelizeTotal, UnzipSizeLimit: 2 * excelizeTotal})
	if err != nil {
		return nil
	}
	return f
}

// excelizeSheet reads one sheet. rest is true when excelize gave no row of it.
func (b *book) excelizeSheet(f *excelize.File, name string, p part) (rest bool, err error) {
	formats := b.columnStyles(p)
	s := cells.NewSheet(b.out, name, b.left())
	rows, ok := excelizeRows(f, name)
	if !ok {
		return true, nil
	}
	defer func() { b.count(s) }()
	var values []cells.Value
	var number int64
	for n := 0; ; n++ {
		if n%256 == 0 && b.ctx.Err() != nil {
			return false, b.ctx.Err()
		}
		texts, more, broken := nextRow(rows)
		if broken {
			if s.Count == 0 {
				return true, nil
			}
			b.damaged = true
			break
		}
		if !more {
			break
		}
		number++
		values = values[:0]
		for i, text := range texts {
			if text == "" || i >= cells.MaxColumns {
				continue
			}
			v := cells.Value{Column: i + 1, Text: text}
			if st, ok := formats[i+1]; ok || isNumber(text) {
				if v.Number = isNumber(text); v.Number {
					v.Text = typed(text, st, b.base1904)
				}
			}
			values = append(values, v)
		}
		if err := s.Row(number, values); err != nil {
			return false, err
		}
	}
	return false, s.End()
}

// typed leaves texts alone that only look like numbers: those of excelize come
// without their type, and a NIR in a text cell must stay as it is.
func typed(text string, s cells.Style, base1904 bool) string {
	if s.Date || s.Pad > 0 || strings.ContainsAny(text, "eE") {
		return cells.Number(text, s, base1904)
	}
	return text
}

func isNumber(s string) bool {
	if s == "" || len(s) > 32 || s[0] != '-' && (s[0] < '0' || s[0] > '9') {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil && !strings.ContainsAny(s, "xXpP_")
}

func excelizeRows(f *excelize.File, name string) (rows *excelize.Rows, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	rows, err := f.Rows(name)
	return rows, err == nil
}

// nextRow is a step of excelize's iterator; it may panic on damaged sheets.
func nextRow(rows *excelize.Rows) (texts []string, more, broken bool) {
	defer func() {
		if recover() != nil {
			broken = true
		}
	}()
	if !rows.Next() {
		return nil, false, rows.Error() != nil
	}
	texts, err := rows.Columns()
	return texts, true, err != nil
}

// left is the number of columns that the next sheet may have.
func (b *book) left() int { return max(b.out.Limits().Defaults().Fields-b.width, 1) }

func (b *book) count(s *cells.Sheet) {
	b.width += s.Width()
	b.records = max(b.records, 0) + s.Count
}

// own reads the whole workbook by ourselves.
func (b *book) own() error {
	b.workbook()
	b.readStyles()
	if err := b.prepare(); err != nil {
		return err
	}
	for _, p := range b.sheets {
		if err := b.sheet(p); err != nil {
			return err
		}
	}
	return b.others()
}

// others reads the parts that are no sheets and ends the workbook.
func (b *book) others() error {
	owner := b.commentsOf()
	for _, key := range b.parts.Order {
		var err error
		switch {
		case strings.HasPrefix(key, "xl/embeddings/"), key == "xl/vbaProject.bin":
			err = b.parts.Embedded(key, b.out)
		case strings.HasPrefix(key, "xl/model/"): // tables of Power Pivot, packed by a method that is not published
			err = b.out.Skip(sources.Location{Part: key, Byte: -1}, sources.UnknownMethod)
		case owner[key] != "" && isComments(key):
			err = b.comments(key, owner[key])
		case textPart(key):
			err = b.text(key)
		case strings.HasPrefix(key, "xl/worksheets/_rels/"), strings.HasPrefix(key, "xl/externalLinks/_rels/"), strings.HasPrefix(key, "xl/drawings/_rels/"):
			err = b.links(key)
		}
		if err != nil {
			return err
		}
	}
	if err := b.parts.Pictures(b.ctx, "xl/media/", b.records <= 0, b.out); err != nil {
		return err
	}
	return b.parts.Verdict(b.damaged)
}

// isComments reports whether a part holds comments, of today or of old.
func isComments(key string) bool {
	return strings.HasSuffix(key, ".xml") && (strings.HasPrefix(path.Base(key), "comments") || path.Dir(key) == "xl/threadedComments")
}

// textPart reports whether a part holds text that people wrote.
func textPart(key string) bool {
	if !strings.HasSuffix(key, ".xml") || strings.Contains(key, "/_rels/") {
		return false
	}
	base := path.Base(key)
	switch dir := path.Dir(key); {
	case dir == "docProps", dir == "xl/threadedComments", dir == "xl/persons", dir == "xl/pivotCache", dir == "xl/drawings", dir == "xl/charts", dir == "xl/diagrams", dir == "xl/externalLinks", dir == "customXml":
		return true
	case strings.HasPrefix(base, "comments"):
		return true
	}
	return key == "xl/workbook.xml" || key == "xl/connections.xml"
}

// attributes are those of the parts that hold what people wrote, or what was copied from cells; a
// name only of elements in which a person chose it.
var attributes = [...]string{"v", "author", "displayName", "userId", "connection", "sourceFile", "Target", "descr", "title", "comment", "refreshedBy"}

func named(local string) bool { return local == "property" || local == "cacheField" }

// text reads the text of a part: its text nodes, and the values that pivot
// caches, comments and pictures keep in attributes.
func (b *book) text(key string) error {
	r, err := b.parts.Open(key)
	if err != nil {
		return nil
	}
	defer r.Close()
	t := cells.NewText(b.out)
	defer t.Close()
	t.Part = key
	x := parts.NewScanner(r)
	for {
		if err = x.Next(); err != nil {
			break
		}
		if len(bytes.TrimSpace(x.Text)) > 0 {
			t.Append(x.Text...)
		}
		local, end, _ := x.Name()
		if !end {
			for i, n := 0, len(attributes); i < n || i == n && named(string(local)); i++ {
				a := "name"
				if i < n {
					a = attributes[i]
				}
				if value := x.Attr(a); len(value) > 1 {
					line(t)
					t.Append(value...)
					line(t)
				}
			}
		}
		switch string(local) {
		case "t", "r", "rPr", "rPh":
		default:
			line(t)
		}
		if err := t.Drain(); err != nil {
			return err
		}
	}
	if !errors.Is(err, io.EOF) {
		b.damaged = true
	}
	return t.End()
}

// links reads where the links of a sheet lead: mailto:, tel:, addresses. None is
// followed.
func (b *book) links(key string) error {
	t := cells.NewText(b.out)
	defer t.Close()
	t.Part = key
	b.parts.Each(key, func(x *parts.Scanner, _ string) {
		if target := x.Attr("Target"); string(x.Attr("TargetMode")) == "External" && len(target) > 1 {
			t.Append(target...)
			line(t)
		}
	})
	return t.End()
}

func line(t *cells.Text) {
	if t.Len() > 0 && t.Last() != '\n' {
		t.Append('\n')
	}
}
