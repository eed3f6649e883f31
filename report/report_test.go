//go:build unix

package report_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"recense/report"
)

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var n []string
	for _, e := range entries {
		n = append(n, e.Name())
	}
	return strings.Join(n, " ")
}

func TestCreate(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	dir := t.TempDir()
	f, err := report.Create(dir, "a.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("one")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "a.json")); err == nil {
		t.Error("the document is visible before it is complete")
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	f.Abort() // does nothing any more
	if err := f.Commit(); err == nil {
		t.Error("a second commit succeeds")
	}
	if got := names(t, dir); got != "a.json" {
		t.Errorf("files %q", got)
	}
	if st, err := os.Stat(filepath.Join(dir, "a.json")); err != nil || st.Mode() != 0o600 || st.Size() != 3 {
		t.Errorf("%v, %v", st, err)
	}
}

// Writing again replaces the document in one step.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"old and longer", "new"} {
		if err := report.Single(dir, "a", func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "a")); string(b) != "new" {
		t.Errorf("%q", b)
	}
}

func TestFailedWriteLeavesTheOldDocument(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := report.Single(dir, "a", func(w io.Writer) error {
		io.WriteString(w, "half")
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "a")); string(b) != "old" || names(t, dir) != "a" {
		t.Errorf("%q among %q", b, names(t, dir))
	}
}

// Errors say what went wrong and where, without the path of the folder.
func TestErrorsTellNoPath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "missing-1800175985123")
	_, err := report.Create(dir, "a")
	if err == nil || strings.Contains(err.Error(), "1800175985123") || !errors.Is(err, syscall.ENOENT) {
		t.Errorf("%v", err)
	}
	for _, name := range []string{"", "../a", "a/b", "/a"} {
		if _, err := report.Create(t.TempDir(), name); err == nil {
			t.Errorf("%q is accepted as a name", name)
		}
	}
}
