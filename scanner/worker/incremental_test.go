package worker_test

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"recense/scanner"
)

// unread is a dump without what tells an unchanged location from a scanned one.
func unread(dump string) string {
	dump, _, _ = strings.Cut(dump, "{map[")
	dump = regexp.MustCompile(`Status:\S* Detail`).ReplaceAllString(dump, "Status: Detail")
	return regexp.MustCompile(` Read:\d+`).ReplaceAllString(dump, "")
}

// poisoned makes every unit but those of changed a failure when it is read.
func poisoned(f fake, changed ...int) *fake {
	f.Faults = map[int]string{}
	for i := range f.Units_ {
		f.Faults[i] = "panic"
	}
	for _, i := range changed {
		delete(f.Faults, i)
	}
	return &f
}

func TestIncremental(t *testing.T) {
	f := fake{Units_: 1500, Ranges: 5}
	j, path := open(t)
	ctx := context.Background()
	base := options(j, &f, filepath.Dir(path))
	base.Findings = -1
	if _, err := scan(ctx, &f, base); err != nil {
		t.Fatal(err)
	}
	run := func(name, on string, f *fake) scanner.Run {
		t.Helper()
		o := base
		o.Run, o.Config = scanner.Run{ID: name, Base: on}, f.config()
		r, err := scan(ctx, f, o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}

	// Nothing is read: reading would fail. What was found is carried on.
	r := run("s", "r", poisoned(f))
	if n := r.Coverage.ByStatus["unchanged"]; n != 1500 || r.Coverage.Bytes != 0 || r.Gone != 0 || r.Base != "r" {
		t.Errorf("coverage %v, %d gone, base %q", r.Coverage, r.Gone, r.Base)
	}
	want := dump(t, j)
	same(t, "carried on", unread(dumpRun(t, j, "s")), unread(want))
	first, err := j.Results("r")
	if err != nil {
		t.Fatal(err)
	}
	if a := first.Run(); a.Matches != r.Matches || a.Best != r.Best {
		t.Errorf("%d matches, %d before", r.Matches, a.Matches)
	}

	// A run on a run that was carried on itself, without the first: one unit has
	// another version, and is read.
	if err := j.Delete("r"); err != nil {
		t.Fatal(err)
	}
	g := poisoned(f, 700)
	g.Extra = 700
	r = run("t", "s", g)
	if c := r.Coverage.ByStatus; c["unchanged"] != 1499 || c["scanned"] != 2 || len(c) != 2 {
		t.Errorf("coverage %v", c)
	}

	// Units that are listed no more are gone.
	less := poisoned(f)
	less.Units_ = 1490
	r = run("u", "s", less)
	if r.Gone != 10 || r.Coverage.ByStatus["unchanged"] != 1490 || r.Listed[f.Name()] != 1490 {
		t.Errorf("%d gone, coverage %v, listed %v", r.Gone, r.Coverage, r.Listed)
	}

	// Without its base a run reads everything.
	r = run("v", "none", &f)
	if r.Base != "" || r.Full.IsZero() || r.Coverage.ByStatus["scanned"] != 1500 {
		t.Errorf("base %q, coverage %v", r.Base, r.Coverage)
	}
	same(t, "read again", unread(dumpRun(t, j, "v")), unread(want))
}

// What failed is tried again, and ends the carrying on of its unit alone.
func TestIncrementalTriesFailuresAgain(t *testing.T) {
	f := fake{Units_: 300, Faults: map[int]string{17: "panic", 200: "exit"}}
	j, path := open(t)
	o := options(j, &f, filepath.Dir(path))
	if _, err := scan(context.Background(), &f, o); err != nil {
		t.Fatal(err)
	}
	g := poisoned(f, 17, 200)
	o.Run, o.Config = scanner.Run{ID: "s", Base: "r"}, g.config()
	r, err := scan(context.Background(), g, o)
	if err != nil {
		t.Fatal(err)
	}
	if c := r.Coverage.ByStatus; c["unchanged"] != 298 || c["scanned"] != 2 || len(c) != 2 {
		t.Errorf("coverage %v", c)
	}
}
