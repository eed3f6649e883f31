//go:build unix

package files

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"recense/sources"
)

// TestLargeFiles lists files of 10 GiB, which are holes: text is split into
// ranges that meet, what is read in one piece is not, and nothing is opened.
func TestLargeFiles(t *testing.T) {
	const size = 10<<30 + 12345
	root := t.TempDir()
	for _, name := range []string{"a.csv", "b.log", "c.box"} {
		f, err := os.Create(filepath.Join(root, name))
		if err == nil {
			err = f.Truncate(size)
		}
		if err != nil {
			t.Skipf("no file of %d bytes can be made here: %v", int64(size), err)
		}
		f.Close()
	}
	s := open(t, Options{Root: root})
	next, counts := map[string]int64{}, map[string]int{}
	for u, err := range s.Units(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		counts[u.Path]++
		if u.Count == 1 {
			if u.Range != "" || u.Size != size {
				t.Errorf("%s: range %q of %d bytes", u.Path, u.Range, u.Size)
			}
			continue
		}
		var from, to int64
		if _, err := fmt.Sscanf(u.Range, "%d-%d", &from, &to); err != nil || from != next[u.Path] || to-from != u.Size || u.Meta.Size != size {
			t.Fatalf("%s: range %q of %d bytes after %d", u.Path, u.Range, u.Size, next[u.Path])
		}
		next[u.Path] = to
	}
	ranges := int((int64(size) + sources.Limits{}.Defaults().Range - 1) / sources.Limits{}.Defaults().Range)
	if counts["a.csv"] != ranges || counts["b.log"] != ranges || counts["c.box"] != 1 || next["a.csv"] != size || next["b.log"] != size {
		t.Errorf("units %v, ends %v", counts, next)
	}
}

// TestRangesOfNoText makes what the name promised to be text something else:
// only the first of its ranges says so, the others give nothing.
func TestRangesOfNoText(t *testing.T) {
	picture := []byte("\x89PNG\r\n\x1a\n")
	for i := range 4000 {
		picture = append(picture, byte(i*i>>3))
	}
	root := share(t, map[string]string{"a.csv": string(picture), "b.csv": box("x.txt", "dedans, et assez long pour plusieurs morceaux")})
	r, units := scan(t, open(t, Options{Root: root, Limits: sources.Limits{Range: 1000}}))
	if len(units) != 6 {
		t.Errorf("%d units", len(units))
	}
	var got []string
	for _, l := range r.Locations {
		got = append(got, fmt.Sprint(l.Container, l.Result.Status))
	}
	if want := []string{"unsupported", "scanned", "scanned", "scanned", "scanned", "scanned", "x.txtscanned"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}

func TestPlainPaths(t *testing.T) {
	for _, p := range []string{"a/b.txt", "été.txt", "a b", "100%", "a#b", "", "x\x01", "a?b", "~$a@b,c;d"} {
		if got := string(appendURI(nil, p)) == p; got != isPlain([]byte(p)) && p != "été.txt" {
			t.Errorf("%q: plain %v, as it is %v", p, isPlain([]byte(p)), got)
		}
	}
}

// TestReadAllocates reads small files again and again: the second time, nothing
// is allocated for the file itself.
func TestReadAllocates(t *testing.T) {
	if !hasOwners {
		t.Skip("handles are allocated here")
	}
	root := share(t, map[string]string{"a.txt": "Madame votre dossier est complet.\nMerci.\n"})
	s := open(t, Options{Root: root, Formats: Formats()})
	var unit sources.Unit
	for u := range s.Units(context.Background()) {
		unit = u
	}
	var out quiet
	n := testing.AllocsPerRun(200, func() {
		if err := s.Read(context.Background(), unit, &out); err != nil {
			t.Fatal(err)
		}
	})
	if n > 1 {
		t.Errorf("%.1f allocations for a small file", n)
	}
}

// quiet is a Sink that keeps nothing.
type quiet struct{}

func (quiet) Open(sources.Place) error                    { return nil }
func (quiet) Chunk(*sources.Chunk) error                  { return nil }
func (quiet) Evidence(string, sources.Location) error     { return nil }
func (quiet) Skip(sources.Location, sources.Reason) error { return nil }
func (quiet) Close(sources.Result) error                  { return nil }
