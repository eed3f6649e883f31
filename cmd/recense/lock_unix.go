//go:build unix

package main

import (
	"os"
	"syscall"
)

// lockFolder locks a folder until unlock is called or the program ends, however that
// comes about; free is false when another program has locked it.
func lockFolder(path string) (unlock func(), free bool) {
	f, err := os.Open(path)
	if err != nil {
		return func() {}, false
	}
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		f.Close()
		return func() {}, false
	}
	return func() { f.Close() }, true
}

// lockFile waits until no other program writes to the file.
func lockFile(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX) }
