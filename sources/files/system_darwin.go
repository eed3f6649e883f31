//go:build !portable

package files

import (
	"io/fs"
	"syscall"
)

// What this system has.
const (
	hasOwners     = true
	hasChangeTime = true // of the inode: no program can put it back
)

// describe adds what only this system knows.
func describe(info fs.FileInfo, st *fileStat) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return
	}
	st.Nlink, st.Uid, st.Gid, st.Ino, st.device, st.Blocks = uint32(s.Nlink), s.Uid, s.Gid, s.Ino, uint64(uint32(s.Dev)), uint64(s.Blocks)
	st.Ctime = instantOf(s.Ctimespec.Sec, s.Ctimespec.Nsec)
	st.created, st.createdIsKnown = instantOf(s.Birthtimespec.Sec, s.Birthtimespec.Nsec), s.Birthtimespec.Sec > 0
}

const mountLocal = 0x1000 // MNT_LOCAL (sys/mount.h)

// fileSystemOf tells what the mode bits are worth on the file system of a folder.
func fileSystemOf(fd int) kind {
	root := handleOf(fd).root
	if root == nil {
		return remote
	}
	dir, err := root.Open(".")
	if err != nil {
		return remote
	}
	defer dir.Close()
	var st syscall.Statfs_t
	if syscall.Fstatfs(int(dir.Fd()), &st) != nil || st.Flags&mountLocal == 0 {
		return remote
	}
	return local
}
