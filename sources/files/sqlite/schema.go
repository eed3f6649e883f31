package sqlite

import (
	"strconv"
	"strings"
)

// table is what the schema says of one.
type table struct {
	name    string
	root    uint32
	columns []column
	stored  []int // columns in the order of their values in a record
	limit   int   // columns that may still be named
	width   int   // columns that were
}

type column struct {
	name  string
	alias bool // may stand for the rowid: its values are then empty
}

// schema reads the table of tables.
func (d *database) schema() ([]table, error) {
	var all []table
	var row [5]string
	err := d.walk(1, 0, func(c *cell) error {
		if len(all) == maxTables || !d.strings(c, row[:]) || row[0] != "table" {
			return nil
		}
		root, err := strconv.ParseUint(row[3], 10, 32)
		if err != nil || root == 0 { // a virtual table has no pages of its own
			return nil
		}
		t := parse(row[4])
		t.name, t.root = row[1], uint32(root)
		all = append(all, t)
		return nil
	})
	return all, err
}

// strings reads the first values of a record as text.
func (d *database) strings(c *cell, into []string) bool {
	if !d.record(c) {
		return false
	}
	for i := range into {
		into[i] = ""
		if i >= len(d.types) {
			continue
		}
		v, ok := d.scalar(c, d.types[i])
		if !ok {
			return false
		}
		into[i] = string(v)
	}
	return true
}

// token is a word of SQL. Quoted ones are never keywords.
type token struct {
	text   string
	quoted bool
}

func (t token) is(words ...string) bool {
	for _, w := range words {
		if !t.quoted && strings.EqualFold(t.text, w) {
			return true
		}
	}
	return false
}

// maxTokens bounds what is looked at of a statement.
const maxTokens = 100_000

// tokens cuts a statement into words, strings and signs, without comments.
func tokens(sql string) []token {
	var all []token
	for i := 0; i < len(sql) && len(all) < maxTokens; {
		c := sql[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f':
			i++
		case strings.HasPrefix(sql[i:], "--"):
			i = behind(sql, i, "\n")
		case strings.HasPrefix(sql[i:], "/*"):
			i = behind(sql, i+2, "*/")
		case c == '"' || c == '`' || c == '\'' || c == '[':
			text, next := quoted(sql, i)
			all = append(all, token{text, true})
			i = next
		case isWord(c):
			k := i
			for i < len(sql) && isWord(sql[i]) {
				i++
			}
			all = append(all, token{text: sql[k:i]})
		default:
			all = append(all, token{text: sql[i : i+1]})
			i++
		}
	}
	return all
}

func isWord(c byte) bool {
	return c >= 0x80 || c == '_' || c == '$' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func behind(sql string, i int, end string) int {
	if k := strings.Index(sql[i:], end); k >= 0 {
		return i + k + len(end)
	}
	return len(sql)
}

// quoted reads a quoted word, whose quotes are doubled within it.
func quoted(sql string, i int) (string, int) {
	end := sql[i]
	if end == '[' {
		next := behind(sql, i+1, "]")
		return strings.TrimSuffix(sql[i+1:next], "]"), next
	}
	var b strings.Builder
	for i++; i < len(sql); i++ {
		if sql[i] == end {
			if i+1 == len(sql) || sql[i+1] != end {
				return b.String(), i + 1
			}
			i++
		}
		b.WriteByte(sql[i])
	}
	return b.String(), i
}

// parse reads the columns of CREATE TABLE.
func parse(sql string) table {
	words := tokens(sql)
	for len(words) > 0 && !words[0].is("(") {
		words = words[1:]
	}
	t := table{}
	p := definitions{}
	rest := p.split(words)
	withoutRowid := false
	for i := 0; i+1 < len(rest); i++ {
		withoutRowid = withoutRowid || rest[i].is("WITHOUT") && rest[i+1].is("ROWID")
	}
	for _, def := range p.all {
		p.take(&t, def)
	}
	p.order(&t, withoutRowid)
	return t
}

// definitions are what stands between the brackets of CREATE TABLE.
type definitions struct {
	all     [][]token
	key     []string // names of the primary key's columns
	integer []bool   // by column
	virtual []bool
}

// split cuts the definitions apart and returns what follows the bracket.
func (p *definitions) split(words []token) []token {
	depth, from := 0, 1
	for i, w := range words {
		switch {
		case w.is("("):
			depth++
		case w.is(")"):
			if depth--; depth == 0 {
				p.all = append(p.all, words[from:i])
				return words[i+1:]
			}
		case w.is(",") && depth == 1:
			p.all = append(p.all, words[from:i])
			from = i + 1
		}
	}
	return nil
}

// take reads a column or a constraint of the table.
func (p *definitions) take(t *table, def []token) {
	if len(def) == 0 {
		return
	}
	if def[0].is("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN") {
		for i := 0; i+2 < len(def); i++ {
			if def[i].is("PRIMARY") && def[i+1].is("KEY") {
				p.key = names(def[i+2:])
				return
			}
		}
		return
	}
	virtual, depth := false, 0
	for i, w := range def[1:] {
		switch {
		case w.is("("):
			depth++
		case w.is(")"):
			depth--
		case depth == 0 && w.is("AS"):
			virtual = true
		case depth == 0 && w.is("STORED"):
			virtual = false
		case depth == 0 && w.is("PRIMARY") && i+2 < len(def) && def[i+2].is("KEY"):
			p.key = []string{def[0].text}
		}
	}
	t.columns = append(t.columns, column{name: def[0].text})
	p.integer = append(p.integer, len(def) > 1 && def[1].is("INTEGER"))
	p.virtual = append(p.virtual, virtual)
}

// names reads a list of columns in brackets.
func names(words []token) (all []string) {
	depth, next := 0, false
	for _, w := range words {
		switch {
		case w.is("("):
			depth++
			next = depth == 1
		case w.is(")"):
			if depth--; depth <= 0 {
				return all
			}
		case w.is(",") && depth == 1:
			next = true
		case next:
			all = append(all, w.text)
			next = false
		}
	}
	return all
}

// order says which value of a record belongs to which column: without rowids
// those of the key come first. Virtual columns have no value.
func (p *definitions) order(t *table, withoutRowid bool) {
	taken := make([]bool, len(t.columns))
	copy(taken, p.virtual)
	for _, name := range p.key {
		for i, c := range t.columns {
			if !strings.EqualFold(c.name, name) || taken[i] {
				continue
			}
			if withoutRowid {
				t.stored = append(t.stored, i)
				taken[i] = true
			} else {
				t.columns[i].alias = len(p.key) == 1 && p.integer[i]
			}
		}
	}
	for i := range t.columns {
		if !taken[i] {
			t.stored = append(t.stored, i)
		}
	}
}
