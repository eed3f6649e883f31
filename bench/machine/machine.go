// Package machine says where and on what a measurement was made, for the files
// of bench/results.
package machine

import (
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// Info goes with every published figure.
type Info struct {
	Date   string `json:"date"`   // 2026-11-25
	CPU    string `json:"cpu"`    // model name
	Cores  int    `json:"cores"`  // that this process may use
	Flags  string `json:"flags"`  // vector extensions
	Kernel string `json:"kernel"` // release of the operating system
	Go     string `json:"go"`
	Commit string `json:"commit"` // short, with + when the tree has changes
}

// Read asks the machine, and git for the commit of the current folder.
func Read(now time.Time) Info {
	cpuinfo, _ := os.ReadFile("/proc/cpuinfo")
	release, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return Info{
		Date:   now.Format("2006-01-02"),
		CPU:    field(string(cpuinfo), "model name"),
		Cores:  runtime.NumCPU(),
		Flags:  vector(field(string(cpuinfo), "flags")),
		Kernel: strings.TrimSpace(string(release)),
		Go:     runtime.Version(),
		Commit: commit(),
	}
}

// Slug names the machine in file names: amd-epyc-2.
func (i Info) Slug() string {
	s := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(i.CPU), "-")
	return strings.Trim(s, "-") + "-" + string(rune('0'+min(i.Cores, 9)))
}

func field(text, name string) string {
	for line := range strings.Lines(text) {
		if key, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(v)
		}
	}
	return "unknown"
}

func vector(flags string) string {
	var have []string
	for _, f := range []string{"avx2", "avx512bw", "avx512vbmi", "asimd"} {
		if strings.Contains(" "+flags+" ", " "+f+" ") {
			have = append(have, f)
		}
	}
	return strings.Join(have, " ")
}

func commit() string {
	out, err := exec.Command("git", "rev-parse", "--short=10", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	c := strings.TrimSpace(string(out))
	if exec.Command("git", "diff", "--quiet", "HEAD").Run() != nil {
		c += "+"
	}
	return c
}
