//go:build unix

package sqlite

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// permissions says who owns a file and who may read it.
func permissions(info os.FileInfo) (owner, access string) {
	switch mode := info.Mode().Perm(); {
	case mode&0o004 != 0:
		access = "world"
	case mode&0o040 != 0:
		access = "group"
	default:
		access = "private"
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		owner = strconv.Itoa(int(st.Uid))
		if u, err := user.LookupId(owner); err == nil {
			owner = u.Username
		}
	}
	return owner, access
}
