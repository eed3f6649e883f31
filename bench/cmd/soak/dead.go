package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"recense/bench/run"
)

// The share of the proof of dead mounts, and how long its scan may take: the limits of
// the program without progress, for a batch, the two units that are tried alone after it
// and the listing, and a minute for the rest.
const (
	healthyFiles = 10_000
	deadFiles    = 300
	deadStall    = 60 // seconds
	deadTime     = 6 * time.Minute
)

// deadMount is a file system whose server is gone. Processes that wait for it cannot
// even be killed.
type deadMount struct {
	fs.Inode
	files int           // that are listed and answer no read; 0: not even the listing is answered
	over  chan struct{} // closed when all is answered with an error
}

// OnAdd implements fs.NodeOnAdder.
func (d *deadMount) OnAdd(ctx context.Context) {
	for i := range d.files {
		d.AddChild(fmt.Sprintf("mort-%04d.txt", i), d.NewPersistentInode(ctx, &deadFile{over: d.over}, fs.StableAttr{Mode: syscall.S_IFREG}), true)
	}
}

// Readdir implements fs.NodeReaddirer.
func (d *deadMount) Readdir(context.Context) (fs.DirStream, syscall.Errno) {
	if d.files == 0 {
		<-d.over
		return nil, syscall.EIO
	}
	var all []fuse.DirEntry
	for name, child := range d.Children() {
		all = append(all, fuse.DirEntry{Name: name, Mode: child.Mode()})
	}
	return fs.NewListDirStream(all), 0
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

// Read implements fs.NodeReader.
func (f *deadFile) Read(context.Context, fs.FileHandle, []byte, int64) (fuse.ReadResult, syscall.Errno) {
	<-f.over
	return nil, syscall.EIO
}

// mount mounts d at dir; the function it returns has it answer and unmounts it.
func (d *deadMount) mount(dir string) (func(), error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	d.over = make(chan struct{})
	server, err := fs.Mount(dir, d, &fs.Options{MountOptions: fuse.MountOptions{DirectMount: true, Name: "mort", FsName: "mort"}})
	if err != nil {
		return nil, fmt.Errorf("FUSE is not usable here (root and /dev/fuse are needed): %w", err)
	}
	return func() {
		close(d.over)
		for range 50 {
			if server.Unmount() == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		syscall.Unmount(dir, syscall.MNT_DETACH)
	}, nil
}

// dead scans sound files beside a mount whose reads never return and one that cannot
// even be listed: all sound files are read, the others told with their reasons, and the
// run ends in time, the program too.
func dead(o options, dir string) error {
	root := filepath.Join(dir, "morts")
	share, mort, mute := filepath.Join(root, "partage"), filepath.Join(root, "mort"), filepath.Join(root, "muet")
	if !o.keep {
		defer os.RemoveAll(share)
	}
	for i := range healthyFiles {
		name := filepath.Join(share, fmt.Sprintf("%02d", i/500), fmt.Sprintf("%05d.txt", i))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte("Dossier instruit, NIR 1 85 05 78 006 084 91.\n"), 0o644); err != nil {
			return err
		}
	}
	settings := filepath.Join(dir, "recense.yaml")
	if err := os.WriteFile(settings, fmt.Appendf(nil, "limits:\n  unit_seconds: %d\n  stall_seconds: %[1]d\n", max(deadStall/o.scale, 2)), 0o600); err != nil {
		return err
	}
	leave, err := (&deadMount{files: deadFiles}).mount(mort)
	if err != nil {
		return err
	}
	leaveMute, err := (&deadMount{}).mount(mute)
	if err != nil {
		leave()
		return err
	}
	defer leave()
	s := run.Scan{Program: o.recense, Target: share, Dir: filepath.Join(dir, "scan"), Workers: o.workers, Args: []string{"--format", "arrow", "--config", settings, mort, mute}}
	if err := s.Empty(); err != nil {
		leaveMute()
		return err
	}
	documents, took, code, err := lastingUntil(s, leaveMute)
	if err != nil {
		return err
	}
	report, err := run.ReadReport(s.Out())
	if err != nil {
		return err
	}
	c := report.Coverage
	fmt.Printf("     %-9s %d sound files, %d whose reads never return, a mount that cannot be listed: documents after %v, end after %v, exit %d; %v; failures %v\n", "dead",
		healthyFiles, deadFiles, documents.Round(time.Second), took.Round(time.Second), code, c.ByReason, report.Failures)
	switch {
	case report.State != "complete" || !c.Holds:
		return fmt.Errorf("run is %s, coverage adds up: %v", report.State, c.Holds)
	case c.Analysed != healthyFiles:
		return fmt.Errorf("%d sound files were read", c.Analysed)
	case c.ByReason["error:timeout"]+c.ByReason["error:unreachable"] != deadFiles:
		return fmt.Errorf("%v", c.ByReason)
	case len(report.Failures) != 1:
		return fmt.Errorf("%d sources were told as failed", len(report.Failures))
	case documents > deadTime:
		return fmt.Errorf("it ended after %v", documents)
	}
	fmt.Printf("ok   %-9s\n", "dead")
	return nil
}

// lastingUntil scans, and returns when the documents were there and when the program had
// ended. While a thread of it waits in the kernel for the answer of a FUSE server it
// cannot end, whatever it does: answer has the server answer, 10 s after the documents.
func lastingUntil(s run.Scan, answer func()) (documents, took time.Duration, code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*deadTime)
	defer cancel()
	cmd := s.Command(ctx, "scan")
	began := time.Now()
	if err := cmd.Start(); err != nil {
		answer()
		return 0, 0, 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	answered := false
	for {
		select {
		case <-ended: // its code says how
			if !answered {
				answer()
			}
			return documents, time.Since(began), cmd.ProcessState.ExitCode(), nil
		case <-tick.C:
			if _, err := os.Stat(filepath.Join(s.Out(), "run.json")); err == nil && documents == 0 {
				documents = time.Since(began)
			}
			if !answered && (documents > 0 && time.Since(began) > documents+10*time.Second || time.Since(began) > deadTime) {
				answered = true
				answer()
			}
		}
	}
}
