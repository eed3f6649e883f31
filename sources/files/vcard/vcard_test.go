package vcard

import (
	"errors"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// Written by hand after the RFCs: no producer is at hand.
func TestSamples(t *testing.T) {
	for name, want := range map[string]string{
		"carnet.vcf": "VERSION[1]=2.1\nN[1]=Martin Zo=C3=A9\nFN[1]=Zoé Martin\nTEL[1]=06 12 34 56 78\nEMAIL[1]=zoe.martin@exemple.fr\nNOTE[1]=NIR 1 80 01 75 001 001 04, suite\nFN[2]=Paul\n",
		"agenda.ics": "VERSION[1]=2.0\nSUMMARY[2]=Rendez-vous oncologie\nATTENDEE[2]=mailto:paul.durand@exemple.fr Durand: Paul\nDESCRIPTION[2]=ligne\nNIR 1 80 01 75 001 001 04\n",
	} {
		data := sourcetest.Samples(t, "*.*")[name]
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || res.Records != 2 || res.Lines != int64(strings.Count(string(data), "\n")) {
			t.Fatal(name, err, r.Wrong, res)
		}
		if got := r.Lines(); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestStates(t *testing.T) {
	for _, test := range []struct {
		name, in string
		reason   sources.Reason
	}{
		{"cut", "BEGIN:VCARD\nFN:a\n", sources.Truncated},
		{"endless line", "BEGIN:VCARD\nFN:" + strings.Repeat("a", 1<<20) + "\nEND:VCARD\n", sources.SizeLimit},
	} {
		_, _, err := cellstest.Read(Format, "x.vcf", []byte(test.in), sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	for _, head := range []string{"BEGIN:VEVENT\n", "VCARD", "Begin: vcard\n"} {
		if Format.Sniff([]byte(head), "x.vcf", -1) {
			t.Errorf("%q is taken for a card", head)
		}
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.*")) }

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, []byte("BEGIN:VCARD\nA;ENCODING=QUOTED-PRINTABLE:a=\nb\nC;CN=\"d\":e\\n\n f\nEND:VCARD\n"))
}
