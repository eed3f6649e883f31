package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program puts this test binary under the name of the program into a new folder
// and returns its path. The workers are started by that path too, with next to no
// environment: the name is what tells TestMain to be the program. A link would
// be followed, so it is a hard link or a copy.
func program(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "recense")
	if os.Link(self, path) == nil {
		return path
	}
	from, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o700)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// runRecense runs the program at path, in dir and with a state of its own, and
// returns its exit code and what it printed.
func runRecense(t *testing.T, path, dir string, args ...string) (code, printed string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "RECENSE_STATE="+filepath.Join(dir, "state"), "RECENSE_CONFIG="+filepath.Join(dir, "config"), "TMPDIR="+filepath.Join(dir, "tmp"))
	var b strings.Builder
	cmd.Stdout, cmd.Stderr = &b, &b
	if err := os.MkdirAll(filepath.Join(dir, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	code = "0"
	if err := cmd.Run(); err != nil {
		code = cmp.Or(exitText(err), fmt.Sprint(err))
	}
	return code, b.String()
}
