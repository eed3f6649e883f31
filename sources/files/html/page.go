package htmltext

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"

	"recense/sources"
	"recense/sources/files/cells"
)

// page turns tokens into running text and tables.
type page struct {
	out    sources.Output
	src    *cells.Reader
	lex    *lexer
	text   *cells.Text
	tables []*table // open ones, innermost last
	count  int      // tables met
	width  int      // columns of all tables

	at      int64 // decoded offset of the token
	space   bool  // white space waits
	pre     int   // open verbatim elements
	asides  []aside
	stored  string // of the tag at hand: the number that a spreadsheet stored
	waiting int    // bytes of asides
	cut     bool   // the input ends inside a tag
	tooLong bool

	members  int  // of data: URLs
	pictures int  // that could show a text
	seen     bool // one of them did
	hidden   bool // within an element that the page does not show
	shown    bool // the page shows text
}

// aside is an attribute; it is written when the line it stands in has ended.
type aside struct {
	key, value string
	at, line   int64
}

// maxTables is the depth of tables in tables; mails lay out with them.
const maxTables = 32

// maxWaiting bounds what waits for the end of a line, in bytes.
const maxWaiting = 256 << 10

func newPage(out sources.Output, src *cells.Reader, in io.Reader, size int) *page {
	return &page{out: out, src: src, lex: newLexer(in, size), text: cells.NewText(out)}
}

// read reads all tokens.
func (p *page) read(ctx context.Context) error {
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		p.at = p.lex.where()
		t, err := p.lex.next()
		if err != nil {
			p.cut = err == io.ErrUnexpectedEOF
			if p.tooLong = err == errLong; p.tooLong || p.cut {
				if err := p.rest(ctx); err != nil {
					return err
				}
			}
			return p.end()
		}
		if err := p.token(ctx, t); err != nil {
			return err
		}
	}
}

// rest reads what stands behind a tag that does not end, or is too long, as plain
// text.
func (p *page) rest(ctx context.Context) error {
	if err := p.endLine(); err != nil {
		return err
	}
	for l := p.lex; ; {
		p.text.Mark(p.src.Original(l.where()), l.lineAt(l.where()))
		p.text.Append(l.buf[l.pos:]...)
		l.pos = len(l.buf)
		if err := p.text.Drain(); err != nil {
			return err
		}
		p.src.Forget(l.where())
		if err := ctx.Err(); err != nil {
			return err
		}
		if l.more() != nil {
			return nil
		}
	}
}

func (p *page) token(ctx context.Context, t *token) error {
	switch t.kind {
	case text:
		p.shown = p.shown || !p.hidden && len(bytes.TrimSpace(t.body)) > 0
		p.write(t.body, t.at, t.plain)
		return p.drain()
	case comment:
		if !foldPrefix(t.body, "doctype") {
			p.aside("", t.body, t.at)
		}
		return p.drain()
	case start:
		if bytes.IndexByte(t.name, '@') >= 0 { // no tag: Anne <anne@exemple.fr>
			p.write([]byte("<"), t.at, true)
			p.write(t.name, t.at+1, true)
			p.write([]byte(">"), t.at+1+int64(len(t.name)), true)
			return p.drain()
		}
		span, key, first := 1, "", len(p.asides)
		p.stored = ""
		for i := range t.attrs {
			if a := &t.attrs[i]; isData(a.value) {
				if err := p.data(ctx, a.value, a.at); err != nil {
					return err
				}
				continue
			}
			span, key = p.attribute(&t.attrs[i], span, key, first)
		}
		return p.open(t.name, span, t.self)
	default:
		return p.close(t.name)
	}
}

// attribute keeps an attribute for later. The name of an input field stands in
// front of its value, whichever comes first.
func (p *page) attribute(a *attr, span int, key string, first int) (int, string) {
	switch string(a.key) {
	case "colspan":
		if v := a.value; len(v) == 1 && v[0] >= '1' && v[0] <= '9' {
			span = int(v[0] - '0')
		}
		return span, key
	case "sdval", "x:num": // LibreOffice, Excel; the text of the cell shows it, if rounded
		if p.table() != nil && plainNumber(a.value) {
			p.stored = string(a.value)
			return span, key
		}
	case "name", "property", "http-equiv":
		key = string(a.value[:min(len(a.value), 128)])
		for i := first; i < len(p.asides); i++ {
			if p.asides[i].key == "value" || p.asides[i].key == "content" {
				p.asides[i].key = key
			}
		}
		return span, key
	}
	if len(a.value) == 0 || !readable(a.key, a.value) {
		return span, key
	}
	if k := string(a.key); (k == "value" || k == "content") && key != "" {
		p.aside(key, a.value, a.at)
	} else {
		p.aside(k, a.value, a.at)
	}
	return span, key
}

// plainNumber reports whether b is a number as spreadsheets store them.
func plainNumber(b []byte) bool {
	return 0 < len(b) && len(b) <= 24 && len(bytes.Trim(b, "-0123456789.")) == 0
}

// aside keeps a value that stands in a tag or a comment until its line ends.
func (p *page) aside(key string, value []byte, at int64) {
	v := string(value)
	if key != "" && bytes.IndexByte(value, '&') >= 0 {
		v = html.UnescapeString(v)
	}
	p.asides = append(p.asides, aside{key, v, p.src.Original(at), p.lex.lineAt(at)})
	p.waiting += len(key) + len(v)
}

// open begins an element.
func (p *page) open(tag []byte, span int, closed bool) error {
	if verbatim(tag) && !closed {
		p.pre++
	}
	p.hidden = unseen(tag) && !closed
	switch string(tag) {
	case "table":
		return p.openTable()
	case "tr":
		return p.row()
	case "td", "th":
		if t := p.table(); t != nil {
			t.open(string(tag) == "th", span, p.src.Original(p.at), p.lex.lineAt(p.at))
			t.stored = p.stored
			p.space = false
			return nil
		}
	}
	return p.edge(tag)
}

// close ends an element.
func (p *page) close(tag []byte) error {
	p.hidden = false
	if verbatim(tag) && p.pre > 0 {
		p.pre--
	}
	switch string(tag) {
	case "table":
		return p.closeTable()
	case "tr", "thead", "tbody", "tfoot":
		return p.row()
	case "td", "th":
		if t := p.table(); t != nil {
			t.close()
			return nil
		}
	}
	return p.edge(tag)
}

// edge ends the line at the edge of a block.
func (p *page) edge(tag []byte) error {
	if !block(tag) {
		return nil
	}
	return p.endLine()
}

// endLine ends the line and writes the attributes that waited.
func (p *page) endLine() error {
	p.space = false
	if t := p.table(); t != nil && t.inCell {
		if n := len(t.cell); n > 0 && t.cell[n-1] != '\n' {
			t.cell = append(t.cell, '\n')
		}
		return nil
	}
	if p.text.Len() > 0 && p.text.Last() != '\n' {
		p.text.Append('\n')
	}
	return p.flushAsides()
}

// flushAsides writes the attributes and comments that waited.
func (p *page) flushAsides() error {
	for _, a := range p.asides {
		if a.key != "" {
			p.text.Mark(a.at, a.line)
			p.text.AppendString(a.key + ": ")
		}
		p.text.Mark(a.at, a.line)
		p.text.AppendString(a.value)
		p.text.Append('\n')
		if err := p.text.Drain(); err != nil {
			return err
		}
	}
	p.asides, p.waiting = p.asides[:0], 0
	return p.text.Drain()
}

func (p *page) drain() error {
	p.src.Forget(p.at)
	if p.waiting > maxWaiting {
		if p.table() == nil {
			return p.endLine()
		}
		if err := p.flushAsides(); err != nil {
			return err
		}
		return p.text.End() // rows may go out before more of it
	}
	return p.text.Drain()
}

// table returns the innermost open table.
func (p *page) table() *table {
	if n := len(p.tables); n > 0 {
		return p.tables[n-1]
	}
	return nil
}

func (p *page) openTable() error {
	if err := p.endLine(); err != nil {
		return err
	}
	if t := p.table(); t != nil {
		t.close()
	}
	if len(p.tables) >= maxTables || p.width >= p.out.Limits().Defaults().Fields {
		return nil
	}
	if err := p.text.End(); err != nil {
		return err
	}
	p.count++
	fresh := func() *cells.Rows { return cells.NewRows(p.out) }
	t := &table{rows: fresh(), fresh: fresh}
	t.rows.Part = fmt.Sprintf("table %d", p.count)
	p.tables = append(p.tables, t)
	return nil
}

func (p *page) closeTable() error {
	t := p.table()
	if t == nil {
		return p.endLine()
	}
	if err := t.end(); err != nil {
		return err
	}
	p.width += len(t.rows.Columns.Table.Columns)
	p.tables = p.tables[:len(p.tables)-1]
	if err := t.rows.Flush(); err != nil {
		return err
	}
	return p.endLine()
}

func (p *page) row() error {
	if t := p.table(); t != nil {
		p.space = false
		if err := t.endRow(); err != nil {
			return err
		}
		return p.drain()
	}
	return p.endLine()
}

// end closes what is open.
func (p *page) end() error {
	for len(p.tables) > 0 {
		if err := p.closeTable(); err != nil {
			return err
		}
	}
	if err := p.endLine(); err != nil {
		return err
	}
	return p.text.End()
}
