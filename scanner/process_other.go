//go:build !unix

package scanner

import (
	"os"
	"os/exec"
)

// Without groups of processes what the terminal sends reaches workers too, and without
// signals a worker that somebody killed looks like one that failed: its units are tried
// again alone, once.

func ownGroup(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

func maxResident(*os.ProcessState) int64 { return 0 }

func killedFromOutside(*os.ProcessState) bool { return false }
