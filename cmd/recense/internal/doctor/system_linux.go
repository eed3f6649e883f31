package doctor

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"recense/scanner/worker"
)

// look asks the system.
func look() system {
	s := system{uid: os.Geteuid(), cage: worker.KernelCage()}
	var u unix.Utsname
	if unix.Uname(&u) == nil {
		s.kernel = unix.ByteSliceToString(u.Release[:])
	}
	caps, _ := strconv.ParseUint(line("/proc/self/status", "CapEff:"), 16, 64)
	s.writesAll, s.readsAll, s.keepsTimes = caps&(1<<unix.CAP_DAC_OVERRIDE) != 0, caps&(1<<unix.CAP_DAC_READ_SEARCH) != 0, caps&(1<<unix.CAP_FOWNER) != 0
	s.memory, s.available = kilobytes("MemTotal:"), kilobytes("MemAvailable:")
	s.group = groupMemory(s.memory)
	var l unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &l) == nil {
		s.openFiles = l.Cur
	}
	var t unix.Timex
	if state, err := unix.Adjtimex(&t); err == nil {
		s.unsynchronous = state == unix.TIME_ERROR
	}
	return s
}

// line returns the first word behind a name in a file of /proc.
func line(file, name string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for l := range bytes.Lines(b) {
		if rest, ok := bytes.CutPrefix(l, []byte(name)); ok {
			if f := bytes.Fields(rest); len(f) > 0 {
				return string(f[0])
			}
		}
	}
	return ""
}

func kilobytes(name string) int64 {
	n, _ := strconv.ParseInt(line("/proc/meminfo", name), 10, 64)
	return n << 10
}

// groupMemory returns the lowest limit of the control groups that the process is
// in, of either version; 0 when there is none below all of the memory.
func groupMemory(all int64) int64 {
	b, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return 0
	}
	lowest := int64(0)
	for l := range strings.Lines(string(b)) {
		parts := strings.SplitN(strings.TrimSpace(l), ":", 3)
		if len(parts) != 3 {
			continue
		}
		root, name := "/sys/fs/cgroup", "memory.max"
		switch {
		case parts[1] == "memory":
			root, name = "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
		case parts[1] != "":
			continue
		}
		for dir := filepath.Clean("/" + parts[2]); ; dir = filepath.Dir(dir) {
			if b, err := os.ReadFile(filepath.Join(root, dir, name)); err == nil {
				n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
				if err == nil && n < all && (lowest == 0 || n < lowest) {
					lowest = n
				}
			}
			if dir == "/" {
				break
			}
		}
	}
	return lowest
}

func readable(path string) bool {
	mode := uint32(unix.R_OK)
	var st unix.Stat_t
	if unix.Lstat(path, &st) == nil {
		switch st.Mode & unix.S_IFMT {
		case unix.S_IFDIR:
			mode |= unix.X_OK
		case unix.S_IFREG:
		default: // links and devices are not read anyway
			return true
		}
	}
	return unix.Faccessat(unix.AT_FDCWD, path, mode, unix.AT_EACCESS) == nil
}

func writable(path string) bool {
	return unix.Faccessat(unix.AT_FDCWD, path, unix.W_OK|unix.X_OK, unix.AT_EACCESS) == nil
}

func freeSpace(path string) (int64, bool) {
	var st unix.Statfs_t
	if unix.Statfs(path, &st) != nil {
		return 0, false
	}
	return int64(st.Bavail) * st.Bsize, true
}

func owner(info os.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}

// mountOf finds the mount of a path by its number, or by the longest path where
// the kernel (before 5.8) does not tell numbers.
func mountOf(path string) mount {
	b, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return mount{}
	}
	var st unix.Statx_t
	id := ""
	if unix.Statx(unix.AT_FDCWD, path, 0, unix.STATX_MNT_ID, &st) == nil && st.Mask&unix.STATX_MNT_ID != 0 {
		id = strconv.FormatUint(st.Mnt_id, 10)
	}
	best, length := mount{}, -1
	for l := range strings.Lines(string(b)) {
		head, tail, ok := strings.Cut(l, " - ")
		f, g := strings.Fields(head), strings.Fields(tail)
		if !ok || len(f) < 6 || len(g) < 3 {
			continue
		}
		m := mount{Kind: g[0], Flags: f[5]}
		if id != "" && f[0] == id {
			return m
		}
		if at := unescape(f[4]); contains(at, path) && len(at) > length {
			best, length = m, len(at)
		}
	}
	return best
}

// unescape undoes the octal escapes of mountinfo.
func unescape(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}
