//go:build amd64 || arm64

package worker

import (
	"errors"
	"runtime"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// hasSeccomp asks for a filter that cannot be: the kernel says whether it knows
// filters at all.
func hasSeccomp() bool {
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, 0)
	return errno == unix.EFAULT
}

// refused are the calls that reading and detecting need none of: starting and
// tracing programs, changing the file system, kernel, clock, mounts and names,
// ways around the checks of this filter. They fail with EPERM.
var refused = append([]uint32{
	unix.SYS_EXECVE, unix.SYS_EXECVEAT, unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_KCMP,
	unix.SYS_PIDFD_OPEN, unix.SYS_PIDFD_GETFD, unix.SYS_PIDFD_SEND_SIGNAL, unix.SYS_PROCESS_MADVISE,
	unix.SYS_FCHMOD, unix.SYS_FCHMODAT, unix.SYS_FCHMODAT2, unix.SYS_FCHOWN, unix.SYS_FCHOWNAT, unix.SYS_UTIMENSAT,
	unix.SYS_SETXATTR, unix.SYS_LSETXATTR, unix.SYS_FSETXATTR, unix.SYS_REMOVEXATTR, unix.SYS_LREMOVEXATTR, unix.SYS_FREMOVEXATTR,
	unix.SYS_TRUNCATE, unix.SYS_FTRUNCATE, unix.SYS_FALLOCATE, unix.SYS_UNLINKAT, unix.SYS_RENAMEAT2, unix.SYS_LINKAT, unix.SYS_SYMLINKAT,
	unix.SYS_MKDIRAT, unix.SYS_MKNODAT, unix.SYS_MEMFD_CREATE,
	unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PIVOT_ROOT, unix.SYS_CHROOT, unix.SYS_MOVE_MOUNT, unix.SYS_OPEN_TREE, unix.SYS_FSOPEN,
	unix.SYS_FSCONFIG, unix.SYS_FSMOUNT, unix.SYS_FSPICK, unix.SYS_MOUNT_SETATTR, unix.SYS_UNSHARE, unix.SYS_SETNS, unix.SYS_QUOTACTL,
	unix.SYS_NAME_TO_HANDLE_AT, unix.SYS_OPEN_BY_HANDLE_AT, unix.SYS_FANOTIFY_INIT, unix.SYS_SWAPON, unix.SYS_SWAPOFF, unix.SYS_ACCT,
	unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE, unix.SYS_KEXEC_LOAD, unix.SYS_KEXEC_FILE_LOAD, unix.SYS_REBOOT,
	unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
	unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY, unix.SYS_PERSONALITY, unix.SYS_SYSLOG, unix.SYS_VHANGUP,
	unix.SYS_SETTIMEOFDAY, unix.SYS_CLOCK_SETTIME, unix.SYS_CLOCK_ADJTIME, unix.SYS_ADJTIMEX, unix.SYS_SETHOSTNAME, unix.SYS_SETDOMAINNAME,
	unix.SYS_LISTEN, unix.SYS_ACCEPT, unix.SYS_ACCEPT4,
}, refusedHere...)

// writing are the flags of open that change something.
const writing = unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT | unix.O_TRUNC | unix.O_TMPFILE&^unix.O_DIRECTORY

// The offsets in what a filter sees: number, machine, instruction, six arguments.
const (
	callNumber  = 0
	callMachine = 4
	callArgs    = 16
)

// program is a filter being written. Threads may be started, processes not; of
// the calls that take flags in memory, which a filter cannot see, clone3 is said
// not to exist, and openat2 is left to Landlock.
type program []unix.SockFilter

func (p *program) add(code uint16, k uint32, yes, no uint8) {
	*p = append(*p, unix.SockFilter{Code: code, Jt: yes, Jf: no, K: k})
}

func (p *program) load(at uint32) { p.add(unix.BPF_LD|unix.BPF_W|unix.BPF_ABS, at, 0, 0) }

func (p *program) end(action uint32) { p.add(unix.BPF_RET|unix.BPF_K, action, 0, 0) }

// call returns action for a call.
func (p *program) call(number, action uint32) {
	p.add(unix.BPF_JMP|unix.BPF_JEQ|unix.BPF_K, number, 0, 1)
	p.end(action)
}

const deny = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)

// flags refuses a call whose argument has one of the bits, or, with set false,
// none of them.
func (p *program) flags(number, argument, bits uint32, set bool) {
	p.add(unix.BPF_JMP|unix.BPF_JEQ|unix.BPF_K, number, 0, 4)
	p.load(callArgs + 8*argument)
	if set {
		p.add(unix.BPF_JMP|unix.BPF_JSET|unix.BPF_K, bits, 0, 1)
	} else {
		p.add(unix.BPF_JMP|unix.BPF_JSET|unix.BPF_K, bits, 1, 0)
	}
	p.end(deny)
	p.end(unix.SECCOMP_RET_ALLOW)
}

// starting are the calls of refused that starting a program takes.
var starting = []uint32{unix.SYS_EXECVE, unix.SYS_PIDFD_OPEN, unix.SYS_PIDFD_SEND_SIGNAL}

// filter writes the filter of a worker; with programs, of a helper that starts some.
func filter(network, programs bool) program {
	var p program
	p.load(callMachine)
	p.add(unix.BPF_JMP|unix.BPF_JEQ|unix.BPF_K, machine, 1, 0)
	p.end(unix.SECCOMP_RET_KILL_PROCESS)
	p.load(callNumber)
	if foreign > 0 { // another table of calls on the same machine
		p.add(unix.BPF_JMP|unix.BPF_JGE|unix.BPF_K, foreign, 0, 1)
		p.end(unix.SECCOMP_RET_KILL_PROCESS)
	}
	for _, number := range refused {
		if !programs || !slices.Contains(starting, number) {
			p.call(number, deny)
		}
	}
	p.call(unix.SYS_CLONE3, unix.SECCOMP_RET_ERRNO|uint32(unix.ENOSYS))
	if !network {
		for _, number := range []uint32{unix.SYS_SOCKET, unix.SYS_SOCKETPAIR, unix.SYS_CONNECT, unix.SYS_BIND} {
			p.call(number, deny)
		}
	} else {
		p.sockets()
	}
	if !programs {
		p.flags(unix.SYS_CLONE, 0, unix.CLONE_THREAD, false)
	}
	p.flags(unix.SYS_OPENAT, 2, writing, true)
	p.openHere()
	p.end(unix.SECCOMP_RET_ALLOW)
	return p
}

// sockets lets those through that reach a server: not raw ones.
func (p *program) sockets() {
	families := []uint32{unix.AF_UNIX, unix.AF_INET, unix.AF_INET6, unix.AF_NETLINK}
	n := uint8(len(families))
	p.add(unix.BPF_JMP|unix.BPF_JEQ|unix.BPF_K, unix.SYS_SOCKET, 0, n+3)
	p.load(callArgs)
	for i, family := range families {
		p.add(unix.BPF_JMP|unix.BPF_JEQ|unix.BPF_K, family, n-uint8(i), 0)
	}
	p.end(deny)
	p.end(unix.SECCOMP_RET_ALLOW)
}

var errFilter = errors.New("worker: the kernel takes no filter")

// refuse puts the filter on all threads; those to come have it too.
func refuse(network, programs bool) error {
	p := filter(network, programs)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != nil {
		return errFilter
	}
	prog := unix.SockFprog{Len: uint16(len(p)), Filter: &p[0]}
	thread, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog)))
	if errno != 0 || thread != 0 {
		return errFilter
	}
	return nil
}
