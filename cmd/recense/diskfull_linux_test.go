package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// smallDisk mounts a file system of so many KiB, and returns how to make it larger.
func smallDisk(t *testing.T, dir string, kib int) (grow func(kib int)) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	size := func(kib int) string { return fmt.Sprintf("size=%dk,mode=0700", kib) }
	if err := unix.Mount("recense-test", dir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, size(kib)); err != nil {
		t.Skipf("no file system can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return func(kib int) {
		if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_NOSUID|unix.MS_NODEV, size(kib)); err != nil {
			t.Fatal(err)
		}
	}
}

// bulk is a share whose journal and documents take some MiB.
func bulk(t *testing.T, dir string) {
	t.Helper()
	values := canaries()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 400 {
		var b strings.Builder
		b.WriteString("nom;nir;iban;courriel\n")
		for range 40 {
			fmt.Fprintf(&b, "DURAND;%s;%s;%s\n", values["nir"], values["iban"], values["email"])
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("export-%03d.csv", i)), []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// whole looks at a folder of documents: nothing in it may be cut short.
func whole(t *testing.T, dir string, want []byte) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".tmp") {
			t.Errorf("%s was left behind", e.Name())
		}
		if e.Name() != "findings.jsonl" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > 0 && b[len(b)-1] != '\n' || want != nil && !bytes.Equal(b, want) {
			t.Errorf("%s has %d bytes, the one of the undisturbed scan %d", e.Name(), len(b), len(want))
		}
	}
}

// A disk that is full stops the scan cleanly, or the documents, with code 4; with room
// again, resume and report give what an undisturbed scan gives. A log that cannot be
// written stops nothing.
func TestDiskFull(t *testing.T) {
	path, dir := program(t), t.TempDir()
	bulk(t, filepath.Join(dir, "share"))
	scan := []string{"scan", "share", "--format", "jsonl", "--findings", "all", "--workers", "1", "--quiet"}
	if code, out := runRecense(t, path, dir, append(scan, "-o", "out")...); code != "0" {
		t.Fatalf("exit code %s\n%s", code, out)
	}
	want, err := os.ReadFile(filepath.Join(dir, "out", "findings.jsonl"))
	if err != nil || len(want) < 1<<20 {
		t.Fatalf("%d bytes, %v", len(want), err)
	}
	for _, kib := range []int{640, 1024} {
		t.Run(fmt.Sprintf("journal on %d KiB", kib), func(t *testing.T) {
			state, out := filepath.Join(dir, fmt.Sprint("state", kib)), filepath.Join(dir, fmt.Sprint("out", kib))
			grow := smallDisk(t, state, kib)
			if code, printed := runRecense(t, path, dir, append(scan, "--state", state, "-o", out)...); code != "4" {
				t.Fatalf("exit code %s\n%s", code, printed)
			}
			whole(t, out, nil)
			grow(256 << 10)
			if code, printed := runRecense(t, path, dir, "resume", "--state", state, "--quiet"); code != "0" {
				t.Fatalf("resume: exit code %s\n%s", code, printed)
			}
			whole(t, out, want)
		})
	}
	t.Run("documents", func(t *testing.T) {
		out := filepath.Join(dir, "small", "out")
		grow := smallDisk(t, filepath.Dir(out), 1024)
		state := filepath.Join(dir, "state-documents")
		loud := append(slices.Clone(scan[:len(scan)-1]), "--state", state, "-o", out)
		code, printed := runRecense(t, path, dir, loud...)
		if code != "4" || !strings.Contains(printed, "documents: not all could be written into "+out) || strings.Count(printed, "document jsonl:") != 1 {
			t.Fatalf("exit code %s\n%s", code, printed)
		}
		if _, err := os.Stat(filepath.Join(out, "findings.jsonl")); err == nil {
			t.Error("a document that did not fit has its final name")
		}
		whole(t, out, nil)
		grow(64 << 10)
		if code, printed := runRecense(t, path, dir, "report", "--state", state, "--format", "jsonl", "-o", out); code != "0" {
			t.Fatalf("report: exit code %s\n%s", code, printed)
		}
		whole(t, out, want)
		if err := os.Remove(filepath.Join(out, "findings.jsonl")); err != nil {
			t.Fatal(err)
		}
		if code, printed := runRecense(t, path, dir, "resume", "--state", state, "--quiet"); code != "0" {
			t.Fatalf("resume: exit code %s\n%s", code, printed)
		}
		whole(t, out, want)
		for _, name := range []string{"findings.jsonl", "attestation.json"} {
			if _, err := os.Stat(filepath.Join(out, name)); err != nil {
				t.Errorf("after resume: %v", err)
			}
		}
	})
	t.Run("log", func(t *testing.T) {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Skip("no /dev/full here")
		}
		defer full.Close()
		out := filepath.Join(dir, "out-log")
		cmd := exec.Command(path, append(scan[:len(scan)-1], "--state", filepath.Join(dir, "state-log"), "-o", out, "--log-format", "json", "--log-level", "debug")...)
		cmd.Dir, cmd.Stderr = dir, full
		if err := cmd.Run(); err != nil {
			t.Errorf("a log that cannot be written stops the scan: %v", err)
		}
		whole(t, out, want)
	})
}
