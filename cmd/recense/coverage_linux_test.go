package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"recense/scanner"
)

// awaited closes a channel once the log of a scan tells of an event.
type awaited struct {
	shared
	event string
	seen  chan struct{}
	done  bool
}

func (f *awaited) Write(p []byte) (int, error) {
	n, err := f.shared.Write(p)
	if !f.done && strings.Contains(f.String(), `"msg":"`+f.event+`"`) {
		f.done = true
		close(f.seen)
	}
	return n, err
}

// TestCoverageHolds scans 10,000 files of which a tenth cannot be read, while others
// vanish, grow, are cut and are replaced: every one of them is counted once.
func TestCoverageHolds(t *testing.T) {
	t.Parallel()
	const files, unreadable, each = 10_000, 1000, 200
	dir := t.TempDir()
	share := filepath.Join(dir, "share")
	name := func(i int) string {
		return filepath.Join(share, fmt.Sprintf("%02d", i%50), fmt.Sprintf("note-%05d.txt", i))
	}
	text := "Le dossier est complet, voir la suite au prochain numéro.\n" + strings.Repeat("rien à signaler ; ", 40)
	for i := range files {
		put(t, name(i), []byte(text))
		if i < unreadable {
			if err := os.Chmod(name(i), 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	growing, err := os.Create(filepath.Join(share, "journal.log")) // as long as the scan lasts; reading it takes longer than a busy machine lets us wait
	if err != nil {
		t.Fatal(err)
	}
	defer growing.Close()
	if _, err := growing.WriteString(strings.Repeat(text+"\n", 80_000)); err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"state", "config", "out"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	log := &awaited{event: scanner.SourceListed, seen: make(chan struct{})} // what vanishes before is no file of the scan
	// The pace leaves time for changes.
	cmd := exec.Command(program(t), "scan", share, "-o", filepath.Join(dir, "out"), "--state", filepath.Join(dir, "state"), "--format", "csv",
		"--workers", "2", "--max-files", "3000", "--log-format", "json", "--log-level", "debug")
	cmd.Env = append(os.Environ(), "RECENSE_TEST_MAIN=1", "RECENSE_CONFIG="+filepath.Join(dir, "config"), "HOME="+dir)
	cmd.Stderr = log
	if os.Geteuid() == 0 { // root reads everything
		const nobody = 65534
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		for _, sub := range []string{"state", "config", "out"} {
			if err := os.Chown(filepath.Join(dir, sub), nobody, nobody); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.Chmod(filepath.Dir(dir), 0o711); err != nil { // all temporary folders of the test are in it
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over, grown := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(grown)
		for {
			select {
			case <-over:
				return
			case <-time.After(200 * time.Microsecond):
				growing.WriteString(text)
			}
		}
	}()
	<-log.seen
	for n := range each {
		for kind, change := range []func(string) error{
			os.Remove,
			func(path string) error { return os.WriteFile(path, []byte(strings.Repeat(text, 3)), 0o644) },
			func(path string) error { return os.Truncate(path, 7) },
			func(path string) error {
				if err := os.WriteFile(path+".new", []byte(text), 0o644); err != nil {
					return err
				}
				return os.Rename(path+".new", path)
			},
			func(path string) error { return os.Chmod(path, 0) },
		} {
			if err := change(name(files - 1 - n*5 - kind)); err != nil {
				t.Fatal(err)
			}
		}
	}
	err = cmd.Wait()
	close(over)
	<-grown
	if code := cmd.ProcessState.ExitCode(); code != 3 {
		t.Fatalf("exit code %d, %v\n%s", code, err, log)
	}
	b, err := os.ReadFile(filepath.Join(dir, "out", "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		Coverage struct {
			Discovered, Analysed, Unchanged, Sampled, Excluded, Failed int64

			Holds    bool             `json:"equation_holds"`
			Statuses map[string]int64 `json:"by_status"`
			Reasons  map[string]int64 `json:"by_reason"`
		} `json:"coverage"`
	}
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	c := r.Coverage
	if sum := c.Analysed + c.Unchanged + c.Sampled + c.Excluded + c.Failed; !c.Holds || c.Discovered != files+1 || sum != files+1 {
		t.Errorf("%d files: %d discovered, %d in all: %+v", files, c.Discovered, sum, c)
	}
	if n := c.Statuses["unreadable"]; n < unreadable || n > unreadable+each {
		t.Errorf("%d unreadable", n)
	}
	for _, reason := range []string{"error:vanished", "partial:changed_while_read", "unreadable:permission_denied"} {
		if c.Reasons[reason] == 0 {
			t.Errorf("no %s: %v", reason, c.Reasons)
		}
	}
	t.Logf("%v", c.Reasons)
}
