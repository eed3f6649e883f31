package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// deadFiles is how many files a dead mount has: more than a batch holds.
const deadFiles = 200

// dead is a file system that lists its files and answers no read: a mount whose
// server is gone. Processes that read in it cannot even be killed.
type dead struct {
	fs.Inode
	over chan struct{}
}

// OnAdd implements fs.NodeOnAdder.
func (d *dead) OnAdd(ctx context.Context) {
	for i := range deadFiles {
		file := d.NewPersistentInode(ctx, &deadFile{over: d.over}, fs.StableAttr{Mode: syscall.S_IFREG})
		d.AddChild(fmt.Sprintf("mort-%03d.txt", i), file, true)
	}
}

type deadFile struct {
	fs.Inode
	over chan struct{}
}

// Getattr implements fs.NodeGetattrer.
func (f *deadFile) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	out.Mode, out.Size = 0o444, 4096
	return 0
}

// Open implements fs.NodeOpener.
func (f *deadFile) Open(context.Context, uint32) (fs.FileHandle, uint32, syscall.Errno) {
	return nil, fuse.FOPEN_DIRECT_IO, 0
}

// Read implements fs.NodeReader. It returns when the test is over.
func (f *deadFile) Read(context.Context, fs.FileHandle, []byte, int64) (fuse.ReadResult, syscall.Errno) {
	<-f.over
	return nil, syscall.EIO
}

// mountDead mounts a dead file system, or skips the test where it cannot be.
func mountDead(t *testing.T, dir string) {
	t.Helper()
	d := &dead{over: make(chan struct{})}
	server, err := fs.Mount(dir, d, &fs.Options{MountOptions: fuse.MountOptions{DirectMount: true, Name: "mort", FsName: "mort"}})
	if err != nil {
		t.Skip("FUSE is not usable here: ", err)
	}
	t.Cleanup(func() {
		close(d.over)
		for range 50 {
			if server.Unmount() == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		syscall.Unmount(dir, syscall.MNT_DETACH)
	})
}

// TestDeadMount scans 10,000 files beside a mount whose reads never return: all
// of them are read, those of the mount are told, each with its reason and without waiting
// for each, and the run ends.
func TestDeadMount(t *testing.T) {
	const healthy = 10_000
	dir := t.TempDir()
	share, mort := filepath.Join(dir, "partage"), filepath.Join(dir, "mort")
	for _, d := range []string{share, mort, filepath.Join(dir, "config")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for i := range healthy {
		put(t, filepath.Join(share, fmt.Sprintf("%02d", i/500), fmt.Sprintf("%05d.txt", i)), []byte("Dossier instruit, NIR 1 85 05 78 006 084 91.\n"))
	}
	put(t, filepath.Join(dir, "config", "recense.yaml"), []byte("limits:\n  unit_seconds: 1\n"))
	mountDead(t, mort)
	path := program(t)
	began := time.Now()
	code, printed := runRecense(t, path, dir, "scan", mort, share, "-o", "out", "--format", "arrow", "--workers", "2")
	took := time.Since(began)
	if code != "3" {
		t.Fatalf("exit code %s\n%s", code, printed)
	}
	var run struct {
		State    string `json:"state"`
		Coverage struct {
			Discovered int64            `json:"discovered"`
			Holds      bool             `json:"equation_holds"`
			Analysed   int64            `json:"analysed"`
			ByReason   map[string]int64 `json:"by_reason"`
		} `json:"coverage"`
	}
	data, err := os.ReadFile(filepath.Join(dir, "out", "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &run); err != nil {
		t.Fatal(err)
	}
	if c := run.Coverage; !c.Holds || c.Discovered != healthy+deadFiles || c.Analysed != healthy || c.ByReason["error:timeout"]+c.ByReason["error:unreachable"] != deadFiles || c.ByReason["error:timeout"] == 0 {
		t.Errorf("%s\n%s", data, printed)
	}
	t.Logf("%d files beside a dead mount in %v", healthy, took.Round(time.Second))
	if took > time.Minute {
		t.Errorf("it took %v", took)
	}
}
