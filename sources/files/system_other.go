//go:build !linux || portable

package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"syscall"
)

// Elsewhere than on Linux files are reached through os.Root, which never leaves the
// folder it was opened on. Access times may change; extended attributes are not read.

// fileStat describes a file.
type fileStat struct {
	Mode           uint16 // modeRegular…, and the bits of rights
	Nlink          uint32
	Uid, Gid       uint32
	Size           uint64
	Ino, device    uint64
	Blocks         uint64
	Mtime, Ctime   instant
	created        instant
	createdIsKnown bool
	attributes     uint32 // of Windows
}

// instant is a time.
type instant struct {
	Sec  int64
	Nsec uint32
}

// Kinds of files in fileStat.Mode, and in what a folder lists.
const (
	modeKind    = 0xF000
	modeRegular = 0x8000
	modeFolder  = 0x4000
	modeLink    = 0xA000

	typeUnknown = 0
	typeFolder  = 4
	typeSpecial = 6
	typeLink    = 10
)

func isSpecial(kind byte) bool { return kind == typeSpecial }

// handles are the open folders and files, by the number that stands for a descriptor.
var handles = struct {
	sync.RWMutex
	next int
	open map[int]handle
}{open: map[int]handle{}}

// handle is a folder or a file.
type handle struct {
	root *os.Root
	file *os.File
}

func keep(h handle) int {
	handles.Lock()
	defer handles.Unlock()
	handles.next++
	handles.open[handles.next] = h
	return handles.next
}

func handleOf(fd int) handle {
	handles.RLock()
	defer handles.RUnlock()
	return handles.open[fd]
}

func closeFile(fd int) error {
	h := handleOf(fd)
	handles.Lock()
	delete(handles.open, fd)
	handles.Unlock()
	switch {
	case h.root != nil:
		return h.root.Close()
	case h.file != nil:
		return h.file.Close()
	}
	return os.ErrClosed
}

// openBase opens the folder that everything else is opened under.
func (s *Source) openBase() (int, error) {
	root, err := os.OpenRoot(s.base)
	if err != nil {
		return -1, err
	}
	s.touched()
	return keep(handle{root: root}), nil
}

// openBeneath opens the regular file path, relative to the base and ended by a zero
// byte, unless one of its components is a symbolic link.
func (s *Source) openBeneath(path []byte) (int, error) {
	base, err := s.baseDir()
	if err != nil {
		return -1, syscall.EIO
	}
	root, name := handleOf(base).root, string(path[:len(path)-1])
	var seen fs.FileInfo
	for end := 0; end < len(name); {
		if i := strings.IndexByte(name[end+1:], '/'); i >= 0 {
			end += 1 + i
		} else {
			end = len(name)
		}
		if seen, err = root.Lstat(name[:end]); err != nil {
			return -1, withoutPath(err)
		}
		if seen.Mode()&fs.ModeSymlink != 0 {
			return -1, syscall.ELOOP
		}
	}
	if seen == nil || !seen.Mode().IsRegular() {
		return -1, syscall.ENXIO
	}
	f, err := root.Open(name)
	if err != nil {
		return -1, withoutPath(err)
	}
	if now, err := f.Stat(); err != nil || !os.SameFile(seen, now) {
		f.Close()
		return -1, syscall.ENOENT // another one has taken its place
	}
	return keep(handle{file: f}), nil
}

// openDir opens a folder of the folder fd, name ended by a zero byte.
func (s *Source) openDir(fd int, name []byte) (int, error) {
	root, n := handleOf(fd).root, string(name[:len(name)-1])
	seen, err := root.Lstat(n)
	switch {
	case err != nil:
		return -1, withoutPath(err)
	case seen.Mode()&fs.ModeSymlink != 0:
		return -1, syscall.ELOOP
	case !seen.IsDir():
		return -1, syscall.ENOTDIR
	}
	inner, err := root.OpenRoot(n)
	if err != nil {
		return -1, withoutPath(err)
	}
	return keep(handle{root: inner}), nil
}

// fill reads the entries of the folder fd.
func (f *frame) fill(fd int) error {
	dir, err := handleOf(fd).root.Open(".")
	if err != nil {
		return withoutPath(err)
	}
	defer dir.Close()
	for {
		entries, err := dir.ReadDir(1024)
		for _, e := range entries {
			f.add([]byte(e.Name()), typeOf(e.Type()))
		}
		f.steps.Add(1)
		if err == io.EOF || err == nil && len(entries) == 0 {
			return nil
		}
		if err != nil {
			return withoutPath(err)
		}
	}
}

func typeOf(m fs.FileMode) byte {
	switch {
	case m&fs.ModeSymlink != 0:
		return typeLink
	case m.IsDir():
		return typeFolder
	case m&fs.ModeType != 0:
		return typeSpecial
	}
	return typeUnknown
}

// statx describes name, ended by a zero byte, in the folder fd; or fd itself when
// name is nil. Links are not followed.
func statx(fd int, name []byte, st *fileStat) error {
	h := handleOf(fd)
	var info fs.FileInfo
	var err error
	switch {
	case name != nil:
		info, err = h.root.Lstat(string(name[:len(name)-1]))
	case h.file != nil:
		info, err = h.file.Stat()
	case h.root != nil:
		info, err = h.root.Stat(".")
	default:
		err = os.ErrClosed
	}
	if err != nil {
		return withoutPath(err)
	}
	*st = fileStat{Mode: uint16(info.Mode().Perm()), Nlink: 1, Size: uint64(max(info.Size(), 0)), Blocks: 1, Mtime: instantOf(info.ModTime().Unix(), int64(info.ModTime().Nanosecond()))}
	switch m := info.Mode(); {
	case m.IsRegular():
		st.Mode |= modeRegular
	case m.IsDir():
		st.Mode |= modeFolder
	case m&fs.ModeSymlink != 0:
		st.Mode |= modeLink
	}
	describe(info, st)
	return nil
}

func instantOf(sec, nsec int64) instant { return instant{sec, uint32(nsec)} }

func device(st *fileStat) uint64 { return st.device }

// created returns when the file was made, if the file system knows.
func created(st *fileStat) (t instant, ok bool) { return st.created, st.createdIsKnown }

// describe is statx of the file.
func (f *file) describe(st *fileStat) error { return statx(f.fd, nil, st) }

// close closes the file.
func (f *file) close() { _ = closeFile(f.fd) }

// readAt reads once; 0 at the end.
func (f *file) readAt(b []byte, off int64) (int, error) {
	open := handleOf(f.fd).file
	if open == nil {
		return 0, os.ErrClosed
	}
	n, err := open.ReadAt(b, off)
	if n > 0 || errors.Is(err, io.EOF) {
		return n, nil
	}
	return n, err
}

func readAhead(int) {}

// attributesOf returns the attributes of Windows that came with the description.
func attributesOf(st *fileStat) uint32 { return st.attributes }

var errNoAttributes = errors.New("no extended attributes here")

func readAttribute(int, []byte, string, []byte) (int, error) { return 0, errNoAttributes }
