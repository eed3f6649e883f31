package sourcetest

import (
	"os"
	"syscall"
)

// stamp is what reading must not change.
type stamp struct {
	size               int64
	atime, mtime, ctim syscall.Timespec
}

func stampOf(info os.FileInfo) (s stamp, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return s, false
	}
	return stamp{st.Size, st.Atim, st.Mtim, st.Ctim}, true
}
