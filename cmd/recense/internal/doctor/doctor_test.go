//go:build unix

package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func options(t *testing.T) Options {
	return Options{Version: "v", State: filepath.Join(t.TempDir(), "not", "there yet"), Workers: 1, Memory: 1 << 20,
		Say: func(en, fr string) string { return en }, Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
}

// level returns the worst level of a check.
func level(found []Finding, check string) Level {
	rank := map[Level]int{Fine: 1, Warning: 2, Gap: 3, Blocked: 4, Absent: 5}
	worst := Level("")
	for _, f := range found {
		if f.Check == check && rank[f.Level] > rank[worst] {
			worst = f.Level
		}
	}
	return worst
}

func TestMachine(t *testing.T) {
	o := options(t)
	found := Machine(o)
	for check, want := range map[string]Level{"version": Fine, "memory": Fine, "state": Fine} {
		if got := level(found, check); got != want {
			t.Errorf("%s: %q, want %q: %+v", check, got, want, found)
		}
	}
	for _, f := range found {
		if f.Level != Fine && f.Hint == "" || f.Text == "" {
			t.Errorf("no help: %+v", f)
		}
	}
	o.Memory, o.Workers = 1<<40, 64
	o.Now = time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o.State = filepath.Join(file, "state")
	found = Machine(o)
	for check, want := range map[string]Level{"memory": Warning, "clock": Warning, "state": Blocked} {
		if got := level(found, check); got != want {
			t.Errorf("%s: %q, want %q: %+v", check, got, want, found)
		}
	}
	o.State = t.TempDir()
	if err := os.Chmod(o.State, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := level(Machine(o), "state"); got != Warning {
		t.Errorf("a state folder that others may enter: %q", got)
	}
}

func TestTarget(t *testing.T) {
	o := options(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "lu"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "fermé"), nil, 0); err != nil {
		t.Fatal(err)
	}
	closed := Gap
	if os.Geteuid() == 0 {
		closed = Fine
	}
	inside := o
	inside.State = filepath.Join(dir, "state")
	for _, test := range []struct {
		name, path string
		o          Options
		want       Level
	}{
		{"folder", dir, o, closed},
		{"file", filepath.Join(dir, "lu"), o, Fine},
		{"nothing", filepath.Join(dir, "absent"), o, Absent},
		{"state folder in it", dir, inside, Blocked},
	} {
		if got := level(Target(test.o, test.path), "target"); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	for _, f := range Target(o, dir) {
		if f.Check == "mount" && !strings.Contains(f.Text, "(r") {
			t.Errorf("no flags: %s", f.Text)
		}
	}
}

// What no process can read is a gap for accounts without rights, whoever runs
// the test.
func TestReadable(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs another account")
	}
	o, dir := options(t), t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	// The effective account of the process decides: it is given back below.
	if err := syscall.Seteuid(65534); err != nil {
		t.Skip("no other account: ", err)
	}
	closed := level(Target(o, dir), "target")
	if err := syscall.Seteuid(0); err != nil {
		t.Fatal(err)
	}
	if closed != Gap && closed != Absent {
		t.Errorf("a folder of another account: %q", closed)
	}
}

func TestMounts(t *testing.T) {
	for _, test := range []struct {
		m       mount
		network bool
		ro      bool
	}{
		{mount{"nfs4", "ro,noatime"}, true, true},
		{mount{"fuse.sshfs", "rw"}, true, false},
		{mount{"ext4", "rw,relatime,errors=remount-ro"}, false, false},
	} {
		if test.m.network() != test.network || test.m.has("ro") != test.ro {
			t.Errorf("%+v", test.m)
		}
	}
	if !contains("/srv", "/srv/a") || contains("/srv/a", "/srv/ab") || contains("/srv/a", "/srv") {
		t.Error("contains")
	}
}
