package scanner

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/panjf2000/ants/v2"

	"recense/detectors"
	"recense/scanner/crash"
	"recense/sources"
)

// coordinator is the state of one Scan.
type coordinator struct {
	opt     Options
	engine  *detectors.Engine
	run     Run
	began   time.Time
	folder  string
	sources map[string]sources.Source
	order   []sources.Source
	resumed *resumed
	base    *baseline // nil when everything is read
	hello   hello
	workers atomic.Int64 // started, for the names of their folders

	stop    context.CancelCauseFunc // of the whole scan, when results cannot be kept
	commits sync.WaitGroup

	files, bytes, findings, failures, skipped atomic.Int64
	listedFiles, listedBytes                  atomic.Int64
	listed                                    atomic.Bool
	listTime                                  time.Duration
	perSource                                 map[string]int64
	lost                                      []SourceFailure

	silent silence
	tasks  <-chan *task // listed

	mu     sync.Mutex
	failer *unitSink // records units that failed
	notes  []string  // of workers
}

func (c *coordinator) prepare(srcs []sources.Source) error {
	c.sources = map[string]sources.Source{}
	c.order = slices.Clone(srcs)
	slices.SortStableFunc(c.order, func(a, b sources.Source) int { return strings.Compare(a.Name(), b.Name()) })
	for _, s := range c.order {
		if c.sources[s.Name()] != nil {
			return errors.New("scanner: two sources of one name")
		}
		c.sources[s.Name()] = s
	}
	c.hello = hello{Key: c.opt.Key, Findings: c.opt.Findings, Digests: c.opt.Digests, Subjects: c.opt.Subjects, Limits: c.opt.Limits, Config: c.opt.Config}
	var err error
	if c.failer, err = c.newSink(); err != nil {
		return err
	}
	st, err := c.opt.Journal.Stored(c.run.ID)
	if err != nil {
		return err
	}
	defer st.Close()
	if c.resumed, err = loadResumed(context.Background(), st); err != nil {
		return err
	}
	t, err := totalsOf(context.Background(), st)
	c.findings.Store(t.findings)
	if err == nil && c.run.Base != "" {
		c.loadBase()
	}
	return err
}

// loadBase reads the base of the run. Without it, pruned since the run began or
// damaged, everything is read.
func (c *coordinator) loadBase() {
	st, err := c.opt.Journal.Stored(c.run.Base)
	if err == nil {
		c.base, err = loadBaseline(context.Background(), st, st.Started())
		st.Close()
	}
	if err != nil {
		c.base, c.run.Base, c.run.Full = nil, "", c.run.Started
	}
}

func (c *coordinator) newSink() (*unitSink, error) {
	return newUnitSink(c.engine, UnitOptions{Key: c.opt.Key, Findings: c.opt.Findings, Digests: c.opt.Digests, Subjects: c.opt.Subjects,
		Lists: c.opt.Lists, Limits: c.opt.Limits, Names: c.opt.Names, Now: c.opt.Now})
}

// work lists and scans until all is done, ctx ends or results cannot be kept. All
// it starts has ended when it returns.
func (c *coordinator) work(ctx context.Context) error {
	soft, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	hard, kill := context.WithCancel(context.WithoutCancel(ctx))
	defer kill()
	c.stop = stop
	var group sync.WaitGroup
	ended := make(chan struct{})
	group.Go(func() { c.grace(soft, ended, kill) })
	group.Go(func() { c.report(ended) })
	tasks := make(chan *task, queued)
	c.tasks = tasks
	group.Go(func() {
		defer close(tasks)
		c.list(soft, tasks)
	})
	err := c.dispatch(soft, hard, tasks)
	for range tasks { // the listing sees that soft has ended, or has ended itself
	}
	c.commits.Wait()
	close(ended)
	group.Wait()
	if cause := context.Cause(soft); err == nil && cause != nil && ctx.Err() == nil {
		err = cause
	}
	return err
}

// grace gives batches under way some time once the scan is to stop.
func (c *coordinator) grace(soft context.Context, ended <-chan struct{}, kill func()) {
	select {
	case <-ended:
		return
	case <-soft.Done():
	}
	select {
	case <-ended:
	case <-time.After(maxGrace):
		kill()
	}
}

// report calls Progress.
func (c *coordinator) report(ended <-chan struct{}) {
	if c.opt.Progress == nil {
		<-ended
		return
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			c.opt.Progress(c.progress())
		case <-ended:
			c.opt.Progress(c.progress())
			return
		}
	}
}

func (c *coordinator) progress() Progress {
	return Progress{
		Files: c.files.Load(), Bytes: c.bytes.Load(), Findings: c.findings.Load(), Failures: c.failures.Load(),
		Resumed: c.skipped.Load(), TotalFiles: c.listedFiles.Load(), TotalBytes: c.listedBytes.Load(),
		Listed: c.listed.Load(), Elapsed: c.opt.Now().Sub(c.began),
	}
}

// dispatch gives tasks to the pool. Each of its slots drives one worker.
func (c *coordinator) dispatch(soft, hard context.Context, tasks <-chan *task) error {
	idle := make(chan *slot, c.opt.Workers)
	for range c.opt.Workers {
		idle <- &slot{c: c, ctx: hard}
	}
	pool, err := ants.NewPool(c.opt.Workers, ants.WithPanicHandler(func(any) {
		c.stop(errors.New("scanner: the coordinator failed"))
	}))
	if err != nil {
		c.stop(err)
		return errors.New("scanner: the pool cannot be made")
	}
	defer pool.Release()
	var group sync.WaitGroup
	gates := c.gates()
	for t := range tasks {
		gate := gates[t.source]
		if soft.Err() != nil || c.hold(soft, t) != nil || gate.enter(soft) != nil {
			break
		}
		group.Add(1)
		err := pool.Submit(func() {
			defer group.Done()
			defer gate.leave()
			s := <-idle
			defer func() { idle <- s }()
			for t := t; t != nil; t = s.take() {
				if soft.Err() != nil {
					return
				}
				if err := s.do(t); err != nil {
					c.stop(err)
				}
				taskMemory.put(t.units)
			}
		})
		if err != nil {
			group.Done()
			c.stop(errors.New("scanner: the pool refused a task"))
			break
		}
	}
	group.Wait()
	for range c.opt.Workers {
		(<-idle).close()
	}
	return nil
}

// takeAhead returns a listed task for a slot that is at work, nil when it shall not have
// one: while there are fewer than slots, each goes to the first that is free, and those that
// are held back or counted go through dispatch.
func (c *coordinator) takeAhead() *task {
	if c.opt.Wait != nil || len(c.opt.Most) > 0 || len(c.tasks) < c.opt.Workers {
		return nil
	}
	select {
	case t := <-c.tasks: // nil when the listing has ended
		return t
	default:
		return nil
	}
}

// hold waits until a task may be begun.
func (c *coordinator) hold(ctx context.Context, t *task) error {
	if c.opt.Wait == nil || t.carried != nil { // nothing of it is opened
		return nil
	}
	return c.opt.Wait(ctx, t.n, t.size)
}

// held is how many bytes of parts of one batch wait in memory for its commit.
const held = 4 << 20

// pending are the parts of a batch under way.
type pending struct {
	journal Journal
	stage   int64
	parts   []Part
	size    int
	ahead   bool // some parts are in the journal already
}

func (b *pending) add(p Part) error {
	b.parts = append(b.parts, p)
	b.size += len(p.Data)
	if b.size <= held {
		return nil
	}
	for _, p := range b.parts {
		if err := b.journal.AddPart(b.stage, p); err != nil {
			return err
		}
		partMemory.put(p.Data)
	}
	b.parts, b.size, b.ahead = nil, 0, true
	crash.At(crash.PartStored)
	return nil
}

func (b *pending) drop() error {
	if !b.ahead {
		return nil
	}
	return b.journal.Drop(b.stage)
}

// commit stores a finished task. It does not wait for the disk.
func (c *coordinator) commit(t *task, head []byte, b *pending) error {
	var d decoder
	units, err := readHead(&d, head)
	if err != nil || len(units) != t.n {
		return errors.Join(errWire, b.drop())
	}
	crash.At(crash.BatchTaken)
	for i := range units {
		c.findings.Add(units[i].Findings)
		c.failures.Add(units[i].failed())
	}
	c.files.Add(int64(t.n))
	c.bytes.Add(t.size)
	c.taskEvent(BatchDone, "", t)
	c.commits.Add(1)
	c.opt.Journal.Commit(Batch{Run: c.run.ID, Stage: b.stage, First: t.first, Head: head, Parts: b.parts, Superseded: t.superseded}, func(err error) {
		if err != nil {
			c.stop(err)
		}
		for _, p := range b.parts {
			partMemory.put(p.Data)
		}
		c.commits.Done()
	})
	return nil
}

// fail records the units of a task as failed.
func (c *coordinator) fail(t *task, r sources.Reason) error {
	units, err := t.decode(nil)
	if err != nil {
		return err
	}
	c.taskEvent(UnitFailed, string(r), t)
	c.mu.Lock()
	defer c.mu.Unlock()
	b := &pending{journal: c.opt.Journal, stage: c.opt.Journal.NewStage()}
	out := &batch{emit: b.add}
	for i := range units {
		units[i].Meta.Status, units[i].Meta.Detail = sources.Failed, r
		if err := c.failer.scan(context.Background(), nil, units[i].Unit, units[i].seq, out); err != nil {
			return err
		}
	}
	head, err := out.close()
	if err != nil {
		return err
	}
	return c.commit(t, head, b)
}

// finish settles the state of the run and stores it.
func (c *coordinator) finish(ctx context.Context, scanErr error) (Run, error) {
	r := &c.run
	r.State = Complete
	switch {
	case scanErr != nil:
		r.State = Aborted
	case ctx.Err() != nil && !c.done():
		r.State = Stopped
	}
	if r.State != Stopped {
		r.Ended = c.opt.Now().UTC()
	}
	r.Failures = c.lost
	for _, n := range slices.Sorted(slices.Values(c.notes)) {
		if !slices.Contains(r.Notes, n) {
			r.Notes = append(r.Notes, n)
		}
	}
	if r.Timings = maps.Clone(r.Timings); r.Timings == nil {
		r.Timings = map[string]float64{}
	}
	r.Timings["list"] += c.listTime.Seconds()
	r.Timings["scan"] += c.opt.Now().Sub(c.began).Seconds()
	st, err := c.opt.Journal.Stored(r.ID)
	if err != nil {
		return *r, errors.Join(scanErr, err)
	}
	t, err := totalsOf(context.Background(), st)
	st.Close()
	if err != nil {
		return *r, errors.Join(scanErr, err)
	}
	r.Coverage, r.Best, r.Matches, r.Own = t.coverage, t.best, t.findings, t.own
	r.Limits = limitsReached(&t)
	r.Listed, r.Gone, r.Shrunk = c.perSource, 0, nil
	if r.State == Complete {
		r.Shrunk = shrunk(c.opt.Before, c.perSource)
	}
	if c.base != nil && r.State == Complete && len(r.Shrunk)+len(r.Failures) == 0 && r.Coverage.NotListable == 0 {
		r.Gone = c.base.gone()
	}
	crash.At(crash.ScanDone)
	return *r, errors.Join(scanErr, c.opt.Journal.Finish(*r))
}

// note keeps what a worker tells of its cage and of its sources. It reports whether
// something of it is new.
func (c *coordinator) note(notes []string) (fresh bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range notes {
		if !slices.Contains(c.notes, n) {
			c.notes, fresh = append(c.notes, n), true
		}
	}
	return fresh
}

// done reports whether all that was listed is done, although somebody wanted to
// stop.
func (c *coordinator) done() bool {
	return c.listed.Load() && c.files.Load() == c.listedFiles.Load()
}

// limitsReached lists the limits that kept something from being read or told.
func limitsReached(t *totals) []string {
	set := map[string]bool{}
	for key := range t.coverage.ByReason {
		_, detail, _ := strings.Cut(key, ":")
		switch sources.Reason(detail) {
		case sources.DepthLimit, sources.MembersLimit, sources.RatioLimit, sources.SizeLimit,
			sources.FieldsLimit, sources.FindingsLimit, sources.TimedOut, sources.OutOfMemory:
			set[detail] = true
		}
	}
	if t.limited {
		set[string(sources.FindingsLimit)] = true
	}
	return slices.Sorted(maps.Keys(set))
}
