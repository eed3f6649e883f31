package files

import (
	"context"
	"errors"
	"io"
	"path"
	"strings"
	"sync"

	"recense/sources"
)

// headSize is how much of a file is looked at to choose its format.
const headSize = 64 << 10

// visit is the reading of one unit. Visits are kept for their memory.
type visit struct {
	src  *Source
	ctx  context.Context
	sink sources.Sink
	unit *sources.Unit

	own    sources.Unit // what unit points to, so that no call allocates it
	path   []byte
	file   file
	beside []*file // see sources.Input
	replay replay
	stat   fileStat
	after  fileStat
	now    []byte // version
	levels []*level
	budget budget
	meter  meter
}

var visits = sync.Pool{New: func() any { return new(visit) }}

// Read implements sources.Source.
func (s *Source) Read(ctx context.Context, u sources.Unit, out sources.Sink) error {
	v := visits.Get().(*visit)
	v.src, v.ctx, v.sink, v.own, v.unit = s, ctx, out, u, &v.own
	err := v.read()
	v.meter = meter{}
	v.src, v.ctx, v.sink, v.own, v.unit = nil, nil, nil, sources.Unit{}, nil
	visits.Put(v)
	return err
}

// read opens the file, reads it and closes it, and tells what became of it.
func (v *visit) read() error {
	u := v.unit
	if u.Meta.Status != sources.Scanned {
		return v.whole(u.Meta, sources.Result{Status: u.Meta.Status, Detail: u.Meta.Detail, Records: -1})
	}
	v.path = append(append(v.path[:0], u.Path...), 0)
	fd, err := v.src.openBeneath(v.path)
	if err != nil {
		return v.whole(u.Meta, failed(statusOf(err)))
	}
	v.file = file{fd: fd, alone: v.src.alone}
	defer v.close()
	if err := v.file.describe(&v.stat); err != nil {
		return v.whole(u.Meta, failed(statusOf(err)))
	}
	if v.stat.Mode&modeKind != modeRegular {
		return v.whole(u.Meta, failed(sources.Excluded, sources.Special))
	}
	place := u.Meta
	place.Size, place.Modified = int64(v.stat.Size), modTime(v.stat.Mtime)
	if err := v.sink.Open(place); err != nil {
		return err
	}
	result, err := v.content()
	if err != nil {
		return err
	}
	if v.src.opt.ContentID && u.Index == 0 {
		result.ContentID = v.contentID()
	}
	return v.sink.Close(result)
}

// openBeside implements sources.Input.Beside.
func (v *visit) openBeside(name string) (io.ReaderAt, int64) {
	const most = 8 // of one file
	if name == "" || strings.ContainsAny(name, "/\\\x00") || len(v.beside) == most {
		return nil, 0
	}
	fd, err := v.src.openBeneath([]byte(path.Join(path.Dir(v.unit.Path), name) + "\x00"))
	if err != nil {
		return nil, 0
	}
	f, st := &file{fd: fd, alone: v.src.alone}, fileStat{}
	v.beside = append(v.beside, f)
	if err := f.describe(&st); err != nil || st.Mode&modeKind != modeRegular {
		return nil, 0
	}
	return f, int64(st.Size)
}

// close closes what was opened.
func (v *visit) close() {
	v.file.close()
	for _, f := range v.beside {
		f.close()
	}
	v.beside = v.beside[:0]
}

// whole tells about a location that was not read.
func (v *visit) whole(p sources.Place, r sources.Result) error {
	if err := v.sink.Open(p); err != nil {
		return err
	}
	return v.sink.Close(r)
}

func failed(s sources.Status, r sources.Reason) sources.Result {
	return sources.Result{Status: s, Detail: r, Records: -1}
}

// content chooses the format and lets it read.
func (v *visit) content() (sources.Result, error) {
	u, size := v.unit, int64(v.stat.Size)
	v.budget = budget{limits: &v.src.limits, outer: size, members: v.budget.members, out: v.budget.out}
	v.budget.reset()
	v.meter = meter{of: v.src.opt.Recogniser, left: recognitionTime(v.budget.limits, size)}
	if size > v.budget.limits.Range {
		readAhead(v.file.fd)
	}
	l := v.level(0, "")
	head := l.head
	if 0 < size && size < headSize {
		head = head[:size] // one call less: the end need not be met
	}
	n, err := v.file.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return failed(sources.Unreadable, sources.IOError), nil
	}
	in := sources.Input{Name: path.Base(u.Path), Size: size, Head: l.head[:n], At: &v.file, Beside: v.openBeside, Range: u.Range}
	in.Whole = err == io.EOF || int64(n) == size
	v.replay = replay{head: in.Head, rest: &v.file}
	v.file.next = int64(n)
	in.Reader = &v.replay
	result, err := l.read(in)
	if err != nil {
		return result, err
	}
	return v.settle(result, in.Whole && int64(n) == size), nil
}

// settle looks whether the file changed since it was listed (its ranges then do
// not fit together) or while it was read. A file that came whole with one read
// needs no second look.
func (v *visit) settle(r sources.Result, atOnce bool) sources.Result {
	changed := false
	if v.unit.Count > 1 {
		v.now = appendVersion(v.now[:0], &v.stat)
		listed, _, _ := strings.Cut(v.unit.Version, besideMark)
		changed = listed != "" && string(v.now) != listed
	}
	if !atOnce && !changed {
		changed = v.file.describe(&v.after) != nil || v.after.Size != v.stat.Size ||
			v.after.Mtime != v.stat.Mtime || v.after.Ctime != v.stat.Ctime
	}
	if changed && (r.Status == sources.Scanned || r.Status == sources.Partial) {
		r.Status, r.Detail, r.Container = sources.Partial, sources.Changed, false
	}
	return r
}

// replay is a reader that gives the head that was already read, then the rest.
type replay struct {
	head []byte
	rest io.Reader
}

// Read implements io.Reader.
func (r *replay) Read(b []byte) (int, error) {
	if len(r.head) > 0 {
		n := copy(b, r.head)
		r.head = r.head[n:]
		return n, nil
	}
	return r.rest.Read(b)
}

// read lets the right format read in, at the level l, and turns its errors into
// a result. The error it returns comes from the sink or the context.
func (l *level) read(in sources.Input) (sources.Result, error) {
	if in.Whole && len(in.Head) == 0 {
		return sources.Result{Detail: sources.Empty, Records: -1, MediaType: "application/x-empty"}, nil
	}
	c := choose(l.v.src.formats, l.v.src.named.of(in.Name), in.Head, in.Name, in.Size)
	if c.format == nil {
		r := failed(c.status, c.detail)
		r.MediaType = c.mediaType
		if yes, err := l.medium(&in, c.mediaType); err != nil {
			return r, err
		} else if yes && c.detail == sources.UnknownFormat {
			r.Detail = sources.MediaContent
		}
		if l.v.unit.Index > 0 {
			r = sources.Result{Records: -1}
		}
		return r, nil
	}
	if !c.format.Ranges && in.Range != "" {
		if l.v.unit.Index > 0 { // the first range reads it whole
			return sources.Result{MediaType: c.format.MediaType, Format: c.format.Name}, nil
		}
		in.Range = ""
	}
	if c.format.Random && in.At == nil {
		if ok, err := l.hold(&in); !ok || err != nil {
			return failed(sources.TooLarge, sources.SizeLimit), err
		}
	}
	if _, err := l.medium(&in, c.mediaType); err != nil {
		return sources.Result{}, err
	}
	r, err := c.format.Read(l.v.ctx, in, l)
	if err = l.judge(&r, err); err != nil {
		return r, err
	}
	if r.MediaType == "" {
		r.MediaType = c.format.MediaType
	}
	if r.Format == "" {
		r.Format = c.format.Name
	}
	if r.Detail == "" || r.Detail == sources.MediaContent && c.detail != "" {
		r.Detail = c.detail // of a picture, that its name lies says more
	}
	r.Container = r.Status == sources.Scanned && l.entries > 0 && !l.own
	return r, nil
}

// judge turns what a format returned into a result. Formats may wrap an error
// of the sink or of the context in one of their own: these come first.
func (l *level) judge(r *sources.Result, err error) error {
	if l.err != nil {
		return l.err
	}
	if ctx := l.v.ctx.Err(); ctx != nil && err != nil {
		return ctx
	}
	if err == nil {
		if l.v.file.err != nil && r.Status == sources.Scanned {
			r.Status, r.Detail = sources.Partial, sources.IOError
		}
		return nil
	}
	var fe *sources.FormatError
	switch {
	case l.limited != nil && l.limited.reason != "":
		r.Status, r.Detail = sources.Partial, l.limited.reason
	case l.v.file.err != nil:
		r.Status, r.Detail = sources.Partial, sources.IOError
	case errors.As(err, &fe):
		r.Status, r.Detail = fe.Status, fe.Reason
	case errors.Is(err, io.ErrUnexpectedEOF):
		r.Status, r.Detail = sources.Partial, sources.Truncated
	default:
		r.Status, r.Detail = sources.Partial, sources.Corrupt
	}
	if !l.own && l.entries == 0 && r.Status == sources.Partial && r.Bytes == 0 {
		r.Status = sources.Unreadable // nothing of it was read
	}
	return nil
}
