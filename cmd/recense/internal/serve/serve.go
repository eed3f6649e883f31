// Package serve starts scans when they are due, one at a time, for as long as it
// runs.
//
// The rules: a scan that falls due while another runs waits for it and is then
// started once, unless it would be later than its catch-up time. One that falls due
// while it runs itself is dropped. One that was due while the program was off is
// started once when the program starts, within its catch-up time. A scan that was
// interrupted is gone on with as soon as the program starts.
package serve

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Job is a scan that is due at certain times.
type Job struct {
	Name    string
	Next    func(after time.Time) time.Time
	CatchUp time.Duration // how late it may start
}

// Memory is what is known of a job from before the program started.
type Memory struct {
	Started time.Time `json:"started"` // zero: never
	Done    bool      `json:"done"`    // false: it was interrupted
	Code    int       `json:"exit_code"`
}

// Clock is what the server knows of time.
type Clock interface {
	Now() time.Time
	// Wait returns after d, or when ctx ends.
	Wait(ctx context.Context, d time.Duration)
}

// Server starts jobs.
type Server struct {
	Jobs  []Job
	Clock Clock
	// Run scans and returns the exit code, and whether it came to its end. It returns soon
	// after ctx ends. It is never called while it runs.
	Run func(ctx context.Context, job string) (code int, done bool)
	// Recall and Remember keep the memory of a job.
	Recall   func(job string) Memory
	Remember func(job string, m Memory) error
	Log      *slog.Logger

	mu    sync.Mutex
	state map[string]*State
}

// State is what metrics tell of a job.
type State struct {
	Running bool
	Next    time.Time
	Last    Memory
	Codes   map[int]int64 // runs since the program started, by exit code
}

// longWait is after what time the clock is looked at again: it may have been set, or
// the machine have slept.
const longWait = time.Minute

// Serve runs until ctx ends.
func (s *Server) Serve(ctx context.Context) {
	s.begin()
	for ctx.Err() == nil {
		job := s.first()
		if job == nil {
			return
		}
		now := s.Clock.Now()
		next := s.state[job.Name].Next
		switch {
		case next.After(now):
			s.Clock.Wait(ctx, min(next.Sub(now), longWait))
		case now.Sub(next) > job.CatchUp:
			s.Log.Warn("scan_missed", "job", job.Name, "due", next.UTC(), "late_seconds", now.Sub(next).Seconds())
			s.plan(job, now)
		default:
			s.run(ctx, job, next)
		}
	}
}

// begin works out when each job is due for the first time.
func (s *Server) begin() {
	now := s.Clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = map[string]*State{}
	for i := range s.Jobs {
		job := &s.Jobs[i]
		st := &State{Last: s.Recall(job.Name), Codes: map[int]int64{}}
		switch last := st.Last; {
		case last.Started.IsZero():
			st.Next = job.Next(now)
		case !last.Done:
			st.Next = now
		default:
			st.Next = latest(job, last.Started, now)
		}
		s.state[job.Name] = st
		s.Log.Info("scan_planned", "job", job.Name, "due", st.Next.UTC())
	}
}

// latest is the last time that a job was due after it was started, if there is one
// that it may still catch up, else the next.
func latest(job *Job, started, now time.Time) time.Time {
	due := job.Next(started)
	for n := job.Next(due); !n.After(now) && !n.IsZero(); n = job.Next(n) {
		due = n
	}
	if now.Sub(due) > job.CatchUp {
		return job.Next(now)
	}
	return due
}

// first is the job that is due first; of several, the one that stands first.
func (s *Server) first() (first *Job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.Jobs {
		job := &s.Jobs[i]
		if next := s.state[job.Name].Next; !next.IsZero() && (first == nil || next.Before(s.state[first.Name].Next)) {
			first = job
		}
	}
	return first
}

func (s *Server) plan(job *Job, after time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state[job.Name].Next = job.Next(after)
	s.Log.Info("scan_planned", "job", job.Name, "due", s.state[job.Name].Next.UTC())
}

func (s *Server) run(ctx context.Context, job *Job, due time.Time) {
	started := s.Clock.Now()
	log := s.Log.With("job", job.Name)
	s.set(job, true, Memory{Started: started})
	log.Info("scan_begun", "due", due.UTC(), "late_seconds", started.Sub(due).Seconds())
	code, done := s.Run(ctx, job.Name)
	s.set(job, false, Memory{started, done, code})
	log.Info("scan_over", "exit_code", code, "interrupted", !done, "seconds", s.Clock.Now().Sub(started).Seconds())
	s.plan(job, s.Clock.Now())
}

// set keeps what is known of a job.
func (s *Server) set(job *Job, running bool, m Memory) {
	s.mu.Lock()
	st := s.state[job.Name]
	st.Running, st.Last = running, m
	if !running {
		st.Codes[m.Code]++
	}
	s.mu.Unlock()
	if err := s.Remember(job.Name, m); err != nil {
		s.Log.Error("not_remembered", "job", job.Name, "class", "state")
	}
}

// States returns the state of each job. It may be called from any goroutine.
func (s *Server) States() map[string]State {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]State, len(s.state))
	for name, st := range s.state {
		c := *st
		c.Codes = make(map[int]int64, len(st.Codes))
		for code, n := range st.Codes {
			c.Codes[code] = n
		}
		out[name] = c
	}
	return out
}

// Real is the clock of the machine.
type Real struct{}

// Now implements Clock.
func (Real) Now() time.Time { return time.Now().Round(0) } // without the monotonic reading: it stops in sleep

// Wait implements Clock.
func (Real) Wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
