package worker

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// tasks is a pipe that tells when nobody holds its other end. One thread waits for that and
// for nothing else: what comes over the pipe wakes only who reads it.
type tasks struct{ *os.File }

// AwaitEnd implements scanner.Ending.
func (t tasks) AwaitEnd() bool {
	for {
		fds := []unix.PollFd{{Fd: int32(t.Fd())}}
		_, err := unix.Poll(fds, -1)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return false
		case fds[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0:
			return true
		}
	}
}

// ending returns stdin as an input that tells its end, where it is a pipe.
func ending(stdin io.Reader) io.Reader {
	f, ok := stdin.(*os.File)
	if !ok {
		return stdin
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return stdin
	}
	return tasks{f}
}
