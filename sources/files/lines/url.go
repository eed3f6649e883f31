package lines

import (
	"bytes"
	"sort"
	"unicode/utf8"

	"recense/sources"
)

// decoded holds the cells of a window that stand there in another writing. They come in a chunk
// of their own, behind that of the others.
type decoded struct {
	c      *Cells
	data   []byte
	origin []int32 // of each byte of data, in the window
	fields sources.Fields
	lines  []int64
	chunk  sources.Chunk
}

func (d *decoded) reset(c *Cells) {
	d.c, d.data, d.origin, d.lines = c, d.data[:0], d.origin[:0], d.lines[:0]
	d.fields.Reset()
}

// AddURL adds t[a:b], which holds a URL, as a cell: as it stands, or decoded where some of it is
// escaped. A plus is a blank in the query, unless a value begins with it; query says that all of
// t[a:b] is one.
func (c *Cells) AddURL(t []byte, a, b int, column int32, query bool) {
	if !escaped(t[a:b], query) {
		c.Add(t, a, b, column)
		return
	}
	d := &c.decoded
	if len(d.data) > 0 {
		d.add('\n', a)
	}
	from := len(d.data)
	for i := a; i < b; i++ {
		k := t[i]
		switch {
		case k == '%' && i+2 < b && hex(t[i+1]) < 16 && hex(t[i+2]) < 16:
			d.add(max(hex(t[i+1])<<4|hex(t[i+2]), ' '), i)
			i += 2
			continue
		case k == '?':
			query = true
		case k == '+' && query && i > a && t[i-1] != '=':
			k = ' '
		}
		d.add(k, i)
	}
	if !utf8.Valid(d.data[from:]) {
		d.widen(from)
	}
	to := len(d.data)
	for from < to && blank(d.data[from]) {
		from++
	}
	for from < to && blank(d.data[to-1]) {
		to--
	}
	if from < to {
		d.fields.Add(from, to, int(column), c.Row)
		d.lines = append(d.lines, c.Line)
	}
}

// escaped reports whether decoding b changes it.
func escaped(b []byte, query bool) bool {
	for rest := b; ; {
		i := bytes.IndexByte(rest, '%')
		if i < 0 || i+2 >= len(rest) {
			break
		}
		if hex(rest[i+1]) < 16 && hex(rest[i+2]) < 16 {
			return true
		}
		rest = rest[i+1:]
	}
	i := bytes.IndexByte(b, '+')
	return i >= 0 && (query || bytes.IndexByte(b, '?') >= 0)
}

// hex returns the value of a digit, 16 for none.
func hex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 16
}

func (d *decoded) add(k byte, at int) {
	d.data, d.origin = append(d.data, k), append(d.origin, int32(at))
}

// widen takes the bytes from on, which are no UTF-8, for Latin-1.
func (d *decoded) widen(from int) {
	narrow, origin := bytes.Clone(d.data[from:]), append([]int32(nil), d.origin[from:]...)
	d.data, d.origin = d.data[:from], d.origin[:from]
	for i, k := range narrow {
		d.data = utf8.AppendRune(d.data, rune(k))
		for len(d.origin) < len(d.data) {
			d.origin = append(d.origin, origin[i])
		}
	}
}

// give hands over the cells.
func (d *decoded) give(out sources.Output) error {
	if d.fields.Len() == 0 {
		return nil
	}
	d.chunk = sources.Chunk{Data: d.data, To: len(d.data), Table: d.c.Table, Fields: d.fields, Locator: d}
	return out.Chunk(&d.chunk)
}

// Locate implements sources.Locator.
func (d *decoded) Locate(at int) sources.Location {
	if len(d.origin) == 0 {
		return sources.Location{Byte: -1}
	}
	l := sources.Location{Byte: d.c.stream.Start() + d.c.stream.Span(0, int(d.origin[min(at, len(d.origin)-1)]))}
	f := &d.chunk.Fields
	if i := sort.Search(f.Len(), func(i int) bool { return int(f.Start[i]) > at }) - 1; i >= 0 {
		l.Row, l.Line = f.Row[i], d.lines[i]
		if f.Column[i] < d.c.known {
			l.Column = f.Column[i] + 1
		}
	}
	return l
}
