package scanner

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"recense/detectors"
	"recense/scanner/crash"
	"recense/sources"
)

// Build makes what a worker works with from its configuration, the same as the
// coordinator has.
type Build func(config []byte) (Work, error)

// Work is what a worker works with.
type Work struct {
	Sources map[string]sources.Source // by name
	Engine  *detectors.Engine
	Names   *detectors.Engine // as in Options
	Lists   []List            // as in UnitOptions
}

// breathe is how long units are read without giving others the thread, in a process that
// does more than read. What is not given for 10 ms the runtime takes, and when that happens
// within a call of the system it looks again every 20 µs for a while: a tenth of the time of
// small files. In a worker nobody waits for the thread, and the calls keep it (see
// sources.Solitary): to give it would wake another one for nothing.
const breathe = 4 * time.Millisecond

// heartbeat is how often a worker tells how far it is.
const heartbeat = 250 * time.Millisecond

// ErrCoordinatorGone is returned by Serve when the other end of the pipe closed
// in the middle of a task.
var ErrCoordinatorGone = errors.New("scanner: the coordinator is gone")

// Serve is the loop of a worker process: it reads tasks from in, scans their
// units and writes what they hold to out, until in ends. settled is called once
// before the first task, to hold the process to what its work needs; what it
// returns goes to Run.Notes. gone is called when in ends while a task is being
// worked on: the process should exit.
func Serve(in io.Reader, out io.Writer, build Build, settled func(Work) (notes []string), gone func()) error {
	tasks := input{r: bufio.NewReaderSize(in, 1<<16), gone: gone}
	w := &frameWriter{w: out}
	sink, work, err := serveHello(tasks.r, build)
	if err != nil {
		return errors.Join(err, w.write(frameRefused, nil))
	}
	srcs := work.Sources
	sink.opt.Note = func(code string) { _ = w.write(frameNote, []byte(code)) } // a broken pipe shows at the next part
	if err := w.write(frameReady, []byte(strings.Join(settled(work), ","))); err != nil {
		return err
	}
	for _, src := range srcs {
		if a, ok := src.(sources.Solitary); ok {
			a.Alone()
			sink.held = true
		}
	}
	tasks.watch(in)
	ended := make(chan struct{})
	var beating sync.WaitGroup
	beating.Go(func() { beat(w, sink, ended) })
	defer beating.Wait()
	defer close(ended)
	for err == nil {
		f, more := tasks.next()
		if !more {
			return nil
		}
		if f.kind == frameList {
			err = serveList(srcs[string(f.payload)], w)
		} else {
			err = serveTask(f.payload, sink, srcs, w)
		}
	}
	// Whoever reads the pipe cannot be woken: the process ends with it.
	return err
}

func serveHello(r byteReader, build Build) (*unitSink, Work, error) {
	kind, payload, err := readFrame(r)
	if err != nil || kind != frameHello {
		return nil, Work{}, errWire
	}
	var h hello
	if err := h.decode(payload); err != nil {
		return nil, Work{}, err
	}
	w, err := build(h.Config)
	if err != nil {
		return nil, Work{}, err
	}
	sink, err := newUnitSink(w.Engine, UnitOptions{Key: h.Key, Findings: h.Findings, Digests: h.Digests, Subjects: h.Subjects, Limits: h.Limits, Names: w.Names, Lists: w.Lists})
	return sink, w, err
}

// serveTask scans the units of a task.
func serveTask(payload []byte, sink *unitSink, srcs map[string]sources.Source, w *frameWriter) error {
	t, err := decodeTask(payload)
	if err != nil {
		return err
	}
	sink.at.Store(0)
	w.begin()
	b := &batch{emit: w.part, room: &sink.room, units: sink.heads[:0], head: sink.encoded}
	if sink.encoded, err = runTask(context.Background(), t, sink, srcs, b); err != nil {
		return err
	}
	sink.heads = b.units
	return w.write(frameDone, sink.encoded)
}

// beat tells how far the task is that is being worked on, until ended is closed.
func beat(w *frameWriter, sink *unitSink, ended <-chan struct{}) {
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return
		case <-tick.C:
			w.progress(sink)
		}
	}
}

// runTask scans the units of t into b and returns the head of the batch.
func runTask(ctx context.Context, t *task, sink *unitSink, srcs map[string]sources.Source, b *batch) ([]byte, error) {
	units, err := t.decode(sink.units)
	if err != nil {
		return nil, err
	}
	sink.units = units
	most := sink.opt.Findings
	if t.sampled && most < 0 {
		sink.opt.Findings = defaultFindings
		sink.limited = true
	}
	defer func() { sink.opt.Findings, sink.limited = most, false }()
	sink.at.Store(0)
	var breath time.Time
	for i := range units {
		sink.at.Store(int64(i))
		if err := sink.scan(ctx, srcs[units[i].Source], units[i].Unit, units[i].seq, b); err != nil {
			return nil, err
		}
		crash.At(crash.UnitRead)
		if sink.held {
			continue
		}
		if now := time.Now(); now.Sub(breath) > breathe {
			runtime.Gosched()
			breath = now
		}
	}
	crash.At(crash.BatchRead)
	return b.close()
}

// frameWriter writes whole frames from two goroutines.
type frameWriter struct {
	mu      sync.Mutex
	w       io.Writer
	scratch []byte
	waiting int  // bytes of scratch: parts that go with the next frame
	busy    bool // with a task whose last frame is to come
}

// begin lets progress be told, until the last frame of a task is written.
func (f *frameWriter) begin() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.busy = true
}

func (f *frameWriter) write(kind byte, payload []byte) error { return f.write2(kind, nil, payload) }

func (f *frameWriter) part(p Part) error {
	var room [16]byte
	return f.write2(framePart, p.head(room[:0]), p.Data)
}

func (f *frameWriter) write2(kind byte, first, second []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.busy = f.busy && kind != frameDone
	return f.put(kind, first, second)
}

// put writes a frame for a holder of mu. Small parts wait for the next frame: each write
// wakes the coordinator.
func (f *frameWriter) put(kind byte, first, second []byte) error {
	f.scratch = appendFrame(f.scratch[:f.waiting], kind, first, second)
	f.waiting = len(f.scratch)
	if kind == framePart && f.waiting < partSize {
		return nil
	}
	f.waiting = 0
	_, err := f.w.Write(f.scratch)
	if cap(f.scratch) > 4*partSize {
		f.scratch = nil
	}
	return err
}

// progress tells how far sink is, in bytes and locations and by the unit of the task.
// It is best effort: a broken pipe shows at the next frame that counts.
func (f *frameWriter) progress(sink *unitSink) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.busy { // the next task has other units
		return
	}
	var e encoder
	e.int(sink.progress.Load())
	e.int(sink.at.Load())
	_ = f.put(frameProgress, nil, e.buf)
}

// workerFolder names the variable by which a worker learns its folder.
const workerFolder = "TMPDIR"

// workerEnvironment is what a worker sees of the environment: what libraries
// need to find the time zone and the locale, its own folder, its memory and its
// processors. Its heap is small between large files, so it is collected late:
// the limit sees to the large ones.
func workerEnvironment(folder, limit, processors string) []string {
	env := []string{workerFolder + "=" + folder, "GOMEMLIMIT=" + limit, "GOGC=400", "GOMAXPROCS=" + processors, "GOTRACEBACK=none"}
	for _, name := range []string{"PATH", "HOME", "TZ", "LANG", "LC_ALL", "ZONEINFO", "GODEBUG", "GOCOVERDIR"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}
