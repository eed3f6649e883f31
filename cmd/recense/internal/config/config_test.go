package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	tests := []struct{ name, text, wantErr string }{
		{"empty", "", ""},
		{"a source", "sources:\n  - {id: commun, path: partage}\nlimits: {memory_mib: 256}\n", ""},
		{"unknown field", "sources:\n  - {id: a, path: b, pth: c}\n", "line 2"},
		{"no path", "sources:\n  - {id: a}\n", "id and path"},
		{"twice", "sources:\n  - {id: a, path: b}\n  - {id: a, path: c}\n", "used twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "recense.yaml")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := Read(path, true)
			if tt.wantErr == "" && err != nil || tt.wantErr != "" && (err == nil || !strings.Contains(err.Error(), tt.wantErr)) {
				t.Fatalf("Read: %v, want %q", err, tt.wantErr)
			}
			if s, ok := c.Source("commun"); ok && s.Path != filepath.Join(filepath.Dir(path), "partage") {
				t.Fatalf("path %q is not relative to the file", s.Path)
			}
		})
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none.yaml"), false); err != nil {
		t.Fatalf("a missing file that is not required: %v", err)
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none.yaml"), true); err == nil {
		t.Fatal("a missing file that is required gave no error")
	}
}
