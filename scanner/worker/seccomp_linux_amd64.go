package worker

import "golang.org/x/sys/unix"

// machine is this one's number in a filter; foreign the first call of x32, whose
// table has the same.
const (
	machine = unix.AUDIT_ARCH_X86_64
	foreign = 0x40000000
)

// refusedHere are calls of old that newer machines do not have.
var refusedHere = []uint32{
	unix.SYS_FORK, unix.SYS_VFORK, unix.SYS_CREAT, unix.SYS_CHMOD, unix.SYS_CHOWN, unix.SYS_LCHOWN, unix.SYS_UTIME, unix.SYS_UTIMES, unix.SYS_FUTIMESAT,
	unix.SYS_UNLINK, unix.SYS_RENAME, unix.SYS_RENAMEAT, unix.SYS_LINK, unix.SYS_SYMLINK, unix.SYS_MKDIR, unix.SYS_RMDIR, unix.SYS_MKNOD,
	unix.SYS_IOPL, unix.SYS_IOPERM, unix.SYS_MODIFY_LDT, unix.SYS_USELIB, unix.SYS__SYSCTL, unix.SYS_NFSSERVCTL,
}

func (p *program) openHere() { p.flags(unix.SYS_OPEN, 1, writing, true) }
