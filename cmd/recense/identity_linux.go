package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// identityOf tells the file system of a folder from another that may be mounted there
// instead, or from the folder that is left when nothing is; "" where the system does not
// tell.
func identityOf(path string) string {
	var fs unix.Statfs_t
	if unix.Statfs(path, &fs) != nil || fs.Fsid.Val == [2]int32{} {
		return ""
	}
	return fmt.Sprintf("fs-%08x%08x", uint32(fs.Fsid.Val[0]), uint32(fs.Fsid.Val[1]))
}
