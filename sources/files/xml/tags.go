package xmltext

import (
	"bytes"
	"html"
	"io"
	"strings"
	"unicode/utf8"

	"recense/sources"
	"recense/sources/files/cells"
)

// tag reads the tag at pos. io.EOF says that it does not end.
func (p *parser) tag() error {
	for len(p.buf)-p.pos < len("<![CDATA[") {
		if err := p.more(); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
	}
	b := p.buf[p.pos:]
	switch {
	case len(b) < 2:
		return io.EOF
	case b[1] == '/':
		return p.endTag()
	case nameStart(b[1]):
		return p.startTag()
	case bytes.HasPrefix(b, []byte("<?xml ")):
		return p.enclosed(2, "?>", p.nothing)
	case b[1] == '?': // code of other languages, too
		return p.enclosed(2, "?>", p.comment)
	case bytes.HasPrefix(b, []byte("<!--")):
		return p.enclosed(4, "-->", p.comment)
	case bytes.HasPrefix(b, []byte("<![CDATA[")):
		return p.enclosed(9, "]]>", p.cdata)
	case b[1] == '!':
		return p.doctype()
	}
	// A bare '<' is text, though it should not be.
	p.damaged = true
	return p.runOfText(p.pos+1, false)
}

// enclosed reads what stands between the first skip bytes and stop, and hands
// its bounds to take. What fills the window goes out as running text.
func (p *parser) enclosed(skip int, stop string, take func(start, end int) error) error {
	from := skip
	for {
		if i := bytes.Index(p.buf[min(p.pos+from, len(p.buf)):], []byte(stop)); i >= 0 {
			start, end := p.pos+skip, p.pos+from+i
			p.pos = end + len(stop)
			return take(start, end)
		}
		from = max(skip, len(p.buf)-p.pos-len(stop)+1)
		switch err := p.more(); {
		case err == cells.ErrFull:
			return p.long(skip, stop)
		case err != nil:
			return err
		}
	}
}

// long hands out something enclosed that fills the window.
func (p *parser) long(skip int, stop string) error {
	at, err := p.w.Long(p.pos+skip, func(b []byte, to, r int, eof bool) (int, int, bool) {
		end, done := len(b), false
		if i := bytes.Index(b[r:], []byte(stop)); i >= 0 {
			end, done = r+i, true
		} else if !eof {
			end = max(r, len(b)-len(stop)+1)
		}
		return to + copy(b[to:], b[r:end]), end, done
	})
	p.pos, p.buf = at, p.w.Bytes()
	if err != nil {
		return err
	}
	if len(p.buf)-p.pos < len(stop) {
		return io.EOF
	}
	p.pos += len(stop)
	return nil
}

func (p *parser) nothing(int, int) error { return nil }

func (p *parser) comment(start, end int) error {
	for start < end && space(p.buf[start]) {
		start++
	}
	return p.value(p.note, start, end)
}

func (p *parser) cdata(start, end int) error {
	next := p.pos
	p.pos = start
	err := p.runOfText(end, false)
	p.pos = next
	return err
}

// doctype takes a document type as a comment: it is not followed.
func (p *parser) doctype() error {
	end, err := p.find(1, '>')
	if err == cells.ErrFull {
		return p.long(2, ">")
	}
	if err != nil {
		return err
	}
	if open := bytes.IndexByte(p.buf[p.pos:end], '['); open >= 0 {
		return p.enclosed(2, "]>", p.comment)
	}
	start := p.pos + 2
	p.pos = end + 1
	return p.comment(start, end)
}

// endTag closes elements up to the one it names.
func (p *parser) endTag() error {
	if n := p.top().closing(p.buf[p.pos+2:]); n > 0 && len(p.stack) > 0 {
		at := p.pos
		p.pos += 2 + n
		p.close(at)
		return nil
	}
	end, err := p.find(2, '>')
	if err == cells.ErrFull {
		return &syntaxError{sources.Corrupt}
	}
	if err != nil {
		return err
	}
	written := p.buf[p.pos+2 : end]
	for len(written) > 0 && space(written[len(written)-1]) {
		written = written[:len(written)-1]
	}
	at := p.pos
	p.pos = end + 1
	depth := len(p.stack)
	for i := depth; i > 0 && i > depth-16; i-- {
		if n := p.stack[i-1].path; n.same(written) || n == p.paths.over {
			p.damaged = p.damaged || i < depth
			for len(p.stack) >= i {
				p.close(at)
			}
			return nil
		}
	}
	p.damaged = true
	return nil
}

// close ends the innermost element.
func (p *parser) close(at int) {
	depth := len(p.stack)
	f := p.stack[depth-1]
	if c := &p.cell; c.open && !c.closed {
		if c.depth >= depth {
			c.closed = true
		} else if f.path.block {
			p.part(at)
		}
	}
	p.stack = p.stack[:depth-1]
	if p.inside == depth {
		p.inside = 0
	}
	if depth > 1 {
		p.stack[depth-2].last = f.path
	}
}

// startTag reads a start tag with its attributes.
func (p *parser) startTag() error {
	if path, n := p.expected(); n > 0 && len(p.stack) < maxDepth {
		if err := p.begin(path, p.pos); err != nil {
			return err
		}
		p.stack = append(p.stack, frame{path: path})
		p.pos += 1 + n
		return nil
	}
	end, err := p.endOfTag()
	if err == cells.ErrFull {
		return p.long(1, ">") // an attribute longer than the window
	}
	if err != nil {
		return err
	}
	at, i := p.pos, p.pos+1
	for nameByte[p.buf[i]] {
		i++
	}
	if p.buf[i] == '@' { // no tag: Anne <anne@exemple.fr>
		p.damaged = true
		return p.runOfText(end+1, false)
	}
	path := p.element(p.buf[at+1 : i])
	if len(p.stack) >= maxDepth {
		return &syntaxError{sources.DepthLimit}
	}
	if err := p.begin(path, at); err != nil {
		return err
	}
	p.stack = append(p.stack, frame{path: path})
	if err := p.attributes(path, i, end); err != nil {
		return err
	}
	if p.buf[end-1] == '/' {
		p.close(at)
	}
	p.pos = end + 1
	return nil
}

// endOfTag returns the offset of the '>' that ends the tag at pos.
func (p *parser) endOfTag() (int, error) {
	i, quote := 1, byte(0)
	for {
		b := p.buf[p.pos:]
		for ; i < len(b); i++ {
			switch c := b[i]; {
			case c == quote && c != 0:
				quote = 0
			case quote != 0:
				if j := bytes.IndexByte(b[i:], quote); j < 0 {
					i = len(b) - 1
				} else {
					i += j - 1
				}
			case c == '>':
				return p.pos + i, nil
			case c == '"' || c == '\'':
				quote = c
			}
		}
		if err := p.more(); err != nil {
			return 0, err
		}
	}
}

// expected returns the path of the tag at pos when it is one that stood here
// before, without attributes, and the length of its rest.
func (p *parser) expected() (path *node, n int) {
	b := p.buf[p.pos+1:]
	path = p.top().first
	if k := len(p.stack); k > 0 && p.stack[k-1].last != nil {
		last := p.stack[k-1].last
		if n := last.closing(b); n > 0 {
			return last, n
		}
		path = last.next
	}
	return path, path.closing(b)
}

// closing returns the length of the name of n and the '>' behind it, when b begins
// with them.
func (n *node) closing(b []byte) int {
	if n == nil || len(b) <= len(n.name) || b[len(n.name)] != '>' || string(b[:len(n.name)]) != n.name || n.name == "" {
		return 0
	}
	return len(n.name) + 1
}

// element returns the path of a child of the innermost element.
func (p *parser) element(written []byte) *node {
	parent := p.top()
	hint := parent.first
	var last *node
	if n := len(p.stack); n > 0 && p.stack[n-1].last != nil {
		last = p.stack[n-1].last
		hint = last.next
		if last.same(written) {
			hint = last
		}
	}
	if hint != nil && hint.same(written) {
		return hint
	}
	c := p.paths.child(parent, written, false)
	if c == p.paths.over {
		return c
	}
	parent.parents = true
	if last != nil {
		last.next = c
	} else {
		parent.first = c
	}
	return c
}

// begin counts records and ends the cell that the element does not belong to.
func (p *parser) begin(path *node, at int) error {
	c := &p.cell
	switch {
	case c.open && c.closed:
		if err := p.finish(); err != nil {
			return err
		}
	case c.open && path.block:
		p.part(at)
	}
	depth := len(p.stack)
	if depth > 0 && !path.record && path.parents && p.stack[depth-1].last == path {
		path.record = true // it follows one of its own name
		p.records = max(p.records, 1)
	}
	if path.record && p.inside == 0 {
		if c.open {
			if err := p.finish(); err != nil {
				return err
			}
		}
		if p.records > 0 {
			p.row++
		} else {
			p.row = 1
		}
		p.records++
		p.inside = depth + 1
	}
	return nil
}

// attributes reads name="value" pairs between from and end.
func (p *parser) attributes(path *node, from, end int) error {
	b := p.buf
	for i := from; i < end; {
		if !nameByte[b[i]] {
			i++
			continue
		}
		start := i
		for i < end && nameByte[b[i]] {
			i++
		}
		key := b[start:i]
		for i < end && (space(b[i]) || b[i] == '=') {
			i++
		}
		if i >= end || b[i] != '"' && b[i] != '\'' {
			continue
		}
		stop := bytes.IndexByte(b[i+1:end], b[i])
		if stop < 0 {
			break
		}
		from, to := i+1, i+1+stop
		i = to + 1
		if bytes.HasPrefix(key, []byte("xmlns")) && (len(key) == 5 || key[5] == ':') {
			p.namespace(key, b[from:to])
			continue
		}
		if from == to {
			continue
		}
		if err := p.attribute(p.paths.child(path, key, true), from, to); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) attribute(path *node, from, to int) error {
	end := to
	if bytes.IndexByte(p.buf[from:to], '&') >= 0 {
		if p.cell.open { // decoded where it is kept, so that the window has no edit here
			at := len(p.side)
			p.side = append(p.side, html.UnescapeString(string(p.buf[from:to]))...)
			p.pending = append(p.pending, aside{at, min(len(p.side), at+to-from), from, path})
			return nil
		}
		end, _, _ = p.decode(p.buf[:to], from, from, true)
		p.w.Erase(end, to)
	}
	return p.value(path, from, end)
}

// decodeRun is decode for text that fills the window: it ends at a tag.
func (p *parser) decodeRun(b []byte, to, r int, eof bool) (int, int, bool) {
	end := len(b)
	i := bytes.IndexByte(b[r:], '<')
	if i >= 0 {
		end = r + i
	}
	to, r, _ = p.decode(b[:end], to, r, eof || i >= 0)
	return to, r, i >= 0 && r == end
}

// longest is the length of the longest entity that is looked at.
const longest = 40

// decode undoes entities in place from r on, writing from to on, and stops
// before one that may not be whole unless all is there.
func (p *parser) decode(b []byte, to, r int, all bool) (int, int, bool) {
	for r < len(b) {
		n := bytes.IndexByte(b[r:], '&')
		if n < 0 {
			n = len(b) - r
		}
		if to != r {
			copy(b[to:], b[r:r+n])
		}
		to, r = to+n, r+n
		if r == len(b) {
			break
		}
		size := bytes.IndexByte(b[r:min(r+longest, len(b))], ';') + 1
		if size == 0 && !all && len(b)-r < longest {
			return to, r, false
		}
		text := entity(b[r : r+size])
		if size == 0 || len(text) > size || text == "" {
			b[to] = '&'
			to, r = to+1, r+1
			continue
		}
		for range strings.Count(text, "\n") {
			p.w.LineEnds(to, -1)
		}
		to += copy(b[to:], text)
		r += size
		p.w.Moved(to, r-to)
	}
	return to, r, false
}

// entity returns what b, from & to ;, stands for; empty when it is not known.
func entity(b []byte) string {
	switch string(b) {
	case "":
		return ""
	case "&amp;":
		return "&"
	case "&lt;":
		return "<"
	case "&gt;":
		return ">"
	case "&quot;":
		return "\""
	case "&apos;", "&#39;":
		return "'"
	}
	text := html.UnescapeString(string(b))
	if text == string(b) || !utf8.ValidString(text) {
		return ""
	}
	return text
}
