// Package priority puts the program behind all others that want the processor or the
// disks: for scans beside the work of a file server.
package priority

import (
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// niceness is the lowest there is but one, so that what is meant to run only when the
// machine is idle comes after.
const niceness = 18

// The class "best effort" at its lowest: "idle" would starve on a busy disk and hold
// files open meanwhile.
const (
	ioWhoProcess = 1
	ioBestEffort = 2<<13 | 7
)

// Background lowers the priority of this process and of those it will start. Linux
// keeps it for each thread; threads made later have that of the one that makes them.
func Background() error {
	var first error
	for range 2 { // one may have been made by a thread that was not reached yet
		tasks, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return errors.New("the threads of the process cannot be listed")
		}
		for _, task := range tasks {
			id, err := strconv.Atoi(task.Name())
			if err != nil {
				continue
			}
			if err := lower(id); err != nil && err != unix.ESRCH && first == nil {
				first = err
			}
		}
	}
	return first
}

func lower(thread int) error {
	if err := unix.Setpriority(unix.PRIO_PROCESS, thread, niceness); err != nil {
		return err
	}
	if _, _, errno := unix.Syscall(unix.SYS_IOPRIO_SET, ioWhoProcess, uintptr(thread), ioBestEffort); errno != 0 {
		return errno
	}
	return nil
}
