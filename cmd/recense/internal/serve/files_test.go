package serve

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// systemd finds nothing wrong with the units, and they keep what they promise.
func TestUnits(t *testing.T) {
	dir := t.TempDir()
	var args []string
	for name, path := range filePaths {
		b, err := File(name)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(path) != ".service" && filepath.Ext(path) != ".timer" {
			continue
		}
		b = bytes.ReplaceAll(b, []byte("/usr/local/bin/recense"), []byte("/bin/true"))
		args = append(args, filepath.Join(dir, path))
		if err := os.WriteFile(args[len(args)-1], b, 0o644); err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(path) == ".timer" {
			continue
		}
		for _, promise := range []string{"User=recense", "CapabilityBoundingSet=CAP_DAC_READ_SEARCH\n", "ProtectSystem=strict", "LimitCORE=0", "MemorySwapMax=0", "IPAddressDeny=any", "NoNewPrivileges=yes", "SystemCallFilter=@system-service landlock_create_ruleset"} {
			if !bytes.Contains(b, []byte("\n"+promise)) {
				t.Errorf("%s: %s is missing", path, promise)
			}
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("no systemd-analyze here")
	}
	if out, err := exec.Command(analyze, append([]string{"verify", "--man=no"}, args...)...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}

func TestFiles(t *testing.T) {
	for _, name := range FileNames() {
		if b, err := File(name); err != nil || len(b) < 100 {
			t.Errorf("%s: %v, %d bytes", name, err, len(b))
		}
	}
	if _, err := File("../serve.go"); err == nil {
		t.Error("another file is given")
	}
	b, _ := File("dashboard")
	var d struct {
		Title  string           `json:"title"`
		Panels []map[string]any `json:"panels"`
	}
	if err := json.Unmarshal(b, &d); err != nil || d.Title != "recense" || len(d.Panels) < 8 {
		t.Errorf("dashboard: %v, %d panels", err, len(d.Panels))
	}
}
