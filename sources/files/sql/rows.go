package sqltext

import (
	"bytes"
	"encoding/hex"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/ddl"
)

// insert reads INSERT or REPLACE: the head up to VALUES, then the rows.
func (d *dump) insert() error {
	depth := 0
	for {
		c, ok := d.l.peek()
		if !ok || len(d.raw) >= maxHead {
			return d.rest()
		}
		switch {
		case c == '(' || c == ')':
			if c == '(' {
				depth++
			} else {
				depth--
			}
			d.take()
		case c == '"' || c == '`' || c == '[':
			d.take()
			end := c
			if c == '[' {
				end = ']'
			}
			for {
				k, ok := d.l.peek()
				if !ok || len(d.raw) >= maxHead {
					return d.rest()
				}
				if d.take(); k == end {
					break
				}
			}
		case isLetter(c):
			from := len(d.raw)
			for k, ok := d.l.peek(); ok && (isLetter(k) || '0' <= k && k <= '9') && len(d.raw) < maxHead; k, ok = d.l.peek() {
				d.take()
			}
			word := d.raw[from:]
			if depth == 0 && (is(word, "VALUES") || is(word, "VALUE")) {
				return d.tuples()
			}
			if depth == 0 && (is(word, "SELECT") || is(word, "SET") || is(word, "DEFAULT") || is(word, "EXEC")) {
				return d.rest()
			}
		case c == ';' || c == '\'':
			return d.rest()
		default:
			d.take()
		}
	}
}

func is(word []byte, keyword string) bool {
	return len(word) == len(keyword) && strings.EqualFold(string(word), keyword)
}

func isLetter(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// target opens the table that the head of the statement names.
func (d *dump) target(words []ddl.Token) (*table, error) {
	open := 0
	for open < len(words) && !words[open].Is("(", "VALUES", "VALUE", "FROM") {
		open++
	}
	t := d.table(ddl.Name(words[:open]))
	var names []string
	if open < len(words) && words[open].Is("(") {
		names = ddl.Names(words[open:])
	}
	if err := d.arrange(t, names); err != nil {
		return t, err
	}
	d.raw = d.raw[:0]
	return t, d.open(t)
}

// tuples reads rows in brackets, to the semicolon or what else stands behind.
func (d *dump) tuples() error {
	t, err := d.target(ddl.Tokens(string(d.raw)))
	if err != nil {
		return err
	}
	for {
		c := d.blanks()
		switch c {
		case '(':
			d.l.next()
			if err := d.tuple(t); err != nil {
				return err
			}
			if d.cut {
				return nil
			}
		case ',':
			d.l.next()
		case ';':
			d.l.next()
			return nil
		case 0:
			return nil
		default: // ON CONFLICT, GO, the next statement
			if isInsert(d.l.ahead(8)) {
				return nil
			}
			return d.rest()
		}
	}
}

func isInsert(b []byte) bool {
	return len(b) >= 7 && (strings.EqualFold(string(b[:7]), "INSERT ") || strings.EqualFold(string(b[:7]), "REPLACE"))
}

// blanks passes over white space and comments and returns the next byte, 0 at
// the end.
func (d *dump) blanks() byte {
	for {
		c, ok := d.l.peek()
		if !ok {
			return 0
		}
		switch c {
		case ' ', '\t', '\n', '\r':
			d.l.next()
		case '-':
			if string(d.l.ahead(2)) != "--" {
				return c
			}
			for c, ok := d.l.peek(); ok && c != '\n'; c, ok = d.l.peek() {
				d.l.next()
			}
		default:
			return c
		}
	}
}

// tuple reads the values of a row behind its bracket.
func (d *dump) tuple(t *table) error {
	t.row++
	d.records++
	if d.records%1024 == 0 && d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	for i := 0; ; i++ {
		d.blanks()
		null, binary, err := d.expression()
		if err != nil {
			return err
		}
		if !null {
			if err := d.give(t, i, binary); err != nil {
				return err
			}
		}
		c, ok := d.l.peek()
		if !ok {
			d.cut = true
			return d.endRow(t)
		}
		d.l.next()
		if c == ')' {
			return d.endRow(t)
		}
	}
}

func (d *dump) endRow(t *table) error {
	if t.rows == nil {
		return nil
	}
	return t.rows.EndRow()
}

// expression reads a value up to the comma or bracket behind it. Strings on the
// outer level are joined; within a call the first one counts; without a string
// it is what stands there.
func (d *dump) expression() (null, binary bool, err error) {
	d.value, d.long, d.where = d.value[:0], false, d.l.at()
	depth, strung, plain := 0, false, 0 // plain: bytes of value outside of strings
	var prefix byte
	for {
		c, ok := d.l.peek()
		if !ok {
			return false, false, nil
		}
		switch {
		case c == '\'':
			if !strung {
				binary = (prefix|0x20 == 'x') && plain == 1
				d.value = d.value[:0]
			}
			if err := d.str(!strung, depth == 0 || !strung, d.escapes || prefix|0x20 == 'e'); err != nil {
				return false, false, err
			}
			strung, plain = true, 0
		case depth == 0 && (c == ',' || c == ')'):
			if strung {
				return false, binary, nil
			}
			d.value = bytes.TrimRight(d.value, " \t\r\n")
			if is(d.value, "NULL") || is(d.value, "DEFAULT") {
				return true, false, nil
			}
			if len(d.value) > 2 && d.value[0] == '0' && d.value[1] == 'x' {
				d.value = append(d.value[:0], d.value[2:]...)
				return false, true, nil
			}
			return false, false, nil
		default:
			switch c {
			case '(':
				depth++
			case ')':
				depth--
			}
			if c == '(' || c == ')' || c == ',' {
				d.l.next()
				if prefix = c; !strung {
					plain++
					if err := d.put(c); err != nil {
						return false, false, err
					}
				}
				continue
			}
			b := d.l.run(valueStop)
			if prefix = b[len(b)-1]; !strung {
				plain += len(b)
				if err := d.put(b...); err != nil {
					return false, false, err
				}
			}
		}
	}
}

// str reads a string; keep says that it is the value, or a part of it, first that
// the value begins with it.
func (d *dump) str(first, keep, escapes bool) error {
	d.l.next()
	if first {
		d.where = d.l.at()
	}
	for {
		c, ok := d.l.peek()
		if !ok {
			d.cut = true
			return nil
		}
		if b := d.l.run(stringStop); len(b) > 0 {
			if keep {
				if err := d.put(b...); err != nil {
					return err
				}
			}
			continue
		}
		d.l.next()
		switch {
		case c == '\'':
			if k, ok := d.l.peek(); !ok || k != '\'' {
				return nil
			}
			d.l.next()
		case c == '\\' && escapes:
			k, ok := d.l.peek()
			if !ok {
				d.cut = true
				return nil
			}
			d.l.next()
			c = escape(k)
		}
		if keep {
			if err := d.put(c); err != nil {
				return err
			}
		}
	}
}

// escape returns what a backslash makes of a byte.
func escape(c byte) byte {
	switch c {
	case '0':
		return 0
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	case 'Z':
		return 26
	}
	return c
}

// put adds bytes to the value. What is too long for a cell goes on as text.
func (d *dump) put(b ...byte) error {
	if d.long {
		d.text.Append(b...)
		return d.text.Drain()
	}
	d.value = append(d.value, b...)
	if len(d.value) < maxValue {
		return nil
	}
	d.long = true
	d.text.Mark(-1, d.where.Line)
	d.text.Append(d.value...)
	d.value = d.value[:0]
	return d.text.Drain()
}

// give hands out the value as that of column i.
func (d *dump) give(t *table, i int, binary bool) error {
	at, err := d.at(t, i)
	if err != nil {
		return err
	}
	if d.long {
		d.text.Append('\n')
		return d.text.Drain()
	}
	v := d.value
	if len(v) > 2 && v[0] == '\\' && v[1] == 'x' { // bytea of PostgreSQL
		v, binary = v[2:], true
	}
	if binary {
		if n, err := hex.Decode(v, v); err == nil {
			v = v[:n]
		} else {
			binary = false
		}
	}
	if binary || !isPlain(v) {
		if v, err = d.blobs.Give(v, t.name, t.rows.Columns.Table.Columns[at].Name, t.row); err != nil {
			return err
		}
	}
	t.rows.Bytes(cells.UTF8Text(v), at, t.row, sources.Location{Byte: d.where.Byte, Line: d.where.Line, Column: int32(i + 1)})
	if t.rows.Len() > maxValue {
		return t.rows.Flush()
	}
	return nil
}

// isPlain reports whether a value has no zero byte, as text has none.
func isPlain(b []byte) bool { return bytes.IndexByte(b, 0) < 0 && !cells.Known(b) }

// copy reads COPY … FROM stdin: the head, then a row a line up to \.
func (d *dump) copy() error {
	for {
		c, ok := d.l.peek()
		if !ok || len(d.raw) >= maxHead || c == '\'' {
			return d.rest()
		}
		if d.take(); c == ';' {
			break
		}
	}
	words := ddl.Tokens(string(d.raw))
	stdin := false
	for i := 0; i+1 < len(words); i++ {
		stdin = stdin || words[i].Is("FROM") && words[i+1].Is("STDIN")
	}
	if !stdin {
		return d.release()
	}
	for c, ok := d.l.peek(); ok; c, ok = d.l.peek() {
		if d.take(); c == '\n' {
			break
		}
	}
	for _, w := range words {
		if w.Is("CSV", "BINARY", "FORMAT") {
			return d.until("\n\\.\n")
		}
	}
	t, err := d.target(words[1:])
	if err != nil {
		return err
	}
	for {
		switch next := d.l.ahead(3); {
		case len(next) == 0:
			d.cut = true
			return nil
		case next[0] == '\\' && len(next) > 1 && next[1] == '.':
			for c, ok := d.l.peek(); ok && c != '\n'; c, ok = d.l.peek() {
				d.l.next()
			}
			return nil
		}
		if err := d.line(t); err != nil {
			return err
		}
	}
}

// line reads a row of COPY.
func (d *dump) line(t *table) error {
	t.row++
	d.records++
	if d.records%1024 == 0 && d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	for i := 0; ; i++ {
		d.value, d.long, d.where = d.value[:0], false, d.l.at()
		null, end, err := d.field()
		if err != nil {
			return err
		}
		if !null && (len(d.value) > 0 || d.long) {
			if err := d.give(t, i, false); err != nil {
				return err
			}
		}
		if end {
			return d.endRow(t)
		}
	}
}

// field reads a value of COPY with the tab or line end behind it.
func (d *dump) field() (null, end bool, err error) {
	for {
		c, ok := d.l.peek()
		if !ok {
			d.cut = true
			return null, true, nil
		}
		if b := d.l.run(fieldStop); len(b) > 0 {
			if err := d.put(b...); err != nil {
				return null, true, err
			}
			continue
		}
		d.l.next()
		switch c {
		case '\t':
			return null, false, nil
		case '\n':
			if n := len(d.value); n > 0 && d.value[n-1] == '\r' {
				d.value = d.value[:n-1]
			}
			return null, true, nil
		case '\\':
			k, ok := d.l.peek()
			if !ok {
				continue
			}
			d.l.next()
			if k == 'N' && len(d.value) == 0 {
				null = true
				continue
			}
			c = escape(k)
			if k == '0' || k == 'Z' {
				c = k
			}
		}
		if err := d.put(c); err != nil {
			return null, true, err
		}
	}
}
