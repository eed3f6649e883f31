package priority

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The process, all its threads and those it starts are behind the others. It runs in a
// process of its own: nobody gets priority back.
func TestBackground(t *testing.T) {
	if os.Getenv("RECENSE_TEST_PRIORITY") == "" {
		cmd := exec.Command(os.Args[0], "-test.run", "TestBackground", "-test.v")
		cmd.Env = append(os.Environ(), "RECENSE_TEST_PRIORITY=1")
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "PASS") {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	if err := Background(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	for range 20 {
		go func() {
			nice, err := unix.Getpriority(unix.PRIO_PROCESS, 0) // the kernel's 20-n
			if err == nil && 20-nice != niceness {
				t.Errorf("a thread has %d", 20-nice)
			}
			done <- err
		}()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("nice").Output()
	if err != nil || strings.TrimSpace(string(out)) != "18" {
		t.Errorf("a child has %s: %v", out, err)
	}
	io, _, errno := unix.Syscall(unix.SYS_IOPRIO_GET, ioWhoProcess, 0, 0)
	if errno != 0 || io != ioBestEffort {
		t.Errorf("disks: %d, %v", io, errno)
	}
}
