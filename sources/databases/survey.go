package databases

import (
	"context"

	"recense/sources"
	"recense/sources/databases/dialect"
)

// Unseen is something that the account cannot see as it is.
type Unseen struct {
	Table  string // base/schema/table, or base alone
	Column string // empty: all of it
	Reason sources.Reason
}

// Survey asks the catalogues what the account may see, and calls each for what it may
// not: databases it cannot enter, tables and columns that it cannot read, or that the
// engine shows otherwise than they are. It reads no row, and returns how many tables
// there are. Tables left out by pattern are passed over.
func (s *Source) Survey(ctx context.Context, each func(Unseen)) (tables int, err error) {
	l := &lister{s: s, ctx: ctx}
	list, err := l.databases()
	if err != nil {
		return 0, err
	}
	for _, d := range list {
		if d.Status != sources.Scanned {
			each(Unseen{Table: d.Name, Reason: d.Detail})
			continue
		}
		var found []Unseen
		n := 0
		err := l.with(d.Name, func(c dialect.Session) error {
			found, n, err = s.surveyDatabase(ctx, c, d.Name)
			return err
		})
		if ctx.Err() != nil {
			return tables, ctx.Err()
		}
		if err != nil {
			_, reason := dialect.ClassOf(err)
			found = append(found, Unseen{Table: d.Name, Reason: reason})
		}
		tables += n
		for _, u := range found {
			each(u)
		}
	}
	return tables, nil
}

// surveyDatabase is Survey for one database.
func (s *Source) surveyDatabase(ctx context.Context, c dialect.Session, database string) (found []Unseen, n int, err error) {
	tables, err := c.Tables(ctx)
	if err != nil {
		return nil, 0, err
	}
	for i := range tables {
		t := &tables[i]
		names := []string{database, t.Schema, t.Name}
		if !s.selected(names) || t.Status == sources.Excluded {
			continue
		}
		n++
		path := pathOf(names...)
		if t.Status != sources.Scanned {
			found = append(found, Unseen{Table: path, Reason: t.Detail})
			continue
		}
		err := c.Describe(ctx, t)
		if class, reason := dialect.ClassOf(err); err != nil {
			if class == dialect.Lost || ctx.Err() != nil {
				return found, n, err
			}
			found = append(found, Unseen{Table: path, Reason: reason})
			continue
		}
		if t.Doubt != "" {
			found = append(found, Unseen{Table: path, Reason: t.Doubt})
		}
		for j := range t.Columns {
			switch column := &t.Columns[j]; {
			case column.Denied:
				found = append(found, Unseen{path, column.Name, sources.PermissionDenied})
			case column.Hidden != "":
				found = append(found, Unseen{path, column.Name, column.Hidden})
			}
		}
	}
	return found, n, nil
}
