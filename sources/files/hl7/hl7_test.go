package hl7

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/sourcetest"
)

// admission is an invented message in the manner of the French profile of IHE PAM.
const admission = "MSH|^~\\&|PAM|HOP|DPI|HOP|20260301120000||ADT^A01^ADT_A01|42|P|2.5^FRA^2.11||||||UNICODE UTF-8\r" +
	"PID|||0012^^^HOP&1.2.3&ISO^PI~185037512345678^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS||MARTIN^Élodie^Élodie Anne^^^^L||19850312|F|||1 rue du Port^^VANNES^^56000^FRA||0612345678^PRN^CP\r" +
	"PV1||I|||||10101010101^DURAND^Paul\rDG1|1||E11.9^Diabète de type 2^CIM10\r"

func TestMessages(t *testing.T) {
	want := []string{"1:MSH-3.1=PAM", "1:PID-3.1=0012", "1:PID-3.1=185037512345678", "1:PID-3.4=1.2.250.1.213.1.4.8", "1:PID-5.1=MARTIN (nom)", "1:PID-5.2=Élodie (prenom)", "1:PID-7.1=19850312 (date de naissance)",
		"1:PID-11.3=VANNES (ville)", "1:PV1-7.1=10101010101 (rpps)", "1:DG1-3.2=Diabète de type 2 (libelle diagnostic)", "2:PID-5.1=MARTIN (nom)"}
	for _, test := range []struct{ name, in string }{
		{"as the standard wants", admission + admission},
		{"line feeds", strings.ReplaceAll(admission+admission, "\r", "\n")},
		{"both", strings.ReplaceAll(admission+admission, "\r", "\r\n")},
		{"frames", "\x0b" + admission + "\x1c\r\x0b" + admission + "\x1c\r"},
		{"a batch", "FHS|^~\\&|A\rBHS|^~\\&|A\r" + admission + admission + "BTS|2\rFTS|1\r"},
		{"other marks", strings.NewReplacer("|", "$", "^", "!").Replace(admission + admission)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !Format.Sniff([]byte(test.in), "x", 0) {
				t.Fatal("not known")
			}
			l, err := sourcetest.Read(t, Format, "a.hl7", []byte(test.in))
			if err != nil || l.Result.Records != 2 || l.Result.Bytes != int64(len(test.in)) {
				t.Fatal(err, l.Result)
			}
			got := map[string]bool{}
			for _, c := range l.Cells {
				s := fmt.Sprintf("%d:%s=%s", c.Row, c.Column, c.Value)
				got[s] = true
				got[s+" ("+c.Label+")"] = true
				if !strings.HasPrefix(test.in[c.At.Byte:], c.Value) {
					t.Errorf("%q is at byte %d", c.Value, c.At.Byte)
				}
			}
			for _, w := range want {
				if !got[w] {
					t.Errorf("no %s", w)
				}
			}
		})
	}
}

// result is an invented message in the manner of HPRIM Santé 2.
const result = "H|~^\\&|0042.HPR||001~LABO DU PORT|2 quai~~VANNES~~56000|ORU||0297000000|002~CABINET||P|H2.1~C|202603011200\r\n" +
	"P|1|A12||S7|MARTIN~Élodie~~~MME|DURAND|19850312|F||1 rue du Port~~VANNES~~56000||0612345678\r\nC|1|FEMME|185037512345678\r\n" +
	"OBR|1||~001|NFS~Numération||202603010800\r\nOBX|1|NM|HB~Hémoglobine~L||14,2|g/dl\r\nA||suite\r\nP|2|||S8|PETIT~Luc||19700101|M\r\nL|1||2\r\n"

func TestHPRIM(t *testing.T) {
	for _, in := range []string{result, strings.ReplaceAll(result, "\r\n", "\r"), strings.NewReplacer("~^\\&", "\\^&~", "~", "\\").Replace(result)} {
		if !Format.Sniff([]byte(in), "x.hpr", -1) {
			t.Fatal("not known")
		}
		l, err := sourcetest.Read(t, Format, "x.hpr", []byte(in))
		if err != nil || l.Result.Records != 2 {
			t.Fatal(err, l.Result)
		}
		got := ""
		for _, c := range l.Cells {
			got += fmt.Sprintf("%d:%s=%s (%s)\n", c.Row, c.Column, c.Value, c.Label)
		}
		for _, want := range []string{"1:H-6.3=VANNES ()\n", "1:P-5.1=MARTIN (nom)\n1:P-5.2=Élodie (prenom)\n1:P-5.5=MME ()\n1:P-6.1=DURAND (nom de naissance)\n1:P-7.1=19850312 (date de naissance)\n1:P-8.1=F (sexe)\n",
			"1:P-10.1=1 rue du Port (adresse)\n1:P-10.3=VANNES (ville)\n1:P-10.5=56000 (code postal)\n1:P-12.1=0612345678 (telephone)\n", "1:C-3.1=185037512345678 ()\n",
			"1:OBX-3.2=Hémoglobine (analyse)\n", "1:A-2.1=suite ()\n2:P-1.1=2 ()\n", "2:P-5.1=PETIT (nom)\n"} {
			if !strings.Contains(got, want) {
				t.Errorf("no %sin\n%s", want, got)
			}
		}
	}
}

func TestDocument(t *testing.T) {
	report := "Compte rendu de " + strings.Repeat("bonjour ", 20)
	in := admission + "OBX|1|ED|^CR||^AP^PDF^Base64^" + base64.StdEncoding.EncodeToString([]byte(report)) + "||\rOBX|2|ST|^x||^a^b^c^pas de base64 mais un texte un peu long, assez long pour être un document\r"
	r := sourcetest.ForFormat(sources.Limits{})
	res, err := Format.Read(t.Context(), sourcetest.Input(Format, "a.hl7", []byte(in)), r)
	r.Close(res)
	if err != nil || r.Done() != nil || len(r.Locations) != 2 {
		t.Fatal(err, r.Done(), len(r.Locations))
	}
	if m := r.Locations[1]; m.Container != "OBX-5[5]" || string(m.Text) != report {
		t.Errorf("%q %q", m.Container, m.Text)
	}
	if v := r.Locations[0].Values("OBX-5.5"); len(v) != 1 || !strings.HasPrefix(v[0], "pas de") {
		t.Errorf("%q", v)
	}
}

func TestSniff(t *testing.T) {
	for _, in := range []string{"", "MSH", "MSH|^~\\&", "MSH||||||||||", "MSHABCDEFGH", "MSH|^~\\^|x", "PID|||1", "MSH-1234567", "H|~^\\&|x|ORU", "H|||||||H2.1", "Hello|H2.1|x", "H\r~^\\&|x|H2.1"} {
		if Format.Sniff([]byte(in), "x", -1) {
			t.Errorf("%q passes for a message", in)
		}
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{"a.hl7": []byte(admission), "a.hpr": []byte(result), "b.hl7": []byte("\x0b" + admission + "OBX|1|ED|^CR||^AP^PDF^Base64^" + strings.Repeat("QUFB", 30) + "\r\x1c\r")})
}

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, []byte(result), []byte(admission), []byte("FHS|^~\\&|A\r"+admission))
}
