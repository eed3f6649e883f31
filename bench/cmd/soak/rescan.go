package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"recense/bench/corpus"
	"recense/bench/run"
)

// slowest is how many times as long as a walk with stat a scan of an unchanged tree may
// take, its documents apart.
const slowest = 3

// rescan scans a tree of many files twice. The second time nothing has changed: no file
// may be opened, and the scan may take three times as long as a plain walk that looks
// at the size and times of every file, measured before and after it.
func rescan(o options, dir string) error {
	count := 1_000_000 / o.scale
	if err := room(dir, int64(count)*5000); err != nil {
		return err
	}
	input := filepath.Join(dir, "rescan")
	if !o.keep {
		defer os.RemoveAll(input)
	}
	if err := corpus.WriteTree(input, count); err != nil {
		return err
	}
	time.Sleep(2200 * time.Millisecond) // times within two seconds are not trusted
	opens, err := watchOpens(input)
	if err != nil {
		return err
	}
	defer opens.close()
	s := run.Scan{Program: o.recense, Target: input, Dir: filepath.Join(dir, "scan"), Workers: o.workers}
	first, err := s.Run(context.Background())
	if err != nil {
		return err
	}
	if n, err := opens.count(); err != nil || n < int64(count) {
		return fmt.Errorf("%d files of %d were seen to be opened by the first scan, %v", n, count, err)
	}
	var walks, scans, totals []float64
	var last run.Report
	for range 3 {
		walk, err := walkOnce(input)
		if err != nil {
			return err
		}
		again, err := run.Watch(s.Command(context.Background(), "scan"), false)
		if err != nil {
			return err
		}
		if last, err = run.ReadReport(s.Out()); err != nil {
			return err
		}
		walks, scans, totals = append(walks, walk), append(scans, last.Timings["scan"]), append(totals, again.Wall.Seconds())
	}
	n, err := opens.count()
	if err != nil {
		return err
	}
	walk, scan, total := median(walks), median(scans), median(totals)
	fmt.Printf("     %-7s %d files: first scan %.1f s; walk with stat %.2f s; unchanged: scan %.2f s (%.1f times), with documents %.2f s (%.1f times); %d files opened; %s\n",
		"rescan", count, first.Wall.Seconds(), walk, scan, scan/walk, total, total/walk, n, last.Coverage.Line)
	switch {
	case n > 0:
		return fmt.Errorf("%d files were opened although nothing has changed", n)
	case last.Coverage.Unchanged != int64(count):
		return fmt.Errorf("%d files of %d are unchanged", last.Coverage.Unchanged, count)
	case scan > slowest*walk:
		return fmt.Errorf("the scan of an unchanged tree takes %.1f times as long as a walk", scan/walk)
	}
	fmt.Printf("ok   %-7s\n", "rescan")
	return nil
}

func walkOnce(root string) (float64, error) {
	began := time.Now()
	err := filepath.WalkDir(root, func(_ string, d fs.DirEntry, err error) error {
		if err == nil {
			_, err = d.Info()
		}
		return err
	})
	return time.Since(began).Seconds(), err
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// opens counts how often files below a folder are opened, by any process.
type opens struct {
	fd     int
	folder string
}

// watchOpens mounts a folder over itself, so that what is opened in it can be told from
// what is opened elsewhere on the disk.
func watchOpens(folder string) (*opens, error) {
	if err := unix.Mount(folder, folder, "", unix.MS_BIND, ""); err != nil {
		return nil, fmt.Errorf("only root can count what is opened: %w", err)
	}
	o := &opens{-1, folder}
	fd, err := unix.FanotifyInit(unix.FAN_CLASS_NOTIF|unix.FAN_NONBLOCK|unix.FAN_CLOEXEC|unix.FAN_UNLIMITED_QUEUE, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOATIME)
	if err == nil {
		o.fd = fd
		err = unix.FanotifyMark(fd, unix.FAN_MARK_ADD|unix.FAN_MARK_MOUNT, unix.FAN_OPEN, unix.AT_FDCWD, folder)
	}
	if err != nil {
		o.close()
		return nil, fmt.Errorf("what is opened cannot be counted: %w", err)
	}
	return o, nil
}

func (o *opens) close() {
	if o.fd >= 0 {
		unix.Close(o.fd)
	}
	_ = unix.Unmount(o.folder, unix.MNT_DETACH)
}

// count returns how often files were opened since it was last called.
func (o *opens) count() (n int64, err error) {
	buf := make([]byte, 1<<16)
	for {
		size, err := unix.Read(o.fd, buf)
		if errors.Is(err, unix.EAGAIN) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		events, err := fanotifyEvents(buf[:size])
		if err != nil {
			return n, err
		}
		n += events
	}
}
