//go:build !linux

package sourcetest

import (
	"os"
	"time"
)

// stamp is what reading must not change. Access times do.
type stamp struct {
	size  int64
	mtime time.Time
}

func stampOf(info os.FileInfo) (stamp, bool) { return stamp{info.Size(), info.ModTime()}, true }
