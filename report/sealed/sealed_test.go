package sealed

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"
)

// TestSealed: only a recipient reads; nothing in clear is left behind.
func TestSealed(t *testing.T) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	dir, spool := t.TempDir(), t.TempDir()
	keys := filepath.Join(spool, "keys.txt")
	if err := os.WriteFile(keys, []byte("# DPO\n"+id.Recipient().String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]string{{id.Recipient().String()}, {keys}} {
		r, err := Parse(list)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(spool, "a.txt"), []byte("contenu réservé"), 0o600); err != nil {
			t.Fatal(err)
		}
		name, err := r.Move(spool, dir, "a.txt")
		if err != nil || name != "a.txt.age" {
			t.Fatal(name, err)
		}
		if _, err := os.Stat(filepath.Join(spool, "a.txt")); err == nil {
			t.Error("the document in clear is still there")
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || bytes.Contains(data, []byte("réservé")) {
			t.Fatalf("%v, %q", err, data)
		}
		in, err := age.Decrypt(bytes.NewReader(data), id)
		if err != nil {
			t.Fatal(err)
		}
		if text, _ := io.ReadAll(in); string(text) != "contenu réservé" {
			t.Errorf("%q", text)
		}
		if _, err := age.Decrypt(bytes.NewReader(data), other); err == nil {
			t.Error("another key reads it")
		}
	}
	for _, bad := range []string{"age1faux", filepath.Join(spool, "none")} {
		if _, err := Parse([]string{bad}); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
	if name, err := (Recipients)(nil).Single(dir, "b.txt", func(w io.Writer) error { _, err := w.Write([]byte("x")); return err }); err != nil || name != "b.txt" {
		t.Error(name, err)
	}
}
