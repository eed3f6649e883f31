package gzip

import (
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

func packed(t testing.TB, name, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Name = name
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRead(t *testing.T) {
	long := strings.Repeat("mot ", 100_000)
	for _, test := range []struct {
		name, outer string
		data        []byte
		inner, want string
		reason      sources.Reason
	}{
		{"name of the header", "x.gz", packed(t, "été.csv", "a;b"), "été.csv", "a;b", ""},
		{"name of the file", "export.csv.gz", packed(t, "", "a;b"), "export.csv", "a;b", ""},
		{"tape archive", "sauvegarde.tgz", packed(t, "", "x"), "sauvegarde.tar", "x", ""},
		{"no name at all", ".gz", packed(t, "", "x"), "content", "x", ""},
		{"several members", "x.gz", append(packed(t, "", "un "), packed(t, "", "deux")...), "x", "un deux", ""},
		{"zeros of a tape behind", "x.gz", append(packed(t, "", "un"), make([]byte, 1024)...), "x", "un", ""},
		{"something behind", "x.gz", append(packed(t, "", "un"), "reste du fichier"...), "x", "un", sources.Corrupt},
		{"long", "x.gz", packed(t, "", long), "x", long, ""},
	} {
		r, res, err := cellstest.Read(Format, test.outer, test.data, sources.Limits{})
		var fe *sources.FormatError
		if errors.As(err, &fe) {
			res.Detail = fe.Reason
		}
		if len(r.Members) != 1 || r.Members[0].Name != test.inner || string(r.Members[0].Data) != test.want || res.Detail != test.reason {
			t.Errorf("%s: %v %v %d members", test.name, res, err, len(r.Members))
		}
	}
}

// A file cut off anywhere says so; what could be unpacked is kept.
func TestCutAnywhere(t *testing.T) {
	var text strings.Builder
	for i := range 3000 {
		text.WriteString(strings.Repeat(string(rune('a'+i%26)), i%9) + "\n")
	}
	data := packed(t, "", text.String())
	for n := 4; n < len(data); n += 5 {
		r, res, err := cellstest.Read(Format, "x.gz", data[:n], sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Reason != sources.Truncated {
			t.Fatalf("cut at %d: %v %v", n, res, err)
		}
		if len(r.Members) == 1 && !strings.HasPrefix(text.String(), string(r.Members[0].Data)) {
			t.Fatalf("cut at %d: other text", n)
		}
		if n > 9*len(data)/10 && len(r.Members[0].Data) < text.Len()/3 {
			t.Fatalf("cut at %d: only %d bytes", n, len(r.Members[0].Data))
		}
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{"x.csv.gz": packed(t, "a.csv", strings.Repeat("a;b;c\n", 500))})
}
