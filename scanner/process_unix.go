//go:build unix

package scanner

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// ownGroup has a process be in a group of its own when it starts.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills a process that was started so, and what it started.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// maxResident returns the largest resident size that a process had, in bytes.
func maxResident(state *os.ProcessState) int64 {
	use, ok := state.SysUsage().(*syscall.Rusage)
	switch {
	case !ok:
		return 0
	case runtime.GOOS == "darwin":
		return int64(use.Maxrss)
	}
	return int64(use.Maxrss) << 10
}

// killedFromOutside reports whether a process was ended by a signal that no fault of
// its own gives.
func killedFromOutside(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return false
	}
	switch status.Signal() {
	case syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP:
		return true
	}
	return false
}
