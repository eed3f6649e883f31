package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"recense/bench/synth"
)

// TestChangesNoticed changes files of a share in the ways that hide a change, and looks
// at what the next scan reads: those files, and nothing else.
func TestChangesNoticed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	share := filepath.Join(dir, "share")
	g := synth.New(3)
	first, second := g.NIR(g.Birth()), g.Email()
	name := func(i int) string { return filepath.Join(share, fmt.Sprintf("note-%03d.txt", i)) }
	put := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(share, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		put(name(i), "Numéro de sécurité sociale : 000000000000000\n")
	}
	put(name(1), "Numéro de sécurité sociale : "+first+"\n")
	put(name(2), "Courriel : "+second+"\n")
	times := func(path string) time.Time {
		t.Helper()
		st, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return st.ModTime()
	}
	path := program(t)
	scan := func(out string) (unchanged, analysed, gone int64) {
		t.Helper()
		time.Sleep(2200 * time.Millisecond) // times within two seconds are not trusted
		if code, printed := runRecense(t, path, dir, "scan", "share", "-o", out, "--format", "csv", "--findings", "all"); code != "0" {
			t.Fatalf("exit code %s\n%s", code, printed)
		}
		b, err := os.ReadFile(filepath.Join(dir, out, "run.json"))
		if err != nil {
			t.Fatal(err)
		}
		var r struct {
			Coverage struct {
				Analysed, Unchanged int64
			} `json:"coverage"`
			Gone int64 `json:"locations_gone"`
		}
		if err := json.Unmarshal(b, &r); err != nil {
			t.Fatal(err)
		}
		return r.Coverage.Unchanged, r.Coverage.Analysed, r.Gone
	}
	if _, analysed, _ := scan("out-0"); analysed != 300 {
		t.Fatalf("%d files analysed", analysed)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	changes := []struct {
		what   string
		change func()
		read   int64  // by the next scan
		gone   int64  // locations that it does not find again
		found  string // in its inventory
	}{
		{"one byte, and the time put back", func() {
			at := times(name(10))
			f, err := os.OpenFile(name(10), os.O_RDWR, 0)
			must(err)
			_, err = f.WriteAt([]byte(first), int64(len("Numéro de sécurité sociale : ")))
			must(err)
			must(f.Close())
			must(os.Chtimes(name(10), at, at))
		}, 1, 0, "note-010.txt"},
		{"another file in its place, of the same size and time", func() {
			at := times(name(20))
			put(name(20)+".new", "Numéro de sécurité sociale : "+first+"\n")
			must(os.Chtimes(name(20)+".new", at, at))
			must(os.Rename(name(20)+".new", name(20)))
		}, 1, 0, "note-020.txt"},
		{"two files that change places", func() {
			must(os.Rename(name(1), name(1)+".x"))
			must(os.Rename(name(30), name(1)))
			must(os.Rename(name(1)+".x", name(30)))
		}, 2, 0, "note-030.txt"},
		{"one gone", func() { must(os.Remove(name(40))) }, 0, 1, ""},
		{"one moved", func() { must(os.Rename(name(2), name(400))) }, 1, 1, "note-400.txt"},
		{"rights of one", func() { must(os.Chmod(name(50), 0o600)) }, 1, 0, ""},
	}
	if unchanged, analysed, gone := scan("out-1"); unchanged != 300 || analysed != 0 || gone != 0 {
		t.Errorf("nothing has changed: %d unchanged, %d read, %d gone", unchanged, analysed, gone)
	}
	var read, gone int64
	for _, c := range changes {
		c.change()
		read, gone = read+c.read, gone+c.gone
	}
	if unchanged, analysed, left := scan("out-2"); analysed != read || left != gone || unchanged != 299-read {
		t.Errorf("%d files read, want %d; %d gone, want %d; %d unchanged", analysed, read, left, gone, unchanged)
	}
	b, err := os.ReadFile(filepath.Join(dir, "out-2", "inventaire.csv"))
	must(err)
	for _, c := range changes {
		if c.found != "" && !strings.Contains(string(b), c.found) {
			t.Errorf("%s: %s is not in the inventory", c.what, c.found)
		}
	}
	if strings.Contains(string(b), "note-001.txt") || strings.Contains(string(b), "note-002.txt") {
		t.Error("what was found stands where it was before")
	}
}
