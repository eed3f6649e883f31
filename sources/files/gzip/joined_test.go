package gzip_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"recense/sources"
	format "recense/sources/files/gzip"
	"recense/sources/sourcetest"
)

// squeezed is one member of gzip.
func squeezed(t testing.TB, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Name = name
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestMembers(t *testing.T) {
	long := strings.Repeat("nom;nir;ville\n", 20_000)
	one, two := squeezed(t, "", "un\n"), squeezed(t, "", "deux\n")
	join := func(b ...[]byte) []byte { return bytes.Join(b, nil) }
	wrong := bytes.Clone(one)
	wrong[len(wrong)-6] ^= 1
	whole := squeezed(t, "", long)
	for _, c := range []struct {
		name, file string
		data       []byte
		member     string
		text       string
		want       sources.FormatError
	}{
		{"one", "a.csv.gz", one, "a.csv", "un\n", sources.FormatError{}},
		{"name of the header", "a.gz", squeezed(t, "dosé.csv", "un\n"), "dosé.csv", "un\n", sources.FormatError{}},
		{"tar", "a.tgz", one, "a.tar", "un\n", sources.FormatError{}},
		{"capitals", "A.CSV.GZ", one, "A.CSV", "un\n", sources.FormatError{}},
		{"no name", ".gz", one, "content", "un\n", sources.FormatError{}},
		{"other suffix", "a.bin", one, "a.bin", "un\n", sources.FormatError{}},
		{"members one after the other", "a.gz", join(one, two, one), "a", "un\ndeux\nun\n", sources.FormatError{}},
		{"an empty member between", "a.gz", join(one, squeezed(t, "", ""), two), "a", "un\ndeux\n", sources.FormatError{}},
		{"zeros behind", "a.gz", join(one, make([]byte, 1000)), "a", "un\n", sources.FormatError{}},
		{"garbage behind", "a.gz", join(one, []byte("this is something else")), "a", "un\n", sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}},
		{"sum wrong", "a.gz", wrong, "a", "un\n", sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}},
		{"cut", "a.gz", whole[:len(whole)/2], "a", "prefix", sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}},
		{"cut in the sum", "a.gz", whole[:len(whole)-3], "a", long, sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}},
		{"cut in the second", "a.gz", join(one, two[:len(two)-2]), "a", "un\ndeux\n", sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}},
		{"header only", "a.gz", one[:10], "a", "", sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sourcetest.ForFormat(sources.Limits{})
			_, err := format.Format.Read(context.Background(), sourcetest.Input(format.Format, c.file, c.data), r)
			var got sources.FormatError
			var fe *sources.FormatError
			if errors.As(err, &fe) {
				got = *fe
			} else if err != nil {
				t.Fatalf("%v is no FormatError", err)
			}
			if got != c.want {
				t.Errorf("%v %v, not %v %v", got.Status, got.Reason, c.want.Status, c.want.Reason)
			}
			if len(r.Locations) != 2 {
				t.Fatalf("%d members", len(r.Locations)-1)
			}
			m := r.Locations[1]
			if m.Container != c.member {
				t.Errorf("member %q, not %q", m.Container, c.member)
			}
			if s := string(m.Text); c.text == "prefix" && (s == "" || !strings.HasPrefix(long, s)) || c.text != "prefix" && s != c.text {
				t.Errorf("%d bytes of text, not %d", len(s), len(c.text))
			}
		})
	}
}

func TestSniff(t *testing.T) {
	for in, want := range map[string]bool{
		"\x1f\x8b\x08\x00": true, "\x1f\x8b\x08\xff": false, "\x1f\x8b\x07\x00": false, "\x1f\x8b": false, "": false,
	} {
		if format.Format.Sniff([]byte(in), "a.gz", -1) != want {
			t.Errorf("%q: %v", in, !want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(squeezed(f, "a", "texte"))
	f.Add(append(squeezed(f, "", "un"), squeezed(f, "", "deux")...))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := sourcetest.ForFormat(sources.Limits{})
		_, err := format.Format.Read(t.Context(), sourcetest.Input(format.Format, "a.gz", data), r)
		var fe *sources.FormatError
		if err != nil && !errors.As(err, &fe) {
			t.Errorf("%T", err)
		}
	})
}
