// Package fixed reads text made of records of one fixed width: CFONB, B2, NOEMIE,
// listings of mainframes, with line ends or without.
//
// It follows no standard and knows no layout: it finds the width and hands over
// whole records with it (Chunk.Width); which bytes are which column, the scanner
// finds out. Numbers may be glued to their neighbours. Lines of another length
// among the records are handed over as running text. Widths without line ends
// are those in use: 120, 128, 160, 240, 320. What it leaves out: packed decimals,
// and records of UTF-16.
package fixed

import (
	"bytes"
	"context"
	"sync"

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
	if bytes.IndexByte(head, '\n') >= 0 && charset.KeepsLines(head) && widthOf(head, size) == (layout{}) {
		return false
	}
	e, mark := charset.Detect(head)
	if e == charset.Binary || e.Unit() != 1 {
		return false
	}
	return widthOf(charset.Text(head, e, mark, len(head)), size-int64(mark)) != (layout{})
}

// layout is the length of a record, line end included, and that of the line end.
type layout struct{ width, end int }

// widthOf finds the layout of the text that begins with t and has size bytes (-1
// when unknown); the zero layout when there is none.
func widthOf(t []byte, size int64) layout {
	first := bytes.IndexByte(t, '\n')
	if first < 0 {
		return layout{width: period(t, size)}
	}
	if first+1 < minWidth || first+1 > maxWidth {
		return layout{}
	}
	l := layout{width: first + 1, end: 1}
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
			if n+1 == l.width {
				same++
			}
			if lines == 16 && same < 8 {
				return layout{} // cheap for texts that are nothing of the kind
			}
		}
		rest = rest[n+1:]
	}
	if same < minRecords || same*100 < lines*95 {
		return layout{}
	}
	return l
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
	// Of the locator: seen lines end between the core and Data[at].
	at     int
	seen   int64
	result sources.Result
}

var readers = sync.Pool{New: func() any { return new(reader) }}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	e, mark := charset.Detect(in.Head)
	r := readers.Get().(*reader)
	defer readers.Put(r)
	*r = reader{stream: r.stream, result: sources.Result{Records: -1}}
	r.layout = widthOf(charset.Text(in.Head, e, mark, len(in.Head)), in.Size-int64(mark))
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
	if isNOEMIE(charset.Text(in.Head, e, mark, len(in.Head)), l) {
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
	from = r.align(from, mark)
	start, limit := max(mark, from-int64(margin)), int64(-1)
	if to >= 0 {
		if to < in.Size {
			to = r.align(to, mark)
		}
		limit = to + int64(margin)
	}
	s := &r.stream
	s.Open(in, e, start, limit)
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
		if r.core >= last && (s.End() || to >= 0 && to <= s.Start()+int64(last)) {
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

// align moves a bound up to the next record.
func (r *reader) align(offset, mark int64) int64 {
	if offset <= mark {
		return mark
	}
	w := int64(r.layout.width)
	return mark + (offset-mark+w-1)/w*w
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
	r.at, r.seen = r.core, 0
	r.chunk = sources.Chunk{Data: t, From: r.core, To: to, Width: width, Locator: r}
	if err := out.Chunk(&r.chunk); err != nil {
		return err
	}
	r.lines += r.count(t[r.core:to])
	r.result.Lines = r.lines
	r.result.Bytes += int64(to - r.core)
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
	switch {
	case r.layout.end == 0:
		r.seen = int64(max(0, at-r.core) / r.layout.width)
	case at > r.at:
		r.seen += r.count(r.chunk.Data[r.at:at])
		r.at = at
	}
	return sources.Location{Line: r.lines + 1 + r.seen, Byte: r.stream.Start() + int64(at)}
}
