package scanner

import (
	"context"
	"errors"
	"time"

	"recense/sources"
)

// A task is closed when it holds enough units or taskBytes bytes, or when its first
// unit is taskTime old. Hand-over wakes threads on both sides: it costs as much as 20
// small files. So tasks grow with what was listed before them, from fewest units to
// most: few files are still shared out among all workers.
const (
	fewestUnits = 64
	mostUnits   = 1024
	taskShare   = 8 // a task holds that part of what was listed so far for each worker
	taskBytes   = 4 << 20
	taskTime    = 200 * time.Millisecond
	// queued is how many tasks the listing may be ahead: 130,000 files, 30 MiB.
	queued = 128
)

// list numbers the units of all sources and cuts them into tasks.
func (c *coordinator) list(ctx context.Context, tasks chan<- *task) {
	began := time.Now()
	l := lister{c: c, ctx: ctx, tasks: tasks, now: &task{}}
	c.perSource = map[string]int64{}
	for _, src := range c.order {
		c.perSource[src.Name()] = 0
		for u, err := range c.units(ctx, src) {
			if ctx.Err() != nil {
				return
			}
			if err != nil && u.ID == "" {
				c.lost = append(c.lost, SourceFailure{src.Name(), reasonOf(err)})
				c.event(Event{Name: SourceFailed, Source: src.Name(), Reason: string(reasonOf(err))})
				continue
			}
			if err != nil && u.Meta.Status == sources.Scanned {
				u.Meta.Status, u.Meta.Detail = sources.NotListable, reasonOf(err)
			}
			l.unit(&u)
		}
		c.event(Event{Name: SourceListed, Source: src.Name(), Units: int(c.perSource[src.Name()])})
	}
	l.flush()
	if ctx.Err() == nil {
		c.listTime = time.Since(began)
		c.listed.Store(true)
	}
}

// reasonOf keeps the fixed code of an error and drops its text.
func reasonOf(err error) sources.Reason {
	var f *sources.FormatError
	if errors.As(err, &f) {
		return f.Reason
	}
	return sources.IOError
}

// lister makes tasks of units.
type lister struct {
	c       *coordinator
	ctx     context.Context
	tasks   chan<- *task
	now     *task
	started time.Time
}

func (l *lister) unit(u *sources.Unit) {
	if u.Index == 0 {
		l.c.perSource[u.Source]++
	}
	var same *baseUnit
	if l.c.base != nil {
		same = l.c.base.match(u)
	}
	seq, old, done := l.c.resumed.number(u)
	if done {
		// A batch holds consecutive units only, so that batches do not overlap.
		l.flush()
		l.c.skipped.Add(1)
		return
	}
	l.c.listedFiles.Add(1)
	l.c.listedBytes.Add(max(u.Size, 0))
	if l.now.n > 0 && ((same != nil) != (l.now.carried != nil) || same == nil && u.Size >= taskBytes || u.Source != l.now.source || u.Device != l.now.device) {
		l.flush()
	}
	if l.now.n == 0 {
		l.started = time.Now()
	}
	l.now.add(seq, u)
	if old >= 0 {
		l.now.superseded = append(l.now.superseded, old)
	}
	full := int64(l.now.n) >= min(mostUnits, max(fewestUnits, l.c.listedFiles.Load()/int64(taskShare*l.c.opt.Workers))) || l.now.size >= taskBytes
	if same != nil { // a few µs
		l.now.carried = append(l.now.carried, carried{same, seq})
		full = l.now.n >= mostUnits
	}
	if full || time.Since(l.started) > taskTime {
		l.flush()
	}
}

func (l *lister) flush() {
	if l.now.n == 0 {
		return
	}
	n, size := l.now.n, len(l.now.units) // the next one is as long, about; this one is soon another's
	select {
	case l.tasks <- l.now:
	case <-l.ctx.Done():
	}
	l.now = &task{units: taskMemory.get(size + size/8), sizes: make([]int64, 0, n)}
}
