package cpio

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What GNU cpio 2.13 wrote in each form (cpio -o -H) of a folder, a table, a letter with two
// names, a file without content and a link.
func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.cpio") {
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || res.Bytes > int64(len(data)) {
			t.Fatal(name, err, r.Wrong, res)
		}
		got, letter := "", false
		for _, m := range r.Members {
			got += fmt.Sprintf("%s:%d ", m.Name, len(m.Data))
			letter = letter || string(m.Data) == "Bonjour\n"
			if m.ModTime.Year() != 2026 {
				t.Errorf("%s %s: of %v", name, m.Name, m.ModTime)
			}
		}
		if !strings.HasPrefix(got, "dossier/a.csv:31 ") || !strings.Contains(got, " vide:0 ") || !strings.Contains(got, " lettre.txt:") || strings.Contains(got, "lien") || !letter {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestStates(t *testing.T) {
	newc, odc := sourcetest.Samples(t, "*.cpio")["gnu_newc.cpio"], sourcetest.Samples(t, "*.cpio")["gnu_odc.cpio"]
	at := bytes.Index(newc, []byte("Martin"))
	for _, test := range []struct {
		name   string
		data   []byte
		reason sources.Reason
	}{
		{"cut in a file", newc[:at], sources.Truncated},
		{"cut in a header", odc[:40], sources.Truncated},
		{"no end mark", odc[:bytes.LastIndex(odc, []byte("070707"))], sources.Truncated},
		{"no sizes", append(bytes.Clone(newc[:bytes.LastIndex(newc, []byte("070701"))]), "07070X00000000"+strings.Repeat("0", 110)...), sources.UnknownMethod},
	} {
		_, _, err := cellstest.Read(Format, "x.cpio", test.data, sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != sources.Partial || fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// One archive behind another is a member of it, whatever zeros lie between.
func TestBehind(t *testing.T) {
	newc := sourcetest.Samples(t, "*.cpio")["gnu_newc.cpio"]
	r, res, err := cellstest.Read(Format, "x.cpio", append(append(bytes.Clone(newc), make([]byte, 300)...), newc...), sources.Limits{})
	last := r.Members[len(r.Members)-1]
	if err != nil || last.Name != "" || !bytes.Equal(last.Data, newc) || res.Bytes != int64(2*len(newc)+300) {
		t.Error(err, res, last.Name, len(last.Data))
	}
}

// The magic of the binary form is two bytes that a text may begin with.
func TestNotCpio(t *testing.T) {
	for _, head := range []string{"\xc7q" + strings.Repeat("Ceci est un texte. ", 10), strings.Repeat("0707070707;", 20), strings.Repeat("0707070707\n", 20)} {
		if Format.Sniff([]byte(head), "x", -1) {
			t.Errorf("%.20q", head)
		}
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.cpio")) }

func FuzzRead(f *testing.F) {
	var seeds [][]byte
	for _, s := range sourcetest.Samples(f, "*.cpio") {
		seeds = append(seeds, s)
	}
	sourcetest.Fuzz(f, Format, seeds...)
}
