package files

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"os"
	"path/filepath"
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
	if s.names[n] == "" {
		s.found[s.path] = r.ContentID
	}
	s.names = s.names[:n]
	return nil
}

// TestContentID: the same content has the same identifier whatever its name; the value
// is that of domain/register.md B.5; files in ranges have one; off by default.
func TestContentID(t *testing.T) {
	root := t.TempDir()
	large := bytes.Repeat([]byte("une ligne de texte\n"), (9<<20)/19)
	for name, data := range map[string][]byte{"a.txt": []byte("même contenu"), "copie.txt": []byte("même contenu"), "autre.txt": []byte("autre contenu"), "vide.txt": nil, "grand.txt": large} {
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
	got := read(Options{Root: root, Key: key, ContentID: true, Limits: sources.Limits{Range: 4 << 20}})
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
	if off := read(Options{Root: root, Key: key}); off["a.txt"] != none {
		t.Errorf("off: %x", off)
	}
}
