package zip

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// archive makes an archive of names and contents; the method of a name that ends
// in .raw is stored.
func archive(t testing.TB, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		h := &zip.FileHeader{Name: entries[i], Method: zip.Deflate}
		if strings.HasSuffix(h.Name, ".raw") {
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

func lifelike(t testing.TB) []byte {
	var long strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&long, "ligne %d ; %d\n", i, i*7919)
	}
	return archive(t, "dossier/", "", "dossier/a.csv", "nom;nir\nPetit;1800175001001\n", "brut.raw", "contenu brut", "../hors/é.txt", "dehors", "long.txt", long.String(), "fin.txt", "la fin")
}

func show(r *cellstest.Recorder) string {
	var b strings.Builder
	for _, m := range r.Members {
		fmt.Fprintf(&b, "%s=%.30s %s %s|", m.Name, m.Data, m.Status, m.Detail)
	}
	return b.String()
}

func TestEntries(t *testing.T) {
	data := lifelike(t)
	want := "dossier/a.csv=nom;nir\nPetit;1800175001001\n scanned |brut.raw=contenu brut scanned |../hors/é.txt=dehors scanned |long.txt=ligne 0 ; 0\nligne 1 ; 7919\nlig scanned |fin.txt=la fin scanned |"
	r, res, err := cellstest.Read(Format, "x.zip", data, sources.Limits{})
	if err != nil || show(r) != want {
		t.Errorf("%v %v\n got %q\nwant %q", res, err, show(r), want)
	}
	// Without random access it is held, and read the same.
	in := cellstest.Input("x.zip", data)
	in.At, in.Size = nil, -1
	r = &cellstest.Recorder{}
	if _, err := Format.Read(t.Context(), in, r); err != nil || show(r) != want {
		t.Errorf("read once: %v\n got %q\nwant %q", err, show(r), want)
	}
}

// An archive cut off anywhere keeps the entries before, and says so.
func TestCutAnywhere(t *testing.T) {
	data := lifelike(t)
	first := bytes.Index(data, []byte("brut.raw")) - 30
	for n := 4; n < len(data); n += 7 {
		r, res, err := cellstest.Read(Format, "x.zip", data[:n], sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != sources.Partial && fe.Status != sources.Unreadable {
			t.Fatalf("cut at %d: %v %v", n, res, err)
		}
		if n > first && !strings.HasPrefix(show(r), "dossier/a.csv=nom;nir\nPetit;1800175001001\n ") {
			t.Fatalf("cut at %d: lost the first entry: %q", n, show(r))
		}
	}
}

// A damaged entry says so itself; those beside it are whole.
func TestDamagedEntry(t *testing.T) {
	data := lifelike(t)
	bad := bytes.Clone(data)
	bad[bytes.Index(data, []byte("contenu brut"))] ^= 1
	r, _, err := cellstest.Read(Format, "x.zip", bad, sources.Limits{})
	if err != nil || len(r.Members) != 5 {
		t.Fatal(err, show(r))
	}
	for _, m := range r.Members {
		if damaged := m.Name == "brut.raw"; damaged != (m.Err != nil) {
			t.Errorf("%s: %v", m.Name, m.Err)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, test := range []struct {
		name   string
		data   []byte
		status sources.Status
		media  string
	}{
		{"document", archive(t, "[Content_Types].xml", "<x/>", "word/document.xml", "<x/>"), sources.Unsupported, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"open document", archive(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<x/>"), sources.Unsupported, "application/vnd.oasis.opendocument.text"},
		{"content that says it is a type", archive(t, "mimetype", "dupont@exemple.fr"), sources.Scanned, mediaType},
		{"empty", archive(t), sources.Scanned, mediaType},
	} {
		_, res, err := cellstest.Read(Format, "x.zip", test.data, sources.Limits{})
		var fe *sources.FormatError
		if errors.As(err, &fe) {
			res.Status = fe.Status
		}
		if res.Status != test.status || res.MediaType != test.media {
			t.Errorf("%s: %v %v", test.name, res, err)
		}
	}
}

// Encrypted entries are told, the others read.
func TestEncrypted(t *testing.T) {
	data := archive(t, "a.txt", "secret", "b.txt", "clair")
	data[bytes.Index(data, []byte("PK\x03\x04"))+6] |= encrypted
	data[bytes.Index(data, []byte("PK\x01\x02"))+8] |= encrypted
	r, _, err := cellstest.Read(Format, "x.zip", data, sources.Limits{})
	if want := "a.txt= encrypted password_protected|b.txt=clair scanned |"; err != nil || show(r) != want {
		t.Errorf("%v %q", err, show(r))
	}
}

func TestNames(t *testing.T) {
	for _, test := range []struct {
		in    string
		other bool
		want  string
	}{
		{"\x82t\x82.txt", true, "été.txt"}, {"été.txt", true, "été.txt"}, {"été.txt", false, "été.txt"}, {"a\\b", true, "a\\b"},
	} {
		if got := nameOf(test.in, test.other); got != test.want {
			t.Errorf("%q: %q", test.in, got)
		}
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{"x.zip": lifelike(t), "nested.zip": archive(t, "in.zip", string(lifelike(t)))})
}

func FuzzRead(f *testing.F) {
	f.Add(archive(f, "a.txt", "a", "b.raw", "b"), true)
	f.Fuzz(func(t *testing.T, data []byte, random bool) {
		in := cellstest.Input("x.zip", data)
		if !random {
			in.At, in.Size = nil, -1
		}
		r := &cellstest.Recorder{}
		_, err := Format.Read(t.Context(), in, r)
		var fe *sources.FormatError
		if err != nil && !errors.As(err, &fe) {
			t.Fatal(err)
		}
	})
}
