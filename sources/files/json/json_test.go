package jsontext

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
)

func TestCells(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"object", `{"a":"x","b":{"c":12,"d":true,"e":null,"f":""}}`, "a[1]=x b.c[1]=12 b.d[1]=true"},
		{"records", `{"clients":[{"nom":"A","ville":"Lyon"},{"nom":"B"}],"n":2}`, "clients[*].nom[1]=A clients[*].ville[1]=Lyon clients[*].nom[2]=B n[2]=2"},
		{"array at top", `[{"a":1},{"a":2}]`, "[*].a[1]=1 [*].a[2]=2"},
		{"nested arrays", `[[1,2],[3]]`, "[*][*][1]=1 [*][*][1]=2 [*][*][2]=3"},
		{"ndjson", "{\"a\":1}\n{\"a\":2}\n\n{\"a\":[3,4]}\n", "a[1]=1 a[2]=2 a[*][3]=3 a[*][3]=4"},
		{"escapes", `{"a":"\u00e9t\u00e9 \"x\" \\ \/ \ud83d\ude00|"}`, "a[1]=été \"x\" \\ / 😀|"},
		{"line end in a string", `{"a":"x\ny\tz"}`, "a[1]=x\ny z"},
		{"lone surrogate", `{"a":"\ud83dx"}`, "a[1]=\uFFFDx"},
		{"escaped key", `{"t\u00e9l":"1"}`, "tél[1]=1"},
		{"key that is data", `{"p":{"1800175001001":{"x":1},"jean@exemple.fr":{"x":2}}}`, "p.{key}[1]=1800175001001 p.*.x[1]=1 p.{key}[1]=jean@exemple.fr p.*.x[1]=2"},
		{"scalars at top", `"a" 12 true`, "[1]=a [2]=12 [3]=true"},
		{"comments", "{ // un\n\"a\": 1, /* deux */ }", "//[1]= un a[1]=1 //[1]= deux "},
		{"byte order mark", "\xEF\xBB\xBF{\"a\":\"b\"}", "a[1]=b"},
		{"latin", "{\"a\":\"\xe9t\xe9\"}", "a[1]=été"},
		{"mixed order of keys", `[{"a":1,"b":2},{"b":3,"a":4},{"a":5,"c":6}]`, "[*].a[1]=1 [*].b[1]=2 [*].b[2]=3 [*].a[2]=4 [*].a[3]=5 [*].c[3]=6"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _, err := cellstest.Read(Format, "x.json", []byte(test.in), sources.Limits{})
			if err != nil || len(r.Wrong) > 0 {
				t.Fatal(err, r.Wrong)
			}
			var got []string
			for _, c := range r.Cells {
				got = append(got, c.String())
			}
			if s := strings.Join(got, " "); s != test.want {
				t.Errorf("\n got %s\nwant %s", s, test.want)
			}
		})
	}
}

// surroundings checks the bytes around cells.
type surroundings struct {
	*cellstest.Recorder
	wrong []string
}

func (s *surroundings) Chunk(c *sources.Chunk) error {
	for i, start := range c.Fields.Start {
		around := append(bytes.Clone(c.Data[max(0, start-1):start]), c.Data[c.Fields.End[i]:min(len(c.Data), int(c.Fields.End[i])+1)]...)
		if len(bytes.Trim(around, "\" \n,[]{}\x00")) > 0 {
			s.wrong = append(s.wrong, fmt.Sprintf("%q around %q", around, c.Data[start:c.Fields.End[i]]))
		}
	}
	return s.Recorder.Chunk(c)
}

// The bytes around cells are none that a number or a word may go on with: only then
// are the cells of a chunk scanned together.
func TestCellsStandApart(t *testing.T) {
	s := &surroundings{Recorder: &cellstest.Recorder{}}
	text := `{"a":12,"b":-1.5e3,"c":true,"d":[1,2,{"e":"x\u00e9y"}],"f":"12:30","g": 7}` + "\n[3]\n4"
	if _, err := Format.Read(t.Context(), cellstest.Input("x.json", []byte(text)), s); err != nil || len(s.Cells) != 10 {
		t.Fatal(err, s.Cells)
	}
	if len(s.wrong) > 0 {
		t.Error(s.wrong)
	}
}

// Offsets, lines and rows lead back to the original, through escapes and UTF-16.
func TestLocations(t *testing.T) {
	text := "{\"é\": [\n {\"a\":\"\\u00e9\\n§mot\",\n\"b\":\"§mot\"}],\n\"z\":[{\"c\":\"§mot\"}]}"
	wide := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for _, test := range []struct {
		name  string
		data  []byte
		width int
		mark  string
	}{
		{"utf-8", []byte(text), 1, "§mot"},
		{"utf-16", wide, 2, "\xa7\x00m\x00o\x00t\x00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &locating{mark: "§mot"}
			if _, err := Format.Read(t.Context(), cellstest.Input("x.json", test.data), r); err != nil {
				t.Fatal(err)
			}
			var want []int64
			for at, rest := 0, test.data; ; {
				i := bytes.Index(rest, []byte(test.mark))
				if i < 0 {
					break
				}
				want = append(want, int64(at+i))
				at, rest = at+i+1, rest[i+1:]
			}
			if len(r.got) != 3 {
				t.Fatalf("%d places", len(r.got))
			}
			for i, l := range r.got {
				if l.Byte != want[i] || l.Line != int64(i+2) || l.Row != 1 {
					t.Errorf("place %d: byte %d line %d row %d, want %d %d 1", i, l.Byte, l.Line, l.Row, want[i], i+2)
				}
			}
		})
	}
}

// locating records where a mark stands.
type locating struct {
	cellstest.Recorder
	mark string
	got  []sources.Location
}

func (l *locating) Chunk(c *sources.Chunk) error {
	for at := 0; ; at++ {
		i := bytes.Index(c.Data[at:], []byte(l.mark))
		if i < 0 {
			return nil
		}
		at += i
		l.got = append(l.got, c.Locator.Locate(at))
	}
}

func TestDamage(t *testing.T) {
	for _, test := range []struct {
		name, in string
		reason   sources.Reason
		keeps    string
	}{
		{"truncated in a string", `{"a":"x","b":"yy`, sources.Truncated, "x"},
		{"truncated after a value", `[{"a":"x"},`, sources.Truncated, "x"},
		{"syntax", `{"a":"x", b: "reste du texte"}`, sources.Corrupt, "b: \"reste du texte\"}"},
		{"binary", "{\"a\":\"x\"}\x00\x01\x02", sources.Corrupt, "x"},
		{"too deep", `{"a":"x","b":` + strings.Repeat("[", 20_000), sources.DepthLimit, "x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, res, err := cellstest.Read(Format, "x.json", []byte(test.in), sources.Limits{})
			var fe *sources.FormatError
			if !errors.As(err, &fe) || fe.Status != sources.Partial || fe.Reason != test.reason {
				t.Fatalf("%v %v", res, err)
			}
			if !strings.Contains(r.Values(), test.keeps) {
				t.Errorf("lost %q in %q", test.keeps, r.Values())
			}
		})
	}
}

// A string longer than the window comes as running text, whole and decoded.
func TestLongString(t *testing.T) {
	var long strings.Builder
	for i := 0; long.Len() < 3<<20; i++ {
		fmt.Fprintf(&long, "mot%d é\n\"", i)
	}
	value, _ := json.Marshal(long.String())
	in := fmt.Sprintf(`{"avant":"a","long":%s,"apres":"b"}`, value)
	r, _, err := cellstest.Read(Format, "x.json", []byte(in), sources.Limits{})
	if err != nil || len(r.Wrong) > 0 {
		t.Fatal(err, r.Wrong)
	}
	if len(r.Cells) != 3 || r.Cells[0].Text != "a" || r.Cells[2].String() != "apres[1]=b" {
		t.Fatalf("%d cells", len(r.Cells))
	}
	if r.Cells[1].Text != long.String() {
		t.Error("the long string changed")
	}
	if want := int64(strings.Index(in, `"b"`) + 1); r.Cells[2].At.Byte != want {
		t.Errorf("byte %d, want %d", r.Cells[2].At.Byte, want)
	}
}

func TestFieldsLimit(t *testing.T) {
	var b strings.Builder
	b.WriteString("{")
	for i := range 500 {
		fmt.Fprintf(&b, `"k%c%c":{"v":%d},`, 'a'+i/26, 'a'+i%26, i)
	}
	b.WriteString(`"fin":"x"}`)
	r, _, err := cellstest.Read(Format, "x.json", []byte(b.String()), sources.Limits{Fields: 10})
	if err != nil || len(r.Skips) != 1 || r.Skips[0] != sources.FieldsLimit {
		t.Fatal(err, r.Skips)
	}
	if n := len(r.Cells); n < 501 || r.Cells[n-1].Column != "*" || r.Cells[n-1].Text != "x" {
		t.Errorf("%d cells, last %v", n, r.Cells[n-1])
	}
}

func TestSniff(t *testing.T) {
	for _, test := range []struct {
		in   string
		want bool
	}{
		{`{"a":1}`, true}, {"\n [ ] ", true}, {"{}", true}, {`[{"a`, true}, {`[1, 2`, true}, {`{"a": [tr`, true},
		{"\xFF\xFE{\x00\"\x00a\x00\"\x00:\x001\x00}\x00", true},
		{"", false}, {"[section]\na=1", false}, {"[2024-01-02 10:00] x", false}, {"{x}", false}, {"{ font: red }", false},
		{`"a"`, false}, {"{\\rtf1", false}, {`{"a" "b"}`, false},
		{"[    0.000000] Linux", false}, {"[1] note", false}, {"[]Registry, 0)", false}, {"{} []", true}, {"[1]\n[2]\n", true},
	} {
		if got := Format.Sniff([]byte(test.in), "", -1); got != test.want {
			t.Errorf("%q: %v", test.in, got)
		}
	}
}

// FuzzRead holds the cells equal to those of encoding/json where it accepts the
// text, and the promises about chunks for any input.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"a":["x",{"b":"\u00e9"}],"c":-1.5e3}`), 7)
	f.Add([]byte("{\"a\":1}\n{\"a\":\"\\ud83d\\ude00\"}"), 3)
	f.Fuzz(func(t *testing.T, data []byte, step int) {
		r := &cellstest.Recorder{}
		in := cellstest.Input("x.json", data)
		in.Reader = &slow{data, max(1, step%100)}
		_, err := Format.Read(t.Context(), in, r)
		if len(r.Wrong) > 0 {
			t.Fatal(r.Wrong)
		}
		if data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")); !utf8.Valid(data) || !json.Valid(data) || bytes.IndexByte(data, 0) >= 0 || bytes.ContainsAny(data, "/") {
			return
		}
		if err != nil {
			t.Fatalf("refused: %v", err)
		}
		want := slowScalars(data)
		var got []string
		for _, c := range r.Cells {
			if !strings.Contains(c.Column, "{key}") {
				got = append(got, c.Text)
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %q\nwant %q", got, want)
		}
	})
}

type slow struct {
	data []byte
	step int
}

func (s *slow) Read(b []byte) (int, error) {
	if len(s.data) == 0 {
		return 0, io.EOF
	}
	n := copy(b, s.data[:min(s.step, len(s.data))])
	s.data = s.data[n:]
	return n, nil
}

// slowScalars lists the scalars of a text by way of encoding/json.
func slowScalars(data []byte) (out []string) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var kinds []json.Delim
	key := false
	for {
		tok, err := d.Token()
		if err != nil {
			return out
		}
		isKey := len(kinds) > 0 && kinds[len(kinds)-1] == '{' && key
		switch v := tok.(type) {
		case json.Delim:
			if v == '{' || v == '[' {
				kinds, key = append(kinds, v), v == '{'
				continue
			}
			kinds, key = kinds[:len(kinds)-1], true
			continue
		case string:
			if !isKey && v != "" {
				out = append(out, control.Replace(v))
			}
		case json.Number:
			out = append(out, v.String())
		case bool:
			out = append(out, fmt.Sprint(v))
		}
		key = !isKey
	}
}

// control does to control characters what decoding escapes does.
var control = func() *strings.Replacer {
	var pairs []string
	for c := range ' ' {
		if c != '\n' {
			pairs = append(pairs, string(c), " ")
		}
	}
	return strings.NewReplacer(pairs...)
}()

func BenchmarkRead(b *testing.B) {
	var buf bytes.Buffer
	buf.WriteString(`{"clients":[`)
	for i := 0; buf.Len() < 16<<20; i++ {
		if i > 0 {
			buf.WriteByte(',')
		}
		fmt.Fprintf(&buf, `{"id":%d,"nom":"DUPONT","prenom":"Ren\u00e9","adresse":{"rue":"%d rue de la R\u00e9publique","cp":"69001","ville":"Lyon"},"email":"p%d@exemple.fr","montant":%d.50,"actif":true}`, i, i%100, i, i%1000)
	}
	buf.WriteString("]}")
	b.SetBytes(int64(buf.Len()))
	b.ReportAllocs()
	for b.Loop() {
		r := &cellstest.Recorder{Quiet: true}
		if _, err := Format.Read(b.Context(), cellstest.Input("x.json", buf.Bytes()), r); err != nil {
			b.Fatal(err)
		}
	}
}
