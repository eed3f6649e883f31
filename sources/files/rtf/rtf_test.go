package rtf

import (
	"errors"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What LibreOffice 7.4 and pandoc 2.17 wrote of invented letters.
var produced = map[string][]string{
	"libreoffice.rtf": {
		"title: Lettre\nauthor: Zoé Martin\n", "numéro de sécurité sociale est le 1 80 01 75 001 001 04.\n", "table 1!NIR[2]=280017500100151\n",
		"table 1!Ville[3]=Nice\n", "\n=Veuillez agréer",
	},
	"libreoffice_riche.rtf": {
		"coupé 1 80 01 75 001 001 04 et note.\n IBAN de la note : FR14 2004", "Commenté, puis supprimé.\n", "\npaul.durand@exemple.fr\n",
		"atnauthor: Paul Relecteur\nà rappeler au 06 12 34 56 78\n", `HYPERLINK "mailto:mairie@exemple.fr"`, "table 1!NIR[2]=280017500100151\n",
	},
	"pandoc.rtf": {"sociale est le 1 80 01 75 001 001 04.\n", "table 1!NIR[2]=280017500100151\n", "\n=Veuillez agréer"},
}

func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.rtf") {
		r, _, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || len(produced[name]) == 0 {
			t.Fatal(name, err, r.Wrong)
		}
		for _, want := range produced[name] {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, r.Lines())
			}
		}
	}
}

func TestVocabulary(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"groups and line ends join", "1 80 {\\b 01}\r\n 75\\par 2", "=1 80 01 75\n2\n\n"},
		{"code page of the document", `\ansicpg850 r\'82sum\'82`, "=résumé\n\n"},
		{"code page of the font", `{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}\f0 \'e9\f1 \'e9\plain \'e9`, "=éйé\n\n"},
		{"unicode with a stand-in", `a\u233?b\u233\'e9c\uc0\u233 d`, "=aébécéd\n\n"},
		{"unicode in two halves", `\u-10179?\u-8704?`, "=😀\n\n"},
		{"stand-in of two, in a group", `{\uc2\u233 xxy}z`, "=éyz\n\n"},
		{"symbols", `a\~b\_c\-d\{\}\\\emdash\tab e`, "=a\u00a0b-cd{}\\—\te\n\n"},
		{"unknown destination", `a{\*\foo secret {\b b}}c`, "=ac\n\n"},
		{"picture", `a{\pict\wmetafile8 0123abcd}b`, "=ab\n\n"},
		{"binary with braces", `a{\pict\bin5 }{\}x}b`, "=ab\n\n"},
		{"note in a number", `12{\footnote note}34\par`, "=1234\nnote\n\n"},
		{"deleted between", `12{\deleted 99}34\par`, "=1234\n99\n\n"},
		{"page of a mail", `{\*\htmltag84 <a href="mailto:z@exemple.fr">}Zo\'e9{\*\htmltag92 </a>}\par`, "=Zoé\n<a href=\"mailto:z@exemple.fr\">\n</a>\n\n"},
		{"text box", `a{\shp{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt bo\'eete\par}}}b\par`, "=ab\nboîte\n\n"},
		{"table", `\trowd\cellx1\cellx2\pard\intbl a\cell b\cell\row\trowd\pard\intbl\cell c\cell\row\pard d`, "table 1!a[1]=a\ntable 1!b[1]=b\ntable 1!b[2]=c\n=d\n\n"},
		{"two paragraphs of a cell", `\trowd\pard\intbl 1\par 2\cell\row\pard`, "table 1![1]=1\n2\n"},
	} {
		r, _, err := cellstest.Read(Format, "x.rtf", []byte(`{\rtf1\ansi `+test.in+"}\r\n\x00"), sources.Limits{})
		got := r.Lines()
		if test.name == "table" { // a single row cannot name its columns by what follows
			got = strings.NewReplacer("table 1![", "table 1!_[").Replace(got)
			test.want = "table 1!_[1]=a\ntable 1!_[1]=b\ntable 1!_[2]=c\n=d\n\n"
		}
		if err != nil || got != test.want || len(r.Wrong) > 0 {
			t.Errorf("%s: %q, want %q (%v %v)", test.name, got, test.want, err, r.Wrong)
		}
	}
}

func TestObject(t *testing.T) {
	hex := "01050000 02000000 03000000 41420000 00000000 00000000 04000000 74657874 00000000"
	r, _, err := cellstest.Read(Format, "x.rtf", []byte(`{\rtf1 a{\object\objemb{\*\objclass Word}{\*\objdata `+hex+`}{\result b}}c}`), sources.Limits{})
	if err == nil && len(r.Members) != 1 {
		t.Fatal(err, r.Members)
	}
	if m := r.Members[0]; !m.Embedded || !strings.HasPrefix(string(m.Data), "\x00text") && !strings.HasPrefix(string(m.Data), "text") {
		t.Errorf("%+v", m)
	}
	if !strings.Contains(r.Lines(), "abc") {
		t.Errorf("%q", r.Lines())
	}
}

func TestStates(t *testing.T) {
	for _, test := range []struct {
		name, data string
		reason     sources.Reason
	}{
		{"cut", `{\rtf1 a{\b b`, sources.Truncated},
		{"cut in binary", `{\rtf1 a{\pict\bin50 b}}`, sources.Truncated},
		{"more behind it", `{\rtf1 a} reste`, sources.Corrupt},
		{"too deep", `{\rtf1 ` + strings.Repeat("{", 5000), sources.DepthLimit},
	} {
		_, _, err := cellstest.Read(Format, "x.rtf", []byte(test.data), sources.Limits{})
		var fe *sources.FormatError
		if err == errCut {
			fe = &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
		} else if !errors.As(err, &fe) {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if fe.Status != sources.Partial || fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, fe)
		}
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.rtf")) }

func FuzzRead(f *testing.F) {
	seeds := [][]byte{[]byte(`{\rtf1\ansi a\'e9\u233?{\*\foo b}\trowd\intbl c\cell\row\pard{\object{\*\objdata 0105}}}`)}
	for _, s := range sourcetest.Samples(f, "*.rtf") {
		seeds = append(seeds, s)
	}
	sourcetest.Fuzz(f, Format, seeds...)
}

func BenchmarkLetter(b *testing.B) {
	sourcetest.Benchmark(b, Format, "x.rtf", []byte(`{\rtf1\ansi `+strings.Repeat(`\pard\plain \s0\f0\fs24 Madame Martin, {\b votre courrier} du 3 mars est parti \'e0 midi.\par `+"\n", 20_000)+"}"))
}

// TestPictures: a document of a picture alone is no clean one.
func TestPictures(t *testing.T) {
	for text, blind := range map[string]bool{
		"{\\rtf1{\\*\\shppict{\\pict\\pngblip 89504e47}}\\par }":       true,
		"{\\rtf1{\\info{\\author Zo}}{\\pict\\wmetafile8 0100}\\par }": true,
		"{\\rtf1{\\pict\\wmetafile8 0100}Bonjour\\par }":               false,
		"{\\rtf1\\par }": false,
	} {
		var fe *sources.FormatError
		_, _, err := cellstest.Read(Format, "x.rtf", []byte(text), sources.Limits{})
		if errors.As(err, &fe) != blind || blind && (fe.Status != sources.Unsupported || fe.Reason != sources.NoTextLayer) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
