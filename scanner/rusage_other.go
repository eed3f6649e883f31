//go:build !linux

package scanner

import "syscall"

// maxResident returns the largest resident size a process had, in bytes.
func maxResident(u *syscall.Rusage) int64 { return u.Maxrss }
