package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// The calls of the system that change a file or send something, as strace writes them.
var (
	tracedCall = regexp.MustCompile(`^\d+ +(\w+)\((.*)`)
	tracedPath = regexp.MustCompile(`(?:\w+<([^>]*)>, )?"([^"]*)"`)
	tracedFile = regexp.MustCompile(`^\d+<([^>]*)>`)
	changing   = regexp.MustCompile(`^(mkdir|mknod|unlink|rmdir|rename|link|symlink|chmod|chown|lchown|truncate|fchmodat|fchownat|utime|futimesat|setxattr|lsetxattr|removexattr|lremovexattr)`)
	changingFD = regexp.MustCompile(`^(fchmod|fchown|ftruncate|fallocate|fsetxattr|fremovexattr)$`)
)

// TestNoEgressNoWrites scans the demonstration share in a network without routes and
// under strace: nothing outside the folders of state and documents is opened for writing
// or changed, by the coordinator and by its workers, and nothing is sent anywhere.
func TestNoEgressNoWrites(t *testing.T) {
	t.Parallel()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	dir := t.TempDir()
	share, err := filepath.Abs(filepath.Join("..", "..", "testdata", "partage"))
	if err != nil {
		t.Fatal(err)
	}
	state, out, log := filepath.Join(dir, "state"), filepath.Join(dir, "out"), filepath.Join(dir, "trace")
	cmd := exec.Command(strace, "-f", "-y", "-s", "4096", "-o", log, "-e", "trace=%file,%network,%desc", program(t),
		"scan", share, "--state", state, "-o", out, "--workers", "2", "--format", "arrow,xlsx,html,jsonl,csv,sarif,ocsf")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "RECENSE_TEST_MAIN=1", "RECENSE_CONFIG="+filepath.Join(dir, "config"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}}
	}
	printed, err := cmd.CombinedOutput()
	switch {
	case cmd.ProcessState == nil:
		t.Skip("no network of one's own can be made here: ", err)
	case strings.Contains(string(printed), "PTRACE_") || strings.Contains(string(printed), "ptrace("):
		t.Skipf("processes cannot be traced here: %s", printed)
	case cmd.ProcessState.ExitCode() != 3: // the share holds files that are damaged
		t.Fatalf("exit code %d\n%s", cmd.ProcessState.ExitCode(), printed)
	}
	seen := tracing{t: t, allowed: []string{state, out, os.DevNull}}
	f, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		seen.line(lines.Text(), dir)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if seen.writes < 20 || seen.reads < 100 {
		t.Errorf("%d files opened for writing, %d for reading: the test does not see what is done", seen.writes, seen.reads)
	}
	t.Logf("%d files opened for reading, %d opened for writing or changed, all in the folders of state and documents; nothing sent", seen.reads, seen.writes)
}

// tracing looks at what a program did.
type tracing struct {
	t             *testing.T
	allowed       []string
	reads, writes int
}

func (s *tracing) line(line, dir string) {
	m := tracedCall.FindStringSubmatch(line)
	if m == nil {
		return
	}
	call, args := m[1], m[2]
	switch {
	case strings.HasPrefix(call, "open") || call == "creat":
		if call != "creat" && !regexp.MustCompile(`O_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)`).MatchString(args) {
			s.reads++
			return
		}
		s.path(line, args, dir)
	case changing.MatchString(call):
		s.path(line, args, dir)
	case changingFD.MatchString(call):
		if m := tracedFile.FindStringSubmatch(args); m != nil {
			s.check(line, m[1])
		}
	case call == "connect" || call == "bind" || strings.HasPrefix(call, "send"):
		// The C library, where the program is built with it, asks a local service for names
		// of accounts.
		if !strings.Contains(args, "AF_UNIX") {
			s.t.Errorf("something may have been sent: %s", line)
		}
	case call == "socket" && !strings.HasPrefix(args, "AF_UNIX"):
		s.t.Errorf("a socket was made: %s", line)
	}
}

// path checks every path among the arguments of a call.
func (s *tracing) path(line, args, dir string) {
	found := tracedPath.FindAllStringSubmatch(args, -1)
	if len(found) == 0 {
		s.t.Errorf("a call that is not understood: %s", line)
	}
	for _, m := range found {
		path := m[2]
		if !filepath.IsAbs(path) {
			base := m[1]
			if base == "" {
				base = dir
			}
			path = filepath.Join(base, path)
		}
		s.check(line, path)
	}
}

func (s *tracing) check(line, path string) {
	s.writes++
	for _, a := range s.allowed {
		if path == a || strings.HasPrefix(path, a+"/") {
			return
		}
	}
	s.t.Errorf("written outside: %s", line)
}
