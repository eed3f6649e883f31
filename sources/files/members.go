package files

import (
	"bytes"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"recense/sources"
)

// budget is what one outer file may still cost, over all its members.
type budget struct {
	limits  *sources.Limits
	outer   int64   // size of the outer file
	members int64   // seen so far
	out     []int64 // bytes that came out, by depth
	held    int64   // in memory for formats that need random access
}

func (b *budget) reset() {
	b.members, b.held = 0, 0
	b.out = append(b.out[:0], make([]int64, b.limits.Depth+2)...)
}

// level is the Output of one open location: the outer file at depth 0, a member
// of it at depth 1. Levels are kept by their visit for the memory of their heads.
type level struct {
	v         *visit
	depth     int
	container string // path of members, empty for the outer file
	head      []byte
	held      bytes.Buffer
	limited   *expansion // what the member is read through; nil for the outer file

	own     bool  // it gave text or evidence, or skipped something, itself
	entries int64 // members that are not embedded parts
	err     error // of the sink
}

// level returns the level of depth, ready for a new location.
func (v *visit) level(depth int, container string) *level {
	for len(v.levels) <= depth {
		v.levels = append(v.levels, &level{head: make([]byte, headSize)})
	}
	l := v.levels[depth]
	*l = level{v: v, depth: depth, container: container, head: l.head, held: l.held}
	return l
}

// Limits implements sources.Output.
func (l *level) Limits() sources.Limits { return l.v.src.limits }

// Chunk implements sources.Output.
func (l *level) Chunk(c *sources.Chunk) error {
	l.own = true
	return l.keep(l.v.sink.Chunk(c))
}

// Evidence implements sources.Output.
func (l *level) Evidence(kind string, at sources.Location) error {
	l.own = true
	at.Container = l.container
	return l.keep(l.v.sink.Evidence(kind, at))
}

// Skip implements sources.Output.
func (l *level) Skip(at sources.Location, reason sources.Reason) error {
	l.own = true
	at.Container = l.container
	return l.keep(l.v.sink.Skip(at, reason))
}

// keep remembers the first error of the sink, whatever the format makes of it.
func (l *level) keep(err error) error {
	if err != nil && l.err == nil {
		l.err = err
	}
	return err
}

// Member implements sources.Output: it opens the location of m, reads it and
// closes it. The limits on depth, number and expansion are applied here and
// nowhere else.
func (l *level) Member(m sources.Member) error {
	if l.err != nil {
		return l.err
	}
	if err := l.v.ctx.Err(); err != nil {
		return l.keep(err)
	}
	b := &l.v.budget
	if b.members++; b.members > b.limits.Members {
		if b.members == b.limits.Members+1 {
			return l.Skip(sources.Location{Byte: -1}, sources.MembersLimit)
		}
		return nil
	}
	if !m.Embedded {
		l.entries++
	}
	if m.Name == "" { // it would be its container
		m.Name = "#" + strconv.FormatInt(b.members, 10)
	}
	p := l.place(m)
	if err := l.v.sink.Open(p); err != nil {
		return l.keep(err)
	}
	r, err := l.member(m, p)
	if err == nil {
		err = l.v.sink.Close(r)
	}
	return l.keep(err)
}

// place returns the location of a member. Owner and access are those of the
// outer file.
func (l *level) place(m sources.Member) sources.Place {
	p := l.v.unit.Meta
	p.Container = m.Name
	if l.container != "" {
		p.Container = l.container + "!/" + m.Name
	}
	p.Size, p.Modified, p.MediaType, p.Format = m.Size, m.ModTime, "", ""
	if !p.Modified.After(noTime) {
		p.Modified = time.Time{}
	}
	p.Aliases, p.Files, p.Bytes, p.Status, p.Detail = nil, 0, 0, m.Status, m.Detail
	return p
}

// noTime bounds the times that archives give to members without one: the epoch of
// Unix, and that of DOS (1 January 1980, or 30 November 1979 for zeros), in any zone.
// Taken for a date, they would have data kept forty years too long.
var noTime = time.Date(1980, 1, 2, 0, 0, 0, 0, time.UTC)

// member reads m at the next level.
func (l *level) member(m sources.Member, p sources.Place) (sources.Result, error) {
	b, depth := &l.v.budget, l.depth+1
	switch {
	case m.Status != sources.Scanned:
		return failed(m.Status, m.Detail), nil
	case m.Reader == nil && m.Read == nil:
		return failed(sources.Unreadable, sources.Corrupt), nil
	case depth > b.limits.Depth:
		return failed(sources.TooLarge, sources.DepthLimit), nil
	case m.Read != nil:
		inner := l.v.level(depth, p.Container)
		r, err := m.Read(inner)
		return r, inner.judge(&r, err)
	}
	inner := l.v.level(depth, p.Container)
	inner.limited = &expansion{r: m.Reader, budget: b, depth: depth}
	if l.v.src.opt.ContentID {
		inner.limited.content = newContent()
	}
	n, err := io.ReadFull(inner.limited, inner.head)
	in := sources.Input{Name: path.Base(m.Name), Size: m.Size, Head: inner.head[:n], Whole: err == io.EOF || err == io.ErrUnexpectedEOF && inner.limited.ended}
	in.Reader = &replay{head: in.Head, rest: inner.limited}
	if err != nil && !in.Whole && n == 0 {
		if inner.limited.reason != "" {
			return failed(sources.TooLarge, inner.limited.reason), nil
		}
		status := sources.Unreadable
		if fe := inner.limited.told(); fe != nil && fe.Status == sources.Unsupported {
			status = fe.Status
		}
		return failed(status, inner.limited.why()), nil
	}
	if in.Whole {
		in.Size = int64(n)
	}
	r, err := inner.read(in)
	if err == nil && inner.limited.failed() && (r.Status == sources.Scanned || r.Status == sources.Partial) {
		r.Status, r.Detail, r.Container = sources.Partial, inner.limited.why(), false
	}
	if r.Detail == "" && unsafeName(m.Name) {
		r.Detail = sources.UnsafeName
	}
	if err == nil && l.v.src.opt.ContentID {
		r.ContentID = inner.memberID()
	}
	b.held -= int64(inner.held.Len())
	inner.held.Reset()
	if inner.held.Cap() > 4<<20 {
		inner.held = bytes.Buffer{}
	}
	return r, err
}

// unsafeName reports whether a program that unpacks a member of this name without
// care writes outside its folder. It is read all the same: nothing is unpacked.
func unsafeName(name string) bool {
	name = strings.ReplaceAll(name, "\\", "/")
	if strings.HasPrefix(name, "/") || len(name) > 2 && name[1] == ':' && name[2] == '/' {
		return true
	}
	return name == ".." || strings.HasPrefix(name, "../") || strings.HasSuffix(name, "/..") || strings.Contains(name, "/../")
}

// hold reads a member into memory, for a format that needs random access. It
// reports false when the member does not fit into what is left of the budget.
func (l *level) hold(in *sources.Input) (bool, error) {
	b := &l.v.budget
	left := b.limits.InMemory - b.held
	if in.Size > left {
		return false, nil
	}
	l.held.Reset()
	_, err := io.Copy(&l.held, io.LimitReader(in.Reader, left+1))
	n := int64(l.held.Len())
	if n > left {
		l.held.Reset()
		return false, l.v.ctx.Err()
	}
	b.held += n
	if err != nil && n == 0 {
		return true, l.v.ctx.Err() // member tells why
	}
	data := bytes.NewReader(l.held.Bytes())
	in.Size, in.At, in.Reader, in.Whole = n, data, data, n <= int64(len(in.Head))
	return true, nil
}

// expansion reads a member and counts what comes out of it.
type expansion struct {
	r      io.Reader
	budget *budget
	depth  int
	ended  bool           // the member ended as it should
	reason sources.Reason // a limit that was reached
	err    error

	content *content // what was read of it; nil: not asked for
}

// Read implements io.Reader.
func (e *expansion) Read(b []byte) (int, error) {
	if e.reason != "" || e.err != nil {
		return 0, errLimit
	}
	out := &e.budget.out[e.depth]
	if *out > e.budget.limits.RatioMin && *out > e.budget.limits.Ratio*e.budget.outer {
		e.reason = sources.RatioLimit
		return 0, errLimit
	}
	n, err := e.r.Read(b)
	*out += int64(n)
	if e.content != nil {
		e.content.Write(b[:n])
	}
	switch {
	case err == io.EOF:
		e.ended = true
	case err != nil:
		e.err = err
	}
	return n, err
}

// failed reports whether the member ended before its end.
func (e *expansion) failed() bool { return e.reason != "" || e.err != nil }

// why says with which reason.
func (e *expansion) why() sources.Reason {
	switch {
	case e.reason != "":
		return e.reason
	case e.err == io.ErrUnexpectedEOF:
		return sources.Truncated
	}
	if fe := e.told(); fe != nil {
		return fe.Reason
	}
	return sources.Corrupt
}

// told is what the container says of an error of reading, nil when it says nothing.
func (e *expansion) told() *sources.FormatError {
	var fe *sources.FormatError
	errors.As(e.err, &fe)
	return fe
}

// errLimit ends the reading of a member that grew beyond the limits.
var errLimit = &sources.FormatError{Status: sources.Partial, Reason: sources.RatioLimit}
