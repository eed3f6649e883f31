package htmltext

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"golang.org/x/net/html"

	"recense/sources"
	"recense/sources/files/cells"
)

// page turns tokens into running text and tables.
type page struct {
	out    sources.Output
	src    *cells.Reader
	text   *cells.Text
	tables []*table // open ones, innermost last
	count  int      // tables met
	width  int      // columns of all tables

	at, line int64 // of the token, decoded offset; line from 1
	space    bool  // white space waits
	pre      int   // open verbatim elements
	asides   []aside
	cut      bool // the input ends inside a tag
	tooLong  bool
}

// aside is an attribute; it is written when the line it stands in has ended.
type aside struct {
	key, value string
	at, line   int64
}

// maxTables is the depth of tables in tables; mails lay out with them.
const maxTables = 32

func newPage(out sources.Output, src *cells.Reader) *page {
	return &page{out: out, src: src, text: cells.NewText(out), line: 1}
}

// read reads all tokens.
func (p *page) read(ctx context.Context, in io.Reader) error {
	z := html.NewTokenizer(in)
	z.SetMaxBuf(maxToken)
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		kind := z.Next()
		raw := len(z.Raw())
		lines := int64(bytes.Count(z.Raw(), newline))
		if err := p.token(z, kind); err != nil {
			return err
		}
		p.at += int64(raw)
		p.line += lines
		if kind == html.ErrorToken {
			p.cut = raw > 0
			if z.Err() == html.ErrBufferExceeded {
				p.tooLong, p.cut = true, false
				if err := p.rest(ctx, z, in); err != nil {
					return err
				}
			}
			return p.end()
		}
	}
}

var newline = []byte{'\n'}

// rest reads what stands behind a token that is too long, as plain text.
func (p *page) rest(ctx context.Context, z *html.Tokenizer, in io.Reader) error {
	if err := p.endLine(); err != nil {
		return err
	}
	p.text.Mark(p.original(), p.line)
	p.text.Append(z.Raw()...)
	p.text.Append(z.Buffered()...)
	buf := make([]byte, 32<<10)
	for {
		n, err := in.Read(buf)
		p.text.Append(buf[:n]...)
		if err := p.text.Drain(); err != nil {
			return err
		}
		if ctx.Err() != nil || err != nil {
			return ctx.Err()
		}
	}
}

func (p *page) token(z *html.Tokenizer, kind html.TokenType) error {
	switch kind {
	case html.TextToken:
		p.write(z.Text())
		return p.drain()
	case html.CommentToken, html.DoctypeToken:
		if kind == html.CommentToken {
			p.asides = append(p.asides, aside{"", string(z.Text()), p.original(), p.line})
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		name, attrs := z.TagName()
		tag := string(name)
		span, key := 1, ""
		for attrs {
			var k, v []byte
			k, v, attrs = z.TagAttr()
			span, key = p.attribute(string(k), v, span, key)
		}
		return p.open(tag, span, kind == html.SelfClosingTagToken)
	case html.EndTagToken:
		name, _ := z.TagName()
		return p.close(string(name))
	}
	return nil
}

// attribute keeps an attribute for later. The name of an input field stands in
// front of its value.
func (p *page) attribute(k string, v []byte, span int, key string) (int, string) {
	switch {
	case k == "colspan":
		if len(v) == 1 && v[0] >= '1' && v[0] <= '9' {
			span = int(v[0] - '0')
		}
	case k == "name" || k == "property" || k == "http-equiv":
		key = string(v[:min(len(v), 128)])
		if n := len(p.asides); n > 0 && p.asides[n-1].at == p.original() && p.asides[n-1].key == "value" {
			p.asides[n-1].key = key
		}
	case readable(k) && len(v) > 0:
		if (k == "value" || k == "content") && key != "" {
			k = key
		}
		p.asides = append(p.asides, aside{k, string(v), p.original(), p.line})
	}
	return span, key
}

func (p *page) original() int64 { return p.src.Original(p.at) }

// open begins an element.
func (p *page) open(tag string, span int, closed bool) error {
	if verbatim(tag) && !closed {
		p.pre++
	}
	switch tag {
	case "table":
		return p.openTable()
	case "tr":
		return p.row()
	case "td", "th":
		if t := p.table(); t != nil {
			t.open(tag == "th", span, p.original(), p.line)
			p.space = false
			return nil
		}
	}
	return p.edge(tag)
}

// close ends an element.
func (p *page) close(tag string) error {
	if verbatim(tag) && p.pre > 0 {
		p.pre--
	}
	switch tag {
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
func (p *page) edge(tag string) error {
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
	p.asides = p.asides[:0]
	return p.drain()
}

func (p *page) drain() error {
	if err := p.text.Drain(); err != nil {
		return err
	}
	if p.text.Len() < 1<<10 && len(p.tables) == 0 && len(p.asides) == 0 {
		p.src.Forget(p.at)
	}
	return nil
}

// write adds text to the cell or to the running text, with white space folded.
func (p *page) write(b []byte) {
	if t := p.table(); t != nil && t.inCell {
		for _, c := range b {
			if p.fold(c, len(t.cell) > 0 && t.cell[len(t.cell)-1] != '\n') {
				t.cell = append(t.cell, ' ')
			}
			if !isSpace(c) || p.pre > 0 {
				t.cell = append(t.cell, c)
			}
		}
		return
	}
	run := true // a mark is due
	for i, c := range b {
		if p.fold(c, p.text.Len() > 0 && p.text.Last() != '\n') {
			p.text.Append(' ')
			run = true
		}
		if isSpace(c) && p.pre == 0 {
			run = true
			continue
		}
		if run {
			p.text.Mark(p.src.Original(p.at+int64(i)), p.line+int64(bytes.Count(b[:i], newline)))
			run = false
		}
		p.text.Append(c)
	}
}

// fold keeps white space until something follows it, and reports whether a space
// is due before c.
func (p *page) fold(c byte, inLine bool) bool {
	if p.pre > 0 {
		return false
	}
	if isSpace(c) {
		p.space = true
		return false
	}
	due := p.space && inLine
	p.space = false
	return due
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' }

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
	t := &table{rows: cells.NewRows(p.out)}
	t.rows.Part = fmt.Sprintf("table %d", p.count)
	p.tables = append(p.tables, t)
	return nil
}

func (p *page) closeTable() error {
	t := p.table()
	if t == nil {
		return p.endLine()
	}
	if err := t.endRow(); err != nil {
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
		if err := t.endRow(); err != nil || len(p.asides) < 512 {
			return err
		}
		if err := t.rows.Flush(); err != nil {
			return err
		}
		return p.flushAsides()
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
