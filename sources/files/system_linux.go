//go:build !portable

package files

import (
	"bytes"
	"encoding/binary"
	"os"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What this system has.
const (
	hasOwners     = true
	hasChangeTime = true // of the inode: no program can put it back
)

// fileStat describes a file as the kernel does.
type fileStat = unix.Statx_t

// instant is a time in it.
type instant = unix.StatxTimestamp

// Kinds of files in fileStat.Mode, and in what a folder lists.
const (
	modeKind    = unix.S_IFMT
	modeRegular = unix.S_IFREG
	modeFolder  = unix.S_IFDIR
	modeLink    = unix.S_IFLNK

	typeUnknown = unix.DT_UNKNOWN
	typeFolder  = unix.DT_DIR
	typeLink    = unix.DT_LNK
)

// isSpecial reports whether a folder lists neither file nor folder nor link.
func isSpecial(kind byte) bool {
	return kind == unix.DT_FIFO || kind == unix.DT_SOCK || kind == unix.DT_CHR || kind == unix.DT_BLK
}

const openFlags = unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NONBLOCK | unix.O_NOFOLLOW | unix.O_NOCTTY

// openBase opens the folder that everything else is opened under.
func (s *Source) openBase() (int, error) {
	var fs unix.Statfs_t
	s.keeps = unix.Statfs(s.base, &fs) == nil && int64(fs.Flags)&(unix.ST_NOATIME|unix.ST_RDONLY) != 0
	fd, err := unix.Open(s.base, openFlags|unix.O_DIRECTORY|unix.O_NOATIME, 0)
	if err == unix.EPERM {
		s.touched()
		fd, err = unix.Open(s.base, openFlags|unix.O_DIRECTORY, 0)
	}
	if err != nil {
		return -1, &os.PathError{Op: "open", Path: s.base, Err: err}
	}
	return fd, nil
}

// Alone implements sources.Solitary.
func (s *Source) Alone() { s.alone = true }

// openBeneath opens path, relative to the base and ended by a zero byte, without
// following any symbolic link.
func (s *Source) openBeneath(path []byte) (int, error) {
	base, err := s.baseDir()
	if err != nil {
		return -1, unix.EIO
	}
	// Only an owner may ask for it, so a share has files that allow it and others
	// that do not: every one is asked.
	flags := uint64(openFlags | unix.O_NOATIME)
	for {
		fd, err := s.open(base, path, flags)
		if err == unix.EPERM && flags&unix.O_NOATIME != 0 {
			flags &^= unix.O_NOATIME
			if fd, err = s.open(base, path, flags); err == nil {
				s.touched()
			}
		}
		if err != unix.EINTR {
			return fd, err
		}
	}
}

func (s *Source) open(base int, path []byte, flags uint64) (int, error) {
	if !s.careful.Load() {
		how := unix.OpenHow{Flags: flags, Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_MAGICLINKS}
		var fd uintptr
		var errno unix.Errno
		if s.alone {
			fd, _, errno = unix.RawSyscall6(unix.SYS_OPENAT2, uintptr(base), uintptr(unsafe.Pointer(&path[0])),
				uintptr(unsafe.Pointer(&how)), unsafe.Sizeof(how), 0, 0)
		} else {
			fd, _, errno = unix.Syscall6(unix.SYS_OPENAT2, uintptr(base), uintptr(unsafe.Pointer(&path[0])),
				uintptr(unsafe.Pointer(&how)), unsafe.Sizeof(how), 0, 0)
		}
		switch errno {
		case 0:
			return int(fd), nil
		case unix.ENOSYS, unix.EINVAL:
			s.careful.Store(true)
		default:
			return -1, errno
		}
	}
	return openStepwise(base, string(path[:len(path)-1]), int(flags))
}

// openStepwise does what openat2 does on kernels older than 5.6: one component
// after another, none of them a link.
func openStepwise(base int, path string, flags int) (int, error) {
	dir, owned := base, false
	for {
		name, rest, more := strings.Cut(path, "/")
		if name == "" || name == "." || name == ".." {
			return -1, unix.EXDEV
		}
		mode := flags
		if more {
			mode = unix.O_PATH | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC
		}
		fd, err := unix.Openat(dir, name, mode, 0)
		if owned {
			unix.Close(dir)
		}
		if err != nil || !more {
			return fd, err
		}
		dir, owned, path = fd, true, rest
	}
}

func closeFile(fd int) error { return unix.Close(fd) }

// close closes the file.
func (f *file) close() {
	if f.alone {
		_, _, _ = unix.RawSyscall(unix.SYS_CLOSE, uintptr(f.fd), 0, 0)
		return
	}
	_ = unix.Close(f.fd)
}

// openDir opens a folder, without touching its access time where allowed.
func (s *Source) openDir(fd int, name []byte) (int, error) {
	n := string(name[:len(name)-1])
	flags := openFlags | unix.O_DIRECTORY | unix.O_NOATIME
	for {
		dir, err := unix.Openat(fd, n, flags, 0)
		switch {
		case err == unix.EINTR:
		case err == unix.EPERM && flags&unix.O_NOATIME != 0:
			flags &^= unix.O_NOATIME
		default:
			if err == nil && flags&unix.O_NOATIME == 0 {
				s.touched()
			}
			return dir, err
		}
	}
}

// fill reads the entries of the folder fd.
func (f *frame) fill(fd int) error {
	if f.buf == nil {
		f.buf = make([]byte, 64<<10)
	}
	for {
		n, err := unix.Getdents(fd, f.buf)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return err
		}
		if n <= 0 {
			return nil
		}
		f.parse(f.buf[:n])
		f.steps.Add(1)
	}
}

// parse reads records of getdents64: inode 8, offset 8, length 2, type 1, name.
func (f *frame) parse(b []byte) {
	for len(b) > 19 {
		size := int(binary.NativeEndian.Uint16(b[16:]))
		if size < 19 || size > len(b) {
			return
		}
		name := b[19:size]
		if i := bytes.IndexByte(name, 0); i >= 0 {
			name = name[:i]
		}
		if string(name) != "." && string(name) != ".." && len(name) > 0 {
			f.add(name, b[18])
		}
		b = b[size:]
	}
}

const statMask = unix.STATX_TYPE | unix.STATX_MODE | unix.STATX_NLINK | unix.STATX_UID | unix.STATX_GID | unix.STATX_MTIME |
	unix.STATX_CTIME | unix.STATX_INO | unix.STATX_SIZE | unix.STATX_BLOCKS | unix.STATX_BTIME

var emptyName = []byte{0}

// statx describes name, ended by a zero byte, in the folder fd; or fd itself when
// name is nil. Links are not followed.
func statx(fd int, name []byte, st *fileStat) error {
	flags := unix.AT_SYMLINK_NOFOLLOW | unix.AT_NO_AUTOMOUNT
	if name == nil {
		name, flags = emptyName, flags|unix.AT_EMPTY_PATH
	}
	for {
		_, _, errno := unix.Syscall6(unix.SYS_STATX, uintptr(fd), uintptr(unsafe.Pointer(&name[0])), uintptr(flags),
			statMask, uintptr(unsafe.Pointer(st)), 0)
		if errno == 0 {
			return nil
		}
		if errno != unix.EINTR {
			return errno
		}
	}
}

// describe is statx of the file.
func (f *file) describe(st *fileStat) error {
	if !f.alone {
		return statx(f.fd, nil, st)
	}
	for {
		_, _, errno := unix.RawSyscall6(unix.SYS_STATX, uintptr(f.fd), uintptr(unsafe.Pointer(&emptyName[0])), unix.AT_EMPTY_PATH,
			statMask, uintptr(unsafe.Pointer(st)), 0)
		if errno == 0 {
			return nil
		}
		if errno != unix.EINTR {
			return errno
		}
	}
}

func device(st *fileStat) uint64 { return unix.Mkdev(st.Dev_major, st.Dev_minor) }

// created returns when the file was made, if the file system knows.
func created(st *fileStat) (t instant, ok bool) {
	return st.Btime, st.Mask&unix.STATX_BTIME != 0 && st.Btime.Sec > 0
}

// attributesOf returns the attributes of Windows that came with the description: here
// they are asked for.
func attributesOf(*fileStat) uint32 { return 0 }

// readAt reads once; 0 at the end. b is not empty.
func (f *file) readAt(b []byte, off int64) (int, error) {
	for {
		var n int
		var err error
		if f.alone {
			read, _, errno := unix.RawSyscall6(unix.SYS_PREAD64, uintptr(f.fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)), uintptr(off), 0, 0)
			if n = int(read); errno != 0 {
				n, err = 0, errno
			}
		} else {
			n, err = unix.Pread(f.fd, b, off)
		}
		if err != unix.EINTR {
			return n, err
		}
	}
}

// readAhead says that a file will be read from its start to its end.
func readAhead(fd int) { _ = unix.Fadvise(fd, 0, 0, unix.FADV_SEQUENTIAL) }

// fileSystemOf tells what the mode bits are worth on the file system of fd.
func fileSystemOf(fd int) kind {
	var fs unix.Statfs_t
	if unix.Fstatfs(fd, &fs) == nil {
		switch uint32(fs.Type) {
		case 0xFF534D42, 0xFE534D42, 0x517B, 0x6969, 0x01021997, 0x00C36400, 0x5346414F: // CIFS, SMB2, SMB, NFS, 9P, Ceph, AFS
			return remote
		case 0x65735546:
			return fuse
		}
	}
	return local
}

// readAttribute reads an extended attribute of the entry name, ended by a zero byte, of
// the folder fd. Nothing is opened.
func readAttribute(fd int, name []byte, attribute string, value []byte) (int, error) {
	return unix.Lgetxattr("/proc/self/fd/"+strconv.Itoa(fd)+"/"+string(name[:len(name)-1]), attribute, value)
}
