//go:build !linux

package databasestest

import "os/exec"

func endWithTests(*exec.Cmd) {}

func end(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
