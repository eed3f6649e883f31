package sqltext

import (
	"bytes"
	"context"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/ddl"
)

const (
	maxHead   = 128 << 10 // bytes of a statement in front of its rows, or of CREATE TABLE
	maxValue  = 1 << 20   // bytes of a value that is a cell
	maxTables = 4096      // that are told apart
	maxTag    = 64        // bytes of the tag of a dollar quote
)

// dump is a dump being read.
type dump struct {
	ctx     context.Context
	out     sources.Output
	l       *lexer
	text    *cells.Text
	blobs   *cells.Blobs
	tables  map[string]*table
	current *table
	width   int // columns that may still be named
	records int64
	escapes bool // a backslash in a string is one
	steps   int

	begun, complete bool // by the heading and the last line of a program that dumps
	cut             bool // the end came too early

	raw   []byte // the statement at hand, up to its rows
	value []byte
	where sources.Location // of value
	long  bool             // the value at hand went on as text
}

// table is one table of the dump.
type table struct {
	name    string
	rows    *cells.Rows
	columns map[string]int32 // by name
	plain   []int32          // in the order of CREATE TABLE
	order   []int32          // of the statement at hand
	list    string           // what order was made from
	row     int64
}

func (d *dump) read() error {
	for {
		if err := d.statement(); err != nil {
			return err
		}
		if _, ok := d.l.peek(); !ok {
			break
		}
	}
	if err := d.text.End(); err != nil {
		return err
	}
	return d.open(nil)
}

// statement reads one statement and what stands in front of it.
func (d *dump) statement() error {
	if err := d.ctx.Err(); err != nil {
		return err
	}
	d.raw = d.raw[:0]
	if err := d.gap(); err != nil {
		return err
	}
	word := d.l.ahead(9)
	if i := bytes.IndexAny(word, " \t\r\n"); i > 0 {
		switch strings.ToUpper(string(word[:i])) {
		case "INSERT", "REPLACE":
			return d.insert()
		case "COPY":
			return d.copy()
		case "CREATE":
			return d.create()
		}
	}
	return d.rest()
}

// take moves the next byte to the statement at hand.
func (d *dump) take() byte {
	if len(d.raw) == 0 {
		at := d.l.at()
		d.text.Mark(at.Byte, at.Line)
	}
	c := d.l.next()
	d.raw = append(d.raw, c)
	return c
}

// release gives the statement at hand as text.
func (d *dump) release() error {
	d.text.Append(d.raw...)
	d.raw = d.raw[:0]
	if d.steps++; d.steps%1024 == 0 && d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	return d.text.Drain()
}

// gap passes over blanks, comments and commands of psql.
func (d *dump) gap() error {
	for {
		c, ok := d.l.peek()
		switch {
		case !ok:
			return d.release()
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ';':
			d.take()
		case c == '-' && string(d.l.ahead(2)) == "--", c == '#', c == '\\':
			if err := d.comment(); err != nil {
				return err
			}
		case c == '/' && string(d.l.ahead(2)) == "/*" && string(d.l.ahead(3)) != "/*!":
			if err := d.until("*/"); err != nil {
				return err
			}
		default:
			return d.release()
		}
		if len(d.raw) > 4<<10 {
			if err := d.release(); err != nil {
				return err
			}
		}
	}
}

// comment passes over a line, which may be the first or the last of a dump.
func (d *dump) comment() error {
	line := d.l.ahead(40)
	for _, m := range [...]string{"-- PostgreSQL database dump\n", "-- PostgreSQL database dump\r", "-- PostgreSQL database cluster dump\n", "-- MySQL dump", "-- MariaDB dump"} {
		if bytes.HasPrefix(line, []byte(m)) {
			d.begun, d.complete = true, false
		}
	}
	for _, m := range [...]string{"-- PostgreSQL database dump complete", "-- PostgreSQL database cluster dump compl", "-- Dump completed"} {
		if bytes.HasPrefix(line, []byte(m)) {
			d.complete = true
		}
	}
	return d.until("\n")
}

// until takes what stands up to the word end, and the word.
func (d *dump) until(end string) error {
	from := len(d.raw)
	for {
		if _, ok := d.l.peek(); !ok {
			return d.release()
		}
		d.take()
		if n := len(d.raw); n-from >= len(end) && string(d.raw[n-len(end):]) == end {
			return nil
		}
		if len(d.raw)-from > 4<<10 {
			keep := len(end)
			tail := string(d.raw[len(d.raw)-keep:])
			d.raw = d.raw[:len(d.raw)-keep]
			if err := d.release(); err != nil {
				return err
			}
			at := d.l.at()
			d.text.Mark(at.Byte-int64(keep), at.Line)
			d.raw = append(d.raw, tail...)
			from = 0
		}
	}
}

// rest gives the rest of a statement as text, to its semicolon.
func (d *dump) rest() error {
	for {
		c, ok := d.l.peek()
		if !ok {
			return d.release()
		}
		switch {
		case c == '\'' || c == '"' || c == '`':
			d.take()
			if err := d.quoted(c); err != nil {
				return err
			}
		case c == '$':
			if err := d.dollars(); err != nil {
				return err
			}
		case c == '-' && string(d.l.ahead(2)) == "--":
			if err := d.until("\n"); err != nil {
				return err
			}
		case c == '/' && string(d.l.ahead(2)) == "/*":
			if err := d.until("*/"); err != nil {
				return err
			}
		case c == '\n' && d.newStatement():
			d.take()
			return d.release()
		default:
			if d.take() == ';' {
				return d.release()
			}
			d.raw = append(d.raw, d.l.run(textStop)...)
		}
		if len(d.raw) > 4<<10 {
			if err := d.release(); err != nil {
				return err
			}
		}
	}
}

// newStatement reports whether the next line begins a statement although the one
// before has no semicolon, as in scripts of SQL Server.
func (d *dump) newStatement() bool {
	b := d.l.ahead(13)[1:]
	for _, w := range [...]string{"INSERT ", "INSERT INTO ", "GO\n", "GO\r"} {
		if len(b) >= len(w) && strings.EqualFold(string(b[:len(w)]), w) {
			return true
		}
	}
	return false
}

// quoted takes the rest of a quoted text as it is.
func (d *dump) quoted(end byte) error {
	for {
		c, ok := d.l.peek()
		if !ok {
			d.cut = true
			return d.release()
		}
		d.take()
		switch {
		case c == end:
			return nil // a doubled quote begins the next one
		case c == '\\' && d.escapes && end == '\'':
			if _, ok := d.l.peek(); ok {
				d.take()
			}
		}
		if len(d.raw) > 4<<10 {
			if err := d.release(); err != nil {
				return err
			}
		}
	}
}

// dollars takes a text in dollar quotes, or a dollar that is none.
func (d *dump) dollars() error {
	b := d.l.ahead(maxTag)
	n := 1
	for n < len(b) && (b[n] == '_' || b[n] >= 0x80 || '0' <= b[n] && b[n] <= '9' || 'a' <= b[n]|0x20 && b[n]|0x20 <= 'z') {
		n++
	}
	if n >= len(b) || b[n] != '$' {
		d.take()
		return nil
	}
	tag := string(b[:n+1])
	for range tag {
		d.take()
	}
	if err := d.release(); err != nil {
		return err
	}
	return d.until(tag)
}

// create gives CREATE TABLE as text and remembers its columns.
func (d *dump) create() error {
	depth := 0
	for len(d.raw) < maxHead {
		c, ok := d.l.peek()
		if !ok {
			break
		}
		switch c {
		case '\'', '"', '`':
			d.take()
			for {
				k, ok := d.l.peek()
				if !ok || len(d.raw) >= maxHead {
					break
				}
				d.take()
				if k == '\\' && d.escapes && c == '\'' {
					if _, ok := d.l.peek(); ok {
						d.take()
					}
				} else if k == c {
					break
				}
			}
			continue
		case '$': // a function
			return d.rest()
		case '(':
			depth++
		case ')':
			depth--
		}
		last := c == ';' && depth <= 0 || c == '\n' && d.newStatement()
		if d.take(); last {
			break
		}
	}
	statement := string(d.raw)
	if isTable(statement) && len(d.raw) < maxHead {
		t := ddl.Parse(statement)
		if err := d.define(t); err != nil {
			return err
		}
	}
	if strings.HasSuffix(statement, ";") || strings.HasSuffix(statement, "\n") {
		return d.release()
	}
	return d.rest()
}

func isTable(statement string) bool {
	words := strings.Fields(statement[:min(len(statement), 60)])
	for _, w := range words[:min(len(words), 4)] {
		if strings.EqualFold(w, "TABLE") {
			return true
		}
	}
	return false
}

// define names the columns of a table in their order.
func (d *dump) define(s ddl.Table) error {
	t := d.table(s.Name)
	if len(t.plain) > 0 {
		return nil
	}
	for _, c := range s.Columns {
		if c.Computed {
			continue
		}
		at, err := d.column(t, c.Name)
		if err != nil {
			return err
		}
		t.plain = append(t.plain, at)
	}
	return nil
}

// overflow is the name of the table of those beyond the limit.
const overflow = "*"

// table returns the table of a name.
func (d *dump) table(name string) *table {
	name = clean(name)
	t := d.tables[name]
	if t == nil && len(d.tables) >= maxTables-1 {
		name = overflow
		t = d.tables[name]
	}
	if t == nil {
		t = &table{name: name, columns: make(map[string]int32)}
		d.tables[name] = t
	}
	return t
}

// clean makes a name of the container fit to be written.
func clean(name string) string {
	return strings.ToValidUTF8(string(cells.UTF8Text([]byte(name[:min(len(name), 256)]))), "")
}

// open makes t the table whose rows are read; nil ends the last one.
func (d *dump) open(t *table) error {
	if d.current != nil && d.current != t && d.current.rows != nil {
		if err := d.current.rows.Flush(); err != nil {
			return err
		}
	}
	d.current = t
	return nil
}

// column returns the column of a name, new or not.
func (d *dump) column(t *table, name string) (int32, error) {
	name = clean(name)
	if t.rows == nil {
		t.rows = cells.NewRows(d.out)
		t.rows.Part = t.name
		t.rows.Columns.Limit(max(d.width, 1))
	}
	if at, ok := t.columns[name]; ok && name != "" {
		return at, nil
	}
	before := len(t.rows.Columns.Table.Columns)
	at, err := t.rows.Columns.Add(name, "")
	d.width -= len(t.rows.Columns.Table.Columns) - before
	if name != "" && int(at) == before {
		t.columns[name] = at
	}
	return at, err
}

// arrange sets the columns of the statement at hand: those it lists, or those of
// CREATE TABLE.
func (d *dump) arrange(t *table, names []string) error {
	if len(names) == 0 {
		t.order, t.list = append(t.order[:0], t.plain...), ""
		return nil
	}
	list := strings.Join(names, "\x00")
	if list == t.list {
		return nil
	}
	t.order, t.list = t.order[:0], list
	for _, n := range names {
		at, err := d.column(t, n)
		if err != nil {
			return err
		}
		t.order = append(t.order, at)
	}
	return nil
}

// at returns the column of value i, from 0.
func (d *dump) at(t *table, i int) (int32, error) {
	for len(t.order) <= i {
		k := len(t.order)
		if k < len(t.plain) && t.list == "" {
			t.order = append(t.order, t.plain[k])
			continue
		}
		c, err := d.column(t, "")
		if err != nil {
			return c, err
		}
		t.order = append(t.order, c)
		if t.list == "" {
			t.plain = append(t.plain, c)
		}
	}
	return t.order[i], nil
}
