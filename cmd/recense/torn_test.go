package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"recense/cmd/recense/internal/key"
)

// What a power cut left of a last line is written over in the chain of statements, whose
// links were announced to nobody before they were whole.
func TestTornChain(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, chainFile)
	for i, run := range []string{"a", "b", "c"} {
		if err := appendLine(path, link{Run: run}); err != nil {
			t.Fatal(err)
		}
		links, err := chain(dir)
		if err != nil || len(links) != i+1 {
			t.Fatalf("%d links, %v", len(links), err)
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			t.Fatal(err)
		}
		f.WriteString(`{"scan_id":"to`)
		f.Close()
		if links, err = chain(dir); err != nil || len(links) != i+1 {
			t.Errorf("with half a line: %d links, %v", len(links), err)
		}
	}
}

// In the audit file it stays to be seen, and the next event names it.
func TestTornAudit(t *testing.T) {
	dir := t.TempDir()
	a := &app{now: time.Now, getenv: os.Getenv}
	if err := a.audit(dir, "first"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "audit.jsonl")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b[:len(b)-9], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := a.audit(dir, "second"); err != nil {
		t.Fatal(err)
	}
	if b, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSuffix(b, []byte("\n")), []byte("\n"))
	var e event
	if len(lines) != 2 || json.Unmarshal(lines[1], &e) != nil || e.Event != "second" || e.Previous == "" {
		t.Errorf("%q", lines)
	}
}

// Temporary files of documents are removed once nobody writes them.
func TestSweepSpools(t *testing.T) {
	state := t.TempDir()
	dir := filepath.Join(state, spoolFolder)
	mine, remove, err := spool(dir)
	if err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, "under-way-left", "clear-1")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	sweepSpools(state)
	if exists(filepath.Dir(left)) || !exists(mine) {
		t.Errorf("left behind: %v; in use: %v", exists(filepath.Dir(left)), exists(mine))
	}
	remove()
	if exists(mine) {
		t.Error("not removed at the end")
	}
}

// The installation key is there whole or not at all: a temporary file that a power cut
// left is no key, and a key is never replaced.
func TestInstallationKeyWhole(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".installation.key-1"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	first, made, err := key.Installation(dir)
	if err != nil || !made {
		t.Fatal(made, err)
	}
	second, made, err := key.Installation(dir)
	if err != nil || made || first != second {
		t.Error(made, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".installation.key-*")); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// Events of the audit file go to a log server once, as OCSF with all that the schema
// requires.
func TestNewAudits(t *testing.T) {
	dir := t.TempDir()
	a := &app{now: time.Now, getenv: os.Getenv}
	for n, name := range []string{"digest", "prune"} {
		if err := a.audit(dir, name, fact{"n", n}); err != nil {
			t.Fatal(err)
		}
		events, sent, err := newAudits(dir)
		if err != nil || bytes.Count(events, []byte("\n")) != 1 || !bytes.Contains(events, []byte("recense "+name)) {
			t.Fatalf("%v: %s", err, events)
		}
		var e map[string]any
		if err := json.Unmarshal(events, &e); err != nil {
			t.Fatal(err)
		}
		for _, required := range []string{"activity_id", "category_uid", "class_uid", "type_uid", "severity_id", "time", "metadata", "entity", "actor"} {
			if e[required] == nil {
				t.Errorf("%s is required: %s", required, events)
			}
		}
		if err := sent(); err != nil {
			t.Fatal(err)
		}
	}
	if events, _, err := newAudits(dir); err != nil || len(events) > 0 {
		t.Errorf("sent again: %s, %v", events, err)
	}
}
