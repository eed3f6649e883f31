//go:build amd64 || arm64

package worker_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"recense/scanner"
	"recense/scanner/worker"
	"recense/sources"
)

// try does what a program that a hostile file has taken over might; nil means
// that it went through.
func (f *fake) try(what string) error {
	switch what {
	case "read beneath":
		_, err := os.ReadFile(filepath.Join(f.Marks, "partage", "lu"))
		return err
	case "list beneath":
		_, err := os.ReadDir(filepath.Join(f.Marks, "partage"))
		return err
	case "read beside":
		_, err := os.ReadFile(filepath.Join(f.Marks, "secret"))
		return err
	case "read the passwords of the system":
		_, err := os.ReadFile("/etc/passwd")
		return err
	case "list elsewhere":
		_, err := os.ReadDir("/etc")
		return err
	case "write beneath":
		return os.WriteFile(filepath.Join(f.Marks, "partage", "new"), []byte("x"), 0o600)
	case "write in its own folder":
		return os.WriteFile(filepath.Join(os.TempDir(), "new"), []byte("x"), 0o600)
	case "change what is there":
		file, err := os.OpenFile(filepath.Join(f.Marks, "partage", "lu"), os.O_RDWR, 0)
		if err == nil {
			file.Close()
		}
		return err
	case "remove":
		return os.Remove(filepath.Join(f.Marks, "partage", "gone"))
	case "change rights":
		return os.Chmod(filepath.Join(f.Marks, "partage", "lu"), 0o640)
	case "change times":
		return unix.Utimes(filepath.Join(f.Marks, "partage", "lu"), []unix.Timeval{{Sec: 1}, {Sec: 1}})
	case "connect":
		return dial("tcp", f.Server)
	case "connect by UDP":
		return dial("udp", f.Server)
	case "connect in the machine":
		return dial("unix", filepath.Join(f.Marks, "socket"))
	case "listen":
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			l.Close()
		}
		return err
	case "raw socket":
		_, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, 0)
		return err
	case "run a program":
		return exec.Command("/bin/true").Run()
	case "memory of another":
		var b [1]byte
		_, err := unix.ProcessVMReadv(os.Getppid(), []unix.Iovec{{Base: &b[0], Len: 1}}, []unix.RemoteIovec{{Base: 0, Len: 1}}, 0)
		if err == unix.EFAULT { // it was allowed to ask
			return nil
		}
		return err
	case "signal another":
		return unix.Kill(os.Getppid(), 0)
	case "file without a name":
		_, err := unix.MemfdCreate("x", 0)
		return err
	case "be looked into":
		if n, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || n == 0 {
			return errors.New("no")
		}
		return nil
	case "gain rights":
		if n, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0); err != nil || n == 1 {
			return errors.New("no")
		}
		return nil
	case "leave a core":
		var l unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_CORE, &l); err != nil || l.Max == 0 {
			return errors.New("no")
		}
		return nil
	}
	panic("no attempt " + what)
}

func dial(network, address string) error {
	c, err := net.Dial(network, address)
	if err != nil {
		return err
	}
	defer c.Close()
	if network == "udp" {
		_, err = c.Write([]byte("x"))
	}
	return err
}

// attempts are those that a cage refuses, for the kernels that can.
var attempts = []string{
	"read beside", "read the passwords of the system", "list elsewhere", "write beneath", "write in its own folder", "change what is there", "remove",
	"change rights", "change times", "connect", "connect by UDP", "connect in the machine", "listen", "raw socket", "run a program", "memory of another",
	"signal another", "file without a name", "be looked into", "gain rights",
}

// tried runs attempts in workers and returns those that went through, with the
// notes of the run.
func tried(t *testing.T, cage *sources.Needs, all []string) (through []string, notes []string) {
	t.Helper()
	dir := t.TempDir()
	share := filepath.Join(dir, "partage")
	if err := os.Mkdir(share, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"secret", "partage/lu", "partage/gone"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f := &fake{Units_: len(all), Faults: map[int]string{}, Marks: dir, Server: listen(t, "tcp", "127.0.0.1:0"), Cage: cage}
	listen(t, "unix", filepath.Join(dir, "socket"))
	if cage != nil && len(cage.Paths) == 0 {
		cage.Paths = []string{share}
	}
	if cage != nil && len(cage.Ports) == 1 && cage.Ports[0] == 0 {
		_, port, _ := net.SplitHostPort(f.Server)
		fmt.Sscan(port, &cage.Ports[0])
	}
	for i, a := range all {
		f.Faults[i] = "try " + a
	}
	j, path := open(t)
	o := options(j, f, filepath.Dir(path))
	run, err := scan(context.Background(), f, o)
	if err != nil || run.State != scanner.Complete {
		t.Fatal(err, run.State)
	}
	res, err := j.Results("r")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = res.Walk(context.Background(), func(l *scanner.Location, _ iter.Seq2[scanner.Finding, error]) error {
		switch l.Status {
		case sources.Partial:
			through = append(through, all[n])
		case sources.Scanned:
		default:
			t.Errorf("%s: %s %s", all[n], l.Status, l.Detail)
		}
		n++
		return nil
	})
	if err != nil || n != len(all) {
		t.Fatal(err, n)
	}
	return through, res.Run().Notes
}

func listen(t *testing.T, network, address string) string {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	return l.Addr().String()
}

// TestCage holds workers to reading what their sources name.
func TestCage(t *testing.T) {
	k := worker.KernelCage()
	t.Logf("Landlock %d, seccomp %v", k.Landlock, k.Seccomp)
	through, notes := tried(t, &sources.Needs{}, attempts)
	want := []string{}
	if k.Landlock == 0 {
		want = append(want, worker.NoLandlock)
	}
	if !k.Seccomp {
		want = append(want, worker.NoSeccomp)
	}
	if !slices.Equal(slices.Sorted(slices.Values(notes)), want) {
		t.Errorf("notes %v, want %v", notes, want)
	}
	for _, a := range through {
		switch {
		case k.Landlock == 0 && (strings.Contains(a, "read") || strings.Contains(a, "list ")):
		case k.Landlock < 6 && a == "signal another":
		case !k.Seccomp:
		default:
			t.Errorf("%s: it went through", a)
		}
	}
	if through, _ := tried(t, &sources.Needs{}, []string{"read beneath", "list beneath", "leave a core"}); !slices.Equal(through, []string{"read beneath", "list beneath"}) {
		t.Errorf("allowed: %v", through)
	}
}

// TestWithoutCage shows that the attempts would go through, and that a run says
// so when there is no cage.
func TestWithoutCage(t *testing.T) {
	through, notes := tried(t, nil, attempts)
	if !slices.Contains(notes, worker.NoCage) {
		t.Errorf("notes %v", notes)
	}
	for _, a := range attempts {
		if !slices.Contains(through, a) && (os.Getuid() == 0 || a != "raw socket" && a != "memory of another") {
			t.Errorf("%s: refused without a cage", a)
		}
	}
}

// TestCageWithNetwork lets a source reach its server and nothing else.
func TestCageWithNetwork(t *testing.T) {
	k := worker.KernelCage()
	if !k.Seccomp || k.Landlock < 4 {
		t.Skip("this kernel cannot bound the network")
	}
	through, _ := tried(t, &sources.Needs{Network: true, Ports: []uint16{0}}, attempts)
	if want := []string{"connect", "connect by UDP", "connect in the machine"}; !slices.Equal(through, want) {
		t.Errorf("went through: %v, want %v", through, want)
	}
	if through, _ := tried(t, &sources.Needs{Network: true, Ports: []uint16{1}}, []string{"connect"}); len(through) > 0 {
		t.Error("a port that nobody named was connected to")
	}
	if through, _ := tried(t, &sources.Needs{Network: true}, []string{"connect", "write beneath", "read beside"}); !slices.Equal(through, []string{"connect"}) {
		t.Errorf("without ports: %v", through)
	}
}
