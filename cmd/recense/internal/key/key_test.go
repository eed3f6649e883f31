package key

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	hex64 := strings.Repeat("0a", 32)
	tests := []struct {
		name, content string
		mode          os.FileMode
		wantErr       string
	}{
		{"hexadecimal", hex64 + "\n", 0o600, ""},
		{"bytes", strings.Repeat("k", 32), 0o400, ""},
		{"short", "0a0a", 0o600, "hexadecimal digits"},
		{"not hexadecimal", strings.Repeat("zz", 32), 0o600, "not hexadecimal"},
		{"readable by all", hex64, 0o644, "others than its owner"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "k")
			if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, tt.mode); err != nil {
				t.Fatal(err)
			}
			_, err := Read(path)
			if tt.wantErr == "" && err != nil || tt.wantErr != "" && (err == nil || !strings.Contains(err.Error(), tt.wantErr)) {
				t.Fatalf("Read: %v, want %q", err, tt.wantErr)
			}
			if err != nil && strings.Contains(err.Error(), tt.content) {
				t.Fatal("the error quotes the key")
			}
		})
	}
}

func TestInstallation(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	k1, made, err := Installation(dir)
	if err != nil || !made {
		t.Fatalf("first use: made=%v err=%v", made, err)
	}
	k2, made, err := Installation(dir)
	if err != nil || made || k1 != k2 {
		t.Fatalf("second use: made=%v same=%v err=%v", made, k1 == k2, err)
	}
	st, err := os.Stat(filepath.Join(dir, "installation.key"))
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", st.Mode(), err)
	}
	if k1.Digest() == ([16]byte)(k1[:16]) || k1.ID() == "" {
		t.Fatal("derived keys must differ from the key")
	}
}
