// Package text reads plain text: logs, source code, prose, print files, anything
// readable that no other format claims.
//
// It follows no standard. Text is handed over in chunks of about 256 KiB with
// the margins the engine asks for; lines may be of any length; a chunk may begin
// and end anywhere. Locations are line, byte and, in print files, page (form
// feeds). Journals of servers and conversations are told by their lines (Layout).
// Encodings are those of package charset. What it leaves out: mark-up
// and escapes of terminals stay where they are.
package text

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"sync"

	"recense/sources"
	"recense/sources/files/charset"
)

// Format is plain text. It stands last in the list of formats.
var Format = sources.Format{
	Name: "text",
	Doc: "Texte brut / plain text\n" +
		"Logs, source code, prose, print files. UTF-8, UTF-16, Windows-1252, CP850, EBCDIC.",
	MediaType: "text/plain",
	Extensions: []string{".txt", ".log", ".md", ".prn", ".lst", ".spl", ".out", ".ini", ".conf", ".cfg", ".sql", ".go", ".c", ".h",
		".py", ".js", ".ts", ".java", ".sh", ".ps1", ".bat", ".yaml", ".yml", ".properties", ".asc", ".dat"},
	Sniff:  sniff,
	Read:   read,
	Ranges: true,
}

func sniff(head []byte, _ string, _ int64) bool { return charset.IsText(head) }

// Bounds parses Input.Range. The whole is 0 and -1.
func Bounds(r string) (from, to int64) {
	a, b, ok := strings.Cut(r, "-")
	if !ok {
		return 0, -1
	}
	from, err1 := strconv.ParseInt(a, 10, 64)
	to, err2 := strconv.ParseInt(b, 10, 64)
	if err1 != nil || err2 != nil || from < 0 || to < from {
		return 0, -1
	}
	return from, to
}

// reader is the state of one read, kept between reads for its memory.
type reader struct {
	stream charset.Stream
	chunk  sources.Chunk
	// Of the locator: Data[seen] stands at byte, in line and page.
	seen       int
	byte, line int64
	page       int32 // 0 when pages are not counted
}

var readers = sync.Pool{New: func() any { return new(reader) }}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	e, mark := charset.Latin, 0
	if !charset.Plain(in.Head) {
		e, mark = charset.Detect(in.Head)
	}
	if e == charset.Binary {
		e = charset.Latin
	}
	if err := Tell(in, out, e, mark); err != nil {
		return sources.Result{Records: -1}, err
	}
	r := readers.Get().(*reader)
	defer readers.Put(r)
	return r.read(ctx, in, out, e, int64(mark))
}

// Tell tells out what the first lines of a text prove (see Layout), once for all
// its ranges. e and mark are those of charset.Detect.
func Tell(in sources.Input, out sources.Output, e charset.Encoding, mark int) error {
	if from, _ := Bounds(in.Range); from > 0 {
		return nil
	}
	head := in.Head[:min(len(in.Head), layoutHead)]
	kind := Layout(charset.Text(head, e, mark, len(head)), in.Whole && len(head) == len(in.Head))
	if kind == "" {
		return nil
	}
	return out.Evidence(kind, sources.Location{Line: 1, Byte: int64(mark)})
}

// layoutHead is how much of a text is looked at for its layout, bytes.
const layoutHead = 16 << 10

// read hands over the text whose first bytes lie in the range. Each turn takes
// as core what has its margin behind it in the window.
func (r *reader) read(ctx context.Context, in sources.Input, out sources.Output, e charset.Encoding, mark int64) (sources.Result, error) {
	from, to := Bounds(in.Range)
	first := from == 0
	from = max(from, mark)
	margin := out.Limits().Defaults().Margin
	start, limit := max(mark, from-int64(margin)*e.Unit()), int64(-1)
	if to >= 0 {
		limit = to + int64(margin)*e.Unit()
	}
	s := &r.stream
	s.Open(in, e, start, limit)
	result := sources.Result{Records: -1}
	if first {
		result.Bytes = mark
	}
	r.line, r.page = 1, 0
	if in.Range == "" && bytes.IndexByte(in.Head, '\f') >= 0 {
		r.page = 1
	}
	for s.Read() < from && s.Fill() {
	}
	for core := s.Index(from); ; {
		for !s.End() && len(s.Text())-core < charset.BufferSize/2 {
			s.Fill()
		}
		next, last := r.next(core, margin, to)
		if next > core {
			if err := r.emit(out, core, next, &result); err != nil {
				return result, err
			}
		}
		if last {
			return result, s.Err()
		}
		if err := ctx.Err(); err != nil {
			return result, err
		}
		drop := max(0, next-margin)
		s.Discard(drop)
		core = next - drop
	}
}

// next returns where the core that begins at core ends, and whether it is the
// last one.
func (r *reader) next(core, margin int, to int64) (next int, last bool) {
	next, last = len(r.stream.Text()), r.stream.End()
	if !last {
		next = max(core, next-margin)
	}
	if to >= 0 && to-r.stream.Start() <= r.stream.Span(0, next) {
		return max(core, r.stream.Index(to)), true
	}
	return next, last
}

// emit hands over one chunk and counts what is in its core.
func (r *reader) emit(out sources.Output, core, next int, result *sources.Result) error {
	s := &r.stream
	line, page, at := r.line, r.page, s.Start()+s.Span(0, core)
	r.seen, r.byte = core, at
	r.chunk = sources.Chunk{Data: s.Text(), From: core, To: next, Locator: r}
	if err := out.Chunk(&r.chunk); err != nil {
		return err
	}
	text := s.Text()[core:next]
	lines := int64(bytes.Count(text, newline))
	result.Lines += lines
	result.Bytes += s.Span(core, next)
	r.line = line + lines
	if r.page = page; page > 0 {
		r.page += int32(bytes.Count(text, formFeed))
	}
	return nil
}

var newline, formFeed = []byte{'\n'}, []byte{'\f'}

// Locate implements sources.Locator.
func (r *reader) Locate(at int) sources.Location {
	if at > r.seen {
		text := r.chunk.Data[r.seen:at]
		r.line += int64(bytes.Count(text, newline))
		if r.page > 0 {
			r.page += int32(bytes.Count(text, formFeed))
		}
		r.byte += r.stream.Span(r.seen, at)
		r.seen = at
	}
	return sources.Location{Page: r.page, Line: r.line, Byte: r.byte}
}
