package serve

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"testing"
	"time"

	"recense/cmd/recense/internal/schedule"
)

// clock is a clock that waiting moves, and that stops the server at an end.
type clock struct {
	now, end time.Time
	stop     func()
}

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Wait(_ context.Context, d time.Duration) {
	if c.now = c.now.Add(d); !c.now.Before(c.end) {
		c.stop()
	}
}

func at(t testing.TB, s string) time.Time {
	paris, err := time.LoadLocation(schedule.Zone)
	if err != nil {
		t.Fatal(err)
	}
	x, err := time.ParseInLocation("2006-01-02 15:04", s, paris)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

type world struct {
	server *Server
	clock  *clock
	begun  []string
	memory map[string]Memory
}

// newWorld makes jobs of "name cron"; each takes as long as takes says.
func newWorld(t testing.TB, from, to string, takes map[string]time.Duration, jobs ...string) (*world, context.Context) {
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	w := &world{clock: &clock{at(t, from), at(t, to), stop}, memory: map[string]Memory{}}
	w.server = &Server{
		Clock: w.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Recall:   func(job string) Memory { return w.memory[job] },
		Remember: func(job string, m Memory) error { w.memory[job] = m; return nil },
		Run: func(ctx context.Context, job string) (int, bool) {
			w.begun = append(w.begun, job+" "+w.clock.now.Format("02 15:04"))
			w.clock.Wait(ctx, takes[job])
			return 0, ctx.Err() == nil
		},
	}
	for _, j := range jobs {
		var name string
		for i := range j {
			if j[i] == ' ' {
				name = j[:i]
				j = j[i+1:]
				break
			}
		}
		s, err := schedule.Parse(j, "")
		if err != nil {
			t.Fatal(err)
		}
		w.server.Jobs = append(w.server.Jobs, Job{name, s.Next, 8 * time.Hour})
	}
	return w, ctx
}

func TestServe(t *testing.T) {
	const from, to = "2026-11-23 12:00", "2026-11-26 12:00"
	nightly, hourly := "nuit 30 21 * * *", "heure 0 * * * *"
	tests := []struct {
		name   string
		takes  map[string]time.Duration
		memory map[string]Memory
		jobs   []string
		want   []string
	}{
		{"every night", nil, nil, []string{nightly}, []string{"nuit 23 21:30", "nuit 24 21:30", "nuit 25 21:30"}},
		{"missed while off", nil, map[string]Memory{"nuit": {at(t, "2026-11-20 21:30"), true, 0}}, []string{"nuit 0 6 * * *"},
			[]string{"nuit 23 12:00", "nuit 24 06:00", "nuit 25 06:00", "nuit 26 06:00"}},
		{"missed too long ago", nil, map[string]Memory{"nuit": {at(t, "2026-11-20 21:30"), true, 0}}, []string{nightly}, []string{"nuit 23 21:30", "nuit 24 21:30", "nuit 25 21:30"}},
		{"not missed", nil, map[string]Memory{"nuit": {at(t, "2026-11-23 06:00"), true, 0}}, []string{"nuit 0 6 * * *"}, []string{"nuit 24 06:00", "nuit 25 06:00", "nuit 26 06:00"}},
		{"interrupted", nil, map[string]Memory{"nuit": {at(t, "2026-11-20 21:30"), false, 130}}, []string{nightly}, []string{"nuit 23 12:00", "nuit 23 21:30", "nuit 24 21:30", "nuit 25 21:30"}},
		{"longer than its period: the times in between are dropped", map[string]time.Duration{"nuit": 30 * time.Hour}, nil, []string{nightly}, []string{"nuit 23 21:30", "nuit 25 21:30"}},
		{"one waits for the other", map[string]time.Duration{"long": 2 * time.Hour}, nil, []string{"long 0 21 * * *", nightly},
			[]string{"long 23 21:00", "nuit 23 23:00", "long 24 21:00", "nuit 24 23:00", "long 25 21:00", "nuit 25 23:00"}},
		{"and is dropped when it is too late", map[string]time.Duration{"long": 20 * time.Hour}, nil, []string{"long 0 21 23 * *", nightly}, []string{"long 23 21:00", "nuit 24 21:30", "nuit 25 21:30"}},
		{"due together: in their order", nil, nil, []string{"b 0 3 24 * *", "a 0 3 24 * *"}, []string{"b 24 03:00", "a 24 03:00"}},
		{"hours that passed meanwhile count once", map[string]time.Duration{"long": 5 * time.Hour}, nil, []string{"long 30 20 23 * *", hourly},
			nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, ctx := newWorld(t, from, to, tt.takes, tt.jobs...)
			for name, m := range tt.memory {
				w.memory[name] = m
			}
			w.server.Serve(ctx)
			if tt.want == nil { // 72 hours, less those that fell into the long one
				if n := len(w.begun); n != 1+71-4 {
					t.Errorf("%d runs: %q", n, w.begun)
				}
				return
			}
			if !slices.Equal(w.begun, tt.want) {
				t.Errorf("begun\n%q, want\n%q", w.begun, tt.want)
			}
		})
	}
}

// Ten years of nights take no more memory than one week.
func TestMemoryFlat(t *testing.T) {
	heap := func(to string) uint64 {
		w, ctx := newWorld(t, "2026-11-23 12:00", to, map[string]time.Duration{"nuit": time.Hour}, "nuit 30 21 * * *")
		n := 0
		w.server.Run = func(ctx context.Context, job string) (int, bool) {
			n++
			w.clock.Wait(ctx, time.Hour)
			return 0, true
		}
		w.server.Serve(ctx)
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		if n < 7 || w.server.States()["nuit"].Codes[0] != int64(n) {
			t.Errorf("%d runs, states %+v", n, w.server.States())
		}
		return m.HeapAlloc
	}
	before := heap("2026-11-30 12:00")
	if after := heap("2036-11-30 12:00"); after > before+256<<10 {
		t.Errorf("heap %d bytes, then %d", before, after)
	}
}

// A stop ends the run that is on; the job is remembered as interrupted.
func TestStop(t *testing.T) {
	w, ctx := newWorld(t, "2026-11-23 21:00", "2026-11-23 22:00", map[string]time.Duration{"nuit": 10 * time.Hour}, "nuit 30 21 * * *")
	w.server.Serve(ctx)
	if m := w.memory["nuit"]; m.Done || m.Started.IsZero() || fmt.Sprint(w.begun) != "[nuit 23 21:30]" {
		t.Errorf("remembered %+v, begun %q", m, w.begun)
	}
}
