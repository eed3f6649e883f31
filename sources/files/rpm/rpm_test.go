package rpm

import (
	"errors"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/files/cpio"
	"recense/sources/files/gzip"
	"recense/sources/sourcetest"
)

// What rpmbuild 4.18 wrote of an invented package, with each program that packs.
func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.rpm") {
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || len(r.Members) != 1 || res.Bytes != int64(len(data)) {
			t.Fatal(name, err, r.Wrong, res)
		}
		for _, want := range []string{"packager: Zoe Martin <zoe.martin@exemple.fr>\n", "changelog: Paul Durand <paul.durand@exemple.fr> - 1-1\n", "changelog: - premier\n", "description: Exemple invente.\n"} {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, r.Lines())
			}
		}
		suffix := map[string]string{"gz": ".gz", "xz": ".xz", "zs": ".zst", "bz": ".bz2"}[strings.Split(name, ".")[1][:2]]
		if got := r.Members[0].Name; got != "payload.cpio"+suffix {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// The files of a package are those of the archive in its payload.
func TestPayload(t *testing.T) {
	r, _, _ := cellstest.Read(Format, "x.rpm", sourcetest.Samples(t, "*.rpm")["rpmbuild_w9.gzdio.rpm"], sources.Limits{})
	g, _, err := cellstest.Read(gzip.Format, "payload.cpio.gz", r.Members[0].Data, sources.Limits{})
	if err != nil || len(g.Members) != 1 {
		t.Fatal(err)
	}
	c, _, err := cellstest.Read(cpio.Format, "payload.cpio", g.Members[0].Data, sources.Limits{})
	if err != nil || len(c.Members) != 1 || c.Members[0].Name != "./srv/a.csv" || string(c.Members[0].Data) != "nom;nir\nMartin;180017500100104\n" {
		t.Error(err, c.Members)
	}
}

func TestStates(t *testing.T) {
	whole := sourcetest.Samples(t, "*.rpm")["rpmbuild_w9.gzdio.rpm"]
	huge := append([]byte(nil), whole...)
	huge[leadSize+8] = 0x7F
	other := append([]byte(nil), whole...)
	other[leadSize]++
	for _, test := range []struct {
		name   string
		data   []byte
		status sources.Status
		reason sources.Reason
	}{
		{"cut in the header", whole[:leadSize+100], sources.Partial, sources.Truncated},
		{"no header", other, sources.Partial, sources.Corrupt},
		{"an index of millions", huge, sources.TooLarge, sources.SizeLimit},
	} {
		_, _, err := cellstest.Read(Format, "x.rpm", test.data, sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != test.status || fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*gzdio.rpm")) }

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, sourcetest.Samples(f, "*gzdio.rpm")["rpmbuild_w9.gzdio.rpm"])
}
