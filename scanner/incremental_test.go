package scanner

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"recense/sources"
)

func TestBaseOf(t *testing.T) {
	began := time.Date(2026, 11, 1, 22, 0, 0, 0, time.UTC)
	right := Run{ID: "2", State: Complete, Engine: "e", Version: "1", Started: began, Full: began, Form: WireForm,
		Targets: []Target{{"s", "file_share", "file:///s"}}, Params: map[string]string{"findings": "10", "fail_on": ""}}
	now := Run{ID: "9", Engine: "e", Version: "1", Targets: right.Targets, Params: map[string]string{"findings": "10", "fail_on": "verified"}}
	with := func(change func(*Run)) []Run {
		r := right
		change(&r)
		return []Run{r}
	}
	tests := []struct {
		name string
		runs []Run
		days int
		want string
	}{
		{"the run before", []Run{right}, 1, "2"},
		{"none", nil, 1, ""},
		{"interrupted", with(func(r *Run) { r.State = Stopped }), 1, ""},
		{"other detectors", with(func(r *Run) { r.Engine = "f" }), 1, ""},
		{"another program", with(func(r *Run) { r.Version = "2" }), 1, ""},
		{"other places", with(func(r *Run) { r.Targets = nil }), 1, ""},
		{"other parameters", with(func(r *Run) { r.Params = map[string]string{"findings": "all"} }), 1, ""},
		{"written in another form", with(func(r *Run) { r.Form = 0 }), 1, ""},
		{"of a journal that does not say", with(func(r *Run) { r.Full = time.Time{} }), 1, ""},
		{"read in full long ago", []Run{right}, 30, ""},
		{"just not so long ago", []Run{right}, 29, "2"},
		{"the clock went back", []Run{right}, -1, ""},
		{"other parameters in between", append([]Run{right}, with(func(r *Run) { r.ID, r.Params = "3", nil })...), 1, "2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if b := BaseOf(tt.runs, &now, began.AddDate(0, 0, tt.days), FullEvery); b != nil {
				got = b.ID
			}
			if got != tt.want {
				t.Errorf("base %q, want %q", got, tt.want)
			}
		})
	}
}

func TestShrunk(t *testing.T) {
	params := map[string]string{"configuration": "c"}
	run := func(id string, listed int64, gone ...string) Run {
		return Run{ID: id, State: Complete, Params: params, Listed: map[string]int64{"s": listed}, Shrunk: gone}
	}
	now := Run{ID: "9", Params: params}
	tests := []struct {
		name string
		runs []Run
		now  map[string]int64
		want []string
	}{
		{"the first run", nil, map[string]int64{"s": 1}, nil},
		{"four in five", []Run{run("1", 100)}, map[string]int64{"s": 80}, nil},
		{"less", []Run{run("1", 100)}, map[string]int64{"s": 79}, []string{"s"}},
		{"an empty mount point", []Run{run("1", 100)}, map[string]int64{"s": 0}, []string{"s"}},
		{"still shrunk", []Run{run("1", 100), run("2", 10, "s")}, map[string]int64{"s": 10}, []string{"s"}},
		{"accepted", []Run{run("1", 100), run("2", 10)}, map[string]int64{"s": 10}, nil},
		{"another source", []Run{run("1", 100)}, map[string]int64{"t": 0}, nil},
		{"other patterns", []Run{{ID: "1", State: Complete, Listed: map[string]int64{"s": 100}}}, map[string]int64{"s": 1}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := shrunk(Before(tt.runs, &now), tt.now); !slices.Equal(got, tt.want) {
				t.Errorf("shrunk %v, want %v", got, tt.want)
			}
		})
	}
}

// baseUnits makes a baseline of units as heads would give them.
func baseUnits(list ...baseUnit) *baseline {
	b := &baseline{units: list, seen: make([]uint64, len(list)/64+1), trusted: time.Unix(1000, 0)}
	for from := 0; from < len(list); {
		to := from + 1
		for to < len(list) && list[to].id == list[from].id {
			to++
		}
		together(list[from:to])
		from = to
	}
	return b
}

func TestUnchangedUnits(t *testing.T) {
	unit := func(change func(*sources.Unit)) sources.Unit {
		u := sources.Unit{ID: fmt.Sprintf("%032x", 1), Count: 1, Version: "v", Fresh: time.Unix(999, 0), Meta: sources.Place{Access: "group", Groups: []string{"rh"}}}
		if change != nil {
			change(&u)
		}
		return u
	}
	first := unit(nil)
	id, _ := parseID(first.ID)
	tests := []struct {
		name   string
		change func(*sources.Unit)
		lasts  bool
		want   bool
	}{
		{"the same", nil, true, true},
		{"not read to the end", nil, false, false},
		{"another version", func(u *sources.Unit) { u.Version = "w" }, true, false},
		{"a time too near", func(u *sources.Unit) { u.Fresh = time.Unix(1000, 0) }, true, false},
		{"no time", func(u *sources.Unit) { u.Fresh = time.Time{} }, true, false},
		{"other rights", func(u *sources.Unit) { u.Meta.Access = "world" }, true, false},
		{"another group", func(u *sources.Unit) { u.Meta.Groups = []string{"rh", "it"} }, true, false},
		{"another name of the file", func(u *sources.Unit) { u.Meta.Aliases = []string{"b"} }, true, false},
		{"left out now", func(u *sources.Unit) { u.Meta.Status = sources.Excluded }, true, false},
		{"split now", func(u *sources.Unit) { u.Count = 2 }, true, false},
		{"another place", func(u *sources.Unit) { u.ID = fmt.Sprintf("%032x", 2) }, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := baseUnits(baseUnit{id: id, count: 1, version: versionOf(&first), whole: tt.lasts})
			u := unit(tt.change)
			if got := b.match(&u) != nil; got != tt.want {
				t.Errorf("unchanged %v, want %v", got, tt.want)
			}
			if gone := b.gone() == 1; gone != (tt.name == "another place") {
				t.Errorf("gone %v", gone)
			}
		})
	}
}

// The ranges of a file are carried on together or not at all.
func TestUnchangedRanges(t *testing.T) {
	u := sources.Unit{ID: fmt.Sprintf("%032x", 1), Count: 2, Version: "v", Fresh: time.Unix(1, 0)}
	id, _ := parseID(u.ID)
	v := versionOf(&u)
	tests := []struct {
		name   string
		ranges []baseUnit
		want   bool
	}{
		{"both read", []baseUnit{{id: id, count: 2, version: v, whole: true}, {id: id, index: 1, count: 2, version: v, whole: true}}, true},
		{"one not", []baseUnit{{id: id, count: 2, version: v, whole: true}, {id: id, index: 1, count: 2, version: v}}, false},
		{"one missing", []baseUnit{{id: id, count: 2, version: v, whole: true}}, false},
		{"changed in between", []baseUnit{{id: id, count: 2, version: v, whole: true}, {id: id, index: 1, count: 2, version: 7, whole: true}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := baseUnits(tt.ranges...)
			for i := range int32(2) {
				u.Index = i
				if got := b.match(&u) != nil; got != tt.want {
					t.Errorf("range %d unchanged %v, want %v", i, got, tt.want)
				}
			}
		})
	}
}
