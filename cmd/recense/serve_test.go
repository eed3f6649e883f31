package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"recense/cmd/recense/internal/metrics"
	"recense/cmd/recense/internal/serve"
	"recense/report/inventory"
	"recense/report/reporttest"
	"recense/scanner"
)

// shared is what a program that still runs has printed.
type shared struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// running is a recense serve that a test started.
type running struct {
	t       *testing.T
	cmd     *exec.Cmd
	log     *shared
	address string
}

func startServe(t *testing.T, dir, pace string) *running {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &running{t: t, log: &shared{}, address: l.Addr().String()}
	l.Close()
	conf := fmt.Sprintf("sources: [{name: commun, target: share}]\nworkers: 1\noutputs: {formats: [csv], out: out}\nschedules:\n"+
		"  - {name: nuit, sources: [commun], cron: '0 3 1 1 *'}\nserve: {metrics: '%s'}\n%s", s.address, pace)
	path := filepath.Join(dir, "recense.yaml")
	if err := os.WriteFile(path, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command(program(t), "serve", "--allow-root", "--config", path, "--log-level", "debug")
	s.cmd.Dir, s.cmd.Stderr, s.cmd.Stdout = dir, s.log, s.log
	s.cmd.Env = append(os.Environ(), "RECENSE_TEST_MAIN=1", "RECENSE_STATE="+filepath.Join(dir, "state"), "RECENSE_CONFIG="+dir, "HOME="+dir)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.cmd.Process.Kill() })
	return s
}

func (s *running) get(path string) (int, string) {
	r, err := http.Get("http://" + s.address + path)
	if err != nil {
		return 0, ""
	}
	defer r.Body.Close()
	b, _ := io.ReadAll(r.Body)
	return r.StatusCode, string(b)
}

// until waits for a line of the metrics.
func (s *running) until(line string) string {
	s.t.Helper()
	pattern := regexp.MustCompile("(?m)^" + line + "$")
	for range 600 {
		if _, text := s.get("/metrics"); pattern.MatchString(text) {
			return text
		}
		time.Sleep(50 * time.Millisecond)
	}
	_, text := s.get("/metrics")
	s.cmd.Process.Kill()
	s.cmd.Wait()
	s.t.Fatalf("%s never came:\n%s\n%s", line, text, s.log)
	return ""
}

func (s *running) stop() {
	s.t.Helper()
	s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("serve: %v\n%s", err, s.log)
	}
}

// A scan that serve runs is stopped with it so that it can be resumed, and gone on with
// when it starts again; metrics tell how it went.
func TestServeReally(t *testing.T) {
	dir := t.TempDir()
	values := canaries()
	for i := range 300 {
		path := filepath.Join(dir, "share", fmt.Sprintf("lettre-%03d.txt", i))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("Numéro de sécurité sociale : "+values["nir"]+", courriel "+values["email"]+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	memory := filepath.Join(dir, "state", "serve", "nuit.json")
	if err := os.MkdirAll(filepath.Dir(memory), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(memory, []byte(`{"started":"2026-01-01T03:00:00Z","done":false}`), 0o600); err != nil {
		t.Fatal(err)
	}

	s := startServe(t, dir, "pace: {max_rate: 1B}\n") // the first batch is free, the second never due
	s.until(`recense_serve_running\{job="nuit"\} 1`)
	second := exec.Command(program(t), s.cmd.Args[1:]...) // two would take each other's turns
	second.Dir, second.Env = s.cmd.Dir, s.cmd.Env
	if b, _ := second.CombinedOutput(); second.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(b), "another recense serve runs on the state folder") {
		t.Errorf("a second one: %d %s", second.ProcessState.ExitCode(), b)
	}
	for range 200 {
		if strings.Contains(s.log.String(), `"msg":"held"`) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.stop()
	if b, _ := os.ReadFile(memory); !strings.Contains(string(b), `"done":false,"exit_code":130`) {
		t.Fatalf("remembered %s\n%s", b, s.log)
	}

	again := startServe(t, dir, "")
	text := again.until(`recense_serve_runs_total\{job="nuit",exit_code="0"\} 1`)
	for _, want := range []string{`recense_locations{sources="commun",status="scanned"} 300`, `recense_last_run_complete{sources="commun"} 1`,
		`recense_category_locations{sources="commun",category="nir",strength="verified"} 300`, `recense_serve_running{job="nuit"} 0`} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("%s is not in the metrics:\n%s", want, text)
		}
	}
	if code, _ := again.get("/"); code != http.StatusNotFound {
		t.Errorf("/ gives %d", code)
	}
	if code, body := again.get("/healthz"); code != http.StatusOK || body != "ok\n" {
		t.Errorf("/healthz gives %d %q", code, body)
	}
	again.stop()
	if !strings.Contains(again.log.String(), `"msg":"scan_resumed"`) {
		t.Errorf("not resumed:\n%s", again.log)
	}
	out, _ := filepath.Glob(filepath.Join(dir, "out", "*", "inventaire.csv"))
	if len(out) != 1 {
		t.Errorf("documents %q", out)
	}
	for what, b := range map[string][]byte{"log": []byte(s.log.String()), "second log": []byte(again.log.String()), "metrics": []byte(text)} {
		lookFor(t, what, b, values)
	}
}

// Every metric that alerts and dashboard ask for is there.
func TestMetricsNamed(t *testing.T) {
	inv, err := reporttest.New(reporttest.Example(), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := inv.Walk(t.Context(), func(*inventory.Location) error { return nil }); err != nil {
		t.Fatal(err)
	}
	s := &service{state: t.TempDir()}
	set := s.metrics(map[string]serve.State{"nuit": {Last: serve.Memory{Started: time.Now()}, Codes: map[int]int64{0: 1}}})
	run := inv.Run()
	run.State = scanner.Complete
	runMetrics(set, run, inv, time.Second)
	registered := []string{"recense_gaps", "recense_gaps_new", "recense_gaps_settled"} // with a register only
	known := map[string]bool{}
	for _, name := range append(set.Names(), registered...) {
		known[name] = true
	}
	for _, file := range []string{"alerts", "dashboard"} {
		b, err := serve.File(file)
		if err != nil {
			t.Fatal(err)
		}
		used := regexp.MustCompile(`recense_\w+`).FindAllString(string(b), -1)
		if len(used) < 8 {
			t.Errorf("%s uses %d metrics", file, len(used))
		}
		for _, name := range used {
			if !known[name] {
				t.Errorf("%s asks for %s, which nobody gives", file, name)
			}
		}
	}
	var b bytes.Buffer
	if err := new(metrics.Set).Write(&b); err != nil || b.Len() > 0 {
		t.Errorf("an empty set: %q, %v", b.String(), err)
	}
}
