package scanner

import "syscall"

const (
	// pipeSize is how much the pipes of a worker hold, each: what any user may ask for. A
	// task and what it gives pass with one call then, and the next task waits there.
	pipeSize = 1 << 20
	pipePage = 4096

	setPipeSize = 1031 // F_SETPIPE_SZ
	getPipeSize = 1032
)

// widen has a pipe hold pipeSize, or what the system allows, and returns how much it holds;
// 0 when that cannot be told.
func widen(pipe any) (size int) {
	c, ok := pipe.(syscall.Conn)
	if !ok {
		return 0
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return 0
	}
	_ = raw.Control(func(fd uintptr) { // on error the size stays 0
		_, _, _ = syscall.Syscall(syscall.SYS_FCNTL, fd, setPipeSize, pipeSize)
		if n, _, errno := syscall.Syscall(syscall.SYS_FCNTL, fd, getPipeSize, 0); errno == 0 {
			size = int(n)
		}
	})
	return size
}
