package runjson

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"recense/report"
	"recense/report/reporttest"
	"recense/scanner"
)

var update = flag.Bool("update", false, "write the golden file anew")

func write1(t *testing.T, r *reporttest.Results, in report.Input) []byte {
	t.Helper()
	inv, err := reporttest.New(r, "")
	if err != nil {
		t.Fatal(err)
	}
	in.Inventory = inv
	dir := t.TempDir()
	names, err := Writer.Write(context.Background(), dir, in)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, names[0]))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestGolden(t *testing.T) {
	got := write1(t, reporttest.Example(), report.Input{Documents: []string{"inventory.arrow"}})
	const golden = "testdata/run.golden"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("run.json differs from its golden file (go test -update writes it anew):\n%s", got)
	}
}

// Lists and maps are there, empty, when nothing is in them.
func TestNoNulls(t *testing.T) {
	r := &reporttest.Results{R: scanner.Run{ID: "x", Started: reporttest.Started, Ended: reporttest.Started}}
	var m map[string]any
	if err := json.Unmarshal(write1(t, r, report.Input{}), &m); err != nil {
		t.Fatal(err)
	}
	for k, v := range m {
		if v == nil {
			t.Errorf("%s is null", k)
		}
	}
	r.R.Ended = scanner.Run{}.Ended
	if err := json.Unmarshal(write1(t, r, report.Input{}), &m); err != nil || m["ended_at"] != nil {
		t.Errorf("a run under way ended at %v, %v", m["ended_at"], err)
	}
}

func TestExitCodes(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*reporttest.Results, *report.Input)
		want   []int
	}{
		"as it is":    {func(*reporttest.Results, *report.Input) {}, []int{5, 3}},
		"interrupted": {func(r *reporttest.Results, _ *report.Input) { r.R.State = scanner.Stopped }, []int{130, 5, 3}},
		"given":       {func(_ *reporttest.Results, in *report.Input) { in.ExitCodes = []int{5, 1, 3} }, []int{5, 1, 3}},
		"complete": {func(r *reporttest.Results, _ *report.Input) {
			r.R.Failures, r.R.Coverage = nil, scanner.Coverage{ByStatus: map[string]int64{"scanned": 1}}
		}, []int{0}},
		"nothing": {func(r *reporttest.Results, _ *report.Input) { r.R.Failures, r.R.Coverage = nil, scanner.Coverage{} }, []int{2}},
	} {
		r, in := reporttest.Example(), report.Input{}
		c.change(r, &in)
		var d document
		if err := json.Unmarshal(write1(t, r, in), &d); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(d.ExitCodes, c.want) {
			t.Errorf("%s: %v, want %v", name, d.ExitCodes, c.want)
		}
	}
}
