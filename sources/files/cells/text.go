package cells

import (
	"io"
	"sort"
	"sync"

	"recense/sources"
)

// Reader reads an input as UTF-8 and knows where its bytes came from.
type Reader struct{ src *source }

// NewReader returns a reader of in, decoded from e after skip bytes.
func NewReader(in io.Reader, e Encoding, skip int) *Reader {
	return &Reader{newSource(in, e, skip)}
}

// Read implements io.Reader. b must hold at least four bytes.
func (r *Reader) Read(b []byte) (int, error) { return r.src.read(b) }

// Count returns the number of original bytes read.
func (r *Reader) Count() int64 { return r.src.orig }

// Original returns the original offset of decoded byte at.
func (r *Reader) Original(at int64) int64 { return r.src.original(at) }

// Forget says that nothing before decoded byte at is asked for any more.
func (r *Reader) Forget(at int64) { r.src.forget(at) }

// mark says where the bytes from at on come from.
type mark struct {
	at   int
	byte int64 // -1 where offsets mean nothing
	line int64
}

// textSize is how much running text is gathered before it is handed out.
const textSize = 64 << 10

// Text gathers running text and hands it out in chunks with margins.
type Text struct {
	Part string
	Page int32

	out    sources.Output
	buf    []byte
	from   int
	marks  []mark
	chunk  sources.Chunk
	margin int
}

// texts keeps texts for their memory.
var texts = sync.Pool{New: func() any { return new(Text) }}

// NewText returns an empty text.
func NewText(out sources.Output) *Text {
	t := texts.Get().(*Text)
	*t = Text{out: out, margin: out.Limits().Defaults().Margin, buf: t.buf[:0], marks: t.marks[:0]}
	return t
}

// Close ends the use of t, whose memory another text may then take.
func (t *Text) Close() {
	kept := Text{buf: t.buf, marks: t.marks}
	if cap(kept.buf) > 8*textSize {
		kept = Text{}
	}
	*t = kept
	texts.Put(t)
}

// Mark says that what is written next stands at byte and line of the original.
func (t *Text) Mark(byte, line int64) {
	if n := len(t.marks); n > 0 {
		switch last := t.marks[n-1]; {
		case last.at == len(t.buf):
			t.marks = t.marks[:n-1]
		case last.line == line && last.byte >= 0 && last.byte+int64(len(t.buf)-last.at) == byte:
			return // the last mark leads there
		}
	}
	t.marks = append(t.marks, mark{len(t.buf), byte, line})
}

// Len is the number of bytes that wait.
func (t *Text) Len() int { return len(t.buf) - t.from }

// Last returns the last byte written, 0 at the beginning of the text.
func (t *Text) Last() byte {
	if len(t.buf) == 0 {
		return 0
	}
	return t.buf[len(t.buf)-1]
}

// Append adds bytes.
func (t *Text) Append(b ...byte) { t.buf = append(t.buf, b...) }

// AppendString adds a string.
func (t *Text) AppendString(s string) { t.buf = append(t.buf, s...) }

// Drain hands out what has gathered, when it is much.
func (t *Text) Drain() error {
	for len(t.buf)-t.from >= textSize+t.margin {
		to := t.from + textSize
		if len(t.buf)-to < 2*textSize {
			to = len(t.buf) - t.margin
		}
		if err := t.hand(to, min(to+t.margin, len(t.buf))); err != nil {
			return err
		}
		t.forget(max(0, to-t.margin))
	}
	return nil
}

// End hands out the rest and begins a new text.
func (t *Text) End() error {
	if err := t.Drain(); err != nil {
		return err
	}
	var err error
	if t.from < len(t.buf) {
		err = t.hand(len(t.buf), len(t.buf))
	}
	t.buf, t.from, t.marks = t.buf[:0], 0, t.marks[:0]
	return err
}

func (t *Text) hand(to, end int) error {
	t.chunk = sources.Chunk{Data: t.buf[:end], From: t.from, To: to, Part: t.Part, Page: t.Page}
	if len(t.marks) > 0 {
		t.chunk.Locator = t
	}
	err := t.out.Chunk(&t.chunk)
	t.from = to
	return err
}

// forget drops the first n bytes.
func (t *Text) forget(n int) {
	t.buf = t.buf[:copy(t.buf, t.buf[n:])]
	t.from -= n
	k := 0
	for k+1 < len(t.marks) && t.marks[k+1].at <= n {
		k++
	}
	t.marks = append(t.marks[:0], t.marks[k:]...)
	for i := range t.marks {
		t.marks[i].at -= n
	}
}

// Locate implements sources.Locator.
func (t *Text) Locate(at int) sources.Location {
	i := sort.Search(len(t.marks), func(i int) bool { return t.marks[i].at > at }) - 1
	if i < 0 {
		return sources.Location{Byte: -1}
	}
	m := t.marks[i]
	loc := sources.Location{Byte: m.byte, Line: m.line, Page: t.Page}
	if m.byte >= 0 {
		loc.Byte += int64(at - m.at)
	}
	return loc
}

// place is where a cell stands in the original.
type place struct {
	byte, line int64
	column     int32
}

// Rows gathers the cells of a table, row by row, and hands them out in chunks.
type Rows struct {
	Columns *Columns
	Part    string
	Page    int32

	out    sources.Output
	chunk  sources.Chunk
	buf    []byte
	places []place
}

// NewRows returns an empty table.
func NewRows(out sources.Output) *Rows {
	return &Rows{out: out, Columns: NewColumns(out)}
}

// Cell adds a cell with a value of column, in a row, which stands at the byte,
// line and column at gives. Empty values are none.
func (r *Rows) Cell(value string, column int32, row int64, at sources.Location) {
	if value == "" {
		return
	}
	r.buf = append(append(r.buf, value...), '\t')
	r.added(len(value), column, row, at)
}

// Bytes is Cell of bytes, which it copies.
func (r *Rows) Bytes(value []byte, column int32, row int64, at sources.Location) {
	if len(value) == 0 {
		return
	}
	r.buf = append(append(r.buf, value...), '\t')
	r.added(len(value), column, row, at)
}

func (r *Rows) added(n int, column int32, row int64, at sources.Location) {
	start := len(r.buf) - n - 1
	r.chunk.Fields.Add(start, start+n, int(column), row)
	r.places = append(r.places, place{at.Byte, at.Line, at.Column})
}

// Len is the number of bytes that wait.
func (r *Rows) Len() int { return len(r.buf) }

// EndRow hands out what has gathered, when it is much.
func (r *Rows) EndRow() error {
	if n := len(r.buf); n > 0 {
		r.buf[n-1] = '\n'
		if n >= textSize {
			return r.Flush()
		}
	}
	return nil
}

// Flush hands out all cells.
func (r *Rows) Flush() error {
	if len(r.places) == 0 {
		return nil
	}
	c := &r.chunk
	c.Data, c.From, c.To = r.buf, 0, len(r.buf)
	c.Part, c.Page, c.Table, c.Locator = r.Part, r.Page, &r.Columns.Table, r
	err := r.out.Chunk(c)
	c.Fields.Reset()
	r.buf, r.places = r.buf[:0], r.places[:0]
	if cap(r.buf) > 8*textSize {
		r.buf = nil
	}
	return err
}

// Locate implements sources.Locator.
func (r *Rows) Locate(at int) sources.Location {
	f := &r.chunk.Fields
	i := sort.Search(f.Len(), func(i int) bool { return int(f.Start[i]) > at }) - 1
	if i < 0 {
		return sources.Location{Byte: -1}
	}
	p := r.places[i]
	return sources.Location{Byte: p.byte, Line: p.line, Column: p.column, Row: f.Row[i], Page: r.Page}
}
