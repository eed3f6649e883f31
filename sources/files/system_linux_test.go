//go:build !portable

package files

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestStepwiseOpen(t *testing.T) {
	root := share(t, map[string]string{"a/b/c.txt": "x", "a/lien": "->b", "a/vers": "->b/c.txt"})
	base, err := unix.Open(root, openFlags|unix.O_DIRECTORY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(base)
	for path, want := range map[string]error{"a/b/c.txt": nil, "a/lien/c.txt": unix.ENOTDIR, "a/vers": unix.ELOOP, "../x": unix.EXDEV, "a/../a": unix.EXDEV,
		"/etc/passwd": unix.EXDEV, "a/rien": unix.ENOENT} {
		fd, err := openStepwise(base, path, openFlags)
		if err != want {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
		if err == nil {
			unix.Close(fd)
		}
	}
}
