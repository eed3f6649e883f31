package worker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"recense/scanner"
	"recense/scanner/journal"
	"recense/scanner/worker"
	"recense/sources"
)

// TestMain makes the test program a worker, or a whole scan, when it is started
// as one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		os.Exit(worker.Main(os.Stdin, os.Stdout, build))
	}
	if len(os.Args) > 1 && os.Args[1] == "recogniser" {
		os.Exit(worker.MainRecogniser(os.Stdin, os.Stdout))
	}
	if len(os.Args) > 1 && os.Args[1] == "stdin" {
		os.Exit(recogniseFake(os.Stdin, os.Stdout))
	}
	if len(os.Args) > 1 && os.Args[1] == "coordinator" {
		os.Exit(coordinate(os.Args[2], os.Args[3]))
	}
	os.Exit(m.Run())
}

// coordinate runs a scan to be killed from outside. It prints how many units are
// done.
func coordinate(path, config string) int {
	f := &fake{}
	if json.Unmarshal([]byte(config), f) != nil {
		return 1
	}
	j, err := journal.Open(path)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer j.Close()
	o := scanner.Options{Run: scanner.Run{ID: "r"}, Journal: j, Config: f.config(), Workers: 2, State: filepath.Dir(path)}
	o.Progress = func(p scanner.Progress) { fmt.Println(p.Files) }
	if _, err := scan(context.Background(), f, o); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

func scan(ctx context.Context, f *fake, o scanner.Options) (scanner.Run, error) {
	e, err := engine()
	if err != nil {
		return scanner.Run{}, err
	}
	return scanner.Scan(ctx, []sources.Source{f}, e, o)
}

func open(t testing.TB) (*journal.Journal, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := journal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j, path
}

func options(j *journal.Journal, f *fake, dir string) scanner.Options {
	return scanner.Options{Run: scanner.Run{ID: "r"}, Journal: j, Config: f.config(), Workers: 2, State: dir}
}

// dump writes the results of a run as text, times left out.
func dump(t testing.TB, j *journal.Journal) string {
	t.Helper()
	return dumpRun(t, j, "r")
}

func dumpRun(t testing.TB, j *journal.Journal, run string) string {
	t.Helper()
	res, err := j.Results(run)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	err = res.Walk(context.Background(), func(l *scanner.Location, findings iter.Seq2[scanner.Finding, error]) error {
		l.ReadAt = time.Time{}
		fmt.Fprintf(&b, "%+v\n", *l)
		for f, err := range findings {
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "  %+v\n", f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "%v\n", res.Run().Coverage)
	return b.String()
}

func TestScan(t *testing.T) {
	f := &fake{Units_: 1000, Ranges: 5}
	j, path := open(t)
	var last scanner.Progress
	o := options(j, f, filepath.Dir(path))
	o.Progress = func(p scanner.Progress) { last = p }
	run, err := scan(context.Background(), f, o)
	if err != nil {
		t.Fatal(err)
	}
	if run.State != scanner.Complete || run.Coverage.ByStatus["scanned"] != 1000 {
		t.Errorf("state %s, coverage %v", run.State, run.Coverage)
	}
	if !last.Listed || last.Files != 1004 || last.TotalFiles != 1004 {
		t.Errorf("progress %+v", last)
	}
	noCanary(t, path, nir(1)[:13], nir(500)[:13], "NIR ")
	workers := dump(t, j)
	if n := strings.Count(workers, "Kind:nir"); n < 2000 {
		t.Errorf("%d findings of nir", n)
	}
	j2, _ := open(t)
	o2 := options(j2, f, "")
	o2.InProcess = true
	if _, err := scan(context.Background(), f, o2); err != nil {
		t.Fatal(err)
	}
	same(t, "in process", dump(t, j2), workers)
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "workers-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Documents inside a table that is read in ranges are locations of their own, each
// whole in its range; one that is damaged is not the table's fault.
func TestMembersOfRanges(t *testing.T) {
	f := &fake{Units_: 3, Ranges: 5, Inside: 3}
	j, path := open(t)
	o := options(j, f, filepath.Dir(path))
	o.InProcess = true
	if _, err := scan(context.Background(), f, o); err != nil {
		t.Fatal(err)
	}
	c := checkCoverage(t, j)
	if c.ByStatus["scanned"] != 3+10 || c.ByStatus["unreadable"] != 5 || len(c.ByStatus) != 2 {
		t.Errorf("%v", c.ByStatus)
	}
	d := dump(t, j)
	if n := strings.Count(d, "Container:piece["); n < 15 || strings.Contains(d, "Interrupted") || strings.Contains(d, "changed_while_read") {
		t.Errorf("%d members", n)
	}
	if !strings.Contains(d, "Records:15") {
		t.Error("the ranges of the table were not joined")
	}
	// With nothing damaged, all are carried on.
	g := &fake{Units_: 3, Ranges: 5, Inside: 2, Whole: true}
	j2, path2 := open(t)
	o = options(j2, g, filepath.Dir(path2))
	o.InProcess = true
	if _, err := scan(context.Background(), g, o); err != nil {
		t.Fatal(err)
	}
	want := dump(t, j2)
	o.Run = scanner.Run{ID: "s", Base: "r"}
	run, err := scan(context.Background(), poisoned(*g), o)
	if err != nil || run.Coverage.ByStatus["unchanged"] != 3+10 {
		t.Errorf("%v %v", run.Coverage, err)
	}
	same(t, "carried on", unread(dumpRun(t, j2, "s")), unread(want))
}

func same(t *testing.T, name, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s: line %d:\n got %s\nwant %s", name, i, g[i], w[i])
		}
	}
	t.Fatalf("%s: %d lines, want %d", name, len(g), len(w))
}

// coverage adds up over places, and is the same as that of the run.
func checkCoverage(t *testing.T, j *journal.Journal) scanner.Coverage {
	t.Helper()
	res, err := j.Results("r")
	if err != nil {
		t.Fatal(err)
	}
	var c scanner.Coverage
	err = res.Walk(context.Background(), func(l *scanner.Location, _ iter.Seq2[scanner.Finding, error]) error {
		c.Add(&l.Place)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(res.Run().Coverage), fmt.Sprint(c); got != want {
		t.Errorf("coverage of the run %s, of its places %s", got, want)
	}
	d, a, u, s, x, e := c.Terms()
	if d != a+u+s+x+e {
		t.Errorf("%d is not %d + %d + %d + %d + %d", d, a, u, s, x, e)
	}
	return c
}

func TestFaults(t *testing.T) {
	tests := []struct {
		fault, status, reason string
	}{
		{"panic", "error", "worker_crashed"},
		{"exit", "error", "worker_crashed"},
		{"exit once", "scanned", ""},
		{"hang", "error", "timeout"},
		{"loop", "error", "timeout"},
		{"grow", "error", "memory_limit"},
		{"stack", "error", "worker_crashed"},
		{"kill", "scanned", ""},
		{"kill always", "error", "worker_crashed"},
		{"partial", "partial", "corrupt"},
		{"error", "error", "io_error"},
		{"unlisted", "not_listable", "io_error"},
	}
	for _, test := range tests {
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			f := &fake{Units_: 9, Faults: map[int]string{4: test.fault}, Marks: t.TempDir()}
			j, path := open(t)
			o := options(j, f, filepath.Dir(path))
			o.Limits = sources.Limits{Memory: 192 << 20}
			if test.reason == "timeout" {
				o.Limits.Stall = 1500 * time.Millisecond
			}
			run, err := scan(context.Background(), f, o)
			if err != nil {
				t.Fatal(err)
			}
			c := checkCoverage(t, j)
			n := c.ByStatus[test.status]
			if test.status == "not_listable" {
				n = c.NotListable
			}
			want := int64(1)
			if test.status == "scanned" {
				want = 9
			} else if test.status != "not_listable" && c.ByReason[test.status+":"+test.reason] != 1 {
				t.Errorf("reasons %v", c.ByReason)
			}
			if n != want || test.status != "scanned" && c.ByStatus["scanned"] != 8 {
				t.Errorf("coverage %+v", c)
			}
			noCanary(t, path, "185057800608491", "canary")
			if run.State != scanner.Complete {
				t.Errorf("state %s", run.State)
			}
		})
	}
}

// TestFaultsAhead: a task that waits in the pipe of a worker that is lost has not been tried.
func TestFaultsAhead(t *testing.T) {
	f := &fake{Units_: 3000, Delay: 100 * time.Microsecond, Marks: t.TempDir(), Faults: map[int]string{
		300: "exit once", 700: "exit", 1100: "kill", 1500: "hang", 1900: "kill", 2300: "exit once", 2301: "exit"}}
	j, path := open(t)
	o := options(j, f, filepath.Dir(path))
	o.Workers, o.Limits.Stall = 1, 1500*time.Millisecond
	if run, err := scan(context.Background(), f, o); err != nil || run.State != scanner.Complete {
		t.Fatal(err, run.State)
	}
	c := checkCoverage(t, j)
	if c.ByStatus["scanned"] != 2997 || c.ByReason["error:worker_crashed"] != 2 || c.ByReason["error:timeout"] != 1 {
		t.Errorf("coverage %+v", c)
	}
}

// noCanary looks for values in the bytes of the journal.
func noCanary(t *testing.T, path string, values ...string) {
	t.Helper()
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if err != nil && suffix == "" {
			t.Fatal(err)
		}
		for _, v := range values {
			if strings.Contains(string(b), v) {
				t.Errorf("%q is in the journal%s", v, suffix)
			}
		}
	}
}

// TestCancel stops a scan and resumes it.
func TestCancel(t *testing.T) {
	f := &fake{Units_: 2000, Ranges: 3, Delay: 2 * time.Millisecond}
	j, path := open(t)
	ctx, cancel := context.WithCancel(context.Background())
	o := options(j, f, filepath.Dir(path))
	o.Progress = func(p scanner.Progress) {
		if p.Files > 100 {
			cancel()
		}
	}
	run, err := scan(ctx, f, o)
	if err != nil || run.State != scanner.Stopped {
		t.Fatalf("state %s, %v", run.State, err)
	}
	if codes := scanner.ExitCodes(&run, false, false); codes[0] != scanner.ExitInterrupted {
		t.Errorf("exit codes %v", codes)
	}
	if c := checkCoverage(t, j); c.ByStatus["scanned"] == 0 || c.ByStatus["scanned"] >= 2000 {
		t.Errorf("coverage %v", c)
	}
	f.Delay = 0
	o = options(j, f, filepath.Dir(path))
	if run, err = scan(context.Background(), f, o); err != nil || run.State != scanner.Complete {
		t.Fatalf("state %s, %v", run.State, err)
	}
	got := dump(t, j)
	j2, _ := open(t)
	o2 := options(j2, f, "")
	o2.InProcess = true
	if _, err := scan(context.Background(), f, o2); err != nil {
		t.Fatal(err)
	}
	same(t, "resumed", got, dump(t, j2))
}

// counted counts how many units are read at a time.
type counted struct {
	*fake
	now, most atomic.Int32
}

func (c *counted) Read(ctx context.Context, u sources.Unit, out sources.Sink) error {
	n := c.now.Add(1)
	defer c.now.Add(-1)
	for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); most = c.most.Load() {
	}
	return c.fake.Read(ctx, u, out)
}

// TestMost: a source is read by no more workers at a time than it may be.
func TestMost(t *testing.T) {
	for _, c := range []struct {
		name string
		most map[string]int
		want func(int32) bool
	}{
		{"one at a time", map[string]int{"fake": 1}, func(n int32) bool { return n == 1 }},
		{"no bound", nil, func(n int32) bool { return n > 1 && n <= 4 }},
		{"a bound of another source", map[string]int{"autre": 1}, func(n int32) bool { return n > 1 }},
		{"two", map[string]int{"fake": 2}, func(n int32) bool { return n == 2 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &counted{fake: &fake{Units_: 900, Delay: time.Millisecond}}
			j, _ := open(t)
			o := options(j, f.fake, "")
			o.InProcess, o.Workers, o.Most = true, 4, c.most
			e, err := engine()
			if err != nil {
				t.Fatal(err)
			}
			run, err := scanner.Scan(context.Background(), []sources.Source{f}, e, o)
			if err != nil || run.State != scanner.Complete {
				t.Fatalf("state %s, %v", run.State, err)
			}
			if n := f.most.Load(); !c.want(n) {
				t.Errorf("%d at a time", n)
			}
			if c := checkCoverage(t, j); c.ByStatus["scanned"] != 900 {
				t.Errorf("coverage %v", c)
			}
		})
	}
}

// TestListedByWorker lists a source that only a worker may list: what comes out is the
// same; a worker that ends while it lists is a source that was not seen whole.
func TestListedByWorker(t *testing.T) {
	run := func(f *fake) (scanner.Run, string) {
		j, _ := open(t)
		r, err := scan(t.Context(), f, options(j, f, t.TempDir()))
		if err != nil {
			t.Fatal(err)
		}
		return r, dump(t, j)
	}
	faults := map[int]string{3: "unlisted"}
	r, got := run(&fake{Units_: 1000, Ranges: 3, Faults: faults, Guard: true})
	if _, want := run(&fake{Units_: 1000, Ranges: 3, Faults: faults}); got != want || len(r.Failures) > 0 || r.Coverage.NotListable != 1 {
		t.Errorf("not the same as listed here: %+v", r.Failures)
	}
	r, _ = run(&fake{Units_: 1000, Faults: map[int]string{700: "unlisting"}, Guard: true})
	if len(r.Failures) != 1 || r.Failures[0].Reason != sources.WorkerCrashed {
		t.Errorf("a listing that broke off: %+v", r.Failures)
	}
	o, err := scanner.Plan(t.Context(), []sources.Source{&fake{Units_: 50, Guard: true}}, options(nil, &fake{Units_: 50, Guard: true}, ""))
	if err != nil || o.Files != 50 || len(o.Failures) > 0 {
		t.Errorf("plan: %+v, %v", o, err)
	}
}
