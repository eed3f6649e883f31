package files

import (
	"errors"
	"io"
	"os"
	"syscall"

	"recense/sources"
)

// touched notes that something was opened that keeps its access time only if the
// mount does.
func (s *Source) touched() {
	if !s.keeps {
		s.touches.Store(true)
	}
}

// file is an open regular file. It reads at any offset, and from the start on.
type file struct {
	fd    int
	next  int64
	err   error // the first error of the system
	alone bool  // see sources.Solitary
}

// ReadAt implements io.ReaderAt.
func (f *file) ReadAt(b []byte, off int64) (int, error) {
	n := 0
	for n < len(b) {
		m, err := f.readAt(b[n:], off+int64(n))
		switch {
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
	case errors.Is(err, os.ErrPermission):
		return sources.Unreadable, sources.PermissionDenied
	case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.ESTALE):
		return sources.Failed, sources.Vanished
	case errors.Is(err, syscall.ELOOP):
		return sources.Excluded, sources.SymlinkSkipped
	case errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.ENODEV):
		return sources.Excluded, sources.Special
	case errors.Is(err, syscall.EXDEV):
		return sources.Failed, sources.UnsafeName
	}
	return sources.Failed, sources.IOError
}
