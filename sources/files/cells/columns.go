package cells

import "recense/sources"

// Columns hands out the columns of a table, at most Limits.Fields of them.
type Columns struct {
	Table sources.Table
	out   sources.Output
	limit int
	over  bool
}

// NewColumns returns an empty table under the limits of out.
func NewColumns(out sources.Output) *Columns {
	return &Columns{out: out, limit: max(out.Limits().Fields, 1)}
}

// Full reports whether only the column of the overflow is left.
func (c *Columns) Full() bool { return len(c.Table.Columns) >= c.limit-1 }

// Overflow is the name of the column that takes what has none of its own.
const Overflow = "*"

// Add adds a column and returns its index. When the table is full it returns
// that of the overflow, which the first time is told to the Sink.
func (c *Columns) Add(name, label string) (int32, error) {
	n := len(c.Table.Columns)
	if n < c.limit-1 {
		c.Table.Columns = append(c.Table.Columns, sources.Column{Name: name, Label: label})
		return int32(n), nil
	}
	if c.over {
		return int32(n - 1), nil
	}
	c.over = true
	c.Table.Columns = append(c.Table.Columns, sources.Column{Name: Overflow})
	return int32(n), c.out.Skip(sources.Location{Byte: -1}, sources.FieldsLimit)
}

// Limit lowers the limit to n columns, for one of several tables.
func (c *Columns) Limit(n int) { c.limit = max(min(c.limit, n), 1) }
