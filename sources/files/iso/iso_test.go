package iso

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/files/compressed"
	"recense/sources/sourcetest"
)

// images unpacks what genisoimage 1.1 (-J -R; plain without) and xorriso 1.5 (-R)
// of Debian wrote of invented files.
func images(t testing.TB) map[string][]byte {
	all := make(map[string][]byte)
	for name, packed := range sourcetest.Samples(t, "*.iso.xz") {
		data, err := io.ReadAll(compressed.NewXZ(bytes.NewReader(packed)))
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(name, ".xz")] = data
	}
	return all
}

func show(r *cellstest.Recorder) string {
	var b strings.Builder
	for _, m := range r.Members {
		fmt.Fprintf(&b, "%s %d %v|", m.Name, len(m.Data), m.Err)
	}
	return b.String()
}

func TestProducers(t *testing.T) {
	for name, data := range images(t) {
		r, _, err := cellstest.Read(Format, name, data, sources.Limits{})
		want := "export.csv 8289 <nil>|lettre.txt 35 <nil>|sous/é à.txt 35 <nil>|"
		if name == "genisoimage_plain.iso" {
			want = "EXPORT.CSV 8289 <nil>|LETTRE.TXT 35 <nil>|SOUS/_____.TXT 35 <nil>|"
		}
		if got := show(r); err != nil || got != want {
			t.Errorf("%s: %v %s", name, err, got)
		}
		for _, m := range r.Members {
			if m.ModTime.Year() < 2020 || m.Name == "lettre.txt" && !strings.Contains(string(m.Data), "paul.durand@exemple.fr") {
				t.Errorf("%s: %s of %v: %.40q", name, m.Name, m.ModTime, m.Data)
			}
		}
	}
}

func TestDamage(t *testing.T) {
	data := images(t)["xorriso.iso"]
	loop := bytes.Clone(data)
	root := binary.LittleEndian.Uint32(data[first+158:])
	dir := loop[int(root)*sector:][:sector]
	at := bytes.Index(dir, []byte("SOUS")) - 33
	binary.LittleEndian.PutUint32(dir[at+2:], root)
	export := bytes.Index(data, []byte("rang;nir;nom"))
	for _, test := range []struct {
		name   string
		data   []byte
		reason sources.Reason
		want   string
	}{
		{"a folder within itself", loop, sources.Corrupt, "export.csv 8289 <nil>|lettre.txt 35 <nil>|"},
		{"cut", data[:export+1000], sources.Truncated, "export.csv 1000 unexpected EOF|"},
	} {
		r, _, err := cellstest.Read(Format, "x.iso", test.data, sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Reason != test.reason || !strings.HasPrefix(show(r), test.want) {
			t.Errorf("%s: %v %s", test.name, err, show(r))
		}
	}
}

// Files of more than 4 GiB lie in several extents.
func TestExtents(t *testing.T) {
	data := bytes.Clone(images(t)["genisoimage_plain.iso"])
	root := data[int(binary.LittleEndian.Uint32(data[first+158:]))*sector:][:sector]
	at := bytes.Index(root, []byte("LETTRE.TXT")) - 33
	entry := bytes.Clone(root[at : at+int(root[at])])
	rest := bytes.Clone(root[at:])
	entry[25] |= 0x80
	copy(root[at:], append(entry, rest...))
	r, _, err := cellstest.Read(Format, "x.iso", data, sources.Limits{})
	if err != nil || !strings.Contains(show(r), "LETTRE.TXT 70 <nil>|") {
		t.Error(err, show(r))
	}
}

func TestHostile(t *testing.T) {
	all := images(t)
	delete(all, "genisoimage_plain.iso")
	sourcetest.Hostile(t, Format, all)
}

func FuzzRead(f *testing.F) {
	for _, data := range images(f) {
		f.Add(data[:min(len(data), 64*sector)])
	}
	sourcetest.Fuzz(f, Format)
}
