package eml

import (
	"bytes"
	stdbase64 "encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"
	"testing/iotest"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What Python's email package wrote of invented letters.
var produced = map[string][]string{
	"python.eml": {
		"header!From[1]=Zoé Martin <zoe.martin@exemple.fr>\n", "header!Subject[1]=Votre numéro de sécurité sociale\n",
		"body!=Bonjour,\r\n\r\nmon numéro de sécurité sociale est le 1 80 01 75 001 001 04 et la suite de la ligne est assez longue pour être coupée par quoted-printable.",
		"html body 2!=mon numéro est le 1 80 01 75 001 001 04\n", "html body 2, table 1!IBAN[2]=FR1420041010050500013M02606\n",
	},
	"python_1252.eml": {"header!From[1]=Léa Petit <lea@exemple.fr>\n", "header!Subject[1]=Réclamation n° 12\n", "body!=Accents français : éàü, NIR 1 80 01 75 001 001 04\n"},
}

func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.eml") {
		r, _, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || len(produced[name]) == 0 {
			t.Fatal(name, err, r.Wrong)
		}
		for _, want := range produced[name] {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, r.Lines())
			}
		}
		if name == "python.eml" && (len(r.Members) != 2 || r.Members[0].Name != "adhérents.csv" || string(r.Members[0].Data) != "nom;nir\nZoé;280017500100151\n" || !bytes.Contains(r.Members[1].Data, []byte("06 12 34 56 78"))) {
			t.Errorf("members: %+v", r.Members)
		}
	}
}

func TestMessages(t *testing.T) {
	const top = "From: a@exemple.fr\nMIME-Version: 1.0\n"
	for _, test := range []struct {
		name, in, want string
		status         sources.Status
	}{
		{"no type", top + "\nun\ndeux\n", "body!=un\ndeux\n\n", ""},
		{"folded field", "Subject: un\n\tdeux\n" + top + "\nx\n", "header!Subject[1]=un deux\n", ""},
		{"raw letters in a field", "Subject: r\xe9sum\xe9\n" + top + "\nx\n", "header!Subject[1]=résumé\n", ""},
		{"Latin without a label", top + "\nr\xe9sum\xe9\n", "body!=résumé\n\n", ""},
		{"CP850", top + "Content-Type: text/plain; charset=cp850\n\nr\x82sum\x82\n", "body!=résumé\n\n", ""},
		{"UTF-16 in base64", top + "Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n\ncgDpAHMAdQBtAOkA\n", "body!=résumé\n", ""},
		{"base64 encoded in pieces", top + "Content-Transfer-Encoding: base64\n\nYQ==YmM=\n", "body!=abc\n", ""},
		{"wrong escapes stay", top + "Content-Transfer-Encoding: quoted-printable\n\n100=% =E9=\n= =3D\n", "body!=100=% é= =\n", ""},
		{"unknown boundary in the text", top + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nun\n--autre\ndeux\n--b--\n", "body!=un\n--autre\ndeux\n", ""},
		{"line end in front of the boundary", top + "Content-Type: multipart/mixed; boundary=b\n\navant\n--b\n\nun\n--b\nContent-Type: text/plain\n\ndeux\n--b--\naprès\n", "body!=un\nbody 2!=deux\n", ""},
		{"no end", top + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nun\n", "body!=un\n", sources.Partial},
		{"outer boundary ends an inner one", top + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nun\n--b\n\ndeux\n--b--\n", "body!=un\nbody 2!=deux\n", sources.Partial},
	} {
		r, _, err := cellstest.Read(Format, "x.eml", []byte(test.in), sources.Limits{})
		var fe *sources.FormatError
		if errors.As(err, &fe) != (test.status != "") || fe != nil && fe.Status != test.status {
			t.Errorf("%s: %v", test.name, err)
		}
		if !strings.Contains(r.Lines(), test.want) || len(r.Wrong) > 0 {
			t.Errorf("%s: no %q in %q %v", test.name, test.want, r.Lines(), r.Wrong)
		}
	}
}

func TestMembers(t *testing.T) {
	data := "From: a@exemple.fr\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" +
		"--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: x-uuencode\nContent-Disposition: attachment; filename=a.txt\n\nbegin 644 a.txt\n#0V%T\n`\nend\n" +
		"--b\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nxxx\n--b\nContent-Type: text/plain; name=\"=?utf-8?q?r=C3=A9sum=C3=A9.txt?=\"\n\njoint\n--b--\n"
	r, _, err := cellstest.Read(Format, "x.eml", []byte(data), sources.Limits{})
	if err != nil || len(r.Members) != 3 {
		t.Fatal(err, r.Members)
	}
	if m := r.Members[0]; m.Name != "a.txt" || string(m.Data) != "Cat" {
		t.Errorf("%+v", m)
	}
	if m := r.Members[1]; m.Status != sources.Encrypted {
		t.Errorf("%+v", m)
	}
	if m := r.Members[2]; m.Name != "résumé.txt" || string(m.Data) != "joint" {
		t.Errorf("%+v", m)
	}
}

func TestSniff(t *testing.T) {
	for _, test := range []struct {
		name, head string
		want       bool
	}{
		{"x", "Received: from a\n\tby b\nFrom: x\nTo: y\n\ntexte", true},
		{"x", "Return-Path: <a>\nDate: x\n", true},
		{"x.eml", "Subject: x\n\ntexte", true},
		{"notes.txt", "Date: lundi\nTo: faire\n\nrien", false},
		{"notes.txt", "Bonjour,\nFrom: x\nTo: y\nSubject: z\n", false},
		{"smime.p7m", "Content-Type: multipart/signed; protocol=\"application/x-pkcs7-signature\";\n\tmicalg=SHA1; boundary=b\n\n--b\n", true},
		{"signed", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nQm9u\n", true},
		{"notes.txt", "Content-Type: text/plain\n\nrien", false},
		{"notes.txt", "content-type: multi\nautre: rien\n", false},
		{"conf.ini", "key: value\nother: value\n", false},
		{"a.txt", "http://exemple.fr/\nFrom: a\nTo: b\nSubject: c\n", true}, // a field named http: nothing tells
	} {
		if got := Format.Sniff([]byte(test.head), test.name, -1); got != test.want {
			t.Errorf("%s %q: %v", test.name, test.head, got)
		}
	}
}

// A header without end and a line without end are read in bounded memory.
func TestLong(t *testing.T) {
	for name, data := range map[string]string{
		"header": "From: a@exemple.fr\nMIME-Version: 1.0\n" + strings.Repeat("X-A: "+strings.Repeat("a", 990)+"\n", 3000) + "\nfin 06\n",
		"field":  "From: a@exemple.fr\nMIME-Version: 1.0\nX: " + strings.Repeat("a", 3<<20) + "\n\nfin 06\n",
		"line":   "From: a@exemple.fr\nMIME-Version: 1.0\n\n" + strings.Repeat("a", 3<<20) + "fin 06\n",
	} {
		r, _, err := cellstest.Read(Format, "x.eml", []byte(data), sources.Limits{})
		if err != nil || !strings.Contains(r.Lines(), "fin 06") || (len(r.Skips) > 0) != (name != "line") {
			t.Errorf("%s: %v %v", name, err, r.Skips)
		}
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.eml")) }

func FuzzRead(f *testing.F) {
	var seeds [][]byte
	for _, s := range sourcetest.Samples(f, "*.eml") {
		seeds = append(seeds, s)
	}
	sourcetest.Fuzz(f, Format, seeds...)
}

// FuzzEncodings holds the decoders against what the standard library encodes,
// whatever the pieces they are read in.
func FuzzEncodings(f *testing.F) {
	f.Add([]byte("é=\r\n a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		coded := stdbase64.StdEncoding.EncodeToString(data)
		if got, err := io.ReadAll(iotest.OneByteReader(decoder(strings.NewReader(coded), "base64"))); err != nil || !bytes.Equal(got, data) {
			t.Errorf("base64: %q, want %q, %v", got, data, err)
		}
		var b bytes.Buffer
		w := quotedprintable.NewWriter(&b)
		w.Binary = true
		w.Write(data)
		w.Close()
		if got, err := io.ReadAll(decoder(iotest.HalfReader(&b), "quoted-printable")); err != nil || !bytes.Equal(got, data) {
			t.Errorf("quoted-printable: %q, want %q, %v", got, data, err)
		}
		if _, err := io.ReadAll(decoder(bytes.NewReader(data), "uuencode")); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkAttachment(b *testing.B) {
	data := stdbase64.StdEncoding.EncodeToString(bytes.Repeat([]byte("nom;nir\nZoé;280017500100151\n"), 100_000))
	var s strings.Builder
	s.WriteString("From: a@exemple.fr\nMIME-Version: 1.0\nContent-Type: text/csv; name=a.csv\nContent-Transfer-Encoding: base64\n\n")
	for ; len(data) > 76; data = data[76:] {
		s.WriteString(data[:76] + "\r\n")
	}
	sourcetest.Benchmark(b, Format, "x.eml", []byte(s.String()))
}

// A file in a body, as programs of old put it there, is a member; what stands around it is the body.
func TestFileInBody(t *testing.T) {
	mail := "From: a@exemple.fr\nSubject: x\n\nCi-joint :\nbegin 644 C:\\a.txt\n#0F]N\n`\nend\nCordialement\n"
	r, _, err := cellstest.Read(Format, "x.eml", []byte(mail), sources.Limits{})
	if err != nil || len(r.Members) != 1 || r.Members[0].Name != "a.txt" || string(r.Members[0].Data) != "Bon" {
		t.Fatal(err, r.Members)
	}
	if got := r.Lines(); !strings.Contains(got, "Ci-joint :\n") || !strings.Contains(got, "Cordialement\n") || strings.Contains(got, "#0F]N") {
		t.Error(got)
	}
}

// A body that is nothing but a picture is told, documents in it are members of the message.
func TestDataURLs(t *testing.T) {
	const message = "From: a@b.fr\r\nSubject: scan\r\nContent-Type: text/html\r\n\r\n<html><a href=\"data:text/csv,nom%%0AMartin\">%s</a><img src=\"data:image/png;base64,%s\"></html>"
	picture := strings.Repeat("iVBORw0KGgoA", 400)
	for text, want := range map[string]string{"": "[no_text_layer]", "Bonjour": "[]"} {
		r, _, err := cellstest.Read(Format, "x.eml", fmt.Appendf(nil, message, text, picture), sources.Limits{})
		if err != nil || fmt.Sprint(r.Skips) != want || len(r.Members) != 1 || string(r.Members[0].Data) != "nom\nMartin" {
			t.Errorf("%q: %v %v %v", text, err, r.Skips, r.Members)
		}
	}
}
