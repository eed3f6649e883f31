package compressed

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What bzip2 1.0.8, zstd 1.5, xz 5.4 and lz4 1.9 of Debian wrote of an invented
// table; legacy.csv.lz4 with -l, blocks.csv.xz with --block-size=2048 -C sha256.
func TestProducers(t *testing.T) {
	for _, f := range []sources.Format{Bzip2, Zstd, XZ, LZ4} {
		pattern := map[string]string{"bzip2": "*.bz2", "zstd": "*.zst", "xz": "*.xz", "lz4": "*.lz4"}[f.Name]
		for name, data := range sourcetest.Samples(t, pattern) {
			r, res, err := cellstest.Read(f, name, data, sources.Limits{})
			if err != nil || len(r.Members) != 1 || res.Bytes == 0 {
				t.Fatal(name, err, len(r.Members), res)
			}
			if m := r.Members[0]; !slices.Contains([]string{"debian.csv", "legacy.csv", "blocks.csv"}, m.Name) || strings.Count(string(m.Data), ";Zoé ") != 200 || m.Embedded {
				t.Errorf("%s: %s %q", name, m.Name, m.Data)
			}
			r, _, err = cellstest.Read(f, name, append(bytes.Clone(data), data...), sources.Limits{})
			if err != nil || strings.Count(string(r.Members[0].Data), ";Zoé ") != 400 {
				t.Errorf("%s: two streams: %v, %d bytes", name, err, len(r.Members[0].Data))
			}
			_, _, err = cellstest.Read(f, name, data[:len(data)-6], sources.Limits{})
			var fe *sources.FormatError
			if !errors.As(err, &fe) || fe.Status != sources.Partial || fe.Reason != sources.Truncated {
				t.Errorf("%s cut: %v", name, err)
			}
		}
	}
}

func TestWindow(t *testing.T) {
	// A frame whose header asks for a window of 2 GiB.
	data := []byte("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00")
	_, _, err := cellstest.Read(Zstd, "x.zst", data, sources.Limits{})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Status != sources.TooLarge {
		t.Errorf("window: %v", err)
	}
	// A block that asks for a dictionary of 1 GiB, with right sums.
	b := bytes.Clone(sourcetest.Samples(t, "*.xz")["debian.csv.xz"])
	at := bytes.IndexByte(b[12:24], 0x21) + 12
	b[at+2] = 36
	binary.LittleEndian.PutUint32(b[12+4*int(b[12]):], crc32.ChecksumIEEE(b[12:12+4*int(b[12])]))
	_, _, err = cellstest.Read(XZ, "x.xz", b, sources.Limits{})
	if !errors.As(err, &fe) || fe.Status != sources.TooLarge {
		t.Errorf("dictionary: %v", err)
	}
}

func TestNames(t *testing.T) {
	for outer, want := range map[string]string{"a.csv.bz2": "a.csv", "a.tbz2": "a.tar", "a.TZST": "a.tar", "a.zst": "a", "a.txz": "a.tar", "a.csv.xz": "a.csv", "a.LZ4": "a", ".bz2": "content", "export": "export"} {
		if got := inside(outer); got != want {
			t.Errorf("%s: %s, want %s", outer, got, want)
		}
	}
}

func TestSniff(t *testing.T) {
	for head, want := range map[string]bool{"BZh91AY&SY\x00": true, "BZh9 est un mot": false, "BZ": false, "BZh01AY&SY": false} {
		if Bzip2.Sniff([]byte(head), "x", -1) != want {
			t.Errorf("%q: not %v", head, want)
		}
	}
}

func TestHostile(t *testing.T) {
	t.Run("bzip2", func(t *testing.T) { sourcetest.Hostile(t, Bzip2, sourcetest.Samples(t, "*.bz2")) })
	t.Run("zstd", func(t *testing.T) { sourcetest.Hostile(t, Zstd, sourcetest.Samples(t, "*.zst")) })
	t.Run("xz", func(t *testing.T) { sourcetest.Hostile(t, XZ, sourcetest.Samples(t, "*.xz")) })
	t.Run("lz4", func(t *testing.T) { sourcetest.Hostile(t, LZ4, sourcetest.Samples(t, "*.lz4")) })
}

func FuzzXZ(f *testing.F) {
	for _, data := range sourcetest.Samples(f, "*.xz") {
		f.Add(data)
	}
	sourcetest.Fuzz(f, XZ)
}

func FuzzLZ4(f *testing.F) {
	for _, data := range sourcetest.Samples(f, "*.lz4") {
		f.Add(data)
	}
	sourcetest.Fuzz(f, LZ4)
}

func BenchmarkZstd(b *testing.B) {
	w, _ := zstd.NewWriter(nil)
	data := w.EncodeAll(bytes.Repeat([]byte("nom;nir\nZoé;280017500100151\n"), 200_000), nil)
	sourcetest.Benchmark(b, Zstd, "x.zst", data)
}

// TestSkippable reads a file that begins with a frame to be skipped.
func TestSkippable(t *testing.T) {
	data := append([]byte("\x5a\x2a\x4d\x18\x03\x00\x00\x00abc"), sourcetest.Samples(t, "*.zst")["debian.csv.zst"]...)
	r, _, err := cellstest.Read(Zstd, "debian.csv.zst", data, sources.Limits{})
	if !Zstd.Sniff(data, "x", -1) || err != nil || len(r.Members) != 1 || strings.Count(string(r.Members[0].Data), ";Zoé ") != 200 {
		t.Error(Zstd.Sniff(data, "x", -1), err)
	}
	if Zstd.Sniff(data[:11], "x", -1) || Zstd.Sniff(data[:8], "x", -1) {
		t.Error("a frame to be skipped alone passes for Zstandard")
	}
}
