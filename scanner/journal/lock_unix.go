//go:build unix

package journal

import (
	"os"
	"syscall"
)

// lock takes a file for this program, or fails at once.
func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
