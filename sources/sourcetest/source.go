package sourcetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"

	"recense/sources"
)

// Source holds a Source to its contract: the listing is the same twice, every
// unit can be read and is closed once, reading stops when the sink or the context
// says so, and no goroutine outlives the calls. open returns the source, afresh.
func Source(t *testing.T, open func(t *testing.T) sources.Source) {
	ctx := context.Background()
	before := runtime.NumGoroutine()
	s := open(t)
	units := list(t, ctx, s)
	t.Run("listing is stable", func(t *testing.T) {
		again := list(t, ctx, open(t))
		if !reflect.DeepEqual(units, again) {
			t.Errorf("%d units, then %d, or not the same", len(units), len(again))
		}
	})
	t.Run("units are complete", func(t *testing.T) { complete(t, s, units) })
	t.Run("every unit closes what it opens", func(t *testing.T) {
		for i, u := range units {
			r := New()
			if err := s.Read(ctx, u, r); err != nil {
				t.Errorf("unit %d: %v", i, err)
			}
			if err := r.Done(); err != nil || len(r.Locations) == 0 {
				t.Errorf("unit %d: %d locations, %v", i, len(r.Locations), err)
			}
		}
	})
	t.Run("an error of the sink comes back", func(t *testing.T) {
		fail := errors.New("sink")
		for i, u := range units {
			r := New()
			r.Fail = fail
			if err := s.Read(ctx, u, r); err != nil && !errors.Is(err, fail) {
				t.Errorf("unit %d: %v", i, err)
			}
		}
	})
	t.Run("a cancelled context ends the listing", func(t *testing.T) {
		gone, cancel := context.WithCancel(ctx)
		cancel()
		n := 0
		for range open(t).Units(gone) {
			n++
		}
		if n > len(units)/2+1 {
			t.Errorf("%d of %d units after cancelling", n, len(units))
		}
	})
	t.Run("the caller may stop listing", func(t *testing.T) {
		for range open(t).Units(ctx) {
			break
		}
	})
	t.Run("no goroutine is left", func(t *testing.T) {
		settled(t, before+2)
	})
}

func list(t *testing.T, ctx context.Context, s sources.Source) []sources.Unit {
	t.Helper()
	var units []sources.Unit
	for u, err := range s.Units(ctx) {
		if err != nil {
			t.Errorf("listing: %v", err)
		}
		units = append(units, u)
	}
	return units
}

// complete checks identifiers, ranges and versions.
func complete(t *testing.T, s sources.Source, units []sources.Unit) {
	last := map[string]int32{}
	for i, u := range units {
		switch {
		case u.Source != s.Name():
			t.Errorf("unit %d: source %q, not %q", i, u.Source, s.Name())
		case len(u.ID) != 32:
			t.Errorf("unit %d: identifier of %d digits", i, len(u.ID))
		case u.Count < 1 || u.Index < 0 || u.Index >= u.Count:
			t.Errorf("unit %d: range %d of %d", i, u.Index, u.Count)
		case u.Meta.ID != u.ID:
			t.Errorf("unit %d: identifiers of unit and place differ", i)
		case u.Meta.Status == sources.Scanned && u.Version == "":
			t.Errorf("unit %d: no version", i)
		case u.Index != last[u.ID]:
			t.Errorf("unit %d: range %d after %d", i, u.Index, last[u.ID])
		}
		last[u.ID] = u.Index + 1
	}
}

// Untouched runs f and checks that nothing under root changed: neither names,
// sizes, contents' times nor access times.
func Untouched(t *testing.T, root string, f func()) {
	t.Helper()
	before := stamps(t, root)
	f()
	after := stamps(t, root)
	for path, b := range before {
		if a, ok := after[path]; !ok || a != b {
			t.Errorf("%q changed: %v, then %v", path, b, a)
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d entries before, %d after", len(before), len(after))
	}
}

func stamps(t *testing.T, root string) map[string]stamp {
	t.Helper()
	all := map[string]stamp{}
	err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return nil
		}
		if st, ok := stampOf(info); ok && !info.IsDir() { // this walk itself reads folders
			all[path] = st
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
