package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"

	"recense/scanner"
	"recense/scanner/journal"
)

var powerCuts = flag.Int("power-cuts", 6, "at how many random moments the power is cut")

const (
	diskSize  = 48 << 20
	diskBlock = 4096
)

// disk is a disk with a cache that loses what was not flushed: a file of a FUSE file
// system that a loop device makes a disk of. It keeps all that is written, in order.
type disk struct {
	fs.Inode
	mu    sync.Mutex
	data  []byte
	first []byte // before the first write of log
	log   []diskWrite
}

// diskWrite is one write; a flush when data is nil.
type diskWrite struct {
	at   int64
	data []byte
}

type diskFolder struct {
	fs.Inode
	disk *disk
}

// OnAdd implements fs.NodeOnAdder.
func (d *diskFolder) OnAdd(ctx context.Context) {
	d.AddChild("disk", d.NewPersistentInode(ctx, d.disk, fs.StableAttr{Mode: syscall.S_IFREG}), true)
}

// Getattr implements fs.NodeGetattrer.
func (d *disk) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	out.Mode, out.Size, out.Blksize = 0o600, diskSize, diskBlock
	return 0
}

// Setattr implements fs.NodeSetattrer.
func (d *disk) Setattr(ctx context.Context, f fs.FileHandle, _ *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	return d.Getattr(ctx, f, out)
}

// Open implements fs.NodeOpener.
func (d *disk) Open(context.Context, uint32) (fs.FileHandle, uint32, syscall.Errno) {
	return nil, fuse.FOPEN_DIRECT_IO, 0
}

// Read implements fs.NodeReader.
func (d *disk) Read(_ context.Context, _ fs.FileHandle, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := copy(dest, d.data[min(off, diskSize):])
	return fuse.ReadResultData(dest[:n]), 0
}

// Write implements fs.NodeWriter.
func (d *disk) Write(_ context.Context, _ fs.FileHandle, data []byte, off int64) (uint32, syscall.Errno) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if off+int64(len(data)) > diskSize {
		return 0, syscall.ENOSPC
	}
	copy(d.data[off:], data)
	d.log = append(d.log, diskWrite{off, bytes.Clone(data)})
	return uint32(len(data)), 0
}

// Fsync implements fs.NodeFsyncer.
func (d *disk) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.log = append(d.log, diskWrite{})
	return 0
}

func (d *disk) writes() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.log)
}

// after is what is on the disk after a power cut behind n writes: all that was flushed,
// and of what came since each block or not, as chance has it.
func (d *disk) after(n int, random *rand.Rand) []byte {
	image := bytes.Clone(d.first)
	flushed := 0
	for i := range d.log[:n] {
		if d.log[i].data == nil {
			flushed = i
		}
	}
	for i, w := range d.log[:n] {
		for from := 0; from < len(w.data); from += diskBlock {
			if i < flushed || random.IntN(2) == 0 {
				copy(image[w.at+int64(from):], w.data[from:min(from+diskBlock, len(w.data))])
			}
		}
	}
	return image
}

// loop makes a disk of a file, and mounts its file system on dir.
func loop(t *testing.T, file, dir string) (unmount func()) {
	t.Helper()
	control, err := os.OpenFile("/dev/loop-control", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no loop devices here: ", err)
	}
	defer control.Close()
	n, err := unix.IoctlRetInt(int(control.Fd()), unix.LOOP_CTL_GET_FREE)
	if err != nil {
		t.Skip("no free loop device: ", err)
	}
	backing, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer backing.Close()
	name := fmt.Sprintf("/dev/loop%d", n)
	device, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Skip("a loop device cannot be opened: ", err)
	}
	defer device.Close()
	config := unix.LoopConfig{Fd: uint32(backing.Fd()), Size: diskBlock, Info: unix.LoopInfo64{Flags: unix.LO_FLAGS_AUTOCLEAR}}
	if err := unix.IoctlLoopConfigure(int(device.Fd()), &config); err != nil {
		t.Skip("a loop device cannot be set up: ", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount(name, dir, "ext4", unix.MS_NOSUID|unix.MS_NODEV, ""); err != nil {
		t.Fatalf("a disk after a power cut cannot be mounted: %v", err)
	}
	over := sync.OnceFunc(func() {
		if unix.Unmount(dir, 0) != nil {
			unix.Unmount(dir, unix.MNT_DETACH)
		}
	})
	t.Cleanup(over)
	return over
}

// newDisk makes a disk with an empty file system and mounts it.
func newDisk(t *testing.T, dir string) (d *disk, unmount func()) {
	t.Helper()
	if _, err := exec.LookPath("mkfs.ext4"); err != nil || os.Geteuid() != 0 {
		t.Skip("only root with mkfs.ext4 can make a file system")
	}
	image := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(image, make([]byte, diskSize), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mkfs.ext4", "-q", "-b", strconv.Itoa(diskBlock), image).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(image)
	if err != nil {
		t.Fatal(err)
	}
	d = &disk{data: data, first: bytes.Clone(data)}
	folder := t.TempDir()
	server, err := fs.Mount(folder, &diskFolder{disk: d}, &fs.Options{MountOptions: fuse.MountOptions{DirectMount: true, Name: "disk", FsName: "disk", MaxWrite: 128 << 10}})
	if err != nil {
		t.Skip("FUSE is not usable here: ", err)
	}
	t.Cleanup(func() {
		for range 50 {
			if server.Unmount() == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		syscall.Unmount(folder, syscall.MNT_DETACH)
	})
	return d, loop(t, filepath.Join(folder, "disk"), dir)
}

// acknowledged is a batch that a journal said is durable, and how many writes the disk
// had seen when that was read.
type acknowledged struct {
	first  int64
	writes int
}

// TestPowerCutJournal cuts the power of the disk of a journal at random moments: each
// time the journal opens, is sound and has every batch that was acknowledged.
func TestPowerCutJournal(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mounted")
	d, _ := newDisk(t, dir)
	cmd := exec.Command(program(t), "commit-forever", filepath.Join(dir, "journal.db"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var acks []acknowledged
	for lines := bufio.NewScanner(out); lines.Scan(); {
		n, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err == nil || lines.Text() == "begun" {
			acks = append(acks, acknowledged{n, d.writes()})
		}
		if len(acks) > 300+10**powerCuts {
			break
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
	if len(acks) < 300 {
		t.Fatalf("%d batches were acknowledged", len(acks))
	}
	random := rand.New(rand.NewPCG(20261129, 1))
	until, kept, beyond := d.writes(), 0, 0
	if until == acks[0].writes {
		t.Fatal("nothing is written to the disk of a journal that acknowledges")
	}
	for range *powerCuts {
		n := acks[0].writes + random.IntN(until-acks[0].writes)
		last := int64(0)
		for _, a := range acks {
			if a.writes <= n {
				last = max(last, a.first)
			}
		}
		found := heads(t, d.after(n, random))
		for first := int64(1); first <= last; first++ {
			if !found[first] {
				t.Errorf("cut behind write %d of %d: batch %d of %d acknowledged ones is lost", n, until, first, last)
				break
			}
		}
		kept, beyond = kept+int(last), beyond+len(found)-int(last)
	}
	t.Logf("%d power cuts within %d writes: %d acknowledged batches looked for, none lost, %d more were there", *powerCuts, until, kept, beyond)
}

// heads mounts a disk after a power cut, opens and checks the journal on it, and returns
// its batches.
func heads(t *testing.T, image []byte) map[int64]bool {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "image")
	if err := os.WriteFile(file, image, 0o600); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(file)
	mounted := filepath.Join(dir, "mounted")
	defer loop(t, file, mounted)()
	jr, err := journal.Open(filepath.Join(mounted, "journal.db"))
	if err != nil {
		t.Fatalf("the journal cannot be opened: %v", err)
	}
	defer jr.Close()
	found := map[int64]bool{}
	err = jr.Check(t.Context(), func(run, text string) {
		if run == "" { // the content of batches is none of a scan
			t.Errorf("the journal is damaged: %s", text)
		}
	})
	if err != nil {
		t.Error(err)
	}
	st, err := jr.Stored("run")
	if err != nil {
		t.Fatalf("the run is lost: %v", err)
	}
	defer st.Close()
	err = st.Heads(t.Context(), func(stage int64, head []byte) error {
		n, err := strconv.ParseInt(string(head), 10, 64)
		if err == nil {
			_, err = st.Part(stage, scanner.Findings, 0)
		}
		found[n] = true
		return err
	})
	if err != nil {
		t.Errorf("a batch cannot be read: %v", err)
	}
	return found
}

// TestPowerCutScan cuts the power while the program scans with its state and its
// documents on such a disk: afterwards the scan can be gone on with, or begun again, and
// gives what an undisturbed one gives.
func TestPowerCutScan(t *testing.T) {
	share := filepath.Join(t.TempDir(), "share")
	crashShare(t, share, 700)
	whole := newVictim(t, share, "")
	whole.finish()
	want := whole.outcome()
	v := newVictim(t, share, "")
	mounted := filepath.Join(v.dir, "mounted")
	d, unmount := newDisk(t, mounted)
	v.dir = mounted
	if err := os.WriteFile(filepath.Join(mounted, "key"), []byte(strings.Repeat("0badc0de", 8)), 0o600); err != nil {
		t.Fatal(err)
	}
	unix.Sync()
	begun := d.writes()
	v.finish()
	unix.Sync()
	random, until := rand.New(rand.NewPCG(20261129, 2)), d.writes()
	unmount()
	var cuts []int
	for range (*powerCuts + 1) / 2 {
		cuts = append(cuts, begun+random.IntN(until-begun))
	}
	slices.SortFunc(cuts, cmp.Compare)
	resumed := 0
	for _, n := range cuts {
		file := filepath.Join(t.TempDir(), "image")
		if err := os.WriteFile(file, d.after(n, random), 0o600); err != nil {
			t.Fatal(err)
		}
		unmount := loop(t, file, mounted) // where it was: the run remembers
		if jobs, _ := filepath.Glob(filepath.Join(mounted, "state", "run.*.job")); len(jobs) > 0 {
			resumed++
			v.finish()
		} else if _, out := v.end(v.command("status")); !bytes.Contains(out, []byte("Complete")) { // else all has to be there
			v.finish()
		}
		if got := v.outcome(); got != want {
			t.Errorf("cut behind write %d of %d\ngot  %s\nwant %s", n, until, got, want)
		}
		v.clean()
		unmount()
		os.Remove(file)
	}
	t.Logf("%d power cuts within %d writes, in %d of them a scan was under way: same inventory", len(cuts), until-begun, resumed)
}
