package compressed

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What compress of ncompress 4.2 (with -b 10 too, so that the table is full and cleared)
// and xz --format=lzma of Debian wrote of the table. Neither format says where it ends,
// but LZMA by its mark: a .Z that is cut is as long as it is.
func TestWithoutEnd(t *testing.T) {
	for _, f := range []sources.Format{LZMA, Compress} {
		pattern := map[string]string{"lzma": "*.lzma", "compress": "*.Z"}[f.Name]
		for name, data := range sourcetest.Samples(t, pattern) {
			r, res, err := cellstest.Read(f, name, data, sources.Limits{})
			if err != nil || len(r.Members) != 1 || res.Bytes == 0 {
				t.Fatal(name, err, len(r.Members), res)
			}
			if m := r.Members[0]; !strings.HasPrefix(m.Name, "debian") || strings.Count(string(m.Data), ";Zoé ") != 200 {
				t.Errorf("%s: %s %q", name, m.Name, m.Data)
			}
			whole := string(r.Members[0].Data)
			r, _, err = cellstest.Read(f, name, data[:len(data)/2], sources.Limits{})
			var fe *sources.FormatError
			if got := string(r.Members[0].Data); !strings.HasPrefix(whole, got) || f.Name == "compress" && len(got) < len(whole)/4 || errors.As(err, &fe) != (f.Name == "lzma") {
				t.Errorf("%s cut: %d bytes, %v", name, len(got), err)
			}
		}
	}
}

func TestLZW(t *testing.T) {
	for name, data := range map[string]string{
		"nothing":                "",
		"a head alone that lies": "\x1f\x9d\x1f",
		"nine bits":              "\x1f\x9d\x89\x61\x00",
		"a code ahead":           "\x1f\x9d\x90\x61\xfe\x03\x00\x00\x00\x00\x00\x00",
		"no letter first":        "\x1f\x9d\x10\x00\x03\x00\x00\x00\x00\x00\x00\x00",
	} {
		r, err := newLZW(strings.NewReader(data))
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		if err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	for name, head := range map[string]string{"bits": "\x1f\x9d\x88", "more bits": "\x1f\x9d\x91", "flags": "\x1f\x9d\xf0", "gzip": "\x1f\x8b\x90"} {
		if Compress.Sniff([]byte(head), "a.Z", 100) {
			t.Errorf("%s passes", name)
		}
	}
	lzma := sourcetest.Samples(t, "*.lzma")["debian.csv.lzma"]
	if LZMA.Sniff(lzma, "debian.bin", 100) || LZMA.Sniff([]byte("texte d'un fichier"), "a.lzma", 100) {
		t.Error("no LZMA passes for it")
	}
}

func TestHostileOld(t *testing.T) {
	sourcetest.Hostile(t, Compress, sourcetest.Samples(t, "*.Z"))
	sourcetest.Hostile(t, LZMA, sourcetest.Samples(t, "*.lzma"))
}

func FuzzCompress(f *testing.F) {
	for _, data := range sourcetest.Samples(f, "*.Z") {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := newLZW(bytes.NewReader(data))
		if err == nil {
			_, _ = io.Copy(io.Discard, io.LimitReader(r, 1<<20)) // damage is an error, no panic
		}
	})
}
