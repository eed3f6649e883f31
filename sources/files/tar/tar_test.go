package tar

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

func archive(t testing.TB, format tar.Format) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	long := strings.Repeat("dossier/", 15) + "é.txt"
	if format == tar.FormatUSTAR {
		long = strings.Repeat("dossier/", 15) + "e.txt"
	}
	for _, f := range []struct {
		name, content string
		kind          byte
	}{
		{"dossier/", "", tar.TypeDir}, {"dossier/a.csv", "nom;nir\n", tar.TypeReg}, {"lien", "", tar.TypeSymlink}, {"dur", "", tar.TypeLink},
		{long, strings.Repeat("long ", 300), tar.TypeReg}, {"vide", "", tar.TypeReg}, {"../hors.txt", "dehors", tar.TypeReg},
	} {
		h := &tar.Header{Name: f.name, Size: int64(len(f.content)), Mode: 0o600, Typeflag: f.kind, Format: format}
		if f.kind == tar.TypeSymlink || f.kind == tar.TypeLink {
			h.Linkname = "dossier/a.csv"
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func names(r *cellstest.Recorder) string {
	var b strings.Builder
	for _, m := range r.Members {
		fmt.Fprintf(&b, "%s:%d ", m.Name[max(0, len(m.Name)-12):], len(m.Data))
	}
	return b.String()
}

func TestRead(t *testing.T) {
	for format, want := range map[tar.Format]string{
		tar.FormatUSTAR: "ossier/a.csv:8 ossier/e.txt:1500 vide:0 ../hors.txt:6 ",
		tar.FormatPAX:   "ssier/é.txt:1500 ",
		tar.FormatGNU:   "ssier/é.txt:1500 ",
	} {
		data := archive(t, format)
		if !Format.Sniff(data, "", -1) {
			t.Errorf("%v is not known", format)
		}
		r, res, err := cellstest.Read(Format, "x.tar", data, sources.Limits{})
		if err != nil || !strings.Contains(names(r), want) || len(r.Members) != 4 {
			t.Errorf("%v: %v %v %q", format, res, err, names(r))
		}
	}
}

// An archive cut off anywhere says so and keeps what came before, its last file
// as far as it goes.
func TestCutAnywhere(t *testing.T) {
	data := archive(t, tar.FormatPAX)
	for n := block; n < len(data)-2*block; n += 11 {
		r, res, err := cellstest.Read(Format, "x.tar", data[:n], sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != sources.Partial || fe.Reason != sources.Truncated {
			t.Fatalf("cut at %d: %v %v", n, res, err)
		}
		if n > 3*block && (len(r.Members) == 0 || string(r.Members[0].Data) != "nom;nir\n") {
			t.Fatalf("cut at %d: %q", n, names(r))
		}
	}
}

func TestDamage(t *testing.T) {
	data := archive(t, tar.FormatUSTAR)
	at := bytes.Index(data, []byte("vide"))
	bad := bytes.Clone(data)
	bad[at] ^= 0x10 // the sum of the header is wrong
	r, _, err := cellstest.Read(Format, "x.tar", bad, sources.Limits{})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Reason != sources.Corrupt || len(r.Members) != 2 {
		t.Errorf("%v %q", err, names(r))
	}
}

func TestSniff(t *testing.T) {
	random := bytes.Repeat([]byte("texte ordinaire\n"), 100)
	for name, data := range map[string][]byte{"text": random, "zeros": make([]byte, 2048), "short": []byte("x")} {
		if Format.Sniff(data, "x.tar", int64(len(data))) {
			t.Errorf("%s is taken for an archive", name)
		}
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{"pax.tar": archive(t, tar.FormatPAX), "gnu.tar": archive(t, tar.FormatGNU)})
}
