// Package cells gives the values of structured text to a Sink where they stand.
//
// A Window is the part of a JSON or XML text that is in memory. The tokenizer of
// a format moves over its bytes, edits them in place where escapes make them
// shorter, and names the cells it met; when it needs more bytes, what it left
// behind goes out as one chunk. Nothing is copied, memory is bounded whatever
// the input, and every offset of a chunk can be led back to the original byte
// and line. The package also holds what the readers of cells share: columns
// under a limit, running text with margins, decoding of the input.
//
// It knows no grammar, opens nothing and starts no goroutine.
package cells

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sort"
	"sync"
	"unicode/utf8"

	"recense/sources"
)

// Size is the length of a window in bytes: a token that fits is a cell.
const Size = 256 << 10

// ErrFull is returned by More when a single token fills the window.
var ErrFull = errors.New("token longer than the window")

// Window is the part of a text that is in memory. It is for one goroutine.
type Window struct {
	Columns *Columns
	// Row turns the row of a cell into the one a person would count, nil where
	// they are the same.
	Row func(row int64) int64
	// Part is that of the chunks.
	Part string

	ctx   context.Context
	out   sources.Output
	src   *source
	buf   []byte
	n     int
	err   error // of reading; io.EOF at the end
	base  int64 // decoded offset of buf[0], but for edits
	moved int64 // what Long moved for good
	line  int64 // line ends in front of buf[0]
	chunk sources.Chunk
	// edits are sorted by at and hold from there on.
	edits []edit
	lines []edit
	loc   locator
}

// edit says that from at on, decoded offsets are add higher than base + at; in
// lines, that add line ends were taken away just before at.
type edit struct {
	at  int32
	add int64
}

// windows keeps windows for their memory: a source tree holds many small files.
var windows = sync.Pool{New: func() any { return &Window{buf: make([]byte, Size)} }}

// NewWindow returns an empty window over in, decoded from e after skip bytes.
func NewWindow(ctx context.Context, in io.Reader, e Encoding, skip int, out sources.Output) *Window {
	w := windows.Get().(*Window)
	w.chunk.Fields.Reset()
	*w = Window{
		ctx: ctx, out: out,
		src:     newSource(in, e, skip),
		buf:     w.buf,
		Columns: NewColumns(out),
		chunk:   sources.Chunk{Fields: w.chunk.Fields},
		edits:   w.edits[:0],
		lines:   w.lines[:0],
	}
	w.loc.w = w
	return w
}

// Close ends the use of w, whose memory another window may then take.
func (w *Window) Close() {
	*w = Window{buf: w.buf, chunk: sources.Chunk{Fields: w.chunk.Fields}, edits: w.edits, lines: w.lines}
	windows.Put(w)
}

// Bytes returns the bytes of the window. They may be edited in place, forward.
func (w *Window) Bytes() []byte { return w.buf[:w.n] }

// Read returns the number of original bytes read so far.
func (w *Window) Read() int64 { return w.src.orig }

// Lines returns the number of line ends in front of the window.
func (w *Window) Lines() int64 { return w.line }

// Cell adds a cell. Cells come in order; start and end are offsets in Bytes.
func (w *Window) Cell(start, end int, column int32, row int64) {
	w.chunk.Fields.Add(start, end, int(column), row)
}

// Moved says that the bytes from at on stood by bytes further right, seen from
// where they were put: by is absolute, 0 where bytes stand as they were read.
func (w *Window) Moved(at int, by int) {
	w.edits = append(w.edits, edit{int32(at), int64(by) + w.moved})
}

// Erase blanks Bytes[from:to], the remains of an edit, and says that from to on
// the bytes stand where they were.
func (w *Window) Erase(from, to int) {
	if from >= to {
		return
	}
	clear(w.buf[from:to])
	w.Moved(to, 0)
}

// LineEnds says that an edit took away n line ends of the original in front of
// at, or, when negative, added some.
func (w *Window) LineEnds(at, n int) { w.lines = append(w.lines, edit{int32(at), int64(n)}) }

var newline = []byte{'\n'}

// More hands out the cells before keep, moves the bytes from keep on to the
// front and reads on. It returns io.EOF when there was nothing more to read,
// ErrFull when keep is 0 and the window is full, and errors of the Sink or the
// context as they are. A failure to read counts as the end; see Failed.
func (w *Window) More(keep int) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if w.err == nil && keep == 0 && w.n+utf8.UTFMax > len(w.buf) {
		return ErrFull
	}
	if err := w.flush(keep); err != nil {
		return err
	}
	w.drop(keep)
	return w.fill()
}

// fill reads until the window is full or the input ends.
func (w *Window) fill() error {
	before := w.n
	for idle := 0; w.err == nil && w.n+utf8.UTFMax <= len(w.buf) && idle < 100; {
		n, err := w.src.read(w.buf[w.n:])
		w.n += n
		w.err = err
		idle = (idle + 1) * b2i(n == 0)
		if idle == 100 {
			w.err = io.ErrNoProgress
		}
	}
	if w.n == before {
		if w.err == nil {
			return ErrFull
		}
		return io.EOF
	}
	return nil
}

// Failed returns the error that ended reading early, nil after a proper end.
func (w *Window) Failed() error {
	if w.err == nil || w.err == io.EOF {
		return nil
	}
	return w.err
}

// flush hands out the cells, if any, as a chunk of the first n bytes.
func (w *Window) flush(n int) error {
	if w.chunk.Fields.Len() == 0 {
		return nil
	}
	w.chunk.Data, w.chunk.From, w.chunk.To = w.buf[:n], 0, n
	w.chunk.Part, w.chunk.Table = w.Part, &w.Columns.Table
	err := w.hand()
	w.chunk.Fields.Reset()
	return err
}

func (w *Window) hand() error {
	w.loc.reset()
	w.chunk.Locator = &w.loc
	return w.out.Chunk(&w.chunk)
}

// drop removes the first n bytes.
func (w *Window) drop(n int) {
	w.line += int64(bytes.Count(w.buf[:n], newline))
	k := 0
	for ; k < len(w.lines) && int(w.lines[k].at) <= n; k++ {
		w.line += w.lines[k].add
	}
	w.lines = shift(w.lines, k, n)
	k, carried := 0, int64(0)
	for ; k < len(w.edits) && int(w.edits[k].at) <= n; k++ {
		carried = w.edits[k].add
	}
	w.edits = shift(w.edits, k, n)
	if carried != 0 {
		w.edits = append(w.edits, edit{})
		copy(w.edits[1:], w.edits)
		w.edits[0] = edit{0, carried}
	}
	w.n = copy(w.buf, w.buf[n:w.n])
	w.base += int64(n)
	w.src.forget(w.base)
}

// shift drops the first k edits and moves the others n to the left.
func shift(edits []edit, k, n int) []edit {
	m := copy(edits, edits[k:])
	edits = edits[:m]
	for i := range edits {
		edits[i].at -= int32(n)
	}
	return edits
}

// Decode edits raw bytes of a long token in place: it reads b[r:], writes from
// b[to] on, to <= r, and returns how far it came. done says that the token has
// ended at r; otherwise it stopped in front of something incomplete.
type Decode func(b []byte, to, r int, eof bool) (to2, r2 int, done bool)

// Long hands out a token that does not fit as running text, in several chunks,
// decoding it with decode; start is where its content begins. It returns the
// offset in Bytes right behind the content.
func (w *Window) Long(start int, decode Decode) (int, error) {
	if err := w.flush(start); err != nil {
		return 0, err
	}
	w.drop(start)
	margin := min(w.out.Limits().Defaults().Margin, Size/8)
	from, to, r := 0, 0, 0
	for {
		var done bool
		to, r, done = decode(w.buf[:w.n], to, r, w.err != nil)
		if done || w.err != nil && r >= w.n {
			return w.last(from, to, r)
		}
		if stop := to - margin; stop > from {
			if err := w.piece(from, stop, to); err != nil {
				return 0, err
			}
			from = stop
		}
		// What was decoded and still serves as margin stays in front of the rest.
		w.close(to, r)
		gone := max(0, from-margin)
		w.drop(gone)
		from, to = from-gone, to-gone
		r = to
		if err := w.ctx.Err(); err != nil {
			return 0, err
		}
		if err := w.fill(); err != nil && err != io.EOF {
			return 0, err
		}
	}
}

// last hands out the end of a long token and leaves the window at r.
func (w *Window) last(from, to, r int) (int, error) {
	err := w.piece(from, to, to)
	w.Moved(r, 0)
	clear(w.buf[to:r])
	w.drop(r)
	return 0, err
}

// piece hands out b[from:to] of running text, with b[:end] to look at.
func (w *Window) piece(from, to, end int) error {
	if from >= to {
		return nil
	}
	w.chunk.Data, w.chunk.From, w.chunk.To = w.buf[:end], from, to
	w.chunk.Part, w.chunk.Table = w.Part, nil
	return w.hand()
}

// close moves the undecoded rest behind what was decoded.
func (w *Window) close(to, r int) {
	if to == r {
		return
	}
	w.moved += int64(r - to)
	w.edits = trim(w.edits, to)
	w.Moved(to, 0)
	copy(w.buf[to:], w.buf[r:w.n])
	w.n -= r - to
}

// trim drops the edits from at on.
func trim(edits []edit, at int) []edit {
	for len(edits) > 0 && int(edits[len(edits)-1].at) >= at {
		edits = edits[:len(edits)-1]
	}
	return edits
}

// End hands out what is left, up to n.
func (w *Window) End(n int) error { return w.flush(n) }

// Rest hands out everything from start on as running text: what stands behind
// an error of syntax is read as what it is.
func (w *Window) Rest(start int) error {
	_, err := w.Long(start, func(b []byte, _, _ int, _ bool) (int, int, bool) {
		return len(b), len(b), false
	})
	return err
}

// locator leads offsets of the window back to the original.
type locator struct {
	w     *Window
	at    int // line ends are counted up to here
	lines int64
}

func (l *locator) reset() { l.at, l.lines = 0, 0 }

// Locate returns line, byte and, for cells, row.
func (l *locator) Locate(at int) sources.Location {
	w := l.w
	if at < l.at {
		l.reset()
	}
	l.lines += int64(bytes.Count(w.buf[l.at:at], newline))
	l.at = at
	line := w.line + l.lines + 1
	for _, e := range w.lines {
		if int(e.at) > at {
			break
		}
		line += e.add
	}
	loc := sources.Location{Byte: w.src.original(w.base + int64(at) + added(w.edits, at)), Line: line}
	if f := &w.chunk.Fields; w.chunk.Table != nil {
		if i := sort.Search(f.Len(), func(i int) bool { return int(f.Start[i]) > at }) - 1; i >= 0 {
			loc.Row = f.Row[i]
			if w.Row != nil {
				loc.Row = w.Row(loc.Row)
			}
		}
	}
	return loc
}

// added returns what edits add at an offset.
func added(edits []edit, at int) int64 {
	i := sort.Search(len(edits), func(i int) bool { return int(edits[i].at) > at })
	if i == 0 {
		return 0
	}
	return edits[i-1].add
}
