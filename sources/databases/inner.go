package databases

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"unicode/utf8"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/files/cells"
	jsontext "recense/sources/files/json"
	"recense/sources/files/text"
	xmltext "recense/sources/files/xml"
)

// long hands over a value that is too long to be a cell.
func (w *rows) long(v longValue, p *pieces) error {
	column := w.r.table.Columns[v.column]
	in := w.below(v.column)
	in.place = w.r.s.dialect.Place([]byte(v.position))
	defer func() { in.place = "" }()
	format := text.Format
	switch column.Form {
	case dialect.JSON:
		format = jsontext.Format
	case dialect.XML:
		format = xmltext.Format
	case dialect.Binary:
		return w.longBinary(in, v, p)
	}
	return in.read(&format, p)
}

// longBinary hands over bytes that are too long to come along: a document, or text.
func (w *rows) longBinary(in *inner, v longValue, p *pieces) error {
	head := make([]byte, headSize)
	n, err := io.ReadFull(p, head)
	whole := io.MultiReader(bytes.NewReader(head[:n]), p)
	switch {
	case err != nil && p.err != nil:
		return nil // the caller tells
	case cells.Known(head[:n]):
		return w.document(&dialect.Row{Position: []byte(v.position)}, v.row, v.column, -1, whole)
	case cells.BinaryText(trimRune(head[:n])) != nil:
		return in.read(&text.Format, whole)
	}
	return w.r.out.Skip(sources.Location{Field: w.r.table.Columns[v.column].Name, Byte: -1}, sources.UnknownFormat)
}

// trimRune leaves out a character that the end of b cuts.
func trimRune(b []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// inner reads the values of one column with the format of their own.
type inner struct {
	rows   *rows
	column int
	data   []byte // values of the batch, each with a line end
	ends   []int
	number []int64          // the row of each
	base   int64            // records handed over so far
	paths  map[string]int32 // path → column
	place  string           // of a long value
	listed bool             // in rows.order

	table   *sources.Table // of the format, whose columns are mapped
	columns []int32
	chunk   sources.Chunk
	theirs  sources.Locator
	err     error // of the sink
}

func (in *inner) add(value []byte, row int64) {
	in.data = append(append(in.data, value...), '\n')
	in.ends = append(in.ends, len(in.data))
	in.number = append(in.number, row)
}

// at returns the column of a path, made when it is new.
func (in *inner) at(path string) int32 {
	if c, ok := in.paths[path]; ok {
		return c
	}
	if path == "" { // a value that is a scalar
		return int32(in.column)
	}
	t := &in.rows.table
	if len(t.Columns) >= in.rows.r.s.limits.Fields {
		return int32(in.column)
	}
	c := int32(len(t.Columns))
	name := in.rows.r.table.Columns[in.column].Name + "." + path
	if in.rows.r.table.Columns[in.column].Name == "" { // the row is one value, whose parts are the columns
		name = path
	}
	above := t.Columns[in.column]
	t.Columns = append(t.Columns, sources.Column{Name: name, Text: above.Text, Aside: above.Aside})
	in.paths[path] = c
	return c
}

// flush reads the values of the batch: JSON as one sequence, XML one by one.
func (in *inner) flush() (err error) {
	if len(in.data) == 0 {
		return nil
	}
	if in.rows.r.table.Columns[in.column].Form != dialect.XML {
		err = in.read(&jsontext.Format, bytes.NewReader(in.data))
	} else {
		from := 0
		for i, end := range in.ends {
			in.place = in.rows.keyOf(in.number[i])
			if err = in.read(&xmltext.Format, bytes.NewReader(in.data[from:end])); err != nil {
				break
			}
			from = end
		}
		in.place = ""
	}
	in.data, in.ends, in.number = in.data[:0], in.ends[:0], in.number[:0]
	return err
}

// headSize is how much of a value its format sees beforehand.
const headSize = 4 << 10

// read lets a format read a text. What it cannot read is a reason.
func (in *inner) read(f *sources.Format, r io.Reader) error {
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	whole := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	input := sources.Input{Size: -1, Head: head[:n], Whole: whole, Reader: io.MultiReader(bytes.NewReader(head[:n]), r)}
	in.table, in.err = nil, nil
	result, err := f.Read(in.rows.r.ctx, input, in)
	in.base += max(result.Records, 1)
	if in.err != nil {
		return in.err
	}
	if ctx := in.rows.r.ctx.Err(); ctx != nil {
		return ctx
	}
	var fe *sources.FormatError
	if errors.As(err, &fe) {
		return in.Skip(sources.Location{Byte: -1}, fe.Reason)
	}
	return nil
}

// Limits implements sources.Output.
func (in *inner) Limits() sources.Limits { return in.rows.r.s.limits }

// Chunk implements sources.Output: columns of the format become columns of the
// table, running text a part named after the column.
func (in *inner) Chunk(c *sources.Chunk) error {
	in.chunk = *c
	in.theirs = c.Locator
	in.chunk.Locator = in
	if c.Table == nil || c.Fields.Len() == 0 {
		in.chunk.Table, in.chunk.Part = nil, in.rows.r.table.Columns[in.column].Name
		return in.hand()
	}
	if in.table != c.Table {
		in.table, in.columns = c.Table, in.columns[:0]
	}
	for i := len(in.columns); i < len(c.Table.Columns); i++ {
		in.columns = append(in.columns, in.at(c.Table.Columns[i].Name))
	}
	in.chunk.Table, in.chunk.Part = &in.rows.table, ""
	f := &in.chunk.Fields
	f.Column, f.Row = slices.Clone(f.Column), slices.Clone(f.Row)
	for i := range f.Column {
		f.Column[i] = in.columns[f.Column[i]]
		f.Row[i] += in.base
	}
	return in.hand()
}

func (in *inner) hand() error {
	if err := in.rows.r.out.Chunk(&in.chunk); err != nil {
		in.err = err
		return err
	}
	return nil
}

// Locate implements sources.Locator: which value a byte is of, and so which row.
func (in *inner) Locate(at int) sources.Location {
	l := sources.Location{Byte: -1, Key: in.place}
	if f := &in.chunk.Fields; f.Len() > 0 {
		if i, found := slices.BinarySearch(f.Start, int32(at)); found || i > 0 {
			if !found {
				i--
			}
			l.Column = f.Column[i] + 1
		}
	}
	if l.Key == "" && in.theirs != nil && len(in.ends) > 0 {
		there := in.theirs.Locate(at).Byte
		i, found := slices.BinarySearch(in.ends, int(there))
		if found {
			i++
		}
		l.Key = in.rows.keyOf(in.number[min(i, len(in.number)-1)])
	}
	return l
}

// Evidence implements sources.Output.
func (in *inner) Evidence(kind string, _ sources.Location) error {
	in.err = in.rows.r.out.Evidence(kind, sources.Location{Field: in.rows.r.table.Columns[in.column].Name, Byte: -1})
	return in.err
}

// Skip implements sources.Output.
func (in *inner) Skip(_ sources.Location, reason sources.Reason) error {
	in.err = in.rows.r.out.Skip(sources.Location{Field: in.rows.r.table.Columns[in.column].Name, Byte: -1}, reason)
	return in.err
}

// Member implements sources.Output: a value of JSON or XML has none.
func (in *inner) Member(sources.Member) error { return nil }
