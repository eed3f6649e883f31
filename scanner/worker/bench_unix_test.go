//go:build unix

package worker_test

import (
	"syscall"
	"time"
)

// childTime is the processor time of the workers so far.
func childTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
