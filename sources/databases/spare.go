package databases

import (
	"context"
	"errors"
	"time"

	"recense/sources"
	"recense/sources/databases/dialect"
)

// Reading waits while the server has trouble: copies that are behind, too many statements
// at once, no room for a connection. Waits grow and are bounded. A server that does not
// recover meanwhile is always so (a standby that is behind on purpose): the next range waits
// half as long, until the server is seen at ease.

// From when on a server is spared.
const (
	maxLag     = 10 * time.Second // of replicas
	maxRunning = 25               // statements at a time
	// lookEvery is how often a worker asks.
	lookEvery = 5 * time.Second
	// firstWait doubles up to longestWait; no range waits longer than spareTime in all, the
	// first one so long.
	firstWait   = time.Second
	longestWait = 30 * time.Second
	spareTime   = 2 * time.Minute
	// breath is how long a wait lasts before it is told again: a worker that says nothing
	// is taken for dead.
	breath = 10 * time.Second
)

// strain is what a Source knows of the load of its server.
type strain struct {
	lag     time.Duration
	running int
	asked   time.Time
	unknown bool // the engine does not tell
	// patience is how long the next range waits at most.
	patience time.Duration
}

// spare waits while the server has trouble, before a range is read.
func (r *reader) spare() error {
	waited, most := time.Duration(0), r.s.patience(0)
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		reason, err := r.strained(waited > 0)
		switch {
		case err != nil:
			return err
		case reason == "" && waited > 0:
			r.s.patience(spareTime)
			return nil
		case reason == "":
			return nil
		case waited >= most:
			r.s.patience(most / 2)
			return nil
		}
		wait = min(wait, most-waited)
		if err := r.s.pause(r.ctx, wait, reason, r.note); err != nil {
			return err
		}
		waited += wait
	}
}

// patience returns how long a range may wait, and changes it for the next ones unless next
// is 0; below firstWait none waits.
func (s *Source) patience(next time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if next > 0 {
		s.strain.patience = next
	}
	if s.strain.patience < firstWait {
		return 0
	}
	return s.strain.patience
}

// strained asks the server how it bears the load, unless it was asked just now. An engine
// that does not tell, or not this account, is not asked again.
func (r *reader) strained(again bool) (sources.Reason, error) {
	s := r.s
	session, ok := r.conn.session.(dialect.Strained)
	s.mu.Lock()
	now := time.Now()
	skip := !ok || s.strain.unknown || !again && now.Sub(s.strain.asked) < lookEvery
	s.strain.asked = now
	lag, running := s.strain.lag, s.strain.running
	s.mu.Unlock()
	if skip {
		return "", nil
	}
	load, err := session.Strain(r.ctx)
	if err != nil {
		if class, _ := dialect.ClassOf(err); class == dialect.Lost || r.ctx.Err() != nil {
			return "", err
		}
		s.mu.Lock()
		s.strain.unknown = true
		s.mu.Unlock()
		return "", nil
	}
	switch {
	case load.Lag > lag:
		return sources.ReplicaLag, nil
	case load.Running > running:
		return sources.ServerBusy, nil
	}
	return "", nil
}

// note tells what a reader of the results must know.
func (r *reader) note(reason sources.Reason) {
	if n, ok := r.out.(sources.Noter); ok {
		n.Note(string(reason))
	}
}

// pause waits, and tells why, again and again.
func (s *Source) pause(ctx context.Context, d time.Duration, reason sources.Reason, note func(sources.Reason)) error {
	for ; d > 0; d -= breath {
		if note != nil {
			note(reason)
		}
		if err := s.wait(ctx, min(d, breath)); err != nil {
			return err
		}
	}
	return nil
}

// rest waits between attempts to connect: long when the server takes no more for now.
func (s *Source) rest(ctx context.Context, i int, failed error, note func(sources.Reason)) error {
	var e *dialect.Error
	if errors.As(failed, &e) && e.Full {
		return s.pause(ctx, min(firstWait<<i, longestWait), sources.ServerBusy, note)
	}
	return s.wait(ctx, pause<<i)
}
