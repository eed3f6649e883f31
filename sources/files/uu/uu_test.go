package uu

import (
	"errors"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

const table = "nom;nir\nMartin;180017500100104\n"

// What uuencode of sharutils 4.15 wrote.
func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.uu") {
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || len(r.Members) != 1 || res.Bytes != int64(len(data)) {
			t.Fatal(name, err, r.Wrong, len(r.Members), res)
		}
		if m := r.Members[0]; m.Name != "a.csv" || string(m.Data) != table || m.Err != nil || strings.TrimSpace(r.Lines()) != "" {
			t.Errorf("%s: %s %q %v, text %q", name, m.Name, m.Data, m.Err, r.Lines())
		}
	}
}

func TestBlocks(t *testing.T) {
	const block = "begin 644 C:\\temp\\a.txt\n#0F]N\n`\nend\n"
	for _, test := range []struct {
		name, in, members, text string
		broken                  bool
	}{
		{"two, with text around", block + "entre\n" + block + "fin", "a.txt=Bon|a.txt=Bon|", "entre\nfin", false},
		{"line ends of Windows", strings.ReplaceAll(block, "\n", "\r\n"), "a.txt=Bon|", "", false},
		{"no end", "begin 644 a\n#0F]N\nMonsieur,\n", "a=Bon|", "Monsieur,\n", true},
		{"xxencode", "begin 644 a\n1" + xxOf("Bon") + "\n+\nend\n", "a=Bon|", "", false},
		{"empty file", "begin 644 a\nend\nfin", "a=|", "fin", false},
	} {
		r, _, err := cellstest.Read(Format, "x.uu", []byte(test.in), sources.Limits{})
		got := ""
		for _, m := range r.Members {
			got += m.Name + "=" + string(m.Data) + "|"
		}
		var fe *sources.FormatError
		if got != test.members || errors.As(err, &fe) != test.broken || strings.ReplaceAll(strings.TrimRight(r.Values(), "\n"), "\n\n", "\n") != strings.TrimRight(test.text, "\n") {
			t.Errorf("%s: %s, %q, %v", test.name, got, r.Values(), err)
		}
	}
}

// xxOf writes three bytes as xxencode does.
func xxOf(s string) string {
	const letters = "+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	return string([]byte{letters[s[0]>>2], letters[s[0]<<4&63|s[1]>>4], letters[s[1]<<2&63|s[2]>>6], letters[s[2]&63]})
}

func TestSniff(t *testing.T) {
	for _, prose := range []string{"begin 644 pages later\nand so on\n", "begin\n", "begin 1 x\n#0F]N\n", "begin 644 x", "beginning 644 x\n#0F]N\n"} {
		if Format.Sniff([]byte(prose), "x.txt", int64(len(prose))) {
			t.Errorf("%q is none", prose)
		}
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.uu")) }

func FuzzRead(f *testing.F) {
	for _, s := range sourcetest.Samples(f, "*.uu") {
		f.Add(s)
	}
	sourcetest.Fuzz(f, Format, []byte("begin 644 a\n#0F]N\n`\nend\nfin\n"))
}
