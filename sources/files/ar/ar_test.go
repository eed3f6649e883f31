package ar

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// bsd is an archive with a long name as BSD and macOS write it, behind a table of symbols.
const bsd = "!<arch>\n" +
	"__.SYMDEF       0           0     0     100644  3         `\nabc\n" +
	"#1/20           1790000000  0     0     100644  27        `\nnom avec blancs.txt\x00Bonjour\n"

// What GNU ar 2.40 and dpkg-deb 1.21 wrote.
func TestProducers(t *testing.T) {
	samples := sourcetest.Samples(t, "*.*")
	samples["bsd.a"] = []byte(bsd)
	for name, want := range map[string]string{
		"gnu.a":    "lettre.txt:8 a.csv:31 un_nom_plus_long_que_seize.txt:8 ",
		"bsd.a":    "nom avec blancs.txt:7 ",
		"dpkg.deb": "debian-binary:4 control.tar.xz:292 data.tar.xz:248 ",
	} {
		r, res, err := cellstest.Read(Format, name, samples[name], sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || res.Bytes < int64(len(samples[name]))-1 {
			t.Fatal(name, err, r.Wrong, res)
		}
		got := ""
		for _, m := range r.Members {
			got += fmt.Sprintf("%s:%d ", m.Name, len(m.Data))
		}
		if got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestStates(t *testing.T) {
	gnu := sourcetest.Samples(t, "*.a")["gnu.a"]
	for _, test := range []struct {
		name   string
		data   []byte
		reason sources.Reason
	}{
		{"cut in a file", gnu[:bytes.Index(gnu, []byte("Martin"))], sources.Truncated},
		{"cut in a header", gnu[:len(whole)+30], sources.Truncated},
		{"no header", append([]byte(whole), bytes.Repeat([]byte("x"), 60)...), sources.Corrupt},
	} {
		_, _, err := cellstest.Read(Format, "x.a", test.data, sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != sources.Partial || fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	r, _, err := cellstest.Read(Format, "x.a", []byte(thin+"lettre.txt/     0           0     0     644     8         `\n"), sources.Limits{})
	if err != nil || len(r.Members) != 1 || r.Members[0].Detail != sources.MissingPart {
		t.Error("thin:", err, r.Members)
	}
}

func samples(t testing.TB) map[string][]byte {
	all := sourcetest.Samples(t, "*.*")
	all["bsd.a"] = []byte(bsd)
	return all
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, samples(t)) }

func FuzzRead(f *testing.F) {
	var seeds [][]byte
	for _, s := range samples(f) {
		seeds = append(seeds, s)
	}
	sourcetest.Fuzz(f, Format, seeds...)
}
