package databases

import (
	"context"
	"errors"
	"slices"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/files"
)

// What one range may cost in trouble.
const (
	maxBadRows    = 1000 // rows that cannot be read, before the rest is given up
	maxBadColumn  = 100  // rows in which a column failed, before it is left out
	maxBusy       = 2    // timeouts without a row between them
	commentsPart  = "(commentaires)"
	labelLongest  = 48 // bytes of a comment that names its column; longer ones are prose
	maxLongValues = 1 << 20
)

// Read implements sources.Source.
func (s *Source) Read(ctx context.Context, u sources.Unit, out sources.Sink) error {
	if err := out.Open(u.Meta); err != nil {
		return err
	}
	r := &reader{s: s, ctx: ctx, out: out, unit: &u, bad: map[int]int{}}
	result, err := r.read()
	r.release()
	if err != nil {
		return err
	}
	return out.Close(result)
}

// reader reads one range of a table.
type reader struct {
	s    *Source
	ctx  context.Context
	out  sources.Sink
	unit *sources.Unit

	conn  *connection
	table *dialect.Table
	query dialect.Query
	rows  rows
	inner *files.Inner // of documents in values, made when there is one
	long  []longValue
	last  []byte      // position of the last row, of a stretch under way
	bad   map[int]int // column → rows in which it failed
	count int         // rows that failed
	busy  int
	drawn drawn
	text  []int // columns of running text, which have ranges of their own
	sink  error // the first error of out
}

// longValue is a value that did not come along with its row.
type longValue struct {
	position string
	column   int // in Table.Columns
	row      int64
}

func (r *reader) release() {
	if r.s.dialect.Brief {
		r.drop()
	}
	if r.conn != nil {
		r.s.give(r.conn)
		r.conn = nil
	}
}

// drop gives up a connection whose state is not known.
func (r *reader) drop() {
	if r.conn != nil {
		r.conn.session.Close()
		r.conn = nil
	}
}

// keep remembers the first error of the sink.
func (r *reader) keep(err error) error {
	if err != nil && r.sink == nil {
		r.sink = err
	}
	return err
}

// fatal returns the error that must leave Read, if there is one.
func (r *reader) fatal() error {
	if r.sink != nil {
		return r.sink
	}
	return r.ctx.Err()
}

func (r *reader) read() (sources.Result, error) {
	if r.unit.Meta.Status != sources.Scanned {
		return sources.Result{Status: r.unit.Meta.Status, Detail: r.unit.Meta.Detail, Records: -1}, nil
	}
	if err := r.open(); err != nil {
		return r.failed(err)
	}
	if r.drawn = sampling(r.unit.Range); r.drawn.text != "" {
		var same bool
		if r.text, same = columnsOf(r.table, r.drawn.text); !same {
			return r.failed(&dialect.Error{Class: dialect.Gone, Reason: sources.Changed})
		}
	}
	r.columns()
	if r.unit.Index == 0 {
		if err := r.preface(); err != nil {
			return sources.Result{}, err
		}
	}
	r.rows.begin(r)
	err := r.all()
	if fatal := r.fatal(); fatal != nil {
		return sources.Result{}, fatal
	}
	if flushed := r.rows.flush(); flushed != nil {
		return sources.Result{}, flushed
	}
	result := sources.Result{Records: r.rows.count, Bytes: r.rows.bytes}
	if err != nil {
		_, reason := dialect.ClassOf(err)
		result.Status, result.Detail = sources.Partial, reason
		if r.rows.count == 0 {
			result.Status = statusOf(reason)
		}
	}
	err = r.longs()
	if fatal := r.fatal(); fatal != nil {
		return sources.Result{}, fatal
	}
	result.Bytes = r.rows.bytes
	r.sampled(&result)
	r.hidden(&result)
	return result, err
}

// hidden makes a table filtered of which the engine shows this account other values
// than it holds.
func (r *reader) hidden(result *sources.Result) {
	for i := range r.table.Columns {
		if reason := r.table.Columns[i].Hidden; reason != "" && (result.Status == sources.Scanned || result.Status == sources.Sampled || result.Status == sources.Partial) {
			result.Status, result.Detail = sources.Filtered, reason
		}
	}
}

// failed is the result of a range of which nothing was read.
func (r *reader) failed(err error) (sources.Result, error) {
	if fatal := r.fatal(); fatal != nil {
		return sources.Result{}, fatal
	}
	_, reason := dialect.ClassOf(err)
	return sources.Result{Status: statusOf(reason), Detail: reason, Records: -1}, nil
}

func statusOf(r sources.Reason) sources.Status {
	switch r {
	case sources.PermissionDenied:
		return sources.Unreadable
	case sources.RowSecurity:
		return sources.Filtered
	}
	return sources.Failed
}

// open takes a connection and describes the table, unless the connection knows
// it from the range before.
func (r *reader) open() error {
	names := namesOf(r.unit.Path)
	for i := 0; ; i++ {
		err := r.describe(names)
		if err == nil {
			err = r.spare()
		}
		class, _ := dialect.ClassOf(err)
		if err == nil || class != dialect.Lost || i >= attempts || r.ctx.Err() != nil {
			return err
		}
		r.drop()
		if err := r.s.wait(r.ctx, pause<<i); err != nil {
			return err
		}
	}
}

func (r *reader) describe(names []string) (err error) {
	if r.conn == nil {
		if r.conn, err = r.s.take(r.ctx, names[0], r.note); err != nil {
			return err
		}
	}
	if c := r.conn; c.path != r.unit.Path || r.unit.Index == 0 {
		t := &dialect.Table{Name: names[len(names)-1], Version: r.unit.Version}
		if len(names) > 2 {
			t.Schema = names[1]
		}
		c.path = ""
		if err := c.session.Describe(r.ctx, t); err != nil {
			return err
		}
		c.path, c.table = r.unit.Path, t
	}
	r.table = r.conn.table
	return nil
}

// columns chooses the columns to ask for.
func (r *reader) columns() {
	r.query = dialect.Query{Table: r.table, After: r.query.After}
	r.query.Spec = r.drawn.spec
	for i := range r.table.Columns {
		if c := &r.table.Columns[i]; c.Form != dialect.None && !c.Denied && c.Hidden == "" && r.bad[i] < maxBadColumn &&
			(!r.drawn.Text || r.counts(i) || slices.Contains(r.table.Key, i)) {
			r.query.Columns = append(r.query.Columns, i)
		}
	}
}

// counts reports whether what a column holds is counted in this range: a column of
// running text in its own ranges, any other in the others.
func (r *reader) counts(column int) bool { return slices.Contains(r.text, column) == r.drawn.Text }

// preface tells what concerns the table as a whole: columns that this account may
// not read, and comments, in which people leave what stands nowhere else.
func (r *reader) preface() error {
	var text []byte
	if r.table.Doubt != "" {
		if err := r.out.Skip(sources.Location{Byte: -1}, r.table.Doubt); err != nil {
			return err
		}
	}
	if c := r.table.Comment; c != "" {
		text = append(append(text, c...), '\n')
	}
	for i := range r.table.Columns {
		c := &r.table.Columns[i]
		reason := c.Hidden
		if c.Denied {
			reason = sources.PermissionDenied
		}
		if reason != "" {
			if err := r.out.Skip(sources.Location{Field: c.Name, Byte: -1}, reason); err != nil {
				return err
			}
		}
		if c.Comment != "" {
			text = append(append(text, c.Comment...), '\n')
		}
	}
	if len(text) == 0 {
		return nil
	}
	return r.out.Chunk(&sources.Chunk{Data: text, To: len(text), Part: commentsPart})
}

// all reads the rows of the range to its end, over lost connections, timeouts and
// rows that cannot be read. The error says why the rest was given up.
func (r *reader) all() error {
	lost := 0
	for {
		before := r.query.After
		err := r.stretch()
		if err == nil || r.fatal() != nil {
			return err
		}
		if r.query.After != before {
			lost, r.busy = 0, 0
		}
		switch class, reason := dialect.ClassOf(err); class {
		case dialect.Lost:
			r.drop()
			if lost++; lost >= attempts {
				return err
			}
			if r.s.wait(r.ctx, pause<<lost) != nil || r.open() != nil {
				return err
			}
		case dialect.Busy:
			if r.busy++; r.busy >= maxBusy {
				return err
			}
		case dialect.Data:
			if r.count++; r.count > maxBadRows {
				return err
			}
			if err := r.badRow(reason); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

// stretch reads until the end or the first error.
func (r *reader) stretch() error {
	var row dialect.Row
	err := readAhead(r.ctx, r.conn.session, &r.query, r.rows.count+1, func(b *block) error {
		if !b.plain || len(b.long) > 0 || r.drawn.Text {
			err := b.each(&row, r.row)
			b.release()
			return err
		}
		if b.rows > 0 {
			r.last = append(r.last[:0], b.position(b.rows-1)...)
		}
		return r.keep(r.rows.addPlain(b))
	})
	if settled := r.settle(); settled != nil {
		return settled
	}
	if len(r.last) > 0 {
		r.query.After, r.last = string(r.last), r.last[:0]
	}
	return err
}

// settle has the sink give back all that it borrowed, which is of the table as it is
// known now.
func (r *reader) settle() error {
	if b, ok := r.out.(sources.Borrower); ok {
		return r.keep(b.Settle())
	}
	return nil
}

// row takes a row.
func (r *reader) row(row *dialect.Row) error {
	for _, i := range row.Long {
		if !r.counts(r.query.Columns[i]) {
			continue
		}
		if len(r.long) < maxLongValues {
			r.long = append(r.long, longValue{string(row.Position), r.query.Columns[i], r.rows.count + 1})
		} else if err := r.keep(r.out.Skip(sources.Location{Byte: -1}, sources.SizeLimit)); err != nil {
			return err
		}
	}
	err := r.keep(r.rows.add(row))
	r.last = append(r.last[:0], row.Position...)
	return err
}

// badRow reads what can be read of the next row, column by column, and goes on
// behind it. A column that fails again and again is left out from then on.
func (r *reader) badRow(reason sources.Reason) error {
	position, err := r.conn.session.Next(r.ctx, &r.query)
	if err != nil {
		return err
	}
	if position == "" {
		return &dialect.Error{Class: dialect.Other, Reason: reason}
	}
	row := dialect.Row{Values: make([][]byte, len(r.query.Columns)), Position: []byte(position)}
	for i, column := range r.query.Columns {
		value, err := r.conn.session.Value(r.ctx, &r.query, position, column, 0, dialect.MaxValue)
		if err == nil {
			row.Values[i] = trimRune(append([]byte(nil), value...))
			continue
		}
		if class, _ := dialect.ClassOf(err); class != dialect.Data {
			return err
		}
		r.bad[column]++
		if err := r.keep(r.out.Skip(sources.Location{Field: r.table.Columns[column].Name, Byte: -1}, reason)); err != nil {
			return err
		}
	}
	if err := r.keep(r.rows.add(&row)); err != nil {
		return err
	}
	r.query.After = position
	r.columns()
	return nil
}

// longs reads the values that did not come along with their rows, piece by piece.
func (r *reader) longs() error {
	for _, v := range r.long {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if r.conn == nil && r.open() != nil {
			return r.keep(r.out.Skip(sources.Location{Byte: -1}, sources.ConnectionLost))
		}
		p := &pieces{r: r, v: v, size: pieceSize}
		if err := r.keep(r.rows.long(v, p)); err != nil {
			return err
		}
		if !p.done && p.err == nil && p.from > 0 { // given up half-way: the rest is on its way
			r.drop()
		}
		if p.err != nil && r.fatal() == nil {
			class, reason := dialect.ClassOf(p.err)
			if class == dialect.Lost {
				r.drop()
			}
			at := sources.Location{Field: r.table.Columns[v.column].Name, Byte: -1}
			if err := r.keep(r.out.Skip(at, reason)); err != nil {
				return err
			}
		}
	}
	return nil
}

// How much of a long value is asked for at once, in bytes or characters, and on
// connections that break.
const (
	pieceSize     = 8 << 20
	smallestPiece = 16 << 10
)

// pieces is the reader of a long value.
type pieces struct {
	r    *reader
	v    longValue
	from int64
	size int64
	left []byte
	done bool
	err  error // of the session
}

// errPiece ends the reading of a value of which a piece cannot be had.
var errPiece = errors.New("databases: a piece of a value cannot be read")

// Read implements io.Reader.
func (p *pieces) Read(b []byte) (int, error) {
	if len(p.left) == 0 {
		if err := p.next(); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.left)
	p.left = p.left[n:]
	return n, nil
}

// next asks for the next piece; io.EOF behind the last.
func (p *pieces) next() error {
	if p.done || p.err != nil {
		return endOf(p.err)
	}
	value, err := p.ask()
	for i := 0; err != nil && p.again(err, i); i++ {
		value, err = p.ask()
	}
	if err == nil && value == nil && p.from > 0 {
		err = &dialect.Error{Class: dialect.Gone, Reason: sources.Changed}
	}
	if err != nil {
		p.err = err
		return errPiece
	}
	p.from += p.size
	p.left = value
	p.done = int64(len(value)) < p.size // characters have a byte or more
	if len(value) == 0 {
		return endOf(nil)
	}
	p.r.rows.bytes += int64(len(value))
	return p.r.s.pace(p.r.ctx, len(value))
}

func (p *pieces) ask() ([]byte, error) {
	return p.r.conn.session.Value(p.r.ctx, &p.r.query, p.v.position, p.v.column, p.from, p.size)
}

// again makes a lost connection anew and reports whether a piece, a smaller one,
// may be asked for once more.
func (p *pieces) again(err error, i int) bool {
	if class, _ := dialect.ClassOf(err); class != dialect.Lost || i >= attempts {
		return false
	}
	p.r.drop()
	p.size = max(p.size/8, smallestPiece)
	return p.r.s.wait(p.r.ctx, pause<<i) == nil && p.r.open() == nil
}
