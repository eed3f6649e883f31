package main

import (
	"slices"
	"testing"

	"recense/report/register"
	"recense/scanner"
)

// A source on another file system has lost nothing, and one that is not what the register
// says is told.
func TestIdentity(t *testing.T) {
	run := func(id string) scanner.Run {
		r := scanner.Run{State: scanner.Complete, Targets: []scanner.Target{{Source: "s"}}, Params: map[string]string{}}
		r.Coverage.ByStatus = map[string]int64{"scanned": 10}
		if id != "" {
			r.Params[identityParam("s")] = id
		}
		return r
	}
	for _, c := range []struct {
		now, before string
		gone        bool
	}{{"fs-1", "fs-1", true}, {"fs-2", "fs-1", false}, {"", "fs-1", true}, {"fs-1", "", true}} {
		if got := slices.Contains(gone(run(c.now), run(c.before)), "s"); got != c.gone {
			t.Errorf("%q after %q: gone %t", c.now, c.before, got)
		}
	}
	reg := &register.Register{Sources: []register.RegisterSource{{ID: "s", Identity: "fs-1"}}}
	same, other := run("fs-1"), run("fs-2")
	if got := strangers(reg, &same); got != nil {
		t.Errorf("the same: %v", got)
	}
	if got := strangers(reg, &other); !slices.Equal(got, []string{"s"}) {
		t.Errorf("another: %v", got)
	}
}
