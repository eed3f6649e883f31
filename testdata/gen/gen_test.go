package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// The committed share is what this program writes: nothing was edited by hand,
// nothing depends on the machine.
func TestShareIsReproducible(t *testing.T) {
	committed, out := filepath.Join("..", "partage"), t.TempDir()
	if err := os.CopyFS(out, os.DirFS(committed)); err != nil {
		t.Fatal(err)
	}
	truth := filepath.Join(t.TempDir(), "verite.json")
	if err := run(out, truth, ""); err != nil {
		t.Fatal(err)
	}
	files := 0
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		rel, _ := filepath.Rel(out, path)
		same(t, filepath.Join(committed, rel), path)
		return nil
	})
	if err != nil || files < 60 {
		t.Fatalf("%d files: %v", files, err)
	}
	for _, name := range []string{"verite.json", "base.sql", "verite-base.json"} {
		same(t, filepath.Join("..", name), filepath.Join(filepath.Dir(truth), name))
	}
}

func same(t *testing.T, a, b string) {
	x, err := os.ReadFile(a)
	if err != nil {
		t.Error(err)
	}
	y, err := os.ReadFile(b)
	if err != nil {
		t.Error(err)
	}
	if !bytes.Equal(x, y) {
		t.Errorf("%s is not what the program writes", filepath.Base(a))
	}
}
