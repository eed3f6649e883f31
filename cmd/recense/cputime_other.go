//go:build !linux

package main

import "time"

var processStart = time.Now()

// threadCPU falls back to the wall clock where threads have no clock of their own.
func threadCPU() time.Duration { return time.Since(processStart) }
