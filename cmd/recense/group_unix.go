//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// ownGroup puts a process in a group of its own: what a terminal sends to this one does
// not reach it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
