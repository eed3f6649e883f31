package sqlite

import (
	"slices"
	"strconv"
	"strings"

	"recense/sources/files/ddl"
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
		t := tableOf(row[4])
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

// tableOf says which value of a record belongs to which column: without rowids
// those of the key come first. Virtual columns have no value.
func tableOf(sql string) (t table) {
	s := ddl.Parse(sql)
	taken := make([]bool, len(s.Columns))
	for i, c := range s.Columns {
		t.columns = append(t.columns, column{name: c.Name})
		taken[i] = c.Virtual
	}
	for _, name := range s.Key {
		i := slices.IndexFunc(s.Columns, func(c ddl.Column) bool { return strings.EqualFold(c.Name, name) })
		switch {
		case i < 0 || taken[i]:
		case s.WithoutRowid:
			t.stored = append(t.stored, i)
			taken[i] = true
		default:
			t.columns[i].alias = len(s.Key) == 1 && s.Columns[i].Integer
		}
	}
	for i := range t.columns {
		if !taken[i] {
			t.stored = append(t.stored, i)
		}
	}
	return t
}
