package cells

import (
	"strings"
	"unicode"

	"recense/sources"
)

// firstRows is how many rows are looked at to find the names of the columns.
const firstRows = 20

// MaxColumns is the width of a sheet.
const MaxColumns = 16384

// maxTables bounds the tables that are told apart in one sheet.
const maxTables = 100

// Sheet takes the rows of one sheet, names its columns and hands out its cells.
// Behind an empty row another table may begin, with names of its own.
type Sheet struct {
	out   sources.Output
	rows  *Rows // of the table at hand
	first []row // of the block at hand, until the names are known
	named bool
	last  int64
	Count int64 // rows taken
	limit int   // columns of all tables
	width int   // columns of the tables before
	page  int32
	table int // number of the table at hand
}

type row struct {
	number int64
	values []Value
}

// Value is a cell that is not empty.
type Value struct {
	Column int // from 1
	Text   string
	Number bool // stored as a number
}

// NewSheet returns an empty sheet of at most limit columns, named part.
func NewSheet(out sources.Output, part string, limit int) *Sheet {
	s := &Sheet{out: out, limit: limit}
	s.begin(part)
	return s
}

// Page says on which page the sheet stands.
func (s *Sheet) Page(page int32) { s.page, s.rows.Page = page, page }

// begin begins a table.
func (s *Sheet) begin(part string) {
	s.rows = NewRows(s.out)
	s.rows.Part, s.rows.Page = part, s.page
	s.rows.Columns.Limit(max(s.limit-s.width, 1))
	s.table++
}

// Width returns the number of columns of all tables.
func (s *Sheet) Width() int { return s.width + len(s.rows.Columns.Table.Columns) }

// Row takes a row; values is not kept.
func (s *Sheet) Row(number int64, values []Value) error {
	if number < 1 || number == s.last { // damaged, or a reader's mistake
		number = s.last + 1
	}
	if len(values) == 0 {
		return nil
	}
	if number < s.last { // some programs write cells in the order they come to them
		s.Count++
		if s.named {
			return s.hand(number, values)
		}
		return s.wait(number, values)
	}
	if number > s.last+1 && s.last > 0 && s.table < maxTables && s.Width() < s.limit {
		if err := s.release(); err != nil {
			return err
		}
		s.named = false
	}
	s.last = number
	s.Count++
	if s.named {
		return s.hand(number, values)
	}
	return s.wait(number, values)
}

// wait keeps a row until the names are known.
func (s *Sheet) wait(number int64, values []Value) error {
	s.first = append(s.first, row{number, append([]Value(nil), values...)})
	if len(s.first) < firstRows {
		return nil
	}
	return s.release()
}

// release names the columns and hands out the rows that waited.
func (s *Sheet) release() error {
	s.named = true
	h := header(s.first)
	again := len(s.rows.Columns.Table.Columns) > 0 // a table stands above
	if again && h >= 0 && h+1 < len(s.first) {
		if err := s.rows.Flush(); err != nil {
			return err
		}
		s.width = s.Width()
		s.begin(s.rows.Part)
		again = false
	}
	if h >= 0 && !again {
		names := s.first[h].values
		if grouped(s.first[h:]) {
			names = joined(names, s.first[h+1].values)
		}
		if err := s.name(names); err != nil {
			return err
		}
	}
	for _, r := range s.first {
		if err := s.hand(r.number, r.values); err != nil {
			return err
		}
	}
	s.first = s.first[:0]
	return nil
}

// End hands out what is left.
func (s *Sheet) End() error {
	if !s.named {
		if err := s.release(); err != nil {
			return err
		}
	}
	return s.rows.Flush()
}

// name names the columns after a row, which stays among the cells: a heading can
// hold a value too.
func (s *Sheet) name(values []Value) error {
	for _, v := range values {
		at, err := s.column(v.Column)
		if err != nil {
			return err
		}
		if int(at) != v.Column-1 {
			continue // the overflow
		}
		s.rows.Columns.Table.Columns[at].Name = strings.TrimSpace(v.Text)
	}
	return nil
}

// column returns the table's column of a column of the sheet, from 1.
func (s *Sheet) column(n int) (int32, error) {
	for len(s.rows.Columns.Table.Columns) < n {
		before := len(s.rows.Columns.Table.Columns)
		at, err := s.rows.Columns.Add("", "")
		if err != nil || len(s.rows.Columns.Table.Columns) == before {
			return at, err
		}
	}
	return int32(n - 1), nil
}

func (s *Sheet) hand(number int64, values []Value) error {
	for _, v := range values {
		at, err := s.column(v.Column)
		if err != nil {
			return err
		}
		s.rows.Cell(v.Text, at, number, sources.Location{Byte: -1, Column: int32(v.Column)})
	}
	return s.rows.EndRow()
}

// header returns the index of the row that names the columns, -1 when none does:
// the first one with a text in every cell, as wide as what follows, under which
// numbers or dates stand, or that uses words that only headings use.
func header(rows []row) int {
	width := 0
	for _, r := range rows {
		width = max(width, len(r.values))
	}
	for i, r := range rows {
		if 2*len(r.values) <= width || !couldName(r.values) {
			continue
		}
		if i+1 == len(rows) && width > 1 || usual(r.values) || differs(r, rows[i+1:]) {
			return i
		}
		return -1
	}
	return -1
}

// grouped reports whether the first row names groups of columns, and the second one the
// columns: it has more cells, and words that only headings use.
func grouped(rows []row) bool {
	if len(rows) < 3 || rows[1].number != rows[0].number+1 {
		return false
	}
	groups, names := rows[0].values, rows[1].values
	return len(groups) < len(names) && couldName(names) && usual(names)
}

// joined puts the name of its group in front of that of each column. A group goes on to
// the next one.
func joined(groups, names []Value) (all []Value) {
	group := ""
	for _, v := range names {
		for len(groups) > 0 && groups[0].Column <= v.Column {
			group, groups = strings.TrimSpace(groups[0].Text), groups[1:]
		}
		v.Text = strings.TrimSpace(group + " " + strings.TrimSpace(v.Text))
		all = append(all, v)
	}
	return all
}

// couldName reports whether every cell could be the name of a column.
func couldName(values []Value) bool {
	for _, v := range values {
		numbers := 0
		for _, c := range v.Text {
			if unicode.IsDigit(c) {
				numbers++
			}
		}
		if v.Number || len(v.Text) > 100 || numbers > 4 || numbers == len(v.Text) || strings.ContainsRune(v.Text, '@') {
			return false
		}
	}
	return true
}

// differs reports whether a column under the row holds digits and its name none.
func differs(h row, below []row) bool {
	plain := make(map[int]bool)
	for _, v := range h.values {
		plain[v.Column] = !strings.ContainsAny(v.Text, "0123456789")
	}
	for _, r := range below {
		for _, v := range r.values {
			if plain[v.Column] && strings.ContainsAny(v.Text, "0123456789") {
				return true
			}
		}
	}
	return false
}

// usual reports whether a cell is a word that headings use.
func usual(values []Value) bool {
	for _, v := range values {
		switch strings.ToLower(strings.TrimSpace(v.Text)) {
		case "nom", "prénom", "prenom", "name", "first name", "last name", "ville", "city", "adresse", "address", "e-mail", "email", "mail",
			"date", "id", "code", "libellé", "libelle", "civilité", "sexe", "pays", "country", "type", "statut", "status", "commentaire", "description":
			return true
		}
	}
	return false
}
