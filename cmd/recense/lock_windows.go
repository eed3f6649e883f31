package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// lockFolder locks nothing: folders cannot be locked here, so none is taken for free.
func lockFolder(string) (unlock func(), free bool) { return func() {}, false }

// lockFile waits until no other program writes to the file. What is locked is a byte far
// behind its end: locks keep readers out here.
func lockFile(f *os.File) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 30})
}
