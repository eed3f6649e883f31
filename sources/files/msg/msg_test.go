package msg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What oxmsg 0.2.3 wrote of invented mails. The last holds the second, put there
// with the compound files of SheetJS as Outlook does.
var produced = map[string][]string{
	"oxmsg.msg": {
		"header!Subject[1]=Dossier de Zoé\n", "header!Date[1]=2026-03-02 10:00:00\n", "header!From[1]=Paul Durand\n", "header!From address[1]=paul.durand@exemple.fr\n",
		"header!Bcc[1]=Caché\n", "transport, header!X-Dossier[1]=D-2026-17\n", "recipients!Address[2]=lea@exemple.fr\n", "recipients!Name[3]=Caché\n",
		"body!=Bonjour,\nIBAN : FR14 2004", "Téléphone : 06 12 34 56 78 €\n", "rich body!=", "<th>NIR</th>", "280017500100151",
	},
	"oxmsg_transfert.msg": {"header!Subject[1]=Dossier de Zoé\n"},
	"oxmsg_ancien.msg":    {"header!Subject[1]=Réclamation ancienne\n", "recipients!Address[1]=service@exemple.invalid\n", "body!=Madame, mon NIR est le 2 80 01 75 001 001 51.\n", "html body!=Madame, mon NIR", "é\n"},
}

func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.msg") {
		r, _, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || len(produced[name]) == 0 {
			t.Fatal(name, err, r.Wrong)
		}
		for _, want := range produced[name] {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, r.Lines())
			}
		}
		if strings.Contains(r.Lines(), "property ") {
			t.Errorf("%s: properties without a name:\n%s", name, r.Lines())
		}
		if name != "oxmsg.msg" {
			continue
		}
		if len(r.Members) != 1 || r.Members[0].Name != "adhérents.csv" || !strings.HasPrefix(string(r.Members[0].Data), "nom;nir\nLefèvre;18") {
			t.Errorf("%s: members %+v", name, r.Members)
		}
	}
}

// A message within a message is read as a file of its own.
func TestWithin(t *testing.T) {
	data := sourcetest.Samples(t, "oxmsg_transfert.msg")["oxmsg_transfert.msg"]
	r, _, err := cellstest.Read(Format, "x.msg", data, sources.Limits{})
	if err != nil || len(r.Members) != 2 || r.Members[1].Name != "Réclamation ancienne.msg" {
		t.Fatal(err, r.Members)
	}
	inner, _, err := cellstest.Read(Format, "x.msg", r.Members[1].Data, sources.Limits{})
	if err != nil || len(inner.Wrong) > 0 {
		t.Fatal(err, inner.Wrong)
	}
	for _, want := range append(produced["oxmsg_ancien.msg"], "header!Date[1]=2026-03-02 09:00:00\n") {
		if !strings.Contains(inner.Lines(), want) {
			t.Errorf("no %q in\n%s", want, inner.Lines())
		}
	}
}

// The examples of MS-OXRTFCP 3.
func TestDecompress(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"simple", "\x2d\x00\x00\x00\x2b\x00\x00\x00\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\x00\x0a\x00\x72\x63\x70\x67\x31\x32\x35\x42\x32\x0a\xf3\x20\x68\x65\x6c\x09\x00\x20\x62\x77\x05\xb0\x6c\x64\x7d\x0a\x80\x0f\xa0",
			"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"},
		{"over the write position", "\x1a\x00\x00\x00\x1c\x00\x00\x00\x4c\x5a\x46\x75\xe2\xd4\x4b\x51\x41\x00\x04\x20\x57\x58\x59\x5a\x0d\x6e\x7d\x01\x0e\xb0", "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"},
		{"not compressed", "\x12\x00\x00\x00\x06\x00\x00\x00MELA\x00\x00\x00\x00{\\rtf}", "{\\rtf}"},
	} {
		got, err := io.ReadAll(decompress(strings.NewReader(test.in)))
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
	}
	if _, err := io.ReadAll(decompress(strings.NewReader("\xff\x00\x00\x00\x1c\x00\x00\x00LZFu\x00\x00\x00\x00\x00abc"))); err != io.ErrUnexpectedEOF {
		t.Error("cut off: ", err)
	}
}

// patch writes other bytes over those of a sample.
func patch(t *testing.T, old, new string) []byte {
	t.Helper()
	data := sourcetest.Samples(t, "oxmsg.msg")["oxmsg.msg"]
	wide := func(s string) (b []byte) {
		for _, c := range s {
			b = binary.LittleEndian.AppendUint16(b, uint16(c))
		}
		return b
	}
	if len(old) != len(new) || !bytes.Contains(data, wide(old)) {
		t.Fatal(old)
	}
	return bytes.ReplaceAll(data, wide(old), wide(new))
}

func TestStates(t *testing.T) {
	data := sourcetest.Samples(t, "oxmsg.msg")["oxmsg.msg"]
	_, _, err := cellstest.Read(Format, "x.msg", data[:700], sources.Limits{})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Status != sources.Unreadable || fe.Reason != sources.Truncated {
		t.Errorf("cut: %v", err)
	}
	// A message whose data stands elsewhere is told.
	r, _, err := cellstest.Read(Format, "x.msg", patch(t, "__substg1.0_37010102", "__substg1.0_37110102"), sources.Limits{})
	if err != nil || len(r.Members) != 0 || len(r.Skips) != 1 {
		t.Errorf("attachment without data: %v %v %v", err, r.Members, r.Skips)
	}
	r, _, err = cellstest.Read(Format, "x.msg", patch(t, "__substg1.0_0037001F", "__substg1.0_80F0001F"), sources.Limits{})
	if err != nil || !strings.Contains(r.Lines(), "header!property 80F0[1]=Dossier de Zoé\n") {
		t.Errorf("unknown property: %v\n%s", err, r.Lines())
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.msg")) }

func FuzzRead(f *testing.F) {
	var seeds [][]byte
	for _, s := range sourcetest.Samples(f, "*.msg") {
		seeds = append(seeds, s)
	}
	sourcetest.Fuzz(f, Format, seeds...)
}

func BenchmarkMail(b *testing.B) {
	sourcetest.Benchmark(b, Format, "x.msg", sourcetest.Samples(b, "oxmsg.msg")["oxmsg.msg"])
}
