package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"recense/bench/synth"
	"recense/cmd/recense/internal/schedule"
	"recense/cmd/recense/internal/serve"
	"recense/scanner"
)

// nights is a clock that a test winds: waiting takes no time.
type nights struct{ now time.Time }

// Now implements serve.Clock.
func (n *nights) Now() time.Time { return n.now }

// Wait implements serve.Clock.
func (n *nights) Wait(_ context.Context, d time.Duration) { n.now = n.now.Add(d) }

// night is one scan of the share, what happens before it, and what it must tell.
type night struct {
	what            string
	change          func()
	unmounted       bool // the mount point is empty
	breaks          bool // the mount breaks while files are read
	code            int
	unchanged, read int64 // -1: as many as it comes to
	gone            int64
	created, closed int    // events
	status          string // a line of the metrics
}

// week is a share behind a mount, and the program that scans it every night.
type week struct {
	*victim
	real, mounted string
	clock         *nights
	baseline      string
	server        *fuse.Server
	broken        atomic.Bool // its server is gone
}

func (w *week) file(i int) string {
	return filepath.Join(w.real, fmt.Sprintf("service-%d", i%4), fmt.Sprintf("note-%03d.txt", i))
}

func (w *week) mount() {
	var st syscall.Stat_t
	if err := syscall.Stat(w.real, &st); err != nil {
		w.t.Fatal(err)
	}
	w.broken.Store(false)
	data := &fs.LoopbackRoot{Path: w.real, Dev: st.Dev, NewNode: func(data *fs.LoopbackRoot, _ *fs.Inode, _ string, _ *syscall.Stat_t) fs.InodeEmbedder {
		return &brittle{LoopbackNode: fs.LoopbackNode{RootData: data}, broken: &w.broken}
	}}
	root := data.NewNode(data, nil, "", &st)
	data.RootNode = root
	var err error
	w.server, err = fs.Mount(w.mounted, root, &fs.Options{MountOptions: fuse.MountOptions{DirectMount: true, Name: "partage", FsName: "partage"}})
	if err != nil {
		w.t.Skip("FUSE is not usable here: ", err)
	}
}

func (w *week) unmount() {
	for range 50 {
		if w.server.Unmount() == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	w.t.Fatal("the share cannot be unmounted")
}

// brittle is a file of a share whose server may be gone: then it cannot be opened.
type brittle struct {
	fs.LoopbackNode
	broken *atomic.Bool
}

// Open implements fs.NodeOpener.
func (b *brittle) Open(ctx context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	if b.broken.Load() {
		return nil, 0, syscall.ENOTCONN
	}
	return b.LoopbackNode.Open(ctx, flags)
}

// scan is the nightly scan, as serve starts it.
func (w *week) scan(n int, x *night) int {
	t := w.t
	out := filepath.Join(w.dir, fmt.Sprint("out-", n))
	args := []string{"scan", w.mounted, "-o", out, "--format", "csv,ocsf", "--findings", "all", "--workers", "1", "--key-file", filepath.Join(w.dir, "key"),
		"--metrics-file", filepath.Join(w.dir, "week.prom"), "--log-format", "json", "--log-level", "debug", "--fail-on", "new"}
	if w.baseline != "" {
		args = append(args, "--baseline", w.baseline)
	}
	if x.breaks {
		args = append(args, "--max-files", "60", "--full")
	}
	cmd := w.command(args...)
	cmd.Env = append(cmd.Env, "RECENSE_TEST_NOW="+w.clock.now.Format(time.RFC3339))
	var log io.Writer = &shared{}
	first := &awaited{event: scanner.BatchDone, seen: make(chan struct{})}
	if log = first; !x.breaks {
		first.done = true
	}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if x.breaks {
		<-first.seen
		w.broken.Store(true)
	}
	cmd.Wait()
	code := cmd.ProcessState.ExitCode()
	if code != x.code {
		t.Errorf("%s: exit code %d, want %d\n%s", x.what, code, x.code, log)
	}
	if code == exitUsage {
		return code
	}
	b, err := os.ReadFile(filepath.Join(out, "run.json"))
	if err != nil {
		t.Fatalf("%s: %v\n%s", x.what, err, log)
	}
	var r struct {
		Started  time.Time `json:"started"`
		Coverage struct {
			Unchanged, Analysed int64
			Holds               bool `json:"equation_holds"`
		} `json:"coverage"`
		Gone int64 `json:"locations_gone"`
	}
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	c := r.Coverage
	if !c.Holds || x.unchanged >= 0 && (c.Unchanged != x.unchanged || c.Analysed != x.read) || r.Gone != x.gone {
		t.Errorf("%s: %d unchanged, %d read, %d gone; want %d, %d, %d", x.what, c.Unchanged, c.Analysed, r.Gone, x.unchanged, x.read, x.gone)
	}
	created, closed := w.events(out)
	if created != x.created || closed != x.closed {
		t.Errorf("%s: %d findings created and %d closed, want %d and %d", x.what, created, closed, x.created, x.closed)
	}
	if b, err = os.ReadFile(filepath.Join(w.dir, "week.prom")); err != nil || !strings.Contains(string(b), x.status+"\n") {
		t.Errorf("%s: %s is not in the metrics, %v", x.what, x.status, err)
	}
	return code
}

// events counts findings that are new and that are closed.
func (w *week) events(out string) (created, closed int) {
	b, err := os.ReadFile(filepath.Join(out, "ocsf.ndjson"))
	if err != nil {
		w.t.Fatal(err)
	}
	for line := range bytes.Lines(b) {
		var e struct {
			Class    int `json:"class_uid"`
			Activity int `json:"activity_id"`
		}
		if err := json.Unmarshal(line, &e); err != nil {
			w.t.Fatal(err)
		}
		switch {
		case e.Class == 2006 && e.Activity == 1:
			created++
		case e.Class == 2006 && e.Activity == 3:
			closed++
		}
	}
	return created, closed
}

// accept makes the baseline of the last run.
func (w *week) accept(name string) {
	code, out := w.end(w.command("baseline", "--by", "DPO", "--reason", "vu", "--until", "2028-06-30"))
	if code != 0 {
		w.t.Fatalf("exit code %d\n%s", code, out)
	}
	w.baseline = filepath.Join(w.dir, name)
	if err := os.WriteFile(w.baseline, out, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// TestWeek scans a share that changes every night of a week, loses its mount before one
// scan and in the middle of another, as serve starts the scans, by a clock that is
// wound: what is new, gone, closed, accepted and measured is right each night, and no
// gap closes because nobody looked.
func TestWeek(t *testing.T) {
	t.Parallel()
	w := &week{victim: newVictim(t, "", ""), clock: &nights{time.Date(2027, 3, 22, 12, 0, 0, 0, time.UTC)}} // summer time begins on the 28th
	w.real, w.mounted = filepath.Join(w.dir, "real"), filepath.Join(w.dir, "partage")
	if err := os.MkdirAll(w.mounted, 0o755); err != nil {
		t.Fatal(err)
	}
	g := synth.New(5)
	holding := func(i int) { put(t, w.file(i), []byte("Numéro de sécurité sociale : "+g.NIR(g.Birth())+"\n")) }
	for i := range 120 {
		if put(t, w.file(i), []byte("Le dossier est complet.\n")); i%6 == 0 {
			holding(i)
		}
	}
	const rest = 400 // files that nobody touches, so that there are several batches
	for i := range rest {
		put(t, w.file(1000+i), []byte("Rien à signaler.\n"))
	}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	w.mount()
	defer w.unmount()
	total := `recense_locations{sources="partage",status="%s"} %d`
	week := []night{
		{what: "Monday: the first time", change: func() {}, code: 1, read: 120 + rest, created: 20, status: fmt.Sprintf(total, "scanned", 120+rest)},
		{what: "Tuesday: nothing, all accepted", change: func() { w.accept("first.yaml") }, unchanged: 120 + rest, status: fmt.Sprintf(total, "unchanged", 120+rest)},
		{what: "Wednesday: three files, and one more that holds something", change: func() {
			for i := 200; i < 203; i++ {
				holding(i)
			}
			holding(1)
		}, code: 1, unchanged: 119 + rest, read: 4, created: 4, status: fmt.Sprintf(total, "unchanged", 119+rest)},
		{what: "Thursday: two gone, one moved, one cleaned", change: func() {
			must(os.Remove(w.file(0)))
			must(os.Remove(w.file(6)))
			must(os.Rename(w.file(12), w.file(300)))
			put(t, w.file(18), []byte("Le dossier est complet.\n"))
		}, code: 1, unchanged: 119 + rest, read: 2, gone: 3, created: 1, closed: 4, status: `recense_last_run_exit_code{sources="partage"} 1`},
		{what: "Friday: the share is not mounted", unmounted: true, change: func() { w.accept("second.yaml") }, code: 2},
		{what: "Saturday: the mount breaks", breaks: true, change: func() {}, code: 3, unchanged: -1, status: `recense_last_run_exit_code{sources="partage"} 3`},
		{what: "Sunday: all is well again", change: func() {}, unchanged: -1, status: `recense_last_run_exit_code{sources="partage"} 0`},
	}
	zone, err := time.LoadLocation("Europe/Paris")
	must(err)
	when, err := schedule.Parse("30 21 * * *", "Europe/Paris")
	must(err)
	ctx, stop := context.WithCancel(t.Context())
	n := 0
	server := &serve.Server{Clock: w.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Jobs:     []serve.Job{{Name: "nuit", Next: when.Next, CatchUp: time.Hour}},
		Recall:   func(string) serve.Memory { return serve.Memory{} },
		Remember: func(string, serve.Memory) error { return nil },
		Run: func(context.Context, string) (int, bool) {
			x := &week[n]
			if at := w.clock.now.In(zone); at.Hour() != 21 || at.Minute() != 30 || at.Weekday() != time.Weekday((n+1)%7) {
				t.Errorf("%s begins at %v", x.what, at)
			}
			x.change()
			if x.unmounted {
				w.unmount()
			}
			code := w.scan(n, x)
			if x.breaks {
				w.unmount()
			}
			if x.unmounted || x.breaks {
				w.mount()
			}
			if n++; n == len(week) {
				stop()
			}
			return code, true
		},
	}
	server.Serve(ctx)
	if n != len(week) {
		t.Errorf("%d nights", n)
	}
}
