//go:build unix

package worker

import (
	"os"
	"syscall"
)

// harden takes from the process what it has no use for.
func harden() {
	// No core file: it would hold what was being read.
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
	syscall.Umask(0o077)
}

// divert moves the standard output to a descriptor of its own and points the
// old one at the null device.
func divert() (*os.File, error) {
	fd, err := syscall.Dup(1)
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(fd)
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	if err := dup2(int(null.Fd()), 1); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "pipe"), nil
}
