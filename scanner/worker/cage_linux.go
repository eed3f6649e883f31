//go:build amd64 || arm64

package worker

import (
	"os"
	"path/filepath"
	"time"

	"github.com/landlock-lsm/go-landlock/landlock"
	llsys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"

	"recense/sources"
)

// The versions of Landlock's interface from which it knows something.
const (
	landlockPorts = 4
)

// KernelCage returns what the kernel has for a cage.
func KernelCage() Kernel {
	k := Kernel{Seccomp: hasSeccomp()}
	if v, err := llsys.LandlockGetABIVersion(); err == nil {
		k.Landlock = v
	}
	return k
}

// confine holds the process to n: no new privileges, nothing written, nothing
// read but what n names and what time zones need, no program started, and no
// network but what n asks for. Each layer that the kernel lacks is left out and
// told; the others hold.
func confine(n sources.Needs) (missing []string) {
	// Others of the same user may neither look into the process nor have its core.
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	_ = time.Now().Local().String() // reads the time zone while it can be
	kernel := KernelCage()
	if kernel.Landlock < 1 || bound(n, kernel.Landlock) != nil {
		missing = append(missing, NoLandlock)
	}
	if n.Network && kernel.Landlock < landlockPorts {
		missing = append(missing, NoPortRule)
	}
	if !kernel.Seccomp || refuse(n.Network, false) != nil {
		missing = append(missing, NoSeccomp)
	}
	return missing
}

// reading is the right to read files and folders, and not to run them.
const reading = llsys.AccessFSReadFile | llsys.AccessFSReadDir

// bound applies Landlock to all threads. Its errors name paths: they go nowhere.
func bound(n sources.Needs, version int) error {
	rules := []landlock.Rule{
		landlock.PathAccess(reading, "/usr/share/zoneinfo").IgnoreIfMissing(),
		landlock.PathAccess(llsys.AccessFSReadFile, "/etc/localtime").IgnoreIfMissing(),
	}
	readable := func(p string) (file bool) {
		right := landlock.AccessFSSet(reading)
		if info, err := os.Stat(p); err == nil && !info.IsDir() {
			file, right = true, llsys.AccessFSReadFile
		}
		rules = append(rules, landlock.PathAccess(right, filepath.Clean(p)).IgnoreIfMissing())
		return file
	}
	for _, p := range n.Paths {
		if readable(p) { // it is opened from its folder, whose files stay closed
			rules = append(rules, landlock.PathAccess(llsys.AccessFSReadDir, filepath.Dir(filepath.Clean(p))).IgnoreIfMissing())
		}
	}
	if n.Network {
		for _, p := range networkFiles {
			readable(p)
		}
	}
	config := landlock.V7.BestEffort()
	if n.Network && len(n.Ports) == 0 {
		if err := config.RestrictPaths(rules...); err != nil || version < 6 {
			return err
		}
		return config.RestrictScoped()
	}
	for _, port := range n.Ports {
		rules = append(rules, landlock.ConnectTCP(port))
	}
	if n.Network { // answers of name servers that are too long for UDP
		rules = append(rules, landlock.ConnectTCP(53))
	}
	return config.Restrict(rules...)
}

// networkFiles are what connecting to a server by its name and with TLS reads.
var networkFiles = []string{
	"/etc/resolv.conf", "/run/systemd/resolve", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols",
	"/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates", "/usr/lib/ssl", "/etc/krb5.conf",
	"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", // the name service of the C library
}
