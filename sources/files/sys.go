package files

import (
	"errors"
	"io"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"recense/sources"
)

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

// touched notes that something was opened that keeps its access time only if the
// mount does.
func (s *Source) touched() {
	if !s.keeps {
		s.touches.Store(true)
	}
}

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
		fd, _, errno := unix.Syscall6(unix.SYS_OPENAT2, uintptr(base), uintptr(unsafe.Pointer(&path[0])),
			uintptr(unsafe.Pointer(&how)), unsafe.Sizeof(how), 0, 0)
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

// file is an open regular file. It reads at any offset, and from the start on.
type file struct {
	fd   int
	next int64
	err  error // the first error of the system
}

// ReadAt implements io.ReaderAt.
func (f *file) ReadAt(b []byte, off int64) (int, error) {
	n := 0
	for n < len(b) {
		m, err := unix.Pread(f.fd, b[n:], off+int64(n))
		switch {
		case err == unix.EINTR:
		case err != nil:
			f.err = errRead
			return n, errRead
		case m == 0:
			return n, io.EOF
		default:
			n += m
		}
	}
	return n, nil
}

// Read implements io.Reader.
func (f *file) Read(b []byte) (int, error) {
	n, err := f.ReadAt(b, f.next)
	f.next += int64(n)
	if n > 0 {
		return n, nil
	}
	return n, err
}

var errRead = errors.New("read error")

// statusOf says what an error of the system means for a location.
func statusOf(err error) (sources.Status, sources.Reason) {
	switch {
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		return sources.Unreadable, sources.PermissionDenied
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ENOTDIR), errors.Is(err, unix.ESTALE):
		return sources.Failed, sources.Vanished
	case errors.Is(err, unix.ELOOP):
		return sources.Excluded, sources.SymlinkSkipped
	case errors.Is(err, unix.ENXIO), errors.Is(err, unix.ENODEV):
		return sources.Excluded, sources.Special
	case errors.Is(err, unix.EXDEV):
		return sources.Failed, sources.UnsafeName
	}
	return sources.Failed, sources.IOError
}
