package scanner

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"recense/scanner/crash"
	"recense/sources"
)

const (
	// alienKills is how often a unit whose worker was killed from outside is taken
	// up again.
	alienKills = 5
	// workerProcessors is the least number of threads of a worker that may run. With
	// one alone the runtime takes it from every call of the system that lasts 20 µs
	// and wakes up every 20 µs to look: a tenth of the time of small files.
	workerProcessors = 2
)

// slot drives one worker; it belongs to one goroutine of the pool at a time.
type slot struct {
	c       *coordinator
	ctx     context.Context
	p       *process
	next    *task     // taken ahead of its turn
	single  bool      // units are tried alone: what follows is not mixed with it
	sink    *unitSink // in process
	carrier *carrier
}

// do scans a task. If its worker does not survive, the units are tried again one
// by one, each once, and recorded as failed when that fails too.
func (s *slot) do(t *task) error {
	if t.carried != nil {
		return s.carry(t)
	}
	if s.c.silent.dead(t.mount()) {
		if s.p != nil && s.p.sent == t {
			s.close() // it is at it
		}
		return s.c.fail(t, sources.Unreachable)
	}
	v, err := s.attempt(t)
	if err != nil || v == finished || v == cancelled {
		return err
	}
	crash.At(crash.SplitUp)
	s.single = true
	defer func() { s.single = false }()
	units, err := t.decode(nil)
	if err != nil {
		return err
	}
	for i := range units {
		one := t.alone(i, &units[i])
		if s.c.silent.dead(t.mount()) {
			if err := s.c.fail(one, sources.Unreachable); err != nil {
				return err
			}
			continue
		}
		v, err := s.attempt(one)
		if err != nil || v == cancelled {
			return err
		}
		if v != finished {
			if err := s.c.fail(one, v.reason()); err != nil {
				return err
			}
		}
	}
	return nil
}

// attempt scans a task; kills from outside do not count.
func (s *slot) attempt(t *task) (verdict, error) {
	if s.p == nil || s.p.sent != t {
		s.limit(t)
	}
	for range alienKills {
		v, err := s.once(t)
		if err != nil || v != killedAlien {
			return v, err
		}
		crash.At(crash.Requeued)
	}
	return s.once(t)
}

// once has the worker do a task and hands what it gives to the journal.
func (s *slot) once(t *task) (verdict, error) {
	b := &pending{journal: s.c.opt.Journal, stage: s.c.opt.Journal.NewStage()}
	var head []byte
	var v verdict
	var err error
	if s.c.opt.InProcess {
		head, v, err = s.here(t, b.add)
	} else {
		head, v, err = s.there(t, b.add)
	}
	if err != nil || v != finished {
		return v, errors.Join(err, b.drop())
	}
	return v, s.c.commit(t, head, b)
}

func (s *slot) here(t *task, part func(Part) error) (head []byte, v verdict, err error) {
	if s.sink == nil {
		if s.sink, err = s.c.newSink(); err != nil {
			return nil, crashed, err
		}
	}
	head, err = runTask(s.ctx, t, s.sink, s.c.sources, &batch{emit: part})
	if s.ctx.Err() != nil {
		return nil, cancelled, nil
	}
	return head, finished, err
}

func (s *slot) there(t *task, part func(Part) error) (head []byte, v verdict, err error) {
	if s.ctx.Err() != nil {
		return nil, cancelled, nil
	}
	if s.p == nil {
		if s.p, err = s.start(); err != nil {
			return nil, crashed, err
		}
		s.c.event(Event{Name: WorkerStarted})
		s.c.note(s.p.notes)
	}
	s.p.note = func(notes []string) {
		if s.c.note(notes) {
			s.c.event(Event{Name: Waiting, Source: t.source, Reason: notes[0]})
		}
	}
	head, v, err = s.p.run(s.ctx, t, s.c.opt.Limits, s.ahead, part)
	switch {
	case v == finished:
		s.c.silent.answers(t.mount())
	case v == stalled && s.p.hung:
		s.c.silent.hangs(t.mount())
	}
	if v != finished {
		s.p = nil
		if v != cancelled { // the end of the scan: nothing was lost
			s.c.taskEvent(WorkerLost, v.code(), t)
		}
	} else if s.p.tooBig(s.c.opt.Limits) {
		s.close()
	}
	return head, v, err
}

// ahead returns the task that the worker may have before it is done with its own. That
// it has it is no attempt: only begun tasks are done or lost, in their order.
func (s *slot) ahead() *task {
	if s.single {
		return nil
	}
	if s.next == nil {
		s.next = s.c.takeAhead()
	}
	if s.next == nil || s.next.carried != nil || s.c.silent.dead(s.next.mount()) {
		return nil
	}
	s.limit(s.next)
	return s.next
}

// take returns the task that was taken ahead, nil for none.
func (s *slot) take() *task {
	t := s.next
	s.next = nil
	return t
}

// limit has a task keep samples only, once there are too many findings.
func (s *slot) limit(t *task) {
	t.sampled = s.c.opt.Findings < 0 && s.c.findings.Load() >= s.c.opt.FindingsMax
}

// start starts a worker, again when somebody else kills it before it is ready: that
// says nothing of what is to be read, and a run that gave up would lose all the rest.
func (s *slot) start() (p *process, err error) {
	for began := time.Now(); time.Since(began) < startPatience && s.ctx.Err() == nil; {
		folder := filepath.Join(s.c.folder, strconv.FormatInt(s.c.workers.Add(1), 10))
		p, err = startProcess(s.c.opt.Command, folder, max(workerProcessors, runtime.GOMAXPROCS(0)/s.c.opt.Workers), &s.c.hello)
		if err != errKilled {
			return p, err
		}
	}
	return nil, errKilled
}

// close ends the worker of s.
func (s *slot) close() {
	s.closeCarrier()
	if s.p != nil {
		s.p.end(maxGrace)
		s.p = nil
	}
}
