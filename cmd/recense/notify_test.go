package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"recense/cmd/recense/internal/notify"
	"recense/scanner"
)

// A webhook is told counts and ids of a scan of canaries, and nothing else.
func TestWebhookOfScan(t *testing.T) {
	var mu sync.Mutex
	var bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if r.Header.Get(notify.Signature) == "" {
			t.Error("not signed")
		}
		bodies = append(bodies, string(b))
	}))
	defer server.Close()
	dir, values := t.TempDir(), canaries()
	plant(t, filepath.Join(dir, "share"), values)
	conf := filepath.Join(dir, "recense.yaml")
	write := func(when string) {
		text := "notify:\n  when: " + when + "\n  webhook: {url: '" + server.URL + "/x', secret: {env: RECENSE_TEST_SECRET}}\n"
		if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("RECENSE_TEST_SECRET", "secret")
	path := program(t)
	write("always")
	if code, out := runRecense(t, path, dir, "scan", "share", "-o", "out", "--format", "csv", "--config", conf, "--log-format", "json", "--fail-on", "new"); code != "1" || !strings.Contains(out, `"msg":"notified"`) {
		t.Fatalf("exit code %s\n%s", code, out)
	}
	if len(bodies) != 1 {
		t.Fatalf("%d deliveries", len(bodies))
	}
	var d notify.Digest
	if err := json.Unmarshal([]byte(bodies[0]), &d); err != nil || d.ExitCode != 1 || d.Matches == 0 || d.Categories["nir"] == 0 || d.New == nil || *d.New == 0 {
		t.Errorf("%v: %s", err, bodies[0])
	}
	lookFor(t, "webhook", []byte(bodies[0]), values)

	// When only problems are told, a scan without any is not.
	if err := os.MkdirAll(filepath.Join(dir, "clean"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "clean", "a.txt"), []byte("Il fait beau.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	write("problems")
	if code, out := runRecense(t, path, dir, "scan", "clean", "-o", "out2", "--format", "csv", "--config", conf); code != "0" || len(bodies) != 1 {
		t.Errorf("exit code %s, %d deliveries\n%s", code, len(bodies), out)
	}
}

// A mail is the summary in the language of its reader, without a word of the program's own.
func TestMailOfRun(t *testing.T) {
	a := &app{lang: "en", docs: "fr"}
	run := scanner.Run{ID: "20261130T213000-3fa9c1", State: scanner.Complete, ExitCode: scanner.ExitIncomplete, Targets: []scanner.Target{{Source: "rh"}}}
	subject, text := a.mailOf(run, nil, &freshness{asked: true, New: 3, Accepted: 40})
	if subject != "recense : rh : Terminée (code 3)" {
		t.Errorf("subject %q", subject)
	}
	for _, want := range []string{run.ID, "0 emplacements découverts", "nouveaux : 3, acceptés : 40", "code de sortie : 3", "3    incomplet"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if a.docs = "en"; a.lang != "en" {
		t.Error("the language of the run has changed")
	}
	if _, text = a.mailOf(run, nil, &freshness{}); !strings.Contains(text, "locations discovered") || strings.Contains(text, "accepted") {
		t.Errorf("%s", text)
	}
}
