package scanner

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"time"

	"recense/sources"
)

// The listing of a source whose catalogue is part of what is scanned runs in a worker
// process, held as those that read are: the coordinator gets units and parses nothing.

// listedBytes is about how much of a listing travels together.
const listedBytes = 32 << 10

// listWait is how long a worker may be silent while it lists.
const listWait = 5 * time.Minute

// guarded reports whether src has to be listed by a worker.
func guarded(src sources.Source) bool {
	g, ok := src.(sources.Guarded)
	return ok && g.ListInWorker()
}

// units lists src where that has to be done.
func (c *coordinator) units(ctx context.Context, src sources.Source) iter.Seq2[sources.Unit, error] {
	if c.opt.InProcess || !guarded(src) {
		return unitsOf(ctx, src, c.opt.Limits.Defaults().Stall)
	}
	return func(yield func(sources.Unit, error) bool) {
		s := &slot{c: c, ctx: ctx}
		p, err := s.start()
		if err != nil {
			yield(lostListing(src.Name(), sources.WorkerCrashed))
			return
		}
		defer p.end(lastBreath)
		c.note(p.notes)
		p.list(ctx, src.Name(), c.opt.Limits, yield)
	}
}

// listInWorker lists a source outside any scan.
func listInWorker(ctx context.Context, o *Options, src sources.Source, yield func(sources.Unit, error) bool) {
	folder, err := os.MkdirTemp("", "recense-plan-")
	if err != nil {
		yield(lostListing(src.Name(), sources.IOError))
		return
	}
	defer os.RemoveAll(folder)
	command, err := o.command()
	var p *process
	if err == nil {
		p, err = startProcess(command, filepath.Join(folder, "1"), workerProcessors, &hello{Config: o.Config, Key: o.Key, Findings: o.Findings, Limits: o.Limits})
	}
	if err != nil {
		yield(lostListing(src.Name(), sources.WorkerCrashed))
		return
	}
	defer p.end(lastBreath)
	p.list(ctx, src.Name(), o.Limits, yield)
}

// lostListing is what a listing that broke off gives last.
func lostListing(name string, reason sources.Reason) (sources.Unit, error) {
	return sources.Unit{Source: name}, &sources.FormatError{Status: sources.Failed, Reason: reason}
}

// list asks the worker for the units of a source and yields them. The process must be
// ended afterwards.
func (p *process) list(ctx context.Context, name string, l sources.Limits, yield func(sources.Unit, error) bool) {
	l = l.Defaults()
	var err error
	if p.frame, err = writeFrame(p.in, frameList, []byte(name), p.frame); err != nil {
		yield(lostListing(name, sources.WorkerCrashed))
		return
	}
	tick := time.NewTicker(pollMemory)
	defer tick.Stop()
	moved := time.Now()
	for {
		select {
		case f, ok := <-p.frames:
			switch {
			case !ok:
				yield(lostListing(name, p.died(l).reason()))
				return
			case f.kind == frameDone:
				return
			case f.kind == frameUnits:
				if !yieldUnits(f.payload, name, yield) {
					return
				}
				moved = time.Now()
			}
		case now := <-tick.C:
			reason := sources.Reason("")
			switch {
			case residentMemory(p.cmd.Process.Pid) > l.Memory:
				reason = sources.OutOfMemory
			case now.Sub(moved) > listWait:
				reason = sources.TimedOut
			}
			if reason != "" {
				p.end(0)
				yield(lostListing(name, reason))
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// yieldUnits yields the units of a frame, and reports whether more are wanted. What a worker
// says is taken for what it is: units of that source alone.
func yieldUnits(payload []byte, name string, yield func(sources.Unit, error) bool) bool {
	d := decoder{buf: payload}
	for len(d.buf) > 0 && !d.bad {
		var u sources.Unit
		d.unit(&u)
		u.Fresh = d.time()
		status, reason := sources.Status(d.string()), sources.Reason(d.string())
		if d.bad || u.Source != name {
			break
		}
		var err error
		if reason != "" {
			err = &sources.FormatError{Status: status, Reason: reason}
		}
		if !yield(u, err) {
			return false
		}
	}
	if d.bad || len(d.buf) > 0 {
		return yield(lostListing(name, sources.WorkerCrashed))
	}
	return true
}

// serveList lists a source for the coordinator.
func serveList(src sources.Source, w *frameWriter) error {
	var e encoder
	var failed error
	flush := func() bool {
		if len(e.buf) > 0 {
			failed = w.write(frameUnits, e.buf)
			e.buf = e.buf[:0]
		}
		return failed == nil
	}
	if src == nil {
		return errWire
	}
	for u, err := range src.Units(context.Background()) {
		e.unit(&u)
		e.time(u.Fresh)
		status, reason := sources.Scanned, sources.Reason("")
		if err != nil {
			status, reason = sources.Failed, reasonOf(err)
		}
		e.string(string(status))
		e.string(string(reason))
		if len(e.buf) >= listedBytes && !flush() {
			return failed
		}
	}
	if !flush() {
		return failed
	}
	return w.write(frameDone, nil)
}
