//go:build unix

package files

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"recense/sources"
)

// ids keeps the content identifiers of locations.
type ids struct {
	names []string
	found map[string][16]byte
	path  string
}

func (s *ids) Open(p sources.Place) error {
	s.names = append(s.names, p.Container)
	return nil
}
func (s *ids) Chunk(*sources.Chunk) error                  { return nil }
func (s *ids) Evidence(string, sources.Location) error     { return nil }
func (s *ids) Skip(sources.Location, sources.Reason) error { return nil }
func (s *ids) Close(r sources.Result) error {
	n := len(s.names) - 1
	if name := s.names[n]; name == "" {
		s.found[s.path] = r.ContentID
	} else {
		s.found[s.path+"!/"+name] = r.ContentID
	}
	s.names = s.names[:n]
	return nil
}

func zipInto(t *testing.T, b *bytes.Buffer, files map[string][]byte) {
	t.Helper()
	z := zip.NewWriter(b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestContentID: the same content has the same identifier whatever its name; the value
// is that of domain/register.md B.5; files in ranges have one, and members of archives that of their content; off by default.
func TestContentID(t *testing.T) {
	root := t.TempDir()
	large := bytes.Repeat([]byte("une ligne de texte\n"), (9<<20)/19)
	// A film is not read, but a copy of it all the same.
	film := append([]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), bytes.Repeat([]byte{7}, 5<<20)...)
	var packed, outer bytes.Buffer
	tree := map[string][]byte{"dossier/a.txt": []byte("même contenu"), "grand.txt": large, "film.mp4": film}
	zipInto(t, &packed, tree)
	zipInto(t, &outer, map[string][]byte{"dedans.zip": packed.Bytes()})
	for name, data := range map[string][]byte{"film.mp4": film, "archive.zip": outer.Bytes(), "dedans.zip": packed.Bytes(), "a.txt": []byte("même contenu"), "copie.txt": []byte("même contenu"), "autre.txt": []byte("autre contenu"), "vide.txt": nil, "grand.txt": large} {
		if err := os.WriteFile(filepath.Join(root, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(o Options) map[string][16]byte {
		s := open(t, o)
		sink := &ids{found: map[string][16]byte{}}
		for u, err := range s.Units(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			if sink.path = u.Path; u.Index > 0 {
				sink.path += u.Range
			}
			if err := s.Read(context.Background(), u, sink); err != nil {
				t.Fatal(err)
			}
		}
		return sink.found
	}
	key, none := [32]byte{1, 2, 3}, [16]byte{}
	got := read(Options{Root: root, Key: key, ContentID: true, Formats: Formats(), Limits: sources.Limits{Range: 4 << 20}})
	if got["a.txt"] == none || got["a.txt"] != got["copie.txt"] || got["a.txt"] == got["autre.txt"] || got["vide.txt"] != none {
		t.Errorf("identifiers %x", got)
	}
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte{'C', 0, 0, 0, 0, 0, 0, byte(len(large) >> 16), byte(len(large) >> 8), byte(len(large))})
	for at := 0; at < len(large); at += contentBlock {
		sum := sha256.Sum256(large[at:min(at+contentBlock, len(large))])
		mac.Write(sum[:])
	}
	if want := [16]byte(mac.Sum(nil)); got["grand.txt"] != want {
		t.Errorf("grand.txt: %x, want %x", got["grand.txt"], want)
	}
	for _, member := range []string{"dossier/a.txt", "grand.txt", "film.mp4"} {
		file := filepath.Base(member)
		if in, deep := got["dedans.zip!/"+member], got["archive.zip!/dedans.zip!/"+member]; in != got[file] || deep != got[file] || in == none {
			t.Errorf("%s: %x in an archive, %x in one inside another, %x as a file", member, in, deep, got[file])
		}
	}
	if got["archive.zip!/dedans.zip"] != got["dedans.zip"] {
		t.Errorf("an archive in an archive: %x, want %x", got["archive.zip!/dedans.zip"], got["dedans.zip"])
	}
	if off := read(Options{Root: root, Key: key}); off["a.txt"] != none {
		t.Errorf("off: %x", off)
	}
}
