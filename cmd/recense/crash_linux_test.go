package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"recense/bench/synth"
	"recense/scanner/crash"
	"recense/scanner/journal"
)

// How long the tests of this file and of kills_linux_test.go take: make soak asks for
// more than make test.
var (
	crashRounds = flag.Int("crash-rounds", 1, "how often the program is ended at each point")
	randomKills = flag.Int("random-kills", 10, "how often coordinators and workers are killed at random")
)

// victim is a share, and a program that is to be ended while it scans it.
type victim struct {
	t        *testing.T
	program  string
	dir      string // of state and documents
	share    string
	register string
}

// crashShare makes a share of some batches, one of which is too large to wait in memory.
func crashShare(t *testing.T, dir string, files int) {
	t.Helper()
	g := synth.New(20261129)
	for i := range files {
		path := filepath.Join(dir, fmt.Sprintf("service-%d", i/100), fmt.Sprintf("lettre-%03d.txt", i))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("Numéro de sécurité sociale : %s, courriel %s\n", g.NIR(g.Birth()), g.Email())
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// largeTable adds a table whose findings take more than what waits in memory.
func largeTable(t *testing.T, dir string) {
	t.Helper()
	g := synth.New(7)
	var b strings.Builder
	b.WriteString("nir;iban;courriel\n")
	for range 40_000 {
		fmt.Fprintf(&b, "%s;%s;%s\n", g.NIR(g.Birth()), g.IBAN(), g.Email())
	}
	b.WriteString(b.String()) // counts of distinct values are exact below 65,536
	if err := os.WriteFile(filepath.Join(dir, "export.csv"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// newVictim gives the program a folder of its own, with the state of base if there is
// one, under a fixed key so that identifiers agree.
func newVictim(t *testing.T, share, base string) *victim {
	t.Helper()
	v := &victim{t: t, program: program(t), dir: t.TempDir(), share: share}
	if base != "" {
		if err := os.CopyFS(filepath.Join(v.dir, "state"), os.DirFS(base)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(v.dir, "key"), []byte(strings.Repeat("0badc0de", 8)), 0o600); err != nil {
		t.Fatal(err)
	}
	return v
}

// plan has the next process of a role end at a point.
func (v *victim) plan(role string, p crash.Point, times int, how string) {
	v.t.Helper()
	if err := os.WriteFile(v.program+"."+role+".crash", fmt.Appendf(nil, "%s\t%d\t%s", p, times, how), 0o600); err != nil {
		v.t.Fatal(err)
	}
}

func (v *victim) command(args ...string) *exec.Cmd {
	cmd := exec.Command(v.program, args...)
	cmd.Dir = v.dir
	cmd.Env = append(os.Environ(), "RECENSE_STATE="+filepath.Join(v.dir, "state"), "RECENSE_CONFIG="+filepath.Join(v.dir, "config"))
	return cmd
}

func (v *victim) scanArguments() []string {
	args := []string{"scan", v.share, "-o", filepath.Join(v.dir, "out"), "--format", "jsonl,csv", "--findings", "all", "--workers", "2",
		"--key-file", filepath.Join(v.dir, "key"), "--log-format", "json", "--log-level", "debug"}
	if v.register != "" {
		args = append(args, "--register", v.register)
	}
	return args
}

// end runs a command to its end; the code of one that was killed is -1.
func (v *victim) end(cmd *exec.Cmd) (code int, out []byte) {
	var b bytes.Buffer
	cmd.Stdout, cmd.Stderr = &b, &b
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		v.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), b.Bytes()
}

// finish goes on until a run is complete, as a person does, or serve: with the run that
// was interrupted, or from the beginning when none had begun.
func (v *victim) finish() {
	v.t.Helper()
	code, out := 2, []byte(nil)
	if jobs, _ := filepath.Glob(filepath.Join(v.dir, "state", "run.*.job")); len(jobs) > 0 {
		code, out = v.end(v.command("resume"))
	}
	if code == 2 {
		code, out = v.end(v.command(v.scanArguments()...))
	}
	if code != 0 {
		v.t.Fatalf("exit code %d\n%s", code, out)
	}
}

// outcome is the digest of the inventory and of the findings, and the coverage.
func (v *victim) outcome() string { return v.digest("inventaire.csv", "findings.jsonl") }

// digest is that of documents without the id of the run, and the coverage.
func (v *victim) digest(names ...string) string {
	v.t.Helper()
	b, err := os.ReadFile(filepath.Join(v.dir, "out", "run.json"))
	if err != nil {
		v.t.Fatal(err)
	}
	var r struct {
		ID       string `json:"scan_id"`
		State    string `json:"state"`
		Matches  int64  `json:"matches"`
		Coverage struct {
			Line string `json:"line_en"`
		} `json:"coverage"`
	}
	if err := json.Unmarshal(b, &r); err != nil {
		v.t.Fatal(err)
	}
	if r.ID == "" {
		v.t.Fatal("run.json names no run")
	}
	h := sha256.New()
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(v.dir, "out", name))
		if err != nil {
			v.t.Fatal(err)
		}
		h.Write(bytes.ReplaceAll(b, []byte(r.ID), nil))
	}
	return fmt.Sprintf("%x %s %d: %s", h.Sum(nil), r.State, r.Matches, r.Coverage.Line)
}

// clean looks for what a program that was killed may have left behind.
func (v *victim) clean() {
	v.t.Helper()
	for _, pattern := range []string{"state/run.*.job", "state/*.key-*", "state/.recense-*", "state/journal.db.*.key", "state/workers-*", "state/spool/*", "out/.*"} {
		if left, _ := filepath.Glob(filepath.Join(v.dir, pattern)); len(left) > 0 {
			v.t.Errorf("left behind: %v", left)
		}
	}
	for _, args := range [][]string{{"check"}, {"attest", "verify", filepath.Join(v.dir, "out")}} {
		if code, out := v.end(v.command(args...)); code != 0 {
			v.t.Errorf("%v: exit code %d\n%s", args, code, out)
		}
	}
}

// TestCrashPoints ends the program without warning at every point, goes on, and
// compares with a scan that was left alone.
func TestCrashPoints(t *testing.T) {
	share := filepath.Join(t.TempDir(), "share")
	crashShare(t, share, 500)
	largeTable(t, share)
	register := registerFile(t)
	time.Sleep(2200 * time.Millisecond) // times within two seconds are not trusted
	whole := newVictim(t, share, "")
	whole.register = register
	whole.finish()
	want := whole.outcome()
	whole.clean()
	again := newVictim(t, share, filepath.Join(whole.dir, "state"))
	again.register = register
	again.finish()
	wantAgain := again.outcome()
	type ending struct {
		point  crash.Point
		role   string
		how    string
		before crash.Point // at which a worker ends, and how, so that the point is reached
		end    string
		second bool // in the scan after a complete one
	}
	for _, e := range []ending{
		{point: crash.JobNoted}, {point: crash.RunBegun}, {point: crash.WorkerReady}, {point: crash.BatchSent},
		{point: crash.UnitRead, role: "worker"}, {point: crash.BatchRead, role: "worker"},
		{point: crash.UnitRead, role: "worker", how: "exit"},
		{point: crash.PartTaken}, {point: crash.PartStored},
		{point: crash.Requeued, before: crash.UnitRead, end: "kill"}, {point: crash.SplitUp, before: crash.UnitRead, end: "exit"},
		{point: crash.BatchTaken}, {point: crash.Unchanged, second: true}, {point: crash.Committing}, {point: crash.Committed},
		{point: crash.ScanDone}, {point: crash.RunDone}, {point: crash.Remembered},
		{point: crash.FileWritten}, {point: crash.FileSynced}, {point: crash.FileRenamed}, {point: crash.Attested}, {point: crash.AllWritten},
	} {
		for n := range *crashRounds {
			times := 1 + n
			switch e.point {
			case crash.JobNoted, crash.RunBegun, crash.ScanDone, crash.RunDone, crash.Remembered, crash.Attested, crash.AllWritten, crash.Requeued, crash.SplitUp, crash.Unchanged, crash.PartStored, crash.WorkerReady, crash.UnitRead, crash.BatchRead:
				times = 1 // passed once, or not for sure more often
			}
			t.Run(strings.TrimSpace(fmt.Sprintf("%s %s %s %d", e.role, e.how, e.point, n+1)), func(t *testing.T) {
				t.Parallel()
				base, want := "", want
				if e.second {
					base, want = filepath.Join(whole.dir, "state"), wantAgain
				}
				v := newVictim(t, share, base)
				v.register = register
				role, how := "main", "kill"
				if e.role != "" {
					role = e.role
				}
				if e.how != "" {
					how = e.how
				}
				v.plan(role, e.point, times, how)
				if e.before != "" {
					v.plan("worker", e.before, 1, e.end)
				}
				code, out := v.end(v.command(v.scanArguments()...))
				if role == "main" {
					if code != -1 {
						t.Fatalf("exit code %d: the point was not reached\n%s", code, out)
					}
					v.finish()
				} else if _, err := os.Stat(v.program + ".worker.taken"); code != 0 || err != nil || !bytes.Contains(out, []byte("worker_lost")) {
					t.Fatalf("exit code %d, %v\n%s", code, err, out)
				}
				if got := v.outcome(); got != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
				v.clean()
			})
		}
	}
	for n := range *crashRounds {
		for _, p := range []crash.Point{crash.Pruning, crash.Pruned} {
			t.Run(fmt.Sprintf("%s %d", p, n+1), func(t *testing.T) {
				t.Parallel()
				v := newVictim(t, share, filepath.Join(again.dir, "state"))
				v.age()
				v.plan("main", p, 1, "kill")
				if code, out := v.end(v.command("prune")); code != -1 {
					t.Fatalf("exit code %d: the point was not reached\n%s", code, out)
				}
				if code, out := v.end(v.command("prune")); code != 0 {
					t.Fatalf("exit code %d\n%s", code, out)
				}
				if _, out := v.end(v.command("status")); bytes.Count(out, []byte("Complete")) != 1 {
					t.Errorf("runs that are left:\n%s", out)
				}
				if code, out := v.end(v.command("report", "-o", "out", "--format", "jsonl,csv", "--register", register, "--key-file", "key")); code != 0 {
					t.Errorf("exit code %d\n%s", code, out)
				}
				if got, want := v.digest("findings.jsonl"), again.digest("findings.jsonl"); got != want { // no run before it to compare with
					t.Errorf("got  %s\nwant %s", got, want)
				}
			})
		}
		t.Run(fmt.Sprintf("%s %d", crash.Audited, n+1), func(t *testing.T) {
			t.Parallel()
			v := newVictim(t, share, filepath.Join(again.dir, "state"))
			v.plan("main", crash.Audited, 1, "kill")
			if code, out := v.end(v.command("prune")); code != -1 {
				t.Fatalf("exit code %d: the point was not reached\n%s", code, out)
			}
			if code, out := v.end(v.command("prune")); code != 0 {
				t.Fatalf("exit code %d\n%s", code, out)
			}
			v.chained(2)
		})
	}
}

// age makes the oldest run of the journal fourteen months older.
func (v *victim) age() {
	v.t.Helper()
	jr, err := journal.Open(filepath.Join(v.dir, "state", "journal.db"))
	if err != nil {
		v.t.Fatal(err)
	}
	defer jr.Close()
	runs, err := jr.Runs()
	if err != nil || len(runs) != 2 {
		v.t.Fatalf("%d runs, %v", len(runs), err)
	}
	runs[0].Started = runs[0].Started.AddDate(0, -14, 0)
	if err := jr.Update(runs[0]); err != nil {
		v.t.Fatal(err)
	}
}

// chained checks that every line of the audit file names the one before.
func (v *victim) chained(events int) {
	v.t.Helper()
	b, err := os.ReadFile(filepath.Join(v.dir, "state", "audit.jsonl"))
	if err != nil {
		v.t.Fatal(err)
	}
	previous, n := "", 0
	for line := range bytes.Lines(b) {
		var e event
		if err := json.Unmarshal(line, &e); err != nil || e.Previous != previous {
			v.t.Fatalf("line %d: %v\n%s", n+1, err, line)
		}
		sum := sha256.Sum256(bytes.TrimSuffix(line, []byte("\n")))
		previous = hex.EncodeToString(sum[:])
		n++
	}
	if n != events {
		v.t.Errorf("%d events, want %d", n, events)
	}
}
