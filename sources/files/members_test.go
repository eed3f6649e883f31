package files

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"recense/sources/sourcetest"
)

// TestUnknownMethod tells what cannot be unpacked from what is damaged, for the archive and
// for what lies in it.
func TestUnknownMethod(t *testing.T) {
	// xz 5.4 --x86 --lzma2 --check=crc32
	data, err := hex.DecodeString("fd377a585a0000016922de3602010400210116000d86351f0100156e6f6d3b76696c6c650a5a6fc3a93b416e67657273" +
		"0a000000e6a84e2400012a1652cc39bb9042990d010000000001595a")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, data := range map[string][]byte{"filtre.csv.xz": data, "coupé.csv.xz": data[:20]} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	src, err := New(Options{Root: dir})
	if err != nil {
		t.Fatal(err)
	}
	out := sourcetest.New()
	for u := range src.Units(t.Context()) {
		if err := src.Read(t.Context(), u, out); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, l := range out.Locations {
		got = append(got, fmt.Sprint(l.Place.Container, " ", l.Result.Status, " ", l.Result.Detail))
	}
	slices.Sort(got)
	want := []string{" partial truncated", " unsupported unknown_method", "coupé.csv unreadable truncated", "filtre.csv unsupported unknown_method"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestVolumes(t *testing.T) {
	for name, want := range map[string]bool{
		"a.z02": true, "a.Z17": true, "a.r00": true, "a.7z.002": true, "A.ZIP.003": true, "a.tar.gz.010": true,
		"a.001": false, "a.zip": false, "a.z0": false, "a.csv.001": false, "rapport.2024": false, ".z01": true, "r00": false, "": false,
	} {
		if volume(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}
