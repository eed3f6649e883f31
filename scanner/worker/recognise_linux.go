//go:build amd64 || arm64

package worker

import (
	"debug/elf"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/landlock-lsm/go-landlock/landlock"
	llsys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// tied has the kernel end a child with its parent.
func tied(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// recognitionFiles is how many files Tesseract may have open.
const recognitionFiles = 64

// limit bounds a child: memory, processor time, nothing written, no core.
func limit(pid int, cpu time.Duration, memory uint64) error {
	seconds := max(uint64(cpu.Seconds()), 1)
	for resource, most := range map[int]uint64{
		unix.RLIMIT_AS: memory, unix.RLIMIT_CPU: seconds, unix.RLIMIT_FSIZE: 0, unix.RLIMIT_CORE: 0, unix.RLIMIT_NOFILE: recognitionFiles,
	} {
		if err := unix.Prlimit(pid, resource, &unix.Rlimit{Cur: most, Max: most}, nil); err != nil {
			return err
		}
	}
	return nil
}

// libraries are where a program finds those it is linked with.
var libraries = []string{"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"}

// confineHelper holds the helper and what it starts to r: its program is run and
// nothing else, it, its libraries and languages are read and nothing else, nothing
// is written, no network is there.
func confineHelper(r Recognition) {
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	rules := []landlock.Rule{
		landlock.PathAccess(llsys.AccessFSReadFile, "/etc/ld.so.cache").IgnoreIfMissing(),
		landlock.PathAccess(reading, append(libraries, r.Data)...).IgnoreIfMissing(),
	}
	run := llsys.AccessFSReadFile | llsys.AccessFSExecute
	for _, path := range []string{r.Program, interpreter(r.Program)} {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			rules = append(rules, landlock.PathAccess(landlock.AccessFSSet(run), real))
		}
	}
	_ = landlock.V7.BestEffort().Restrict(rules...)
	_ = refuse(false, true)
}

// interpreter returns the program that loads the libraries of a program.
func interpreter(path string) string {
	f, err := elf.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP && p.Filesz < 4096 {
			b := make([]byte, p.Filesz)
			if _, err := p.ReadAt(b, 0); err == nil {
				return strings.TrimRight(string(b), "\x00")
			}
		}
	}
	return ""
}
