package scanner

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"recense/scanner/crash"
	"recense/sources"
)

// process is a worker process as the coordinator sees it. It belongs to one
// goroutine.
type process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    io.ReadCloser
	frames chan frame
	quit   chan struct{}
	group  sync.WaitGroup
	folder string
	frame  []byte
	room   int      // bytes that the pipe to it holds while it does not read
	sent   *task    // ahead of its turn
	notes  []string // of the cage
	note   func(notes []string)
	ended  bool
	killed bool // by end
	lost   bool // it does not even end when it is killed
	hung   bool // it was late and waited in the kernel, not for the processor
}

type frame struct {
	kind    byte
	payload []byte
}

// verdict is how an attempt at a task ended.
type verdict uint8

const (
	finished    verdict = iota
	crashed             // the process ended by itself
	overMemory          // it was killed for its memory
	stalled             // it was killed for its time
	killedAlien         // somebody else killed it: not an attempt
	cancelled           // the scan is being stopped
)

func (v verdict) reason() sources.Reason {
	switch v {
	case overMemory:
		return sources.OutOfMemory
	case stalled:
		return sources.TimedOut
	}
	return sources.WorkerCrashed
}

const (
	startTime = 30 * time.Second // for a worker to say that it is ready
	// startPatience is how long a worker that is killed from outside before it is ready
	// is started again.
	startPatience = 2 * time.Minute
	deadMount     = 5 * time.Second        // for a killed process to be gone
	pollMemory    = 50 * time.Millisecond  // between looks at a worker
	lastBreath    = 500 * time.Millisecond // for a process whose pipe has ended to be gone
	keepsTooBig   = 400 << 20              // resident bytes after a task, above which a worker is replaced
)

var (
	errStart = errors.New("scanner: a worker process cannot be started")
	// errKilled says that somebody else killed it before it was ready.
	errKilled = errors.New("scanner: a worker process was killed while it started")
)

// startProcess starts a worker in a process group of its own, so that a signal
// from the terminal reaches the coordinator alone, with its standard error
// closed: what a dying program prints may quote what it was reading.
func startProcess(command []string, folder string, processors int, h *hello) (*process, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, errStart
	}
	limit := strconv.FormatInt(h.Limits.Defaults().Memory*7/10, 10)
	p := &process{cmd: exec.Command(command[0], command[1:]...), folder: folder,
		frames: make(chan frame, 4), quit: make(chan struct{})}
	p.cmd.Env = workerEnvironment(folder, limit, strconv.Itoa(processors))
	ownGroup(p.cmd)
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, errStart
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, errStart
	}
	p.in, p.out = in, out
	p.room = widen(in)
	widen(out)
	if err := p.cmd.Start(); err != nil {
		return nil, errStart
	}
	p.group.Go(func() { p.receive(bufio.NewReaderSize(out, 1<<16)) })
	if err := p.greet(h); err != nil {
		if p.died(h.Limits.Defaults()) == killedAlien {
			err = errKilled
		}
		return nil, err
	}
	crash.At(crash.WorkerReady)
	if residentMemory(p.cmd.Process.Pid) == 0 { // no /proc, or one that hides processes
		p.notes = append(p.notes, "no_memory_watch")
	}
	return p, nil
}

func (p *process) greet(h *hello) error {
	b, err := h.encode()
	if err != nil {
		return errStart
	}
	if p.frame, err = writeFrame(p.in, frameHello, b, p.frame); err != nil {
		return errStart
	}
	clear(p.frame)
	select {
	case f, ok := <-p.frames:
		if !ok || f.kind != frameReady {
			return errStart
		}
		if len(f.payload) > 0 {
			p.notes = strings.Split(string(f.payload), ",")
		}
		return nil
	case <-time.After(startTime):
		return errStart
	}
}

// receive passes frames on until the pipe ends.
func (p *process) receive(r byteReader) {
	defer close(p.frames)
	for {
		kind, payload, err := readFrame(r)
		if err != nil {
			return
		}
		select {
		case p.frames <- frame{kind, payload}:
		case <-p.quit:
			return
		}
	}
}

// give writes a task to the worker.
func (p *process) give(t *task) (err error) {
	var room [16]byte
	p.frame, err = writeFrame2(p.in, frameTask, t.head(room[:0]), t.units, p.frame)
	return err
}

// giveAhead writes the task that follows t, if there is one, so that the worker need not
// wait for it when t is done. It writes what the pipe holds whatever the worker does: nobody
// would watch the worker meanwhile.
func (p *process) giveAhead(t *task, next func() *task) {
	if p.sent != nil || p.room == 0 {
		return
	}
	const slack = 4 * pipePage                                                                  // heads of frames, and pages that are not full
	if n := next(); n != nil && len(t.units)+len(n.units)+slack <= p.room && p.give(n) == nil { // a broken pipe shows when frames end
		p.sent = n
	}
}

// run gives a task to the worker, unless it has it already, and waits for its end. next
// returns the task to give it ahead, nil for none; part is called with each part; its error is
// returned. After any verdict but finished the process has ended.
func (p *process) run(ctx context.Context, t *task, l sources.Limits, next func() *task, part func(Part) error) (head []byte, v verdict, err error) {
	if p.sent != t && p.give(t) != nil {
		return nil, p.died(l), nil
	}
	p.sent = nil
	crash.At(crash.BatchSent)
	p.giveAhead(t, next)
	watch := newWatch(t, l)
	tick := time.NewTicker(pollMemory)
	defer tick.Stop()
	for {
		select {
		case f, ok := <-p.frames:
			if !ok {
				return nil, p.died(l), nil
			}
			switch f.kind {
			case frameDone:
				return f.payload, finished, nil
			case frameNote:
				p.note([]string{string(f.payload)})
			case frameProgress:
				watch.progress(f.payload)
			case framePart:
				decoded, err := decodePart(f.payload)
				if err != nil {
					p.end(0)
					return nil, crashed, nil
				}
				if err := part(decoded); err != nil {
					p.end(0)
					return nil, cancelled, err
				}
				watch.moved = time.Now()
				crash.At(crash.PartTaken)
			}
		case now := <-tick.C:
			if residentMemory(p.cmd.Process.Pid) > l.Memory {
				p.end(0)
				return nil, overMemory, nil
			}
			p.giveAhead(t, next)
			if watch.late(now) {
				p.hung = waitsInKernel(p.cmd.Process.Pid)
				p.end(0)
				p.hung = p.hung || p.lost
				return nil, stalled, nil
			}
		case <-ctx.Done():
			p.end(0)
			return nil, cancelled, nil
		}
	}
}

// watch holds a worker to its deadlines: so long without progress, and so long
// for one unit in all.
type watch struct {
	task   *task
	limits sources.Limits
	moved  time.Time // when something last moved
	at     int64     // how far it was
	unit   int       // being read
	began  time.Time // when that unit was first seen
}

func newWatch(t *task, l sources.Limits) *watch {
	now := time.Now()
	return &watch{task: t, limits: l, moved: now, began: now}
}

// progress takes in what a worker tells: bytes and locations so far, and the
// unit it is at.
func (w *watch) progress(payload []byte) {
	d := decoder{buf: payload}
	at, unit := d.int(), int(d.int32())
	if at != w.at {
		w.at, w.moved = at, time.Now()
	}
	if unit > w.unit && unit < w.task.n {
		w.unit, w.began = unit, time.Now()
	}
}

func (w *watch) late(now time.Time) bool {
	whole := w.limits.PerUnit + time.Duration(float64(w.limits.PerMiB)*float64(w.task.sizes[w.unit])/(1<<20))
	return now.Sub(w.moved) > w.limits.Stall || now.Sub(w.began) > whole
}

// died finds out why the process ended by itself. The kernel's own memory
// killer looks like a kill from outside, but for the size that was reached.
func (p *process) died(l sources.Limits) verdict {
	p.end(lastBreath)
	if p.killed || p.lost {
		return crashed
	}
	switch state := p.cmd.ProcessState; {
	case maxResident(state) > l.Memory:
		return overMemory
	case killedFromOutside(state):
		return killedAlien
	}
	return crashed
}

// tooBig reports whether the process keeps more memory than it should.
func (p *process) tooBig(l sources.Limits) bool {
	return residentMemory(p.cmd.Process.Pid) > min(keepsTooBig, l.Memory*8/10)
}

// end stops the process, waits for it and removes its folder. The process has
// grace to end by itself: it sees its input end. One that cannot be killed,
// because it waits for a dead mount, is left behind after a while.
func (p *process) end(grace time.Duration) {
	if p.ended {
		return
	}
	p.ended = true
	p.in.Close()
	close(p.quit)
	gone := make(chan struct{})
	go func() {
		_ = p.cmd.Wait() // its status is read from ProcessState
		close(gone)
	}()
	select {
	case <-gone:
	case <-time.After(grace):
		p.killed = true
		killGroup(p.cmd)
		select {
		case <-gone:
		case <-time.After(deadMount):
			p.lost = true
			p.out.Close()
		}
	}
	p.group.Wait()
	os.RemoveAll(p.folder)
}

// waitsInKernel reports whether a thread of a process sleeps where only the answer of a
// device or a server wakes it; false where the system does not tell.
func waitsInKernel(pid int) bool {
	threads, _ := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/stat") // the pattern is well formed
	for _, t := range threads {
		b, err := os.ReadFile(t)
		if err != nil {
			continue
		}
		// The name stands in brackets and may hold anything.
		if rest := b[bytes.LastIndexByte(b, ')')+1:]; bytes.HasPrefix(rest, []byte(" D")) {
			return true
		}
	}
	return false
}

// residentMemory returns the anonymous resident bytes of a process, 0 where the
// system does not tell: of its pages in memory those that come from no file.
func residentMemory(pid int) int64 {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0
	}
	pages := bytes.Fields(b) // all, in memory, of files, …
	if len(pages) < 3 {
		return 0
	}
	resident, err1 := strconv.ParseInt(string(pages[1]), 10, 64)
	shared, err2 := strconv.ParseInt(string(pages[2]), 10, 64)
	if err1 != nil || err2 != nil {
		return 0
	}
	return (resident - shared) * int64(os.Getpagesize())
}
