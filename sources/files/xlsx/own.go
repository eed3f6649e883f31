package xlsx

import (
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/parts"
)

// workbook reads the list of sheets and the date system. Sheets that the list
// does not know, of a damaged workbook, come last under the name of their part.
func (b *book) workbook() {
	if b.sheets != nil {
		return
	}
	targets := b.relations("xl/_rels/workbook.xml.rels")
	listed := make(map[string]bool)
	b.parts.Each("xl/workbook.xml", func(x *parts.Scanner, local string) {
		switch local {
		case "workbookPr":
			v := string(x.Attr("date1904"))
			b.base1904 = v == "1" || v == "true"
		case "sheet":
			key := targets[string(x.Attr(":id"))]
			if strings.Contains(key, "worksheets/") || key != "" && !strings.Contains(key, "sheets/") {
				b.sheets = append(b.sheets, part{string(x.Attr("name")), key})
				listed[key] = true
			}
		}
	})
	for _, key := range b.parts.Under("xl/worksheets/", ".xml") {
		if !listed[key] && !strings.Contains(key, "_rels/") {
			b.sheets = append(b.sheets, part{strings.TrimSuffix(path.Base(key), ".xml"), key})
		}
	}
}

// relations returns the parts that the workbook refers to, by their id.
func (b *book) relations(key string) map[string]string {
	targets := make(map[string]string)
	b.parts.Each(key, func(x *parts.Scanner, local string) {
		if local != "Relationship" {
			return
		}
		target := string(x.Attr("Target"))
		if strings.HasPrefix(target, "/") {
			target = target[1:]
		} else {
			target = path.Join("xl", target)
		}
		if b.parts.Has(target) {
			targets[string(x.Attr("Id"))] = target
		}
	})
	return targets
}

// readStyles reads which cell formats show dates or pad with zeros.
func (b *book) readStyles() {
	if b.styles != nil {
		return
	}
	codes := make(map[int]cells.Style)
	inside := false
	b.parts.Each("xl/styles.xml", func(x *parts.Scanner, local string) {
		switch local {
		case "numFmt":
			if id, err := strconv.Atoi(string(x.Attr("numFmtId"))); err == nil {
				codes[id] = cells.StyleOf(string(x.Attr("formatCode")))
			}
		case "cellXfs":
			inside = true
		case "cellStyles", "dxfs":
			inside = false
		case "xf":
			if !inside {
				return
			}
			id, _ := strconv.Atoi(string(x.Attr("numFmtId")))
			s, ok := codes[id]
			if !ok {
				s = cells.BuiltinStyle(id)
			}
			b.styles = append(b.styles, s)
		}
	})
}

// prepare reads the shared strings. Those beyond the bound are given as text, for
// no cell can show them.
func (b *book) prepare() error {
	if b.stringsRead {
		return nil
	}
	b.stringsRead = true
	key := "xl/sharedStrings.xml"
	for _, k := range b.parts.Order {
		if strings.EqualFold(k, key) {
			key = k
		}
	}
	r, err := b.parts.Open(key)
	if err != nil {
		return nil
	}
	defer r.Close()
	over := cells.NewText(b.out)
	defer over.Close()
	over.Part = key
	if err := b.sharedStrings(parts.NewScanner(r), over); err != nil {
		return err
	}
	return over.End()
}

func (b *book) sharedStrings(x *parts.Scanner, over *cells.Text) error {
	s := &b.strings
	phonetic, full := false, false
	for n := 0; ; n++ {
		if err := x.Next(); err != nil {
			b.damaged = b.damaged || !errors.Is(err, io.EOF)
			return b.ctx.Err()
		}
		if n%4096 == 0 && b.ctx.Err() != nil {
			return b.ctx.Err()
		}
		local, end, empty := x.Name()
		switch string(local) {
		case "rPh":
			phonetic = !end && !empty
		case "t":
			switch {
			case !end || phonetic:
			case full:
				over.Append(x.Text...)
			default:
				s.Append(x.Text...)
			}
		case "si":
			switch {
			case !end && !empty:
			case full:
				line(over)
				if err := over.Drain(); err != nil {
					return err
				}
			default:
				full = !s.End()
			}
		}
	}
}

// cell is what a sheet says about a cell.
type cell struct {
	column int
	row    int64
	style  int
	kind   string // of the value: s, str, inlineStr, b, e, d; empty for numbers
	value  []byte
}

// scanCells reads the cells of a sheet, in order. take may stop by an error; the
// value it gets is valid during the call. Headers and footers come with column 0.
func scanCells(r io.Reader, take func(c *cell) error) error {
	x := parts.NewScanner(r)
	var c cell
	inside := false
	for {
		if err := x.Next(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
		}
		local, end, empty := x.Name()
		switch string(local) {
		case "row":
			if !end {
				n, err := strconv.ParseInt(string(x.Attr("r")), 10, 64)
				if err != nil || n < 1 {
					n = c.row + 1
				}
				c.row, c.column = n, 0
				c.value, inside = c.value[:0], false
			}
		case "c":
			if end {
				inside = false
				if len(c.value) > 0 {
					if err := take(&c); err != nil {
						return err
					}
				}
				break
			}
			c.begin(x)
			inside = !empty
		case "v", "t":
			if end && inside {
				c.value = append(c.value, x.Text...)
			}
		case "dataValidation":
			for _, a := range [...]string{"promptTitle", "prompt", "errorTitle", "error"} {
				if v := x.Attr(a); !end && len(v) > 0 {
					if err := take(&cell{value: v, kind: "header"}); err != nil {
						return err
					}
				}
			}
		case "formula1", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter":
			if end && len(x.Text) > 0 {
				if err := take(&cell{value: x.Text, kind: "header"}); err != nil {
					return err
				}
			}
		}
	}
}

// begin reads the attributes of a cell.
func (c *cell) begin(x *parts.Scanner) {
	column, _ := coordinates(x.Attr("r"))
	if column == 0 {
		column = c.column + 1
	}
	c.column = min(column, cells.MaxColumns)
	c.style, _ = strconv.Atoi(string(x.Attr("s")))
	switch t := x.Attr("t"); string(t) {
	case "s":
		c.kind = "s"
	case "", "n":
		c.kind = ""
	case "b":
		c.kind = "b"
	case "e":
		c.kind = "e"
	default:
		c.kind = "str"
	}
	c.value = c.value[:0]
}

// sheet reads one sheet by ourselves.
func (b *book) sheet(p part) error {
	r, err := b.parts.Open(p.key)
	if err != nil {
		b.damaged = true
		return nil
	}
	defer r.Close()
	s := cells.NewSheet(b.out, p.name, b.left())
	defer b.count(s)
	var values []cells.Value
	var headers []string
	row, n := int64(0), 0
	err = scanCells(r, func(c *cell) error {
		if c.kind == "header" {
			headers = append(headers, string(c.value))
			return nil
		}
		if c.row != row {
			if row > 0 {
				if err := s.Row(row, values); err != nil {
					return err
				}
			}
			row, values = c.row, values[:0]
		}
		if n++; n%4096 == 0 && b.ctx.Err() != nil {
			return b.ctx.Err()
		}
		if v := b.value(c); v.Text != "" && (len(values) == 0 || values[len(values)-1].Column < v.Column) {
			values = append(values, v)
		}
		return nil
	})
	var fe *sources.FormatError
	if errors.As(err, &fe) {
		b.damaged, err = true, nil
	}
	if err != nil {
		return err
	}
	if row > 0 {
		if err := s.Row(row, values); err != nil {
			return err
		}
	}
	if err := s.End(); err != nil {
		return err
	}
	return b.headers(p, headers)
}

// headers gives what is printed above and below a sheet.
func (b *book) headers(p part, texts []string) error {
	if len(texts) == 0 {
		return nil
	}
	text := []byte(strings.Join(texts, "\n"))
	return b.out.Chunk(&sources.Chunk{Data: text, To: len(text), Part: p.name})
}

// value writes a cell as text.
func (b *book) value(c *cell) cells.Value {
	v := cells.Value{Column: c.column}
	switch c.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(string(c.value)))
		if err != nil {
			i = -1
		}
		v.Text = b.strings.At(i)
	case "":
		var s cells.Style
		if c.style >= 0 && c.style < len(b.styles) {
			s = b.styles[c.style]
		}
		v.Text, v.Number = cells.Number(string(c.value), s, b.base1904), true
	default:
		v.Text = string(c.value)
	}
	return v
}

// sampleCells is how many cells are looked at to learn the formats of columns.
const sampleCells = 20_000

var errEnough = errors.New("xlsx: enough")

// columnStyles returns the formats of columns whose numbers all have the same
// one: excelize's rows come without the formats of their cells.
func (b *book) columnStyles(p part) map[int]cells.Style {
	r, err := b.parts.Open(p.key)
	if err != nil {
		return nil
	}
	defer r.Close()
	styles := make(map[int]cells.Style)
	n := 0
	_ = scanCells(r, func(c *cell) error { // damage shows when the rows are read
		if n++; n > sampleCells {
			return errEnough
		}
		if c.kind != "" || c.column == 0 {
			return nil
		}
		var s cells.Style
		if c.style >= 0 && c.style < len(b.styles) {
			s = b.styles[c.style]
		}
		if seen, ok := styles[c.column]; ok && seen != s {
			s = cells.Style{}
		}
		styles[c.column] = s
		return nil
	})
	return styles
}
