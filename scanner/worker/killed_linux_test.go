package worker_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"recense/scanner"
)

// TestWorkersKilled kills a worker at random, again and again, while units of a
// few milliseconds are scanned: the results are those of a scan that was left
// alone.
func TestWorkersKilled(t *testing.T) {
	f := &fake{Units_: 4000, Ranges: 4}
	whole, _ := open(t)
	o := options(whole, f, "")
	o.InProcess = true
	if _, err := scan(context.Background(), f, o); err != nil {
		t.Fatal(err)
	}
	slow := *f
	slow.Delay = 3 * time.Millisecond
	j, path := open(t)
	ended, kills := make(chan struct{}), make(chan int)
	go func() { kills <- killWorkers(ended, 500*time.Millisecond) }()
	run, err := scan(context.Background(), &slow, options(j, &slow, filepath.Dir(path)))
	close(ended)
	n := <-kills
	if err != nil || run.State != scanner.Complete {
		t.Fatal(err, run.State)
	}
	if n < 5 {
		t.Errorf("only %d workers were killed", n)
	}
	t.Logf("%d workers killed in %.1f s", n, run.Timings["scan"])
	same(t, "workers killed", dump(t, j), dump(t, whole))
	checkCoverage(t, j)
}

// killWorkers kills one worker of this process at random every so often, and
// returns how many.
func killWorkers(ended <-chan struct{}, every time.Duration) (n int) {
	random := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return n
		case <-tick.C:
			all := workers()
			if len(all) > 0 && syscall.Kill(all[random.IntN(len(all))], syscall.SIGKILL) == nil {
				n++
			}
		}
	}
}

// workers returns the worker processes that this one started and that run.
func workers() (all []int) {
	entries, _ := filepath.Glob("/proc/[0-9]*/stat")
	parent := strconv.Itoa(os.Getpid())
	for _, e := range entries {
		b, err := os.ReadFile(e)
		if err != nil {
			continue
		}
		_, rest, _ := bytes.Cut(b, []byte(") "))
		words := strings.Fields(string(rest))
		command, _ := os.ReadFile(filepath.Join(filepath.Dir(e), "cmdline"))
		if len(words) > 1 && words[0] != "Z" && words[1] == parent && slices.Contains(strings.Split(string(command), "\x00"), "worker") {
			var pid int
			fmt.Sscan(filepath.Base(filepath.Dir(e)), &pid)
			all = append(all, pid)
		}
	}
	return all
}
