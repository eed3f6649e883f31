package scanner

import (
	"context"
	"iter"
	"time"

	"recense/sources"
)

const (
	// aheadUnits is how many units a listing may be ahead of who takes them.
	aheadUnits = 256
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
		units := make(chan listed, aheadUnits)
		go func() { // ends with ctx, or when the system lets go of it
			defer close(units)
			for u, err := range src.Units(ctx) {
				select {
				case units <- listed{u, err}:
				case <-ctx.Done():
					return
				}
			}
		}()
		defer ended(units)
		defer leave()
		tick := time.NewTicker(max(stall/16, time.Millisecond))
		defer tick.Stop()
		steps, moved := s.Steps(), time.Now()
		for {
			select {
			case l, more := <-units:
				if !more || !yield(l.unit, l.err) {
					return
				}
				moved = time.Now()
			case now := <-tick.C:
				switch n := s.Steps(); {
				case n != steps:
					steps, moved = n, now
				case now.Sub(moved) > stall:
					yield(sources.Unit{Source: src.Name()}, &sources.FormatError{Status: sources.Failed, Reason: sources.TimedOut})
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

// ended waits for the end of a listing, but not for one that hangs.
func ended(units <-chan listed) {
	late := time.After(letGo)
	for {
		select {
		case _, more := <-units:
			if !more {
				return
			}
		case <-late:
			return
		}
	}
}
