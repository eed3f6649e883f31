package databases

import (
	"context"
	"errors"
	"iter"

	"recense/sources"
	"recense/sources/databases/dialect"
)

// maxRanges bounds the ranges of one table; larger tables have larger ranges.
const maxRanges = 1 << 20

// sharedRows is how many rows a table has, as its engine estimates, that is cut in two at
// least, however narrow they are: two connections then share it.
const sharedRows = 100_000

// unknownSize is what a table of unknown size may have: the time that reading may take
// depends on it. Statements have time limits of their own.
const unknownSize = 4 << 30

// Units implements sources.Source. It asks the catalogues, database by database,
// and opens no table. A database that cannot be entered is one unit that says so.
func (s *Source) Units(ctx context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		l := &lister{s: s, ctx: ctx, yield: yield}
		list, err := l.databases()
		if err != nil {
			if ctx.Err() == nil {
				l.give(sources.Unit{Source: s.opt.Name}, formatError(err))
			}
			return
		}
		for _, d := range list {
			if l.done || ctx.Err() != nil {
				return
			}
			l.database(d)
		}
	}
}

// lister is one listing.
type lister struct {
	s     *Source
	ctx   context.Context
	yield func(sources.Unit, error) bool
	done  bool // the caller wants no more
}

func (l *lister) give(u sources.Unit, err error) {
	if !l.done && !l.yield(u, err) {
		l.done = true
	}
}

// with runs f on a connection to a database, again when it is lost on the way.
func (l *lister) with(database string, f func(dialect.Session) error) error {
	for i := 0; ; i++ {
		c, err := l.s.take(l.ctx, database, nil)
		if err != nil {
			return err
		}
		err = f(c.session)
		c.session.Close() // what follows may take hours
		if err == nil {
			return nil
		}
		if class, _ := dialect.ClassOf(err); class != dialect.Lost || i >= attempts || l.ctx.Err() != nil {
			return err
		}
	}
}

func (l *lister) databases() (list []dialect.Database, err error) {
	if l.s.opt.Database != "" {
		return []dialect.Database{{Name: l.s.opt.Database}}, nil
	}
	err = l.with("", func(c dialect.Session) error {
		list, err = c.Databases(l.ctx)
		return err
	})
	return list, err
}

// database gives the units of one database. Its catalogue is read before the
// first is given: the listing waits for the workers, a transaction must not.
func (l *lister) database(d dialect.Database) {
	if d.Status != sources.Scanned {
		l.refuse(d.Name, d.Status, d.Detail)
		return
	}
	var tables []dialect.Table
	var ranges [][]dialect.Range
	err := l.with(d.Name, func(c dialect.Session) (err error) {
		tables, ranges = nil, nil
		if tables, err = c.Tables(l.ctx); err != nil {
			return err
		}
		for i := range tables {
			r, err := l.ranges(c, &tables[i])
			if err != nil {
				return err
			}
			ranges = append(ranges, r)
		}
		return nil
	})
	var e *dialect.Error
	switch {
	case l.ctx.Err() != nil:
		return
	case errors.As(err, &e) && d.Name == l.s.opt.Database:
		l.give(sources.Unit{Source: l.s.opt.Name}, formatError(err))
		return
	case err != nil:
		_, reason := dialect.ClassOf(err)
		l.refuse(d.Name, sources.NotListable, reason)
		return
	}
	for i := range tables {
		if l.done || l.ctx.Err() != nil {
			return
		}
		l.table(d.Name, &tables[i], ranges[i])
	}
}

// ranges cuts a table, or chooses a sample of it.
func (l *lister) ranges(c dialect.Session, t *dialect.Table) ([]dialect.Range, error) {
	o := &l.s.opt
	switch {
	case t.Status != sources.Scanned:
		return nil, nil
	case o.SampleSize > 0 && t.Bytes > SampleFrom*o.SampleSize:
		return l.sample(c, t)
	}
	size := max(l.s.limits.Range, t.Bytes/maxRanges)
	if t.Rows >= sharedRows || t.Bytes > size {
		size = min(size, max(t.Bytes/2, 1))
	}
	return c.Split(l.ctx, t, size)
}

// refuse gives the unit of a database that is not entered.
func (l *lister) refuse(name string, status sources.Status, detail sources.Reason) {
	u := l.unit(pathOf(name))
	u.Meta.Status, u.Meta.Detail = status, detail
	u.Meta.Access, u.Meta.Basis = "unknown", "unknown"
	l.give(u, nil)
}

func (l *lister) unit(path string) sources.Unit {
	u := sources.Unit{Source: l.s.opt.Name, ID: l.s.id(path), Count: 1, Path: path}
	u.Meta = sources.Place{ID: u.ID, URI: l.s.uri + "/" + readable(path), Size: -1}
	return u
}

// table gives the units of a table.
func (l *lister) table(database string, t *dialect.Table, ranges []dialect.Range) {
	names := []string{database, t.Schema, t.Name}
	u := l.unit(pathOf(names...))
	u.Version, u.ModTime, u.Fresh = t.Version, t.Modified, t.Fresh
	m := &u.Meta
	m.Format, m.MediaType = l.s.dialect.Name, "application/vnd."+l.s.dialect.Name+".table"
	m.Owner, m.Access, m.Groups, m.Basis = t.Owner, t.Access, t.Groups, "grant"
	if l.s.dialect.Files != nil {
		m.Basis = "posix"
	}
	m.Created, m.Modified = t.Created, t.Modified
	m.Status, m.Detail = t.Status, t.Detail
	if m.Access == "" {
		m.Access, m.Basis = "unknown", "unknown"
	}
	if !l.s.selected(names) {
		m.Status, m.Detail = sources.Excluded, sources.ByPattern
	}
	if m.Status != sources.Scanned {
		l.give(u, nil)
		return
	}
	u.Count = int32(max(len(ranges), 1))
	for i := range u.Count {
		u.Index = i
		if len(ranges) > 0 {
			u.Range, u.Size = l.s.rangeText(t, &ranges[i]), ranges[i].Bytes
		}
		if u.Size <= 0 && t.Rows < 0 {
			u.Size = unknownSize
		}
		l.give(u, nil)
	}
}
