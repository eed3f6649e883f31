// Package fixed reads text made of records of one fixed width: CFONB, B2, NOEMIE,
// listings of mainframes, with line ends or without.
//
// It follows no standard and knows no layout: it finds the width and hands over
// whole records with it (Chunk.Width); which bytes are which column, the scanner
// finds out. Numbers may be glued to their neighbours. Lines of another length
// among the records are handed over as running text. Widths without line ends
// are those in use: 120, 128, 160, 240, 320. Lines of UTF-8 that are as long as each
// other in characters and not in bytes, and those of UTF-16, are narrowed to one byte a
// character. What it leaves out: packed decimals.
package fixed

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math/bits"
	"sync"
	"unicode/utf8"

	"recense/sources"
	"recense/sources/files/charset"
	"recense/sources/files/text"
)

// Format is fixed-width text. It stands between delimited text and plain text.
var Format = sources.Format{
	Name: "fixed",
	Doc: "Texte à largeur fixe / fixed-width text\n" +
		"Records of one length (CFONB, B2, NOEMIE, .prn), with line ends or 120, 128, 160, 240, 320 bytes without.",
	MediaType: "text/plain",
	Sniff:     sniff,
	Read:      read,
	Ranges:    true,
}

// Records that are needed before lines of one length are more than chance, and
// the least width worth a column.
const (
	minRecords = 5
	minWidth   = 20
	maxWidth   = 8 << 10
)

// widths are those of records without line ends, in the order of preference.
var widths = [...]int{120, 128, 160, 240, 320}

func sniff(head []byte, _ string, size int64) bool {
	// Nearly all texts have lines of many lengths: that is seen sooner than what
	// encoding they are in.
	if bytes.IndexByte(head, '\n') >= 0 && (charset.Plain(head) || charset.KeepsLines(head)) && lineWidth(head) == (layout{}) {
		return false
	}
	e, mark := charset.Detect(head)
	return e != charset.Binary && layoutOf(head, e, mark, size) != (layout{})
}

// layoutOf finds the layout of a text of size bytes (-1 when unknown) that begins with
// head; the zero layout when there is none.
func layoutOf(head []byte, e charset.Encoding, mark int, size int64) layout {
	t := charset.Text(head, e, mark, len(head))
	if bytes.IndexByte(t, '\n') < 0 {
		if e.Unit() > 1 {
			return layout{}
		}
		return layout{width: period(t, size-int64(mark))}
	}
	l := lineWidth(t)
	l.narrow = l.width > 0 && (l.narrow && e == charset.UTF8 || e.Unit() > 1)
	return l
}

// layout is the length of a record, line end included, and that of the line end.
type layout struct {
	width, end int
	narrow     bool // of characters, not bytes
}

// lineWidth finds the layout of the lines of t, in bytes or, where more of its lines
// agree, in characters of UTF-8.
func lineWidth(t []byte) layout {
	l, same := widthOf(t, lengthInBytes)
	if charset.Plain(t) {
		return l // its characters are bytes
	}
	if wide, more := widthOf(t, lengthInCharacters); more > same {
		l = wide
		l.narrow = true
	}
	return l
}

func lengthInBytes(line []byte) int { return len(line) }

func lengthInCharacters(line []byte) int { return len(line) - continuations(line) }

// continuations counts the bytes from 80 to BF, eight at a time.
func continuations(b []byte) (n int) {
	for ; len(b) >= 8; b = b[8:] {
		x := binary.LittleEndian.Uint64(b)
		n += bits.OnesCount64(x & ^(x << 1) & 0x8080808080808080)
	}
	for _, c := range b {
		if c&0xC0 == 0x80 {
			n++
		}
	}
	return n
}

// widthOf finds the layout of the lines of t under a measure, and how many of them
// have it; the zero layout when there is none.
func widthOf(t []byte, length func([]byte) int) (layout, int) {
	first := bytes.IndexByte(t, '\n')
	if first < 0 {
		return layout{}, 0
	}
	l := layout{width: length(t[:first]) + 1, end: 1}
	if l.width < minWidth || l.width > maxWidth {
		return layout{}, 0
	}
	if t[first-1] == '\r' {
		l.end = 2
	}
	lines, same := 0, 0
	for rest := t; ; {
		n := bytes.IndexByte(rest, '\n')
		if n < 0 {
			break
		}
		if n > l.end {
			lines++
			if length(rest[:n])+1 == l.width {
				same++
			}
			// Cheap for texts that are nothing of the kind: so many others are too many in
			// 16 lines, and in as many lines as there can be.
			if other := lines - same; lines <= 16 && other > 8 || other*19*l.width > len(t) {
				return layout{}, 0
			}
		}
		rest = rest[n+1:]
	}
	if same < minRecords || same*100 < lines*95 {
		return layout{}, 0
	}
	return l, same
}

// period finds the width of records without line ends: the one under which bytes
// of another class stand below each other least often, and clearly less often
// than one byte to either side. In prose nearly all bytes are letters, at any
// distance. Records under twice their width are as like; the single width wins.
func period(t []byte, size int64) int {
	best, score := 0, 0
	for _, w := range widths {
		if size%int64(w) != 0 || len(t) < w*minRecords {
			continue
		}
		s := likeness(t, w)
		beside := max(likeness(t, w-1), likeness(t, w+1))
		better := s > score+10 || s > score && w%max(best, 1) != 0
		if better && s >= 600 && (1000-s)*5 <= (1000-beside)*4 {
			best, score = w, s
		}
	}
	return best
}

// likeness returns how many bytes in a thousand are of the class of the one that
// stands distance further on.
func likeness(t []byte, distance int) int {
	same, n, step := 0, 0, 1+2*min(1, len(t)/(16<<10))
	for i := 0; i+distance < len(t); i += step {
		n++
		if classes[t[i]] == classes[t[i+distance]] {
			same++
		}
	}
	return same * 1000 / n
}

var classes = func() (t [256]byte) {
	for c := range t {
		switch {
		case '0' <= c && c <= '9':
			t[c] = 1
		case 'a' <= c|0x20 && c|0x20 <= 'z', c >= 0x80:
			t[c] = 2
		case c == ' ':
			t[c] = 3
		}
	}
	return t
}()

// reader reads one input or range.
type reader struct {
	layout layout
	stream charset.Stream
	chunk  sources.Chunk
	lines  int64 // in front of the core
	core   int
	// Of the locator: seen lines end between the core and Data[at], which stands at byte.
	at         int
	seen, byte int64
	result     sources.Result
}

var readers = sync.Pool{New: func() any { return new(reader) }}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	e, mark := charset.Detect(in.Head)
	r := readers.Get().(*reader)
	defer readers.Put(r)
	*r = reader{stream: r.stream, result: sources.Result{Records: -1}}
	r.layout = layoutOf(in.Head, e, mark, in.Size)
	if r.layout.width == 0 {
		return text.Format.Read(ctx, in, out)
	}
	if err := tell(in, out, e, mark, r.layout); err != nil {
		return r.result, err
	}
	return r.read(ctx, in, out, e, int64(mark))
}

// tell tells what the first records prove, once for all ranges.
func tell(in sources.Input, out sources.Output, e charset.Encoding, mark int, l layout) error {
	if from, _ := text.Bounds(in.Range); from > 0 {
		return nil
	}
	head := charset.Text
	if l.narrow {
		head = charset.Narrow
	}
	if isNOEMIE(head(in.Head, e, mark, len(in.Head)), l) {
		return out.Evidence("noemie", sources.Location{Line: 1, Byte: int64(mark)})
	}
	if l.end == 0 {
		return nil
	}
	return text.Tell(in, out, e, mark)
}

// read hands over the records that begin in the range. The core of a chunk is
// either a number of whole records or the text up to the next line end.
func (r *reader) read(ctx context.Context, in sources.Input, out sources.Output, e charset.Encoding, mark int64) (sources.Result, error) {
	margin := out.Limits().Defaults().Margin
	from, to := text.Bounds(in.Range)
	from, err := r.align(in, e, from, mark)
	if err != nil {
		return r.result, err
	}
	reach := int64(margin)
	if r.layout.narrow {
		reach *= utf8.UTFMax
	}
	start, limit := max(mark, from-reach), int64(-1)
	if to >= 0 {
		if to < in.Size {
			if to, err = r.align(in, e, to, mark); err != nil {
				return r.result, err
			}
		}
		limit = to + reach
	}
	s := &r.stream
	if r.layout.narrow {
		s.OpenNarrow(in, e, start, limit)
	} else {
		s.Open(in, e, start, limit)
	}
	for s.Read() < from && s.Fill() {
	}
	r.core = s.Index(from)
	if from == mark {
		r.result.Bytes = mark
	}
	for {
		for !s.End() && len(s.Text())-r.core < charset.BufferSize/2 {
			s.Fill()
		}
		last := len(s.Text())
		if to >= 0 {
			last = s.Index(to)
		}
		safe := last
		if !s.End() {
			safe = min(last, max(r.core, len(s.Text())-margin))
		}
		if err := r.window(out, safe, last); err != nil {
			return r.result, err
		}
		if r.core >= last && (s.End() || to >= 0 && to <= s.Offset(last)) {
			return r.result, s.Err()
		}
		if err := ctx.Err(); err != nil {
			return r.result, err
		}
		drop := max(0, r.core-margin)
		s.Discard(drop)
		r.core -= drop
	}
}

// align moves a bound up to the next record. Records that are measured in characters
// begin behind a line end; where none is near, the bound stays.
func (r *reader) align(in sources.Input, e charset.Encoding, offset, mark int64) (int64, error) {
	if offset <= mark {
		return mark, nil
	}
	if !r.layout.narrow {
		w := int64(r.layout.width)
		return mark + (offset-mark+w-1)/w*w, nil
	}
	unit := e.Unit()
	offset = mark + (offset-mark+unit-1)/unit*unit
	near := make([]byte, maxWidth*utf8.UTFMax)
	n, err := in.At.ReadAt(near, offset-unit)
	if err != nil && err != io.EOF {
		return 0, err
	}
	for i := 0; i+int(unit) <= n; i += int(unit) {
		if near[i] == '\n' && unit == 1 || unit == 2 && lineEnd(near[i:], e) {
			return offset + int64(i), nil
		}
	}
	return offset, nil
}

// lineEnd reports whether b begins with a line feed in UTF-16.
func lineEnd(b []byte, e charset.Encoding) bool {
	if e == charset.UTF16BE {
		return b[0] == 0 && b[1] == '\n'
	}
	return b[0] == '\n' && b[1] == 0
}

// window hands over what begins in front of safe, and of a shorter last record
// what ends at last.
func (r *reader) window(out sources.Output, safe, last int) error {
	t, w := r.stream.Text(), r.layout.width
	for r.core < safe {
		n := 0
		for r.core+(n+1)*w <= safe && r.regular(t[r.core+n*w:]) {
			n++
		}
		to, width := r.core+n*w, w
		if n == 0 { // an irregular line, or less than a record is left
			width = 0
			if k := bytes.IndexByte(t[r.core:safe], '\n'); k >= 0 && r.layout.end > 0 {
				to = r.core + k + 1
			} else if safe < last && safe-r.core < maxWidth {
				return nil // more of it comes
			} else {
				to = safe
			}
		}
		if err := r.emit(out, to, width); err != nil {
			return err
		}
	}
	return nil
}

// regular reports whether t begins with a record that ends where it should.
func (r *reader) regular(t []byte) bool {
	w := r.layout.width
	if r.layout.end == 0 {
		return true
	}
	return t[w-1] == '\n' && bytes.IndexByte(t[:w-1], '\n') < 0
}

func (r *reader) emit(out sources.Output, to, width int) error {
	t := r.stream.Text()
	r.at, r.seen, r.byte = r.core, 0, r.stream.Offset(r.core)
	r.chunk = sources.Chunk{Data: t, From: r.core, To: to, Width: width, Locator: r}
	if err := out.Chunk(&r.chunk); err != nil {
		return err
	}
	r.lines += r.count(t[r.core:to])
	r.result.Lines = r.lines
	r.result.Bytes += r.stream.Span(r.core, to)
	r.core = to
	return nil
}

// count returns how many lines end in t, or how many records.
func (r *reader) count(t []byte) int64 {
	if r.layout.end > 0 {
		return int64(bytes.Count(t, []byte{'\n'}))
	}
	return int64(len(t) / r.layout.width)
}

// Locate implements sources.Locator. Records without line ends count as lines.
func (r *reader) Locate(at int) sources.Location {
	low, high, sign := r.at, at, int64(1)
	if at < r.at {
		low, high, sign = at, r.at, -1
	}
	r.byte += sign * r.stream.Span(low, high)
	if r.layout.end > 0 {
		r.seen += sign * r.count(r.chunk.Data[low:high])
	} else {
		r.seen = int64(max(0, at-r.core) / r.layout.width)
	}
	r.at = at
	return sources.Location{Line: r.lines + 1 + r.seen, Byte: r.byte}
}
