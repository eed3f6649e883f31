package scanner

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	"recense/sources"
)

// stepping lists some units; then it does not come back until it is let go of.
type stepping struct {
	units int
	slow  time.Duration // between steps before the first unit
	hang  chan struct{} // nil: it ends
	steps atomic.Int64
	ended chan struct{}
}

func (s *stepping) Name() string { return "pas" }

func (s *stepping) Steps() int64 { return s.steps.Load() }

func (s *stepping) Read(context.Context, sources.Unit, sources.Sink) error { return nil }

func (s *stepping) Units(context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		defer close(s.ended)
		for range 10 {
			time.Sleep(s.slow)
			s.steps.Add(1)
		}
		for i := range s.units {
			if !yield(sources.Unit{ID: "x", Index: int32(i)}, nil) {
				return
			}
		}
		if s.hang != nil {
			<-s.hang
		}
	}
}

// TestUnitsOf: a listing that hangs is left behind with a reason, one that is slow and
// moves is not, and one that the caller ends has ended.
func TestUnitsOf(t *testing.T) {
	t.Parallel()
	const stall = 200 * time.Millisecond
	for _, c := range []struct {
		name         string
		slow         time.Duration
		hangs, stops bool
	}{{name: "ends"}, {name: "slow", slow: stall / 4}, {name: "hangs", hangs: true}, {name: "stopped", stops: true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &stepping{units: 1000, slow: c.slow, ended: make(chan struct{})}
			if c.hangs {
				s.hang = make(chan struct{})
				defer close(s.hang)
			}
			n, lost := 0, 0
			for u, err := range unitsOf(context.Background(), s, stall) {
				var f *sources.FormatError
				switch {
				case err == nil && u.Index == int32(n):
					n++
				case errors.As(err, &f) && f.Reason == sources.TimedOut && u.ID == "":
					lost++
				default:
					t.Fatal(u, err)
				}
				if c.stops && n == 10 {
					break
				}
			}
			want, hung := 1000, 0
			if c.stops {
				want = 10
			}
			if c.hangs {
				hung = 1
			}
			if n != want || lost != hung {
				t.Errorf("%d units, %d failures", n, lost)
			}
			if !c.hangs {
				<-s.ended
			}
		})
	}
}

// TestSilence: what is read in between takes back what hung; a dead mount stays dead and
// others are not.
func TestSilence(t *testing.T) {
	var s silence
	here, there := mount{"a", 1}, mount{"a", 2}
	for range silentAfter - 1 {
		s.hangs(here)
	}
	s.answers(here)
	for range silentAfter - 1 {
		s.hangs(here)
	}
	if s.dead(here) {
		t.Error("dead although it answered")
	}
	s.hangs(here)
	s.answers(here)
	if !s.dead(here) || s.dead(there) {
		t.Error("not dead, or the other one")
	}
}
