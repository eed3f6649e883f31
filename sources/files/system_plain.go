//go:build (!linux && !darwin && !windows) || portable

package files

import "io/fs"

// What this system has, as far as the standard library tells: neither owners nor rights
// nor a time that no program can put back, so that every file is read each time.
const (
	hasOwners     = false
	hasChangeTime = false
)

func describe(fs.FileInfo, *fileStat) {}

// fileSystemOf says that the bits of rights mean nothing.
func fileSystemOf(int) kind { return remote }
