// Package ddl reads the columns that a CREATE TABLE statement defines, in the
// dialects of SQLite, PostgreSQL, MySQL, SQL Server and Oracle. It knows only what
// readers of tables need: names, the primary key, what is not stored.
package ddl

import "strings"

// Table is a CREATE TABLE statement.
type Table struct {
	Name         string // with its schema, without quotes
	Columns      []Column
	Key          []string // names of the primary key's columns
	WithoutRowid bool     // SQLite: rows lie in the order of the key
}

// Column is a column of a Table.
type Column struct {
	Name     string
	Integer  bool // the type is the very word INTEGER
	Computed bool // from others: no statement gives it a value
	Virtual  bool // and computed when read: it has no value in a row
}

// Token is a word, string or sign of SQL. Quoted ones are never keywords.
type Token struct {
	Text   string
	Quoted bool
}

// Is reports whether t is one of words, in any case.
func (t Token) Is(words ...string) bool {
	for _, w := range words {
		if !t.Quoted && strings.EqualFold(t.Text, w) {
			return true
		}
	}
	return false
}

// maxTokens bounds what is looked at of a statement.
const maxTokens = 100_000

// Tokens cuts a statement into words, strings and signs, without comments.
func Tokens(sql string) []Token {
	var all []Token
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
			all = append(all, Token{text, true})
			i = next
		case isWord(c):
			k := i
			for i < len(sql) && isWord(sql[i]) {
				i++
			}
			all = append(all, Token{Text: sql[k:i]})
		default:
			all = append(all, Token{Text: sql[i : i+1]})
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

// Parse reads CREATE TABLE. What it does not understand it leaves out.
func Parse(sql string) Table {
	var t Table
	words := Tokens(sql)
	open := 0
	for open < len(words) && !words[open].Is("(") {
		open++
	}
	t.Name = Name(words[:open])
	all, rest := split(words[open:])
	for i := 0; i+1 < len(rest); i++ {
		t.WithoutRowid = t.WithoutRowid || rest[i].Is("WITHOUT") && rest[i+1].Is("ROWID")
	}
	for _, def := range all {
		t.take(def)
	}
	return t
}

// Name joins the last words that a dot holds together: schema.table.
func Name(words []Token) string {
	at := len(words)
	for at > 0 && (at == len(words) || words[at].Is(".") || words[at-1].Is(".")) {
		at--
	}
	var b strings.Builder
	for _, w := range words[at:] {
		b.WriteString(w.Text)
	}
	return b.String()
}

// split cuts the definitions in the first brackets apart and returns what follows.
func split(words []Token) (all [][]Token, rest []Token) {
	depth, from := 0, 1
	for i, w := range words {
		switch {
		case w.Is("("):
			depth++
		case w.Is(")"):
			if depth--; depth == 0 {
				return append(all, words[from:i]), words[i+1:]
			}
		case w.Is(",") && depth == 1:
			all = append(all, words[from:i])
			from = i + 1
		}
	}
	return all, nil
}

// take reads a column or a constraint of the table.
func (t *Table) take(def []Token) {
	if len(def) == 0 || isIndex(def) {
		return
	}
	if def[0].Is("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE", "LIKE") {
		for i := 0; i+2 < len(def); i++ {
			if def[i].Is("PRIMARY") && def[i+1].Is("KEY") {
				t.Key = Names(def[i+2:])
				return
			}
		}
		return
	}
	c := Column{Name: def[0].Text, Integer: len(def) > 1 && def[1].Is("INTEGER")}
	depth := 0
	for i, w := range def[1:] {
		switch {
		case w.Is("("):
			depth++
		case w.Is(")"):
			depth--
		case depth == 0 && w.Is("AS"):
			c.Computed, c.Virtual = true, true
		case depth == 0 && w.Is("STORED"):
			c.Virtual = false
		case depth == 0 && w.Is("PRIMARY") && i+2 < len(def) && def[i+2].Is("KEY"):
			t.Key = []string{c.Name}
		}
	}
	t.Columns = append(t.Columns, c)
}

// isIndex reports whether a definition is an index of MySQL, KEY name (columns),
// rather than a column of that name: key VARCHAR(10).
func isIndex(def []Token) bool {
	if !def[0].Is("KEY", "INDEX", "FULLTEXT", "SPATIAL") || len(def) < 3 {
		return false
	}
	if def[1].Quoted || def[1].Is("(", "KEY", "INDEX") {
		return true
	}
	return def[2].Is("(") && len(def) > 3 && (def[3].Quoted || def[3].Text < "0" || def[3].Text > "9~")
}

// Names reads a list of names in brackets.
func Names(words []Token) (all []string) {
	depth, next := 0, false
	for _, w := range words {
		switch {
		case w.Is("("):
			depth++
			next = depth == 1
		case w.Is(")"):
			if depth--; depth <= 0 {
				return all
			}
		case w.Is(",") && depth == 1:
			next = true
		case next:
			all = append(all, w.Text)
			next = false
		}
	}
	return all
}
