package databases

import (
	"context"
	"slices"

	"recense/sources"
	"recense/sources/databases/dialect"
)

// Fact is what the catalogue tells of a column. Names and comments are as people wrote
// them: content, to be masked.
type Fact struct {
	Name, Type, Comment string
	Required            bool // null is refused
	Key                 int  // place in the primary key, from 1; 0: none
	// Unread says why the column is not read, "" when it is; a type that can hold nothing
	// about a person has Untold.
	Unread sources.Reason
}

// Untold is the Unread of columns whose type says nothing of anybody.
const Untold sources.Reason = "type"

// Facts describes the columns of the table of a unit.
func (s *Source) Facts(ctx context.Context, u *sources.Unit) (list []Fact, err error) {
	r := &reader{s: s, ctx: ctx, unit: u}
	defer r.release()
	if err := r.open(); err != nil {
		return nil, err
	}
	for i := range r.table.Columns {
		c := &r.table.Columns[i]
		f := Fact{Name: c.Name, Type: c.Type, Comment: c.Comment, Required: c.Required, Key: 1 + slices.Index(r.table.Key, i), Unread: c.Hidden}
		switch {
		case c.Denied:
			f.Unread = sources.PermissionDenied
		case c.Form == dialect.None:
			f.Unread = Untold
		}
		list = append(list, f)
	}
	return list, nil
}
