package mbox

import (
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What Python's mailbox package wrote of invented letters.
func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.mbox") {
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Members) != 3 || res.Records != 3 || res.Bytes != int64(len(data)) {
			t.Fatal(name, err, len(r.Members), res)
		}
		if m := r.Members[2]; m.Name != "000003.eml" || m.Embedded || !strings.HasSuffix(string(m.Data), ">From 06 12 34 56 78\n\n") {
			t.Errorf("%s %q", m.Name, m.Data)
		}
	}
}

func TestBorders(t *testing.T) {
	const from = "From a@exemple.fr Mon Mar  2 10:00:00 2026\nSubject: x\n\n"
	for _, test := range []struct {
		name, in string
		want     []string
	}{
		{"two", from + "un\n\n" + from + "deux\n", []string{"Subject: x\n\nun\n\n", "Subject: x\n\ndeux\n"}},
		{"not behind an empty line", from + "un\n" + from, []string{"Subject: x\n\nun\n" + from}},
		{"a sentence", from + "un\n\nFrom now on, at 10:00 sharp\n", []string{"Subject: x\n\nun\n\nFrom now on, at 10:00 sharp\n"}},
		{"empty message", from + "\n" + from, []string{"Subject: x\n\n\n", "Subject: x\n\n"}},
		{"carriage returns", "From - Mon Mar  2 10:00:00 2026\r\nSubject: x\r\n\r\nun\r\n\r\nFrom - Mon Mar  2 10:00:00 2026\r\n", []string{"Subject: x\r\n\r\nun\r\n\r\n", ""}},
	} {
		r, _, err := cellstest.Read(Format, "x", []byte(test.in), sources.Limits{})
		var got []string
		for _, m := range r.Members {
			got = append(got, string(m.Data))
		}
		if err != nil || fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
			t.Errorf("%s: %q, want %q, %v", test.name, got, test.want, err)
		}
	}
}

func TestSniff(t *testing.T) {
	for head, want := range map[string]bool{
		"From a@exemple.fr Mon Mar  2 10:00:00 2026\nFrom: x\n":              true,
		"From - Mon Mar  2 10:00:00 2026\nX-Mozilla-Status: 0001\nFrom: y\n": true,
		"From Paris to Lyon\nSubject: x\n":                                   false,
		"From a@exemple.fr Mon Mar  2 10:00:00 2026\nBonjour\n":              false,
	} {
		if Format.Sniff([]byte(head), "x", -1) != want {
			t.Errorf("%q: not %v", head, want)
		}
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.mbox")) }

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, []byte("From a@b.fr Mon Mar  2 10:00:00 2026\nSubject: x\n\nun\n\nFrom a@b.fr Mon Mar  2 10:00:00 2026\nSubject: x\n\n"))
}

func BenchmarkMailbox(b *testing.B) {
	one := "From a@exemple.fr Mon Mar  2 10:00:00 2026\nFrom: a@exemple.fr\nSubject: x\n\n" + strings.Repeat("Bonjour, votre dossier est parti ce matin.\n", 50) + "\n"
	sourcetest.Benchmark(b, Format, "x", []byte(strings.Repeat(one, 2000)))
}
