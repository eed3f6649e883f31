package scanner

import (
	"context"
	"iter"
	"sync"
	"time"

	"recense/sources"
)

const (
	// groupUnits is how many units are handed over at once: to wake whoever takes them costs
	// more than to list one.
	groupUnits = 256
	// groupTime is how old the first of a group gets while the listing goes on.
	groupTime = 5 * time.Millisecond
	// groupsAhead is how many groups a listing may be ahead of who takes them.
	groupsAhead = 4
	// lookIn is how often a group that is not full is taken from a listing that gives none,
	// and its steps are counted.
	lookIn = 50 * time.Millisecond
	// letGo is how long a listing that was told to end is waited for.
	letGo = time.Second
)

// listed is what a listing gives for one unit.
type listed struct {
	unit sources.Unit
	err  error
}

// unitsOf lists a source. The listing of one that counts its steps runs apart: when it
// takes none for as long as stall, because a mount does not answer, it is left behind
// with an error for the source, and whoever waits for it goes on.
func unitsOf(ctx context.Context, src sources.Source, stall time.Duration) iter.Seq2[sources.Unit, error] {
	s, ok := src.(sources.Stepper)
	if !ok {
		return src.Units(ctx)
	}
	return func(yield func(sources.Unit, error) bool) {
		ctx, leave := context.WithCancel(ctx)
		r := relay{full: make(chan []listed, groupsAhead), spare: make(chan []listed, groupsAhead)}
		go func() { // ends with ctx, or when the system lets go of it
			defer r.close(ctx)
			for u, err := range src.Units(ctx) {
				if !r.put(ctx, listed{u, err}) {
					return
				}
			}
		}()
		defer r.ended()
		defer leave()
		tick := time.NewTicker(min(max(stall/16, time.Millisecond), lookIn))
		defer tick.Stop()
		steps, moved := s.Steps(), time.Now()
		give := func(group []listed) bool {
			for i := range group {
				if !yield(group[i].unit, group[i].err) {
					return false
				}
			}
			r.free(group)
			return true
		}
		for {
			select {
			case group, more := <-r.full:
				if !more || !give(group) {
					return
				}
				moved = time.Now()
			case now := <-tick.C:
				group, n := r.take(), s.Steps()
				switch {
				case len(group) > 0 && !give(group):
					return
				case len(group) > 0:
					moved = time.Now()
				case n != steps:
					moved = now
				case now.Sub(moved) > stall:
					yield(sources.Unit{Source: src.Name()}, &sources.FormatError{Status: sources.Failed, Reason: sources.TimedOut})
					return
				}
				steps = n
			case <-ctx.Done():
				return
			}
		}
	}
}

// relay hands units over in groups, in their order, from one goroutine to another.
type relay struct {
	full, spare chan []listed

	mu    sync.Mutex // held while a group that is full waits to be taken
	group []listed   // being filled
	since time.Time  // its first
}

// put adds a unit and reports whether more are wanted.
func (r *relay) put(ctx context.Context, l listed) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.group == nil {
		select {
		case r.group = <-r.spare:
		default:
			r.group = make([]listed, 0, groupUnits)
		}
		r.since = time.Now()
	}
	r.group = append(r.group, l)
	return len(r.group) < groupUnits && time.Since(r.since) < groupTime || r.send(ctx)
}

func (r *relay) send(ctx context.Context) bool {
	select {
	case r.full <- r.group:
		r.group = nil
		return true
	case <-ctx.Done():
		return false
	}
}

// close hands over what is left.
func (r *relay) close(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.group) > 0 {
		r.send(ctx)
	}
	close(r.full)
}

// take returns a group that is not full from a listing that is elsewhere, or one before it.
func (r *relay) take() (group []listed) {
	if !r.mu.TryLock() { // a full one waits
		return nil
	}
	defer r.mu.Unlock()
	select {
	case group = <-r.full:
	default:
		group, r.group = r.group, nil
	}
	return group
}

// free keeps the memory of a group.
func (r *relay) free(group []listed) {
	clear(group)
	select {
	case r.spare <- group[:0]:
	default:
	}
}

// ended waits for the end of a listing, but not for one that hangs.
func (r *relay) ended() {
	late := time.After(letGo)
	for {
		select {
		case _, more := <-r.full:
			if !more {
				return
			}
		case <-late:
			return
		}
	}
}
