package csv

import (
	"bytes"
	"context"
	"math/bits"
	"slices"

	"recense/sources"
	"recense/sources/files/charset"
)

// reader reads one input, or a range of it. It is kept between reads for its
// memory.
type reader struct {
	ctx     context.Context
	out     sources.Output
	dialect dialect
	grammar grammar
	stream  charset.Stream
	from    int64 // records that begin in front of it belong to the range before
	to      int64 // and at it or behind it to the next one; -1: none

	table *sources.Table
	limit int              // of columns
	full  bool             // there are more columns than that
	told  bool             // which was told
	keys  map[string]int32 // of a table of keys and values

	chunk  sources.Chunk
	fields sources.Fields
	edits  []edit
	row    int64
	column int
	key    int32 // column of the current record's value
	gave   bool  // at least one chunk
	inside bool  // in a plain cell that is longer than the window
	seen   int   // what was handed over of it in the window
}

// edit says that from Data[at] on, the original stands shift bytes further.
type edit struct{ at, shift int32 }

func (r *reader) prepare(ctx context.Context, out sources.Output, d dialect, quoted int) {
	limits := out.Limits().Defaults()
	*r = reader{ctx: ctx, out: out, dialect: d, grammar: d.grammar(quoted), limit: limits.Fields,
		stream: r.stream, fields: r.fields, edits: r.edits}
	r.table = &sources.Table{}
	for i, name := range d.names {
		if i >= r.limit {
			break
		}
		r.table.Columns = append(r.table.Columns, sources.Column{Name: name, Header: d.header > 0})
	}
	if d.pairs {
		r.keys = map[string]int32{}
	}
}

// run reads records. first says that the text begins with the first record of
// the file, begins that it begins with one of the range; otherwise it begins with some
// cell in front of it.
func (r *reader) run(first, begins bool) (sources.Result, error) {
	begin := int64(-1) // of the first record of the range
	if begins {
		begin = r.stream.Start()
	}
	header, ahead := 0, first && r.dialect.ahead > 0
	if first {
		header = r.dialect.header
	}
	for stuck := false; ; {
		r.fill(stuck)
		var at int
		var done bool
		var err error
		switch {
		case begin < 0:
			if at, done = r.advance(); done {
				begin = r.stream.Offset(at)
			}
			done = false
		case ahead:
			at, err = r.ahead()
			ahead = at == 0
		case header > 0:
			if at = r.skipRecord(); at > 0 {
				header--
				r.row++
			}
		case r.inside:
			at, err = r.long()
		default:
			at, done, err = r.records()
		}
		if err == nil {
			err = r.ctx.Err()
		}
		if err != nil {
			return sources.Result{Records: r.row}, err
		}
		left := len(r.stream.Text()) - at
		if done || left == 0 && r.stream.End() {
			return r.finish(begin, at)
		}
		r.stream.Discard(at)
		stuck = at == 0
	}
}

// fill makes the window worth looking at, and longer when it was too short.
func (r *reader) fill(stuck bool) {
	for !r.stream.End() && (stuck || len(r.stream.Text()) < charset.BufferSize/2) {
		r.stream.Fill()
		stuck = false
	}
}

// finish makes the result: the range reaches to Text()[at].
func (r *reader) finish(begin int64, at int) (sources.Result, error) {
	if r.column > 0 { // a separator was the last byte
		r.row++
	}
	result := sources.Result{Records: r.row}
	if begin >= 0 {
		result.Bytes = max(0, r.stream.Offset(at)-begin)
	}
	if !r.gave && len(r.table.Columns) > 0 { // the names alone
		r.chunk = sources.Chunk{Table: r.table}
		if err := r.out.Chunk(&r.chunk); err != nil {
			return result, err
		}
	}
	return result, r.stream.Err()
}

// advance goes over cells that belong to the range before. It returns the first
// record of this one and true, or how far it came.
func (r *reader) advance() (at int, found bool) {
	t, end := r.stream.Text(), r.stream.End()
	from := len(t) + 1
	if r.from-r.stream.Start() <= r.stream.Span(0, len(t)) {
		from = r.stream.Index(r.from)
	}
	for at < len(t) {
		next, how := 0, more
		if r.inside {
			_, next, how = r.grammar.delimiter(t, at, end)
		} else {
			_, next, how, _ = r.grammar.cell(t, at, end)
		}
		if how == more {
			if at == 0 && len(t) > r.longest() {
				r.inside = true
				return len(t), false
			}
			break
		}
		at, r.inside = next, false
		if how == last && at >= from {
			return at, true
		}
	}
	return at, false
}

// longest is how long a cell in the window may be; then it is plain, because a
// quoted one is shorter, and handed over in pieces.
func (r *reader) longest() int { return max(maxCell, r.grammar.quoted+2) }

// ahead hands over the lines in front of the header as running text, and returns where
// they end, 0 when that is not in the window yet.
func (r *reader) ahead() (at int, err error) {
	t := r.stream.Text()
	if len(t) < r.dialect.ahead && !r.stream.End() {
		return 0, nil
	}
	at = min(len(t), r.dialect.ahead)
	r.chunk = sources.Chunk{Data: t[:at], To: at, Locator: (*titled)(r)}
	r.row += int64(bytes.Count(t[:at], []byte{r.dialect.newline}))
	return at, r.out.Chunk(&r.chunk)
}

// titled locates what stands in front of the header.
type titled reader

// Locate implements sources.Locator.
func (r *titled) Locate(at int) sources.Location {
	row := 1 + bytes.Count(r.chunk.Data[:at], []byte{r.dialect.newline})
	return sources.Location{Row: int64(row), Column: 1, Byte: r.stream.Offset(at)}
}

// skipRecord returns where the second record begins, 0 when it is not in the
// window yet.
func (r *reader) skipRecord() int {
	t := r.stream.Text()
	for i := 0; ; {
		_, next, how, _ := r.grammar.cell(t, i, r.stream.End())
		switch {
		case how == last:
			return next
		case how == more:
			return 0
		}
		i = next
	}
}

// records hands over the whole cells of the window. It returns where the first
// one begins that is not whole, and whether the range ends there.
func (r *reader) records() (at int, done bool, err error) {
	t, end := r.stream.Text(), r.stream.End()
	r.fields.Reset()
	r.edits = r.edits[:0]
	at, done = r.split(t, end)
	if at == 0 && !done && len(t) > r.longest() {
		r.inside, r.seen = true, 0
		return 0, false, nil
	}
	if r.fields.Len() > 0 {
		r.chunk = sources.Chunk{Data: t[:at], To: at, Table: r.table, Fields: r.fields, Locator: r}
		r.gave = true
		if err = r.out.Chunk(&r.chunk); err == nil && r.full && !r.told {
			r.told = true
			err = r.out.Skip(sources.Location{Row: r.row, Byte: -1}, sources.FieldsLimit)
		}
	}
	return at, done, err
}

// split finds the cells of t, 64 bytes at a time where they are plain.
func (r *reader) split(t []byte, end bool) (at int, done bool) {
	g := &r.grammar
	stop := len(t) + 1 // records that begin there are not ours
	if r.to >= 0 && r.to-r.stream.Start() <= r.stream.Span(0, len(t)) {
		stop = r.stream.Index(r.to)
	}
	base, mask := -64, uint64(0) // delimiters of t[base:base+64] that are still to come
	for at < len(t) {
		if r.column == 0 && at >= stop {
			return at, true
		}
		var cut, next int
		var how ending
		wrapped := false
		if t[at] == '"' {
			if cut, next, how, wrapped = g.cell(t, at, end); how == more {
				return at, false
			}
			if b := next &^ 63; b != base {
				base, mask = b, 0
				if base+64 <= len(t) {
					mask = g.delimiters((*[64]byte)(t[base:]))
				} else {
					base -= 64 // the tail
				}
			}
			if next > base {
				mask &= ^uint64(0) << uint(next-base)
			}
		} else {
			for mask == 0 && base+128 <= len(t) {
				base += 64
				mask = g.delimiters((*[64]byte)(t[base:]))
			}
			if mask != 0 {
				cut = base + bits.TrailingZeros64(mask)
				mask &= mask - 1
				next, how = cut+1, middle
				if t[cut] == g.newline {
					how = last
				}
			} else if cut, next, how = g.delimiter(t, at, end); how == more {
				return at, false
			}
		}
		r.cell(t, at, cut, wrapped, how)
		at = next
	}
	return at, r.column == 0 && at >= stop
}

// cell adds the cell whose raw text is t[a:b], unless it is empty.
func (r *reader) cell(t []byte, a, b int, wrapped bool, how ending) {
	if wrapped {
		a, b = r.unquote(t, a+1, b-1)
	} else if how == last && b > a && t[b-1] == '\r' {
		b--
	}
	if a < b && (special[t[a]] || t[b-1] == ' ') {
		a, b = bare(t, a, b)
	}
	if b-a >= minFloat && t[b-1] == '0' && isFloat(t[a:b]) {
		t[b-1], t[b-2] = ' ', ' '
		b -= 2
	}
	if r.dialect.pairs && r.column < 2 {
		r.pair(t, a, b)
	} else if a < b {
		column := r.column
		if column >= len(r.table.Columns) {
			column = r.grow(column)
		}
		r.fields.Add(a, b, column, r.row+1)
	}
	if how == last {
		r.row++
		r.column = 0
	} else {
		r.column++
	}
}

// special are the bytes in front of a value that are no part of it.
var special = [256]bool{' ': true, '=': true, '\'': true, '\t': true}

// bare takes away blanks and what protects leading zeros in spreadsheets.
func bare(t []byte, a, b int) (int, int) {
	for a < b && (t[a] == ' ' || t[a] == '\t') {
		a++
	}
	for a < b && (t[b-1] == ' ' || t[b-1] == '\t') {
		b--
	}
	switch {
	case b-a >= 3 && t[a] == '=' && t[a+1] == '"' && t[b-1] == '"':
		return a + 2, b - 1
	case b-a >= 2 && t[a] == '\'':
		a++
		if b-a >= 2 && t[b-1] == '\'' {
			b--
		}
	}
	return a, b
}

// minFloat is the length of the shortest identifier that a program took for a
// number of floating point, because others of its column are missing: nine digits
// and ".0".
const minFloat = 11

// isFloat reports whether a value is a whole number with ".0" or ",0" behind it.
func isFloat(v []byte) bool {
	n := len(v) - 2
	for _, c := range v[:n] {
		if !isDigit(c) {
			return false
		}
	}
	return v[n] == '.' || v[n] == ','
}

// unquote undoubles the quotes of t[a:b] in place and notes where the original
// moves away.
func (r *reader) unquote(t []byte, a, b int) (int, int) {
	k := bytes.IndexByte(t[a:b], '"')
	if k < 0 {
		return a, b
	}
	w, shift := a+k, int32(0)
	for i := a + k; i < b; i++ {
		t[w] = t[i]
		w++
		if t[i] == '"' && i+1 < b {
			i++
			shift++
			r.edits = append(r.edits, edit{int32(w), shift})
		}
	}
	for i := w; i < b; i++ {
		t[i] = '"'
	}
	r.edits = append(r.edits, edit{int32(w), 0})
	return a, w
}

// grow makes room for a column beyond the header, up to the limit.
func (r *reader) grow(column int) int {
	for len(r.table.Columns) <= column && len(r.table.Columns) < r.limit {
		r.table.Columns = append(r.table.Columns, sources.Column{})
	}
	if column >= r.limit {
		r.full = true
		return r.limit - 1
	}
	return column
}

// pair takes the two cells of a table of keys and values: the second one belongs
// to the column that the first one names.
func (r *reader) pair(t []byte, a, b int) {
	if r.column == 1 {
		if a < b {
			r.fields.Add(a, b, int(r.key), r.row+1)
		}
		return
	}
	key := t[a:b]
	digits := 0
	for _, c := range key {
		if '0' <= c && c <= '9' {
			digits++
		}
	}
	if digits > 3 || len(key) > 64 {
		key = anyKey
	}
	column, ok := r.keys[string(key)]
	if !ok {
		n := r.grow(len(r.table.Columns))
		column = int32(n)
		if !r.full {
			r.table.Columns[n].Name = charset.Name(key)
			r.keys[string(key)] = column
		}
	}
	r.key = column
	if a < b {
		r.fields.Add(a, b, 0, r.row+1)
	}
}

// anyKey is the column of keys that look like data.
var anyKey = []byte{'*'}

// long hands over a piece of a plain cell that is longer than the window, as
// running text with margins on both sides.
func (r *reader) long() (at int, err error) {
	t, end := r.stream.Text(), r.stream.End()
	margin := r.out.Limits().Defaults().Margin
	cut, next, how := r.grammar.delimiter(t, r.seen, end)
	if how == more {
		if len(t)-r.seen < charset.BufferSize/2 {
			return 0, nil
		}
		cut = max(r.seen, len(t)-margin)
	}
	data := t
	if how != more {
		data = t[:cut]
	}
	if cut > r.seen {
		r.fields.Reset()
		r.chunk = sources.Chunk{Data: data, From: r.seen, To: cut, Locator: r}
		r.gave = true
		if err := r.out.Chunk(&r.chunk); err != nil {
			return 0, err
		}
	}
	if how == more {
		at = max(0, cut-margin)
		r.seen = cut - at
		return at, nil
	}
	r.inside = false
	if how == last {
		r.row++
		r.column = 0
	} else {
		r.column++
	}
	return next, nil
}

// Locate implements sources.Locator.
func (r *reader) Locate(at int) sources.Location {
	l := sources.Location{Row: r.row + 1, Column: int32(r.column + 1)}
	f := &r.chunk.Fields
	if i, found := slices.BinarySearch(f.Start, int32(at)); f.Len() > 0 {
		if !found {
			i = max(0, i-1)
		}
		l.Row, l.Column = f.Row[i], f.Column[i]+1
		if r.dialect.pairs {
			l.Column = min(l.Column, 2)
		}
	}
	shift := int32(0)
	if i, found := slices.BinarySearchFunc(r.edits, int32(at), func(e edit, at int32) int { return int(e.at - at) }); found {
		shift = r.edits[i].shift
	} else if i > 0 {
		shift = r.edits[i-1].shift
	}
	l.Byte = r.stream.Start() + r.stream.Span(0, at+int(shift))
	return l
}
