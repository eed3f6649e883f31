//go:build unix

package files

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/sourcetest"
)

// TestMediaTypes recognises media by their first bytes; the near misses begin
// alike.
func TestMediaTypes(t *testing.T) {
	frame := "\xff\xfb\x90\x00" + strings.Repeat("\x55", 413) // 128 kbit/s at 44.1 kHz: 417 bytes
	for _, test := range []struct{ name, head, want string }{
		{"wav", "RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"},
		{"avi", "RIFF\x24\x00\x00\x00AVI LIST", "video/x-msvideo"},
		{"webp", "RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"},
		{"other RIFF", "RIFF\x24\x00\x00\x00CDR9vrsn", "application/x-riff"},
		{"RIFF cut short", "RIFF\x24", "application/x-riff"},
		{"m4a", "\x00\x00\x00\x20ftypM4A ", "audio/mp4"},
		{"mp4", "\x00\x00\x00\x20ftypisom", "video/mp4"},
		{"heic", "\x00\x00\x00\x20ftypheic", "image/heic"},
		{"3gp", "\x00\x00\x00\x20ftyp3gp5", "video/3gpp"},
		{"ogg", "OggS\x00\x02\x00\x00\x01vorbis", "audio/ogg"},
		{"ogg film", "OggS\x00\x02\x00\x00\x80theora", "video/ogg"},
		{"matroska", "\x1a\x45\xdf\xa3\x01", "video/x-matroska"},
		{"three frames", strings.Repeat(frame, 3), "audio/mpeg"},
		{"two frames", strings.Repeat(frame, 2), ""},
		{"a frame and noise", frame + strings.Repeat("\x00", 900), ""},
		{"UTF-16", "\xff\xfea\x00b\x00", ""},
		{"jpeg", "\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"},
		{"bitmap", "BM\x36\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00", "image/bmp"},
		{"BM in prose", "BM est une banque.", ""},
	} {
		if got := refineMedia([]byte(test.head), magic([]byte(test.head))); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestDuckDB recognises a database that no format reads, by what stands behind the checksum
// of its header, whatever its name.
func TestDuckDB(t *testing.T) {
	head := "\x4a\x91\x00\x17\xee\x02\x3c\x88DUCK\x40\x00\x00\x00\x00\x00\x00\x00" + strings.Repeat("\x00", 4076)
	dir := t.TempDir()
	for _, name := range []string{"base.duckdb", "base"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(head), 0o600); err != nil {
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
	for _, l := range out.Locations {
		if r := l.Result; r.Status != sources.Unsupported || r.Detail != sources.UnknownFormat || r.MediaType != "application/vnd.duckdb" {
			t.Errorf("%+v", r)
		}
	}
	if len(out.Locations) != 2 {
		t.Errorf("%d locations", len(out.Locations))
	}
}

func TestDocumentName(t *testing.T) {
	for name, want := range map[string]bool{
		"devis_dentaire.jpg": true, "CNI recto.png": true, "Factures-2026.tif": true, "carte identité.jpg": true,
		"logo.png": false, "cartel.jpg": false, "IMG_2041.jpg": false, "": false,
	} {
		if documentName(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}

// TestMediaAreFacts: counted, told as facts, and not read.
func TestMediaAreFacts(t *testing.T) {
	dir := t.TempDir()
	jpeg := "\xff\xd8\xff\xe0\x00\x10JFIF\x00" + strings.Repeat("\x01\x80", 200)
	for name, data := range map[string]string{"appel.wav": "RIFF\x24\x00\x00\x00WAVEfmt " + strings.Repeat("\x00\x80", 200), "devis.jpg": jpeg, "logo.jpg": jpeg} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string][]string{"appel.wav": {audioMedia}, "devis.jpg": {imageMedia, imageMedia}, "logo.jpg": {imageMedia}}
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
	if len(out.Locations) != len(want) {
		t.Fatalf("%d locations", len(out.Locations))
	}
	for _, l := range out.Locations {
		name := filepath.Base(l.URI)
		if !slices.Equal(l.Evidence, want[name]) || l.Result.Status != sources.Unsupported || l.Result.Detail != sources.MediaContent {
			t.Errorf("%s: %v, %s %s", name, l.Evidence, l.Result.Status, l.Result.Detail)
		}
	}
}
