//go:build linux

package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"recense/bench/synth"
)

// opened counts how often files under root are opened while fn runs; folders do not
// count.
func opened(t *testing.T, root string, fn func()) (n int) {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		t.Skip("no inotify here")
	}
	defer unix.Close(fd)
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			_, err = unix.InotifyAddWatch(fd, path, unix.IN_OPEN)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	fn()
	buf := make([]byte, 1<<16)
	for {
		size, err := unix.Read(fd, buf)
		if err != nil || size <= 0 {
			return n
		}
		for at := 0; at+unix.SizeofInotifyEvent <= size; {
			e := (*unix.InotifyEvent)(unsafe.Pointer(&buf[at]))
			if e.Mask&unix.IN_ISDIR == 0 {
				n++
			}
			at += unix.SizeofInotifyEvent + int(e.Len)
		}
	}
}

// TestUnchangedIsNotOpened scans a share twice: the second time no file is opened,
// and what was found is the same, also in an archive whose members fill several parts
// of the journal and in a file that is read in ranges.
func TestUnchangedIsNotOpened(t *testing.T) {
	dir := t.TempDir()
	share := filepath.Join(dir, "share", "rh")
	if err := os.MkdirAll(share, 0o755); err != nil {
		t.Fatal(err)
	}
	g := synth.New(7)
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for i := range 6000 {
		w, err := z.Create(fmt.Sprintf("dossiers/%02d/lettre-%05d.txt", i/100, i))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, "Votre NIR est le %s.\n", g.NIR(g.Birth()))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("nom;nir;commentaire\n")
	for i := 0; table.Len() < 33<<20; i++ {
		value := "aucune"
		if i%1000 == 0 {
			value = g.NIR(g.Birth())
		}
		fmt.Fprintf(&table, "EXEMPLE;%s;%s\n", value, strings.Repeat("le dossier est complet ", 12))
	}
	for name, content := range map[string]string{
		"a.zip": archive.String(), "b.csv": table.String(), "c.txt": "NIR : " + g.NIR(g.Birth()), "vide.txt": "", "d.pdf": "%PDF-1.7 cassé",
	} {
		if err := os.WriteFile(filepath.Join(share, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(2200 * time.Millisecond) // times within two seconds are not trusted
	path := program(t)
	scan := func(out string) int {
		return opened(t, filepath.Join(dir, "share"), func() {
			if code, printed := runRecense(t, path, dir, "scan", "share", "-o", out, "--format", "jsonl"); code != "3" { // d.pdf
				t.Fatalf("exit code %s\n%s", code, printed)
			}
		})
	}
	if n := scan("first"); n < 5 {
		t.Fatalf("%d files opened by the first scan: the test sees nothing", n)
	}
	if n := scan("second"); n != 1 { // what was damaged is tried again
		t.Errorf("%d files opened by the second scan, want the damaged one alone", n)
	}
	findings := func(out string) string {
		b, err := os.ReadFile(filepath.Join(dir, out, "findings.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	first, second := findings("first"), findings("second")
	if n := strings.Count(first, `"kind":"nir"`); n < 6000 {
		t.Fatalf("%d findings", n)
	}
	if first != second {
		t.Errorf("%d and %d bytes of findings differ", len(first), len(second))
	}
	if b, err := os.ReadFile(filepath.Join(dir, "second", "run.json")); err != nil || !strings.Contains(string(b), `"unchanged": 6003`) {
		t.Errorf("run.json: %v\n%s", err, b)
	}
}
