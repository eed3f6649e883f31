//go:build !portable

package files

import (
	"io/fs"
	"syscall"
)

// What this system has, as far as it is read: neither owners nor rights (they are lists
// that only a security descriptor tells) nor a time that no program can put back, so
// that every file is read each time.
const (
	hasOwners     = false
	hasChangeTime = false
)

// describe adds what only this system knows.
func describe(info fs.FileInfo, st *fileStat) {
	s, ok := info.Sys().(*syscall.Win32FileAttributeData)
	if !ok {
		return
	}
	st.attributes = s.FileAttributes
	ns := s.CreationTime.Nanoseconds()
	st.created, st.createdIsKnown = instantOf(ns/1e9, ns%1e9), ns > 0
}

// fileSystemOf says that the bits of rights mean nothing.
func fileSystemOf(int) kind { return remote }
