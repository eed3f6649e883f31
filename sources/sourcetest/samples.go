package sourcetest

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"recense/sources"
)

// Samples returns the files of the folder testdata that match pattern, by their
// last names. It fails the test when there are none.
func Samples(t testing.TB, pattern string) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no testdata/%s: %v", pattern, err)
	}
	all := make(map[string][]byte)
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(p)] = data
	}
	return all
}

// Zip makes an archive of names and contents, in turn. A first entry named
// mimetype is stored as it is.
func Zip(t testing.TB, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(entries); i += 2 {
		h := &zip.FileHeader{Name: entries[i], Method: zip.Deflate}
		if h.Name == "mimetype" {
			h.Method = zip.Store
		}
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = io.WriteString(w, entries[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Fuzz adds samples to f and reads whatever comes of them: no panic, no breach of
// the contract of chunks, no error but a *sources.FormatError.
func Fuzz(f *testing.F, format sources.Format, samples ...[]byte) {
	for _, s := range samples {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := Input(format, "f", data)
		if !format.Sniff(in.Head, in.Name, in.Size) {
			return
		}
		r := ForFormat(sources.Limits{Fields: 16, RatioMin: 1 << 20})
		res, err := format.Read(context.Background(), in, r)
		r.Close(res)
		if e := r.Done(); e != nil {
			t.Fatal(e)
		}
		var fe *sources.FormatError
		if err != nil && !errors.As(err, &fe) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("error is no FormatError: %T", err)
		}
	})
}

// Benchmark reads data over and over and reports bytes of the container.
func Benchmark(b *testing.B, format sources.Format, name string, data []byte) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	r := &counting{}
	for b.Loop() {
		if _, err := format.Read(b.Context(), Input(format, name, data), r); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(r.text)/1e6/b.Elapsed().Seconds(), "textMB/s")
}

// counting is an Output that counts the bytes of text.
type counting struct{ text int64 }

func (c *counting) Chunk(k *sources.Chunk) error { c.text += int64(k.To - k.From); return nil }

func (c *counting) Evidence(string, sources.Location) error { return nil }

func (c *counting) Skip(sources.Location, sources.Reason) error { return nil }

func (c *counting) Limits() sources.Limits { return sources.Limits{}.Defaults() }

func (c *counting) Member(m sources.Member) error {
	if m.Read != nil {
		_, err := m.Read(c)
		return err
	}
	if m.Reader == nil {
		return nil
	}
	n, _ := io.Copy(io.Discard, m.Reader) // what is damaged shows in the tests
	c.text += n
	return nil
}
